//! Trim: an end of one item moves, into a gap or away from its neighbour; nothing else moves.
//!
//! ```text
//! before  │ A════════ │      gap │ B════ │
//! after   │ A══════════════ │ gap │ B════ │      the gap gives way
//! after   │ A════ │           gap │ B════ │      the gap grows
//! ```

use super::{Edge, EditError, Move, move_linked, within};
use crate::timeline::{Item, Timeline, Track};
use crate::{IdSource, ItemId};
use kinora_time::Flicks;
use std::sync::Arc;

/// Moves an end by as much as there is media and room. What is left behind is a gap.
///
/// # Errors
/// If nothing would be left, the item is not there, or its track is locked.
pub fn trim(
    timeline: &mut Timeline,
    ids: &mut IdSource,
    item: ItemId,
    edge: Edge,
    by: Flicks,
) -> Result<(), EditError> {
    move_linked(timeline, ids, item, by, &Trim { edge })
}

struct Trim {
    edge: Edge,
}

impl Trim {
    /// The item on the side of the edge.
    fn neighbour<'a>(&self, track: &'a Track, place: usize) -> Option<&'a Arc<Item>> {
        match self.edge {
            Edge::Start => place.checked_sub(1).and_then(|before| track.items.get(before)),
            Edge::End => track.items.get(place + 1),
        }
    }
}

impl Move for Trim {
    const PUSHES: bool = true;

    fn limit(&self, track: &Track, place: usize, by: Flicks) -> Result<Flicks, EditError> {
        let item = &track.items[place];
        let room = match (self.neighbour(track, place), self.edge) {
            (Some(other), _) if other.is_gap() => other.duration().0,
            (None, Edge::End) => i64::MAX / 4,
            _ => 0,
        };
        let length = item.duration().0;
        let shrinks_away = match self.edge {
            Edge::Start => by.0 >= length,
            Edge::End => by.0 <= -length,
        };
        if shrinks_away {
            return Err(EditError::NothingLeft(item.id));
        }
        Ok(match self.edge {
            Edge::Start => within(by, item.head().0.max(-room), length),
            Edge::End => within(by, -length, item.tail().0.min(room)),
        })
    }

    fn apply(&self, track: &mut Track, place: usize, by: Flicks, ids: &mut IdSource) {
        let (start, end) = match self.edge {
            Edge::Start => (by, Flicks(0)),
            Edge::End => (Flicks(0), by),
        };
        let trimmed = track.items[place].trimmed(start, end);
        track.replace(place, trimmed);
        // The gap beside it takes what the item leaves: more before it, less after it, and the other way round.
        let grows = Flicks(if self.edge == Edge::Start { by.0 } else { -by.0 });
        let beside = if self.edge == Edge::Start { place.checked_sub(1) } else { Some(place + 1) };
        match beside.and_then(|beside| Some((beside, track.items.get(beside)?.clone()))) {
            Some((beside, gap)) if gap.is_gap() => track.replace(beside, gap.trimmed(Flicks(0), grows)),
            _ if grows.0 > 0 => {
                let at = if self.edge == Edge::Start { place } else { place + 1 };
                track.items.insert(at, Arc::new(Item::gap(ids.fresh(), grows)));
            }
            _ => {}
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
            ("A0..4 | _4 | B0..4", 0, Edge::End, 2, "A0..6 | _2 | B0..4"),
            ("A0..4 | _4 | B0..4", 0, Edge::End, 9, "A0..8 | B0..4"),
            ("A0..4 | _4 | B0..4", 0, Edge::End, -1, "A0..3 | _5 | B0..4"),
            ("A0..4 | B0..4", 0, Edge::End, 2, "A0..4 | B0..4"),
            ("A0..4 | B0..4", 0, Edge::End, -2, "A0..2 | _2 | B0..4"),
            ("A0..4 | B0..4", 1, Edge::Start, 1, "A0..4 | _1 | B1..4"),
            ("A0..4 | _2 | B3..6", 2, Edge::Start, -9, "A0..4 | B1..6"),
            ("A0..4", 0, Edge::Start, 1, "_1 | A1..4"),
            ("A0..4", 0, Edge::End, 99, "A0..10"),
            ("~0..4 | _2 | A0..1", 0, Edge::End, 1, "~0..5 | _1 | A0..1"),
            ("A0..4*1\nB0..9*1", 0, Edge::End, 4, "A0..5*1\nB0..10*1"),
            ("A0..4", 0, Edge::End, -4, "error: nothing would be left of it; remove it instead"),
            ("A0..4", 0, Edge::Start, 7, "error: nothing would be left of it; remove it instead"),
        ] {
            let trimmed = edited(before, |timeline, ids| trim(timeline, ids, nth(timeline, 0, place), edge, f(by)));
            assert_eq!(trimmed, after, "{before}, {edge:?} {by}");
        }
    }
}
