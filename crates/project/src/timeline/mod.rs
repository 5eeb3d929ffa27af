//! A timeline: tracks of items, one after the other. The words are OpenTimelineIO's: an item shows its `source_range`, a part of the
//! `available_range` of its media; gaps are items, so that a track has no holes and nothing on it overlaps.
//!
//! An item of a shot follows the shot's circled take, or is pinned to one. Which take that is, and whether it is long enough, is
//! found when the timeline is looked at (`crate::seen`), so that a take that arrives changes no timeline.

pub mod edit;
mod invariants;
mod look;
#[cfg(test)]
mod notation;
mod pace;
mod sound;
mod track;

pub use invariants::{Broken, check};
pub use look::{Crop, Framing, Placement, Thousandths};
pub use pace::{Pace, Run};
pub use sound::{GAINS, ItemSound, Millibels, TrackSound};
pub use track::{Track, TrackKind};

use crate::{IdSource, ItemId, LinkId, MarkerId, MediaId, ShotId, TakeId, TimelineId, TrackId};
use edit::EditError;
use kinora_time::{Flicks, TimeRange};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Tracks, bottom to top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// Its id.
    pub id: TimelineId,
    /// For people.
    pub name: String,
    /// Bottom to top. Clones share the tracks that no edit touched.
    pub tracks: Vec<Arc<Track>>,
    /// By time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub markers: Vec<Marker>,
}

/// A note at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// Its id.
    pub id: MarkerId,
    /// When.
    pub at: Flicks,
    /// What it says.
    pub text: String,
}

/// Something on a track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// What it is.
    pub content: Content,
    /// The part of it that is seen or heard, as it runs at its pace; its duration is that on the track.
    pub source_range: TimeRange,
    /// Items with the same link are edited together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkId>,
    /// How it comes in; without one it is cut to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transition: Option<Transition>,
    /// How its picture lies in the frame.
    #[serde(default, skip_serializing_if = "Placement::is_default")]
    pub placement: Placement,
    /// How loud it is.
    #[serde(default, skip_serializing_if = "ItemSound::is_default")]
    pub sound: ItemSound,
    /// How fast it runs.
    #[serde(default, skip_serializing_if = "Pace::is_normal")]
    pub pace: Pace,
}

/// What an item is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A piece of an imported file.
    Clip {
        /// Which.
        media: MediaId,
        /// All that there is of it.
        available_range: TimeRange,
    },
    /// A shot of the storyboard: one of its takes, or a slug with its prompt where no take reaches.
    Shot {
        /// Which.
        shot: ShotId,
        /// This take, whatever is circled.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pinned: Option<TakeId>,
    },
    /// Words.
    Title(String),
    /// Nothing.
    Gap,
}

/// How an item comes in from what is before it: half of it lies before the cut, half after; after a gap all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// Its kind.
    pub kind: TransitionKind,
    /// How long it takes.
    pub duration: Flicks,
}

/// The kinds of transitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransitionKind {
    /// One picture over into the other.
    Dissolve,
    /// Through black.
    Dip,
    /// A line that moves from left to right.
    Wipe,
}

impl Item {
    /// An item as it comes onto a track: cut to, as it is.
    #[must_use]
    pub fn new(id: ItemId, content: Content, source_range: TimeRange) -> Self {
        let (placement, sound, pace) = (Placement::default(), ItemSound::default(), Pace::default());
        Self { id, content, source_range, link: None, transition: None, placement, sound, pace }
    }

    /// A gap of some length.
    #[must_use]
    pub fn gap(id: ItemId, duration: Flicks) -> Self {
        Self::new(id, Content::Gap, TimeRange::between(Flicks(0), duration))
    }

    /// How long it is on the track.
    #[must_use]
    pub fn duration(&self) -> Flicks {
        self.source_range.duration()
    }

    /// Whether it is nothing.
    #[must_use]
    pub fn is_gap(&self) -> bool {
        matches!(self.content, Content::Gap)
    }

    /// What there is of it, as it runs: media ends somewhere, shots, titles and gaps don't.
    #[must_use]
    pub fn available_range(&self) -> Option<TimeRange> {
        match &self.content {
            Content::Clip { available_range, .. } => self.pace.of_source(*available_range),
            Content::Shot { .. } | Content::Title(_) | Content::Gap => None,
        }
    }

    /// How much earlier it could begin: negative or zero. A shot begins at the first frame of its take.
    fn head(&self) -> Flicks {
        let first = match &self.content {
            Content::Clip { .. } => self.available_range().map_or(i64::MIN / 4, |all| all.start().0),
            Content::Shot { .. } => 0,
            Content::Title(_) | Content::Gap => return Flicks(i64::MIN / 4),
        };
        Flicks(first - self.source_range.start().0)
    }

    /// How much later it could end.
    fn tail(&self) -> Flicks {
        Flicks(self.available_range().map_or(i64::MAX / 4, |all| all.end().0 - self.source_range.end().0))
    }

    /// Begins later by `start` and ends later by `end`, as far as there is media and at least nothing is left.
    fn trimmed(&self, start: Flicks, end: Flicks) -> Self {
        let range = TimeRange::between(
            Flicks(self.source_range.start().0 + start.0),
            Flicks(self.source_range.end().0 + end.0),
        );
        // Where a gap or title begins in itself means nothing: it is kept at 0, so that equal ones are equal.
        let range = match self.content {
            Content::Clip { .. } | Content::Shot { .. } => range,
            Content::Gap | Content::Title(_) => TimeRange::between(Flicks(0), range.duration()),
        };
        Self { source_range: range, ..self.clone() }
    }
}

impl Timeline {
    /// A track.
    #[must_use]
    pub fn track(&self, id: TrackId) -> Option<&Track> {
        self.tracks.iter().find(|track| track.id == id).map(Arc::as_ref)
    }

    /// The track that holds an item, and its place there.
    #[must_use]
    pub fn find(&self, item: ItemId) -> Option<(TrackId, usize)> {
        self.tracks.iter().find_map(|track| Some((track.id, track.position(item)?)))
    }

    /// An item.
    #[must_use]
    pub fn item(&self, id: ItemId) -> Option<&Item> {
        self.tracks.iter().find_map(|track| track.items.get(track.position(id)?)).map(Arc::as_ref)
    }

    /// The end of the longest track.
    #[must_use]
    pub fn duration(&self) -> Flicks {
        self.tracks.iter().map(|track| track.duration()).max().unwrap_or_default()
    }
    /// The same under another name, with ids of its own.
    #[must_use]
    pub fn copied(&self, name: &str, ids: &mut IdSource) -> Self {
        let mut links: BTreeMap<LinkId, LinkId> = BTreeMap::new();
        let mut tracks = self.tracks.clone();
        for track in &mut tracks {
            let track = Arc::make_mut(track);
            track.id = ids.fresh();
            for item in &mut track.items {
                let item = Arc::make_mut(item);
                item.id = ids.fresh();
                item.link = item.link.map(|link| *links.entry(link).or_insert_with(|| ids.fresh()));
            }
        }
        let markers = self.markers.iter().map(|marker| Marker { id: ids.fresh(), ..marker.clone() }).collect();
        Self { id: ids.fresh(), name: name.to_owned(), tracks, markers }
    }

    /// Adds a marker where it belongs.
    pub(crate) fn put_marker(&mut self, marker: Marker) -> Result<(), EditError> {
        if marker.at.0 < 0 {
            return Err(EditError::BeforeTheBeginning);
        }
        let at = self.markers.partition_point(|other| other.at <= marker.at);
        self.markers.insert(at, marker);
        Ok(())
    }

    /// Takes a marker out.
    pub(crate) fn take_marker(&mut self, id: MarkerId) -> Result<(), EditError> {
        let at = self.markers.iter().position(|marker| marker.id == id).ok_or(EditError::NoMarker(id))?;
        self.markers.remove(at);
        Ok(())
    }
}
