//! A sound that runs faster, slower or backwards, its pitch with it, as tape does: band-limited interpolation by a windowed sinc, after
//! J. O. Smith, "Digital Audio Resampling", with the filter's edge lowered where the sound runs faster, so that nothing folds back.
//!
//! Deliberately not here: other speeds at the same pitch.

use super::{SAMPLE_RATE, SoundSource, Stereo};
use crate::MediaError;

/// Samples on each side that a sample is made of, at the sound's own speed.
const REACH: usize = 16;
/// The filter grows no wider than for this speed; what runs faster still is noise.
const WIDEST: f64 = 32.0;
/// Places between two samples that the filter is worked out for; between them it is interpolated.
const PHASES: usize = 256;
/// As much is read at once where the sound runs backwards: every part before needs a search in the file.
const BACKWARDS: i64 = 4 * SAMPLE_RATE as i64;

/// A source that is read at another speed.
pub(super) struct Varispeed {
    speed: (i32, u32),
    reach: usize,
    /// A row a phase, one more than [`PHASES`]; `2 · reach` numbers each, whose sum is 1.
    filter: Vec<f32>,
    /// Samples of the source that are at hand, and which one is the first.
    window: Vec<Stereo>,
    start: i64,
}

impl Varispeed {
    /// So many times as fast, as a fraction; less than 0 is backwards.
    pub(super) fn new(speed: (i32, u32)) -> Self {
        let times = (f64::from(speed.0) / f64::from(speed.1.max(1))).abs().clamp(1.0, WIDEST);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let reach = (REACH as f64 * times).ceil() as usize;
        let filter = (0..=PHASES).flat_map(|phase| row(phase as f64 / PHASES as f64, reach, times)).collect();
        Self { speed, reach, filter, window: Vec::new(), start: 0 }
    }

    /// Fills `samples` with what is heard from a place on, if place 0 begins at the sample `from` of the source.
    pub(super) fn read(
        &mut self,
        source: &mut SoundSource,
        from: i64,
        place: i64,
        samples: &mut [Stereo],
    ) -> Result<(), MediaError> {
        let Some(last) = i64::try_from(samples.len()).ok().and_then(|count| count.checked_sub(1)) else {
            return Ok(());
        };
        let ((a, _), (b, _)) = (self.at(from, place), self.at(from, place + last));
        let reach = i64::try_from(self.reach).unwrap_or(0);
        self.hold(source, a.min(b) - reach, a.max(b) + reach + 1)?;
        for (place, to) in (place..).zip(samples) {
            let (whole, part) = self.at(from, place);
            *to = self.sample(whole, part);
        }
        Ok(())
    }

    /// The place in the source of the middle of a sample: the sample before, and how far after it, 0 to 1.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
    fn at(&self, from: i64, place: i64) -> (i64, f64) {
        let (n, d) = (i128::from(self.speed.0), i128::from(self.speed.1.max(1)));
        // Half a sample on, at its speed, and half a sample back.
        let (exact, unit) = ((2 * i128::from(place) + 1) * n - d, 2 * d);
        let whole = i64::try_from(exact.div_euclid(unit)).unwrap_or(i64::MAX / 4);
        (from.saturating_add(whole), exact.rem_euclid(unit) as f64 / unit as f64)
    }

    /// Has the source's samples from one to the one before another at hand.
    fn hold(&mut self, source: &mut SoundSource, first: i64, end: i64) -> Result<(), MediaError> {
        let held = self.start + i64::try_from(self.window.len()).unwrap_or(0);
        if first >= self.start && end <= held {
            return Ok(());
        }
        if self.speed.0 < 0 {
            let begin = (end - BACKWARDS).min(first);
            self.window.resize(usize::try_from(end - begin).unwrap_or(0), [0.0; 2]);
            self.start = begin;
            return source.read(begin, &mut self.window);
        }
        // What is still wanted of what is there stays: the source goes on where it is.
        let kept = if (self.start..held).contains(&first) { held - first } else { 0 };
        let gone = self.window.len() - usize::try_from(kept).unwrap_or(0);
        self.window.drain(..gone);
        self.start = first;
        let kept = self.window.len();
        self.window.resize(usize::try_from(end - first).unwrap_or(0), [0.0; 2]);
        source.read(first + i64::try_from(kept).unwrap_or(0), &mut self.window[kept..])
    }

    fn sample(&self, whole: i64, part: f64) -> Stereo {
        let width = 2 * self.reach;
        let phase = part * PHASES as f64;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let (row, between) = (phase as usize, phase.fract() as f32);
        let rows = &self.filter[row * width..(row + 2) * width];
        let (here, next) = rows.split_at(width);
        let reach = i64::try_from(self.reach).unwrap_or(0);
        let begin = usize::try_from(whole - reach + 1 - self.start).unwrap_or(0);
        let mut sum = [0.0; 2];
        for ((here, next), sample) in here.iter().zip(next).zip(self.window.get(begin..).unwrap_or_default()) {
            let weight = here + (next - here) * between;
            sum[0] += weight * sample[0];
            sum[1] += weight * sample[1];
        }
        sum
    }
}

/// The filter for a place so far after a sample, 0 to 1: weights of the samples around it.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
fn row(part: f64, reach: usize, times: f64) -> Vec<f32> {
    let weight = |tap: usize| {
        let away = tap as f64 - (reach - 1) as f64 - part;
        let (turned, edge) = (std::f64::consts::PI * away / times, std::f64::consts::PI * away / reach as f64);
        let sinc = if turned.abs() < 1e-9 { 1.0 } else { turned.sin() / turned };
        // Blackman's window.
        let window =
            if edge.abs() >= std::f64::consts::PI { 0.0 } else { 0.42 + 0.5 * edge.cos() + 0.08 * (2.0 * edge).cos() };
        sinc * window
    };
    let weights: Vec<f64> = (0..2 * reach).map(weight).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| (weight / sum) as f32).collect()
}
