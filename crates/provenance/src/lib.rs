//! Marks and signatures: the visible mark in the picture, and C2PA manifests that say how a clip was made, by which model,
//! from which pictures, and that it hasn't changed since.
//!
//! Nothing here opens a socket. Signing is the last thing that happens to a file: any remux drops the manifest.
//! Deliberately not here: writing video (`kinora-media`), what a plan means (`kinora-plan`), when to mark and sign
//! (`kinora-services`). No type of the C2PA library shows in this interface.

mod certificates;
mod claim;
mod error;
mod identity;
mod report;
mod sign;
mod trust;
mod verify;
mod visible_mark;
mod words;

pub use claim::{Claim, InputFile, InputSource, ModelAgent, PLAN_LABEL, PlacedTake, SourceKind};
pub use error::ProvenanceError;
pub use identity::SigningIdentity;
pub use report::{Codes, ContentState, Ingredient, Model, Report, SignatureState, Signer, Software};
pub use sign::{Signed, sign_beside, sign_file};
pub use trust::TrustAnchors;
pub use verify::verify_file;
pub use visible_mark::VisibleMark;
