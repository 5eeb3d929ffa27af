//! `library.json`: what the index can't be built from.

use super::{LibraryError, Result};
use kinora_project::Mark;
use kinora_project_file::{Disk, Files};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// What the library knows.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Known {
    pub projects: Vec<PathBuf>,
    pub folders: Vec<PathBuf>,
    marks: BTreeMap<PathBuf, Mark>,
    #[serde(skip)]
    path: PathBuf,
}

impl Known {
    pub fn read(path: &Path) -> Result<Self> {
        let known = match std::fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| failed(path, &error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::default(),
            Err(error) => return Err(failed(path, &error)),
        };
        Ok(Self { path: path.to_owned(), ..known })
    }

    /// Changes it in memory and on disk, or neither.
    pub fn change(&mut self, change: impl FnOnce(&mut Self)) -> Result<()> {
        let mut changed = self.clone();
        change(&mut changed);
        let path = &changed.path;
        let bytes = serde_json::to_vec_pretty(&changed).map_err(|error| failed(path, &error))?;
        let made = path.parent().map_or(Ok(()), |folder| Disk.create_folder(folder));
        let written = made.and_then(|()| Disk.replace(path, &path.with_extension("partial"), &bytes));
        written.map_err(|error| failed(path, &error))?;
        *self = changed;
        Ok(())
    }

    pub fn add_project(&mut self, project: &Path) {
        add(&mut self.projects, project);
    }

    pub fn add_folder(&mut self, folder: &Path) {
        add(&mut self.folders, folder);
    }

    pub fn remove(&mut self, place: &Path) {
        self.projects.retain(|other| other != place);
        self.folders.retain(|other| other != place);
    }

    pub fn mark(&self, file: &Path) -> &Mark {
        static NONE: Mark = Mark { favourite: false, stars: 0, folder: String::new() };
        self.marks.get(file).unwrap_or(&NONE)
    }

    pub fn set_mark(&mut self, file: &Path, mark: &Mark) {
        self.marks.insert(file.to_owned(), mark.clone());
    }
}

fn add(places: &mut Vec<PathBuf>, place: &Path) {
    if !places.iter().any(|other| other == place) {
        places.push(place.to_owned());
    }
}

fn failed(path: &Path, error: &dyn ToString) -> LibraryError {
    LibraryError::Known { reason: error.to_string(), path: path.to_owned() }
}
