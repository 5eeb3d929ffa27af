//! A file's sound at 48 kHz in stereo, at any sample.
//!
//! Files of sound alone go through symphonia; files with pictures and everything symphonia can't read go through FFmpeg. Rates and
//! channels are converted by FFmpeg's resampler, which delays nothing.

use super::ffmpeg_decoder::FfmpegDecoder;
use super::symphonia_decoder::SymphoniaDecoder;
use super::{Block, Decode, SAMPLE_RATE, Stereo, keep};
use crate::MediaError;
use ffmpeg_next::format::Sample;
use ffmpeg_next::format::sample::Type;
use ffmpeg_next::software::resampling::Context;
use ffmpeg_next::util::frame::Audio;
use ffmpeg_next::{ChannelLayout, Error};
use std::collections::VecDeque;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Decoders and the resampler have to hear a little of what is before.
const PREROLL_SECONDS: f64 = 0.5;
/// As far ahead, decoding on is quicker than seeking.
const NEAR_SAMPLES: i64 = 5 * SAMPLE_RATE as i64;
/// What a container's clock may be off by before silence is put in or sound left out: Matroska counts in milliseconds.
const TOLERANCE_SECONDS: f64 = 0.005;

/// A file's sound.
pub struct SoundSource {
    decoder: Box<dyn Decode>,
    resampler: Option<Resampler>,
    /// Samples that are ready, and which one the first of them is.
    ready: VecDeque<Stereo>,
    at: i64,
    ended: bool,
    path: PathBuf,
}

struct Resampler {
    context: Context,
    rate: u32,
    layout: ChannelLayout,
    format: Sample,
    /// Where the next block is expected, at the file's rate.
    expected: i64,
}

impl SoundSource {
    /// Opens a file that has sound.
    ///
    /// # Errors
    /// [`MediaError::Missing`], [`MediaError::NotSound`], [`MediaError::Io`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, MediaError> {
        crate::start_ffmpeg();
        let path = path.as_ref();
        let decoder: Box<dyn Decode> = if has_edit_lists_or_pictures(path)? {
            Box::new(FfmpegDecoder::open(path)?)
        } else {
            match SymphoniaDecoder::open(path) {
                Ok(decoder) => Box::new(decoder),
                Err(MediaError::NotSound { .. }) => Box::new(FfmpegDecoder::open(path)?),
                Err(other) => return Err(other),
            }
        };
        let (ready, path) = (VecDeque::new(), path.to_owned());
        Ok(Self { decoder, resampler: None, ready, at: 0, ended: false, path })
    }

    /// Fills `samples` with the sound from a sample on; silence before the beginning and after the end.
    ///
    /// # Errors
    /// [`MediaError::DamagedSound`] if it can't be decoded at all.
    pub fn read(&mut self, from: i64, samples: &mut [Stereo]) -> Result<(), MediaError> {
        samples.fill([0.0; 2]);
        let silent = usize::try_from((-from).max(0)).unwrap_or(usize::MAX).min(samples.len());
        let (from, samples) = (from.max(0), &mut samples[silent..]);
        let ahead = from - self.at;
        if ahead < 0 || ahead > NEAR_SAMPLES + i64::try_from(self.ready.len()).unwrap_or(0) {
            self.seek(from)?;
        }
        let mut place = from;
        let mut rest = samples;
        while !rest.is_empty() {
            let skipped = usize::try_from(place - self.at).unwrap_or(0).min(self.ready.len());
            self.ready.drain(..skipped);
            self.at += i64::try_from(skipped).unwrap_or(0);
            if self.ready.is_empty() {
                if self.ended {
                    break;
                }
                self.fill()?;
                continue;
            }
            // Where the file's sound begins later than was asked for, there is silence.
            let wait = usize::try_from(self.at - place).unwrap_or(0).min(rest.len());
            let count = self.ready.len().min(rest.len() - wait);
            let (ready, later) = rest[wait..].split_at_mut(count);
            for (to, from) in ready.iter_mut().zip(self.ready.drain(..count)) {
                *to = from;
            }
            self.at += i64::try_from(count).unwrap_or(0);
            place += i64::try_from(wait + count).unwrap_or(0);
            rest = later;
        }
        Ok(())
    }

    fn seek(&mut self, sample: i64) -> Result<(), MediaError> {
        #[allow(clippy::cast_precision_loss)]
        let seconds = sample as f64 / f64::from(SAMPLE_RATE) - PREROLL_SECONDS;
        if seconds <= 0.0 || self.decoder.seek(seconds).is_err() {
            // From the beginning, opened anew: some files can't be gone back in.
            *self = Self::open(&self.path)?;
        }
        self.forget();
        Ok(())
    }

    fn forget(&mut self) {
        (self.resampler, self.ended) = (None, false);
        self.ready.clear();
    }

    /// Decodes a block more.
    fn fill(&mut self) -> Result<(), MediaError> {
        let path = self.path.clone();
        let damaged = |reason: String| MediaError::DamagedSound { reason, path: path.clone() };
        match self.decoder.next().map_err(damaged)? {
            Some(block) => self.take(block).map_err(|error| damaged(error.to_string())),
            None => {
                self.ended = true;
                match &mut self.resampler {
                    Some(resampler) => resampler.flush(&mut self.ready).map_err(|error| damaged(error.to_string())),
                    None => Ok(()),
                }
            }
        }
    }

    fn take(&mut self, mut block: Block) -> Result<(), Error> {
        if block.samples.channel_layout().is_empty() {
            let channels = i32::from(block.samples.channels().max(1));
            block.samples.set_channel_layout(ChannelLayout::default(channels));
        }
        let (rate, layout, format) = (block.samples.rate(), block.samples.channel_layout(), block.samples.format());
        let same = |r: &Resampler| r.rate == rate && r.layout == layout && r.format == format;
        match &mut self.resampler {
            Some(resampler) if same(resampler) => {}
            other => {
                let context =
                    Context::get(format, layout, rate, Sample::F32(Type::Packed), ChannelLayout::STEREO, SAMPLE_RATE)?;
                if other.is_none() {
                    let exact = i128::from(block.start) * i128::from(SAMPLE_RATE);
                    self.at = i64::try_from(exact.div_euclid(i128::from(rate))).unwrap_or(0);
                }
                *other = Some(Resampler { context, rate, layout, format, expected: block.start });
            }
        }
        let Some(resampler) = &mut self.resampler else { return Ok(()) };
        #[allow(clippy::cast_possible_truncation)]
        let tolerance = (f64::from(rate) * TOLERANCE_SECONDS) as i64;
        let missing = block.start - resampler.expected;
        if missing > tolerance {
            let mut silence = Audio::new(format, usize::try_from(missing).unwrap_or(0), layout);
            silence.set_rate(rate);
            for plane in 0..silence.planes() {
                silence.data_mut(plane).fill(0);
            }
            resampler.run(&silence, &mut self.ready)?;
            resampler.expected = block.start;
        }
        resampler.expected += i64::try_from(block.samples.samples()).unwrap_or(0);
        resampler.run(&block.samples, &mut self.ready)
    }
}

impl Resampler {
    fn run(&mut self, samples: &Audio, into: &mut VecDeque<Stereo>) -> Result<(), Error> {
        let held = self.context.delay().map_or(0, |delay| delay.output);
        let scaled = samples.samples() as u64 * u64::from(SAMPLE_RATE) / u64::from(self.rate.max(1));
        let room = usize::try_from(scaled).unwrap_or(0) + usize::try_from(held.max(0)).unwrap_or(0) + 64;
        let mut out = Audio::new(Sample::F32(Type::Packed), room, ChannelLayout::STEREO);
        self.context.run(samples, &mut out)?;
        keep(&out, into);
        Ok(())
    }

    /// What is still held when there is no more.
    fn flush(&mut self, into: &mut VecDeque<Stereo>) -> Result<(), Error> {
        let mut out = Audio::new(Sample::F32(Type::Packed), 4096, ChannelLayout::STEREO);
        if self.context.delay().is_some() {
            self.context.flush(&mut out)?;
            keep(&out, into);
        }
        Ok(())
    }
}

/// MP4, QuickTime and Matroska: what is heard of their sound, and when, is for FFmpeg to find out. Told by the content.
fn has_edit_lists_or_pictures(path: &Path) -> Result<bool, MediaError> {
    let reading = |source| MediaError::reading("reading the sound", source, path);
    let mut head = Vec::new();
    File::open(path).map_err(reading)?.take(12).read_to_end(&mut head).map_err(reading)?;
    let boxed = head.get(4..8).is_some_and(|name| {
        [b"ftyp", b"moov", b"mdat", b"wide", b"free"].contains(&name.as_array().unwrap_or(b"    "))
    });
    Ok(boxed || head.starts_with(&[0x1A, 0x45, 0xDF, 0xA3]))
}
