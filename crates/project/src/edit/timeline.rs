//! Edits of timelines: their tracks and markers, and the edit verbs as values; and which timelines there are.

use super::{Refused, place};
use crate::conform;
use crate::storyboard::Storyboard;
use crate::timeline::edit::{self as verb, Edge, EditError, Filling, Landing};
use crate::timeline::{
    Content, Item, ItemSound, Marker, Pace, Placement, Timeline, Track, TrackKind, TrackSound, Transition,
};
use crate::{IdSource, ItemId, MarkerId, Project, SceneId, TimelineId, TrackId};
use kinora_time::{Flicks, TimeRange};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which timelines there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // of fields, which are named for what they hold
pub enum CutEdit {
    /// A new one, with one track for pictures and one for sound.
    Create { name: String },
    /// A new one with what the storyboard shows now.
    CreateFromBoard { name: String },
    /// One that another program wrote.
    Import { name: String, tracks: Vec<NewTrack>, markers: Vec<(Flicks, String)> },
    /// The same once more.
    Duplicate { timeline: TimelineId, name: String },
    /// Another name.
    Rename { timeline: TimelineId, name: String },
    /// Out.
    Delete { timeline: TimelineId },
}

/// A change of one timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // of fields, which are named for what they hold
pub enum TimelineEdit {
    /// A new track above the others of its place.
    AddTrack { kind: TrackKind, name: String, at: Option<usize> },
    /// Its name, and whether edits may touch it.
    ChangeTrack { track: TrackId, name: String, locked: bool },
    /// Out, with its items.
    RemoveTrack { track: TrackId },
    /// A note at a time.
    AddMarker { at: Flicks, text: String },
    /// Another time or text.
    ChangeMarker { marker: MarkerId, at: Flicks, text: String },
    /// Out.
    RemoveMarker { marker: MarkerId },
    /// How an item comes in, as long as there is room for it.
    SetTransition { item: ItemId, transition: Option<Transition> },
    /// How its picture lies in the frame; see [`verb::set_placement`].
    SetPlacement { item: ItemId, placement: Placement },
    /// How loud it is; see [`verb::set_sound`].
    SetSound { item: ItemId, sound: ItemSound },
    /// How fast it runs; see [`verb::set_pace`].
    SetPace { item: ItemId, pace: Pace },
    /// How loud a track is.
    SetTrackSound { track: TrackId, sound: TrackSound },
    /// Shots that a scene has now and the timeline has not, and the other way round; see [`crate::conform`].
    Conform { track: TrackId, scene: SceneId },
    /// Other content in the same place, such as another take, or a pin.
    SetContent { item: ItemId, content: Content },
    /// See [`verb::insert`].
    Insert { track: TrackId, at: Flicks, item: NewItem },
    /// See [`verb::overwrite`].
    Overwrite { track: TrackId, at: Flicks, item: NewItem },
    /// See [`verb::fill`].
    Fill { gap: ItemId, item: NewItem, by: Filling },
    /// See [`verb::slice`].
    Slice { track: TrackId, at: Flicks },
    /// See [`verb::trim`].
    Trim { item: ItemId, edge: Edge, by: Flicks },
    /// See [`verb::ripple`].
    Ripple { item: ItemId, edge: Edge, by: Flicks },
    /// See [`verb::roll`].
    Roll { item: ItemId, edge: Edge, by: Flicks },
    /// See [`verb::slip`].
    Slip { item: ItemId, by: Flicks },
    /// See [`verb::slide`].
    Slide { item: ItemId, by: Flicks },
    /// See [`verb::relocate`].
    Move { items: Vec<ItemId>, by: Flicks, to: Option<TrackId>, landing: Landing },
    /// See [`verb::remove`].
    Remove { item: ItemId, close_up: bool },
    /// See [`verb::lift`].
    Lift { range: TimeRange },
    /// See [`verb::extract`].
    Extract { range: TimeRange },
    /// See [`verb::link`].
    Link { items: Vec<ItemId> },
    /// See [`verb::unlink`].
    Unlink { item: ItemId },
}

/// A track that is on no timeline yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTrack {
    /// For people.
    pub name: String,
    /// What it holds.
    pub kind: TrackKind,
    /// From the beginning.
    pub items: Vec<NewTrackItem>,
}

/// An item of a track that is on no timeline yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTrackItem {
    /// What it shows.
    pub item: NewItem,
    /// How it comes in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transition: Option<Transition>,
    /// How fast it runs.
    #[serde(default, skip_serializing_if = "Pace::is_normal")]
    pub pace: Pace,
    /// Whether it is neither seen nor heard.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
}

impl NewTrack {
    fn track(&self, ids: &mut IdSource) -> Result<Arc<Track>, EditError> {
        let mut track = Track::clone(&*Track::empty(ids, self.kind, &self.name));
        for new in &self.items {
            let mut item = Item { transition: new.transition, pace: new.pace, ..new.item.item(ids) };
            if new.disabled && !item.is_gap() {
                item.placement.opacity = 0;
                item.sound.muted = true;
            }
            let within = item.available_range().is_none_or(|all| all.encloses(item.source_range));
            let begun = !matches!(item.content, Content::Shot { .. }) || item.source_range.start().0 >= 0;
            if !within || !begun || !new.pace.is_sound() {
                return Err(EditError::OutOfRange);
            }
            track.items.push(Arc::new(item));
        }
        track.tidy();
        Ok(Arc::new(track))
    }
}

/// An item that is not on a timeline yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewItem {
    /// What it is.
    pub content: Content,
    /// The part of it that is seen.
    pub source_range: TimeRange,
}

impl NewItem {
    pub(crate) fn item(&self, ids: &mut IdSource) -> Item {
        Item::new(ids.fresh(), self.content.clone(), self.source_range)
    }

    /// The item, if it can be one.
    fn checked(&self, ids: &mut IdSource) -> Result<Item, EditError> {
        let item = self.item(ids);
        let within = match &self.content {
            Content::Clip { available_range, .. } => available_range.encloses(self.source_range),
            Content::Shot { .. } => self.source_range.start().0 >= 0,
            Content::Title(_) | Content::Gap => self.source_range.start().0 == 0,
        };
        if within && !self.source_range.is_empty() { Ok(item) } else { Err(EditError::NothingLeft(item.id)) }
    }
}

impl TimelineEdit {
    pub(super) fn label(&self) -> &'static str {
        match self {
            Self::AddTrack { .. } => "add-track",
            Self::ChangeTrack { .. } => "change-track",
            Self::RemoveTrack { .. } => "remove-track",
            Self::AddMarker { .. } => "add-marker",
            Self::ChangeMarker { .. } => "change-marker",
            Self::RemoveMarker { .. } => "remove-marker",
            Self::SetTransition { .. } => "set-transition",
            Self::Conform { .. } => "conform-scene",
            Self::SetContent { .. } => "replace-clip",
            Self::SetPlacement { .. } => "place-clip",
            Self::SetSound { .. } => "set-clip-sound",
            Self::SetPace { .. } => "set-clip-speed",
            Self::SetTrackSound { .. } => "set-track-sound",
            Self::Insert { .. } => "insert",
            Self::Overwrite { .. } => "overwrite",
            Self::Fill { .. } => "fill",
            Self::Slice { .. } => "slice",
            Self::Trim { .. } => "trim",
            Self::Ripple { .. } => "ripple",
            Self::Roll { .. } => "roll",
            Self::Slip { .. } => "slip",
            Self::Slide { .. } => "slide",
            Self::Move { .. } => "move",
            Self::Remove { .. } => "remove",
            Self::Lift { .. } => "lift",
            Self::Extract { .. } => "extract",
            Self::Link { .. } => "link",
            Self::Unlink { .. } => "unlink",
        }
    }

    pub(super) fn apply(&self, timeline: TimelineId, project: &mut Project) -> Result<(), Refused> {
        let at = place_of(project, timeline)?;
        if let Some(Content::Clip { media, .. }) = self.new_content()
            && !project.media.files.contains_key(media)
        {
            return Err(Refused::NoMedia(*media));
        }
        let mut ids = project.ids.clone();
        let mut timeline = Timeline::clone(&project.timelines[at]);
        self.change(&mut timeline, &mut ids, &project.storyboard)?;
        project.timelines[at] = Arc::new(timeline);
        project.ids = ids;
        Ok(())
    }

    /// What it brings onto the timeline.
    fn new_content(&self) -> Option<&Content> {
        match self {
            Self::Insert { item, .. } | Self::Overwrite { item, .. } | Self::Fill { item, .. } => Some(&item.content),
            Self::SetContent { content, .. } => Some(content),
            _ => None,
        }
    }

    fn change(&self, timeline: &mut Timeline, ids: &mut IdSource, board: &Storyboard) -> Result<(), Refused> {
        match self {
            Self::AddTrack { kind, name, at } => {
                let track = Track::empty(ids, *kind, name);
                timeline.tracks.insert(place(*at, timeline.tracks.len()), track);
            }
            Self::ChangeTrack { track, name, locked } => {
                let at = timeline.tracks.iter().position(|t| t.id == *track).ok_or(EditError::NoTrack(*track))?;
                let track = Arc::make_mut(&mut timeline.tracks[at]);
                (track.name, track.locked) = (name.clone(), *locked);
            }
            Self::SetTrackSound { track, sound } => {
                let at = timeline.tracks.iter().position(|t| t.id == *track).ok_or(EditError::NoTrack(*track))?;
                if !sound.is_sound() {
                    return Err(EditError::OutOfRange.into());
                }
                Arc::make_mut(&mut timeline.tracks[at]).sound = *sound;
            }
            Self::RemoveTrack { track } => {
                let at = timeline.tracks.iter().position(|t| t.id == *track).ok_or(EditError::NoTrack(*track))?;
                if timeline.tracks[at].locked {
                    return Err(EditError::Locked(*track).into());
                }
                timeline.tracks.remove(at);
            }
            Self::AddMarker { at, text } => {
                timeline.put_marker(Marker { id: ids.fresh(), at: *at, text: text.clone() })?;
            }
            Self::ChangeMarker { marker, at, text } => {
                timeline.take_marker(*marker)?;
                timeline.put_marker(Marker { id: *marker, at: *at, text: text.clone() })?;
            }
            Self::RemoveMarker { marker } => timeline.take_marker(*marker)?,
            Self::Conform { track, scene } => {
                let scene = board.scene(*scene).ok_or(Refused::NoScene(*scene))?;
                conform::apply(timeline, ids, *track, scene, board)?;
            }
            Self::SetTransition { item, transition } => verb::set_transition(timeline, *item, *transition)?,
            Self::SetContent { item, content } => verb::set_content(timeline, *item, content)?,
            Self::SetPlacement { item, placement } => verb::set_placement(timeline, *item, *placement)?,
            Self::SetSound { item, sound } => verb::set_sound(timeline, *item, *sound)?,
            Self::SetPace { item, pace } => verb::set_pace(timeline, ids, *item, *pace)?,
            Self::Insert { track, at, item } => {
                let item = item.checked(ids)?;
                verb::insert(timeline, ids, *track, *at, item)?;
            }
            Self::Overwrite { track, at, item } => {
                let item = item.checked(ids)?;
                verb::overwrite(timeline, ids, *track, *at, item)?;
            }
            Self::Fill { gap, item, by } => {
                let item = item.checked(ids)?;
                verb::fill(timeline, *gap, item, *by)?;
            }
            Self::Slice { track, at } => verb::slice(timeline, ids, *track, *at)?,
            Self::Trim { item, edge, by } => verb::trim(timeline, ids, *item, *edge, *by)?,
            Self::Ripple { item, edge, by } => verb::ripple(timeline, ids, *item, *edge, *by)?,
            Self::Roll { item, edge, by } => verb::roll(timeline, ids, *item, *edge, *by)?,
            Self::Slip { item, by } => verb::slip(timeline, ids, *item, *by)?,
            Self::Slide { item, by } => verb::slide(timeline, ids, *item, *by)?,
            Self::Move { items, by, to, landing } => verb::relocate(timeline, ids, items, *by, *to, *landing)?,
            Self::Remove { item, close_up } => verb::remove(timeline, ids, *item, *close_up)?,
            Self::Lift { range } => verb::lift(timeline, ids, *range)?,
            Self::Extract { range } => verb::extract(timeline, ids, *range)?,
            Self::Link { items } => verb::link(timeline, ids, items)?,
            Self::Unlink { item } => verb::unlink(timeline, *item)?,
        }
        Ok(())
    }
}

impl CutEdit {
    pub(super) fn label(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create-timeline",
            Self::CreateFromBoard { .. } => "create-timeline-from-board",
            Self::Import { .. } => "import-timeline",
            Self::Duplicate { .. } => "duplicate-timeline",
            Self::Rename { .. } => "rename-timeline",
            Self::Delete { .. } => "delete-timeline",
        }
    }

    pub(super) fn apply(&self, project: &mut Project) -> Result<(), Refused> {
        let mut ids = project.ids.clone();
        match self {
            Self::Create { name } => {
                let tracks = [(TrackKind::Audio, "A1"), (TrackKind::Video, "V1")];
                let tracks = tracks.map(|(kind, name)| Track::empty(&mut ids, kind, name)).to_vec();
                let timeline = Timeline { id: ids.fresh(), name: name.clone(), tracks, markers: Vec::new() };
                project.timelines.push(Arc::new(timeline));
            }
            Self::CreateFromBoard { name } => {
                let copy = crate::assembly(project).copied(name, &mut ids);
                project.timelines.push(Arc::new(copy));
            }
            Self::Import { name, tracks, markers } => {
                let known = |content: &Content| match content {
                    Content::Clip { media, .. } if !project.media.files.contains_key(media) => Err(*media),
                    _ => Ok(()),
                };
                let mut contents = tracks.iter().flat_map(|track| &track.items).map(|new| &new.item.content);
                contents.try_for_each(known).map_err(Refused::NoMedia)?;
                let made = tracks.iter().map(|track| track.track(&mut ids)).collect::<Result<Vec<_>, _>>()?;
                let mut timeline = Timeline { id: ids.fresh(), name: name.clone(), tracks: made, markers: Vec::new() };
                for (at, text) in markers {
                    timeline.put_marker(Marker { id: ids.fresh(), at: *at, text: text.clone() })?;
                }
                project.timelines.push(Arc::new(timeline));
            }
            Self::Duplicate { timeline, name } => {
                let copy = project.timelines[place_of(project, *timeline)?].copied(name, &mut ids);
                project.timelines.push(Arc::new(copy));
            }
            Self::Rename { timeline, name } => {
                let at = place_of(project, *timeline)?;
                Arc::make_mut(&mut project.timelines[at]).name.clone_from(name);
            }
            Self::Delete { timeline } => {
                let at = place_of(project, *timeline)?;
                project.timelines.remove(at);
            }
        }
        project.ids = ids;
        Ok(())
    }
}

fn place_of(project: &Project, id: TimelineId) -> Result<usize, Refused> {
    project.timelines.iter().position(|timeline| timeline.id == id).ok_or(Refused::NoTimeline(id))
}
