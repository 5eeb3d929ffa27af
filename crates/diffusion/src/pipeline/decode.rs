//! Latents to frames.

use crate::codec::{FrameCodec, frames_from_tensor};
use crate::error::Result;
use candle_core::Tensor;
use kinora_frame::Frame;

/// `latents`: (1, channels, latent frames, height, width), without noise.
///
/// # Errors
/// If the latents are not the codec's.
pub fn decode(codec: &dyn FrameCodec, latents: &Tensor) -> Result<Vec<Frame>> {
    frames_from_tensor(&codec.decode(latents)?)
}
