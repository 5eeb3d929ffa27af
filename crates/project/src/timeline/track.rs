//! A track: items one after the other, without holes. Whatever changes one goes through the few operations here, so that no edit verb
//! can leave two items at one time.

use super::{Content, Item, ItemSound, TrackSound, Transition};
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
    /// How loud it is.
    #[serde(default, skip_serializing_if = "TrackSound::is_default")]
    pub sound: TrackSound,
    /// From the beginning. Clones share the items that no edit touched.
    pub items: Vec<Arc<Item>>,
}

impl Track {
    /// A new one.
    pub(crate) fn empty(ids: &mut IdSource, kind: TrackKind, name: &str) -> Arc<Self> {
        let (name, sound) = (name.to_owned(), TrackSound::default());
        Arc::new(Self { id: ids.fresh(), kind, name, locked: false, sound, items: Vec::new() })
    }

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
        let first = Item { sound: ItemSound { fade_out: Flicks(0), ..whole.sound }, ..first };
        // Which items the second part belongs to is for whoever cuts to say.
        let second = Item {
            id: ids.fresh(),
            link: None,
            transition: None,
            sound: ItemSound { fade_in: Flicks(0), ..whole.sound },
            ..whole.trimmed(into, Flicks(0))
        };
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

    /// Joins neighbouring gaps, removes items that last no time and a gap at the end, and shortens transitions to what is there.
    pub(crate) fn tidy(&mut self) {
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
        for place in 0..self.items.len() {
            if let Some(fitted) = self.fitted_transition(place) {
                let item = Item::clone(&self.items[place]);
                self.replace(place, Item { transition: fitted, ..item });
            }
        }
    }
    /// How long a transition into the item at a place can be: twice the half that fits on both sides of the cut. After a gap, or
    /// at the beginning, it lies within the item.
    #[must_use]
    pub fn longest_transition(&self, place: usize) -> Flicks {
        let Some(item) = self.items.get(place) else { return Flicks(0) };
        match place.checked_sub(1).map(|before| &self.items[before]) {
            Some(before) if !before.is_gap() => {
                // The item before may come in by a transition too: half of it is spent.
                let spent = before.transition.map_or(0, |t| t.duration.0 / 2);
                Flicks(2 * (before.duration().0 - spent).min(item.duration().0).max(0))
            }
            _ => item.duration(),
        }
    }

    /// What has to become of the transition at a place, if anything.
    fn fitted_transition(&self, place: usize) -> Option<Option<Transition>> {
        let item = self.items.get(place)?;
        let transition = item.transition?;
        let longest = self.longest_transition(place);
        if item.is_gap() || longest.0 == 0 {
            return Some(None);
        }
        (transition.duration > longest).then_some(Some(Transition { duration: longest, ..transition }))
    }
}
