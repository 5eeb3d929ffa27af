//! `--bench-ui [PROJECT]`: start to first frame, processor time of the editor a frame (its shapes and their triangles, of the project's last
//! timeline seen as a whole), memory.

use std::time::Duration;

/// Frames that are counted, after those in which everything is made.
const FRAMES: usize = 200;
/// Frames before that.
const WARM: usize = 20;

/// What was measured so far.
#[derive(Debug, Default)]
pub(super) struct Bench {
    first: Option<Duration>,
    seen: usize,
    frames: Vec<Duration>,
}

impl Bench {
    /// Takes in a frame: how long the editor took for it, without drawing, and how long after the start the first one was on screen. At the
    /// end: a line of JSON.
    pub(super) fn frame(&mut self, shown: Duration, first: Option<Duration>) -> Option<String> {
        self.first = first;
        self.seen += 1;
        if self.seen > WARM {
            self.frames.push(shown);
        }
        if self.frames.len() < FRAMES {
            return None;
        }
        self.frames.sort();
        let millis = |time: Duration| time.as_secs_f64() * 1000.0;
        let report = serde_json::json!({
            "first_frame_ms": millis(self.first.unwrap_or_default()),
            "ui_median_ms": millis(self.frames[FRAMES / 2]),
            "ui_p95_ms": millis(self.frames[FRAMES * 95 / 100]),
            "memory_bytes": crate::desk::resident_bytes(),
        });
        Some(report.to_string())
    }
}
