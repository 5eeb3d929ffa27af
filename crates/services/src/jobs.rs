//! A project's jobs, done in lanes: one generation at a time, and beside it a few jobs that read and write media. Whoever has the project
//! calls [`Workers::tick`] many times a second; the work itself runs in threads that know a job's plan and never the project.

use crate::board::{BoardRequest, export_pdf, export_sheet};
use crate::film::{ExportRequest, export_cut, is_exported};
use crate::media_job;
use crate::media_process::MediaTask;
use crate::take::{TakeRequest, forget_all_begun_but, forget_begun, generate_take, load_pictures};
use crate::{ClipEvent, LoadedModel, ServiceError, load_model, priority};
use kinora_compositor::SharedGpu;
use kinora_diffusion::pipeline::Preview;
use kinora_job::{CancelToken, Progress};
use kinora_model_store::ModelStore;
use kinora_plan::{DeviceClass, Digest, Dtype, GenerationPlan};
use kinora_project::{Arrival, MediaFacts, MediaId, MediaKind, ShotId, timeline_of};
use kinora_project_file::{Disk, Files, MediaStore};
use kinora_provenance::SigningIdentity;
use kinora_studio::Studio;
use kinora_studio::planner::{
    BoardFile, BoardSheet, Cut, HandedFile, Handover, TimelineFormat, alone, animatic_of, board_sheet, cut_of,
    handover_of,
};
use kinora_studio::queue::{Job, JobId, Lane, Outcome, Pictured, State, Work};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Jobs that read and write media at the same time.
const MEDIA_JOBS: usize = 2;
/// How often [`Workers::run`] looks after its jobs.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// What is heard of jobs. Progress and previews are the newest there are; older ones that nobody took are dropped.
#[derive(Debug)]
#[non_exhaustive]
pub enum JobEvent {
    /// One begins; so many wait in its lane.
    Begun(Job, usize),
    /// It goes on.
    Progress(JobId, Progress),
    /// What its clip will be.
    Preview(JobId, Preview),
    /// Its result is there.
    Done(Job),
    /// It failed, and the next one begins.
    Failed(Job, String),
    /// It was stopped: it waits again, is paused, or is not wanted any more.
    Stopped(JobId),
}

/// What doing jobs takes.
#[derive(Debug, Clone)]
pub struct Workshop {
    /// Where models lie.
    pub store: ModelStore,
    /// The user's data folder: who signs, and whose turn it is to generate.
    pub data: PathBuf,
    /// Who signs instead of the user's own identity.
    pub signer: Option<Arc<SigningIdentity>>,
    /// What composes pictures.
    pub gpu: SharedGpu,
    /// Whether previews are wanted.
    pub previews: bool,
    /// Whether jobs give way to what else this machine does: to a window.
    pub background: bool,
    /// Which lanes are worked in.
    pub lanes: Vec<Lane>,
    /// The program that looks into imported files in a process of its own ([`crate::media_job_of_process`]); without it that is done
    /// here, and a decoder that crashes takes all with it.
    pub reader: Option<PathBuf>,
}

/// The jobs that run.
pub struct Workers {
    shop: Arc<Workshop>,
    model: Arc<Mutex<KeptModel>>,
    running: Vec<Running>,
    begun: Begun,
}

struct Running {
    job: Job,
    lane: Lane,
    cancel: CancelToken,
    begun: Instant,
    news: Arc<Mutex<News>>,
    thread: JoinHandle<Result<Option<Arrival>, ServiceError>>,
}

#[derive(Default)]
struct News {
    progress: Option<Progress>,
    preview: Option<Preview>,
}

/// What a job is made of, without the project.
enum Task {
    Take { shot: ShotId, plan: Arc<GenerationPlan>, hold_at: Option<f64>, job: JobId },
    Film { cut: Cut, target: PathBuf, embed_prompts: bool, again: bool },
    Handover { handover: Handover, target: PathBuf, embed_prompts: bool },
    Board { sheet: BoardSheet, target: PathBuf },
    TakeThumbnail(Arc<GenerationPlan>),
    MediaThumbnail(Digest, MediaKind),
    Facts(MediaId, Digest, MediaKind),
    Waveform(Digest),
    Proxy(Digest),
}

impl Workers {
    /// None yet.
    #[must_use]
    pub fn new(shop: Workshop) -> Self {
        Self { shop: Arc::new(shop), model: Arc::default(), running: Vec::new(), begun: Begun::default() }
    }

    /// Brings in what jobs made, stops those that were paused or cancelled, and begins those whose turn it is. Says whether any runs.
    ///
    /// # Errors
    /// If the queue can't be read or written.
    pub fn tick(&mut self, studio: &mut Studio, on_event: &mut dyn FnMut(JobEvent)) -> Result<bool, ServiceError> {
        for running in std::mem::take(&mut self.running) {
            running.tell(on_event);
            if running.thread.is_finished() {
                end(running, studio, on_event)?;
                continue;
            }
            let state = studio.queue().job(running.job.id).map(|job| job.state);
            if state.is_ok_and(|state| state != State::Running) {
                running.cancel.cancel();
            }
            self.running.push(running);
        }
        self.begun.look_after(studio)?;
        for lane in self.shop.lanes.clone() {
            let most = if lane == Lane::Generate { 1 } else { MEDIA_JOBS };
            while self.running.iter().filter(|running| running.lane == lane).count() < most {
                let Some(job) = studio.queue_mut().begin(lane, unix_seconds())? else { break };
                self.begin(job, lane, studio, on_event)?;
            }
        }
        Ok(!self.running.is_empty())
    }

    /// Does every job whose turn comes, until none is left. Returns those that were done, and those that failed.
    ///
    /// # Errors
    /// [`ServiceError::Cancelled`] once `cancel` says so: what ran then waits again.
    pub fn run(
        &mut self,
        studio: &mut Studio,
        cancel: &CancelToken,
        on_event: &mut dyn FnMut(JobEvent),
    ) -> Result<Finished, ServiceError> {
        let mut finished = Finished::default();
        loop {
            let busy = self.tick(studio, &mut |event| {
                match &event {
                    JobEvent::Done(job) => finished.done.push(job.clone()),
                    JobEvent::Failed(job, reason) => finished.failed.push((job.clone(), reason.clone())),
                    _ => {}
                }
                on_event(event);
            })?;
            if cancel.is_cancelled() {
                self.stop(studio, on_event)?;
                return Err(ServiceError::Cancelled);
            }
            if !busy {
                return Ok(finished);
            }
            studio.poll();
            std::thread::sleep(LOOK_AGAIN_AFTER);
        }
    }

    /// Stops all that runs; it waits again, and goes on where it was.
    ///
    /// # Errors
    /// If the queue can't be written.
    pub fn stop(&mut self, studio: &mut Studio, on_event: &mut dyn FnMut(JobEvent)) -> Result<(), ServiceError> {
        self.running.iter().for_each(|running| running.cancel.cancel());
        std::mem::take(&mut self.running).into_iter().try_for_each(|running| end(running, studio, on_event))
    }

    fn begin(
        &mut self,
        job: Job,
        lane: Lane,
        studio: &mut Studio,
        on_event: &mut dyn FnMut(JobEvent),
    ) -> Result<(), ServiceError> {
        let jobs = studio.queue().jobs()?;
        let waiting = jobs.iter().filter(|other| other.state == State::Waiting && other.work.lane() == lane).count();
        on_event(JobEvent::Begun(job.clone(), waiting));
        let task = match task_of(studio, &job) {
            Ok(task) => task,
            Err(error) => return fail(studio, job, &error, on_event),
        };
        let (cancel, news) = (CancelToken::new(), Arc::new(Mutex::new(News::default())));
        let worker = Worker {
            shop: self.shop.clone(),
            model: self.model.clone(),
            project: studio.path().to_owned(),
            cancel: cancel.clone(),
            news: news.clone(),
        };
        let begun = Instant::now();
        let thread = priority::spawn(self.shop.background, move || worker.work(task));
        self.running.push(Running { job, lane, cancel, begun, news, thread });
        Ok(())
    }
}

/// Takes that were begun and wait. What lies on disk of those that nobody wants any more is removed.
#[derive(Default)]
struct Begun {
    project: PathBuf,
    revision: u64,
    paused: Vec<(JobId, Arc<GenerationPlan>)>,
}

impl Begun {
    fn look_after(&mut self, studio: &Studio) -> Result<(), ServiceError> {
        let (project, revision) = (studio.path(), studio.queue().revision());
        // Another process may be at work on a project that is only looked at.
        if !studio.is_held() || self.project == project && self.revision == revision {
            return Ok(());
        }
        if self.project != project {
            forget_all_begun_but(project, &open_plans(studio)?);
            self.paused.clear();
        }
        for (job, plan) in std::mem::take(&mut self.paused) {
            match studio.queue().job(job).map(|job| job.state) {
                Ok(State::Cancelled) => forget_begun(project, &plan),
                Ok(State::Paused) => self.paused.push((job, plan)),
                _ => {}
            }
        }
        for (job, plan) in studio.queue().paused_takes()? {
            if self.paused.iter().all(|(known, _)| *known != job) {
                self.paused.push((job, plan));
            }
        }
        (self.project, self.revision) = (project.to_owned(), revision);
        Ok(())
    }
}

/// The plans of all takes that are still to be made.
fn open_plans(studio: &Studio) -> Result<Vec<Arc<GenerationPlan>>, ServiceError> {
    let over = |state| matches!(state, State::Done | State::Cancelled);
    let open = studio.queue().jobs()?.into_iter().filter(|job| !over(job.state));
    Ok(open.filter_map(|job| if let Work::Generate { plan, .. } = job.work { Some(plan) } else { None }).collect())
}

impl Drop for Workers {
    fn drop(&mut self) {
        // Nobody waits for their results any more; the queue lets them wait again when it is opened.
        self.running.iter().for_each(|running| running.cancel.cancel());
        for running in self.running.drain(..) {
            let _ = running.thread.join();
        }
    }
}

/// Jobs that are over.
#[derive(Debug, Default)]
pub struct Finished {
    /// Done.
    pub done: Vec<Job>,
    /// Failed, and why.
    pub failed: Vec<(Job, String)>,
}

impl Running {
    fn tell(&self, on_event: &mut dyn FnMut(JobEvent)) {
        let news = std::mem::take(&mut *self.news.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(progress) = news.progress {
            on_event(JobEvent::Progress(self.job.id, progress));
        }
        if let Some(preview) = news.preview {
            on_event(JobEvent::Preview(self.job.id, preview));
        }
    }
}

fn end(running: Running, studio: &mut Studio, on_event: &mut dyn FnMut(JobEvent)) -> Result<(), ServiceError> {
    let Running { job, begun, thread, .. } = running;
    let broken = || ServiceError::Request("the job ended in a way that it should not; try it again".to_owned());
    match thread.join().unwrap_or_else(|_| Err(broken())) {
        Ok(arrival) => {
            // What it made is on disk before the job is done: after a crash between the two, it tells that the job is.
            if let Some(arrival) = arrival {
                arrived(studio, arrival)?;
            }
            studio.queue_mut().end(job.id, &Outcome::Done { took: begun.elapsed() })?;
            on_event(JobEvent::Done(job));
        }
        Err(error @ (ServiceError::Cancelled | ServiceError::Held)) => {
            let outcome = if error.is_cancelled() { Outcome::Stopped } else { Outcome::Held };
            studio.queue_mut().end(job.id, &outcome)?;
            if let (Work::Generate { plan, .. }, State::Cancelled) = (&job.work, studio.queue().job(job.id)?.state) {
                forget_begun(studio.path(), plan);
            }
            on_event(JobEvent::Stopped(job.id));
        }
        Err(error) => fail(studio, job, &error, on_event)?,
    }
    Ok(())
}

fn fail(
    studio: &mut Studio,
    job: Job,
    error: &ServiceError,
    on_event: &mut dyn FnMut(JobEvent),
) -> Result<(), ServiceError> {
    studio.queue_mut().end(job.id, &Outcome::Failed(error.to_string()))?;
    if let Work::Examine(media) = job.work {
        // What can't be read is not kept, unless somebody put it to use already.
        let _in_use = studio.handle("media.remove", &json!({ "media": media }));
    }
    on_event(JobEvent::Failed(job, error.to_string()));
    Ok(())
}

/// Takes in what a job brought, and asks for what people see of it.
fn arrived(studio: &mut Studio, arrival: Arrival) -> Result<(), ServiceError> {
    let facts = match &arrival {
        Arrival::Facts(media, facts) => Some((*media, facts.clone())),
        Arrival::Take { .. } => None,
    };
    if let Some(take) = studio.arrive(arrival) {
        studio.queue_mut().add(&Work::Thumbnail(Pictured::Take(take)).into())?;
    }
    let Some((media, facts)) = facts else { return Ok(()) };
    if facts.size.is_some() {
        studio.queue_mut().add(&Work::Thumbnail(Pictured::Media(media)).into())?;
    }
    if facts.rate.is_some() && facts.size.is_some_and(media_job::wants_proxy) {
        studio.queue_mut().add(&Work::Proxy(media).into())?;
    }
    if facts.sound {
        studio.queue_mut().add(&Work::Waveform(media).into())?;
    }
    Ok(())
}

/// What a job needs from the project, as it is now.
fn task_of(studio: &Studio, job: &Job) -> Result<Task, ServiceError> {
    let project = studio.project();
    let gone = |what: &str| ServiceError::Request(format!("{what} is not in the project any more"));
    let file = |media: &MediaId| project.media.files.get(media).ok_or_else(|| gone("the file"));
    Ok(match &job.work {
        Work::Generate { shot, plan, hold_at } => {
            Task::Take { shot: *shot, plan: plan.clone(), hold_at: *hold_at, job: job.id }
        }
        Work::Export { timeline, out, embed_prompts, range } => {
            let timeline = timeline_of(project, *timeline).ok_or_else(|| gone("the timeline"))?;
            let target = out.clone();
            if let Some(format) = TimelineFormat::of_path(out) {
                let handover = handover_of(project, &timeline, format, out)?;
                return Ok(Task::Handover { handover, target, embed_prompts: *embed_prompts });
            }
            let cut = cut_of(project, &timeline)?;
            let cut = match range {
                Some((first, end)) => cut.within(*first, *end)?,
                None => cut,
            };
            Task::Film { cut, target, embed_prompts: *embed_prompts, again: job.attempts > 1 }
        }
        Work::ExportTake { take, out, embed_prompts } => {
            let cut = cut_of(project, &alone(project, *take).ok_or_else(|| gone("the take"))?)?;
            Task::Film { cut, target: out.clone(), embed_prompts: *embed_prompts, again: job.attempts > 1 }
        }
        Work::Board { out } => match BoardFile::of_path(out) {
            Some(BoardFile::Animatic) => {
                let (cut, target) = (animatic_of(project)?, out.clone());
                Task::Film { cut, target, embed_prompts: false, again: job.attempts > 1 }
            }
            _ => Task::Board { sheet: board_sheet(project)?, target: out.clone() },
        },
        Work::Thumbnail(Pictured::Take(take)) => {
            let take = project.arrived.takes.get(take).ok_or_else(|| gone("the take"))?;
            Task::TakeThumbnail(take.plan.clone())
        }
        Work::Thumbnail(Pictured::Media(media)) => {
            let file = file(media)?;
            Task::MediaThumbnail(file.sha256, file.kind)
        }
        Work::Examine(media) => {
            let file = file(media)?;
            Task::Facts(*media, file.sha256, file.kind)
        }
        Work::Waveform(media) => Task::Waveform(file(media)?.sha256),
        Work::Proxy(media) => Task::Proxy(file(media)?.sha256),
    })
}

/// A thread's view of the world.
struct Worker {
    shop: Arc<Workshop>,
    model: Arc<Mutex<KeptModel>>,
    project: PathBuf,
    cancel: CancelToken,
    news: Arc<Mutex<News>>,
}

impl Worker {
    fn work(&self, task: Task) -> Result<Option<Arrival>, ServiceError> {
        let none = |()| None;
        match task {
            Task::Take { shot, plan, hold_at, job } => {
                self.take(&plan, hold_at)?;
                Ok(Some(Arrival::Take { shot, plan, made_at: unix_seconds(), job: Some(job.0) }))
            }
            Task::Film { cut, target, embed_prompts, again } => {
                self.film(&cut, &target, embed_prompts, again).map(none)
            }
            Task::Handover { handover, target, embed_prompts } => {
                self.hand_over(&handover, &target, embed_prompts).map(none)
            }
            Task::Board { sheet, target } => self.board(&sheet, &target).map(none),
            Task::TakeThumbnail(plan) => media_job::take_thumbnail(&self.project, &plan).map(none),
            Task::Facts(media, file, kind) => {
                let facts = self.look_into(&file, MediaTask::Facts(kind))?;
                Ok(facts.map(|facts| Arrival::Facts(media, facts)))
            }
            Task::MediaThumbnail(file, kind) => self.look_into(&file, MediaTask::Thumbnail(kind)).map(|_| None),
            Task::Waveform(file) => self.look_into(&file, MediaTask::Waveform).map(|_| None),
            Task::Proxy(file) => self.look_into(&file, MediaTask::Proxy).map(|_| None),
        }
    }

    fn look_into(&self, file: &Digest, task: MediaTask) -> Result<Option<MediaFacts>, ServiceError> {
        let mut progress = |progress| self.tell(|news| news.progress = Some(progress));
        match &self.shop.reader {
            Some(program) => task.elsewhere(program, &self.project, file, &self.cancel, &mut progress),
            None => task.here(&self.project, file, &self.cancel, &mut progress),
        }
    }

    fn tell(&self, change: impl FnOnce(&mut News)) {
        change(&mut self.news.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn take(&self, plan: &GenerationPlan, hold_at: Option<f64>) -> Result<(), ServiceError> {
        let mut kept = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        let model = kept.get(&self.shop, plan)?;
        let pictures = load_pictures(&self.project, plan)?;
        // What is held has to be looked at.
        let previews = self.shop.previews || hold_at.is_some();
        let request = TakeRequest { plan, pictures: &pictures, project: &self.project, previews, hold_at };
        let mut first_look = priority::FirstLook::begin(self.shop.previews);
        generate_take(model, &request, &self.cancel, &mut |event| match event {
            ClipEvent::Progress(progress) => self.tell(|news| news.progress = Some(progress)),
            ClipEvent::Preview(preview) => {
                first_look.seen();
                self.tell(|news| news.preview = Some(preview));
            }
            ClipEvent::Checkpoint(_) => {}
        })?;
        Ok(())
    }

    /// The files first, the timeline that names them last.
    fn hand_over(&self, handover: &Handover, target: &Path, embed_prompts: bool) -> Result<(), ServiceError> {
        let folder = target.with_file_name(&handover.folder);
        fs::create_dir_all(&folder).map_err(ServiceError::io("the folder for the takes can't be made", &folder))?;
        let media = MediaStore::new(Disk, &self.project.join("media"));
        for (name, file) in &handover.files {
            self.cancel.check()?;
            let path = folder.join(name);
            match file {
                // Files of an export before that show the same are kept.
                HandedFile::Take(cut) => self.film(cut, &path, embed_prompts, true)?,
                HandedFile::Media(sha256) => {
                    let copied = fs::read(media.locate(sha256)).and_then(|bytes| replace(&path, &bytes));
                    copied.map_err(ServiceError::io("an imported file can't be copied", &path))?;
                }
            }
        }
        replace(target, handover.text.as_bytes()).map_err(ServiceError::io("the timeline can't be written", target))
    }

    fn identity(&self) -> Result<Arc<SigningIdentity>, ServiceError> {
        Ok(match &self.shop.signer {
            Some(identity) => identity.clone(),
            None => Arc::new(SigningIdentity::load_or_create(&self.shop.data.join("identity"))?),
        })
    }

    fn board(&self, sheet: &BoardSheet, target: &Path) -> Result<(), ServiceError> {
        let (identity, project, store) = (self.identity()?, self.project.as_path(), &self.shop.store);
        let request = BoardRequest { sheet, project, store, target, identity: &identity };
        match BoardFile::of_path(target) {
            Some(BoardFile::Sheet) => export_sheet(&request, &self.cancel),
            _ => export_pdf(&request, &self.cancel),
        }
    }

    fn film(&self, cut: &Cut, target: &Path, embed_prompts: bool, again: bool) -> Result<(), ServiceError> {
        let identity = self.identity()?;
        let (project, store) = (self.project.as_path(), &self.shop.store);
        let gpu = &self.shop.gpu;
        let request = ExportRequest { cut, project, store, target, identity: &identity, embed_prompts, gpu };
        if again && is_exported(&request)? {
            return Ok(());
        }
        export_cut(&request, &self.cancel, &mut |progress| self.tell(|news| news.progress = Some(progress)))
    }
}

/// One model at a time.
#[derive(Default)]
struct KeptModel(Option<(ModelKey, LoadedModel)>);

type ModelKey = (Digest, Dtype, DeviceClass);

impl KeptModel {
    fn get(&mut self, shop: &Workshop, plan: &GenerationPlan) -> Result<&LoadedModel, ServiceError> {
        let wanted = (plan.model.sha256, plan.dtype, plan.device);
        if self.0.as_ref().is_none_or(|(model, _)| *model != wanted) {
            self.0 = None;
            let card = shop.store.find(&plan.model.id)?.card;
            if card.digest() != plan.model.sha256 {
                let text = format!("{} was changed since this take was planned; generate the shot again", card.name);
                return Err(ServiceError::Request(text));
            }
            let model = load_model(&shop.store, &plan.model.id, plan.dtype, plan.device)?;
            self.0 = Some((wanted, model.taking_turns(&shop.data)));
        }
        let loaded = self.0.as_ref().map(|(_, model)| model);
        loaded.ok_or_else(|| ServiceError::Request("the model could not be loaded".to_owned()))
    }
}

/// A file that is there whole or as it was before.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut name = std::ffi::OsString::from(".kinora-");
    name.push(path.file_name().unwrap_or_default());
    Disk.replace(path, &path.with_file_name(name), bytes)
}

fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
