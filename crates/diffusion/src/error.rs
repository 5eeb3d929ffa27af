//! What can go wrong in the engine, in words that say what to do next.

use kinora_job::Cancelled;
use std::path::PathBuf;

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The person stopped the job.
    #[error("cancelled")]
    Cancelled,
    /// The plan asks for more memory than there is.
    #[error("this clip needs about {} MB of memory, but only {} MB are free; make it smaller or shorter", needed >> 20, available >> 20)]
    OutOfMemory {
        /// Bytes.
        needed: u64,
        /// Bytes.
        available: u64,
    },
    /// The plan itself is wrong.
    #[error(transparent)]
    Plan(#[from] kinora_plan::PlanError),
    /// The plan is right, but not for this model.
    #[error("{model} can't do this: {reason}")]
    Unsupported {
        /// The model's name.
        model: String,
        /// Why, and what it can do instead.
        reason: String,
    },
    /// The device was left out when the program was built, or is not in this machine.
    #[error("{0}; run on the processor with --device cpu")]
    Device(String),
    /// A picture that the plan names was not handed over.
    #[error("the picture with SHA-256 {0} is needed but was not given")]
    PictureMissing(kinora_plan::Digest),
    /// What was kept of an interrupted generation is damaged, or of another plan.
    #[error("what was kept of the interrupted generation can't be used ({reason}); it begins anew")]
    Checkpoint {
        /// What is wrong.
        reason: String,
    },
    /// A file of the model can't be read.
    #[error("{what}; the model may be damaged, get it again: {}", path.display())]
    Model {
        /// What is wrong.
        what: String,
        /// The file.
        path: PathBuf,
    },
    /// Arithmetic failed: shapes that don't fit, a device that is gone.
    #[error("the engine failed: {0}")]
    Candle(#[from] candle_core::Error),
}

/// Result of the engine.
pub type Result<T> = std::result::Result<T, EngineError>;

impl From<Cancelled> for EngineError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}
