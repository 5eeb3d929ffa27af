//! A project's folder: made, opened, kept up with what is done.
//!
//! Saves are numbered. Save N is written whole beside the document and renamed, so the document is always some save; the one before
//! keeps another name, with its journal, until the next. What is done after save N goes into journal N. So from whichever document can
//! be read, the journals lead to the last thing that was done.

use crate::error::{ProjectFileError, Result, io_error};
use crate::files::Files;
use crate::journal::{self, Entry};
use crate::snapshot::{self, Extras, SCHEMA, Snapshot};
use kinora_project::{History, Project};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const DOCUMENT: &str = "project.json";
const PREVIOUS: &str = "project.previous.json";
const PARTIAL: &str = "project.json.partial";

/// An open project's folder.
#[derive(Debug)]
pub struct ProjectFolder<F> {
    files: F,
    folder: PathBuf,
    /// The number of the document that lies there.
    save: u64,
    extras: Extras,
    /// Why nothing may be written.
    read_only: Option<String>,
    /// Whether lines were written that a crash could still take.
    unsynced: bool,
    /// Whether the journal's end may be damaged, by a disk that was full: then only a save helps.
    torn: bool,
    /// What the journal knows since the last save.
    known: Known,
}

/// How far a journal reaches.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    entries: usize,
    /// Steps that can be undone, and done again.
    undoable: usize,
    redoable: usize,
    /// Whether the last entry says that the project was closed.
    closed: bool,
}

impl Known {
    /// Whether an entry can be replayed from the journal alone.
    fn can(self, entry: &Entry) -> bool {
        match entry {
            Entry::Edit(_) | Entry::Arrival(_) | Entry::Closed => true,
            Entry::Undo => self.undoable > 0,
            Entry::Redo => self.redoable > 0,
        }
    }

    fn and(self, entry: &Entry) -> Self {
        let Self { entries, undoable, redoable, .. } = self;
        let (undoable, redoable) = match entry {
            Entry::Edit(_) => (undoable + 1, 0),
            Entry::Undo => (undoable.saturating_sub(1), redoable + 1),
            Entry::Redo => (undoable + 1, redoable.saturating_sub(1)),
            Entry::Arrival(_) | Entry::Closed => (undoable, redoable),
        };
        Self { entries: entries + 1, undoable, redoable, closed: matches!(entry, Entry::Closed) }
    }
}

/// Entries of a journal from which on the document is written anew when it is opened: until then steps of the time before can be
/// undone.
const LONG_JOURNAL: usize = 2_000;

/// A project as it was opened.
#[derive(Debug)]
pub struct Opened {
    /// The document, with all that was done after it was written.
    pub project: Arc<Project>,
    /// The steps that were done after it was written: they can be undone.
    pub history: History,
    /// How many entries came back that were written after the project was last closed properly: none, but after a crash.
    pub recovered: usize,
    /// What did not come back.
    pub lost: Vec<Loss>,
    /// Why it can only be looked at.
    pub read_only: Option<String>,
}

/// Something that did not come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loss {
    /// The document was damaged; the one before and its journals stand in for it.
    Document(String),
    /// A journal's end was damaged: what was done last.
    JournalEnd,
    /// A part of the document.
    Part(String),
}

impl std::fmt::Display for Loss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Document(reason) => write!(f, "the document was damaged ({reason}); the one before was used"),
            Self::JournalEnd => write!(f, "the last thing that was done before the program ended"),
            Self::Part(what) => write!(f, "{what}"),
        }
    }
}

impl<F: Files> ProjectFolder<F> {
    /// Makes a new project.
    ///
    /// # Errors
    /// If there is something already, or the folder can't be written.
    pub fn create(files: F, folder: &Path, project: &Project) -> Result<Self> {
        let taken = files.names(folder).is_ok_and(|names| names.iter().any(|name| name != "lock"));
        if taken {
            return Err(ProjectFileError::Exists(folder.to_owned()));
        }
        files.create_folder(folder).map_err(io_error("the project can't be made", folder))?;
        let mut made = Self {
            files,
            folder: folder.to_owned(),
            save: 0,
            extras: Extras::default(),
            read_only: None,
            unsynced: false,
            torn: false,
            known: Known::default(),
        };
        // Twice, so that there is one before from the beginning.
        made.save(project)?;
        made.save(project)?;
        if let Some(parent) = folder.parent() {
            // The folder's own name has to survive too. Where the one above can't be opened, that is the system's care.
            let _ = made.files.sync_folder(parent);
        }
        Ok(made)
    }

    /// Opens a project: the newest document that can be read, and all that was done after it.
    ///
    /// # Errors
    /// If there is no project, or nothing of it can be read.
    pub fn open(files: F, folder: &Path) -> Result<(Self, Opened)> {
        Self::open_as(files, folder, None)
    }

    /// Opens a project to look at it: nothing is written, whatever is found. The reason is given when somebody tries.
    ///
    /// # Errors
    /// If there is no project, or nothing of it can be read.
    pub fn look(files: F, folder: &Path, reason: &str) -> Result<(Self, Opened)> {
        Self::open_as(files, folder, Some(reason.to_owned()))
    }

    fn open_as(files: F, folder: &Path, read_only: Option<String>) -> Result<(Self, Opened)> {
        let (snapshot, mut lost) = newest(&files, folder)?;
        let mut history = History::default();
        let mut project = Arc::new(snapshot.project);
        lost.extend(snapshot.lost.into_iter().map(Loss::Part));
        let (mut recovered, mut last, mut known) = (0, snapshot.save, Known::default());
        // Journals after a damaged document belong to it: their entries follow in order.
        let names = files.names(folder).unwrap_or_default();
        let newest_journal = names.iter().filter_map(|name| journal_number(name)).max().unwrap_or(last);
        while last <= newest_journal {
            // Two saves with nothing in between leave no journal.
            let bytes = files.read(&folder.join(journal_name(last))).unwrap_or_default();
            let (entries, damaged) = journal::read(&bytes);
            let done = entries.iter().take_while(|entry| journal::replay(entry, &mut project, &mut history)).count();
            known = entries[..done].iter().fold(known, |known, entry| known.and(entry));
            let since = entries[..done].iter().rposition(|entry| matches!(entry, Entry::Closed));
            recovered = since.map_or(recovered + done, |closed| done - closed - 1);
            if damaged || done < entries.len() {
                lost.push(Loss::JournalEnd);
                break;
            }
            last += 1;
        }
        let newer = (snapshot.schema.major > SCHEMA.major).then(|| "a newer version of Kinora made it".to_owned());
        let mut opened = Self {
            files,
            folder: folder.to_owned(),
            save: snapshot.save.max(last),
            extras: snapshot.extras,
            read_only: read_only.or(newer),
            unsynced: false,
            torn: false,
            known,
        };
        // A journal can be gone on with if it is whole, the only one, and not too long.
        let goes_on = lost.is_empty() && last <= snapshot.save + 1 && known.entries < LONG_JOURNAL;
        opened.save = if goes_on { snapshot.save } else { opened.save };
        if opened.read_only.is_none() && !goes_on {
            match opened.save(&project) {
                Ok(()) => {}
                Err(error) => opened.read_only = Some(error.to_string()),
            }
        }
        let read_only = opened.read_only.clone();
        Ok((opened, Opened { project, history, recovered, lost, read_only }))
    }

    /// Writes down something that was done; `after` is the document then. It survives a killed process at once, and a cut power line
    /// after the next [`Self::flush`].
    ///
    /// # Errors
    /// If the project can only be looked at, or the disk refuses. The entry is then not on disk; the next one, or a save, brings it.
    pub fn record(&mut self, entry: &Entry, after: &Project) -> Result<()> {
        self.writable()?;
        if self.torn || !self.known.can(entry) {
            // What was done before the last save can't be undone by a journal: the document is written anew.
            return self.save(after);
        }
        let path = self.folder.join(journal_name(self.save));
        let line = journal::line(entry).map_err(|e| io::Error::other(e.to_string()));
        let written = line.and_then(|line| self.files.append(&path, &line));
        if let Err(error) = written {
            self.torn = true;
            return Err(io_error("what you did can't be written down", &path)(error));
        }
        self.unsynced = true;
        self.known = self.known.and(entry);
        Ok(())
    }

    /// Makes everything that was recorded survive a cut power line. To be called at least once a second.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn flush(&mut self) -> Result<()> {
        if !self.unsynced {
            return Ok(());
        }
        let path = self.folder.join(journal_name(self.save));
        let doing = "what you did can't be written down";
        let synced = self.files.sync(&path).and_then(|()| self.files.sync_folder(&self.folder));
        synced.map_err(io_error(doing, &path))?;
        self.unsynced = false;
        Ok(())
    }

    /// Says that all is well. What comes after belongs to another time; it can still be undone then.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn close(&mut self, project: &Project) -> Result<()> {
        if self.known.entries == 0 || self.known.closed || self.read_only.is_some() {
            return self.flush();
        }
        self.record(&Entry::Closed, project)?;
        self.flush()
    }

    /// Writes the document. The journal begins anew.
    ///
    /// # Errors
    /// If the project can only be looked at, or the disk refuses: then the document and the journal are as they were.
    pub fn save(&mut self, project: &Project) -> Result<()> {
        self.writable()?;
        let doing = "the project can't be saved";
        let at = |name: &str| self.folder.join(name);
        let (document, partial) = (at(DOCUMENT), at(PARTIAL));
        let next = self.save + 1;
        let bytes = snapshot::write(project, next, &self.extras);
        let bytes = bytes.map_err(|e| io_error(doing, &document)(io::Error::other(e.to_string())))?;
        let written = self.files.write(&partial, &bytes).and_then(|()| self.files.sync(&partial));
        if written.is_err() {
            // A full disk must not be left fuller.
            let _ = self.files.remove(&partial);
        }
        written.map_err(io_error(doing, &partial))?;
        if self.save > 0 && self.files.read(&document).is_ok() {
            self.files.rename(&document, &at(PREVIOUS)).map_err(io_error(doing, &document))?;
        }
        self.files.rename(&partial, &document).map_err(io_error(doing, &document))?;
        self.files.sync_folder(&self.folder).map_err(io_error(doing, &self.folder))?;
        // The document before and its journal stay; what is older goes. If it can't, it is only in the way.
        for name in self.files.names(&self.folder).unwrap_or_default() {
            if journal_number(&name).is_some_and(|number| number < self.save) {
                let _ = self.files.remove(&self.folder.join(name));
            }
        }
        self.save = next;
        (self.unsynced, self.torn, self.known) = (false, false, Known::default());
        Ok(())
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.folder
    }

    fn writable(&self) -> Result<()> {
        self.read_only.clone().map_or(Ok(()), |reason| Err(ProjectFileError::ReadOnly(reason)))
    }
}

/// Whether a folder holds a project, whole or damaged.
#[must_use]
pub fn is_project<F: Files>(files: &F, folder: &Path) -> bool {
    files.names(folder).is_ok_and(|names| names.iter().any(|name| name == DOCUMENT || name == PREVIOUS))
}

/// The newest document that can be read, and what is wrong with a newer one.
fn newest<F: Files>(files: &F, folder: &Path) -> Result<(Snapshot, Vec<Loss>)> {
    let mut reasons = Vec::new();
    let mut there = false;
    for name in [DOCUMENT, PREVIOUS] {
        let path = folder.join(name);
        let bytes = match files.read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(io_error("the project can't be read", &path)(error)),
        };
        there = true;
        match snapshot::read(&bytes) {
            Ok(snapshot) => return Ok((snapshot, reasons.into_iter().map(Loss::Document).collect())),
            Err(reason) => reasons.push(reason),
        }
    }
    match reasons.into_iter().next() {
        Some(reason) if there => Err(ProjectFileError::Damaged { reason, path: folder.to_owned() }),
        _ => Err(ProjectFileError::NoProject(folder.to_owned())),
    }
}

fn journal_name(save: u64) -> String {
    format!("journal-{save}.jsonl")
}

fn journal_number(name: &str) -> Option<u64> {
    name.strip_prefix("journal-")?.strip_suffix(".jsonl")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Disk;
    use crate::simulated::Simulated;
    use kinora_project::{BoardEdit, Edit, Settings};
    use std::fs;

    /// A project at work: what a studio does with its folder.
    struct Desk<F> {
        folder: ProjectFolder<F>,
        project: Arc<Project>,
        history: History,
    }

    impl<F: Files> Desk<F> {
        fn edit(&mut self, edit: Edit) -> Result<()> {
            let mut edited = Project::clone(&self.project);
            edit.apply(&mut edited).unwrap();
            self.history.record(edit.label(), self.project.clone());
            self.project = Arc::new(edited);
            self.folder.record(&Entry::Edit(edit), &self.project)
        }

        fn undo(&mut self) -> Result<()> {
            let Some(before) = self.history.undo(&self.project) else { return Ok(()) };
            self.project = before;
            self.folder.record(&Entry::Undo, &self.project)
        }

        fn redo(&mut self) -> Result<()> {
            let Some(after) = self.history.redo(&self.project) else { return Ok(()) };
            self.project = after;
            self.folder.record(&Entry::Redo, &self.project)
        }
    }

    fn scene(heading: &str) -> Edit {
        Edit::Board(BoardEdit::AddScene { heading: heading.to_owned(), at: None })
    }

    fn headings(project: &Project) -> String {
        project.storyboard.scenes.iter().map(|scene| scene.heading.clone()).collect::<Vec<_>>().join(" ")
    }

    fn desk(path: &Path) -> Desk<Disk> {
        let project = Arc::new(Project::default());
        let folder = ProjectFolder::create(Disk, path, &project).unwrap();
        Desk { folder, project, history: History::default() }
    }

    #[test]
    fn what_was_done_after_the_last_save_comes_back_and_can_be_undone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("Film.kinora");
        let mut desk = desk(&path);
        desk.edit(scene("a")).unwrap();
        desk.folder.save(&desk.project).unwrap();
        for heading in ["b", "c", "d"] {
            desk.edit(scene(heading)).unwrap();
        }
        desk.undo().unwrap();
        drop(desk.folder);
        let (_, mut opened) = ProjectFolder::open(Disk, &path).unwrap();
        assert_eq!((headings(&opened.project).as_str(), opened.recovered), ("a b c", 4));
        assert_eq!(opened.project, desk.project);
        let before = opened.history.undo(&opened.project).unwrap();
        assert_eq!(headings(&before), "a b");
        let (mut folder, again) = ProjectFolder::open(Disk, &path).unwrap();
        assert_eq!((headings(&again.project).as_str(), again.recovered), ("a b c", 4), "nobody has closed it");
        folder.close(&again.project).unwrap();
        let (mut folder, mut closed) = ProjectFolder::open(Disk, &path).unwrap();
        assert_eq!((headings(&closed.project).as_str(), closed.recovered), ("a b c", 0));
        let before = closed.history.undo(&closed.project).unwrap();
        folder.record(&Entry::Undo, &before).unwrap();
        let (_, undone) = ProjectFolder::open(Disk, &path).unwrap();
        assert_eq!(
            (headings(&undone.project).as_str(), undone.recovered),
            ("a b", 1),
            "steps of the time before can be undone"
        );
    }

    #[test]
    fn undoing_what_was_done_before_the_last_save_survives_too() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("Film.kinora");
        let mut desk = desk(&path);
        desk.edit(scene("a")).unwrap();
        desk.edit(scene("b")).unwrap();
        desk.folder.save(&desk.project).unwrap();
        desk.undo().unwrap();
        let (_, opened) = ProjectFolder::open(Disk, &path).unwrap();
        assert_eq!(headings(&opened.project), "a");
        desk.redo().unwrap();
        let (_, opened) = ProjectFolder::open(Disk, &path).unwrap();
        assert_eq!(headings(&opened.project), "a b");
    }

    #[test]
    fn a_damaged_document_is_replaced_by_the_one_before_and_its_journals() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("Film.kinora");
        let mut desk = desk(&path);
        desk.edit(scene("a")).unwrap();
        desk.folder.save(&desk.project).unwrap();
        desk.edit(scene("b")).unwrap();
        desk.folder.save(&desk.project).unwrap();
        desk.edit(scene("c")).unwrap();
        for damage in [&b"{\"schema\""[..], b"", b"\0\0\0\0"] {
            let copy = dir.path().join("Copy.kinora");
            let _ = fs::remove_dir_all(&copy);
            fs::create_dir(&copy).unwrap();
            for entry in fs::read_dir(&path).unwrap().flatten() {
                fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
            }
            fs::write(copy.join(DOCUMENT), damage).unwrap();
            let (_, opened) = ProjectFolder::open(Disk, &copy).unwrap();
            assert_eq!(headings(&opened.project), "a b c");
            assert!(matches!(opened.lost[..], [Loss::Document(_)]), "{:?}", opened.lost);
        }
        fs::write(path.join(DOCUMENT), b"").unwrap();
        fs::write(path.join(PREVIOUS), b"").unwrap();
        assert!(matches!(ProjectFolder::open(Disk, &path), Err(ProjectFileError::Damaged { .. })));
        assert!(matches!(ProjectFolder::open(Disk, dir.path()), Err(ProjectFileError::NoProject(_))));
        assert!(matches!(ProjectFolder::create(Disk, &path, &desk.project), Err(ProjectFileError::Exists(_))));
    }

    #[test]
    fn a_newer_major_version_can_be_looked_at_and_not_changed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("Film.kinora");
        desk(&path).edit(scene("a")).unwrap();
        let newer = fs::read_to_string(path.join(DOCUMENT)).unwrap().replace("\"major\": 1", "\"major\": 2");
        fs::write(path.join(DOCUMENT), &newer).unwrap();
        let (mut folder, opened) = ProjectFolder::open(Disk, &path).unwrap();
        assert!(opened.read_only.is_some());
        assert!(matches!(folder.save(&opened.project), Err(ProjectFileError::ReadOnly(_))));
        assert!(matches!(folder.record(&Entry::Undo, &opened.project), Err(ProjectFileError::ReadOnly(_))));
        assert_eq!(fs::read_to_string(path.join(DOCUMENT)).unwrap(), newer);
    }

    /// A thousand crashes of a file system that keeps only what was synced, and of the rest what chance will have.
    #[test]
    fn after_a_crash_at_any_moment_nothing_is_lost_that_was_flushed() {
        let path = Path::new("/home/Film.kinora");
        let mut crashed = 0;
        for seed in 0..1_000u64 {
            let disk = Simulated::crashing_after(seed, usize::try_from(seed).unwrap() % 100 + 1);
            let mut states = vec![Arc::new(Project::default())];
            let mut flushed = 0;
            let mut work = || -> Result<()> {
                let folder = ProjectFolder::create(disk.clone(), path, &states[0])?;
                let mut desk = Desk { folder, project: states[0].clone(), history: History::default() };
                flushed = 1;
                for step in 0u64..60 {
                    let outcome = match (step * 7 + seed) % 11 {
                        0 => desk.undo(),
                        1 => desk.redo(),
                        2 => desk.folder.save(&desk.project),
                        3 | 4 => desk.folder.flush(),
                        _ => desk.edit(scene(&format!("{seed}-{step}"))),
                    };
                    states.push(desk.project.clone());
                    outcome?;
                    if matches!((step * 7 + seed) % 11, 2..=4) {
                        flushed = states.len();
                    }
                }
                Ok(())
            };
            crashed += usize::from(work().is_err());
            let after = disk.crash();
            match ProjectFolder::open(after, path) {
                Ok((_, opened)) => {
                    let place = states.iter().rposition(|state| *state == opened.project);
                    let place = place.unwrap_or_else(|| panic!("seed {seed}: a document that never was"));
                    assert!(place + 1 >= flushed, "seed {seed}: state {place} of {}, flushed {flushed}", states.len());
                }
                Err(error) => assert_eq!(flushed, 0, "seed {seed}: {error}"),
            }
        }
        assert!(crashed > 900, "only {crashed} of the runs crashed");
    }

    #[test]
    fn a_full_disk_loses_nothing_once_there_is_room_again() {
        let path = Path::new("/home/Film.kinora");
        let disk = Simulated::new(1);
        let project = Arc::new(Project::default());
        let folder = ProjectFolder::create(disk.clone(), path, &project).unwrap();
        let mut desk = Desk { folder, project, history: History::default() };
        desk.edit(scene("a")).unwrap();
        disk.fill(true);
        let refused = desk.edit(scene("b")).unwrap_err().to_string();
        assert!(refused.contains("the disk is full; free some space, nothing is lost"), "{refused}");
        assert!(desk.folder.save(&desk.project).is_err());
        disk.fill(false);
        desk.edit(scene("c")).unwrap();
        desk.folder.flush().unwrap();
        let (_, opened) = ProjectFolder::open(disk.crash(), path).unwrap();
        assert_eq!(headings(&opened.project), "a b c");
    }

    #[test]
    fn settings_and_media_live_in_the_same_folder() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("Film.kinora");
        let mut desk = desk(&path);
        let name = "Film".to_owned();
        desk.edit(Edit::Settings(Settings { name, ..Settings::default() })).unwrap();
        crate::MediaStore::new(Disk, &path.join("media")).put(b"a still").unwrap();
        let (_, opened) = ProjectFolder::open(Disk, &path).unwrap();
        assert_eq!(opened.project.settings.name, "Film");
    }
}
