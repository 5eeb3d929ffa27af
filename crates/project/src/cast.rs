//! The cast: people, places, props and the film's own styles, each with words and pictures. In a prompt `@Name` stands for the words, so that somebody is
//! described once and looks the same in every shot.

use crate::{MediaId, MemberId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Everybody and everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cast {
    /// In the order in which they came.
    pub members: Vec<Arc<Member>>,
}

/// Somebody or something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The id.
    pub id: MemberId,
    /// One word, without the `@`.
    pub name: String,
    /// What it is.
    pub kind: MemberKind,
    /// What stands in a prompt in place of the name: `a woman in a red coat`.
    pub words: String,
    /// What it looks like.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<MediaId>,
}

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberKind {
    /// Somebody.
    Person,
    /// Somewhere.
    Place,
    /// Something.
    Prop,
    /// The way that a shot is drawn or filmed.
    Style,
}

/// A prompt with its names replaced.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expanded {
    /// The words.
    pub text: String,
    /// Who was named, each once, in order.
    pub members: Vec<MemberId>,
    /// Names that nobody has, as they were written.
    pub unknown: Vec<String>,
}

/// Whether a text can be a name: one word of letters, digits, `_` and `-`.
#[must_use]
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(in_name)
}

fn in_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

impl Cast {
    /// A member.
    #[must_use]
    pub fn member(&self, id: MemberId) -> Option<&Member> {
        self.members.iter().find(|member| member.id == id).map(Arc::as_ref)
    }

    /// Who has a name; large and small letters are the same.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Member> {
        let wanted = name.to_lowercase();
        self.members.iter().find(|member| member.name.to_lowercase() == wanted).map(Arc::as_ref)
    }

    /// Puts the words of the cast in place of their names. A name that nobody has stays as it is, without its `@`; an `@` inside a
    /// word, as in an address, is no name.
    #[must_use]
    pub fn expand(&self, prompt: &str) -> Expanded {
        self.replaced(prompt, |member| match member.words.trim() {
            "" => &member.name,
            words => words,
        })
    }

    /// The prompt as people read it: with the names of the cast, without their `@`.
    #[must_use]
    pub fn read(&self, prompt: &str) -> String {
        self.replaced(prompt, |member| &member.name).text
    }

    fn replaced<'a>(&'a self, prompt: &str, put: impl Fn(&'a Member) -> &'a str) -> Expanded {
        let mut expanded = Expanded::default();
        let mut rest = prompt;
        while let Some(at) = rest.find('@') {
            let (before, after) = rest.split_at(at);
            expanded.text.push_str(before);
            let after = &after['@'.len_utf8()..];
            let end = after.find(|c| !in_name(c)).unwrap_or(after.len());
            // A dash after a name is no part of it: "@Anna- ".
            let name = after[..end].trim_end_matches('-');
            if expanded.text.chars().next_back().is_some_and(char::is_alphanumeric) || name.is_empty() {
                expanded.text.push('@');
            } else if let Some(member) = self.named(name) {
                expanded.text.push_str(put(member));
                if !expanded.members.contains(&member.id) {
                    expanded.members.push(member.id);
                }
                rest = &after[name.len()..];
                continue;
            } else {
                expanded.unknown.push(name.to_owned());
            }
            expanded.text.push_str(name);
            rest = &after[name.len()..];
        }
        expanded.text.push_str(rest);
        expanded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words() {
        let member = |id, name: &str, words: &str| {
            Arc::new(Member {
                id: MemberId(id),
                name: name.to_owned(),
                kind: MemberKind::Person,
                words: words.to_owned(),
                pictures: Vec::new(),
            })
        };
        let cast = Cast {
            members: vec![member(1, "Anna", "a red woman"), member(2, "Éloi", "un homme bleu"), member(3, "Rex", "")],
        };
        for (prompt, text, members, unknown) in [
            ("@Anna waves", "a red woman waves", &[1][..], ""),
            ("@anna and @ANNA, @Éloi.", "a red woman and a red woman, un homme bleu.", &[1, 2], ""),
            ("@Anna's hat, @Anna- no", "a red woman's hat, a red woman- no", &[1], ""),
            ("@Rex sits", "Rex sits", &[3], ""),
            ("@Bob meets @Anna", "Bob meets a red woman", &[1], "Bob"),
            ("mail anna@Anna.org", "mail anna@Anna.org", &[], ""),
            ("50 @ 3, @", "50 @ 3, @", &[], ""),
            ("no names", "no names", &[], ""),
        ] {
            let expanded = cast.expand(prompt);
            assert_eq!(expanded.text, text);
            assert_eq!(expanded.members.iter().map(|m| m.0).collect::<Vec<_>>(), members, "{prompt}");
            assert_eq!(expanded.unknown.join(" "), unknown, "{prompt}");
        }
        for (prompt, text) in [("@Anna waves", "Anna waves"), ("@éloi, @Bob", "Éloi, Bob"), ("a@b.c", "a@b.c")] {
            assert_eq!(cast.read(prompt), text);
        }
    }
}
