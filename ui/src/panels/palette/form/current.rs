//! What a form begins with: what the selection says, and what is there now of what the command would change.

use crate::action::frames;
use crate::session::Source;
use crate::view::View;
use kinora_project::timeline::{Framing, Pace, Placement, TransitionKind};
use kinora_project::{
    CardContent, ItemId, MediaId, MemberId, MemberKind, SceneId, ShotId, TakeId, TimelineId, TrackId,
};
use kinora_studio::command::Command;
use serde_json::{Map, Value, json};

/// The values that are known of a command's arguments.
pub(super) fn values(command: &Command, view: &View<'_>) -> Map<String, Value> {
    let mut known = crate::fill::known(command, view);
    let id = |name: &str| known.get(name).and_then(Value::as_u64);
    let (project, settings) = (view.project(), &view.project().settings);
    let timeline = id("timeline").map(TimelineId).or(project.timelines.first().map(|timeline| timeline.id));
    let timeline = timeline.and_then(|timeline| project.timeline(timeline));
    let item = id("item").map(ItemId).zip(timeline).and_then(|(item, timeline)| timeline.item(item));
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
        "card.change" => {
            let card = id("card").zip(shot).and_then(|(card, shot)| shot.cards.iter().find(|other| other.id.0 == card));
            card.map_or(Value::Null, |card| {
                let mut now = json!({ "time": frames(view, card.at) });
                match &card.content {
                    CardContent::Text(text) => now["text"] = json!(text),
                    CardContent::Picture(media) => now["picture"] = json!(media),
                    CardContent::Clip(media) => now["clip"] = json!(media),
                    CardContent::Frame { take, at } => {
                        now["frame"] = json!(take);
                        now["frame_at"] = json!(frames(view, *at));
                    }
                }
                now
            })
        }
        "clip.set-transition" => match item.map(|item| item.transition) {
            Some(Some(transition)) => {
                let kind = match transition.kind {
                    TransitionKind::Dissolve => "dissolve",
                    TransitionKind::Dip => "dip",
                    TransitionKind::Wipe => "wipe",
                };
                json!({ "kind": kind, "duration": frames(view, transition.duration) })
            }
            // Without a length it would stay a cut.
            _ => json!({ "kind": "dissolve", "duration": "1 s" }),
        },
        "clip.place" => item.map_or(Value::Null, |item| placement(&item.placement)),
        "clip.set-sound" => item.map_or(Value::Null, |item| {
            let (gain, pan) = (number(item.sound.gain, 100), number(item.sound.pan, 10));
            let (fade_in, fade_out) = (frames(view, item.sound.fade_in), frames(view, item.sound.fade_out));
            json!({ "gain": gain, "pan": pan, "fade_in": fade_in, "fade_out": fade_out, "muted": item.sound.muted })
        }),
        "clip.set-speed" => match item.map(|item| item.pace) {
            Some(Pace::Speed(n, d)) => json!({ "speed": if d == 1 { n.to_string() } else { format!("{n}/{d}") } }),
            // A picture that stands still gets a speed here.
            Some(Pace::Still(_)) | None => Value::Null,
        },
        "clip.insert" | "clip.overwrite" | "clip.fill" | "clip.replace" => match view.session.source {
            Some(Source::Take(take)) => json!({ "take": take }),
            Some(Source::Media(media)) => json!({ "media": media }),
            None => Value::Null,
        },
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
                MemberKind::Style => "style",
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

/// Where a picture lies, as `clip.place` takes it.
fn placement(now: &Placement) -> Value {
    let framing = match now.framing {
        Framing::Fill => "fill",
        Framing::Fit => "fit",
        Framing::Native => "native",
    };
    let percent = |thousandths| number(thousandths, 10);
    json!({
        "framing": framing,
        "x": percent(now.position.0),
        "y": percent(now.position.1),
        "scale": percent(now.scale),
        "rotation": number(now.rotation, 1000),
        "left": percent(now.crop.left),
        "top": percent(now.crop.top),
        "right": percent(now.crop.right),
        "bottom": percent(now.crop.bottom),
        "opacity": percent(now.opacity),
    })
}

/// So many parts of a unit as people write it: without a fraction where there is none.
fn number(parts: i32, of: i32) -> Value {
    if parts % of == 0 { json!(parts / of) } else { json!(f64::from(parts) / f64::from(of)) }
}
