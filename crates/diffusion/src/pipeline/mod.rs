//! A plan becomes frames in four stages, each callable on its own: encode (words to embeddings), prepare (known pictures and
//! noise to latents), denoise (noise away, step by step), decode (latents to frames).
//!
//! Deliberately not here: files, marks, projects. The caller brings pictures that already have the plan's size.

mod checkpoint;
mod decode;
mod denoise;
mod encode;
mod generate;
mod prepare;
mod windows;

pub use checkpoint::Checkpoint;
pub use denoise::{DenoiseStep, Schedule, Words, denoise};
pub use encode::{EncodedPrompt, encode};
pub use generate::{Event, Options, Preview, generate};
pub use prepare::{KnownPicture, Prepared, Resume, prepare};
pub use windows::{Window, windows};

pub use decode::decode;
