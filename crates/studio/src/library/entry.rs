//! What the library shows: takes and files of a project, and clips in folders, as entries that can be searched.

use crate::planner::take_title;
use kinora_plan::Digest;
use kinora_project::{Mark, Project};
use std::path::{Path, PathBuf};

/// Something in the library.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// The project or folder that it lies in.
    pub place: PathBuf,
    /// Its id there: of the take or file; 0 for a clip.
    pub id: u64,
    /// The clip's own file; for takes and uploads the project knows where their files lie.
    pub file: Option<PathBuf>,
    /// For people.
    pub title: String,
    /// What it is found by, besides its title.
    pub words: String,
    /// The plan of a take, or of a clip that tells it; or the hash of a file.
    pub digest: Option<Digest>,
    /// What somebody thinks of it.
    pub mark: Mark,
    /// When it was made, in seconds of Unix time; 0: nobody knows.
    pub made_at: u64,
}

/// Kinds of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A take of a shot.
    Take,
    /// An imported file.
    Upload,
    /// A signed clip in a folder.
    Clip,
}

/// What is looked for. What is not set doesn't matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Beginnings of words, all of which must be there, in any order.
    pub words: String,
    /// Only favourites.
    pub favourites: bool,
    /// At least so many stars.
    pub stars: u8,
    /// In this folder of the library, or folders inside it.
    pub folder: Option<String>,
    /// Only of this kind.
    pub kind: Option<EntryKind>,
    /// At most so many; 0: 200.
    pub limit: u32,
}

/// A signed clip in a folder that the library follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clip {
    /// The file.
    pub file: PathBuf,
    /// For people.
    pub title: String,
    /// The prompt, where the file tells it, and what else it can be found by.
    pub words: String,
    /// When it was made, in seconds of Unix time.
    pub made_at: u64,
    /// The plan's id, if it has one.
    pub plan: Option<Digest>,
}

impl Clip {
    pub(super) fn entry(&self, folder: &Path, mark: &Mark) -> Entry {
        Entry {
            kind: EntryKind::Clip,
            place: folder.to_owned(),
            id: 0,
            file: Some(self.file.clone()),
            title: self.title.clone(),
            words: self.words.clone(),
            digest: self.plan,
            mark: mark.clone(),
            made_at: self.made_at,
        }
    }
}

/// The takes and files of a project.
#[must_use]
pub fn entries_of(folder: &Path, project: &Project) -> Vec<Entry> {
    let takes = project.arrived.takes.values().map(|take| {
        let scene = project.storyboard.scenes.iter().find(|scene| scene.shots.iter().any(|shot| shot.id == take.shot));
        let heading = scene.map(|scene| scene.heading.as_str()).unwrap_or_default();
        let prompts = take.plan.prompts.iter().filter_map(|span| span.prompt.text());
        let shot = project.storyboard.shot(take.shot).map(|shot| shot.words.prompt.as_str()).unwrap_or_default();
        let words: Vec<&str> = prompts.chain([shot, heading, project.settings.name.as_str()]).collect();
        Entry {
            kind: EntryKind::Take,
            place: folder.to_owned(),
            id: take.id.0,
            file: None,
            title: take_title(project, take.id),
            words: words.join("\n"),
            digest: take.plan.id().ok(),
            mark: project.marks.takes.get(&take.id).cloned().unwrap_or_default(),
            made_at: take.made_at,
        }
    });
    let files = project.media.files.iter().map(|(id, file)| Entry {
        kind: EntryKind::Upload,
        place: folder.to_owned(),
        id: id.0,
        file: None,
        title: file.name.clone(),
        words: [file.bin.as_str(), project.settings.name.as_str()].join("\n"),
        digest: Some(file.sha256),
        mark: project.marks.media.get(id).cloned().unwrap_or_default(),
        made_at: 0,
    });
    takes.chain(files).collect()
}
