//! H.264 in MP4: 8-bit 4:2:0, BT.709, limited range, the index before the pictures, the same frames giving the same bytes.
//!
//! Deliberately not here: sound, other codecs, marks and signatures, and the rename to the final name. The writer writes
//! to the path it is given, so callers give it a temporary one; unfinished files are removed.

use crate::MediaError;
use crate::scale::{Layout, Matrix, Scaler, allocate, video_from_frame};
use ffmpeg_next as ffmpeg;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::util::chroma::Location;
use ffmpeg_next::{Dictionary, Packet, Rational, codec, color, encoder, format};
use kinora_frame::{Frame, Size};
use kinora_job::CancelToken;
use kinora_time::FrameRate;
use std::fs;
use std::path::{Path, PathBuf};

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
}

impl Mp4Settings {
    /// Rate factor 16 and 2 threads.
    #[must_use]
    pub const fn new(size: Size, rate: FrameRate) -> Self {
        Self { size, rate, crf: 16, threads: 2 }
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

    fn frame_base(&self) -> Rational {
        Rational(self.rate.denominator().cast_signed(), self.rate.numerator().cast_signed())
    }
}

/// Encodes frames as they come. [`Mp4Writer::finish`] makes the file whole; dropping the writer before removes it.
pub struct Mp4Writer {
    // Fields drop in this order: FFmpeg closes the file before the guard removes it.
    output: format::context::Output,
    encoder: encoder::video::Encoder,
    scaler: Option<Scaler>,
    file: PartialFile,
    settings: Mp4Settings,
    frames: i64,
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
        let refuse = |reason: &str| MediaError::Encode { reason: reason.to_owned(), path: path.to_owned() };
        let opening = |error| MediaError::encoding("creating the video", error, path);
        let encoder = open_encoder(settings).map_err(|error| match error {
            ffmpeg::Error::EncoderNotFound => refuse("this FFmpeg has no libx264; install one that has"),
            error => opening(error),
        })?;

        let name = path.to_str().filter(|name| !name.contains('\0'));
        let name = name.ok_or_else(|| refuse("FFmpeg needs a path in Unicode; rename the folder"))?;
        // With its scheme, a path is never taken for another protocol, whatever colons it has.
        let mut output = format::output_as(&format!("file:{name}"), "mp4").map_err(opening)?;
        let file = PartialFile { path: path.to_owned(), keep: false };
        if let Err(error) = write_header(&mut output, &encoder, settings) {
            drop(output); // closed before `file` removes it
            return Err(opening(error));
        }
        Ok(Self { output, encoder, scaler: None, file, settings, frames: 0 })
    }

    /// Encodes one frame more; alpha is ignored.
    ///
    /// # Errors
    /// [`MediaError::DiskFull`], [`MediaError::Io`], [`MediaError::Encode`]. The writer is of no use then.
    pub fn push(&mut self, frame: &Frame) -> Result<(), MediaError> {
        self.try_push(frame).map_err(|error| MediaError::encoding("writing the video", error, &self.file.path))
    }

    /// Encodes what the encoder still holds, moves the index to the front and flushes the file to the disk.
    ///
    /// # Errors
    /// As [`Mp4Writer::push`], and [`MediaError::NoFrames`]; the file is gone then.
    pub fn finish(mut self) -> Result<(), MediaError> {
        if self.frames == 0 {
            return Err(MediaError::NoFrames { path: self.file.path.clone() });
        }
        self.try_finish().map_err(|error| MediaError::encoding("finishing the video", error, &self.file.path))?;
        let Self { output, mut file, .. } = self;
        drop(output);
        // What the system has only promised to write fails here rather than after the caller's rename.
        fs::OpenOptions::new()
            .write(true)
            .open(&file.path)
            .and_then(|written| written.sync_all())
            .map_err(|source| MediaError::writing("finishing the video", source, &file.path))?;
        file.keep = true;
        Ok(())
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
        picture.set_pts(Some(self.frames));
        self.frames += 1;
        self.encoder.send_frame(&picture)?;
        self.write_packets()
    }

    fn try_finish(&mut self) -> Result<(), ffmpeg::Error> {
        self.encoder.send_eof()?;
        self.write_packets()?;
        self.output.write_trailer()
    }

    /// Moves what the encoder has ready into the file.
    fn write_packets(&mut self) -> Result<(), ffmpeg::Error> {
        let mut packet = Packet::empty();
        loop {
            match self.encoder.receive_packet(&mut packet) {
                Ok(()) => {}
                Err(ffmpeg::Error::Eof | ffmpeg::Error::Other { errno: ffmpeg::error::EAGAIN }) => return Ok(()),
                Err(error) => return Err(error),
            }
            packet.set_stream(0);
            packet.set_duration(1);
            let file_base = self.output.stream(0).map_or(self.settings.frame_base(), |stream| stream.time_base());
            packet.rescale_ts(self.settings.frame_base(), file_base);
            packet.write_interleaved(&mut self.output)?;
        }
    }
}

fn open_encoder(settings: Mp4Settings) -> Result<encoder::video::Encoder, ffmpeg::Error> {
    let codec = encoder::find_by_name("libx264").ok_or(ffmpeg::Error::EncoderNotFound)?;
    let mut video = codec::Context::new_with_codec(codec).encoder().video()?;
    video.set_width(settings.size.width);
    video.set_height(settings.size.height);
    video.set_aspect_ratio(Rational(1, 1));
    video.set_format(Pixel::YUV420P);
    video.set_time_base(settings.frame_base());
    video.set_frame_rate(Some(settings.frame_base().invert()));
    video.set_gop((2 * settings.rate.numerator()).div_ceil(settings.rate.denominator()));
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

fn write_header(
    output: &mut format::context::Output,
    encoder: &encoder::video::Encoder,
    settings: Mp4Settings,
) -> Result<(), ffmpeg::Error> {
    let mut stream = output.add_stream_with(encoder)?;
    stream.set_time_base(settings.frame_base());
    stream.set_avg_frame_rate(settings.frame_base().invert());
    let mut options = Dictionary::new();
    options.set("movflags", "+faststart+write_colr");
    options.set("fflags", "+bitexact");
    // Both clocks count in parts of a frame; FFmpeg's own choice for the second is milliseconds, which round.
    options.set("video_track_timescale", &settings.timescale().to_string());
    options.set("movie_timescale", &settings.timescale().to_string());
    output.write_header_with(options)?;
    Ok(())
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
