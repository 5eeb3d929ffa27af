//! Frames as textures on the graphics device that egui can show.

use egui::{TextureId, Vec2};
use kinora_compositor::Gpu;
use kinora_frame::{Frame, Size};
use kinora_ui::Texture;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// What happened to textures since the last picture that shows them was made.
#[derive(Clone, Default)]
pub struct Changed {
    /// Nothing shows them any more. A frame that is not drawn yet may, so they are let go after it.
    gone: Arc<Mutex<Vec<TextureId>>>,
    /// They have other pixels.
    touched: Arc<Mutex<BTreeSet<TextureId>>>,
}

impl Changed {
    /// Those that nothing shows any more.
    pub fn take_gone(&self) -> Vec<TextureId> {
        std::mem::take(&mut *self.gone.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Those that have other pixels.
    pub fn take_touched(&self) -> BTreeSet<TextureId> {
        std::mem::take(&mut *self.touched.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Makes textures.
#[derive(Clone)]
pub struct Textures {
    device: wgpu::Device,
    queue: wgpu::Queue,
    renderer: Arc<Mutex<egui_wgpu::Renderer>>,
    changed: Changed,
}

/// A texture whose picture can be changed.
pub(super) struct Slot {
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
    pub fn new(gpu: &Gpu, renderer: Arc<Mutex<egui_wgpu::Renderer>>, changed: Changed) -> Self {
        Self { device: gpu.device.clone(), queue: gpu.queue.clone(), renderer, changed }
    }

    /// A new texture with a picture.
    pub(super) fn slot(&self, frame: &Frame) -> Slot {
        let size = frame.size();
        let descriptor = wgpu::TextureDescriptor {
            label: Some("picture"),
            size: extent(size),
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::Rgba8Unorm,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        };
        let texture = self.device.create_texture(&descriptor);
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        let mut renderer = self.renderer.lock().unwrap_or_else(PoisonError::into_inner);
        let id = renderer.register_native_texture(&self.device, &view, wgpu::FilterMode::Linear);
        let slot = Slot { texture, id, size, points: super::size_of(frame) };
        self.write(&slot, frame);
        slot
    }

    /// Shows another picture in a slot, which becomes another one if the size is.
    pub(super) fn put(&self, slot: &mut Option<Slot>, frame: &Frame) {
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
        let layout =
            wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(4 * slot.size.width), rows_per_image: None };
        self.changed.touched.lock().unwrap_or_else(PoisonError::into_inner).insert(slot.id);
        self.queue.write_texture(slot.texture.as_image_copy(), frame.rgba(), layout, extent(slot.size));
    }
}

fn extent(size: Size) -> wgpu::Extent3d {
    wgpu::Extent3d { width: size.width.max(1), height: size.height.max(1), depth_or_array_layers: 1 }
}
