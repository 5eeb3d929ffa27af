//! Slip: another part of the media in the same place.
//!
//! ```text
//! media  ──────[====]────────      before: source_range [====]
//! media  ────────[====]──────      after:  same length, later in the media
//! track  │ A │ [====] │ B │        unchanged
//! ```

use super::{EditError, Move, move_linked, within};
use crate::timeline::{Content, Item, Timeline, Track};
use crate::{IdSource, ItemId};
use kinora_time::Flicks;

/// Shows what is `by` later in the media, as far as there is any.
///
/// # Errors
/// If the item is a gap or a title, or its track is locked.
pub fn slip(timeline: &mut Timeline, ids: &mut IdSource, item: ItemId, by: Flicks) -> Result<(), EditError> {
    move_linked(timeline, ids, item, by, &Slip)
}

struct Slip;

impl Move for Slip {
    const PUSHES: bool = false;

    fn limit(&self, track: &Track, place: usize, by: Flicks) -> Result<Flicks, EditError> {
        let item = &track.items[place];
        if matches!(item.content, Content::Gap | Content::Title(_)) {
            return Err(EditError::NoMedia(item.id));
        }
        Ok(within(by, item.head().0, item.tail().0))
    }

    fn apply(&self, track: &mut Track, place: usize, by: Flicks, _: &mut IdSource) {
        let item = Item::clone(&track.items[place]);
        track.replace(place, Item { source_range: item.source_range.moved(by), ..item });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::notation::{edited, f, nth};

    #[test]
    fn cases() {
        for (before, place, by, after) in [
            ("A0..4 | B0..4", 0, 2, "A2..6 | B0..4"),
            ("A0..4 | B0..4", 0, 999, "A6..10 | B0..4"),
            ("A0..4 | B3..4", 1, -999, "A0..4 | B0..1"),
            ("A0..4*1 | B5..9*1", 0, 4, "A1..5*1 | B6..10*1"),
            ("~2..6 | B0..4", 0, 3, "~5..9 | B0..4"),
            ("~2..6 | B0..4", 0, -9, "~0..4 | B0..4"),
            ("A0..4 | _3 | B0..4", 1, 2, "error: there is no media here to move"),
            ("locked A0..4", 0, 2, "error: the track is locked; unlock it first"),
        ] {
            let slipped = edited(before, |timeline, ids| slip(timeline, ids, nth(timeline, 0, place), f(by)));
            assert_eq!(slipped, after, "{before}, {by}");
        }
    }
}
