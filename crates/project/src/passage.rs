//! Pictures that a shot's takes are to have: a part of an imported film, of a still, or of another take, at a time, and how exactly. Every
//! tool that goes on from something says so with these.

use crate::timeline::{Crop, Thousandths};
use crate::{MediaId, Project, TakeId};
use kinora_time::{Flicks, TimeRange};
use serde::{Deserialize, Serialize};

/// What a shot's takes have before and behind the shot itself: pictures that it goes on from, and room for transitions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Handles {
    /// Before it.
    pub head: Flicks,
    /// Behind it.
    pub tail: Flicks,
}

/// The longest handle.
pub const LONGEST_HANDLE: Flicks = Flicks(2 * kinora_time::FLICKS_PER_SECOND);

impl Handles {
    /// Whether the takes are as long as the shot.
    #[must_use]
    pub fn are_none(&self) -> bool {
        *self == Self::default()
    }
}

/// Pictures that a take is to have from a time on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// When, from the take's first frame: handles count.
    pub at: Flicks,
    /// Of what.
    pub of: PassageSource,
    /// The part of it. Of a still only how long it is matters.
    pub range: TimeRange,
    /// How much is invented, at times from the passage's beginning, in between in proportion: 0 keeps its pictures exactly, 1000 forgets
    /// them. Nothing: 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub influence: Vec<(Flicks, Thousandths)>,
    /// How a picture of another shape is brought in.
    #[serde(default)]
    pub reach: Reach,
    /// What is cut off its pictures.
    #[serde(default, skip_serializing_if = "is_uncropped")]
    pub crop: Crop,
}

fn is_uncropped(crop: &Crop) -> bool {
    *crop == Crop::default()
}

/// Where a passage's pictures come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassageSource {
    /// An imported file.
    Media(MediaId),
    /// A take, in this model's frames: nothing is lost.
    Take(TakeId),
}

/// How a picture of another shape is brought into a frame that is generated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// It covers the frame; what sticks out is cut off.
    #[default]
    Fill,
    /// All of it is seen, with black around it.
    Fit,
    /// All of it is seen, and what is around it is generated.
    Extend,
}

impl Passage {
    /// A part that is kept exactly.
    #[must_use]
    pub fn kept(at: Flicks, of: PassageSource, range: TimeRange) -> Self {
        Self { at, of, range, influence: Vec::new(), reach: Reach::Fill, crop: Crop::default() }
    }

    /// The same, all of it at one level.
    #[must_use]
    pub fn at_level(self, level: Thousandths) -> Self {
        Self { influence: vec![(Flicks(0), level)], ..self }
    }

    /// How much is invented at a time from its beginning.
    #[must_use]
    pub fn level(&self, into: Flicks) -> Thousandths {
        let after = self.influence.iter().position(|(at, _)| *at > into);
        match (after, self.influence.last()) {
            (_, None) => 0,
            (None, Some((_, level))) => *level,
            (Some(0), _) => self.influence[0].1,
            (Some(next), _) => {
                let ((from, low), (to, high)) = (self.influence[next - 1], self.influence[next]);
                let part = i64::from(high - low) * (into.0 - from.0) / (to.0 - from.0).max(1);
                low + Thousandths::try_from(part).unwrap_or(0)
            }
        }
    }

    /// Whether it can be: it lasts, its levels are levels and in order, and something is left of its pictures.
    pub(crate) fn is_sound(&self) -> bool {
        let levels = self.influence.iter().all(|(_, level)| (0..=1000).contains(level));
        let order = self.influence.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let Crop { left, top, right, bottom } = self.crop;
        let sides =
            [left, top, right, bottom].iter().all(|side| *side >= 0) && left + right < 1000 && top + bottom < 1000;
        self.at.0 >= 0 && self.range.duration().0 > 0 && self.range.start().0 >= 0 && levels && order && sides
    }

    /// Whether what it shows is in the project.
    pub(crate) fn is_there(&self, project: &Project) -> bool {
        match self.of {
            PassageSource::Media(media) => project.media.files.contains_key(&media),
            PassageSource::Take(take) => project.arrived.takes.contains_key(&take),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_go_from_key_to_key() {
        let range = TimeRange::between(Flicks(0), Flicks(100));
        let kept = Passage::kept(Flicks(0), PassageSource::Take(TakeId(1)), range);
        let curve = Passage { influence: vec![(Flicks(10), 0), (Flicks(20), 1000)], ..kept.clone() };
        let level = |at| curve.level(Flicks(at));
        assert_eq!([level(0), level(10), level(15), level(20), level(99)], [0, 0, 500, 1000, 1000]);
        assert_eq!(kept.clone().at_level(350).level(Flicks(50)), 350);
        assert_eq!(kept.level(Flicks(50)), 0);
    }

    #[test]
    fn what_can_not_be_is_no_passage() {
        let of = PassageSource::Take(TakeId(1));
        let kept = Passage::kept(Flicks(0), of, TimeRange::between(Flicks(0), Flicks(100)));
        assert!(kept.is_sound());
        let changes: [fn(&mut Passage); 5] = [
            |p| p.at = Flicks(-1),
            |p| p.range = TimeRange::between(Flicks(5), Flicks(5)),
            |p| p.influence = vec![(Flicks(0), 1001)],
            |p| p.influence = vec![(Flicks(5), 0), (Flicks(5), 1)],
            |p| p.crop = Crop { left: 600, right: 400, ..Crop::default() },
        ];
        for (index, change) in changes.into_iter().enumerate() {
            let mut wrong = kept.clone();
            change(&mut wrong);
            assert!(!wrong.is_sound(), "change {index}");
        }
    }
}
