//! Edits: every change of the document as a value, by subject. The journal on disk is a list of them, so an edit holds all that it
//! needs and takes its ids from the document: done again in order, they give the same document.
//!
//! An edit either is done whole or refused with a reason, and then the document is as it was.

mod board;
mod cast;
mod marks;
mod media;
mod timeline;

pub use board::{BoardEdit, LONGEST_SHOT, NewShot};
pub use cast::CastEdit;
pub use marks::MarkEdit;
pub use media::MediaEdit;
pub use timeline::{CutEdit, NewItem, NewTrack, NewTrackItem, TimelineEdit};

use crate::timeline::edit::EditError;
use crate::{CardId, MediaId, MemberId, Project, SceneId, Settings, ShotId, TakeId, TimelineId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A change of the document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// Of the settings.
    Settings(Settings),
    /// Of the storyboard.
    Board(BoardEdit),
    /// Of the cast.
    Cast(CastEdit),
    /// Of the imported files.
    Media(MediaEdit),
    /// Of what people think of takes and files.
    Mark(MarkEdit),
    /// Which timelines there are.
    Cut(CutEdit),
    /// Of one timeline.
    Timeline(TimelineId, TimelineEdit),
    /// Several that are one step, in this order.
    Together(Vec<Edit>),
}

/// Why an edit was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// An edit verb was refused.
    #[error(transparent)]
    Timeline(#[from] EditError),
    /// There is no such scene.
    #[error("that scene is not on the board any more")]
    NoScene(SceneId),
    /// There is no such shot.
    #[error("that shot is not on the board any more")]
    NoShot(ShotId),
    /// There is no such card.
    #[error("that card is not in the shot any more")]
    NoCard(CardId),
    /// There is no such take of the shot.
    #[error("that take does not belong to the shot")]
    NoTake(TakeId),
    /// There is no such member.
    #[error("that member of the cast is not there any more")]
    NoMember(MemberId),
    /// There is no such file.
    #[error("that file is not in the project any more")]
    NoMedia(MediaId),
    /// There is no such timeline.
    #[error("that timeline is not there any more")]
    NoTimeline(TimelineId),
    /// The name can't be used.
    #[error("{0:?} can't be a name: use one word of letters, digits, - and _")]
    NoName(String),
    /// An arrow points nowhere.
    #[error("an arrow lies in the picture, from 0,0 to 1000,1000, and is at least 50 long")]
    NoArrow,
    /// Somebody has the name.
    #[error("somebody is called {0} already; choose another name")]
    NameTaken(String),
    /// The file is used.
    #[error("the file is used in {0}; take it out there first")]
    InUse(String),
    /// A length or time that can't be.
    #[error("a shot lasts more than 0 and at most 20 seconds, and its cards lie inside it")]
    NoLength,
    /// Pictures that a take can't have.
    #[error(
        "a passage lasts more than nothing, its file or take is in the project, and handles are at most 2 seconds long"
    )]
    NoPassage,
    /// A rate or size that can't be.
    #[error("{0}")]
    NoSetting(String),
}

impl Edit {
    /// Does it.
    ///
    /// # Errors
    /// [`Refused`] says why not; the project is as it was.
    pub fn apply(&self, project: &mut Project) -> Result<(), Refused> {
        let mut edited = project.clone();
        match self {
            Self::Settings(settings) => {
                check_settings(settings)?;
                edited.settings = Arc::new(settings.clone());
            }
            Self::Board(edit) => edit.apply(&mut edited)?,
            Self::Cast(edit) => edit.apply(&mut edited)?,
            Self::Media(edit) => edit.apply(&mut edited)?,
            Self::Mark(edit) => edit.apply(&mut edited)?,
            Self::Cut(edit) => edit.apply(&mut edited)?,
            Self::Timeline(timeline, edit) => edit.apply(*timeline, &mut edited)?,
            Self::Together(edits) => edits.iter().try_for_each(|edit| edit.apply(&mut edited))?,
        }
        *project = edited;
        Ok(())
    }

    /// What it is called in the history: a key of the translations.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Self::Settings(_) => "change-settings",
            Self::Board(edit) => edit.label(),
            Self::Cast(edit) => edit.label(),
            Self::Media(edit) => edit.label(),
            Self::Mark(edit) => edit.label(),
            Self::Cut(edit) => edit.label(),
            Self::Timeline(_, edit) => edit.label(),
            Self::Together(edits) => match edits.split_first() {
                Some((first, rest)) if rest.iter().all(|edit| edit.label() == first.label()) => first.label(),
                _ => "do-several",
            },
        }
    }
}

fn check_settings(settings: &Settings) -> Result<(), Refused> {
    if !(120..=2160).contains(&settings.lines) {
        return Err(Refused::NoSetting(format!("exports have 120 to 2160 lines, not {}", settings.lines)));
    }
    let parts = settings.aspect.split_once(':').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    match parts {
        Some((1..=100u32, 1..=100u32)) => Ok(()),
        _ => Err(Refused::NoSetting(format!("{:?} is no aspect ratio; write it as 16:9", settings.aspect))),
    }
}

/// A place in a list that it can have: at the end, or before what stands there.
fn place(wanted: Option<usize>, length: usize) -> usize {
    wanted.map_or(length, |at| at.min(length))
}
