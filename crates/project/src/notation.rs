//! Storyboards as text, for tests: letters are shots of two seconds, numbered with that letter; `|` parts scenes.

pub mod board {
    use crate::edit::{BoardEdit, Edit, NewShot};
    use crate::{Arrival, Project, SceneId, ShotId, TakeId, Words};
    use kinora_plan::{
        DeviceClass, Digest, Dtype, GenerationPlan, Guidance, ModelRef, PromptSpan, SCHEMA, Sampler, Windows,
    };
    use kinora_time::{FLICKS_PER_SECOND, Flicks, FrameRate};
    use std::sync::Arc;

    pub fn add(scene: SceneId, letter: char, at: Option<usize>) -> BoardEdit {
        let words = Words { number: letter.to_string(), ..Words::default() };
        BoardEdit::AddShot {
            scene,
            at,
            shot: Box::new(NewShot { words, length: Flicks(2 * FLICKS_PER_SECOND), seed: 1, ..NewShot::default() }),
        }
    }

    pub fn project(text: &str) -> Project {
        let mut project = Project::default();
        for (at, shots) in text.split('|').enumerate() {
            let heading = format!("scene {at}");
            Edit::Board(BoardEdit::AddScene { heading, at: None }).apply(&mut project).unwrap();
            let scene = project.storyboard.scenes[at].id;
            for letter in shots.trim().chars() {
                Edit::Board(add(scene, letter, None)).apply(&mut project).unwrap();
            }
        }
        project
    }

    pub fn text(project: &Project) -> String {
        let letters = |scene: &crate::Scene| {
            let first = |shot: &Arc<crate::Shot>| shot.words.number.chars().next().unwrap_or('A');
            scene.shots.iter().map(first).collect::<String>()
        };
        project.storyboard.scenes.iter().map(|scene| letters(scene)).collect::<Vec<_>>().join(" | ")
    }

    pub fn find(project: &Project, letter: char) -> Option<ShotId> {
        project.storyboard.shots().find(|shot| shot.words.number == letter.to_string()).map(|shot| shot.id)
    }

    pub fn shot(project: &Project, letter: char) -> ShotId {
        find(project, letter).unwrap()
    }

    pub fn plan(frames: u32) -> Arc<GenerationPlan> {
        Arc::new(GenerationPlan {
            schema: SCHEMA,
            model: ModelRef { id: "sketch".to_owned(), sha256: Digest::of(b"sketch") },
            width: 96,
            height: 56,
            frames,
            rate: FrameRate::FPS_12,
            prompts: vec![PromptSpan { start: 0, end: frames, prompt: "a red car".into(), negative: "".into() }],
            opening: None,
            known: Vec::new(),
            references: Vec::new(),
            seed: 1,
            sampler: Sampler::Euler,
            steps: 2,
            shift: 2.0,
            guidance: Guidance { scale: 2.5, sigma_from: 1.0, sigma_to: 0.0 },
            windows: Windows { frames: 61, overlap: 9 },
            adapters: Vec::new(),
            dtype: Dtype::F32,
            device: DeviceClass::Cpu,
        })
    }

    /// A take of so many frames at 12 a second arrives.
    pub fn take(project: &mut Project, shot: ShotId, frames: u32) -> TakeId {
        project.arrive(Arrival::Take { shot, plan: plan(frames), made_at: 0, job: None }).unwrap()
    }
}
