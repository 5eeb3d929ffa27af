//! Runs the real command with a data folder of its own.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a panic is its failure")]
#![allow(dead_code, reason = "each test file uses what it needs")]

pub mod film;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub struct Home {
    pub folder: tempfile::TempDir,
}

impl Home {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kinora"));
        command
            .args(args)
            .current_dir(self.folder.path())
            .env("KINORA_DATA", self.path("data"))
            .env_remove("KINORA_MODELS");
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// What a command prints that succeeds.
    pub fn ok(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", stderr(&output));
        stdout(&output)
    }

    /// The JSON that a command prints.
    pub fn json(&self, args: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.ok(args)).unwrap()
    }

    /// A short clip at the model's size, as fast as it gets.
    pub fn generate(&self, more: &[&str]) -> Output {
        let quick = ["generate", "--seconds", "0.75", "--steps", "2", "--height", "native"];
        self.run(&[&quick, more].concat())
    }

    /// What lies in the folder, hidden files too, but for the data folder.
    pub fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "data")
            .collect();
        names.sort();
        names
    }
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// Changes a byte in the middle of the pictures.
pub fn change_a_byte(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let start = bytes.windows(4).rposition(|w| w == b"mdat").unwrap();
    let at = start + (bytes.len() - start) / 2;
    bytes[at] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

/// A file system of its own, small enough to fill; `None` where this user may not mount.
#[cfg(target_os = "linux")]
pub struct SmallDisk(pub PathBuf);

#[cfg(target_os = "linux")]
impl SmallDisk {
    pub fn mount(at: PathBuf, size: &str) -> Option<Self> {
        std::fs::create_dir_all(&at).unwrap();
        let options = format!("size={size}");
        let args = ["-t", "tmpfs", "-o", &options, "tmpfs", at.to_str().unwrap()];
        Command::new("mount").args(args).output().ok()?.status.success().then_some(Self(at))
    }

    /// Whether it can be written from now on.
    pub fn set_writable(&self, writable: bool) {
        let options = if writable { "remount,rw" } else { "remount,ro" };
        assert!(Command::new("mount").args(["-o", options]).arg(&self.0).status().unwrap().success());
    }
}

#[cfg(target_os = "linux")]
impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(&self.0).status();
        assert!(unmounted.is_ok_and(|status| status.success()) || std::thread::panicking());
    }
}
