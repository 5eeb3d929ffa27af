//! Sound through FFmpeg: for files with pictures, whose edit lists place it to the sample, and for codecs that symphonia has not.

use super::{Block, Decode};
use crate::MediaError;
use crate::decode::{feed, open_input};
use crate::source::origin;
use ffmpeg_next as ffmpeg;
use ffmpeg_next::util::frame::Audio;
use ffmpeg_next::{Rational, Rescale, codec, decoder, format, media};
use std::path::Path;

pub(super) struct FfmpegDecoder {
    input: format::context::Input,
    decoder: decoder::Audio,
    stream: usize,
    base: Rational,
    origin: i64,
    /// Where the next block is expected, at the file's rate.
    expected: Option<i64>,
}

impl FfmpegDecoder {
    pub(super) fn open(path: &Path) -> Result<Self, MediaError> {
        crate::start_ffmpeg();
        let no_sound = |reason: String| MediaError::NotSound { reason, path: path.to_owned() };
        let input = open_input(path).map_err(|error| match error {
            MediaError::NotAVideo { reason, .. } | MediaError::DamagedVideo { reason, .. } => no_sound(reason),
            other => other,
        })?;
        let (stream, base, decoder) = {
            let stream = input.streams().best(media::Type::Audio).ok_or_else(|| no_sound("it has none".to_owned()))?;
            let decoder = codec::Context::from_parameters(stream.parameters())
                .and_then(|context| {
                    let mut decoder = context.decoder();
                    decoder.set_packet_time_base(stream.time_base());
                    decoder.audio()
                })
                .map_err(|error| no_sound(error.to_string()))?;
            (stream.index(), stream.time_base(), decoder)
        };
        let origin = origin(&input, base);
        Ok(Self { input, decoder, stream, base, origin, expected: None })
    }
}

impl Decode for FfmpegDecoder {
    fn seek(&mut self, seconds: f64) -> Result<(), String> {
        #[allow(clippy::cast_possible_truncation)]
        let microseconds = (seconds * 1e6) as i64;
        let start = self.origin.rescale(self.base, Rational(1, ffmpeg::ffi::AV_TIME_BASE));
        let target = start.saturating_add(microseconds);
        self.input.seek(target, ..target).map_err(|error| error.to_string())?;
        self.decoder.flush();
        self.expected = None;
        Ok(())
    }

    fn next(&mut self) -> Result<Option<Block>, String> {
        let mut samples = Audio::empty();
        loop {
            match self.decoder.receive_frame(&mut samples) {
                Ok(()) if samples.samples() > 0 && samples.rate() > 0 => {
                    let rate = Rational(1, samples.rate().cast_signed());
                    let told = samples.timestamp().map(|time| (time - self.origin).rescale(self.base, rate));
                    let start = told.or(self.expected).unwrap_or(0);
                    self.expected = Some(start + i64::try_from(samples.samples()).unwrap_or(0));
                    return Ok(Some(Block { start, samples }));
                }
                Ok(()) => {}
                Err(ffmpeg::Error::Eof) => return Ok(None),
                Err(ffmpeg::Error::Other { errno: ffmpeg::error::EAGAIN } | ffmpeg::Error::InvalidData) => {
                    let fed = feed(&mut self.input, &mut self.decoder, self.stream);
                    fed.map_err(|error| error.to_string())?;
                }
                Err(error) => return Err(error.to_string()),
            }
        }
    }
}
