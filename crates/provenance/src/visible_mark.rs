//! The visible mark: "AI · Kinora" in white on a translucent dark pill, bottom right, legible on any picture.
//!
//! Prepared once for a frame size, then blended with integers, so that the same frame always gives the same bits.
//! Deliberately not here: when to mark (services, where a clip leaves the project) and the invisible mark.

use crate::ProvenanceError;
use ab_glyph::{Font, FontRef, Glyph, ScaleFont};
use kinora_frame::{Frame, PlaneKind, PlaneMut, Size};

const FONT: &[u8] = include_bytes!("../../../assets/fonts/Inter-SemiBold.otf");
const FULL_TEXT: &str = "AI · Kinora";
/// For frames where the full text would cover too much.
const SHORT_TEXT: &str = "AI";

/// Height of a capital letter as a part of the frame's shorter side. The letters' full height, with what hangs below
/// the line, is then 5 %: the height that the strictest labelling rules ask for.
const CAP_PER_SHORT_SIDE: f32 = 0.036;
/// Below this, capitals fall apart into grey.
const MIN_CAP_PX: f32 = 9.0;
/// The full text may be this much of the frame's width.
const MAX_FULL_WIDTH: f32 = 0.45;
/// Distance from the frame's edges as a part of its shorter side.
const MARGIN_PER_SHORT_SIDE: f32 = 0.03;
const MIN_MARGIN_PX: f32 = 3.0;
/// Space between text and the pill's edge, in capital heights.
const PAD_X: f32 = 0.62;
const PAD_Y: f32 = 0.42;
/// Opacity of the pill: black at this over pure white still gives white text a contrast of more than 5 to 1.
const PILL_ALPHA: f32 = 0.6;

/// The mark for frames of one size.
#[derive(Debug, Clone)]
pub struct VisibleMark {
    frame: Size,
    left: u32,
    top: u32,
    size: Size,
    /// Opacity of the dark pill and of the white glyphs, a pair a pixel, rows top to bottom.
    cover: Vec<[u8; 2]>,
}

impl VisibleMark {
    /// Draws the mark for frames of `size`.
    ///
    /// # Errors
    /// [`ProvenanceError::FrameTooSmall`] if not even "AI" fits.
    pub fn new(size: Size) -> Result<Self, ProvenanceError> {
        let font = FontRef::try_from_slice(FONT).map_err(|_| ProvenanceError::Font)?;
        let short_side = size.width.min(size.height) as f32;
        let cap = (short_side * CAP_PER_SHORT_SIDE).ceil().max(MIN_CAP_PX);
        let margin = (short_side * MARGIN_PER_SHORT_SIDE).round().max(MIN_MARGIN_PX);

        let full = Line::new(&font, FULL_TEXT, cap);
        let line = if full.pill_width() + margin <= size.width as f32 * MAX_FULL_WIDTH {
            full
        } else {
            Line::new(&font, SHORT_TEXT, cap)
        };
        let pill = Size::new(line.pill_width() as u32, line.pill_height() as u32);
        let margin = margin as u32;
        let (Some(left), Some(top)) =
            (size.width.checked_sub(pill.width + margin), size.height.checked_sub(pill.height + margin))
        else {
            return Err(ProvenanceError::FrameTooSmall(size));
        };
        Ok(Self { frame: size, left, top, size: pill, cover: line.draw(&font) })
    }

    /// Draws the mark into `frame` and touches nothing outside of it.
    ///
    /// # Errors
    /// [`ProvenanceError::FrameSize`] if the frame isn't of the size the mark was made for.
    pub fn apply(&self, frame: &mut Frame) -> Result<(), ProvenanceError> {
        if frame.size() != self.frame {
            return Err(ProvenanceError::FrameSize { expected: self.frame, actual: frame.size() });
        }
        let stride = self.frame.width as usize * 4;
        let (start, width) = (self.left as usize * 4, self.size.width as usize);
        let rows = frame.rgba_mut().chunks_exact_mut(stride).skip(self.top as usize);
        for (row, cover) in rows.zip(self.cover.chunks_exact(width)) {
            for (pixel, &[dark, white]) in row[start..start + width * 4].chunks_exact_mut(4).zip(cover) {
                over(pixel, 0, dark);
                over(pixel, 255, white);
            }
        }
        Ok(())
    }

    /// Draws the mark into a plane of a picture as video files keep it, in the same place and as opaque: what [`VisibleMark::apply`]
    /// does to its colours, up to rounding. Every plane of the picture needs it.
    ///
    /// # Errors
    /// [`ProvenanceError::FrameSize`] if the picture isn't of the size the mark was made for.
    pub fn apply_to_plane(&self, plane: PlaneMut<'_>) -> Result<(), ProvenanceError> {
        if plane.frame != self.frame {
            return Err(ProvenanceError::FrameSize { expected: self.frame, actual: plane.frame });
        }
        let PlaneMut { bytes, stride, kind, bits, .. } = plane;
        let scale = 1 << bits.saturating_sub(8).min(8);
        let (across, down) = if let PlaneKind::Colour(across, down) = kind { (across, down) } else { (1, 1) };
        let wide = if bits > 8 { 2 } else { 1 };
        // A sample further left than the mark may still see its first column.
        let columns = (self.left / across).saturating_sub(1)..(self.left + self.size.width).div_ceil(across);
        let rows = self.top / down..(self.top + self.size.height).div_ceil(down);
        let mut lines = bytes.chunks_exact_mut(stride.max(1)).skip(rows.start as usize);
        for (row, line) in rows.zip(&mut lines) {
            for column in columns.clone() {
                let Some(sample) = line.get_mut(column as usize * wide..(column as usize + 1) * wide) else { break };
                let (kept, added) = match kind {
                    PlaneKind::Light => {
                        let [dark, white] = self.cover_at(column, row).unwrap_or_default().map(u32::from);
                        // Black under white, of which a part shines through.
                        (kept(dark, white), 16 * scale * dark * (255 - white) + 235 * scale * white * 255)
                    }
                    PlaneKind::Colour(..) => {
                        let kept = self.kept_around(column * across, row * down, (across, down));
                        (kept, 128 * scale * (WHOLE - kept))
                    }
                };
                let old = sample.iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte));
                let new =
                    (u64::from(old) * u64::from(kept) + u64::from(added) + u64::from(WHOLE / 2)) / u64::from(WHOLE);
                for (byte, new) in sample.iter_mut().zip(new.to_le_bytes()) {
                    *byte = new;
                }
            }
        }
        Ok(())
    }

    /// The opacities at a pixel of the frame; nothing outside of the mark.
    fn cover_at(&self, x: u32, y: u32) -> Option<[u8; 2]> {
        let (x, y) = (x.checked_sub(self.left)?, y.checked_sub(self.top)?);
        if x >= self.size.width {
            return None;
        }
        self.cover.get(y as usize * self.size.width as usize + x as usize).copied()
    }

    /// What the mark leaves of the pixels for which a sample of colour stands, the first of them at (`x`, `y`): of `WHOLE` parts.
    fn kept_around(&self, x: u32, y: u32, (across, down): (u32, u32)) -> u32 {
        let at = |x: u32, y: u32| self.cover_at(x, y).map_or(WHOLE, |[dark, white]| kept(dark.into(), white.into()));
        let in_row = |y: u32| {
            if across == 1 {
                return at(x, y);
            }
            // The sample lies on its first pixel: that one counts as much as both beside it.
            (at(x.saturating_sub(1), y) + 2 * at(x, y) + at(x + 1, y) + 2) / 4
        };
        ((0..down).map(|row| in_row(y + row)).sum::<u32>() + down / 2) / down.max(1)
    }

    /// Where the mark lies: its top left corner (column, row) and its size in pixels.
    #[must_use]
    pub fn area(&self) -> ((u32, u32), Size) {
        ((self.left, self.top), self.size)
    }
}

/// All of a pixel, counted in parts.
const WHOLE: u32 = 255 * 255;

/// The parts of a pixel that are left under a dark and a white layer.
fn kept(dark: u32, white: u32) -> u32 {
    (255 - dark) * (255 - white)
}

/// Lays grey `value` with opacity `alpha` over one straight-alpha RGBA pixel.
fn over(pixel: &mut [u8], value: u32, alpha: u8) {
    let above = u32::from(alpha) * 255;
    let below = u32::from(pixel[3]) * (255 - u32::from(alpha));
    let both = above + below; // opacity in 1/65025
    if alpha == 0 || both == 0 {
        return;
    }
    for channel in &mut pixel[..3] {
        *channel = ((value * above + u32::from(*channel) * below + both / 2) / both) as u8;
    }
    pixel[3] = ((both + 127) / 255) as u8;
}

/// A set line of text: its glyphs placed inside the pill.
struct Line {
    glyphs: Vec<Glyph>,
    text_width: f32,
    cap: f32,
}

impl Line {
    /// Sets `text` so that its capitals are `cap` whole pixels high and stand on a pixel row: crisp at small sizes.
    fn new(font: &FontRef<'_>, text: &str, cap: f32) -> Self {
        let scaled_per_cap = cap_height_units(font) / font.height_unscaled();
        let scaled = font.as_scaled(cap / scaled_per_cap);
        let pad_x = (cap * PAD_X).round();
        let baseline = (cap * PAD_Y).round() + cap;
        let mut pen = 0.0;
        let mut glyphs = Vec::new();
        for letter in text.chars() {
            let mut glyph = scaled.scaled_glyph(letter);
            // Whole-pixel stems: at the smallest sizes a stem between two pixels turns grey.
            let bearing = scaled.h_side_bearing(glyph.id);
            let x = (pad_x + pen + bearing).round() - bearing;
            pen += scaled.h_advance(glyph.id);
            glyph.position = ab_glyph::point(x, baseline);
            glyphs.push(glyph);
        }
        Self { glyphs, text_width: pen, cap }
    }

    fn pill_width(&self) -> f32 {
        (self.text_width + 2.0 * (self.cap * PAD_X).round()).ceil()
    }

    fn pill_height(&self) -> f32 {
        self.cap + 2.0 * (self.cap * PAD_Y).round()
    }

    /// Opacity of pill and glyphs for each pixel.
    fn draw(&self, font: &FontRef<'_>) -> Vec<[u8; 2]> {
        let (width, height) = (self.pill_width() as usize, self.pill_height() as usize);
        let mut cover = vec![[0u8; 2]; width * height];
        for (at, pixel) in cover.iter_mut().enumerate() {
            let (x, y) = ((at % width) as f32 + 0.5, (at / width) as f32 + 0.5);
            pixel[0] = quantised(PILL_ALPHA * pill_cover(x, y, width as f32, height as f32));
        }
        for glyph in &self.glyphs {
            let Some(outline) = font.outline_glyph(glyph.clone()) else { continue }; // a space
            let bounds = outline.px_bounds();
            let (left, top) = (bounds.min.x as i64, bounds.min.y as i64);
            outline.draw(|x, y, part| {
                let (x, y) = (left + i64::from(x), top + i64::from(y));
                if (0..width as i64).contains(&x) && (0..height as i64).contains(&y) {
                    let pixel = &mut cover[y as usize * width + x as usize];
                    pixel[1] = pixel[1].max(quantised(part));
                }
            });
        }
        cover
    }
}

/// How much of the pixel with its middle at (`x`, `y`) lies inside a pill of this size, from 0 to 1.
fn pill_cover(x: f32, y: f32, width: f32, height: f32) -> f32 {
    let radius = height / 2.0;
    let along = x.clamp(radius, width - radius);
    let distance = ((x - along) * (x - along) + (y - radius) * (y - radius)).sqrt();
    (radius - distance + 0.5).clamp(0.0, 1.0)
}

/// Height of "I" in font units.
fn cap_height_units(font: &FontRef<'_>) -> f32 {
    font.outline(font.glyph_id('I')).map_or(font.ascent_unscaled(), |outline| outline.bounds.height().abs())
}

fn quantised(part: f32) -> u8 {
    (part.clamp(0.0, 1.0) * 255.0).round() as u8
}
