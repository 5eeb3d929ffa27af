//! A small model with random weights, laid out on disk like any other.
#![allow(clippy::unwrap_used, reason = "test code: a panic is its failure")]

use candle_core::{DType, Device};
use candle_nn::{VarBuilder, VarMap};
use kinora_diffusion::noise::normal;
use kinora_diffusion::text_encoder::{self, TextEncoder};
use kinora_diffusion::transformer::{self, WanTransformer};
use kinora_diffusion::{Engine, EngineError};
use kinora_plan::*;
use kinora_time::FrameRate;
use std::path::Path;

const TEXT: &str = r#"{"vocab_size": 2048, "d_model": 24, "d_kv": 8, "d_ff": 32, "num_layers": 1, "num_heads": 3,
    "relative_attention_num_buckets": 8, "relative_attention_max_distance": 20, "layer_norm_epsilon": 1e-6,
    "feed_forward_proj": "gated-gelu"}"#;
const TRANSFORMER: &str = r#"{"patch_size": [1, 8, 8], "num_attention_heads": 3, "attention_head_dim": 16,
    "in_channels": 28, "out_channels": 12, "text_dim": 24, "freq_dim": 32, "ffn_dim": 64, "num_layers": 2,
    "rope_theta": 100.0, "patch_bottleneck": 20, "prediction_type": "sample"}"#;

pub fn write_model(folder: &Path) -> ModelCard {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/sketch");
    for part in ["text_encoder", "transformer", "tokenizer"] {
        std::fs::create_dir_all(folder.join(part)).unwrap();
    }
    std::fs::copy(models.join("tokenizer/tokenizer.json"), folder.join("tokenizer/tokenizer.json")).unwrap();
    std::fs::write(folder.join("text_encoder/config.json"), TEXT).unwrap();
    std::fs::write(folder.join("transformer/config.json"), TRANSFORMER).unwrap();
    random_weights(&folder.join("text_encoder/model.safetensors"), |vb| {
        let config: text_encoder::Config = serde_json::from_str(TEXT).unwrap();
        TextEncoder::load(&config, vb).unwrap();
    });
    random_weights(&folder.join("transformer/diffusion_pytorch_model.safetensors"), |vb| {
        let config: transformer::Config = serde_json::from_str(TRANSFORMER).unwrap();
        WanTransformer::load(&config, vb).unwrap();
    });
    ModelCard::from_toml(include_str!("../../../plan/tests/card.toml")).unwrap()
}

fn random_weights(path: &Path, load: impl FnOnce(VarBuilder)) {
    let map = VarMap::new();
    load(VarBuilder::from_varmap(&map, DType::F32, &Device::Cpu));
    let mut names: Vec<_> = map.data().lock().unwrap().keys().cloned().collect();
    names.sort();
    for (index, name) in names.iter().enumerate() {
        let vars = map.data().lock().unwrap();
        let shape = vars[name].shape().clone();
        let spread = if name.contains("norm") { 0.1 } else { 0.3 };
        let centre = if name.contains("norm") && name.ends_with("weight") { 1.0 } else { 0.0 };
        let values = normal(11, index as u64, shape, &Device::Cpu).unwrap().affine(spread, centre).unwrap();
        vars[name].set(&values).unwrap();
    }
    map.save(path).unwrap();
}

/// The folder stays mapped while the engine lives.
pub fn engine(dtype: Dtype) -> (Engine, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let card = write_model(folder.path());
    (load(folder.path(), &card, dtype).unwrap(), folder)
}

pub fn load(folder: &Path, card: &ModelCard, dtype: Dtype) -> Result<Engine, EngineError> {
    Engine::load(folder, card, dtype, DeviceClass::Cpu)
}

pub fn plan(engine: &Engine) -> GenerationPlan {
    GenerationPlan {
        schema: SCHEMA,
        model: ModelRef { id: "test".to_owned(), sha256: engine.card().digest() },
        width: 24,
        height: 16,
        frames: 9,
        rate: FrameRate::FPS_12,
        prompts: vec![PromptSpan { start: 0, end: 9, prompt: "a red car".into(), negative: "".into() }],
        opening: None,
        known: Vec::new(),
        references: Vec::new(),
        seed: 7,
        sampler: Sampler::Euler,
        steps: 4,
        shift: 2.0,
        guidance: Guidance { scale: 2.5, sigma_from: 1.0, sigma_to: 0.0 },
        windows: Windows { frames: 9, overlap: 5 },
        adapters: Vec::new(),
        dtype: Dtype::F32,
        device: DeviceClass::Cpu,
    }
}
