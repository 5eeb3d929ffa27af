//! What generating would take, and why it can't be done now: found once for a state of the document and the queue, not for each frame.

use crate::action::Quality;
use crate::panels::time_left::{times, together};
use crate::view::View;
use egui::{Id, Ui};
use kinora_plan::{GenerationPlan, ModelCard};
use kinora_project::{Project, SceneId, ShotId};
use kinora_studio::planner::{plan_of, with_steps};
use kinora_studio::queue::{TimeLeft, Work};
use std::sync::Arc;
use std::time::Duration;

/// What is known before anything is generated.
#[derive(Debug, Clone, Default)]
pub(super) struct Outlook {
    /// Why the shot can't be generated.
    pub reason: Option<String>,
    /// How long a draft takes, if jobs like it were done before.
    pub draft: Option<TimeLeft>,
    /// How long a take of full quality takes.
    pub best: Option<TimeLeft>,
    /// Shots of the scene that have no take of what they are now.
    pub open: Vec<ShotId>,
    /// How long they take together.
    pub scene: Option<TimeLeft>,
}

/// What an outlook was made from.
#[derive(Clone)]
struct Known {
    project: Arc<Project>,
    revision: u64,
    shot: ShotId,
    takes: u32,
    steps: Option<u32>,
    outlook: Arc<Outlook>,
}

/// The outlook of a shot.
pub(super) fn outlook(ui: &Ui, view: &View<'_>, shot: ShotId) -> Arc<Outlook> {
    let key = Id::unique("inspector-outlook");
    let (project, revision) = (view.project(), view.studio.queue().revision());
    let (takes, steps) = (view.session.variations, view.session.steps);
    let known = ui.data(|data| data.get_temp::<Known>(key)).filter(|known| {
        Arc::ptr_eq(&known.project, project)
            && (known.revision, known.shot, known.takes, known.steps) == (revision, shot, takes, steps)
    });
    if let Some(known) = known {
        return known.outlook;
    }
    let outlook = Arc::new(found(view, shot));
    let known = Known { project: project.clone(), revision, shot, takes, steps, outlook: outlook.clone() };
    ui.data_mut(|data| data.insert_temp(key, known));
    outlook
}

fn found(view: &View<'_>, shot: ShotId) -> Outlook {
    let card = match view.studio.card() {
        Ok(card) => card,
        Err(reason) => return Outlook { reason: Some(reason.0.to_owned()), ..Outlook::default() },
    };
    let own = view.session.steps.unwrap_or(card.defaults.steps);
    let (takes, project) = (view.session.variations, view.project());
    let mut outlook = Outlook::default();
    match plan_of(project, shot, card) {
        Ok(planned) => {
            let time = |quality: Quality| {
                expected(view, shot, with_steps(planned.plan.clone(), quality.steps(own, card), card))
            };
            outlook.draft = time(Quality::Draft).map(|left| times(left, takes));
            outlook.best = time(Quality::Best).map(|left| times(left, takes));
        }
        Err(error) => outlook.reason = Some(crate::words::error(&error)),
    }
    outlook.open = open_shots(view, shot, card);
    let times = outlook.open.iter().map(|other| {
        let planned = plan_of(project, *other, card).ok()?;
        expected(view, *other, with_steps(planned.plan, own, card))
    });
    outlook.scene = times.reduce(|a, b| Some(together(a?, b?))).flatten().map(|left| self::times(left, takes));
    outlook
}

fn expected(view: &View<'_>, shot: ShotId, plan: GenerationPlan) -> Option<TimeLeft> {
    let work = Work::generate(shot, Arc::new(plan));
    view.studio.queue().estimate(&work).ok()?.left(0.0, Duration::ZERO)
}

/// Shots of a shot's scene that say something and have no take of it, nor a job that makes one.
fn open_shots(view: &View<'_>, shot: ShotId, card: &ModelCard) -> Vec<ShotId> {
    let (project, derived) = (view.project(), &view.session.derived);
    let Some(scene) = scene_of(project, shot).and_then(|scene| project.storyboard.scene(scene)) else {
        return Vec::new();
    };
    let ids = scene.shots.iter().map(|shot| shot.id);
    ids.filter(|id| derived.takes_of(*id).is_empty() || derived.is_stale(*id))
        .filter(|id| derived.job_of(*id).is_none())
        .filter(|id| plan_of(project, *id, card).is_ok())
        .collect()
}

/// The scene that a shot is in.
pub(super) fn scene_of(project: &Project, shot: ShotId) -> Option<SceneId> {
    let scene = project.storyboard.scenes.iter().find(|scene| scene.shots.iter().any(|other| other.id == shot))?;
    Some(scene.id)
}
