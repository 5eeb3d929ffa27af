//! A track: items one after the other, without holes. Whatever changes one goes through the few operations here, so that no edit verb
//! can leave two items at one time.

use super::{Content, Item};
use crate::{IdSource, ItemId, TrackId};
use kinora_time::{Flicks, TimeRange};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a track holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrackKind {
    /// Pictures.
    Video,
    /// Sound.
    Audio,
    /// Words.
    Title,
}

/// Items one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track {
    /// Its id.
    pub id: TrackId,
    /// What it holds.
    pub kind: TrackKind,
    /// For people.
    pub name: String,
    /// No edit touches it.
    #[serde(default)]
    pub locked: bool,
    /// From the beginning. Clones share the items that no edit touched.
    pub items: Vec<Arc<Item>>,
}

impl Track {
    /// The end of its last item.
    #[must_use]
    pub fn duration(&self) -> Flicks {
        Flicks(self.items.iter().map(|item| item.duration().0).sum())
    }

    /// An item's place.
    #[must_use]
    pub fn position(&self, item: ItemId) -> Option<usize> {
        self.items.iter().position(|other| other.id == item)
    }

    /// When the item at a place begins; for the place after the last, the end.
    #[must_use]
    pub fn start_of(&self, position: usize) -> Flicks {
        Flicks(self.items.iter().take(position).map(|item| item.duration().0).sum())
    }

    /// When the item at a place begins and ends.
    #[must_use]
    pub fn range_of(&self, position: usize) -> Option<TimeRange> {
        let item = self.items.get(position)?;
        let start = self.start_of(position);
        Some(TimeRange::between(start, Flicks(start.0 + item.duration().0)))
    }

    /// The place of the item that is there at a time.
    #[must_use]
    pub fn at(&self, time: Flicks) -> Option<usize> {
        let mut start = 0;
        if time.0 < 0 {
            return None;
        }
        self.items.iter().position(|item| {
            start += item.duration().0;
            time.0 < start
        })
    }

    /// Cuts at a time, and returns the place of what begins there. Beyond the end a gap is added up to it.
    pub(super) fn cut(&mut self, time: Flicks, ids: &mut IdSource) -> usize {
        let Some(position) = self.at(time) else {
            let missing = Flicks(time.0 - self.duration().0);
            if missing.0 > 0 {
                self.items.push(Arc::new(Item::gap(ids.fresh(), missing)));
            }
            return self.items.len();
        };
        let into = Flicks(time.0 - self.start_of(position).0);
        if into.0 == 0 {
            return position;
        }
        let whole = self.items[position].clone();
        let rest = Flicks(whole.duration().0 - into.0);
        let first = whole.trimmed(Flicks(0), Flicks(-rest.0));
        // Which items the second part belongs to is for whoever cuts to say.
        let second = Item { id: ids.fresh(), link: None, ..whole.trimmed(into, Flicks(0)) };
        self.items.splice(position..=position, [Arc::new(first), Arc::new(second)]);
        position + 1
    }

    /// Cuts at both ends of a range and returns the places of what lies in it.
    pub(super) fn cut_out(&mut self, range: TimeRange, ids: &mut IdSource) -> std::ops::Range<usize> {
        let first = self.cut(range.start(), ids);
        let last = self.cut(range.end(), ids);
        first..last
    }

    /// Puts another item at a place.
    pub(super) fn replace(&mut self, position: usize, item: Item) {
        if let Some(place) = self.items.get_mut(position) {
            *place = Arc::new(item);
        }
    }

    /// Joins neighbouring gaps, removes items that last no time and a gap at the end.
    pub(super) fn tidy(&mut self) {
        let mut tidied: Vec<Arc<Item>> = Vec::with_capacity(self.items.len());
        for item in self.items.drain(..) {
            if item.duration().0 <= 0 {
                continue;
            }
            match tidied.last_mut() {
                Some(last) if last.is_gap() && item.is_gap() => {
                    *last = Arc::new(last.trimmed(Flicks(0), item.duration()));
                }
                _ => tidied.push(item),
            }
        }
        while tidied.last().is_some_and(|item| matches!(item.content, Content::Gap)) {
            tidied.pop();
        }
        self.items = tidied;
    }
}
