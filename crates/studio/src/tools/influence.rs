//! How much is kept, over time, of the pictures that a shot goes on from: curves by their names, and keys that are set by hand.

use super::{Result, Ticks, on_frames, wrong};
use crate::planner::PlanningError;
use kinora_project::timeline::Thousandths;
use kinora_project::{BoardEdit, Edit, Passage, Project, Shot, ShotId};
use kinora_time::Flicks;

/// Times, and how much is invented there: see [`Passage::influence`].
pub type Keys = Vec<(Flicks, Thousandths)>;

/// How one clip becomes another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Curve {
    /// The one fades out of what is known, then the other into it.
    #[default]
    Transition,
    /// Both are known to a middling degree.
    Mix,
    /// Every fourth picture is a hint, all between is invented.
    Sample,
}

impl Curve {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Transition, Self::Mix, Self::Sample];
}

/// How much of what goes and of what comes is invented, at times of the take.
pub(super) fn curves(curve: Curve, (seen, middle, ends): (Flicks, Flicks, Flicks), ticks: Ticks) -> (Keys, Keys) {
    let before = |time: Flicks| Flicks(time.0 - 1);
    match curve {
        Curve::Transition => (vec![(seen, 0), (middle, 1000)], vec![(middle, 1000), (ends, 0)]),
        Curve::Mix => (
            vec![(before(seen), 0), (seen, 300), (before(middle), 700), (middle, 1000)],
            vec![(before(middle), 1000), (middle, 700), (before(ends), 300), (ends, 0)],
        ),
        Curve::Sample => {
            let hints = |from: Flicks, to: Flicks| {
                let count = (to.0 - from.0) / ticks.one;
                (0..count).map(move |n| (Flicks(from.0 + n * ticks.one), if n % 4 == 2 { 250 } else { 1000 }))
            };
            let first = [(before(seen), 0)].into_iter().chain(hints(seen, middle)).chain([(middle, 1000)]).collect();
            let second = [(before(middle), 1000)].into_iter().chain(hints(middle, ends)).chain([(ends, 0)]).collect();
            (first, second)
        }
    }
}

/// The same shot with a curve by its name instead of the one that it has.
///
/// # Errors
/// If it is not one in which one clip becomes another.
pub fn set_curve(project: &Project, shot: ShotId, curve: Curve, ticks: Ticks) -> Result<Edit> {
    let shot = find(project, shot)?;
    let seen = shot.handles.head;
    let ends = Flicks(seen.0 + shot.length.0);
    let is_seen = |passage: &&Passage| passage.at < ends && passage.at.0 + passage.range.duration().0 > seen.0;
    let (true, [out, into]) = (shot.passages.iter().filter(is_seen).count() == 2, shot.passages.as_slice()) else {
        return wrong(
            "a curve is for a shot in which one clip becomes another, as a blend makes it; give keys instead",
        );
    };
    let middle = Flicks(seen.0 + on_frames(project, Flicks(shot.length.0 / 2))?.0);
    let (first, second) = curves(curve, (seen, middle, ends), ticks);
    let passages = [(out, first), (into, second)].map(|(passage, keys)| with_keys(passage, keys)).to_vec();
    Ok(Edit::Board(BoardEdit::SetPassages { shot: shot.id, handles: shot.handles, passages }))
}

/// The same shot with other keys for one of the pictures that it goes on from. Times count from the shot's beginning: before it are its
/// handles.
///
/// # Errors
/// If it does not go on from so many.
pub fn set_keys(project: &Project, shot: ShotId, place: usize, keys: &Keys) -> Result<Edit> {
    let shot = find(project, shot)?;
    let mut passages = shot.passages.clone();
    let Some(passage) = passages.get_mut(place) else {
        return wrong("the shot does not go on from so many pictures");
    };
    let keys = keys.iter().map(|(at, level)| (Flicks(at.0 + shot.handles.head.0), *level)).collect();
    *passage = with_keys(passage, keys);
    Ok(Edit::Board(BoardEdit::SetPassages { shot: shot.id, handles: shot.handles, passages }))
}

fn find(project: &Project, shot: ShotId) -> Result<&Shot> {
    let gone = || PlanningError::Request("that shot is not on the board any more".to_owned());
    project.storyboard.shot(shot).ok_or_else(gone)
}

/// Keys at times of the take, as a passage has them: from its own beginning.
pub(super) fn with_keys(passage: &Passage, keys: Keys) -> Passage {
    let influence = keys.into_iter().map(|(at, level)| (Flicks(at.0 - passage.at.0), level)).collect();
    Passage { influence, ..passage.clone() }
}
