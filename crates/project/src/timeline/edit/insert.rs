//! Insert: a new item at a time; what is there is cut, and all after it moves along.
//!
//! ```text
//! before  │ A════════ │ B════ │
//! after   │ A════ │ new══ │ A════ │ B════ │
//! ```

use super::{EditError, on_track};
use crate::timeline::{Item, Timeline};
use crate::{IdSource, TrackId};
use kinora_time::Flicks;
use std::sync::Arc;

/// Puts an item in. After the end a gap leads up to it.
///
/// # Errors
/// If the time lies before 0, the track is not there or locked.
pub fn insert(
    timeline: &mut Timeline,
    ids: &mut IdSource,
    track: TrackId,
    time: Flicks,
    item: Item,
) -> Result<(), EditError> {
    if time.0 < 0 {
        return Err(EditError::BeforeTheBeginning);
    }
    on_track(timeline, track, |track| {
        let place = track.cut(time, ids);
        track.items.insert(place, Arc::new(item));
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::notation::{edited, f, item};

    #[test]
    fn cases() {
        for (before, time, after) in [
            ("A0..4 | B0..4", 2, "A0..2 | C2..5 | A2..4 | B0..4"),
            ("A0..4 | B0..4", 4, "A0..4 | C2..5 | B0..4"),
            ("A0..4 | B0..4", 0, "C2..5 | A0..4 | B0..4"),
            ("A0..4 | B0..4", 10, "A0..4 | B0..4 | _2 | C2..5"),
            ("A0..4 | _4 | B0..4", 6, "A0..4 | _2 | C2..5 | _2 | B0..4"),
            ("", 0, "C2..5"),
            ("A0..4", -1, "error: a timeline begins at 0"),
            ("locked A0..4", 2, "error: the track is locked; unlock it first"),
        ] {
            let before = if before.is_empty() { "|" } else { before };
            let inserted = edited(before, |timeline, ids| {
                let new = item("C2..5", ids);
                insert(timeline, ids, timeline.tracks[0].id, f(time), new)
            });
            assert_eq!(inserted, after, "{before}, {time}");
        }
    }
}
