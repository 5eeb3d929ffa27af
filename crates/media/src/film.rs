//! Frames and sound into a film: H.264 in MP4 to watch, ProRes 422 in QuickTime to edit on, FFV1 in Matroska to keep. BT.709, limited
//! range (FFV1: the frames' own RGB, bit for bit), the index before the pictures, the same frames giving the same bytes.
//!
//! Deliberately not here: marks and signatures, and the rename to the final name. The writer writes to the path it is given, so
//! callers give it a temporary one; unfinished files are removed.

use crate::MediaError;
use crate::film_picture::{FilmLayout, FilmPicture};
use crate::output_file::{OutputFile, SoundCodec, Tracks, frame_base, sound_encoder};
use crate::scale::{Layout, Matrix, Scaler, video_from_frame};
use crate::sound::Stereo;
use ffmpeg_next as ffmpeg;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::util::chroma::Location;
use ffmpeg_next::{Dictionary, Rational, codec, color, encoder};
use kinora_frame::{Frame, Size};
use kinora_job::CancelToken;
use kinora_time::{FrameRate, Timecode};
use std::path::Path;

const MAX_SIDE: u32 = 16_384;

/// How a film is kept in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilmFormat {
    /// H.264 with AAC in MP4: plays everywhere.
    H264,
    /// ProRes 422 with PCM in QuickTime: for other editors.
    ProRes,
    /// FFV1 with PCM in Matroska: loses nothing.
    Ffv1,
}

impl FilmFormat {
    /// FFmpeg's names of the codec and the container, the layout of the pictures, and the codec of the sound.
    fn parts(self) -> (&'static str, &'static str, Pixel, SoundCodec) {
        match self {
            Self::H264 => ("libx264", "mp4", Pixel::YUV420P, SoundCodec::Aac),
            Self::ProRes => ("prores_ks", "mov", Pixel::YUV422P10LE, SoundCodec::Pcm),
            Self::Ffv1 => ("ffv1", "matroska", Pixel::BGRZ, SoundCodec::Pcm),
        }
    }
}

/// How a film is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilmSettings {
    /// The file.
    pub format: FilmFormat,
    /// Width and height in pixels, both even; frames of another size are scaled to it.
    pub size: Size,
    /// Frames a second, exact.
    pub rate: FrameRate,
    /// x264's constant rate factor: 0 is lossless, 16 invisible, 51 the worst. H.264 alone.
    pub crf: u8,
    /// Encoder threads. A number of its own rather than the machine's, because the bits depend on it.
    pub threads: u8,
    /// Whether every picture stands on its own, so that any is found as fast as the next.
    pub keyframes_only: bool,
    /// Whether there is sound beside the pictures.
    pub sound: bool,
    /// The timecode of the first picture, for other editors.
    pub timecode: Option<Timecode>,
}

impl FilmSettings {
    /// H.264 without sound, rate factor 16 and 2 threads.
    #[must_use]
    pub const fn new(size: Size, rate: FrameRate) -> Self {
        let format = FilmFormat::H264;
        Self { format, size, rate, crf: 16, threads: 2, keyframes_only: false, sound: false, timecode: None }
    }

    /// The layout of the encoded pictures.
    #[must_use]
    pub fn layout(&self) -> FilmLayout {
        let (_, _, format, _) = self.format.parts();
        FilmLayout(match self.format {
            FilmFormat::Ffv1 => Layout { format, ..Layout::rgba(self.size) },
            FilmFormat::H264 | FilmFormat::ProRes => {
                Layout { format, size: self.size, matrix: Matrix::Bt709, full_range: false, chroma: Location::Left }
            }
        })
    }

    /// Ticks a second of the file's clocks; one frame is a whole number of them.
    fn timescale(&self) -> u32 {
        if self.rate.denominator() == 1 { self.rate.numerator() * 1000 } else { self.rate.numerator() }
    }

    fn muxer_options(&self) -> Dictionary<'static> {
        let mut options = Dictionary::new();
        if self.format != FilmFormat::Ffv1 {
            options.set("movflags", "+faststart+write_colr");
            // Both clocks count in parts of a frame; FFmpeg's own choice for the second is milliseconds, which round.
            options.set("video_track_timescale", &self.timescale().to_string());
            options.set("movie_timescale", &self.timescale().to_string());
            options.set("write_tmcd", if self.timecode.is_some() { "1" } else { "0" });
        }
        options
    }
}

/// Encodes frames and sound as they come. [`FilmWriter::finish`] makes the file whole; dropping the writer before removes it.
pub struct FilmWriter {
    file: OutputFile,
    scaler: Option<Scaler>,
    settings: FilmSettings,
}

impl FilmWriter {
    /// Creates the file, or replaces the one that is there, and writes its header.
    ///
    /// # Errors
    /// [`MediaError::VideoSize`] for odd or absurd sizes, [`MediaError::DiskFull`], [`MediaError::Io`],
    /// [`MediaError::Encode`] without the encoder or with a path that isn't Unicode.
    pub fn create(path: impl AsRef<Path>, settings: FilmSettings) -> Result<Self, MediaError> {
        let path = path.as_ref();
        let Size { width, height } = settings.size;
        if width % 2 != 0 || height % 2 != 0 || !(2..=MAX_SIDE).contains(&width) || !(2..=MAX_SIDE).contains(&height) {
            return Err(MediaError::VideoSize { size: settings.size });
        }
        crate::start_ffmpeg();
        let (codec, container, _, sound) = settings.format.parts();
        let failed = |error| match error {
            ffmpeg::Error::EncoderNotFound => MediaError::Encode {
                reason: format!("this FFmpeg has no {codec}; install one that has"),
                path: path.to_owned(),
            },
            error => MediaError::encoding("creating the file", error, path),
        };
        let video = open_encoder(settings).map_err(failed)?;
        let timecode = settings.timecode.map(|timecode| timecode.to_string());
        let tracks = Tracks {
            video: Some((video, settings.rate)),
            sound: settings.sound.then(|| sound_encoder(sound)).transpose().map_err(failed)?,
            timecode: timecode.as_deref(),
        };
        let file = OutputFile::create(path, container, tracks, settings.muxer_options())?;
        Ok(Self { file, scaler: None, settings })
    }

    /// The layout of the encoded pictures.
    #[must_use]
    pub fn layout(&self) -> FilmLayout {
        self.settings.layout()
    }

    /// Encodes one frame more; alpha is ignored.
    ///
    /// # Errors
    /// [`MediaError::DiskFull`], [`MediaError::Io`], [`MediaError::Encode`]. The writer is of no use then.
    pub fn push(&mut self, frame: &Frame) -> Result<(), MediaError> {
        let mut picture = self.prepared(frame)?;
        self.push_picture(&mut picture)
    }

    /// A frame as the film keeps it, for [`FilmWriter::push_picture`]; alpha is ignored.
    ///
    /// # Errors
    /// [`MediaError::Encode`] if FFmpeg can't convert it.
    pub fn prepared(&mut self, frame: &Frame) -> Result<FilmPicture, MediaError> {
        self.convert(frame).map_err(|error| MediaError::encoding("converting a picture", error, self.file.path()))
    }

    /// Encodes one picture more. It may be pushed again, as it is, where it is held.
    ///
    /// # Errors
    /// As [`FilmWriter::push`].
    pub fn push_picture(&mut self, picture: &mut FilmPicture) -> Result<(), MediaError> {
        let pushed = self.file.push(&mut picture.video);
        pushed.map_err(|error| MediaError::encoding("writing the film", error, self.file.path()))
    }

    /// Encodes sound that follows what came before; what is louder than full scale is cut off.
    ///
    /// # Errors
    /// As [`FilmWriter::push`], and if the settings have no sound.
    pub fn push_sound(&mut self, samples: &[Stereo]) -> Result<(), MediaError> {
        let pushed = self.file.push_sound(samples);
        pushed.map_err(|error| MediaError::encoding("writing the sound", error, self.file.path()))
    }

    /// Encodes what the encoders still hold, moves the index to the front and flushes the file to the disk.
    ///
    /// # Errors
    /// As [`FilmWriter::push`], and [`MediaError::NoFrames`]; the file is gone then.
    pub fn finish(self) -> Result<(), MediaError> {
        self.file.finish()
    }

    fn convert(&mut self, frame: &Frame) -> Result<FilmPicture, ffmpeg::Error> {
        let (layout, to) = (Layout::rgba(frame.size()), self.settings.layout());
        let scaler = match self.scaler.take() {
            Some(scaler) if scaler.from() == layout => scaler,
            _ => Scaler::new(layout, to.0)?,
        };
        let scaler = self.scaler.insert(scaler);
        FilmPicture::made(to, |picture| scaler.run(&video_from_frame(frame)?, picture))
    }
}

/// Writes sound alone: 24 bits at 48 kHz in stereo, as WAV. [`SoundWriter::finish`] makes the file whole.
pub struct SoundWriter {
    file: OutputFile,
}

impl SoundWriter {
    /// Creates the file, or replaces the one that is there.
    ///
    /// # Errors
    /// As [`FilmWriter::create`].
    pub fn create(path: impl AsRef<Path>) -> Result<Self, MediaError> {
        let path = path.as_ref();
        crate::start_ffmpeg();
        let failed = |error| MediaError::encoding("creating the file", error, path);
        let tracks =
            Tracks { video: None, sound: Some(sound_encoder(SoundCodec::Pcm).map_err(failed)?), timecode: None };
        Ok(Self { file: OutputFile::create(path, "wav", tracks, Dictionary::new())? })
    }

    /// As [`FilmWriter::push_sound`].
    ///
    /// # Errors
    /// As [`FilmWriter::push`].
    pub fn push(&mut self, samples: &[Stereo]) -> Result<(), MediaError> {
        let pushed = self.file.push_sound(samples);
        pushed.map_err(|error| MediaError::encoding("writing the sound", error, self.file.path()))
    }

    /// As [`FilmWriter::finish`].
    ///
    /// # Errors
    /// As [`FilmWriter::finish`].
    pub fn finish(self) -> Result<(), MediaError> {
        self.file.finish()
    }
}

fn open_encoder(settings: FilmSettings) -> Result<encoder::video::Encoder, ffmpeg::Error> {
    let (name, _, format, _) = settings.format.parts();
    let codec = encoder::find_by_name(name).ok_or(ffmpeg::Error::EncoderNotFound)?;
    let mut video = codec::Context::new_with_codec(codec).encoder().video()?;
    video.set_width(settings.size.width);
    video.set_height(settings.size.height);
    video.set_aspect_ratio(Rational(1, 1));
    video.set_format(format);
    video.set_time_base(frame_base(settings.rate));
    video.set_frame_rate(Some(frame_base(settings.rate).invert()));
    if settings.format != FilmFormat::Ffv1 {
        video.set_colorspace(color::Space::BT709);
        video.set_color_range(color::Range::MPEG);
        video.set_color_primaries(color::Primaries::BT709);
        video.set_color_transfer_characteristic(color::TransferCharacteristic::BT709);
    }
    // MP4 keeps the parameter sets in its own header.
    video.set_flags(codec::Flags::GLOBAL_HEADER | codec::Flags::BITEXACT | codec::Flags::CLOSED_GOP);
    let mut options = Dictionary::new();
    match settings.format {
        FilmFormat::H264 => {
            let two_seconds = (2 * settings.rate.numerator()).div_ceil(settings.rate.denominator());
            video.set_gop(if settings.keyframes_only { 1 } else { two_seconds });
            options.set("preset", "medium");
            options.set("profile", "high");
            options.set("crf", &settings.crf.min(51).to_string());
            options.set("threads", &settings.threads.max(1).to_string());
            // x264's AVX-512 code for macroblock trees reads memory it never wrote (core 164: other bits under MALLOC_PERTURB_).
            // AVX2 gives the bits of every x86 since SSSE3. x264 trusts the name, so it must be a machine that has it.
            #[cfg(target_arch = "x86_64")]
            if std::is_x86_feature_detected!("avx512f") && std::is_x86_feature_detected!("avx2") {
                options.set("x264-params", "asm=avx2");
            }
        }
        FilmFormat::ProRes => {
            // Profile 2 is ProRes 422; editors of Apple's want Apple's name as the vendor.
            for (name, value) in [("profile", "2"), ("vendor", "apl0"), ("threads", "2")] {
                options.set(name, value);
            }
        }
        FilmFormat::Ffv1 => lossless_options(&mut options),
    }
    video.open_with(options)
}

/// Version 3 with checksums: a damaged slice is noticed when it is read.
pub(crate) fn lossless_options(options: &mut Dictionary<'_>) {
    for (name, value) in [("level", "3"), ("slicecrc", "1"), ("slices", "4"), ("threads", "1")] {
        options.set(name, value);
    }
}

/// Writes a whole clip. `progress` gets (frames written, `total`) after each frame; `total` is what the caller expects
/// and doesn't end the clip.
///
/// # Errors
/// As [`FilmWriter::create`] and [`FilmWriter::finish`], and [`MediaError::Cancelled`]. No file is left behind.
pub fn encode_mp4(
    path: impl AsRef<Path>,
    frames: impl Iterator<Item = Frame>,
    total: u32,
    settings: FilmSettings,
    cancel: &CancelToken,
    progress: &mut dyn FnMut(u32, u32),
) -> Result<(), MediaError> {
    cancel.check()?;
    let mut writer = FilmWriter::create(path, settings)?;
    for (done, frame) in (1..).zip(frames) {
        cancel.check()?;
        writer.push(&frame)?;
        progress(done, total);
    }
    cancel.check()?;
    writer.finish()
}
