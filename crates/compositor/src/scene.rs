//! What a frame is made of: rows of pictures, bottom to top, each placed in the frame or changing into another.

use crate::Picture;
use kinora_frame::Size;

/// How a picture is brought into the frame before it is moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Framing {
    /// It covers the frame.
    #[default]
    Fill,
    /// All of it is seen.
    Fit,
    /// As many pixels as it has.
    Native,
}

/// Where a picture lies. Positions and crops are parts of 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// How it is brought into the frame.
    pub framing: Framing,
    /// Its middle from the frame's middle, in parts of the frame's width and height.
    pub position: [f32; 2],
    /// Its size after framing.
    pub scale: f32,
    /// Degrees, clockwise about its middle.
    pub rotation: f32,
    /// What is cut off on the left, top, right and bottom, in parts of its width and height.
    pub crop: [f32; 4],
    /// 0 to 1.
    pub opacity: f32,
}

impl Default for Place {
    fn default() -> Self {
        let framing = Framing::default();
        Self { framing, position: [0.0; 2], scale: 1.0, rotation: 0.0, crop: [0.0; 4], opacity: 1.0 }
    }
}

/// A picture in its place.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// What is shown.
    pub picture: &'a Picture,
    /// Its size in square pixels, which those of the picture need not be.
    pub shape: Size,
    /// Where.
    pub place: Place,
}

/// How one picture becomes another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Over into the other.
    Dissolve,
    /// Through black.
    Dip,
    /// A line moves from left to right.
    Wipe,
}

/// A row of a scene: a track at one moment.
#[derive(Debug, Clone, Copy)]
pub enum Row<'a> {
    /// One picture.
    Still(Shown<'a>),
    /// One becomes another.
    Change {
        /// What goes; nothing: it comes out of what lies below.
        from: Option<Shown<'a>>,
        /// What comes; nothing: it goes and leaves what lies below.
        to: Option<Shown<'a>>,
        /// How.
        change: Change,
        /// How far, 0 to 1.
        done: f32,
    },
}

/// Where the corners of what is seen of a picture lie: from its own square to clip space, and how large it is in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Corners {
    pub(crate) a: [f32; 4],
    pub(crate) b: [f32; 4],
    pub(crate) part: [f32; 4],
    /// Texels a pixel.
    pub(crate) texels: f32,
    /// Pixels that the part is wide and high.
    pub(crate) pixels: [f32; 2],
}

/// Where a picture of a shape lies in a frame.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn corners(frame: Size, shape: Size, texels_across: u32, place: &Place) -> Corners {
    let (frame_w, frame_h) = (frame.width.max(1) as f32, frame.height.max(1) as f32);
    let (shape_w, shape_h) = (shape.width.max(1) as f32, shape.height.max(1) as f32);
    let framed = match place.framing {
        Framing::Fill => (frame_w / shape_w).max(frame_h / shape_h),
        Framing::Fit => (frame_w / shape_w).min(frame_h / shape_h),
        Framing::Native => 1.0,
    };
    let scale = framed * place.scale;
    let (width, height) = (shape_w * scale, shape_h * scale);
    let [left, top, right, bottom] = place.crop;
    let (part_w, part_h) = (1.0 - left - right, 1.0 - top - bottom);
    // The middle of what is seen, from the picture's middle, in pixels.
    let (off_x, off_y) = ((left - right) / 2.0 * width, (top - bottom) / 2.0 * height);
    let (sin, cos) = place.rotation.to_radians().sin_cos();
    let middle_x = frame_w * (0.5 + place.position[0]) + cos * off_x - sin * off_y;
    let middle_y = frame_h * (0.5 + place.position[1]) + sin * off_x + cos * off_y;
    let (pixels_w, pixels_h) = (width * part_w, height * part_h);
    // Pixels: x = middle + cos·(u − ½)·w − sin·(v − ½)·h, then to clip space, whose y goes up.
    let across = [cos * pixels_w, -sin * pixels_h];
    let down = [sin * pixels_w, cos * pixels_h];
    let x0 = middle_x - (across[0] + across[1]) / 2.0;
    let y0 = middle_y - (down[0] + down[1]) / 2.0;
    Corners {
        a: [2.0 * across[0] / frame_w, 2.0 * across[1] / frame_w, 2.0 * x0 / frame_w - 1.0, 0.0],
        b: [-2.0 * down[0] / frame_h, -2.0 * down[1] / frame_h, 1.0 - 2.0 * y0 / frame_h, 0.0],
        part: [left, top, part_w, part_h],
        texels: texels_across as f32 / width.max(1e-3),
        pixels: [pixels_w, pixels_h],
    }
}
