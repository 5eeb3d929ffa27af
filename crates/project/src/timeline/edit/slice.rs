//! Slice: one item becomes two that meet.
//!
//! ```text
//! before  │ A════════════ │
//! after   │ A══════ │ A═════ │
//! ```

use super::{EditError, on_track};
use crate::timeline::Timeline;
use crate::{IdSource, TrackId};
use kinora_time::Flicks;

/// Cuts what is there at a time; on a cut, in a gap or after the end it changes nothing. The second part is linked with nothing.
///
/// # Errors
/// If the track is not there or locked.
pub fn slice(timeline: &mut Timeline, ids: &mut IdSource, track: TrackId, time: Flicks) -> Result<(), EditError> {
    on_track(timeline, track, |track| {
        if track.at(time).is_some() {
            track.cut(time, ids);
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::notation::{edited, f};

    #[test]
    fn cases() {
        for (before, time, after) in [
            ("A2..8 | B0..4", 2, "A2..4 | A4..8 | B0..4"),
            ("A2..8 | B0..4", 6, "A2..8 | B0..4"),
            ("A2..8 | B0..4", 0, "A2..8 | B0..4"),
            ("A2..8 | B0..4", 99, "A2..8 | B0..4"),
            ("A2..8 | B0..4", -1, "A2..8 | B0..4"),
            ("A0..4 | _4 | B0..4", 6, "A0..4 | _4 | B0..4"),
            ("~0..6", 2, "~0..2 | ~2..6"),
            ("A0..4*1", 2, "A0..2*1 | A2..4"),
            ("locked A0..4", 2, "error: the track is locked; unlock it first"),
        ] {
            let sliced = edited(before, |timeline, ids| slice(timeline, ids, timeline.tracks[0].id, f(time)));
            assert_eq!(sliced, after, "{before}, {time}");
        }
    }
}
