//! Set placement, sound and pace: how an item looks, how loud it is, and how fast it runs.
//!
//! ```text
//! before  │ A0══════════10 │ B════ │      at its own speed
//! after   │ A0════5 │  gap   │ B════ │      at twice the speed: there is no more of it, and nothing else moves
//! ```

use super::{EditError, on_track};
use crate::timeline::{Content, Item, ItemSound, Pace, Placement, Timeline};
use crate::{IdSource, ItemId};
use kinora_time::{Flicks, TimeRange};
use std::sync::Arc;

/// Places an item's picture.
///
/// # Errors
/// If the item is not there or is no picture, its track is locked, or a number can't be.
pub fn set_placement(timeline: &mut Timeline, item: ItemId, placement: Placement) -> Result<(), EditError> {
    if !placement.is_sound() {
        return Err(EditError::OutOfRange);
    }
    change(timeline, item, |old| Ok(Item { placement, ..old }))
}

/// Sets how loud an item is.
///
/// # Errors
/// As [`set_placement`].
pub fn set_sound(timeline: &mut Timeline, item: ItemId, sound: ItemSound) -> Result<(), EditError> {
    if !sound.is_sound() {
        return Err(EditError::OutOfRange);
    }
    change(timeline, item, |old| Ok(Item { sound, ..old }))
}

/// Sets how fast an item runs. Its first picture stays (backwards: its last becomes the first), and it stays as long as it is, if there
/// is so much of it.
///
/// # Errors
/// As [`set_placement`]; titles and gaps don't run.
pub fn set_pace(timeline: &mut Timeline, ids: &mut IdSource, item: ItemId, pace: Pace) -> Result<(), EditError> {
    if !pace.is_sound() {
        return Err(EditError::OutOfRange);
    }
    let (track, place) = timeline.find(item).ok_or(EditError::NoItem(item))?;
    on_track(timeline, track, |track| {
        let old = Item::clone(&track.items[place]);
        let new = paced(&old, pace)?;
        let left = Flicks(old.duration().0 - new.duration().0);
        track.replace(place, new);
        match track.items.get(place + 1).filter(|next| next.is_gap()).cloned() {
            Some(gap) => track.replace(place + 1, gap.trimmed(Flicks(0), left)),
            None if left.0 > 0 => track.items.insert(place + 1, Arc::new(Item::gap(ids.fresh(), left))),
            None => {}
        }
        Ok(())
    })
}

fn paced(old: &Item, pace: Pace) -> Result<Item, EditError> {
    let all = match old.content {
        Content::Title(_) | Content::Gap => return Err(EditError::OutOfRange),
        Content::Clip { available_range, .. } => Some(available_range),
        // How long a take is, the timeline does not know: backwards it is shown from its end.
        Content::Shot { .. } => None,
    };
    let end = all.map_or(Flicks(0), TimeRange::end);
    let run = old.pace.run_from(old.source_range.start(), end);
    let (first, last) = (run.from, run.at(old.duration()));
    let start = match (pace, all) {
        (Pace::Still(_), _) => Flicks(0),
        (Pace::Speed(n, _), _) if n > 0 => {
            let point = TimeRange::between(first.max(Flicks(0)), first.max(Flicks(0)));
            pace.of_source(point).map_or(Flicks(0), TimeRange::start)
        }
        (Pace::Speed(..), Some(all)) => {
            let rest = TimeRange::between(last.max(first).min(all.end()), all.end());
            pace.of_source(rest).map_or(Flicks(0), TimeRange::duration)
        }
        (Pace::Speed(..), None) => Flicks(0),
    };
    let there = all.and_then(|all| pace.of_source(all));
    let start = there.map_or(start, |there| start.max(there.start()).min(there.end()));
    let length = there.map_or(old.duration().0, |there| old.duration().0.min(there.end().0 - start.0));
    if length <= 0 {
        return Err(EditError::NothingLeft(old.id));
    }
    let source_range = TimeRange::between(start, Flicks(start.0 + length));
    Ok(Item { pace, source_range, ..old.clone() })
}

fn change(
    timeline: &mut Timeline,
    item: ItemId,
    edit: impl FnOnce(Item) -> Result<Item, EditError>,
) -> Result<(), EditError> {
    let (track, place) = timeline.find(item).ok_or(EditError::NoItem(item))?;
    on_track(timeline, track, |track| {
        let old = Item::clone(&track.items[place]);
        if old.is_gap() {
            return Err(EditError::NoItem(item));
        }
        let new = edit(old)?;
        track.replace(place, new);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::check;
    use crate::timeline::notation::{edited, f, nth, timeline};

    #[test]
    fn an_item_at_another_pace_is_as_long_as_there_is_of_it() {
        // Media in this notation has frames 0 to 10.
        for (before, pace, after) in [
            ("A0..10 | B0..4", Pace::Speed(2, 1), "A0..5 | _5 | B0..4"),
            ("A2..6 | B0..4", Pace::Speed(2, 1), "A1..5 | B0..4"),
            ("A4..10 | _2 | B0..4", Pace::Speed(2, 1), "A2..5 | _5 | B0..4"),
            ("A2..6 | B0..4", Pace::Speed(1, 2), "A4..8 | B0..4"),
            ("A2..6 | B0..4", Pace::Speed(-1, 1), "A4..8 | B0..4"),
            ("A2..6 | B0..4", Pace::Still(f(3)), "A0..4 | B0..4"),
            ("~2..6", Pace::Speed(2, 1), "~1..5"),
            ("_2 | B0..4", Pace::Speed(1, 0), "error: that can't be set to so much"),
        ] {
            let put = edited(before, |timeline, ids| {
                let item = nth(timeline, 0, 0);
                set_pace(timeline, ids, item, pace)
            });
            assert_eq!(put, after, "{before}, {pace:?}");
        }
    }

    #[test]
    fn backwards_and_forwards_again_an_item_begins_where_it_ended() {
        let mut ids = IdSource::default();
        let mut subject = timeline("A2..6 | B0..4", &mut ids);
        let item = nth(&subject, 0, 0);
        for pace in [Pace::Speed(-1, 1), Pace::default()] {
            set_pace(&mut subject, &mut ids, item, pace).unwrap();
            check(&subject).unwrap();
        }
        let start = subject.item(item).unwrap().source_range.start();
        assert_eq!(start, f(6));
    }

    #[test]
    fn numbers_that_cannot_be_are_refused() {
        let mut ids = IdSource::default();
        let mut subject = timeline("A2..6", &mut ids);
        let item = nth(&subject, 0, 0);
        let placement = Placement { opacity: 1001, ..Placement::default() };
        assert_eq!(set_placement(&mut subject, item, placement), Err(EditError::OutOfRange));
        let sound = ItemSound { gain: 9999, ..ItemSound::default() };
        assert_eq!(set_sound(&mut subject, item, sound), Err(EditError::OutOfRange));
        let placement = Placement { scale: 500, position: (250, -250), ..Placement::default() };
        set_placement(&mut subject, item, placement).unwrap();
        assert_eq!(subject.item(item).unwrap().placement, placement);
    }
}
