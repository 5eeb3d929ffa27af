//! The shape of a file's sound, as editors draw it: the lowest and highest sample of each hundredth of a second, over all channels.
//!
//! On disk it is the binary form of BBC's audiowaveform, version 1 with 8 bits a value, which editors on the web read too:
//! <https://github.com/bbc/audiowaveform/blob/master/doc/DataFormat.md>.

use crate::MediaError;
use kinora_job::CancelToken;
use std::fs::File;
use std::path::Path;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

/// Points a second.
const POINTS_PER_SECOND: u32 = 100;
const VERSION: i32 = 1;
const EIGHT_BITS: u32 = 1;

/// The shape of a sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waveform {
    /// Samples a second of the sound.
    pub sample_rate: u32,
    /// Samples of each channel that a point stands for.
    pub samples_per_point: u32,
    /// The lowest and highest sample of each point, −128 to 127.
    pub points: Vec<[i8; 2]>,
}

impl Waveform {
    /// Decodes a file's sound and keeps its shape.
    ///
    /// # Errors
    /// [`MediaError::Missing`], [`MediaError::NotSound`], [`MediaError::DamagedSound`] if nothing of it can be decoded,
    /// [`MediaError::Io`], [`MediaError::Cancelled`].
    pub fn of_file(path: &Path, cancel: &CancelToken) -> Result<Self, MediaError> {
        let Opened { mut format, mut decoder, track } = open(path)?;
        let damaged = |reason: &str| MediaError::DamagedSound { reason: reason.to_owned(), path: path.to_owned() };
        let mut shape: Option<Shape> = None;
        let mut samples: Vec<f32> = Vec::new();
        loop {
            cancel.check()?;
            let packet = match format.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) => break,
                // What a broken file still gives is better than nothing.
                Err(_) if shape.is_some() => break,
                Err(error) => return Err(damaged(&error.to_string())),
            };
            if packet.track_id != track {
                continue;
            }
            match decoder.decode(&packet) {
                Ok(decoded) => {
                    samples.resize(decoded.samples_interleaved(), 0.0);
                    decoded.copy_to_slice_interleaved(&mut samples);
                    let channels = decoded.spec().channels().count().max(1);
                    let rate = decoded.spec().rate();
                    shape.get_or_insert_with(|| Shape::new(rate)).take(&samples, channels);
                }
                Err(Error::DecodeError(_)) => {}
                Err(error) => return Err(damaged(&error.to_string())),
            }
        }
        shape.map(Shape::finish).ok_or_else(|| damaged("nothing in it can be decoded"))
    }

    /// The file's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let count = u32::try_from(self.points.len()).unwrap_or(u32::MAX);
        let mut bytes = Vec::with_capacity(20 + 2 * self.points.len());
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(EIGHT_BITS.to_le_bytes());
        bytes.extend([self.sample_rate, self.samples_per_point, count].map(u32::to_le_bytes).concat());
        bytes.extend(self.points.iter().flatten().map(|value| value.cast_unsigned()));
        bytes
    }

    /// A file's bytes read; nothing if they are none of ours.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let number = |at: usize| Some(u32::from_le_bytes(bytes.get(4 * at..4 * at + 4)?.try_into().ok()?));
        let known = number(0)? == VERSION.cast_unsigned() && number(1)? == EIGHT_BITS;
        let points: Vec<[i8; 2]> =
            bytes.get(20..)?.chunks_exact(2).map(|pair| [pair[0].cast_signed(), pair[1].cast_signed()]).collect();
        let whole = points.len() == number(4)? as usize;
        (known && whole).then_some(Self { sample_rate: number(2)?, samples_per_point: number(3)?, points })
    }
}

/// A file whose sound can be decoded.
pub(crate) struct Opened {
    pub(crate) format: Box<dyn FormatReader>,
    pub(crate) decoder: Box<dyn AudioDecoder>,
    /// The track that is heard.
    pub(crate) track: u32,
}

pub(crate) fn open(path: &Path) -> Result<Opened, MediaError> {
    let file = File::open(path).map_err(|source| MediaError::reading("reading the sound", source, path))?;
    let no_sound = |error: Error| MediaError::NotSound { reason: error.to_string(), path: path.to_owned() };
    let stream = MediaSourceStream::new(Box::new(file), Default::default());
    let (format_options, metadata) = (FormatOptions::default(), MetadataOptions::default());
    let format =
        symphonia::default::get_probe().probe(&Hint::new(), stream, format_options, metadata).map_err(no_sound)?;
    let none = || no_sound(Error::Unsupported("it has none"));
    let track = format.default_track(TrackType::Audio).ok_or_else(none)?;
    let parameters = track.codec_params.as_ref().and_then(|parameters| parameters.audio()).ok_or_else(none)?;
    let decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map_err(no_sound)?;
    let track = track.id;
    Ok(Opened { format, decoder, track })
}

/// Points as they grow.
struct Shape {
    waveform: Waveform,
    /// Of the point that is not full yet: samples of a channel, lowest, highest.
    open: (u32, f32, f32),
}

impl Shape {
    fn new(sample_rate: u32) -> Self {
        let samples_per_point = (sample_rate / POINTS_PER_SECOND).max(1);
        let waveform = Waveform { sample_rate, samples_per_point, points: Vec::new() };
        Self { waveform, open: (0, f32::INFINITY, f32::NEG_INFINITY) }
    }

    fn take(&mut self, interleaved: &[f32], channels: usize) {
        for moment in interleaved.chunks_exact(channels) {
            let (count, low, high) = &mut self.open;
            *count += 1;
            for sample in moment {
                (*low, *high) = (low.min(*sample), high.max(*sample));
            }
            if *count == self.waveform.samples_per_point {
                self.close();
            }
        }
    }

    fn close(&mut self) {
        let (_, low, high) = std::mem::replace(&mut self.open, (0, f32::INFINITY, f32::NEG_INFINITY));
        #[allow(clippy::cast_possible_truncation)]
        let eight_bits = |sample: f32| (sample * 128.0).round().clamp(-128.0, 127.0) as i8;
        self.waveform.points.push([eight_bits(low), eight_bits(high)]);
    }

    fn finish(mut self) -> Waveform {
        if self.open.0 > 0 {
            self.close();
        }
        self.waveform
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    fn sound(folder: &Path, name: &str, source: &str, codec: &[&str]) -> std::path::PathBuf {
        let path = folder.join(name);
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error", "-y", "-f", "lavfi", "-i", source]).args(codec).arg(&path);
        assert!(command.status().unwrap().success());
        path
    }

    #[test]
    fn the_shape_of_a_tone_is_its_height_in_every_format_that_editors_meet() {
        let folder = tempfile::tempdir().unwrap();
        // A second of silence, then a second at a quarter of full scale.
        let source = "aevalsrc=if(gt(t\\,1)\\,0.25*sin(2*PI*440*t)\\,0):d=2:s=48000";
        for (name, codec) in [
            ("a.wav", &["-c:a", "pcm_s24le"][..]),
            ("a.flac", &[]),
            ("a.mp3", &["-c:a", "libmp3lame"]),
            ("a.m4a", &["-c:a", "aac"]),
            ("a.ogg", &["-c:a", "libvorbis"]),
            ("a.aiff", &[]),
        ] {
            let path = sound(folder.path(), name, source, codec);
            let shape = Waveform::of_file(&path, &CancelToken::new()).unwrap();
            assert_eq!((shape.sample_rate, shape.samples_per_point), (48_000, 480), "{name}");
            assert!((199..=215).contains(&shape.points.len()), "{name}: {} points", shape.points.len());
            assert!(shape.points[5..90].iter().flatten().all(|value| value.abs() <= 2), "{name}");
            for [low, high] in &shape.points[115..190] {
                assert!((-36..=-28).contains(low) && (28..=36).contains(high), "{name}: {low} {high}");
            }
            assert_eq!(Waveform::from_bytes(&shape.to_bytes()).as_ref(), Some(&shape), "{name}");
            let seconds = crate::sound_duration(&path).unwrap().as_seconds();
            assert!((1.95..2.1).contains(&seconds), "{name}: {seconds}");
        }
    }

    #[test]
    fn what_is_no_sound_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let text = folder.path().join("notes.wav");
        std::fs::write(&text, "not a sound").unwrap();
        assert!(matches!(Waveform::of_file(&text, &CancelToken::new()), Err(MediaError::NotSound { .. })));
        assert!(matches!(crate::sound_duration(&text), Err(MediaError::NotSound { .. })));
        let missing = folder.path().join("missing.wav");
        assert!(matches!(Waveform::of_file(&missing, &CancelToken::new()), Err(MediaError::Missing { .. })));
        assert_eq!(Waveform::from_bytes(b"short"), None);
        assert_eq!(Waveform::from_bytes(&[0; 64]), None);
    }
}
