//! What can go wrong between a request and a file.

use kinora_compositor::CompositorError;
use kinora_diffusion::EngineError;
use kinora_job::Cancelled;
use kinora_media::MediaError;
use kinora_model_store::StoreError;
use kinora_plan::{Digest, PlanError};
use kinora_provenance::ProvenanceError;
use kinora_studio::library::LibraryError;
use kinora_studio::planner::PlanningError;
use kinora_studio::queue::QueueError;
use std::io;
use std::path::PathBuf;

/// An error of a service. The text says what happened and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The person stopped the job.
    #[error("cancelled")]
    Cancelled,
    /// A generation that is auditioned came to where it is held; it can go on.
    #[error("held; resume it to finish it")]
    Held,
    /// The request itself is wrong: no engine was asked.
    #[error("{0}")]
    Request(String),
    /// The model.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The engine.
    #[error(transparent)]
    Engine(EngineError),
    /// Pictures and video files.
    #[error(transparent)]
    Media(MediaError),
    /// The graphics device.
    #[error(transparent)]
    Compositor(#[from] CompositorError),
    /// Marks and signatures.
    #[error(transparent)]
    Provenance(ProvenanceError),
    /// The plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// What was asked for is no plan.
    #[error(transparent)]
    Planning(#[from] PlanningError),
    /// The queue of a project.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The user's library.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// A picture is needed that was not given.
    #[error("the picture with SHA-256 {0} is not in the file; give it again with --image")]
    PictureMissing(Digest),
    /// The file holds no recipe.
    #[error("there is no Kinora recipe in this file; it must be a clip that Kinora exported, unchanged: {}", path.display())]
    NoRecipe {
        /// The file.
        path: PathBuf,
    },
    /// A decoder took its process with it.
    #[error("a decoder crashed on this file; nothing else is lost. Convert the file with another program and import that: {}", path.display())]
    DecoderCrashed {
        /// The file.
        path: PathBuf,
    },
    /// Another process says why it could not do its part.
    #[error("{0}")]
    Refused(String),
    /// The disk is full.
    #[error("the disk is full; free some space and try again: {}", path.display())]
    DiskFull {
        /// Where was written.
        path: PathBuf,
    },
    /// A folder or file can't be used.
    #[error("{doing}: {source}: {}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// What the system says.
        source: io::Error,
        /// Where.
        path: PathBuf,
    },
}

impl ServiceError {
    /// Whether the person stopped the job.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled)
    }

    /// Whether the request was wrong, rather than something failed.
    #[must_use]
    pub fn is_wrong_request(&self) -> bool {
        matches!(
            self,
            Self::Request(_)
                | Self::Plan(PlanError::Range { .. })
                | Self::Planning(PlanningError::Request(_) | PlanningError::Plan(PlanError::Range { .. }))
        )
    }

    pub(crate) fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| {
            if source.kind() == io::ErrorKind::StorageFull {
                Self::DiskFull { path }
            } else {
                Self::Io { doing, source, path }
            }
        }
    }
}

impl From<Cancelled> for ServiceError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl From<EngineError> for ServiceError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Cancelled => Self::Cancelled,
            EngineError::PictureMissing(digest) => Self::PictureMissing(digest),
            other => Self::Engine(other),
        }
    }
}

impl From<MediaError> for ServiceError {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::Cancelled => Self::Cancelled,
            other => Self::Media(other),
        }
    }
}

impl From<ProvenanceError> for ServiceError {
    fn from(error: ProvenanceError) -> Self {
        match error {
            ProvenanceError::Cancelled => Self::Cancelled,
            other => Self::Provenance(other),
        }
    }
}
