//! Edits of the imported files.

use super::Refused;
use crate::media::{MediaFile, MediaKind};
use crate::storyboard::CardContent;
use crate::timeline::Content;
use crate::{MediaId, Passage, PassageSource, Project};
use kinora_plan::Digest;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A change of the imported files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // of fields, which are named for what they hold
pub enum MediaEdit {
    /// A file that lies in the project's store. One that is there already stays as it is.
    Import { name: String, bin: String, kind: MediaKind, sha256: Digest },
    /// Another name or bin.
    Move { media: MediaId, name: String, bin: String },
    /// Another file in its place, such as the one that was missing.
    Relink { media: MediaId, kind: MediaKind, sha256: Digest },
    /// Out. Its bytes stay in the store until the project is cleaned up.
    Remove { media: MediaId },
}

impl MediaEdit {
    pub(super) fn label(&self) -> &'static str {
        match self {
            Self::Import { .. } => "import-media",
            Self::Move { .. } => "move-media",
            Self::Relink { .. } => "relink-media",
            Self::Remove { .. } => "remove-media",
        }
    }

    pub(super) fn apply(&self, project: &mut Project) -> Result<(), Refused> {
        match self {
            Self::Import { name, bin, kind, sha256 } => {
                if project.media.files.values().any(|file| file.sha256 == *sha256) {
                    return Ok(());
                }
                let file = MediaFile { name: name.clone(), bin: bin.clone(), kind: *kind, sha256: *sha256 };
                let id = project.ids.fresh();
                Arc::make_mut(&mut project.media).files.insert(id, Arc::new(file));
            }
            Self::Move { media, name, bin } => {
                let files = &mut Arc::make_mut(&mut project.media).files;
                let file = Arc::make_mut(files.get_mut(media).ok_or(Refused::NoMedia(*media))?);
                (file.name, file.bin) = (name.clone(), bin.clone());
            }
            Self::Relink { media, kind, sha256 } => {
                let files = &mut Arc::make_mut(&mut project.media).files;
                let file = Arc::make_mut(files.get_mut(media).ok_or(Refused::NoMedia(*media))?);
                (file.kind, file.sha256) = (*kind, *sha256);
            }
            Self::Remove { media } => {
                if let Some(user) = user_of(project, *media) {
                    return Err(Refused::InUse(user));
                }
                let files = &mut Arc::make_mut(&mut project.media).files;
                files.remove(media).ok_or(Refused::NoMedia(*media))?;
                if project.marks.media.contains_key(media) {
                    Arc::make_mut(&mut project.marks).media.remove(media);
                }
            }
        }
        Ok(())
    }
}

/// Who uses a file, for people.
fn user_of(project: &Project, media: MediaId) -> Option<String> {
    let on = |content: &Content| matches!(content, Content::Clip { media: used, .. } if *used == media);
    let timeline = project
        .timelines
        .iter()
        .find(|timeline| timeline.tracks.iter().flat_map(|track| &track.items).any(|item| on(&item.content)));
    let shot = project.storyboard.shots().find(|shot| {
        let card = |content: &CardContent| {
            matches!(content, CardContent::Picture(used) | CardContent::Clip(used) if *used == media)
        };
        let passage = |passage: &Passage| passage.of == PassageSource::Media(media);
        shot.references.contains(&media)
            || shot.cards.iter().any(|c| card(&c.content))
            || shot.passages.iter().any(passage)
    });
    let member = project.cast.members.iter().find(|member| member.pictures.contains(&media));
    let named = timeline.map(|timeline| timeline.name.clone());
    let named = named.or_else(|| shot.and_then(|shot| project.storyboard.number(shot.id)).map(|n| format!("shot {n}")));
    named.or_else(|| member.map(|member| format!("@{}", member.name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{BoardEdit, Edit};
    use crate::notation::board;
    use kinora_time::Flicks;

    #[test]
    fn a_file_is_imported_once_and_stays_while_it_is_used() {
        let mut project = board::project("A");
        let import = Edit::Media(MediaEdit::Import {
            name: "still.png".to_owned(),
            bin: String::new(),
            kind: MediaKind::Still,
            sha256: Digest::of(b"still"),
        });
        import.apply(&mut project).unwrap();
        import.apply(&mut project).unwrap();
        assert_eq!(project.media.files.len(), 1);
        let media = *project.media.files.keys().next().unwrap();
        let shot = board::shot(&project, 'A');
        let card = BoardEdit::AddCard { shot, at: Flicks(0), content: CardContent::Picture(media) };
        Edit::Board(card).apply(&mut project).unwrap();
        let remove = Edit::Media(MediaEdit::Remove { media });
        assert_eq!(remove.apply(&mut project), Err(Refused::InUse("shot A".to_owned())));
        let card = project.storyboard.shot(shot).unwrap().cards[0].id;
        Edit::Board(BoardEdit::RemoveCard { shot, card }).apply(&mut project).unwrap();
        remove.apply(&mut project).unwrap();
        assert!(project.media.files.is_empty());
    }
}
