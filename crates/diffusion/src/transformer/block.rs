//! A block: self-attention over all tokens, cross-attention to text, feed-forward; the first and last are scaled, shifted and
//! gated by the timestep.

use super::{Config, Rope};
use crate::attention;
use crate::kernels::{self, gated, modulate};
use candle_core::{DType, Result, Tensor};
use candle_nn::{LayerNorm, Linear, Module, VarBuilder, linear};
use std::ops::Range;

/// Text for a range of tokens: (batch, text tokens, width).
type Texts = [(Range<usize>, Tensor)];

#[derive(Debug)]
pub struct Block {
    eps: f64,
    attn1: Attention,
    attn2: Attention,
    norm2: Option<LayerNorm>,
    ffn: (Linear, Linear),
    /// (1, 6, width), f32
    scale_shift_table: Tensor,
}

impl Block {
    pub fn load(config: &Config, vb: VarBuilder) -> Result<Self> {
        let width = config.width();
        let norm2 = if config.cross_attn_norm {
            let vb = vb.pp("norm2");
            let part = |name| vb.get(width, name)?.to_dtype(DType::F32);
            Some(LayerNorm::new(part("weight")?, part("bias")?, config.eps))
        } else {
            None
        };
        Ok(Self {
            eps: config.eps,
            attn1: Attention::load(config, vb.pp("attn1"))?,
            attn2: Attention::load(config, vb.pp("attn2"))?,
            norm2,
            ffn: (
                linear(width, config.ffn_dim, vb.pp("ffn.net.0.proj"))?,
                linear(config.ffn_dim, width, vb.pp("ffn.net.2"))?,
            ),
            scale_shift_table: vb.get((1, 6, width), "scale_shift_table")?.to_dtype(DType::F32)?,
        })
    }

    /// `x`: (batch, tokens, width); `table`: (batch, n, 6, width), n divides tokens.
    pub fn forward(&self, x: &Tensor, texts: &Texts, table: &Tensor, rope: &Rope) -> Result<Tensor> {
        let dtype = x.dtype();
        let table = self.scale_shift_table.unsqueeze(0)?.broadcast_add(&table.to_dtype(DType::F32)?)?;
        let part = |i: usize| table.narrow(2, i, 1)?.squeeze(2); // (batch, n, width)

        let y = modulate(x, &part(0)?, &part(1)?, self.eps)?.to_dtype(dtype)?;
        let x = gated(x, &self.attn1.to_self(&y, rope)?, &part(2)?)?;

        let y = if let Some(norm) = &self.norm2 {
            norm.forward(&x.to_dtype(DType::F32)?)?.to_dtype(dtype)?
        } else {
            x.clone()
        };
        let x = (&x + self.attn2.to_text(&y, texts)?)?;

        let y = modulate(&x, &part(3)?, &part(4)?, self.eps)?.to_dtype(dtype)?;
        let y = self.feed_forward(&y)?;
        gated(&x, &y, &part(5)?)
    }

    fn feed_forward(&self, x: &Tensor) -> Result<Tensor> {
        let (up, down) = &self.ffn;
        let inner = product(up, x)?;
        let inner = match up.bias() {
            Some(bias) => kernels::add_bias_gelu(inner, bias)?,
            None => inner.gelu()?,
        };
        linear_forward(down, &inner)
    }
}

/// A linear layer: on the processor the bias goes onto the product in place.
fn linear_forward(layer: &Linear, x: &Tensor) -> Result<Tensor> {
    let y = product(layer, x)?;
    layer.bias().map_or(Ok(y.clone()), |bias| kernels::add_bias(y, bias))
}

/// `x` times the layer's weight, without its bias.
fn product(layer: &Linear, x: &Tensor) -> Result<Tensor> {
    let (batch, tokens, width) = x.dims3()?;
    x.reshape((batch * tokens, width))?.matmul(&layer.weight().t()?)?.reshape((batch, tokens, layer.weight().dim(0)?))
}

/// Attention whose queries and keys are RMS-normalised over the whole width.
#[derive(Debug)]
struct Attention {
    heads: usize,
    eps: f64,
    q: Linear,
    k: Linear,
    v: Linear,
    out: Linear,
    norm_q: Tensor,
    norm_k: Tensor,
}

impl Attention {
    fn load(config: &Config, vb: VarBuilder) -> Result<Self> {
        let width = config.width();
        Ok(Self {
            heads: config.num_attention_heads,
            eps: config.eps,
            q: linear(width, width, vb.pp("to_q"))?,
            k: linear(width, width, vb.pp("to_k"))?,
            v: linear(width, width, vb.pp("to_v"))?,
            out: linear(width, width, vb.pp("to_out.0"))?,
            norm_q: vb.get(width, "norm_q.weight")?,
            norm_k: vb.get(width, "norm_k.weight")?,
        })
    }

    /// `x`: (batch, tokens, width).
    fn to_self(&self, x: &Tensor, rope: &Rope) -> Result<Tensor> {
        let q = rope.apply(&self.split(&self.normed(&linear_forward(&self.q, x)?, &self.norm_q)?)?)?;
        let k = rope.apply(&self.split(&self.normed(&linear_forward(&self.k, x)?, &self.norm_k)?)?)?;
        let v = self.split(&linear_forward(&self.v, x)?)?;
        linear_forward(&self.out, &merge(&attention::blocked(&q, &k, &v)?)?)
    }

    /// Each range of tokens sees its own text.
    fn to_text(&self, x: &Tensor, texts: &Texts) -> Result<Tensor> {
        let q = self.split(&self.normed(&linear_forward(&self.q, x)?, &self.norm_q)?)?;
        let mut parts = Vec::with_capacity(texts.len());
        for (tokens, text) in texts {
            let k = self.split(&self.normed(&linear_forward(&self.k, text)?, &self.norm_k)?)?;
            let v = self.split(&linear_forward(&self.v, text)?)?;
            parts.push(attention::blocked(&q.narrow(2, tokens.start, tokens.len())?, &k, &v)?);
        }
        let y = if parts.len() == 1 { parts.swap_remove(0) } else { Tensor::cat(&parts, 2)? };
        linear_forward(&self.out, &merge(&y)?)
    }

    #[allow(clippy::cast_possible_truncation)]
    fn normed(&self, x: &Tensor, weight: &Tensor) -> Result<Tensor> {
        candle_nn::ops::rms_norm(&x.contiguous()?, weight, self.eps as f32)
    }

    /// (batch, tokens, width) → (batch, heads, tokens, head_dim).
    fn split(&self, x: &Tensor) -> Result<Tensor> {
        let (batch, tokens, width) = x.dims3()?;
        x.reshape((batch, tokens, self.heads, width / self.heads))?.transpose(1, 2)
    }
}

/// (batch, heads, tokens, head_dim) → (batch, tokens, width).
fn merge(x: &Tensor) -> Result<Tensor> {
    x.transpose(1, 2)?.flatten_from(2)
}
