//! Fill: a new item into a gap (a three-point edit).
//!
//! ```text
//! before        │ A════ │ gap      │ B════ │
//! after, source │ A════ │ new══ │gap│ B════ │      as long as the item; what doesn't fit is cut off
//! after, gap    │ A════ │ new══════ │ B════ │      as long as the gap, as far as there is media
//! ```

use super::{EditError, on_track};
use crate::ItemId;
use crate::timeline::{Item, Timeline};
use kinora_time::Flicks;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What says how long the new item becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filling {
    /// The item's own range.
    Source,
    /// The gap.
    Gap,
}

/// Puts an item at the beginning of a gap. Nothing moves.
///
/// # Errors
/// If there is no such gap, or its track is locked.
pub fn fill(timeline: &mut Timeline, gap: ItemId, item: Item, by: Filling) -> Result<(), EditError> {
    let (track, place) = timeline.find(gap).ok_or(EditError::NoItem(gap))?;
    on_track(timeline, track, |track| {
        let room = Item::clone(&track.items[place]);
        if !room.is_gap() {
            return Err(EditError::NoGap(gap));
        }
        let longest = match by {
            Filling::Source => item.duration(),
            Filling::Gap => Flicks(item.duration().0.saturating_add(item.tail().0)),
        };
        let length = longest.min(room.duration());
        let fitted = item.trimmed(Flicks(0), Flicks(length.0 - item.duration().0));
        let rest = room.trimmed(length, Flicks(0));
        track.items.splice(place..=place, [Arc::new(fitted), Arc::new(rest)]);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::notation::{edited, item, nth};

    #[test]
    fn cases() {
        for (before, place, by, after) in [
            ("A0..4 | _5 | B0..4", 1, Filling::Source, "A0..4 | C2..5 | _2 | B0..4"),
            ("A0..4 | _5 | B0..4", 1, Filling::Gap, "A0..4 | C2..7 | B0..4"),
            ("A0..4 | _12 | B0..4", 1, Filling::Gap, "A0..4 | C2..10 | _4 | B0..4"),
            ("A0..4 | _2 | B0..4", 1, Filling::Source, "A0..4 | C2..4 | B0..4"),
            ("A0..4 | _3 | B0..4", 0, Filling::Gap, "error: this is no gap to fill"),
            ("locked A0..4 | _3 | B0..4", 1, Filling::Gap, "error: the track is locked; unlock it first"),
        ] {
            let filled = edited(before, |timeline, ids| {
                let new = item("C2..5", ids);
                fill(timeline, nth(timeline, 0, place), new, by)
            });
            assert_eq!(filled, after, "{before}, {by:?}");
        }
    }
}
