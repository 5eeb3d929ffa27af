//! What people think of takes and imported files: favourites, stars, and the folder of the library that they lie in.

use crate::{MediaId, TakeId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most that something can have.
pub const MOST_STARS: u8 = 5;

/// What somebody thinks of something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mark {
    /// Whether it is wanted again.
    pub favourite: bool,
    /// 0, for not judged, to [`MOST_STARS`].
    pub stars: u8,
    /// A folder of the library, as `skies/dusk`; empty: none.
    pub folder: String,
}

/// All marks; what nobody marked has none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Marks {
    /// Of takes.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub takes: BTreeMap<TakeId, Mark>,
    /// Of imported files.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub media: BTreeMap<MediaId, Mark>,
}

impl Marks {
    /// Whether nobody marked anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.takes.is_empty() && self.media.is_empty()
    }
}
