//! The two values that generation speaks of: a [`GenerationPlan`], which holds everything that changes bits, and a
//! [`ModelCard`], which says what a model is and can do.
//!
//! Both are plain serde data. A plan refers to pictures and weights by SHA-256, so it can be kept, sent and compared. Its id
//! is the SHA-256 of its canonical JSON (RFC 8785). Deliberately not here: files, pictures, tensors.

mod card;
mod digest;
mod plan;
mod prompt;
mod reading;

pub use card::{CardError, CardFile, Defaults, LatentLayout, ModelCard, Native, NativeSize, TextPadding, Training};
pub use digest::{Digest, NoDigest};
pub use plan::{
    Adapter, Crop, DeviceClass, Dtype, Fit, GenerationPlan, Guidance, KnownFrame, ModelRef, Opening, PlanError,
    PromptSpan, Reference, ReferenceKind, Region, SCHEMA, Sampler, Windows,
};
pub use prompt::PromptText;
pub use reading::{Reading, Vocabulary, VocabularyError};
