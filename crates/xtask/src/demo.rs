//! `cargo xtask demo`: from a fresh machine to the window with the sample project, or, without a display or with `--out`, to the clips of
//! the sample storyboard.
//!
//! Deliberately not here: how a clip is made. The demo calls the built programs as a user would.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::child::{self, Workspace};
use crate::metadata::Metadata;
use crate::setup;

const STORYBOARD: &str = "assets/samples/storyboard.toml";
const SAMPLE: &str = "assets/samples/Crossing.kinora";
/// Lines of the clips: quick to encode, large enough to look at.
const HEIGHT: &str = "480";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Storyboard {
    title: String,
    shot: Vec<Shot>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shot {
    /// Name of the files, without an ending.
    name: String,
    prompt: String,
    seed: u64,
    seconds: f64,
    /// Width to height, as in `16:9`.
    aspect: String,
}

pub fn run(workspace: &Workspace, install: bool, out: Option<&Path>) -> Result<()> {
    let (windowed, storyboard) = (out.is_none() && has_display(), read(&workspace.root.join(STORYBOARD))?);
    let out = match out {
        Some(folder) => std::path::absolute(folder)?,
        None => workspace.root.join("target/demo"),
    };
    setup::run(install)?;
    child::run(workspace.cargo().args(["build", "--workspace", "--release"]))?;
    let built = Metadata::read(workspace)?.target_directory.join("release");
    fs::create_dir_all(&out).with_context(|| format!("can't make the folder {}", out.display()))?;
    if windowed {
        let project = out.join("Crossing.kinora");
        copy_once(&workspace.root.join(SAMPLE), &project)?;
        println!("\nThe sample project: {}", project.display());
        return child::run(workspace.command(built.join(program_name("kinora-desktop"))).arg(project));
    }
    let program = built.join(program_name("kinora"));
    let count = storyboard.shot.len();
    println!("\n{}: {count} shots", storyboard.title);
    let mut made = Vec::new();
    for (index, shot) in storyboard.shot.iter().enumerate() {
        println!("\nShot {} of {count}: {}", index + 1, shot.prompt);
        let clip = out.join(format!("{}.mp4", shot.name));
        let sheet = out.join(format!("{}.png", shot.name));
        for old in [&clip, &sheet] {
            remove_if_there(old)?;
        }
        child::run(workspace.command(&program).args(generate_arguments(shot, &sheet, &clip)))?;
        child::run(workspace.command(&program).arg("verify").arg(&clip))?;
        made.push((clip, sheet));
    }

    println!("\nThe clips and their contact sheets:");
    for (clip, sheet) in made {
        println!("  {}\n  {}", clip.display(), sheet.display());
    }
    Ok(())
}

fn read(path: &Path) -> Result<Storyboard> {
    let text = fs::read_to_string(path).with_context(|| format!("can't read {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("not a storyboard: {}", path.display()))
}

fn generate_arguments(shot: &Shot, sheet: &Path, clip: &Path) -> Vec<std::ffi::OsString> {
    let Shot { name: _, prompt, seed, seconds, aspect } = shot;
    let mut arguments: Vec<std::ffi::OsString> = vec!["generate".into()];
    let options = [
        ("--prompt", prompt.into()),
        ("--seed", seed.to_string().into()),
        ("--seconds", seconds.to_string().into()),
        ("--aspect", aspect.into()),
        ("--height", HEIGHT.into()),
        ("--contact-sheet", sheet.into()),
        ("--out", clip.into()),
    ];
    for (name, value) in options {
        arguments.extend([name.into(), value]);
    }
    arguments
}

/// Whether a window can be opened.
fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// Copies a folder; one that is there already stays, with what somebody did in it.
fn copy_once(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        return Ok(());
    }
    let partial = to.with_extension("partial");
    if partial.exists() {
        fs::remove_dir_all(&partial).with_context(|| format!("can't remove {}", partial.display()))?;
    }
    copy_folder(from, &partial).with_context(|| format!("can't copy {}", from.display()))?;
    fs::rename(&partial, to).with_context(|| format!("can't make {}", to.display()))
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn program_name(name: &str) -> PathBuf {
    PathBuf::from(name).with_extension(std::env::consts::EXE_EXTENSION)
}

/// The demo may run again into the same folder.
fn remove_if_there(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("can't replace {}", path.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_copied_whole_and_once() {
        let from = Workspace::here().unwrap().root.join(SAMPLE);
        let to = std::env::temp_dir().join(format!("kinora-demo-{}.kinora", std::process::id()));
        copy_once(&from, &to).unwrap();
        assert_eq!(fs::read(to.join("project.json")).unwrap(), fs::read(from.join("project.json")).unwrap());
        fs::write(to.join("project.json"), "changed").unwrap();
        copy_once(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("project.json")).unwrap(), "changed");
        fs::remove_dir_all(to).unwrap();
    }

    #[test]
    fn the_sample_storyboard_can_be_read_and_its_shots_have_different_names() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(STORYBOARD);
        let storyboard = read(&path).expect("the sample storyboard");
        let mut names: Vec<_> = storyboard.shot.iter().map(|shot| shot.name.as_str()).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert!(count >= 3, "{count} shots");
        assert_eq!(names.len(), count);
    }

    #[test]
    fn a_shot_becomes_the_options_of_kinora_generate() {
        let shot: Shot = toml::from_str(
            r#"
            name = "boat"
            prompt = "a white boat"
            seed = 18446744073709551
            seconds = 2.5
            aspect = "16:9"
            "#,
        )
        .expect("a shot");
        let words = generate_arguments(&shot, Path::new("boat.png"), Path::new("boat.mp4"));
        let expected = [
            "generate",
            "--prompt",
            "a white boat",
            "--seed",
            "18446744073709551",
            "--seconds",
            "2.5",
            "--aspect",
            "16:9",
            "--height",
            "480",
            "--contact-sheet",
            "boat.png",
            "--out",
            "boat.mp4",
        ];
        assert_eq!(words, expected);
    }
}
