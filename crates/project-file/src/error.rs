//! What can go wrong with a project on disk.

use crate::lock::Holder;
use std::io;
use std::path::{Path, PathBuf};

/// A result of this crate.
pub type Result<T> = std::result::Result<T, ProjectFileError>;

/// What can go wrong with a project on disk.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectFileError {
    /// The system refuses. Nothing that was there is changed.
    #[error("{doing} ({}): {}", advice(source), path.display())]
    Io {
        /// What was wanted.
        doing: &'static str,
        /// What the system says.
        source: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// There is no project in the folder.
    #[error("there is no Kinora project here; choose a folder that ends in .kinora: {}", .0.display())]
    NoProject(PathBuf),
    /// There is one already.
    #[error("there is something here already; choose another name: {}", .0.display())]
    Exists(PathBuf),
    /// Neither the document nor the one before can be read.
    #[error("the project is damaged beyond repair ({reason}); restore the folder from a backup: {}", path.display())]
    Damaged {
        /// What was found.
        reason: String,
        /// The folder.
        path: PathBuf,
    },
    /// It was opened to be looked at.
    #[error("the project is open for reading only, because {0}; save it under another name to change it")]
    ReadOnly(String),
    /// Another process holds it.
    #[error("{holder} has the project open; close it there first: {}", path.display())]
    Held {
        /// Who.
        holder: Holder,
        /// The folder.
        path: PathBuf,
    },
    /// It is no member of a cast.
    #[error("this is no member of a cast ({reason}); choose a .kinora-cast file that Kinora exported: {}", path.display())]
    NoCast {
        /// What was found.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// A file is not what its name says.
    #[error("the file was changed or damaged (its SHA-256 is not that of its name); import it again: {}", .0.display())]
    Changed(PathBuf),
}

fn advice(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full; free some space, nothing is lost".to_owned()
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "it can't be written here; change the folder's permissions or move the project".to_owned()
        }
        io::ErrorKind::NotFound => "it is not there any more; was the folder moved or a disk taken out?".to_owned(),
        _ => error.to_string(),
    }
}

/// For `map_err`.
pub(crate) fn io_error(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ProjectFileError {
    move |source| ProjectFileError::Io { doing, source, path: path.to_owned() }
}
