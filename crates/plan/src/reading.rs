//! How a model with a small vocabulary reads a prompt: which words it knows, which it takes for others, which it passes over.
//!
//! The vocabulary lies beside the model's tokenizer and is one of its hashed files, since it changes what is generated.
//! Deliberately not here: tokens.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The words of a model: `tokenizer/reading.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vocabulary {
    /// Words it was trained on, in lower case.
    pub known: BTreeSet<String>,
    /// Words that name nothing to see: passed over, and nothing is said of it.
    pub silent: BTreeSet<String>,
    /// Other words, and the known ones that they are taken for.
    pub taken_for: BTreeMap<String, String>,
    /// Phrases that ask for something to happen.
    pub actions: Vec<String>,
    /// Phrases with the same words that ask for something else, such as camera moves.
    pub not_actions: Vec<String>,
    /// How long an action takes at least.
    pub seconds_per_action: f64,
}

/// A prompt as the model reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// The prompt in words that the model knows.
    pub text: String,
    /// Words and what they are taken for, in the order of the prompt, each once.
    pub taken_for: Vec<(String, String)>,
    /// Words that mean nothing to the model, in the order of the prompt, each once.
    pub unknown: Vec<String>,
    /// How many things the prompt asks to happen, one after the other.
    pub actions: usize,
}

/// The file holds no vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the model's vocabulary is damaged: {0}")]
pub struct VocabularyError(String);

impl Vocabulary {
    /// Reads the file.
    ///
    /// # Errors
    /// [`VocabularyError`] with the place that is wrong.
    pub fn from_json(bytes: &[u8]) -> Result<Self, VocabularyError> {
        serde_json::from_slice(bytes).map_err(|error| VocabularyError(error.to_string()))
    }

    /// Reads a prompt.
    #[must_use]
    pub fn read(&self, prompt: &str) -> Reading {
        let mut reading = Reading::default();
        let mut parts: Vec<String> = Vec::new();
        for part in split(prompt) {
            if !part.starts_with(char::is_alphanumeric) || self.known.contains(&part) {
                parts.push(part);
            } else if let Some(other) = self.nearest(&part) {
                parts.extend(split(&other));
                push_once(&mut reading.taken_for, (part, other));
            } else if !self.silent.contains(&part) {
                push_once(&mut reading.unknown, part);
            }
        }
        reading.actions = self.count_actions(&parts);
        reading.text = joined(&parts);
        reading
    }

    /// How many actions fit into some seconds; at least one.
    #[must_use]
    pub fn actions_in(&self, seconds: f64) -> usize {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
        let fit = (seconds / self.seconds_per_action.max(0.1)).max(1.0) as usize;
        fit
    }

    /// The prompt with one action each, in the prompt's own words: who acts stands in each of them, and where, unless an action has a
    /// place of its own. The prompt as it is if less than two things happen.
    #[must_use]
    pub fn actions_apart(&self, prompt: &str) -> Vec<String> {
        let words = places(prompt);
        let (mut parts, mut origin) = (Vec::new(), Vec::new());
        for (at, range) in words.iter().enumerate() {
            let word = prompt[range.clone()].to_lowercase();
            let known = if self.known.contains(&word) { Some(word.clone()) } else { self.nearest(&word) };
            for part in split(known.as_deref().unwrap_or(&word)) {
                parts.push(part);
                origin.push(at);
            }
        }
        let mut acts = vec![false; words.len()];
        for (role, at) in self.roles(&parts).into_iter().zip(origin) {
            acts[at] |= role == Role::Action;
        }
        let starts = |at: usize| acts[at] && (at == 0 || !acts[at - 1]);
        let runs: Vec<usize> = (0..words.len()).filter(|at| starts(*at)).collect();
        let [first, _, ..] = runs.as_slice() else { return vec![prompt.trim().to_owned()] };
        let who = prompt[..words[*first].start].trim();
        let (mut actions, mut around) = (Vec::new(), Vec::new());
        for (place, start) in runs.iter().enumerate() {
            let end = (*start..words.len()).find(|at| !acts[*at]).unwrap_or(words.len());
            let next = runs.get(place + 1).map_or(prompt.len(), |next| words[*next].start);
            let last = words[end - 1].end;
            actions.push(prompt[words[*start].start..last].trim());
            around.push(without_joints(&prompt[last..next]));
        }
        let anywhere = around.iter().find(|text| !text.is_empty()).copied().unwrap_or_default();
        let mut here = anywhere;
        let said = actions.into_iter().zip(around).map(|(action, own)| {
            here = if own.is_empty() { here } else { own };
            [who, action, here].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
        });
        said.collect()
    }

    /// What an unknown word is taken for: by the table, as another form of a known word, or as one with a slip of the pen.
    fn nearest(&self, word: &str) -> Option<String> {
        if let Some(other) = self.taken_for.get(word) {
            return Some(other.clone());
        }
        if self.silent.contains(word) {
            return None;
        }
        for form in forms(word) {
            if self.known.contains(&form) {
                return Some(form);
            }
            if let Some(other) = self.taken_for.get(&form) {
                return Some(other.clone());
            }
        }
        // Short words have too many neighbours.
        (word.chars().count() >= 5)
            .then(|| self.known.iter().find(|known| known.chars().count() >= 4 && one_slip_apart(word, known)).cloned())
            .flatten()
    }

    /// Runs of words that belong to phrases of action: "drives from left to right" is one.
    fn count_actions(&self, parts: &[String]) -> usize {
        let roles = self.roles(parts);
        let starts = |i: usize| roles[i] == Role::Action && (i == 0 || roles[i - 1] != Role::Action);
        (0..roles.len()).filter(|i| starts(*i)).count()
    }

    fn roles(&self, parts: &[String]) -> Vec<Role> {
        let mut roles = vec![Role::Free; parts.len()];
        for (phrases, role) in [(&self.not_actions, Role::Other), (&self.actions, Role::Action)] {
            for phrase in phrases {
                let words = split(phrase);
                if words.is_empty() {
                    continue;
                }
                for (start, window) in parts.windows(words.len()).enumerate() {
                    let range = start..start + words.len();
                    if window == words.as_slice() && !roles[range.clone()].contains(&Role::Other) {
                        roles[range].fill(role);
                    }
                }
            }
        }
        roles
    }
}

/// What a word does in a prompt.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Free,
    Action,
    Other,
}

/// Words that join two actions and are of neither.
const JOINTS: [&str; 14] =
    ["and", "then", "et", "puis", "he", "she", "it", "they", "il", "elle", "ils", "elles", "before", "after"];

/// A text without the signs at its ends and the words that join it to what comes.
fn without_joints(text: &str) -> &str {
    let edge = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '.' | ':');
    let mut text = text.trim_matches(edge);
    while let Some(word) = text.split_whitespace().next_back()
        && JOINTS.contains(&word.to_lowercase().as_str())
    {
        text = text[..text.len() - word.len()].trim_matches(edge);
    }
    text
}

fn push_once<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// Words in lower case and single signs, as the tokenizer splits them.
fn split(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
            continue;
        }
        if !word.is_empty() {
            parts.push(std::mem::take(&mut word));
        }
        if !c.is_whitespace() {
            parts.push(c.to_string());
        }
    }
    if !word.is_empty() {
        parts.push(word);
    }
    parts
}

/// Where the words and signs are that [`split`] makes.
fn places(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut places: Vec<std::ops::Range<usize>> = Vec::new();
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match places.last_mut() {
            Some(last) if c.is_alphanumeric() && in_word => last.end = end,
            _ if !c.is_whitespace() => places.push(at..end),
            _ => {}
        }
        in_word = c.is_alphanumeric();
    }
    places
}

fn joined(parts: &[String]) -> String {
    parts.join(" ")
}

/// Other forms of a word that may be known: without plural, without -ing and -ed, with -s.
fn forms(word: &str) -> Vec<String> {
    let mut forms = vec![format!("{word}s"), format!("{word}es")];
    for ending in ["s", "es", "x", "e"] {
        forms.extend(word.strip_suffix(ending).map(str::to_owned));
    }
    forms.extend(word.strip_suffix("ies").map(|stem| format!("{stem}y")));
    for stem in ["ing", "ed"].iter().filter_map(|ending| word.strip_suffix(ending)) {
        let mut stems = vec![stem.to_owned(), format!("{stem}e")];
        // running, stopped: the last letter stands twice
        let mut letters = stem.chars().rev();
        if let (Some(last), Some(before)) = (letters.next(), letters.next())
            && last == before
        {
            stems.push(stem[..stem.len() - last.len_utf8()].to_owned());
        }
        for stem in stems {
            forms.push(format!("{stem}s"));
            forms.push(format!("{stem}es"));
            forms.push(stem);
        }
    }
    forms.retain(|form| form.chars().count() >= 3);
    forms
}

/// Whether one letter more, less or other, or two neighbours swapped, make one word of the other.
fn one_slip_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let same = short.iter().zip(long.iter()).take_while(|(x, y)| x == y).count();
    match long.len() - short.len() {
        0 if same == long.len() => true,
        0 => {
            let rest = short[same + 1..] == long[same + 1..];
            let swapped = same + 1 < long.len()
                && short[same] == long[same + 1]
                && short[same + 1] == long[same]
                && short[same + 2..] == long[same + 2..];
            rest || swapped
        }
        1 => short[same..] == long[same + 1..],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<BTreeSet<_>>();
        let phrases = |text: &str| text.split('|').map(str::to_owned).collect::<Vec<_>>();
        Vocabulary {
            known: words(
                "a the red car person walks drives jumps from left to right in desert at noon dog and camera rises falls rain",
            ),
            silent: words("of very her"),
            taken_for: [("kid", "person"), ("afternoon", "at noon")].map(|(a, b)| (a.to_owned(), b.to_owned())).into(),
            actions: phrases("drives|walks|jumps|rises|falls|from left to right"),
            not_actions: phrases("the camera rises|rain falls"),
            seconds_per_action: 2.0,
        }
    }

    /// `check!(prompt => text; words taken for others; unknown words)`
    fn check(prompt: &str, text: &str, taken_for: &[(&str, &str)], unknown: &[&str]) {
        let reading = vocabulary().read(prompt);
        assert_eq!(reading.text, text, "{prompt}");
        let pairs: Vec<(String, String)> = taken_for.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert_eq!(reading.taken_for, pairs, "{prompt}");
        assert_eq!(reading.unknown, unknown, "{prompt}");
    }

    #[test]
    fn known_words_stay_and_others_are_named() {
        check("A red car, at noon", "a red car , at noon", &[], &[]);
        check("A kid in the afternoon", "a person in the at noon", &[("kid", "person"), ("afternoon", "at noon")], &[]);
        check("a glimmering car", "a car", &[], &["glimmering"]);
        check("a very red car of her dog", "a red car dog", &[], &[]);
        check("a zorp and a zorp", "a and a", &[], &["zorp"]);
    }

    #[test]
    fn other_forms_and_slips_of_the_pen_are_taken_for_known_words() {
        check("dogs", "dog", &[("dogs", "dog")], &[]);
        check("walking", "walks", &[("walking", "walks")], &[]);
        check("driving", "drives", &[("driving", "drives")], &[]);
        check("kids", "person", &[("kids", "person")], &[]);
        check("the persson", "the person", &[("persson", "person")], &[]);
        check("the desret", "the desert", &[("desret", "desert")], &[]);
        check("the cat", "the", &[], &["cat"]); // too short to guess: it is no car
    }

    #[test]
    fn actions_are_counted_once_each_and_camera_moves_are_none() {
        for (prompt, actions) in [
            ("a red car", 0),
            ("a red car drives from left to right", 1),
            ("a dog walks and jumps", 2),
            ("a dog jumps, the camera rises, rain falls", 1),
            ("a dog rises", 1),
        ] {
            assert_eq!(vocabulary().read(prompt).actions, actions, "{prompt}");
        }
        assert_eq!(vocabulary().actions_in(5.0), 2);
        assert_eq!(vocabulary().actions_in(0.5), 1);
    }

    #[test]
    fn actions_are_told_apart_in_the_prompts_own_words() {
        for (prompt, apart) in [
            ("A dog walks in the desert", &["A dog walks in the desert"][..]),
            (
                "A red car drives from left to right in the desert, then it jumps and falls",
                &[
                    "A red car drives from left to right in the desert",
                    "A red car jumps in the desert",
                    "A red car falls in the desert",
                ],
            ),
            (
                "@Anna walks, jumps, at noon. Then she falls in the desert.",
                &["@Anna walks at noon", "@Anna jumps at noon", "@Anna falls in the desert"],
            ),
            ("walks and jumps", &["walks", "jumps"]),
        ] {
            assert_eq!(vocabulary().actions_apart(prompt), apart, "{prompt}");
        }
    }

    #[test]
    fn nothing_that_is_typed_breaks_it() {
        for prompt in ["", "   ", "'", "é́", "🎬 🎬", "a\u{0}b", "ß", "ing", "ed", "ssss", "ııııı", "\u{301}\u{301}ed"]
        {
            let _ = vocabulary().read(prompt);
            let _ = vocabulary().actions_apart(prompt);
        }
    }

    #[test]
    fn a_damaged_file_says_where() {
        let error = Vocabulary::from_json(b"{\"known\": [").unwrap_err();
        assert!(error.to_string().contains("line 1"), "{error}");
    }
}
