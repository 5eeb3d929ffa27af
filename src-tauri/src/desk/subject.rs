//! What a monitor looks at, apart from the time, as a timeline: that of a take or file has this one thing on it.

use kinora_project::timeline::{Content, Timeline};
use kinora_project::{MediaId, Project, TakeId, TimelineId, timeline_of};
use kinora_studio::planner::{alone, single};
use kinora_time::{FLICKS_PER_SECOND, Flicks, TimeRange};
use kinora_ui::Looking;

/// How long a picture that stands still is looked at.
const STILL: Flicks = Flicks(5 * FLICKS_PER_SECOND);

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Timeline(TimelineId),
    Take(TakeId),
    Media(MediaId),
}

impl Subject {
    /// What is looked at, and when in it.
    pub(super) fn of(looking: Looking, project: &Project) -> (Self, Flicks) {
        match looking {
            Looking::Timeline(timeline, frame) => {
                (Self::Timeline(timeline), project.settings.rate.frame_start(i64::from(frame)))
            }
            Looking::Take(take, at) => (Self::Take(take), at),
            Looking::Media(media, at) => (Self::Media(media), at),
        }
    }

    /// The timeline that shows it.
    pub(super) fn timeline(self, project: &Project) -> Option<Timeline> {
        match self {
            Self::Timeline(timeline) => timeline_of(project, timeline),
            Self::Take(id) => alone(project, id),
            Self::Media(id) => project.arrived.facts.get(&id).map(|facts| {
                let all = TimeRange::between(Flicks(0), if facts.duration.0 > 0 { facts.duration } else { STILL });
                single(Content::Clip { media: id, available_range: all }, all.duration())
            }),
        }
    }
}
