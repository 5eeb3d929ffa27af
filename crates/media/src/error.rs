//! What can go wrong with media files, and what a person can do about it. The path always comes last.
//!
//! Deliberately not here: translations. These are the messages of the command line and the log.

use ffmpeg_next as ffmpeg;
use kinora_frame::Size;
use kinora_job::Cancelled;
use std::io;
use std::path::{Path, PathBuf};

/// Why a picture, a video or a sound could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MediaError {
    /// Nothing is there.
    #[error("there is no such file; check its name, or whether the drive is connected: {}", path.display())]
    Missing {
        /// The file that was asked for.
        path: PathBuf,
    },
    /// There is not a byte in it.
    #[error("the file is empty; copy it again from where it came: {}", path.display())]
    Empty {
        /// The file that was read.
        path: PathBuf,
    },
    /// The content is of another kind, whatever the extension says.
    #[error("this is not a PNG, JPEG, WebP or TIFF picture; save it as one of these first: {}", path.display())]
    NotAPicture {
        /// The file that was read.
        path: PathBuf,
    },
    /// The content begins as a picture, but can't be decoded to its end.
    #[error("the picture is damaged or cut short ({reason}); copy or export it again: {}", path.display())]
    DamagedPicture {
        /// What the decoder met.
        reason: String,
        /// The file that was read.
        path: PathBuf,
    },
    /// Decoding it would need more memory than a picture may have.
    #[error("the picture has more than 16384×16384 pixels or 512 MB; make it smaller first: {}", path.display())]
    PictureTooLarge {
        /// The file that was read.
        path: PathBuf,
    },
    /// FFmpeg finds no moving picture in it that it can decode.
    #[error("this is not a video that can be read ({reason}); use MP4, MOV, MKV or WebM: {}", path.display())]
    NotAVideo {
        /// What is missing.
        reason: String,
        /// The file that was read.
        path: PathBuf,
    },
    /// The content begins as a video, but can't be decoded to its end.
    #[error("the video is damaged or cut short ({reason}); copy or export it again: {}", path.display())]
    DamagedVideo {
        /// What the demuxer or decoder met.
        reason: String,
        /// The file that was read.
        path: PathBuf,
    },
    /// There is no sound in it that can be decoded.
    #[error("there is no sound in this file that can be read ({reason}); use WAV, AIFF, FLAC, MP3, AAC or Ogg Vorbis: {}", path.display())]
    NotSound {
        /// What is missing.
        reason: String,
        /// The file that was read.
        path: PathBuf,
    },
    /// The content begins as sound, but can't be decoded to its end.
    #[error("the sound is damaged or cut short ({reason}); copy or export it again: {}", path.display())]
    DamagedSound {
        /// What the decoder met.
        reason: String,
        /// The file that was read.
        path: PathBuf,
    },
    /// H.264 with 4:2:0 colour has no odd sizes.
    #[error("a video of {size} pixels can't be written; use an even width and height from 2 to 16384 pixels")]
    VideoSize {
        /// The size that was asked for.
        size: Size,
    },
    /// The volume, or the quota on it, is full. The unfinished file is gone.
    #[error("the disk is full; free some space and try again: {}", path.display())]
    DiskFull {
        /// The file that was being written.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("{action} failed ({source}); check that the folder exists and may be used: {}", path.display())]
    Io {
        /// What was tried, such as "writing the picture".
        action: &'static str,
        /// What the operating system says.
        source: io::Error,
        /// The file it was about.
        path: PathBuf,
    },
    /// FFmpeg can't take a path that isn't Unicode, or this build of it has no H.264 encoder, or the encoder refused.
    #[error("the video can't be encoded ({reason}): {}", path.display())]
    Encode {
        /// What FFmpeg says and what to do.
        reason: String,
        /// The file that was being written.
        path: PathBuf,
    },
    /// A video file was finished before a frame came.
    #[error("a video needs at least one frame, and none came: {}", path.display())]
    NoFrames {
        /// The file that was being written; it is gone.
        path: PathBuf,
    },
    /// The person cancelled. The unfinished file is gone.
    #[error("cancelled")]
    Cancelled,
}

impl From<Cancelled> for MediaError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl MediaError {
    /// An operating system error while `path` was read.
    pub(crate) fn reading(action: &'static str, source: io::Error, path: &Path) -> Self {
        if source.kind() == io::ErrorKind::NotFound {
            return Self::Missing { path: path.to_owned() };
        }
        Self::Io { action, source, path: path.to_owned() }
    }

    /// An operating system error while `path` was written.
    pub(crate) fn writing(action: &'static str, source: io::Error, path: &Path) -> Self {
        use io::ErrorKind::{QuotaExceeded, StorageFull};
        if matches!(source.kind(), StorageFull | QuotaExceeded) {
            return Self::DiskFull { path: path.to_owned() };
        }
        Self::Io { action, source, path: path.to_owned() }
    }

    /// What FFmpeg said while `path` was written.
    pub(crate) fn encoding(action: &'static str, source: ffmpeg::Error, path: &Path) -> Self {
        match source {
            ffmpeg::Error::Other { errno: ffmpeg::error::ENOSPC } => Self::DiskFull { path: path.to_owned() },
            // FFmpeg's numbers are the C library's; only on Unix are those the operating system's own.
            ffmpeg::Error::Other { errno } if cfg!(unix) => {
                Self::writing(action, io::Error::from_raw_os_error(errno), path)
            }
            ffmpeg::Error::Other { .. } => Self::writing(action, io::Error::other(source), path),
            _ => Self::Encode { reason: format!("{action}: {source}"), path: path.to_owned() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_apart_however_it_is_reported() {
        let path = Path::new("/films/shot.mp4");
        let full = |error: MediaError| matches!(error, MediaError::DiskFull { path } if path.ends_with("shot.mp4"));
        let enospc = ffmpeg::Error::Other { errno: ffmpeg::error::ENOSPC };
        assert!(full(MediaError::encoding("writing the video", enospc, path)));
        assert!(full(MediaError::writing("writing the video", io::ErrorKind::StorageFull.into(), path)));
        assert!(full(MediaError::writing("writing the video", io::ErrorKind::QuotaExceeded.into(), path)));
        assert!(!full(MediaError::writing("writing the video", io::ErrorKind::PermissionDenied.into(), path)));
    }

    #[test]
    fn the_path_comes_last() {
        let path = PathBuf::from("/films/shot.mp4");
        let source = io::Error::from(io::ErrorKind::PermissionDenied);
        for error in [
            MediaError::Missing { path: path.clone() },
            MediaError::DamagedVideo { reason: "cut".into(), path: path.clone() },
            MediaError::DiskFull { path: path.clone() },
            MediaError::writing("writing the video", source, &path),
        ] {
            assert!(error.to_string().ends_with(": /films/shot.mp4"), "{error}");
        }
    }
}
