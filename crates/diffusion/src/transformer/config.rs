//! The transformer's `config.json`, with diffusers' keys and their defaults.

use crate::schedulers::Prediction;
use serde::Deserialize;

/// Keys that the engine reads; others are ignored.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Frames, rows and columns of a token.
    pub patch_size: [usize; 3],
    /// Attention heads.
    pub num_attention_heads: usize,
    /// Channels of a head.
    pub attention_head_dim: usize,
    /// Channels in.
    pub in_channels: usize,
    /// Channels out; as many as in where absent.
    pub out_channels: Option<usize>,
    /// Channels of the text encoder's output.
    pub text_dim: usize,
    /// Channels of the sinusoidal timestep.
    pub freq_dim: usize,
    /// Inner width of the feed-forward.
    pub ffn_dim: usize,
    /// Blocks.
    pub num_layers: usize,
    /// A learned norm before cross-attention.
    pub cross_attn_norm: bool,
    /// Epsilon of all norms.
    pub eps: f64,
    /// Channels of an image embedding (Wan 2.1 I2V), which the engine does not have.
    pub added_kv_proj_dim: Option<usize>,
    /// Base of the rotary positions.
    pub rope_theta: f64,
    /// Width of a narrow layer inside the patch embedding.
    pub patch_bottleneck: Option<usize>,
    /// Half turns over the picture's height and width by which a token is told its place, besides the rotary positions.
    pub position_frequencies: Option<usize>,
    /// Half turns over the clip, and over sixteen latent frames, by which a token is told its time.
    pub time_frequencies: Option<usize>,
    /// So many steps are enough, without guidance, once the transformer is told that there are few.
    pub few_steps: Option<usize>,
    /// What the output means.
    pub prediction_type: Prediction,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            patch_size: [1, 2, 2],
            num_attention_heads: 40,
            attention_head_dim: 128,
            in_channels: 16,
            out_channels: None,
            text_dim: 4096,
            freq_dim: 256,
            ffn_dim: 13824,
            num_layers: 40,
            cross_attn_norm: true,
            eps: 1e-6,
            added_kv_proj_dim: None,
            rope_theta: 10_000.0,
            patch_bottleneck: None,
            position_frequencies: None,
            time_frequencies: None,
            few_steps: None,
            prediction_type: Prediction::Flow,
        }
    }
}

impl Config {
    /// Channels of a token.
    #[must_use]
    pub fn width(&self) -> usize {
        self.num_attention_heads * self.attention_head_dim
    }

    /// Latent pixels in a token.
    #[must_use]
    pub fn patch_volume(&self) -> usize {
        self.patch_size.iter().product()
    }

    /// Channels out.
    #[must_use]
    pub fn out_channels(&self) -> usize {
        self.out_channels.unwrap_or(self.in_channels)
    }
}
