//! A monitor: a thread that makes the frames of a timeline, a take or a file ahead of the playhead, and keeps them while there is
//! room. They come from [`FilmFrames`], as an export's do, at the size of a monitor. While the playhead moves, proxies will do; where it
//! rests, the frame is made again from the video itself.

use super::subject::Subject;
use super::textures::{Slot, Textures};
use kinora_compositor::SharedGpu;
use kinora_frame::{Frame, Size};
use kinora_job::CancelToken;
use kinora_model_store::ModelStore;
use kinora_project::Project;
use kinora_services::{FilmFrames, ShownTakes};
use kinora_studio::planner::{Cut, cut_with_slugs};
use kinora_time::{FLICKS_PER_SECOND, Flicks};
use kinora_ui::{Looking, Monitor};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Bytes of frames that one monitor keeps.
const ROOM: usize = 384 << 20;
/// Frames that are made ahead of a playhead that moved, and of one that stands: who only looks does not pay for a film.
const AHEAD: u32 = 48;
const AHEAD_STILL: u32 = 4;
/// How long a playhead stands until it rests.
const REST: Duration = Duration::from_millis(250);
/// How far from what is looked at a frame may be to be shown for it: while a film plays nobody sees that some were left out, and after
/// a jump it would be another picture.
const NEAR: Flicks = Flicks(FLICKS_PER_SECOND / 2);
/// Pixels of a monitor's longer side.
const SIDE: u32 = 960;

/// A frame that was made.
struct Made {
    frame: Frame,
    /// Whether a proxy is seen in it.
    rough: bool,
}

#[derive(Default)]
struct State {
    project: Option<Arc<Project>>,
    subject: Option<Subject>,
    /// The frame that is looked at, and where it was before: the direction.
    frame: u32,
    backwards: bool,
    /// Whether it moved since the document changed, and when it did last.
    moved: bool,
    since: Option<Instant>,
    /// Counts changes of what is looked at.
    generation: u64,
    frames: BTreeMap<u32, Made>,
    bytes: usize,
    length: u32,
    error: Option<String>,
    /// Something new since the last look.
    news: bool,
    over: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    cancel: CancelToken,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A monitor.
pub(super) struct Player {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    slot: Option<Slot>,
    /// Of what, generation, number, and whether it is rough.
    shows: Option<(Subject, u64, u32, bool)>,
    wanted: Option<u32>,
    dropped: u32,
}

impl Player {
    pub(super) fn new(folder: PathBuf, store: ModelStore, gpu: SharedGpu) -> Self {
        let shared = Arc::new(Shared::default());
        let of_thread = shared.clone();
        let thread = Some(std::thread::spawn(move || run(&of_thread, &folder, &store, &gpu)));
        Self { shared, thread, slot: None, shows: None, wanted: None, dropped: 0 }
    }

    /// The picture for a time; while it is being made, the one that was shown last of the same, and whether it is [`NEAR`].
    pub(super) fn look(&mut self, project: &Arc<Project>, looking: Looking, textures: &Textures) -> (Monitor, bool) {
        let (subject, at) = Subject::of(looking, project);
        let frames = |time| u32::try_from(project.settings.rate.nearest_frame(time)).unwrap_or(0);
        let (frame, near) = (frames(at), frames(NEAR));
        let mut state = self.shared.lock();
        let same = state.subject == Some(subject);
        let fresh = same && state.project.as_ref().is_some_and(|known| Arc::ptr_eq(known, project));
        if !fresh || state.frame != frame {
            state.backwards = same && frame < state.frame;
            // A take that arrives, or a cut that changes under a playhead that stands, is no film that is watched.
            state.moved = same && frame != state.frame;
            state.since = state.moved.then(Instant::now);
            (state.project, state.subject, state.frame) = (Some(project.clone()), Some(subject), frame);
            self.shared.changed.notify_one();
        }
        if !same {
            (state.generation, state.bytes) = (state.generation + 1, 0);
            state.frames.clear();
        }
        let exact = state.frames.contains_key(&frame);
        if self.wanted != Some(frame) {
            // A playhead that goes on by itself left a frame out if it never came.
            let missed = self.wanted.is_some_and(|before| {
                before + 1 == frame && self.shows.is_some_and(|(_, _, shown, _)| shown != before)
            });
            self.dropped += u32::from(missed);
            self.wanted = Some(frame);
        }
        let nearest = state.frames.range(frame.saturating_sub(near)..=frame).next_back();
        let nearest = nearest.map(|(number, made)| (*number, made.rough, made.frame.clone()));
        let (generation, error) = (state.generation, state.error.clone());
        drop(state);
        if let Some((number, rough, picture)) = nearest
            && self.shows != Some((subject, generation, number, rough))
        {
            textures.put(&mut self.slot, &picture);
            self.shows = Some((subject, generation, number, rough));
        }
        let of_this = self.shows.filter(|(of, ..)| *of == subject);
        let is_near = of_this.is_some_and(|(_, _, shown, _)| shown.abs_diff(frame) <= near);
        let texture = self.slot.as_ref().map(Slot::texture).filter(|_| of_this.is_some() && error.is_none());
        (Monitor { texture, exact, error }, is_near)
    }

    /// Whether something came since the last time.
    pub(super) fn has_news(&mut self) -> bool {
        std::mem::take(&mut self.shared.lock().news)
    }

    /// Whether the frame that is looked at is being made.
    pub(super) fn is_busy(&self) -> bool {
        let state = self.shared.lock();
        let is_made = state.frames.get(&state.frame).is_some_and(|made| !made.rough);
        state.error.is_none() && state.frame < state.length.max(1) && !is_made
    }

    /// The frame that is on screen, if it is the one that is looked at.
    #[cfg(test)]
    pub(super) fn shown(&self) -> Option<Frame> {
        let state = self.shared.lock();
        let made = state.frames.get(&state.frame).filter(|made| !made.rough)?;
        (self.shows == Some((state.subject?, state.generation, state.frame, false))).then(|| made.frame.clone())
    }

    /// How many frames are made.
    #[cfg(test)]
    pub(super) fn made(&self) -> usize {
        self.shared.lock().frames.len()
    }

    /// What this and its thread hold.
    #[cfg(test)]
    pub(super) fn watch(&self) -> std::sync::Weak<impl Sized + use<>> {
        Arc::downgrade(&self.shared)
    }

    pub(super) fn dropped(&self) -> u32 {
        self.dropped
    }
}

impl Drop for Player {
    /// Its thread has ended: one that still had a driver compile shaders at the end of the process would crash it.
    fn drop(&mut self) {
        self.shared.lock().over = true;
        self.shared.cancel.cancel();
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // One that failed has said so already.
            let _ended = thread.join();
        }
    }
}

/// The thread.
fn run(shared: &Shared, folder: &std::path::Path, store: &ModelStore, gpu: &SharedGpu) {
    let mut before: Option<(Subject, Cut)> = None;
    let mut shown = ShownTakes::default();
    loop {
        let (project, subject) = {
            let mut state = shared.lock();
            loop {
                if state.over {
                    return;
                }
                match (&state.project, &state.subject) {
                    (Some(project), Some(subject)) => break (project.clone(), *subject),
                    _ => state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                }
            }
        };
        let cut = cut_for(&project, subject);
        let mut state = shared.lock();
        let Ok(cut) = cut.map_err(|error| (state.error, state.news) = (Some(error), true)) else {
            // Until something changes there is nothing to show.
            while !state.over && is_now(&state, &project, subject) {
                state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            continue;
        };
        if before.as_ref() != Some(&(subject, cut.clone())) {
            state.frames.clear();
            (state.bytes, state.generation, state.error, state.length) = (0, state.generation + 1, None, cut.frames);
        }
        drop(state);
        let mut film = FilmFrames::new(&cut, folder, store, gpu).with_takes(std::mem::take(&mut shown));
        serve(shared, &project, subject, &mut film);
        shown = film.into_takes();
        before = Some((subject, cut));
    }
}

/// Makes frames until something else is looked at.
fn serve(shared: &Shared, project: &Arc<Project>, subject: Subject, film: &mut FilmFrames<'_>) {
    loop {
        let (number, rough, generation) = {
            let mut state = shared.lock();
            loop {
                if state.over || !is_now(&state, project, subject) {
                    return;
                }
                let rests_in = state.since.map(|since| REST.saturating_sub(since.elapsed())).unwrap_or_default();
                match next(&state, rests_in.is_zero()) {
                    Some((number, rough)) => break (number, rough, state.generation),
                    None if rests_in.is_zero() => {
                        state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                    }
                    None => {
                        let woken = shared.changed.wait_timeout(state, rests_in);
                        state = woken.unwrap_or_else(PoisonError::into_inner).0;
                    }
                }
            }
        };
        // A proxy that can't be read is as good as none.
        let quickly = rough.then(|| film.rough_frame(number, &shared.cancel).ok()).flatten();
        let made = match quickly {
            Some(made) => Ok(made),
            None => film.frame(number, &shared.cancel).map(|frame| (frame, false)),
        };
        let mut state = shared.lock();
        if state.generation != generation {
            continue;
        }
        match made {
            Ok((frame, rough)) => {
                state.news |= number == state.frame;
                state.error = None;
                put(&mut state, number, Made { frame, rough });
            }
            Err(error) => {
                (state.error, state.news) = (Some(kinora_ui::words::error(&error)), true);
                // It is tried again when the playhead moves or the project changes.
                let frame = state.frame;
                while !state.over && state.frame == frame && is_now(&state, project, subject) {
                    state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

fn is_now(state: &State, project: &Arc<Project>, subject: Subject) -> bool {
    state.subject == Some(subject) && state.project.as_ref().is_some_and(|now| Arc::ptr_eq(now, project))
}

/// The frame that is missing most, and whether proxies will do: the one that is looked at, then those that come.
fn next(state: &State, rests: bool) -> Option<(u32, bool)> {
    let last = state.length.checked_sub(1)?;
    let from = state.frame.min(last);
    if rests && state.frames.get(&from).is_none_or(|made| made.rough) {
        return Some((from, false));
    }
    let ahead =
        |step: u32| if state.backwards { from.checked_sub(step) } else { Some(from + step).filter(|at| *at <= last) };
    let count = if state.moved { AHEAD } else { AHEAD_STILL };
    let missing = (0..count).map_while(ahead).find(|number| !state.frames.contains_key(number));
    missing.map(|number| (number, state.moved))
}

fn put(state: &mut State, number: u32, made: Made) {
    // Frames that are held share their pixels; counted each time, the room is never too small.
    state.bytes += made.frame.rgba().len();
    if let Some(before) = state.frames.insert(number, made) {
        state.bytes -= before.frame.rgba().len();
    }
    while state.bytes > ROOM {
        let here = state.frame;
        let farthest = state.frames.keys().copied().max_by_key(|at| at.abs_diff(here));
        let Some(gone) = farthest.and_then(|number| state.frames.remove(&number)) else { break };
        state.bytes -= gone.frame.rgba().len();
    }
}

fn cut_for(project: &Project, subject: Subject) -> Result<Cut, String> {
    let timeline = subject.timeline(project);
    let mut cut = cut_with_slugs(project, &timeline.ok_or_else(String::new)?).map_err(|error| error.to_string())?;
    let longer = cut.size.width.max(cut.size.height);
    if longer > SIDE {
        let scaled = |side: u32| (u64::from(side) * u64::from(SIDE) / u64::from(longer)).max(2) as u32 & !1;
        cut.size = Size::new(scaled(cut.size.width), scaled(cut.size.height));
    }
    Ok(cut)
}
