//! Nothing on screen is without words, in any language.

use super::*;
use crate::{action, command_label};
use kinora_studio::command::{self, Kind};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn folder(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.extension().is_some_and(|end| end == ending) {
            found.push(path);
        }
    }
}

/// The ids that a language's files define, and in which file.
fn ids(language: &str) -> BTreeMap<String, String> {
    let mut paths = Vec::new();
    files(&folder("../assets/locales").join(language), "ftl", &mut paths);
    let mut ids = BTreeMap::new();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let Some((id, _)) = line.split_once(" =") else { continue };
            if id.starts_with(|c: char| c.is_ascii_alphabetic()) && !id.contains(' ') {
                let before = ids.insert(id.to_owned(), name.clone());
                assert!(before.is_none(), "{language}: {id} is in {before:?} and in {name}");
            }
        }
    }
    ids
}

/// Whether a text in quotes can be an id: `queue-empty`.
fn is_id(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[test]
fn both_languages_have_the_same_words() {
    let (english, french) = (ids("en"), ids("fr"));
    let missing: Vec<_> = english.iter().filter(|(id, _)| !french.contains_key(*id)).collect();
    assert!(missing.is_empty(), "without French: {missing:?}");
    let missing: Vec<_> = french.iter().filter(|(id, _)| !english.contains_key(*id)).collect();
    assert!(missing.is_empty(), "without English: {missing:?}");
}

#[test]
fn every_id_that_is_asked_for_has_words() {
    let known = ids("en");
    let mut paths = Vec::new();
    for sources in ["src", "../src-tauri/src"] {
        files(&folder(sources), "rs", &mut paths);
    }
    let mut missing = BTreeSet::new();
    for path in paths {
        let source = std::fs::read_to_string(&path).unwrap();
        let code: Vec<_> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let source = code.join("\n");
        for (at, _) in source.match_indices("tr!(") {
            let inside = source[at + 4..].trim_start();
            let id = inside.strip_prefix('"').and_then(|rest| rest.split('"').next()).filter(|id| is_id(id));
            missing.extend(id.filter(|id| !known.contains_key(*id)).map(|id| (id.to_owned(), path.clone())));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_action_and_command_has_a_label_in_both_languages() {
    for language in ["en", "fr"] {
        let known = ids(language);
        let commands = command::all().flat_map(|command| {
            let label = command_label(command.id);
            [format!("{label}-tip"), label]
        });
        let wanted = action::all().map(|action| action::label_id(action.id)).chain(commands);
        let missing: Vec<_> = wanted.filter(|id| !known.contains_key(id)).collect();
        assert!(missing.is_empty(), "{language}: {missing:?}");
    }
}

#[test]
fn the_english_words_of_commands_are_those_of_the_table() {
    let english = Language::En.identifier();
    for command in command::all() {
        let label = command_label(command.id);
        assert_eq!(LOADER.try_lookup(&english, &label).as_deref(), Some(command.label));
        assert_eq!(LOADER.try_lookup(&english, &format!("{label}-tip")).as_deref(), Some(command.tooltip));
    }
}

#[test]
fn every_argument_and_choice_of_a_command_has_words() {
    let known = ids("en");
    for command in command::all() {
        for arg in command.args {
            let label = format!("arg-{}", arg.name.replace('_', "-"));
            assert!(known.contains_key(&label), "{}: {label}", command.id);
            let Kind::Choice(words) = arg.kind else { continue };
            for word in words {
                assert!(known.contains_key(&format!("form-choice-{word}")), "{}: {word}", command.id);
            }
        }
    }
}

/// Why something can't be done, and what a step of the history is called, are words in other crates' sources.
fn written_in(below: &str, before: &str) -> BTreeSet<String> {
    let mut paths = Vec::new();
    files(&folder(below), "rs", &mut paths);
    let mut found = BTreeSet::new();
    for path in paths {
        let source = std::fs::read_to_string(path).unwrap();
        for (at, _) in source.match_indices(before) {
            found.extend(source[at + before.len()..].split('"').next().map(str::to_owned));
        }
    }
    found
}

#[test]
fn every_reason_has_words() {
    let known = ids("fr");
    let reasons = written_in("../crates/studio/src", "Reason(\"");
    assert!(reasons.len() > 5, "{reasons:?}");
    for reason in reasons {
        assert!(known.contains_key(&reason_id(&reason)), "{}", reason_id(&reason));
    }
}

#[test]
fn every_step_of_the_history_has_words() {
    let known = ids("en");
    let labels = written_in("../crates/project/src/edit", "{ .. } => \"");
    assert!(labels.len() > 40, "{labels:?}");
    for label in labels.iter().map(String::as_str).chain(["change-settings"]) {
        assert!(known.contains_key(&crate::panels::history::step_id(label)), "{label}");
    }
}

/// Each thing has one name: the film's own, as the handbook has it.
#[test]
fn french_says_one_thing_with_one_word() {
    let mut paths = Vec::new();
    files(&folder("../assets/locales/fr"), "ftl", &mut paths);
    for path in paths {
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let Some((id, text)) = line.split_once(" = ") else { continue };
            // Names of values are no words.
            let text: String = text.split('{').map(|part| part.rsplit('}').next().unwrap_or_default()).collect();
            let text = text.to_lowercase();
            let mut words = text.split(|c: char| !c.is_alphabetic());
            let other = words.find(|word| {
                ["séquence", "ébauche", "timeline", "prompt", "trou", "abandon"].iter().any(|other| {
                    word.strip_prefix(other).is_some_and(|end| ["", "s", "né", "née", "ner"].contains(&end))
                })
            });
            assert!(other.is_none(), "{id}: {text}");
        }
    }
}
