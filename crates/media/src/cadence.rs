//! Cadence: which source frame each frame of the output shows. Frames are held, never blended.
//!
//! ```text
//!     12 → 24 (twos)   A A B B C C D D
//!     12 → 30          A A B B B C C D D D
//!     24 → 12          A C E G
//! ```
//!
//! Between whole and NTSC rates the source is conformed first, as a film is for television: 12 becomes 12000/1001 and the
//! clip lasts 0.1 % longer, so that 12 → 23.976 stays exactly on twos.
//!
//! Deliberately not here: pixels, sound, and rates other than a clip's own (retiming).

use kinora_time::{Flicks, FrameRate};

/// The way from a clip of so many frames at one rate to frames at another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cadence {
    frames: u32,
    len: u32,
    from: FrameRate,
    to: FrameRate,
}

impl Cadence {
    /// A clip of `frames` frames at the rate `from`, shown at the rate `to`. It lasts as many frames as come closest to
    /// the (conformed) clip's duration, at least 1; a clip without frames stays without.
    #[must_use]
    pub fn new(frames: u32, from: FrameRate, to: FrameRate) -> Self {
        let from = conformed(from, to);
        let (source, output) = (flicks(from), flicks(to));
        let rounded = (2 * i128::from(frames) * source + output) / (2 * output);
        let len = if frames == 0 { 0 } else { u32::try_from(rounded.max(1)).unwrap_or(u32::MAX) };
        Self { frames, len, from, to }
    }

    /// The same cadence, ending after `max_frames` frames of the output: a model makes 61 frames where 60 were asked for.
    #[must_use]
    pub fn truncated(self, max_frames: u32) -> Self {
        Self { len: self.len.min(max_frames), ..self }
    }

    /// Frames of the output.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// True for a clip without frames.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How long the output lasts.
    #[must_use]
    pub fn duration(&self) -> Flicks {
        self.to.frame_start(i64::from(self.len))
    }

    /// The rate at which the source is played: its own, or conformed by 1000/1001 or 1001/1000.
    #[must_use]
    pub fn conformed_rate(&self) -> FrameRate {
        self.from
    }

    /// The source frame that output frame `index` shows, or `None` past the end.
    ///
    /// It is the one on screen in the middle of the output frame. Where fewer frames come out than go in, it is the one
    /// on screen at its start, so that the first frame is never lost.
    #[must_use]
    pub fn source_frame(&self, index: usize) -> Option<usize> {
        if index >= self.len() {
            return None;
        }
        let (source, output) = (flicks(self.from), flicks(self.to));
        let middle = if output <= source { output } else { 0 };
        let shown = (2 * i128::try_from(index).ok()? * output + middle) / (2 * source);
        usize::try_from(shown.min(i128::from(self.frames) - 1)).ok()
    }

    /// The source frame of each output frame, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = usize> + use<> {
        let cadence = *self;
        (0..self.len()).map(move |index| cadence.source_frame(index).unwrap_or(0))
    }
}

fn flicks(rate: FrameRate) -> i128 {
    i128::from(rate.frame_duration().0)
}

/// `from` in the family of `to`: whole or NTSC. Rates of neither family stay as they are.
fn conformed(from: FrameRate, to: FrameRate) -> FrameRate {
    let other = match (from.denominator(), to.denominator()) {
        (1, 1001) => FrameRate::new(from.numerator().saturating_mul(1000), 1001),
        (1001, 1) => FrameRate::new(from.numerator(), 1000),
        _ => return from,
    };
    other.unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cadence(frames: u32, from: &str, to: &str) -> Cadence {
        Cadence::new(frames, from.parse().unwrap(), to.parse().unwrap())
    }

    /// Letters are source frames: "AABB" holds the first two twice each.
    #[track_caller]
    fn check(frames: u32, from: &str, to: &str, shown: &str) {
        let letters: String =
            cadence(frames, from, to).iter().map(|i| char::from(b'A' + u8::try_from(i).unwrap())).collect();
        assert_eq!(letters, shown, "{frames} frames, {from} → {to}");
    }

    #[test]
    fn a_clip_on_twos_holds_every_frame_twice() {
        check(4, "12", "24", "AABBCCDD");
        check(4, "12", "23.976", "AABBCCDD");
        check(4, "11.988", "23.976", "AABBCCDD");
        check(4, "11.988", "24", "AABBCCDD");
        let long = cadence(61, "12", "23.976");
        assert!(long.iter().enumerate().all(|(output, source)| source == output / 2));
    }

    #[test]
    fn the_same_rate_keeps_every_frame_once() {
        for rate in ["12", "23.976", "24", "25", "29.97", "30"] {
            check(5, rate, rate, "ABCDE");
        }
        check(5, "24", "23.976", "ABCDE");
        check(5, "29.97", "30", "ABCDE");
    }

    #[test]
    fn two_and_a_half_frames_alternate_between_two_and_three() {
        check(4, "12", "30", "AABBBCCDDD");
        check(4, "12", "29.97", "AABBBCCDDD");
    }

    #[test]
    fn at_25_a_second_one_frame_in_twelve_is_held_thrice() {
        let shown: Vec<_> = cadence(24, "12", "25").iter().collect();
        assert_eq!(shown.len(), 50);
        let held: Vec<_> = (0..24).map(|frame| shown.iter().filter(|i| **i == frame).count()).collect();
        assert_eq!(held.iter().filter(|count| **count == 3).count(), 2);
        assert!(held.iter().all(|count| (2..=3).contains(count)), "{held:?}");
    }

    #[test]
    fn fewer_frames_out_keep_the_first() {
        check(8, "24", "12", "ACEG");
        check(5, "30", "24", "ABCD");
    }

    #[test]
    fn an_output_lasts_as_long_as_the_conformed_source() {
        for (frames, from, to, expected) in [
            (60, "12", "24", 120),
            (61, "12", "24", 122),
            (61, "12", "23.976", 122),
            (61, "12", "25", 127),    // 127.08
            (61, "12", "29.97", 153), // 152.5, rounded up
            (61, "12", "30", 153),
            (61, "12", "12", 61),
            (1, "24", "12", 1),
            (1, "60", "12", 1), // rounds to none, but a clip has a frame
            (0, "12", "24", 0),
        ] {
            assert_eq!(cadence(frames, from, to).len(), expected, "{frames} frames, {from} → {to}");
        }
    }

    #[test]
    fn a_truncated_cadence_lasts_exactly_the_frames_asked_for() {
        let clip = cadence(61, "12", "24").truncated(120);
        assert_eq!((clip.len(), clip.iter().last()), (120, Some(59)));
        assert_eq!(clip.duration(), Flicks(5 * kinora_time::FLICKS_PER_SECOND));
        assert_eq!(clip.source_frame(120), None);
        assert_eq!(cadence(2, "12", "24").truncated(120).len(), 4);
    }

    #[test]
    fn no_frame_lies_outside_the_source_and_time_never_runs_back() {
        let rates = ["12", "11.988", "23.976", "24", "25", "29.97", "30", "50", "59.94", "60"];
        for (from, to) in rates.iter().flat_map(|from| rates.map(|to| (from, to))) {
            for frames in [1, 2, 7, 61, 1000] {
                let shown: Vec<_> = cadence(frames, from, to).iter().collect();
                assert_eq!(shown.first(), Some(&0), "{frames} frames, {from} → {to}");
                assert!(shown.iter().all(|i| *i < frames as usize), "{frames} frames, {from} → {to}");
                assert!(shown.is_sorted(), "{frames} frames, {from} → {to}");
            }
        }
    }
}
