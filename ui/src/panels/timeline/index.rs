//! What is found once for a document, so that a frame does no work for clips off screen: where every item begins, where every shot
//! stands on the board, and what an item shows.

use kinora_project::timeline::{Item, Timeline};
use kinora_project::{ItemId, Project, Segment, Shot, ShotId, Storyboard, seen};
use kinora_time::{Flicks, TimeRange};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Kept between frames.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    timeline: Option<Arc<Timeline>>,
    /// A track each: when its items begin, and the end of the last.
    starts: Vec<Vec<i64>>,
    project: Option<Arc<Project>>,
    board: Option<Arc<Storyboard>>,
    shots: HashMap<ShotId, (usize, usize)>,
    seen: HashMap<ItemId, Arc<[Segment]>>,
}

impl Index {
    /// Keeps up with the document; nothing happens while it stays the same.
    pub fn keep_up(&mut self, project: &Arc<Project>, timeline: &Arc<Timeline>) {
        let same = |known: &Option<Arc<Timeline>>| known.as_ref().is_some_and(|known| Arc::ptr_eq(known, timeline));
        if !same(&self.timeline) {
            self.starts = timeline.tracks.iter().map(|track| starts(track.items.iter().map(Arc::as_ref))).collect();
            self.timeline = Some(timeline.clone());
            self.seen.clear();
        }
        if !self.project.as_ref().is_some_and(|known| Arc::ptr_eq(known, project)) {
            self.seen.clear();
            self.project = Some(project.clone());
        }
        if !self.board.as_ref().is_some_and(|known| Arc::ptr_eq(known, &project.storyboard)) {
            let scenes = project.storyboard.scenes.iter().enumerate();
            let places = scenes.flat_map(|(scene, content)| {
                content.shots.iter().enumerate().map(move |(place, shot)| (shot.id, (scene, place)))
            });
            self.shots = places.collect();
            self.board = Some(project.storyboard.clone());
        }
    }

    /// The places of a track's items that are there in a range of time.
    pub fn within(&self, track: usize, from: Flicks, to: Flicks) -> Range<usize> {
        let Some(starts) = self.starts.get(track) else { return 0..0 };
        let first = starts.partition_point(|start| *start <= from.0).saturating_sub(1);
        let last = starts.partition_point(|start| *start < to.0).min(starts.len() - 1);
        first.min(last)..last
    }

    /// The place of the item at a time.
    pub fn at(&self, track: usize, time: Flicks) -> Option<usize> {
        let starts = self.starts.get(track)?;
        let after = starts.partition_point(|start| *start <= time.0);
        (after > 0 && after < starts.len()).then(|| after - 1)
    }

    /// When an item begins and ends.
    pub fn range(&self, track: usize, place: usize) -> Option<TimeRange> {
        let starts = self.starts.get(track)?;
        Some(TimeRange::between(Flicks(*starts.get(place)?), Flicks(*starts.get(place + 1)?)))
    }

    /// The times of a track's cuts.
    pub fn cuts(&self, track: usize) -> &[i64] {
        self.starts.get(track).map(Vec::as_slice).unwrap_or_default()
    }

    /// A shot of the board.
    pub fn shot(&self, shot: ShotId) -> Option<&Arc<Shot>> {
        let (scene, place) = self.shots.get(&shot)?;
        self.board.as_ref()?.scenes.get(*scene)?.shots.get(*place)
    }

    /// What an item shows.
    pub fn seen(&mut self, item: &Item) -> Arc<[Segment]> {
        let Some(project) = &self.project else { return Arc::from([]) };
        self.seen.entry(item.id).or_insert_with(|| seen(project, item).into()).clone()
    }
}

fn starts<'a>(items: impl Iterator<Item = &'a Item>) -> Vec<i64> {
    let mut at = 0;
    let ends = items.map(|item| {
        at += item.duration().0;
        at
    });
    std::iter::once(0).chain(ends).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_found_by_time_and_none_outside() {
        let index = Index { starts: vec![vec![0, 10, 30, 35], vec![0]], ..Index::default() };
        let within = |from, to| index.within(0, Flicks(from), Flicks(to));
        assert_eq!((within(0, 10), within(9, 11), within(10, 30), within(-5, 99)), (0..1, 0..2, 1..2, 0..3));
        assert_eq!(index.within(1, Flicks(0), Flicks(99)), 0..0);
        let at = |time| index.at(0, Flicks(time));
        assert_eq!((at(-1), at(0), at(9), at(10), at(34), at(35)), (None, Some(0), Some(0), Some(1), Some(2), None));
        assert_eq!(index.at(1, Flicks(0)), None);
    }
}
