//! Conform: brings a scene on a timeline in step with the storyboard, after the editor has seen what would change. Nothing else on the
//! timeline is touched: what was cut by hand keeps its length, trims and neighbours.

use crate::assembly::item_of;
use crate::storyboard::{Scene, Storyboard};
use crate::timeline::edit::{EditError, insert, remove};
use crate::timeline::{Content, Item, Timeline, Track};
use crate::{IdSource, ItemId, ShotId, TrackId};
use kinora_time::Flicks;

/// Something that conforming would change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// The scene has this shot, the track has not: it comes in behind the scene's shot before it, or at the scene's beginning, or at
    /// the end.
    Add(ShotId),
    /// No scene has this item's shot any more: it goes, and what follows closes up.
    Remove(ItemId),
    /// The item stands elsewhere among the scene's shots: it moves to its place there.
    Move(ItemId),
}

/// What conforming a scene on a track would change, in the order in which it is done.
#[must_use]
pub fn differences(track: &Track, scene: &Scene, board: &Storyboard) -> Vec<Difference> {
    let gone = track.items.iter().filter(|item| shot_of(item).is_some_and(|shot| board.shot(shot).is_none()));
    let gone = gone.map(|item| Difference::Remove(item.id));
    let place = |id: ShotId| scene.shots.iter().position(|shot| shot.id == id);
    // The longest run of items that are in order already stays; the others move.
    let there: Vec<(usize, ItemId)> =
        track.items.iter().filter_map(|item| Some((place(shot_of(item)?)?, item.id))).collect();
    let staying = longest_rise(&there);
    let moved = there.iter().filter(|(_, item)| !staying.contains(item)).map(|(_, item)| Difference::Move(*item));
    let missing = scene.shots.iter().filter(|shot| !track.items.iter().any(|item| shot_of(item) == Some(shot.id)));
    gone.chain(moved).chain(missing.map(|shot| Difference::Add(shot.id))).collect()
}

/// Does it.
///
/// # Errors
/// If the track is not there or locked; the timeline is as it was.
pub fn apply(
    timeline: &mut Timeline,
    ids: &mut IdSource,
    track: TrackId,
    scene: &Scene,
    board: &Storyboard,
) -> Result<(), EditError> {
    let mut edited = timeline.clone();
    let on = edited.track(track).ok_or(EditError::NoTrack(track))?;
    if on.locked {
        return Err(EditError::Locked(track));
    }
    for difference in differences(on, scene, board) {
        let item = match difference {
            Difference::Remove(item) => {
                remove(&mut edited, ids, item, true)?;
                continue;
            }
            Difference::Move(id) => {
                let item = Item { link: None, ..edited.item(id).ok_or(EditError::NoItem(id))?.clone() };
                remove(&mut edited, ids, id, true)?;
                item
            }
            Difference::Add(id) => match scene.shots.iter().find(|shot| shot.id == id) {
                Some(shot) => item_of(shot, ids.fresh()),
                None => continue,
            },
        };
        let at = edited.track(track).map(|track| place_of(&item, track, scene)).ok_or(EditError::NoTrack(track))?;
        insert(&mut edited, ids, track, at, item)?;
    }
    *timeline = edited;
    Ok(())
}

/// Where an item of a scene's shot belongs: behind the nearest shot before it, or before the nearest after it, or at the end.
fn place_of(item: &Item, track: &Track, scene: &Scene) -> Flicks {
    let place = |id: ShotId| scene.shots.iter().position(|shot| shot.id == id);
    let Some(own) = shot_of(item).and_then(place) else { return track.duration() };
    let others = track.items.iter().enumerate().filter_map(|(at, other)| Some((place(shot_of(other)?)?, at)));
    let before = others.clone().filter(|(place, _)| *place <= own).max().map(|(_, at)| track.start_of(at + 1));
    let after = others.filter(|(place, _)| *place > own).min().map(|(_, at)| track.start_of(at));
    before.or(after).unwrap_or_else(|| track.duration())
}

fn shot_of(item: &Item) -> Option<ShotId> {
    match item.content {
        Content::Shot { shot, .. } => Some(shot),
        Content::Clip { .. } | Content::Title(_) | Content::Gap => None,
    }
}

/// The items of a longest run of rising places (equal ones are the same shot twice).
fn longest_rise(items: &[(usize, ItemId)]) -> Vec<ItemId> {
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(items.len());
    for (at, (place, _)) in items.iter().enumerate() {
        let before = (0..at).filter(|i| items[*i].0 <= *place).max_by_key(|i| (best[*i].0, std::cmp::Reverse(*i)));
        best.push((before.map_or(1, |i| best[i].0 + 1), before));
    }
    let mut at = (0..items.len()).max_by_key(|i| (best[*i].0, std::cmp::Reverse(*i)));
    let mut run = Vec::new();
    while let Some(i) = at {
        run.push(items[i].1);
        at = best[i].1;
    }
    run
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{CutEdit, Edit, TimelineEdit};
    use crate::notation::board;
    use crate::{BoardEdit, Project};

    /// Shots of the last track as letters; `x` is one that the board has no more, `.` anything else.
    fn letters(project: &Project) -> String {
        let letter = |item: &Item| match shot_of(item) {
            Some(shot) => project.storyboard.shot(shot).map_or("x".to_owned(), |shot| shot.words.number.clone()),
            None => ".".to_owned(),
        };
        project.timelines[0].tracks[0].items.iter().map(|item| letter(item)).collect()
    }

    /// A cut of `before`, then the board becomes `after`, then scene 0 is conformed.
    fn check(before: &str, edits: &[(char, Option<usize>)], after: &str) {
        let mut project = board::project(before);
        Edit::Cut(CutEdit::CreateFromBoard { name: "Cut 1".to_owned() }).apply(&mut project).unwrap();
        let scene = project.storyboard.scenes[0].id;
        for (letter, to) in edits {
            let shot = board::find(&project, *letter);
            let edit = match (shot, to) {
                (Some(shot), Some(to)) => BoardEdit::MoveShot { shot, scene, to: *to },
                (Some(shot), None) => BoardEdit::RemoveShot { shot },
                (None, to) => board::add(scene, *letter, *to),
            };
            Edit::Board(edit).apply(&mut project).unwrap();
        }
        let (timeline, track) = (project.timelines[0].id, project.timelines[0].tracks[0].id);
        Edit::Timeline(timeline, TimelineEdit::Conform { track, scene }).apply(&mut project).unwrap();
        crate::check(&project).unwrap();
        assert_eq!(letters(&project), after, "{before}, {edits:?}");
        let track = &project.timelines[0].tracks[0];
        let left = differences(track, &project.storyboard.scenes[0], &project.storyboard);
        assert_eq!(left, [], "conforming twice must change nothing");
    }

    #[test]
    fn a_scene_is_brought_in_step_and_the_others_stay() {
        check("ABC | DE", &[], "ABCDE");
        check("ABC | DE", &[('C', Some(0))], "CABDE");
        check("ABC | DE", &[('A', Some(2))], "BCADE");
        check("ABC | DE", &[('B', None)], "ACDE");
        check("ABC | DE", &[('X', Some(1))], "AXBCDE");
        check("ABC | DE", &[('X', Some(0))], "XABCDE");
        check("ABC | DE", &[('X', None), ('B', None), ('C', Some(0))], "CAXDE");
        check("A", &[('A', None), ('X', Some(0))], "X");
    }
}
