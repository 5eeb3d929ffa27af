//! How alike frames are. Structural similarity is image-compare's.

use image_compare::Algorithm;
use kinora_frame::{Frame, Size};
use kinora_media as media;

/// Pixels across at which clips are compared: what a thumbnail shows.
const ACROSS: u32 = 64;

/// Luminance of each pixel in 0 to 255, Rec. 709 weights on encoded values.
pub(super) fn luminance(frame: &Frame) -> Vec<f32> {
    frame
        .rgba()
        .chunks_exact(4)
        .map(|p| 0.2126 * f32::from(p[0]) + 0.7152 * f32::from(p[1]) + 0.0722 * f32::from(p[2]))
        .collect()
}

/// Mean structural similarity (8×8 windows) of two clips, frame by frame, at 64 pixels across; 1 is equal.
pub(super) fn similarity(a: &[Frame], b: &[Frame]) -> f64 {
    let scores: Vec<f64> = a.iter().zip(b).filter_map(|(a, b)| frame_similarity(a, b)).collect();
    mean(&scores).unwrap_or(0.0)
}

fn frame_similarity(a: &Frame, b: &Frame) -> Option<f64> {
    let image = |frame: &Frame| {
        let size = frame.size();
        let small = Size::new(ACROSS, (size.height * ACROSS).div_ceil(size.width.max(1)).max(8));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let grey = luminance(&media::resize(frame, small)).into_iter().map(|v| v.round() as u8).collect();
        image::GrayImage::from_raw(small.width, small.height, grey)
    };
    let compared = image_compare::gray_similarity_structure(&Algorithm::MSSIMSimple, &image(a)?, &image(b)?).ok()?;
    Some(compared.score)
}

/// Mean change of luminance from each frame to the next, in steps of 0 to 255.
pub(super) fn change(frames: &[Frame]) -> f64 {
    mean(&changes(frames)).unwrap_or(0.0)
}

/// The change onto the first new frame of the second window over the median of the eight changes around it.
pub(super) fn seam(frames: &[Frame], window: usize) -> Option<f64> {
    let changes = changes(frames);
    let at = window.checked_sub(1)?; // changes[i] is from frame i to i + 1
    let seam = *changes.get(at)?;
    let around: Vec<f64> =
        (at.saturating_sub(4)..at + 5).filter(|i| *i != at).filter_map(|i| changes.get(i).copied()).collect();
    Some(seam / median(around)?.max(1e-3))
}

fn changes(frames: &[Frame]) -> Vec<f64> {
    let luminances: Vec<Vec<f32>> = frames.iter().map(luminance).collect();
    let change = |pair: &[Vec<f32>]| {
        let differences: Vec<f64> = pair[0].iter().zip(&pair[1]).map(|(a, b)| f64::from((a - b).abs())).collect();
        mean(&differences).unwrap_or(0.0)
    };
    luminances.windows(2).map(change).collect()
}

pub(super) fn mean(values: &[f64]) -> Option<f64> {
    #[allow(clippy::cast_precision_loss)]
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (!values.is_empty()).then_some(mean)
}

pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(value: u8) -> Frame {
        Frame::filled(Size::new(32, 16), [value, value, value, 255])
    }

    fn pattern(shift: usize) -> Frame {
        let rgba = (0..32 * 16).flat_map(|i| [((i + shift) * 37 % 251) as u8, 90, 10, 255]).collect();
        Frame::new(Size::new(32, 16), rgba).unwrap()
    }

    #[test]
    fn equal_clips_are_wholly_alike_and_others_less() {
        let clip = vec![pattern(0), pattern(3)];
        assert!((similarity(&clip, &clip) - 1.0).abs() < 1e-9);
        assert!(similarity(&clip, &[grey(0), grey(0)]) < 0.5);
    }

    #[test]
    fn change_counts_steps_of_luminance() {
        assert!((change(&[grey(10), grey(14), grey(10)]) - 4.0).abs() < 1e-3);
        assert!(change(&[grey(9), grey(9)]) < 1e-9);
    }

    #[test]
    fn a_jump_at_the_seam_shows() {
        let even: Vec<Frame> = (0..20).map(|i| grey(i * 2)).collect();
        assert!((seam(&even, 10).unwrap() - 1.0).abs() < 1e-3);
        let jump: Vec<Frame> = (0..20).map(|i| grey(if i < 10 { i * 2 } else { 100 + i * 2 })).collect();
        assert!(seam(&jump, 10).unwrap() > 10.0);
        assert!(seam(&even[..5], 10).is_none());
    }
}
