//! For tests: a project with scenes, takes and cuts, and a desk that gives grey pictures.

use crate::desk::{Claims, Desk, Found, Hearing, JobProgress, Looking, Monitor, PromptReading, Texture, Waveform};
use crate::{Editor, Layouts, Preferences, Request};
use egui::{TextureId, Vec2};
use kinora_plan::ModelCard;
use kinora_project::{Arrival, MediaId, Project, ShotId, TakeId};
use kinora_studio::Studio;
use kinora_studio::planner::plan_of;
use kinora_studio::queue::{JobId, Pictured};
use kinora_time::Flicks;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A desk that has what a test gave it. Pictures are small landscapes where a test asked for them, else egui's own font texture.
#[derive(Default)]
pub struct FakeDesk {
    pub progress: Vec<(JobId, JobProgress)>,
    pub claims: Option<Claims>,
    pub found: Vec<Found>,
    pub recent: Vec<PathBuf>,
    /// What monitors were asked for in the last frame.
    pub looked: Vec<(usize, Looking)>,
    /// What it was told of playheads in the last frame, and where the sound of the program monitor is, if that leads.
    pub heard: Vec<(usize, Hearing)>,
    pub sound: Option<Flicks>,
    pub steps: Vec<f32>,
    /// What a file shows, once asked.
    pub described: Option<Result<String, String>>,
    /// Landscapes at dawn, noon and night: see [`FakeDesk::paint`].
    pub landscapes: Vec<egui::TextureHandle>,
}

impl FakeDesk {
    /// Gives takes and previews pictures to look at.
    pub fn paint(&mut self, ctx: &egui::Context) {
        const SIZE: [usize; 2] = [160, 90];
        let hours = [([58, 84, 132], [226, 164, 112], [64, 52, 46]), ([96, 150, 200], [214, 196, 150], [120, 98, 66])];
        let night = ([12, 16, 34], [52, 58, 92], [20, 24, 30]);
        for (number, (above, below, ground)) in hours.into_iter().chain([night]).enumerate() {
            let mix = |a: [u8; 3], b: [u8; 3], part: f32| {
                let [r, g, b] = [0, 1, 2].map(|i| (f32::from(a[i]) + (f32::from(b[i]) - f32::from(a[i])) * part) as u8);
                egui::Color32::from_rgb(r, g, b)
            };
            let pixel = |at: usize| {
                let (x, y) = ((at % SIZE[0]) as f32 / 160.0, (at / SIZE[0]) as f32 / 90.0);
                let ridge = 0.62 + 0.08 * (x * 9.0 + number as f32).sin() + 0.03 * (x * 31.0).sin();
                let sun = ((x - 0.7).powi(2) * 3.16 + (y - 0.3).powi(2)).sqrt() < 0.09;
                match (y > ridge, sun) {
                    (true, _) => mix(ground, [0; 3], (y - ridge) * 1.4),
                    (false, true) => mix(below, [255; 3], 0.6),
                    (false, false) => mix(above, below, y / 0.7),
                }
            };
            let pixels = (0..SIZE[0] * SIZE[1]).map(pixel).collect();
            let image = egui::ColorImage::new(SIZE, pixels);
            self.landscapes.push(ctx.load_texture(format!("landscape {number}"), image, egui::TextureOptions::LINEAR));
        }
    }

    fn landscape(&self, number: u64) -> Option<Texture> {
        let count = self.landscapes.len().max(1) as u64;
        match self.landscapes.get((number % count) as usize) {
            Some(handle) => Some(Texture { id: handle.id(), size: Vec2::new(160.0, 90.0) }),
            None => grey(),
        }
    }
}

fn grey() -> Option<Texture> {
    Some(Texture { id: TextureId::default(), size: Vec2::new(160.0, 90.0) })
}

impl Desk for FakeDesk {
    fn thumbnail(&mut self, of: Pictured) -> Option<Texture> {
        match of {
            Pictured::Take(TakeId(number)) | Pictured::Media(MediaId(number)) => self.landscape(number),
        }
    }
    fn take_frame(&mut self, take: TakeId, _at: Flicks) -> Option<Texture> {
        self.landscape(take.0)
    }
    fn preview(&mut self, job: JobId, _at: Flicks, _step: usize) -> Option<Texture> {
        self.progress.iter().any(|(known, _)| *known == job).then(|| self.landscape(2)).flatten()
    }
    fn preview_steps(&self, _job: JobId) -> Vec<f32> {
        self.steps.clone()
    }
    fn progress(&self, job: JobId) -> Option<JobProgress> {
        self.progress.iter().find(|(known, _)| *known == job).map(|(_, progress)| *progress)
    }
    fn monitor(&mut self, slot: usize, looking: Looking) -> Monitor {
        self.looked.push((slot, looking));
        Monitor { texture: self.landscape(0), exact: true, error: None }
    }
    fn hear(&mut self, slot: usize, hearing: Hearing) -> Option<Flicks> {
        self.heard.push((slot, hearing));
        self.sound.filter(|_| slot == 0 && hearing.speed == 1.0)
    }
    fn levels(&self) -> [f32; 2] {
        [0.5, 0.25]
    }
    fn dropped_frames(&self) -> u32 {
        0
    }
    fn waveform(&mut self, _media: MediaId) -> Option<Arc<Waveform>> {
        let peak = |at: usize| 0.15 + 0.7 * (at as f32 * 0.031).sin().powi(2) * (at as f32 * 1.7).sin().abs();
        let peaks = (0..2000).map(|at| (-peak(at), peak(at + 1))).collect();
        Some(Arc::new(Waveform { peaks, parts_per_second: 100.0 }))
    }
    fn read_prompt(&mut self, prompt: &str, _seconds: f64) -> PromptReading {
        let unknown = prompt.split_whitespace().filter(|word| *word == "zeppelin").map(str::to_owned).collect();
        let apart: Vec<String> = prompt.split(", then ").map(str::to_owned).collect();
        PromptReading { taken_for: Vec::new(), unknown, too_much: apart.len() > 2, apart }
    }
    fn claims(&self) -> Option<Claims> {
        self.claims.clone()
    }
    fn describe(&mut self, _media: MediaId) -> Option<Result<String, String>> {
        self.described.clone()
    }
    fn found(&self) -> &[Found] {
        &self.found
    }
    fn recent_projects(&self) -> &[PathBuf] {
        &self.recent
    }
    fn picture_file(&mut self, _path: &Path) -> Option<Texture> {
        grey()
    }
    fn memory_bytes(&self) -> u64 {
        300 << 20
    }
}

/// A project on disk: two scenes of three and two shots, of which the first two have a take; a timeline `Cut 1` made from the board.
pub struct Sample {
    _folder: tempfile::TempDir,
    pub studio: Studio,
    pub shots: Vec<ShotId>,
}

pub fn sample() -> Sample {
    let folder = tempfile::tempdir().unwrap();
    let mut studio = Studio::create(&folder.path().join("Film.kinora"), Project::default(), "test").unwrap();
    let mut card = ModelCard::from_toml(include_str!("../../crates/plan/tests/card.toml")).unwrap();
    card.id = "sketch".to_owned();
    studio.set_cards(vec![card.clone()]);
    let mut shots = Vec::new();
    let scenes = [
        (
            "EXT. DESERT – NOON",
            &["a red car drives from left to right", "a red car stops", "a white boat at night"][..],
        ),
        ("INT. KITCHEN – NIGHT", &["a woman waves", "a zeppelin lands"][..]),
    ];
    for (place, (heading, prompts)) in scenes.into_iter().enumerate() {
        studio.handle("scene.add", &json!({ "heading": heading })).unwrap();
        for prompt in prompts {
            let scene = (place + 1).to_string();
            let made =
                studio.handle("shot.add", &json!({ "scene": scene, "prompt": prompt, "length": "2 s" })).unwrap();
            shots.push(ShotId(made["shot"].as_u64().unwrap()));
        }
    }
    for shot in &shots[..2] {
        let plan = Arc::new(plan_of(studio.project(), *shot, &card).unwrap().plan);
        studio.arrive(Arrival::Take { shot: *shot, plan, made_at: 1_700_000_000, job: None });
    }
    studio.handle("timeline.from-board", &json!({ "name": "Cut 1" })).unwrap();
    Sample { _folder: folder, studio, shots }
}

/// The whole editor on a sample project, driven by keyboard, mouse and labels.
pub struct Stage {
    pub sample: Sample,
    pub editor: Editor,
    pub desk: FakeDesk,
    pub requests: Vec<Request>,
}

impl Stage {
    /// Imports a picture that has no pixels: enough for all but looking at it.
    pub fn still(&mut self, name: &str) -> MediaId {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        png.extend([0; 64]);
        std::fs::write(&path, png).unwrap();
        let made = self.sample.studio.handle("media.import", &json!({ "path": path })).unwrap();
        MediaId(made["media"].as_u64().unwrap())
    }
}

/// A harness around the whole editor.
pub fn stage(size: [f32; 2]) -> egui_kittest::Harness<'static, Stage> {
    let stage = Stage {
        sample: sample(),
        editor: Editor::new(Preferences::default(), Layouts::default()),
        desk: FakeDesk::default(),
        requests: Vec::new(),
    };
    egui_kittest::Harness::builder().with_size(size).build_ui_state(
        |ui, stage: &mut Stage| {
            let Stage { sample, editor, desk, requests } = stage;
            desk.looked.clear();
            desk.heard.clear();
            requests.extend(editor.show(ui, Some(&mut sample.studio), desk));
        },
        stage,
    )
}

#[test]
fn every_workspace_can_be_drawn() {
    let mut harness = stage([1280.0, 720.0]);
    for workspace in crate::Workspace::ALL {
        harness.state_mut().editor.session.workspace = workspace;
        harness.run_steps(3);
    }
}
