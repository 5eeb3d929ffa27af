//! Timelines as text, for tests: a line a track, items from left to right.
//!
//! | text | is |
//! |---|---|
//! | `A2..5` | frames 2, 3 and 4 of media A, which has frames 0 to 9 |
//! | `_3` | a gap of 3 frames |
//! | `~2..5` | frames 2, 3 and 4 of a shot, however long its take is |
//! | `locked A0..4` | a locked track |
//! | `A0..4*1` | linked with every other `*1` |

use super::{Content, Item, Timeline, Track, TrackKind, TrackSound};
use crate::{IdSource, LinkId, MediaId, ShotId, TimelineId};
use kinora_time::{Flicks, FrameRate, TimeRange};
use std::sync::Arc;

pub const MEDIA_FRAMES: i64 = 10;

/// Frames as time.
pub fn f(frames: i64) -> Flicks {
    FrameRate::FPS_24.frame_start(frames)
}

fn frames(time: Flicks) -> i64 {
    assert_eq!(time.0 % f(1).0, 0, "not on a frame");
    time.0 / f(1).0
}

pub fn range(start: i64, end: i64) -> TimeRange {
    TimeRange::between(f(start), f(end))
}

pub fn item(text: &str, ids: &mut IdSource) -> Item {
    let (text, link) = match text.split_once('*') {
        Some((text, link)) => (text, Some(LinkId(link.parse().unwrap()))),
        None => (text, None),
    };
    let id = ids.fresh();
    let (kind, rest) = text.split_at(1);
    let length = || TimeRange::between(Flicks(0), f(rest.parse().unwrap()));
    let (content, source_range) = match kind {
        "_" => (Content::Gap, length()),
        letter => {
            let (start, end) = rest.split_once("..").unwrap();
            let media = MediaId(u64::from(letter.as_bytes()[0]));
            let content = match letter {
                "~" => Content::Shot { shot: ShotId(1), pinned: None },
                _ => Content::Clip { media, available_range: range(0, MEDIA_FRAMES) },
            };
            (content, range(start.parse().unwrap(), end.parse().unwrap()))
        }
    };
    Item { link, ..Item::new(id, content, source_range) }
}

pub fn timeline(text: &str, ids: &mut IdSource) -> Timeline {
    let id = TimelineId(0);
    let tracks = text.lines().map(|line| {
        let (locked, line) = line.trim().strip_prefix("locked ").map_or((false, line.trim()), |line| (true, line));
        let parts = line.split('|').map(str::trim).filter(|part| !part.is_empty());
        let items: Vec<_> = parts.map(|part| Arc::new(item(part, ids))).collect();
        let (name, sound) = (String::new(), TrackSound::default());
        Arc::new(Track { id: ids.fresh(), kind: TrackKind::Video, name, locked, sound, items })
    });
    Timeline { id, name: String::new(), tracks: tracks.collect(), markers: Vec::new() }
}

pub fn text(timeline: &Timeline) -> String {
    let line = |track: &Arc<Track>| {
        let items: Vec<String> = track.items.iter().map(|item| item_text(item)).collect();
        format!("{}{}", if track.locked { "locked " } else { "" }, items.join(" | "))
    };
    timeline.tracks.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn item_text(item: &Item) -> String {
    let range = item.source_range;
    let letter = match &item.content {
        Content::Gap => return format!("_{}", frames(range.duration())),
        Content::Shot { .. } => '~',
        Content::Clip { media, .. } => char::from(u8::try_from(media.0).unwrap()),
        Content::Title(_) => 'T',
    };
    let body = format!("{letter}{}..{}", frames(range.start()), frames(range.end()));
    item.link.map_or(body.clone(), |link| format!("{body}*{}", link.0))
}

/// Runs an edit on a timeline and returns what became of it; an error leaves it as it was, and invariants hold.
pub fn edited(
    before: &str,
    edit: impl FnOnce(&mut Timeline, &mut IdSource) -> Result<(), super::edit::EditError>,
) -> String {
    let mut ids = IdSource::default();
    let mut subject = timeline(before, &mut ids);
    let untouched = subject.clone();
    let outcome = edit(&mut subject, &mut ids);
    super::check(&subject).unwrap();
    match outcome {
        Ok(()) => text(&subject),
        Err(error) => {
            assert_eq!(subject, untouched, "an error must leave the timeline as it was");
            format!("error: {error}")
        }
    }
}

/// The item at a place of a track, counted from 0.
pub fn nth(timeline: &Timeline, track: usize, place: usize) -> crate::ItemId {
    timeline.tracks[track].items[place].id
}
