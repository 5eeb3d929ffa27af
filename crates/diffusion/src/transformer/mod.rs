//! The video diffusion transformer of Wan 2.1 and 2.2 (arXiv 2503.20314), with parameter names and config of diffusers'
//! `WanTransformer3DModel`.
//!
//! One timestep, one for each latent frame or one for each token (Wan 2.2 TI2V); input and output channels apart (Wan I2V);
//! each latent frame attends to the text of its own span. Six optional keys are Sketch's: `rope_theta`, `patch_bottleneck`,
//! `position_frequencies`, `time_frequencies`, `few_steps`, `prediction_type`. Deliberately not here: the image embedding of Wan 2.1 I2V.

mod block;
mod config;
mod embed;
mod rope;

pub use config::Config;

use crate::error::Result;
use crate::kernels::modulate;
use block::Block;
use candle_core::{D, DType, Tensor};
use candle_nn::{Linear, Module, VarBuilder, linear};
use embed::{ConditionEmbedder, PatchEmbedding, PositionEmbedding, TimeEmbedding};
use kinora_job::CancelToken;
use rope::Rope;
use std::ops::Range;

/// The transformer with its weights.
#[derive(Debug)]
pub struct WanTransformer {
    config: Config,
    patch_embedding: PatchEmbedding,
    position_embedding: Option<PositionEmbedding>,
    time_embedding: Option<TimeEmbedding>,
    /// Added to the timestep's embedding when few steps are taken: (width).
    few_steps_embedding: Option<Tensor>,
    condition_embedder: ConditionEmbedder,
    blocks: Vec<Block>,
    scale_shift_table: Tensor,
    proj_out: Linear,
}

/// How far each prediction has to carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stride {
    /// Many steps: each predicts what this noise level tells.
    Many,
    /// The config's `few_steps`, without guidance: each predicts where many guided steps would lead. A model that was not taught to
    /// predicts as for many.
    Few,
}

/// The text that rules some latent frames.
#[derive(Debug, Clone)]
pub struct TextSpan {
    /// Latent frames, counted before patching in time.
    pub frames: Range<usize>,
    /// (batch, text tokens, text_dim).
    pub text: Tensor,
}

impl WanTransformer {
    /// Reads the weights that `config` asks for.
    ///
    /// # Errors
    /// If a weight is missing or has another shape.
    pub fn load(config: &Config, vb: VarBuilder) -> candle_core::Result<Self> {
        let width = config.width();
        let blocks = (0..config.num_layers)
            .map(|layer| Block::load(config, vb.pp("blocks").pp(layer)))
            .collect::<candle_core::Result<_>>()?;
        let places = |frequencies| PositionEmbedding::load(frequencies, width, vb.pp("position_embedding"));
        let moments = |frequencies| TimeEmbedding::load(frequencies, width, vb.pp("time_embedding"));
        Ok(Self {
            few_steps_embedding: config.few_steps.map(|_| vb.get(width, "few_steps_embedding")).transpose()?,
            time_embedding: config.time_frequencies.map(moments).transpose()?,
            position_embedding: config.position_frequencies.map(places).transpose()?,
            patch_embedding: PatchEmbedding::load(config, vb.pp("patch_embedding"))?,
            condition_embedder: ConditionEmbedder::load(config, vb.pp("condition_embedder"))?,
            blocks,
            scale_shift_table: vb.get((1, 2, width), "scale_shift_table")?.to_dtype(DType::F32)?,
            proj_out: linear(width, config.out_channels() * config.patch_volume(), vb.pp("proj_out"))?,
            config: config.clone(),
        })
    }

    /// The configuration that it was loaded with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// One text for all frames. See [`WanTransformer::forward_spans`].
    ///
    /// # Errors
    /// If the shapes don't fit.
    pub fn forward(&self, latents: &Tensor, timestep: &Tensor, text: &Tensor, stride: Stride) -> Result<Tensor> {
        let span = TextSpan { frames: 0..latents.dim(2)?, text: text.clone() };
        self.forward_spans(latents, timestep, &[span], stride, &CancelToken::new())
    }

    /// `latents`: (batch, in channels, frames, height, width); `timestep`, 0 to 1000: (batch), or (batch, n) where n divides
    /// the number of tokens: one for each latent frame or each token; `spans` cover all frames in order.
    /// Returns (batch, out channels, frames, height, width), the type of `latents`.
    ///
    /// # Errors
    /// If the shapes don't fit, or the job was cancelled; that is looked at before each block.
    pub fn forward_spans(
        &self,
        latents: &Tensor,
        timestep: &Tensor,
        spans: &[TextSpan],
        stride: Stride,
        cancel: &CancelToken,
    ) -> Result<Tensor> {
        let (batch, _, frames, height, width) = latents.dims5()?;
        let [pt, ph, pw] = self.config.patch_size;
        let grid = [frames / pt, height / ph, width / pw];
        let frame_tokens = grid[1] * grid[2];
        let dtype = self.proj_out.weight().dtype();

        let rope = Rope::new(&self.config, grid, latents.device())?;
        let mut x = self.patch_embedding.forward(&latents.to_dtype(dtype)?)?; // (batch, tokens, width)
        if let Some(places) = &self.position_embedding {
            x = x.broadcast_add(&places.forward(grid[1], grid[2])?.repeat((grid[0], 1))?)?;
        }
        if let Some(moments) = &self.time_embedding {
            let by_frame = moments.forward(grid[0])?.unsqueeze(1)?; // (frames, 1, width)
            let by_token = by_frame.repeat((1, frame_tokens, 1))?.flatten_to(1)?;
            x = x.broadcast_add(&by_token)?;
        }
        let few = self.few_steps_embedding.as_ref().filter(|_| stride == Stride::Few);
        let (time, table) = self.condition_embedder.time(timestep, few, dtype)?; // (batch, n, width), (batch, n, 6, width)
        let mut texts = Vec::with_capacity(spans.len());
        for span in spans {
            let tokens = span.frames.start / pt * frame_tokens..span.frames.end / pt * frame_tokens;
            texts.push((tokens, self.condition_embedder.text(&span.text.to_dtype(dtype)?)?));
        }
        for block in &self.blocks {
            cancel.check()?;
            x = block.forward(&x, &texts, &table, &rope)?;
        }
        let table = self.scale_shift_table.unsqueeze(0)?.broadcast_add(&time.unsqueeze(2)?.to_dtype(DType::F32)?)?;
        let (shift, scale) = (table.narrow(2, 0, 1)?.squeeze(2)?, table.narrow(2, 1, 1)?.squeeze(2)?);
        let x = self.proj_out.forward(&modulate(&x, &shift, &scale, self.config.eps)?.to_dtype(dtype)?)?;

        let channels = x.dim(D::Minus1)? / self.config.patch_volume();
        let x = x.reshape(vec![batch, grid[0], grid[1], grid[2], pt, ph, pw, channels])?;
        let x = x.permute(vec![0, 7, 1, 4, 2, 5, 3, 6])?;
        Ok(x.reshape((batch, channels, frames, height, width))?.to_dtype(latents.dtype())?)
    }
}
