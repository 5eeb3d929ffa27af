//! A file system in memory that forgets: after a crash a file has the bytes that were synced and perhaps some of the rest, and a folder
//! the names that were synced and perhaps some of the rest. Renames are whole or not at all, as on every journaling file system.

use crate::files::Files;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

#[derive(Clone)]
pub struct Simulated(Arc<Mutex<State>>);

#[derive(Clone, Default)]
struct State {
    chance: u64,
    /// Operations until everything fails.
    left: Option<usize>,
    full: bool,
    nodes: Vec<Node>,
    names: BTreeMap<PathBuf, usize>,
    /// The names that are sure to survive.
    synced_names: BTreeMap<PathBuf, usize>,
    /// What was done to names since, in order.
    pending: Vec<NameChange>,
}

#[derive(Clone, Default)]
struct Node {
    bytes: Vec<u8>,
    synced: Vec<u8>,
}

#[derive(Clone)]
enum NameChange {
    Put(PathBuf, usize),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
}

fn change(names: &mut BTreeMap<PathBuf, usize>, done: &NameChange) {
    match done {
        NameChange::Put(path, node) => {
            names.insert(path.clone(), *node);
        }
        NameChange::Rename(from, to) => {
            if let Some(node) = names.remove(from) {
                names.insert(to.clone(), node);
            }
        }
        NameChange::Remove(path) => {
            names.remove(path);
        }
    }
}

impl State {
    fn below(&mut self, end: usize) -> usize {
        self.chance = self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.chance >> 33).unwrap() % end.max(1)
    }

    fn name(&mut self, done: NameChange) {
        change(&mut self.names, &done);
        self.pending.push(done);
    }
}

impl Simulated {
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(State { chance: seed, ..State::default() })))
    }

    pub fn crashing_after(seed: u64, operations: usize) -> Self {
        Self(Arc::new(Mutex::new(State { chance: seed, left: Some(operations), ..State::default() })))
    }

    pub fn fill(&self, full: bool) {
        self.0.lock().unwrap().full = full;
    }

    /// What is found after the crash.
    pub fn crash(&self) -> Self {
        let mut state = self.0.lock().unwrap().clone();
        let mut names = state.synced_names.clone();
        for done in state.pending.clone() {
            if state.below(2) == 0 {
                change(&mut names, &done);
            }
        }
        let nodes = state.nodes.clone();
        let nodes = nodes.into_iter().map(|node| {
            let rest = node.bytes.strip_prefix(&node.synced[..]).unwrap_or(&[]);
            let kept = state.below(rest.len() + 1);
            let bytes = [&node.synced, &rest[..kept]].concat();
            Node { synced: bytes.clone(), bytes }
        });
        let nodes = nodes.collect();
        let chance = state.chance;
        let after = State { chance, nodes, names: names.clone(), synced_names: names, ..State::default() };
        Self(Arc::new(Mutex::new(after)))
    }

    /// One operation, if the machine still runs.
    fn run<T>(&self, writes: bool, operation: impl FnOnce(&mut State) -> io::Result<T>) -> io::Result<T> {
        let mut state = self.0.lock().unwrap();
        match &mut state.left {
            Some(0) => return Err(io::Error::other("the power line was cut")),
            Some(left) => *left -= 1,
            None => {}
        }
        if writes && state.full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        operation(&mut state)
    }
}

fn missing() -> io::Error {
    io::ErrorKind::NotFound.into()
}

impl Files for Simulated {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.run(false, |state| state.names.get(path).map(|node| state.nodes[*node].bytes.clone()).ok_or_else(missing))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.run(true, |state| {
            // A new inode stands for a truncated one: what of either survives is chance.
            let node = state.nodes.len();
            state.nodes.push(Node { bytes: bytes.to_vec(), synced: Vec::new() });
            state.name(NameChange::Put(path.to_owned(), node));
            Ok(())
        })
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.run(true, |state| {
            let node = match state.names.get(path) {
                Some(node) => *node,
                None => {
                    let node = state.nodes.len();
                    state.nodes.push(Node::default());
                    state.name(NameChange::Put(path.to_owned(), node));
                    node
                }
            };
            state.nodes[node].bytes.extend_from_slice(bytes);
            Ok(())
        })
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        self.run(false, |state| {
            let node = *state.names.get(path).ok_or_else(missing)?;
            state.nodes[node].synced = state.nodes[node].bytes.clone();
            Ok(())
        })
    }

    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        self.run(false, |state| {
            state.synced_names = state.names.clone();
            state.pending.clear();
            Ok(())
        })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.run(false, |state| {
            state.names.get(from).ok_or_else(missing)?;
            state.name(NameChange::Rename(from.to_owned(), to.to_owned()));
            Ok(())
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.run(false, |state| {
            state.names.get(path).ok_or_else(missing)?;
            state.name(NameChange::Remove(path.to_owned()));
            Ok(())
        })
    }

    fn create_folder(&self, _: &Path) -> io::Result<()> {
        self.run(false, |_| Ok(()))
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.run(false, |state| {
            let inside = state.names.keys().filter(|path| path.parent() == Some(folder));
            Ok(inside.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect())
        })
    }
}
