//! Frames as textures on the graphics device that egui can show.

use crate::bridge::{Renderer, texture_of};
use egui::{TextureId, Vec2};
use kinora_compositor::Gpu;
use kinora_frame::{Frame, Size};
use kinora_ui::Texture;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What happened to textures since the last picture that shows them was made.
#[derive(Clone, Default)]
pub struct Changed {
    /// Nothing shows them any more. A frame that is not drawn yet may, so they are let go after it.
    gone: Arc<Mutex<Vec<TextureId>>>,
    uploads: Arc<Mutex<Uploads>>,
}

/// Textures that get other pixels, before the next picture is drawn; of several frames for one, the newest.
pub type Uploads = BTreeMap<TextureId, Upload>;

/// Pixels for a texture. The thread that draws writes them: a device's queue is locked for as long as a picture is drawn, which is long on
/// a processor, and the editor would not answer keys meanwhile.
pub struct Upload {
    /// Where to.
    pub texture: wgpu::Texture,
    /// Of its size.
    pub frame: Frame,
}

impl Upload {
    /// Writes them.
    pub fn write(&self, queue: &wgpu::Queue) {
        let Size { width, .. } = self.frame.size();
        let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(4 * width), rows_per_image: None };
        queue.write_texture(self.texture.as_image_copy(), self.frame.rgba(), layout, extent(self.frame.size()));
    }
}

impl Changed {
    /// Those that nothing shows any more.
    pub fn take_gone(&self) -> Vec<TextureId> {
        std::mem::take(&mut *self.gone.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Those that get other pixels.
    pub fn take_uploads(&self) -> Uploads {
        std::mem::take(&mut *self.uploads.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Makes textures.
#[derive(Clone)]
pub struct Textures {
    device: wgpu::Device,
    renderer: Arc<Mutex<Renderer>>,
    changed: Changed,
}

/// A texture whose picture can be changed.
pub struct Slot {
    texture: wgpu::Texture,
    id: TextureId,
    size: Size,
    points: Vec2,
}

impl Slot {
    pub(super) fn texture(&self) -> Texture {
        Texture { id: self.id, size: self.points }
    }
}

impl Textures {
    /// On this device, known to this renderer.
    pub fn new(gpu: &Gpu, renderer: Arc<Mutex<Renderer>>, changed: Changed) -> Self {
        Self { device: gpu.device.clone(), renderer, changed }
    }

    /// A new texture with a picture.
    pub fn slot(&self, frame: &Frame) -> Slot {
        let size = frame.size();
        let texture = texture_of(&self.device, [size.width, size.height]);
        let mut renderer = self.renderer.lock().unwrap_or_else(PoisonError::into_inner);
        let id = renderer.register(&self.device, &texture);
        let slot = Slot { texture, id, size, points: super::size_of(frame) };
        self.write(&slot, frame);
        slot
    }

    /// Shows another picture in a slot, which becomes another one if the size is.
    pub fn put(&self, slot: &mut Option<Slot>, frame: &Frame) {
        match slot {
            Some(slot) if slot.size == frame.size() => self.write(slot, frame),
            _ => {
                let old = slot.replace(self.slot(frame));
                old.into_iter().for_each(|old| self.free(old));
            }
        }
    }

    pub(super) fn free(&self, slot: Slot) {
        self.changed.gone.lock().unwrap_or_else(PoisonError::into_inner).push(slot.id);
    }

    fn write(&self, slot: &Slot, frame: &Frame) {
        let upload = Upload { texture: slot.texture.clone(), frame: frame.clone() };
        self.changed.uploads.lock().unwrap_or_else(PoisonError::into_inner).insert(slot.id, upload);
    }
}

fn extent(size: Size) -> wgpu::Extent3d {
    wgpu::Extent3d { width: size.width.max(1), height: size.height.max(1), depth_or_array_layers: 1 }
}
