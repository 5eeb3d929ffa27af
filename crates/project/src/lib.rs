//! The document as a value. Deliberately not here: files, jobs, selection, snapping, pictures.
//!
//! What stands: timelines, the edit verbs of OpenTimelineIO and lift, extract, link, unlink. Every edit either does what its
//! diagram shows or returns an error and leaves the timeline as it was.

mod ids;
pub mod timeline;

pub use ids::{IdSource, ItemId, LinkId, MediaId, ShotId, TakeId, TimelineId, TrackId};
