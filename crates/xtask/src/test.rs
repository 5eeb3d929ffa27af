//! `cargo xtask test`: the packages, then every test of the workspace.

use anyhow::Result;

use crate::child::{self, Workspace};
use crate::setup;

/// `extra` goes to the test runner. Doc tests run as well: nextest leaves them out, so they get a call of their own, unless
/// `extra` narrows the tests down. All failures are seen, not only the first.
pub fn run(workspace: &Workspace, install: bool, extra: &[String]) -> Result<()> {
    setup::run(install)?;
    if child::works(workspace.cargo().args(["nextest", "--version"])) {
        child::run(
            workspace.cargo().args(["nextest", "run", "--workspace", "--release", "--no-fail-fast"]).args(extra),
        )?;
        if extra.is_empty() {
            child::run(workspace.cargo().args(["test", "--doc", "--workspace", "--release"]))?;
        }
        return Ok(());
    }
    child::run(workspace.cargo().args(["test", "--workspace", "--release", "--no-fail-fast"]).args(extra))
}
