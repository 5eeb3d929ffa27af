//! Ids: newtypes over numbers that the document hands out in order, so that a replayed journal gives the same ones.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl From<u64> for $name {
            fn from(number: u64) -> Self {
                Self(number)
            }
        }
    )*};
}

ids! {
    /// A timeline.
    TimelineId,
    /// A track of a timeline.
    TrackId,
    /// Something on a track.
    ItemId,
    /// A note on a timeline.
    MarkerId,
    /// Items that are moved and cut together.
    LinkId,
    /// An imported file.
    MediaId,
    /// A scene of the storyboard.
    SceneId,
    /// Something at a time inside a shot.
    CardId,
    /// Somebody or something of the cast.
    MemberId,
    /// A shot of the storyboard.
    ShotId,
    /// A result for a shot.
    TakeId,
}

/// Where new ids come from. It is part of the document: the same edits give the same ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdSource(u64);

impl Default for IdSource {
    fn default() -> Self {
        Self(1)
    }
}

impl IdSource {
    /// The next id that will be given out.
    #[must_use]
    pub fn next<Id: From<u64>>(&self) -> Id {
        Id::from(self.0)
    }

    /// An id that none had before.
    pub fn fresh<Id: From<u64>>(&mut self) -> Id {
        let id = self.0;
        self.0 += 1;
        Id::from(id)
    }
}
