//! The claim: what is said about a clip when it is signed.
//!
//! Deliberately not here: how it is written down (`sign.rs`). Whether it is true only the caller knows.

use crate::ProvenanceError;
use crate::report::{IPTC_SOURCE_TYPES, SHA256_URN};
use c2pa::DigitalSourceType;
use serde_json::Value;
use std::path::PathBuf;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The assertion that holds the generation plan, as CBOR.
pub const PLAN_LABEL: &str = "org.kinora.plan";

/// What is said about a clip.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The file's name as it is to be shown.
    pub title: String,
    /// MIME type: `video/mp4`, `video/quicktime` or `image/png`; others can only be signed beside ([`crate::sign_beside`]).
    pub format: String,
    /// Kinora's version.
    pub generator_version: String,
    /// The models that made the pictures: one at least, unless whatever was generated came in files of the user's, or nothing was. The
    /// first one stands for all where a format has room for one.
    pub models: Vec<ModelAgent>,
    /// How the pictures came to be.
    pub source: SourceKind,
    /// What was asked of the model. It travels in the file for ever: leave out what shall stay private. Whole numbers
    /// above `i64::MAX` can't be stored: write 64-bit numbers as text, as canonical plans do.
    pub plan: Value,
    /// The user's files that went in, in the plan's order.
    pub inputs: Vec<InputFile>,
    /// The takes that a film was cut from, in the order in which they appear; none for a single clip.
    pub takes: Vec<PlacedTake>,
    /// The user's files that are seen or heard in a film as they are, each with any manifest of its own.
    pub clips: Vec<InputFile>,
    /// True if the visible mark is in the picture.
    pub visible_mark: bool,
    /// When the clip was made, RFC 3339, such as `2026-11-24T09:00:00Z`.
    pub when: String,
}

/// A model, told apart by its weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelAgent {
    /// The model's name, such as `Kinora Sketch`.
    pub name: String,
    /// The model's version.
    pub version: String,
    /// SHA-256 of its weights, 64 hexadecimal digits.
    pub sha256: String,
}

impl ModelAgent {
    /// Names the model by its weights.
    pub(crate) fn urn(&self) -> String {
        format!("{SHA256_URN}{}", self.sha256.to_ascii_lowercase())
    }
}

/// A take in a film: pictures that a model made and that never left on their own, so they carry no manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedTake {
    /// What people call it, such as `Shot 1-2, take 1`.
    pub title: String,
    /// MIME type of the file that holds its frames.
    pub mime: String,
    /// SHA-256 of that file, 64 hexadecimal digits.
    pub sha256: String,
}

/// How the pictures came to be: the IPTC digital source type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// All of it from the model: `trainedAlgorithmicMedia`.
    Generated,
    /// The model worked from pictures of the user, which show in the result, or other pictures stand beside what a model made:
    /// `compositeWithTrainedAlgorithmicMedia`.
    GeneratedFromImage,
    /// No model of ours or of another who says so: files of the user's, put together. `composite`.
    PutTogether,
}

impl SourceKind {
    /// Whether it says that a model made the pictures, or some of them.
    #[must_use]
    pub fn is_generated(self) -> bool {
        self != Self::PutTogether
    }

    pub(crate) fn digital_source_type(self) -> DigitalSourceType {
        match self {
            Self::Generated => DigitalSourceType::TrainedAlgorithmicMedia,
            Self::GeneratedFromImage => DigitalSourceType::CompositeWithTrainedAlgorithmicMedia,
            Self::PutTogether => DigitalSourceType::Composite,
        }
    }

    pub(crate) fn uri(self) -> String {
        let name = match self {
            Self::Generated => "trainedAlgorithmicMedia",
            Self::GeneratedFromImage => "compositeWithTrainedAlgorithmicMedia",
            Self::PutTogether => "composite",
        };
        format!("{}{name}", IPTC_SOURCE_TYPES)
    }
}

/// A picture or clip of the user that went into the generation. Only its hash, its title and the manifest that it may
/// carry itself go into the signed file.
#[derive(Debug, Clone)]
pub struct InputFile {
    /// The file's name as it is to be shown.
    pub title: String,
    /// MIME type, such as `image/png`.
    pub mime: String,
    /// The file's bytes, unchanged, with any manifest of its own.
    pub source: InputSource,
}

/// Where the bytes of an [`InputFile`] are.
#[derive(Debug, Clone)]
pub enum InputSource {
    /// In memory.
    Bytes(Vec<u8>),
    /// On disk.
    Path(PathBuf),
}

impl Claim {
    pub(crate) fn check(&self) -> Result<(), ProvenanceError> {
        let refuse = |reason: String| Err(ProvenanceError::Claim(reason));
        if OffsetDateTime::parse(&self.when, &Rfc3339).is_err() {
            return refuse(format!("\"{}\" is no RFC 3339 time", self.when));
        }
        let generates = !(self.models.is_empty() && self.takes.is_empty() && self.inputs.is_empty());
        match self.source {
            SourceKind::PutTogether if generates => {
                return refuse("it says that nothing was generated, but names what was".to_owned());
            }
            SourceKind::PutTogether => {}
            SourceKind::GeneratedFromImage if !generates => {}
            SourceKind::Generated | SourceKind::GeneratedFromImage if self.models.is_empty() => {
                return refuse("it names no model".to_owned());
            }
            SourceKind::Generated | SourceKind::GeneratedFromImage => {}
        }
        let hashes = self.models.iter().map(|model| &model.sha256).chain(self.takes.iter().map(|take| &take.sha256));
        for sha256 in hashes {
            if sha256.len() != 64 || !sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return refuse(format!("\"{sha256}\" is no SHA-256"));
            }
        }
        if has_huge_integer(&self.plan) {
            return refuse("the plan holds a whole number above 2^63 - 1; write it as text".to_owned());
        }
        if self.source == SourceKind::GeneratedFromImage
            && self.inputs.is_empty()
            && self.takes.is_empty()
            && self.clips.is_empty()
        {
            return refuse("it says that pictures went in, but names none".to_owned());
        }
        Ok(())
    }
}

/// Formats that hold a manifest.
const HOLD_MANIFESTS: [&str; 3] = ["video/mp4", "video/quicktime", "image/png"];

impl Claim {
    /// Whether a file of its format can hold the manifest.
    pub(crate) fn check_embedded(&self) -> Result<(), ProvenanceError> {
        if HOLD_MANIFESTS.contains(&self.format.as_str()) {
            return Ok(());
        }
        Err(ProvenanceError::Claim(format!("\"{}\" files can't be signed; export MP4 or MOV", self.format)))
    }
}

/// True if CBOR, as the C2PA library writes it, can't hold one of the numbers.
fn has_huge_integer(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_u64() && !number.is_i64(),
        Value::Array(items) => items.iter().any(has_huge_integer),
        Value::Object(fields) => fields.values().any(has_huge_integer),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}
