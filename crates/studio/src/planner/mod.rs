//! What people ask for becomes a plan: pure, no files, no engines.

mod request;
mod shot;

pub use request::{ASPECTS, MAX_SECONDS, Shape, ShotRequest, output_size, plan_shot};
pub use shot::{Planned, is_stale, plan_of};

use kinora_plan::PlanError;

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanningError {
    /// A value is wrong; the text says which and what it may be.
    #[error("{0}")]
    Request(String),
    /// The plan contradicts itself.
    #[error(transparent)]
    Plan(#[from] PlanError),
}
