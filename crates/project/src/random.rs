//! Edits by chance, for tests: of every kind, mostly such as can be done.

use crate::notation::board;
use crate::timeline::edit::{Edge, Filling, Landing};
use crate::timeline::{Content, ItemSound, Pace, Placement, TrackKind, TrackSound, Transition, TransitionKind};
use crate::{
    Arrow, BoardEdit, CardContent, CastEdit, CutEdit, Edit, Field, Handles, ItemId, Mark, MarkEdit, MediaEdit, MediaId,
    MediaKind, MemberKind, NewItem, Passage, PassageSource, Project, SceneId, Settings, ShotId, TimelineEdit, TrackId,
};
use kinora_plan::Digest;
use kinora_time::{FLICKS_PER_SECOND, Flicks, FrameRate, TimeRange};

/// Numbers by chance, the same for a seed (a linear congruential generator with Knuth's MMIX constants).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }

    pub fn one_of<T: Clone>(&mut self, items: &[T]) -> Option<T> {
        let at = self.below(items.len());
        items.get(at).cloned()
    }

    fn frames(&mut self, end: usize) -> Flicks {
        FrameRate::FPS_24.frame_start(i64::try_from(self.below(end)).unwrap())
    }

    fn by(&mut self) -> Flicks {
        Flicks(self.frames(48).0 - FLICKS_PER_SECOND)
    }

    fn range(&mut self) -> TimeRange {
        let start = self.frames(200);
        TimeRange::between(start, Flicks(start.0 + self.frames(30).0))
    }

    fn word(&mut self) -> String {
        self.one_of(&["Anna", "Bob", "car", "red", "desert", "", "two words"]).unwrap().to_owned()
    }

    fn mark_edit(&mut self, project: &Project) -> MarkEdit {
        let stars = u8::try_from(self.below(7)).unwrap();
        let mark = Mark { favourite: self.below(2) == 0, stars, folder: self.word() };
        let takes: Vec<_> = project.arrived.takes.keys().copied().collect();
        let media: Vec<_> = project.media.files.keys().copied().collect();
        match (self.one_of(&takes), self.one_of(&media)) {
            (Some(take), _) if self.below(2) == 0 => MarkEdit::Take { take, mark },
            (_, media) => MarkEdit::Media { media: media.unwrap_or(MediaId(0)), mark },
        }
    }

    fn passages(&mut self, project: &Project, shot: ShotId) -> BoardEdit {
        let takes: Vec<_> = project.arrived.takes.keys().copied().collect();
        let of = match self.one_of(&takes) {
            Some(take) if self.below(2) == 0 => PassageSource::Take(take),
            _ => PassageSource::Media(self.media(project)),
        };
        let passage =
            Passage::kept(self.frames(20), of, self.range()).at_level(i32::try_from(self.below(1100)).unwrap());
        let handles = Handles { head: self.frames(30), tail: self.frames(60) };
        BoardEdit::SetPassages { shot, handles, passages: vec![passage] }
    }

    pub fn edit(&mut self, project: &Project) -> Edit {
        match self.below(20) {
            0 => {
                Edit::Settings(Settings { name: self.word(), lines: 700 + self.below(9) as u32, ..Settings::default() })
            }
            1..=6 => Edit::Board(self.board_edit(project)),
            7 | 8 => Edit::Cast(self.cast_edit(project)),
            9 | 10 if self.below(3) == 0 => Edit::Mark(self.mark_edit(project)),
            9 | 10 => Edit::Media(self.media_edit(project)),
            11 => Edit::Cut(self.cut_edit(project)),
            _ => match self.one_of(&project.timelines) {
                Some(timeline) => {
                    let edit = self.timeline_edit(project, &timeline);
                    Edit::Timeline(timeline.id, edit)
                }
                None => Edit::Cut(CutEdit::CreateFromBoard { name: self.word() }),
            },
        }
    }

    fn media(&mut self, project: &Project) -> MediaId {
        let all: Vec<_> = project.media.files.keys().copied().collect();
        self.one_of(&all).unwrap_or(MediaId(0))
    }

    fn shot(&mut self, project: &Project) -> ShotId {
        let all: Vec<_> = project.storyboard.shots().map(|shot| shot.id).collect();
        self.one_of(&all).unwrap_or(ShotId(0))
    }

    fn board_edit(&mut self, project: &Project) -> BoardEdit {
        let scenes: Vec<_> = project.storyboard.scenes.iter().map(|scene| scene.id).collect();
        let scene = self.one_of(&scenes).unwrap_or(SceneId(0));
        let shot = self.shot(project);
        let card = project.storyboard.shot(shot).and_then(|shot| self.one_of(&shot.cards)).map(|card| card.id);
        let takes: Vec<_> = project.arrived.takes.keys().copied().collect();
        let content = match (self.below(4), self.one_of(&takes)) {
            (0, _) => CardContent::Text(self.word()),
            (1, _) => CardContent::Picture(self.media(project)),
            (2, Some(take)) => CardContent::Frame { take, at: self.frames(60) },
            _ => CardContent::Clip(self.media(project)),
        };
        let few = project.storyboard.shots().count() < 30;
        match self.below(18) {
            17 => {
                let mut side = || i32::try_from(self.below(1001)).unwrap_or_default();
                let arrow = Arrow { from: (side(), side()), to: (side(), side()) };
                BoardEdit::SetArrow { shot, arrow: arrow.is_sound().then_some(arrow) }
            }
            16 => self.passages(project, shot),
            0 if scenes.len() < 5 => BoardEdit::AddScene { heading: self.word(), at: Some(self.below(4)) },
            1 => BoardEdit::RenameScene { scene, heading: self.word() },
            2 => BoardEdit::MoveScene { scene, to: self.below(4) },
            3 if scenes.len() > 2 => BoardEdit::RemoveScene { scene },
            0 | 3 | 4 if few => board::add(scene, 'N', Some(self.below(6))),
            5 if few => BoardEdit::DuplicateShot { shot },
            6 => BoardEdit::MoveShot { shot, scene, to: self.below(6) },
            7 => BoardEdit::RemoveShot { shot },
            8 => BoardEdit::SetLength { shot, length: Flicks(self.frames(500).0 + 1) },
            9 => BoardEdit::SetSeed { shot, seed: 9 },
            10 => BoardEdit::SetReferences { shot, references: vec![self.media(project)] },
            11 => {
                let takes: Vec<_> = project.arrived.takes_of(shot).map(|take| take.id).collect();
                BoardEdit::Circle { shot, take: self.one_of(&takes) }
            }
            12 => BoardEdit::AddCard { shot, at: self.frames(48), content },
            13 => match card {
                Some(card) => BoardEdit::ChangeCard { shot, card, at: self.frames(48), content },
                None => BoardEdit::AddCard { shot, at: Flicks(0), content },
            },
            14 => match card {
                Some(card) => BoardEdit::RemoveCard { shot, card },
                None => BoardEdit::AddCard { shot, at: Flicks(0), content },
            },
            _ => {
                let fields =
                    [Field::Number, Field::Prompt, Field::Negative, Field::Action, Field::Dialogue, Field::Notes];
                BoardEdit::Write { shot, field: self.one_of(&fields).unwrap(), text: self.word() }
            }
        }
    }

    fn cast_edit(&mut self, project: &Project) -> CastEdit {
        let (name, words) = (format!("{}{}", self.word(), self.below(9)), self.word());
        let kind = self.one_of(&[MemberKind::Person, MemberKind::Place, MemberKind::Prop, MemberKind::Style]).unwrap();
        match (self.below(4), self.one_of(&project.cast.members)) {
            (1, Some(member)) => CastEdit::Change { member: member.id, name, kind, words },
            (2, Some(member)) => CastEdit::SetPictures { member: member.id, pictures: vec![self.media(project)] },
            (3, Some(member)) => CastEdit::Remove { member: member.id },
            _ => CastEdit::Add { name, kind, words },
        }
    }

    fn media_edit(&mut self, project: &Project) -> MediaEdit {
        let media = self.media(project);
        match self.below(4) {
            1 => MediaEdit::Move { media, name: self.word(), bin: self.word() },
            2 => MediaEdit::Remove { media },
            _ => {
                let kind = self.one_of(&[MediaKind::Still, MediaKind::Video, MediaKind::Audio]).unwrap();
                let sha256 = Digest::of(&[u8::try_from(self.below(40)).unwrap()]);
                MediaEdit::Import { name: self.word(), bin: String::new(), kind, sha256 }
            }
        }
    }

    fn cut_edit(&mut self, project: &Project) -> CutEdit {
        let name = self.word();
        match (self.below(5), self.one_of(&project.timelines)) {
            (0, Some(timeline)) if project.timelines.len() < 4 => CutEdit::Duplicate { timeline: timeline.id, name },
            (1, Some(timeline)) => CutEdit::Rename { timeline: timeline.id, name },
            (2 | 3, Some(timeline)) if project.timelines.len() > 2 => CutEdit::Delete { timeline: timeline.id },
            (4, _) => CutEdit::Create { name },
            _ => CutEdit::CreateFromBoard { name },
        }
    }

    fn new_item(&mut self, project: &Project) -> NewItem {
        let start = self.frames(20);
        let source_range = TimeRange::between(start, Flicks(start.0 + self.frames(30).0 + 1));
        let content = match self.below(4) {
            0 => Content::Clip {
                media: self.media(project),
                available_range: TimeRange::between(Flicks(0), FrameRate::FPS_24.frame_start(60)),
            },
            1 => Content::Title(self.word()),
            _ => Content::Shot { shot: self.shot(project), pinned: None },
        };
        let source_range = match content {
            Content::Title(_) => TimeRange::between(Flicks(0), source_range.duration()),
            _ => source_range,
        };
        NewItem { content, source_range }
    }

    fn timeline_edit(&mut self, project: &Project, timeline: &crate::timeline::Timeline) -> TimelineEdit {
        let track = self.one_of(&timeline.tracks);
        let items: Vec<_> = track.iter().flat_map(|track| &track.items).map(|item| item.id).collect();
        let item = self.one_of(&items).unwrap_or(ItemId(0));
        let other = self.one_of(&items).unwrap_or(item);
        let track = track.map_or(TrackId(0), |track| track.id);
        let marker = self.one_of(&timeline.markers).map(|marker| marker.id);
        let edge = self.one_of(&[Edge::Start, Edge::End]).unwrap();
        let (at, by, text) = (self.frames(200), self.by(), self.word());
        match self.below(27) {
            0 if timeline.tracks.len() < 4 => {
                TimelineEdit::AddTrack { kind: TrackKind::Video, name: text, at: Some(self.below(3)) }
            }
            1 => TimelineEdit::ChangeTrack { track, name: text, locked: self.below(4) == 0 },
            2 if timeline.tracks.len() > 2 => TimelineEdit::RemoveTrack { track },
            3 => TimelineEdit::AddMarker { at, text },
            4 => match marker {
                Some(marker) => TimelineEdit::ChangeMarker { marker, at, text },
                None => TimelineEdit::AddMarker { at, text },
            },
            5 => match marker {
                Some(marker) => TimelineEdit::RemoveMarker { marker },
                None => TimelineEdit::AddMarker { at, text },
            },
            6 => {
                let kind = self.one_of(&[TransitionKind::Dissolve, TransitionKind::Dip]).unwrap();
                TimelineEdit::SetTransition { item, transition: Some(Transition { kind, duration: self.frames(24) }) }
            }
            7 => {
                let scenes: Vec<_> = project.storyboard.scenes.iter().map(|scene| scene.id).collect();
                TimelineEdit::Conform { track, scene: self.one_of(&scenes).unwrap_or(SceneId(0)) }
            }
            8 => TimelineEdit::SetContent { item, content: self.new_item(project).content },
            9 => TimelineEdit::Insert { track, at, item: self.new_item(project) },
            10 => TimelineEdit::Overwrite { track, at, item: self.new_item(project) },
            11 => TimelineEdit::Fill { gap: item, item: self.new_item(project), by: Filling::Gap },
            12 => TimelineEdit::Slice { track, at },
            13 => TimelineEdit::Trim { item, edge, by },
            14 => TimelineEdit::Ripple { item, edge, by },
            15 => TimelineEdit::Roll { item, edge, by },
            16 => TimelineEdit::Slip { item, by },
            17 => TimelineEdit::Slide { item, by },
            18 => TimelineEdit::Lift { range: self.range() },
            19 => TimelineEdit::Extract { range: self.range() },
            20 => match self.below(2) {
                0 => TimelineEdit::Link { items: vec![item, other] },
                _ => TimelineEdit::Unlink { item },
            },
            21 => {
                let paces =
                    [Pace::Speed(2, 1), Pace::Speed(-3, 2), Pace::Speed(1, 7), Pace::Still(at), Pace::default()];
                TimelineEdit::SetPace { item, pace: self.one_of(&paces).unwrap() }
            }
            22 => {
                let scale = i32::try_from(self.below(3000)).unwrap();
                TimelineEdit::SetPlacement { item, placement: Placement { scale, ..Placement::default() } }
            }
            23 => TimelineEdit::SetSound { item, sound: ItemSound { fade_in: at, ..ItemSound::default() } },
            24 => {
                let sound = TrackSound { solo: self.below(2) == 0, ..TrackSound::default() };
                TimelineEdit::SetTrackSound { track, sound }
            }
            25 => {
                let landing = if self.below(2) == 0 { Landing::Over } else { Landing::Between };
                TimelineEdit::Move { items: vec![item, other], by, to: Some(track), landing }
            }
            _ => TimelineEdit::Remove { item, close_up: self.below(2) == 0 },
        }
    }
}
