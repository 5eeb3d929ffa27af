//! What is seen of an item: which take, and a slug for the part that no take reaches. Found when it is looked at, so that a take that
//! arrives, or another that is circled, changes no timeline.

use crate::timeline::{Content, Item, Run};
use crate::{MediaId, Project, ShotId, TakeId};
use kinora_time::{Flicks, TimeRange};

/// A part of an item and what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// From the item's first frame.
    pub range: TimeRange,
    /// What.
    pub what: Seen,
}

/// What a part of an item shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// A file that runs.
    Media(MediaId, Run),
    /// A take that runs.
    Take(TakeId, Run),
    /// The prompt of a shot that has no take so long.
    Slug(ShotId),
    /// Words.
    Title(String),
    /// Nothing.
    Nothing,
}

/// The parts of an item, in order, without gaps.
#[must_use]
pub fn seen(project: &Project, item: &Item) -> Vec<Segment> {
    let whole = TimeRange::between(Flicks(0), item.duration());
    let start = item.source_range.start();
    let one = |what| vec![Segment { range: whole, what }];
    match &item.content {
        Content::Clip { media, available_range } => {
            one(Seen::Media(*media, item.pace.run_from(start, available_range.end())))
        }
        Content::Title(words) => one(Seen::Title(words.clone())),
        Content::Gap => one(Seen::Nothing),
        Content::Shot { shot, pinned } => {
            let pinned = pinned.and_then(|take| project.arrived.takes.get(&take));
            let Some(take) = pinned.or_else(|| project.circled(*shot)) else { return one(Seen::Slug(*shot)) };
            // A take that stands still is as long as anybody wants.
            let end = item.pace.of_source(TimeRange::between(Flicks(0), take.duration())).map(TimeRange::end);
            let there = end.map_or(item.duration().0, |end| (end.0 - start.0).clamp(0, item.duration().0));
            let there = Flicks(there);
            let run = item.pace.run_from(start, take.duration());
            let parts = [
                (TimeRange::between(Flicks(0), there), Seen::Take(take.id, run)),
                (TimeRange::between(there, item.duration()), Seen::Slug(*shot)),
            ];
            let parts = parts.into_iter().filter(|(range, _)| !range.is_empty());
            parts.map(|(range, what)| Segment { range, what }).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assembly;
    use crate::edit::{BoardEdit, Edit};
    use crate::notation::board;

    /// What the Assembly shows, in twelfths of a second: takes by number, slugs as `~`.
    fn shown(project: &Project) -> String {
        let twelfth = |time: Flicks| time.0 * 12 / kinora_time::FLICKS_PER_SECOND;
        let part = |segment: Segment| match segment.what {
            Seen::Take(take, Run { from, .. }) => {
                let number = project.arrived.takes.keys().position(|id| *id == take).unwrap();
                format!("{number}@{}+{}", twelfth(from), twelfth(segment.range.duration()))
            }
            Seen::Slug(_) => format!("~{}", twelfth(segment.range.duration())),
            other => format!("{other:?}"),
        };
        let items = &assembly(project).tracks[0].items;
        items.iter().flat_map(|item| seen(project, item)).map(part).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_shot_shows_its_circled_take_and_a_slug_where_it_ends() {
        let mut project = board::project("AB");
        assert_eq!(shown(&project), "~24 ~24");
        let (a, b) = (board::shot(&project, 'A'), board::shot(&project, 'B'));
        board::take(&mut project, a, 24);
        assert_eq!(shown(&project), "0@0+24 ~24");
        let second = board::take(&mut project, a, 12);
        board::take(&mut project, b, 99);
        assert_eq!(shown(&project), "0@0+24 2@0+24", "a later take changes nothing by itself");
        Edit::Board(BoardEdit::Circle { shot: a, take: Some(second) }).apply(&mut project).unwrap();
        assert_eq!(shown(&project), "1@0+12 ~12 2@0+24");
    }
}
