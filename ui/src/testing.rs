//! For tests: a project with scenes, takes and cuts, and a desk that gives grey pictures.

use crate::desk::{Claims, Desk, Found, JobProgress, Looking, Monitor, PromptReading, Texture, Waveform};
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

/// A desk that has what a test gave it. Pictures are egui's own font texture: grey, but there.
#[derive(Default)]
pub struct FakeDesk {
    pub progress: Vec<(JobId, JobProgress)>,
    pub claims: Option<Claims>,
    pub found: Vec<Found>,
    pub recent: Vec<PathBuf>,
    /// What monitors were asked for in the last frame.
    pub looked: Vec<(usize, Looking)>,
    pub steps: Vec<f32>,
}

fn grey() -> Option<Texture> {
    Some(Texture { id: TextureId::default(), size: Vec2::new(160.0, 90.0) })
}

impl Desk for FakeDesk {
    fn thumbnail(&mut self, _of: Pictured) -> Option<Texture> {
        grey()
    }
    fn take_frame(&mut self, _take: TakeId, _at: Flicks) -> Option<Texture> {
        grey()
    }
    fn preview(&mut self, job: JobId, _at: Flicks, _step: usize) -> Option<Texture> {
        self.progress.iter().any(|(known, _)| *known == job).then(grey).flatten()
    }
    fn preview_steps(&self, _job: JobId) -> Vec<f32> {
        self.steps.clone()
    }
    fn progress(&self, job: JobId) -> Option<JobProgress> {
        self.progress.iter().find(|(known, _)| *known == job).map(|(_, progress)| *progress)
    }
    fn monitor(&mut self, slot: usize, looking: Looking) -> Monitor {
        self.looked.push((slot, looking));
        Monitor { texture: grey(), exact: true, error: None }
    }
    fn levels(&self) -> [f32; 2] {
        [0.5, 0.25]
    }
    fn dropped_frames(&self) -> u32 {
        0
    }
    fn waveform(&mut self, _media: MediaId) -> Option<Arc<Waveform>> {
        Some(Arc::new(Waveform { peaks: vec![(-0.5, 0.5); 200], parts_per_second: 10.0 }))
    }
    fn read_prompt(&mut self, prompt: &str, _seconds: f64) -> PromptReading {
        let unknown = prompt.split_whitespace().filter(|word| *word == "zeppelin").map(str::to_owned).collect();
        PromptReading { taken_for: Vec::new(), unknown, too_much: false }
    }
    fn claims(&self) -> Option<Claims> {
        self.claims.clone()
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
