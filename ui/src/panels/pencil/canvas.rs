//! Pixels that are drawn on: strokes, fills, and the way back.
//!
//! Deliberately not here: tools as people see them.

use egui::{Color32, ColorImage, Pos2};

/// Steps back that are kept.
const KEPT: usize = 20;
/// Colours that differ by no more than this, in each channel, are filled as one: edges of strokes are soft.
const ALIKE: u8 = 40;

/// A drawing.
#[derive(Debug, Clone)]
pub struct Canvas {
    image: ColorImage,
    before: Vec<ColorImage>,
}

impl Canvas {
    pub fn new(size: [usize; 2], ground: Color32) -> Self {
        Self { image: ColorImage::filled(size, ground), before: Vec::new() }
    }

    pub fn image(&self) -> &ColorImage {
        &self.image
    }

    /// What comes now is one step.
    pub fn begin(&mut self) {
        if self.before.len() == KEPT {
            self.before.remove(0);
        }
        self.before.push(self.image.clone());
    }

    pub fn can_undo(&self) -> bool {
        !self.before.is_empty()
    }

    pub fn undo(&mut self) {
        if let Some(before) = self.before.pop() {
            self.image = before;
        }
    }

    pub fn clear(&mut self, ground: Color32) {
        self.begin();
        self.image.pixels.fill(ground);
    }

    /// A line with round ends; in pixels.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    pub fn stroke(&mut self, from: Pos2, to: Pos2, radius: f32, colour: Color32) {
        let [width, height] = self.image.size;
        let reach = radius + 1.0;
        let place = |low: f32, size: usize| low.clamp(0.0, size as f32) as usize;
        let (left, right) = (from.x.min(to.x) - reach, from.x.max(to.x) + reach + 1.0);
        let (top, bottom) = (from.y.min(to.y) - reach, from.y.max(to.y) + reach + 1.0);
        let way = to - from;
        for y in place(top, height)..place(bottom, height) {
            for x in place(left, width)..place(right, width) {
                let at = Pos2::new(x as f32 + 0.5, y as f32 + 0.5);
                let along = ((at - from).dot(way) / way.length_sq().max(1e-6)).clamp(0.0, 1.0);
                let cover = (radius + 0.5 - (at - (from + way * along)).length()).clamp(0.0, 1.0);
                let pixel = &mut self.image.pixels[y * width + x];
                *pixel = pixel.lerp_to_gamma(colour, cover);
            }
        }
    }

    /// All that is joined to a pixel and of its colour.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn fill(&mut self, at: Pos2, colour: Color32) {
        let [width, height] = self.image.size;
        let (x, y) = (at.x.max(0.0) as usize, at.y.max(0.0) as usize);
        if x >= width || y >= height {
            return;
        }
        let old = self.image.pixels[y * width + x];
        let alike = |other: Color32| {
            let apart = |channel: usize| old.to_array()[channel].abs_diff(other.to_array()[channel]);
            (0..3).all(|channel| apart(channel) <= ALIKE)
        };
        let mut seen = vec![false; width * height];
        let mut open = vec![(x, y)];
        while let Some((x, y)) = open.pop() {
            let place = y * width + x;
            if std::mem::replace(&mut seen[place], true) || !alike(self.image.pixels[place]) {
                continue;
            }
            self.image.pixels[place] = colour;
            if x > 0 {
                open.push((x - 1, y));
            }
            if x + 1 < width {
                open.push((x + 1, y));
            }
            if y > 0 {
                open.push((x, y - 1));
            }
            if y + 1 < height {
                open.push((x, y + 1));
            }
        }
    }

    /// Red, green, blue and opacity, row by row.
    pub fn rgba(&self) -> Vec<u8> {
        self.image.pixels.iter().flat_map(|pixel| pixel.to_srgba_unmultiplied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(canvas: &Canvas, colour: Color32) -> usize {
        canvas.image().pixels.iter().filter(|pixel| **pixel == colour).count()
    }

    #[test]
    fn a_line_is_drawn_and_taken_back() {
        let mut canvas = Canvas::new([40, 20], Color32::WHITE);
        canvas.begin();
        canvas.stroke(Pos2::new(5.0, 10.0), Pos2::new(35.0, 10.0), 2.0, Color32::BLACK);
        assert!((90..=130).contains(&count(&canvas, Color32::BLACK)), "{}", count(&canvas, Color32::BLACK));
        canvas.stroke(Pos2::new(-50.0, 900.0), Pos2::new(-40.0, 800.0), 3.0, Color32::RED);
        assert_eq!(count(&canvas, Color32::RED), 0);
        canvas.undo();
        assert_eq!(count(&canvas, Color32::WHITE), 800);
        assert!(!canvas.can_undo());
    }

    #[test]
    fn a_fill_stops_at_a_line() {
        let mut canvas = Canvas::new([40, 20], Color32::WHITE);
        canvas.stroke(Pos2::new(20.0, -5.0), Pos2::new(20.0, 25.0), 1.5, Color32::BLACK);
        canvas.fill(Pos2::new(3.0, 3.0), Color32::RED);
        let red = count(&canvas, Color32::RED);
        assert!((330..400).contains(&red), "{red}");
        assert_eq!(canvas.image().pixels[39], Color32::WHITE, "the other side stays");
        canvas.fill(Pos2::new(400.0, 3.0), Color32::RED);
        assert_eq!(count(&canvas, Color32::RED), red);
    }
}
