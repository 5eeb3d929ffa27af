//! What jobs are and where they stand, in words.

use crate::desk::JobProgress;
use crate::panels::time_left::range;
use crate::tr;
use crate::view::View;
use kinora_job::Phase;
use kinora_project::{MediaId, ShotId};
use kinora_studio::queue::{Job, JobId, Pictured, State, TimeLeft, Work};
use std::path::Path;
use std::time::Duration;

/// Whether a job looks after files by itself, and is summed up with its like.
pub(super) fn is_upkeep(work: &Work) -> bool {
    matches!(work, Work::Examine(_) | Work::Thumbnail(_) | Work::Waveform(_) | Work::Proxy(_))
}

/// What a job makes.
pub(super) fn title(view: &View<'_>, job: &Job) -> String {
    match &job.work {
        Work::Generate { shot, .. } => {
            let number = view.session.derived.number(*shot);
            let number = if number.is_empty() { tr!("queue-shot-gone") } else { number.to_owned() };
            if job.work.is_still() {
                return tr!("queue-picture", number = number);
            }
            match take_number(view, *shot, job) {
                Some(take) => tr!("queue-take", number = number, take = take),
                None => tr!("queue-shot", number = number),
            }
        }
        Work::Export { out, .. } | Work::ExportTake { out, .. } | Work::Board { out } => {
            tr!("queue-export", file = file_name(out))
        }
        Work::Examine(media) => tr!("queue-examine", file = media_name(view, *media)),
        Work::Thumbnail(Pictured::Media(media)) => tr!("queue-thumbnail", file = media_name(view, *media)),
        Work::Thumbnail(Pictured::Take(_)) => tr!("queue-thumbnail-take"),
        Work::Waveform(media) => tr!("queue-waveform", file = media_name(view, *media)),
        Work::Proxy(media) => tr!("queue-proxy", file = media_name(view, *media)),
    }
}

/// Which take of its shot a job makes or made: those that are there come first, then those in the queue.
fn take_number(view: &View<'_>, shot: ShotId, job: &Job) -> Option<usize> {
    let takes = view.session.derived.takes_of(shot);
    let made = |take: &kinora_project::TakeId| {
        view.project().arrived.takes.get(take).is_some_and(|take| take.job == Some(job.id.0))
    };
    if let Some(place) = takes.iter().position(made) {
        return Some(place + 1);
    }
    if matches!(job.state, State::Done | State::Cancelled) {
        return None;
    }
    let coming = |other: &&Job| {
        matches!(&other.work, Work::Generate { shot: of, .. } if *of == shot && !other.work.is_still())
            && matches!(other.state, State::Waiting | State::Running | State::Paused | State::Failed)
    };
    let place = view.session.derived.jobs().iter().filter(coming).position(|other| other.id == job.id)?;
    Some(takes.len() + place + 1)
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn media_name(view: &View<'_>, media: MediaId) -> String {
    view.project().media.files.get(&media).map_or_else(|| tr!("queue-file-gone"), |file| file.name.clone())
}

/// What is being done: phase, step, time left.
pub(super) fn running(progress: Option<JobProgress>) -> String {
    let Some(JobProgress { progress, left }) = progress else { return tr!("queue-begins") };
    let phase = phase(progress.phase);
    let phase = match progress.total {
        0 | 1 => phase,
        total => tr!("queue-step", phase = phase, step = progress.step, total = total),
    };
    match left {
        Some(left) => tr!("queue-left", phase = phase, time = range(left)),
        None => phase,
    }
}

fn phase(phase: Phase) -> String {
    match phase {
        Phase::Wait => tr!("queue-phase-wait"),
        Phase::Load => tr!("queue-phase-load"),
        Phase::EncodePrompt => tr!("queue-phase-prompt"),
        Phase::Prepare => tr!("queue-phase-prepare"),
        Phase::Denoise => tr!("queue-phase-denoise"),
        Phase::Decode => tr!("queue-phase-decode"),
        Phase::Upscale => tr!("queue-phase-upscale"),
        Phase::EncodeVideo => tr!("queue-phase-encode"),
        Phase::Sign => tr!("queue-phase-sign"),
        _ => tr!("queue-phase-other"),
    }
}

/// How far a running job is, 0 to 1, by its longest phase.
pub(super) fn part(progress: Option<JobProgress>) -> f32 {
    progress.map_or(0.0, |job| job.progress.step as f32 / job.progress.total.max(1) as f32)
}

/// How long a job will take, as far as jobs of its kind tell.
pub(super) fn expected(view: &View<'_>, job: &Job) -> Option<TimeLeft> {
    view.studio.queue().estimate(&job.work).ok()?.left(0.0, Duration::ZERO)
}

/// Why a waiting job doesn't run yet.
pub(super) fn waiting(job: &Job, place: usize, expected: Option<TimeLeft>) -> String {
    let place = match (place, job.not_before) {
        (_, Some(_)) => tr!("queue-later"),
        (0, None) => tr!("queue-next"),
        (place, None) => tr!("queue-place", place = place + 1),
    };
    expected.map_or_else(|| place.clone(), |time| tr!("queue-expected", place = place.clone(), time = range(time)))
}

/// The ids that priorities go above: a job that goes first has more than all others.
pub(super) fn first_priority(jobs: &[Job], id: JobId) -> i32 {
    let waiting = jobs.iter().filter(|job| job.state == State::Waiting && job.id != id);
    waiting.map(|job| job.priority).max().unwrap_or(0).max(0).saturating_add(1)
}
