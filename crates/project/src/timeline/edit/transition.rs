//! Set transition: how an item comes in from what is before it. It takes no time of its own: half of it lies on each side of the cut.
//!
//! ```text
//! before  │ A══════════ │ B══════════ │
//! after   │ A═════════╱╱│╱╱B═════════ │
//! ```

use super::{EditError, on_track};
use crate::ItemId;
use crate::timeline::{Item, Timeline, Transition};

/// Gives an item a transition, as long as wanted and there is room for, or takes it away.
///
/// # Errors
/// If the item is not there, its track is locked, or there is no room at all.
pub fn set_transition(timeline: &mut Timeline, item: ItemId, transition: Option<Transition>) -> Result<(), EditError> {
    let (track, place) = timeline.find(item).ok_or(EditError::NoItem(item))?;
    on_track(timeline, track, |track| {
        let old = Item::clone(&track.items[place]);
        if transition.is_some_and(|t| old.is_gap() || t.duration.0 <= 0 || track.longest_transition(place).0 == 0) {
            return Err(EditError::NoRoom(item));
        }
        track.replace(place, Item { transition, ..old });
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::IdSource;
    use crate::timeline::edit::trim;
    use crate::timeline::notation::{f, nth, timeline};
    use crate::timeline::{TransitionKind, check, edit::Edge};

    /// Frames of the transition into the item at `place`, after `wanted` were asked for.
    fn given(before: &str, place: usize, wanted: i64) -> Result<i64, EditError> {
        let mut ids = IdSource::default();
        let mut subject = timeline(before, &mut ids);
        let item = nth(&subject, 0, place);
        let dissolve = Transition { kind: TransitionKind::Dissolve, duration: f(wanted) };
        set_transition(&mut subject, item, Some(dissolve))?;
        check(&subject).unwrap();
        Ok(subject.item(item).unwrap().transition.map_or(0, |t| t.duration.0 / f(1).0))
    }

    #[test]
    fn a_transition_is_as_long_as_there_is_room_on_both_sides() {
        for (before, place, wanted, frames) in [
            ("A0..4 | B0..4", 1, 4, Ok(4)),
            ("A0..4 | B0..4", 1, 99, Ok(8)),
            ("A0..2 | B0..4", 1, 99, Ok(4)),
            ("A0..4 | B0..1", 1, 99, Ok(2)),
            ("A0..4 | B0..4", 0, 3, Ok(3)),
            ("_2 | B0..4", 1, 99, Ok(4)),
        ] {
            assert_eq!(given(before, place, wanted), frames, "{before}, {place}, {wanted}");
        }
        assert!(matches!(given("A0..4 | _2 | B0..1", 1, 2), Err(EditError::NoRoom(_))));
        assert!(matches!(given("A0..4 | B0..4", 1, 0), Err(EditError::NoRoom(_))));
    }

    #[test]
    fn a_transition_shrinks_with_what_it_joins_and_goes_with_it() {
        let mut ids = IdSource::default();
        let mut subject = timeline("A0..4 | B0..4", &mut ids);
        let (first, second) = (nth(&subject, 0, 0), nth(&subject, 0, 1));
        let dissolve = Transition { kind: TransitionKind::Dissolve, duration: f(8) };
        set_transition(&mut subject, second, Some(dissolve)).unwrap();
        trim(&mut subject, &mut ids, second, Edge::End, f(-3)).unwrap();
        check(&subject).unwrap();
        assert_eq!(subject.item(second).unwrap().transition.unwrap().duration, f(2));
        set_transition(&mut subject, second, None).unwrap();
        assert_eq!(subject.item(second).unwrap().transition, None);
        assert!(subject.item(first).is_some());
    }
}
