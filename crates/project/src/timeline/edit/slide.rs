//! Slide: the same item elsewhere between its neighbours; they give way.
//!
//! ```text
//! before  │ A══════ │ B════ │ C══════ │
//! after   │ A════════ │ B════ │ C════ │      A ends later, C begins later, all else stays
//! ```

use super::{EditError, Move, move_linked, within};
use crate::timeline::{Item, Timeline, Track};
use crate::{IdSource, ItemId};
use kinora_time::Flicks;
use std::sync::Arc;

/// Moves an item by as much as its neighbours can give and have. At the beginning of a track a gap comes before it.
///
/// # Errors
/// If the item is not there, or its track is locked.
pub fn slide(timeline: &mut Timeline, ids: &mut IdSource, item: ItemId, by: Flicks) -> Result<(), EditError> {
    move_linked(timeline, ids, item, by, &Slide)
}

struct Slide;

impl Move for Slide {
    const PUSHES: bool = true;

    fn limit(&self, track: &Track, place: usize, by: Flicks) -> Result<Flicks, EditError> {
        let (mut least, mut most) = (i64::MIN / 4, i64::MAX / 4);
        match place.checked_sub(1).and_then(|before| track.items.get(before)) {
            Some(before) => {
                // A gap may vanish, anything else keeps something.
                least = least.max(-before.duration().0 + i64::from(!before.is_gap()));
                most = most.min(before.tail().0);
            }
            None => least = 0,
        }
        if let Some(after) = track.items.get(place + 1) {
            most = most.min(after.duration().0 - i64::from(!after.is_gap()));
            least = least.max(after.head().0);
        }
        Ok(within(by, least, most))
    }

    fn apply(&self, track: &mut Track, place: usize, by: Flicks, ids: &mut IdSource) {
        if let Some(after) = track.items.get(place + 1).cloned() {
            track.replace(place + 1, after.trimmed(by, Flicks(0)));
        }
        match place.checked_sub(1) {
            Some(before) => {
                let item = track.items[before].trimmed(Flicks(0), by);
                track.replace(before, item);
            }
            None => track.items.insert(0, Arc::new(Item::gap(ids.fresh(), by))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::notation::{edited, f, nth};

    #[test]
    fn cases() {
        for (before, place, by, after) in [
            ("A0..4 | B0..4 | C2..8", 1, 2, "A0..6 | B0..4 | C4..8"),
            ("A0..4 | B0..4 | C2..8", 1, -1, "A0..3 | B0..4 | C1..8"),
            ("A0..4 | B0..4 | C1..8", 1, -3, "A0..3 | B0..4 | C0..8"),
            ("A0..8 | B0..4 | C2..8", 1, 5, "A0..10 | B0..4 | C4..8"),
            ("A0..4 | _3 | B0..4 | _2 | C0..2", 2, -3, "A0..4 | B0..4 | _5 | C0..2"),
            ("A0..4 | B2..8", 0, 2, "_2 | A0..4 | B4..8"),
            ("A0..4 | B2..8", 0, -2, "A0..4 | B2..8"),
            ("A0..4 | B0..4", 1, 2, "A0..6 | B0..4"),
            ("A0..4*1 | B0..4*1 | C2..8", 0, 2, "error: linked items stand side by side here; unlink them first"),
            ("locked A0..4 | B0..4", 1, 2, "error: the track is locked; unlock it first"),
        ] {
            let slid = edited(before, |timeline, ids| slide(timeline, ids, nth(timeline, 0, place), f(by)));
            assert_eq!(slid, after, "{before}, {by}");
        }
    }
}
