//! An open project: the one place where the document changes. Two doors: [`Studio::handle`] for what people want, [`Studio::arrive`] for
//! what jobs bring; [`Studio::poll`] keeps the disk up.

use crate::command::{self, Args, CommandError, Reason};
use crate::door::Door;
use crate::queue::{JobId, Queue, QueueError, Work};
use kinora_plan::ModelCard;
use kinora_project::{Arrival, Edit, History, Project, TakeId};
use kinora_project_file::{Disk, Entry, Lock, Loss, Opened, ProjectFileError, ProjectFolder};
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long something that was done may be in the journal without being safe from a cut power line.
const FLUSH_AFTER: Duration = Duration::from_millis(500);

/// Something for people to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// So many things came back that were done after the last save.
    Recovered(usize),
    /// Something did not come back.
    Lost(Loss),
    /// The project can only be looked at.
    ReadOnly(String),
    /// The disk refuses what was done; it is in memory only.
    NotWritten(String),
}

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Recovered(1) => write!(f, "one change came back that was done after the last save"),
            Self::Recovered(count) => write!(f, "{count} changes came back that were done after the last save"),
            Self::Lost(loss) => write!(f, "lost: {loss}"),
            Self::ReadOnly(reason) => write!(f, "the project is open for reading only: {reason}"),
            Self::NotWritten(reason) => write!(f, "not on disk yet: {reason}"),
        }
    }
}

/// Why a project can't be opened or made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StudioError {
    /// The folder.
    #[error(transparent)]
    Project(#[from] ProjectFileError),
    /// The queue.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

/// An open project. The document is read through [`Studio::project`], and changes by commands alone.
#[derive(Debug)]
pub struct Studio {
    project: Arc<Project>,
    history: History,
    folder: ProjectFolder<Disk>,
    queue: Queue,
    cards: Vec<ModelCard>,
    notices: Vec<Notice>,
    flushed: Instant,
    read_only: Option<String>,
    lock: Option<Lock>,
    door: Option<Door>,
    together: Option<Together>,
}

/// A step that is being put together: the document before it, and its edits so far.
#[derive(Debug)]
struct Together {
    before: Arc<Project>,
    edits: Vec<Edit>,
    label: Option<&'static str>,
}

impl Studio {
    /// Makes a project in a new folder.
    ///
    /// # Errors
    /// If there is something already, or it can't be written.
    pub fn create(folder: &Path, project: Project, program: &str) -> Result<Self, StudioError> {
        let made = ProjectFolder::create(Disk, folder, &project)?;
        let lock = Lock::take(folder, program)?;
        let queue = Queue::open(folder)?;
        Ok(Self::new(made, queue, Arc::new(project), History::default(), Some(lock)))
    }

    /// Opens a project; what came back and what did not is in [`Studio::take_notices`].
    ///
    /// # Errors
    /// If somebody holds it, or nothing of it can be read.
    pub fn open(folder: &Path, program: &str) -> Result<Self, StudioError> {
        if !kinora_project_file::is_project(&Disk, folder) {
            return Err(ProjectFileError::NoProject(folder.to_owned()).into());
        }
        let lock = match Lock::take(folder, program) {
            Ok(lock) => lock,
            Err(held @ ProjectFileError::Held { .. }) => return Err(held.into()),
            // A folder that can't be written can be looked at.
            Err(_) => return Self::look(folder, "its folder can't be written"),
        };
        let (folder, opened) = ProjectFolder::open(Disk, folder)?;
        let queue = Queue::open(folder.path())?;
        let mut studio = Self::with(folder, queue, opened, Some(lock));
        let project = studio.project.clone();
        let takes = || project.arrived.takes.values();
        // A number that no queue gave out is nobody's.
        let last = takes().filter_map(|take| take.job).filter(|job| *job < u64::from(u32::MAX)).max();
        if let Some(last) = last {
            studio.queue.number_after(JobId(last))?;
        }
        studio.queue.settle(|job| match &job.work {
            Work::Generate { shot, plan, .. } => {
                takes().any(|take| take.job == Some(job.id.0) && take.shot == *shot && take.plan == *plan)
            }
            _ => false,
        })?;
        Ok(studio)
    }

    /// Opens a project to look at it, also one that somebody holds. Nothing is written; `reason` says why to those who try.
    ///
    /// # Errors
    /// If there is no project, or nothing of it can be read.
    pub fn look(folder: &Path, reason: &str) -> Result<Self, StudioError> {
        let (folder, opened) = ProjectFolder::look(Disk, folder, reason)?;
        let queue = Queue::look(folder.path())?;
        Ok(Self::with(folder, queue, opened, None))
    }

    fn with(folder: ProjectFolder<Disk>, queue: Queue, opened: Opened, lock: Option<Lock>) -> Self {
        let Opened { project, history, recovered, lost, read_only } = opened;
        let mut studio = Self::new(folder, queue, project, history, lock);
        studio.notices.extend((recovered > 0 && studio.lock.is_some()).then_some(Notice::Recovered(recovered)));
        studio.notices.extend(lost.into_iter().map(Notice::Lost));
        studio.notices.extend(read_only.clone().map(Notice::ReadOnly));
        studio.read_only = read_only;
        studio
    }

    fn new(
        folder: ProjectFolder<Disk>,
        queue: Queue,
        project: Arc<Project>,
        history: History,
        lock: Option<Lock>,
    ) -> Self {
        let (cards, notices, flushed) = (Vec::new(), Vec::new(), Instant::now());
        let (read_only, door, together) = (None, None, None);
        Self { project, history, folder, queue, cards, notices, flushed, read_only, lock, door, together }
    }

    /// Lets other processes of this user bring commands; they are done by [`Self::poll`]. Without such a door they are told who holds
    /// the project.
    pub fn open_door(&mut self) {
        // Where there are no sockets, or no lock to announce one in, it stays closed.
        let Some(lock) = &mut self.lock else { return };
        self.door = Door::open().ok().filter(|door| lock.announce(Some(door.path().to_owned())).is_ok());
    }

    /// Whether this process holds the project, and what is done goes to disk.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.lock.is_some() && self.read_only.is_none()
    }

    /// Which models are on this machine.
    pub fn set_cards(&mut self, cards: Vec<ModelCard>) {
        self.cards = cards;
    }

    /// The card of the project's model.
    ///
    /// # Errors
    /// If the model is not on this machine.
    pub fn card(&self) -> Result<&ModelCard, Reason> {
        let wanted = &self.project.settings.model;
        let found = self.cards.iter().find(|card| card.id == *wanted);
        found.ok_or(Reason("the project's model is not on this machine; choose another in the project settings"))
    }

    /// The models on this machine.
    #[must_use]
    pub fn cards(&self) -> &[ModelCard] {
        &self.cards
    }

    /// The document.
    #[must_use]
    pub fn project(&self) -> &Arc<Project> {
        &self.project
    }

    /// What was done.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The jobs.
    #[must_use]
    pub fn queue(&self) -> &Queue {
        &self.queue
    }

    /// The jobs, for whoever does them.
    pub fn queue_mut(&mut self) -> &mut Queue {
        &mut self.queue
    }

    /// The project's folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// What there is to tell since the last time.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// Does what somebody wants.
    ///
    /// # Errors
    /// Why not; the document is then as it was.
    pub fn handle(&mut self, id: &str, args: &Value) -> Result<Value, CommandError> {
        let command = command::find(id).ok_or_else(|| CommandError::NoCommand(id.to_owned()))?;
        let args = Args::new(command, args)?;
        (command.enabled)(self).map_err(CommandError::NotNow)?;
        (command.run)(self, &args)
    }

    /// Makes all that is done within it one step of the history, also if some of it is refused. Undo and redo end the step.
    pub fn together<T>(&mut self, all: impl FnOnce(&mut Self) -> T) -> T {
        self.together_as(None, all)
    }

    /// The same as a step with a name of its own.
    pub(crate) fn together_as<T>(&mut self, label: Option<&'static str>, all: impl FnOnce(&mut Self) -> T) -> T {
        if self.together.is_some() {
            return all(self);
        }
        self.cancel_gesture();
        self.together = Some(Together { before: self.project.clone(), edits: Vec::new(), label });
        let outcome = all(self);
        self.end_together();
        outcome
    }

    /// The same, but if it fails nothing of it stays.
    pub(crate) fn whole_as<T, E>(
        &mut self,
        label: Option<&'static str>,
        all: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let before = self.project.clone();
        let earlier = self.together.as_ref().map_or(0, |together| together.edits.len());
        self.together_as(label, |studio| {
            let outcome = all(studio);
            if let (Err(_), Some(together)) = (&outcome, &mut studio.together) {
                together.edits.truncate(earlier);
                studio.project = before;
            }
            outcome
        })
    }

    fn end_together(&mut self) {
        let Some(Together { before, mut edits, label }) = self.together.take() else { return };
        let edit = match edits.len() {
            0 => return,
            1 => edits.remove(0),
            _ => Edit::Together(edits),
        };
        self.history.record(label.unwrap_or(edit.label()), before);
        self.written(&Entry::Edit(edit));
    }

    /// Takes in what a job brought, and says its id if it is a take. It is on disk before this returns, so that the job can be called
    /// done.
    pub fn arrive(&mut self, arrival: Arrival) -> Option<TakeId> {
        self.end_together();
        let id = Arc::make_mut(&mut self.project).arrive(arrival.clone());
        self.written(&Entry::Arrival(arrival));
        let flushed = self.folder.flush();
        self.notice(flushed);
        id
    }

    /// Writes to disk what is due, and does what other processes bring. To be called many times a second.
    pub fn poll(&mut self) {
        if let Some(door) = self.door.take() {
            door.answer(self);
            self.door = Some(door);
        }
        if self.flushed.elapsed() >= FLUSH_AFTER {
            let flushed = self.folder.flush();
            self.notice(flushed);
            self.flushed = Instant::now();
        }
    }

    /// Begins a drag: its edits are one step, each from where the drag began.
    pub fn begin_gesture(&mut self, label: &'static str) {
        self.end_together();
        self.history.begin_gesture(label, self.project.clone());
    }

    /// The document as it would be if the drag ended here. Nothing is written yet.
    ///
    /// # Errors
    /// Why it can't end here; the document stays as it was at the last update.
    pub fn update_gesture(&mut self, edit: &Edit) -> Result<(), CommandError> {
        let mut from_start = self.history.gesture_start(&self.project).ok_or(CommandError::NoGesture)?;
        // Ids that a drag gives out on its way are not used up: the journal knows of its end alone, and has to give the same ones.
        let ids = from_start.ids.clone();
        edit.apply(&mut from_start)?;
        from_start.ids = ids;
        self.project = Arc::new(from_start);
        Ok(())
    }

    /// Ends a drag with its last edit, which becomes one step.
    ///
    /// # Errors
    /// Why it can't end here; the drag is cancelled.
    pub fn commit_gesture(&mut self, edit: &Edit) -> Result<(), CommandError> {
        self.cancel_gesture();
        self.edit(edit.clone())
    }

    /// Takes a drag back.
    pub fn cancel_gesture(&mut self) {
        if let Some(before) = self.history.cancel_gesture(&self.project) {
            self.project = before;
        }
    }

    /// One step: the document, the history, the journal.
    pub(crate) fn edit(&mut self, edit: Edit) -> Result<(), CommandError> {
        self.changeable()?;
        self.cancel_gesture();
        let mut edited = Project::clone(&self.project);
        edit.apply(&mut edited)?;
        debug_assert_eq!(kinora_project::check(&edited), Ok(()), "{edit:?}");
        let before = std::mem::replace(&mut self.project, Arc::new(edited));
        match &mut self.together {
            Some(step) => step.edits.push(edit),
            None => {
                self.history.record(edit.label(), before);
                self.written(&Entry::Edit(edit));
            }
        }
        Ok(())
    }

    pub(crate) fn undo(&mut self) -> Result<(), CommandError> {
        self.changeable()?;
        self.end_together();
        let cancels = self.history.gesture_start(&self.project).is_some();
        if let Some(before) = self.history.undo(&self.project) {
            self.project = before;
            if !cancels {
                self.written(&Entry::Undo);
            }
        }
        Ok(())
    }

    pub(crate) fn redo(&mut self) -> Result<(), CommandError> {
        self.changeable()?;
        self.end_together();
        if let Some(after) = self.history.redo(&self.project) {
            self.project = after;
            self.written(&Entry::Redo);
        }
        Ok(())
    }

    /// Writes the whole document.
    pub(crate) fn save(&mut self) -> Result<(), CommandError> {
        self.changeable()?;
        self.end_together();
        Ok(self.folder.save(&self.project)?)
    }

    fn changeable(&self) -> Result<(), CommandError> {
        self.read_only.clone().map_or(Ok(()), |reason| Err(ProjectFileError::ReadOnly(reason).into()))
    }

    fn written(&mut self, entry: &Entry) {
        let recorded = self.folder.record(entry, &self.project);
        self.notice(recorded);
    }

    /// A disk that refuses takes nothing from the document in memory; people have to know.
    fn notice(&mut self, outcome: Result<(), ProjectFileError>) {
        if let Err(error) = outcome {
            let notice = Notice::NotWritten(error.to_string());
            if !self.notices.contains(&notice) {
                self.notices.push(notice);
            }
        }
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        // What can't be written now was told; without this word the next to open it is told what came back.
        let _ = self.folder.close(&self.project);
    }
}

#[cfg(test)]
mod tests;
