//! The window's surface, the graphics device that everything shares, and egui drawn on it.

use crate::desk::Textures;
use anyhow::{Context as _, Result, bail};
use kinora_compositor::Gpu;
use raw_window_handle::{DisplayHandle, HandleError, HasDisplayHandle, HasWindowHandle, WindowHandle};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What became of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Drawn {
    /// It is on screen, or nobody could see it.
    Done,
    /// The surface had to be made anew: draw again.
    Again,
}

/// A window's surface.
pub(super) struct Screen {
    surface: wgpu::Surface<'static>,
    gpu: Gpu,
    config: wgpu::SurfaceConfiguration,
    renderer: Arc<Mutex<egui_wgpu::Renderer>>,
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
        let formats = surface.get_capabilities(&adapter).formats;
        let plain = [wgpu::TextureFormat::Bgra8Unorm, wgpu::TextureFormat::Rgba8Unorm];
        if let Some(format) = plain.into_iter().find(|format| formats.contains(format)) {
            config.format = format;
        }
        config.desired_maximum_frame_latency = 1;
        surface.configure(&gpu.device, &config);
        let options = egui_wgpu::RendererOptions { dithering: false, ..Default::default() };
        let renderer = egui_wgpu::Renderer::new(&gpu.device, config.format, options);
        let renderer = Arc::new(Mutex::new(renderer));
        Ok(Self { surface, gpu, config, renderer, tessellated: Duration::ZERO })
    }

    /// The device.
    pub(super) fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// What makes pictures known to egui.
    pub(super) fn textures(&self) -> Textures {
        Textures::new(&self.gpu, self.renderer.clone())
    }

    /// In pixels.
    pub(super) fn size(&self) -> [u32; 2] {
        [self.config.width, self.config.height]
    }

    pub(super) fn resize(&mut self, width: u32, height: u32) {
        if width > 0 && height > 0 && self.size() != [width, height] {
            (self.config.width, self.config.height) = (width, height);
            self.surface.configure(&self.gpu.device, &self.config);
        }
    }

    /// Draws what egui made.
    pub(super) fn draw(&mut self, ctx: &egui::Context, mut output: egui::FullOutput) -> Drawn {
        let (device, queue) = (&self.gpu.device, &self.gpu.queue);
        let scale = output.pixels_per_point;
        let begun = Instant::now();
        let triangles = ctx.tessellate(std::mem::take(&mut output.shapes), scale);
        self.tessellated = begun.elapsed();
        let mut renderer = self.renderer.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = std::mem::take(&mut output.textures_delta.set);
        for (id, deltas) in &changes {
            for delta in deltas {
                renderer.update_texture(device, queue, *id, delta);
            }
        }
        let gone = std::mem::take(&mut output.textures_delta.free);
        let drawn = match self.surface.get_current_texture() {
            wgpu::CurrentSurfaceTexture::Success(frame) | wgpu::CurrentSurfaceTexture::Suboptimal(frame) => {
                let screen = egui_wgpu::ScreenDescriptor {
                    size_in_pixels: [self.config.width, self.config.height],
                    pixels_per_point: scale,
                };
                let view = frame.texture.create_view(&wgpu::TextureViewDescriptor::default());
                let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
                let buffers = renderer.update_buffers(device, queue, &mut encoder, &triangles, &screen);
                let attachment = wgpu::RenderPassColorAttachment {
                    view: &view,
                    resolve_target: None,
                    depth_slice: None,
                    ops: wgpu::Operations {
                        load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                        store: wgpu::StoreOp::Store,
                    },
                };
                let descriptor =
                    wgpu::RenderPassDescriptor { color_attachments: &[Some(attachment)], ..Default::default() };
                let pass = encoder.begin_render_pass(&descriptor);
                renderer.render(&mut pass.forget_lifetime(), &triangles, &screen);
                queue.submit(buffers.into_iter().chain([encoder.finish()]));
                queue.present(frame);
                Drawn::Done
            }
            wgpu::CurrentSurfaceTexture::Occluded => Drawn::Done,
            wgpu::CurrentSurfaceTexture::Timeout => Drawn::Again,
            _ => {
                self.surface.configure(device, &self.config);
                Drawn::Again
            }
        };
        for id in &gone {
            renderer.free_texture(id);
        }
        drawn
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
