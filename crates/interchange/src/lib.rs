//! Timelines for other editors: OpenTimelineIO (`otio`) with all tracks, and CMX 3600 (`edl`) with what is seen.
//!
//! Both are read too, with a list of what in them is not modelled; and boards of Storyboarder. All times that are written are whole frames of the project's rate.
//! Deliberately not here: the files that a timeline refers to; whoever writes one has made them and says where they lie.

mod edl;
mod edl_reader;
mod imported;
mod otio;
mod otio_reader;
#[cfg(test)]
mod sample;
mod storyboarder;

pub use edl::{Edl, edl};
pub use edl_reader::read_edl;
pub use imported::{ImportError, ImportedContent, ImportedItem, ImportedTimeline, ImportedTrack};
pub use otio::otio;
pub use otio_reader::read_otio;
pub use storyboarder::{StoryboardPanel, StoryboardShot, read_storyboarder};

use kinora_project::{MediaId, Project, Seen, TakeId};
use kinora_time::{Flicks, FrameRate};
use std::collections::BTreeMap;

/// Files that a timeline refers to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// Takes, at the project's rate.
    pub takes: BTreeMap<TakeId, FileRef>,
    /// Imported files.
    pub media: BTreeMap<MediaId, FileRef>,
}

/// A file, as the timeline names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRef {
    /// What people call it.
    pub name: String,
    /// Its address: absolute, or from the folder of the timeline's file.
    pub url: String,
    /// How long it is, in frames of the project's rate.
    pub frames: i64,
}

impl Files {
    fn of(&self, what: &Seen) -> Option<&FileRef> {
        match what {
            Seen::Take(take, _) => self.takes.get(take),
            Seen::Media(media, _) => self.media.get(media),
            Seen::Slug(_) | Seen::Title(_) | Seen::Nothing => None,
        }
    }
}

/// When something begins in its file.
fn start_of(what: &Seen) -> Flicks {
    match what {
        Seen::Take(_, run) | Seen::Media(_, run) => run.from,
        Seen::Slug(_) | Seen::Title(_) | Seen::Nothing => Flicks(0),
    }
}

/// What people call something that has no file.
fn name_of(project: &Project, what: &Seen) -> String {
    match what {
        Seen::Slug(shot) => match project.storyboard.number(*shot) {
            Some(number) => format!("Shot {number}"),
            None => "A shot that is not on the board any more".to_owned(),
        },
        Seen::Title(words) => words.clone(),
        Seen::Take(..) | Seen::Media(..) | Seen::Nothing => String::new(),
    }
}

/// The frame that begins at a time, or nearest to it.
fn frame_at(time: Flicks, rate: FrameRate) -> i64 {
    rate.nearest_frame(time)
}
