//! What editors see of files and takes before they play them: facts, small pictures, the shape of sound, proxies. All of it lies in the
//! project's folder under the hash of what it shows, and can be thrown away: it is made again when it is asked for.
//!
//! | | |
//! |---|---|
//! | `thumbnails/<hash>.png` | a picture of a take or file |
//! | `waveforms/<hash>.dat` | the shape of a file's sound |
//! | `proxies/<hash>.mp4` | a video that is lighter to play |

use crate::ServiceError;
use crate::take::take_path;
use kinora_frame::{Frame, Size};
use kinora_job::{CancelToken, Phase, Progress};
use kinora_media::{self as media, MediaError, PROXY_LINES, VideoSource, Waveform};
use kinora_plan::{Digest, GenerationPlan};
use kinora_project::{MediaFacts, MediaKind};
use kinora_project_file::{Disk, Files, MediaStore};
use kinora_time::{FLICKS_PER_SECOND, Flicks};
use std::fs;
use std::path::{Path, PathBuf};

/// Pixels of a thumbnail's longer side at most.
const THUMBNAIL_SIDE: u32 = 320;

/// Where the small picture of a take or file lies, by the plan's id or the file's hash.
#[must_use]
pub fn thumbnail_path(project: &Path, id: &Digest) -> PathBuf {
    project.join("thumbnails").join(format!("{id}.png"))
}

/// Where the shape of a file's sound lies.
#[must_use]
pub fn waveform_path(project: &Path, file: &Digest) -> PathBuf {
    project.join("waveforms").join(format!("{file}.dat"))
}

/// Where a video's proxy lies.
#[must_use]
pub fn proxy_path(project: &Path, file: &Digest) -> PathBuf {
    project.join("proxies").join(format!("{file}.mp4"))
}

/// Whether a video is so large that a proxy helps.
pub(crate) fn wants_proxy((width, height): (u32, u32)) -> bool {
    width.min(height) > PROXY_LINES
}

pub(crate) fn take_thumbnail(project: &Path, plan: &GenerationPlan) -> Result<(), ServiceError> {
    let target = thumbnail_path(project, &plan.id()?);
    save_thumbnail(&target, || Ok(middle_of(&take_path(project, plan)?)?))
}

pub(crate) fn media_thumbnail(project: &Path, file: &Digest, kind: MediaKind) -> Result<(), ServiceError> {
    let source = stored(project, file);
    save_thumbnail(&thumbnail_path(project, file), || match kind {
        MediaKind::Still => Ok(media::open_picture(&source)?),
        MediaKind::Video => Ok(middle_of(&source)?),
        MediaKind::Audio => Err(ServiceError::Request("sound has no picture".to_owned())),
    })
}

/// What a file holds.
pub(crate) fn facts(project: &Path, file: &Digest, kind: MediaKind) -> Result<MediaFacts, ServiceError> {
    let source = stored(project, file);
    Ok(match kind {
        MediaKind::Still => {
            let size = media::open_picture(&source)?.size();
            MediaFacts { duration: Flicks(0), rate: None, size: Some((size.width, size.height)), sound: false }
        }
        MediaKind::Video => {
            let mut video = VideoSource::open(&source)?;
            let info = video.info().clone();
            whole(&mut video, &source)?;
            let shown = info.shown_size();
            let size = Some((shown.width, shown.height));
            MediaFacts { duration: info.duration, rate: Some(info.rate), size, sound: info.sound }
        }
        MediaKind::Audio => {
            MediaFacts { duration: media::sound_duration(&source)?, rate: None, size: None, sound: true }
        }
    })
}

/// Refuses a video whose pictures end well before it says: it was cut short while it was copied.
fn whole(video: &mut VideoSource, path: &Path) -> Result<(), ServiceError> {
    let (promised, frame) = (video.info().duration, video.info().rate.frame_duration());
    let end = Flicks(video.last_picture()?.0 + frame.0);
    // Containers round, and the last picture may be long.
    let missing = promised.0 - end.0;
    if missing <= (promised.0 / 20).max(2 * FLICKS_PER_SECOND) {
        return Ok(());
    }
    let (end, promised) = (end.as_seconds(), promised.as_seconds());
    let reason = format!("its pictures end after {end:.1} of {promised:.1} seconds");
    Err(MediaError::DamagedVideo { reason, path: path.to_owned() }.into())
}

pub(crate) fn waveform(project: &Path, file: &Digest, cancel: &CancelToken) -> Result<(), ServiceError> {
    let target = waveform_path(project, file);
    if target.exists() {
        return Ok(());
    }
    let shape = Waveform::of_file(&stored(project, file), cancel)?;
    let partial = in_folder(&target)?;
    let written = Disk.replace(&target, &partial, &shape.to_bytes());
    written.map_err(ServiceError::io("the shape of the sound can't be written", &target))
}

pub(crate) fn proxy(
    project: &Path,
    file: &Digest,
    cancel: &CancelToken,
    on_progress: &mut dyn FnMut(Progress),
) -> Result<(), ServiceError> {
    let target = proxy_path(project, file);
    if target.exists() {
        return Ok(());
    }
    let partial = in_folder(&target)?;
    media::save_proxy(&stored(project, file), &partial, cancel, &mut |step, total| {
        on_progress(Progress { phase: Phase::EncodeVideo, step, total });
    })?;
    fs::rename(&partial, &target).map_err(ServiceError::io("the proxy can't be moved to its place", &target))
}

pub(crate) fn stored(project: &Path, file: &Digest) -> PathBuf {
    MediaStore::new(Disk, &project.join("media")).locate(file)
}

/// Makes the target's folder. Returns the name of the target while it is written.
fn in_folder(target: &Path) -> Result<PathBuf, ServiceError> {
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).map_err(ServiceError::io("the project's folder can't be written", folder))?;
    }
    Ok(target.with_extension("partial"))
}

fn save_thumbnail(target: &Path, picture: impl FnOnce() -> Result<Frame, ServiceError>) -> Result<(), ServiceError> {
    if target.exists() {
        return Ok(());
    }
    let picture = picture()?;
    in_folder(target)?;
    Ok(media::save_png(target, &media::resize(&picture, thumbnail_size(picture.size())))?)
}

fn thumbnail_size(size: Size) -> Size {
    let long = size.width.max(size.height).max(1);
    let side = |pixels: u32| (pixels * THUMBNAIL_SIDE.min(long) / long).max(1);
    Size::new(side(size.width), side(size.height))
}

/// The picture in the middle of a video: the first one often shows nothing yet.
fn middle_of(video: &Path) -> Result<Frame, MediaError> {
    let mut source = VideoSource::open(video)?;
    let middle = Flicks(source.info().duration.0 / 2);
    source.frame_at(middle).map(|(_, frame)| frame)
}
