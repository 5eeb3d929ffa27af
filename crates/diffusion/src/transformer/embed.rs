//! What goes in beside the blocks: latents as tokens, timestep and text as vectors.

use super::Config;
use candle_core::{D, DType, Device, Result, Tensor};
use candle_nn::{Linear, Module, VarBuilder, linear};

/// Latents to tokens: a convolution whose stride is its size, that is, one linear layer for each patch.
#[derive(Debug)]
pub struct PatchEmbedding {
    patch: [usize; 3],
    /// (inner width, channels · patch volume)
    weight: Tensor,
    bias: Option<Tensor>,
    /// From the narrow layer to the full width, where the config has `patch_bottleneck`.
    up: Option<Linear>,
}

impl PatchEmbedding {
    pub fn load(config: &Config, vb: VarBuilder) -> Result<Self> {
        let [pt, ph, pw] = config.patch_size;
        let inner = config.patch_bottleneck.unwrap_or(config.width());
        let shape = (inner, config.in_channels, pt, ph, pw);
        let flat = (inner, config.in_channels * config.patch_volume());
        Ok(match config.patch_bottleneck {
            Some(narrow) => Self {
                patch: config.patch_size,
                weight: vb.get(shape, "down.weight")?.reshape(flat)?,
                bias: None,
                up: Some(linear(narrow, config.width(), vb.pp("up"))?),
            },
            None => Self {
                patch: config.patch_size,
                weight: vb.get(shape, "weight")?.reshape(flat)?,
                bias: Some(vb.get(inner, "bias")?),
                up: None,
            },
        })
    }

    /// (batch, channels, frames, height, width) → (batch, tokens, width), tokens in order of frame, row, column.
    pub fn forward(&self, latents: &Tensor) -> Result<Tensor> {
        let (batch, channels, frames, height, width) = latents.dims5()?;
        let [pt, ph, pw] = self.patch;
        let (f, h, w) = (frames / pt, height / ph, width / pw);
        let x = latents.reshape(vec![batch, channels, f, pt, h, ph, w, pw])?;
        let x = x.permute(vec![0, 2, 4, 6, 1, 3, 5, 7])?.reshape((batch * f * h * w, channels * pt * ph * pw))?;
        let x = x.matmul(&self.weight.t()?)?;
        let x = if let Some(bias) = &self.bias { x.broadcast_add(bias)? } else { x };
        let x = if let Some(up) = &self.up { up.forward(&x)? } else { x };
        x.reshape((batch, f * h * w, x.dim(1)?))
    }
}

/// Where each token of a frame lies in the picture, whatever its size: rotary positions tell only how far apart two tokens are,
/// and a picture of noise shows nothing else.
#[derive(Debug)]
pub struct PositionEmbedding {
    frequencies: usize,
    layer: Linear,
}

impl PositionEmbedding {
    pub fn load(frequencies: usize, width: usize, vb: VarBuilder) -> Result<Self> {
        Ok(Self { frequencies, layer: linear(4 * frequencies, width, vb)? })
    }

    /// (rows · columns, width), tokens in order of row, column.
    pub fn forward(&self, rows: usize, columns: usize) -> Result<Tensor> {
        let waves = |place: usize, count: usize| {
            #[allow(clippy::cast_precision_loss)]
            let at = (place as f64 + 0.5) / count as f64;
            #[allow(clippy::cast_precision_loss)]
            let turn = move |k: usize| std::f64::consts::PI * at * (k + 1) as f64;
            let range = 0..self.frequencies;
            range.clone().map(move |k| turn(k).cos()).chain(range.map(move |k| turn(k).sin()))
        };
        #[allow(clippy::cast_possible_truncation)]
        let features: Vec<f32> = (0..rows * columns)
            .flat_map(|token| waves(token / columns, rows).chain(waves(token % columns, columns)))
            .map(|value| value as f32)
            .collect();
        let features =
            Tensor::from_vec(features, (rows * columns, 4 * self.frequencies), self.layer.weight().device())?;
        self.layer.forward(&features.to_dtype(self.layer.weight().dtype())?)
    }
}

/// When each token is in the clip, told besides the rotary positions: where there is nothing but noise nothing else tells it.
#[derive(Debug)]
pub struct TimeEmbedding {
    frequencies: usize,
    layer: Linear,
}

impl TimeEmbedding {
    /// Latent frames over which the second set of half turns goes, however long the clip is.
    const SPAN: f64 = 16.0;

    pub fn load(frequencies: usize, width: usize, vb: VarBuilder) -> Result<Self> {
        Ok(Self { frequencies, layer: linear(4 * frequencies, width, vb)? })
    }

    /// (frames, width): half turns over the clip and over [`Self::SPAN`] latent frames, their cosines, then their sines.
    pub fn forward(&self, frames: usize) -> Result<Tensor> {
        let angles = |frame: usize| {
            #[allow(clippy::cast_precision_loss)]
            let (at, all) = (frame as f64 + 0.5, frames as f64);
            [at / all, at / Self::SPAN].into_iter().flat_map(move |part| {
                #[allow(clippy::cast_precision_loss)]
                let turn = move |k: usize| std::f64::consts::PI * part * (k + 1) as f64;
                (0..self.frequencies).map(turn)
            })
        };
        #[allow(clippy::cast_possible_truncation)]
        let features: Vec<f32> = (0..frames)
            .flat_map(|frame| angles(frame).map(f64::cos).chain(angles(frame).map(f64::sin)))
            .map(|value| value as f32)
            .collect();
        let features = Tensor::from_vec(features, (frames, 4 * self.frequencies), self.layer.weight().device())?;
        self.layer.forward(&features.to_dtype(self.layer.weight().dtype())?)
    }
}

/// Timestep and text for the blocks.
#[derive(Debug)]
pub struct ConditionEmbedder {
    frequencies: usize,
    time: (Linear, Linear),
    table: Linear,
    text: (Linear, Linear),
}

impl ConditionEmbedder {
    pub fn load(config: &Config, vb: VarBuilder) -> Result<Self> {
        let width = config.width();
        if config.added_kv_proj_dim.is_some() {
            candle_core::bail!(
                "this checkpoint needs an image embedding (Wan 2.1 I2V), which the engine does not have"
            );
        }
        let two = |inputs: usize, vb: VarBuilder| -> Result<(Linear, Linear)> {
            Ok((linear(inputs, width, vb.pp("linear_1"))?, linear(width, width, vb.pp("linear_2"))?))
        };
        Ok(Self {
            frequencies: config.freq_dim,
            time: two(config.freq_dim, vb.pp("time_embedder"))?,
            table: linear(width, 6 * width, vb.pp("time_proj"))?,
            text: two(config.text_dim, vb.pp("text_embedder"))?,
        })
    }

    /// `timestep`: (batch) or (batch, n); `beside`, (width): what else is told with it. Returns the embedding (batch, n, width) and the
    /// blocks' table (batch, n, 6, width).
    pub fn time(&self, timestep: &Tensor, beside: Option<&Tensor>, dtype: DType) -> Result<(Tensor, Tensor)> {
        let timestep = if timestep.rank() == 1 { timestep.unsqueeze(1)? } else { timestep.clone() };
        let (batch, n) = timestep.dims2()?;
        let waves = sinusoid(&timestep, self.frequencies)?.to_dtype(dtype)?;
        let time = self.time.1.forward(&self.time.0.forward(&waves)?.silu()?)?;
        let time = beside.map(|beside| time.broadcast_add(beside)).transpose()?.unwrap_or(time);
        let table = self.table.forward(&time.silu()?)?;
        Ok((time, table.reshape((batch, n, 6, table.dim(D::Minus1)? / 6))?))
    }

    /// (batch, tokens, text_dim) → (batch, tokens, width).
    pub fn text(&self, text: &Tensor) -> Result<Tensor> {
        self.text.1.forward(&self.text.0.forward(text)?.gelu()?)
    }
}

/// Cosines, then sines, of the timestep at falling frequencies: (batch, n) → (batch, n, channels), f32.
fn sinusoid(timestep: &Tensor, channels: usize) -> Result<Tensor> {
    let half = channels / 2;
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
    let speeds: Vec<f32> = (0..half).map(|i| libm::exp(-libm::log(10_000.0) * i as f64 / half as f64) as f32).collect();
    // On the processor: a few numbers, and sine and cosine must not differ between devices.
    let times = timestep.to_dtype(DType::F32)?.to_device(&Device::Cpu)?.to_vec2::<f32>()?;
    let mut waves = Vec::with_capacity(times.len() * channels);
    for time in times.iter().flatten() {
        let angles = speeds.iter().map(|speed| time * speed);
        waves.extend(angles.clone().map(libm::cosf));
        waves.extend(angles.map(libm::sinf));
    }
    let (batch, n) = timestep.dims2()?;
    Tensor::from_vec(waves, (batch, n, 2 * half), timestep.device())
}
