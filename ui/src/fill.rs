//! What a command wants to know, filled in from what is selected, so that it can be run without asking.

use crate::view::View;
use kinora_project::{ASSEMBLY, TakeId};
use kinora_studio::command::{Command, Kind};
use serde_json::{Map, Value, json};

/// A command's arguments as far as the selection gives them; nothing if something is missing that it needs.
#[must_use]
pub fn filled(command: &Command, view: &View<'_>) -> Option<Value> {
    let args = known(command, view);
    let complete = command.args.iter().all(|arg| !arg.required || args.contains_key(arg.name));
    complete.then_some(Value::Object(args))
}

/// What the selection says about a command's arguments.
#[must_use]
pub fn known(command: &Command, view: &View<'_>) -> Map<String, Value> {
    let (session, project) = (&*view.session, view.project());
    let selected = &session.selected;
    let shot = selected.shot();
    // A take belongs to the shot that a command is about, where it is about one.
    let of_shot = command.args.iter().any(|arg| arg.kind == Kind::Shot && arg.required);
    let belongs = |take: &TakeId| project.arrived.takes.get(take).is_some_and(|take| Some(take.shot) == shot);
    let mut args = Map::new();
    for arg in command.args {
        let value = match arg.kind {
            Kind::Shot => shot.map(|shot| json!(shot)),
            Kind::Scene => project
                .storyboard
                .scenes
                .iter()
                .find(|scene| scene.shots.iter().any(|other| Some(other.id) == shot))
                .or(project.storyboard.scenes.last())
                .map(|scene| json!(scene.id)),
            Kind::Take => selected
                .take
                .filter(|take| !of_shot || belongs(take))
                .or_else(|| shot.and_then(|shot| project.circled(shot)).map(|take| take.id))
                .map(|take| json!(take)),
            Kind::Media => selected.media.map(|media| json!(media)),
            Kind::Timeline => (session.timeline != ASSEMBLY).then(|| json!(session.timeline)),
            Kind::Track => selected.track.map(|track| json!(track)),
            Kind::Item => selected.items.first().map(|item| json!(item)),
            Kind::Ids if arg.name == "items" => (!selected.items.is_empty()).then(|| json!(selected.items)),
            Kind::Time if arg.name == "time" && arg.required => Some(json!(format!("{} f", session.transport.frame()))),
            Kind::Time if arg.name == "from" && arg.required => {
                session.transport.mark_in.map(|frame| json!(format!("{frame} f")))
            }
            Kind::Time if arg.name == "to" && arg.required => {
                session.transport.mark_out.map(|frame| json!(format!("{frame} f")))
            }
            Kind::Whole if arg.name == "card" => selected.card.map(|card| json!(card)),
            Kind::Job => shot.and_then(|shot| session.derived.job_of(shot)).map(|job| json!(job.id)),
            _ => None,
        };
        // What may be left out and means something else then is left out: a shot is generated, not its take replaced.
        let means_the_same = match arg.kind {
            Kind::Timeline | Kind::Track => true,
            Kind::Take => of_shot && arg.name == "take",
            _ => false,
        };
        if let Some(value) = value.filter(|_| arg.required || means_the_same) {
            args.insert(arg.name.to_owned(), value);
        }
    }
    args
}
