//! The storyboard: scenes of shots, shots with cards. Its order is the film's.

use crate::timeline::Thousandths;
use crate::{CardId, Handles, MediaId, Passage, SceneId, ShotId, TakeId};
use kinora_time::{Flicks, TimeRange};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Scenes in order. Clones share what no edit touched.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storyboard {
    /// From the beginning of the film.
    pub scenes: Vec<Arc<Scene>>,
}

/// Shots that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scene {
    /// Its id.
    pub id: SceneId,
    /// As in a script: `INT. KITCHEN – NIGHT`.
    pub heading: String,
    /// In order.
    pub shots: Vec<Arc<Shot>>,
}

/// One picture that moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shot {
    /// Its id.
    pub id: ShotId,
    /// What is written about it.
    #[serde(default)]
    pub words: Words,
    /// How long it is meant to be.
    pub length: Flicks,
    /// Seed of its next take.
    pub seed: u64,
    /// What is given at times inside the shot, in order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<Card>,
    /// What its takes have beside its length.
    #[serde(default, skip_serializing_if = "Handles::are_none")]
    pub handles: Handles,
    /// Pictures that its takes are to have, beside those on cards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passages: Vec<Passage>,
    /// Pictures to look at while working.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<MediaId>,
    /// Where something goes, as drawn over its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrow: Option<Arrow>,
    /// The take that was chosen; without a choice it is the first that came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub circled: Option<TakeId>,
}

/// An arrow over a shot's picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrow {
    /// Where it begins, from the left and from the top, in parts of the picture's width and height.
    pub from: (Thousandths, Thousandths),
    /// Where its head is.
    pub to: (Thousandths, Thousandths),
}

/// How an arrow is drawn, in pixels from the picture's upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outline {
    /// The two ends of its line.
    pub line: [(f32, f32); 2],
    /// The corners of its head.
    pub head: [(f32, f32); 3],
}

/// Which way an arrow points, mostly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // of variants, which are named for what they are
pub enum Heading {
    Left,
    Right,
    Up,
    Down,
}

impl Arrow {
    /// Whether it lies in the picture, and is long enough to point anywhere.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let inside = |(x, y): (Thousandths, Thousandths)| (0..=1000).contains(&x) && (0..=1000).contains(&y);
        let (x, y) = self.way();
        inside(self.from) && inside(self.to) && x.abs().max(y.abs()) >= 50
    }

    /// Which way it points. `shape`: width to height of the picture.
    #[must_use]
    pub fn heading(&self, shape: f32) -> Heading {
        let (x, y) = self.way();
        #[allow(clippy::cast_precision_loss)]
        let across = (x as f32 * shape).abs() >= (y as f32).abs();
        match (across, x > 0, y > 0) {
            (true, true, _) => Heading::Right,
            (true, false, _) => Heading::Left,
            (false, _, true) => Heading::Down,
            (false, _, false) => Heading::Up,
        }
    }

    fn way(&self) -> (Thousandths, Thousandths) {
        (self.to.0 - self.from.0, self.to.1 - self.from.1)
    }

    /// Its line and its head over a picture of a size.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn outline(&self, (width, height): (f32, f32)) -> Outline {
        let at = |(x, y): (Thousandths, Thousandths)| (x as f32 / 1000.0 * width, y as f32 / 1000.0 * height);
        let ((from_x, from_y), (to_x, to_y)) = (at(self.from), at(self.to));
        let length = (to_x - from_x).hypot(to_y - from_y).max(1e-3);
        let (x, y) = ((to_x - from_x) / length, (to_y - from_y) / length);
        let head = (0.09 * width.max(height)).min(0.6 * length);
        let (base_x, base_y) = (to_x - x * head, to_y - y * head);
        let (side_x, side_y) = (-y * head * 0.55, x * head * 0.55);
        let corners = [(to_x, to_y), (base_x + side_x, base_y + side_y), (base_x - side_x, base_y - side_y)];
        Outline { line: [(from_x, from_y), (base_x, base_y)], head: corners }
    }
}

/// What is written about a shot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Words {
    /// As on a slate, `12A`; empty: its place in the scene.
    pub number: String,
    /// What to show; `@Name` stands for somebody or something of the cast.
    pub prompt: String,
    /// What not to show.
    pub negative: String,
    /// What happens.
    pub action: String,
    /// What is said.
    pub dialogue: String,
    /// What is heard.
    pub sound: String,
    /// For the crew.
    pub notes: String,
    /// The lens.
    pub lens: String,
}

/// One of a shot's texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// As on a slate.
    Number,
    /// What to show.
    Prompt,
    /// What not to show.
    Negative,
    /// What happens.
    Action,
    /// What is said.
    Dialogue,
    /// What is heard.
    Sound,
    /// For the crew.
    Notes,
    /// The lens.
    Lens,
}

impl Words {
    /// One of the texts.
    #[must_use]
    pub fn get(&self, field: Field) -> &str {
        match field {
            Field::Number => &self.number,
            Field::Prompt => &self.prompt,
            Field::Negative => &self.negative,
            Field::Action => &self.action,
            Field::Dialogue => &self.dialogue,
            Field::Sound => &self.sound,
            Field::Notes => &self.notes,
            Field::Lens => &self.lens,
        }
    }

    /// One of the texts, to change.
    pub fn get_mut(&mut self, field: Field) -> &mut String {
        match field {
            Field::Number => &mut self.number,
            Field::Prompt => &mut self.prompt,
            Field::Negative => &mut self.negative,
            Field::Action => &mut self.action,
            Field::Dialogue => &mut self.dialogue,
            Field::Sound => &mut self.sound,
            Field::Notes => &mut self.notes,
            Field::Lens => &mut self.lens,
        }
    }
}

/// Something given at a time inside a shot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Its id.
    pub id: CardId,
    /// When, from the shot's first frame.
    pub at: Flicks,
    /// What.
    pub content: CardContent,
}

/// What a card holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardContent {
    /// From here on this is shown.
    Text(String),
    /// This picture is shown here.
    Picture(MediaId),
    /// This clip is shown from here on.
    Clip(MediaId),
    /// This picture of a take is shown here.
    Frame {
        /// Which take.
        take: TakeId,
        /// When, in the take.
        at: Flicks,
    },
}

impl Storyboard {
    /// Every shot, in the film's order.
    pub fn shots(&self) -> impl Iterator<Item = &Arc<Shot>> {
        self.scenes.iter().flat_map(|scene| &scene.shots)
    }

    /// A shot.
    #[must_use]
    pub fn shot(&self, id: ShotId) -> Option<&Shot> {
        self.shots().find(|shot| shot.id == id).map(Arc::as_ref)
    }

    /// A scene.
    #[must_use]
    pub fn scene(&self, id: SceneId) -> Option<&Scene> {
        self.scenes.iter().find(|scene| scene.id == id).map(Arc::as_ref)
    }

    /// A shot's number as it is shown: its own, or scene and place, `2-3`.
    #[must_use]
    pub fn number(&self, id: ShotId) -> Option<String> {
        self.scenes.iter().enumerate().find_map(|(scene, content)| {
            let place = content.shots.iter().position(|shot| shot.id == id)?;
            Some(content.shots[place].numbered(scene, place))
        })
    }

    /// Every shot with its number, in the film's order.
    pub fn numbers(&self) -> impl Iterator<Item = (ShotId, String)> {
        self.scenes.iter().enumerate().flat_map(|(scene, content)| {
            content.shots.iter().enumerate().map(move |(place, shot)| (shot.id, shot.numbered(scene, place)))
        })
    }
}

impl Shot {
    /// The part of its takes that is the shot itself.
    #[must_use]
    pub fn range(&self) -> TimeRange {
        TimeRange::between(self.handles.head, Flicks(self.handles.head.0 + self.length.0))
    }

    /// Its number in a scene and place that are counted from 0.
    fn numbered(&self, scene: usize, place: usize) -> String {
        let own = self.words.number.trim();
        if own.is_empty() { format!("{}-{}", scene + 1, place + 1) } else { own.to_owned() }
    }
}
