//! The user's library: every take and uploaded file of the projects that it knows, and signed clips of folders that it follows.
//!
//! Two files in the user's data folder. `library.json` says which projects and folders it knows, and what people think of clips in
//! folders, which have no project to say it. `library.sqlite` is an index for searching: it can be thrown away and is built again from
//! the projects, which hold what people think of their takes and files.

mod entry;
mod index;
mod known;

pub use entry::{Clip, Entry, EntryKind, Search, entries_of};

use index::Index;
use kinora_project::{Mark, Project};
use known::Known;
use std::path::{Path, PathBuf};

/// Why the library can't be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LibraryError {
    /// The index.
    #[error("the library's index can't be used ({source}); `kinora library rebuild` makes it again: {}", path.display())]
    Index {
        /// What SQLite says.
        source: rusqlite::Error,
        /// The file.
        path: PathBuf,
    },
    /// The list of what it knows.
    #[error("the library can't be read or written ({reason}): {}", path.display())]
    Known {
        /// What is wrong.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// There is no such entry.
    #[error("the library has no clip at {}; it shows those of its folders", .0.display())]
    NoClip(PathBuf),
}

type Result<T> = std::result::Result<T, LibraryError>;

/// The library of a user.
#[derive(Debug)]
pub struct Library {
    known: Known,
    index: Index,
}

impl Library {
    /// Opens the library in the user's data folder, or makes it. An index that can't be read is made anew, empty.
    ///
    /// # Errors
    /// If the folder can't be written.
    pub fn open(data: &Path) -> Result<Self> {
        Ok(Self { known: Known::read(&data.join("library.json"))?, index: Index::open(&data.join("library.sqlite"))? })
    }

    /// The projects that it knows.
    #[must_use]
    pub fn projects(&self) -> &[PathBuf] {
        &self.known.projects
    }

    /// The folders that it follows.
    #[must_use]
    pub fn folders(&self) -> &[PathBuf] {
        &self.known.folders
    }

    /// Knows a project from now on.
    ///
    /// # Errors
    /// If that can't be written down.
    pub fn add_project(&mut self, project: &Path) -> Result<()> {
        self.known.change(|known| known.add_project(project))
    }

    /// Follows a folder from now on.
    ///
    /// # Errors
    /// If that can't be written down.
    pub fn follow(&mut self, folder: &Path) -> Result<()> {
        self.known.change(|known| known.add_folder(folder))
    }

    /// Forgets a project or folder. What lies in it stays.
    ///
    /// # Errors
    /// If that can't be written down.
    pub fn forget(&mut self, place: &Path) -> Result<()> {
        self.known.change(|known| known.remove(place))?;
        self.index.put(place, 0, &[])
    }

    /// Whether a place was indexed in this state: its stamp changes when anything in it does.
    ///
    /// # Errors
    /// If the index can't be read.
    pub fn is_fresh(&self, place: &Path, stamp: u64) -> Result<bool> {
        Ok(self.index.stamp(place)? == Some(stamp))
    }

    /// Indexes a project as it is now.
    ///
    /// # Errors
    /// If the index can't be written.
    pub fn put_project(&mut self, folder: &Path, stamp: u64, project: &Project) -> Result<()> {
        self.put_entries(folder, stamp, &entries_of(folder, project))
    }

    /// Indexes what lies in a place, instead of what lay there.
    ///
    /// # Errors
    /// If the index can't be written.
    pub fn put_entries(&mut self, place: &Path, stamp: u64, entries: &[Entry]) -> Result<()> {
        self.index.put(place, stamp, entries)
    }

    /// Indexes a folder's clips as they are now.
    ///
    /// # Errors
    /// If the index can't be written.
    pub fn put_clips(&mut self, folder: &Path, stamp: u64, clips: &[Clip]) -> Result<()> {
        let entries: Vec<Entry> = clips.iter().map(|clip| clip.entry(folder, self.known.mark(&clip.file))).collect();
        self.index.put(folder, stamp, &entries)
    }

    /// What people think of a clip in a folder.
    ///
    /// # Errors
    /// [`LibraryError::NoClip`], or if that can't be written down.
    pub fn mark_clip(&mut self, file: &Path, change: impl FnOnce(&mut Mark)) -> Result<()> {
        let mut mark = self.known.mark(file).clone();
        change(&mut mark);
        if !self.index.set_mark(file, &mark)? {
            return Err(LibraryError::NoClip(file.to_owned()));
        }
        self.known.change(|known| known.set_mark(file, &mark))
    }

    /// Finds entries, the newest first.
    ///
    /// # Errors
    /// If the index can't be read.
    pub fn search(&self, search: &Search) -> Result<Vec<Entry>> {
        self.index.search(search)
    }

    /// Throws the index away; whoever calls this puts everything in again.
    ///
    /// # Errors
    /// If it can't be made.
    pub fn clear(&mut self) -> Result<()> {
        self.index.clear()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::tests::{add_shot, done, take};
    use kinora_plan::Digest;
    use kinora_project::{Edit, MarkEdit, MediaEdit, MediaKind};

    fn film() -> Project {
        let mut project = Project::default();
        for (prompt, frames) in [("a red car in a desert", 9), ("Zoë waves at the sea", 12), ("a red boat", 9)] {
            let shot = add_shot(&mut project, prompt, 2);
            take(&mut project, shot, frames);
        }
        let (kind, sha256) = (MediaKind::Still, Digest::of(b"still"));
        let name = "red-car-plate.png".to_owned();
        done(&mut project, Edit::Media(MediaEdit::Import { name, bin: "plates".to_owned(), kind, sha256 }));
        project
    }

    fn titles(library: &Library, search: Search) -> Vec<String> {
        library.search(&search).unwrap().into_iter().map(|entry| entry.title).collect()
    }

    fn words(words: &str) -> Search {
        Search { words: words.to_owned(), ..Search::default() }
    }

    #[test]
    fn takes_and_files_are_found_by_words_marks_and_folders() {
        let data = tempfile::tempdir().unwrap();
        let mut library = Library::open(data.path()).unwrap();
        let mut project = film();
        let folder = Path::new("/films/Film.kinora");
        library.put_project(folder, 1, &project).unwrap();
        assert_eq!(library.search(&Search::default()).unwrap().len(), 4);
        assert_eq!(titles(&library, words("red car")), ["red-car-plate.png", "Shot 1-1, take 1"]);
        assert_eq!(titles(&library, words("zoe wav")), ["Shot 1-2, take 1"], "accents and endings don't matter");
        assert_eq!(titles(&library, words("plates")), ["red-car-plate.png"], "a file lies in its bin");
        assert_eq!(titles(&library, words("\"red OR * NOT")), [""; 0], "no word is an operator");
        let takes: Vec<_> = project.arrived.takes.keys().copied().collect();
        let mark = |favourite, stars, folder: &str| Mark { favourite, stars, folder: folder.to_owned() };
        for (take, mark) in [(takes[0], mark(true, 2, "cars")), (takes[2], mark(false, 5, "boats/red"))] {
            done(&mut project, Edit::Mark(MarkEdit::Take { take, mark }));
        }
        library.put_project(folder, 2, &project).unwrap();
        assert_eq!(titles(&library, Search { favourites: true, ..Search::default() }), ["Shot 1-1, take 1"]);
        assert_eq!(titles(&library, Search { stars: 3, ..words("red") }), ["Shot 1-3, take 1"]);
        let boats = Search { folder: Some("boats".to_owned()), ..Search::default() };
        assert_eq!(titles(&library, boats), ["Shot 1-3, take 1"], "a folder has what is in folders inside it");
        let files = Search { kind: Some(EntryKind::Upload), ..Search::default() };
        assert_eq!(titles(&library, files), ["red-car-plate.png"]);
        assert!(library.is_fresh(folder, 2).unwrap() && !library.is_fresh(folder, 3).unwrap());
        library.forget(folder).unwrap();
        assert_eq!(titles(&library, Search::default()), [""; 0]);
    }

    #[test]
    fn the_index_can_be_thrown_away_or_damaged_and_marks_of_clips_stay() {
        let data = tempfile::tempdir().unwrap();
        let folder = Path::new("/shared");
        let clip = Clip {
            file: folder.join("a.mp4"),
            title: "a.mp4".to_owned(),
            words: "a red car".to_owned(),
            made_at: 5,
            plan: None,
        };
        {
            let mut library = Library::open(data.path()).unwrap();
            library.add_project(Path::new("/films/Film.kinora")).unwrap();
            library.follow(folder).unwrap();
            library.put_clips(folder, 1, std::slice::from_ref(&clip)).unwrap();
            library.mark_clip(&clip.file, |mark| mark.stars = 4).unwrap();
            let nobody = library.mark_clip(Path::new("/shared/none.mp4"), |mark| mark.stars = 1);
            assert!(matches!(nobody, Err(LibraryError::NoClip(_))));
        }
        std::fs::write(data.path().join("library.sqlite"), b"this is no database, it is a sentence").unwrap();
        let mut library = Library::open(data.path()).unwrap();
        assert_eq!(library.search(&Search::default()).unwrap(), []);
        assert_eq!(library.projects(), [PathBuf::from("/films/Film.kinora")]);
        assert_eq!(library.folders(), [folder]);
        library.put_clips(folder, 1, &[clip]).unwrap();
        let found = library.search(&Search { stars: 4, ..words("car") }).unwrap();
        assert_eq!((found.len(), found[0].kind, found[0].mark.stars), (1, EntryKind::Clip, 4));
    }
}
