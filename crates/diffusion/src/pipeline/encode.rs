//! Words to embeddings: what the transformer attends to.

use crate::engine::Engine;
use crate::error::Result;
use candle_core::{DType, Tensor};
use kinora_plan::{PlanError, PromptSpan, PromptText, TextPadding};
use std::ops::Range;

/// The embedded words of some frames.
#[derive(Debug, Clone)]
pub struct EncodedPrompt {
    /// Frames of the clip.
    pub frames: Range<usize>,
    /// (1, text tokens, text width).
    pub prompt: Tensor,
    /// (1, text tokens, text width).
    pub negative: Tensor,
}

/// Embeds each span's prompt and negative prompt.
///
/// # Errors
/// If a prompt's words are not in the plan.
pub fn encode(engine: &Engine, spans: &[PromptSpan]) -> Result<Vec<EncodedPrompt>> {
    spans
        .iter()
        .map(|span| {
            Ok(EncodedPrompt {
                frames: span.start as usize..span.end as usize,
                prompt: embed(engine, &span.prompt)?,
                negative: embed(engine, &span.negative)?,
            })
        })
        .collect()
}

/// Embeddings of one text, filled up to the model's number of tokens where its card asks for it.
fn embed(engine: &Engine, text: &PromptText) -> Result<Tensor> {
    let words = text.text().ok_or(PlanError::WordsMissing)?;
    let length = engine.text_tokens;
    let reading = engine.read(words);
    let words = reading.as_ref().map_or(words, |reading| reading.text.as_str());
    let ids = engine.tokenizer.encode(words, length).map_err(candle_core::Error::wrap)?;
    let real = ids.len();
    let ids = Tensor::from_vec(ids, (1, real), &engine.device)?;
    let embedded = engine.text_encoder.forward(&ids, None)?.to_dtype(DType::F32)?;
    if real == length || engine.text_padding == TextPadding::None {
        return Ok(embedded);
    }
    Ok(embedded.pad_with_zeros(1, 0, length - real)?)
}
