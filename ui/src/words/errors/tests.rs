use super::*;
use std::path::{Path, PathBuf};

fn french(text: &str) -> String {
    let list = templates(include_str!("../../../../assets/errors/fr.toml")).unwrap();
    in_words_of(&list, text, DEEPEST).unwrap_or_else(|| text.to_owned())
}

#[test]
fn gaps_hold_texts_of_their_own() {
    assert_eq!(
        french("the shot has no take yet; generate it first"),
        "le plan n’a pas encore de prise ; générez-le d’abord"
    );
    assert_eq!(
        french("job 7 is paused, so it can't be tried again"),
        "la tâche 7 est en pause, elle ne peut donc pas être relancée"
    );
    assert_eq!(
        french("the project can't be read (the disk is full; free some space, nothing is lost): /a/b.kinora"),
        "le projet est illisible (le disque est plein ; libérez de la place, rien n’est perdu) : /a/b.kinora"
    );
    assert_eq!(french("something that nobody knows"), "something that nobody knows");
}

/// Every error of the floors below, and every reason that a command gives.
#[test]
fn every_error_is_in_french() {
    let list = templates(include_str!("../../../../assets/errors/fr.toml")).unwrap();
    let known: Vec<&Vec<String>> = list.iter().map(|template| &template.around).collect();
    let mut missing = Vec::new();
    let mut seen = 0;
    for file in sources() {
        let code = std::fs::read_to_string(&file).unwrap();
        for text in messages(&code) {
            seen += 1;
            let parts = around(&numbered(&text));
            // Only what says something by itself.
            if parts.iter().any(|part| part.chars().any(char::is_alphabetic)) && !known.contains(&&parts) {
                missing.push(format!("{}: {text}", file.display()));
            }
        }
    }
    assert!(seen > 200, "{seen}");
    assert!(missing.is_empty(), "not in assets/errors/fr.toml:\n{}", missing.join("\n"));
    for template in &list {
        let gaps = template.around.len() - 1;
        for gap in 1..=gaps {
            assert!(template.said.contains(&format!("{{{gap}}}")), "{:?} leaves {{{gap}}} out", template.around);
        }
    }
}

/// What people never see: checks of the engine against its references, and what only developers measure.
const INSIDE: [&str; 9] = [
    "crates/cli/",
    "crates/xtask/",
    "crates/frame/",
    "diffusion/src/fixture.rs",
    "diffusion/src/kernels.rs",
    "diffusion/src/schedulers/",
    "services/src/measure/",
    "project/src/invariants.rs",
    "timeline/invariants.rs",
];

fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders = vec![root.join("crates"), root.join("src-tauri/src")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            if path.is_dir() {
                if name != "tests" && name != "examples" && name != "benches" {
                    folders.push(path);
                }
            } else if name.ends_with(".rs") && name != "tests.rs" {
                files.push(path);
            }
        }
    }
    files.retain(|file| !INSIDE.iter().any(|inside| file.to_string_lossy().contains(inside)));
    files.sort();
    files
}

/// The texts of `#[error("…")]`, and of calls that refuse something.
fn messages(code: &str) -> Vec<String> {
    let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let begins = ["#[error(", "wrong(", "refused(", "Argument(", "Request(", "Reason("];
    let mut texts = Vec::new();
    for begin in begins {
        for (at, _) in code.match_indices(begin) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let after = code[at + begin.len()..].trim_start();
            let after = after.strip_prefix("format!(").unwrap_or(after).trim_start();
            if let Some(text) = after.strip_prefix('"') {
                texts.push(literal(text));
            }
        }
    }
    texts
}

/// A string literal's text up to its closing quote.
fn literal(code: &str) -> String {
    let mut text = String::new();
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next() {
                Some('\n') => {
                    let rest = chars.as_str().trim_start();
                    chars = rest.chars();
                }
                Some(other) => text.push(other),
                None => break,
            },
            other => text.push(other),
        }
    }
    text
}

/// `{path}` and `{}` as `{1}`, `{2}`, …
fn numbered(text: &str) -> String {
    let (mut numbered, mut rest, mut gap) = (String::new(), text, 0);
    while let Some((before, after)) = rest.split_once('{') {
        let (_, after) = after.split_once('}').unwrap_or(("", after));
        gap += 1;
        numbered.push_str(&format!("{before}{{{gap}}}"));
        rest = after;
    }
    numbered + rest
}

#[test]
fn an_argument_is_called_as_its_form_calls_it() {
    let command = kinora_studio::command::find("media.import");
    let told = |text: &str| refusal(command, &CommandError::Argument(text.to_owned()));
    let name = argument("path");
    assert_ne!(name, "path");
    assert_eq!(told("path is missing"), format!("{name} is missing"));
    assert_eq!(told("path: a text was expected"), format!("{name}: a text was expected"));
    assert_eq!(told("paths that lead nowhere"), "paths that lead nowhere");
}
