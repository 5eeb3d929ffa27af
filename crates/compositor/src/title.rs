//! Titles: words on nothing, white with a dark edge, legible on any picture. Shaped as their script wants it: ligatures, marks, right to
//! left. The program's own font comes first; letters that it lacks come from the system's.
//!
//! Deliberately not here: where a title lies in a frame (its placement), and typefaces to choose from.

use cosmic_text::{Align, Attrs, Buffer, Color, Family, FontSystem, Metrics, Shaping, SwashCache, Weight};
use kinora_frame::{Frame, Size};

const FONT: &[u8] = include_bytes!("../../../assets/fonts/Inter-SemiBold.otf");
const FAMILY: &str = "Inter";
/// Height of the font as a part of the frame's shorter side.
const FONT_PER_SHORT_SIDE: f32 = 0.085;
const LINE_HEIGHT: f32 = 1.25;
/// Words stay within this part of the frame's width and height: the title-safe area of SMPTE ST 2046-1.
const SAFE: f32 = 0.9;
/// The edge around letters, as a part of the font's height, and how dark it is.
const EDGE: f32 = 0.07;
const EDGE_ALPHA: f32 = 0.75;

/// Draws titles.
pub struct Titles {
    fonts: FontSystem,
    cache: SwashCache,
}

impl Default for Titles {
    fn default() -> Self {
        Self::new()
    }
}

impl Titles {
    /// With the program's font and the system's.
    #[must_use]
    pub fn new() -> Self {
        let mut fonts = cosmic_text::fontdb::Database::new();
        fonts.load_system_fonts();
        fonts.load_font_data(FONT.to_vec());
        Self { fonts: FontSystem::new_with_locale_and_db("en-US".to_owned(), fonts), cache: SwashCache::new() }
    }

    /// Words in the middle of a frame, on nothing. Lines break where they must; what has no room is not seen.
    #[must_use]
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn draw(&mut self, words: &str, size: Size) -> Frame {
        let (width, height) = (size.width as f32, size.height as f32);
        let font = (width.min(height) * FONT_PER_SHORT_SIDE).max(4.0);
        let mut buffer = Buffer::new(&mut self.fonts, Metrics::new(font, font * LINE_HEIGHT));
        buffer.set_size(Some(width * SAFE), Some(height * SAFE));
        let attrs = Attrs::new().family(Family::Name(FAMILY)).weight(Weight::SEMIBOLD);
        buffer.set_text(words, &attrs, Shaping::Advanced, Some(Align::Center));
        buffer.shape_until_scroll(&mut self.fonts, false);
        let lines = buffer.layout_runs().count() as f32;
        let left = (width * (1.0 - SAFE) / 2.0).round() as i32;
        let top = ((height - lines * font * LINE_HEIGHT) / 2.0).max(height * (1.0 - SAFE) / 2.0).round() as i32;
        let mut cover = vec![0u8; size.pixels()];
        let white = Color::rgb(255, 255, 255);
        buffer.draw(&mut self.fonts, &mut self.cache, white, |x, y, w, h, colour| {
            for y in (top + y)..(top + y + h as i32) {
                for x in (left + x)..(left + x + w as i32) {
                    if x >= 0 && y >= 0 && (x as u32) < size.width && (y as u32) < size.height {
                        let at = y as usize * size.width as usize + x as usize;
                        cover[at] = cover[at].max(colour.a());
                    }
                }
            }
        });
        edged(size, &cover, (font * EDGE).max(1.0))
    }
}

/// White letters over their own shape in black, wider by `edge` pixels.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn edged(size: Size, cover: &[u8], edge: f32) -> Frame {
    let wide = widened(size, cover, edge);
    let mut frame = Frame::filled(size, [0, 0, 0, 0]);
    for ((pixel, letter), dark) in frame.rgba_mut().chunks_exact_mut(4).zip(cover).zip(&wide) {
        let (letter, dark) = (f32::from(*letter) / 255.0, f32::from(*dark) / 255.0 * EDGE_ALPHA);
        let alpha = letter + dark * (1.0 - letter);
        if alpha > 0.0 {
            let light = (letter / alpha * 255.0).round() as u8;
            pixel.copy_from_slice(&[light, light, light, (alpha * 255.0).round() as u8]);
        }
    }
    frame
}

/// The most of what lies within `radius` pixels, falling off over the last of them.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn widened(size: Size, cover: &[u8], radius: f32) -> Vec<u8> {
    let reach = radius.ceil() as i32;
    let (width, height) = (size.width as i32, size.height as i32);
    let mut wide = cover.to_vec();
    let ring: Vec<(i32, i32, f32)> = (-reach..=reach)
        .flat_map(|y| (-reach..=reach).map(move |x| (x, y)))
        .map(|(x, y)| (x, y, (radius + 0.5 - ((x * x + y * y) as f32).sqrt()).clamp(0.0, 1.0)))
        .filter(|(_, _, weight)| *weight > 0.0)
        .collect();
    for y in 0..height {
        for x in 0..width {
            let letter = cover[(y * width + x) as usize];
            if letter == 0 {
                continue;
            }
            for (dx, dy, weight) in &ring {
                let (x, y) = (x + dx, y + dy);
                if (0..width).contains(&x) && (0..height).contains(&y) {
                    let at = (y * width + x) as usize;
                    wide[at] = wide[at].max((f32::from(letter) * weight) as u8);
                }
            }
        }
    }
    wide
}
