//! What goes wrong, in the language of the person. The floors below know no languages: they say it in English, and here it is found again
//! among texts with gaps (assets/errors); what stands in the gaps may be such a text itself.

use super::{Language, language};
use kinora_studio::command::{Command, CommandError};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::LazyLock;

/// How deep texts stand in each other.
const DEEPEST: usize = 4;

static FRENCH: LazyLock<Vec<Template>> =
    LazyLock::new(|| templates(include_str!("../../../assets/errors/fr.toml")).unwrap_or_default());

/// A text with gaps, and what it is in another language.
#[derive(Debug)]
struct Template {
    /// What stands before, between and after the gaps.
    around: Vec<String>,
    said: String,
}

/// An error as the person reads it.
#[must_use]
pub fn error(error: &impl Display) -> String {
    told(&error.to_string())
}

/// Why a command was refused. What the floors below call an argument is called as its form calls it.
#[must_use]
pub fn refusal(command: Option<&Command>, error: &CommandError) -> String {
    let text = error.to_string();
    let about = command.into_iter().flat_map(|command| command.args).find_map(|arg| {
        let rest = text.strip_prefix(arg.name)?;
        (rest.starts_with(':') || rest.starts_with(" is missing")).then(|| format!("{}{rest}", argument(arg.name)))
    });
    // Some texts are known only as a whole.
    let about = about.filter(|about| language() == Language::En || told(about) != *about);
    told(&about.unwrap_or(text))
}

/// What a form calls an argument.
#[must_use]
pub fn argument(name: &str) -> String {
    super::text(&format!("arg-{}", name.replace('_', "-")))
}

/// An English text of the floors below as the person reads it; as it is where nobody translated it.
#[must_use]
pub fn told(text: &str) -> String {
    match language() {
        Language::En => text.to_owned(),
        Language::Fr => in_words_of(&FRENCH, text, DEEPEST).unwrap_or_else(|| text.to_owned()),
    }
}

fn templates(file: &str) -> Result<Vec<Template>, toml::de::Error> {
    let pairs: BTreeMap<String, String> = toml::from_str(file)?;
    let mut list: Vec<Template> =
        pairs.into_iter().map(|(english, said)| Template { around: around(&english), said }).collect();
    // What says more is looked for first.
    list.sort_by_key(|template| std::cmp::Reverse(template.around.iter().map(String::len).sum::<usize>()));
    Ok(list)
}

/// What stands around the gaps `{1}`, `{2}`, … of a text.
fn around(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let gap = after.split_once('}').filter(|(number, _)| number.parse::<usize>().is_ok());
        if let Some(last) = parts.last_mut() {
            last.push_str(before);
        }
        match gap {
            Some((_, after)) => {
                parts.push(String::new());
                rest = after;
            }
            None => {
                if let Some(last) = parts.last_mut() {
                    last.push('{');
                }
                rest = after;
            }
        }
    }
    if let Some(last) = parts.last_mut() {
        last.push_str(rest);
    }
    parts
}

fn in_words_of(templates: &[Template], text: &str, deep: usize) -> Option<String> {
    let (template, gaps) = templates.iter().find_map(|t| Some((t, gaps(&t.around, text)?)))?;
    let mut said = template.said.clone();
    for (place, gap) in gaps.into_iter().enumerate() {
        let own = if deep > 0 && !gap.starts_with('/') { in_words_of(templates, gap, deep - 1) } else { None };
        said = said.replace(&format!("{{{}}}", place + 1), own.as_deref().unwrap_or(gap));
    }
    Some(said)
}

/// What stands in the gaps, if the text has these parts in this order.
fn gaps<'a>(around: &[String], text: &'a str) -> Option<Vec<&'a str>> {
    let (first, others) = around.split_first()?;
    let mut rest = text.strip_prefix(first.as_str())?;
    let Some((last, between)) = others.split_last() else { return rest.is_empty().then(Vec::new) };
    let mut found = Vec::new();
    for part in between {
        let (gap, after) = rest.split_once(part.as_str())?;
        found.push(gap);
        rest = after;
    }
    found.push(rest.strip_suffix(last.as_str())?);
    found.iter().all(|gap| !gap.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests;
