//! What a person set once, how the workspaces are laid out, which projects were open, and where somebody was in them: one JSON file in
//! the user's data folder.

use kinora_services::data_folder;
use kinora_ui::{Layouts, Place, Preferences, words::Language};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How many projects are remembered.
const REMEMBERED: usize = 10;

/// All that is kept between two runs.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// Colours, size, language, keys.
    pub preferences: Preferences,
    /// The workspaces' panels.
    pub layouts: Layouts,
    /// Projects, the last one first.
    pub recent: Vec<PathBuf>,
    /// Where somebody was in them.
    pub places: BTreeMap<PathBuf, Place>,
}

fn path() -> Option<PathBuf> {
    Some(data_folder().ok()?.join("desktop.json"))
}

/// What was kept; as it comes where nothing was, or it can't be read. The language of the system where none was chosen.
pub fn load() -> Kept {
    let text = path().and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
    let mut kept: Kept = serde_json::from_str(&text).unwrap_or_default();
    if kept.preferences.language.is_none() {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|text| !text.is_empty()));
        kept.preferences.language = Some(Language::of_locale(&locale.unwrap_or_default()));
    }
    kept
}

/// A person's own key presets, `keys/*.toml` in the data folder, each under its file's name: name and text, in order.
pub fn key_presets() -> Vec<(String, String)> {
    let Ok(files) = data_folder().map(|data| data.join("keys").read_dir()) else { return Vec::new() };
    let files = files.into_iter().flatten().flatten().map(|entry| entry.path());
    let mut presets: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .filter_map(|path| {
            let name = path.file_stem()?.to_string_lossy().into_owned();
            Some((name, std::fs::read_to_string(&path).ok()?))
        })
        .collect();
    presets.sort();
    presets
}

/// Keeps it. What can't be written is as it was before.
pub fn save(kept: &Kept) -> std::io::Result<()> {
    let Some(path) = path() else { return Ok(()) };
    let Some(folder) = path.parent() else { return Ok(()) };
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut file, serde_json::to_string_pretty(kept)?.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

impl Kept {
    /// A project was opened.
    pub fn remember(&mut self, project: &Path) {
        self.recent.retain(|known| known != project);
        self.recent.insert(0, project.to_owned());
        self.recent.truncate(REMEMBERED);
        self.places.retain(|known, _| self.recent.contains(known));
    }
}
