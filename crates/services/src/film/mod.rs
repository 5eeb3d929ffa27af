//! Films: a cut's frames, made of takes, files and words, its sound, and the marked and signed file.

mod claim;
mod export;
mod frames;
mod slug;
mod sound;
mod sources;

pub(crate) use claim::Told;
pub(crate) use export::manifest_beside;
pub use export::{ExportRequest, export_cut, is_exported};
pub use frames::FilmFrames;
pub(crate) use slug::slug;
pub use sound::FilmSound;
pub use sources::ShownTakes;
