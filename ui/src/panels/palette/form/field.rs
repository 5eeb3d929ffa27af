//! A field of the form, by the kind of its argument: what is entered, how it is shown, and what it means as JSON.

use super::names::{self, Named};
use crate::theme::{BODY, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{Choice, Field, choice_ui, toggle_ui};
use crate::words::argument;
use egui::{Id, Response, RichText, Ui};
use kinora_project::TimelineId;
use kinora_studio::command::{Arg, Kind};
use serde_json::{Value, json};

/// What is entered for an argument.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Entered {
    /// Text, a number, a time.
    Text(String),
    /// Yes or no; nothing as long as nobody turned it.
    Flag(Option<bool>),
    /// One of some words, or one of the project's things; empty: nothing.
    Chosen { value: Value, shown: String },
    /// Several ids.
    Several(Vec<u64>),
}

/// The label of a word that can be chosen.
pub(super) fn choice_label(word: &str) -> String {
    tr!(&format!("form-choice-{word}"))
}

impl Entered {
    /// What is entered first: what is known.
    pub fn new(arg: &Arg, known: Option<&Value>, view: &View<'_>) -> Self {
        let known = known.filter(|value| !value.is_null());
        match arg.kind {
            Kind::Flag => Self::Flag(known.and_then(Value::as_bool)),
            Kind::Ids => {
                let ids = known.and_then(Value::as_array).into_iter().flatten();
                Self::Several(ids.filter_map(Value::as_u64).collect())
            }
            Kind::Choice(words) => {
                let word = known.and_then(Value::as_str).filter(|word| words.contains(word));
                Self::Chosen { value: json!(word), shown: word.map(choice_label).unwrap_or_default() }
            }
            kind if names::is_named(kind) => {
                let value = known.cloned().unwrap_or_default();
                let shown = names::of(kind, view, None).into_iter().find(|named| named.value == value);
                Self::Chosen { shown: shown.map(|named| named.name).unwrap_or_default(), value }
            }
            _ => Self::Text(match known {
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None => String::new(),
            }),
        }
    }

    /// Whether nothing is entered.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Flag(flag) => flag.is_none(),
            Self::Chosen { value, .. } => value.is_null(),
            Self::Several(ids) => ids.is_empty(),
        }
    }

    /// The timeline that is chosen here.
    pub fn timeline(&self, arg: &Arg) -> Option<TimelineId> {
        match (self, arg.kind) {
            (Self::Chosen { value, .. }, Kind::Timeline) => value.as_u64().map(TimelineId),
            _ => None,
        }
    }

    /// What it means; nothing if it was left out.
    pub fn read(&self, arg: &Arg) -> Result<Option<Value>, String> {
        if self.is_empty() {
            // An empty text says something: a prompt that is taken back.
            return match arg {
                Arg { required: true, kind: Kind::Text, .. } => Ok(Some(json!(""))),
                Arg { required: true, .. } => Err(tr!("form-missing", name = argument(arg.name))),
                _ => Ok(None),
            };
        }
        let wrong = || tr!("form-no-number", name = argument(arg.name));
        match (self, arg.kind) {
            (Self::Text(text), Kind::Whole | Kind::Job) => {
                text.trim().parse::<u64>().map(|number| Some(json!(number))).map_err(|_| wrong())
            }
            (Self::Text(text), Kind::Number) => decimal(text).map(|number| Some(json!(number))).ok_or_else(wrong),
            // A number alone is seconds; frames and timecodes are read by the studio.
            (Self::Text(text), Kind::Time) => Ok(Some(decimal(text).map_or_else(|| json!(text.trim()), |s| json!(s)))),
            (Self::Text(text), _) => Ok(Some(json!(text))),
            (Self::Flag(flag), _) => Ok(flag.map(|flag| json!(flag))),
            (Self::Chosen { value, .. }, _) => Ok(Some(value.clone())),
            (Self::Several(ids), _) => Ok(Some(json!(ids))),
        }
    }

    /// Draws it.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        view: &View<'_>,
        arg: &Arg,
        name: &str,
        timeline: Option<TimelineId>,
        width: f32,
    ) -> Response {
        let hint = hint(arg.kind);
        match self {
            Self::Text(text) => {
                let id = Id::unique(("form", arg.name));
                Field { name, hint: &hint, icon: None, id }.show(ui, text, width)
            }
            Self::Flag(flag) => {
                let mut on = flag.unwrap_or(false);
                let response = toggle_ui(ui, name, &mut on);
                if response.changed() {
                    *flag = Some(on);
                }
                response
            }
            Self::Chosen { value, shown } => {
                let options = || match arg.kind {
                    Kind::Choice(words) => {
                        words.iter().map(|word| Named::new(json!(word), choice_label(word))).collect()
                    }
                    kind => names::of(kind, view, timeline),
                };
                let choice = Choice { name, tooltip: "", chosen: shown, hint: &hint };
                let names = || options().into_iter().map(|named| named.name).collect();
                let (response, picked) = choice_ui(ui, width, &choice, names);
                if let Some(named) = picked.and_then(|place| options().into_iter().nth(place)) {
                    (*value, *shown) = (named.value, named.name);
                }
                response
            }
            Self::Several(ids) if arg.name == "items" => {
                let text = RichText::new(tr!("form-items", count = ids.len())).font(regular(BODY));
                ui.label(text.color(theme(ui.ctx()).text))
            }
            Self::Several(ids) => files_ui(ui, view, name, &hint, ids, width),
        }
    }
}

/// Files, of which several can be chosen: a click on one in the list takes it in or out.
fn files_ui(ui: &mut Ui, view: &View<'_>, name: &str, hint: &str, ids: &mut Vec<u64>, width: f32) -> Response {
    let files = &view.project().media.files;
    let named = ids.iter().filter_map(|id| files.get(&kinora_project::MediaId(*id)));
    let shown = named.map(|file| file.name.as_str()).collect::<Vec<_>>().join(", ");
    let options = || names::of(Kind::Media, view, None);
    let choice = Choice { name, tooltip: "", chosen: &shown, hint };
    let (response, picked) = choice_ui(ui, width, &choice, || options().into_iter().map(|named| named.name).collect());
    let picked = picked.and_then(|place| options().into_iter().nth(place)?.value.as_u64());
    if let Some(id) = picked {
        match ids.iter().position(|known| *known == id) {
            Some(place) => drop(ids.remove(place)),
            None => ids.push(id),
        }
    }
    response
}

/// What stands in a field that is empty.
fn hint(kind: Kind) -> String {
    match kind {
        Kind::Path | Kind::NewFile(_) => tr!("form-hint-path"),
        Kind::Time => tr!("form-hint-time"),
        Kind::Text | Kind::Flag | Kind::Whole | Kind::Number => String::new(),
        _ => tr!("form-hint-choose"),
    }
}

/// A number, with a point or a comma.
fn decimal(text: &str) -> Option<f64> {
    text.trim().replace(',', ".").parse().ok().filter(|number: &f64| number.is_finite())
}
