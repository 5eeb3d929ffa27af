//! Layers of pictures into one frame, through wgpu: the program monitor and the export use this one graph.
//!
//! Everything is mixed in linear light with premultiplied alpha, in 16-bit floats; frames come in and go out as sRGB with straight alpha.
//! The same graph runs on a graphics card and on a software adapter.
//!
//! Deliberately not here: which pictures a timeline shows (`kinora-studio`), decoding them, marks.

mod compositor;
mod gpu;
mod scene;
mod title;

pub use compositor::{Composed, Compositor, CompositorError, Picture};
pub use gpu::{Gpu, NoGpu, SharedGpu};
pub use scene::{Change, Framing, Place, Row, Shown};
pub use title::Titles;
