//! Slugs: what stands in a film where a shot has no take yet, its number and its prompt on grey.

use crate::ServiceError;
use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};
use kinora_frame::{Frame, Size};

const FONT: &[u8] = include_bytes!("../../../assets/fonts/Inter-SemiBold.otf");
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
    let font = FontRef::try_from_slice(FONT).map_err(|_| {
        ServiceError::Request("the font that comes with Kinora is damaged; install it again".to_owned())
    })?;
    let mut frame = Frame::filled(size, PAPER);
    let short = size.width.min(size.height) as f32;
    let (small, large) = (short * NUMBER_PER_SHORT_SIDE, short * WORDS_PER_SHORT_SIDE);
    let lines = wrapped(&font, large, words, size.width as f32 * (1.0 - 2.0 * MARGIN));
    let height = small * 1.6 + large * 1.35 * lines.len() as f32;
    let mut top = (size.height as f32 - height) / 2.0;
    draw_centred(&mut frame, &font, small, number, top, NUMBER);
    top += small * 1.6;
    for line in &lines {
        draw_centred(&mut frame, &font, large, line, top, WORDS);
        top += large * 1.35;
    }
    Ok(frame)
}

fn width(font: &FontRef<'_>, height: f32, text: &str) -> f32 {
    let scaled = font.as_scaled(PxScale::from(height));
    text.chars().map(|letter| scaled.h_advance(font.glyph_id(letter))).sum()
}

/// The words in lines of at most a width; what doesn't fit ends in an ellipsis.
fn wrapped(font: &FontRef<'_>, height: f32, words: &str, limit: f32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(font, height, &format!("{line} {word}")) <= limit => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    if lines.len() > LINES {
        lines.truncate(LINES);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    lines
}

fn draw_centred(frame: &mut Frame, font: &FontRef<'_>, height: f32, text: &str, top: f32, colour: [u8; 3]) {
    let size = frame.size();
    let scaled = font.as_scaled(PxScale::from(height));
    let mut x = (size.width as f32 - width(font, height, text)) / 2.0;
    let baseline = top + scaled.ascent();
    for letter in text.chars() {
        let glyph = font.glyph_id(letter).with_scale_and_position(height, point(x, baseline));
        x += scaled.h_advance(font.glyph_id(letter));
        let Some(outline) = font.outline_glyph(glyph) else { continue }; // a space
        let bounds = outline.px_bounds();
        outline.draw(|column, row, part| {
            let (column, row) = (bounds.min.x as i64 + i64::from(column), bounds.min.y as i64 + i64::from(row));
            if (0..i64::from(size.width)).contains(&column) && (0..i64::from(size.height)).contains(&row) {
                let at = (row as usize * size.width as usize + column as usize) * 4;
                for (channel, wanted) in frame.rgba_mut()[at..at + 3].iter_mut().zip(colour) {
                    let (below, above) = (f32::from(*channel), f32::from(wanted));
                    *channel = (below + (above - below) * part.clamp(0.0, 1.0)).round() as u8;
                }
            }
        });
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
    fn nothing_to_say_and_too_much_to_say_are_drawn_too() {
        slug(Size::new(16, 16), "", "").unwrap();
        let font = FontRef::try_from_slice(FONT).unwrap();
        let lines = wrapped(&font, 20.0, &"word ".repeat(200), 300.0);
        assert_eq!(lines.len(), LINES);
        assert!(lines[LINES - 1].ends_with('…'));
    }
}
