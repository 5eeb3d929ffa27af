//! Who holds a project. The lock is the system's own and ends with the process, so a stale one can't be; what is written in it is for
//! people.

use crate::error::{ProjectFileError, Result, io_error};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Who holds a project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The program, as it calls itself.
    pub program: String,
    /// Its number in the system.
    pub process: u32,
    /// The machine.
    pub host: String,
    /// The socket by which it takes commands from others, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub door: Option<PathBuf>,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.program.is_empty() {
            return write!(f, "another program");
        }
        write!(f, "{} (process {} on {})", self.program, self.process, self.host)
    }
}

/// A held project; it is free when this is dropped, or the process ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
    holder: Holder,
    path: PathBuf,
}

impl Lock {
    /// Takes the project in `folder`.
    ///
    /// # Errors
    /// [`ProjectFileError::Held`] says who holds it.
    pub fn take(folder: &Path, program: &str) -> Result<Self> {
        let path = folder.join("lock");
        let doing = "the project can't be locked";
        let open = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path);
        let mut file = open.map_err(io_error(doing, &path))?;
        let holder = Holder { program: program.to_owned(), process: std::process::id(), host: host(), door: None };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // It may be just being written: then nobody is named.
                let _ = file.read_to_string(&mut text);
                let holder = serde_json::from_str(&text).unwrap_or_default();
                return Err(ProjectFileError::Held { holder, path: folder.to_owned() });
            }
            // Some network file systems know no locks: better unlocked than not opened.
            Err(TryLockError::Error(_)) => return Ok(Self { file, holder, path }),
        }
        let mut lock = Self { file, holder, path };
        lock.write()?;
        Ok(lock)
    }

    /// Tells others by which socket they can bring commands; nothing: they can't any more.
    ///
    /// # Errors
    /// If it can't be written down.
    pub fn announce(&mut self, door: Option<PathBuf>) -> Result<()> {
        self.holder.door = door;
        self.write()
    }

    fn write(&mut self) -> Result<()> {
        let text = serde_json::to_string(&self.holder).unwrap_or_default();
        let written = self.file.set_len(0).and_then(|()| self.file.seek(SeekFrom::Start(0)));
        let written = written.and_then(|_| self.file.write_all(text.as_bytes()));
        written.map_err(io_error("the project can't be locked", &self.path))
    }
}

fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = name.or_else(|| std::env::var("COMPUTERNAME").ok()).or_else(|| std::env::var("HOSTNAME").ok());
    name.map_or_else(|| "this machine".to_owned(), |name| name.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_was_first_and_a_lock_ends_with_its_holder() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path(), "Kinora").unwrap();
        let refused = Lock::take(folder.path(), "kinora").unwrap_err().to_string();
        let process = std::process::id();
        assert!(refused.starts_with(&format!("Kinora (process {process} on ")), "{refused}");
        drop(first);
        Lock::take(folder.path(), "kinora").unwrap();
    }
}
