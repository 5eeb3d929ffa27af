//! swscale with the right matrix, range and chroma position: one place for the unsafe calls that ffmpeg-next has no safe
//! form for.
//!
//! Deliberately not here: what the numbers in a file mean (`decode.rs`, `mp4.rs`), transfer functions and primaries.
//! Scaling works on the encoded values, as video scalers do.

use ffmpeg_next as ffmpeg;
use ffmpeg_next::ffi;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::software::scaling::Flags;
use ffmpeg_next::util::chroma::Location;
use ffmpeg_next::util::frame::Video;
use kinora_frame::{Frame, Size};
use std::ptr::{self, NonNull};

/// How Y'CbCr relates to R'G'B'.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matrix {
    /// SD.
    Bt601,
    /// HD, and everything Kinora writes.
    Bt709,
    /// UHD, non-constant luminance.
    Bt2020,
    /// NTSC of 1953.
    Fcc,
    /// The HD draft.
    Smpte240m,
}

/// What the samples of a picture mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) format: Pixel,
    pub(crate) size: Size,
    /// Only for Y'CbCr.
    pub(crate) matrix: Matrix,
    /// 0..255 instead of 16..235.
    pub(crate) full_range: bool,
    /// Where the chroma samples lie; left where a file doesn't say.
    pub(crate) chroma: Location,
}

impl Layout {
    /// Kinora's own frames.
    pub(crate) fn rgba(size: Size) -> Self {
        Self { format: Pixel::RGBA, size, matrix: Matrix::Bt709, full_range: true, chroma: Location::Unspecified }
    }

    /// swscale's chroma position in 1/256 of a luma sample, (horizontal, vertical); -513 leaves it to swscale.
    fn chroma_position(self) -> (i64, i64) {
        let (wide, high) = self.format.descriptor().map_or((0, 0), |d| (d.log2_chroma_w(), d.log2_chroma_h()));
        let horizontal =
            if matches!(self.chroma, Location::Center | Location::Top | Location::Bottom) { 128 } else { 0 };
        let vertical = match self.chroma {
            Location::TopLeft | Location::Top => 0,
            Location::BottomLeft | Location::Bottom => 256,
            Location::Unspecified | Location::Left | Location::Center => 128,
        };
        (if wide == 1 { horizontal } else { -513 }, if high == 1 { vertical } else { -513 })
    }
}

/// Converts pictures of one layout into another, with the same bits on every CPU.
pub(crate) struct Scaler {
    context: NonNull<ffi::SwsContext>,
    from: Layout,
    to: Layout,
}

// SAFETY: the context belongs to this value alone and isn't tied to a thread; it is used only through `&mut self`.
unsafe impl Send for Scaler {}

impl Scaler {
    /// Lanczos in both directions, exact rounding, full chroma resolution.
    pub(crate) fn new(from: Layout, to: Layout) -> Result<Self, ffmpeg::Error> {
        crate::start_ffmpeg();
        let flags =
            Flags::LANCZOS | Flags::ACCURATE_RND | Flags::BITEXACT | Flags::FULL_CHR_H_INT | Flags::FULL_CHR_H_INP;
        let (from_chroma, to_chroma) = (from.chroma_position(), to.chroma_position());
        let options = [
            (c"srcw", i64::from(from.size.width)),
            (c"srch", i64::from(from.size.height)),
            (c"src_format", ffi::AVPixelFormat::from(from.format) as i64),
            (c"src_range", i64::from(from.full_range)),
            (c"src_h_chr_pos", from_chroma.0),
            (c"src_v_chr_pos", from_chroma.1),
            (c"dstw", i64::from(to.size.width)),
            (c"dsth", i64::from(to.size.height)),
            (c"dst_format", ffi::AVPixelFormat::from(to.format) as i64),
            (c"dst_range", i64::from(to.full_range)),
            (c"dst_h_chr_pos", to_chroma.0),
            (c"dst_v_chr_pos", to_chroma.1),
            (c"sws_flags", i64::from(flags.bits())),
            // None: a pattern in what was smooth costs bits, and is in no other form of the picture.
            (c"sws_dither", 0),
        ];
        // SAFETY: the context is fresh and ours; from here on `scaler` frees it. The names are C strings, the coefficient
        // tables are static in swscale, and ranges are 0 or 1.
        unsafe {
            let context =
                NonNull::new(ffi::sws_alloc_context()).ok_or(ffmpeg::Error::Other { errno: ffmpeg::error::ENOMEM })?;
            let scaler = Self { context, from, to };
            let raw = context.as_ptr();
            for (name, value) in options {
                check(ffi::av_opt_set_int(raw.cast(), name.as_ptr(), value, 0))?;
            }
            check(ffi::sws_init_context(raw, ptr::null_mut(), ptr::null_mut()))?;
            // Its -1, that there is nothing to set, is no failure: between RGB layouts there isn't.
            ffi::sws_setColorspaceDetails(
                raw,
                ffi::sws_getCoefficients(coefficients(from.matrix)),
                i32::from(from.full_range),
                ffi::sws_getCoefficients(coefficients(to.matrix)),
                i32::from(to.full_range),
                0,
                1 << 16,
                1 << 16,
            );
            Ok(scaler)
        }
    }

    /// The layout it takes.
    pub(crate) fn from(&self) -> Layout {
        self.from
    }

    /// The layout it gives.
    pub(crate) fn to(&self) -> Layout {
        self.to
    }

    /// Converts one picture.
    pub(crate) fn run(&mut self, input: &Video, output: &mut Video) -> Result<(), ffmpeg::Error> {
        if !fits(input, self.from) {
            return Err(ffmpeg::Error::InputChanged);
        }
        if !fits(output, self.to) {
            return Err(ffmpeg::Error::OutputChanged);
        }
        // SAFETY: both frames have buffers of the formats and sizes that the context was made for.
        unsafe {
            check(ffi::sws_scale(
                self.context.as_ptr(),
                (*input.as_ptr()).data.as_ptr().cast(),
                (*input.as_ptr()).linesize.as_ptr(),
                0,
                i32::try_from(self.from.size.height).unwrap_or(i32::MAX),
                (*output.as_mut_ptr()).data.as_ptr(),
                (*output.as_mut_ptr()).linesize.as_ptr(),
            ))
        }
    }
}

impl Drop for Scaler {
    fn drop(&mut self) {
        // SAFETY: made by `sws_alloc_context`, freed once.
        unsafe { ffi::sws_freeContext(self.context.as_ptr()) }
    }
}

fn fits(frame: &Video, layout: Layout) -> bool {
    frame.planes() > 0 && frame.format() == layout.format && Size::new(frame.width(), frame.height()) == layout.size
}

fn check(result: i32) -> Result<(), ffmpeg::Error> {
    if result < 0 { Err(ffmpeg::Error::from(result)) } else { Ok(()) }
}

fn coefficients(matrix: Matrix) -> i32 {
    match matrix {
        Matrix::Bt601 => ffi::SWS_CS_ITU601,
        Matrix::Bt709 => ffi::SWS_CS_ITU709,
        Matrix::Bt2020 => ffi::SWS_CS_BT2020,
        Matrix::Fcc => ffi::SWS_CS_FCC,
        Matrix::Smpte240m => ffi::SWS_CS_SMPTE240M,
    }
}

/// An FFmpeg picture with memory of its own, aligned as swscale and encoders want it.
pub(crate) fn allocate(format: Pixel, size: Size) -> Result<Video, ffmpeg::Error> {
    if size.pixels() == 0 {
        return Err(ffmpeg::Error::InvalidData);
    }
    let video = Video::new(format, size.width, size.height);
    // `Video::new` hides a failed allocation; reading its planes would panic.
    if video.planes() == 0 { Err(ffmpeg::Error::Other { errno: ffmpeg::error::ENOMEM }) } else { Ok(video) }
}

/// Copies a frame into FFmpeg's memory as RGBA.
pub(crate) fn video_from_frame(frame: &Frame) -> Result<Video, ffmpeg::Error> {
    let mut video = allocate(Pixel::RGBA, frame.size())?;
    let (stride, row) = (video.stride(0), frame.size().width as usize * 4);
    for (to, from) in video.data_mut(0).chunks_mut(stride).zip(frame.rgba().chunks(row)) {
        to[..row].copy_from_slice(from);
    }
    Ok(video)
}

/// Copies an RGBA picture out of FFmpeg's memory.
pub(crate) fn frame_from_video(video: &Video) -> Frame {
    let size = Size::new(video.width(), video.height());
    let mut frame = Frame::filled(size, [0, 0, 0, 255]);
    let (stride, row) = (video.stride(0), size.width as usize * 4);
    for (to, from) in frame.rgba_mut().chunks_mut(row).zip(video.data(0).chunks(stride)) {
        to.copy_from_slice(&from[..row]);
    }
    frame
}
