//! The window's surface, and the graphics device that everything shares. What is drawn on it: [`Painter`].

use super::painter::{Canvas, Painter, Picture};
use super::renderer::Renderer;
use crate::desk::{Changed, Textures};
use anyhow::{Context as _, Result, bail};
use kinora_compositor::Gpu;
use raw_window_handle::{DisplayHandle, HandleError, HasDisplayHandle, HasWindowHandle, WindowHandle};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A window's surface.
pub(super) struct Screen {
    gpu: Gpu,
    /// In pixels.
    size: [u32; 2],
    renderer: Arc<Mutex<Renderer>>,
    painter: Painter,
    /// What happened to textures since the last picture.
    changed: Changed,
    /// How long it took to make triangles of the last frame's shapes.
    pub(super) tessellated: Duration,
}

/// Tauri's window as wgpu wants it.
struct Handles(tauri::Window);

impl HasWindowHandle for Handles {
    fn window_handle(&self) -> Result<WindowHandle<'_>, HandleError> {
        self.0.window_handle()
    }
}

impl HasDisplayHandle for Handles {
    fn display_handle(&self) -> Result<DisplayHandle<'_>, HandleError> {
        self.0.display_handle()
    }
}

impl Screen {
    /// Opens the device that can draw on the window.
    pub(super) fn open(window: &tauri::Window) -> Result<Self> {
        let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
        descriptor.backends = wgpu::Backends::PRIMARY;
        let instance = wgpu::Instance::new(descriptor);
        let size = window.inner_size().context("the window has no size")?;
        let target = wgpu::SurfaceTarget::from(Arc::new(Handles(window.clone())));
        let surface = instance.create_surface(target).context("the window can't be drawn on")?;
        let (gpu, adapter) = Gpu::open_for(&instance, &surface)?;
        let Some(mut config) = surface.get_default_config(&adapter, size.width.max(1), size.height.max(1)) else {
            bail!("{} can't draw on this window", gpu.name);
        };
        // egui blends in the picture's own encoding, so the surface must not encode again.
        let capabilities = surface.get_capabilities(&adapter);
        let formats = capabilities.formats;
        let plain = [wgpu::TextureFormat::Bgra8Unorm, wgpu::TextureFormat::Rgba8Unorm];
        if let Some(format) = plain.into_iter().find(|format| formats.contains(format)) {
            config.format = format;
        }
        config.desired_maximum_frame_latency = 1;
        // What a processor draws is late anyhow: it is not to wait for the screen too.
        let by_processor = adapter.get_info().device_type == wgpu::DeviceType::Cpu;
        if by_processor && capabilities.present_modes.contains(&wgpu::PresentMode::Immediate) {
            config.present_mode = wgpu::PresentMode::Immediate;
        }
        config.usage |= capabilities.usages & wgpu::TextureUsages::COPY_DST;
        surface.configure(&gpu.device, &config);
        let renderer = Arc::new(Mutex::new(Renderer::new(&gpu.device, config.format)));
        let size = [config.width, config.height];
        let canvas = Canvas::new(surface, gpu.clone(), config, renderer.clone());
        let painter = Painter::new(canvas).context("no thread can be started to draw the window")?;
        Ok(Self { gpu, size, renderer, painter, changed: Changed::default(), tessellated: Duration::ZERO })
    }

    /// The device.
    pub(super) fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// What makes pictures known to egui.
    pub(super) fn textures(&self) -> Textures {
        Textures::new(&self.gpu, self.renderer.clone(), self.changed.clone())
    }

    /// In pixels.
    pub(super) fn size(&self) -> [u32; 2] {
        self.size
    }

    pub(super) fn resize(&mut self, width: u32, height: u32) {
        if width > 0 && height > 0 {
            self.size = [width, height];
        }
    }

    /// Has drawn what egui made; `lost`: whether nothing of the picture before is on screen for certain.
    pub(super) fn draw(&mut self, ctx: &egui::Context, mut output: egui::FullOutput, lost: bool) {
        let begun = Instant::now();
        let triangles = ctx.tessellate(std::mem::take(&mut output.shapes), output.pixels_per_point);
        self.tessellated = begun.elapsed();
        let changes = std::mem::take(&mut output.textures_delta.set);
        let changes = changes.into_iter().flat_map(|(id, deltas)| deltas.into_iter().map(move |delta| (id, delta)));
        let gone = std::mem::take(&mut output.textures_delta.free);
        let gone = gone.into_iter().chain(self.changed.take_gone()).collect();
        let (changes, uploads) = (changes.collect(), self.changed.take_uploads());
        let (scale, size) = (output.pixels_per_point, self.size);
        self.painter.put(Picture { triangles, scale, size, changes, gone, uploads, lost });
    }

    /// The thread that draws.
    pub(super) fn painter(&self) -> &Painter {
        &self.painter
    }
}

/// GTK leaves the window's inside to us: it would paint its own ground over every frame. What it uncovers or paints over all the same is
/// told through `uncovered`.
#[cfg(target_os = "linux")]
pub(super) fn leave_to_us(window: &tauri::Window, uncovered: &Arc<AtomicBool>) {
    use gtk::prelude::*;

    let Ok(window) = window.gtk_window() else { return };
    window.set_app_paintable(true);
    for child in window.children() {
        window.remove(&child);
    }
    let uncovered = uncovered.clone();
    window.connect_draw(move |_, _| {
        uncovered.store(true, Ordering::Relaxed);
        gtk::glib::Propagation::Stop
    });
}

#[cfg(not(target_os = "linux"))]
pub(super) fn leave_to_us(_: &tauri::Window, _: &Arc<AtomicBool>) {}
