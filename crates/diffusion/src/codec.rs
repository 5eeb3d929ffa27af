//! From frames to latents and back.
//!
//! A model sees a clip as latent frames; how they hold the frames is the codec's. Deliberately not here: autoencoders, which
//! come as further implementations of the same trait.

use crate::error::{EngineError, Result};
use candle_core::{DType, Device, Tensor};
use kinora_frame::{Frame, Size};
use std::ops::Range;

/// Frames to latents and back.
pub trait FrameCodec: Send + Sync {
    /// Channels of a latent frame.
    fn channels(&self) -> usize;

    /// Frames in a latent frame, and so channels of a mask.
    fn packing(&self) -> usize;

    /// Pixels of a latent pixel, in each direction.
    fn scale(&self) -> usize;

    /// The frames that a latent frame holds.
    fn frames_of(&self, latent_frame: usize) -> Range<usize>;

    /// (1, 3, frames, height, width) in −1 to 1 → (1, channels, latent frames, height / scale, width / scale).
    ///
    /// # Errors
    /// If the number of frames is not 1 + a multiple of the packing.
    fn encode(&self, frames: &Tensor) -> Result<Tensor>;

    /// The inverse of [`FrameCodec::encode`].
    ///
    /// # Errors
    /// If the channels are not the codec's.
    fn decode(&self, latents: &Tensor) -> Result<Tensor>;

    /// A value for each pixel of each frame, (1, 1, frames, height, width) → (1, packing, latent frames, …): what a mask is.
    ///
    /// # Errors
    /// As [`FrameCodec::encode`].
    fn pack_mask(&self, mask: &Tensor) -> Result<Tensor>;

    /// A mask as [`FrameCodec::pack_mask`] gives it, for each channel of the latents.
    ///
    /// # Errors
    /// If the shape is not a mask's.
    fn mask_for_channels(&self, mask: &Tensor) -> Result<Tensor>;
}

/// Four frames side by side in the channels, pixels as they are. The first frame stands alone, four times over, so
/// 1 + 4k frames are 1 + k latent frames of 12 channels. It loses nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct PackedPixels;

const PACKING: usize = 4;

impl FrameCodec for PackedPixels {
    fn channels(&self) -> usize {
        3 * PACKING
    }

    fn packing(&self) -> usize {
        PACKING
    }

    fn scale(&self) -> usize {
        1
    }

    fn frames_of(&self, latent_frame: usize) -> Range<usize> {
        if latent_frame == 0 { 0..1 } else { PACKING * latent_frame - (PACKING - 1)..PACKING * latent_frame + 1 }
    }

    fn encode(&self, frames: &Tensor) -> Result<Tensor> {
        pack(frames)
    }

    fn decode(&self, latents: &Tensor) -> Result<Tensor> {
        let (batch, channels, latent_frames, height, width) = latents.dims5()?;
        let colours = channels / PACKING;
        let x = latents.reshape(vec![batch, PACKING, colours, latent_frames, height, width])?;
        let x = x.permute(vec![0, 2, 3, 1, 4, 5])?.reshape((batch, colours, latent_frames * PACKING, height, width))?;
        let first = x.narrow(2, 0, PACKING)?.mean_keepdim(2)?;
        if latent_frames == 1 {
            return Ok(first);
        }
        Ok(Tensor::cat(&[first, x.narrow(2, PACKING, (latent_frames - 1) * PACKING)?], 2)?)
    }

    fn pack_mask(&self, mask: &Tensor) -> Result<Tensor> {
        pack(mask)
    }

    fn mask_for_channels(&self, mask: &Tensor) -> Result<Tensor> {
        let (batch, packing, frames, height, width) = mask.dims5()?;
        let x = mask.unsqueeze(2)?.broadcast_as(vec![batch, packing, 3, frames, height, width])?;
        Ok(x.reshape((batch, packing * 3, frames, height, width))?)
    }
}

/// (batch, c, 1 + 4k, height, width) → (batch, 4c, 1 + k, height, width), frame by frame.
fn pack(frames: &Tensor) -> Result<Tensor> {
    let (batch, colours, count, height, width) = frames.dims5()?;
    if count % PACKING != 1 {
        let reason = format!("it takes 1 + a multiple of {PACKING} frames, not {count}");
        return Err(EngineError::Unsupported { model: "A codec of packed frames".to_owned(), reason });
    }
    let first = frames.narrow(2, 0, 1)?;
    let x = Tensor::cat(&[&first, &first, &first, frames], 2)?;
    let x = x.reshape(vec![batch, colours, count / PACKING + 1, PACKING, height, width])?;
    Ok(x.permute(vec![0, 3, 1, 2, 4, 5])?.reshape((batch, PACKING * colours, count / PACKING + 1, height, width))?)
}

/// A picture as (3, height, width) in −1 to 1; alpha is put on black.
///
/// # Errors
/// If the device can't take it.
pub fn tensor_from_frame(frame: &Frame) -> Result<Tensor> {
    let size = frame.size();
    let mut planes = vec![0f32; 3 * size.pixels()];
    for (index, pixel) in frame.rgba().chunks_exact(4).enumerate() {
        let alpha = f32::from(pixel[3]) / 255.0;
        for (channel, value) in pixel[..3].iter().enumerate() {
            let value = if pixel[3] == 255 { f32::from(*value) } else { (f32::from(*value) * alpha).round() };
            planes[channel * size.pixels() + index] = value / 127.5 - 1.0;
        }
    }
    Ok(Tensor::from_vec(planes, (3, size.height as usize, size.width as usize), &Device::Cpu)?)
}

/// (1, 3, frames, height, width) in −1 to 1 as pictures.
///
/// # Errors
/// If the shape is another.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn frames_from_tensor(clip: &Tensor) -> Result<Vec<Frame>> {
    let (_, _, count, height, width) = clip.dims5()?;
    let size = Size::new(width as u32, height as u32);
    let values = clip.to_dtype(DType::F32)?.to_device(&Device::Cpu)?.flatten_all()?.to_vec1::<f32>()?;
    let pixels = size.pixels();
    let mut frames = Vec::with_capacity(count);
    for index in 0..count {
        let mut rgba = vec![255; pixels * 4];
        for channel in 0..3 {
            let start = (channel * count + index) * pixels;
            for (pixel, value) in rgba.chunks_exact_mut(4).zip(&values[start..start + pixels]) {
                pixel[channel] = ((value + 1.0) * 127.5).round().clamp(0.0, 255.0) as u8;
            }
        }
        frames.push(Frame::new(size, rgba).map_err(candle_core::Error::wrap)?);
    }
    Ok(frames)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::normal;

    #[test]
    fn packing_loses_nothing() {
        for frames in [1, 5, 33] {
            let clip = normal(1, 0, (1, 3, frames, 6, 10), &Device::Cpu).unwrap();
            let latents = PackedPixels.encode(&clip).unwrap();
            assert_eq!(latents.dims(), [1, 12, 1 + frames / 4, 6, 10]);
            let back = PackedPixels.decode(&latents).unwrap();
            let difference = (clip - back).unwrap().abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
            assert_eq!(difference, 0.0);
        }
    }

    #[test]
    fn other_numbers_of_frames_are_refused() {
        assert!(PackedPixels.encode(&Tensor::zeros((1, 3, 4, 8, 8), DType::F32, &Device::Cpu).unwrap()).is_err());
    }

    #[test]
    fn every_frame_is_in_one_latent_frame() {
        let all: Vec<usize> = (0..5).flat_map(|latent| PackedPixels.frames_of(latent)).collect();
        assert_eq!(all, (0..17).collect::<Vec<_>>());
    }

    #[test]
    fn every_byte_survives_the_way_to_a_tensor_and_back() {
        let rgba: Vec<u8> = (0..=255u8).flat_map(|v| [v, 255 - v, v / 2, 255]).collect();
        let frame = Frame::new(Size::new(16, 16), rgba).unwrap();
        let tensor = tensor_from_frame(&frame).unwrap().unsqueeze(1).unwrap().unsqueeze(0).unwrap();
        assert_eq!(frames_from_tensor(&tensor).unwrap(), [frame]);
    }
}
