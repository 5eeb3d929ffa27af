//! The jobs of a project, in `queue.sqlite` in its folder: what waits, runs, was done. They survive a killed process: what ran then waits
//! again, and a job whose result is in the project already is not done twice (see [`Queue::settle`]).
//!
//! Each lane does its jobs by priority, then by place. Deliberately not here: threads, and how a job is done.

mod estimate;
mod rows;

pub use estimate::{Estimate, TimeLeft};

use kinora_plan::GenerationPlan;
use kinora_project::{MediaId, ShotId, TakeId, TimelineId};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A job of a project. Numbers are never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub u64);

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// A take.
    Generate {
        /// For this shot.
        shot: ShotId,
        /// From this.
        plan: Arc<GenerationPlan>,
        /// The part of its steps, 0 to 1, after which it is held until somebody wants the rest: an audition.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hold_at: Option<f64>,
    },
    /// A file of a timeline.
    Export {
        /// Which timeline.
        timeline: TimelineId,
        /// Where to: a full path.
        out: PathBuf,
        /// Whether prompts go into the file; else their hashes.
        #[serde(default)]
        embed_prompts: bool,
        /// The first frame and the one after the last; all without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        range: Option<(u32, u32)>,
    },
    /// A take as a film of its own.
    ExportTake {
        /// Which take.
        take: TakeId,
        /// Where to: a full path.
        out: PathBuf,
        /// Whether its prompt goes into the file; else its hash.
        #[serde(default)]
        embed_prompts: bool,
    },
    /// The storyboard on paper, as a picture, or as an animatic.
    Board {
        /// Where to: a full path.
        out: PathBuf,
    },
    /// What an imported file holds.
    Examine(MediaId),
    /// A small picture.
    Thumbnail(Pictured),
    /// The shape of a file's sound.
    Waveform(MediaId),
    /// A file that is lighter to play.
    Proxy(MediaId),
}

/// What a small picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pictured {
    /// A take.
    Take(TakeId),
    /// A file.
    Media(MediaId),
}

/// What does jobs side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// The one generator of a user and device.
    Generate,
    /// Everything that reads and writes media.
    Media,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Its turn comes.
    Waiting,
    /// It is being done.
    Running,
    /// Its turn does not come before it is resumed.
    Paused,
    /// Its result is in the project.
    Done,
    /// It can be tried again.
    Failed,
    /// Somebody didn't want it any more.
    Cancelled,
}

/// A job.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// What is to be done.
    pub work: Work,
    /// Where it stands.
    pub state: State,
    /// Higher goes first.
    pub priority: i32,
    /// Not before these are done.
    pub after: Vec<JobId>,
    /// Not before this second of Unix time: "start at night".
    pub not_before: Option<u64>,
    /// How often it was begun.
    pub attempts: u32,
    /// Why it failed.
    pub reason: Option<String>,
}

/// A job to add.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// What is to be done.
    pub work: Work,
    /// Higher goes first.
    pub priority: i32,
    /// Not before these are done.
    pub after: Vec<JobId>,
    /// Not before this second of Unix time.
    pub not_before: Option<u64>,
}

impl From<Work> for NewJob {
    fn from(work: Work) -> Self {
        Self { work, priority: 0, after: Vec::new(), not_before: None }
    }
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Its result is in the project and survives.
    Done {
        /// How long it took.
        took: Duration,
    },
    /// It can be tried again.
    Failed(String),
    /// It was stopped by a pause, and goes on where it was when it is resumed.
    Stopped,
    /// A take that is auditioned came to where it is held: it is paused.
    Held,
}

/// What can go wrong with a queue.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueueError {
    /// The database refuses.
    #[error("the queue can't be read or written ({source}); free some disk space or check the folder's permissions: {}", path.display())]
    Database {
        /// What it says.
        source: rusqlite::Error,
        /// The file.
        path: PathBuf,
    },
    /// There is no such job.
    #[error("there is no job {} any more", .0.0)]
    NoJob(JobId),
    /// The job's state doesn't allow it.
    #[error("job {} is {state}, so it can't be {wanted}", id.0)]
    Not {
        /// The job.
        id: JobId,
        /// Where it stands.
        state: &'static str,
        /// What was wanted.
        wanted: &'static str,
    },
    /// A job would wait for itself.
    #[error("job {} can't wait for a job that is not in the queue", .0.0)]
    NoSuchDependency(JobId),
}

type Result<T> = std::result::Result<T, QueueError>;

/// The jobs of a project.
#[derive(Debug)]
pub struct Queue {
    database: Connection,
    path: PathBuf,
}

impl Work {
    /// Whether it makes a single picture, for a card: see [`kinora_project::Take::is_still`].
    #[must_use]
    pub fn is_still(&self) -> bool {
        matches!(self, Self::Generate { plan, .. } if plan.frames == 1)
    }

    /// A take, made to its end.
    #[must_use]
    pub fn generate(shot: ShotId, plan: Arc<GenerationPlan>) -> Self {
        Self::Generate { shot, plan, hold_at: None }
    }

    /// Whether it is a take that is looked at before it is finished.
    #[must_use]
    pub fn is_audition(&self) -> bool {
        matches!(self, Self::Generate { hold_at: Some(_), .. })
    }

    /// Which lane does it.
    #[must_use]
    pub fn lane(&self) -> Lane {
        match self {
            Self::Generate { .. } => Lane::Generate,
            _ => Lane::Media,
        }
    }

    /// How much there is to do, for estimates: jobs of one [`Self::kind`] take time in proportion to it.
    #[must_use]
    pub fn amount(&self) -> f64 {
        match self {
            Self::Generate { plan, hold_at, .. } => {
                let all =
                    f64::from(plan.width) * f64::from(plan.height) * f64::from(plan.frames) * f64::from(plan.steps);
                let calls = if plan.guidance.is_off() { 0.5 } else { 1.0 };
                all * calls * hold_at.unwrap_or(1.0)
            }
            _ => 1.0,
        }
    }

    /// Jobs of one kind are comparable.
    #[must_use]
    pub fn kind(&self) -> String {
        match self {
            Self::Generate { plan, .. } => format!("generate {} {:?} {:?}", plan.model.sha256, plan.dtype, plan.device),
            Self::Export { .. } => "export".to_owned(),
            Self::ExportTake { .. } => "export take".to_owned(),
            Self::Board { .. } => "board".to_owned(),
            Self::Examine(_) => "examine".to_owned(),
            Self::Thumbnail(_) => "thumbnail".to_owned(),
            Self::Waveform(_) => "waveform".to_owned(),
            Self::Proxy(_) => "proxy".to_owned(),
        }
    }
}

impl Queue {
    /// Opens a project's queue, or makes it. What ran when the last process ended waits again.
    ///
    /// # Errors
    /// If the file can't be read or written.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join("queue.sqlite");
        let opened = rows::open(&path).map_err(|source| QueueError::Database { source, path: path.clone() })?;
        Ok(Self { database: opened, path })
    }

    /// A project's queue to look at: nothing in it changes. Where it can't be read it is empty.
    ///
    /// # Errors
    /// If SQLite has no memory.
    pub fn look(folder: &Path) -> Result<Self> {
        let path = folder.join("queue.sqlite");
        let database = rows::look(&path).map_err(|source| QueueError::Database { source, path: path.clone() })?;
        Ok(Self { database, path })
    }

    /// Adds a job at the end of its lane.
    ///
    /// # Errors
    /// If it waits for a job that is not there, or the file can't be written.
    pub fn add(&mut self, job: &NewJob) -> Result<JobId> {
        for dependency in &job.after {
            self.job(*dependency).map_err(|error| match error {
                QueueError::NoJob(id) => QueueError::NoSuchDependency(id),
                other => other,
            })?;
        }
        self.write(|transaction| rows::insert(transaction, job))
    }

    /// Every job, by lane, priority and place; those that are over come last.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn jobs(&self) -> Result<Vec<Job>> {
        self.told(rows::all(&self.database))
    }

    /// Whether nothing was ever to be done, or all of it is forgotten.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn is_empty(&self) -> Result<bool> {
        self.told(rows::is_empty(&self.database))
    }

    /// The plans of a shot's takes, of all jobs that are still known.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn plans_of(&self, shot: ShotId) -> Result<Vec<Arc<GenerationPlan>>> {
        let works = self.told(rows::of_shot(&self.database, shot))?;
        Ok(works
            .into_iter()
            .filter_map(|work| if let Work::Generate { plan, .. } = work { Some(plan) } else { None })
            .collect())
    }

    /// Takes that were begun and are paused now.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn paused_takes(&self) -> Result<Vec<(JobId, Arc<GenerationPlan>)>> {
        let jobs = self.told(rows::paused(&self.database))?;
        let plan = |job: Job| if let Work::Generate { plan, .. } = job.work { Some((job.id, plan)) } else { None };
        Ok(jobs.into_iter().filter_map(plan).collect())
    }

    /// A number that is another one after every change.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.database.total_changes()
    }

    /// One job.
    ///
    /// # Errors
    /// If there is no such job.
    pub fn job(&self, id: JobId) -> Result<Job> {
        self.told(rows::one(&self.database, id).optional())?.ok_or(QueueError::NoJob(id))
    }

    /// Takes the job whose turn it is; from now on it runs.
    ///
    /// # Errors
    /// If the file can't be read or written.
    pub fn begin(&mut self, lane: Lane, now: u64) -> Result<Option<Job>> {
        self.write(|transaction| {
            let Some(id) = rows::next(transaction, lane, now)? else { return Ok(None) };
            transaction.execute("UPDATE jobs SET state = 'running', attempts = attempts + 1 WHERE id = ?1", [id])?;
            rows::one(transaction, JobId(id)).map(Some)
        })
    }

    /// How a running job ended. A job that was paused or cancelled meanwhile stays so, unless it was done all the same.
    ///
    /// # Errors
    /// If there is no such job, or the file can't be written.
    pub fn end(&mut self, id: JobId, outcome: &Outcome) -> Result<()> {
        let job = self.job(id)?;
        self.write(|transaction| match outcome {
            Outcome::Done { took } => {
                // One that was stopped in between took longer than its last run.
                if job.attempts <= 1 {
                    rows::remember(transaction, &job.work, *took)?;
                }
                rows::set_state(transaction, id, State::Done, None)
            }
            Outcome::Held if job.state == State::Running => rows::set_state(transaction, id, State::Paused, None),
            Outcome::Failed(reason) if job.state == State::Running => {
                rows::set_state(transaction, id, State::Failed, Some(reason))
            }
            Outcome::Stopped if job.state == State::Running => rows::set_state(transaction, id, State::Waiting, None),
            Outcome::Failed(_) | Outcome::Stopped | Outcome::Held => Ok(()),
        })
    }

    /// No job gets this number or a lower one. A project whose queue was lost, or is another, has takes that name jobs.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn number_after(&mut self, last: JobId) -> Result<()> {
        self.write(|transaction| rows::number_after(transaction, last))
    }

    /// After a crash: jobs whose result is in the project are done, whatever the queue says. To be called before the first
    /// [`Self::begin`].
    ///
    /// # Errors
    /// If the file can't be read or written.
    pub fn settle(&mut self, has_result: impl Fn(&Job) -> bool) -> Result<Vec<JobId>> {
        let over = |state| matches!(state, State::Done | State::Cancelled);
        let jobs = self.jobs()?;
        let settled: Vec<_> = jobs.iter().filter(|job| !over(job.state) && has_result(job)).map(|job| job.id).collect();
        self.write(|transaction| {
            settled.iter().try_for_each(|id| rows::set_state(transaction, *id, State::Done, None))
        })?;
        Ok(settled)
    }

    /// Its turn does not come. A running one has to be stopped by whoever runs it.
    ///
    /// # Errors
    /// If it is over, or the file can't be written.
    pub fn pause(&mut self, id: JobId) -> Result<()> {
        self.change(id, "paused", &[State::Waiting, State::Running], State::Paused)
    }

    /// Its turn comes again; one that was held now goes on to its end.
    ///
    /// # Errors
    /// If it is not paused, or the file can't be written.
    pub fn resume(&mut self, id: JobId) -> Result<()> {
        self.change(id, "resumed", &[State::Paused], State::Waiting)?;
        match self.job(id)?.work {
            Work::Generate { shot, plan, hold_at: Some(_) } => {
                let whole = Work::generate(shot, plan);
                self.write(|transaction| rows::set_work(transaction, id, &whole))
            }
            _ => Ok(()),
        }
    }

    /// It is not wanted any more. A running one has to be stopped by whoever runs it.
    ///
    /// # Errors
    /// If it is over, or the file can't be written.
    pub fn cancel(&mut self, id: JobId) -> Result<()> {
        let open = [State::Waiting, State::Running, State::Paused, State::Failed];
        self.change(id, "cancelled", &open, State::Cancelled)
    }

    /// It waits once more.
    ///
    /// # Errors
    /// If it did not fail and was not cancelled, or the file can't be written.
    pub fn retry(&mut self, id: JobId) -> Result<()> {
        self.change(id, "tried again", &[State::Failed, State::Cancelled], State::Waiting)
    }

    /// Higher goes first.
    ///
    /// # Errors
    /// If there is no such job, or the file can't be written.
    pub fn set_priority(&mut self, id: JobId, priority: i32) -> Result<()> {
        self.job(id)?;
        self.write(|transaction| {
            transaction.execute("UPDATE jobs SET priority = ?2 WHERE id = ?1", params![id.0, priority]).map(drop)
        })
    }

    /// Not before this second of Unix time; `None`: as soon as its turn comes.
    ///
    /// # Errors
    /// If there is no such job, or the file can't be written.
    pub fn set_start(&mut self, id: JobId, not_before: Option<u64>) -> Result<()> {
        self.job(id)?;
        self.write(|transaction| {
            transaction.execute("UPDATE jobs SET not_before = ?2 WHERE id = ?1", params![id.0, not_before]).map(drop)
        })
    }

    /// Puts a job before another of its priority, or at the end.
    ///
    /// # Errors
    /// If there is no such job, or the file can't be written.
    pub fn put_before(&mut self, id: JobId, other: Option<JobId>) -> Result<()> {
        self.job(id)?;
        other.map_or(Ok(()), |other| self.job(other).map(drop))?;
        self.write(|transaction| rows::put_before(transaction, id, other))
    }

    /// What jobs like this one took: the ground for [`Estimate`].
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn estimate(&self, work: &Work) -> Result<Estimate> {
        let rates = self.told(rows::rates(&self.database, &work.kind()))?;
        Ok(Estimate::new(&rates, work.amount()))
    }

    fn change(&mut self, id: JobId, wanted: &'static str, from: &[State], to: State) -> Result<()> {
        let state = self.job(id)?.state;
        if !from.contains(&state) {
            return Err(QueueError::Not { id, state: rows::state_name(state), wanted });
        }
        self.write(|transaction| rows::set_state(transaction, id, to, None))
    }

    /// Several statements as one: all or none.
    fn write<T>(&mut self, statements: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T> {
        let path = &self.path;
        let run = || {
            let transaction = self.database.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let result = statements(&transaction)?;
            transaction.commit()?;
            Ok(result)
        };
        run().map_err(|source| QueueError::Database { source, path: path.clone() })
    }

    fn told<T>(&self, result: rusqlite::Result<T>) -> Result<T> {
        result.map_err(|source| QueueError::Database { source, path: self.path.clone() })
    }
}

#[cfg(test)]
mod tests;
