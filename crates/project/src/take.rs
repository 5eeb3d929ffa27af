//! What jobs bring: takes of shots, and facts about imported files. It is no part of what undo takes back.

use crate::{MediaFacts, MediaId, ShotId, TakeId};
use kinora_plan::GenerationPlan;
use kinora_time::Flicks;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One result for a shot. Its frames lie in the project's store under the plan's hash and the take's id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Take {
    /// Its id.
    pub id: TakeId,
    /// The shot that it was made for.
    pub shot: ShotId,
    /// What it was made from.
    pub plan: Arc<GenerationPlan>,
    /// When it was finished, in seconds of Unix time.
    pub made_at: u64,
    /// The job that made it: after a crash this tells that the job is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<u64>,
}

impl Take {
    /// How long it is at the project's frame rate: on twos, a model's 12 a second is the project's rate halved.
    #[must_use]
    pub fn duration(&self) -> Flicks {
        self.plan.rate.frame_start(i64::from(self.plan.frames))
    }

    /// Whether it is a single picture, made for a card: a shot doesn't show it unless it is chosen.
    #[must_use]
    pub fn is_still(&self) -> bool {
        self.plan.frames == 1
    }
}

/// Something that a job brought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    /// A take; its id is given out on arrival.
    Take {
        /// The shot.
        shot: ShotId,
        /// What it was made from.
        plan: Arc<GenerationPlan>,
        /// When it was finished, in seconds of Unix time.
        made_at: u64,
        /// The job that made it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        job: Option<u64>,
    },
    /// Facts about an imported file.
    Facts(MediaId, MediaFacts),
}

/// All that jobs brought.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Arrived {
    /// Takes, in the order in which they came.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub takes: BTreeMap<TakeId, Arc<Take>>,
    /// Facts about files.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<MediaId, MediaFacts>,
}

impl Arrived {
    /// A shot's takes, in the order in which they came.
    pub fn takes_of(&self, shot: ShotId) -> impl Iterator<Item = &Arc<Take>> {
        self.takes.values().filter(move |take| take.shot == shot)
    }
}
