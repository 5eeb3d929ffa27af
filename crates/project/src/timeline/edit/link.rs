//! Link: items that are edited together from now on, such as a picture and its sound. Unlink: each by itself again.
//!
//! ```text
//! before  │ A════ │      after  │ A════*1 │
//!         │ a════ │             │ a════*1 │
//! ```

use super::{EditError, linked, on_track};
use crate::timeline::{Item, Timeline};
use crate::{IdSource, ItemId, LinkId};

/// Links items; those that were linked with others bring them along. Gaps can't be linked.
///
/// # Errors
/// If an item is not there or a gap, or a track is locked.
pub fn link(timeline: &mut Timeline, ids: &mut IdSource, items: &[ItemId]) -> Result<(), EditError> {
    let mut all = Vec::new();
    for item in items {
        let found = timeline.item(*item).ok_or(EditError::NoItem(*item))?;
        if found.is_gap() {
            return Err(EditError::NoMedia(*item));
        }
        all.extend(linked(timeline, *item)?.into_iter().map(|(_, item)| item));
    }
    set(timeline, &all, Some(ids.fresh()))
}

/// Takes an item's link away, and those of all that were linked with it.
///
/// # Errors
/// If the item is not there, or a track is locked.
pub fn unlink(timeline: &mut Timeline, item: ItemId) -> Result<(), EditError> {
    let all: Vec<ItemId> = linked(timeline, item)?.into_iter().map(|(_, item)| item).collect();
    set(timeline, &all, None)
}

fn set(timeline: &mut Timeline, items: &[ItemId], link: Option<LinkId>) -> Result<(), EditError> {
    let mut edited = timeline.clone();
    for item in items {
        let (track, place) = edited.find(*item).ok_or(EditError::NoItem(*item))?;
        on_track(&mut edited, track, |track| {
            let item = Item::clone(&track.items[place]);
            track.replace(place, Item { link, ..item });
            Ok(())
        })?;
    }
    *timeline = edited;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::edit::slip;
    use crate::timeline::notation::{edited, f, nth};

    #[test]
    fn linked_items_are_edited_together_until_they_are_unlinked() {
        let together = edited("A0..4\nB0..4", |timeline, ids| {
            link(timeline, ids, &[nth(timeline, 0, 0), nth(timeline, 1, 0)])?;
            slip(timeline, ids, nth(timeline, 1, 0), f(2))?;
            unlink(timeline, nth(timeline, 0, 0))?;
            slip(timeline, ids, nth(timeline, 0, 0), f(1))
        });
        assert_eq!(together, "A3..7\nB2..6");
    }

    #[test]
    fn a_link_joins_what_was_linked_before() {
        let joined = edited("A0..4*7 | B0..4*7 | C0..4", |timeline, ids| {
            link(timeline, ids, &[nth(timeline, 0, 0), nth(timeline, 0, 2)])?;
            unlink(timeline, nth(timeline, 0, 1))
        });
        assert_eq!(joined, "A0..4 | B0..4 | C0..4");
    }

    #[test]
    fn gaps_and_locked_tracks_are_refused() {
        let gap = edited("A0..4 | _2 | B0..4", |timeline, ids| {
            link(timeline, ids, &[nth(timeline, 0, 0), nth(timeline, 0, 1)])
        });
        assert_eq!(gap, "error: there is no media here to move");
        let locked = edited("A0..4\nlocked B0..4", |timeline, ids| {
            link(timeline, ids, &[nth(timeline, 0, 0), nth(timeline, 1, 0)])
        });
        assert_eq!(locked, "error: the track is locked; unlock it first");
    }
}
