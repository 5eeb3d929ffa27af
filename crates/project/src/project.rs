//! The document: everything that is saved and can be undone, and beside it what jobs brought and the source of ids, which never
//! go back.

use crate::timeline::Timeline;
use crate::{
    Arrival, Arrived, Cast, IdSource, Marks, Media, Settings, Shot, ShotId, Storyboard, Take, TakeId, TimelineId,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A project. A clone shares all that no edit touched.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Project {
    /// What holds for all of it.
    pub settings: Arc<Settings>,
    /// Scenes and shots.
    pub storyboard: Arc<Storyboard>,
    /// People, places and props.
    pub cast: Arc<Cast>,
    /// Imported files.
    pub media: Arc<Media>,
    /// Cuts, in the order in which they were made. The Assembly is none of them: it is the storyboard's own order.
    pub timelines: Vec<Arc<Timeline>>,
    /// What people think of takes and files.
    #[serde(default, skip_serializing_if = "nothing_marked")]
    pub marks: Arc<Marks>,
    /// What jobs brought.
    #[serde(default)]
    pub arrived: Arc<Arrived>,
    /// Where ids come from.
    #[serde(default)]
    pub ids: IdSource,
}

fn nothing_marked(marks: &Arc<Marks>) -> bool {
    marks.is_empty()
}

impl Project {
    /// A timeline.
    #[must_use]
    pub fn timeline(&self, id: TimelineId) -> Option<&Timeline> {
        self.timelines.iter().find(|timeline| timeline.id == id).map(Arc::as_ref)
    }

    /// The take that a shot shows: the one that was chosen, or else the first that came and is more than a picture.
    #[must_use]
    pub fn circled(&self, shot: ShotId) -> Option<&Arc<Take>> {
        let chosen = self.storyboard.shot(shot).and_then(|shot| shot.circled);
        let chosen = chosen.and_then(|take| self.arrived.takes.get(&take));
        chosen.or_else(|| self.arrived.takes_of(shot).find(|take| !take.is_still()))
    }

    /// The shot that a take was made for, while it is on the board.
    #[must_use]
    pub fn shot_of(&self, take: TakeId) -> Option<&Shot> {
        self.storyboard.shot(self.arrived.takes.get(&take)?.shot)
    }

    /// With something that a job brought. Returns the id of a take.
    pub fn arrive(&mut self, arrival: Arrival) -> Option<TakeId> {
        let arrived = Arc::make_mut(&mut self.arrived);
        match arrival {
            Arrival::Take { shot, plan, made_at, job } => {
                let id: TakeId = self.ids.fresh();
                arrived.takes.insert(id, Arc::new(Take { id, shot, plan, made_at, job }));
                Some(id)
            }
            Arrival::Facts(media, facts) => {
                arrived.facts.insert(media, facts);
                None
            }
        }
    }

    /// An earlier state of the document, with all that has arrived since, and ids that none had before.
    #[must_use]
    pub fn restored(&self, earlier: &Self) -> Self {
        Self { arrived: self.arrived.clone(), ids: self.ids.clone(), ..earlier.clone() }
    }

    /// Whether two are the same but for ids to come and what jobs brought.
    #[must_use]
    pub fn same_document(&self, other: &Self) -> bool {
        self.restored(other) == *self
    }
}
