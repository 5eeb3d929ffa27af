//! Overwrite: a new item at a time, over whatever is there.
//!
//! ```text
//! before  │ A════════ │ B════ │ C══ │
//! after   │ A════ │ new═════ │B═ │ C══ │      nothing moves
//! ```

use super::{EditError, on_track};
use crate::timeline::{Item, Timeline};
use crate::{IdSource, TrackId};
use kinora_time::{Flicks, TimeRange};
use std::sync::Arc;

/// Puts an item over what is there. After the end a gap leads up to it.
///
/// # Errors
/// If the time lies before 0, the track is not there or locked.
pub fn overwrite(
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
        let range = TimeRange::between(time, Flicks(time.0 + item.duration().0));
        let covered = track.cut_out(range, ids);
        track.items.splice(covered, [Arc::new(item)]);
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
            ("A0..4 | B0..4", 2, "A0..2 | C2..5 | B1..4"),
            ("A0..9", 2, "A0..2 | C2..5 | A5..9"),
            ("A0..4 | B0..4", 0, "C2..5 | A3..4 | B0..4"),
            ("A0..4 | B0..1 | D0..1 | E0..4", 3, "A0..3 | C2..5 | E0..4"),
            ("A0..4", 3, "A0..3 | C2..5"),
            ("A0..4", 6, "A0..4 | _2 | C2..5"),
            ("A0..4", -1, "error: a timeline begins at 0"),
            ("locked A0..4", 2, "error: the track is locked; unlock it first"),
        ] {
            let written = edited(before, |timeline, ids| {
                let new = item("C2..5", ids);
                overwrite(timeline, ids, timeline.tracks[0].id, f(time), new)
            });
            assert_eq!(written, after, "{before}, {time}");
        }
    }
}
