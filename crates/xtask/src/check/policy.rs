//! `deny.toml`, as far as xtask checks it itself: the same lists serve cargo-deny, where that is installed.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::child::Workspace;

#[derive(Debug, Deserialize)]
pub struct Policy {
    pub licenses: Licences,
    bans: Bans,
}

#[derive(Debug, Default, Deserialize)]
pub struct Licences {
    /// SPDX ids that every crate may have.
    pub allow: BTreeSet<String>,
    /// Further ids for single crates.
    #[serde(default)]
    pub exceptions: Vec<LicenceException>,
}

#[derive(Debug, Deserialize)]
pub struct LicenceException {
    #[serde(rename = "crate")]
    pub name: String,
    pub allow: BTreeSet<String>,
}

#[derive(Debug, Deserialize)]
struct Bans {
    #[serde(default)]
    deny: Vec<Ban>,
}

#[derive(Debug, Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    #[serde(default, rename = "deny-multiple-versions")]
    deny_multiple_versions: bool,
}

impl Policy {
    pub fn read(workspace: &Workspace) -> Result<Self> {
        let path = workspace.root.join("deny.toml");
        let text = fs::read_to_string(&path).with_context(|| format!("can't read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("can't understand {}", path.display()))
    }

    /// Crates of which the graph may hold one version at most.
    pub fn single_version_crates(&self) -> Vec<&str> {
        let single = self.bans.deny.iter().filter(|ban| ban.deny_multiple_versions);
        single.map(|ban| ban.name.as_str()).collect()
    }
}
