//! OpenTimelineIO: a timeline as JSON, in the schemas that version 0.15 and newer write
//! (<https://opentimelineio.readthedocs.io/en/latest/tutorials/otio-serialized-schema.html>).

use crate::{Files, frame_at, name_of, start_of};
use kinora_project::timeline::{Item, Timeline, Track, TrackKind, TransitionKind};
use kinora_project::{Project, Seen, seen};
use kinora_time::{Flicks, FrameRate};
use serde_json::{Value, json};

/// A timeline in OpenTimelineIO's JSON. What has no file is a missing reference, a title a generator; slugs tell their prompt in their
/// metadata, under `kinora`.
#[must_use]
pub fn otio(project: &Project, timeline: &Timeline, files: &Files) -> Value {
    let rate = project.settings.rate;
    let tracks: Vec<Value> = timeline.tracks.iter().map(|t| track(project, t, files, rate)).collect();
    let markers: Vec<Value> = timeline
        .markers
        .iter()
        .map(|marker| {
            json!({
                "OTIO_SCHEMA": "Marker.2",
                "name": marker.text,
                "comment": marker.text,
                "color": "RED",
                "marked_range": range(frame_at(marker.at, rate), 0, rate),
                "metadata": {},
            })
        })
        .collect();
    json!({
        "OTIO_SCHEMA": "Timeline.1",
        "name": timeline.name,
        "global_start_time": null,
        "metadata": { "kinora": { "project": project.settings.name } },
        "tracks": {
            "OTIO_SCHEMA": "Stack.1",
            "name": "tracks",
            "children": tracks,
            "source_range": null,
            "effects": [],
            "markers": markers,
            "enabled": true,
            "metadata": {},
        },
    })
}

fn track(project: &Project, track: &Track, files: &Files, rate: FrameRate) -> Value {
    let mut children = Vec::new();
    let mut start = Flicks(0);
    for (place, item) in track.items.iter().enumerate() {
        let after_gap = place == 0 || track.items[place - 1].is_gap();
        children.extend(transition(item, after_gap, rate));
        children.extend(clips(project, item, start, files, rate));
        start = Flicks(start.0 + item.duration().0);
    }
    json!({
        "OTIO_SCHEMA": "Track.1",
        "name": track.name,
        // OpenTimelineIO has tracks of pictures and of sound; titles are pictures.
        "kind": if track.kind == TrackKind::Audio { "Audio" } else { "Video" },
        "children": children,
        "source_range": null,
        "effects": [],
        "markers": [],
        "enabled": true,
        "metadata": {},
    })
}

/// How an item comes in: half before the cut and half after, or all after it where nothing is before.
fn transition(item: &Item, after_gap: bool, rate: FrameRate) -> Option<Value> {
    let transition = item.transition?;
    let frames = frame_at(transition.duration, rate);
    let before = if after_gap { 0 } else { frames / 2 };
    let kind = match transition.kind {
        TransitionKind::Dissolve => "SMPTE_Dissolve",
        TransitionKind::Dip | TransitionKind::Wipe => "Custom_Transition",
    };
    Some(json!({
        "OTIO_SCHEMA": "Transition.1",
        "name": format!("{:?}", transition.kind),
        "transition_type": kind,
        "in_offset": time(before, rate),
        "out_offset": time(frames - before, rate),
        "metadata": {},
    }))
}

/// An item as clips: one, or two where a take ends before its shot.
fn clips(project: &Project, item: &Item, start: Flicks, files: &Files, rate: FrameRate) -> Vec<Value> {
    let at = |into: Flicks| frame_at(Flicks(start.0 + into.0), rate);
    let parts = seen(project, item);
    let parts = parts.iter().map(|part| (part, at(part.range.end()) - at(part.range.start())));
    parts
        .filter(|(_, frames)| *frames > 0)
        .map(|(part, frames)| match &part.what {
            Seen::Nothing => json!({
                "OTIO_SCHEMA": "Gap.1",
                "name": "",
                "source_range": range(0, frames, rate),
                "effects": [], "markers": [], "enabled": true, "metadata": {},
            }),
            what => clip(project, what, frames, files, rate),
        })
        .collect()
}

fn clip(project: &Project, what: &Seen, frames: i64, files: &Files, rate: FrameRate) -> Value {
    let file = files.of(what);
    let reference = match (file, what) {
        (Some(file), _) => json!({
            "OTIO_SCHEMA": "ExternalReference.1",
            "name": file.name,
            "target_url": file.url,
            "available_range": range(0, file.frames, rate),
            "available_image_bounds": null,
            "metadata": {},
        }),
        (None, Seen::Title(words)) => json!({
            "OTIO_SCHEMA": "GeneratorReference.1",
            "name": words,
            "generator_kind": "Title",
            "parameters": { "text": words },
            "available_range": null,
            "available_image_bounds": null,
            "metadata": {},
        }),
        (None, _) => json!({
            "OTIO_SCHEMA": "MissingReference.1",
            "name": "",
            "available_range": null,
            "available_image_bounds": null,
            "metadata": {},
        }),
    };
    let prompt = match what {
        Seen::Slug(shot) => project.storyboard.shot(*shot).map(|shot| shot.words.prompt.clone()),
        _ => None,
    };
    json!({
        "OTIO_SCHEMA": "Clip.2",
        "name": file.map_or_else(|| name_of(project, what), |file| file.name.clone()),
        "source_range": range(frame_at(start_of(what), rate), frames, rate),
        "media_references": { "DEFAULT_MEDIA": reference },
        "active_media_reference_key": "DEFAULT_MEDIA",
        "effects": effects(what),
        "markers": [],
        "enabled": true,
        "metadata": prompt.map_or(json!({}), |prompt| json!({ "kinora": { "prompt": prompt } })),
    })
}

/// How fast a clip runs, where that is not its own speed.
fn effects(what: &Seen) -> Vec<Value> {
    let (Seen::Take(_, run) | Seen::Media(_, run)) = what else { return Vec::new() };
    let effect = |schema: &str, scalar: f64| json!({ "OTIO_SCHEMA": format!("{schema}.1"), "name": "", "effect_name": schema, "time_scalar": scalar, "metadata": {} });
    match run.speed {
        _ if run.is_normal() => Vec::new(),
        (0, _) => vec![effect("FreezeFrame", 0.0)],
        (n, d) => vec![effect("LinearTimeWarp", f64::from(n) / f64::from(d))],
    }
}

fn time(frames: i64, rate: FrameRate) -> Value {
    #[allow(clippy::cast_precision_loss, reason = "OpenTimelineIO counts frames in floating point")]
    let value = frames as f64;
    json!({ "OTIO_SCHEMA": "RationalTime.1", "rate": rate.as_f64(), "value": value })
}

fn range(start: i64, frames: i64, rate: FrameRate) -> Value {
    json!({ "OTIO_SCHEMA": "TimeRange.1", "start_time": time(start, rate), "duration": time(frames, rate) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{files, film};

    /// A track in a line: `name@first+frames`, with transitions as `<before|after>`.
    fn text(track: &Value) -> String {
        let frames = |time: &Value| time["value"].as_f64().unwrap();
        let child = |child: &Value| match child["OTIO_SCHEMA"].as_str().unwrap() {
            "Transition.1" => format!("<{}|{}>", frames(&child["in_offset"]), frames(&child["out_offset"])),
            "Gap.1" => format!("_+{}", frames(&child["source_range"]["duration"])),
            _ => {
                let range = &child["source_range"];
                let kind = child["media_references"]["DEFAULT_MEDIA"]["OTIO_SCHEMA"].as_str().unwrap();
                let kind = kind.chars().next().unwrap();
                let (start, length) = (frames(&range["start_time"]), frames(&range["duration"]));
                format!("{} {kind}@{start}+{length}", child["name"].as_str().unwrap())
            }
        };
        track["children"].as_array().unwrap().iter().map(child).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn every_track_is_there_to_the_frame() {
        let project = film();
        let told = otio(&project, &project.timelines[0], &files(&project));
        let tracks = told["tracks"]["children"].as_array().unwrap();
        assert_eq!(told["name"], "Cut 1");
        assert_eq!(
            text(&tracks[0]),
            "Shot A, take 1 E@4+14, Shot A M@0+6, <3|3>, Shot B, take 1 E@0+24, Shot C M@0+24"
        );
        assert_eq!(text(&tracks[1]), "_+12, The end G@0+24");
        assert_eq!(tracks[0]["kind"], "Video");
        let slug = &tracks[0]["children"][1];
        assert_eq!(slug["metadata"]["kinora"]["prompt"], "a red car");
        assert_eq!(told["tracks"]["markers"][0]["name"], "look");
        let first = &tracks[0]["children"][0]["media_references"]["DEFAULT_MEDIA"];
        assert_eq!(
            (&first["target_url"], &first["available_range"]["duration"]["value"]),
            (&json!("media/A.mp4"), &json!(18.0))
        );
    }
}
