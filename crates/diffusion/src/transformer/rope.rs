//! Rotary positions in (frame, row, column): a third of a head's pairs for rows, a third for columns, frames take the rest.
//! RoFormer: arXiv 2104.09864; in three axes as Wan uses it.

use super::Config;
use candle_core::{Device, Result, Tensor};

/// Cosines and sines, each (tokens, head_dim / 2), f32.
#[derive(Debug)]
pub struct Rope {
    cos: Tensor,
    sin: Tensor,
}

impl Rope {
    /// `grid`: tokens along frames, rows, columns.
    pub fn new(config: &Config, grid: [usize; 3], device: &Device) -> Result<Self> {
        let head = config.attention_head_dim;
        let side = 2 * (head / 6);
        let axes = [head - 2 * side, side, side];
        let tokens: usize = grid.iter().product();
        let (mut cos, mut sin) = (Vec::with_capacity(tokens * head / 2), Vec::with_capacity(tokens * head / 2));
        for token in 0..tokens {
            let place = [token / (grid[1] * grid[2]), token / grid[2] % grid[1], token % grid[2]];
            for (channels, place) in axes.into_iter().zip(place) {
                for pair in 0..channels / 2 {
                    #[allow(clippy::cast_precision_loss)]
                    let angle = place as f64 * libm::pow(config.rope_theta, -((2 * pair) as f64) / channels as f64);
                    #[allow(clippy::cast_possible_truncation)]
                    {
                        cos.push(libm::cos(angle) as f32);
                        sin.push(libm::sin(angle) as f32);
                    }
                }
            }
        }
        let shape = (tokens, head / 2);
        Ok(Self { cos: Tensor::from_vec(cos, shape, device)?, sin: Tensor::from_vec(sin, shape, device)? })
    }

    /// `x`: (batch, heads, tokens, head_dim); neighbouring channels are rotated as pairs, in the type of `x`.
    pub fn apply(&self, x: &Tensor) -> Result<Tensor> {
        let (cos, sin) = (self.cos.to_dtype(x.dtype())?, self.sin.to_dtype(x.dtype())?);
        candle_nn::rotary_emb::rope_i(&x.contiguous()?, &cos, &sin)
    }
}
