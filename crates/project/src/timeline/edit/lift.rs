//! Lift: a range of time goes out of every track that is not locked; gaps stay.
//!
//! ```text
//! range         [───────]
//! before  │ A═══════ │ B═════ │ C═ │
//! after   │ A══ │ gap    │B══ │ C═ │
//! ```

use super::{EditError, on_track};
use crate::IdSource;
use crate::timeline::{Item, Timeline};
use kinora_time::TimeRange;
use std::sync::Arc;

/// Takes a range out and leaves gaps.
///
/// # Errors
/// If the range begins before 0.
pub fn lift(timeline: &mut Timeline, ids: &mut IdSource, range: TimeRange) -> Result<(), EditError> {
    out_of_every_track(timeline, ids, range, true)
}

/// Takes a range out of every track that is not locked, and leaves gaps or closes up.
pub(super) fn out_of_every_track(
    timeline: &mut Timeline,
    ids: &mut IdSource,
    range: TimeRange,
    leave_gaps: bool,
) -> Result<(), EditError> {
    if range.start().0 < 0 {
        return Err(EditError::BeforeTheBeginning);
    }
    let open: Vec<_> = timeline.tracks.iter().filter(|track| !track.locked).map(|track| track.id).collect();
    for track in open {
        on_track(timeline, track, |track| {
            let there = track.cut_out(range, ids);
            let gap = leave_gaps.then(|| Arc::new(Item::gap(ids.fresh(), range.duration())));
            track.items.splice(there, gap);
            Ok(())
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::notation::{edited, range};

    #[test]
    fn cases() {
        for (before, from, to, after) in [
            ("A0..4 | B0..4", 2, 6, "A0..2 | _4 | B2..4"),
            ("A0..9", 2, 5, "A0..2 | _3 | A5..9"),
            ("A0..4 | B0..4", 4, 99, "A0..4"),
            ("A0..4 | _2 | B0..4", 2, 6, "A0..2 | _4 | B0..4"),
            ("A0..4", 7, 9, "A0..4"),
            ("A0..4\nB0..6\nlocked C0..6", 1, 3, "A0..1 | _2 | A3..4\nB0..1 | _2 | B3..6\nlocked C0..6"),
            ("A0..4", 2, 2, "A0..2 | A2..4"),
        ] {
            let lifted = edited(before, |timeline, ids| lift(timeline, ids, range(from, to)));
            assert_eq!(lifted, after, "{before}, {from}..{to}");
        }
    }
}
