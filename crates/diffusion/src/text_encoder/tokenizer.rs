//! Prompts as token ids: the checkpoint's `tokenizer.json`, and the end token that T5 closes every prompt with.

use std::path::{Path, PathBuf};

/// The token that closes every prompt.
const END: &str = "</s>";

/// Why a prompt could not be turned into tokens.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenizerError {
    /// The file is missing, or holds no tokenizer.
    #[error("This is no tokenizer that can be read ({reason}): {}", .path.display())]
    Unreadable {
        /// The `tokenizer.json`.
        path: PathBuf,
        /// What the reader said.
        reason: String,
    },
    /// The vocabulary lacks `</s>`.
    #[error("The tokenizer's vocabulary has no {END}, so it is not a T5 tokenizer: {}", .path.display())]
    NoEnd {
        /// The `tokenizer.json`.
        path: PathBuf,
    },
    /// The text can't be encoded.
    #[error("The prompt could not be turned into tokens: {0}")]
    Encode(String),
}

/// The tokenizer of a T5 text encoder.
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    end: u32,
}

impl Tokenizer {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    /// [`TokenizerError::Unreadable`], [`TokenizerError::NoEnd`].
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, TokenizerError> {
        let path = path.as_ref();
        let unreadable = |reason: String| TokenizerError::Unreadable { path: path.to_owned(), reason };
        let bytes = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
        let mut inner = tokenizers::Tokenizer::from_bytes(bytes).map_err(|error| unreadable(error.to_string()))?;
        // Length is the caller's business; a file may carry what its last user had set.
        inner.with_padding(None);
        inner.with_truncation(None).map_err(|error| unreadable(error.to_string()))?;
        let end = inner.token_to_id(END).ok_or_else(|| TokenizerError::NoEnd { path: path.to_owned() })?;
        Ok(Self { inner, end })
    }

    /// Tokens of a prompt, `</s>` last. A prompt of more than `max_tokens` loses its tail but keeps `</s>`; no padding.
    ///
    /// # Errors
    /// [`TokenizerError::Encode`].
    pub fn encode(&self, text: &str, max_tokens: usize) -> Result<Vec<u32>, TokenizerError> {
        let encoding = self.inner.encode_fast(text, true).map_err(|error| TokenizerError::Encode(error.to_string()))?;
        let mut ids = encoding.get_ids().to_vec();
        if ids.last() == Some(&self.end) {
            ids.pop(); // of the file's own post-processor
        }
        ids.truncate(max_tokens.saturating_sub(1));
        ids.push(self.end);
        ids.truncate(max_tokens);
        Ok(ids)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A unigram tokenizer as T5 has it, with or without the post-processor that appends `</s>`.
    fn tokenizer(name: &str, appends_end: bool) -> Result<Tokenizer, TokenizerError> {
        let post_processor = if appends_end {
            r#"{"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "</s>", "type_id": 0}}], "pair": [],
                "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}}}"#
        } else {
            "null"
        };
        let json = format!(
            r#"{{"version": "1.0", "truncation": {{"direction": "Right", "max_length": 2, "strategy": "LongestFirst",
                "stride": 0}}, "padding": null, "added_tokens": [], "normalizer": null,
                "pre_tokenizer": {{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}},
                "post_processor": {post_processor}, "decoder": null,
                "model": {{"type": "Unigram", "unk_id": 2, "vocab": [["<pad>", 0.0], ["</s>", 0.0], ["<unk>", 0.0],
                ["▁a", -1.0], ["▁red", -1.0], ["▁kite", -2.0], ["▁", -3.0], ["s", -2.5]], "byte_fallback": false}}}}"#
        );
        let path = std::env::temp_dir().join(format!("kinora-tokenizer-{}-{name}.json", std::process::id()));
        std::fs::write(&path, json).unwrap();
        let tokenizer = Tokenizer::from_file(&path);
        std::fs::remove_file(&path).unwrap();
        tokenizer
    }

    #[test]
    fn every_prompt_ends_once_with_the_end_token() {
        for appends_end in [true, false] {
            let tokenizer = tokenizer(&format!("end-{appends_end}"), appends_end).unwrap();
            assert_eq!(tokenizer.encode("a red kites", 512).unwrap(), [3, 4, 5, 7, 1]);
            assert_eq!(tokenizer.encode("", 512).unwrap(), [1]);
        }
    }

    #[test]
    fn a_long_prompt_loses_its_tail_but_not_its_end() {
        let tokenizer = tokenizer("long", true).unwrap();
        assert_eq!(tokenizer.encode("a red kite a red kite", 4).unwrap(), [3, 4, 5, 1]);
        assert_eq!(tokenizer.encode("a red kite", 4).unwrap(), [3, 4, 5, 1]);
        assert_eq!(tokenizer.encode("a red kite", 1).unwrap(), [1]);
        assert_eq!(tokenizer.encode("a red kite", 0).unwrap(), [] as [u32; 0]);
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Tokenizer::from_file("/nowhere/tokenizer.json").err().unwrap();
        assert!(error.to_string().ends_with(": /nowhere/tokenizer.json"), "{error}");
    }
}
