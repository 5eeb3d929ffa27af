//! Child processes: where they run, where cargo builds, and that a failing one is an error.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::target_dir::{self, Surroundings};

/// The clone that xtask works on.
pub struct Workspace {
    pub root: PathBuf,
    target_dir: Option<PathBuf>,
}

impl Workspace {
    /// The clone that `cargo xtask` was called in.
    pub fn here() -> Result<Self> {
        let own = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&own).join("../..");
        let root =
            std::path::absolute(root.canonicalize().with_context(|| format!("no clone at {}", root.display()))?)?;
        let target_dir = target_dir::choose(&Surroundings::of_this_process(), &std::env::current_dir()?);
        Ok(Self { root, target_dir })
    }

    /// cargo in the root of the clone, with the target folder that all commands share.
    pub fn cargo(&self) -> Command {
        let mut cargo = self.command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        if let Some(folder) = &self.target_dir {
            cargo.env("CARGO_TARGET_DIR", folder);
        }
        if std::env::var("CI").is_ok_and(|ci| ci == "true" || ci == "1") {
            cargo.envs([("CARGO_TERM_COLOR", "never"), ("CARGO_TERM_PROGRESS_WHEN", "never")]);
            cargo.env("NEXTEST_HIDE_PROGRESS_BAR", "1");
        }
        cargo
    }

    /// `program` in the root of the clone, without what `cargo run` says about xtask itself: build scripts (ring's) look at
    /// these variables, and with other values than in a plain `cargo build` everything above them would compile again.
    pub fn command(&self, program: impl Into<OsString>) -> Command {
        let mut command = Command::new(program.into());
        command.current_dir(&self.root);
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(describes_a_package) {
                command.env_remove(name);
            }
        }
        command
    }
}

fn describes_a_package(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_")
        || variable.starts_with("CARGO_MANIFEST_")
        || ["CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE"].contains(&variable)
}

/// Runs the command in the open: its words are printed, and what it prints is seen.
pub fn run(command: &mut Command) -> Result<()> {
    let words = words(command);
    eprintln!("\n$ {words}");
    let status = command.status().with_context(|| format!("can't start: {words}"))?;
    if !status.success() {
        bail!("failed ({status}): {words}");
    }
    Ok(())
}

/// Runs the command quietly and returns what it printed; its errors are still seen.
pub fn output(command: &mut Command) -> Result<String> {
    let words = words(command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("can't start: {words}"))?;
    if !output.status.success() {
        bail!("failed ({}): {words}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("not UTF-8: what this printed: {words}"))
}

/// Whether the command starts and succeeds; used to see what is installed.
pub fn works(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command as one would type it, the program without its folder.
pub fn words(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or(program.as_os_str());
    let words: Vec<String> = std::iter::once(program).chain(command.get_args()).map(quoted).collect();
    words.join(" ")
}

fn quoted(word: &std::ffi::OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |letter: char| letter.is_alphanumeric() || "-_./:=+,@%".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return word.into_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_reads_as_it_would_be_typed() {
        let mut command = Command::new("/opt/bin/kinora");
        command.args(["generate", "--prompt", "a cat's red car", "--out", "car.mp4"]);
        assert_eq!(words(&command), r"kinora generate --prompt 'a cat'\''s red car' --out car.mp4");
    }

    #[test]
    fn children_keep_the_callers_settings_and_lose_what_describes_xtask() {
        for (variable, lost) in [
            ("CARGO_PKG_NAME", true),
            ("CARGO_MANIFEST_DIR", true),
            ("CARGO_BIN_NAME", true),
            ("CARGO_TARGET_DIR", false),
            ("CARGO_HOME", false),
            ("CARGO_BUILD_JOBS", false),
            ("PATH", false),
        ] {
            assert_eq!(describes_a_package(variable), lost, "{variable}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_failing_child_is_an_error() {
        assert!(run(&mut Command::new("true")).is_ok());
        assert!(run(&mut Command::new("false")).is_err());
        assert!(output(&mut Command::new("false")).is_err());
        assert!(!works(&mut Command::new("/no/such/program")));
    }
}
