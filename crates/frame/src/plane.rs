//! One plane of a picture as video files keep it: how light it is, or one of two differences of colour.
//!
//! Deliberately not here: whole pictures of this kind. They are FFmpeg's, and stay in its memory.

use crate::Size;

/// A plane, open for writing. Limited range: black is 16, white 235 and no colour 128, at 8 bits.
#[derive(Debug)]
pub struct PlaneMut<'a> {
    /// Rows top to bottom, `stride` bytes each; a sample is one byte, or two, the lower first, if `bits` is more than 8.
    pub bytes: &'a mut [u8],
    /// Bytes from a row to the next.
    pub stride: usize,
    /// The picture's size in pixels.
    pub frame: Size,
    /// What the samples say.
    pub kind: PlaneKind,
    /// Bits of a sample, 8 to 16.
    pub bits: u32,
}

/// What the samples of a plane say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaneKind {
    /// How light each pixel is.
    Light,
    /// A difference of colour, for so many pixels (across, down): 1 or 2. The samples lie on the left one, and halfway down.
    Colour(u32, u32),
}
