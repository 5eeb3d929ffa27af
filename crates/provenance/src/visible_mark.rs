//! The visible mark: "AI · Kinora" in white on a translucent dark pill, bottom right, legible on any picture.
//!
//! Prepared once for a frame size, then blended with integers, so that the same frame always gives the same bits.
//! Deliberately not here: when to mark (services, where a clip leaves the project) and the invisible mark.

mod shared;

use crate::ProvenanceError;
use ab_glyph::{Font, FontRef, Glyph, ScaleFont};
use kinora_frame::{Frame, PlaneKind, PlaneMut, Size};
use shared::SharedCover;
use std::ops::Range;
use std::sync::OnceLock;

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
    /// The same for samples of colour, by how many pixels share one.
    shared: [OnceLock<SharedCover>; 4],
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
        Ok(Self { frame: size, left, top, size: pill, cover: line.draw(&font), shared: Default::default() })
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
        let scale = 1 << plane.bits.saturating_sub(8).min(8);
        match plane.kind {
            PlaneKind::Light => {
                let columns = self.left..self.left + self.size.width;
                each_sample(plane, columns, self.top..self.top + self.size.height, |column, row| {
                    let [dark, white] = self.cover_at(column, row).unwrap_or_default().map(u32::from);
                    // Black under white, of which a part shines through.
                    let added = 16 * scale * dark * (255 - white) + 235 * scale * white * 255;
                    (i64::from(kept(dark, white)), i64::from(added))
                });
            }
            PlaneKind::Colour(across, down) => {
                let cover = self.shared_cover(across, down);
                each_sample(plane, cover.columns.clone(), cover.rows.clone(), |column, row| {
                    let kept = i64::from(cover.kept(column, row));
                    (kept, i64::from(128 * scale) * (i64::from(WHOLE) - kept))
                });
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

    /// Made once for each layout that comes.
    fn shared_cover(&self, across: u32, down: u32) -> &SharedCover {
        let (across, down) = (across.clamp(1, 2), down.clamp(1, 2));
        let slot = &self.shared[(across * 2 + down - 3) as usize];
        slot.get_or_init(|| SharedCover::new(self, across, down))
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

/// Blends samples of a plane: `layer` says what is left of each, and what is added to it, both of `WHOLE` parts.
fn each_sample(
    plane: PlaneMut<'_>,
    columns: Range<u32>,
    rows: Range<u32>,
    mut layer: impl FnMut(u32, u32) -> (i64, i64),
) {
    let wide = if plane.bits > 8 { 2 } else { 1 };
    let most = (1 << plane.bits) - 1;
    let whole = i64::from(WHOLE);
    let lines = plane.bytes.chunks_exact_mut(plane.stride.max(1)).skip(rows.start as usize);
    for (row, line) in rows.zip(lines) {
        for column in columns.clone() {
            let Some(sample) = line.get_mut(column as usize * wide..(column as usize + 1) * wide) else { break };
            let (kept, added) = layer(column, row);
            let old = sample.iter().rev().fold(0, |value, byte| value << 8 | i64::from(*byte));
            let new = ((old * kept + added + whole / 2) / whole).clamp(0, most);
            for (byte, new) in sample.iter_mut().zip(new.to_le_bytes()) {
                *byte = new;
            }
        }
    }
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
