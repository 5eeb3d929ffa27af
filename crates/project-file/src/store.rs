//! Files by the hash of their content: `media/ab/abcd…`, written once and never changed, so that a name says what must be in it.

use crate::error::{ProjectFileError, Result, io_error};
use crate::files::Files;
use kinora_plan::Digest;
use std::path::{Path, PathBuf};

/// A folder of files by content.
#[derive(Debug, Clone)]
pub struct MediaStore<F> {
    files: F,
    folder: PathBuf,
}

impl<F: Files> MediaStore<F> {
    /// The store in a folder, which is made when the first file comes.
    pub fn new(files: F, folder: &Path) -> Self {
        Self { files, folder: folder.to_owned() }
    }

    /// Where a file of this content lies, whether it is there or not.
    #[must_use]
    pub fn path(&self, sha256: &Digest) -> PathBuf {
        let name = sha256.to_string();
        self.folder.join(&name[..2]).join(&name)
    }

    /// Brings content in. What is there already is not written again.
    ///
    /// # Errors
    /// If the folder can't be written.
    pub fn put(&self, bytes: &[u8]) -> Result<Digest> {
        let sha256 = Digest::of(bytes);
        let path = self.path(&sha256);
        if self.files.read(&path).is_ok_and(|there| there == bytes) {
            return Ok(sha256);
        }
        let doing = "the file can't be copied into the project";
        let folder = path.parent().unwrap_or(&self.folder);
        self.files.create_folder(folder).map_err(io_error(doing, folder))?;
        let partial = path.with_extension("partial");
        let written = self.files.replace(&path, &partial, bytes).and_then(|()| self.files.sync_folder(folder));
        if written.is_err() {
            // A full disk must not be left fuller.
            let _ = self.files.remove(&partial);
        }
        written.map_err(io_error(doing, &path))?;
        Ok(sha256)
    }

    /// Content by its hash.
    ///
    /// # Errors
    /// If it is not there, or not what it was.
    pub fn get(&self, sha256: &Digest) -> Result<Vec<u8>> {
        let path = self.path(sha256);
        let bytes = self.files.read(&path).map_err(io_error("a file of the project can't be read", &path))?;
        if Digest::of(&bytes) == *sha256 { Ok(bytes) } else { Err(ProjectFileError::Changed(path)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Disk;

    #[test]
    fn content_comes_back_and_a_changed_file_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let store = MediaStore::new(Disk, &folder.path().join("media"));
        let still = store.put(b"a still").unwrap();
        assert_eq!(store.put(b"a still").unwrap(), still);
        assert_eq!(store.get(&still).unwrap(), b"a still");
        std::fs::write(store.path(&still), b"another").unwrap();
        assert!(matches!(store.get(&still), Err(ProjectFileError::Changed(_))));
        assert_eq!(store.put(b"a still").unwrap(), still, "importing it again mends it");
        assert_eq!(store.get(&still).unwrap(), b"a still");
        assert!(matches!(store.get(&Digest::of(b"missing")), Err(ProjectFileError::Io { .. })));
    }
}
