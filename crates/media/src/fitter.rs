//! Frames of a video into another size, as quickly as FFmpeg scales: for films, where every frame has to be made.

use crate::MediaError;
use crate::scale::{Layout, Scaler, allocate, frame_from_video};
use ffmpeg_next as ffmpeg;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::util::frame::Video;
use kinora_frame::{Frame, Size};
use std::path::Path;

/// Brings frames into a size; what it learned about one is kept for the next of the same size.
#[derive(Default)]
pub struct Fitter {
    scaler: Option<Scaler>,
    to: Option<Size>,
}

impl Fitter {
    /// The frame as it covers a size, its middle kept, with Lanczos filtering. `shape` is the frame's size in square pixels, which its
    /// own need not be.
    ///
    /// # Errors
    /// [`MediaError::Encode`] if FFmpeg can't scale it.
    pub fn cover(&mut self, frame: &Frame, shape: Size, size: Size) -> Result<Frame, MediaError> {
        if frame.size() == size && shape == size {
            return Ok(frame.clone());
        }
        let part = seen_part(frame.size(), shape, size);
        self.scaled(frame, part, size).map_err(|error| MediaError::encoding("scaling a picture", error, Path::new("")))
    }

    fn scaled(&mut self, frame: &Frame, part: Size, size: Size) -> Result<Frame, ffmpeg::Error> {
        let cut = cut_out(frame, part)?;
        let (from, to) = (Layout::rgba(part), Layout::rgba(size));
        let scaler = match self.scaler.take() {
            Some(scaler) if scaler.from() == from && self.to == Some(size) => scaler,
            _ => Scaler::new(from, to)?,
        };
        self.to = Some(size);
        let mut out = allocate(Pixel::RGBA, size)?;
        self.scaler.insert(scaler).run(&cut, &mut out)?;
        Ok(frame_from_video(&out))
    }
}

/// The pixels of a picture that are seen where it covers a size.
fn seen_part(pixels: Size, shape: Size, size: Size) -> Size {
    let wide = |size: Size| f64::from(size.width.max(1)) / f64::from(size.height.max(1));
    let (own, wanted) = (wide(shape), wide(size));
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let part = |side: u32, of: f64| ((f64::from(side) * of).round() as u32).clamp(1, side.max(1));
    if own > wanted {
        Size::new(part(pixels.width, wanted / own), pixels.height)
    } else {
        Size::new(pixels.width, part(pixels.height, own / wanted))
    }
}

/// The middle of a frame, in FFmpeg's memory.
fn cut_out(frame: &Frame, part: Size) -> Result<Video, ffmpeg::Error> {
    let mut video = allocate(Pixel::RGBA, part)?;
    let from = frame.size();
    let (left, top) = ((from.width - part.width) as usize / 2 * 4, (from.height - part.height) as usize / 2);
    let (stride, row, width) = (video.stride(0), from.width as usize * 4, part.width as usize * 4);
    for (to, from) in
        video.data_mut(0).chunks_mut(stride).zip(frame.rgba().chunks(row).skip(top)).take(part.height as usize)
    {
        to[..width].copy_from_slice(&from[left..left + width]);
    }
    Ok(video)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_covers_the_size_whatever_the_pixels_are_like() {
        let size = |width, height| Size::new(width, height);
        for (pixels, shape, wanted, part) in [
            (size(640, 360), size(640, 360), size(1280, 720), size(640, 360)),
            (size(640, 480), size(640, 480), size(1280, 720), size(640, 360)),
            (size(720, 576), size(1024, 576), size(1280, 720), size(720, 576)),
            (size(1000, 500), size(1000, 500), size(500, 500), size(500, 500)),
        ] {
            assert_eq!(seen_part(pixels, shape, wanted), part, "{pixels}, {shape} → {wanted}");
        }
        let mut frame = Frame::filled(size(8, 4), [0, 0, 0, 255]);
        for (at, pixel) in frame.rgba_mut().chunks_exact_mut(4).enumerate() {
            pixel[0] = if (2..6).contains(&(at % 8)) { 200 } else { 0 };
        }
        let mut fitter = Fitter::default();
        for _ in 0..2 {
            let seen = fitter.cover(&frame, frame.size(), size(16, 16)).unwrap();
            assert_eq!(seen.size(), size(16, 16));
            assert!(seen.rgba().chunks_exact(4).all(|pixel| pixel[0] > 150), "the sides are cut off");
        }
        assert_eq!(fitter.cover(&frame, frame.size(), frame.size()).unwrap(), frame);
    }
}
