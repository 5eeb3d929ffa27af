//! Passages of a shot as the pictures of a plan: one for each of the model's ticks that they cover.

use super::PlanningError;
use kinora_plan::{Crop, Digest, Fit, GenerationPlan, KnownFrame, Region};
use kinora_project::{MediaKind, Passage, PassageSource, Project, Reach};
use kinora_time::{Flicks, FrameRate};

/// What a passage is read from.
struct Read {
    picture: Digest,
    /// Pixels across and down, where they are known.
    size: Option<(u32, u32)>,
    /// Frames a second; none of a still.
    rate: Option<FrameRate>,
}

/// The known pictures of passages.
pub(super) fn known_of(
    project: &Project,
    passages: &[Passage],
    plan: &GenerationPlan,
) -> Result<Vec<KnownFrame>, PlanningError> {
    let mut known = Vec::new();
    for passage in passages {
        let read = read_of(project, passage.of)?;
        let crop = crop_of(passage);
        let shape = read.size.map(|size| match crop {
            Some(crop) => (size.0 * crop.width, size.1 * crop.height),
            None => size,
        });
        let region = match (passage.reach, shape) {
            (Reach::Extend, Some(shape)) => contained(shape, (plan.width, plan.height)),
            _ => None,
        };
        let fit = match passage.reach {
            Reach::Fill => Fit::Cover,
            Reach::Fit => Fit::Contain,
            Reach::Extend if region.is_some() => Fit::Stretch,
            Reach::Extend => Fit::Cover,
        };
        for frame in 0..plan.frames {
            let into = Flicks(plan.rate.frame_start(i64::from(frame)).0 - passage.at.0);
            if into.0 < 0 || into >= passage.range.duration() {
                continue;
            }
            let level = f64::from(passage.level(into)) / 1000.0;
            if level >= 1.0 {
                continue;
            }
            let time = read.rate.map(|rate| {
                // In the middle of a picture: files round the times at which theirs begin.
                let half = rate.frame_duration().0.min(project.settings.rate.frame_duration().0) / 2;
                Flicks(passage.range.start().0 + into.0 + half)
            });
            known.push(KnownFrame { frame, picture: read.picture, time, crop, fit, region, level });
        }
    }
    Ok(known)
}

/// One picture a frame and region: where passages overlap, that of which more is kept; of two alike the later one.
pub(super) fn clearest(mut known: Vec<KnownFrame>) -> Vec<KnownFrame> {
    known.sort_by_key(|known| known.frame);
    let mut kept: Vec<KnownFrame> = Vec::with_capacity(known.len());
    for one in known {
        match kept.last_mut().filter(|last| last.frame == one.frame && last.region == one.region) {
            Some(last) if last.level < one.level => {}
            Some(last) => *last = one,
            None => kept.push(one),
        }
    }
    kept
}

fn read_of(project: &Project, of: PassageSource) -> Result<Read, PlanningError> {
    let gone =
        || PlanningError::Request("a picture that the shot goes on from is not in the project any more".to_owned());
    match of {
        PassageSource::Take(take) => {
            let plan = &project.arrived.takes.get(&take).ok_or_else(gone)?.plan;
            Ok(Read { picture: plan.id()?, size: Some((plan.width, plan.height)), rate: Some(plan.rate) })
        }
        PassageSource::Media(media) => {
            let file = project.media.files.get(&media).ok_or_else(gone)?;
            let facts = project.arrived.facts.get(&media);
            if file.kind == MediaKind::Audio {
                let text = format!("{} holds sound alone; a shot goes on from pictures", file.name);
                return Err(PlanningError::Request(text));
            }
            let rate = match file.kind {
                MediaKind::Video => Some(facts.and_then(|facts| facts.rate).unwrap_or(project.settings.rate)),
                _ => None,
            };
            Ok(Read { picture: file.sha256, size: facts.and_then(|facts| facts.size), rate })
        }
    }
}

fn crop_of(passage: &Passage) -> Option<Crop> {
    let crop = passage.crop;
    let side = |thousandths: i32| u32::try_from(thousandths).unwrap_or(0);
    let (x, y) = (side(crop.left), side(crop.top));
    let (width, height) = (1000 - x - side(crop.right), 1000 - y - side(crop.bottom));
    (crop != kinora_project::timeline::Crop::default()).then_some(Crop { x, y, width, height })
}

/// The largest rectangle of a shape in the middle of a frame; none if it is all of it.
fn contained(shape: (u32, u32), frame: (u32, u32)) -> Option<Region> {
    let (across, down) = (u64::from(shape.0).max(1), u64::from(shape.1).max(1));
    let (frame_width, frame_height) = (u64::from(frame.0), u64::from(frame.1));
    let nearest = |side: u64, by: u64, over: u64| (side * by + over / 2) / over;
    let (width, height) = if across * frame_height > down * frame_width {
        (frame_width, nearest(frame_width, down, across).clamp(1, frame_height))
    } else {
        (nearest(frame_height, across, down).clamp(1, frame_width), frame_height)
    };
    let pixels = |side: u64| u32::try_from(side).unwrap_or(u32::MAX);
    let (x, y) = (pixels((frame_width - width) / 2), pixels((frame_height - height) / 2));
    let region = Region { x, y, width: pixels(width), height: pixels(height) };
    (region.width < frame.0 || region.height < frame.1).then_some(region)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::plan_of;
    use crate::planner::tests::{add_shot, card, done, take};
    use kinora_project::{BoardEdit, Edit, Handles, ShotId};
    use kinora_time::{FLICKS_PER_SECOND, TimeRange};

    fn twelfths(count: i64) -> Flicks {
        Flicks(count * FLICKS_PER_SECOND / 12)
    }

    fn set(project: &mut Project, shot: ShotId, handles: (i64, i64), passages: Vec<Passage>) {
        let handles = Handles { head: twelfths(handles.0), tail: twelfths(handles.1) };
        done(project, Edit::Board(BoardEdit::SetPassages { shot, handles, passages }));
    }

    #[test]
    fn a_shot_goes_on_from_the_last_pictures_of_a_take() {
        let mut project = Project::default();
        let (before, after) = (add_shot(&mut project, "a red car", 2), add_shot(&mut project, "", 1));
        let first = take(&mut project, before, 24);
        let range = TimeRange::between(twelfths(15), twelfths(24));
        set(&mut project, after, (9, 0), vec![Passage::kept(Flicks(0), PassageSource::Take(first), range)]);
        let plan = plan_of(&project, after, &card()).unwrap().plan;
        assert_eq!((plan.frames, plan.known.len()), (21, 9));
        let id = project.arrived.takes[&first].plan.id().unwrap();
        let shown: Vec<_> = plan.known.iter().map(|k| (k.frame, k.picture == id, k.level)).collect();
        assert_eq!(shown, (0..9).map(|frame| (frame, true, 0.0)).collect::<Vec<_>>());
        // In the middle of the take's sixteenth frame.
        assert_eq!(plan.known[0].time, Some(Flicks(twelfths(15).0 + FLICKS_PER_SECOND / 48)));
    }

    #[test]
    fn where_passages_overlap_the_clearer_one_is_known() {
        let mut project = Project::default();
        let (one, two) = (add_shot(&mut project, "a red car", 1), add_shot(&mut project, "a boat", 1));
        let (a, b) = (take(&mut project, one, 12), take(&mut project, two, 12));
        let blend = add_shot(&mut project, "a car and a boat", 1);
        let all = TimeRange::between(Flicks(0), twelfths(12));
        let (out, into) = (vec![(Flicks(0), 0), (twelfths(6), 1000)], vec![(twelfths(6), 1000), (twelfths(11), 0)]);
        let passages = vec![
            Passage { influence: out, ..Passage::kept(Flicks(0), PassageSource::Take(a), all) },
            Passage { influence: into, ..Passage::kept(Flicks(0), PassageSource::Take(b), all) },
        ];
        set(&mut project, blend, (0, 0), passages);
        let plan = plan_of(&project, blend, &card()).unwrap().plan;
        let frames: Vec<u32> = plan.known.iter().map(|known| known.frame).collect();
        assert_eq!(frames, [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11]);
        assert!(plan.known[5].picture != plan.known[6].picture);
        assert!((plan.known[1].level - 0.166).abs() < 1e-9, "{}", plan.known[1].level);
    }

    #[test]
    fn what_is_extended_lies_in_the_middle() {
        let region = |shape| contained(shape, (96, 56)).map(|r| (r.x, r.y, r.width, r.height));
        assert_eq!(region((56, 96)), Some((31, 0, 33, 56)));
        assert_eq!(region((400, 100)), Some((0, 16, 96, 24)));
        assert_eq!(region((960, 560)), None);
    }
}
