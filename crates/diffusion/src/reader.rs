//! The reader: a small network that names what a clip shows (subject, colour, place, …). It measures models, and turns a picture
//! into words.
//!
//! Residual convolutions over each frame say what is where the subject is, and anywhere. Motion and camera are read off measures of
//! each frame: how the camera moves to the next one, where the subject is, and its pose. A clip is read as it is and in a mirror, and
//! the mean of both counts. Trained by `models/sketch/bench/reader.py`, whose parameter names it has; its batch norms are folded into
//! the convolutions here. Deliberately not here: scaling of frames.

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
    /// Channels at half, a quarter and an eighth of the size.
    pub channels: [usize; 3],
    /// Channels of the layers about movement.
    pub flow: usize,
    /// Width of the last layers but one.
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
    /// Whether it takes more than one frame to see it.
    pub over_time: bool,
    /// The two classes, if any, of which each is the other in a mirror: `left to right`, `right to left`.
    #[serde(default)]
    pub mirrored: Option<(String, String)>,
}

impl ReaderConfig {
    /// For each class of the attributes over time, one after the other: which of them it is in a mirror.
    fn in_mirror(&self) -> candle_core::Result<Vec<u32>> {
        let mut all = Vec::new();
        for attribute in self.attributes.iter().filter(|attribute| attribute.over_time) {
            let place = |class: &String| {
                let known = attribute.classes.iter().position(|known| known == class);
                known.ok_or_else(|| candle_core::Error::Msg(format!("{} has no {class} to mirror", attribute.name)))
            };
            let mut there: Vec<usize> = (all.len()..all.len() + attribute.classes.len()).collect();
            if let Some((one, other)) = &attribute.mirrored {
                there.swap(place(one)?, place(other)?);
            }
            all.extend(there.into_iter().map(|place| u32::try_from(place).unwrap_or(u32::MAX)));
        }
        Ok(all)
    }
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
    /// How likely each class is, in the order of [`Attribute::classes`]; in sum 1.
    pub shares: Vec<f32>,
}

/// A reader with its weights.
#[derive(Debug)]
pub struct Reader {
    config: ReaderConfig,
    at_half: Conv,
    at_quarter: Conv,
    near: Vec<Bottleneck>,
    down: Conv,
    far: Vec<Bottleneck>,
    attend: Tensor,
    attend_bias: Tensor,
    hidden: Linear,
    heads: Linear,
    traits: Linear,
    turn: Linear,
    moved: Moved,
    shift: Linear,
    to_next: Linear,
    track: Linear,
    tracks: Linear,
    over_time: Linear,
    /// Where in the logits of `over_time` each class is when the clip is seen in a mirror.
    in_mirror: Tensor,
}

/// Residual blocks at a quarter and at an eighth of the size.
const BLOCKS: [usize; 2] = [2, 6];
/// The camera's move to the next frame: across, down, closer, around, in tenths of the picture's half height and of a radian.
const MOVE: usize = 4;
/// Where a subject is in one frame: across, down, how wide, how high, how much of the picture, how it leans.
const PLACE: usize = 6;
/// What is read off a subject's features (its pose, and what else tells a motion), and off how it moves to the next frame.
const TRAITS: usize = 16;
const TURN: usize = 6;
/// What a subject's size is never taken to be less than, of half the picture.
const LEAST_SIZE: f64 = 0.05;

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
        let [half, a, b] = config.channels;
        let (flow, frames) = (config.flow, config.moments.len());
        let classes = |over_time: bool| {
            config.attributes.iter().filter(|a| a.over_time == over_time).map(|a| a.classes.len()).sum::<usize>()
        };
        let blocks = |name: &str, count: usize, width: usize| {
            (0..count).map(|i| Bottleneck::load(vb.pp(name).pp(i), width)).collect::<candle_core::Result<_>>()
        };
        Ok(Self {
            at_half: Conv::load(vb.pp("at_half"), (half, 3, 5), 2, true)?,
            at_quarter: Conv::load(vb.pp("at_quarter"), (a, half, 3), 2, true)?,
            near: blocks("near", BLOCKS[0], a)?,
            down: Conv::load(vb.pp("down"), (b, a, 3), 2, true)?,
            far: blocks("far", BLOCKS[1], b)?,
            attend: vb.pp("attend").get((1, b, 1, 1), "weight")?,
            attend_bias: vb.pp("attend").get(1, "bias")?.reshape((1, 1, 1, 1))?,
            hidden: linear(3 * b, config.hidden, vb.pp("hidden"))?,
            heads: linear(config.hidden, classes(false), vb.pp("heads"))?,
            traits: linear(3 * b, TRAITS, vb.pp("traits"))?,
            turn: linear(3 * flow, TURN, vb.pp("turn"))?,
            moved: Moved::load(vb.pp("moved"), a, flow)?,
            shift: linear(3 * flow, flow, vb.pp("shift"))?,
            to_next: linear(flow, MOVE, vb.pp("move"))?,
            track: linear(frames * (2 * MOVE + PLACE + TRAITS + TURN), config.hidden, vb.pp("track"))?,
            tracks: linear(config.hidden, config.hidden, vb.pp("tracks"))?,
            over_time: linear(config.hidden, classes(true), vb.pp("over_time"))?,
            in_mirror: Tensor::from_vec(config.in_mirror()?, classes(true), &Device::Cpu)?,
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

    /// `clip`: (frames, 3, height, width) in 0 to 1, at the reader's size, of as many frames as it has moments. Returns logits of
    /// what frames show and of what clips show (classes each): one attribute after the other. They are the mean of what the clip shows
    /// and what it shows in a mirror.
    ///
    /// # Errors
    /// If the shape is not the reader's.
    pub fn forward(&self, clip: &Tensor) -> candle_core::Result<(Tensor, Tensor)> {
        let (stills, moves) = self.once(clip)?;
        let (stills_there, moves_there) = self.once(&clip.flip(&[3])?)?;
        let moves_there = moves_there.index_select(&self.in_mirror, 0)?;
        Ok((((stills + stills_there)? * 0.5)?, ((moves + moves_there)? * 0.5)?))
    }

    /// As [`Reader::forward`], of the clip as it is.
    fn once(&self, clip: &Tensor) -> candle_core::Result<(Tensor, Tensor)> {
        let mut early = self.at_quarter.forward(&self.at_half.forward(&((clip - 0.5)? * 4.0)?)?)?;
        for block in &self.near {
            early = block.forward(&early)?;
        }
        let mut x = self.down.forward(&early)?;
        for block in &self.far {
            x = block.forward(&x)?;
        }
        let at = candle_nn::ops::sigmoid(&x.conv2d(&self.attend, 0, 1, 1, 1)?.broadcast_add(&self.attend_bias)?)?;
        let pixels = x.flatten_from(2)?; // (frames, channels, places)
        let seen = at.flatten_from(2)?.sum(D::Minus1)?; // (frames, 1)
        let place = place_of(&at)?;
        let features = spread(&x, &at, &place)?;
        let found = features.narrow(1, 0, x.dim(1)?)?; // (frames, channels)
        let subject = found.mean(0)?.broadcast_div(&(seen.mean(0)? + 0.01)?)?;
        let pooled = Tensor::cat(&[pixels.mean(D::Minus1)?.mean(0)?, pixels.max(D::Minus1)?.mean(0)?, subject], 0)?;
        let stills = self.heads.forward(&self.hidden.forward(&pooled.unsqueeze(0)?)?.relu()?)?.squeeze(0)?;
        let moved = self.moved.forward(&early)?;
        let moves = self.moves(&moved, &at)?;
        let so_far = ((moves.cumsum(0)? - &moves)? * 0.1)?;
        let of_subject = |features: Tensor| features.broadcast_div(&(&seen + 0.01)?);
        let turn = self.turn.forward(&of_subject(spread(&moved, &at, &place)?)?)?;
        let traits = self.traits.forward(&of_subject(features)?)?;
        let measures = Tensor::cat(&[moves, so_far, place, traits, turn], 1)?;
        let measures = measures.flatten_all()?.unsqueeze(0)?;
        let track = self.tracks.forward(&self.track.forward(&measures)?.relu()?)?.relu()?;
        Ok((stills, self.over_time.forward(&track)?.squeeze(0)?))
    }

    /// How the camera moves to the next frame, (frames, 4), by what moves where the subject is not: to a side, and apart from the
    /// middle across and down. `moved` as of [`Moved`]; `at`: where the subject is, (frames, 1, height, width).
    fn moves(&self, moved: &Tensor, at: &Tensor) -> candle_core::Result<Tensor> {
        let (x, y) = axes(at)?;
        let mean = |t: &Tensor| t.flatten_from(2)?.mean(D::Minus1);
        let rest = moved.broadcast_mul(&at.affine(-1.0, 1.0)?)?;
        let around = Tensor::cat(&[mean(&rest)?, mean(&rest.broadcast_mul(&x)?)?, mean(&rest.broadcast_mul(&y)?)?], 1)?;
        let moves = self.to_next.forward(&self.shift.forward(&around)?.relu()?)?;
        // Nothing is known after the last.
        moves.narrow(0, 0, moves.dim(0)? - 1)?.pad_with_zeros(0, 0, 1)
    }

    /// As [`Reader::read`], of pictures (3, height, width) in −1 to 1, as the codec has them.
    ///
    /// # Errors
    /// If there is none, or the size is not the reader's.
    pub fn read_pictures(&self, pictures: &[Tensor]) -> Result<Vec<Named>> {
        self.read(&((Tensor::stack(pictures, 0)? + 1.0)? / 2.0)?)
    }

    /// How likely it is, 0 to 1, that what was read is `class`; 0 for what the reader doesn't know.
    #[must_use]
    pub fn share(&self, named: &[Named], attribute: &str, class: &str) -> f32 {
        let share = || {
            let known = self.config.attributes.iter().find(|known| known.name == attribute)?;
            let place = known.classes.iter().position(|known| known == class)?;
            named.iter().find(|named| named.attribute == attribute)?.shares.get(place).copied()
        };
        share().unwrap_or(0.0)
    }

    /// What the frames show, one entry an attribute. `clip` as for [`Reader::forward`].
    ///
    /// # Errors
    /// If the shape is not the reader's.
    pub fn read(&self, clip: &Tensor) -> Result<Vec<Named>> {
        let (stills, moves) = self.forward(clip)?;
        let (mut of_stills, mut of_moves) = (0, 0);
        let mut named = Vec::with_capacity(self.config.attributes.len());
        for attribute in &self.config.attributes {
            let (logits, first) = if attribute.over_time { (&moves, &mut of_moves) } else { (&stills, &mut of_stills) };
            let part = logits.narrow(0, *first, attribute.classes.len())?;
            *first += attribute.classes.len();
            let shares = candle_nn::ops::softmax_last_dim(&part)?.to_vec1::<f32>()?;
            let best = (0..shares.len()).max_by(|a, b| shares[*a].total_cmp(&shares[*b])).unwrap_or(0);
            named.push(Named {
                attribute: attribute.name.clone(),
                class: attribute.classes.get(best).cloned().unwrap_or_default(),
                probability: shares.get(best).copied().unwrap_or(0.0),
                shares,
            });
        }
        Ok(named)
    }
}

/// (frames, 1, height, width) → (frames, 6): a subject's middle across and down, how far it reaches, how much there is of it, how it
/// leans.
fn place_of(at: &Tensor) -> candle_core::Result<Tensor> {
    let sum = |t: &Tensor| t.flatten_from(2)?.sum(D::Minus1);
    let size = (sum(at)? + 0.01)?;
    // The middle along one axis, how far each place lies from it, and how far the subject reaches.
    let along = |axis: &Tensor| -> candle_core::Result<[Tensor; 3]> {
        let middle = (sum(&at.broadcast_mul(axis)?)? / &size)?;
        let away = axis.broadcast_sub(&middle.unsqueeze(2)?.unsqueeze(3)?)?;
        let reach = ((sum(&at.broadcast_mul(&away.sqr()?)?)? / &size)? + 1e-4)?.sqrt()?;
        Ok([middle, away, reach])
    };
    let (x, y) = axes(at)?;
    let ([at_x, across, wide], [at_y, down, high]) = (along(&x)?, along(&y)?);
    let leans = (sum(&at.broadcast_mul(&across)?.broadcast_mul(&down)?)? / &size)?;
    let leans = (leans / (&wide * &high)?)?;
    Tensor::cat(&[at_x, at_y, wide, high, size.log()?, leans], 1)
}

/// Features (frames, channels, height, width) of a subject, (frames, 3 · channels): all of them, and times how far they lie from its
/// middle across and down, in its own size: which end is up, which side is front. `place` as of [`place_of`].
fn spread(features: &Tensor, at: &Tensor, place: &Tensor) -> candle_core::Result<Tensor> {
    let of = |column: usize| place.narrow(1, column, 1)?.unsqueeze(2)?.unsqueeze(3);
    let features = features.broadcast_mul(at)?;
    let all = features.flatten_from(2)?.sum(D::Minus1)?;
    let along = |axis: &Tensor, middle: usize, size: usize| -> candle_core::Result<Tensor> {
        let away = axis.broadcast_sub(&of(middle)?)?.broadcast_div(&(of(size)? + LEAST_SIZE)?)?;
        features.broadcast_mul(&away)?.flatten_from(2)?.sum(D::Minus1)
    };
    let (x, y) = axes(at)?;
    Tensor::cat(&[all, along(&x, 0, 2)?, along(&y, 1, 3)?], 1)
}

/// How far each place of (frames, 1, height, width) lies across, (1, 1, 1, width), and down, (1, 1, height, 1), from −1 to 1.
fn axes(at: &Tensor) -> candle_core::Result<(Tensor, Tensor)> {
    let (_, _, height, width) = at.dims4()?;
    Ok((axis(width)?.reshape((1, 1, 1, width))?, axis(height)?.reshape((1, 1, height, 1))?))
}

/// The middles of `places` along an axis that goes from −1 to 1.
#[allow(clippy::cast_precision_loss)]
fn axis(places: usize) -> candle_core::Result<Tensor> {
    let values: Vec<f32> = (0..places).map(|i| (i as f32 + 0.5) / places as f32 * 2.0 - 1.0).collect();
    Tensor::from_vec(values, places, &Device::Cpu)
}

/// A convolution, padded to keep the size, with its batch norm; ReLU where wanted.
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
        let norm = |name: &str| vb.pp("norm").get(outputs, name);
        let scale = (norm("weight")? / (norm("running_var")? + 1e-5)?.sqrt()?)?;
        let bias = (norm("bias")? - (norm("running_mean")? * &scale)?)?;
        let weight = vb.pp("conv").get((outputs, inputs, kernel, kernel), "weight")?;
        let weight = weight.broadcast_mul(&scale.reshape((outputs, 1, 1, 1))?)?;
        Ok(Self { weight, bias: bias.reshape((1, outputs, 1, 1))?, stride, relu })
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

/// A residual block that looks around with half of the channels (arXiv 1512.03385).
#[derive(Debug)]
struct Bottleneck {
    a: Conv,
    b: Conv,
    c: Conv,
}

impl Bottleneck {
    fn load(vb: VarBuilder, width: usize) -> candle_core::Result<Self> {
        let half = width / 2;
        Ok(Self {
            a: Conv::load(vb.pp("a"), (half, width, 1), 1, true)?,
            b: Conv::load(vb.pp("b"), (half, half, 3), 1, true)?,
            c: Conv::load(vb.pp("c"), (width, half, 1), 1, false)?,
        })
    }

    fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        (x + self.c.forward(&self.b.forward(&self.a.forward(x)?)?)?)?.relu()
    }
}

/// Features by which a place of a frame is found again in the next one.
const MATCHED: usize = 8;
/// How many places away it is looked for, down and across.
const AWAY: (usize, usize) = (2, 4);

/// Where each place of a frame lies in the next: how alike it is to the places around it, a cost volume as in FlowNet
/// (arXiv 1504.06852). At half the size of its input.
#[derive(Debug)]
struct Moved {
    matched: Tensor,
    mix: Conv,
    around: Residual,
}

impl Moved {
    fn load(vb: VarBuilder, inputs: usize, width: usize) -> candle_core::Result<Self> {
        let matched = vb.pp("match").get((MATCHED, inputs, 1, 1), "weight")?;
        let places = (2 * AWAY.0 + 1) * (2 * AWAY.1 + 1);
        let mix = Conv::load(vb.pp("mix"), (width, places, 3), 2, true)?;
        Ok(Self { matched, mix, around: Residual::load(vb.pp("around"), width)? })
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
        self.around.forward(&self.mix.forward(&Tensor::stack(&alike, 1)?)?)
    }
}
