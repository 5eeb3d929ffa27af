//! The words of a prompt, or, where they must not travel with a file, only their hash.

use crate::Digest;
use serde::{Deserialize, Serialize};

/// A prompt as a plan holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromptText {
    /// The words themselves.
    Text(String),
    /// SHA-256 of the words in UTF-8: enough to check them when somebody brings them, not to read them.
    Sha256(Digest),
}

impl PromptText {
    /// The words, unless only their hash is here.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Sha256(_) => None,
        }
    }

    /// SHA-256 of the words in UTF-8.
    #[must_use]
    pub fn digest(&self) -> Digest {
        match self {
            Self::Text(text) => Digest::of(text.as_bytes()),
            Self::Sha256(digest) => *digest,
        }
    }

    /// The same prompt without its words. An empty prompt says nothing and stays.
    #[must_use]
    pub fn without_words(&self) -> Self {
        match self {
            Self::Text(text) if text.is_empty() => self.clone(),
            _ => Self::Sha256(self.digest()),
        }
    }
}

impl From<&str> for PromptText {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
