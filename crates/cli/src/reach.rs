//! A project, wherever it is: opened here, or held by another process that takes commands.

use crate::setup;
use anyhow::Result;
use kinora_project::Project;
use kinora_project_file::ProjectFileError;
use kinora_studio::{Studio, StudioError, command, knock};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What this program calls itself to others that want the project.
pub const PROGRAM: &str = "kinora";

/// A project that commands can be brought to.
pub enum Reach {
    /// Opened here.
    Here(Box<Studio>),
    /// Held by another process.
    There {
        /// The project's folder.
        folder: PathBuf,
        /// Where it takes commands.
        door: PathBuf,
        /// Who it is, for people.
        holder: String,
    },
}

/// Opens a project and tells what there is to tell about that.
pub fn open(folder: &Path) -> Result<Studio> {
    let mut studio = Studio::open(folder, PROGRAM)?;
    studio.set_cards(setup::models().cards());
    tell(&mut studio);
    Ok(studio)
}

/// Opens a project to read it, whoever holds it.
pub fn look(folder: &Path) -> Result<Studio> {
    match Studio::open(folder, PROGRAM) {
        Err(StudioError::Project(ProjectFileError::Held { holder, .. })) => {
            Ok(Studio::look(folder, &format!("{holder} holds it"))?)
        }
        opened => {
            let mut studio = opened?;
            tell(&mut studio);
            Ok(studio)
        }
    }
}

fn tell(studio: &mut Studio) {
    for notice in studio.take_notices() {
        eprintln!("note: {notice}");
    }
}

/// Opens a project, or finds who holds it and takes commands.
pub fn reach(folder: &Path) -> Result<Reach> {
    match Studio::open(folder, PROGRAM) {
        Err(StudioError::Project(ProjectFileError::Held { holder, path })) => match holder.door.clone() {
            Some(door) => Ok(Reach::There { folder: folder.to_owned(), door, holder: holder.to_string() }),
            None => Err(ProjectFileError::Held { holder, path }.into()),
        },
        opened => {
            let mut studio = opened?;
            studio.set_cards(setup::models().cards());
            tell(&mut studio);
            Ok(Reach::Here(Box::new(studio)))
        }
    }
}

impl Reach {
    /// Does a command, here or there.
    pub fn handle(&mut self, id: &str, arguments: &Value) -> Result<Value> {
        match self {
            Self::Here(studio) => Ok(studio.handle(id, arguments)?),
            Self::There { door, .. } => Ok(knock(door, id, &with_whole_paths(id, arguments)?)?),
        }
    }

    /// The document as it is now.
    pub fn project(&self) -> Result<Arc<Project>> {
        match self {
            Self::Here(studio) => Ok(studio.project().clone()),
            Self::There { folder, holder, .. } => Ok(Studio::look(folder, holder)?.project().clone()),
        }
    }
}

/// Arguments that mean the same in another process's working folder.
fn with_whole_paths(id: &str, arguments: &Value) -> Result<Value> {
    let mut arguments = arguments.clone();
    let paths = command::find(id).into_iter().flat_map(|command| command.args).filter(|arg| arg.kind.is_path());
    for arg in paths {
        if let Some(Value::String(text)) = arguments.get_mut(arg.name) {
            *text = std::path::absolute(&*text)?.to_string_lossy().into_owned();
        }
    }
    Ok(arguments)
}
