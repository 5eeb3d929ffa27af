//! What is true of every timeline, after every edit.

use super::{Content, Timeline};
use crate::ItemId;
use std::collections::BTreeSet;

/// What is not true of a timeline, and should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Broken {
    /// Two items have the same id.
    #[error("the id {0:?} is there twice")]
    TwiceTheId(ItemId),
    /// An item lasts no time.
    #[error("{0:?} lasts no time")]
    Empty(ItemId),
    /// A clip shows more than there is of its media.
    #[error("{0:?} is longer than its media")]
    OutlivesItsMedia(ItemId),
    /// Two gaps stand side by side, or one at the end.
    #[error("{0:?} is a gap that should be part of another, or not there")]
    LooseGap(ItemId),
    /// A transition takes longer than what it joins.
    #[error("the transition into {0:?} is longer than what it joins")]
    LongTransition(ItemId),
    /// A shot's clip begins before its take.
    #[error("{0:?} begins before its take")]
    BeforeItsTake(ItemId),
    /// Markers are not in the order of time.
    #[error("markers are not in order")]
    UnorderedMarkers,
}

/// Looks at a timeline.
///
/// # Errors
/// The first thing that is not as it should be.
pub fn check(timeline: &Timeline) -> Result<(), Broken> {
    let mut seen = BTreeSet::new();
    for track in &timeline.tracks {
        for (position, item) in track.items.iter().enumerate() {
            if !seen.insert(item.id) {
                return Err(Broken::TwiceTheId(item.id));
            }
            if item.duration().0 <= 0 {
                return Err(Broken::Empty(item.id));
            }
            if item.available_range().is_some_and(|all| !all.encloses(item.source_range)) {
                return Err(Broken::OutlivesItsMedia(item.id));
            }
            let next_is_gap = track.items.get(position + 1).is_none_or(|next| next.is_gap());
            if item.is_gap() && next_is_gap {
                return Err(Broken::LooseGap(item.id));
            }
            if item.transition.is_some_and(|t| t.duration > track.longest_transition(position)) {
                return Err(Broken::LongTransition(item.id));
            }
            if matches!(item.content, Content::Shot { .. }) && item.source_range.start().0 < 0 {
                return Err(Broken::BeforeItsTake(item.id));
            }
        }
    }
    if !timeline.markers.is_sorted_by_key(|marker| marker.at) {
        return Err(Broken::UnorderedMarkers);
    }
    Ok(())
}
