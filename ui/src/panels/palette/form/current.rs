//! What a form begins with: what the selection says, and what is there now of what the command would change.

use crate::view::View;
use kinora_project::{MediaId, MemberId, MemberKind, SceneId, ShotId, TakeId, TimelineId, TrackId};
use kinora_studio::command::Command;
use serde_json::{Map, Value, json};

/// The values that are known of a command's arguments.
pub(super) fn values(command: &Command, view: &View<'_>) -> Map<String, Value> {
    let mut known = crate::fill::known(command, view);
    let id = |name: &str| known.get(name).and_then(Value::as_u64);
    let (project, settings) = (view.project(), &view.project().settings);
    let timeline = id("timeline").map(TimelineId).or(project.timelines.first().map(|timeline| timeline.id));
    let timeline = timeline.and_then(|timeline| project.timeline(timeline));
    let shot = id("shot").and_then(|shot| project.storyboard.shot(ShotId(shot)));
    let now = match command.id {
        "project.settings" => json!({
            "name": settings.name, "drop_frame": settings.drop_frame, "aspect": settings.aspect, "model": settings.model,
        }),
        "scene.rename" => {
            let scene = id("scene").and_then(|scene| project.storyboard.scene(SceneId(scene)));
            json!({ "heading": scene.map(|scene| scene.heading.clone()) })
        }
        "shot.write" => json!({ "field": "prompt", "text": shot.map(|shot| shot.words.prompt.clone()) }),
        "shot.set-seed" => json!({ "seed": shot.map(|shot| shot.seed) }),
        "shot.set-references" => json!({ "references": shot.map(|shot| shot.references.clone()) }),
        "media.move" => {
            let file = id("media").and_then(|media| project.media.files.get(&MediaId(media)));
            json!({ "name": file.map(|file| file.name.clone()), "bin": file.map(|file| file.bin.clone()) })
        }
        "take.mark" | "media.mark" => {
            let of_take = id("take").and_then(|take| project.marks.takes.get(&TakeId(take)));
            let mark = of_take.or_else(|| id("media").and_then(|media| project.marks.media.get(&MediaId(media))));
            mark.map_or(
                Value::Null,
                |mark| json!({ "favourite": mark.favourite, "stars": mark.stars, "folder": mark.folder }),
            )
        }
        "cast.change" => {
            let member = id("member").and_then(|member| project.cast.member(MemberId(member)));
            let kind = member.map(|member| match member.kind {
                MemberKind::Person => "person",
                MemberKind::Place => "place",
                MemberKind::Prop => "prop",
            });
            let (name, words) = (member.map(|member| &member.name), member.map(|member| &member.words));
            json!({ "name": name, "kind": kind, "words": words })
        }
        "timeline.rename" => json!({ "name": timeline.map(|timeline| timeline.name.clone()) }),
        "track.change" => {
            let track = id("track").map(TrackId).zip(timeline).and_then(|(track, timeline)| timeline.track(track));
            json!({ "name": track.map(|track| track.name.clone()), "locked": track.map(|track| track.locked) })
        }
        _ => Value::Null,
    };
    if let Value::Object(now) = now {
        known.extend(now);
    }
    known
}
