//! Every text on screen, in the language of the person: Fluent files in assets/locales, one file a panel.
//!
//! `tr!("queue-empty")`, `tr!("card-takes", count = 3)`.

mod errors;

pub use errors::{argument, error, refusal, told};

use crate::command_label;
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, static_loader};
use kinora_studio::command::{Command, Reason};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};

static_loader! {
    static LOADER = {
        locales: "../assets/locales",
        fallback_language: "en",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// A language that the editor speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Language {
    /// English.
    En,
    /// French.
    Fr,
}

static LANGUAGE: AtomicU8 = AtomicU8::new(Language::En as u8);

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// The language of a system locale such as `fr_FR.UTF-8`; English if the editor doesn't speak it.
    #[must_use]
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("fr") { Self::Fr } else { Self::En }
    }

    /// Its own name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Fr => "Français",
        }
    }

    fn identifier(self) -> LanguageIdentifier {
        match self {
            Self::En => fluent_templates::langid!("en"),
            Self::Fr => fluent_templates::langid!("fr"),
        }
    }
}

/// Chooses the language of all that is drawn from now on.
pub fn set_language(language: Language) {
    LANGUAGE.store(language as u8, Ordering::Relaxed);
}

/// The language that is spoken.
#[must_use]
pub fn language() -> Language {
    if LANGUAGE.load(Ordering::Relaxed) == Language::Fr as u8 { Language::Fr } else { Language::En }
}

/// A text by its id. One that is in no file shows its id: a test looks for such.
#[must_use]
pub fn text(id: &str) -> String {
    LOADER.try_lookup(&language().identifier(), id).unwrap_or_else(|| id.to_owned())
}

/// A text with values in it.
#[must_use]
pub fn text_with(id: &str, values: &[(&'static str, FluentValue<'static>)]) -> String {
    let values: HashMap<Cow<'static, str>, FluentValue<'_>> =
        values.iter().map(|(name, value)| (Cow::Borrowed(*name), value.clone())).collect();
    LOADER.try_lookup_with_args(&language().identifier(), id, &values).unwrap_or_else(|| id.to_owned())
}

/// A command's name for people.
#[must_use]
pub fn label(command: &Command) -> String {
    match language() {
        Language::En => command.label.to_owned(),
        Language::Fr => {
            let id = command_label(command.id);
            LOADER.try_lookup(&Language::Fr.identifier(), &id).unwrap_or_else(|| command.label.to_owned())
        }
    }
}

/// What a command does, in a sentence.
#[must_use]
pub fn tooltip(command: &Command) -> String {
    let id = format!("{}-tip", command_label(command.id));
    LOADER.try_lookup(&language().identifier(), &id).unwrap_or_else(|| command.tooltip.to_owned())
}

/// Why a command can't be done now.
#[must_use]
pub fn reason(reason: Reason) -> String {
    LOADER.try_lookup(&language().identifier(), &reason_id(reason.0)).unwrap_or_else(|| reason.0.to_owned())
}

/// The id of a reason in the translations: its words, with `-` between them.
fn reason_id(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    format!("reason-{}", words.collect::<Vec<_>>().join("-"))
}

/// A text in the person's language, by its id in assets/locales, with named values.
#[macro_export]
macro_rules! tr {
    ($id:expr) => { $crate::words::text($id) };
    ($id:expr, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::words::text_with($id, &[$((stringify!($name), $crate::words::Value::from($value))),+])
    };
}

/// A value in a text.
pub type Value = FluentValue<'static>;

#[cfg(test)]
mod tests;
