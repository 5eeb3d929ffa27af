//! What the project needs of a file system, as few operations as possible, so that tests can put one in its place that forgets
//! everything that was not synced.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// A file system. Nothing is sure to survive a crash before it is synced: a file's bytes by [`Files::sync`], names by
/// [`Files::sync_folder`].
#[allow(clippy::missing_errors_doc)] // each fails as the system does
pub trait Files {
    /// A file's bytes.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// A file, new or emptied first.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// More bytes at the end of a file, which is made if it is not there.
    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// A file's bytes survive from now on.
    fn sync(&self, path: &Path) -> io::Result<()>;
    /// The names in a folder survive from now on.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// Another name, in place of what had it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Out.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// A folder and those above it.
    fn create_folder(&self, folder: &Path) -> io::Result<()>;
    /// Names in a folder, in order.
    fn names(&self, folder: &Path) -> io::Result<Vec<String>>;

    /// A file that is there whole or as it was before: under another name first, synced, then renamed. `partial` is that name.
    fn replace(&self, path: &Path, partial: &Path, bytes: &[u8]) -> io::Result<()> {
        self.write(partial, bytes)?;
        self.sync(partial)?;
        self.rename(partial, path)
    }
}

/// The machine's own file system.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        fs::write(path, bytes)
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        OpenOptions::new().create(true).append(true).open(path)?.write_all(bytes)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        OpenOptions::new().write(true).open(path)?.sync_all()
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        // Windows has no handle of a folder that could be synced.
        if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            if let Ok(name) = entry?.file_name().into_string() {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }
}
