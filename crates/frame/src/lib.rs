//! A picture buffer that travels between threads and crates without being copied.
//!
//! Deliberately not here: reading and writing picture files (`kinora-media`), colour conversion, GPU textures.

mod plane;

pub use plane::{PlaneKind, PlaneMut};

use std::fmt;
use std::sync::Arc;

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Size {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

impl Size {
    /// A size; both may be any number, [`Frame::new`] checks that pixels fit.
    #[must_use]
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// Number of pixels.
    #[must_use]
    pub const fn pixels(self) -> usize {
        self.width as usize * self.height as usize
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{}", self.width, self.height)
    }
}

/// The buffer's length doesn't belong to the size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a picture of {size} needs {expected} bytes, got {actual}")]
pub struct WrongLength {
    size: Size,
    expected: usize,
    actual: usize,
}

/// One picture: 8-bit RGBA, sRGB transfer, straight alpha, rows top to bottom, no padding. Clones share the pixels.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    size: Size,
    pixels: Arc<Vec<u8>>,
}

impl Frame {
    /// Takes RGBA bytes.
    ///
    /// # Errors
    /// [`WrongLength`] if `rgba` is not `4 · width · height` bytes.
    pub fn new(size: Size, rgba: Vec<u8>) -> Result<Self, WrongLength> {
        let expected = size.pixels() * 4;
        if rgba.len() != expected {
            return Err(WrongLength { size, expected, actual: rgba.len() });
        }
        Ok(Self { size, pixels: Arc::new(rgba) })
    }

    /// A picture of one colour.
    #[must_use]
    pub fn filled(size: Size, rgba: [u8; 4]) -> Self {
        Self { size, pixels: Arc::new(rgba.repeat(size.pixels())) }
    }

    /// Width and height in pixels.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// RGBA bytes, four a pixel, rows top to bottom.
    #[must_use]
    pub fn rgba(&self) -> &[u8] {
        &self.pixels
    }

    /// The pixels for writing; copies them first if another clone holds them.
    pub fn rgba_mut(&mut self) -> &mut [u8] {
        Arc::<Vec<u8>>::make_mut(&mut self.pixels).as_mut_slice()
    }

    /// The colour at column `x`, row `y`, or `None` outside.
    #[must_use]
    pub fn pixel(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        if x >= self.size.width || y >= self.size.height {
            return None;
        }
        let start = (y as usize * self.size.width as usize + x as usize) * 4;
        self.pixels.get(start..start + 4)?.try_into().ok()
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({})", self.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_of_another_length_is_refused() {
        assert!(Frame::new(Size::new(2, 2), vec![0; 15]).is_err());
        assert!(Frame::new(Size::new(2, 2), vec![0; 16]).is_ok());
    }

    #[test]
    fn writing_to_a_clone_leaves_the_original() {
        let original = Frame::filled(Size::new(1, 1), [1, 2, 3, 255]);
        let mut copy = original.clone();
        copy.rgba_mut()[0] = 9;
        assert_eq!(original.pixel(0, 0), Some([1, 2, 3, 255]));
        assert_eq!(copy.pixel(0, 0), Some([9, 2, 3, 255]));
        assert_eq!(copy.pixel(1, 0), None);
    }
}
