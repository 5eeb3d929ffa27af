//! The project on disk: a folder `Name.kinora` with the document, a journal of what was done since it was written, and media by the
//! hash of their content. Whatever happens, a killed process, a cut power line, a full disk, it opens again.
//!
//! | in the folder | |
//! |---|---|
//! | `project.json` | the document with its schema's version; written whole or not at all |
//! | `project.previous.json` | the one before, in case that one is damaged |
//! | `journal-N.jsonl` | what was done after save N, a line each with its checksum |
//! | `media/`, `takes/` | files, by SHA-256 of their content |
//! | `lock` | who holds the project; the system frees it when the process ends |
//!
//! Deliberately not here: jobs, the meaning of edits, pictures.

mod cast_file;
mod error;
mod files;
mod folder;
mod journal;
mod lock;
#[cfg(test)]
mod simulated;
mod snapshot;
mod store;

pub use cast_file::CastFile;
pub use error::{ProjectFileError, Result};
pub use files::{Disk, Files};
pub use folder::{Loss, Opened, ProjectFolder, is_project};
pub use journal::Entry;
pub use lock::{Holder, Lock};
pub use snapshot::{SCHEMA, Schema};
pub use store::MediaStore;
