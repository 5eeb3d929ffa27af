//! The film's own words in a prompt: camera moves, shot sizes and looks, and how a button puts them in and takes them out.
//!
//! Deliberately not here: which of them a model knows; its card says that.

use crate::words::Language;
use kinora_plan::ModelCard;
use kinora_project::Heading;
use std::ops::Range;

/// Something that a button writes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Phrase {
    /// Its name in the translations, after `inspector-`; its picture too.
    pub id: &'static str,
    /// How it is written; the first is what the button writes.
    pub en: &'static [&'static str],
    /// In French.
    pub fr: &'static [&'static str],
}

macro_rules! phrases {
    ($($id:literal: [$($en:literal),+], [$($fr:literal),+];)+) => {
        &[$(Phrase { id: $id, en: &[$($en),+], fr: &[$($fr),+] }),+]
    };
}

/// How the camera moves.
pub(super) const CAMERAS: &[Phrase] = phrases! {
    "camera-still": ["static camera", "fixed shot", "the camera is still"], ["plan fixe", "caméra fixe"];
    "camera-pan-left": ["the camera pans left", "camera pans to the left", "pan left"], ["panoramique vers la gauche", "panoramique à gauche"];
    "camera-pan-right": ["the camera pans right", "camera pans to the right", "pan right"], ["panoramique vers la droite", "panoramique à droite"];
    "camera-tilt-up": ["the camera tilts up", "camera looks up", "tilt up"], ["panoramique vers le haut", "la caméra monte"];
    "camera-tilt-down": ["the camera tilts down", "camera looks down", "tilt down"], ["panoramique vers le bas", "la caméra descend"];
    "camera-push-in": ["the camera pushes in", "camera pushes in", "the camera zooms in", "dolly in", "push in", "zoom in"], ["travelling avant", "la caméra avance", "zoom avant"];
    "camera-pull-out": ["the camera pulls out", "camera pulls back", "the camera zooms out", "dolly out", "pull out", "zoom out"], ["travelling arrière", "la caméra recule", "zoom arrière"];
    "camera-follow": ["the camera follows", "tracking shot"], ["la caméra suit le mouvement", "la caméra suit", "travelling latéral"];
    "camera-orbit": ["orbit shot", "the camera orbits"], ["travelling circulaire", "la caméra tourne autour"];
    "camera-hand": ["handheld camera", "shaky camera", "the camera shakes", "handheld"], ["caméra à l'épaule", "caméra portée", "la caméra tremble"];
};

/// How much of the subject is seen.
pub(super) const SIZES: &[Phrase] = phrases! {
    "size-wide": ["wide shot", "establishing shot", "long shot"], ["plan large", "plan d'ensemble"];
    "size-medium": ["medium shot"], ["plan moyen"];
    "size-close": ["close-up", "close shot"], ["gros plan", "plan rapproché"];
};

/// What it is drawn like.
pub(super) const LOOKS: &[Phrase] = phrases! {
    "look-flat": ["flat colours", "flat drawing"], ["dessin plat"];
    "look-paper": ["paper cut-out", "in paper cut-out style", "made of cut paper", "paper collage"], ["en papier découpé", "papier découpé"];
    "look-noir": ["film noir", "in film noir style"], ["film noir"];
    "look-archive": ["archival footage", "vintage film", "old film"], ["images d'archives", "vieux film"];
    "look-stop-motion": ["stop motion animation", "stop motion", "claymation", "clay animation"], ["animation en volume", "image par image", "pâte à modeler"];
    "look-ink": ["ink line", "ink drawing", "line drawing", "pen and ink"], ["dessin à l'encre", "dessin au trait"];
};

/// Which way something goes, as an arrow says it.
const HEADINGS: &[Phrase] = phrases! {
    "heading-left": ["from right to left", "right to left"], ["de droite à gauche"];
    "heading-right": ["from left to right", "left to right"], ["de gauche à droite"];
    "heading-up": ["goes up", "rises up", "rises"], ["s'élève"];
    "heading-down": ["goes down", "falls down", "falls"], ["tombe"];
};

/// A prompt in which something goes another way than an arrow said before, or none. What was written by hand stays, but for the opposite
/// way across.
pub(crate) fn going(prompt: &str, old: Option<Heading>, new: Option<Heading>, language: Language) -> String {
    let phrase = |heading: Heading| &HEADINGS[heading as usize];
    let mut text = prompt.to_owned();
    // An arrow's words came last.
    let written = old.into_iter().flat_map(|old| [phrase(old).en[0], phrase(old).fr[0]]);
    if let Some(range) = written.filter_map(|words| find_last(&text, words)).max_by_key(|range| range.start) {
        text = without(&text, range);
    }
    let opposite = match new {
        Some(Heading::Left) => Some(Heading::Right),
        Some(Heading::Right) => Some(Heading::Left),
        Some(Heading::Up | Heading::Down) | None => None,
    };
    for way in opposite.into_iter().flat_map(|heading| phrase(heading).ways()) {
        while let Some(range) = find(&text, way) {
            text = without(&text, range);
        }
    }
    match new.map(phrase) {
        Some(new) if !new.is_in(&text) => joined(&text, new.written(language)),
        _ => text,
    }
}

/// A prompt, and something more.
fn joined(text: &str, words: &str) -> String {
    match text.trim_end().trim_end_matches([',', '.', ';']) {
        "" => words.to_owned(),
        bare => format!("{bare}, {words}"),
    }
}

/// The last place of [`find`].
fn find_last(text: &str, words: &str) -> Option<Range<usize>> {
    let mut last: Option<Range<usize>> = None;
    loop {
        let from = last.as_ref().map_or(0, |range| range.end);
        match find(&text[from..], words) {
            Some(range) => last = Some(range.start + from..range.end + from),
            None => return last,
        }
    }
}

impl Phrase {
    /// All ways to write it, long ones first, so that a part of one is not taken for the whole.
    fn ways(&self) -> Vec<&'static str> {
        let mut ways: Vec<_> = self.en.iter().chain(self.fr).copied().collect();
        ways.sort_by_key(|way| std::cmp::Reverse(way.len()));
        ways
    }

    /// Whether a prompt says it.
    pub(super) fn is_in(&self, prompt: &str) -> bool {
        self.en.iter().chain(self.fr).any(|way| find(prompt, way).is_some())
    }

    /// What the button writes.
    pub(super) fn written(&self, language: Language) -> &'static str {
        let ways = if language == Language::Fr { self.fr } else { self.en };
        ways.first().copied().unwrap_or_default()
    }

    /// Whether a model was taught it. A card without words says nothing, and then anything may be.
    pub(super) fn is_known(&self, card: Option<&ModelCard>) -> bool {
        let Some(card) = card.filter(|card| !card.words.is_empty()) else { return true };
        card.words.values().flatten().any(|word| self.en.iter().chain(self.fr).any(|way| way == word))
    }
}

/// A prompt after a button was pressed: with the phrase in place of the others of its group, or without it.
pub(super) fn pressed(prompt: &str, group: &[Phrase], phrase: &Phrase, language: Language) -> String {
    let was_in = phrase.is_in(prompt);
    let mut text = prompt.to_owned();
    for other in group {
        for way in other.ways() {
            while let Some(range) = find(&text, way) {
                text = without(&text, range);
            }
        }
    }
    if was_in { text } else { joined(&text, phrase.written(language)) }
}

/// A prompt in which none of these names of the cast stands.
pub(super) fn without_names<'a>(prompt: &str, names: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<String> = names.map(|name| format!("@{name}")).collect();
    // Of names that begin alike the long one first.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let mut text = prompt.to_owned();
    for name in names {
        while let Some(range) = find(&text, &name) {
            text = without(&text, range);
        }
    }
    text.trim_end_matches([',', '.', ';', ' ']).to_owned()
}

/// A prompt without some of it, and without the comma that set it off.
fn without(text: &str, range: Range<usize>) -> String {
    let (before, after) = (&text[..range.start], &text[range.end..]);
    let set_off = before.trim_end().ends_with(',') || after.trim_start().starts_with(',');
    let before = before.trim_end_matches([' ', ',']);
    let after = after.trim_start_matches([' ', ',']);
    let between = match (before.is_empty() || after.is_empty(), set_off) {
        (true, _) => "",
        (false, true) => ", ",
        (false, false) => " ",
    };
    format!("{before}{between}{after}")
}

/// Where whole words stand in a text, large and small letters alike, in bytes.
pub(super) fn find(text: &str, words: &str) -> Option<Range<usize>> {
    let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.char_indices().find_map(|(start, _)| {
        if inside(text[..start].chars().next_back()) {
            return None;
        }
        let mut wanted = words.chars().flat_map(char::to_lowercase).peekable();
        let mut end = start;
        for c in text[start..].chars() {
            if wanted.peek().is_none() {
                break;
            }
            if !c.to_lowercase().all(|lower| wanted.next() == Some(lower)) {
                return None;
            }
            end += c.len_utf8();
        }
        (wanted.peek().is_none() && !inside(text[end..].chars().next())).then_some(start..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(id: &str) -> (&'static [Phrase], &'static Phrase) {
        let groups = [CAMERAS, SIZES, LOOKS];
        let found = groups.into_iter().find_map(|group| Some((group, group.iter().find(|phrase| phrase.id == id)?)));
        found.unwrap()
    }

    #[test]
    fn a_button_writes_its_words_in_place_of_the_others_of_its_group() {
        for (before, id, after) in [
            ("a red car", "camera-pan-left", "a red car, the camera pans left"),
            ("a red car, pan right", "camera-pan-left", "a red car, the camera pans left"),
            ("a red car, the camera pans left", "camera-pan-left", "a red car"),
            ("Pan Left, a red car.", "camera-push-in", "a red car, the camera pushes in"),
            ("", "size-close", "close-up"),
            ("gros plan, une voiture", "size-wide", "une voiture, wide shot"),
            ("a wide shot of a car", "size-wide", "a of a car"),
            ("a span left behind", "camera-pan-right", "a span left behind, the camera pans right"),
            ("film noir, a cat", "look-ink", "a cat, ink line"),
        ] {
            let (group, phrase) = phrase(id);
            assert_eq!(pressed(before, group, phrase, Language::En), after, "{before:?} {id}");
        }
    }

    #[test]
    fn an_arrow_is_told_in_words() {
        use Heading::{Down, Left, Right, Up};
        for (before, old, new, after) in [
            ("a red car drives", None, Some(Right), "a red car drives, from left to right"),
            ("a red car drives, from left to right", Some(Right), Some(Left), "a red car drives, from right to left"),
            ("a red car drives left to right", None, Some(Right), "a red car drives left to right"),
            ("a red car drives, from left to right", Some(Right), None, "a red car drives"),
            ("a red car, pan right", Some(Right), None, "a red car, pan right"),
            ("a balloon, goes up", Some(Up), Some(Left), "a balloon, from right to left"),
            ("the sun rises, a car", Some(Up), Some(Left), "the sun rises, a car, from right to left"),
            ("snow falls, a bird falls, goes down", Some(Down), None, "snow falls, a bird falls"),
            ("it goes down, a cat, goes down", Some(Down), Some(Right), "it goes down, a cat, from left to right"),
        ] {
            assert_eq!(going(before, old, new, Language::En), after, "{before:?}");
        }
        assert_eq!(going("une voiture", None, Some(Left), Language::Fr), "une voiture, de droite à gauche");
    }

    #[test]
    fn names_go_with_the_comma_that_set_them_off() {
        for (before, after) in [
            ("a red car, @Dusk", "a red car"),
            ("@dusk-2, a red car, @Dusk.", "a red car"),
            ("a red car @Duskfall, pan left", "a red car @Duskfall, pan left"),
            ("@Dusk", ""),
        ] {
            assert_eq!(without_names(before, ["Dusk", "Dusk-2"].into_iter()), after, "{before:?}");
        }
    }

    #[test]
    fn sketch_knows_every_phrase_in_both_languages() {
        let card = ModelCard::from_toml(include_str!("../../../../models/sketch/card.toml")).unwrap();
        let known: Vec<&str> = card.words.values().flatten().map(String::as_str).collect();
        for phrase in [CAMERAS, SIZES, LOOKS, HEADINGS].into_iter().flatten() {
            for language in Language::ALL {
                let words = phrase.written(language);
                assert!(known.contains(&words), "{words:?}");
            }
            assert!(phrase.is_known(Some(&card)), "{}", phrase.id);
        }
    }
}
