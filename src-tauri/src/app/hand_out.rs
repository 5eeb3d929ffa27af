//! Takes that are dragged out into another program. They leave as films of their own, marked and signed like every other: the first time
//! somebody drags one its film is made, in the project's folder `exports`, and it can be dragged when that is there.

use super::App;
use kinora_project::{Project, TakeId};
use kinora_studio::queue::{State, Work};
use kinora_ui::{tr, words};
use serde_json::json;
use std::path::PathBuf;

/// Where these films lie, in the project's folder: other programs go on using them there.
const FOLDER: &str = "exports";

impl App {
    pub(super) fn drag_out(&mut self, take: TakeId) {
        let Some(studio) = &self.studio else { return };
        let Some(name) = name_of(studio.project(), take) else { return };
        let out = studio.path().join(FOLDER).join(name);
        let jobs = studio.queue().jobs().unwrap_or_default();
        let is_made = jobs.iter().any(|job| {
            matches!(&job.work, Work::ExportTake { out: other, .. } if *other == out)
                && matches!(job.state, State::Waiting | State::Running | State::Paused)
        });
        if !is_made && out.is_file() {
            self.leaving = Some(out);
            return;
        }
        if !is_made {
            if let Err(error) = std::fs::create_dir_all(studio.path().join(FOLDER)) {
                self.editor.tell(words::error(&error), true);
                return;
            }
            self.command("take.export", &json!({ "take": take, "out": out }));
        }
        self.editor.tell(tr!("shell-leaves-soon"), false);
    }
}

/// `shot-2-3-take-1.mp4`: without letters that other programs stumble over. A take never changes, so that its name says all.
fn name_of(project: &Project, take: TakeId) -> Option<PathBuf> {
    let of = project.arrived.takes.get(&take)?;
    let number = project.storyboard.number(of.shot)?;
    let number: String = number.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    Some(PathBuf::from(format!("shot-{number}-take-{}.mp4", take.0)))
}
