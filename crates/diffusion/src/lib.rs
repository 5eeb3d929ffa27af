//! The engine: text encoder, video diffusion transformer, codecs, schedulers and pipeline on candle.
//!
//! It speaks plans and tensors and knows no project, no file but the model's, and no tool: every creative tool is a
//! [`kinora_plan::GenerationPlan`]. [`Engine::load`] opens a model, [`pipeline::generate`] makes a clip.

pub mod attention;
pub mod codec;
mod engine;
mod error;
pub mod fixture;
mod kernels;
pub mod noise;
mod pair;
pub mod pipeline;
pub mod reader;
pub mod schedulers;
pub mod text_encoder;
pub mod transformer;
pub mod upscaler;

pub use engine::Engine;
pub use error::{EngineError, Result};
