//! A project's jobs, done one after the other: takes are made and brought into the project.

use crate::take::generate_take;
use crate::{ClipEvent, LoadedModel, Pictures, ServiceError, load_model};
use kinora_job::CancelToken;
use kinora_model_store::ModelStore;
use kinora_plan::GenerationPlan;
use kinora_project::Arrival;
use kinora_project_file::{Disk, MediaStore};
use kinora_studio::Studio;
use kinora_studio::queue::{Job, JobId, Lane, Outcome, State, Work};
use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// What is heard of jobs.
#[derive(Debug)]
#[non_exhaustive]
pub enum JobEvent {
    /// One begins; so many wait behind it.
    Begun(Job, usize),
    /// It goes on.
    Clip(ClipEvent),
    /// Its result is in the project.
    Done(JobId),
    /// It failed, and the next one begins.
    Failed(JobId, String),
}

/// Does every generation whose turn comes, until none is left. Returns how many were done and how many failed.
///
/// # Errors
/// If the job is cancelled, which then waits again, or the queue can't be read or written.
pub fn run_jobs(
    studio: &mut Studio,
    store: &ModelStore,
    cancel: &CancelToken,
    on_event: &mut dyn FnMut(JobEvent),
) -> Result<(usize, usize), ServiceError> {
    let (mut done, mut failed) = (0, 0);
    let mut models = Models { store, loaded: None };
    while let Some(job) = studio.queue_mut().begin(Lane::Generate, unix_seconds())? {
        let waiting = studio.queue().jobs()?.iter().filter(|other| other.state == State::Waiting).count();
        let (id, work) = (job.id, job.work.clone());
        on_event(JobEvent::Begun(job, waiting));
        let Work::Generate { shot, plan } = work else { continue };
        let begun = Instant::now();
        let made = make(&mut models, studio.path(), &plan, cancel, on_event);
        match made {
            Ok(()) => {
                // The take is on disk before the job is done: after a crash between the two, the take tells that it is.
                studio.arrive(Arrival::Take { shot, plan, made_at: unix_seconds(), job: Some(id.0) });
                studio.queue_mut().end(id, &Outcome::Done { took: begun.elapsed() })?;
                on_event(JobEvent::Done(id));
                done += 1;
            }
            Err(ServiceError::Cancelled) => {
                studio.queue_mut().end(id, &Outcome::Stopped)?;
                return Err(ServiceError::Cancelled);
            }
            Err(error) => {
                studio.queue_mut().end(id, &Outcome::Failed(error.to_string()))?;
                on_event(JobEvent::Failed(id, error.to_string()));
                failed += 1;
            }
        }
    }
    Ok((done, failed))
}

/// One model at a time.
struct Models<'a> {
    store: &'a ModelStore,
    loaded: Option<(GenerationModel, LoadedModel)>,
}

type GenerationModel = (kinora_plan::Digest, kinora_plan::Dtype, kinora_plan::DeviceClass);

impl Models<'_> {
    fn get(&mut self, plan: &GenerationPlan) -> Result<&LoadedModel, ServiceError> {
        let wanted = (plan.model.sha256, plan.dtype, plan.device);
        if self.loaded.as_ref().is_none_or(|(model, _)| *model != wanted) {
            self.loaded = None;
            let card = self.store.find(&plan.model.id)?.card;
            if card.digest() != plan.model.sha256 {
                let text = format!("{} was changed since this take was planned; generate the shot again", card.name);
                return Err(ServiceError::Request(text));
            }
            let model = load_model(self.store, &plan.model.id, plan.dtype, plan.device)?;
            self.loaded = Some((wanted, model));
        }
        let loaded = self.loaded.as_ref().map(|(_, model)| model);
        loaded.ok_or_else(|| ServiceError::Request("the model could not be loaded".to_owned()))
    }
}

fn make(
    models: &mut Models<'_>,
    project: &Path,
    plan: &GenerationPlan,
    cancel: &CancelToken,
    on_event: &mut dyn FnMut(JobEvent),
) -> Result<(), ServiceError> {
    let model = models.get(plan)?;
    let mut pictures = Pictures::none();
    let media = MediaStore::new(Disk, &project.join("media"));
    for known in &plan.known {
        pictures.add_file(&media.path(&known.picture))?;
    }
    generate_take(model, plan, &pictures, project, cancel, &mut |event| on_event(JobEvent::Clip(event)))?;
    Ok(())
}

fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
