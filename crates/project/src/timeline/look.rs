//! How an item's picture lies in the frame. Parts are thousandths, so that a document is the same everywhere.

use serde::{Deserialize, Serialize};

/// A thousandth of something: 1000 is the whole.
pub type Thousandths = i32;

/// How a picture is brought into the frame before it is moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Framing {
    /// It covers the frame; what sticks out is not seen.
    #[default]
    Fill,
    /// All of it is seen, with what lies below around it.
    Fit,
    /// As many pixels as it has.
    Native,
}

/// Where a picture lies, how large, and how much of what is below shines through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Placement {
    /// How it is brought into the frame.
    pub framing: Framing,
    /// Its middle from the frame's middle, in parts of the frame's width and height; right and down is more.
    pub position: (Thousandths, Thousandths),
    /// Its size after framing; 2000 is twice as large.
    pub scale: Thousandths,
    /// Thousandths of a degree, clockwise about its middle.
    pub rotation: i32,
    /// Parts of its width and height that are cut off.
    pub crop: Crop,
    /// 0 is not seen, 1000 hides what is below.
    pub opacity: Thousandths,
}

/// What is cut off a picture, in parts of its width and height.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)] // of fields, which are named for what they hold
pub struct Crop {
    pub left: Thousandths,
    pub top: Thousandths,
    pub right: Thousandths,
    pub bottom: Thousandths,
}

impl Default for Placement {
    fn default() -> Self {
        let (framing, crop) = (Framing::default(), Crop::default());
        Self { framing, position: (0, 0), scale: 1000, rotation: 0, crop, opacity: 1000 }
    }
}

impl Placement {
    /// Whether it is as every item begins: then it is not written.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether every number is one that can be.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let Crop { left, top, right, bottom } = self.crop;
        let far = |part: Thousandths| part.abs() <= 100_000;
        (1..=100_000).contains(&self.scale)
            && (0..=1000).contains(&self.opacity)
            && far(self.position.0)
            && far(self.position.1)
            && [left, top, right, bottom].iter().all(|part| (0..1000).contains(part))
            && left + right < 1000
            && top + bottom < 1000
    }
}
