//! What a level meter shows.

use super::Stereo;

/// Levels of the left and the right channel, 1 is full scale.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Level {
    /// The highest sample.
    pub peak: Stereo,
    /// The root of the mean square.
    pub rms: Stereo,
}

/// The levels of a stretch of sound.
#[must_use]
pub fn level(samples: &[Stereo]) -> Level {
    let mut level = Level::default();
    for sample in samples {
        for ((peak, sum), value) in level.peak.iter_mut().zip(&mut level.rms).zip(sample) {
            *peak = peak.max(value.abs());
            *sum += value * value;
        }
    }
    #[allow(clippy::cast_precision_loss)]
    let count = samples.len().max(1) as f32;
    level.rms = level.rms.map(|sum| (sum / count).sqrt());
    level
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_has_its_height_as_peak_and_less_by_the_root_of_two_as_mean() {
        let tone: Vec<Stereo> = (0..48_000).map(|i| [0.5 * (i as f32 * 0.1).sin(), 0.0]).collect();
        let Level { peak, rms } = level(&tone);
        assert!((peak[0] - 0.5).abs() < 1e-3 && (rms[0] - 0.3536).abs() < 1e-3, "{peak:?} {rms:?}");
        assert_eq!((peak[1], rms[1]), (0.0, 0.0));
        assert_eq!(level(&[]), Level::default());
    }
}
