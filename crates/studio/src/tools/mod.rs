//! The creative tools: each says what becomes of the document so that the next generation does what was asked for. All of them make a shot
//! that goes on from pictures which are there ([`Passage`]), and put it where an editor's hand is. Pure: no files, no engines.

mod influence;
mod join;
mod remake;

pub use influence::{Curve, Keys, set_curve, set_keys};
pub use join::{Bridging, blend, bridge, extend, fill, loop_around, recut};
pub use remake::{Animation, Place, STRENGTHS, animate, from_take, level_of_strength, reframe, remix};

use crate::planner::PlanningError;
use kinora_plan::ModelCard;
use kinora_project::timeline::edit::Edge;
use kinora_project::timeline::{Content, Item, Timeline};
use kinora_project::{
    BoardEdit, Edit, ItemId, MediaKind, NewItem, NewShot, PassageSource, Project, SceneId, Seen, ShotId, TimelineId,
    TrackId, Words, seen,
};
use kinora_time::{Flicks, TimeRange};

type Result<T> = std::result::Result<T, PlanningError>;

fn wrong<T>(text: impl Into<String>) -> Result<T> {
    Err(PlanningError::Request(text.into()))
}

/// What a tool does to the document, to be done together.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// In their order.
    pub edits: Vec<Edit>,
    /// The shots that are to be generated.
    pub shots: Vec<ShotId>,
}

/// An item of a timeline, with its place.
#[derive(Debug, Clone)]
pub struct Placed<'a> {
    project: &'a Project,
    timeline: &'a Timeline,
    track: TrackId,
    place: usize,
    item: &'a Item,
    range: TimeRange,
}

impl<'a> Placed<'a> {
    /// An item by its id.
    ///
    /// # Errors
    /// If it is not there.
    pub fn find(project: &'a Project, timeline: TimelineId, item: ItemId) -> Result<Self> {
        let gone = || PlanningError::Request("that item is not on the timeline any more".to_owned());
        let timeline = project.timeline(timeline).ok_or_else(gone)?;
        let (track, place) = timeline.find(item).ok_or_else(gone)?;
        Self::at(project, timeline, track, place).ok_or_else(gone)
    }

    /// The project.
    #[must_use]
    pub fn project(&self) -> &'a Project {
        self.project
    }

    fn at(project: &'a Project, timeline: &'a Timeline, track: TrackId, place: usize) -> Option<Self> {
        let on = timeline.track(track)?;
        let item = on.items.get(place)?;
        Some(Self { project, timeline, track, place, item, range: on.range_of(place)? })
    }

    fn beside(&self, edge: Edge) -> Option<Self> {
        let place = match edge {
            Edge::Start => self.place.checked_sub(1)?,
            Edge::End => self.place + 1,
        };
        Self::at(self.project, self.timeline, self.track, place)
    }

    /// What it shows, so that something can go on from it.
    fn piece(&self) -> Result<Piece> {
        let Self { project, item, .. } = self;
        if !item.pace.is_normal() {
            return wrong("what goes on from a clip needs it at its own speed; set its speed to 100 % first");
        }
        match &item.content {
            Content::Clip { media, available_range } => {
                let file = project.media.files.get(media);
                if file.is_none_or(|file| file.kind == MediaKind::Audio) {
                    return wrong("this clip has no pictures to go on from");
                }
                let of = PassageSource::Media(*media);
                Ok(Piece {
                    of,
                    range: item.source_range,
                    available: *available_range,
                    shot: None,
                    words: String::new(),
                })
            }
            Content::Shot { shot, .. } => {
                let segments = seen(project, item);
                let take = segments.first().and_then(|segment| match segment.what {
                    Seen::Take(take, _) => project.arrived.takes.get(&take),
                    _ => None,
                });
                let Some(take) = take else {
                    return wrong("the shot has no take yet to go on from; generate it first");
                };
                let available = TimeRange::between(Flicks(0), take.duration());
                let end = item.source_range.end().min(available.end());
                let range = TimeRange::between(item.source_range.start(), end);
                let words = project.storyboard.shot(*shot).map(|shot| shot.words.prompt.clone()).unwrap_or_default();
                Ok(Piece { of: PassageSource::Take(take.id), range, available, shot: Some(*shot), words })
            }
            Content::Title(_) | Content::Gap => {
                wrong("there are no pictures here to go on from; choose a clip or a shot")
            }
        }
    }
}

/// Pictures that something goes on from.
#[derive(Debug, Clone)]
struct Piece {
    of: PassageSource,
    /// The part that is seen.
    range: TimeRange,
    /// All that there is.
    available: TimeRange,
    /// The shot that it was generated for.
    shot: Option<ShotId>,
    /// What it was generated from.
    words: String,
}

impl Piece {
    /// What ends at its end, at most so long.
    fn tail(&self, length: Flicks) -> TimeRange {
        let end = self.range.end();
        TimeRange::between(Flicks((end.0 - length.0).max(self.available.start().0)), end)
    }

    /// What begins at its beginning, `later` after it, at most so long.
    fn head(&self, later: Flicks, length: Flicks) -> TimeRange {
        let start = Flicks(self.range.start().0 + later.0);
        TimeRange::between(start, Flicks((start.0 + length.0).min(self.available.end().0)))
    }
}

/// A model's frames: what is known lies on them.
#[derive(Debug, Clone, Copy)]
pub struct Ticks {
    /// One frame.
    one: i64,
    /// How many are taken over from what a shot goes on from, at most.
    overlap: i64,
    /// How many are made as one.
    packing: i64,
}

impl Ticks {
    /// Of a model.
    #[must_use]
    pub fn of(card: &ModelCard) -> Self {
        Self {
            one: card.native.rate.frame_duration().0.max(1),
            overlap: i64::from(card.native.overlap),
            packing: i64::from(card.native.latents.packing()),
        }
    }

    /// So many that they last at least so long, and how much longer they last.
    fn covering(self, length: Flicks) -> (Flicks, Flicks) {
        let covering = (length.0 + self.one - 1) / self.one * self.one;
        (Flicks(covering), Flicks(covering - length.0))
    }

    /// Whole frames that there are.
    fn whole(self, range: TimeRange) -> Flicks {
        Flicks(range.duration().0.max(0) / self.one * self.one)
    }

    /// How much is taken over from what is before a shot of some length, if something is behind it or not. What a model makes as one joins
    /// best: so that the joins lie inside of that, not where it ends.
    fn lead(self, length: Option<Flicks>) -> Flicks {
        let inside = |frame: i64| {
            let place = (frame - 1).rem_euclid(self.packing);
            place.min(self.packing - place)
        };
        let joined = |lead: &i64| {
            let behind = length.map_or(self.packing, |length| inside(lead + length.0 / self.one));
            (inside(*lead).min(behind), *lead)
        };
        let least = (self.overlap - self.packing + 1).max(1);
        Flicks((least..=self.overlap).max_by_key(joined).unwrap_or(self.overlap) * self.one)
    }

    /// How much is made before a shot so that its end, where something is behind it, lies inside of what is made as one.
    fn run_up(self, length: Flicks) -> Flicks {
        let place = |more: i64| (length.0 / self.one + more - 1).rem_euclid(self.packing);
        let best = (0..self.packing).max_by_key(|more| (place(*more).min(self.packing - place(*more)), -more));
        Flicks(best.unwrap_or(0) * self.one)
    }

    /// When words that are asked for at a time begin to rule: with the next frames that are made as one. They show as a whole once
    /// these are over.
    #[must_use]
    pub fn onset(self, at: Flicks) -> TimeRange {
        let frame = (at.0 + self.one / 2) / self.one;
        let first = if frame <= 0 { 0 } else { 1 + (frame - 1 + self.packing - 1) / self.packing * self.packing };
        TimeRange::between(Flicks(first * self.one), Flicks((first + self.packing) * self.one))
    }

    /// The time nearest to one where words can begin to rule.
    #[must_use]
    pub fn nearest(self, at: Flicks) -> Flicks {
        let before = ((at.0 / self.one - 1).div_euclid(self.packing) * self.packing + 1).max(0);
        let near = [0, before, before + self.packing].map(|frame| frame * self.one);
        Flicks(near.into_iter().min_by_key(|tick| (tick - at.0).abs()).unwrap_or(at.0))
    }

    /// How much is taken over from what is behind a shot.
    fn overlap(self) -> Flicks {
        Flicks(self.one * self.overlap)
    }
}

/// Puts a new shot on the board, behind the one that it comes from, or at the end.
fn add_shot(project: &Project, behind: Option<ShotId>, shot: NewShot) -> (Vec<Edit>, ShotId) {
    let place = behind.and_then(|behind| {
        project.storyboard.scenes.iter().find_map(|scene| {
            let place = scene.shots.iter().position(|shot| shot.id == behind)?;
            Some((scene.id, Some(place + 1)))
        })
    });
    let mut edits = Vec::new();
    let mut ids = project.ids.clone();
    let last = || project.storyboard.scenes.last().map(|scene| (scene.id, None));
    let (scene, at) = place.or_else(last).unwrap_or_else(|| {
        edits.push(Edit::Board(BoardEdit::AddScene { heading: String::new(), at: None }));
        (ids.fresh::<SceneId>(), None)
    });
    let id = ids.fresh();
    edits.push(Edit::Board(BoardEdit::AddShot { scene, at, shot: Box::new(shot) }));
    (edits, id)
}

/// A shot as an item, without its handles.
fn item_of(shot: ShotId, new: &NewShot) -> NewItem {
    let source_range = TimeRange::between(new.handles.head, Flicks(new.handles.head.0 + new.length.0));
    NewItem { content: Content::Shot { shot, pinned: None }, source_range }
}

fn words(prompt: &str) -> Words {
    Words { prompt: prompt.trim().to_owned(), ..Words::default() }
}

/// What is asked for, or what was asked for before.
fn or_words(asked: &str, before: &str) -> String {
    if asked.trim().is_empty() { before.to_owned() } else { asked.to_owned() }
}

/// The project's frames that a length comes nearest to, at least one.
fn on_frames(project: &Project, length: Flicks) -> Result<Flicks> {
    let rate = project.settings.rate;
    let frames = rate.nearest_frame(length);
    if frames < 1 {
        return wrong("that is less than a frame; say how long");
    }
    Ok(rate.frame_start(frames))
}

#[cfg(test)]
mod tests;
