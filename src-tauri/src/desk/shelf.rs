//! Things that are read from disk in a thread and kept while there is room.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, Sender, channel};

/// Things by name, the least used thrown away first.
pub(super) struct Shelf<K, V> {
    things: BTreeMap<K, (V, u64, usize)>,
    wanted: BTreeSet<K>,
    missing: BTreeSet<K>,
    asks: Sender<K>,
    answers: Receiver<(K, Option<V>)>,
    bytes: usize,
    room: usize,
    clock: u64,
    size: fn(&V) -> usize,
}

impl<K: Ord + Clone + Send + 'static, V: Send + 'static> Shelf<K, V> {
    /// A shelf with room for so many bytes; `read` runs in a thread of its own.
    pub(super) fn new(room: usize, read: fn(&K) -> Option<V>, size: fn(&V) -> usize) -> Self {
        let (asks, asked) = channel::<K>();
        let (answer, answers) = channel();
        std::thread::spawn(move || {
            for key in asked {
                let value = read(&key);
                if answer.send((key, value)).is_err() {
                    break;
                }
            }
        });
        let (things, wanted, missing) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
        Self { things, wanted, missing, asks, answers, bytes: 0, room, clock: 0, size }
    }

    /// A thing, if it is there; else it is read.
    pub(super) fn get(&mut self, key: &K) -> Option<&V> {
        self.clock += 1;
        if !self.things.contains_key(key) {
            if !self.missing.contains(key) && self.wanted.insert(key.clone()) {
                // A thread that is gone answers nothing; then nothing is shown.
                let _asked = self.asks.send(key.clone());
            }
            return None;
        }
        let clock = self.clock;
        self.things.get_mut(key).map(|(value, used, _)| {
            *used = clock;
            &*value
        })
    }

    /// Takes in what was read; whether there was something.
    pub(super) fn take_in(&mut self) -> bool {
        let mut any = false;
        while let Ok((key, value)) = self.answers.try_recv() {
            self.wanted.remove(&key);
            match value {
                Some(value) => {
                    let bytes = (self.size)(&value);
                    self.bytes += bytes;
                    self.things.insert(key, (value, self.clock, bytes));
                    any = true;
                }
                None => {
                    self.missing.insert(key);
                }
            }
        }
        while self.bytes > self.room && self.things.len() > 1 {
            let oldest = self.things.iter().min_by_key(|(_, (_, used, _))| *used).map(|(key, _)| key.clone());
            let Some((_, _, bytes)) = oldest.and_then(|key| self.things.remove(&key)) else { break };
            self.bytes -= bytes;
        }
        any
    }

    /// What could not be read may be there now.
    pub(super) fn try_again(&mut self) {
        self.missing.clear();
    }

    /// Whether something is being read.
    pub(super) fn is_busy(&self) -> bool {
        !self.wanted.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let mut shelf: Shelf<u32, Vec<u8>> = Shelf::new(250, |key| (*key < 100).then(|| vec![0; 100]), Vec::len);
        let mut fetch = |key: u32| {
            while shelf.get(&key).is_none() && key < 100 {
                shelf.take_in();
            }
        };
        fetch(1);
        fetch(2);
        fetch(1);
        fetch(3);
        assert!(shelf.get(&1).is_some() && shelf.get(&3).is_some());
        assert!(shelf.get(&2).is_none(), "2 was used least");
        assert!(shelf.get(&100).is_none());
    }
}
