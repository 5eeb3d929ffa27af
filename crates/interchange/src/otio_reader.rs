//! OpenTimelineIO read: any version of its schemas since 0.9, as far as they are cuts, gaps, transitions, speeds and markers.
//!
//! Times are turned into flicks at the rate that each is written with, so that nothing is rounded before it has to be.

use crate::imported::{ImportError, ImportedContent, ImportedItem, ImportedTimeline, ImportedTrack, NotModelled};
use kinora_project::timeline::{Pace, TrackKind, Transition, TransitionKind};
use kinora_time::{FLICKS_PER_SECOND, Flicks, FrameRate, TimeRange};
use serde_json::Value;

/// Tracks within tracks within tracks: deeper than this is nobody's film.
const DEEPEST: usize = 32;

/// Reads a timeline in OpenTimelineIO's JSON.
///
/// # Errors
/// [`ImportError`].
pub fn read_otio(text: &str) -> Result<ImportedTimeline, ImportError> {
    let not_read = |reason: String| ImportError::NotRead { format: "OpenTimelineIO", reason };
    let root: Value = serde_json::from_str(&without_infinities(text)).map_err(|error| not_read(error.to_string()))?;
    let timeline = find_timeline(&root, 0).ok_or_else(|| match schema(&root) {
        "" => not_read("it has no OTIO_SCHEMA".to_owned()),
        other => ImportError::NoTimeline(format!("a {other}")),
    })?;
    let mut reader = Reader { not_modelled: NotModelled::default(), rate: None };
    if timeline["global_start_time"].is_object() {
        reader.not_modelled.add("the timecode that the timeline begins with");
    }
    let stack = &timeline["tracks"];
    let mut tracks = Vec::new();
    for child in children(stack) {
        match schema(child) {
            "Track" | "Sequence" => tracks.push(reader.track(child)),
            _ => {
                // A clip or stack of its own is a track of one item.
                let items = reader.items(std::slice::from_ref(child), 0);
                tracks.push(ImportedTrack { name: text_of(child, "name"), kind: TrackKind::Video, items });
            }
        }
    }
    let mut markers = reader.markers(stack);
    markers.sort_by_key(|(at, _)| *at);
    Ok(ImportedTimeline {
        name: text_of(timeline, "name"),
        rate: reader.rate,
        tracks,
        markers,
        not_modelled: reader.not_modelled.told(),
    })
}

/// OpenTimelineIO writes numbers that JSON has not: they become nothing.
fn without_infinities(text: &str) -> String {
    const ODD: [&str; 6] = ["-Infinity", "-Inf", "-NaN", "Infinity", "Inf", "NaN"];
    let mut strict = String::with_capacity(text.len());
    let (mut rest, mut quoted) = (text, false);
    while let Some(letter) = rest.chars().next() {
        let odd = ODD.iter().find(|odd| !quoted && rest.starts_with(**odd));
        if let Some(odd) = odd {
            strict.push_str("null");
            rest = &rest[odd.len()..];
            continue;
        }
        // A quote after a backslash ends nothing.
        let length =
            if quoted && letter == '\\' { rest.chars().take(2).map(char::len_utf8).sum() } else { letter.len_utf8() };
        quoted ^= letter == '"';
        strict.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    strict
}

/// The schema's name, without its version.
fn schema(value: &Value) -> &str {
    let name = value["OTIO_SCHEMA"].as_str().unwrap_or_default();
    name.rsplit_once('.').map_or(name, |(name, _)| name)
}

fn find_timeline(value: &Value, depth: usize) -> Option<&Value> {
    match schema(value) {
        "Timeline" => Some(value),
        "SerializableCollection" | "SerializeableCollection" if depth < DEEPEST => {
            children(value).iter().find_map(|child| find_timeline(child, depth + 1))
        }
        _ => None,
    }
}

fn children(value: &Value) -> &[Value] {
    value["children"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text_of(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

struct Reader {
    not_modelled: NotModelled,
    /// The first rate that a time is written with.
    rate: Option<FrameRate>,
}

impl Reader {
    fn track(&mut self, track: &Value) -> ImportedTrack {
        let kind = match track["kind"].as_str() {
            Some("Audio") => TrackKind::Audio,
            Some("Video") | None => TrackKind::Video,
            Some(other) => {
                self.not_modelled.add(format!("tracks of {other}"));
                TrackKind::Video
            }
        };
        self.leave_out(track);
        let mut items = self.items(children(track), 0);
        if let Some(range) = self.range(&track["source_range"]) {
            items = within(items, range);
        }
        ImportedTrack { name: text_of(track, "name"), kind, items }
    }

    /// What stands on a track, each with the transition before it.
    fn items(&mut self, children: &[Value], depth: usize) -> Vec<ImportedItem> {
        let mut items: Vec<ImportedItem> = Vec::new();
        let mut coming: Option<Transition> = None;
        for child in children {
            match schema(child) {
                "Transition" => {
                    let (before, after) = (self.time(&child["in_offset"]), self.time(&child["out_offset"]));
                    let duration = Flicks(before.unwrap_or_default().0.saturating_add(after.unwrap_or_default().0));
                    if child["transition_type"].as_str() != Some("SMPTE_Dissolve") {
                        self.not_modelled.add(format!(
                            "transitions of the type {}, which are dissolves here",
                            child["transition_type"].as_str().unwrap_or("that none says")
                        ));
                    }
                    coming = Some(Transition { kind: TransitionKind::Dissolve, duration }).filter(|t| t.duration.0 > 0);
                }
                "Gap" | "Filler" => {
                    self.leave_out(child);
                    let range = self.range(&child["source_range"]);
                    let duration = range.map_or(Flicks(0), TimeRange::duration);
                    items.push(gap(duration));
                    coming = None;
                }
                "Clip" => items.push(self.clip(child, coming.take())),
                "Stack" | "Track" | "Sequence" if depth < DEEPEST => {
                    self.not_modelled.add("timelines within the timeline, whose lowest track is shown");
                    let inner = match schema(child) {
                        "Stack" => children_of_first(child),
                        _ => self::children(child),
                    };
                    let mut inner = self.items(inner, depth + 1);
                    if let Some(range) = self.range(&child["source_range"]) {
                        inner = within(inner, range);
                    }
                    if let Some(first) = inner.first_mut() {
                        first.transition = coming.take();
                    }
                    items.extend(inner);
                }
                "" => self.not_modelled.add("something that says not what it is"),
                other => self.not_modelled.add(format!("a {other} on a track")),
            }
        }
        items.retain(|item| item.source_range.duration().0 > 0);
        items
    }

    fn clip(&mut self, clip: &Value, transition: Option<Transition>) -> ImportedItem {
        let reference = self.reference(clip);
        let available = self.range(&reference["available_range"]);
        let range = self.range(&clip["source_range"]).or(available).unwrap_or(TimeRange::between(Flicks(0), Flicks(0)));
        for marker in clip["markers"].as_array().into_iter().flatten() {
            self.not_modelled.add(format!("markers on clips, such as {:?}", text_of(marker, "name")));
        }
        let pace = self.pace(clip, range.start());
        let content = match schema(reference) {
            "ExternalReference" => match reference["target_url"].as_str() {
                Some(url) if !url.is_empty() => {
                    ImportedContent::File { url: url.to_owned(), available_range: available }
                }
                _ => ImportedContent::Unknown,
            },
            "MissingReference" | "" => ImportedContent::Unknown,
            other => {
                self.not_modelled.add(format!("a {other} in place of a file"));
                ImportedContent::Unknown
            }
        };
        let source_range = match pace {
            Pace::Still(_) => TimeRange::between(Flicks(0), range.duration()),
            Pace::Speed(..) => {
                // The source as it runs: where it begins is counted at its own speed.
                let start =
                    pace.of_source(TimeRange::between(range.start().max(Flicks(0)), range.start().max(Flicks(0))));
                let start = start.map_or(range.start(), TimeRange::start);
                TimeRange::between(start, Flicks(start.0 + range.duration().0))
            }
        };
        let disabled = clip["enabled"].as_bool() == Some(false);
        ImportedItem { name: text_of(clip, "name"), content, source_range, transition, pace, disabled }
    }

    /// The media that a clip shows: of several, the active one.
    fn reference<'a>(&mut self, clip: &'a Value) -> &'a Value {
        let several = clip["media_references"].as_object();
        if several.is_some_and(|several| several.len() > 1) {
            self.not_modelled.add("media in several versions, of which the active one is taken");
        }
        let key = clip["active_media_reference_key"].as_str().unwrap_or("DEFAULT_MEDIA");
        several.and_then(|several| several.get(key)).unwrap_or(&clip["media_reference"])
    }

    fn pace(&mut self, clip: &Value, start: Flicks) -> Pace {
        let mut pace = Pace::default();
        for effect in clip["effects"].as_array().into_iter().flatten() {
            match schema(effect) {
                "FreezeFrame" => pace = Pace::Still(start),
                "LinearTimeWarp" => {
                    let scalar = effect["time_scalar"].as_f64().unwrap_or(1.0);
                    #[allow(clippy::cast_possible_truncation)]
                    let thousandths = (scalar * 1000.0).round().clamp(-1e6, 1e6) as i32;
                    let wanted = if thousandths == 0 { Pace::Still(start) } else { Pace::Speed(thousandths, 1000) };
                    if thousandths < 0 {
                        self.not_modelled.add("clips that run backwards, which run forwards here");
                    } else if wanted.is_sound() {
                        pace = wanted;
                    } else {
                        self.not_modelled.add(format!("a speed of {scalar}"));
                    }
                }
                other => self.not_modelled.add(format!("the effect {}", name_of_effect(effect, other))),
            }
        }
        pace
    }

    /// Effects and switches of what has none here.
    fn leave_out(&mut self, value: &Value) {
        for effect in value["effects"].as_array().into_iter().flatten() {
            self.not_modelled.add(format!("the effect {} of a track or gap", name_of_effect(effect, schema(effect))));
        }
        if value["enabled"].as_bool() == Some(false) {
            self.not_modelled.add("tracks that are switched off");
        }
    }

    fn markers(&mut self, stack: &Value) -> Vec<(Flicks, String)> {
        let tracks = children(stack).iter().filter(|child| matches!(schema(child), "Track" | "Sequence"));
        let all = std::iter::once(stack).chain(tracks);
        let all: Vec<&Value> = all.flat_map(|of| of["markers"].as_array().into_iter().flatten()).collect();
        all.into_iter()
            .filter_map(|marker| {
                let range = self.range(&marker["marked_range"])?;
                let comment = text_of(marker, "comment");
                Some((range.start(), if comment.is_empty() { text_of(marker, "name") } else { comment }))
            })
            .collect()
    }

    fn range(&mut self, range: &Value) -> Option<TimeRange> {
        let (start, duration) = (self.time(&range["start_time"])?, self.time(&range["duration"])?);
        Some(TimeRange::between(start, Flicks(start.0.saturating_add(duration.0.max(0)))))
    }

    /// A time of so many frames at a rate.
    fn time(&mut self, time: &Value) -> Option<Flicks> {
        let (value, rate) = (time["value"].as_f64()?, time["rate"].as_f64().filter(|rate| *rate > 0.0)?);
        if self.rate.is_none() {
            self.rate = exact_rate(rate);
        }
        let seconds = value / rate;
        let sane = seconds.is_finite() && seconds.abs() < 1e8;
        // A whole number of frames at an exact rate is an exact time.
        match exact_rate(rate) {
            #[allow(clippy::cast_possible_truncation)]
            Some(exact) if sane && value.fract() == 0.0 => Some(exact.frame_start(value as i64)),
            #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
            _ => sane.then(|| Flicks((seconds * FLICKS_PER_SECOND as f64).round() as i64)),
        }
    }
}

fn name_of_effect(effect: &Value, schema: &str) -> String {
    let name = effect["effect_name"].as_str().filter(|name| !name.is_empty()).or(effect["name"].as_str());
    name.filter(|name| !name.is_empty()).unwrap_or(schema).to_owned()
}

fn children_of_first(stack: &Value) -> &[Value] {
    match children(stack).first() {
        Some(first) if matches!(schema(first), "Track" | "Sequence") => children(first),
        Some(first) => std::slice::from_ref(first),
        None => &[],
    }
}

fn gap(duration: Flicks) -> ImportedItem {
    ImportedItem {
        name: String::new(),
        content: ImportedContent::Gap,
        source_range: TimeRange::between(Flicks(0), duration),
        transition: None,
        pace: Pace::default(),
        disabled: false,
    }
}

/// The part of a row that lies within a range of it.
fn within(items: Vec<ImportedItem>, range: TimeRange) -> Vec<ImportedItem> {
    let mut start = 0;
    let cut = |item: ImportedItem| {
        let whole = TimeRange::between(Flicks(start), Flicks(start + item.source_range.duration().0));
        start = whole.end().0;
        let seen = whole.intersection(range)?;
        let late = seen.start().0 - whole.start().0;
        let from = Flicks(item.source_range.start().0 + late);
        let source_range = TimeRange::between(from, Flicks(from.0 + seen.duration().0));
        let transition = item.transition.filter(|_| late == 0);
        Some(ImportedItem { source_range, transition, ..item })
    };
    items.into_iter().filter_map(cut).filter(|item| item.source_range.duration().0 > 0).collect()
}

/// The rate that somebody wrote as a number: 23.976, 23.98 and 23.976023976 are all 24000/1001.
pub(crate) fn exact_rate(rate: f64) -> Option<FrameRate> {
    let ntsc = [12u32, 24, 30, 48, 60, 120].map(|whole| (f64::from(whole) * 1000.0 / 1001.0, whole * 1000, 1001));
    let found = ntsc.into_iter().find(|(exact, _, _)| (exact - rate).abs() < 0.006);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    match found {
        Some((_, n, d)) => FrameRate::new(n, d).ok(),
        None if rate.fract() == 0.0 && rate <= 1e6 => FrameRate::new(rate as u32, 1).ok(),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otio::otio;
    use crate::sample::{files, film};
    use serde_json::json;

    /// Tracks in words: names, lengths and beginnings in frames of 24 a second.
    fn told(timeline: &ImportedTimeline) -> Vec<String> {
        let frames = |time: Flicks| FrameRate::FPS_24.nearest_frame(time);
        let item = |item: &ImportedItem| {
            let what = match &item.content {
                ImportedContent::File { url, .. } => url.rsplit('/').next().unwrap_or_default().to_owned(),
                ImportedContent::Unknown => format!("?{}", item.name),
                ImportedContent::Gap => "_".to_owned(),
            };
            let comes = item.transition.map_or(String::new(), |t| format!("×{} ", frames(t.duration)));
            let pace = if item.pace.is_normal() { String::new() } else { format!(" {:?}", item.pace) };
            format!("{comes}{what}{}+{}{pace}", frames(item.source_range.start()), frames(item.source_range.duration()))
        };
        let track = |track: &ImportedTrack| {
            format!("{:?}: {}", track.kind, track.items.iter().map(item).collect::<Vec<_>>().join(" | "))
        };
        timeline.tracks.iter().map(track).collect()
    }

    #[test]
    fn what_was_written_is_read_again() {
        let project = film();
        let written = otio(&project, &project.timelines[0], &files(&project)).to_string();
        let read = read_otio(&written).unwrap();
        assert_eq!(read.name, "Cut 1");
        assert_eq!(read.rate, Some(FrameRate::FPS_24));
        let again: Vec<String> = told(&read);
        assert!(again.iter().any(|track| track.contains("A.mp44+14")), "{again:?}");
        assert_eq!(read.markers.len(), project.timelines[0].markers.len());
    }

    #[test]
    fn speeds_are_written_and_read_again() {
        use kinora_project::{Edit, TimelineEdit};
        let mut project = film();
        let (timeline, item) = {
            let timeline = &project.timelines[0];
            let track = timeline.tracks.iter().find(|track| track.kind == TrackKind::Video).unwrap();
            (timeline.id, track.items[0].id)
        };
        for (pace, read_as) in
            [(Pace::Speed(3, 2), Pace::Speed(1500, 1000)), (Pace::Still(Flicks(0)), Pace::Still(Flicks(0)))]
        {
            Edit::Timeline(timeline, TimelineEdit::SetPace { item, pace }).apply(&mut project).unwrap();
            let written = otio(&project, &project.timelines[0], &files(&project)).to_string();
            let read = read_otio(&written).unwrap();
            let first = read.tracks.iter().find(|track| track.kind == TrackKind::Video).unwrap().items[0].clone();
            assert_eq!(first.pace, read_as);
            let list = crate::edl::edl(&project, &project.timelines[0], &files(&project)).text;
            let again = crate::read_edl(&list, FrameRate::FPS_24).unwrap();
            assert_eq!(again.tracks[0].items[0].pace, read_as, "{list}");
        }
    }

    fn time(value: f64, rate: f64) -> Value {
        json!({ "OTIO_SCHEMA": "RationalTime.1", "value": value, "rate": rate })
    }

    fn range(start: f64, duration: f64) -> Value {
        json!({ "OTIO_SCHEMA": "TimeRange.1", "start_time": time(start, 24.0), "duration": time(duration, 24.0) })
    }

    fn clip(name: &str, start: f64, duration: f64, more: Value) -> Value {
        let mut clip = json!({
            "OTIO_SCHEMA": "Clip.1",
            "name": name,
            "source_range": range(start, duration),
            "media_reference": { "OTIO_SCHEMA": "ExternalReference.1", "target_url": format!("/media/{name}") },
        });
        for (key, value) in more.as_object().into_iter().flatten() {
            clip[key] = value.clone();
        }
        clip
    }

    fn timeline(tracks: Value) -> String {
        json!({ "OTIO_SCHEMA": "Timeline.1", "name": "T", "tracks": { "OTIO_SCHEMA": "Stack.1", "children": tracks } })
            .to_string()
    }

    #[test]
    fn other_editors_files_are_read_as_far_as_they_are_modelled_and_the_rest_is_named() {
        let track = |children: Value| json!([{ "OTIO_SCHEMA": "Track.1", "kind": "Video", "children": children }]);
        let dissolve = json!({
            "OTIO_SCHEMA": "Transition.1", "transition_type": "SMPTE_Dissolve", "in_offset": time(4.0, 24.0), "out_offset": time(6.0, 24.0)
        });
        let read = |children: Value| read_otio(&timeline(track(children))).unwrap();
        let film = read(json!([clip("a", 10.0, 20.0, json!({})), dissolve, clip("b", 0.0, 12.0, json!({}))]));
        assert_eq!(told(&film), ["Video: a10+20 | ×10 b0+12"]);
        assert_eq!(film.not_modelled, [""; 0]);
        let warped = json!({ "effects": [{ "OTIO_SCHEMA": "LinearTimeWarp.1", "time_scalar": 2.0 }] });
        let frozen = json!({ "effects": [{ "OTIO_SCHEMA": "FreezeFrame.1" }] });
        let blurred = json!({ "effects": [{ "OTIO_SCHEMA": "Effect.1", "effect_name": "Blur" }] });
        let film =
            read(json!([clip("a", 10.0, 20.0, warped), clip("b", 7.0, 12.0, frozen), clip("c", 0.0, 5.0, blurred)]));
        let at = FrameRate::FPS_24.frame_start(7);
        assert_eq!(told(&film), [format!("Video: a5+20 Speed(2000, 1000) | b0+12 Still({at:?}) | c0+5")]);
        assert_eq!(film.not_modelled, ["the effect Blur"]);
        let nested = json!({ "OTIO_SCHEMA": "Stack.1", "source_range": range(5.0, 10.0), "children": [
            { "OTIO_SCHEMA": "Track.1", "children": [clip("a", 0.0, 8.0, json!({})), clip("b", 0.0, 8.0, json!({}))] }
        ]});
        let film = read(json!([{ "OTIO_SCHEMA": "Gap.1", "source_range": range(0.0, 3.0) }, nested]));
        assert_eq!(told(&film), ["Video: _0+3 | a5+3 | b0+7"]);
        assert_eq!(film.not_modelled, ["timelines within the timeline, whose lowest track is shown"]);
    }

    #[test]
    fn what_is_no_timeline_is_refused() {
        assert!(matches!(read_otio("{"), Err(ImportError::NotRead { .. })));
        assert!(matches!(read_otio("{}"), Err(ImportError::NotRead { .. })));
        let clip = json!({ "OTIO_SCHEMA": "Clip.2", "name": "a" }).to_string();
        assert_eq!(
            read_otio(&clip).unwrap_err().to_string(),
            "there is no timeline in this file, only a Clip; export the timeline itself"
        );
        let odd =
            timeline(json!([{ "OTIO_SCHEMA": "Track.1", "children": [{ "OTIO_SCHEMA": "Clip.1" }, 7, null, {}] }]));
        assert_eq!(read_otio(&odd).unwrap().tracks[0].items, []);
    }

    #[test]
    fn numbers_that_json_has_not_are_passed_over() {
        let odd = r#"{"a": Inf, "b": -Infinity, "c": [NaN, 1], "d": "NaN \" Inf", "e\\": 2}"#;
        let strict: Value = serde_json::from_str(&without_infinities(odd)).unwrap();
        assert_eq!(strict, json!({ "a": null, "b": null, "c": [null, 1], "d": "NaN \" Inf", "e\\": 2 }));
    }

    #[test]
    fn rates_are_exact_whatever_they_were_rounded_to() {
        for (written, rate) in
            [(23.976, (24_000, 1001)), (23.98, (24_000, 1001)), (29.97, (30_000, 1001)), (25.0, (25, 1))]
        {
            assert_eq!(exact_rate(written), FrameRate::new(rate.0, rate.1).ok(), "{written}");
        }
        assert_eq!(exact_rate(24.5), None);
    }
}
