//! What holds for the whole project.

use kinora_time::{FrameRate, TimecodeFormat};
use serde::{Deserialize, Serialize};

/// The project's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// For people.
    pub name: String,
    /// Frames a second of timelines and exports.
    pub rate: FrameRate,
    /// Whether timecode leaves out numbers to keep up with the clock, where the rate has such a form.
    #[serde(default)]
    pub drop_frame: bool,
    /// Width to height of what is generated and exported, as in `16:9`.
    pub aspect: String,
    /// Pixels of the shorter side of exports.
    pub lines: u32,
    /// The model that generates, by its card's id.
    pub model: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "Untitled".to_owned(),
            rate: FrameRate::FPS_24,
            drop_frame: false,
            aspect: "16:9".to_owned(),
            lines: 720,
            model: "sketch".to_owned(),
        }
    }
}

impl Settings {
    /// How times are written. A rate without drop-frame numbers has none, whatever is set.
    #[must_use]
    pub fn timecode(&self) -> TimecodeFormat {
        let plain = TimecodeFormat::non_drop(self.rate);
        if self.drop_frame { TimecodeFormat::drop(self.rate).unwrap_or(plain) } else { plain }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drop_frame_numbers_are_used_where_the_rate_has_them() {
        let ntsc = Settings { rate: FrameRate::FPS_29_97, drop_frame: true, ..Settings::default() };
        assert!(ntsc.timecode().is_drop_frame());
        let film = Settings { rate: FrameRate::FPS_24, drop_frame: true, ..Settings::default() };
        assert!(!film.timecode().is_drop_frame());
    }
}
