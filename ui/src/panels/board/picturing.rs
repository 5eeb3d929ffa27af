//! A card's words become a picture: it is generated as a take of one frame, and takes their place once it is there.

use crate::desk::Texture;
use crate::view::View;
use kinora_plan::PromptSpan;
use kinora_project::{CardContent, CardId, ShotId, TakeId};
use kinora_studio::planner::plan_of_card;
use kinora_studio::queue::{State, Work};
use kinora_time::Flicks;
use serde_json::json;

/// A card whose picture is being made.
#[derive(Debug, Clone, PartialEq)]
pub struct Picturing {
    shot: ShotId,
    card: CardId,
    content: CardContent,
    /// What the take is made from.
    prompts: Vec<PromptSpan>,
    /// The take comes after this one.
    after: Option<TakeId>,
}

/// Puts the picture into the queue.
pub(super) fn begin(view: &mut View<'_>, shot: ShotId, card: CardId) {
    let project = view.project().clone();
    let cards = project.storyboard.shot(shot).map(|shot| shot.cards.as_slice()).unwrap_or_default();
    let content = cards.iter().find(|other| other.id == card).map(|card| card.content.clone());
    let plan = view.studio.card().ok().and_then(|model| plan_of_card(&project, shot, card, model).ok());
    if let (Some(content), Some(plan)) = (content, plan) {
        let after = project.arrived.takes.keys().last().copied();
        view.session.picturing.push(Picturing { shot, card, content, prompts: plan.prompts, after });
    }
    // Where it can't be made, this says why.
    view.command("card.picture", json!({ "shot": shot, "card": card }));
}

/// Puts pictures that are there in the words' place, where the words are still the same.
pub(super) fn keep_up(view: &mut View<'_>) {
    let project = view.project().clone();
    for one in std::mem::take(&mut view.session.picturing) {
        let cards = project.storyboard.shot(one.shot).map(|shot| shot.cards.as_slice()).unwrap_or_default();
        let Some(card) = cards.iter().find(|card| card.id == one.card && card.content == one.content) else { continue };
        let mut new = project.arrived.takes.values().filter(|take| take.shot == one.shot && Some(take.id) > one.after);
        match new.find(|take| take.is_still() && take.plan.prompts == one.prompts) {
            Some(take) => {
                let time = crate::action::frames(view, card.at);
                let args = json!({ "shot": one.shot, "card": one.card, "time": time, "frame": take.id });
                view.command("card.change", args);
            }
            None => view.session.picturing.push(one),
        }
    }
}

/// The picture as it forms.
pub(super) fn forming(view: &mut View<'_>, card: CardId) -> Option<Texture> {
    let one = view.session.picturing.iter().find(|one| one.card == card)?;
    let job = view.session.derived.jobs().iter().find(|job| match &job.work {
        Work::Generate { shot, plan, .. } => {
            job.state == State::Running && job.work.is_still() && *shot == one.shot && plan.prompts == one.prompts
        }
        _ => false,
    })?;
    let id = job.id;
    view.desk.preview(id, Flicks(0), 0)
}
