//! For developers: parity with the reference implementations. A fixture folder, made by `tests/data/diffusion/generate.py`,
//! holds a small random model, its inputs, and what the reference (transformers, diffusers; float32) made of them.
//!
//! | file | holds |
//! |---|---|
//! | `case.json` | the part, its configuration, seed and versions |
//! | `config.json` | the reference's own configuration |
//! | `model.safetensors` | weights under the reference's names (not for schedulers) |
//! | `tensors.safetensors` | `input.*` and `output.*` |

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Error, Result, Tensor};
use candle_nn::VarBuilder;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::reader::Reader;
use crate::schedulers::{
    FlowMatchEulerDiscreteScheduler, NUM_TRAIN_TIMESTEPS, NoiseScheduler, Prediction, UniPCMultistepScheduler,
};
use crate::text_encoder::{self, TextEncoder};
use crate::transformer::{self, Stride, WanTransformer};
use crate::upscaler::{Plane, Upscaler, flow_between};

/// A part of the engine that has a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// `UMT5EncoderModel` of transformers.
    TextEncoder,
    /// `WanTransformer3DModel` of diffusers.
    Transformer,
    /// `FlowMatchEulerDiscreteScheduler` of diffusers.
    FlowEuler,
    /// `UniPCMultistepScheduler` of diffusers.
    Unipc,
    /// The trainer's own reader.
    Reader,
    /// The trainer's own upscaler.
    Upscaler,
    /// The trainer's own motion between two pictures.
    Flow,
}

impl Part {
    /// All parts.
    pub const ALL: [Self; 7] =
        [Self::TextEncoder, Self::Transformer, Self::FlowEuler, Self::Unipc, Self::Reader, Self::Upscaler, Self::Flow];
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::TextEncoder => "text_encoder",
            Self::Transformer => "transformer",
            Self::FlowEuler => "flow_euler",
            Self::Unipc => "unipc",
            Self::Reader => "reader",
            Self::Upscaler => "upscaler",
            Self::Flow => "flow",
        })
    }
}

/// How far this engine is from the reference on one fixture.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What was compared.
    pub part: Part,
    /// The fixture's configuration, as `key=value` in alphabetical order.
    pub configuration: String,
    /// ‖ours − reference‖ / ‖reference‖, of the output where it is largest; infinite where ours is not finite.
    pub error: f64,
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:<12} {:.1e}  {}", self.part.to_string(), self.error, self.configuration)
    }
}

#[derive(Deserialize)]
struct Case {
    part: Part,
    configuration: BTreeMap<String, serde_json::Value>,
}

/// The keys of a scheduler's case that are not in the reference's own configuration.
#[derive(Deserialize)]
struct Schedule {
    steps: usize,
    shift: f64,
    prediction_type: Prediction,
}

/// The reference's scheduler configuration, as far as this engine has to agree with it. What isn't there is at its default.
#[derive(Deserialize)]
#[serde(default)]
struct SchedulerConfig {
    num_train_timesteps: usize,
    solver_order: usize,
    solver_type: String,
    predict_x0: bool,
    lower_order_final: bool,
    final_sigmas_type: String,
    disable_corrector: Vec<usize>,
    shift_terminal: Option<f64>,
    thresholding: bool,
    invert_sigmas: bool,
    stochastic_sampling: bool,
    use_dynamic_shifting: bool,
    use_karras_sigmas: bool,
    use_exponential_sigmas: bool,
    use_beta_sigmas: bool,
}

impl Default for SchedulerConfig {
    fn default() -> Self {
        Self {
            num_train_timesteps: NUM_TRAIN_TIMESTEPS,
            solver_order: 2,
            solver_type: "bh2".to_owned(),
            predict_x0: true,
            lower_order_final: true,
            final_sigmas_type: "zero".to_owned(),
            disable_corrector: Vec::new(),
            shift_terminal: None,
            thresholding: false,
            invert_sigmas: false,
            stochastic_sampling: false,
            use_dynamic_shifting: false,
            use_karras_sigmas: false,
            use_exponential_sigmas: false,
            use_beta_sigmas: false,
        }
    }
}

impl SchedulerConfig {
    fn is_supported(&self) -> bool {
        self.num_train_timesteps == NUM_TRAIN_TIMESTEPS
            && self.solver_order == 2
            && self.solver_type == "bh2"
            && self.predict_x0
            && self.lower_order_final
            && self.final_sigmas_type == "zero"
            && self.disable_corrector.is_empty()
            && self.shift_terminal.is_none()
            && !(self.thresholding || self.invert_sigmas || self.stochastic_sampling || self.use_dynamic_shifting)
            && !(self.use_karras_sigmas || self.use_exponential_sigmas || self.use_beta_sigmas)
    }
}

/// A fixture folder in memory.
pub struct Fixture {
    dir: PathBuf,
    case: Case,
    config: serde_json::Value,
    device: Device,
    /// The model's weights, under the reference's names.
    pub weights: HashMap<String, Tensor>,
    /// Inputs and expected outputs: `input.NAME`, `output.NAME`.
    pub tensors: BTreeMap<String, Tensor>,
}

impl Fixture {
    /// Reads a fixture folder; its tensors lie on `device`.
    ///
    /// # Errors
    /// A file that is missing or can't be read: the message names it.
    pub fn load(dir: &Path, device: &Device) -> Result<Self> {
        let weights = dir.join("model.safetensors");
        let weights = if weights.exists() { tensors(&weights, device)? } else { HashMap::new() };
        Ok(Self {
            dir: dir.to_owned(),
            case: json(&dir.join("case.json"))?,
            config: json(&dir.join("config.json"))?,
            device: device.clone(),
            weights,
            tensors: tensors(&dir.join("tensors.safetensors"), device)?.into_iter().collect(),
        })
    }

    /// Runs this engine on the fixture's inputs and compares every output.
    ///
    /// # Errors
    /// A configuration that this engine doesn't support, or tensors that don't fit it.
    pub fn run(&self) -> Result<Comparison> {
        let ours = self.outputs().map_err(|error| self.named(error))?;
        let expected: Vec<_> = self.tensors.iter().filter(|(name, _)| name.starts_with("output.")).collect();
        if expected.is_empty() {
            return Err(self.named(Error::msg("no outputs to compare")));
        }
        let mut error = 0f64;
        for (name, expected) in expected {
            let Some(ours) = ours.get(name.as_str()) else {
                return Err(self.named(Error::msg(format!("no {name} comes from this engine"))));
            };
            error = error.max(relative_error(ours, expected).map_err(|error| self.named(error))?);
        }
        let configuration = self.case.configuration.iter().map(|(key, value)| format!("{key}={value}"));
        let configuration = configuration.collect::<Vec<_>>().join(" ");
        Ok(Comparison { part: self.case.part, configuration, error })
    }

    fn named(&self, error: Error) -> Error {
        Error::msg(format!("{error}: {}", self.dir.display()))
    }

    fn tensor(&self, name: &str) -> Result<&Tensor> {
        self.tensors.get(name).ok_or_else(|| Error::msg(format!("no tensor {name}")))
    }

    fn plane(&self, name: &str) -> Result<Plane> {
        let tensor = self.tensor(name)?;
        let (height, width) = tensor.dims2()?;
        Ok(Plane { width, height, values: tensor.flatten_all()?.to_vec1()? })
    }

    fn outputs(&self) -> Result<BTreeMap<&'static str, Tensor>> {
        let weights = || VarBuilder::from_tensors(self.weights.clone(), DType::F32, &self.device);
        match self.case.part {
            Part::TextEncoder => {
                let config: text_encoder::Config = parsed(&self.config)?;
                let ids = self.tensor("input.ids")?.to_dtype(DType::U32)?;
                let mask = self.tensors.get("input.mask");
                let hidden = TextEncoder::load(&config, weights())?.forward(&ids, mask)?;
                Ok(BTreeMap::from([("output.hidden", hidden)]))
            }
            Part::Transformer => {
                let config: transformer::Config = parsed(&self.config)?;
                let model = WanTransformer::load(&config, weights())?;
                let (latents, timestep) = (self.tensor("input.latents")?, self.tensor("input.timestep")?);
                let stride = if self.tensors.contains_key("input.few") { Stride::Few } else { Stride::Many };
                let sample =
                    model.forward(latents, timestep, self.tensor("input.text")?, stride).map_err(Error::wrap)?;
                Ok(BTreeMap::from([("output.sample", sample)]))
            }
            Part::FlowEuler | Part::Unipc => self.schedule(),
            Part::Reader => {
                let reader = Reader::new(&parsed(&self.config)?, weights())?;
                let (stills, moves) = reader.forward(self.tensor("input.clip")?)?;
                Ok(BTreeMap::from([("output.stills", stills), ("output.moves", moves)]))
            }
            Part::Upscaler => {
                let upscaler = Upscaler::new(parsed(&self.config)?, weights())?;
                let (small, known) = (self.tensor("input.small")?, self.tensor("input.known")?);
                let large = upscaler.forward(small, known, self.tensor("input.trust")?)?;
                Ok(BTreeMap::from([("output.large", large)]))
            }
            Part::Flow => {
                let flow = flow_between(&self.plane("input.target")?, &self.plane("input.source")?);
                let tensor = |p: Plane| Tensor::from_vec(p.values, (p.height, p.width), &self.device);
                Ok(BTreeMap::from([("output.x", tensor(flow.x)?), ("output.y", tensor(flow.y)?)]))
            }
        }
    }

    fn schedule(&self) -> Result<BTreeMap<&'static str, Tensor>> {
        let Schedule { steps, shift, prediction_type } =
            parsed(&serde_json::Value::from_iter(self.case.configuration.clone()))?;
        if !parsed::<SchedulerConfig>(&self.config)?.is_supported() {
            candle_core::bail!("a scheduler setting in config.json that this engine doesn't have");
        }
        let mut scheduler: Box<dyn NoiseScheduler> = match self.case.part {
            Part::Unipc => Box::new(UniPCMultistepScheduler::new(steps, shift, prediction_type)),
            _ => Box::new(FlowMatchEulerDiscreteScheduler::new(steps, shift, prediction_type)),
        };
        let model_outputs = self.tensor("input.model_outputs")?;
        let mut sample = self.tensor("input.sample")?.clone();
        let mut samples = Vec::with_capacity(steps);
        for index in 0..steps {
            sample = scheduler.step(&model_outputs.get(index)?, index, &sample, None)?;
            samples.push(sample.clone());
        }
        Ok(BTreeMap::from([
            ("output.sigmas", Tensor::new(scheduler.sigmas(), &self.device)?),
            ("output.timesteps", Tensor::new(scheduler.timesteps(), &self.device)?),
            ("output.samples", Tensor::stack(&samples, 0)?),
        ]))
    }
}

/// Runs one fixture folder on the CPU.
///
/// # Errors
/// As [`Fixture::load`] and [`Fixture::run`].
pub fn run_fixture(dir: &Path) -> Result<Comparison> {
    Fixture::load(dir, &Device::Cpu)?.run()
}

/// Runs every fixture folder in `dir` (those with a `case.json`) on the CPU, in the order of their names.
///
/// # Errors
/// As [`run_fixture`], or a folder that can't be read.
pub fn run_folder(dir: &Path) -> Result<Vec<Comparison>> {
    fixture_dirs(dir)?.iter().map(|dir| run_fixture(dir)).collect()
}

/// The fixture folders in `dir`, in the order of their names.
///
/// # Errors
/// A folder that can't be read.
pub fn fixture_dirs(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(dir).and_then(|entries| entries.collect::<std::io::Result<Vec<_>>>());
    let entries = entries.map_err(|error| at(dir, error))?;
    let mut dirs: Vec<PathBuf> = entries.iter().map(std::fs::DirEntry::path).collect();
    dirs.retain(|dir| dir.join("case.json").is_file());
    dirs.sort();
    Ok(dirs)
}

/// ‖ours − expected‖ / ‖expected‖ in f64; infinite where ours is not finite.
fn relative_error(ours: &Tensor, expected: &Tensor) -> Result<f64> {
    if ours.shape() != expected.shape() {
        candle_core::bail!("shape {:?} instead of {:?}", ours.shape(), expected.shape());
    }
    let (ours, expected) = (ours.to_dtype(DType::F64)?, expected.to_dtype(DType::F64)?);
    let norm = |x: &Tensor| x.sqr()?.sum_all()?.to_scalar::<f64>().map(f64::sqrt);
    let (difference, size) = (norm(&(ours - &expected)?)?, norm(&expected)?);
    let error = if difference == 0. { 0. } else { difference / size };
    Ok(if error.is_nan() { f64::INFINITY } else { error })
}

fn at(path: &Path, error: impl fmt::Display) -> Error {
    Error::msg(format!("{error}: {}", path.display()))
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = std::fs::read(path).map_err(|error| at(path, error))?;
    serde_json::from_slice(&bytes).map_err(|error| at(path, error))
}

fn parsed<T: DeserializeOwned>(value: &serde_json::Value) -> Result<T> {
    T::deserialize(value).map_err(Error::wrap)
}

fn tensors(path: &Path, device: &Device) -> Result<HashMap<String, Tensor>> {
    candle_core::safetensors::load(path, device).map_err(|error| at(path, error))
}
