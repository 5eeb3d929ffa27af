//! Models on disk: where they lie, their cards, and the check of every file against its hash.
//!
//! A model is a folder with `card.toml`. Deliberately not here: tensors, and today also downloads: nothing in Kinora opens a
//! socket.

use kinora_plan::{CardError, Digest, ModelCard};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Folders that hold models, searched in order.
#[derive(Debug, Clone)]
pub struct ModelStore {
    folders: Vec<PathBuf>,
}

/// A model that is on this machine. Its files were not checked yet.
#[derive(Debug, Clone)]
pub struct InstalledModel {
    /// Where it lies.
    pub folder: PathBuf,
    /// Its card.
    pub card: ModelCard,
}

/// Why a model can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No folder holds it.
    #[error(
        "there is no model {id:?} here; looked in {}; set KINORA_MODELS to the folder that holds it",
        list(searched)
    )]
    Missing {
        /// The id that was asked for.
        id: String,
        /// Where it was looked for.
        searched: Vec<PathBuf>,
    },
    /// The card can't be read.
    #[error("{source}; get the model again: {}", path.display())]
    Card {
        /// What is wrong.
        source: CardError,
        /// The card.
        path: PathBuf,
    },
    /// A file is missing, or can't be read.
    #[error("a file of the model can't be read ({source}); get the model again: {}", path.display())]
    Io {
        /// What the system says.
        source: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// A file is shorter or longer than its card says.
    #[error("a file of the model has {actual} bytes instead of {expected}: it was cut short or is another; get the model again: {}", path.display())]
    Length {
        /// Bytes that the card names.
        expected: u64,
        /// Bytes that are there.
        actual: u64,
        /// The file.
        path: PathBuf,
    },
    /// A file's content is not what its card says.
    #[error("a file of the model was changed or damaged (its SHA-256 is not the card's); get the model again: {}", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
}

fn list(folders: &[PathBuf]) -> String {
    folders.iter().map(|f| f.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// Where what was installed with a program lies, from the program's folder: on Linux, on Windows, in a macOS bundle.
pub const SHARED: [&str; 3] = ["../share/kinora", "share/kinora", "../Resources/share/kinora"];

impl ModelStore {
    /// A store over these folders.
    #[must_use]
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders }
    }

    /// The folders of this machine: `KINORA_MODELS` alone where it is set; else beside the program, in the user's data
    /// folder `data`, and in the source tree that built the program.
    #[must_use]
    pub fn standard(data: Option<&Path>) -> Self {
        if let Some(folder) = std::env::var_os("KINORA_MODELS") {
            return Self::new(vec![folder.into()]);
        }
        let mut folders = Vec::new();
        if let Some(program) = std::env::current_exe().ok().as_deref().and_then(Path::parent) {
            folders.push(program.join("models"));
            folders.extend(SHARED.map(|shared| program.join(shared).join("models")));
        }
        folders.extend(data.map(|d| d.join("models")));
        folders.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models"));
        Self::new(folders)
    }

    /// Finds a model by the id on its card, which is its folder's name.
    ///
    /// # Errors
    /// [`StoreError::Missing`], or [`StoreError::Card`] if a card is damaged.
    pub fn find(&self, id: &str) -> Result<InstalledModel, StoreError> {
        let plain = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        for folder in self.folders.iter().filter(|_| plain).map(|f| f.join(id)) {
            let path = folder.join("card.toml");
            match std::fs::read_to_string(&path) {
                Ok(text) => {
                    let card = ModelCard::from_toml(&text).map_err(|source| StoreError::Card { source, path })?;
                    return Ok(InstalledModel { folder, card });
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(source) => return Err(StoreError::Io { source, path }),
            }
        }
        Err(StoreError::Missing { id: id.to_owned(), searched: self.folders.clone() })
    }
}

impl ModelStore {
    /// The cards of all models that are here, by id. Damaged ones are left out: [`ModelStore::find`] says what is wrong with one.
    #[must_use]
    pub fn cards(&self) -> Vec<ModelCard> {
        let folders = self.folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
        let ids: std::collections::BTreeSet<_> =
            folders.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        ids.iter().filter_map(|id| self.find(id).ok()).map(|model| model.card).collect()
    }
}

impl InstalledModel {
    /// Compares the length and hash of every file with the card.
    ///
    /// # Errors
    /// The first file that is missing, cut short or changed.
    pub fn check(&self) -> Result<(), StoreError> {
        for file in &self.card.files {
            let path = self.folder.join(&file.path);
            let read = |path: &Path| -> io::Result<(u64, Digest)> {
                let mut open = File::open(path)?;
                let bytes = open.metadata()?.len();
                if bytes != file.bytes {
                    return Ok((bytes, file.sha256));
                }
                Ok((bytes, Digest::of_reader(&mut open)?))
            };
            match read(&path) {
                Err(source) => return Err(StoreError::Io { source, path }),
                Ok((actual, _)) if actual != file.bytes => {
                    return Err(StoreError::Length { expected: file.bytes, actual, path });
                }
                Ok((_, digest)) if digest != file.sha256 => return Err(StoreError::Changed { path }),
                Ok(_) => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(folder: &Path) -> ModelStore {
        let card = include_str!("../../plan/tests/card.toml");
        let home = folder.join("sketch");
        for (path, bytes) in [("transformer/weights.safetensors", "w"), ("tokenizer/tokenizer.json", "tt")] {
            std::fs::create_dir_all(home.join(path).parent().unwrap()).unwrap();
            std::fs::write(home.join(path), bytes).unwrap();
        }
        let (first, second) = card.split_once("[[files]]").unwrap().1.split_once("[[files]]").unwrap();
        let empty = Digest::of(b"").to_string();
        let card = card
            .replace(first, &first.replace(&empty, &Digest::of(b"w").to_string()))
            .replace(second, &second.replace(&empty, &Digest::of(b"tt").to_string()));
        std::fs::write(home.join("card.toml"), card).unwrap();
        ModelStore::new(vec![folder.join("nowhere"), folder.to_owned()])
    }

    #[test]
    fn a_whole_model_is_found_and_passes() {
        let folder = tempfile::tempdir().unwrap();
        model(folder.path()).find("sketch").unwrap().check().unwrap();
    }

    #[test]
    fn missing_short_and_changed_files_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let store = model(folder.path());
        let weights = folder.path().join("sketch/transformer/weights.safetensors");
        std::fs::write(&weights, "x").unwrap();
        assert!(matches!(store.find("sketch").unwrap().check(), Err(StoreError::Changed { .. })));
        std::fs::write(&weights, "").unwrap();
        assert!(matches!(
            store.find("sketch").unwrap().check(),
            Err(StoreError::Length { expected: 1, actual: 0, .. })
        ));
        std::fs::remove_file(&weights).unwrap();
        assert!(matches!(store.find("sketch").unwrap().check(), Err(StoreError::Io { .. })));
    }

    #[test]
    fn other_names_lead_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let store = model(folder.path());
        for id in ["", "other", "../sketch", "a/b"] {
            assert!(matches!(store.find(id), Err(StoreError::Missing { .. })), "{id}");
        }
    }
}
