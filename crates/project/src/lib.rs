//! The document as a value: storyboard, cast, imported files, timelines, takes, every edit and its history. Deliberately not here:
//! files, jobs, selection, snapping, pictures.
//!
//! Every edit is a value that is done whole or refused with a reason. What jobs bring lies beside what people edit, so that undo
//! never takes a take away.

mod assembly;
pub mod cast;
pub mod conform;
mod edit;
mod flattened;
mod history;
mod ids;
mod invariants;
mod marks;
mod media;
#[cfg(test)]
mod notation;
mod passage;
mod project;
#[cfg(test)]
mod random;
mod seen;
mod settings;
mod storyboard;
mod take;
pub mod timeline;

pub use assembly::{ASSEMBLY, assembly, timeline_of};
pub use cast::{Cast, Member, MemberKind};
pub use edit::{
    BoardEdit, CastEdit, CutEdit, Edit, LONGEST_SHOT, MarkEdit, MediaEdit, NewItem, NewShot, NewTrack, NewTrackItem,
    Refused, TimelineEdit,
};
pub use flattened::flattened;
pub use history::{History, STEPS};
pub use ids::{
    CardId, IdSource, ItemId, LinkId, MarkerId, MediaId, MemberId, SceneId, ShotId, TakeId, TimelineId, TrackId,
};
pub use invariants::{Broken, check};
pub use marks::{MOST_STARS, Mark, Marks};
pub use media::{Media, MediaFacts, MediaFile, MediaKind};
pub use passage::{Handles, LONGEST_HANDLE, Passage, PassageSource, Reach};
pub use project::Project;
pub use seen::{Seen, Segment, seen};
pub use settings::Settings;
pub use storyboard::{Arrow, Card, CardContent, Field, Heading, Outline, Scene, Shot, Storyboard, Words};
pub use take::{Arrival, Arrived, Take};
