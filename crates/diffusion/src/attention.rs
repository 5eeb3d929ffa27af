//! Attention in blocks of queries: the scores of a block exist, the matrix of all scores never does.
//!
//! Exact softmax attention (Rabe and Staats, arXiv 2112.05682): a block of queries sees all keys at once, so no running
//! maximum is needed and each row is summed in one fixed order, whatever the number of threads.

use crate::kernels::softmax;
use candle_core::{D, DType, Result, Tensor};

/// The most that the scores of a block may take.
const SCORE_BYTES: usize = 32 << 20;

/// `q`: (batch, heads, queries, width), `k`, `v`: (batch, heads, keys, width). Returns (batch, heads, queries, width).
/// Softmax runs in f32 whatever the type of the operands.
///
/// # Errors
/// If the shapes don't fit.
pub fn blocked(q: &Tensor, k: &Tensor, v: &Tensor) -> Result<Tensor> {
    let (batch, heads, queries, width) = q.dims4()?;
    let keys = k.dim(2)?;
    #[allow(clippy::cast_precision_loss)]
    let q = (q * (1.0 / (width as f64).sqrt()))?;
    let k = k.transpose(2, 3)?.contiguous()?;
    let v = v.contiguous()?;
    let row_bytes = batch * heads * keys * DType::F32.size_in_bytes();
    let block = (SCORE_BYTES / row_bytes.max(1)).clamp(16, queries.max(16));
    let mut rows = Vec::with_capacity(queries.div_ceil(block));
    for start in (0..queries).step_by(block) {
        let q = q.narrow(2, start, block.min(queries - start))?.contiguous()?;
        let scores = softmax(q.matmul(&k)?.to_dtype(DType::F32)?)?;
        rows.push(scores.to_dtype(v.dtype())?.matmul(&v)?);
    }
    if rows.len() == 1 { Ok(rows.swap_remove(0)) } else { Tensor::cat(&rows, D::Minus2) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::normal;
    use candle_core::Device;
    use candle_nn::ops::softmax_last_dim;

    #[test]
    fn blocks_give_what_the_whole_matrix_gives() {
        let draw = |stream, tokens| normal(1, stream, (1, 3, tokens, 16), &Device::Cpu).unwrap();
        let (q, k, v) = (draw(0, 3001), draw(1, 2900), draw(2, 2900));
        let whole =
            softmax_last_dim(&(q.matmul(&k.t().unwrap()).unwrap() * 0.25).unwrap()).unwrap().matmul(&v).unwrap();
        let blocks = blocked(&q, &k, &v).unwrap();
        let difference = (whole - blocks).unwrap().abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
        assert!(difference < 1e-6, "{difference}");
    }
}
