//! Takes: a plan's frames as the project keeps them, lossless, unmarked, at the model's own size. They leave a project only through an
//! export, which marks and signs.

use crate::{ClipEvent, LoadedModel, Pictures, ServiceError, generate_frames};
use kinora_frame::Frame;
use kinora_job::CancelToken;
use kinora_media as media;
use kinora_plan::GenerationPlan;
use std::fs;
use std::path::{Path, PathBuf};

/// Where a plan's frames lie in a project's folder: the same plan gives the same frames, so its id is their name.
///
/// # Errors
/// If the plan has no id, because a number in it is none.
pub fn take_path(project: &Path, plan: &GenerationPlan) -> Result<PathBuf, ServiceError> {
    Ok(project.join("takes").join(format!("{}.mkv", plan.id()?)))
}

/// Makes a take and puts its frames into the project's folder; frames that are there already are not made again. Nothing half made
/// is left.
///
/// # Errors
/// See [`ServiceError`].
pub fn generate_take(
    model: &LoadedModel,
    plan: &GenerationPlan,
    pictures: &Pictures,
    project: &Path,
    cancel: &CancelToken,
    on_event: &mut dyn FnMut(ClipEvent),
) -> Result<PathBuf, ServiceError> {
    let path = take_path(project, plan)?;
    if path.exists() {
        return Ok(path);
    }
    let folder = project.join("takes");
    fs::create_dir_all(&folder).map_err(ServiceError::io("the folder of takes can't be made", &folder))?;
    let frames = generate_frames(model, plan, pictures, false, cancel, on_event)?;
    let partial = path.with_extension("partial.mkv");
    media::save_lossless(&partial, &frames, plan.rate)?;
    fs::rename(&partial, &path).map_err(ServiceError::io("the take can't be moved to its place", &path))?;
    if let Ok(folder) = fs::File::open(&folder) {
        // A file system that can't sync a folder keeps the name by itself.
        let _ = folder.sync_all();
    }
    Ok(path)
}

/// A take's frames.
///
/// # Errors
/// If they are missing or damaged.
pub fn take_frames(project: &Path, plan: &GenerationPlan) -> Result<Vec<Frame>, ServiceError> {
    Ok(media::read_frames(take_path(project, plan)?, None)?)
}
