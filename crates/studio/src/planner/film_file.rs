//! What kinds of files a film leaves as.

use super::Cut;
use std::path::Path;

/// A kind of file, told by the end of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilmFile {
    /// H.264 with AAC in MP4.
    Mp4,
    /// ProRes 422 with PCM in QuickTime.
    Mov,
    /// FFV1 with PCM in Matroska.
    Mkv,
    /// A folder of numbered PNG pictures, and the sound beside them.
    Png,
    /// The sound alone.
    Wav,
}

impl FilmFile {
    /// By the end of a file's name.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_lowercase().as_str() {
            "mp4" => Some(Self::Mp4),
            "mov" => Some(Self::Mov),
            "mkv" => Some(Self::Mkv),
            "png" => Some(Self::Png),
            "wav" => Some(Self::Wav),
            _ => None,
        }
    }

    /// What people should know before such a file is written.
    #[must_use]
    pub fn warnings(self, cut: &Cut) -> Vec<String> {
        match self {
            Self::Mkv => {
                let beside = "Matroska can't hold a signature: it is written beside the film, as the film's name with .c2pa; keep both together";
                vec![beside.to_owned()]
            }
            Self::Wav if cut.sounds.is_empty() => {
                vec!["nothing is heard on this timeline: the file will be silent".to_owned()]
            }
            Self::Wav => vec!["a sound file carries no mark and no signature: nothing in it was generated".to_owned()],
            Self::Mp4 | Self::Mov | Self::Png => Vec::new(),
        }
    }
}
