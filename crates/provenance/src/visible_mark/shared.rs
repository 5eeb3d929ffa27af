//! How much the mark leaves of samples that several pixels share: differences of colour in video files.
//!
//! The pixels are weighed as scalers weigh them when they make such samples from colours: by a Lanczos window of three lobes (Lanczos,
//! "Applied Analysis", 1956; Turkowski, "Filters for common resampling tasks", 1990), so that a mark drawn into finished samples looks
//! like one that was drawn before. Deliberately not here: where the mark lies, and how light it is.

use super::{VisibleMark, WHOLE, kept};
use std::ops::Range;

/// Lobes of the window to either side.
const LOBES: usize = 3;

/// What the mark leaves of each sample, in a rectangle outside of which it leaves everything.
#[derive(Debug, Clone)]
pub(super) struct SharedCover {
    pub(super) columns: Range<u32>,
    pub(super) rows: Range<u32>,
    /// Of `WHOLE` parts, rows top to bottom. At an edge it may be a little less than nothing, or more than everything: the window
    /// overshoots there, as it does in pictures.
    kept: Vec<i32>,
}

impl SharedCover {
    /// For samples that stand for `across` times `down` pixels each and lie on the left one, halfway down.
    pub(super) fn new(mark: &VisibleMark, across: u32, down: u32) -> Self {
        let (sideways, downwards) = (window(across, 0.0), window(down, f64::from(down - 1) / 2.0));
        let columns = seen(mark.left, mark.size.width, across);
        let rows = seen(mark.top, mark.size.height, down);
        let mut whole = vec![0; columns.len() * rows.len()];
        for (line, row) in whole.chunks_exact_mut(columns.len().max(1)).zip(rows.clone()) {
            for (sample, column) in line.iter_mut().zip(columns.clone()) {
                let mut sum = 0.0;
                for &(below, weight) in &downwards {
                    for &(beside, part) in &sideways {
                        sum += weight * part * mark.kept_at(column * across, beside, row * down, below);
                    }
                }
                *sample = sum.round() as i32;
            }
        }
        Self { columns, rows, kept: whole }
    }

    /// What is left of a sample within the rectangle.
    pub(super) fn kept(&self, column: u32, row: u32) -> i32 {
        let at = (row - self.rows.start) as usize * self.columns.len() + (column - self.columns.start) as usize;
        self.kept[at]
    }
}

impl VisibleMark {
    /// What the mark leaves of the pixel that lies (`beside`, `below`) of (`x`, `y`).
    fn kept_at(&self, x: u32, beside: i32, y: u32, below: i32) -> f64 {
        // Left of the frame and above it there is nothing, and no mark.
        let pixel = x.checked_add_signed(beside).zip(y.checked_add_signed(below));
        let cover = pixel.and_then(|(x, y)| self.cover_at(x, y));
        f64::from(cover.map_or(WHOLE, |[dark, white]| kept(dark.into(), white.into())))
    }
}

/// The samples that see the mark's pixels `start..start + length`.
fn seen(start: u32, length: u32, each: u32) -> Range<u32> {
    let reach = if each == 1 { 0 } else { LOBES as u32 * each };
    (start / each).saturating_sub(reach)..(start + length).div_ceil(each) + reach
}

/// The weights of the pixels around a sample that stands for `each` of them and lies `at` pixels after the first: how far after the
/// first each pixel lies, and its weight.
fn window(each: u32, at: f64) -> Vec<(i32, f64)> {
    if each == 1 {
        return vec![(0, 1.0)];
    }
    let reach = LOBES as i32 * each.cast_signed();
    let weigh = |pixel: i32| {
        let distance = (f64::from(pixel) - at).abs() / f64::from(each);
        (pixel, lanczos(distance))
    };
    let taps: Vec<_> = (-reach..=reach + 1).map(weigh).filter(|(_, weight)| *weight != 0.0).collect();
    let sum: f64 = taps.iter().map(|(_, weight)| weight).sum();
    taps.into_iter().map(|(pixel, weight)| (pixel, weight / sum)).collect()
}

fn lanczos(distance: f64) -> f64 {
    let lobes = LOBES as f64;
    if distance >= lobes { 0.0 } else { sinc(distance) * sinc(distance / lobes) }
}

fn sinc(x: f64) -> f64 {
    let x = x * std::f64::consts::PI;
    if x == 0.0 { 1.0 } else { x.sin() / x }
}
