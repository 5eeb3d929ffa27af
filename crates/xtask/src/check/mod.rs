//! `cargo xtask check`: what a change has to pass besides the tests. Every check runs, then all that failed are named.
//!
//! One file a check; this one holds their list and their order, the quick ones first.

mod files;
mod floors;
mod licences;
mod policy;
mod tools;
mod versions;

use anyhow::{Result, bail};

use crate::child::Workspace;
use crate::metadata::Metadata;

/// A check that can be asked for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    Fmt,
    Floors,
    Licences,
    Versions,
    Files,
    Deny,
    Clippy,
}

impl Check {
    const ALL: [Check; 7] =
        [Check::Fmt, Check::Floors, Check::Licences, Check::Versions, Check::Files, Check::Deny, Check::Clippy];

    fn name(self) -> &'static str {
        match self {
            Check::Fmt => "fmt",
            Check::Floors => "floors",
            Check::Licences => "licences",
            Check::Versions => "versions",
            Check::Files => "files",
            Check::Deny => "deny",
            Check::Clippy => "clippy",
        }
    }

    pub fn from_name(name: &str) -> Result<Self> {
        match Check::ALL.into_iter().find(|check| check.name() == name) {
            Some(check) => Ok(check),
            None => bail!("there is no check {name:?}, but: {}", Check::ALL.map(Check::name).join(" ")),
        }
    }

    /// What is wrong and what to do about it, a sentence each; nothing where all is well.
    fn findings(self, workspace: &Workspace) -> Result<Vec<String>> {
        match self {
            Check::Fmt => tools::fmt(workspace),
            Check::Clippy => tools::clippy(workspace),
            Check::Deny => tools::deny(workspace),
            Check::Files => files::findings(workspace),
            Check::Floors => Ok(floors::findings(&floors::edges(&Metadata::read(workspace)?))),
            Check::Licences => {
                let policy = policy::Policy::read(workspace)?;
                Ok(licences::findings(&Metadata::read(workspace)?.packages, &policy.licenses))
            }
            Check::Versions => {
                let policy = policy::Policy::read(workspace)?;
                Ok(versions::findings(&Metadata::read(workspace)?.packages, &policy.single_version_crates()))
            }
        }
    }
}

/// Runs all checks, or only the one that is named.
pub fn run(workspace: &Workspace, only: Option<Check>) -> Result<()> {
    let checks = only.map_or_else(|| Check::ALL.to_vec(), |check| vec![check]);
    let mut failed = Vec::new();
    for check in checks {
        let name = check.name();
        let findings = match check.findings(workspace) {
            Ok(findings) => findings,
            Err(error) => vec![format!("the check could not run: {error:#}")],
        };
        println!("{} {name}", if findings.is_empty() { "ok    " } else { "FAILED" });
        for finding in &findings {
            println!("       {finding}");
        }
        if !findings.is_empty() {
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("failed: {}. One alone: cargo xtask check {}", failed.join(", "), failed[0]);
    }
    Ok(())
}
