//! A loaded model: text encoder, transformer and codec on a device.

use crate::codec::{FrameCodec, PackedPixels};
use crate::error::{EngineError, Result};
use crate::pipeline::Checkpoint;
use crate::text_encoder::{self, TextEncoder, Tokenizer};
use crate::transformer::{self, WanTransformer};
use candle_core::{DType, Device};
use candle_nn::VarBuilder;
use kinora_plan::{DeviceClass, Dtype, GenerationPlan, LatentLayout, ModelCard, Reading, TextPadding, Vocabulary};
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// Where a model with a small vocabulary keeps it.
const VOCABULARY: &str = "tokenizer/reading.json";

/// A model that is ready to generate.
pub struct Engine {
    pub(crate) card: ModelCard,
    pub(crate) tokenizer: Tokenizer,
    vocabulary: Option<Vocabulary>,
    pub(crate) text_encoder: TextEncoder,
    pub(crate) transformer: WanTransformer,
    pub(crate) codec: Box<dyn FrameCodec>,
    pub(crate) text_tokens: usize,
    pub(crate) text_padding: TextPadding,
    pub(crate) device: Device,
    dtype: Dtype,
}

impl Engine {
    /// Loads the model in `folder`: `text_encoder/`, `transformer/` and `tokenizer/`, laid out as diffusers does.
    /// The files' hashes are the model store's to check, before.
    ///
    /// # Errors
    /// [`EngineError::Model`] with the file that is missing, truncated or not what was expected.
    pub fn load(folder: &Path, card: &ModelCard, dtype: Dtype, device: DeviceClass) -> Result<Self> {
        let device = open_device(device)?;
        let format = match dtype {
            Dtype::F32 => DType::F32,
            Dtype::Bf16 => DType::BF16,
            Dtype::F16 => DType::F16,
        };
        let text_folder = folder.join("text_encoder");
        let config: text_encoder::Config = read_config(&text_folder.join("config.json"))?;
        let text_file = weights_in(&text_folder, "model.safetensors")?;
        let text_encoder = TextEncoder::load(&config, map_weights(&text_file, format, &device)?)
            .map_err(|e| model_error(&text_file, &e))?;

        let transformer_folder = folder.join("transformer");
        let config: transformer::Config = read_config(&transformer_folder.join("config.json"))?;
        let transformer_file = weights_in(&transformer_folder, "diffusion_pytorch_model.safetensors")?;
        let transformer = WanTransformer::load(&config, map_weights(&transformer_file, format, &device)?)
            .map_err(|e| model_error(&transformer_file, &e))?;

        let tokenizer_file = folder.join("tokenizer/tokenizer.json");
        let tokenizer = Tokenizer::from_file(&tokenizer_file).map_err(|e| model_error(&tokenizer_file, &e))?;
        let vocabulary = read_vocabulary(&folder.join(VOCABULARY))?;
        let codec: Box<dyn FrameCodec> = match card.native.latents {
            LatentLayout::PackedPixels => Box::new(PackedPixels),
        };
        let text_tokens = card.native.text_tokens as usize;
        let text_padding = card.native.text_padding;
        let with_condition = 2 * codec.channels() + codec.packing();
        let fits = config.in_channels == with_condition || config.in_channels == codec.channels();
        if config.out_channels() != codec.channels() || !fits {
            let what = format!(
                "a transformer with {} channels in and {} out does not fit latents of {}",
                config.in_channels,
                config.out_channels(),
                codec.channels()
            );
            return Err(EngineError::Model { what, path: transformer_folder });
        }
        Ok(Self {
            card: card.clone(),
            tokenizer,
            vocabulary,
            text_encoder,
            transformer,
            codec,
            text_tokens,
            text_padding,
            device,
            dtype,
        })
    }

    /// The card that it was loaded with.
    #[must_use]
    pub fn card(&self) -> &ModelCard {
        &self.card
    }

    /// What was kept of an interrupted generation, for this engine's device.
    ///
    /// # Errors
    /// [`EngineError::Checkpoint`] if the bytes hold none.
    pub fn checkpoint(&self, bytes: &[u8]) -> Result<Checkpoint> {
        Checkpoint::from_bytes(bytes, &self.device)
    }

    /// How the model reads a prompt, if it has a small vocabulary.
    #[must_use]
    pub fn read(&self, prompt: &str) -> Option<Reading> {
        self.vocabulary.as_ref().map(|vocabulary| vocabulary.read(prompt))
    }

    /// The words of a model with a small vocabulary.
    #[must_use]
    pub fn vocabulary(&self) -> Option<&Vocabulary> {
        self.vocabulary.as_ref()
    }

    /// The transformer, for benchmarks.
    #[must_use]
    pub fn transformer(&self) -> &WanTransformer {
        &self.transformer
    }

    /// Where the weights are.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The codec.
    #[must_use]
    pub fn codec(&self) -> &dyn FrameCodec {
        self.codec.as_ref()
    }

    /// Can this model, as it is loaded, carry out the plan?
    ///
    /// # Errors
    /// Which field is wrong, and what it may be.
    pub fn check(&self, plan: &GenerationPlan) -> Result<()> {
        plan.check()?;
        let unsupported = |reason: String| Err(EngineError::Unsupported { model: self.card.name.clone(), reason });
        let [pt, ph, pw] = self.transformer.config().patch_size;
        let (rows, columns) = (ph * self.codec.scale(), pw * self.codec.scale());
        let fits = (plan.width as usize).is_multiple_of(columns) && (plan.height as usize).is_multiple_of(rows);
        if !fits {
            return unsupported(format!("width must be a multiple of {columns} and height of {rows}"));
        }
        let packing = self.codec.packing();
        let packs = |frames: u32| (frames as usize - 1).is_multiple_of(packing);
        if pt != 1 || !packs(plan.windows.frames) || !packs(plan.windows.overlap) {
            return unsupported(format!("windows and their overlap must be 1 + a multiple of {packing} frames"));
        }
        if plan.model.sha256 != self.card.digest() {
            return unsupported(format!("the plan was made for weights with SHA-256 {}", plan.model.sha256));
        }
        if plan.dtype != self.dtype {
            return unsupported("the plan asks for another number format".to_owned());
        }
        if !plan.adapters.is_empty() {
            return unsupported("it takes no adapters".to_owned());
        }
        if !plan.references.is_empty() {
            return unsupported("it takes no reference pictures; give them as frames".to_owned());
        }
        if !plan.known.is_empty() && self.transformer.config().in_channels == self.codec.channels() {
            return unsupported("it takes no known pictures".to_owned());
        }
        self.check_memory(plan)
    }

    /// A rough upper bound of what a step holds, against what the machine has.
    fn check_memory(&self, plan: &GenerationPlan) -> Result<()> {
        let config = self.transformer.config();
        let latent_frames = 1 + u64::from(plan.windows.frames.min(plan.frames)).div_ceil(self.codec.packing() as u64);
        let latent_pixels =
            latent_frames * u64::from(plan.width) * u64::from(plan.height) / (self.codec.scale() as u64).pow(2);
        let tokens = latent_pixels / config.patch_volume() as u64;
        let per_token = 4 * (2 * config.ffn_dim + 16 * config.width()) as u64;
        let per_pixel = 4 * (8 * self.codec.channels()) as u64;
        let clip = u64::from(plan.frames) * u64::from(plan.width) * u64::from(plan.height) * 4;
        let needed = 2 * tokens * per_token + latent_pixels * per_pixel + 2 * clip;
        match available_memory() {
            Some(available) if needed > available => Err(EngineError::OutOfMemory { needed, available }),
            _ => Ok(()),
        }
    }
}

/// Bytes that the system says can still be used; `None` where it says nothing.
fn available_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("MemAvailable:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}

fn open_device(class: DeviceClass) -> Result<Device> {
    let left_out = |name: &str| EngineError::Device(format!("this Kinora was built without {name}"));
    let absent = |name: &'static str| move |e| EngineError::Device(format!("{name} can't be used: {}", first_line(&e)));
    match class {
        DeviceClass::Cpu => Ok(Device::Cpu),
        DeviceClass::Cuda if !cfg!(feature = "cuda") => Err(left_out("CUDA")),
        DeviceClass::Metal if !cfg!(feature = "metal") => Err(left_out("Metal")),
        DeviceClass::Cuda => Device::new_cuda(0).map_err(absent("the NVIDIA card")),
        DeviceClass::Metal => Device::new_metal(0).map_err(absent("the Apple GPU")),
    }
}

/// candle's errors carry a backtrace over many lines; the first says what happened.
fn first_line(error: &candle_core::Error) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

pub(crate) fn model_error(path: &Path, error: &dyn std::fmt::Display) -> EngineError {
    // candle's errors carry a backtrace over many lines; the first says what happened.
    let text = error.to_string();
    EngineError::Model { what: text.lines().next().unwrap_or_default().to_owned(), path: path.to_owned() }
}

/// Only models with a small vocabulary have the file.
fn read_vocabulary(path: &Path) -> Result<Option<Vocabulary>> {
    match std::fs::read(path) {
        Ok(bytes) => Vocabulary::from_json(&bytes).map(Some).map_err(|e| model_error(path, &e)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(model_error(path, &error)),
    }
}

pub(crate) fn read_config<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = std::fs::read_to_string(path).map_err(|e| model_error(path, &e))?;
    serde_json::from_str(&text).map_err(|e| model_error(path, &e))
}

/// The weights of a part.
fn weights_in(folder: &Path, name: &str) -> Result<PathBuf> {
    let path = folder.join(name);
    if path.is_file() {
        return Ok(path);
    }
    Err(EngineError::Model { what: "weights are missing".to_owned(), path })
}

#[allow(unsafe_code)]
fn map_weights(path: &Path, dtype: DType, device: &Device) -> Result<VarBuilder<'static>> {
    // SAFETY: the file is mapped read-only; the model store never writes into a model that is in place, it replaces folders.
    unsafe { VarBuilder::from_mmaped_safetensors(&[path], dtype, device) }.map_err(|e| model_error(path, &e))
}
