//! What a timeline's export shows and sounds like, frame by frame: pure, so that whoever writes the file needs no project.

use super::PlanningError;
use super::board::{CardPicture, card_picture};
use super::request::size_of_lines;
use super::sound::sounds_of;
use kinora_frame::Size;
use kinora_media::sample_at;
use kinora_plan::{Digest, GenerationPlan};
use kinora_project::timeline::{Content, Item, Placement, Run, Timeline, Track, TrackKind, TrackSound, TransitionKind};
use kinora_project::{ItemId, MediaId, MediaKind, Project, Seen, ShotId, Take, TakeId, TimelineId, TrackId, seen};
use kinora_time::{Flicks, FrameRate, TimeRange, TimecodeFormat};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A timeline at the project's rate: strips of pictures over each other, and sounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    /// The timeline's name.
    pub name: String,
    /// Pixels of the file.
    pub size: Size,
    /// Frames a second.
    pub rate: FrameRate,
    /// How its frames are numbered.
    pub timecode: TimecodeFormat,
    /// The first frame's number on the timeline.
    pub first: u32,
    /// Frames in all.
    pub frames: u32,
    /// What they show, from the lowest row to the topmost, and in each by time.
    pub strips: Vec<Strip>,
    /// The takes that are seen.
    pub takes: BTreeMap<TakeId, CutTake>,
    /// The files that are seen or heard.
    pub media: BTreeMap<MediaId, CutMedia>,
    /// What is heard.
    pub sounds: Vec<CutSound>,
    /// Words that are drawn over everything, with the timecode; none in a film.
    pub burn_in: Vec<BurnIn>,
    /// What is on the timeline but not in the export, in words.
    pub left_out: Vec<String>,
}

/// Words that are drawn over some frames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BurnIn {
    /// The first frame.
    pub first: u32,
    /// How many.
    pub frames: u32,
    /// The words.
    pub text: String,
}

/// Frames of a row that show one thing. Two strips of a row share the frames in which one becomes the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip {
    /// Which row; higher is above.
    pub row: u32,
    /// The first frame.
    pub first: u32,
    /// How many.
    pub frames: u32,
    /// What they show.
    pub picture: Picture,
    /// Where it lies.
    pub placement: Placement,
    /// How it comes in, over its first frames.
    pub comes: Option<(TransitionKind, u32)>,
    /// How many of its first frames lie before the film: it has begun to come in already.
    pub begun: u32,
}

impl Strip {
    /// The frame after its last.
    #[must_use]
    pub fn end(&self) -> u32 {
        self.first + self.frames
    }
}

/// What a strip shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picture {
    /// A take that runs.
    Take(TakeId, Run),
    /// An imported file that runs.
    Media(MediaId, Run),
    /// A shot that has no take so long.
    Slug(Slug),
    /// Words.
    Title(String),
}

/// What stands for a shot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slug {
    /// The shot's number.
    pub number: String,
    /// Its prompt.
    pub words: String,
    /// The picture on its card: then it is seen instead of the words.
    pub picture: Option<MediaId>,
}

/// A take as a cut names it.
#[derive(Debug, Clone, PartialEq)]
pub struct CutTake {
    /// For people: the shot's number and which of its takes it is.
    pub title: String,
    /// What it was made from.
    pub plan: Arc<GenerationPlan>,
    /// The plans of the takes that it goes on from, and of those that they do.
    pub origins: Vec<Arc<GenerationPlan>>,
}

impl CutTake {
    /// A take of the project.
    pub(super) fn of(project: &Project, take: &Take) -> Self {
        Self { title: take_title(project, take.id), plan: take.plan.clone(), origins: origins(project, &take.plan) }
    }
}

/// The plans of the takes that a plan goes on from, and of those that they do.
fn origins(project: &Project, plan: &GenerationPlan) -> Vec<Arc<GenerationPlan>> {
    let known = |plan: &GenerationPlan| {
        plan.known.iter().filter(|known| known.time.is_some()).map(|known| known.picture).collect::<BTreeSet<Digest>>()
    };
    let mut wanted = known(plan);
    if wanted.is_empty() {
        return Vec::new();
    }
    let all: Vec<_> =
        project.arrived.takes.values().filter_map(|take| Some((take.plan.id().ok()?, take.plan.clone()))).collect();
    let mut found: BTreeMap<Digest, Arc<GenerationPlan>> = BTreeMap::new();
    loop {
        let more: Vec<_> = all.iter().filter(|(id, _)| wanted.contains(id) && !found.contains_key(id)).collect();
        if more.is_empty() {
            return found.into_values().collect();
        }
        for (id, plan) in more {
            wanted.extend(known(plan));
            found.insert(*id, plan.clone());
        }
    }
}

/// An imported file as a cut names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CutMedia {
    /// For people.
    pub name: String,
    /// Its bytes.
    pub sha256: Digest,
    /// What it holds.
    pub kind: MediaKind,
}

/// A sound in its place. Places and lengths are samples at 48 kHz.
#[derive(Debug, Clone, PartialEq)]
pub struct CutSound {
    /// The file.
    pub media: MediaId,
    /// The sample of the film that it begins at, and how many are heard.
    pub at: i64,
    /// How many samples are heard.
    pub length: i64,
    /// The sample of the file at which it begins to be heard.
    pub from: i64,
    /// How fast the file runs, as a fraction; less than 0 is backwards.
    pub speed: (i32, u32),
    /// By how much its samples are multiplied.
    pub gain: f32,
    /// −1 is left, 1 right.
    pub pan: f32,
    /// Samples over which it comes in and goes out.
    pub fades: (i64, i64),
}

impl Cut {
    /// The frames from `first` to the one before `end` alone.
    ///
    /// # Errors
    /// If there are none.
    pub fn within(mut self, first: u32, end: u32) -> Result<Self, PlanningError> {
        let end = end.min(self.frames);
        if first >= end {
            let text = "there is nothing in this range; it must begin before it ends, and before the timeline does";
            return Err(PlanningError::Request(text.to_owned()));
        }
        self.frames = end - first;
        self.strips.retain_mut(|strip| {
            let late = first.saturating_sub(strip.first);
            if strip.first >= end || strip.end() <= first {
                return false;
            }
            strip.frames = strip.end().min(end) - first.max(strip.first);
            let by = self.rate.frame_start(i64::from(late));
            strip.picture = begun_earlier(strip.picture.clone(), Flicks(-by.0));
            // A change that has begun goes on from where it is.
            strip.begun += late;
            strip.first = strip.first.saturating_sub(first);
            true
        });
        let samples = |frame: u32| sample_at(self.rate.frame_start(i64::from(frame)));
        let (from, to) = (samples(first), samples(end));
        self.sounds.retain_mut(|sound| {
            let (begins, ends) = (sound.at, sound.at + sound.length);
            sound.at -= from;
            begins < to && ends > from
        });
        self.first = first;
        Ok(self)
    }
}

/// The cut of a timeline at the project's size and rate.
///
/// # Errors
/// If there is nothing on it, or only shots that have neither a take nor a picture yet.
pub fn cut_of(project: &Project, timeline: &Timeline) -> Result<Cut, PlanningError> {
    let cut = cut_with_slugs(project, timeline)?;
    if cut.takes.is_empty() && cut.media.is_empty() {
        let text = "nothing on this timeline was generated yet; generate its shots first";
        return Err(PlanningError::Request(text.to_owned()));
    }
    Ok(cut)
}

/// A timeline with a take and nothing else on it; none if there is no such take.
#[must_use]
pub fn alone(project: &Project, take: TakeId) -> Option<Timeline> {
    let of = project.arrived.takes.get(&take)?;
    let name = project.storyboard.number(of.shot).unwrap_or_default();
    Some(Timeline { name, ..single(Content::Shot { shot: of.shot, pinned: Some(take) }, of.duration()) })
}

/// A timeline without a name that shows one thing from its beginning.
#[must_use]
pub fn single(content: Content, duration: Flicks) -> Timeline {
    let item = Item::new(ItemId(0), content, TimeRange::between(Flicks(0), duration));
    let track = Track {
        id: TrackId(0),
        kind: TrackKind::Video,
        name: "V1".to_owned(),
        locked: false,
        sound: TrackSound::default(),
        items: vec![Arc::new(item)],
    };
    Timeline { id: TimelineId(0), name: String::new(), tracks: vec![Arc::new(track)], markers: Vec::new() }
}

/// The same, also of nothing but words: to watch, not to hand out.
///
/// # Errors
/// If the timeline is empty, or the project's size makes no film.
pub fn cut_with_slugs(project: &Project, timeline: &Timeline) -> Result<Cut, PlanningError> {
    let rate = project.settings.rate;
    let frames = frame_at(timeline.duration(), rate);
    if frames == 0 {
        return Err(PlanningError::Request("there is nothing on this timeline; put shots on it first".to_owned()));
    }
    let mut strips = Vec::new();
    for (row, track) in (0..).zip(timeline.tracks.iter().filter(|track| track.kind != TrackKind::Audio)) {
        strips.extend(strips_of(project, track, row, frames));
    }
    let takes = takes_of(project, &strips)?;
    let size = output_size_of(project)?;
    let sounds = sounds_of(project, timeline);
    let shown = strips.iter().filter_map(|strip| match &strip.picture {
        Picture::Media(id, _) => Some(*id),
        Picture::Slug(slug) => slug.picture,
        Picture::Take(..) | Picture::Title(_) => None,
    });
    let used: BTreeSet<MediaId> = shown.chain(sounds.iter().map(|sound| sound.media)).collect();
    Ok(Cut {
        name: timeline.name.clone(),
        size,
        rate,
        timecode: project.settings.timecode(),
        first: 0,
        frames,
        takes,
        media: used.into_iter().filter_map(|id| Some((id, media_of(project, id)?))).collect(),
        strips,
        sounds,
        burn_in: Vec::new(),
        left_out: Vec::new(),
    })
}

/// What a track shows, by time.
fn strips_of(project: &Project, track: &Track, row: u32, frames: u32) -> Vec<Strip> {
    let rate = project.settings.rate;
    let mut strips: Vec<Strip> = Vec::new();
    let mut start = Flicks(0);
    for (place, item) in track.items.iter().enumerate() {
        let alone = place.checked_sub(1).is_none_or(|before| track.items[before].is_gap());
        let (lead, comes) = lead_of(item, start, alone, rate);
        if lead.0 > 0 {
            // What goes is seen as long as what comes is not there wholly.
            let end = frame_at(Flicks(start.0 + lead.0), rate).min(frames);
            if let Some(before) = strips.last_mut().filter(|before| before.end() < end) {
                before.frames = end - before.first;
            }
        }
        let mut comes = comes;
        for segment in seen(project, item) {
            let picture = match segment.what {
                Seen::Take(take, run) => Picture::Take(take, run),
                Seen::Media(media, run) => Picture::Media(media, run),
                Seen::Title(words) => Picture::Title(words),
                Seen::Slug(shot) => stand_in(project, shot),
                Seen::Nothing => continue,
            };
            let early = if comes.is_some() { lead } else { Flicks(0) };
            let from = Flicks(start.0 + segment.range.start().0 - early.0);
            let (first, end) =
                (frame_at(from, rate), frame_at(Flicks(start.0 + segment.range.end().0), rate).min(frames));
            if first < end {
                let (picture, placement) = (begun_earlier(picture, early), item.placement);
                strips.push(Strip {
                    row,
                    first,
                    frames: end - first,
                    picture,
                    placement,
                    comes: comes.take(),
                    begun: 0,
                });
            }
        }
        start = Flicks(start.0 + item.duration().0);
    }
    strips
}

/// What is seen of a shot without a take: the first picture on its cards, or a slug.
fn stand_in(project: &Project, id: ShotId) -> Picture {
    let number = project.storyboard.number(id).unwrap_or_default();
    let Some(shot) = project.storyboard.shot(id) else {
        return Picture::Slug(Slug { number, words: String::new(), picture: None });
    };
    let picture = match card_picture(project, shot) {
        Some(CardPicture::Frame(take, from)) => return Picture::Take(take, Run { from, speed: (0, 1) }),
        Some(CardPicture::Still(media)) => Some(media),
        None => None,
    };
    Picture::Slug(Slug { number, words: project.cast.read(&shot.words.prompt), picture })
}

/// How much earlier an item begins to be seen than it is cut to, and how it comes in: its transition's kind and frames.
fn lead_of(item: &Item, start: Flicks, alone: bool, rate: FrameRate) -> (Flicks, Option<(TransitionKind, u32)>) {
    let Some(transition) = item.transition else { return (Flicks(0), None) };
    let lead = Flicks(if alone { 0 } else { transition.duration.0 / 2 });
    let first = frame_at(Flicks(start.0 - lead.0), rate);
    let end = frame_at(Flicks(start.0 - lead.0 + transition.duration.0), rate);
    let frames = end.saturating_sub(first);
    if frames == 0 { (Flicks(0), None) } else { (lead, Some((transition.kind, frames))) }
}

fn begun_earlier(picture: Picture, by: Flicks) -> Picture {
    match picture {
        Picture::Take(take, run) => Picture::Take(take, run.later(Flicks(-by.0))),
        Picture::Media(media, run) => Picture::Media(media, run.later(Flicks(-by.0))),
        other => other,
    }
}

fn takes_of(project: &Project, strips: &[Strip]) -> Result<BTreeMap<TakeId, CutTake>, PlanningError> {
    let mut takes = BTreeMap::new();
    for strip in strips {
        if let Picture::Take(take, _) = strip.picture
            && !takes.contains_key(&take)
        {
            let gone = || PlanningError::Request("a take on this timeline is not in the project any more".to_owned());
            let found = project.arrived.takes.get(&take).ok_or_else(gone)?;
            takes.insert(take, CutTake::of(project, found));
        }
    }
    Ok(takes)
}

pub(super) fn media_of(project: &Project, id: MediaId) -> Option<CutMedia> {
    let file = project.media.files.get(&id)?;
    Some(CutMedia { name: file.name.clone(), sha256: file.sha256, kind: file.kind })
}

/// The takes that any track of a timeline shows.
pub(super) fn used_takes(project: &Project, timeline: &Timeline) -> BTreeSet<TakeId> {
    let items = timeline.tracks.iter().flat_map(|track| &track.items);
    let shown = items.flat_map(|item| seen(project, item));
    shown.filter_map(|segment| if let Seen::Take(take, _) = segment.what { Some(take) } else { None }).collect()
}

/// Pixels of the project's exports.
pub(super) fn output_size_of(project: &Project) -> Result<Size, PlanningError> {
    size_of_lines(&project.settings.aspect, project.settings.lines)
}

/// The frame that begins at a time, or nearest to it.
pub(super) fn frame_at(time: Flicks, rate: FrameRate) -> u32 {
    u32::try_from(rate.nearest_frame(time)).unwrap_or(0)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::tests::{add_shot, done, take};
    use kinora_project::timeline::edit::Edge;
    use kinora_project::timeline::{Content, Transition};
    use kinora_project::{CutEdit, Edit, NewItem, TimelineEdit, assembly};
    use kinora_time::{FLICKS_PER_SECOND, TimeRange};

    /// Strips in words: frames, what they show and from which frame of it, and how they come in.
    fn text(cut: &Cut) -> String {
        let part = |strip: &Strip| {
            let from = |run: &Run| cut.rate.nearest_frame(run.from);
            let what = match &strip.picture {
                Picture::Take(take, run) => format!("{} from {}", cut.takes[take].title, from(run)),
                Picture::Media(media, run) => format!("{} from {}", cut.media[media].name, from(run)),
                Picture::Slug(slug) => format!("{}: {}", slug.number, slug.words),
                Picture::Title(words) => words.clone(),
            };
            let comes = strip.comes.map_or(String::new(), |(kind, frames)| format!(" {kind:?} {frames}"));
            format!("{}…{} [{what}]{comes}", strip.first, strip.end())
        };
        cut.strips.iter().map(part).collect::<Vec<_>>().join(" ")
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
    }

    #[test]
    fn what_comes_by_a_transition_is_there_before_its_cut_and_what_goes_after_it() {
        let mut project = Project::default();
        for words in ["a red car", "a boat"] {
            let shot = add_shot(&mut project, words, 1);
            take(&mut project, shot, 12);
        }
        done(&mut project, Edit::Cut(CutEdit::CreateFromBoard { name: "Cut 1".to_owned() }));
        let timeline = project.timelines[0].id;
        let items: Vec<_> = project.timelines[0].tracks[0].items.iter().map(|item| item.id).collect();
        let frames = |count: i64| project.settings.rate.frame_start(count);
        let (eight, four) = (frames(8), frames(4));
        for (item, kind, duration) in
            [(items[1], TransitionKind::Dissolve, eight), (items[0], TransitionKind::Dip, four)]
        {
            let transition = Some(Transition { kind, duration });
            done(&mut project, Edit::Timeline(timeline, TimelineEdit::SetTransition { item, transition }));
        }
        let add = TimelineEdit::AddTrack { kind: TrackKind::Title, name: "T1".to_owned(), at: None };
        done(&mut project, Edit::Timeline(timeline, add));
        let track = project.timelines[0].tracks.iter().find(|track| track.kind == TrackKind::Title).unwrap().id;
        let source_range = TimeRange::between(Flicks(0), eight);
        let item = NewItem { content: Content::Title("The end".to_owned()), source_range };
        done(&mut project, Edit::Timeline(timeline, TimelineEdit::Overwrite { track, at: four, item }));
        let cut = cut_of(&project, &project.timelines[0]).unwrap();
        assert_eq!(
            text(&cut),
            "0…28 [Shot 1-1, take 1 from 0] Dip 4 20…48 [Shot 1-2, take 1 from -4] Dissolve 8 4…12 [The end]"
        );
        assert_eq!(cut.strips.iter().map(|strip| strip.row).collect::<Vec<_>>(), [0, 0, 1]);
        let part = cut.within(22, 30).unwrap();
        assert_eq!(text(&part), "0…6 [Shot 1-1, take 1 from 22] Dip 4 0…8 [Shot 1-2, take 1 from -2] Dissolve 8");
        assert_eq!(part.strips.iter().map(|strip| strip.begun).collect::<Vec<_>>(), [22, 2]);
        assert!(part.within(8, 9).is_err());
    }
}
