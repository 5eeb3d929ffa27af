//! Exact time: frame rates as fractions, durations and half-open ranges as a whole number of flicks (1/705 600 000 s), SMPTE
//! timecode.
//!
//! Every film, NTSC and audio rate divides a flick exactly, so no frame boundary is ever rounded. Seconds as `f64` are for
//! the screen only.

mod range;
mod timecode;

pub use range::{NoRange, TimeRange};
pub use timecode::{NoDropFrame, NoTimecode, Timecode, TimecodeFormat};

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Flicks in a second.
pub const FLICKS_PER_SECOND: i64 = 705_600_000;

/// A duration or a place in time, in flicks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Flicks(pub i64);

impl Flicks {
    /// Seconds, for people to read; never for arithmetic.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / FLICKS_PER_SECOND as f64
    }
}

/// Frames a second as a fraction: 24000/1001 is the film rate of NTSC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FrameRate {
    numerator: u32,
    denominator: u32,
}

/// The text names no frame rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no frame rate; write 12, 23.976, 24, 25, 29.97, 30, 50, 59.94, 60 or a fraction such as 24000/1001")]
pub struct NoFrameRate(String);

impl FrameRate {
    /// 12 a second: animation on twos, and Sketch's own rate.
    pub const FPS_12: Self = Self { numerator: 12, denominator: 1 };
    /// 24 · 1000/1001, shown as 23.976.
    pub const FPS_23_976: Self = Self { numerator: 24000, denominator: 1001 };
    /// Film.
    pub const FPS_24: Self = Self { numerator: 24, denominator: 1 };
    /// PAL.
    pub const FPS_25: Self = Self { numerator: 25, denominator: 1 };
    /// 30 · 1000/1001, shown as 29.97.
    pub const FPS_29_97: Self = Self { numerator: 30000, denominator: 1001 };
    /// 30 a second.
    pub const FPS_30: Self = Self { numerator: 30, denominator: 1 };

    /// A rate in lowest terms.
    ///
    /// # Errors
    /// [`NoFrameRate`] unless one frame lasts a whole number of flicks, at 1 to 1000 frames a second.
    pub fn new(numerator: u32, denominator: u32) -> Result<Self, NoFrameRate> {
        let refuse = || NoFrameRate(format!("{numerator}/{denominator}"));
        if numerator == 0 || denominator == 0 {
            return Err(refuse());
        }
        let divisor = greatest_common_divisor(numerator, denominator);
        let (n, d) = (numerator / divisor, denominator / divisor);
        let exact = FLICKS_PER_SECOND * i64::from(d) % i64::from(n) == 0;
        if !exact || n < d || n / d > 1000 {
            return Err(refuse());
        }
        Ok(Self { numerator: n, denominator: d })
    }

    /// Frames in [`Self::denominator`] seconds.
    #[must_use]
    pub const fn numerator(self) -> u32 {
        self.numerator
    }

    /// Seconds in which [`Self::numerator`] frames pass.
    #[must_use]
    pub const fn denominator(self) -> u32 {
        self.denominator
    }

    /// How long one frame stays.
    #[must_use]
    pub fn frame_duration(self) -> Flicks {
        Flicks(FLICKS_PER_SECOND * i64::from(self.denominator) / i64::from(self.numerator))
    }

    /// When frame `index` begins, counted from frame 0.
    #[must_use]
    pub fn frame_start(self, index: i64) -> Flicks {
        Flicks(self.frame_duration().0 * index)
    }

    /// The frame that begins at a time, or nearest to it.
    #[must_use]
    pub fn nearest_frame(self, time: Flicks) -> i64 {
        let frame = self.frame_duration().0;
        time.0.saturating_add(frame / 2).div_euclid(frame)
    }

    /// Frames a second, for people to read.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        f64::from(self.numerator) / f64::from(self.denominator)
    }
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

impl FromStr for FrameRate {
    type Err = NoFrameRate;

    fn from_str(text: &str) -> Result<Self, NoFrameRate> {
        let refuse = || NoFrameRate(text.to_owned());
        if let Some((n, d)) = text.split_once('/') {
            return Self::new(n.trim().parse().map_err(|_| refuse())?, d.trim().parse().map_err(|_| refuse())?)
                .map_err(|_| refuse());
        }
        match text.trim() {
            "23.976" | "23.98" => Ok(Self::FPS_23_976),
            "29.97" => Ok(Self::FPS_29_97),
            "59.94" => Self::new(60000, 1001),
            "11.988" => Self::new(12000, 1001),
            whole => Self::new(whole.parse().map_err(|_| refuse())?, 1).map_err(|_| refuse()),
        }
    }
}

impl fmt::Display for FrameRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == 1 {
            write!(f, "{}", self.numerator)
        } else {
            write!(f, "{}/{}", self.numerator, self.denominator)
        }
    }
}

impl TryFrom<String> for FrameRate {
    type Error = NoFrameRate;

    fn try_from(text: String) -> Result<Self, NoFrameRate> {
        text.parse()
    }
}

impl From<FrameRate> for String {
    fn from(rate: FrameRate) -> Self {
        rate.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rate_of_film_and_television_is_exact() {
        for text in ["12", "11.988", "23.976", "24", "25", "29.97", "30", "50", "59.94", "60"] {
            let rate: FrameRate = text.parse().unwrap();
            let frames = i64::from(rate.numerator());
            assert_eq!(rate.frame_start(frames).0, FLICKS_PER_SECOND * i64::from(rate.denominator()), "{text}");
        }
    }

    #[test]
    fn a_rate_survives_its_text() {
        for rate in [FrameRate::FPS_12, FrameRate::FPS_23_976, FrameRate::FPS_25, FrameRate::FPS_29_97] {
            assert_eq!(rate.to_string().parse(), Ok(rate));
        }
    }

    #[test]
    fn no_rates_are_refused() {
        for text in ["", "0", "-24", "24/0", "0/1", "fast", "1/2", "100000", "23.5"] {
            assert!(text.parse::<FrameRate>().is_err(), "{text}");
        }
    }
}
