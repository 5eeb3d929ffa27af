//! What is found out about a document and costs time to find: kept until the document changes.

use kinora_plan::ModelCard;
use kinora_project::timeline::Timeline;
use kinora_project::{Project, ShotId, TakeId, TimelineId, timeline_of};
use kinora_studio::Studio;
use kinora_studio::planner::is_stale;
use kinora_studio::queue::{Job, JobId, State, Work};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is known of the document as it is now.
#[derive(Debug, Default)]
pub struct Derived {
    project: Option<Arc<Project>>,
    stale: BTreeSet<ShotId>,
    takes: BTreeMap<ShotId, Vec<TakeId>>,
    numbers: BTreeMap<ShotId, String>,
    timeline: Option<(TimelineId, Arc<Timeline>)>,
    revision: Option<u64>,
    jobs: Arc<Vec<Job>>,
    shot_jobs: BTreeMap<ShotId, JobId>,
    auditions: BTreeMap<ShotId, Arc<Vec<Job>>>,
}

impl Derived {
    /// Keeps up with the studio; cheap while nothing changed.
    pub(crate) fn keep_up(&mut self, studio: &Studio, timeline: TimelineId) {
        let project = studio.project();
        let changed = self.project.as_ref().is_none_or(|known| !Arc::ptr_eq(known, project));
        if changed {
            self.of_project(project, studio.card().ok());
        }
        if changed || self.timeline.as_ref().is_none_or(|(id, _)| *id != timeline) {
            self.timeline = timeline_of(project, timeline).map(|found| (timeline, Arc::new(found)));
        }
        let revision = studio.queue().revision();
        if self.revision != Some(revision) {
            // A queue that can't be read shows what it showed before.
            if let Ok(jobs) = studio.queue().jobs() {
                self.of_jobs(jobs);
            }
            self.revision = Some(revision);
        }
    }

    fn of_project(&mut self, project: &Arc<Project>, card: Option<&ModelCard>) {
        self.takes.clear();
        for take in project.arrived.takes.values() {
            if !take.is_still() {
                self.takes.entry(take.shot).or_default().push(take.id);
            }
        }
        let with_takes = |shot: &ShotId| self.takes.contains_key(shot);
        self.stale = project.storyboard.shots().map(|shot| shot.id).filter(with_takes).collect();
        self.stale.retain(|shot| card.is_some_and(|card| is_stale(project, *shot, card)));
        self.numbers = project.storyboard.numbers().collect();
        self.project = Some(project.clone());
    }

    fn of_jobs(&mut self, jobs: Vec<Job>) {
        self.shot_jobs.clear();
        let mut auditions: BTreeMap<ShotId, Vec<Job>> = BTreeMap::new();
        for job in &jobs {
            let Work::Generate { shot, .. } = &job.work else { continue };
            // A picture for a card is no take that the shot waits for.
            if job.work.is_still() {
                continue;
            }
            if !matches!(job.state, State::Done | State::Cancelled) {
                auditions.entry(*shot).or_default().push(job.clone());
            }
            let rank = |state| match state {
                State::Running => 3,
                State::Waiting => 2,
                State::Paused => 1,
                State::Failed => 0,
                State::Done | State::Cancelled => -1,
            };
            if rank(job.state) < 0 {
                continue;
            }
            let known = self.shot_jobs.get(shot).and_then(|id| jobs.iter().find(|other| other.id == *id));
            if known.is_none_or(|known| rank(job.state) > rank(known.state)) {
                self.shot_jobs.insert(*shot, job.id);
            }
        }
        auditions.retain(|_, jobs| jobs.iter().any(|job| job.work.is_audition()));
        auditions.values_mut().for_each(|jobs| jobs.sort_by_key(|job| job.id));
        self.auditions = auditions.into_iter().map(|(shot, jobs)| (shot, Arc::new(jobs))).collect();
        self.jobs = Arc::new(jobs);
    }

    /// Whether a shot's take was made from something else than the shot is now.
    #[must_use]
    pub fn is_stale(&self, shot: ShotId) -> bool {
        self.stale.contains(&shot)
    }

    /// A shot's takes, in the order in which they came, without pictures that were made for cards.
    #[must_use]
    pub fn takes_of(&self, shot: ShotId) -> &[TakeId] {
        self.takes.get(&shot).map(Vec::as_slice).unwrap_or_default()
    }

    /// A shot's number as its card shows it, and as commands take it.
    #[must_use]
    pub fn number(&self, shot: ShotId) -> &str {
        self.numbers.get(&shot).map(String::as_str).unwrap_or_default()
    }

    /// The timeline that is open.
    #[must_use]
    pub fn timeline(&self) -> Option<&Arc<Timeline>> {
        self.timeline.as_ref().map(|(_, timeline)| timeline)
    }

    /// Every job, by lane, priority and place; those that are over come last.
    #[must_use]
    pub fn jobs(&self) -> &Arc<Vec<Job>> {
        &self.jobs
    }

    /// A shot's takes that are still made, in their order, if any of them is auditioned.
    #[must_use]
    pub fn audition_of(&self, shot: ShotId) -> Option<&Arc<Vec<Job>>> {
        self.auditions.get(&shot)
    }

    /// The job that makes a shot's next take, or failed to.
    #[must_use]
    pub fn job_of(&self, shot: ShotId) -> Option<&Job> {
        let id = self.shot_jobs.get(&shot)?;
        self.jobs.iter().find(|job| job.id == *id)
    }
}
