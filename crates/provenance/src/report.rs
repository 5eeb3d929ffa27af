//! The report: what a file says about its origin, and how far to believe it.
//!
//! Deliberately not here: how it is found out (`verify.rs`), the same in sentences (`words.rs`).

use serde::Serialize;
use serde_json::Value;

pub(crate) const SHA256_URN: &str = "urn:sha256:";
pub(crate) const IPTC_SOURCE_TYPES: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/";

/// Everything that a file says about its origin, and how far to believe it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// True if the file carries a manifest, be it a good or a broken one.
    pub signed: bool,
    /// Whether the signature is genuine and whose it is.
    pub signature: SignatureState,
    /// Whether the file is still what was signed.
    pub content: ContentState,
    /// Who signed, in the certificate's words.
    pub signer: Option<Signer>,
    /// When the clip was made, as the signer says: RFC 3339.
    pub when: Option<String>,
    /// The program that wrote the manifest.
    pub generator: Option<Software>,
    /// The model that made the pictures.
    pub model: Option<Model>,
    /// The IPTC digital source type, in full, of the action that made the content.
    pub source_type: Option<String>,
    /// True if the file itself declares that a model made it, or part of it.
    pub generated_declared: bool,
    /// The generation plan.
    pub plan: Option<Value>,
    /// What went in, the model included.
    pub ingredients: Vec<Ingredient>,
    /// What was done, in order, such as `c2pa.created`.
    pub actions: Vec<String>,
    /// The manifest's own name.
    pub manifest: Option<String>,
    /// What the C2PA library found, in its own codes.
    pub codes: Codes,
}

/// Whether the signature is genuine and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", content = "reasons", rename_all = "snake_case")]
#[non_exhaustive]
pub enum SignatureState {
    /// The file isn't signed.
    Missing,
    /// Genuine, by a signer known here.
    Trusted,
    /// Genuine, but nobody here has said that this signer is known.
    UnknownSigner,
    /// The signer's certificate has expired and no time-stamp shows that it was valid at the time.
    Expired,
    /// Not genuine, with the codes of what failed.
    Invalid(Vec<String>),
}

/// Whether the file is still what was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", content = "reasons", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ContentState {
    /// The file isn't signed, or its manifest is too damaged to tell.
    Unknown,
    /// Every byte that the signature covers is as it was.
    Untouched,
    /// Changed since it was signed, with the codes of what differs.
    Changed(Vec<String>),
}

/// Who signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signer {
    /// The certificate's organisation.
    pub organisation: Option<String>,
    /// The certificate's common name.
    pub common_name: Option<String>,
}

/// A program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Software {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
}

/// The model that a file names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// SHA-256 of its weights.
    pub sha256: Option<String>,
}

/// Something that went into the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ingredient {
    /// Its name.
    pub title: Option<String>,
    /// Its MIME type.
    pub format: Option<String>,
    /// `inputTo`, `parentOf` or `componentOf`.
    pub relationship: String,
    /// SHA-256 of its bytes.
    pub sha256: Option<String>,
    /// True for the model itself.
    pub is_model: bool,
    /// True if it came with a manifest of its own.
    pub signed: bool,
}

/// C2PA validation codes, sorted, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Codes {
    /// Checks that held.
    pub success: Vec<String>,
    /// Remarks.
    pub informational: Vec<String>,
    /// Checks that failed, also those about ingredients (`ingredient: …`).
    pub failure: Vec<String>,
}

impl Report {
    /// True if the file is signed, the signature is genuine (by a known signer or not), nothing was changed, and the file
    /// declares that a model made it.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.holds() && self.generated_declared
    }

    /// True if the file is signed, the signature is genuine (by a known signer or not) and nothing was changed, whatever the file says.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.signed
            && matches!(self.signature, SignatureState::Trusted | SignatureState::UnknownSigner)
            && self.content == ContentState::Untouched
    }

    pub(crate) fn unsigned() -> Self {
        Self {
            signed: false,
            signature: SignatureState::Missing,
            content: ContentState::Unknown,
            signer: None,
            when: None,
            generator: None,
            model: None,
            source_type: None,
            generated_declared: false,
            plan: None,
            ingredients: Vec::new(),
            actions: Vec::new(),
            manifest: None,
            codes: Codes::default(),
        }
    }

    pub(crate) fn damaged(reason: String) -> Self {
        let codes = Codes { failure: vec![reason.clone()], ..Codes::default() };
        Self { signed: true, signature: SignatureState::Invalid(vec![reason]), codes, ..Self::unsigned() }
    }
}
