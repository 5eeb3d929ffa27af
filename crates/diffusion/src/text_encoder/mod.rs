//! The UMT5 text encoder: T5's encoder (arXiv 1910.10683) with gated feed-forwards and, as UMT5 has it (arXiv 2304.09151),
//! relative position biases of every layer's own. Parameter paths mirror `UMT5EncoderModel` of transformers.
//!
//! Deliberately not here: T5's decoder, and what a pipeline does with the result (Wan zeroes the rows of padding).

mod tokenizer;

pub use tokenizer::{Tokenizer, TokenizerError};

use candle_core::{D, DType, Device, Result, Tensor};
use candle_nn::{Linear, Module, VarBuilder};
use serde::Deserialize;

/// The checkpoint's `config.json`; keys that an encoder has no use for are ignored.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Config {
    /// Tokens in the vocabulary.
    pub vocab_size: usize,
    /// Width of the model, and of its output.
    pub d_model: usize,
    /// Width of one head; `d_kv · num_heads` need not be `d_model`.
    pub d_kv: usize,
    /// Width inside the feed-forward.
    pub d_ff: usize,
    /// Layers of the encoder.
    pub num_layers: usize,
    /// Attention heads.
    pub num_heads: usize,
    /// Buckets that distances between tokens fall into, half of them for each direction.
    #[serde(default = "default_num_buckets")]
    pub relative_attention_num_buckets: usize,
    /// Distance in tokens from which on everything shares the last bucket.
    #[serde(default = "default_max_distance")]
    pub relative_attention_max_distance: usize,
    /// Added to the mean square before the root.
    #[serde(default = "default_epsilon")]
    pub layer_norm_epsilon: f64,
    /// `gated-gelu`, the only one that UMT5 checkpoints have.
    #[serde(default = "default_feed_forward")]
    pub feed_forward_proj: String,
}

fn default_num_buckets() -> usize {
    32
}

fn default_max_distance() -> usize {
    128
}

fn default_epsilon() -> f64 {
    1e-6
}

fn default_feed_forward() -> String {
    "gated-gelu".to_owned()
}

/// Layer norm without mean and bias, computed in f32; gives the weight's own type.
struct RmsNorm {
    weight: Tensor,
    epsilon: f64,
}

impl RmsNorm {
    fn load(config: &Config, vb: VarBuilder) -> Result<Self> {
        Ok(Self { weight: vb.get(config.d_model, "weight")?, epsilon: config.layer_norm_epsilon })
    }
}

impl Module for RmsNorm {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let x = x.to_dtype(DType::F32)?;
        let mean_square = x.sqr()?.mean_keepdim(D::Minus1)?;
        let x = x.broadcast_div(&(mean_square + self.epsilon)?.sqrt()?)?;
        x.to_dtype(self.weight.dtype())?.broadcast_mul(&self.weight)
    }
}

/// What all layers share for one batch of prompts.
struct Context {
    /// (tokens, tokens) u32: for a query (row) and a key (column) the bucket of their distance.
    buckets: Tensor,
    /// (batch, 1, 1, tokens) f32: 0 for real keys, the least finite number for padding.
    mask: Option<Tensor>,
}

struct SelfAttention {
    q: Linear,
    k: Linear,
    v: Linear,
    o: Linear,
    relative_attention_bias: Tensor, // (buckets, heads)
    heads: usize,
    head_dim: usize,
}

impl SelfAttention {
    fn load(config: &Config, vb: VarBuilder) -> Result<Self> {
        let inner = config.num_heads * config.d_kv;
        let project = |name: &str| candle_nn::linear_no_bias(config.d_model, inner, vb.pp(name));
        Ok(Self {
            q: project("q")?,
            k: project("k")?,
            v: project("v")?,
            o: candle_nn::linear_no_bias(inner, config.d_model, vb.pp("o"))?,
            relative_attention_bias: vb
                .pp("relative_attention_bias")
                .get((config.relative_attention_num_buckets, config.num_heads), "weight")?,
            heads: config.num_heads,
            head_dim: config.d_kv,
        })
    }

    fn split_heads(&self, x: &Tensor) -> Result<Tensor> {
        let (batch, tokens, _) = x.dims3()?;
        x.reshape((batch, tokens, self.heads, self.head_dim))?.transpose(1, 2)?.contiguous()
    }

    /// `x`: (batch, tokens, d_model). Scores are not scaled: T5 folds that into its weights.
    fn forward(&self, x: &Tensor, context: &Context) -> Result<Tensor> {
        let q = self.split_heads(&self.q.forward(x)?)?; // (batch, heads, tokens, head_dim)
        let k = self.split_heads(&self.k.forward(x)?)?;
        let v = self.split_heads(&self.v.forward(x)?)?;
        let (tokens, _) = context.buckets.dims2()?;
        let bias = self
            .relative_attention_bias
            .to_dtype(DType::F32)?
            .index_select(&context.buckets.flatten_all()?, 0)?
            .reshape((1, tokens, tokens, self.heads))?
            .permute((0, 3, 1, 2))?; // (1, heads, tokens, tokens)
        let scores = q.matmul(&k.t()?)?.to_dtype(DType::F32)?.broadcast_add(&bias)?;
        let scores = match &context.mask {
            Some(mask) => scores.broadcast_add(mask)?,
            None => scores,
        };
        let weights = candle_nn::ops::softmax_last_dim(&scores.contiguous()?)?.to_dtype(v.dtype())?;
        let y = weights.matmul(&v)?.transpose(1, 2)?.flatten_from(2)?; // (batch, tokens, heads · head_dim)
        self.o.forward(&y)
    }
}

struct FeedForward {
    wi_0: Linear,
    wi_1: Linear,
    wo: Linear,
}

impl FeedForward {
    fn load(config: &Config, vb: VarBuilder) -> Result<Self> {
        Ok(Self {
            wi_0: candle_nn::linear_no_bias(config.d_model, config.d_ff, vb.pp("wi_0"))?,
            wi_1: candle_nn::linear_no_bias(config.d_model, config.d_ff, vb.pp("wi_1"))?,
            wo: candle_nn::linear_no_bias(config.d_ff, config.d_model, vb.pp("wo"))?,
        })
    }
}

impl Module for FeedForward {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        // candle's `gelu` is the tanh form. The product is kept finite in f16, whose range T5 is known to leave.
        let gate = self.wi_0.forward(x)?.to_dtype(DType::F32)?.gelu()?;
        let product = (gate * self.wi_1.forward(x)?.to_dtype(DType::F32)?)?;
        let product = if x.dtype() == DType::F16 { product.clamp(-65504f32, 65504f32)? } else { product };
        self.wo.forward(&product.to_dtype(x.dtype())?)
    }
}

struct Block {
    attention_norm: RmsNorm,
    attention: SelfAttention,
    feed_forward_norm: RmsNorm,
    feed_forward: FeedForward,
}

impl Block {
    fn load(config: &Config, vb: VarBuilder) -> Result<Self> {
        let (attention, feed_forward) = (vb.pp("layer.0"), vb.pp("layer.1"));
        Ok(Self {
            attention_norm: RmsNorm::load(config, attention.pp("layer_norm"))?,
            attention: SelfAttention::load(config, attention.pp("SelfAttention"))?,
            feed_forward_norm: RmsNorm::load(config, feed_forward.pp("layer_norm"))?,
            feed_forward: FeedForward::load(config, feed_forward.pp("DenseReluDense"))?,
        })
    }

    /// `x`: (batch, tokens, d_model) f32; the residual stream stays f32 whatever the weights are.
    fn forward(&self, x: &Tensor, context: &Context) -> Result<Tensor> {
        let y = self.attention.forward(&self.attention_norm.forward(x)?, context)?;
        let x = (x + y.to_dtype(DType::F32)?)?;
        let y = self.feed_forward.forward(&self.feed_forward_norm.forward(&x)?)?;
        x + y.to_dtype(DType::F32)?
    }
}

/// A UMT5 encoder with its weights.
pub struct TextEncoder {
    shared: Tensor, // (vocabulary, d_model)
    blocks: Vec<Block>,
    final_layer_norm: RmsNorm,
    num_buckets: usize,
    max_distance: usize,
}

impl TextEncoder {
    /// Takes the weights at the root of the checkpoint, in the type that `vb` was made with (f32, bf16 or f16).
    ///
    /// # Errors
    /// A weight that is missing or of another shape, or a configuration that is no UMT5.
    pub fn load(config: &Config, vb: VarBuilder) -> Result<Self> {
        if config.feed_forward_proj != "gated-gelu" {
            candle_core::bail!("feed_forward_proj is {}, but UMT5 has gated-gelu", config.feed_forward_proj);
        }
        let exact = config.relative_attention_num_buckets / 4;
        if exact == 0 || config.relative_attention_max_distance <= exact {
            candle_core::bail!(
                "relative_attention_num_buckets ({}) needs to be 4 or more, and relative_attention_max_distance ({}) \
                 more than a quarter of it",
                config.relative_attention_num_buckets,
                config.relative_attention_max_distance
            );
        }
        let shared = if vb.contains_tensor("shared.weight") { "shared" } else { "encoder.embed_tokens" };
        let encoder = vb.pp("encoder");
        Ok(Self {
            shared: vb.pp(shared).get((config.vocab_size, config.d_model), "weight")?,
            blocks: (0..config.num_layers)
                .map(|index| Block::load(config, encoder.pp("block").pp(index)))
                .collect::<Result<_>>()?,
            final_layer_norm: RmsNorm::load(config, encoder.pp("final_layer_norm"))?,
            num_buckets: config.relative_attention_num_buckets,
            max_distance: config.relative_attention_max_distance,
        })
    }

    /// Encodes token ids. `ids`: (batch, tokens) u32. `mask`: (batch, tokens), 1 for real tokens and 0 for padding, any
    /// type; without it all tokens are real. Gives (batch, tokens, d_model) in the weights' type; rows of padding hold
    /// numbers without meaning.
    ///
    /// # Errors
    /// An id outside the vocabulary, shapes that don't fit, or what the device reports.
    pub fn forward(&self, ids: &Tensor, mask: Option<&Tensor>) -> Result<Tensor> {
        let (batch, tokens) = ids.dims2()?;
        let x = self.shared.index_select(&ids.flatten_all()?, 0)?;
        let mut x = x.reshape((batch, tokens, ()))?.to_dtype(DType::F32)?;
        let context = Context {
            buckets: buckets(tokens, self.num_buckets, self.max_distance, ids.device())?,
            mask: mask.map(|mask| padding_bias(mask, batch, tokens)).transpose()?,
        };
        for block in &self.blocks {
            x = block.forward(&x, &context)?;
        }
        self.final_layer_norm.forward(&x)
    }
}

fn padding_bias(mask: &Tensor, batch: usize, tokens: usize) -> Result<Tensor> {
    let real = mask.to_dtype(DType::F32)?.reshape((batch, 1, 1, tokens))?;
    // Finite, so that a row of nothing but padding has no NaN.
    (real - 1.)?.affine(f64::from(f32::MAX), 0.)
}

fn buckets(tokens: usize, num_buckets: usize, max_distance: usize, device: &Device) -> Result<Tensor> {
    let half = num_buckets / 2;
    let near: Vec<u32> = (0..tokens).map(|distance| bucket(distance, half, max_distance)).collect();
    let rows = (0..tokens).flat_map(|query| {
        let near = &near;
        (0..tokens).map(move |key| near[query.abs_diff(key)] + if key > query { half as u32 } else { 0 })
    });
    Tensor::from_iter(rows, device)?.reshape((tokens, tokens))
}

/// The bucket of a distance in one direction: every near distance has its own, far ones share logarithmically wider ones.
fn bucket(distance: usize, buckets: usize, max_distance: usize) -> u32 {
    let exact = buckets / 2;
    if distance < exact {
        return distance as u32;
    }
    let ratio = |far: usize| (far as f64 / exact as f64).ln();
    // The smallest addition: a distance that lies on a boundary belongs above it, also where rounding falls short.
    let further = ratio(distance) / ratio(max_distance) * (buckets - exact) as f64 + 1e-9;
    (exact + further as usize).min(buckets - 1) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn config() -> Config {
        let json = r#"{"vocab_size": 20, "d_model": 12, "d_kv": 5, "d_ff": 16, "num_layers": 2, "num_heads": 3}"#;
        serde_json::from_str(json).unwrap()
    }

    fn weights(config: &Config, embedding: &str) -> HashMap<String, Tensor> {
        let mut weights = HashMap::new();
        let mut seed = 0u32;
        let mut add = |name: String, rows: usize, columns: usize| {
            seed += 1;
            let scale = (columns as f32).powf(-0.5);
            let values = (0..rows * columns).map(|i| scale * ((i as f32 + seed as f32) * 12.9898).sin());
            let weight = Tensor::from_iter(values, &Device::Cpu).unwrap();
            let shape = if columns == 1 { vec![rows] } else { vec![rows, columns] };
            weights.insert(name, weight.reshape(shape).unwrap());
        };
        let (width, inner) = (config.d_model, config.num_heads * config.d_kv);
        add(embedding.into(), config.vocab_size, width);
        add("encoder.final_layer_norm.weight".into(), width, 1);
        for block in 0..config.num_layers {
            let path = format!("encoder.block.{block}.layer");
            for name in ["q", "k", "v"] {
                add(format!("{path}.0.SelfAttention.{name}.weight"), inner, width);
            }
            add(format!("{path}.0.SelfAttention.o.weight"), width, inner);
            add(format!("{path}.0.SelfAttention.relative_attention_bias.weight"), 32, config.num_heads);
            add(format!("{path}.0.layer_norm.weight"), width, 1);
            add(format!("{path}.1.layer_norm.weight"), width, 1);
            add(format!("{path}.1.DenseReluDense.wi_0.weight"), config.d_ff, width);
            add(format!("{path}.1.DenseReluDense.wi_1.weight"), config.d_ff, width);
            add(format!("{path}.1.DenseReluDense.wo.weight"), width, config.d_ff);
        }
        weights
    }

    fn encoder(dtype: DType, embedding: &str) -> TextEncoder {
        let config = config();
        let vb = VarBuilder::from_tensors(weights(&config, embedding), dtype, &Device::Cpu);
        TextEncoder::load(&config, vb).unwrap()
    }

    fn values(x: &Tensor) -> Vec<f32> {
        x.to_dtype(DType::F32).unwrap().flatten_all().unwrap().to_vec1().unwrap()
    }

    #[test]
    fn distances_fall_into_the_buckets_of_t5() {
        let cases = [(0, 0), (7, 7), (8, 8), (11, 8), (12, 9), (16, 10), (31, 11), (32, 12), (64, 14), (90, 14)];
        for (distance, expected) in cases.into_iter().chain([(91, 15), (128, 15), (9999, 15)]) {
            assert_eq!(bucket(distance, 16, 128), expected, "distance {distance}");
        }
        let table = buckets(3, 32, 128, &Device::Cpu).unwrap().to_vec2::<u32>().unwrap();
        assert_eq!(table, [[0, 17, 18], [1, 0, 17], [2, 1, 0]]);
    }

    #[test]
    fn padding_does_not_change_the_real_tokens() {
        let encoder = encoder(DType::F32, "shared.weight");
        let short = Tensor::new(&[[3u32, 7, 1]], &Device::Cpu).unwrap();
        let padded = Tensor::new(&[[3u32, 7, 1, 0, 0]], &Device::Cpu).unwrap();
        let mask = Tensor::new(&[[1u8, 1, 1, 0, 0]], &Device::Cpu).unwrap();
        let short = encoder.forward(&short, None).unwrap();
        let padded = encoder.forward(&padded, Some(&mask)).unwrap().narrow(1, 0, 3).unwrap();
        for (a, b) in values(&short).into_iter().zip(values(&padded)) {
            assert!((a - b).abs() < 1e-5, "{a} {b}");
        }
    }

    #[test]
    fn a_prompt_of_nothing_but_padding_stays_finite() {
        let encoder = encoder(DType::F32, "shared.weight");
        let ids = Tensor::zeros((1, 4), DType::U32, &Device::Cpu).unwrap();
        let y = encoder.forward(&ids, Some(&ids)).unwrap();
        assert!(values(&y).iter().all(|value| value.is_finite()));
    }

    #[test]
    fn the_embedding_may_carry_its_other_name() {
        let ids = Tensor::new(&[[3u32, 7, 1]], &Device::Cpu).unwrap();
        let a = encoder(DType::F32, "shared.weight").forward(&ids, None).unwrap();
        let b = encoder(DType::F32, "encoder.embed_tokens.weight").forward(&ids, None).unwrap();
        assert_eq!(values(&a), values(&b));
    }

    #[test]
    fn half_precision_weights_stay_close_to_f32() {
        let ids = Tensor::new(&[[3u32, 7, 12, 19, 1]], &Device::Cpu).unwrap();
        let exact = values(&encoder(DType::F32, "shared.weight").forward(&ids, None).unwrap());
        let norm = exact.iter().map(|value| value * value).sum::<f32>().sqrt();
        for (dtype, tolerance) in [(DType::BF16, 3e-2), (DType::F16, 3e-3)] {
            let y = encoder(dtype, "shared.weight").forward(&ids, None).unwrap();
            assert_eq!(y.dtype(), dtype);
            let off = values(&y).iter().zip(&exact).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt();
            assert!(off / norm < tolerance, "{dtype:?}: {}", off / norm);
        }
    }

    #[test]
    fn an_id_outside_the_vocabulary_is_an_error() {
        let ids = Tensor::new(&[[20u32]], &Device::Cpu).unwrap();
        assert!(encoder(DType::F32, "shared.weight").forward(&ids, None).is_err());
    }
}
