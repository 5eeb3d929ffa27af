//! Noise schedulers for flow matching (arXiv 2210.02747): x_σ = (1 − σ)·x₀ + σ·noise, from σ = 1 down to 0. One file each,
//! with a `step`, that agrees with the scheduler of the same name in diffusers.
//!
//! Tensors are computed in f32, coefficients in f64. Known content has levels, so every element may follow a schedule of its
//! own: min(σᵢ, level). See [`sigma_map`].
//!
//! Deliberately not here: noise itself, known content and guidance, which are the pipeline's.

mod flow_euler;
mod unipc;

pub use flow_euler::FlowMatchEulerDiscreteScheduler;
pub use unipc::UniPCMultistepScheduler;

use candle_core::{DType, Result, Tensor};
use serde::{Deserialize, Serialize};

/// Noise levels that models are trained with; a timestep is a sigma times this.
pub const NUM_TRAIN_TIMESTEPS: usize = 1000;

/// What the transformer predicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prediction {
    /// The velocity, noise − x₀.
    #[default]
    #[serde(alias = "flow_prediction")]
    Flow,
    /// The clean sample, x₀.
    Sample,
}

impl Prediction {
    /// The clean sample that a model output stands for, in f32. `sigma` is the level of `sample`, the same everywhere.
    ///
    /// # Errors
    /// Shapes that differ.
    pub fn x0_from(self, model_output: &Tensor, sample: &Tensor, sigma: f64) -> Result<Tensor> {
        let model_output = model_output.to_dtype(DType::F32)?;
        match self {
            Self::Flow => sample.to_dtype(DType::F32)? - (model_output * sigma)?,
            Self::Sample => Ok(model_output),
        }
    }

    /// As [`Self::x0_from`], with a level for each element: `sigma` broadcasts to the sample's shape.
    ///
    /// # Errors
    /// Shapes that don't fit.
    pub fn x0_from_map(self, model_output: &Tensor, sample: &Tensor, sigma: &Tensor) -> Result<Tensor> {
        let model_output = model_output.to_dtype(DType::F32)?;
        match self {
            Self::Flow => sample.to_dtype(DType::F32)? - model_output.broadcast_mul(&sigma.to_dtype(DType::F32)?)?,
            Self::Sample => Ok(model_output),
        }
    }
}

/// A way from noise to a picture in a fixed number of steps.
pub trait NoiseScheduler: Send {
    /// Sigma before each step, and 0 after the last: one more than there are steps.
    fn sigmas(&self) -> &[f64];

    /// What the transformer is told before each step: sigma · 1000.
    fn timesteps(&self) -> &[f64];

    /// What the model outputs given to [`Self::step`] are.
    fn prediction(&self) -> Prediction;

    /// Goes from sigma `index` to sigma `index + 1`. `model_output` and `sample` have one shape, any; the result is f32.
    ///
    /// `sigma_map` holds every element's sigma before and after the step (from [`sigma_map`]), both broadcasting to the
    /// sample's shape; without it all elements follow [`Self::sigmas`]. An element whose sigma is 0 before the step
    /// keeps its value bit for bit.
    ///
    /// # Errors
    /// An index past the last step, or shapes that don't fit.
    fn step(
        &mut self,
        model_output: &Tensor,
        index: usize,
        sample: &Tensor,
        sigma_map: Option<(&Tensor, &Tensor)>,
    ) -> Result<Tensor>;

    /// What the steps so far left behind, by name: with it, and the sample, a run resumes to the same bits.
    fn state(&self) -> Vec<(&'static str, Tensor)> {
        Vec::new()
    }

    /// Takes up a run whose next step is `index`, from what [`Self::state`] gave.
    ///
    /// # Errors
    /// A state that is not one of this scheduler.
    fn restore(&mut self, _index: usize, _state: &[(&str, Tensor)]) -> Result<()> {
        Ok(())
    }

    /// Steps of a whole run.
    fn steps(&self) -> usize {
        self.timesteps().len()
    }

    /// Sigma before step `index`; 0 after the last.
    fn sigma(&self, index: usize) -> f64 {
        self.sigmas().get(index).copied().unwrap_or(0.)
    }

    /// Timestep of step `index`; 0 after the last.
    fn timestep(&self, index: usize) -> f64 {
        self.timesteps().get(index).copied().unwrap_or(0.)
    }

    /// The clean sample that a model output stands for: see [`Prediction::x0_from`].
    ///
    /// # Errors
    /// Shapes that differ.
    fn x0_from(&self, model_output: &Tensor, sample: &Tensor, sigma: f64) -> Result<Tensor> {
        self.prediction().x0_from(model_output, sample, sigma)
    }
}

/// Every element's sigma before and after step `index`, for `level`s from 0 (keep) to 1 (invent) of any shape.
///
/// # Errors
/// What the device reports.
pub fn sigma_map(scheduler: &dyn NoiseScheduler, level: &Tensor, index: usize) -> Result<(Tensor, Tensor)> {
    let level = level.to_dtype(DType::F32)?;
    Ok((level.minimum(scheduler.sigma(index))?, level.minimum(scheduler.sigma(index + 1))?))
}

/// Moves sigmas towards noise by `shift` (SD3, arXiv 2403.03206, eq. 23).
fn shifted(sigma: f64, shift: f64) -> f64 {
    shift * sigma / (1. + (shift - 1.) * sigma)
}

/// `count` values from `start` to `end`, both included.
fn linspace(start: f64, end: f64, count: usize) -> impl Iterator<Item = f64> {
    let step = (end - start) / count.saturating_sub(1).max(1) as f64;
    (0..count).map(move |index| start + step * index as f64)
}

/// The reference keeps its sigmas in f32, and 1 − σ near 1 depends on that.
fn rounded(sigma: f64) -> f64 {
    f64::from(sigma as f32)
}

/// Fails on steps that the schedule doesn't have and on outputs that are not the sample's.
fn check(index: usize, steps: usize, model_output: &Tensor, sample: &Tensor) -> Result<()> {
    if index >= steps {
        candle_core::bail!("step {index} of a schedule of {steps} steps");
    }
    if model_output.shape() != sample.shape() {
        candle_core::bail!("model output {:?} for a sample {:?}", model_output.shape(), sample.shape());
    }
    Ok(())
}
