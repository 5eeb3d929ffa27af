//! What a person sees and has chosen: workspace, selection, playhead. It is no part of the document and nothing of it is undone.

mod cutting;
mod derived;
mod place;
mod transport;

pub use cutting::{Cutting, Tool};
pub use derived::Derived;
pub use place::Place;
pub use transport::{Transport, Wrap};

use crate::layout::{Panel, Workspace};
use crate::panels::board::Picturing;
use crate::panels::monitor::CameraMove;
use crate::panels::pencil::Pencil;
use crate::panels::timeline::Overlap;
use crate::theme::ThemeName;
use crate::words::Language;
use kinora_project::{ASSEMBLY, CardId, ItemId, MediaId, Project, SceneId, ShotId, TakeId, TimelineId, TrackId};
use kinora_studio::command::Command;
use kinora_studio::queue::JobId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a person set once, kept with the user's data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// Colours.
    pub theme: ThemeName,
    /// How large everything is; 1 is as the system has it.
    pub scale: f32,
    /// Language; without a choice that of the system.
    pub language: Option<Language>,
    /// Nothing moves that need not.
    pub reduced_motion: bool,
    /// The preset of the keys, by the name of its file.
    pub keys: String,
    /// Keys that the person chose instead, by the id of what they run; none: it has no keys.
    pub key_changes: BTreeMap<String, Vec<String>>,
    /// Whether the welcome page was left once.
    pub welcomed: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: ThemeName::default(),
            scale: 1.0,
            language: None,
            reduced_motion: false,
            keys: "kinora".to_owned(),
            key_changes: BTreeMap::new(),
            welcomed: false,
        }
    }
}

/// What is selected. The last thing that was clicked decides what the inspector shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selected {
    /// Shots on the board; the last is the one that commands take.
    pub shots: Vec<ShotId>,
    /// Items on the open timeline.
    pub items: BTreeSet<ItemId>,
    /// The track that commands take.
    pub track: Option<TrackId>,
    /// A take of the selected shot, if one was picked apart from the circled one.
    pub take: Option<TakeId>,
    /// A file of the library.
    pub media: Option<MediaId>,
    /// A card inside the selected shot.
    pub card: Option<CardId>,
    /// What was clicked last.
    pub last: Last,
}

/// What was clicked last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Last {
    /// Nothing yet.
    #[default]
    Nothing,
    /// A shot.
    Shot,
    /// An item on the timeline.
    Item,
    /// A file.
    Media,
}

impl Selected {
    /// The shot that commands take.
    #[must_use]
    pub fn shot(&self) -> Option<ShotId> {
        self.shots.last().copied()
    }

    /// Selects one shot alone.
    pub fn select_shot(&mut self, shot: ShotId) {
        if self.shot() != Some(shot) {
            self.take = None;
        }
        self.card = None;
        self.shots = vec![shot];
        self.last = Last::Shot;
    }

    /// Selects one item alone.
    pub fn select_item(&mut self, item: ItemId) {
        self.items = BTreeSet::from([item]);
        self.last = Last::Item;
    }

    /// Forgets what is not there any more.
    fn keep_what_is_in(&mut self, project: &Project, timeline: TimelineId) {
        self.shots.retain(|shot| project.storyboard.shot(*shot).is_some());
        if let Some(timeline) = project.timeline(timeline) {
            self.items.retain(|item| timeline.item(*item).is_some());
            self.track = self.track.filter(|track| timeline.track(*track).is_some());
        } else {
            self.items.retain(|item| project.storyboard.shot(ShotId(item.0)).is_some());
            self.track = None;
        }
        self.take = self.take.filter(|take| project.arrived.takes.contains_key(take));
        self.media = self.media.filter(|media| project.media.files.contains_key(media));
        let cards = self.shot().and_then(|shot| project.storyboard.shot(shot)).map(|shot| &shot.cards);
        self.card = self.card.filter(|card| cards.is_some_and(|cards| cards.iter().any(|other| other.id == *card)));
    }
}

/// What the source monitor holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A take.
    Take(TakeId),
    /// A file.
    Media(MediaId),
}

/// The line at the bottom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// What happened last.
    pub text: String,
    /// Whether it went wrong.
    pub failed: bool,
    /// Whether it can be undone from here.
    pub undo: bool,
}

/// A prompt while it is written on its card.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Whose.
    pub shot: ShotId,
    /// What is written so far.
    pub text: String,
    /// When a key came last that the document doesn't know of, in seconds.
    pub since: Option<f64>,
}

/// Words of a card inside a shot while they are written there.
#[derive(Debug, Clone, PartialEq)]
pub struct CardDraft {
    /// Whose card.
    pub shot: ShotId,
    /// Which.
    pub card: CardId,
    /// What is written so far.
    pub text: String,
    /// Whether the field was opened.
    pub begun: bool,
    /// Whether the field was there in the last frame.
    pub drawn: bool,
}

/// Something that lies over all panels and takes the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// The command palette.
    Palette,
    /// The settings of the person.
    Settings,
    /// A drawing for a shot.
    Pencil,
}

/// What a person sees and has chosen.
#[derive(Debug)]
pub struct Session {
    /// What was set once.
    pub preferences: Preferences,
    /// Which workspace is shown.
    pub workspace: Workspace,
    /// The panel that keys go to.
    pub focus: Panel,
    /// What is selected.
    pub selected: Selected,
    /// The timeline that is open; the Assembly without a choice.
    pub timeline: TimelineId,
    /// The program monitor's playhead.
    pub transport: Transport,
    /// What the source monitor holds, and its playhead.
    pub source: Option<Source>,
    /// The source monitor's playhead.
    pub source_transport: Transport,
    /// The playhead of takes side by side.
    pub takes_transport: Transport,
    /// A drawing that is made for a shot.
    pub pencil: Option<Pencil>,
    /// The move of the camera that is drawn over a still in the source monitor.
    pub camera_move: Option<CameraMove>,
    /// The shot that pictures were just dropped on: what they do there can be changed.
    pub landed: Option<ShotId>,
    /// A clip that was just moved over a part of another: they can flow into each other instead.
    pub overlap: Option<Overlap>,
    /// The card whose picture is being put into words.
    pub describing: Option<(ShotId, CardId)>,
    /// Cards whose words are being made into pictures.
    pub picturing: Vec<Picturing>,
    /// The take that is auditioned and keys are for.
    pub audition: Option<JobId>,
    /// How many takes are made at once.
    pub variations: u32,
    /// Steps of a take of full quality; the model's own number without it.
    pub steps: Option<u32>,
    /// Whether the key that stops is down, so that the shuttle goes by frames.
    pub jogs: bool,
    /// The shot whose prompt is being written on its card.
    pub writing: Option<ShotId>,
    /// What is written on that card so far.
    pub draft: Option<Draft>,
    /// The scene whose heading is being written.
    pub writing_scene: Option<SceneId>,
    /// What happened last.
    pub status: Status,
    /// A panel to bring to the front.
    pub reveal: Option<Panel>,
    /// The panels that are seen, in their order.
    pub seen: Vec<Panel>,
    /// Whether keys went from panel to panel: the keyboard follows.
    pub walked: bool,
    /// Whether the workspace's panels are to go back where they come.
    pub resets_layout: bool,
    /// A command whose arguments are asked for.
    pub asking: Option<&'static Command>,
    /// What is known of them beside what is selected.
    pub answers: serde_json::Map<String, serde_json::Value>,
    /// Words of a card inside a shot while they are written.
    pub card_draft: Option<CardDraft>,
    /// What lies over the panels.
    pub over: Option<Over>,
    /// Whether clips snap to what is near.
    pub snapping: bool,
    /// How the timeline is looked at, and what the pointer does there.
    pub cutting: Cutting,
    /// What was found out about the document as it is now.
    pub derived: Derived,
}

impl Session {
    /// A session that shows a project for the first time.
    #[must_use]
    pub fn new(preferences: Preferences) -> Self {
        Self {
            preferences,
            workspace: Workspace::default(),
            focus: Panel::default(),
            selected: Selected::default(),
            timeline: ASSEMBLY,
            transport: Transport::default(),
            source: None,
            source_transport: Transport::default(),
            takes_transport: Transport::looping(),
            pencil: None,
            camera_move: None,
            landed: None,
            overlap: None,
            describing: None,
            picturing: Vec::new(),
            audition: None,
            variations: 1,
            steps: None,
            jogs: false,
            writing: None,
            draft: None,
            writing_scene: None,
            status: Status::default(),
            reveal: None,
            seen: Vec::new(),
            walked: false,
            resets_layout: false,
            asking: None,
            answers: serde_json::Map::new(),
            card_draft: None,
            over: None,
            snapping: true,
            cutting: Cutting::default(),
            derived: Derived::default(),
        }
    }

    /// Keeps up with a document that changed.
    pub(crate) fn keep_up(&mut self, project: &Project) {
        if self.timeline != ASSEMBLY && project.timeline(self.timeline).is_none() {
            self.timeline = ASSEMBLY;
        }
        self.selected.keep_what_is_in(project, self.timeline);
        self.writing = self.writing.filter(|shot| project.storyboard.shot(*shot).is_some());
        self.writing_scene = self.writing_scene.filter(|scene| project.storyboard.scene(*scene).is_some());
        self.source = self.source.filter(|source| match source {
            Source::Take(take) => project.arrived.takes.contains_key(take),
            Source::Media(media) => project.media.files.contains_key(media),
        });
    }
}
