//! Films that say how they were made: dropped, they become shots again.

use super::App;
use kinora_plan::GenerationPlan;
use kinora_project::ShotId;
use kinora_provenance::TrustAnchors;
use kinora_services::plans_of;
use kinora_ui::{tr, words};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};

/// Films that are being looked into: reading all of one takes a while.
pub(super) struct Recipes {
    found: Receiver<(PathBuf, Option<Vec<GenerationPlan>>)>,
    tells: Sender<(PathBuf, Option<Vec<GenerationPlan>>)>,
    waits: usize,
}

impl Default for Recipes {
    fn default() -> Self {
        let (tells, found) = channel();
        Self { found, tells, waits: 0 }
    }
}

impl Recipes {
    /// Looks for a film's recipe.
    pub(super) fn look(&mut self, path: PathBuf) {
        let tells = self.tells.clone();
        self.waits += 1;
        std::thread::spawn(move || {
            let plans = plans_of(&path, &TrustAnchors::none()).ok();
            // Who is gone does not want to know.
            let _told = tells.send((path, plans));
        });
    }

    /// Whether some are being looked into.
    pub(super) fn is_busy(&self) -> bool {
        self.waits > 0
    }
}

impl App {
    /// Makes shots of what was found; whether something of it can be seen.
    pub(super) fn take_recipes(&mut self) -> bool {
        let mut any = false;
        while let Ok((path, plans)) = self.recipes.found.try_recv() {
            self.recipes.waits -= 1;
            any = true;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match plans.map(|plans| plans.iter().filter(|plan| self.shot_again(plan)).count() > 0) {
                Some(true) => self.editor.tell(tr!("shell-recipe", name = name), false),
                Some(false) => {
                    self.import(&[path]);
                    self.editor.tell(tr!("shell-recipe-hidden", name = name), false);
                }
                None => self.import(&[path]),
            }
        }
        any
    }

    /// A shot at the end of the board, as a plan describes one; false if its words are not there.
    fn shot_again(&mut self, plan: &GenerationPlan) -> bool {
        let Some(studio) = &mut self.studio else { return false };
        let words: Option<Vec<(&str, u32)>> =
            plan.prompts.iter().map(|span| Some((span.prompt.text()?, span.start))).collect();
        let Some(((first, _), later)) = words.as_deref().and_then(<[_]>::split_first) else { return false };
        let seconds = |frame: u32| plan.rate.frame_start(i64::from(frame)).as_seconds();
        let negative = plan.prompts.first().and_then(|span| span.negative.text()).unwrap_or_default();
        let made = studio.together(|studio| {
            let last = studio.project().storyboard.scenes.last().map(|scene| json!(scene.id));
            let scene = match last {
                Some(scene) => scene,
                None => studio.handle("scene.add", &json!({}))?["scene"].clone(),
            };
            let args = json!({
                "scene": scene, "prompt": first, "negative": negative, "seed": plan.seed,
                "length": seconds(plan.frames).min(20.0),
            });
            let shot = studio.handle("shot.add", &args)?["shot"].clone();
            for (text, start) in later {
                studio.handle("card.add", &json!({ "shot": shot, "time": seconds(*start), "text": text }))?;
            }
            Ok::<Value, kinora_studio::command::CommandError>(shot)
        });
        match made {
            Ok(shot) => {
                self.editor.session.selected.select_shot(ShotId(shot.as_u64().unwrap_or_default()));
                true
            }
            Err(error) => {
                self.editor.tell(words::error(&error), true);
                true
            }
        }
    }
}
