//! Remove: an item goes; a gap stays in its place, or what comes after closes up.
//!
//! ```text
//! before          │ A════ │ B══════ │ C════ │
//! after           │ A════ │ gap     │ C════ │
//! after, closing  │ A════ │ C════ │
//! ```

use super::{EditError, linked, on_track};
use crate::timeline::{Item, Timeline};
use crate::{IdSource, ItemId};
use std::sync::Arc;

/// Takes an item and its links away.
///
/// # Errors
/// If the item is not there, or a track is locked.
pub fn remove(timeline: &mut Timeline, ids: &mut IdSource, item: ItemId, close_up: bool) -> Result<(), EditError> {
    let mut edited = timeline.clone();
    for (track, item) in linked(timeline, item)? {
        on_track(&mut edited, track, |track| {
            let place = track.position(item).ok_or(EditError::NoItem(item))?;
            let gone = track.items.remove(place);
            if !close_up {
                track.items.insert(place, Arc::new(Item::gap(ids.fresh(), gone.duration())));
            }
            Ok(())
        })?;
    }
    *timeline = edited;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::notation::{edited, nth};

    #[test]
    fn cases() {
        for (before, place, close_up, after) in [
            ("A0..4 | B0..3 | C0..4", 1, false, "A0..4 | _3 | C0..4"),
            ("A0..4 | B0..3 | C0..4", 1, true, "A0..4 | C0..4"),
            ("A0..4 | _2 | B0..3 | _1 | C0..4", 2, false, "A0..4 | _6 | C0..4"),
            ("A0..4 | _2 | B0..3 | _1 | C0..4", 2, true, "A0..4 | _3 | C0..4"),
            ("A0..4 | B0..3", 1, false, "A0..4"),
            ("A0..4", 0, true, ""),
            ("A0..4*1 | B0..2\nC0..3*1 | D0..2", 0, true, "B0..2\nD0..2"),
            ("A0..4*1\nlocked C0..3*1", 0, true, "error: the track is locked; unlock it first"),
        ] {
            let removed = edited(before, |timeline, ids| remove(timeline, ids, nth(timeline, 0, place), close_up));
            assert_eq!(removed, after, "{before}");
        }
    }
}
