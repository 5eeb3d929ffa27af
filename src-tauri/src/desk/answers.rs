//! Questions that take a moment: what a file claims, what the library holds. The last one counts.

use kinora_model_store::ModelStore;
use kinora_provenance::verify_file;
use kinora_services::{data_folder, describe, own_anchors, refresh_library, thumbnail_path};
use kinora_studio::library::{Library, Search};
use kinora_ui::{Claims, Found};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};

/// At most so many finds are shown.
const MOST: u32 = 60;

enum Answer {
    Words(PathBuf, Result<String, String>),
    Claims(Claims),
    Found(Vec<Found>),
}

/// Questions and answers.
#[derive(Default)]
pub(super) struct Answers {
    waiting: Vec<Receiver<Answer>>,
    claims: Option<Claims>,
    found: Vec<Found>,
    /// Files that are looked at, and what was seen there.
    words: BTreeMap<PathBuf, Option<Result<String, String>>>,
}

impl Answers {
    fn ask(&mut self, answer: impl FnOnce() -> Answer + Send + 'static) {
        let (send, receive) = channel();
        std::thread::spawn(move || {
            // Nobody may want to know any more.
            let _heard = send.send(answer());
        });
        self.waiting.push(receive);
    }

    pub(super) fn verify(&mut self, path: PathBuf) {
        self.ask(move || Answer::Claims(claims_of(path)));
    }

    /// What a file shows. It is looked at once; who hears the answer has it.
    pub(super) fn describe(&mut self, store: &ModelStore, path: &Path) -> Option<Result<String, String>> {
        if let Some(known) = self.words.get(path) {
            return known.is_some().then(|| self.words.remove(path)).flatten().flatten();
        }
        self.words.insert(path.to_owned(), None);
        let (store, path) = (store.clone(), path.to_owned());
        self.ask(move || {
            let words = describe(&store, &path).map_err(|error| error.to_string());
            Answer::Words(path, words)
        });
        None
    }

    pub(super) fn search(&mut self, words: String, here: Option<PathBuf>) {
        self.ask(move || Answer::Found(search(&words, here.as_deref()).unwrap_or_default()));
    }

    pub(super) fn take_in(&mut self) -> bool {
        let before = self.waiting.len();
        let (claims, found, words) = (&mut self.claims, &mut self.found, &mut self.words);
        self.waiting.retain(|waiting| match waiting.try_recv() {
            Ok(Answer::Words(path, answer)) => {
                words.insert(path, Some(answer));
                false
            }
            Ok(Answer::Claims(answer)) => {
                *claims = Some(answer);
                false
            }
            Ok(Answer::Found(answer)) => {
                *found = answer;
                false
            }
            Err(std::sync::mpsc::TryRecvError::Empty) => true,
            Err(std::sync::mpsc::TryRecvError::Disconnected) => false,
        });
        self.waiting.len() != before
    }

    pub(super) fn is_busy(&self) -> bool {
        !self.waiting.is_empty()
    }

    pub(super) fn claims(&self) -> Option<&Claims> {
        self.claims.as_ref()
    }

    pub(super) fn found(&self) -> &[Found] {
        &self.found
    }
}

fn claims_of(path: PathBuf) -> Claims {
    let report = own_anchors()
        .map_err(|error| error.to_string())
        .and_then(|anchors| verify_file(&path, &anchors).map_err(|error| error.to_string()));
    match report {
        Ok(report) => {
            let text = report.to_text();
            let mut lines = text.lines();
            let verdict = lines.next().unwrap_or_default().to_owned();
            let pair = |line: &str| match line.split_once(": ") {
                Some((name, value)) => (name.to_owned(), value.to_owned()),
                None => (String::new(), line.to_owned()),
            };
            Claims { path, verdict, good: report.holds(), lines: lines.map(pair).collect() }
        }
        Err(verdict) => Claims { path, verdict, good: false, lines: Vec::new() },
    }
}

fn search(words: &str, here: Option<&Path>) -> Option<Vec<Found>> {
    let mut library = Library::open(&data_folder().ok()?).ok()?;
    // What can't be read is left out of what is found.
    let _skipped = refresh_library(&mut library);
    let search = Search { words: words.to_owned(), limit: MOST, ..Search::default() };
    let entries = library.search(&search).ok()?;
    Some(
        entries
            .into_iter()
            .map(|entry| Found {
                title: entry.title,
                picture: entry
                    .digest
                    .filter(|_| entry.file.is_none())
                    .map(|digest| thumbnail_path(&entry.place, &digest)),
                here: here.is_some_and(|here| here == entry.place),
                path: entry.file.unwrap_or(entry.place),
            })
            .collect(),
    )
}
