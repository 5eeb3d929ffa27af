//! CMX 3600 read: events of cuts, dissolves, wipes and speeds, on tracks of pictures and sound
//! (<https://xmil.biz/EDL-X/CMX3600.pdf>).

use crate::imported::{ImportError, ImportedContent, ImportedItem, ImportedTimeline, ImportedTrack, NotModelled};
use kinora_project::timeline::{Pace, TrackKind, Transition, TransitionKind};
use kinora_time::{Flicks, FrameRate, TimeRange, TimecodeFormat};
use std::collections::BTreeMap;

/// An event as its line says.
struct Event {
    reel: String,
    channels: Vec<(TrackKind, u32)>,
    transition: Option<(TransitionKind, i64)>,
    source: (i64, i64),
    record: (i64, i64),
    name: String,
    file: Option<String>,
    /// Frames a second that the source runs at.
    speed: Option<f64>,
}

/// Reads a list whose frames are counted at a rate: the list does not say at which.
///
/// # Errors
/// [`ImportError`].
pub fn read_edl(text: &str, rate: FrameRate) -> Result<ImportedTimeline, ImportError> {
    let plain = TimecodeFormat::non_drop(rate);
    let mut format = plain;
    let mut not_modelled = NotModelled::default();
    let mut name = String::new();
    let mut events: Vec<Event> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(title) = line.strip_prefix("TITLE:") {
            name = title.trim().to_owned();
        } else if let Some(mode) = line.strip_prefix("FCM:") {
            format = if mode.trim().starts_with("DROP") { TimecodeFormat::drop(rate).unwrap_or(plain) } else { plain };
        } else if let Some(note) = line.strip_prefix('*') {
            annotate(events.last_mut(), note.trim(), &mut not_modelled);
        } else if line.starts_with("M2") {
            match (line.split_whitespace().nth(2).and_then(|speed| speed.parse().ok()), events.last_mut()) {
                (Some(speed), Some(event)) => event.speed = Some(speed),
                _ => not_modelled.add("a speed that can't be read"),
            }
        } else if line.starts_with(|letter: char| letter.is_ascii_digit()) {
            let event = event(line, format, &mut not_modelled).ok_or_else(|| ImportError::NotRead {
                format: "CMX 3600",
                reason: format!("this is no event: {line}"),
            })?;
            events.push(event);
        } else {
            not_modelled.add(format!("lines that begin with {}", line.split_whitespace().next().unwrap_or_default()));
        }
    }
    if events.is_empty() {
        return Err(ImportError::NotRead { format: "CMX 3600", reason: "there is no event in it".to_owned() });
    }
    let tracks = tracks_of(&events, rate, &mut not_modelled);
    Ok(ImportedTimeline { name, rate: Some(rate), tracks, markers: Vec::new(), not_modelled: not_modelled.told() })
}

/// `001  AX  V  C  source-in source-out record-in record-out`, or with `D 024` for a dissolve and `W001 024` for a wipe.
fn event(line: &str, format: TimecodeFormat, not_modelled: &mut NotModelled) -> Option<Event> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let codes = words.len().checked_sub(4)?;
    let frame = |at: usize| format.parse(words.get(at)?.trim_end_matches('*')).ok().map(|code| code.frame());
    let times = [frame(codes)?, frame(codes + 1)?, frame(codes + 2)?, frame(codes + 3)?];
    let (reel, channels, kind) = (words.get(1)?, words.get(2)?, words.get(3)?);
    if codes < 4 || times[3] < times[2] {
        return None;
    }
    let frames = || words.get(codes - 1).and_then(|frames| frames.parse::<i64>().ok()).unwrap_or(0);
    let transition = match kind.chars().next()? {
        'C' => None,
        'D' => Some((TransitionKind::Dissolve, frames())),
        'W' => {
            if *kind != "W001" {
                not_modelled.add("wipes of other shapes, which move from left to right here");
            }
            Some((TransitionKind::Wipe, frames()))
        }
        _ => {
            not_modelled.add("keys, which are cuts here");
            None
        }
    };
    Some(Event {
        reel: (*reel).to_owned(),
        channels: channels_of(channels)?,
        transition: transition.filter(|(_, frames)| *frames > 0),
        source: (times[0], times[1]),
        record: (times[2], times[3]),
        name: String::new(),
        file: None,
        speed: None,
    })
}

/// V, A, A2 to A9, B (the first sound and the picture), AA, AA/V, A2/V and so on.
fn channels_of(text: &str) -> Option<Vec<(TrackKind, u32)>> {
    let mut channels = Vec::new();
    for part in text.split('/') {
        match part {
            "V" => channels.push((TrackKind::Video, 1)),
            "B" => channels.extend([(TrackKind::Video, 1), (TrackKind::Audio, 1)]),
            "A" => channels.push((TrackKind::Audio, 1)),
            "AA" => channels.extend([(TrackKind::Audio, 1), (TrackKind::Audio, 2)]),
            "NONE" => {}
            other => channels.push((TrackKind::Audio, other.strip_prefix('A')?.parse().ok()?)),
        }
    }
    Some(channels)
}

fn annotate(event: Option<&mut Event>, note: &str, not_modelled: &mut NotModelled) {
    let Some(event) = event else { return };
    if let Some(name) = note.strip_prefix("FROM CLIP NAME:").or(note.strip_prefix("TO CLIP NAME:")) {
        // Of a transition's two names, the second is that of what comes.
        event.name = name.trim().to_owned();
    } else if let Some(file) = note.strip_prefix("SOURCE FILE:").or(note.strip_prefix("FROM CLIP:")) {
        event.file = Some(file.trim().to_owned());
    } else if note.starts_with("FREEZE FRAME") {
        event.speed = Some(0.0);
    } else if let Some((kind, _)) = note.split_once(':') {
        not_modelled.add(format!("notes of the kind {kind}"));
    }
}

fn tracks_of(events: &[Event], rate: FrameRate, not_modelled: &mut NotModelled) -> Vec<ImportedTrack> {
    // Films begin at an hour, or anywhere: here at 0.
    let begin = events.iter().map(|event| event.record.0).min().unwrap_or(0);
    let mut rows: BTreeMap<(bool, u32), Vec<&Event>> = BTreeMap::new();
    for event in events {
        for (kind, number) in &event.channels {
            // Sound below, its last track lowest.
            let key = if *kind == TrackKind::Audio { (false, u32::MAX - number) } else { (true, *number) };
            rows.entry(key).or_default().push(event);
        }
    }
    let mut tracks = Vec::new();
    for ((pictures, number), mut row) in rows {
        row.sort_by_key(|event| event.record.0);
        let mut items: Vec<ImportedItem> = Vec::new();
        let mut end = begin;
        for event in row {
            let length = event.record.1 - event.record.0;
            if length == 0 {
                // The first half of a transition's two lines: what goes, for no time.
                continue;
            }
            if event.record.0 < end {
                not_modelled.add("events that lie over each other on one track");
                continue;
            }
            if event.record.0 > end {
                items.push(item(None, event.record.0 - end, rate));
            }
            items.push(item(Some(event), length, rate));
            end = event.record.1;
        }
        // A transition of this form begins at its cut; here half of it lies before.
        let (kind, name) = if pictures {
            (TrackKind::Video, format!("V{number}"))
        } else {
            (TrackKind::Audio, format!("A{}", u32::MAX - number))
        };
        tracks.push(ImportedTrack { name, kind, items });
    }
    tracks
}

fn item(event: Option<&Event>, length: i64, rate: FrameRate) -> ImportedItem {
    let time = |frame: i64| rate.frame_start(frame);
    let Some(event) = event else {
        let source_range = TimeRange::between(Flicks(0), time(length));
        let (content, pace) = (ImportedContent::Gap, Pace::default());
        return ImportedItem { name: String::new(), content, source_range, transition: None, pace, disabled: false };
    };
    let pace = match event.speed {
        Some(speed) if speed.abs() < 0.001 => Pace::Still(time(event.source.0)),
        #[allow(clippy::cast_possible_truncation)]
        Some(speed) if speed > 0.0 => Pace::Speed((speed / rate.as_f64() * 1000.0).round().min(1e6) as i32, 1000),
        _ => Pace::default(),
    };
    let pace = if pace.is_sound() { pace } else { Pace::default() };
    let content = match (&event.file, event.reel.as_str()) {
        (Some(file), _) => ImportedContent::File { url: file.clone(), available_range: None },
        (None, "BL") => ImportedContent::Gap,
        (None, _) => ImportedContent::Unknown,
    };
    let from = time(event.source.0);
    let start = pace.of_source(TimeRange::between(from, from)).map_or(Flicks(0), TimeRange::start);
    let source_range = TimeRange::between(start, Flicks(start.0 + time(length).0));
    let transition = event.transition.map(|(kind, frames)| Transition { kind, duration: time(frames) });
    let name = if event.name.is_empty() { event.reel.clone() } else { event.name.clone() };
    ImportedItem { name, content, source_range, transition, pace, disabled: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edl::edl;
    use crate::sample::{files, film};

    fn told(timeline: &ImportedTimeline, rate: FrameRate) -> Vec<String> {
        let frames = |time: Flicks| rate.nearest_frame(time);
        let item = |item: &ImportedItem| {
            let comes = item.transition.map_or(String::new(), |t| format!("{:?} {} ", t.kind, frames(t.duration)));
            let name = if item.content == ImportedContent::Gap { "_" } else { item.name.as_str() };
            format!("{comes}{name} {}+{}", frames(item.source_range.start()), frames(item.source_range.duration()))
        };
        let track = |track: &ImportedTrack| {
            format!("{}: {}", track.name, track.items.iter().map(item).collect::<Vec<_>>().join(" | "))
        };
        timeline.tracks.iter().map(track).collect()
    }

    #[test]
    fn what_was_written_is_read_again() {
        let project = film();
        let list = edl(&project, &project.timelines[0], &files(&project));
        let read = read_edl(&list.text, FrameRate::FPS_24).unwrap();
        assert_eq!(read.name, "Cut 1");
        assert_eq!(told(&read, FrameRate::FPS_24), ["V1: Shot A, take 1 4+14 | _ 0+6 | Shot B, take 1 0+24 | _ 0+24"]);
        let ImportedContent::File { url, .. } = &read.tracks[0].items[0].content else { panic!("a file") };
        assert_eq!(url, "media/A.mp4");
    }

    #[test]
    fn transitions_speeds_sound_and_drop_frame_are_read() {
        let list = "\
TITLE: Reel 1
FCM: DROP FRAME
001  TAPE1    B     C        00:00:10;00 00:00:11;00 01:00:00;00 01:00:01;00
* FROM CLIP NAME: one
002  TAPE1    V     C        00:00:11;00 00:00:11;00 01:00:01;00 01:00:01;00
002  TAPE2    V     D    010 00:00:00;00 00:00:02;00 01:00:01;00 01:00:03;00
* FROM CLIP NAME: one
* TO CLIP NAME: two
M2   TAPE2       060.0                00:00:00;00
003  TAPE3    A2    C        00:00:05;00 00:00:06;00 01:00:04;00 01:00:05;00
* LOC: 01:00:04;10 RED note
";
        let rate = FrameRate::FPS_29_97;
        let read = read_edl(list, rate).unwrap();
        assert_eq!(
            told(&read, rate),
            ["A2: _ 0+120 | TAPE3 150+30", "A1: one 300+30", "V1: one 300+30 | Dissolve 10 two 0+60"]
        );
        assert_eq!(read.tracks[2].items[1].pace, Pace::Speed(2002, 1000));
        assert_eq!(read.not_modelled, ["notes of the kind LOC"]);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for text in ["", "TITLE: nothing\n", "001 AX V C 00:00:00:00 nonsense 01:00:00:00 01:00:01:00\n", "{\"a\": 1}"]
        {
            assert!(matches!(read_edl(text, FrameRate::FPS_24), Err(ImportError::NotRead { .. })), "{text}");
        }
    }
}
