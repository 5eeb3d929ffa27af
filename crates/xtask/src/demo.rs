//! `cargo xtask demo`: from a fresh machine to the clips of the sample storyboard.
//!
//! Deliberately not here: how a clip is made. The demo calls the built `kinora` as a user would.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::child::{self, Workspace};
use crate::metadata::Metadata;
use crate::setup;

const STORYBOARD: &str = "assets/samples/storyboard.toml";
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
    let storyboard = read(&workspace.root.join(STORYBOARD))?;
    let out = match out {
        Some(folder) => std::path::absolute(folder)?,
        None => workspace.root.join("target/demo"),
    };
    setup::run(install)?;
    child::run(workspace.cargo().args(["build", "--workspace", "--release"]))?;
    let program = Metadata::read(workspace)?.target_directory.join("release").join(program_name());

    fs::create_dir_all(&out).with_context(|| format!("can't make the folder {}", out.display()))?;
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

fn program_name() -> PathBuf {
    PathBuf::from("kinora").with_extension(std::env::consts::EXE_EXTENSION)
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
