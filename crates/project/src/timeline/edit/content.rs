//! Set content: something else in the same place for the same time, such as another file, a pinned take, or other words.
//!
//! ```text
//! before  │ A════ │ B════ │ C════ │
//! after   │ A════ │ X════ │ C════ │
//! ```

use super::{EditError, on_track};
use crate::ItemId;
use crate::timeline::{Content, Item, Pace, Timeline};
use kinora_time::{Flicks, TimeRange};

/// Puts other content in an item's place. It begins in its source where the old did, or as near to that as it can.
///
/// # Errors
/// If the item is not there, its track is locked, or there is less of the new content than is seen of the old.
pub fn set_content(timeline: &mut Timeline, item: ItemId, content: &Content) -> Result<(), EditError> {
    let (track, place) = timeline.find(item).ok_or(EditError::NoItem(item))?;
    on_track(timeline, track, |track| {
        let old = Item::clone(&track.items[place]);
        let (start, duration) = (old.source_range.start(), old.duration());
        let new = match content {
            Content::Gap => Item::gap(old.id, duration),
            Content::Title(_) => Item { content: content.clone(), pace: Pace::default(), ..old },
            Content::Clip { .. } | Content::Shot { .. } => Item { content: content.clone(), ..old },
        };
        let start = match (content, new.available_range()) {
            (_, Some(all)) if all.duration() < duration => return Err(EditError::TooShort(item)),
            (_, Some(all)) => start.max(all.start()).min(Flicks(all.end().0 - duration.0)),
            (Content::Clip { .. } | Content::Shot { .. }, None) => start.max(Flicks(0)),
            (Content::Title(_) | Content::Gap, None) => Flicks(0),
        };
        let source_range = TimeRange::between(start, Flicks(start.0 + duration.0));
        track.replace(place, Item { source_range, ..new });
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ShotId;
    use crate::timeline::notation::{edited, item, nth};

    #[test]
    fn cases() {
        for (before, new, after) in [
            ("A2..5 | B0..4", "C0..1", "C2..5 | B0..4"),
            ("A2..5", "~0..1", "~2..5"),
            ("A2..5 | B0..4", "_1", "_3 | B0..4"),
            ("~12..15", "C0..1", "C7..10"),
            ("~0..12", "C0..1", "error: the new content is too short for this place; trim the clip first"),
        ] {
            let put = edited(before, |timeline, ids| {
                let content = item(new, ids).content;
                set_content(timeline, nth(timeline, 0, 0), &content)
            });
            assert_eq!(put, after, "{before}, {new}");
        }
    }

    #[test]
    fn a_shot_can_be_pinned_to_a_take() {
        let pinned = Content::Shot { shot: ShotId(1), pinned: Some(crate::TakeId(7)) };
        let put = edited("~2..5", |timeline, _| set_content(timeline, nth(timeline, 0, 0), &pinned));
        assert_eq!(put, "~2..5");
    }
}
