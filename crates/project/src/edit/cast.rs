//! Edits of the cast.

use super::Refused;
use crate::cast::{Member, MemberKind, is_name};
use crate::{MediaId, MemberId, Project};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A change of the cast.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // of fields, which are named for what they hold
pub enum CastEdit {
    /// Somebody or something new.
    Add { name: String, kind: MemberKind, words: String },
    /// Another name, kind or description. Prompts that name the old one don't follow.
    Change { member: MemberId, name: String, kind: MemberKind, words: String },
    /// Its pictures.
    SetPictures { member: MemberId, pictures: Vec<MediaId> },
    /// Out.
    Remove { member: MemberId },
}

impl CastEdit {
    pub(super) fn label(&self) -> &'static str {
        match self {
            Self::Add { .. } => "add-member",
            Self::Change { .. } => "change-member",
            Self::SetPictures { .. } => "set-member-pictures",
            Self::Remove { .. } => "remove-member",
        }
    }

    pub(super) fn apply(&self, project: &mut Project) -> Result<(), Refused> {
        let Project { cast, media, ids, .. } = project;
        let cast = Arc::make_mut(cast);
        let place = |id: MemberId| cast.members.iter().position(|member| member.id == id).ok_or(Refused::NoMember(id));
        let free = |name: &str, own: Option<MemberId>| match cast.named(name) {
            _ if !is_name(name) => Err(Refused::NoName(name.to_owned())),
            Some(other) if Some(other.id) != own => Err(Refused::NameTaken(other.name.clone())),
            _ => Ok(()),
        };
        match self {
            Self::Add { name, kind, words } => {
                free(name, None)?;
                let (name, words) = (name.clone(), words.clone());
                cast.members.push(Arc::new(Member { id: ids.fresh(), name, kind: *kind, words, pictures: Vec::new() }));
            }
            Self::Change { member, name, kind, words } => {
                free(name, Some(*member))?;
                let at = place(*member)?;
                let old = Arc::make_mut(&mut cast.members[at]);
                (old.name, old.kind, old.words) = (name.clone(), *kind, words.clone());
            }
            Self::SetPictures { member, pictures } => {
                let missing = pictures.iter().find(|picture| !media.files.contains_key(picture));
                missing.map_or(Ok(()), |picture| Err(Refused::NoMedia(*picture)))?;
                let at = place(*member)?;
                Arc::make_mut(&mut cast.members[at]).pictures.clone_from(pictures);
            }
            Self::Remove { member } => {
                let at = place(*member)?;
                cast.members.remove(at);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Edit;

    #[test]
    fn a_name_is_one_word_and_belongs_to_one_member() {
        let mut project = Project::default();
        let add = |name: &str| {
            Edit::Cast(CastEdit::Add { name: name.to_owned(), kind: MemberKind::Person, words: "a woman".to_owned() })
        };
        add("Anna").apply(&mut project).unwrap();
        assert_eq!(add("ANNA").apply(&mut project), Err(Refused::NameTaken("Anna".to_owned())));
        assert_eq!(add("Anna B").apply(&mut project), Err(Refused::NoName("Anna B".to_owned())));
        assert_eq!(add("").apply(&mut project), Err(Refused::NoName(String::new())));
        let member = project.cast.members[0].id;
        let change =
            CastEdit::Change { member, name: "anna".to_owned(), kind: MemberKind::Person, words: "she".to_owned() };
        Edit::Cast(change).apply(&mut project).unwrap();
        assert_eq!(project.cast.expand("@Anna waves").text, "she waves");
    }
}
