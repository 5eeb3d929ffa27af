//! `cargo xtask bundle`: installable packages, made by Tauri's own packer (npm's `@tauri-apps/cli`) from a release build.
//!
//! What lies in them is said in src-tauri/tauri.conf.json. Deliberately not here: signing them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::child::{self, Workspace};
use crate::metadata::Metadata;
use crate::setup;

/// The version of the packer that the configuration was written for.
const PACKER: &str = "@tauri-apps/cli@2";

pub fn run(workspace: &Workspace, kinds: &[String]) -> Result<()> {
    setup::run(true)?;
    if !child::works(workspace.command("npx").arg("--version")) {
        bail!("the packer comes from npm, which is not here: install Node.js (Debian: nodejs npm)");
    }
    child::run(workspace.cargo().args(["build", "--workspace", "--release"]))?;
    // The packer takes programs from a target folder; from this one, so that it leaves those that cargo knows as they are.
    let staged = workspace.root.join("target/bundle");
    let (from, to) = (Metadata::read(workspace)?.target_directory.join("release"), staged.join("release"));
    fs::create_dir_all(&to).with_context(|| format!("can't make {}", to.display()))?;
    for program in ["kinora", "kinora-desktop"] {
        let name = PathBuf::from(program).with_extension(std::env::consts::EXE_EXTENSION);
        stage(workspace, &from.join(&name), &to.join(&name))?;
    }
    let mut packer = workspace.command("npx");
    packer.args(["--yes", PACKER, "bundle", "--bundles", &kinds.join(",")]);
    packer.current_dir(workspace.root.join("src-tauri")).env("CARGO_TARGET_DIR", &staged);
    child::run(&mut packer)?;
    println!("\nThe packages: {}", to.join("bundle").display());
    Ok(())
}

/// Copies a program; without its line tables, which are most of it, where the system has `strip`.
fn stage(workspace: &Workspace, from: &Path, to: &Path) -> Result<()> {
    if child::works(workspace.command("strip").arg("--version")) {
        return child::run(workspace.command("strip").arg("-o").arg(to).arg(from));
    }
    fs::copy(from, to).map(|_| ()).with_context(|| format!("can't copy {}", from.display()))
}
