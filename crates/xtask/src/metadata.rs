//! What `cargo metadata` says about the workspace, as far as the checks read it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::child::{self, Workspace};

#[derive(Debug, Deserialize)]
pub struct Metadata {
    /// Every package of the resolved graph, for all platforms.
    pub packages: Vec<Package>,
    pub workspace_members: BTreeSet<String>,
    pub target_directory: PathBuf,
}

#[derive(Debug, Deserialize)]
pub struct Package {
    pub id: String,
    pub name: String,
    pub version: String,
    /// SPDX expression.
    pub license: Option<String>,
    pub dependencies: Vec<Dependency>,
}

/// A dependency as its manifest names it: normal, dev and build, optional ones too.
#[derive(Debug, Deserialize)]
pub struct Dependency {
    pub name: String,
}

impl Metadata {
    pub fn read(workspace: &Workspace) -> Result<Self> {
        let text = child::output(workspace.cargo().args(["metadata", "--format-version", "1"]))?;
        serde_json::from_str(&text).context("cargo metadata printed something unknown")
    }

    /// The crates of the workspace.
    pub fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
    }
}
