//! Ripple: an end of one item moves, and all that comes after moves along.
//!
//! ```text
//! before  │ A════ │ B══════ │ C════ │
//! after   │ A════ │ B══════════ │ C════ │
//! ```

use super::{Edge, EditError, Move, move_linked, within};
use crate::timeline::{Timeline, Track};
use crate::{IdSource, ItemId};
use kinora_time::Flicks;

/// Moves an end by as much as there is media. Other tracks stay.
///
/// # Errors
/// If nothing would be left, the item is not there, or its track is locked.
pub fn ripple(
    timeline: &mut Timeline,
    ids: &mut IdSource,
    item: ItemId,
    edge: Edge,
    by: Flicks,
) -> Result<(), EditError> {
    move_linked(timeline, ids, item, by, &Ripple(edge))
}

struct Ripple(Edge);

impl Move for Ripple {
    const PUSHES: bool = false;

    fn limit(&self, track: &Track, place: usize, by: Flicks) -> Result<Flicks, EditError> {
        let item = &track.items[place];
        let length = item.duration().0;
        let longer = if self.0 == Edge::Start { -by.0 } else { by.0 };
        if longer <= -length {
            return Err(EditError::NothingLeft(item.id));
        }
        Ok(match self.0 {
            Edge::Start => within(by, item.head().0, length),
            Edge::End => within(by, -length, item.tail().0),
        })
    }

    fn apply(&self, track: &mut Track, place: usize, by: Flicks, _: &mut IdSource) {
        let trimmed = match self.0 {
            Edge::Start => track.items[place].trimmed(by, Flicks(0)),
            Edge::End => track.items[place].trimmed(Flicks(0), by),
        };
        track.replace(place, trimmed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::notation::{edited, f, nth};

    #[test]
    fn cases() {
        for (before, place, edge, by, after) in [
            ("A0..4 | B2..6 | C0..4", 1, Edge::End, 2, "A0..4 | B2..8 | C0..4"),
            ("A0..4 | B2..6 | C0..4", 1, Edge::End, 99, "A0..4 | B2..10 | C0..4"),
            ("A0..4 | B2..6 | C0..4", 1, Edge::Start, -1, "A0..4 | B1..6 | C0..4"),
            ("A0..4 | B2..6 | C0..4", 1, Edge::Start, -9, "A0..4 | B0..6 | C0..4"),
            ("A0..4 | B2..6 | C0..4", 1, Edge::Start, 3, "A0..4 | B5..6 | C0..4"),
            ("A0..4 | _2 | C0..4", 1, Edge::End, 3, "A0..4 | _5 | C0..4"),
            ("A0..4 | B2..6", 1, Edge::End, -4, "error: nothing would be left of it; remove it instead"),
            ("locked A0..4", 0, Edge::End, 1, "error: the track is locked; unlock it first"),
        ] {
            let rippled = edited(before, |timeline, ids| ripple(timeline, ids, nth(timeline, 0, place), edge, f(by)));
            assert_eq!(rippled, after, "{before}, {edge:?} {by}");
        }
    }
}
