//! Known pictures and noise to what denoising starts from.

use crate::codec::FrameCodec;
use crate::error::{EngineError, Result};
use candle_core::{DType, Device, Tensor};
use kinora_plan::Region;

/// A picture that is given, at a frame of the window.
#[derive(Debug, Clone)]
pub struct KnownPicture {
    /// Frame of the window.
    pub frame: usize,
    /// (3, height, width) in −1 to 1, the size of the region, or of the whole frame.
    pub picture: Tensor,
    /// Where it lies; the whole frame without one.
    pub region: Option<Region>,
    /// 0 keeps exactly, 1 invents.
    pub level: f64,
}

/// What denoising of a window starts from. All tensors are f32.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// (1, channels, latent frames, height, width): noise, and known latents where the level is under 1.
    pub latents: Tensor,
    /// Known latents without noise, zero where nothing is known; same shape.
    pub clean: Tensor,
    /// The level of each value of the latents; same shape.
    pub levels: Tensor,
    /// What the transformer sees of known content beside the noisy latents: mask and known latents at their level.
    pub condition: Tensor,
    /// The highest level in each token, (latent frames, tokens of a latent frame), or (latent frames, 1) where it is
    /// the same all over each frame.
    pub token_levels: Vec<Vec<f32>>,
    /// True if no level is under 1.
    pub free: bool,
    /// True if every level is 0: nothing is left to make.
    pub settled: bool,
    /// Where a run that was interrupted goes on; without it from the first step.
    pub resume: Option<Resume>,
}

/// A window between two steps.
#[derive(Debug, Clone)]
pub struct Resume {
    /// Steps that are done.
    pub step: usize,
    /// The latents after them.
    pub latents: Tensor,
    /// What the scheduler remembers, by name.
    pub scheduler: Vec<(String, Tensor)>,
}

/// `noise`: (1, channels, latent frames, height, width); `frames`: of the window; `patch`: rows and columns of a token.
///
/// # Errors
/// If a picture doesn't fit its place.
pub fn prepare(
    codec: &dyn FrameCodec,
    known: &[KnownPicture],
    noise: &Tensor,
    frames: usize,
    patch: [usize; 2],
) -> Result<Prepared> {
    let (_, _, latent_frames, latent_height, latent_width) = noise.dims5()?;
    let (height, width) = (latent_height * codec.scale(), latent_width * codec.scale());
    let plane = height * width;
    let mut clip = vec![0f32; 3 * frames * plane];
    let mut levels = vec![1f32; frames * plane];
    for given in known {
        let whole = Region { x: 0, y: 0, width: u32(width), height: u32(height) };
        let region = given.region.unwrap_or(whole);
        let (columns, rows) = (region.width as usize, region.height as usize);
        let values = given.picture.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
        let (x, y) = (region.x as usize, region.y as usize);
        if values.len() != 3 * columns * rows || x + columns > width || y + rows > height || given.frame >= frames {
            let reason = format!("a known picture does not fit frame {} of {width}×{height}", given.frame);
            return Err(EngineError::Unsupported { model: "The window".to_owned(), reason });
        }
        for row in 0..rows {
            let at = (y + row) * width + x;
            for channel in 0..3 {
                let from = (channel * rows + row) * columns;
                let to = (channel * frames + given.frame) * plane + at;
                clip[to..to + columns].copy_from_slice(&values[from..from + columns]);
            }
            let to = given.frame * plane + at;
            #[allow(clippy::cast_possible_truncation)]
            levels[to..to + columns].fill(given.level as f32);
        }
    }
    let free = levels.iter().all(|level| *level >= 1.0);
    let settled = levels.iter().all(|level| *level <= 0.0);
    let device = noise.device();
    let clean =
        codec.encode(&Tensor::from_vec(clip, (1, 3, frames, height, width), &Device::Cpu)?)?.to_device(device)?;
    let mask = Tensor::from_vec(levels, (1, 1, frames, height, width), &Device::Cpu)?;
    let packed = codec.pack_mask(&mask)?;
    let token_levels = token_levels(&packed, latent_frames, patch)?;
    let packed = packed.to_device(device)?;
    let levels = codec.mask_for_channels(&packed)?;
    let kept = levels.affine(-1.0, 1.0)?;
    let latents = ((&clean * &kept)? + (noise * &levels)?)?;
    let known = levels.lt(1f32)?.where_cond(&latents, &latents.zeros_like()?)?;
    let condition = Tensor::cat(&[&packed.affine(-1.0, 1.0)?, &known], 1)?;
    Ok(Prepared { latents, clean, levels, condition, token_levels, free, settled, resume: None })
}

fn u32(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

/// `packed`: (1, packing, latent frames, height, width).
fn token_levels(packed: &Tensor, latent_frames: usize, patch: [usize; 2]) -> Result<Vec<Vec<f32>>> {
    let levels = packed.max(1)?.squeeze(0)?.to_vec3::<f32>()?;
    let mut list = Vec::with_capacity(latent_frames);
    for frame in &levels {
        let (rows, columns) = (frame.len() / patch[0], frame[0].len() / patch[1]);
        let mut tokens = vec![0f32; rows * columns];
        for (y, row) in frame.iter().enumerate() {
            for (x, level) in row.iter().enumerate() {
                let token = &mut tokens[(y / patch[0]).min(rows - 1) * columns + (x / patch[1]).min(columns - 1)];
                *token = token.max(*level);
            }
        }
        list.push(tokens);
    }
    let flat = list.iter().all(|tokens| tokens.iter().all(|level| *level == tokens[0]));
    if flat {
        list.iter_mut().for_each(|tokens| tokens.truncate(1));
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::PackedPixels;
    use crate::noise::normal;

    fn prepared(known: &[KnownPicture]) -> Prepared {
        let noise = normal(1, 0, (1, 12, 3, 16, 24), &Device::Cpu).unwrap();
        prepare(&PackedPixels, known, &noise, 9, [8, 8]).unwrap()
    }

    fn picture(frame: usize, level: f64, region: Option<Region>) -> KnownPicture {
        let (height, width) = region.map_or((16, 24), |r| (r.height as usize, r.width as usize));
        KnownPicture { frame, picture: Tensor::full(0.5f32, (3, height, width), &Device::Cpu).unwrap(), region, level }
    }

    #[test]
    fn without_known_pictures_all_is_noise_at_full_level() {
        let p = prepared(&[]);
        assert!(p.free);
        assert_eq!(p.token_levels, vec![vec![1.0]; 3]);
        assert_eq!(p.condition.abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap(), 0.0);
        assert_eq!(p.condition.dims(), [1, 16, 3, 16, 24]);
    }

    #[test]
    fn a_first_frame_is_alone_in_its_latent_frame() {
        let p = prepared(&[picture(0, 0.0, None)]);
        assert_eq!(p.token_levels, vec![vec![0.0], vec![1.0], vec![1.0]]);
        let first = p.latents.narrow(2, 0, 1).unwrap();
        assert_eq!(first.min_all().unwrap().to_scalar::<f32>().unwrap(), 0.5);
        assert_eq!(first.max_all().unwrap().to_scalar::<f32>().unwrap(), 0.5);
    }

    #[test]
    fn a_last_frame_shares_its_tokens_with_frames_that_are_free() {
        let p = prepared(&[picture(8, 0.0, None)]);
        assert_eq!(p.token_levels, vec![vec![1.0]; 3]);
        let last = PackedPixels.decode(&p.latents).unwrap().narrow(2, 8, 1).unwrap();
        assert_eq!(last.min_all().unwrap().to_scalar::<f32>().unwrap(), 0.5);
        let mask = p.condition.narrow(1, 3, 1).unwrap().narrow(2, 2, 1).unwrap();
        assert_eq!(mask.min_all().unwrap().to_scalar::<f32>().unwrap(), 1.0);
    }

    #[test]
    fn a_region_has_a_level_for_each_token() {
        let region = Region { x: 0, y: 0, width: 8, height: 16 };
        let p = prepared(&[picture(0, 0.25, Some(region))]);
        assert_eq!(p.token_levels[0], [0.25, 1.0, 1.0, 0.25, 1.0, 1.0]);
        assert_eq!(p.token_levels[1], [1.0; 6]);
    }
}
