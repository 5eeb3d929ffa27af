//! Slugs: what stands in a film where a shot has no take yet, its number and its prompt on grey, or the picture on its card.

use crate::ServiceError;
use crate::lettering::Lettering;
use kinora_frame::{Frame, Size};

const PAPER: [u8; 4] = [38, 40, 44, 255];
const NUMBER: [u8; 3] = [150, 156, 166];
const WORDS: [u8; 3] = [226, 228, 232];
/// Height of the words' font as a part of the picture's shorter side.
const WORDS_PER_SHORT_SIDE: f32 = 0.06;
const NUMBER_PER_SHORT_SIDE: f32 = 0.045;
/// What is left free on both sides, as a part of the width.
const MARGIN: f32 = 0.12;
const LINES: usize = 5;

/// A slug for a shot.
///
/// # Errors
/// If the font that comes with the program is damaged.
pub(crate) fn slug(size: Size, number: &str, words: &str) -> Result<Frame, ServiceError> {
    let letters = Lettering::new()?;
    let mut frame = Frame::filled(size, PAPER);
    let (width, short) = (size.width as f32, size.width.min(size.height) as f32);
    let (small, large) = (short * NUMBER_PER_SHORT_SIDE, short * WORDS_PER_SHORT_SIDE);
    let lines = letters.wrapped(large, words, width * (1.0 - 2.0 * MARGIN), LINES);
    let height = small * 1.6 + large * 1.35 * lines.len() as f32;
    let mut top = (size.height as f32 - height) / 2.0;
    let mut centred = |height: f32, text: &str, top: f32, colour: [u8; 3]| {
        let left = (width - letters.width(height, text)) / 2.0;
        letters.draw(&mut frame, height, text, (left, top), colour);
    };
    centred(small, number, top, NUMBER);
    top += small * 1.6;
    for line in &lines {
        centred(large, line, top, WORDS);
        top += large * 1.35;
    }
    Ok(frame)
}

/// A slug for a shot that has a picture: all of it on grey, with the number below it on the left.
///
/// # Errors
/// As [`slug`].
pub(crate) fn slug_of_picture(size: Size, number: &str, picture: &Frame) -> Result<Frame, ServiceError> {
    let letters = Lettering::new()?;
    let mut frame = Frame::filled(size, PAPER);
    let own = picture.size();
    let scale = (size.width as f32 / own.width as f32).min(size.height as f32 / own.height as f32);
    let part = |side: u32, most: u32| ((side as f32 * scale).round() as u32).clamp(1, most);
    let inner = kinora_media::resize(picture, Size::new(part(own.width, size.width), part(own.height, size.height)));
    lay(&mut frame, &inner);
    let height = size.width.min(size.height) as f32 * NUMBER_PER_SHORT_SIDE;
    let top = size.height as f32 - height * 2.0;
    // A shadow keeps the number legible on any picture.
    letters.draw(&mut frame, height, number, (height + height / 12.0, top + height / 12.0), [0; 3]);
    letters.draw(&mut frame, height, number, (height, top), WORDS);
    Ok(frame)
}

/// Lays a picture into the middle of a frame; what is see-through shows what was there.
fn lay(frame: &mut Frame, picture: &Frame) {
    let (size, inner) = (frame.size(), picture.size());
    let left = (size.width - inner.width) as usize / 2 * 4;
    let (row, width) = (size.width as usize * 4, inner.width as usize * 4);
    let rows = frame.rgba_mut().chunks_exact_mut(row).skip((size.height - inner.height) as usize / 2);
    for (to, from) in rows.zip(picture.rgba().chunks_exact(width)) {
        for (to, from) in to[left..left + width].chunks_exact_mut(4).zip(from.chunks_exact(4)) {
            let alpha = u32::from(from[3]);
            for (to, from) in to.iter_mut().zip(from).take(3) {
                *to = ((u32::from(*from) * alpha + u32::from(*to) * (255 - alpha) + 127) / 255) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_drawn_in_lines_within_the_margins() {
        let size = Size::new(640, 360);
        let words =
            "a red car drives from left to right through a desert at noon while the camera pans slowly after it";
        let frame = slug(size, "1-2", words).unwrap();
        let marked: Vec<(usize, usize)> = frame
            .rgba()
            .chunks_exact(4)
            .enumerate()
            .filter(|(_, pixel)| **pixel != PAPER)
            .map(|(at, _)| (at % 640, at / 640))
            .collect();
        let (left, right) = (marked.iter().map(|p| p.0).min().unwrap(), marked.iter().map(|p| p.0).max().unwrap());
        assert!(left >= 70 && right <= 570, "{left} to {right}");
        let rows: std::collections::BTreeSet<usize> = marked.iter().map(|p| p.1).collect();
        let gaps = rows.iter().zip(rows.iter().skip(1)).filter(|(a, b)| *b - *a > 1).count();
        assert!(gaps >= 2, "a number and at least two lines");
        assert_eq!(slug(size, "1-2", words).unwrap().rgba(), frame.rgba());
    }

    #[test]
    fn a_picture_is_seen_whole_and_carries_the_number() {
        let picture = Frame::filled(Size::new(100, 100), [200, 40, 40, 255]);
        let frame = slug_of_picture(Size::new(640, 360), "Shot 1-2", &picture).unwrap();
        assert_eq!(frame.pixel(320, 100), Some([200, 40, 40, 255]));
        assert_eq!(frame.pixel(600, 100), Some(PAPER));
        let lit = frame.rgba().chunks_exact(4).filter(|pixel| pixel[1] > 200).count();
        assert!(lit > 50, "{lit}");
    }

    #[test]
    fn nothing_to_say_and_too_much_to_say_are_drawn_too() {
        slug(Size::new(16, 16), "", "").unwrap();
        slug(Size::new(64, 36), "1-1", &"word ".repeat(200)).unwrap();
    }
}
