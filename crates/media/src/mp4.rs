//! H.264 in MP4: 8-bit 4:2:0, BT.709, limited range, the index before the pictures, the same frames giving the same bytes.
//!
//! Deliberately not here: sound, other codecs, marks and signatures, and the rename to the final name. The writer writes
//! to the path it is given, so callers give it a temporary one; unfinished files are removed.

use crate::MediaError;
use crate::scale::{Layout, Matrix, Scaler, allocate, video_from_frame};
use crate::video_file::{VideoFile, frame_base};
use ffmpeg_next as ffmpeg;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::util::chroma::Location;
use ffmpeg_next::{Dictionary, Rational, codec, color, encoder};
use kinora_frame::{Frame, Size};
use kinora_job::CancelToken;
use kinora_time::FrameRate;
use std::path::Path;

const MAX_SIDE: u32 = 16_384;

/// How a video is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mp4Settings {
    /// Width and height in pixels, both even; frames of another size are scaled to it.
    pub size: Size,
    /// Frames a second, exact.
    pub rate: FrameRate,
    /// x264's constant rate factor: 0 is lossless, 16 invisible, 51 the worst.
    pub crf: u8,
    /// Encoder threads. A number of its own rather than the machine's, because the bits depend on it.
    pub threads: u8,
    /// Whether every picture stands on its own, so that any is found as fast as the next.
    pub keyframes_only: bool,
}

impl Mp4Settings {
    /// Rate factor 16 and 2 threads.
    #[must_use]
    pub const fn new(size: Size, rate: FrameRate) -> Self {
        Self { size, rate, crf: 16, threads: 2, keyframes_only: false }
    }

    /// The layout of the encoded pictures.
    fn layout(&self) -> Layout {
        Layout {
            format: Pixel::YUV420P,
            size: self.size,
            matrix: Matrix::Bt709,
            full_range: false,
            chroma: Location::Left,
        }
    }

    /// Ticks a second of the file's clocks; one frame is a whole number of them.
    fn timescale(&self) -> u32 {
        if self.rate.denominator() == 1 { self.rate.numerator() * 1000 } else { self.rate.numerator() }
    }
}

/// Encodes frames as they come. [`Mp4Writer::finish`] makes the file whole; dropping the writer before removes it.
pub struct Mp4Writer {
    video: VideoFile,
    scaler: Option<Scaler>,
    settings: Mp4Settings,
}

impl Mp4Writer {
    /// Creates the file, or replaces the one that is there, and writes its header.
    ///
    /// # Errors
    /// [`MediaError::VideoSize`] for odd or absurd sizes, [`MediaError::DiskFull`], [`MediaError::Io`],
    /// [`MediaError::Encode`] without libx264 or with a path that isn't Unicode.
    pub fn create(path: impl AsRef<Path>, settings: Mp4Settings) -> Result<Self, MediaError> {
        let path = path.as_ref();
        let Size { width, height } = settings.size;
        if width % 2 != 0 || height % 2 != 0 || !(2..=MAX_SIDE).contains(&width) || !(2..=MAX_SIDE).contains(&height) {
            return Err(MediaError::VideoSize { size: settings.size });
        }
        crate::start_ffmpeg();
        let encoder = open_encoder(settings).map_err(|error| match error {
            ffmpeg::Error::EncoderNotFound => MediaError::Encode {
                reason: "this FFmpeg has no libx264; install one that has".to_owned(),
                path: path.to_owned(),
            },
            error => MediaError::encoding("creating the video", error, path),
        })?;
        let mut options = Dictionary::new();
        options.set("movflags", "+faststart+write_colr");
        // Both clocks count in parts of a frame; FFmpeg's own choice for the second is milliseconds, which round.
        options.set("video_track_timescale", &settings.timescale().to_string());
        options.set("movie_timescale", &settings.timescale().to_string());
        let video = VideoFile::create(path, "mp4", encoder, settings.rate, options)?;
        Ok(Self { video, scaler: None, settings })
    }

    /// Encodes one frame more; alpha is ignored.
    ///
    /// # Errors
    /// [`MediaError::DiskFull`], [`MediaError::Io`], [`MediaError::Encode`]. The writer is of no use then.
    pub fn push(&mut self, frame: &Frame) -> Result<(), MediaError> {
        self.try_push(frame).map_err(|error| MediaError::encoding("writing the video", error, self.video.path()))
    }

    /// Encodes what the encoder still holds, moves the index to the front and flushes the file to the disk.
    ///
    /// # Errors
    /// As [`Mp4Writer::push`], and [`MediaError::NoFrames`]; the file is gone then.
    pub fn finish(self) -> Result<(), MediaError> {
        self.video.finish()
    }

    fn try_push(&mut self, frame: &Frame) -> Result<(), ffmpeg::Error> {
        let layout = Layout::rgba(frame.size());
        let scaler = match self.scaler.take() {
            Some(scaler) if scaler.from() == layout => scaler,
            _ => Scaler::new(layout, self.settings.layout())?,
        };
        let scaler = self.scaler.insert(scaler);
        let mut picture = allocate(Pixel::YUV420P, self.settings.size)?;
        scaler.run(&video_from_frame(frame)?, &mut picture)?;
        picture.set_color_space(color::Space::BT709);
        picture.set_color_range(color::Range::MPEG);
        picture.set_color_primaries(color::Primaries::BT709);
        picture.set_color_transfer_characteristic(color::TransferCharacteristic::BT709);
        self.video.push(picture)
    }
}

fn open_encoder(settings: Mp4Settings) -> Result<encoder::video::Encoder, ffmpeg::Error> {
    let codec = encoder::find_by_name("libx264").ok_or(ffmpeg::Error::EncoderNotFound)?;
    let mut video = codec::Context::new_with_codec(codec).encoder().video()?;
    video.set_width(settings.size.width);
    video.set_height(settings.size.height);
    video.set_aspect_ratio(Rational(1, 1));
    video.set_format(Pixel::YUV420P);
    video.set_time_base(frame_base(settings.rate));
    video.set_frame_rate(Some(frame_base(settings.rate).invert()));
    let two_seconds = (2 * settings.rate.numerator()).div_ceil(settings.rate.denominator());
    video.set_gop(if settings.keyframes_only { 1 } else { two_seconds });
    video.set_colorspace(color::Space::BT709);
    video.set_color_range(color::Range::MPEG);
    video.set_color_primaries(color::Primaries::BT709);
    video.set_color_transfer_characteristic(color::TransferCharacteristic::BT709);
    // MP4 keeps the parameter sets in its own header.
    video.set_flags(codec::Flags::GLOBAL_HEADER | codec::Flags::BITEXACT | codec::Flags::CLOSED_GOP);
    let mut options = Dictionary::new();
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
    video.open_with(options)
}

/// Writes a whole clip. `progress` gets (frames written, `total`) after each frame; `total` is what the caller expects
/// and doesn't end the clip.
///
/// # Errors
/// As [`Mp4Writer::create`] and [`Mp4Writer::finish`], and [`MediaError::Cancelled`]. No file is left behind.
pub fn encode_mp4(
    path: impl AsRef<Path>,
    frames: impl Iterator<Item = Frame>,
    total: u32,
    settings: Mp4Settings,
    cancel: &CancelToken,
    progress: &mut dyn FnMut(u32, u32),
) -> Result<(), MediaError> {
    cancel.check()?;
    let mut writer = Mp4Writer::create(path, settings)?;
    for (done, frame) in (1..).zip(frames) {
        cancel.check()?;
        writer.push(&frame)?;
        progress(done, total);
    }
    cancel.check()?;
    writer.finish()
}
