//! 48 kHz stereo at another rate, for sound devices that have none of it.

use super::{SAMPLE_RATE, Stereo, keep};
use crate::MediaError;
use ffmpeg_next::format::Sample;
use ffmpeg_next::format::sample::Type;
use ffmpeg_next::software::resampling::Context;
use ffmpeg_next::util::frame::Audio;
use ffmpeg_next::{ChannelLayout, Error};
use std::collections::VecDeque;
use std::path::Path;

/// Converts sound that comes piece by piece. A few samples are held back until more come.
pub struct RateConverter {
    context: Context,
    rate: u32,
}

impl RateConverter {
    /// To samples a second.
    ///
    /// # Errors
    /// If there is no way to such a rate.
    pub fn to(rate: u32) -> Result<Self, MediaError> {
        crate::start_ffmpeg();
        let (format, layout) = (Sample::F32(Type::Packed), ChannelLayout::STEREO);
        let context = Context::get(format, layout, SAMPLE_RATE, format, layout, rate).map_err(failed)?;
        Ok(Self { context, rate })
    }

    /// Takes samples in; what they become is appended to `into`.
    ///
    /// # Errors
    /// If memory is short.
    pub fn run(&mut self, samples: &[Stereo], into: &mut VecDeque<Stereo>) -> Result<(), MediaError> {
        let mut from = Audio::new(Sample::F32(Type::Packed), samples.len(), ChannelLayout::STEREO);
        if from.planes() == 0 {
            return Err(failed(Error::Other { errno: ffmpeg_next::error::ENOMEM }));
        }
        from.set_rate(SAMPLE_RATE);
        for (to, sample) in from.plane_mut::<(f32, f32)>(0).iter_mut().zip(samples) {
            *to = (sample[0], sample[1]);
        }
        let scaled = samples.len() as u64 * u64::from(self.rate) / u64::from(SAMPLE_RATE);
        let room = usize::try_from(scaled).unwrap_or(0) + 256;
        let mut out = Audio::new(Sample::F32(Type::Packed), room, ChannelLayout::STEREO);
        self.context.run(&from, &mut out).map_err(failed)?;
        keep(&out, into);
        Ok(())
    }
}

fn failed(error: Error) -> MediaError {
    MediaError::encoding("converting the sound", error, Path::new("the sound device"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_keeps_its_pitch_and_height_at_another_rate() {
        let mut converter = RateConverter::to(44_100).unwrap();
        let tone = |at: usize, rate: f32| 0.5 * (at as f32 * 440.0 * std::f32::consts::TAU / rate).sin();
        let mut out = VecDeque::new();
        for piece in 0..50 {
            let samples: Vec<Stereo> = (0..960).map(|at| [tone(piece * 960 + at, 48_000.0), 0.0]).collect();
            converter.run(&samples, &mut out).unwrap();
        }
        assert!((44_000..=44_100).contains(&out.len()), "{}", out.len());
        for (at, sample) in out.iter().enumerate().take(43_000).skip(1_000) {
            assert!((sample[0] - tone(at, 44_100.0)).abs() < 2e-3 && sample[1] == 0.0, "{at}: {sample:?}");
        }
    }
}
