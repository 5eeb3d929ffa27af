//! What a file holds, told by its first bytes and not by its name.

use crate::MediaError;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// As many bytes as any format needs to be told.
const HEAD: u64 = 8192;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// One picture.
    Still,
    /// Pictures that move, perhaps with sound.
    Video,
    /// Sound.
    Audio,
}

/// Looks at a file's first bytes. Nothing where they are none that is known: then its name may tell.
///
/// # Errors
/// [`MediaError::Missing`], [`MediaError::Empty`], [`MediaError::Io`].
pub fn sniff(path: &Path) -> Result<Option<FileKind>, MediaError> {
    let reading = |source| MediaError::reading("reading the file", source, path);
    let mut head = Vec::new();
    File::open(path).map_err(reading)?.take(HEAD).read_to_end(&mut head).map_err(reading)?;
    if head.is_empty() {
        return Err(MediaError::Empty { path: path.to_owned() });
    }
    Ok(sniff_bytes(&head))
}

/// The same of a file's first bytes, or all of them.
#[must_use]
pub fn sniff_bytes(bytes: &[u8]) -> Option<FileKind> {
    infer::get(bytes).and_then(|kind| match kind.matcher_type() {
        infer::MatcherType::Image => Some(FileKind::Still),
        infer::MatcherType::Video => Some(FileKind::Video),
        infer::MatcherType::Audio => Some(FileKind::Audio),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_says_what_a_file_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.mp4");
        let told = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            sniff(&path)
        };
        assert_eq!(told(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap(), Some(FileKind::Still));
        assert_eq!(told(b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41").unwrap(), Some(FileKind::Video));
        assert_eq!(told(b"RIFF\x24\0\0\0WAVEfmt ").unwrap(), Some(FileKind::Audio));
        assert_eq!(told(b"notes of a shoot").unwrap(), None);
        assert!(matches!(told(b""), Err(MediaError::Empty { .. })));
        assert!(matches!(sniff(&folder.path().join("none")), Err(MediaError::Missing { .. })));
    }
}
