//! Sound through symphonia: files of sound alone.

use super::{Block, Decode};
use crate::waveform::{Opened, open};
use ffmpeg_next::ChannelLayout;
use ffmpeg_next::format::Sample;
use ffmpeg_next::format::sample::Type;
use ffmpeg_next::util::frame::Audio;
use std::path::Path;
use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatReader, SeekMode, SeekTo};
use symphonia::core::units::{Time, TimeBase, Timestamp};

use crate::MediaError;

pub(super) struct SymphoniaDecoder {
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track: u32,
    base: Option<TimeBase>,
    interleaved: Vec<f32>,
}

impl SymphoniaDecoder {
    pub(super) fn open(path: &Path) -> Result<Self, MediaError> {
        let Opened { format, decoder, track } = open(path)?;
        let base = format.tracks().iter().find(|other| other.id == track).and_then(|track| track.time_base);
        Ok(Self { format, decoder, track, base, interleaved: Vec::new() })
    }

    /// A track's time in samples.
    fn samples_of(&self, time: Timestamp, rate: u32) -> i64 {
        let Some(base) = self.base else { return time.get() };
        let scaled = i128::from(time.get()) * i128::from(base.numer.get()) * i128::from(rate);
        i64::try_from(scaled / i128::from(base.denom.get())).unwrap_or(i64::MAX)
    }
}

impl Decode for SymphoniaDecoder {
    fn seek(&mut self, seconds: f64) -> Result<(), String> {
        let time = Time::try_from_secs_f64(seconds).ok_or("no such time")?;
        let to = SeekTo::Time { time, track_id: Some(self.track) };
        self.format.seek(SeekMode::Accurate, to).map_err(|error| error.to_string())?;
        self.decoder.reset();
        Ok(())
    }

    fn next(&mut self) -> Result<Option<Block>, String> {
        loop {
            let packet = match self.format.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) => return Ok(None),
                // A file that ends in the middle ends here.
                Err(Error::IoError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
                Err(error) => return Err(error.to_string()),
            };
            if packet.track_id != self.track {
                continue;
            }
            match self.decoder.decode(&packet) {
                Ok(decoded) if decoded.frames() > 0 => {
                    self.interleaved.resize(decoded.samples_interleaved(), 0.0);
                    decoded.copy_to_slice_interleaved(&mut self.interleaved);
                    let (channels, rate) = (decoded.spec().channels().count(), decoded.spec().rate());
                    let start = self.samples_of(packet.pts, rate);
                    let samples = frame(&self.interleaved, channels, rate);
                    return Ok(Some(Block { start, samples }));
                }
                Ok(_) | Err(Error::DecodeError(_)) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
    }
}

/// Samples in FFmpeg's memory, for its resampler.
fn frame(interleaved: &[f32], channels: usize, rate: u32) -> Audio {
    let channels = channels.max(1);
    let layout = ChannelLayout::default(i32::try_from(channels).unwrap_or(2));
    let mut samples = Audio::new(Sample::F32(Type::Packed), interleaved.len() / channels, layout);
    samples.set_rate(rate);
    for (to, from) in samples.data_mut(0).chunks_exact_mut(4).zip(interleaved) {
        to.copy_from_slice(&from.to_ne_bytes());
    }
    samples
}
