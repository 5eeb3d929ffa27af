//! What can go wrong while marking, signing or verifying, and what to do about it.
//!
//! Deliberately not here: verdicts about a file that could be read. A broken signature is a [`crate::Report`], no error.

use kinora_frame::Size;
use std::io;
use std::path::{Path, PathBuf};

/// Why a frame wasn't marked, or a file wasn't signed or verified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProvenanceError {
    /// The person stopped the job.
    #[error("cancelled")]
    Cancelled,
    /// No room left where the signed file was to be written.
    #[error("the disk is full; free some space or choose another folder, then try again: {path}")]
    DiskFull {
        /// The file that was to be written.
        path: PathBuf,
    },
    /// Reading or writing failed.
    #[error("{doing} failed: {source}: {path}")]
    Io {
        /// What was tried, as a noun phrase.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
        /// The file or folder.
        path: PathBuf,
    },
    /// The mark was prepared for frames of another size.
    #[error("the visible mark was prepared for {expected} frames, but got one of {actual}")]
    FrameSize {
        /// What the mark was prepared for.
        expected: Size,
        /// What came.
        actual: Size,
    },
    /// Not even the shortest form of the mark fits.
    #[error("a frame of {0} is too small for the visible mark; generate at 32×24 or more")]
    FrameTooSmall(Size),
    /// The font inside the program can't be read: a broken build.
    #[error("the font of the visible mark can't be read; reinstall Kinora")]
    Font,
    /// The folder with the signing identity is not usable as it is. Nothing in it was changed.
    #[error(
        "the signing identity is not usable: {reason}. Put it back from a backup, or move the folder away and Kinora \
         makes a new identity (files signed before then show an unknown signer): {path}"
    )]
    BrokenIdentity {
        /// What is wrong.
        reason: String,
        /// The identity's folder.
        path: PathBuf,
    },
    /// Others on this machine could read or replace the signing key.
    #[error("other users can reach the signing key (mode {mode:03o}); run: chmod {wanted:03o} {path}")]
    OpenPermissions {
        /// Permission bits found.
        mode: u32,
        /// Permission bits to set.
        wanted: u32,
        /// The file or folder.
        path: PathBuf,
    },
    /// A certificate chain or key that the user gave can't sign.
    #[error("this certificate and key can't sign: {0}")]
    UnusableCertificate(String),
    /// A new identity couldn't be made.
    #[error("no signing identity could be made: {0}")]
    MakeIdentity(String),
    /// The caller's claim is incomplete or contradicts itself.
    #[error("the claim can't be signed: {0}")]
    Claim(String),
    /// This kind of file can't hold a C2PA manifest, or isn't a picture or video at all.
    #[error("this kind of file can't carry a signature; use MP4 or MOV: {path}")]
    UnsupportedFormat {
        /// The file.
        path: PathBuf,
    },
    /// The file is empty, cut off or not what its name says.
    #[error("this file can't be read as a picture or video ({reason}); it may be cut off or damaged: {path}")]
    Unreadable {
        /// What the reader said.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// The signing library refused.
    #[error("signing failed: {reason}: {path}")]
    Signing {
        /// What the library said.
        reason: String,
        /// The file that was to be signed.
        path: PathBuf,
    },
    /// The signed file was read back and doesn't hold; it was removed.
    #[error("the signed file didn't verify and was removed ({reason}): {path}")]
    SelfCheck {
        /// Codes of what failed.
        reason: String,
        /// Where the file would have been.
        path: PathBuf,
    },
}

impl From<kinora_job::Cancelled> for ProvenanceError {
    fn from(_: kinora_job::Cancelled) -> Self {
        Self::Cancelled
    }
}

impl ProvenanceError {
    /// An input or output error at `path`; a full disk (or quota) becomes [`ProvenanceError::DiskFull`].
    pub(crate) fn io(doing: &'static str, path: &Path, source: io::Error) -> Self {
        if is_disk_full(&source) {
            Self::DiskFull { path: path.to_owned() }
        } else {
            Self::Io { doing, source, path: path.to_owned() }
        }
    }
}

/// True for a full disk and for a spent quota.
pub(crate) fn is_disk_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
