//! A timeline that another editor wrote, as far as Kinora can show it, and what it can't.

use kinora_project::timeline::{Pace, TrackKind, Transition};
use kinora_time::{Flicks, FrameRate, TimeRange};
use std::collections::BTreeMap;

/// A timeline that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedTimeline {
    /// For people.
    pub name: String,
    /// The rate that its times are counted in, where it says.
    pub rate: Option<FrameRate>,
    /// Bottom to top.
    pub tracks: Vec<ImportedTrack>,
    /// Notes, by time.
    pub markers: Vec<(Flicks, String)>,
    /// What is in the file and not here, in words, and how often.
    pub not_modelled: Vec<String>,
}

/// A track that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedTrack {
    /// For people.
    pub name: String,
    /// What it holds.
    pub kind: TrackKind,
    /// From the beginning.
    pub items: Vec<ImportedItem>,
}

/// Something on a track that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedItem {
    /// For people.
    pub name: String,
    /// What it shows.
    pub content: ImportedContent,
    /// Where it begins in its source, and how long it is on the track.
    pub source_range: TimeRange,
    /// How it comes in from what is before it.
    pub transition: Option<Transition>,
    /// How fast it runs.
    pub pace: Pace,
    /// Whether it is neither seen nor heard.
    pub disabled: bool,
}

/// What an item shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportedContent {
    /// A file, by its address as it was written, and all that there is of it where that is known.
    File {
        /// A path, or a URL.
        url: String,
        /// All that there is of it.
        available_range: Option<TimeRange>,
    },
    /// Something whose file is not known.
    Unknown,
    /// Nothing.
    Gap,
}

/// Why a file is no timeline.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// It is no JSON, or no list.
    #[error("this is not {format} that can be read ({reason}); export it again")]
    NotRead {
        /// What it should be.
        format: &'static str,
        /// Where it stops to be it.
        reason: String,
    },
    /// There is no timeline in it.
    #[error("there is no timeline in this file, only {0}; export the timeline itself")]
    NoTimeline(String),
}

/// What was met and is not modelled, counted.
#[derive(Debug, Default)]
pub(crate) struct NotModelled(BTreeMap<String, usize>);

impl NotModelled {
    pub(crate) fn add(&mut self, what: impl Into<String>) {
        *self.0.entry(what.into()).or_default() += 1;
    }

    pub(crate) fn told(self) -> Vec<String> {
        self.0
            .into_iter()
            .map(|(what, count)| if count == 1 { what } else { format!("{what} ({count} times)") })
            .collect()
    }
}
