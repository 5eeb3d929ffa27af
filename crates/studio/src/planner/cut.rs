//! What a timeline's export shows, frame by frame: pure, so that whoever writes the file needs no project.

use super::{PlanningError, Shape, output_size};
use kinora_frame::Size;
use kinora_plan::GenerationPlan;
use kinora_project::timeline::{Content, Timeline, TrackKind};
use kinora_project::{Project, Seen, Segment, TakeId, flattened, seen};
use kinora_time::{Flicks, FrameRate, TimeRange};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A timeline as runs of frames at the project's rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    /// The timeline's name.
    pub name: String,
    /// Pixels of the file.
    pub size: Size,
    /// Frames a second.
    pub rate: FrameRate,
    /// Frames in all.
    pub frames: u32,
    /// What they show, in order, without gaps.
    pub runs: Vec<Run>,
    /// The takes that are seen.
    pub takes: BTreeMap<TakeId, CutTake>,
    /// What is on the timeline but not in the export, in words.
    pub left_out: Vec<String>,
}

/// Frames that show one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The first frame.
    pub first: u32,
    /// How many.
    pub frames: u32,
    /// What they show.
    pub picture: Picture,
}

/// What a run shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picture {
    /// A take that runs, from so many frames of the project's rate after its first.
    Take(TakeId, u32),
    /// A shot that has no take so long: its number and its prompt.
    Slug(String, String),
    /// Nothing.
    Black,
}

/// A take as a cut names it.
#[derive(Debug, Clone, PartialEq)]
pub struct CutTake {
    /// For people: the shot's number and which of its takes it is.
    pub title: String,
    /// What it was made from.
    pub plan: Arc<GenerationPlan>,
}

/// The cut of a timeline at the project's size and rate.
///
/// # Errors
/// If there is nothing on it, nothing that was generated, or something that can't be exported yet.
pub fn cut_of(project: &Project, timeline: &Timeline) -> Result<Cut, PlanningError> {
    let wrong = |text: &str| Err(PlanningError::Request(text.to_owned()));
    let rate = project.settings.rate;
    let shown = flattened(project, timeline);
    let frames = frame_at(timeline.duration(), rate);
    if frames == 0 {
        return wrong("there is nothing on this timeline; put shots on it first");
    }
    let mut takes = BTreeMap::new();
    let mut runs = Vec::new();
    for Segment { range, what } in shown {
        let picture = match what {
            Seen::Take(take, from) => {
                takes
                    .entry(take)
                    .or_insert(CutTake { title: take_title(project, take), plan: plan_of(project, take)? });
                Picture::Take(take, frame_at(from, rate))
            }
            Seen::Slug(shot) => {
                let words = project.storyboard.shot(shot).map(|shot| shot.words.prompt.clone()).unwrap_or_default();
                Picture::Slug(project.storyboard.number(shot).unwrap_or_default(), words)
            }
            Seen::Media(media, _) => {
                let name = project.media.files.get(&media).map_or("a missing file", |file| file.name.as_str());
                let text = format!(
                    "{name} was imported; only what Kinora generated can be exported yet: take it off the timeline"
                );
                return wrong(&text);
            }
            Seen::Title(_) | Seen::Nothing => Picture::Black,
        };
        runs.extend(run(range, rate, frames, picture));
    }
    let Some(first) = takes.values().next() else {
        return wrong("nothing on this timeline was generated yet; generate its shots first");
    };
    let size = output_size_of(project, &first.plan)?;
    let name = timeline.name.clone();
    Ok(Cut { name, size, rate, frames, runs, takes, left_out: left_out(timeline) })
}

/// The takes that any track of a timeline shows.
pub(super) fn used_takes(project: &Project, timeline: &Timeline) -> BTreeSet<TakeId> {
    let items = timeline.tracks.iter().flat_map(|track| &track.items);
    let shown = items.flat_map(|item| seen(project, item));
    shown.filter_map(|segment| if let Seen::Take(take, _) = segment.what { Some(take) } else { None }).collect()
}

/// Pixels of the project's exports.
pub(super) fn output_size_of(project: &Project, plan: &GenerationPlan) -> Result<Size, PlanningError> {
    output_size(&project.settings.aspect, Shape::Lines(project.settings.lines), plan)
}

/// The frame that begins at a time, or nearest to it.
pub(super) fn frame_at(time: Flicks, rate: FrameRate) -> u32 {
    u32::try_from(rate.nearest_frame(time)).unwrap_or(0)
}

fn run(range: TimeRange, rate: FrameRate, frames: u32, picture: Picture) -> Option<Run> {
    let (first, end) = (frame_at(range.start(), rate), frame_at(range.end(), rate).min(frames));
    (first < end).then_some(Run { first, frames: end - first, picture })
}

fn plan_of(project: &Project, take: TakeId) -> Result<Arc<GenerationPlan>, PlanningError> {
    let found = project.arrived.takes.get(&take).map(|take| take.plan.clone());
    found.ok_or_else(|| PlanningError::Request("a take on this timeline is not in the project any more".to_owned()))
}

/// A take as people call it: the shot's number, and which of its takes it is.
#[must_use]
pub fn take_title(project: &Project, take: TakeId) -> String {
    let Some(shot) = project.arrived.takes.get(&take).map(|take| take.shot) else { return String::new() };
    let nth = project.arrived.takes_of(shot).position(|other| other.id == take).unwrap_or(0) + 1;
    match project.storyboard.number(shot) {
        Some(number) => format!("Shot {number}, take {nth}"),
        None => format!("A shot that is not on the board any more, take {nth}"),
    }
}

/// Nothing is dropped without a word.
fn left_out(timeline: &Timeline) -> Vec<String> {
    let items = || timeline.tracks.iter().flat_map(|track| track.items.iter().map(move |item| (track.kind, item)));
    let count = |wanted: &dyn Fn(TrackKind, &kinora_project::timeline::Item) -> bool| {
        items().filter(|(kind, item)| wanted(*kind, item)).count()
    };
    let transitions = count(&|kind, item| kind == TrackKind::Video && item.transition.is_some());
    let titles = count(&|_, item| matches!(item.content, Content::Title(_)));
    let sounds = count(&|kind, item| kind == TrackKind::Audio && !item.is_gap());
    [(transitions, "transitions are cuts"), (titles, "titles are left out"), (sounds, "clips of sound are left out")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words} in this export"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::tests::{add_shot, done, take};
    use kinora_project::timeline::edit::Edge;
    use kinora_project::{CutEdit, Edit, TimelineEdit, assembly};
    use kinora_time::FLICKS_PER_SECOND;

    /// Runs in letters: the frame of the take that a run begins with, or what stands there.
    fn text(cut: &Cut) -> String {
        let part = |run: &Run| match &run.picture {
            Picture::Take(take, from) => {
                let title = &cut.takes[take].title;
                format!("{}…{} [{title} from {from}]", run.first, run.first + run.frames)
            }
            Picture::Slug(number, words) => format!("{}…{} [{number}: {words}]", run.first, run.first + run.frames),
            Picture::Black => format!("{}…{} []", run.first, run.first + run.frames),
        };
        cut.runs.iter().map(part).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_cut_shows_takes_and_slugs_at_the_projects_rate() {
        let mut project = Project::default();
        let (car, boat) = (add_shot(&mut project, "a red car", 1), add_shot(&mut project, "a boat", 1));
        let nothing = cut_of(&project, &assembly(&project)).unwrap_err().to_string();
        assert_eq!(nothing, "nothing on this timeline was generated yet; generate its shots first");
        take(&mut project, car, 9);
        let cut = cut_of(&project, &assembly(&project)).unwrap();
        assert_eq!(text(&cut), "0…18 [Shot 1-1, take 1 from 0] 18…24 [1-1: a red car] 24…48 [1-2: a boat]");
        assert_eq!((cut.frames, cut.size, cut.takes.len()), (48, Size::new(1280, 720), 1));
        take(&mut project, boat, 12);
        Edit::Cut(CutEdit::CreateFromBoard { name: "Cut 1".to_owned() }).apply(&mut project).unwrap();
        let (timeline, item) = (project.timelines[0].id, project.timelines[0].tracks[0].items[1].id);
        let by = Flicks(FLICKS_PER_SECOND / 4);
        done(&mut project, Edit::Timeline(timeline, TimelineEdit::Ripple { item, edge: Edge::Start, by }));
        let cut = cut_of(&project, &project.timelines[0]).unwrap();
        assert_eq!(text(&cut), "0…18 [Shot 1-1, take 1 from 0] 18…24 [1-1: a red car] 24…42 [Shot 1-2, take 1 from 6]");
        assert_eq!(cut.left_out, [""; 0]);
    }
}
