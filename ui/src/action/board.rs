//! The board by keyboard: from card to card, write, generate.

use super::{Action, Context};
use crate::session::{CardDraft, Last};
use crate::view::View;
use kinora_plan::ModelCard;
use kinora_project::{CardContent, ShotId};
use serde_json::json;

pub(super) const ACTIONS: &[Action] = &[
    Action { id: "board.next", context: Context::Board, keys: &["Right"], run: |view| go(view, 1) },
    Action { id: "board.previous", context: Context::Board, keys: &["Left"], run: |view| go(view, -1) },
    Action { id: "board.next-scene", context: Context::Board, keys: &["Down"], run: |view| go_scene(view, 1) },
    Action { id: "board.previous-scene", context: Context::Board, keys: &["Up"], run: |view| go_scene(view, -1) },
    Action { id: "board.first", context: Context::Board, keys: &["Home"], run: |view| to_end(view, false) },
    Action { id: "board.last", context: Context::Board, keys: &["End"], run: |view| to_end(view, true) },
    Action { id: "board.write", context: Context::Board, keys: &["Enter"], run: write },
    Action { id: "board.new-shot", context: Context::Anywhere, keys: &["N"], run: new_shot },
    Action {
        id: "board.new-scene",
        context: Context::Anywhere,
        keys: &["Shift+N"],
        run: |view| view.command("scene.add", json!({})),
    },
    Action {
        id: "board.duplicate",
        context: Context::Board,
        keys: &["Ctrl+D"],
        run: |view| on_shot(view, "shot.duplicate"),
    },
    Action { id: "board.draw", context: Context::Board, keys: &["P"], run: crate::panels::pencil::begin },
    Action { id: "board.remove", context: Context::Board, keys: &["Delete", "Backspace"], run: remove },
    Action {
        id: "shot.draft",
        context: Context::Anywhere,
        keys: &["Ctrl+Enter"],
        run: |view| generate(view, Quality::Draft),
    },
    Action {
        id: "shot.best",
        context: Context::Anywhere,
        keys: &["Ctrl+Shift+Enter"],
        run: |view| generate(view, Quality::Best),
    },
    Action { id: "shot.cancel", context: Context::Board, keys: &["Ctrl+."], run: cancel },
];

/// How much work a take is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quality {
    /// The few steps that the model was taught to take, or a third of its own.
    Draft,
    /// The model's own steps.
    Best,
}

impl Quality {
    /// Denoising steps, where the best takes `own`.
    pub(crate) fn steps(self, own: u32, card: &ModelCard) -> u32 {
        match self {
            Self::Draft => card.defaults.draft_steps(own),
            Self::Best => own,
        }
    }
}

fn go(view: &mut View<'_>, by: i32) {
    let shots: Vec<ShotId> = view.project().storyboard.shots().map(|shot| shot.id).collect();
    let last = shots.len().saturating_sub(1);
    let place = view.shot().and_then(|shot| shots.iter().position(|other| *other == shot));
    let next = place.map_or(0, |place| place.saturating_add_signed(by as isize).min(last));
    select(view, shots.get(next).copied());
}

/// To the first shot, or to the last.
fn to_end(view: &mut View<'_>, last: bool) {
    let shots: Vec<ShotId> = view.project().storyboard.shots().map(|shot| shot.id).collect();
    select(view, if last { shots.last() } else { shots.first() }.copied());
}

/// To the same place of the next scene that has shots.
fn go_scene(view: &mut View<'_>, by: i32) {
    let project = view.project();
    let scenes: Vec<&_> = project.storyboard.scenes.iter().filter(|scene| !scene.shots.is_empty()).collect();
    let at = view.shot().and_then(|shot| {
        let scene = scenes.iter().position(|scene| scene.shots.iter().any(|other| other.id == shot))?;
        Some((scene, scenes[scene].shots.iter().position(|other| other.id == shot)?))
    });
    let (scene, place) = at.unwrap_or((0, 0));
    let next = scenes.get(scene.saturating_add_signed(by as isize).min(scenes.len().saturating_sub(1)));
    let shot =
        next.and_then(|scene| scene.shots.get(place.min(scene.shots.len().saturating_sub(1)))).map(|shot| shot.id);
    select(view, shot);
}

fn select(view: &mut View<'_>, shot: Option<ShotId>) {
    if let Some(shot) = shot {
        view.session.selected.select_shot(shot);
    }
}

/// After the selected shot, or at the end; in a first scene if there is none. Its prompt is written at once (see the editor).
fn new_shot(view: &mut View<'_>) {
    let project = view.project();
    let selected = view.shot();
    let scene = project.storyboard.scenes.iter().find_map(|scene| {
        let place = scene.shots.iter().position(|shot| Some(shot.id) == selected)?;
        Some((scene.id, Some(place + 1)))
    });
    let scene = scene.or_else(|| project.storyboard.scenes.last().map(|scene| (scene.id, None)));
    match scene {
        Some((scene, at)) => view.command("shot.add", json!({ "scene": scene, "at": at })),
        None => {
            let commands = vec![("scene.add", json!({})), ("shot.add", json!({ "scene": "1" }))];
            view.out.push(crate::Intent::Commands(commands));
        }
    }
}

/// On the selected card inside the shot, or on the shot.
fn write(view: &mut View<'_>) {
    match view.session.selected.card {
        Some(_) => change_card(view),
        None => view.session.writing = view.shot(),
    }
}

/// Words of the selected card inside the shot are written in their place; a picture is asked about.
pub(crate) fn change_card(view: &mut View<'_>) {
    let Some((shot, id)) = view.shot().zip(view.session.selected.card) else { return };
    let cards = view.project().storyboard.shot(shot).map(|shot| shot.cards.as_slice()).unwrap_or_default();
    match cards.iter().find(|card| card.id == id).map(|card| card.content.clone()) {
        Some(CardContent::Text(text)) => {
            view.session.card_draft = Some(CardDraft { shot, card: id, text, begun: false, drawn: false });
        }
        Some(_) => view.session.asking = kinora_studio::command::find("card.change"),
        None => {}
    }
}

/// The selected card inside the shot, or the shot.
fn remove(view: &mut View<'_>) {
    match view.shot().zip(view.session.selected.card) {
        Some((shot, card)) => view.command("card.remove", json!({ "shot": shot, "card": card })),
        None => on_shot(view, "shot.remove"),
    }
}

fn on_shot(view: &mut View<'_>, command: &'static str) {
    if let Some(shot) = view.shot() {
        view.command(command, json!({ "shot": shot }));
    }
}

/// Puts a take of the selected shot into the queue.
pub(crate) fn generate(view: &mut View<'_>, quality: Quality) {
    let Some(shot) = view.shot() else { return };
    let own = view.session.steps;
    let steps = view.studio.card().map(|card| quality.steps(own.unwrap_or(card.defaults.steps), card)).ok();
    let takes = view.session.variations;
    view.session.selected.last = Last::Shot;
    view.command("shot.generate", json!({ "shot": shot, "takes": takes, "steps": steps }));
}

fn cancel(view: &mut View<'_>) {
    let job = view.shot().and_then(|shot| view.session.derived.job_of(shot)).map(|job| job.id);
    if let Some(job) = job {
        view.command("job.cancel", json!({ "job": job }));
    }
}
