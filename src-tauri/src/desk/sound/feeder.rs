//! The thread that mixes what is to be heard, a second ahead of the sound device. Without a device it lets time pass as one would, so
//! that meters show what would be heard.

use super::device::{Device, Open};
use super::line::Line;
use super::{Order, Place, Playing, Shared, State, lock};
use crate::desk::subject::Subject;
use kinora_media::{RateConverter, SAMPLE_RATE, Stereo};
use kinora_project::{MediaId, Project};
use kinora_services::FilmSound;
use kinora_studio::planner::{CutMedia, CutSound, heard_on};
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// Samples that are mixed at once.
const PIECE: usize = 1024;
/// Room that a piece needs, whatever rate it is converted to.
const SPACE: usize = 4 * PIECE;
/// Samples that wait before the first is heard.
const LEAD: usize = 3 * PIECE;
/// What is heard where a playhead is put: 40 ms.
const GRAIN: usize = SAMPLE_RATE as usize / 25;
/// How often the line is looked after while something is heard.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(8);
/// A device that nothing is played on for so long is let go: others may want it for themselves.
const LET_GO_AFTER: Duration = Duration::from_secs(30);

type Sounds = (Vec<CutSound>, BTreeMap<MediaId, CutMedia>);

/// What sounds.
enum Now {
    Silence,
    Run,
    Grain,
}

/// What the thread does next.
enum Turn {
    Begin(u64, Order),
    GoOn,
    End,
}

/// What the thread knows.
pub(super) struct Feeder {
    shared: Arc<Shared>,
    line: Arc<Line>,
    open: Open,
    folder: PathBuf,
    device: Option<Box<dyn Device>>,
    /// When time passed last without a device.
    passed: Instant,
    now: Now,
    /// The last order that was begun.
    order: u64,
    project: Option<Arc<Project>>,
    subject: Option<Subject>,
    sounds: Sounds,
    film: FilmSound,
    /// The sample that is mixed next.
    next: i64,
    converter: Option<RateConverter>,
    mixed: VecDeque<Stereo>,
}

impl Feeder {
    pub(super) fn new(shared: Arc<Shared>, line: Arc<Line>, open: Open, folder: PathBuf) -> Self {
        let sounds = Sounds::default();
        let film = FilmSound::new(&sounds.0, &sounds.1, &folder);
        Self {
            shared,
            line,
            open,
            folder,
            device: None,
            passed: Instant::now(),
            now: Now::Silence,
            order: 0,
            project: None,
            subject: None,
            sounds,
            film,
            next: 0,
            converter: None,
            mixed: VecDeque::new(),
        }
    }

    /// Until the program ends or another project is opened.
    pub(super) fn run(mut self) {
        loop {
            match self.wait() {
                Turn::Begin(number, order) => self.begin(number, order),
                Turn::GoOn => self.go_on(),
                Turn::End => return,
            }
        }
    }

    /// Waits for the next order, or until what is heard needs to be looked after.
    fn wait(&mut self) -> Turn {
        let shared = self.shared.clone();
        let mut state = lock(&shared);
        loop {
            if state.over {
                return Turn::End;
            }
            if state.number != self.order && !self.has_to_finish(&state) {
                return Turn::Begin(state.number, state.order.clone());
            }
            let silent = matches!(self.now, Now::Silence);
            let patience = if silent { LET_GO_AFTER } else { LOOK_AGAIN_AFTER };
            let (woken, timeout) = shared.changed.wait_timeout(state, patience).unwrap_or_else(PoisonError::into_inner);
            state = woken;
            if !silent && (state.number == self.order || self.has_to_finish(&state)) {
                return Turn::GoOn;
            }
            if silent && timeout.timed_out() {
                self.device = None;
            }
        }
    }

    /// A grain is heard to its end before the next begins: cut off, it would click.
    fn has_to_finish(&self, state: &State) -> bool {
        matches!((&self.now, &state.order), (Now::Grain, Order::Grain(_))) && self.line.ring.waiting() > 0
    }

    fn begin(&mut self, number: u64, order: Order) {
        self.order = number;
        self.line.set_open(false);
        self.now = Now::Silence;
        match order {
            Order::Silence => {
                self.line.ring.flush();
                lock(&self.shared).playing = None;
            }
            Order::Run(place) => {
                self.get_device();
                self.look_at(&place);
                self.start(place.sample);
            }
            Order::Grain(place) => {
                // A playhead that is dragged asks often: where there was no device, it is not looked for each time.
                let silent = lock(&self.shared).silent.is_some();
                if !silent {
                    self.get_device();
                }
                self.look_at(&place);
                lock(&self.shared).playing = None;
                self.grain(place.sample);
            }
        }
    }

    fn rate(&self) -> u32 {
        self.device.as_ref().map_or(SAMPLE_RATE, |device| device.rate())
    }

    /// Opens the device if it is not open. Why there is none is said once each time that it changes.
    fn get_device(&mut self) {
        if self.device.as_ref().is_some_and(|device| device.is_lost()) {
            self.device = None;
        }
        if self.device.is_some() {
            return;
        }
        let opened = (self.open)(&self.line);
        let mut state = lock(&self.shared);
        match opened {
            Ok(device) => (self.device, state.silent) = (Some(device), None),
            Err(reason) => {
                if state.silent.as_ref() != Some(&reason) {
                    eprintln!("kinora: no sound device, films play silently: {reason}");
                }
                state.silent = Some(reason);
                self.passed = Instant::now();
            }
        }
    }

    /// Gets the mix ready, if it is another one than before; whether it is.
    fn look_at(&mut self, place: &Place) -> bool {
        self.project = Some(place.project.clone());
        self.subject = Some(place.subject);
        let timeline = place.subject.timeline(&place.project);
        let sounds = timeline.map(|timeline| heard_on(&place.project, &timeline)).unwrap_or_default();
        if sounds == self.sounds {
            return false;
        }
        self.film = FilmSound::new(&sounds.0, &sounds.1, &self.folder);
        self.sounds = sounds;
        true
    }

    /// Plays from a sample on.
    fn start(&mut self, sample: i64) {
        let first = self.flush();
        self.next = sample;
        while self.line.ring.waiting() < LEAD && self.line.ring.room() > SPACE {
            self.mix();
        }
        self.now = Now::Run;
        self.passed = Instant::now();
        let rate = self.rate();
        lock(&self.shared).playing = Some(Playing { order: self.order, first, sample, rate });
        self.line.set_open(true);
    }

    /// Plays a moment, that comes and goes softly.
    fn grain(&mut self, sample: i64) {
        self.flush();
        let mut samples = vec![[0.0; 2]; GRAIN];
        self.read(sample, &mut samples);
        for (at, sample) in samples.iter_mut().enumerate() {
            #[allow(clippy::cast_precision_loss)]
            let part = (at as f32 + 0.5) / GRAIN as f32;
            let window = (std::f32::consts::PI * part).sin().powi(2);
            *sample = sample.map(|channel| channel * window);
        }
        self.send(&samples);
        self.now = Now::Grain;
        self.passed = Instant::now();
        self.line.set_open(true);
    }

    /// The number of the sample that is written next; what waits is forgotten.
    fn flush(&mut self) -> u64 {
        self.mixed.clear();
        let rate = self.rate();
        // Without a converter sound has another pitch, but there is some.
        self.converter = if rate == SAMPLE_RATE { None } else { RateConverter::to(rate).ok() };
        let first = self.line.ring.flush();
        if self.device.is_none() {
            self.line.fill(&mut [], Instant::now(), Duration::ZERO);
        }
        first
    }

    fn go_on(&mut self) {
        if self.device.as_ref().is_some_and(|device| device.is_lost()) {
            self.device = None;
            lock(&self.shared).silent = Some("it was lost".to_owned());
            self.passed = Instant::now();
        }
        if self.device.is_none() {
            self.pass();
        }
        match self.now {
            Now::Run => {
                self.follow();
                self.feed();
            }
            Now::Grain if self.line.ring.waiting() == 0 => self.now = Now::Silence,
            _ => {}
        }
    }

    /// If the film was changed, it goes on with the new mix from where it is.
    fn follow(&mut self) {
        let (place, here) = {
            let state = lock(&self.shared);
            let (Some(project), Some(subject)) = (&state.project, self.subject) else { return };
            if self.project.as_ref().is_some_and(|known| Arc::ptr_eq(known, project)) {
                return;
            }
            let here = state.playing.as_ref().map(|playing| playing.sample_now(&self.line, Instant::now()));
            (Place { project: project.clone(), subject, sample: 0 }, here)
        };
        if self.look_at(&place)
            && let Some(Some(sample)) = here
        {
            self.line.set_open(false);
            self.start(sample);
        }
    }

    /// Mixes on, up to a second ahead, until something else is wanted.
    fn feed(&mut self) {
        let ahead = usize::try_from(self.rate()).unwrap_or(usize::MAX);
        while self.line.ring.waiting() < ahead && self.line.ring.room() > SPACE {
            self.mix();
            if lock(&self.shared).number != self.order {
                return;
            }
            if self.device.is_none() {
                self.pass();
            }
        }
    }

    fn mix(&mut self) {
        let mut samples = [[0.0; 2]; PIECE];
        self.read(self.next, &mut samples);
        self.next += PIECE as i64;
        self.send(&samples);
    }

    /// A sound that can't be read is silent, and the rest of the film with it, until something changes.
    fn read(&mut self, from: i64, samples: &mut [Stereo]) {
        if let Err(error) = self.film.read(from, samples) {
            eprintln!("kinora: {error}");
            samples.fill([0.0; 2]);
            self.film = FilmSound::new(&[], &BTreeMap::new(), &self.folder);
        }
    }

    fn send(&mut self, samples: &[Stereo]) {
        match &mut self.converter {
            None => self.mixed.extend(samples),
            Some(converter) => {
                // Nothing but memory can be missing; then it is silent.
                let _converted = converter.run(samples, &mut self.mixed);
            }
        }
        self.line.ring.write(self.mixed.drain(..));
    }

    /// Without a device: what it would have taken in the time that went by.
    fn pass(&mut self) {
        let now = Instant::now();
        let due = now.saturating_duration_since(self.passed).as_secs_f64() * f64::from(SAMPLE_RATE);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let due = due.min(f64::from(SAMPLE_RATE)) as usize;
        if due > 0 {
            self.passed = now;
            self.line.fill(&mut vec![[0.0; 2]; due], now, Duration::ZERO);
        }
    }
}
