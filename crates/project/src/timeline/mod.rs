//! A timeline: tracks of items, one after the other. The words are OpenTimelineIO's: an item shows its `source_range`, a part of the
//! `available_range` of its media; gaps are items, so that a track has no holes and nothing on it overlaps.

pub mod edit;
mod invariants;
#[cfg(test)]
mod notation;
mod track;

pub use invariants::{Broken, check};
pub use track::{Track, TrackKind};

use crate::{ItemId, LinkId, MediaId, ShotId, TakeId, TimelineId, TrackId};
use kinora_time::{Flicks, TimeRange};
use serde::{Deserialize, Serialize};
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
}

/// Something on a track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// What it is.
    pub content: Content,
    /// The part of it that is seen or heard; its duration is that on the track.
    pub source_range: TimeRange,
    /// Items with the same link are edited together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkId>,
}

/// What an item is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A piece of media.
    Clip {
        /// Which.
        source: ClipSource,
        /// All that there is of it.
        available_range: TimeRange,
    },
    /// Nothing.
    Gap,
    /// A place held for a shot that has no take yet.
    Slug {
        /// The shot.
        shot: ShotId,
    },
}

/// Where a clip's pictures and sound come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClipSource {
    /// An imported file.
    Media(MediaId),
    /// The circled take of a shot, whichever that is.
    Shot(ShotId),
    /// One take of a shot, whatever is circled.
    Take(ShotId, TakeId),
}

impl Item {
    /// A gap of some length.
    #[must_use]
    pub fn gap(id: ItemId, duration: Flicks) -> Self {
        let source_range = TimeRange::between(Flicks(0), duration);
        Self { id, content: Content::Gap, source_range, link: None }
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

    /// What there is of it: media ends somewhere, gaps and slugs don't.
    #[must_use]
    pub fn available_range(&self) -> Option<TimeRange> {
        match &self.content {
            Content::Clip { available_range, .. } => Some(*available_range),
            Content::Gap | Content::Slug { .. } => None,
        }
    }

    /// How much earlier it could begin: negative or zero.
    fn head(&self) -> Flicks {
        Flicks(self.available_range().map_or(i64::MIN / 4, |all| all.start().0 - self.source_range.start().0))
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
        // Where a gap or slug begins in itself means nothing: it is kept at 0, so that equal ones are equal.
        let range = match self.content {
            Content::Clip { .. } => range,
            Content::Gap | Content::Slug { .. } => TimeRange::between(Flicks(0), range.duration()),
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
}
