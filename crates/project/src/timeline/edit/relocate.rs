//! Move: items elsewhere in time, or on another track of the same kind: over what is there, or in between.
//!
//! ```text
//! before          │ A════ │ B══ │ C════════ │ D══ │
//! after, over     │ A════ │ gap │ C═ │ B══ │ C══ │ D══ │      nothing else moves
//! after, between  │ A════ │ C════ │ B══ │ C════ │ D══ │      its place closes up, a new one opens
//! ```

use super::{EditError, linked, on_track};
use crate::timeline::{Item, Timeline};
use crate::{IdSource, ItemId, TrackId};
use kinora_time::{Flicks, TimeRange};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What happens where items are put down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Landing {
    /// They lie over what is there, and leave a gap behind.
    Over,
    /// What is there makes room, and what they leave closes up.
    Between,
}

/// An item on its way.
struct Moved {
    from: TrackId,
    to: TrackId,
    start: Flicks,
    item: Arc<Item>,
}

/// Moves items and their links by the same time, not before the beginning. Those on the first one's track go to the track `to`.
///
/// # Errors
/// If an item or track is not there, a track is locked, or `to` holds something of another kind or a link of the items.
pub fn relocate(
    timeline: &mut Timeline,
    ids: &mut IdSource,
    items: &[ItemId],
    by: Flicks,
    to: Option<TrackId>,
    landing: Landing,
) -> Result<(), EditError> {
    let moved = moved(timeline, items, to)?;
    let earliest = moved.iter().map(|moved| moved.start.0).min().unwrap_or(0);
    let by = by.0.max(-earliest);
    let mut edited = timeline.clone();
    for Moved { from, item, .. } in &moved {
        on_track(&mut edited, *from, |track| {
            let place = track.position(item.id).ok_or(EditError::NoItem(item.id))?;
            track.items.remove(place);
            if landing == Landing::Over {
                track.items.insert(place, Arc::new(Item::gap(ids.fresh(), item.duration())));
            }
            Ok(())
        })?;
    }
    let tracks: BTreeSet<TrackId> = moved.iter().map(|moved| moved.to).collect();
    for to in tracks {
        let landed: Vec<&Moved> = moved.iter().filter(|moved| moved.to == to).collect();
        on_track(&mut edited, to, |track| {
            match landing {
                Landing::Over => {
                    for Moved { start, item, .. } in landed {
                        let range = TimeRange::between(Flicks(start.0 + by), Flicks(start.0 + by + item.duration().0));
                        let covered = track.cut_out(range, ids);
                        track.items.splice(covered, [item.clone()]);
                    }
                }
                Landing::Between => {
                    let first = landed.iter().map(|moved| moved.start.0).min().unwrap_or(0) + by;
                    // What closed up before it brings it forward.
                    let closed = moved.iter().filter(|moved| moved.from == to);
                    let closed: i64 =
                        closed.map(|moved| (first - moved.start.0).clamp(0, moved.item.duration().0)).sum();
                    let place = track.cut(Flicks(first - closed), ids);
                    track.items.splice(place..place, landed.iter().map(|moved| moved.item.clone()));
                }
            }
            Ok(())
        })?;
    }
    *timeline = edited;
    Ok(())
}

/// The items and their links, each once, in order of time.
fn moved(timeline: &Timeline, items: &[ItemId], to: Option<TrackId>) -> Result<Vec<Moved>, EditError> {
    let mut all = BTreeSet::new();
    for item in items {
        all.extend(linked(timeline, *item)?);
    }
    let home = items.first().and_then(|item| timeline.find(*item)).map(|(track, _)| track);
    let kind = |track: TrackId| timeline.track(track).map(|track| track.kind).ok_or(EditError::NoTrack(track));
    if let (Some(home), Some(to)) = (home, to) {
        let crowded = home != to && all.iter().any(|(track, _)| *track == to);
        if kind(home)? != kind(to)? || crowded {
            return Err(EditError::OtherTrack(to));
        }
    }
    let mut moved = Vec::with_capacity(all.len());
    for (from, id) in all {
        let track = timeline.track(from).ok_or(EditError::NoTrack(from))?;
        let place = track.position(id).ok_or(EditError::NoItem(id))?;
        let to = to.filter(|_| Some(from) == home).unwrap_or(from);
        moved.push(Moved { from, to, start: track.start_of(place), item: track.items[place].clone() });
    }
    moved.sort_by_key(|moved| (moved.start, moved.item.id));
    Ok(moved)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::notation::{edited, f, nth};

    #[test]
    fn cases() {
        use Landing::{Between, Over};
        for (before, places, by, landing, after) in [
            ("A0..4 | B0..2 | C0..8 | D0..2", &[1][..], 4, Over, "A0..4 | _2 | C0..2 | B0..2 | C4..8 | D0..2"),
            ("A0..4 | B0..2 | C0..8 | D0..2", &[1], 4, Between, "A0..4 | C0..2 | B0..2 | C2..8 | D0..2"),
            ("A0..4 | B0..2 | C0..8", &[1], -3, Over, "A0..1 | B0..2 | A3..4 | _2 | C0..8"),
            ("A0..4 | B0..2 | C0..8", &[1], -4, Between, "B0..2 | A0..4 | C0..8"),
            ("A0..4 | B0..2", &[0], 9, Over, "_4 | B0..2 | _3 | A0..4"),
            ("A0..4 | B0..2", &[0], 2, Between, "A0..4 | B0..2"),
            ("A0..4 | B0..2", &[0], 6, Between, "B0..2 | A0..4"),
            ("A0..4 | B0..2", &[1], -9, Over, "B0..2 | A2..4"),
            ("A0..4 | B0..2 | C0..8", &[0, 1], 8, Over, "_6 | C0..2 | A0..4 | B0..2"),
            ("A0..4 | B0..2 | C0..3", &[0, 1], 9, Between, "C0..3 | A0..4 | B0..2"),
            ("_2 | A0..4*1\n_2 | B0..4*1", &[1], 2, Over, "_4 | A0..4*1\n_4 | B0..4*1"),
            ("_2 | A0..4*1\n_2 | B0..4*1", &[1], -5, Over, "A0..4*1\nB0..4*1"),
            ("_2 | A0..4*1\nlocked _2 | B0..4*1", &[1], 2, Over, "error: the track is locked; unlock it first"),
            ("locked A0..4", &[0], 2, Over, "error: the track is locked; unlock it first"),
        ] {
            let moved = edited(before, |timeline, ids| {
                let items: Vec<_> = places.iter().map(|place| nth(timeline, 0, *place)).collect();
                relocate(timeline, ids, &items, f(by), None, landing)
            });
            assert_eq!(moved, after, "{before}, {places:?}, {by}, {landing:?}");
        }
    }

    #[test]
    fn an_item_goes_to_another_track_and_stays_itself() {
        for (before, landing, after) in [
            ("A0..4 | B0..2\nC0..8", Landing::Over, "_4 | B0..2\nC0..2 | A0..4 | C6..8"),
            ("A0..4 | B0..2\nC0..8", Landing::Between, "B0..2\nC0..2 | A0..4 | C2..8"),
            ("A0..4*1\nC0..8*1", Landing::Over, "error: that track can't take it"),
            ("A0..4\nlocked C0..8", Landing::Over, "error: the track is locked; unlock it first"),
        ] {
            let moved = edited(before, |timeline, ids| {
                let (item, to) = (nth(timeline, 0, 0), timeline.tracks[1].id);
                relocate(timeline, ids, &[item], f(2), Some(to), landing)?;
                assert_eq!(timeline.find(item).map(|(track, _)| track), Some(to));
                Ok(())
            });
            assert_eq!(moved, after, "{before}, {landing:?}");
        }
    }
}
