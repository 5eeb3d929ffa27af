//! Takes: a plan's frames as the project keeps them, lossless, unmarked, at the model's own size. They leave a project only through an
//! export, which marks and signs.
//!
//! A generation keeps what it needs to go on beside them, every few seconds and when it is stopped.

use crate::{ClipEvent, LoadedModel, Pictures, ServiceError, generate_frames};
use kinora_diffusion::EngineError;
use kinora_diffusion::pipeline::{Checkpoint, Options};
use kinora_frame::Frame;
use kinora_job::{CancelToken, Phase, Progress};
use kinora_media as media;
use kinora_plan::GenerationPlan;
use kinora_project_file::{Disk, Files, MediaStore};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How much work a killed process may lose.
const KEEP_EVERY: Duration = Duration::from_secs(5);

/// Where a plan's frames lie in a project's folder: the same plan gives the same frames, so its id is their name.
///
/// # Errors
/// If the plan has no id, because a number in it is none.
pub fn take_path(project: &Path, plan: &GenerationPlan) -> Result<PathBuf, ServiceError> {
    Ok(project.join("takes").join(format!("{}.mkv", plan.id()?)))
}

/// A take to make.
#[derive(Debug, Clone, Copy)]
pub struct TakeRequest<'a> {
    /// From what.
    pub plan: &'a GenerationPlan,
    /// The pictures that the plan names.
    pub pictures: &'a Pictures,
    /// The project's folder.
    pub project: &'a Path,
    /// Whether the caller wants previews.
    pub previews: bool,
    /// The part of the steps, 0 to 1, after which it is held.
    pub hold_at: Option<f64>,
}

/// Makes a take and puts its frames into the project's folder; frames that are there already are not made again. A take that was begun
/// goes on where it was, to the same bits. Nothing half made is left but that; beside one that is held, what it will be
/// ([`forming_path`]).
///
/// # Errors
/// See [`ServiceError`]; [`ServiceError::Held`] once `hold_at` is reached.
pub fn generate_take(
    model: &LoadedModel,
    request: &TakeRequest<'_>,
    cancel: &CancelToken,
    on_event: &mut dyn FnMut(ClipEvent),
) -> Result<PathBuf, ServiceError> {
    let TakeRequest { plan, pictures, project, previews, hold_at } = *request;
    let path = take_path(project, plan)?;
    if path.exists() {
        return Ok(path);
    }
    let folder = project.join("takes");
    fs::create_dir_all(&folder).map_err(ServiceError::io("the folder of takes can't be made", &folder))?;
    let mut kept = Kept::new(path.with_extension("latents"));
    let mut resume = kept.read(model).or_else(|| of_trunk(model, plan, project));
    let (mut held, mut forming) = (false, None);
    let frames = loop {
        let resumed = resume.is_some();
        let options = Options { previews, checkpoints: true, resume: resume.take() };
        let made = generate_frames(model, plan, pictures, options, cancel, &mut |event| match event {
            ClipEvent::Checkpoint(checkpoint) => kept.step(checkpoint),
            other => {
                match &other {
                    ClipEvent::Progress(at) if at.phase == Phase::Denoise && is_reached(*at, hold_at) => {
                        held = true;
                        cancel.cancel();
                    }
                    ClipEvent::Preview(preview) if hold_at.is_some() => forming = Some(preview.frames.clone()),
                    _ => {}
                }
                on_event(other);
            }
        });
        match made {
            // What was kept is of no use: once more from the beginning.
            Err(ServiceError::Engine(EngineError::Checkpoint { .. })) if resumed => kept.remove(),
            Err(ServiceError::Cancelled) => {
                kept.write();
                if let (true, Some(frames)) = (held, &forming) {
                    save(&forming_path(&path), frames, plan)?;
                }
                return Err(if held { ServiceError::Held } else { ServiceError::Cancelled });
            }
            made => break made?,
        }
    };
    save(&path, &frames, plan)?;
    if let Ok(folder) = fs::File::open(&folder) {
        // A file system that can't sync a folder keeps the name by itself.
        let _ = folder.sync_all();
    }
    forget_begun(project, plan);
    Ok(path)
}

/// What was kept of the take that this one branches off from, if that came no further than the branch.
fn of_trunk(model: &LoadedModel, plan: &GenerationPlan, project: &Path) -> Option<Checkpoint> {
    let (opening, trunk) = (plan.opening.as_ref()?, plan.trunk()?);
    let path = take_path(project, &trunk).ok()?.with_extension("latents");
    let checkpoint = Kept::new(path).read(model)?;
    (checkpoint.window == 0 && checkpoint.step <= opening.steps as usize).then_some(checkpoint)
}

/// Where the clip lies that a take which is held will be, as far as it can be told.
#[must_use]
pub fn forming_path(take: &Path) -> PathBuf {
    take.with_extension("forming.mkv")
}

/// Whether a generation came to where it is held; one that is over is not.
fn is_reached(at: Progress, hold_at: Option<f64>) -> bool {
    hold_at.is_some_and(|part| f64::from(at.step) >= part * f64::from(at.total) && (1..at.total).contains(&at.step))
}

/// Frames in a file that appears whole or not at all.
fn save(path: &Path, frames: &[Frame], plan: &GenerationPlan) -> Result<(), ServiceError> {
    let partial = path.with_extension("partial.mkv");
    media::save_lossless(&partial, frames, plan.rate)?;
    fs::rename(&partial, path).map_err(ServiceError::io("the take can't be moved to its place", path))
}

/// The checkpoint of a take on disk. Whatever is wrong with it only costs time, so no failure stops a generation.
struct Kept {
    path: PathBuf,
    newest: Option<Checkpoint>,
    written: Instant,
}

impl Kept {
    fn new(path: PathBuf) -> Self {
        Self { path, newest: None, written: Instant::now() }
    }

    fn read(&self, model: &LoadedModel) -> Option<Checkpoint> {
        let bytes = fs::read(&self.path).ok()?;
        model.engine.checkpoint(&bytes).ok()
    }

    fn step(&mut self, checkpoint: Checkpoint) {
        self.newest = Some(checkpoint);
        if self.written.elapsed() >= KEEP_EVERY {
            self.write();
        }
    }

    fn write(&mut self) {
        self.written = Instant::now();
        let Some(checkpoint) = self.newest.take() else { return };
        let partial = self.path.with_extension("partial.latents");
        let bytes = checkpoint.to_bytes().map_err(io::Error::other);
        if bytes.and_then(|bytes| Disk.replace(&self.path, &partial, &bytes)).is_err() {
            // A full disk must not be left fuller.
            let _ = fs::remove_file(&partial);
        }
    }

    fn remove(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// A take's frames.
///
/// # Errors
/// If they are missing or damaged.
pub fn take_frames(project: &Path, plan: &GenerationPlan) -> Result<Vec<Frame>, ServiceError> {
    Ok(media::read_frames(take_path(project, plan)?, None)?)
}

/// The pictures that a plan names, from the project's store and its takes.
pub(crate) fn load_pictures(project: &Path, plan: &GenerationPlan) -> Result<Pictures, ServiceError> {
    let mut pictures = Pictures::none();
    let media = MediaStore::new(Disk, &project.join("media"));
    for known in &plan.known {
        if pictures.has(&known.picture) {
            continue;
        }
        let take = project.join("takes").join(format!("{}.mkv", known.picture));
        if take.exists() {
            pictures.add_take(known.picture, &take)?;
        } else {
            pictures.add_file(&media.locate(&known.picture))?;
        }
    }
    Ok(pictures)
}

/// Forgets what was kept of a take that was begun and is not wanted any more.
pub(crate) fn forget_begun(project: &Path, plan: &GenerationPlan) {
    if let Ok(path) = take_path(project, plan) {
        let _ = fs::remove_file(forming_path(&path));
        Kept::new(path.with_extension("latents")).remove();
    }
}

/// Forgets what was kept of all takes but these: of jobs that were cancelled while nobody looked after them.
pub(crate) fn forget_all_begun_but(project: &Path, wanted: &[Arc<GenerationPlan>]) {
    let wanted: Vec<String> = wanted.iter().filter_map(|plan| plan.id().ok()).map(|id| id.to_string()).collect();
    let Ok(files) = fs::read_dir(project.join("takes")) else { return };
    for file in files.flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let begun = name.strip_suffix(".latents").or_else(|| name.strip_suffix(".forming.mkv"));
        if begun.is_some_and(|id| !wanted.iter().any(|wanted| wanted == id)) {
            let _ = fs::remove_file(file.path());
        }
    }
}
