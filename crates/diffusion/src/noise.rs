//! Gaussian noise that depends on the seed and the place alone, not on threads, order or device.
//!
//! Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011) gives four 32-bit words for each
//! counter; pairs of words become pairs of normal deviates (Box and Muller, 1958). Logarithm and cosine come from `libm`, so
//! that every system draws the same bits.

use candle_core::{Device, Result, Shape, Tensor};
use rayon::prelude::*;

const ROUNDS: u32 = 10;
const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// Four words for one counter.
#[must_use]
pub fn philox4x32(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for round in 0..ROUNDS {
        if round > 0 {
            key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
        }
        let (a, b) =
            (u64::from(MULTIPLIERS[0]) * u64::from(counter[0]), u64::from(MULTIPLIERS[1]) * u64::from(counter[2]));
        let ([a_low, a_high], [b_low, b_high]) = (halves(a), halves(b));
        counter = [b_high ^ counter[1] ^ key[0], b_low, a_high ^ counter[3] ^ key[1], a_low];
    }
    counter
}

#[allow(clippy::cast_possible_truncation)]
fn halves(word: u64) -> [u32; 2] {
    [word as u32, (word >> 32) as u32]
}

/// Standard normal noise. `stream` separates draws of one seed (the windows of a long clip).
///
/// # Errors
/// If the device can't take the tensor.
pub fn normal(seed: u64, stream: u64, shape: impl Into<Shape>, device: &Device) -> Result<Tensor> {
    let shape = shape.into();
    let mut values = vec![0f32; shape.elem_count()];
    values.par_chunks_mut(4).enumerate().for_each(|(index, four)| {
        let [low, high] = halves(index as u64);
        let [stream_low, stream_high] = halves(stream);
        let words = philox4x32([low, high, stream_low, stream_high], halves(seed));
        let normals = [box_muller(words[0], words[1]), box_muller(words[2], words[3])].concat();
        four.copy_from_slice(&normals[..four.len()]);
    });
    Tensor::from_vec(values, shape, device)
}

#[allow(clippy::cast_possible_truncation)]
fn box_muller(a: u32, b: u32) -> [f32; 2] {
    let uniform = |word: u32| (f64::from(word) + 0.5) / 4_294_967_296.0; // never 0, never 1
    let radius = libm::sqrt(-2.0 * libm::log(uniform(a)));
    let (sin, cos) = libm::sincos(std::f64::consts::TAU * uniform(b));
    [(radius * cos) as f32, (radius * sin) as f32]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known answers of Random123's kat_vectors.
    #[test]
    fn philox_gives_its_known_answers() {
        assert_eq!(philox4x32([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox4x32([u32::MAX; 4], [u32::MAX; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox4x32([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn noise_is_normal_and_depends_on_seed_and_stream() {
        let draw = |seed, stream| normal(seed, stream, 40_001, &Device::Cpu).unwrap().to_vec1::<f32>().unwrap();
        let values = draw(7, 0);
        let mean = values.iter().sum::<f32>() / values.len() as f32;
        let variance = values.iter().map(|v| v * v).sum::<f32>() / values.len() as f32;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "{mean} {variance}");
        assert_eq!(values, draw(7, 0));
        assert_ne!(values, draw(8, 0));
        assert_ne!(values, draw(7, 1));
    }

    #[test]
    fn a_place_has_its_noise_whatever_the_length() {
        let short = normal(3, 0, 10, &Device::Cpu).unwrap().to_vec1::<f32>().unwrap();
        let long = normal(3, 0, 1000, &Device::Cpu).unwrap().to_vec1::<f32>().unwrap();
        assert_eq!(short[..], long[..10]);
    }
}
