//! Words drawn into frames on the processor, in the program's own font: slugs, burnt-in numbers, pages of a board.
//!
//! Deliberately not here: shaping. Titles, which may be in any script, are `kinora-compositor`'s.

use crate::ServiceError;
use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};
use kinora_frame::Frame;

/// The font's bytes: Inter SemiBold.
pub(crate) const FONT: &[u8] = include_bytes!("../../../assets/fonts/Inter-SemiBold.otf");

/// Draws and measures words. Heights are those of a line, in pixels or any other unit.
pub(crate) struct Lettering {
    font: FontRef<'static>,
}

impl Lettering {
    /// # Errors
    /// If the font that comes with the program is damaged.
    pub(crate) fn new() -> Result<Self, ServiceError> {
        let font = FontRef::try_from_slice(FONT);
        let damaged = "the font that comes with Kinora is damaged; install it again";
        Ok(Self { font: font.map_err(|_| ServiceError::Request(damaged.to_owned()))? })
    }

    /// How wide words are.
    pub(crate) fn width(&self, height: f32, text: &str) -> f32 {
        let scaled = self.font.as_scaled(PxScale::from(height));
        text.chars().map(|letter| scaled.h_advance(self.font.glyph_id(letter))).sum()
    }

    /// From the top of a line to where its letters stand.
    pub(crate) fn ascent(&self, height: f32) -> f32 {
        self.font.as_scaled(PxScale::from(height)).ascent()
    }

    /// The words in lines of at most a width, and at most so many; what doesn't fit ends in an ellipsis.
    pub(crate) fn wrapped(&self, height: f32, words: &str, limit: f32, most: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in words.split_whitespace() {
            match lines.last_mut() {
                Some(line) if self.width(height, &format!("{line} {word}")) <= limit => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                last.push('…');
            }
        }
        lines
    }

    /// Draws words from a place on.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub(crate) fn draw(&self, frame: &mut Frame, height: f32, text: &str, (left, top): (f32, f32), colour: [u8; 3]) {
        let size = frame.size();
        let scaled = self.font.as_scaled(PxScale::from(height));
        let (mut x, baseline) = (left, top + scaled.ascent());
        for letter in text.chars() {
            let glyph = self.font.glyph_id(letter).with_scale_and_position(height, point(x, baseline));
            x += scaled.h_advance(self.font.glyph_id(letter));
            let Some(outline) = self.font.outline_glyph(glyph) else { continue }; // a space
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_much_to_say_ends_in_an_ellipsis() {
        let lines = Lettering::new().unwrap().wrapped(20.0, &"word ".repeat(200), 300.0, 5);
        assert_eq!(lines.len(), 5);
        assert!(lines[4].ends_with('…'));
    }
}
