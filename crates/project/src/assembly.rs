//! The Assembly: the storyboard's own order as a timeline. It is no part of the document but made from it, so that board and Assembly
//! can't disagree; who wants to cut makes a timeline from it.

use crate::timeline::{Content, Item, Timeline, Track, TrackKind, TrackSound};
use crate::{ItemId, Project, Shot, TimelineId, TrackId};
use std::sync::Arc;

/// The id of the Assembly, which no timeline of the document has.
pub const ASSEMBLY: TimelineId = TimelineId(0);

/// The film as the storyboard has it: one item a shot, as long as the shot is meant to be, whatever its take has.
#[must_use]
pub fn assembly(project: &Project) -> Timeline {
    let items = project.storyboard.shots().map(|shot| Arc::new(item_of(shot, ItemId(shot.id.0)))).collect();
    let (id, kind, name) = (TrackId(0), TrackKind::Video, "V1".to_owned());
    let track = Track { id, kind, name, locked: false, sound: TrackSound::default(), items };
    Timeline { id: ASSEMBLY, name: "Assembly".to_owned(), tracks: vec![Arc::new(track)], markers: Vec::new() }
}

/// A timeline by its id, the Assembly too.
#[must_use]
pub fn timeline_of(project: &Project, id: TimelineId) -> Option<Timeline> {
    if id == ASSEMBLY { Some(assembly(project)) } else { project.timeline(id).cloned() }
}

/// A shot as an item.
pub(crate) fn item_of(shot: &Shot, id: ItemId) -> Item {
    Item::new(id, Content::Shot { shot: shot.id, pinned: None }, shot.range())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{BoardEdit, Edit};
    use crate::notation::board;

    #[test]
    fn the_assembly_is_the_order_of_the_board() {
        let mut project = board::project("AB | C");
        let order = |project: &Project| {
            let shots: Vec<_> = assembly(project).tracks[0].items.iter().map(|item| item.id.0).collect();
            assert_eq!(shots, project.storyboard.shots().map(|shot| shot.id.0).collect::<Vec<_>>());
            crate::timeline::check(&assembly(project)).unwrap();
            shots.len()
        };
        assert_eq!(order(&project), 3);
        let (shot, scene) = (board::shot(&project, 'C'), project.storyboard.scenes[0].id);
        Edit::Board(BoardEdit::MoveShot { shot, scene, to: 0 }).apply(&mut project).unwrap();
        assert_eq!(order(&project), 3);
        assert_eq!(board::text(&project), "CAB | ");
    }
}
