//! Real engines joined: a plan becomes a marked, signed clip, and a signed clip becomes its plan again; a project's jobs are done.
//!
//! Invariant: [`generate_clip`] is the only way from generated frames to a file that leaves; it marks and signs. Deliberately
//! not here: arguments, dialogs.

mod again;
mod clip;
mod error;
mod jobs;
mod leave;
pub mod measure;
mod pictures;
mod take;

pub use again::{Recipe, recipe_of};
pub use clip::{Clip, ClipEvent, ClipRequest, LoadedModel, generate_clip, generate_frames, load_model};
pub use error::ServiceError;
pub use jobs::{JobEvent, run_jobs};
pub use leave::{Output, save_contact_sheet};
pub use pictures::Pictures;
pub use take::{generate_take, take_frames, take_path};
