//! Imported files, in bins. The document knows a file by its hash; where the bytes lie is for the project on disk to know.

use crate::MediaId;
use kinora_plan::Digest;
use kinora_time::{Flicks, FrameRate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Every imported file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// By id.
    pub files: BTreeMap<MediaId, Arc<MediaFile>>,
}

/// An imported file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaFile {
    /// For people: the file's own name, until it is changed.
    pub name: String,
    /// The bin that it lies in, as `plates/day 2`; empty: none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub bin: String,
    /// What it holds.
    pub kind: MediaKind,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// One picture.
    Still,
    /// Pictures, perhaps with sound.
    Video,
    /// Sound.
    Audio,
}

/// What was found out about a file after it was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaFacts {
    /// How long it is; nothing for a still.
    pub duration: Flicks,
    /// Frames a second, where it has pictures that move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<FrameRate>,
    /// Pixels across and down, where it has pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<(u32, u32)>,
    /// Whether it has sound.
    pub sound: bool,
}
