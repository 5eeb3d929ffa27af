//! What the panels ask the shell for: pictures on the graphics device, progress of jobs, the monitors. Everything here answers at
//! once; what is not there yet comes in a later frame, and the shell has it drawn then.

use egui::{TextureId, Vec2};
use kinora_job::Progress;
use kinora_project::{MediaId, TakeId, TimelineId};
use kinora_studio::queue::{JobId, Pictured, TimeLeft};
use kinora_time::Flicks;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A picture on the graphics device.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Texture {
    /// For egui.
    pub id: TextureId,
    /// In pixels.
    pub size: Vec2,
}

/// What a monitor looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looking {
    /// A frame of a timeline at the project's rate; the Assembly has the id [`kinora_project::ASSEMBLY`].
    Timeline(TimelineId, u32),
    /// A time in a take.
    Take(TakeId, Flicks),
    /// A time in a file.
    Media(MediaId, Flicks),
}

/// What a monitor shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Monitor {
    /// The newest picture there is; without one the monitor is black.
    pub texture: Option<Texture>,
    /// Whether it is the one that was asked for.
    pub exact: bool,
    /// Why there is none.
    pub error: Option<String>,
}

/// How the playhead of a monitor moves: what of it is to be heard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hearing {
    /// What the monitor looks at, and where the playhead is.
    pub looking: Looking,
    /// Times its own speed; 0 stands still.
    pub speed: f64,
    /// Another number once the playhead was set going, or put somewhere else.
    pub moves: u64,
}

/// The shape of a file's sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Waveform {
    /// Least and most of each part, −1 to 1, both channels together.
    pub peaks: Vec<(f32, f32)>,
    /// Parts a second.
    pub parts_per_second: f64,
}

/// Where a take is while it is being made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JobProgress {
    /// Phase and step.
    pub progress: Progress,
    /// How long it will still take, if that is known.
    pub left: Option<TimeLeft>,
}

/// A model that takes prompts: what it makes of one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PromptReading {
    /// Words that it takes for others: what was written, what it takes it for.
    pub taken_for: Vec<(String, String)>,
    /// Words that it doesn't know at all.
    pub unknown: Vec<String>,
    /// Whether more happens than fits the length.
    pub too_much: bool,
    /// The prompt with one action each, where several happen.
    pub apart: Vec<String>,
}

/// What a file claims about itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims {
    /// The file.
    pub path: PathBuf,
    /// One line: what to think of it.
    pub verdict: String,
    /// Whether it is signed, unchanged and says how it was made.
    pub good: bool,
    /// Everything else, as lines of name and value.
    pub lines: Vec<(String, String)>,
}

/// One thing that the library found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What it shows, for people.
    pub title: String,
    /// Where it lies: a project, or a file.
    pub path: PathBuf,
    /// Its small picture, where there is one.
    pub picture: Option<PathBuf>,
    /// Whether it is in the project that is open.
    pub here: bool,
}

/// The shell, as the panels see it.
pub trait Desk {
    /// A small picture of a take or a file.
    fn thumbnail(&mut self, of: Pictured) -> Option<Texture>;

    /// A take's frame at a time, small: for cards that play under the pointer, for takes side by side.
    fn take_frame(&mut self, take: TakeId, at: Flicks) -> Option<Texture>;

    /// What a job's clip will be, at a time that runs on and starts again at its end; `step` counts back from the newest: 0 is the
    /// newest, 1 the step before.
    fn preview(&mut self, job: JobId, at: Flicks, step: usize) -> Option<Texture>;

    /// How many steps of a job's preview are kept, and the noise level of each, 1 to 0, oldest first.
    fn preview_steps(&self, job: JobId) -> Vec<f32>;

    /// Where a running job is.
    fn progress(&self, job: JobId) -> Option<JobProgress>;

    /// A monitor's picture. `slot` 0 is the program monitor, 1 the source monitor, 2 and more are takes side by side.
    fn monitor(&mut self, slot: usize, looking: Looking) -> Monitor;

    /// What of a monitor is to be heard, once a frame before playheads move; slots as in [`Self::monitor`]. Only the one that was moved
    /// last is heard: at its own speed, and a moment of it wherever a playhead that stands is put. Answers when in it the sound is that
    /// comes out just now: the picture follows. Nothing if the clock leads, because there is no sound device or nothing is heard.
    fn hear(&mut self, slot: usize, hearing: Hearing) -> Option<Flicks>;

    /// Levels of the sound that is heard, left and right, as peaks from 0 to 1; they fall by 20 dB in 1.7 s.
    fn levels(&self) -> [f32; 2];

    /// Frames that playback left out since it began.
    fn dropped_frames(&self) -> u32;

    /// The shape of a file's sound.
    fn waveform(&mut self, media: MediaId) -> Option<Arc<Waveform>>;

    /// What the project's model makes of a prompt that is to last so many seconds.
    fn read_prompt(&mut self, prompt: &str, seconds: f64) -> PromptReading;

    /// What the last file that was verified claims.
    fn claims(&self) -> Option<Claims>;

    /// What the library found for the last search.
    fn found(&self) -> &[Found];

    /// Projects that were open before, the last one first.
    fn recent_projects(&self) -> &[PathBuf];

    /// What a file shows, in words of a prompt, or why nobody can say: once somebody looked, for whoever asked.
    fn describe(&mut self, media: MediaId) -> Option<Result<String, String>>;

    /// A small picture that lies in a file.
    fn picture_file(&mut self, path: &Path) -> Option<Texture>;

    /// Bytes of memory that the engine uses.
    fn memory_bytes(&self) -> u64;
}
