//! The second stage: more pixels. A small convolutional network sharpens each frame; where a large picture of some frame is known
//! (a still that was animated), its detail is carried into the others along the motion between the small frames.
//!
//! Trained by `models/sketch/upscale/upscaler.py`, whose parameter names it has. Deliberately not here: files, sizes of exports.

mod flow;
mod plane;

pub use flow::{Flow, flow_between};
pub use plane::Plane;

use crate::codec::tensor_from_frame;
use crate::engine::{model_error, read_config};
use crate::error::{EngineError, Result};
use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use kinora_frame::{Frame, Size};
use kinora_job::CancelToken;
use rayon::prelude::*;
use serde::Deserialize;
use std::path::Path;

/// How much an error of one in the small picture lowers the trust in a known one.
const DISTRUST: f32 = 20.0;

/// What the network is: `config.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpscalerConfig {
    /// Times as many pixels in each direction.
    pub scale: usize,
    /// Channels between.
    pub channels: usize,
    /// Residual blocks.
    pub blocks: usize,
}

/// An upscaler with its weights, on the processor.
#[derive(Debug)]
pub struct Upscaler {
    config: UpscalerConfig,
    first: Conv,
    blocks: Vec<(Conv, Conv)>,
    last: Conv,
}

/// A frame whose large picture is known.
#[derive(Debug, Clone)]
pub struct KnownLarge {
    /// Its number.
    pub frame: usize,
    /// The picture at the upscaled size.
    pub picture: Frame,
}

#[derive(Debug)]
struct Conv {
    weight: Tensor,
    bias: Tensor,
}

impl Conv {
    fn load(vb: VarBuilder, outputs: usize, inputs: usize) -> candle_core::Result<Self> {
        let weight = vb.get((outputs, inputs, 3, 3), "weight")?;
        Ok(Self { weight, bias: vb.get(outputs, "bias")?.reshape((1, outputs, 1, 1))? })
    }

    fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        x.conv2d(&self.weight, 1, 1, 1, 1)?.broadcast_add(&self.bias)
    }
}

impl Upscaler {
    /// Reads `config.json` and `model.safetensors` in a folder; `None` if there is no such folder.
    ///
    /// # Errors
    /// [`EngineError::Model`] with the file that is missing or damaged.
    pub fn load(folder: &Path) -> Result<Option<Self>> {
        if !folder.is_dir() {
            return Ok(None);
        }
        let weights = folder.join("model.safetensors");
        let config: UpscalerConfig = read_config(&folder.join("config.json"))?;
        let bytes = std::fs::read(&weights).map_err(|e| model_error(&weights, &e))?;
        let vb = VarBuilder::from_buffered_safetensors(bytes, DType::F32, &Device::Cpu);
        vb.and_then(|vb| Self::new(config, vb)).map(Some).map_err(|e| model_error(&weights, &e))
    }

    /// An upscaler with the weights of `vb`.
    ///
    /// # Errors
    /// If a weight is missing or has another shape.
    pub fn new(config: UpscalerConfig, vb: VarBuilder) -> candle_core::Result<Self> {
        let (large, width) = (3 * config.scale * config.scale, config.channels);
        let block = |i: usize| -> candle_core::Result<(Conv, Conv)> {
            let vb = vb.pp("blocks").pp(i);
            Ok((Conv::load(vb.pp(0), width, width)?, Conv::load(vb.pp(1), width, width)?))
        };
        Ok(Self {
            first: Conv::load(vb.pp("first"), width, 3 + large + 1)?,
            blocks: (0..config.blocks).map(block).collect::<candle_core::Result<_>>()?,
            last: Conv::load(vb.pp("last"), large, width)?,
            config,
        })
    }

    /// Times as many pixels in each direction.
    #[must_use]
    pub fn scale(&self) -> usize {
        self.config.scale
    }

    /// `small` (n, 3, h, w) in 0 to 1; `known` (n, 3, scale · h, scale · w): the known picture where this frame lies in it, and
    /// `trust` (n, 1, h, w) in 0 to 1: how well it fits. Returns (n, 3, scale · h, scale · w).
    ///
    /// # Errors
    /// If the shapes don't fit.
    pub fn forward(&self, small: &Tensor, known: &Tensor, trust: &Tensor) -> candle_core::Result<Tensor> {
        let scale = self.config.scale;
        let (_, _, height, width) = small.dims4()?;
        let base = small.upsample_bilinear2d(height * scale, width * scale, false)?;
        let inside = (known - &base)?.broadcast_mul(&trust.upsample_nearest2d(height * scale, width * scale)?)?;
        let inside = unshuffled(&inside, scale)?;
        let mut x = self.first.forward(&Tensor::cat(&[&(small - 0.5)?, &inside, trust], 1)?)?.relu()?;
        for (a, b) in &self.blocks {
            x = (&x + b.forward(&a.forward(&x)?.relu()?)?)?;
        }
        base + shuffled(&self.last.forward(&x)?, scale)?
    }

    /// All frames, `scale` times as large in each direction. Frames whose large picture is known are that picture.
    ///
    /// # Errors
    /// If frames differ in size, a known picture is not the upscaled size, or the job is cancelled: looked at before each frame.
    pub fn upscale(
        &self,
        frames: &[Frame],
        known: &[KnownLarge],
        cancel: &CancelToken,
        on_frame: &mut dyn FnMut(usize),
    ) -> Result<Vec<Frame>> {
        let greys: Vec<Plane> = frames.par_iter().map(luminance).collect();
        let nearest: Vec<Option<Source<'_>>> = sources(&greys, known);
        let mut made = Vec::with_capacity(frames.len());
        for (index, frame) in frames.iter().enumerate() {
            cancel.check()?;
            let picture = match &nearest[index] {
                Some(source) if source.known.frame == index => source.known.picture.clone(),
                source => self.one(frame, source.as_ref(), frames)?,
            };
            made.push(picture);
            on_frame(index + 1);
        }
        Ok(made)
    }

    fn one(&self, frame: &Frame, source: Option<&Source<'_>>, frames: &[Frame]) -> Result<Frame> {
        let size = frame.size();
        let (width, height) = (size.width as usize, size.height as usize);
        let small = unit(frame)?;
        let (known, trust) = if let Some(source) = source {
            laid_over(source, &frames[source.known.frame], frame, self.config.scale)?
        } else {
            let large = (1, 3, height * self.config.scale, width * self.config.scale);
            let zeros = |shape| Tensor::zeros(shape, DType::F32, &Device::Cpu);
            (zeros(large)?, zeros((1, 1, height, width))?)
        };
        picture(&self.forward(&small, &known, &trust)?)
    }
}

/// The known frame nearest to a frame, and the motion to it.
struct Source<'a> {
    known: &'a KnownLarge,
    flow: Flow,
}

/// For each frame the nearest known one, with the motion found frame by frame on the way to it and then once more directly.
fn sources<'a>(greys: &[Plane], known: &'a [KnownLarge]) -> Vec<Option<Source<'a>>> {
    let nearest = |frame: usize| {
        let distance = |k: &&KnownLarge| (k.frame.abs_diff(frame), k.frame);
        known.iter().filter(|k| k.frame < greys.len()).min_by_key(distance)
    };
    let mut found: Vec<Option<Source<'a>>> = (0..greys.len()).map(|_| None).collect();
    let mut order: Vec<usize> = (0..greys.len()).collect();
    order.sort_by_key(|frame| nearest(*frame).map_or(0, |k| k.frame.abs_diff(*frame)));
    for frame in order {
        let Some(known) = nearest(frame) else { continue };
        let still = || Flow {
            x: Plane::from_fn(greys[frame].width, greys[frame].height, |_, _| 0.0),
            y: Plane::from_fn(greys[frame].width, greys[frame].height, |_, _| 0.0),
        };
        let flow = if known.frame == frame {
            still()
        } else {
            let before = if known.frame < frame { frame - 1 } else { frame + 1 };
            let step = flow_between(&greys[frame], &greys[before]);
            let whole = found[before].as_ref().map_or_else(|| step.clone(), |further| step.chained(&further.flow));
            flow::refined(&greys[frame], &greys[known.frame], whole)
        };
        found[frame] = Some(Source { known, flow });
    }
    found
}

/// The known picture where a frame lies in it, (1, 3, large height, large width), and how well it fits, (1, 1, height, width).
#[allow(clippy::cast_precision_loss)]
fn laid_over(source: &Source<'_>, small_known: &Frame, frame: &Frame, scale: usize) -> Result<(Tensor, Tensor)> {
    let (width, height) = (frame.size().width as usize, frame.size().height as usize);
    let large_size = Size::new((width * scale) as u32, (height * scale) as u32);
    if source.known.picture.size() != large_size {
        return Err(EngineError::Unsupported {
            model: "the upscaler".to_owned(),
            reason: format!("a known picture must have {large_size} pixels, not {}", source.known.picture.size()),
        });
    }
    let large = source.flow.resized(width * scale, height * scale, scale as f32);
    let mut known = Vec::with_capacity(3 * large_size.pixels());
    for plane in planes(&source.known.picture) {
        known.extend(large.lookup(&plane).values);
    }
    let mut error = Plane::from_fn(width, height, |_, _| 0.0);
    for (there, here) in planes(small_known).iter().zip(planes(frame)) {
        let difference = source.flow.lookup(there).zip(&here, |a, b| (a - b).abs() / 3.0);
        error = error.zip(&difference, |a, b| a + b);
    }
    let error = error.mean_of(3);
    let (right, below) = ((width - 1) as f32, (height - 1) as f32);
    let trust = Plane::from_fn(width, height, |x, y| {
        let (at_x, at_y) = (x as f32 + source.flow.x.at(x, y), y as f32 + source.flow.y.at(x, y));
        let inside = at_x >= 0.0 && at_y >= 0.0 && at_x <= right && at_y <= below;
        if inside { (-error.at(x, y) * DISTRUST).exp() } else { 0.0 }
    });
    let device = &Device::Cpu;
    let known = Tensor::from_vec(known, (1, 3, height * scale, width * scale), device)?;
    Ok((known, Tensor::from_vec(trust.values, (1, 1, height, width), device)?))
}

/// Red, green and blue in 0 to 1.
fn planes(frame: &Frame) -> [Plane; 3] {
    let (width, height) = (frame.size().width as usize, frame.size().height as usize);
    let rgba = frame.rgba();
    [0, 1, 2]
        .map(|channel| Plane::from_fn(width, height, |x, y| f32::from(rgba[4 * (y * width + x) + channel]) / 255.0))
}

fn luminance(frame: &Frame) -> Plane {
    let [red, green, blue] = planes(frame);
    let mixed = red.zip(&green, |r, g| 0.2126 * r + 0.7152 * g);
    mixed.zip(&blue, |rg, b| rg + 0.0722 * b)
}

/// (1, 3, height, width) in 0 to 1.
fn unit(frame: &Frame) -> Result<Tensor> {
    Ok(((tensor_from_frame(frame)? + 1.0)? / 2.0)?.unsqueeze(0)?)
}

/// (1, 3, height, width) in 0 to 1 as a picture.
fn picture(image: &Tensor) -> Result<Frame> {
    let (_, _, height, width) = image.dims4()?;
    let bytes = image.squeeze(0)?.permute((1, 2, 0))?.clamp(0f32, 1f32)?.affine(255.0, 0.5)?.to_dtype(DType::U8)?;
    let rgb = bytes.flatten_all()?.to_vec1::<u8>()?;
    let rgba = rgb.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect();
    #[allow(clippy::cast_possible_truncation, reason = "sizes came from u32")]
    let size = Size::new(width as u32, height as u32);
    Frame::new(size, rgba).map_err(|error| EngineError::Candle(candle_core::Error::wrap(error)))
}

/// (n, c, h·s, w·s) → (n, c·s·s, h, w), channel-major as PyTorch's `pixel_unshuffle`.
fn unshuffled(x: &Tensor, scale: usize) -> candle_core::Result<Tensor> {
    let (n, c, height, width) = x.dims4()?;
    x.reshape(vec![n, c, height / scale, scale, width / scale, scale])?.permute(vec![0, 1, 3, 5, 2, 4])?.reshape((
        n,
        c * scale * scale,
        height / scale,
        width / scale,
    ))
}

/// The inverse of [`unshuffled`].
fn shuffled(x: &Tensor, scale: usize) -> candle_core::Result<Tensor> {
    let (n, c, height, width) = x.dims4()?;
    let channels = c / (scale * scale);
    x.reshape(vec![n, channels, scale, scale, height, width])?.permute(vec![0, 1, 4, 2, 5, 3])?.reshape((
        n,
        channels,
        height * scale,
        width * scale,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::normal;
    use std::collections::HashMap;

    /// Random weights, or such as leave the picture as it is.
    fn upscaler(spread: f64) -> Upscaler {
        let config = UpscalerConfig { scale: 4, channels: 6, blocks: 2 };
        let mut shapes = vec![("first".to_owned(), 6, 52), ("last".to_owned(), 48, 6)];
        shapes.extend((0..4).map(|i| (format!("blocks.{}.{}", i / 2, i % 2), 6, 6)));
        let mut tensors = HashMap::new();
        for (index, (name, outputs, inputs)) in shapes.into_iter().enumerate() {
            let weight = normal(3, index as u64, (outputs, inputs, 3, 3), &Device::Cpu).unwrap();
            tensors.insert(format!("{name}.weight"), (weight * spread).unwrap());
            tensors.insert(format!("{name}.bias"), Tensor::zeros(outputs, DType::F32, &Device::Cpu).unwrap());
        }
        Upscaler::new(config, VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu)).unwrap()
    }

    fn frame(width: u32, height: u32, shift: u32) -> Frame {
        let pixel = |i: u32| {
            let (x, y) = (i % width + shift, i / width);
            [(x * 9 % 256) as u8, (y * 11 % 256) as u8, ((x + y) * 5 % 256) as u8, 255]
        };
        Frame::new(Size::new(width, height), (0..width * height).flat_map(pixel).collect()).unwrap()
    }

    fn upscale(upscaler: &Upscaler, frames: &[Frame], known: &[KnownLarge]) -> Result<Vec<Frame>> {
        upscaler.upscale(frames, known, &CancelToken::new(), &mut |_| {})
    }

    #[test]
    fn frames_are_four_times_as_large_and_the_same_on_each_run() {
        let frames = [frame(18, 10, 0), frame(18, 10, 1)];
        let made = upscale(&upscaler(0.1), &frames, &[]).unwrap();
        assert!(made.iter().all(|frame| frame.size() == Size::new(72, 40)));
        assert_eq!(upscale(&upscaler(0.1), &frames, &[]).unwrap(), made);
    }

    #[test]
    fn a_known_frame_is_its_large_picture_and_others_change_by_it() {
        let frames = [frame(18, 10, 0), frame(18, 10, 1), frame(18, 10, 2)];
        let known = KnownLarge { frame: 1, picture: frame(72, 40, 3) };
        let made = upscale(&upscaler(0.1), &frames, std::slice::from_ref(&known)).unwrap();
        let alone = upscale(&upscaler(0.1), &frames, &[]).unwrap();
        assert_eq!(made[1], known.picture);
        assert!(made[0] != alone[0] && made[2] != alone[2]);
    }

    #[test]
    fn weights_of_zero_leave_a_flat_picture_as_it_is() {
        let flat = Frame::filled(Size::new(8, 8), [10, 200, 90, 255]);
        let made = upscale(&upscaler(0.0), &[flat], &[]).unwrap();
        assert_eq!(made[0], Frame::filled(Size::new(32, 32), [10, 200, 90, 255]));
    }

    #[test]
    fn a_known_picture_of_another_size_is_refused_and_a_cancelled_job_stops() {
        let frames = [frame(18, 10, 0), frame(18, 10, 1)];
        let wrong = KnownLarge { frame: 0, picture: frame(18, 10, 0) };
        assert!(matches!(upscale(&upscaler(0.1), &frames, &[wrong]), Err(EngineError::Unsupported { .. })));
        let cancel = CancelToken::new();
        cancel.cancel();
        let stopped = upscaler(0.1).upscale(&frames, &[], &cancel, &mut |_| {});
        assert!(matches!(stopped, Err(EngineError::Cancelled)));
    }

    #[test]
    fn a_folder_that_is_not_there_is_no_second_stage_and_a_damaged_one_is_named() {
        assert!(Upscaler::load(Path::new("/nowhere/upscaler")).unwrap().is_none());
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.json"), "{\"scale\": 4}").unwrap();
        let error = Upscaler::load(folder.path()).unwrap_err().to_string();
        assert!(error.contains("config.json"), "{error}");
    }
}
