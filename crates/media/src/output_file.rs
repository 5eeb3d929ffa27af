//! One file of a video track, a sound track, or both: what encoders make goes through a muxer, and a file that isn't finished goes away.

use crate::MediaError;
use crate::sound::{SAMPLE_RATE, Stereo};
use ffmpeg_next as ffmpeg;
use ffmpeg_next::format::Sample;
use ffmpeg_next::format::sample::Type;
use ffmpeg_next::util::frame::{Audio, Video};
use ffmpeg_next::{ChannelLayout, Dictionary, Packet, Rational, codec, encoder, format};
use kinora_time::FrameRate;
use std::fs;
use std::path::{Path, PathBuf};

/// What goes into a file.
pub(crate) struct Tracks<'a> {
    /// Pictures at a rate.
    pub(crate) video: Option<(encoder::video::Encoder, FrameRate)>,
    /// Sound at 48 kHz in stereo.
    pub(crate) sound: Option<encoder::audio::Encoder>,
    /// What the first picture is numbered, as `01:00:00:00`.
    pub(crate) timecode: Option<&'a str>,
}

/// A file that is being written.
pub(crate) struct OutputFile {
    // Fields drop in this order: FFmpeg closes the file before the guard removes it.
    output: format::context::Output,
    video: Option<VideoTrack>,
    sound: Option<SoundTrack>,
    file: PartialFile,
}

struct VideoTrack {
    encoder: encoder::video::Encoder,
    base: Rational,
    stream: usize,
    frames: i64,
}

struct SoundTrack {
    encoder: encoder::audio::Encoder,
    stream: usize,
    /// Samples that fill no packet yet, and how many were given to the encoder.
    pending: Vec<Stereo>,
    samples: i64,
}

/// A file that goes away unless it is kept.
struct PartialFile {
    path: PathBuf,
    keep: bool,
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        if !self.keep {
            // Nothing more can be done if it can't be removed; the reason is already on its way to the caller.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Seconds of a frame.
pub(crate) fn frame_base(rate: FrameRate) -> Rational {
    Rational(rate.denominator().cast_signed(), rate.numerator().cast_signed())
}

/// Samples that an encoder gets at once if it doesn't mind.
const ANY_PACKET: usize = 1024;

impl OutputFile {
    /// Creates the file, or replaces the one that is there, and writes its header. `container` is FFmpeg's name of it.
    pub(crate) fn create(
        path: &Path,
        container: &str,
        tracks: Tracks<'_>,
        options: Dictionary<'_>,
    ) -> Result<Self, MediaError> {
        let opening = |error| MediaError::encoding("creating the file", error, path);
        let name = path.to_str().filter(|name| !name.contains('\0')).ok_or_else(|| MediaError::Encode {
            reason: "FFmpeg needs a path in Unicode; rename the folder".to_owned(),
            path: path.to_owned(),
        })?;
        // With its scheme, a path is never taken for another protocol, whatever colons it has.
        let output = format::output_as(&format!("file:{name}"), container).map_err(opening)?;
        let file = PartialFile { path: path.to_owned(), keep: false };
        let mut whole = Self { output, video: None, sound: None, file };
        whole.begin(tracks, options).map_err(opening)?;
        Ok(whole)
    }

    fn begin(&mut self, tracks: Tracks<'_>, mut options: Dictionary<'_>) -> Result<(), ffmpeg::Error> {
        if let Some((encoder, rate)) = tracks.video {
            let base = frame_base(rate);
            let mut stream = self.output.add_stream_with(&encoder)?;
            stream.set_time_base(base);
            stream.set_avg_frame_rate(base.invert());
            if let Some(timecode) = tracks.timecode {
                let mut metadata = Dictionary::new();
                metadata.set("timecode", timecode);
                stream.set_metadata(metadata);
            }
            let stream = stream.index();
            self.video = Some(VideoTrack { encoder, base, stream, frames: 0 });
        }
        if let Some(encoder) = tracks.sound {
            let mut stream = self.output.add_stream_with(&encoder)?;
            stream.set_time_base(sample_base());
            let stream = stream.index();
            self.sound = Some(SoundTrack { encoder, stream, pending: Vec::new(), samples: 0 });
        }
        options.set("fflags", "+bitexact");
        self.output.write_header_with(options)?;
        Ok(())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.file.path
    }

    /// Encodes one picture more, in the encoder's own layout. The encoder may hold on to it: only its time may change afterwards.
    pub(crate) fn push(&mut self, picture: &mut Video) -> Result<(), ffmpeg::Error> {
        let video = self.video.as_mut().ok_or(ffmpeg::Error::StreamNotFound)?;
        picture.set_pts(Some(video.frames));
        video.frames += 1;
        video.encoder.send_frame(picture)?;
        self.write_pictures()
    }

    /// Encodes sound; what is louder than full scale is cut off.
    pub(crate) fn push_sound(&mut self, samples: &[Stereo]) -> Result<(), ffmpeg::Error> {
        let sound = self.sound.as_mut().ok_or(ffmpeg::Error::StreamNotFound)?;
        sound.pending.extend(samples);
        let size = sound.packet_size();
        while let Some(sound) = self.sound.as_mut().filter(|sound| sound.pending.len() >= size) {
            sound.send(size)?;
            self.write_sound()?;
        }
        Ok(())
    }

    /// Makes the file whole and flushes it to the disk.
    pub(crate) fn finish(mut self) -> Result<(), MediaError> {
        let empty = self.video.as_ref().is_some_and(|video| video.frames == 0);
        let silent = self.sound.as_ref().is_none_or(|sound| sound.samples == 0 && sound.pending.is_empty());
        if empty || self.video.is_none() && silent {
            return Err(MediaError::NoFrames { path: self.file.path.clone() });
        }
        self.try_finish().map_err(|error| MediaError::encoding("finishing the file", error, &self.file.path))?;
        let Self { output, mut file, .. } = self;
        drop(output);
        // What the system has only promised to write fails here rather than after the caller's rename.
        fs::OpenOptions::new()
            .write(true)
            .open(&file.path)
            .and_then(|written| written.sync_all())
            .map_err(|source| MediaError::writing("finishing the file", source, &file.path))?;
        file.keep = true;
        Ok(())
    }

    fn try_finish(&mut self) -> Result<(), ffmpeg::Error> {
        if let Some(sound) = &mut self.sound {
            let rest = sound.pending.len();
            if rest > 0 {
                sound.send(rest)?;
            }
            sound.encoder.send_eof()?;
            self.write_sound()?;
        }
        if let Some(video) = &mut self.video {
            video.encoder.send_eof()?;
            self.write_pictures()?;
        }
        self.output.write_trailer()
    }

    /// Moves the pictures that the encoder has ready into the file.
    fn write_pictures(&mut self) -> Result<(), ffmpeg::Error> {
        let Some(video) = &mut self.video else { return Ok(()) };
        let mut packet = Packet::empty();
        while received(video.encoder.receive_packet(&mut packet))? {
            packet.set_stream(video.stream);
            packet.set_duration(1);
            let file_base = self.output.stream(video.stream).map_or(video.base, |stream| stream.time_base());
            packet.rescale_ts(video.base, file_base);
            packet.write_interleaved(&mut self.output)?;
        }
        Ok(())
    }

    /// The same of the sound.
    fn write_sound(&mut self) -> Result<(), ffmpeg::Error> {
        let Some(sound) = &mut self.sound else { return Ok(()) };
        let mut packet = Packet::empty();
        while received(sound.encoder.receive_packet(&mut packet))? {
            packet.set_stream(sound.stream);
            let file_base = self.output.stream(sound.stream).map_or(sample_base(), |stream| stream.time_base());
            packet.rescale_ts(sample_base(), file_base);
            packet.write_interleaved(&mut self.output)?;
        }
        Ok(())
    }
}

impl SoundTrack {
    fn packet_size(&self) -> usize {
        match self.encoder.frame_size() {
            0 => ANY_PACKET,
            samples => samples as usize,
        }
    }

    /// Gives the encoder so many of the samples that wait.
    fn send(&mut self, count: usize) -> Result<(), ffmpeg::Error> {
        let format = self.encoder.format();
        let mut frame = Audio::new(format, count, ChannelLayout::STEREO);
        if frame.planes() == 0 {
            return Err(ffmpeg::Error::Other { errno: ffmpeg::error::ENOMEM });
        }
        frame.set_rate(SAMPLE_RATE);
        frame.set_pts(Some(self.samples));
        let samples = self.pending.drain(..count).map(|sample| sample.map(|channel| channel.clamp(-1.0, 1.0)));
        match format {
            Sample::F32(Type::Planar) => {
                for (at, sample) in samples.enumerate() {
                    frame.plane_mut::<f32>(0)[at] = sample[0];
                    frame.plane_mut::<f32>(1)[at] = sample[1];
                }
            }
            _ => {
                // 24 bits in the upper part of 32.
                #[allow(clippy::cast_possible_truncation)]
                let whole = |channel: f32| (f64::from(channel) * 8_388_607.0).round() as i32 * 256;
                for (to, sample) in frame.plane_mut::<(i32, i32)>(0).iter_mut().zip(samples) {
                    *to = (whole(sample[0]), whole(sample[1]));
                }
            }
        }
        self.samples += i64::try_from(count).unwrap_or(0);
        self.encoder.send_frame(&frame)
    }
}

/// Whether a packet came; none before the encoder wants more, and none after the end.
fn received(result: Result<(), ffmpeg::Error>) -> Result<bool, ffmpeg::Error> {
    match result {
        Ok(()) => Ok(true),
        Err(ffmpeg::Error::Eof | ffmpeg::Error::Other { errno: ffmpeg::error::EAGAIN }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Seconds of a sample.
fn sample_base() -> Rational {
    Rational(1, SAMPLE_RATE.cast_signed())
}

/// The codecs that sound is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SoundCodec {
    /// 256 kbit/s.
    Aac,
    /// Whole numbers of 24 bits.
    Pcm,
}

/// An encoder for 48 kHz stereo.
pub(crate) fn sound_encoder(sound: SoundCodec) -> Result<encoder::audio::Encoder, ffmpeg::Error> {
    let (name, sample) = match sound {
        SoundCodec::Aac => ("aac", Sample::F32(Type::Planar)),
        SoundCodec::Pcm => ("pcm_s24le", Sample::I32(Type::Packed)),
    };
    let codec = encoder::find_by_name(name).ok_or(ffmpeg::Error::EncoderNotFound)?;
    let mut audio = codec::Context::new_with_codec(codec).encoder().audio()?;
    audio.set_rate(SAMPLE_RATE.cast_signed());
    audio.set_channel_layout(ChannelLayout::STEREO);
    audio.set_channels(2);
    audio.set_format(sample);
    audio.set_time_base(sample_base());
    if sound == SoundCodec::Aac {
        audio.set_bit_rate(256_000);
    }
    audio.set_flags(codec::Flags::GLOBAL_HEADER | codec::Flags::BITEXACT);
    audio.open()
}
