//! The reader: a small network that names what a clip shows (subject, colour, place, …). It measures models, and turns a picture
//! into words.
//!
//! Convolutions over each frame, then over neighbouring frames, and what they find where the subject is and anywhere; batch norms are
//! folded into the convolutions. Trained by
//! `models/sketch/bench/reader.py`, whose parameter names it has. Deliberately not here: scaling of frames.

use crate::engine::{model_error, read_config};
use crate::error::Result;
use candle_core::{D, DType, Device, Module, Tensor};
use candle_nn::{Linear, VarBuilder, linear};
use serde::Deserialize;
use std::path::Path;

/// What a reader looks at and what it can say: `reader.json`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReaderConfig {
    /// Pixels across of the frames that it looks at.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// Where in a clip the frames are taken, 0 to 1.
    pub moments: Vec<f64>,
    /// Channels at a quarter and at an eighth of the size.
    pub channels: [usize; 2],
    /// Width of the last layer but one.
    pub hidden: usize,
    /// What is named.
    pub attributes: Vec<Attribute>,
}

/// Something that a clip shows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// Its name: `subject`.
    pub name: String,
    /// What it can be.
    pub classes: Vec<String>,
}

/// One attribute as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// The attribute's name.
    pub attribute: String,
    /// The class.
    pub class: String,
    /// How sure the reader is, 0 to 1.
    pub probability: f32,
}

/// A reader with its weights.
#[derive(Debug)]
pub struct Reader {
    config: ReaderConfig,
    stem: Conv,
    near: Residual,
    moved: Moved,
    early: OverTime,
    down: Conv,
    far: Residual,
    over_time: Vec<OverTime>,
    attend: Conv,
    hidden: Linear,
    heads: Linear,
}

impl Reader {
    /// Reads `reader.json` and `reader.safetensors` in a folder, for the processor.
    ///
    /// # Errors
    /// [`EngineError::Model`] with the file that is missing or damaged.
    pub fn load(folder: &Path) -> Result<Self> {
        let weights = folder.join("reader.safetensors");
        let config: ReaderConfig = read_config(&folder.join("reader.json"))?;
        let bytes = std::fs::read(&weights).map_err(|e| model_error(&weights, &e))?;
        let vb = VarBuilder::from_buffered_safetensors(bytes, DType::F32, &Device::Cpu);
        vb.and_then(|vb| Self::new(&config, vb)).map_err(|e| model_error(&weights, &e))
    }

    /// A reader with the weights of `vb`.
    ///
    /// # Errors
    /// If a weight is missing or has another shape.
    pub fn new(config: &ReaderConfig, vb: VarBuilder) -> candle_core::Result<Self> {
        let [a, b] = config.channels;
        let classes = config.attributes.iter().map(|a| a.classes.len()).sum();
        Ok(Self {
            stem: Conv::load(vb.pp("stem"), (a, 3, 7), 4, true)?,
            near: Residual::load(vb.pp("near"), a)?,
            moved: Moved::load(vb.pp("moved"), a)?,
            early: OverTime::load(vb.pp("early"), a)?,
            down: Conv::load(vb.pp("down"), (b, a, 3), 2, true)?,
            far: Residual::load(vb.pp("far"), b)?,
            over_time: (0..3)
                .map(|i| OverTime::load(vb.pp("over_time").pp(i), b))
                .collect::<candle_core::Result<_>>()?,
            attend: Conv::load(vb.pp("attend"), (1, b, 1), 1, false)?,
            hidden: linear(5 * b, config.hidden, vb.pp("hidden"))?,
            heads: linear(config.hidden, classes, vb.pp("heads"))?,
            config: config.clone(),
        })
    }

    /// What it looks at and can say.
    #[must_use]
    pub fn config(&self) -> &ReaderConfig {
        &self.config
    }

    /// The frames of a clip of `frames` that it wants to see, of the part `from` to `to` (0 to 1).
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    pub fn moments(&self, frames: usize, from: f64, to: f64) -> Vec<usize> {
        let last = frames.saturating_sub(1);
        let at = |moment: &f64| ((from + moment * (to - from)) * last as f64).round() as usize;
        self.config.moments.iter().map(|moment| at(moment).min(last)).collect()
    }

    /// `clip`: (frames, 3, height, width) in 0 to 1, at the reader's size. Returns logits (classes): one attribute after the other.
    ///
    /// # Errors
    /// If the shape is not the reader's.
    pub fn forward(&self, clip: &Tensor) -> candle_core::Result<Tensor> {
        let x = ((clip - 0.5)? * 4.0)?;
        let x = self.near.forward(&self.stem.forward(&x)?)?;
        let x = self.early.forward(&(&x + self.moved.forward(&x)?)?)?;
        let mut x = self.far.forward(&self.down.forward(&x)?)?;
        for layer in &self.over_time {
            x = layer.forward(&x)?;
        }
        // Anywhere in the picture, and where the subject is.
        let weight = candle_nn::ops::sigmoid(&self.attend.forward(&x)?)?.flatten_from(2)?; // (frames, 1, pixels)
        let pixels = x.flatten_from(2)?; // (frames, channels, pixels)
        let (mean, most) = (pixels.mean(D::Minus1)?, pixels.max(D::Minus1)?);
        let seen = (weight.sum(D::Minus1)? + 0.01)?;
        let subject = pixels.broadcast_mul(&weight)?.sum(D::Minus1)?.broadcast_div(&seen)?;
        let parts = [mean.mean(0)?, most.mean(0)?, most.max(0)?, subject.mean(0)?, subject.max(0)?];
        let pooled = Tensor::cat(&parts, 0)?.unsqueeze(0)?;
        self.heads.forward(&self.hidden.forward(&pooled)?.relu()?)?.squeeze(0)
    }

    /// As [`Reader::read`], of pictures (3, height, width) in −1 to 1, as the codec has them.
    ///
    /// # Errors
    /// If there is none, or the size is not the reader's.
    pub fn read_pictures(&self, pictures: &[Tensor]) -> Result<Vec<Named>> {
        self.read(&((Tensor::stack(pictures, 0)? + 1.0)? / 2.0)?)
    }

    /// What the frames show, one entry an attribute. `clip` as for [`Reader::forward`].
    ///
    /// # Errors
    /// If the shape is not the reader's.
    pub fn read(&self, clip: &Tensor) -> Result<Vec<Named>> {
        let logits = self.forward(clip)?;
        let mut first = 0;
        let mut named = Vec::with_capacity(self.config.attributes.len());
        for attribute in &self.config.attributes {
            let part = logits.narrow(0, first, attribute.classes.len())?;
            first += attribute.classes.len();
            let shares = candle_nn::ops::softmax_last_dim(&part)?.to_vec1::<f32>()?;
            let best = (0..shares.len()).max_by(|a, b| shares[*a].total_cmp(&shares[*b])).unwrap_or(0);
            named.push(Named {
                attribute: attribute.name.clone(),
                class: attribute.classes.get(best).cloned().unwrap_or_default(),
                probability: shares.get(best).copied().unwrap_or(0.0),
            });
        }
        Ok(named)
    }
}

/// A convolution, padded to keep the size, with bias; ReLU where wanted.
#[derive(Debug)]
struct Conv {
    weight: Tensor,
    bias: Tensor,
    stride: usize,
    relu: bool,
}

impl Conv {
    /// `shape`: channels out and in, size of the kernel.
    fn load(vb: VarBuilder, shape: (usize, usize, usize), stride: usize, relu: bool) -> candle_core::Result<Self> {
        let (outputs, inputs, kernel) = shape;
        let weight = vb.get((outputs, inputs, kernel, kernel), "weight")?;
        Ok(Self { weight, bias: vb.get(outputs, "bias")?.reshape((1, outputs, 1, 1))?, stride, relu })
    }

    /// (frames, channels, height, width).
    fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        let y = x.conv2d(&self.weight, self.weight.dim(2)? / 2, self.stride, 1, 1)?.broadcast_add(&self.bias)?;
        if self.relu { y.relu() } else { Ok(y) }
    }
}

#[derive(Debug)]
struct Residual {
    a: Conv,
    b: Conv,
}

impl Residual {
    fn load(vb: VarBuilder, width: usize) -> candle_core::Result<Self> {
        let a = Conv::load(vb.pp("a"), (width, width, 3), 1, true)?;
        Ok(Self { a, b: Conv::load(vb.pp("b"), (width, width, 3), 1, false)? })
    }

    fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        (x + self.b.forward(&self.a.forward(x)?)?)?.relu()
    }
}

/// Features by which a place of a frame is found again in the next one.
const MATCHED: usize = 16;
/// How many places away it is looked for, down and across.
const AWAY: (usize, usize) = (2, 4);

/// Where each place of a frame lies in the next: how alike it is to the places around it, a cost volume as in FlowNet
/// (arXiv 1504.06852).
#[derive(Debug)]
struct Moved {
    matched: Tensor,
    mix: Conv,
}

impl Moved {
    fn load(vb: VarBuilder, width: usize) -> candle_core::Result<Self> {
        let matched = vb.pp("match").get((MATCHED, width, 1, 1), "weight")?;
        let places = (2 * AWAY.0 + 1) * (2 * AWAY.1 + 1);
        Ok(Self { matched, mix: Conv::load(vb.pp("mix"), (width, places, 3), 1, true)? })
    }

    fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        let features = x.conv2d(&self.matched, 0, 1, 1, 1)?;
        let length = features.sqr()?.sum_keepdim(1)?.sqrt()?.maximum(1e-12)?;
        let features = features.broadcast_div(&length)?; // (frames, matched, height, width)
        let (frames, _, height, width) = features.dims4()?;
        let after = Tensor::cat(&[features.narrow(0, 1, frames - 1)?, features.narrow(0, frames - 1, 1)?], 0)?;
        let after = after.pad_with_zeros(2, AWAY.0, AWAY.0)?.pad_with_zeros(3, AWAY.1, AWAY.1)?;
        let mut alike = Vec::new();
        for down in 0..=2 * AWAY.0 {
            for across in 0..=2 * AWAY.1 {
                let there = after.narrow(2, down, height)?.narrow(3, across, width)?;
                alike.push((&features * there)?.sum(1)?);
            }
        }
        self.mix.forward(&Tensor::stack(&alike, 1)?)
    }
}

/// Each frame with the one before and the one after, then its surroundings.
#[derive(Debug)]
struct OverTime {
    time: Conv,
    space: Conv,
}

impl OverTime {
    fn load(vb: VarBuilder, width: usize) -> candle_core::Result<Self> {
        let time = Conv::load(vb.pp("time"), (width, 3 * width, 1), 1, true)?;
        Ok(Self { time, space: Conv::load(vb.pp("space"), (width, width, 3), 1, false)? })
    }

    fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        let frames = x.dim(0)?;
        let before = Tensor::cat(&[x.narrow(0, 0, 1)?, x.narrow(0, 0, frames - 1)?], 0)?;
        let after = Tensor::cat(&[x.narrow(0, 1, frames - 1)?, x.narrow(0, frames - 1, 1)?], 0)?;
        let y = self.time.forward(&Tensor::cat(&[&before, x, &after], 1)?)?;
        (x + self.space.forward(&y)?)?.relu()
    }
}
