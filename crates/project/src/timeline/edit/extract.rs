//! Extract: a range of time goes out of every track that is not locked, and what comes after closes up.
//!
//! ```text
//! range         [───────]
//! before  │ A═══════ │ B═════ │ C═ │
//! after   │ A══ │B══ │ C═ │
//! ```

use super::EditError;
use super::lift::out_of_every_track;
use crate::IdSource;
use crate::timeline::Timeline;
use kinora_time::TimeRange;

/// Takes a range out and closes up.
///
/// # Errors
/// If the range begins before 0.
pub fn extract(timeline: &mut Timeline, ids: &mut IdSource, range: TimeRange) -> Result<(), EditError> {
    out_of_every_track(timeline, ids, range, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::notation::{edited, range};

    #[test]
    fn cases() {
        for (before, from, to, after) in [
            ("A0..4 | B0..4", 2, 6, "A0..2 | B2..4"),
            ("A0..9", 2, 5, "A0..2 | A5..9"),
            ("A0..4 | _4 | B0..4", 5, 7, "A0..4 | _2 | B0..4"),
            ("A0..4", 7, 9, "A0..4"),
            ("A0..4\nB0..6\nlocked C0..6", 1, 3, "A0..1 | A3..4\nB0..1 | B3..6\nlocked C0..6"),
        ] {
            let extracted = edited(before, |timeline, ids| extract(timeline, ids, range(from, to)));
            assert_eq!(extracted, after, "{before}, {from}..{to}");
        }
    }
}
