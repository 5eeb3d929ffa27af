//! Levels that rise at once and fall slowly, so that an eye can follow: 20 dB in 1.7 s, as peak programme meters of type I do (IEC 60268-10).

use kinora_media::Stereo;
use std::time::Instant;

const FALL_DECIBELS_PER_SECOND: f32 = 20.0 / 1.7;
/// Below −60 dB a meter shows nothing.
const NOTHING: f32 = 1e-3;

/// What a level meter shows.
pub(super) struct Meter {
    levels: Stereo,
    at: Instant,
}

impl Meter {
    pub(super) fn new(now: Instant) -> Self {
        Self { levels: [0.0; 2], at: now }
    }

    /// Takes in the highest samples since the last time.
    pub(super) fn update(&mut self, peaks: Stereo, now: Instant) {
        let seconds = now.saturating_duration_since(self.at).as_secs_f32();
        self.at = now;
        let fall = 10f32.powf(-FALL_DECIBELS_PER_SECOND * seconds / 20.0);
        for (level, peak) in self.levels.iter_mut().zip(peaks) {
            let fallen = if *level * fall < NOTHING { 0.0 } else { *level * fall };
            *level = fallen.max(peak);
        }
    }

    pub(super) fn levels(&self) -> Stereo {
        self.levels
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn levels_rise_at_once_and_fall_by_twenty_decibels_in_1_7_seconds() {
        let begun = Instant::now();
        let mut meter = Meter::new(begun);
        meter.update([1.0, 0.25], begun);
        assert_eq!(meter.levels(), [1.0, 0.25]);
        meter.update([0.0, 0.5], begun + Duration::from_millis(1700));
        let [left, right] = meter.levels();
        assert!((left - 0.1).abs() < 1e-4 && right == 0.5, "{left} {right}");
        meter.update([0.0; 2], begun + Duration::from_secs(8));
        assert_eq!(meter.levels(), [0.0; 2], "below −60 dB it is dark");
    }
}
