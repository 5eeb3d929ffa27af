//! Checks that other programs do: rustfmt, clippy, cargo-deny.

use anyhow::Result;

use crate::child::{self, Workspace};

pub fn fmt(workspace: &Workspace) -> Result<Vec<String>> {
    let check = child::run(workspace.cargo().args(["fmt", "--all", "--check"]));
    Ok(advise(check, "run cargo fmt --all, then look at the difference"))
}

pub fn clippy(workspace: &Workspace) -> Result<Vec<String>> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--release", "--", "-D", "warnings"];
    let check = child::run(workspace.cargo().args(arguments));
    Ok(advise(check, "mend what clippy names above; unwrap, expect and panic belong in tests only"))
}

/// Only where it is installed. Advisories are left out: they would fail a commit for what was published after it.
pub fn deny(workspace: &Workspace) -> Result<Vec<String>> {
    if !child::works(workspace.cargo().args(["deny", "--version"])) {
        eprintln!("cargo-deny is not installed; licences and versions above check the same lists");
        return Ok(vec![]);
    }
    let check = child::run(workspace.cargo().args(["deny", "check", "bans", "licenses", "sources"]));
    Ok(advise(check, "choose another crate or version, or, with a reason, another rule in deny.toml"))
}

fn advise(check: Result<()>, advice: &str) -> Vec<String> {
    check.err().map(|error| format!("{error:#}: {advice}")).into_iter().collect()
}
