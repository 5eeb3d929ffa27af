//! The thread that draws what egui made on the window's surface. A software rasteriser takes a tenth of a second for it where other programs
//! use the processor too; the editor answers keys meanwhile. Of pictures that wait, the newest is drawn; no change to a texture is lost.

use super::damage::{Damage, Seen};
use super::renderer::Renderer;
use crate::desk::Uploads;
use egui::TextureId;
use egui::epaint::{ClippedPrimitive, ImageDelta};
use kinora_compositor::Gpu;
use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often a surface is made anew before a picture is given up; the next one tries again.
const TRIES: usize = 3;

/// How many times as long as a picture took to draw the next one waits while jobs run.
const REST: u32 = 3;

/// What one frame of the editor looks like.
pub(super) struct Picture {
    pub(super) triangles: Vec<ClippedPrimitive>,
    /// Pixels a point.
    pub(super) scale: f32,
    /// In pixels.
    pub(super) size: [u32; 2],
    /// Changes to textures, in their order, before it is drawn.
    pub(super) changes: Vec<(TextureId, ImageDelta)>,
    /// Textures that nothing needs once it is drawn.
    pub(super) gone: Vec<TextureId>,
    /// Pixels for textures that were made elsewhere.
    pub(super) uploads: Uploads,
    /// Whether the window system lost what was on screen.
    pub(super) lost: bool,
}

impl Picture {
    /// Takes the place of an older one, which is never drawn.
    fn after(mut self, mut older: Self) -> Self {
        older.changes.append(&mut self.changes);
        older.gone.append(&mut self.gone);
        older.uploads.append(&mut self.uploads);
        let lost = self.lost || older.lost;
        Self { changes: older.changes, gone: older.gone, uploads: older.uploads, lost, ..self }
    }
}

#[derive(Default)]
struct Waiting {
    picture: Option<Picture>,
    over: bool,
    first: Option<Instant>,
    /// When the last picture was on screen, and how long drawing it took.
    last: Option<(Instant, Duration)>,
}

#[derive(Default)]
struct Post {
    waiting: Mutex<Waiting>,
    news: Condvar,
}

impl Post {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next picture; none at the end.
    fn next(&self) -> Option<Picture> {
        let mut waiting = self.lock();
        loop {
            if waiting.over {
                return None;
            }
            if let Some(picture) = waiting.picture.take() {
                return Some(picture);
            }
            waiting = self.news.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Draws pictures in a thread of its own, until it is dropped.
pub(super) struct Painter {
    post: Arc<Post>,
    thread: Option<JoinHandle<()>>,
}

impl Painter {
    /// Takes a surface over.
    pub(super) fn new(canvas: Canvas) -> std::io::Result<Self> {
        let post = Arc::new(Post::default());
        let theirs = post.clone();
        let mut canvas = canvas;
        let thread = std::thread::Builder::new().name("painter".to_owned()).spawn(move || {
            while let Some(picture) = theirs.next() {
                let begun = Instant::now();
                canvas.draw(picture);
                let mut waiting = theirs.lock();
                waiting.first.get_or_insert_with(Instant::now);
                waiting.last = Some((Instant::now(), begun.elapsed()));
            }
        })?;
        Ok(Self { post, thread: Some(thread) })
    }

    /// Has a picture drawn, instead of one that still waits.
    pub(super) fn put(&self, picture: Picture) {
        let mut waiting = self.post.lock();
        let picture = match waiting.picture.take() {
            Some(older) => picture.after(older),
            None => picture,
        };
        waiting.picture = Some(picture);
        self.post.news.notify_one();
    }

    /// Whether the last picture still waits, so that another one would be made for nothing.
    pub(super) fn is_behind(&self) -> bool {
        self.post.lock().picture.is_some()
    }

    /// Until when nothing should be drawn that moves by itself, so that drawing leaves most of the processor to jobs. Where a graphics
    /// device draws, in a thousandth of a second, nobody sees it.
    pub(super) fn rests_until(&self) -> Option<Instant> {
        self.post.lock().last.map(|(end, took)| end + took * REST)
    }

    /// When the first picture was on screen.
    pub(super) fn first_shown(&self) -> Option<Instant> {
        self.post.lock().first
    }

    /// Whether it has ended by itself: the graphics device failed in a way that nothing here expects.
    pub(super) fn has_failed(&self) -> bool {
        self.thread.as_ref().is_some_and(JoinHandle::is_finished)
    }
}

impl Drop for Painter {
    /// The surface is gone before its window is.
    fn drop(&mut self) {
        self.post.lock().over = true;
        self.post.news.notify_one();
        if let Some(thread) = self.thread.take() {
            // One that failed has said so already.
            let _ended = thread.join();
        }
    }
}

/// A surface and what draws on it.
pub(super) struct Canvas {
    surface: wgpu::Surface<'static>,
    gpu: Gpu,
    config: wgpu::SurfaceConfiguration,
    renderer: Arc<Mutex<Renderer>>,
    seen: Seen,
    /// What is on screen, if parts of it can be drawn anew: what is drawn on by turns has older pictures.
    kept: Option<wgpu::Texture>,
}

impl Canvas {
    /// On a surface that `config` fits.
    pub(super) fn new(
        surface: wgpu::Surface<'static>,
        gpu: Gpu,
        config: wgpu::SurfaceConfiguration,
        renderer: Arc<Mutex<Renderer>>,
    ) -> Self {
        Self { surface, gpu, config, renderer, seen: Seen::default(), kept: None }
    }

    fn draw(&mut self, picture: Picture) {
        if [self.config.width, self.config.height] != picture.size {
            [self.config.width, self.config.height] = picture.size;
            self.surface.configure(&self.gpu.device, &self.config);
        }
        let whole = picture.changes.iter().filter(|(_, delta)| delta.is_whole()).map(|(id, _)| *id);
        let touched: BTreeSet<TextureId> = picture.uploads.keys().copied().chain(whole).collect();
        picture.uploads.values().for_each(|upload| upload.write(&self.gpu.queue));
        let damage = self.seen.next(picture.triangles, (picture.scale, picture.size), &touched);
        let is_same = !picture.lost && damage == Damage::Places(Vec::new());
        let frame = if is_same { None } else { self.frame() };
        let (device, queue) = (&self.gpu.device, &self.gpu.queue);
        // Threads that make textures wait for this lock, so that nothing slow happens under it.
        let mut renderer = self.renderer.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, delta) in &picture.changes {
            renderer.update(device, queue, *id, delta);
        }
        let drawn = frame.map(|frame| {
            let screen = ([frame.texture.width(), frame.texture.height()], picture.scale);
            let copies = self.config.usage.contains(wgpu::TextureUsages::COPY_DST);
            let is_new = copies && self.kept.as_ref().is_none_or(|kept| kept.size() != frame.texture.size());
            if is_new {
                self.kept = Some(kept_for(device, &frame.texture));
            }
            let parts = match &damage {
                Damage::Places(places) if copies && !is_new => Some(self.seen.within(places)),
                _ => None,
            };
            let triangles = parts.as_deref().unwrap_or(self.seen.whole());
            let load = if parts.is_some() { wgpu::LoadOp::Load } else { wgpu::LoadOp::Clear(wgpu::Color::BLACK) };
            let target = self.kept.as_ref().unwrap_or(&frame.texture);
            let view = target.create_view(&wgpu::TextureViewDescriptor::default());
            let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
            renderer.prepare(device, queue, triangles, screen);
            let attachment = wgpu::RenderPassColorAttachment {
                view: &view,
                resolve_target: None,
                depth_slice: None,
                ops: wgpu::Operations { load, store: wgpu::StoreOp::Store },
            };
            let descriptor =
                wgpu::RenderPassDescriptor { color_attachments: &[Some(attachment)], ..Default::default() };
            let mut pass = encoder.begin_render_pass(&descriptor);
            renderer.draw(&mut pass, triangles, screen);
            drop(pass);
            if let Some(kept) = &self.kept {
                let (from, to) = (kept.as_image_copy(), frame.texture.as_image_copy());
                encoder.copy_texture_to_texture(from, to, kept.size());
            }
            (frame, encoder.finish())
        });
        for id in &picture.gone {
            renderer.free(*id);
        }
        drop(renderer);
        match drawn {
            Some((frame, commands)) => {
                queue.submit([commands]);
                queue.present(frame);
            }
            None if is_same => {}
            // Nothing of it is on screen: the next one is drawn as a whole.
            None => self.seen = Seen::default(),
        }
    }

    /// What to draw on next; none where nobody could see it.
    fn frame(&mut self) -> Option<wgpu::SurfaceTexture> {
        for _ in 0..TRIES {
            match self.surface.get_current_texture() {
                wgpu::CurrentSurfaceTexture::Success(frame) | wgpu::CurrentSurfaceTexture::Suboptimal(frame) => {
                    return Some(frame);
                }
                wgpu::CurrentSurfaceTexture::Occluded => return None,
                wgpu::CurrentSurfaceTexture::Timeout => {}
                _ => self.surface.configure(&self.gpu.device, &self.config),
            }
        }
        None
    }
}

fn kept_for(device: &wgpu::Device, screen: &wgpu::Texture) -> wgpu::Texture {
    device.create_texture(&wgpu::TextureDescriptor {
        label: Some("what is on screen"),
        size: screen.size(),
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: screen.format(),
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
        view_formats: &[],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::{Changed, Textures};
    use kinora_frame::{Frame, Size};

    fn picture(texture: u64, uploads: Uploads) -> Picture {
        let image = egui::epaint::ColorImage::filled([1, 1], egui::Color32::WHITE);
        let delta = ImageDelta::full(image, egui::TextureOptions::LINEAR);
        let id = TextureId::Managed(texture);
        let (changes, gone) = (vec![(id, delta)], vec![id]);
        Picture { triangles: Vec::new(), scale: 1.0, size: [8, 8], changes, gone, uploads, lost: texture == 1 }
    }

    fn grey(brightness: u8) -> Frame {
        Frame::filled(Size { width: 2, height: 2 }, [brightness; 4])
    }

    #[test]
    fn a_picture_that_is_never_drawn_leaves_its_changes_to_the_next_one() {
        let gpu = Gpu::open().unwrap();
        let renderer = Renderer::new(&gpu.device, wgpu::TextureFormat::Rgba8Unorm);
        let changed = Changed::default();
        let textures = Textures::new(&gpu, Arc::new(Mutex::new(renderer)), changed.clone());
        let (_once, mut twice) = (textures.slot(&grey(1)), Some(textures.slot(&grey(2))));
        let older = picture(1, changed.take_uploads());
        textures.put(&mut twice, &grey(3));
        let merged = picture(2, changed.take_uploads()).after(older);
        let changed: Vec<TextureId> = merged.changes.iter().map(|(id, _)| *id).collect();
        assert_eq!(changed, [TextureId::Managed(1), TextureId::Managed(2)]);
        assert_eq!(merged.gone, changed);
        let pixels: Vec<u8> = merged.uploads.values().map(|upload| upload.frame.rgba()[0]).collect();
        assert_eq!((pixels, merged.lost), (vec![1, 3], true), "of two for one texture, the newer");
    }
}
