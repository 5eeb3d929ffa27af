//! What is heard: the mix of a film at its playhead, as its export holds it, on this machine's sound device. The device's clock leads
//! the picture; without one it is the window's.
//!
//!     playheads ─► Sound ─► order ─► Feeder: mixes ahead ─► Ring ─► Line ─► the device's own thread, which only copies
//!
//! Deliberately not here: how sounds are mixed (`kinora-media`), sound at other speeds than a film's own.

mod device;
mod feeder;
mod line;
mod meter;
mod ring;
#[cfg(test)]
mod tests;

use super::subject::Subject;
use device::Open;
use feeder::Feeder;
use kinora_media::{SAMPLE_RATE, Stereo, sample_at};
use kinora_project::Project;
use kinora_time::{FLICKS_PER_SECOND, Flicks};
use kinora_ui::Hearing;
use line::Line;
use meter::Meter;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Samples that a line has room for.
const ROOM: usize = 1 << 16;
/// How long the picture waits for the sound to begin.
const PATIENCE: Duration = Duration::from_millis(500);

/// A place in a film.
#[derive(Clone)]
struct Place {
    project: Arc<Project>,
    subject: Subject,
    sample: i64,
}

/// What is to be heard.
#[derive(Clone, Default)]
enum Order {
    #[default]
    Silence,
    /// On from a place.
    Run(Place),
    /// A moment at a place.
    Grain(Place),
}

/// What is heard: from which sample of the line on, which sample of the film that is.
#[derive(Clone, Copy)]
struct Playing {
    order: u64,
    first: u64,
    sample: i64,
    rate: u32,
}

impl Playing {
    /// The sample of the film that is heard at a time.
    fn sample_now(&self, line: &Line, now: Instant) -> Option<i64> {
        #[allow(clippy::cast_precision_loss)]
        let since = (line.heard(now, self.rate)? - self.first as f64).max(0.0);
        #[allow(clippy::cast_possible_truncation)]
        let samples = (since * f64::from(SAMPLE_RATE) / f64::from(self.rate.max(1))) as i64;
        Some(self.sample + samples)
    }
}

/// What both sides know.
#[derive(Default)]
struct State {
    order: Order,
    /// Counts orders.
    number: u64,
    /// The document as it is now.
    project: Option<Arc<Project>>,
    playing: Option<Playing>,
    /// Why there is no device.
    silent: Option<String>,
    over: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

fn lock(shared: &Shared) -> MutexGuard<'_, State> {
    shared.state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What was last heard of a playhead.
#[derive(Clone, Copy, PartialEq)]
struct Told {
    subject: Subject,
    at: Flicks,
    speed: f64,
    moves: u64,
}

/// A film that runs and is heard.
struct Run {
    slot: usize,
    order: u64,
    begun: Instant,
    /// As far as it was heard: the picture never goes back.
    reached: Flicks,
}

/// The sound of one project.
pub(super) struct Sound {
    shared: Arc<Shared>,
    line: Arc<Line>,
    told: Vec<Option<Told>>,
    run: Option<Run>,
    meter: Meter,
}

impl Sound {
    /// On this machine's device, which is opened when something is heard first.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self::on(Box::new(device::open), folder)
    }

    fn on(open: Open, folder: PathBuf) -> Self {
        let (shared, line) = (Arc::new(Shared::default()), Arc::new(Line::new(ROOM)));
        let feeder = (shared.clone(), line.clone());
        std::thread::spawn(move || Feeder::new(feeder.0, feeder.1, open, folder).run());
        Self { shared, line, told: Vec::new(), run: None, meter: Meter::new(Instant::now()) }
    }

    /// Takes in how a playhead moves. Where in its film the sound is, if that leads.
    pub(super) fn hear(
        &mut self,
        project: &Arc<Project>,
        slot: usize,
        hearing: Hearing,
        now: Instant,
    ) -> Option<Flicks> {
        let (subject, at) = Subject::of(hearing.looking, project);
        let told = Told { subject, at, speed: hearing.speed, moves: hearing.moves };
        if self.told.len() <= slot {
            self.told.resize(slot + 1, None);
        }
        let before = self.told[slot].replace(told);
        let place = || Place { project: project.clone(), subject, sample: sample_at(at) };
        let here = self.run.as_ref().is_some_and(|run| run.slot == slot);
        let moved = before.is_none_or(|before| (before.moves, before.subject) != (told.moves, subject));
        #[allow(clippy::float_cmp)]
        let runs = told.speed == 1.0;
        if runs && moved {
            let order = self.order(Order::Run(place()), now);
            self.run = Some(Run { slot, order, begun: now, reached: at });
        } else if here && !runs {
            self.run = None;
            self.order(Order::Silence, now);
        } else if self.run.is_none() && before.is_some_and(|before| is_put(before, told)) {
            self.order(Order::Grain(place()), now);
        }
        self.place_of(slot, project, now)
    }

    /// Where the sound of a film that runs is.
    fn place_of(&mut self, slot: usize, project: &Arc<Project>, now: Instant) -> Option<Flicks> {
        let run = self.run.as_mut().filter(|run| run.slot == slot)?;
        let mut state = lock(&self.shared);
        state.project = Some(project.clone());
        if state.silent.is_some() {
            return None;
        }
        let playing = state.playing.filter(|playing| playing.order == run.order);
        match playing.and_then(|playing| playing.sample_now(&self.line, now)) {
            Some(sample) => run.reached = run.reached.max(time_of(sample)),
            None if now.saturating_duration_since(run.begun) > PATIENCE => return None,
            None => {}
        }
        Some(run.reached)
    }

    fn order(&mut self, order: Order, now: Instant) -> u64 {
        // What waits is not heard any more from this moment on.
        if !matches!(order, Order::Grain(_)) {
            self.line.set_open(false);
        }
        self.listen(now);
        let mut state = lock(&self.shared);
        (state.order, state.number) = (order, state.number + 1);
        self.shared.changed.notify_one();
        state.number
    }

    /// Looks at the meter; whether it shows something.
    pub(super) fn listen(&mut self, now: Instant) -> bool {
        let before = self.levels();
        self.meter.update(self.line.take_peaks(), now);
        before != self.levels()
    }

    /// Levels of what is heard.
    pub(super) fn levels(&self) -> Stereo {
        self.meter.levels()
    }
}

impl Drop for Sound {
    fn drop(&mut self) {
        self.line.set_open(false);
        lock(&self.shared).over = true;
        self.shared.changed.notify_one();
    }
}

/// Whether a playhead that stands was put somewhere else.
fn is_put(before: Told, told: Told) -> bool {
    let stands = before.speed == 0.0 && told.speed == 0.0;
    stands && before.subject == told.subject && before.moves != told.moves && before.at != told.at
}

fn time_of(sample: i64) -> Flicks {
    Flicks(sample * (FLICKS_PER_SECOND / i64::from(SAMPLE_RATE)))
}
