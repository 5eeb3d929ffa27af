//! What the panels ask for: pictures on the graphics device, previews, monitors, what files claim. Files are read in threads; what is
//! not there yet is asked for again in a later frame.

mod answers;
#[cfg(test)]
mod exact;
mod player;
mod previews;
mod reading;
mod shelf;
mod sound;
mod subject;
mod textures;

pub use textures::{Changed, Textures, Uploads};

use answers::Answers;
use egui::Vec2;
use kinora_compositor::{Gpu, SharedGpu};
use kinora_frame::Frame;
use kinora_model_store::ModelStore;
use kinora_plan::GenerationPlan;
use kinora_project::timeline::TrackKind;
use kinora_project::{MediaId, Project, Seen, TakeId, TimelineId, seen, timeline_of};
use kinora_project_file::{Disk, MediaStore};
use kinora_services::{JobEvent, forming_path, take_path, thumbnail_path, waveform_path};
use kinora_studio::Studio;
use kinora_studio::queue::{Estimate, JobId, Pictured, Work};
use kinora_time::Flicks;
use kinora_ui::{Claims, Desk, Found, Hearing, JobProgress, Looking, Monitor, PromptReading, Texture, Waveform};
use player::Player;
use previews::Previews;
use reading::Reading;
use shelf::Shelf;
use sound::Sound;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use textures::Slot;

/// Bytes of small pictures and of takes' frames that are kept in memory.
const SMALL_PICTURES: usize = 64 << 20;
const TAKES: usize = 192 << 20;
const WAVEFORMS: usize = 16 << 20;
/// Textures of small pictures that are kept on the graphics device.
const KEPT_TEXTURES: usize = 400;

/// Which picture a texture holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    File(PathBuf),
    TakeFrame(TakeId, usize),
    FormingFrame(JobId, usize),
}

/// A job that runs.
struct Running {
    progress: JobProgress,
    begun: Instant,
    estimate: Option<Estimate>,
}

/// The desk of this machine.
pub struct ShellDesk {
    textures: Option<Textures>,
    gpu: SharedGpu,
    store: ModelStore,
    folder: Option<PathBuf>,
    project: Option<Arc<Project>>,
    small: Shelf<PathBuf, Frame>,
    takes: Shelf<PathBuf, Vec<Frame>>,
    waveforms: Shelf<PathBuf, Arc<Waveform>>,
    slots: BTreeMap<Shown, (Slot, u64)>,
    frame: u64,
    previews: Previews,
    running: BTreeMap<JobId, Running>,
    /// Where the clips lie that takes which are held will be, and the queue's revision that says so.
    held: (Option<u64>, BTreeMap<JobId, PathBuf>),
    players: Vec<Option<Player>>,
    sound: Option<Sound>,
    reading: Reading,
    answers: Answers,
    recent: Vec<PathBuf>,
    memory: (u64, u64),
}

impl ShellDesk {
    /// An empty desk.
    pub fn new(store: ModelStore, recent: Vec<PathBuf>) -> Self {
        Self {
            textures: None,
            gpu: SharedGpu::default(),
            reading: Reading::new(store.clone()),
            store,
            folder: None,
            project: None,
            small: Shelf::new(
                SMALL_PICTURES,
                |path: &PathBuf| kinora_media::open_picture(path).ok(),
                |frame| frame.rgba().len(),
            ),
            takes: Shelf::new(
                TAKES,
                |path: &PathBuf| kinora_media::read_frames(path, None).ok(),
                |frames: &Vec<Frame>| frames.iter().map(|frame| frame.rgba().len()).sum(),
            ),
            waveforms: Shelf::new(WAVEFORMS, |path: &PathBuf| read_waveform(path), |shape| shape.peaks.len() * 8),
            slots: BTreeMap::new(),
            frame: 0,
            previews: Previews::default(),
            running: BTreeMap::new(),
            held: (None, BTreeMap::new()),
            players: Vec::new(),
            sound: None,
            answers: Answers::default(),
            recent,
            memory: (0, 0),
        }
    }

    /// The graphics device is there.
    pub fn start(&mut self, gpu: &Gpu, textures: Textures) {
        self.gpu = SharedGpu::of(gpu.clone());
        self.textures = Some(textures);
    }

    /// What composes pictures.
    pub fn gpu(&self) -> SharedGpu {
        self.gpu.clone()
    }

    /// Another project, or none.
    pub fn open(&mut self, folder: Option<&Path>) {
        self.folder = folder.map(Path::to_owned);
        self.project = None;
        self.players.clear();
        self.sound = folder.map(|folder| Sound::new(folder.to_owned()));
        self.running.clear();
        self.held = (None, BTreeMap::new());
        if let Some(textures) = &self.textures {
            self.previews.clear(textures);
        }
    }

    /// Projects that were open before.
    pub fn set_recent(&mut self, recent: Vec<PathBuf>) {
        self.recent = recent;
    }

    /// Before a frame: the document as it is now.
    pub fn keep_up(&mut self, studio: Option<&Studio>) {
        self.frame += 1;
        self.project = studio.map(|studio| studio.project().clone());
        if let Some(studio) = studio {
            self.reading.keep_up(studio);
            self.find_held(studio);
        }
        let Some(textures) = &self.textures else { return };
        if self.slots.len() > KEPT_TEXTURES {
            let mut by_use: Vec<(u64, Shown)> =
                self.slots.iter().map(|(shown, (_, used))| (*used, shown.clone())).collect();
            by_use.sort();
            for (_, shown) in by_use.into_iter().take(KEPT_TEXTURES / 4) {
                if let Some((slot, _)) = self.slots.remove(&shown) {
                    textures.free(slot);
                }
            }
        }
        if self.frame % 60 == 1 {
            self.memory = (self.frame, resident_bytes());
        }
    }

    /// Whether something that was read since the last time can be seen.
    pub fn look_after(&mut self) -> bool {
        let read = [self.small.take_in(), self.takes.take_in(), self.waveforms.take_in(), self.answers.take_in()];
        let made = self.players.iter_mut().flatten().any(Player::has_news);
        let heard = self.sound.as_mut().is_some_and(|sound| sound.listen(Instant::now()));
        made || heard || read.contains(&true)
    }

    /// Whether something is being read.
    pub fn is_busy(&self) -> bool {
        self.small.is_busy()
            || self.takes.is_busy()
            || self.waveforms.is_busy()
            || self.answers.is_busy()
            || self.players.iter().flatten().any(Player::is_busy)
            || self.levels() != [0.0; 2]
    }

    /// What is heard of jobs.
    pub fn hear(&mut self, event: JobEvent, studio: &Studio) {
        match event {
            JobEvent::Begun(job, _) => {
                let estimate =
                    studio.queue().estimate(&job.work).ok().filter(|_| matches!(job.work, Work::Generate { .. }));
                let progress = kinora_job::Progress { phase: kinora_job::Phase::Load, step: 0, total: 1 };
                let progress = JobProgress { progress, left: None };
                self.running.insert(job.id, Running { progress, begun: Instant::now(), estimate });
            }
            JobEvent::Progress(job, progress) => {
                if let Some(running) = self.running.get_mut(&job) {
                    let part = part_of(progress);
                    let elapsed = running.begun.elapsed();
                    let left = running.estimate.as_ref().and_then(|estimate| estimate.left(part, elapsed));
                    running.progress = JobProgress { progress, left };
                }
            }
            JobEvent::Preview(job, preview) => self.previews.put(job, preview),
            JobEvent::Done(job) | JobEvent::Failed(job, _) => self.over(job.id),
            JobEvent::Stopped(job) => self.over(job),
            _ => {}
        }
    }

    /// Whether a job runs.
    pub fn is_at_work(&self) -> bool {
        !self.running.is_empty()
    }

    /// For how long a job has been running.
    pub fn took(&self, job: JobId) -> Option<Duration> {
        self.running.get(&job).map(|running| running.begun.elapsed())
    }

    fn over(&mut self, job: JobId) {
        self.running.remove(&job);
        if let Some(textures) = &self.textures {
            self.previews.forget(job, textures);
        }
        // What was not there may be there now.
        self.small.try_again();
        self.waveforms.try_again();
    }

    /// Looks at what a file claims.
    pub fn verify(&mut self, path: PathBuf) {
        self.answers.verify(path);
    }

    /// Looks for something in the library.
    pub fn search(&mut self, words: String) {
        let here = self.folder.clone();
        self.answers.search(words, here);
    }

    fn find_held(&mut self, studio: &Studio) {
        let revision = Some(studio.queue().revision());
        // A queue that can't be read shows what it showed before.
        if self.held.0 != revision
            && let Ok(paused) = studio.queue().paused_takes()
        {
            let path = |plan: &GenerationPlan| take_path(studio.path(), plan).ok().map(|take| forming_path(&take));
            self.held = (revision, paused.iter().filter_map(|(job, plan)| Some((*job, path(plan)?))).collect());
        }
    }

    /// A frame of what a take that is held will be.
    fn held_frame(&mut self, job: JobId, at: Flicks) -> Option<Texture> {
        let path = self.held.1.get(&job)?.clone();
        let frames = self.takes.get(&path)?;
        let place = previews::frame_at(at, frames.len());
        let shown = Shown::FormingFrame(job, place);
        match self.kept(&shown) {
            Some(texture) => Some(texture),
            None => {
                let frame = self.takes.get(&path)?.get(place)?.clone();
                self.texture(shown, &frame)
            }
        }
    }

    fn texture(&mut self, shown: Shown, frame: &Frame) -> Option<Texture> {
        let textures = self.textures.as_ref()?;
        let (slot, used) = self.slots.entry(shown).or_insert_with(|| (textures.slot(frame), 0));
        *used = self.frame;
        Some(slot.texture())
    }

    fn stand_in(&mut self, looking: Looking) -> Option<Texture> {
        let (take, at) = match looking {
            Looking::Take(take, at) => (take, at),
            Looking::Media(media, _) => return self.thumbnail(Pictured::Media(media)),
            Looking::Timeline(timeline, frame) => take_at(self.project.as_ref()?, timeline, frame)?,
        };
        self.take_frame(take, at)
    }

    fn kept(&mut self, shown: &Shown) -> Option<Texture> {
        let (slot, used) = self.slots.get_mut(shown)?;
        *used = self.frame;
        Some(slot.texture())
    }
}

impl Desk for ShellDesk {
    fn thumbnail(&mut self, of: Pictured) -> Option<Texture> {
        let (project, folder) = (self.project.as_ref()?, self.folder.as_ref()?);
        let id = match of {
            Pictured::Take(take) => project.arrived.takes.get(&take)?.plan.id().ok()?,
            Pictured::Media(media) => project.media.files.get(&media)?.sha256,
        };
        let path = thumbnail_path(folder, &id);
        self.picture_file(&path)
    }

    fn take_frame(&mut self, take: TakeId, at: Flicks) -> Option<Texture> {
        let (project, folder) = (self.project.as_ref()?, self.folder.as_ref()?);
        let plan = project.arrived.takes.get(&take)?.plan.clone();
        let path = take_path(folder, &plan).ok()?;
        let frames = self.takes.get(&path)?;
        let place = usize::try_from(at.0 / plan.rate.frame_duration().0.max(1)).unwrap_or(0) % frames.len().max(1);
        let shown = Shown::TakeFrame(take, place);
        match self.kept(&shown) {
            Some(texture) => Some(texture),
            None => {
                let frame = self.takes.get(&path)?.get(place)?.clone();
                self.texture(shown, &frame)
            }
        }
    }

    fn preview(&mut self, job: JobId, at: Flicks, step: usize) -> Option<Texture> {
        match self.previews.show(job, at, step, self.textures.as_ref()?) {
            Some(texture) => Some(texture),
            None => self.held_frame(job, at),
        }
    }

    fn preview_steps(&self, job: JobId) -> Vec<f32> {
        self.previews.steps(job)
    }

    fn progress(&self, job: JobId) -> Option<JobProgress> {
        self.running.get(&job).map(|running| running.progress)
    }

    fn monitor(&mut self, slot: usize, looking: Looking) -> Monitor {
        let (Some(project), Some(folder), Some(textures)) = (&self.project, &self.folder, &self.textures) else {
            return Monitor::default();
        };
        if self.players.len() <= slot {
            self.players.resize_with(slot + 1, || None);
        }
        let player =
            self.players[slot].get_or_insert_with(|| Player::new(folder.clone(), self.store.clone(), self.gpu.clone()));
        let (seen, is_near) = player.look(project, looking, textures);
        if is_near || seen.error.is_some() {
            return seen;
        }
        // Until it is made, the take's own frame, small as it is; a file's first picture is worth less than what was seen of it last.
        let texture = match looking {
            Looking::Media(..) => seen.texture.or_else(|| self.stand_in(looking)),
            Looking::Take(..) | Looking::Timeline(..) => self.stand_in(looking).or(seen.texture),
        };
        Monitor { texture, ..seen }
    }

    fn hear(&mut self, slot: usize, hearing: Hearing) -> Option<Flicks> {
        self.sound.as_mut()?.hear(self.project.as_ref()?, slot, hearing, Instant::now())
    }

    fn levels(&self) -> [f32; 2] {
        self.sound.as_ref().map(Sound::levels).unwrap_or_default()
    }

    fn dropped_frames(&self) -> u32 {
        self.players.iter().flatten().map(Player::dropped).sum()
    }

    fn waveform(&mut self, media: MediaId) -> Option<Arc<Waveform>> {
        let (project, folder) = (self.project.as_ref()?, self.folder.as_ref()?);
        let path = waveform_path(folder, &project.media.files.get(&media)?.sha256);
        self.waveforms.get(&path).cloned()
    }

    fn describe(&mut self, media: MediaId) -> Option<Result<String, String>> {
        let file = self.project.as_ref()?.media.files.get(&media)?;
        let store = MediaStore::new(Disk, &self.folder.as_ref()?.join("media"));
        self.answers.describe(&self.store, &store.locate(&file.sha256))
    }

    fn read_prompt(&mut self, prompt: &str, seconds: f64) -> PromptReading {
        self.reading.read(prompt, seconds)
    }

    fn claims(&self) -> Option<Claims> {
        self.answers.claims().cloned()
    }

    fn found(&self) -> &[Found] {
        self.answers.found()
    }

    fn recent_projects(&self) -> &[PathBuf] {
        &self.recent
    }

    fn picture_file(&mut self, path: &Path) -> Option<Texture> {
        let shown = Shown::File(path.to_owned());
        if let Some(texture) = self.kept(&shown) {
            return Some(texture);
        }
        let frame = self.small.get(&path.to_owned())?.clone();
        self.texture(shown, &frame)
    }

    fn memory_bytes(&self) -> u64 {
        self.memory.1
    }
}

/// The take that the topmost track of a timeline shows in a frame, and when in it.
fn take_at(project: &Project, timeline: TimelineId, frame: u32) -> Option<(TakeId, Flicks)> {
    let time = project.settings.rate.frame_start(i64::from(frame));
    let timeline = timeline_of(project, timeline)?;
    timeline.tracks.iter().rev().filter(|track| track.kind == TrackKind::Video).find_map(|track| {
        let mut at = Flicks(0);
        let item = track.items.iter().find(|item| {
            let start = at;
            at.0 += item.duration().0;
            start <= time && time < at
        })?;
        let into = Flicks(time.0 - (at.0 - item.duration().0));
        seen(project, item).into_iter().find(|part| part.range.contains(into)).and_then(|part| match part.what {
            Seen::Take(take, run) => Some((take, run.at(Flicks(into.0 - part.range.start().0)))),
            _ => None,
        })
    })
}

/// How much of a generation is done; denoising is nearly all of it.
fn part_of(progress: kinora_job::Progress) -> f64 {
    use kinora_job::Phase;
    match progress.phase {
        Phase::Denoise => f64::from(progress.step) / f64::from(progress.total.max(1)) * 0.95,
        Phase::Decode | Phase::Upscale | Phase::EncodeVideo | Phase::Sign => 0.97,
        _ => 0.0,
    }
}

fn read_waveform(path: &Path) -> Option<Arc<Waveform>> {
    let shape = kinora_media::Waveform::from_bytes(&std::fs::read(path).ok()?)?;
    let part = |value: i8| f32::from(value) / 127.0;
    let peaks = shape.points.iter().map(|[least, most]| (part(*least), part(*most))).collect();
    let parts_per_second = f64::from(shape.sample_rate) / f64::from(shape.samples_per_point.max(1));
    Some(Arc::new(Waveform { peaks, parts_per_second }))
}

/// Bytes of memory that this process has.
pub fn resident_bytes() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = pages.split_whitespace().nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * 4096
}

/// In points.
fn size_of(frame: &Frame) -> Vec2 {
    #[allow(clippy::cast_precision_loss)]
    Vec2::new(frame.size().width as f32, frame.size().height as f32)
}
