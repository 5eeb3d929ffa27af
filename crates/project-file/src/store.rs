//! Files by the hash of their content: `media/ab/abcd…`, written once and never changed, so that a name says what must be in it.
//!
//! A file that is referred to instead of copied has a note there, `abcd….ref`, which says where it lies.

use crate::error::{ProjectFileError, Result, io_error};
use crate::files::{Disk, Files};
use kinora_plan::Digest;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io;
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

/// Where a file that was not copied lies.
#[derive(Debug, Serialize, Deserialize)]
struct Reference {
    path: PathBuf,
    bytes: u64,
}

impl MediaStore<Disk> {
    /// Copies a file in, however large it is.
    ///
    /// # Errors
    /// If the file can't be read or the folder can't be written.
    pub fn put_file(&self, file: &Path) -> Result<Digest> {
        let mut source = File::open(file).map_err(io_error("the file can't be read", file))?;
        let doing = "the file can't be copied into the project";
        self.files.create_folder(&self.folder).map_err(io_error(doing, &self.folder))?;
        let partial = self.folder.join(format!("incoming-{}.partial", std::process::id()));
        let copied = copy_hashed(&mut source, &partial).and_then(|sha256| {
            let path = self.path(&sha256);
            let folder = path.parent().unwrap_or(&self.folder);
            self.files.create_folder(folder)?;
            self.files.rename(&partial, &path)?;
            self.files.sync_folder(folder)?;
            Ok(sha256)
        });
        if copied.is_err() {
            // A full disk must not be left fuller.
            let _ = self.files.remove(&partial);
        }
        copied.map_err(io_error(doing, file))
    }

    /// Notes where a file lies instead of copying it.
    ///
    /// # Errors
    /// If the file can't be read or the note can't be written.
    pub fn refer(&self, file: &Path) -> Result<Digest> {
        let reading = "the file can't be read";
        let path = std::path::absolute(file).map_err(io_error(reading, file))?;
        let mut source = File::open(&path).map_err(io_error(reading, &path))?;
        let sha256 = Digest::of_reader(&mut source).map_err(io_error(reading, &path))?;
        let bytes = source.metadata().map_err(io_error(reading, &path))?.len();
        let note = self.note(&sha256);
        let doing = "where the file lies can't be noted in the project";
        let folder = note.parent().unwrap_or(&self.folder);
        self.files.create_folder(folder).map_err(io_error(doing, folder))?;
        let text = serde_json::to_vec(&Reference { path, bytes }).map_err(io::Error::other);
        let text = text.map_err(io_error(doing, &note))?;
        let written = self.files.replace(&note, &note.with_extension("partial"), &text);
        written.and_then(|()| self.files.sync_folder(folder)).map_err(io_error(doing, &note))?;
        Ok(sha256)
    }

    /// Where a file of this content is to be read: in the project, or where it was referred to. Whether it is there is found out then.
    #[must_use]
    pub fn locate(&self, sha256: &Digest) -> PathBuf {
        let path = self.path(sha256);
        if path.exists() {
            return path;
        }
        let note = fs::read(self.note(sha256)).ok().and_then(|bytes| serde_json::from_slice::<Reference>(&bytes).ok());
        note.map_or(path, |note| note.path)
    }

    /// Whether a file of this content is there. A file that was referred to and has another length now is another file.
    #[must_use]
    pub fn has(&self, sha256: &Digest) -> bool {
        let path = self.path(sha256);
        if path.exists() {
            return true;
        }
        let note = fs::read(self.note(sha256)).ok().and_then(|bytes| serde_json::from_slice::<Reference>(&bytes).ok());
        note.is_some_and(|note| fs::metadata(&note.path).is_ok_and(|there| there.len() == note.bytes))
    }

    /// Reads a file of this content through, wherever it lies, and compares it with its hash.
    ///
    /// # Errors
    /// If it is not there, or not what it was.
    pub fn check(&self, sha256: &Digest) -> Result<()> {
        let path = self.locate(sha256);
        let reading = "a file of the project can't be read";
        let found =
            File::open(&path).and_then(|mut file| Digest::of_reader(&mut file)).map_err(io_error(reading, &path))?;
        if found == *sha256 { Ok(()) } else { Err(ProjectFileError::Changed(path)) }
    }

    fn note(&self, sha256: &Digest) -> PathBuf {
        let mut name = self.path(sha256).into_os_string();
        name.push(".ref");
        PathBuf::from(name)
    }
}

/// Copies a file and hashes it on the way; the copy is on disk when this returns.
fn copy_hashed(source: &mut File, target: &Path) -> io::Result<Digest> {
    let mut copy = File::create(target)?;
    io::copy(source, &mut copy)?;
    copy.sync_all()?;
    Digest::of_reader(&mut File::open(target)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_copied_or_referred_to_and_missed_when_it_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let store = MediaStore::new(Disk, &folder.path().join("media"));
        let file = folder.path().join("clip.mov");
        std::fs::write(&file, b"a clip").unwrap();
        let referred = store.refer(&file).unwrap();
        assert_eq!(store.locate(&referred), file);
        assert!(store.has(&referred));
        store.check(&referred).unwrap();
        std::fs::write(&file, b"A clip").unwrap();
        assert!(matches!(store.check(&referred), Err(ProjectFileError::Changed(_))));
        std::fs::write(&file, b"another clip").unwrap();
        assert!(!store.has(&referred), "its length is another");
        std::fs::remove_file(&file).unwrap();
        assert!(!store.has(&referred));
        std::fs::write(&file, b"a clip").unwrap();
        let copied = store.put_file(&file).unwrap();
        assert_eq!(copied, referred);
        std::fs::remove_file(&file).unwrap();
        assert!(store.has(&copied));
        assert_eq!(std::fs::read(store.locate(&copied)).unwrap(), b"a clip");
        assert!(store.put_file(&file).is_err());
        let left = std::fs::read_dir(folder.path().join("media")).unwrap().count();
        assert_eq!(left, 1, "nothing half copied is left");
    }

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
