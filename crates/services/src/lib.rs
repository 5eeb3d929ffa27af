//! Real engines joined: a plan becomes a marked, signed clip, and a signed clip becomes its plan again; a project's jobs are done.
//!
//! Invariant: [`generate_clip`] and [`export_cut`] are the only ways from generated frames to a file that leaves; both go through one
//! door that marks and signs. Deliberately not here: arguments, dialogs.

mod again;
mod arrow;
mod board;
mod clip;
mod describe;
mod error;
mod film;
mod jobs;
mod leave;
mod lettering;
mod library;
pub mod measure;
mod media_job;
mod media_process;
mod pictures;
mod places;
mod priority;
mod take;
mod turn;

pub use again::{Recipe, plans_of, recipe_of};
pub use clip::{Clip, ClipEvent, ClipRequest, LoadedModel, generate_clip, generate_frames, load_model};
pub use describe::describe;
pub use error::ServiceError;
pub use film::{ExportRequest, FilmFrames, FilmSound, ShownTakes, export_cut, is_exported};
pub use jobs::{Finished, JobEvent, Workers, Workshop};
pub use leave::{Output, save_contact_sheet};
pub use library::refresh_library;
pub use media_job::{proxy_path, thumbnail_path, waveform_path};
pub use media_process::{MEDIA_JOB, media_job_of_process};
pub use pictures::Pictures;
pub use places::{data_folder, models, own_anchors};
pub use priority::models_give_way;
pub use take::{TakeRequest, forming_path, generate_take, take_frames, take_path};
