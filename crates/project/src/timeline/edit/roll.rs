//! Roll: the cut between two items moves; the one ends later, the other begins later.
//!
//! ```text
//! before  │ A══════ │ B══════ │ C════ │
//! after   │ A════════ │ B════ │ C════ │
//! ```

use super::{Edge, EditError, Move, move_linked, within};
use crate::timeline::{Timeline, Track};
use crate::{IdSource, ItemId};
use kinora_time::Flicks;

/// Moves the cut at an end of an item, as far as both have media and keep something.
///
/// # Errors
/// If there is nothing on that side, the item is not there, or its track is locked.
pub fn roll(
    timeline: &mut Timeline,
    ids: &mut IdSource,
    item: ItemId,
    edge: Edge,
    by: Flicks,
) -> Result<(), EditError> {
    move_linked(timeline, ids, item, by, &Roll(edge))
}

struct Roll(Edge);

impl Roll {
    /// The places of the items before and after the cut.
    fn sides(&self, track: &Track, place: usize) -> Result<(usize, usize), EditError> {
        let none = EditError::NoNeighbour(track.items[place].id);
        match self.0 {
            Edge::Start => Ok((place.checked_sub(1).ok_or(none)?, place)),
            Edge::End if place + 1 < track.items.len() => Ok((place, place + 1)),
            Edge::End => Err(none),
        }
    }
}

impl Move for Roll {
    const PUSHES: bool = true;

    fn limit(&self, track: &Track, place: usize, by: Flicks) -> Result<Flicks, EditError> {
        let (before, after) = self.sides(track, place)?;
        let (before, after) = (&track.items[before], &track.items[after]);
        let least = after.head().0.max(-before.duration().0 + i64::from(!before.is_gap()));
        let most = before.tail().0.min(after.duration().0 - i64::from(!after.is_gap()));
        Ok(within(by, least, most))
    }

    fn apply(&self, track: &mut Track, place: usize, by: Flicks, _: &mut IdSource) {
        if let Ok((before, after)) = self.sides(track, place) {
            let (earlier, later) =
                (track.items[before].trimmed(Flicks(0), by), track.items[after].trimmed(by, Flicks(0)));
            track.replace(before, earlier);
            track.replace(after, later);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::notation::{edited, f, nth};

    #[test]
    fn cases() {
        for (before, place, edge, by, after) in [
            ("A0..4 | B2..8", 0, Edge::End, 2, "A0..6 | B4..8"),
            ("A0..4 | B2..8", 1, Edge::Start, 2, "A0..6 | B4..8"),
            ("A0..4 | B2..8", 0, Edge::End, -3, "A0..2 | B0..8"),
            ("A0..8 | B2..8", 0, Edge::End, 5, "A0..10 | B4..8"),
            ("A0..4 | _2 | B0..4", 0, Edge::End, 9, "A0..6 | B0..4"),
            ("A0..4*1 | B2..8\nA0..9*1 | C3..5", 0, Edge::End, 4, "A0..5*1 | B3..8\nA0..10*1 | C4..5"),
            ("A0..4 | B2..8", 0, Edge::Start, 1, "error: there is nothing on that side to give way"),
            ("A0..4 | B2..8", 1, Edge::End, 1, "error: there is nothing on that side to give way"),
        ] {
            let rolled = edited(before, |timeline, ids| roll(timeline, ids, nth(timeline, 0, place), edge, f(by)));
            assert_eq!(rolled, after, "{before}, {edge:?} {by}");
        }
    }
}
