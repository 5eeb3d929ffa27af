//! Edit verbs: one file each, with its picture, its law and its cases. The names are those of OpenTimelineIO's edit algorithms and of
//! editors' menus.
//!
//! Items that are linked are edited together, by the same amount: as far as the one that can go least far. An edit that can't
//! be done returns an error and changes nothing. Deliberately not here: snapping, selection, tools.

mod content;
mod extract;
mod fill;
mod insert;
mod lift;
mod link;
mod look;
mod overwrite;
mod relocate;
mod remove;
mod ripple;
mod roll;
mod slice;
mod slide;
mod slip;
mod transition;
mod trim;

pub use content::set_content;
pub use extract::extract;
pub use fill::{Filling, fill};
pub use insert::insert;
pub use lift::lift;
pub use link::{link, unlink};
pub use look::{set_pace, set_placement, set_sound};
pub use overwrite::overwrite;
pub use relocate::{Landing, relocate};
pub use remove::remove;
pub use ripple::ripple;
pub use roll::roll;
pub use slice::slice;
pub use slide::slide;
pub use slip::slip;
pub use transition::set_transition;
pub use trim::trim;

use super::{Timeline, Track};
use crate::{IdSource, ItemId, MarkerId, TrackId};
use kinora_time::Flicks;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Why an edit was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// The track is locked.
    #[error("the track is locked; unlock it first")]
    Locked(TrackId),
    /// There is no such item.
    #[error("that item is not on the timeline any more")]
    NoItem(ItemId),
    /// There is no such track.
    #[error("that track is not on the timeline any more")]
    NoTrack(TrackId),
    /// The edit needs media; the item is a gap or a slug.
    #[error("there is no media here to move")]
    NoMedia(ItemId),
    /// The edit needs a gap.
    #[error("this is no gap to fill")]
    NoGap(ItemId),
    /// There is no item on that side.
    #[error("there is nothing on that side to give way")]
    NoNeighbour(ItemId),
    /// Nothing of the item would be left.
    #[error("nothing would be left of it; remove it instead")]
    NothingLeft(ItemId),
    /// Linked items would push each other.
    #[error("linked items stand side by side here; unlink them first")]
    SideBySide(ItemId),
    /// There is no such marker.
    #[error("that marker is not on the timeline any more")]
    NoMarker(MarkerId),
    /// A transition needs something on both sides.
    #[error("there is no room for a transition here")]
    NoRoom(ItemId),
    /// The new content is shorter than what is seen of the old.
    #[error("the new content is too short for this place; trim the clip first")]
    TooShort(ItemId),
    /// It holds another kind of things, or what is linked with the item.
    #[error("that track can't take it")]
    OtherTrack(TrackId),
    /// A number that can't be.
    #[error("that can't be set to so much")]
    OutOfRange,
    /// Time before the beginning.
    #[error("a timeline begins at 0")]
    BeforeTheBeginning,
}

/// An end of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// Its first frame.
    Start,
    /// The frame after its last.
    End,
}

/// Changes a track, or leaves the timeline as it was.
fn on_track(
    timeline: &mut Timeline,
    id: TrackId,
    edit: impl FnOnce(&mut Track) -> Result<(), EditError>,
) -> Result<(), EditError> {
    let place = timeline.tracks.iter().position(|track| track.id == id).ok_or(EditError::NoTrack(id))?;
    if timeline.tracks[place].locked {
        return Err(EditError::Locked(id));
    }
    let mut track = Track::clone(&timeline.tracks[place]);
    edit(&mut track)?;
    track.tidy();
    timeline.tracks[place] = Arc::new(track);
    Ok(())
}

/// The item and those that are linked with it: (track, item).
fn linked(timeline: &Timeline, item: ItemId) -> Result<Vec<(TrackId, ItemId)>, EditError> {
    let (track, _) = timeline.find(item).ok_or(EditError::NoItem(item))?;
    let Some(link) = timeline.item(item).and_then(|item| item.link) else { return Ok(vec![(track, item)]) };
    let of_track = |track: &Arc<Track>| {
        let id = track.id;
        let of_link = track.items.iter().filter(|other| other.link == Some(link)).map(move |other| (id, other.id));
        of_link.collect::<Vec<_>>()
    };
    Ok(timeline.tracks.iter().flat_map(of_track).collect())
}

/// An edit that moves something of an item by an amount.
trait Move {
    /// Whether the items before and after give way.
    const PUSHES: bool;

    /// As much of `by` as the item at `place` can go.
    fn limit(&self, track: &Track, place: usize, by: Flicks) -> Result<Flicks, EditError>;

    /// Does it. `by` is within the limit.
    fn apply(&self, track: &mut Track, place: usize, by: Flicks, ids: &mut IdSource);
}

/// Moves an item and its links, all by what the least of them can.
fn move_linked<M: Move>(
    timeline: &mut Timeline,
    ids: &mut IdSource,
    item: ItemId,
    by: Flicks,
    how: &M,
) -> Result<(), EditError> {
    let items = linked(timeline, item)?;
    let mut amount = by;
    let mut places: Vec<(TrackId, usize)> = Vec::new();
    for (track, item) in &items {
        let track = timeline.track(*track).ok_or(EditError::NoTrack(*track))?;
        if track.locked {
            return Err(EditError::Locked(track.id));
        }
        let place = track.position(*item).ok_or(EditError::NoItem(*item))?;
        let near = |(other, at): &(TrackId, usize)| *other == track.id && at.abs_diff(place) <= 2;
        if M::PUSHES && places.iter().any(near) {
            return Err(EditError::SideBySide(*item));
        }
        places.push((track.id, place));
        let limit = how.limit(track, place, by)?;
        amount = if limit.0.abs() < amount.0.abs() { limit } else { amount };
    }
    if amount.0 == 0 {
        return Ok(());
    }
    let mut edited = timeline.clone();
    for (track, item) in items {
        on_track(&mut edited, track, |track| {
            let place = track.position(item).ok_or(EditError::NoItem(item))?;
            how.apply(track, place, amount, ids);
            Ok(())
        })?;
    }
    *timeline = edited;
    Ok(())
}

/// `by`, but not beyond `least` and `most`.
fn within(by: Flicks, least: i64, most: i64) -> Flicks {
    Flicks(by.0.max(least.min(0)).min(most.max(0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::notation::{f, item, nth, timeline};
    use crate::timeline::{Content, check};
    use kinora_time::TimeRange;
    use proptest::prelude::*;

    /// One edit by chance: a verb, places, an amount.
    fn random_edit(timeline: &mut Timeline, ids: &mut IdSource, (verb, track, place, amount): (u8, usize, usize, i64)) {
        let track = track % timeline.tracks.len();
        let id = timeline.tracks[track].id;
        let count = timeline.tracks[track].items.len();
        let time = f(amount.abs());
        let range = TimeRange::between(time, f(amount.abs() + 3));
        let edge = if place % 2 == 0 { Edge::Start } else { Edge::End };
        let new = item("C2..6", ids);
        let _refused = match verb % 15 {
            0 => insert(timeline, ids, id, time, new),
            1 => overwrite(timeline, ids, id, time, new),
            2 => slice(timeline, ids, id, time),
            3 => lift(timeline, ids, range),
            4 => extract(timeline, ids, range),
            other if count > 0 => {
                let target = nth(timeline, track, place % count);
                match other {
                    5 => slip(timeline, ids, target, f(amount)),
                    6 => slide(timeline, ids, target, f(amount)),
                    7 => trim(timeline, ids, target, edge, f(amount)),
                    8 => ripple(timeline, ids, target, edge, f(amount)),
                    9 => roll(timeline, ids, target, edge, f(amount)),
                    10 => remove(timeline, ids, target, place % 3 == 0),
                    11 => fill(timeline, target, new, if place % 2 == 0 { Filling::Source } else { Filling::Gap }),
                    12 => link(timeline, ids, &[target, nth(timeline, 0, 0)]),
                    13 => {
                        let landing = if place % 2 == 0 { Landing::Over } else { Landing::Between };
                        let to = timeline.tracks[place % 2].id;
                        relocate(timeline, ids, &[target], f(amount), Some(to), landing)
                    }
                    _ => unlink(timeline, target),
                }
            }
            _ => Ok(()),
        };
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5000))]
        #[test]
        fn nothing_overlaps_no_clip_outlives_its_media_and_locked_tracks_stay(
            edits in prop::collection::vec((any::<u8>(), 0..3usize, 0..9usize, -12..12i64), 1..40)
        ) {
            let mut ids = IdSource::default();
            let mut subject = timeline("A0..4 | B2..8 | _2 | A1..3\nB0..9*1 | ~0..4\nlocked A0..4 | B0..4", &mut ids);
            let locked = subject.tracks[2].clone();
            for edit in edits {
                let before = subject.clone();
                random_edit(&mut subject, &mut ids, edit);
                check(&subject).map_err(|broken| TestCaseError::fail(format!("{edit:?}: {broken}\n{before:?}")))?;
                prop_assert_eq!(&subject.tracks[2], &locked);
                // What was on the timeline before and still is, is the same thing.
                for item in subject.tracks.iter().flat_map(|track| &track.items) {
                    if let Some(old) = before.item(item.id) {
                        prop_assert_eq!(std::mem::discriminant(&old.content), std::mem::discriminant(&item.content));
                    }
                }
                if subject.tracks[0].items.is_empty() {
                    break;
                }
            }
            let clips = subject.tracks.iter().flat_map(|t| &t.items).filter(|i| matches!(i.content, Content::Clip { .. }));
            prop_assert!(clips.count() < 200);
        }
    }
}
