//! The work between matrix products, on the processor: each a single pass over the data, vectorised for what the machine
//! has. On other devices, and for other number formats than f32, candle's own operations do the same.
//!
//! Every row is computed by one thread in a fixed order, without fused multiply-add, so bits depend neither on the number of
//! threads nor on the width of the machine's vectors.

use candle_core::{CpuStorage, CustomOp3, D, DType, InplaceOp1, InplaceOp2, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;
use std::sync::LazyLock;

/// Values that a thread takes at once.
const CHUNK: usize = 1 << 14;
/// Partial sums of a row: as many as the widest vector holds.
const LANES: usize = 16;

static ARCH: LazyLock<pulp::Arch> = LazyLock::new(pulp::Arch::new);

fn fused(x: &Tensor) -> bool {
    x.device().is_cpu() && x.dtype() == DType::F32 && x.is_contiguous()
}

/// Softmax over the last dimension, in f32. Overwrites `scores` where it can.
pub fn softmax(scores: Tensor) -> Result<Tensor> {
    if !fused(&scores) {
        return candle_nn::ops::softmax_last_dim(&scores.to_dtype(DType::F32)?);
    }
    scores.inplace_op1(&Softmax)?;
    Ok(scores)
}

/// `x + bias` over the last dimension. Overwrites `x` where it can.
pub fn add_bias(x: Tensor, bias: &Tensor) -> Result<Tensor> {
    if !fused(&x) {
        return x.broadcast_add(bias);
    }
    x.inplace_op2(bias, &Bias { gelu: false })?;
    Ok(x)
}

/// GELU of `x + bias`, by its tanh form (arXiv 1606.08415). Overwrites `x` where it can.
pub fn add_bias_gelu(x: Tensor, bias: &Tensor) -> Result<Tensor> {
    if !fused(&x) {
        return x.broadcast_add(bias)?.gelu();
    }
    x.inplace_op2(bias, &Bias { gelu: true })?;
    Ok(x)
}

/// Layer norm without weights, then `· (1 + scale) + shift`, in f32. `x`: (batch, tokens, width); `shift`, `scale`:
/// (batch, n, width), each for tokens / n neighbours.
#[allow(clippy::cast_possible_truncation)]
pub fn modulate(x: &Tensor, shift: &Tensor, scale: &Tensor, eps: f64) -> Result<Tensor> {
    let x = x.to_dtype(DType::F32)?.contiguous()?;
    let (shift, scale) = (shift.contiguous()?, scale.contiguous()?);
    if fused(&x) {
        return x.apply_op3_no_bwd(&shift, &scale, &Modulate { eps: eps as f32 });
    }
    let (batch, tokens, width) = x.dims3()?;
    let n = shift.dim(1)?;
    let (ones, zeros) = (scale.ones_like()?.narrow(1, 0, 1)?, scale.zeros_like()?.narrow(1, 0, 1)?);
    let one_row = |t: &Tensor| t.narrow(0, 0, 1)?.flatten_all()?.contiguous();
    let y = candle_nn::ops::layer_norm(&x, &one_row(&ones)?, &one_row(&zeros)?, eps as f32)?;
    let y = y.reshape((batch, n, tokens / n, width))?;
    let y = y.broadcast_mul(&(scale + 1.0)?.unsqueeze(2)?)?.broadcast_add(&shift.unsqueeze(2)?)?;
    y.reshape((batch, tokens, width))
}

/// `x + y · gate` in f32, returned in the type of `x`; `gate` as in [`modulate`].
pub fn gated(x: &Tensor, y: &Tensor, gate: &Tensor) -> Result<Tensor> {
    let (batch, tokens, width) = x.dims3()?;
    let (y, gate) = (y.contiguous()?, gate.contiguous()?);
    if fused(x) && fused(&y) {
        return x.apply_op3_no_bwd(&y, &gate, &Gated);
    }
    let n = gate.dim(1)?;
    let y = y.to_dtype(DType::F32)?.reshape((batch, n, tokens / n, width))?.broadcast_mul(&gate.unsqueeze(2)?)?;
    (x.to_dtype(DType::F32)? + y.reshape((batch, tokens, width))?)?.to_dtype(x.dtype())
}

/// e^x to about one unit in the last place, for x in −87 to 88 (clamped).
#[inline(always)]
fn exp(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0; // 1.5 · 2²³: adding it rounds to a whole number, which is then in the low bits
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    let x = x.clamp(-87.0, 88.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = (x - n * LN2_HIGH) - n * LN2_LOW;
    let tail = 1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0));
    let p = 1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * tail)));
    p * f32::from_bits((rounded.to_bits() << 23).wrapping_add(127 << 23))
}

/// 0.5·x·(1 + tanh(u)) = x / (1 + e^(−2u))
#[inline(always)]
fn gelu(x: f32) -> f32 {
    let u = 0.797_884_6 * (x + 0.044_715 * x * x * x);
    x / (1.0 + exp(-2.0 * u))
}

/// A sum whose order is fixed.
#[inline(always)]
fn sum(row: &[f32], value: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0f32; LANES];
    let (whole, rest) = row.as_chunks::<LANES>();
    for chunk in whole {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane += value(*x);
        }
    }
    for (lane, x) in lanes.iter_mut().zip(rest) {
        *lane += value(*x);
    }
    lanes.iter().sum()
}

#[inline(always)]
fn softmax_row(row: &mut [f32]) {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let (whole, rest) = row.as_chunks::<LANES>();
    for chunk in whole {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane = lane.max(*x);
        }
    }
    let most = lanes.iter().chain(rest).copied().fold(f32::NEG_INFINITY, f32::max);
    for x in row.iter_mut() {
        *x = exp(*x - most);
    }
    let scale = 1.0 / sum(row, |x| x);
    for x in row.iter_mut() {
        *x *= scale;
    }
}

#[allow(clippy::cast_precision_loss)]
#[inline(always)]
fn modulate_row(x: &[f32], shift: &[f32], scale: &[f32], eps: f32, out: &mut [f32]) {
    let width = x.len() as f32;
    let mean = sum(x, |v| v) / width;
    let variance = sum(x, |v| (v - mean) * (v - mean)) / width;
    let inverse = 1.0 / (variance + eps).sqrt();
    for (((out, x), shift), scale) in out.iter_mut().zip(x).zip(shift).zip(scale) {
        *out = (x - mean) * inverse * (1.0 + scale) + shift;
    }
}

fn values<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    let (start, end) = range(layout)?;
    Ok(&storage.as_slice::<f32>()?[start..end])
}

fn values_mut<'a>(storage: &'a mut CpuStorage, layout: &Layout) -> Result<&'a mut [f32]> {
    let (start, end) = range(layout)?;
    match storage {
        CpuStorage::F32(all) => Ok(&mut all[start..end]),
        _ => bail!("a fused operation takes f32"),
    }
}

fn range(layout: &Layout) -> Result<(usize, usize)> {
    match layout.contiguous_offsets() {
        Some(range) => Ok(range),
        None => bail!("a fused operation takes contiguous values"),
    }
}

struct Softmax;

impl InplaceOp1 for Softmax {
    fn name(&self) -> &'static str {
        "softmax"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let width = layout.shape().dim(D::Minus1)?;
        let rows = (CHUNK / width).max(1);
        values_mut(storage, layout)?.par_chunks_mut(width * rows).for_each(|rows| {
            ARCH.dispatch(
                #[inline(always)]
                || rows.chunks_exact_mut(width).for_each(softmax_row),
            );
        });
        Ok(())
    }
}

struct Bias {
    gelu: bool,
}

impl InplaceOp2 for Bias {
    fn name(&self) -> &'static str {
        "bias"
    }

    fn cpu_fwd(&self, x: &mut CpuStorage, layout: &Layout, bias: &CpuStorage, bias_layout: &Layout) -> Result<()> {
        let bias = values(bias, bias_layout)?;
        if layout.shape().dim(D::Minus1)? != bias.len() {
            bail!("a bias of {} for {:?}", bias.len(), layout.shape());
        }
        let rows = (CHUNK / bias.len()).max(1);
        values_mut(x, layout)?.par_chunks_mut(bias.len() * rows).for_each(|rows| {
            ARCH.dispatch(
                #[inline(always)]
                || {
                    for row in rows.chunks_exact_mut(bias.len()) {
                        if self.gelu {
                            row.iter_mut().zip(bias).for_each(|(x, b)| *x = gelu(*x + b));
                        } else {
                            row.iter_mut().zip(bias).for_each(|(x, b)| *x += b);
                        }
                    }
                },
            );
        });
        Ok(())
    }
}

/// Rows of `x` (batch, tokens, width), each with its row of a table (batch, n, width).
fn table_row(row: usize, tokens: usize, n: usize, width: usize) -> std::ops::Range<usize> {
    let start = (row / tokens * n + row % tokens / (tokens / n)) * width;
    start..start + width
}

fn table_shape(x: &Layout, table: &Layout) -> Result<(usize, usize, usize)> {
    let ((batch, tokens, width), (table_batch, n, table_width)) = (x.shape().dims3()?, table.shape().dims3()?);
    if batch != table_batch || width != table_width || n == 0 || !tokens.is_multiple_of(n) {
        bail!("a table of {:?} for {:?}", table.shape(), x.shape());
    }
    Ok((tokens, n, width))
}

struct Modulate {
    eps: f32,
}

impl CustomOp3 for Modulate {
    fn name(&self) -> &'static str {
        "modulate"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        shift: &CpuStorage,
        shift_layout: &Layout,
        scale: &CpuStorage,
        scale_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (tokens, n, width) = table_shape(x_layout, shift_layout)?;
        table_shape(x_layout, scale_layout)?;
        let (x, shift, scale) = (values(x, x_layout)?, values(shift, shift_layout)?, values(scale, scale_layout)?);
        let mut out = vec![0f32; x.len()];
        let rows = (CHUNK / width).max(1);
        out.par_chunks_mut(width * rows).enumerate().for_each(|(chunk, out)| {
            ARCH.dispatch(
                #[inline(always)]
                || {
                    for (i, out) in out.chunks_exact_mut(width).enumerate() {
                        let row = chunk * rows + i;
                        let table = table_row(row, tokens, n, width);
                        let x = &x[row * width..(row + 1) * width];
                        modulate_row(x, &shift[table.clone()], &scale[table], self.eps, out);
                    }
                },
            );
        });
        Ok((CpuStorage::F32(out), x_layout.shape().clone()))
    }
}

struct Gated;

impl CustomOp3 for Gated {
    fn name(&self) -> &'static str {
        "gated"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        y: &CpuStorage,
        y_layout: &Layout,
        gate: &CpuStorage,
        gate_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (tokens, n, width) = table_shape(x_layout, gate_layout)?;
        let (x, y, gate) = (values(x, x_layout)?, values(y, y_layout)?, values(gate, gate_layout)?);
        if x.len() != y.len() {
            bail!("{:?} and {:?} can't be added", x_layout.shape(), y_layout.shape());
        }
        let mut out = vec![0f32; x.len()];
        let rows = (CHUNK / width).max(1);
        out.par_chunks_mut(width * rows).enumerate().for_each(|(chunk, out)| {
            ARCH.dispatch(
                #[inline(always)]
                || {
                    for (i, out) in out.chunks_exact_mut(width).enumerate() {
                        let row = chunk * rows + i;
                        let at = row * width..(row + 1) * width;
                        let gate = &gate[table_row(row, tokens, n, width)];
                        for (((out, x), y), gate) in out.iter_mut().zip(&x[at.clone()]).zip(&y[at]).zip(gate) {
                            *out = x + y * gate;
                        }
                    }
                },
            );
        });
        Ok((CpuStorage::F32(out), x_layout.shape().clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::normal;
    use candle_core::Device;

    fn draw(stream: u64, shape: impl Into<Shape>) -> Tensor {
        normal(2, stream, shape, &Device::Cpu).unwrap()
    }

    /// ‖a − b‖ / ‖b‖
    fn error(a: &Tensor, b: &Tensor) -> f32 {
        let norm = |t: &Tensor| t.sqr().unwrap().sum_all().unwrap().sqrt().unwrap().to_scalar::<f32>().unwrap();
        norm(&(a - b).unwrap()) / norm(b)
    }

    #[test]
    fn exp_is_right_to_about_a_unit_in_the_last_place() {
        let worst = (-8600..8600).map(|i| i as f32 * 0.01).map(|x| {
            let right = libm::exp(f64::from(x));
            ((f64::from(exp(x)) - right) / right).abs()
        });
        assert!(worst.fold(0.0, f64::max) < 2.5e-7);
        assert_eq!(exp(0.0), 1.0);
        assert!(exp(f32::NEG_INFINITY) < 1e-37);
    }

    #[test]
    fn fused_operations_agree_with_candles() {
        let (x, bias) = ((draw(0, (2, 15, 37)) * 4.0).unwrap(), draw(1, 37));
        let copy = || x.copy().unwrap();
        assert!(error(&softmax(copy()).unwrap(), &candle_nn::ops::softmax_last_dim(&x).unwrap()) < 1e-6);
        let sum = x.broadcast_add(&bias).unwrap();
        assert!(error(&add_bias(copy(), &bias).unwrap(), &sum) < 1e-6);
        assert!(error(&add_bias_gelu(copy(), &bias).unwrap(), &sum.gelu().unwrap()) < 1e-6);
        for n in [1, 3, 15] {
            let (shift, scale, y) = (draw(2, (2, n, 37)), draw(3, (2, n, 37)), draw(4, (2, 15, 37)));
            // Doubles take candle's way.
            let wide = |t: &Tensor| t.to_dtype(DType::F64).unwrap();
            let narrow = |t: Tensor| t.to_dtype(DType::F32).unwrap();
            let mean = wide(&x).mean_keepdim(2).unwrap();
            let centred = wide(&x).broadcast_sub(&mean).unwrap();
            let variance = centred.sqr().unwrap().mean_keepdim(2).unwrap();
            let normed = centred.broadcast_div(&(variance + 1e-6).unwrap().sqrt().unwrap()).unwrap();
            let spread = |t: &Tensor| {
                let wide = wide(t).unsqueeze(2).unwrap().broadcast_as((2, n, 15 / n, 37)).unwrap();
                wide.contiguous().unwrap().reshape((2, 15, 37)).unwrap()
            };
            let right = ((normed * (spread(&scale) + 1.0).unwrap()).unwrap() + spread(&shift)).unwrap();
            assert!(error(&modulate(&x, &shift, &scale, 1e-6).unwrap(), &narrow(right)) < 1e-6, "n = {n}");
            let right = (wide(&x) + (wide(&y) * spread(&scale)).unwrap()).unwrap();
            assert!(error(&gated(&x, &y, &scale).unwrap(), &narrow(right)) < 1e-6, "n = {n}");
        }
    }

    #[test]
    fn shapes_that_do_not_fit_are_errors() {
        let x = draw(0, (2, 15, 37));
        assert!(add_bias(x.copy().unwrap(), &draw(1, 36)).is_err());
        assert!(modulate(&x, &draw(1, (2, 4, 37)), &draw(1, (2, 4, 37)), 1e-6).is_err());
        assert!(gated(&x, &x, &draw(1, (1, 1, 37))).is_err());
    }
}
