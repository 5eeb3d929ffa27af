//! How loud an item or a track is. Gains are hundredths of a decibel, so that a document is the same everywhere.

use super::look::Thousandths;
use kinora_time::Flicks;
use serde::{Deserialize, Serialize};

/// Hundredths of a decibel: −600 is half as loud.
pub type Millibels = i32;

/// The loudest and quietest that can be set: ×15.8 and ÷1000.
pub const GAINS: std::ops::RangeInclusive<Millibels> = -6000..=2400;

/// How loud an item is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ItemSound {
    /// Louder or quieter than it is.
    pub gain: Millibels,
    /// −1000 is left, 1000 right.
    pub pan: Thousandths,
    /// How long it takes to come in from silence.
    pub fade_in: Flicks,
    /// How long it takes to go out to silence.
    pub fade_out: Flicks,
    /// Not heard at all.
    pub muted: bool,
}

impl ItemSound {
    /// Whether it is as every item begins: then it is not written.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether every number is one that can be.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        GAINS.contains(&self.gain) && (-1000..=1000).contains(&self.pan) && self.fade_in.0 >= 0 && self.fade_out.0 >= 0
    }
}

/// How loud a track is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrackSound {
    /// Louder or quieter than its items are.
    pub gain: Millibels,
    /// −1000 is left, 1000 right.
    pub pan: Thousandths,
    /// Not heard.
    pub muted: bool,
    /// While any track is solo, only those that are, are heard.
    pub solo: bool,
}

impl TrackSound {
    /// Whether it is as every track begins: then it is not written.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether every number is one that can be.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        GAINS.contains(&self.gain) && (-1000..=1000).contains(&self.pan)
    }
}
