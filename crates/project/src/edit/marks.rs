//! Edits of what people think of takes and files.

use super::Refused;
use crate::marks::{MOST_STARS, Mark};
use crate::{MediaId, Project, TakeId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A change of the marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // of fields, which are named for what they hold
pub enum MarkEdit {
    /// Of a take.
    Take { take: TakeId, mark: Mark },
    /// Of a file.
    Media { media: MediaId, mark: Mark },
}

impl MarkEdit {
    pub(super) fn label(&self) -> &'static str {
        match self {
            Self::Take { .. } => "mark-take",
            Self::Media { .. } => "mark-media",
        }
    }

    pub(super) fn apply(&self, project: &mut Project) -> Result<(), Refused> {
        let (Self::Take { mark, .. } | Self::Media { mark, .. }) = self;
        if mark.stars > MOST_STARS {
            return Err(Refused::NoSetting(format!("there are 0 to {MOST_STARS} stars, not {}", mark.stars)));
        }
        match self {
            Self::Take { take, mark } => {
                project.arrived.takes.get(take).ok_or(Refused::NoTake(*take))?;
                put(&mut Arc::make_mut(&mut project.marks).takes, *take, mark);
            }
            Self::Media { media, mark } => {
                project.media.files.get(media).ok_or(Refused::NoMedia(*media))?;
                put(&mut Arc::make_mut(&mut project.marks).media, *media, mark);
            }
        }
        Ok(())
    }
}

fn put<Id: Ord>(marks: &mut BTreeMap<Id, Mark>, id: Id, mark: &Mark) {
    if *mark == Mark::default() {
        marks.remove(&id);
    } else {
        marks.insert(id, mark.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Edit;
    use crate::notation::board;

    #[test]
    fn a_take_is_marked_and_unmarked_and_stays_a_take() {
        let mut project = board::project("A");
        let shot = board::shot(&project, 'A');
        let take = board::take(&mut project, shot, 9);
        let before = project.clone();
        let mark = Mark { favourite: true, stars: 4, folder: "skies".to_owned() };
        let edit = |mark: Mark| Edit::Mark(MarkEdit::Take { take, mark });
        edit(mark.clone()).apply(&mut project).unwrap();
        assert_eq!(project.marks.takes[&take], mark);
        assert!(edit(Mark { stars: 6, ..mark }).apply(&mut project).is_err());
        edit(Mark::default()).apply(&mut project).unwrap();
        assert_eq!(project, before);
        let nobody = Edit::Mark(MarkEdit::Media { media: MediaId(99), mark: Mark::default() });
        assert_eq!(nobody.apply(&mut project), Err(Refused::NoMedia(MediaId(99))));
    }
}
