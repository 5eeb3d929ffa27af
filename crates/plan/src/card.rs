//! A model's card: what it is, what it can do, where it came from, and the hash of each of its files.

use crate::{Digest, Sampler};
use kinora_time::FrameRate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a model is, as written in `card.toml` beside its weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelCard {
    /// Short name, as in `--model`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Version of the weights.
    pub version: String,
    /// SPDX expression.
    pub licence: String,
    /// One or two sentences: what it is for.
    pub summary: String,
    /// What it can't do, a sentence each.
    pub limits: Vec<String>,
    /// The architecture in one line.
    pub architecture: String,
    /// Parameters of all parts together.
    pub parameters: u64,
    /// Sizes, length and rate it was trained on.
    pub native: Native,
    /// Settings that suit it.
    pub defaults: Defaults,
    /// How it was trained.
    pub training: Training,
    /// Words it knows, by subject: colours, places, motions, …
    #[serde(default)]
    pub words: BTreeMap<String, Vec<String>>,
    /// Its files with their hashes.
    pub files: Vec<CardFile>,
}

/// What the model was trained on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Native {
    /// One size an aspect ratio.
    pub sizes: Vec<NativeSize>,
    /// Frames of a window: 1 + a multiple of `frames_packed`.
    pub frames: u32,
    /// Frames that a window takes over from the one before.
    pub overlap: u32,
    /// Frames a second.
    pub rate: FrameRate,
    /// How frames become latents.
    pub latents: LatentLayout,
    /// Text tokens that the transformer sees at most.
    pub text_tokens: u32,
    /// What stands in for the words that a shorter prompt lacks.
    #[serde(default)]
    pub text_padding: TextPadding,
}

/// What a prompt shorter than the model's text is filled up with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextPadding {
    /// Zeros up to `text_tokens`, as Wan has it: the transformer attends to them too.
    #[default]
    Zeros,
    /// Nothing: the transformer attends to the words alone.
    None,
}

/// How frames become latents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LatentLayout {
    /// Four frames in the channels of one latent frame, pixels as they are; the first frame stands alone.
    PackedPixels,
}

impl LatentLayout {
    /// Frames in a latent frame, but for the first.
    #[must_use]
    pub fn packing(self) -> u32 {
        match self {
            Self::PackedPixels => 4,
        }
    }
}

/// A size the model was trained on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NativeSize {
    /// The aspect ratio's name: `16:9`.
    pub aspect: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// Settings that suit the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Defaults {
    /// How steps are taken.
    pub sampler: Sampler,
    /// Steps of a window.
    pub steps: u32,
    /// Shift of the noise schedule.
    pub shift: f64,
    /// Guidance scale.
    pub guidance: f64,
    /// Steps that are enough for a draft, without guidance, where the model was taught to take few.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub few_steps: Option<u32>,
}

impl Defaults {
    /// The guidance scale that goes with a number of steps.
    #[must_use]
    pub fn guidance_of(&self, steps: u32) -> f64 {
        if self.few_steps == Some(steps) { 1.0 } else { self.guidance }
    }

    /// The noise level from which a part of the steps is left, 0 to 1: where a clip begins whose `strength` of that much is invented, as
    /// image-to-image pipelines count it.
    #[must_use]
    pub fn level_of_strength(&self, strength: f64) -> f64 {
        self.shift * strength / (1.0 + (self.shift - 1.0) * strength)
    }

    /// The steps of a draft, where a finished take has `own`.
    #[must_use]
    pub fn draft_steps(&self, own: u32) -> u32 {
        self.few_steps.unwrap_or((own / 3).max(4)).min(own)
    }
}

/// Where the weights came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// What it learned from.
    pub data: String,
    /// Optimiser steps.
    pub steps: u64,
    /// Clips seen.
    pub samples: u64,
    /// Hours of training.
    pub hours: f64,
    /// The machine.
    pub machine: String,
}

/// A file of the model, relative to the card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardFile {
    /// Path with forward slashes, below the card's folder.
    pub path: String,
    /// Length.
    pub bytes: u64,
    /// Hash.
    pub sha256: Digest,
}

/// The card can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the model card is damaged: {0}")]
pub struct CardError(String);

impl ModelCard {
    /// Reads `card.toml`.
    ///
    /// # Errors
    /// [`CardError`] with the line that is wrong.
    pub fn from_toml(text: &str) -> Result<Self, CardError> {
        let card: Self = toml::from_str(text).map_err(|e| CardError(e.to_string()))?;
        if let Some(file) = card.files.iter().find(|f| !is_plain(&f.path)) {
            return Err(CardError(format!("{:?} leads out of the model's folder", file.path)));
        }
        if card.native.sizes.is_empty() || card.files.is_empty() {
            return Err(CardError("it names no size or no file".to_owned()));
        }
        Ok(card)
    }

    /// The identity of the weights: SHA-256 over the sorted lines `sha256  path`.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut lines: Vec<String> = self.files.iter().map(|f| format!("{}  {}\n", f.sha256, f.path)).collect();
        lines.sort();
        Digest::of(lines.concat().as_bytes())
    }

    /// The size for an aspect ratio.
    #[must_use]
    pub fn size(&self, aspect: &str) -> Option<&NativeSize> {
        self.native.sizes.iter().find(|s| s.aspect == aspect)
    }
}

fn is_plain(path: &str) -> bool {
    !path.is_empty() && !path.contains('\\') && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARD: &str = include_str!("../tests/card.toml");

    #[test]
    fn a_card_is_read() {
        let card = ModelCard::from_toml(CARD).unwrap();
        assert_eq!(card.size("16:9").map(|s| (s.width, s.height)), Some((96, 56)));
        assert!(card.size("5:4").is_none());
    }

    #[test]
    fn the_digest_depends_on_hashes_and_paths_alone() {
        let card = ModelCard::from_toml(CARD).unwrap();
        let mut other = card.clone();
        other.name = "Another name".to_owned();
        other.files.reverse();
        assert_eq!(other.digest(), card.digest());
        other.files[0].sha256 = Digest::of(b"changed");
        assert_ne!(other.digest(), card.digest());
    }

    #[test]
    fn a_path_out_of_the_folder_is_refused() {
        for path in ["../secret", "/etc/passwd", "a//b", "a\\\\b", ""] {
            let text = CARD.replace("transformer/weights.safetensors", path);
            assert!(ModelCard::from_toml(&text).is_err(), "{path}");
        }
    }
}
