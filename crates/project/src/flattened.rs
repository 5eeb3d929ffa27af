//! A timeline seen from above: at each moment what the topmost picture shows. Where nothing lies, nothing is shown.
//!
//! Deliberately not here: how things lie over each other (transitions, titles, transparency); this is the cut alone.

use crate::timeline::{Timeline, Track, TrackKind};
use crate::{Project, Seen, Segment, seen};
use kinora_time::{Flicks, TimeRange};
use std::collections::BTreeSet;

/// What is on top, in order and without gaps from the timeline's beginning to its end. Times are the timeline's.
///
/// ```text
///     V2  ······BBB·····        →  AAAAABBBAA···CC
///     V1  AAAAAAAAAA···CC
/// ```
#[must_use]
pub fn flattened(project: &Project, timeline: &Timeline) -> Vec<Segment> {
    let rows: Vec<Vec<Segment>> = timeline
        .tracks
        .iter()
        .rev()
        .filter(|track| track.kind == TrackKind::Video)
        .map(|track| pictures(project, track))
        .collect();
    let mut cuts = BTreeSet::from([Flicks(0), timeline.duration()]);
    for segment in rows.iter().flatten() {
        cuts.extend([segment.range.start(), segment.range.end()]);
    }
    let cuts: Vec<Flicks> = cuts.into_iter().collect();
    let mut shown: Vec<Segment> = Vec::new();
    for pair in cuts.windows(2) {
        let range = TimeRange::between(pair[0], pair[1]);
        let what = rows.iter().find_map(|row| at(row, range.start())).unwrap_or(Seen::Nothing);
        match shown.last_mut() {
            Some(last) if goes_on(last, &what) => last.range = TimeRange::between(last.range.start(), range.end()),
            _ => shown.push(Segment { range, what }),
        }
    }
    shown
}

/// What a track shows, without its gaps.
fn pictures(project: &Project, track: &Track) -> Vec<Segment> {
    let mut start = Flicks(0);
    let mut row = Vec::new();
    for item in &track.items {
        for segment in seen(project, item) {
            if segment.what != Seen::Nothing {
                row.push(Segment { range: shifted(segment.range, start), what: segment.what });
            }
        }
        start = Flicks(start.0 + item.duration().0);
    }
    row
}

fn shifted(range: TimeRange, by: Flicks) -> TimeRange {
    TimeRange::between(Flicks(range.start().0 + by.0), Flicks(range.end().0 + by.0))
}

/// What a row shows from a moment on.
fn at(row: &[Segment], time: Flicks) -> Option<Seen> {
    let place = row.partition_point(|segment| segment.range.end() <= time);
    let segment = row.get(place).filter(|segment| segment.range.contains(time))?;
    Some(from(&segment.what, Flicks(time.0 - segment.range.start().0)))
}

/// The same, begun later.
fn from(what: &Seen, later: Flicks) -> Seen {
    match what {
        Seen::Media(media, run) => Seen::Media(*media, run.later(later)),
        Seen::Take(take, run) => Seen::Take(*take, run.later(later)),
        other => other.clone(),
    }
}

/// Whether something is the same picture, still running.
fn goes_on(before: &Segment, what: &Seen) -> bool {
    from(&before.what, before.range.duration()) == *what
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NewItem;
    use crate::edit::{CutEdit, Edit, TimelineEdit};
    use crate::notation::board;
    use crate::timeline::Content;
    use crate::timeline::edit::Edge;

    /// A letter a second for takes, with the second of the take that it begins with; `~` for slugs, `·` for nothing.
    fn shown(project: &Project, timeline: &Timeline) -> String {
        let seconds = |time: Flicks| time.0 / kinora_time::FLICKS_PER_SECOND;
        let part = |segment: &Segment| {
            let length = seconds(segment.range.duration());
            match &segment.what {
                Seen::Take(take, crate::timeline::Run { from, .. }) => {
                    let letter = project.shot_of(*take).unwrap().words.number.clone();
                    format!("{letter}{}+{length}", seconds(*from))
                }
                Seen::Slug(_) => format!("~{length}"),
                Seen::Nothing => format!("·{length}"),
                other => format!("{other:?}"),
            }
        };
        flattened(project, timeline).iter().map(part).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_lies_above_hides_what_lies_below_and_nothing_is_joined_that_does_not_run_on() {
        let mut project = board::project("ABC");
        let seconds = |count: i64| Flicks(count * kinora_time::FLICKS_PER_SECOND);
        for letter in ['A', 'C'] {
            let shot = board::shot(&project, letter);
            board::take(&mut project, shot, 24);
        }
        assert_eq!(shown(&project, &crate::assembly(&project)), "A0+2 ~2 C0+2");
        Edit::Cut(CutEdit::CreateFromBoard { name: "Cut".to_owned() }).apply(&mut project).unwrap();
        let (timeline, track) = (project.timelines[0].id, project.timelines[0].tracks[0].id);
        let cut = |project: &mut Project, edit: TimelineEdit| {
            Edit::Timeline(timeline, edit).apply(project).unwrap();
        };
        cut(&mut project, TimelineEdit::Slice { track, at: seconds(1) });
        assert_eq!(shown(&project, &project.timelines[0]), "A0+2 ~2 C0+2", "a slice alone changes no picture");
        cut(&mut project, TimelineEdit::AddTrack { kind: TrackKind::Video, name: "V2".to_owned(), at: None });
        let top = project.timelines[0].tracks.iter().find(|track| track.name == "V2").unwrap().id;
        let shot = board::shot(&project, 'C');
        let content = Content::Shot { shot, pinned: None };
        let item = NewItem { content, source_range: TimeRange::between(seconds(0), seconds(2)) };
        cut(&mut project, TimelineEdit::Overwrite { track: top, at: seconds(1), item });
        assert_eq!(shown(&project, &project.timelines[0]), "A0+1 C0+2 ~1 C0+2");
        let item = project.timeline(timeline).unwrap().track(top).unwrap().items[1].id;
        cut(&mut project, TimelineEdit::Trim { item, edge: Edge::Start, by: seconds(1) });
        assert_eq!(
            shown(&project, &project.timelines[0]),
            "A0+2 C1+1 ~1 C0+2",
            "what is trimmed off shows what is below"
        );
    }
}
