//! Draws egui's triangles, and keeps the textures that they show.
//!
//! Why not `egui_wgpu`'s: its shader has, behind a flag, a second way to filter textures, with divisions of integers. A processor that
//! draws goes both ways for every pixel: with Mesa's llvmpipe whole pictures took five times as long.

use egui::epaint::{ClippedPrimitive, ImageData, ImageDelta, Primitive, Vertex};
use egui::{Rect, TextureFilter, TextureId, TextureOptions, TextureWrapMode};
use std::collections::HashMap;

/// A texture, and how it is sampled.
struct Shown {
    group: wgpu::BindGroup,
    /// egui's own, of which parts may change.
    texture: Option<wgpu::Texture>,
}

/// A buffer that becomes larger where it has to.
struct Grown {
    buffer: wgpu::Buffer,
    usage: wgpu::BufferUsages,
}

impl Grown {
    fn new(device: &wgpu::Device, usage: wgpu::BufferUsages) -> Self {
        let usage = usage | wgpu::BufferUsages::COPY_DST;
        Self { buffer: Self::of(device, usage, 1 << 16), usage }
    }

    fn of(device: &wgpu::Device, usage: wgpu::BufferUsages, size: u64) -> wgpu::Buffer {
        device.create_buffer(&wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false })
    }

    fn write(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, bytes: &[u8]) {
        let size = bytes.len() as u64;
        if size > self.buffer.size() {
            self.buffer = Self::of(device, self.usage, size.next_power_of_two());
        }
        queue.write_buffer(&self.buffer, 0, bytes);
    }
}

/// Draws triangles into textures of one format.
pub(crate) struct Renderer {
    pipeline: wgpu::RenderPipeline,
    screen: wgpu::Buffer,
    screen_group: wgpu::BindGroup,
    layout: wgpu::BindGroupLayout,
    textures: HashMap<TextureId, Shown>,
    /// What the next texture that is not egui's own is called.
    next: u64,
    vertices: Grown,
    indices: Grown,
}

impl Renderer {
    pub(crate) fn new(device: &wgpu::Device, format: wgpu::TextureFormat) -> Self {
        let module = device.create_shader_module(wgpu::include_wgsl!("renderer.wgsl"));
        let entry = |binding, visibility, ty| wgpu::BindGroupLayoutEntry { binding, visibility, ty, count: None };
        let uniform = wgpu::BindingType::Buffer {
            ty: wgpu::BufferBindingType::Uniform,
            has_dynamic_offset: false,
            min_binding_size: None,
        };
        let picture = wgpu::BindingType::Texture {
            sample_type: wgpu::TextureSampleType::Float { filterable: true },
            view_dimension: wgpu::TextureViewDimension::D2,
            multisampled: false,
        };
        let filtering = wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering);
        let group = |entries: &[wgpu::BindGroupLayoutEntry]| {
            device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: None, entries })
        };
        let screen_layout = group(&[entry(0, wgpu::ShaderStages::VERTEX, uniform)]);
        let layout = group(&[
            entry(0, wgpu::ShaderStages::FRAGMENT, picture),
            entry(1, wgpu::ShaderStages::FRAGMENT, filtering),
        ]);
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            bind_group_layouts: &[Some(&screen_layout), Some(&layout)],
            ..Default::default()
        });
        let over = |src_factor, dst_factor| wgpu::BlendComponent {
            src_factor,
            dst_factor,
            operation: wgpu::BlendOperation::Add,
        };
        let blend = wgpu::BlendState {
            color: over(wgpu::BlendFactor::One, wgpu::BlendFactor::OneMinusSrcAlpha),
            alpha: over(wgpu::BlendFactor::OneMinusDstAlpha, wgpu::BlendFactor::One),
        };
        let target = wgpu::ColorTargetState { format, blend: Some(blend), write_mask: wgpu::ColorWrites::ALL };
        let vertex = wgpu::VertexBufferLayout {
            array_stride: size_of::<Vertex>() as u64,
            step_mode: wgpu::VertexStepMode::Vertex,
            attributes: &wgpu::vertex_attr_array![0 => Float32x2, 1 => Float32x2, 2 => Unorm8x4],
        };
        let pipeline = device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some("the editor"),
            layout: Some(&pipeline_layout),
            vertex: wgpu::VertexState {
                module: &module,
                entry_point: Some("corner"),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                buffers: &[Some(vertex)],
            },
            primitive: wgpu::PrimitiveState::default(),
            depth_stencil: None,
            multisample: wgpu::MultisampleState::default(),
            fragment: Some(wgpu::FragmentState {
                module: &module,
                entry_point: Some(if format.is_srgb() { "linear" } else { "encoded" }),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                targets: &[Some(target)],
            }),
            multiview_mask: None,
            cache: None,
        });
        let usage = wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST;
        let screen = Grown::of(device, usage, 16);
        let screen_group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: None,
            layout: &screen_layout,
            entries: &[wgpu::BindGroupEntry { binding: 0, resource: screen.as_entire_binding() }],
        });
        let vertices = Grown::new(device, wgpu::BufferUsages::VERTEX);
        let indices = Grown::new(device, wgpu::BufferUsages::INDEX);
        Self { pipeline, screen, screen_group, layout, textures: HashMap::new(), next: 0, vertices, indices }
    }

    /// Makes a texture known that somebody else has: filtered, its edges going on for ever.
    pub(crate) fn register(&mut self, device: &wgpu::Device, texture: &wgpu::Texture) -> TextureId {
        let id = TextureId::User(self.next);
        self.next += 1;
        let group = self.group(device, texture, TextureOptions::LINEAR);
        self.textures.insert(id, Shown { group, texture: None });
        id
    }

    /// Forgets a texture.
    pub(crate) fn free(&mut self, id: TextureId) {
        self.textures.remove(&id);
    }

    fn group(&self, device: &wgpu::Device, texture: &wgpu::Texture, options: TextureOptions) -> wgpu::BindGroup {
        let filter = |filter| match filter {
            TextureFilter::Nearest => wgpu::FilterMode::Nearest,
            TextureFilter::Linear => wgpu::FilterMode::Linear,
        };
        let wrap = match options.wrap_mode {
            TextureWrapMode::ClampToEdge => wgpu::AddressMode::ClampToEdge,
            TextureWrapMode::Repeat => wgpu::AddressMode::Repeat,
            TextureWrapMode::MirroredRepeat => wgpu::AddressMode::MirrorRepeat,
        };
        let sampler = device.create_sampler(&wgpu::SamplerDescriptor {
            mag_filter: filter(options.magnification),
            min_filter: filter(options.minification),
            address_mode_u: wrap,
            address_mode_v: wrap,
            ..Default::default()
        });
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: None,
            layout: &self.layout,
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::TextureView(&view) },
                wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::Sampler(&sampler) },
            ],
        })
    }

    /// A texture of egui's own, or a part of it, gets other pixels.
    pub(crate) fn update(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, id: TextureId, delta: &ImageDelta) {
        let ImageData::Color(image) = &delta.image;
        let [width, height] = image.size.map(|side| u32::try_from(side).unwrap_or(u32::MAX));
        let size = wgpu::Extent3d { width, height, depth_or_array_layers: 1 };
        if width == 0 || height == 0 {
            return;
        }
        let [x, y] = match delta.pos {
            Some(at) => at.map(|side| u32::try_from(side).unwrap_or(u32::MAX)),
            None => {
                let texture = texture_of(device, [width, height]);
                let group = self.group(device, &texture, delta.options);
                self.textures.insert(id, Shown { group, texture: Some(texture) });
                [0, 0]
            }
        };
        let Some(texture) = self.textures.get(&id).and_then(|shown| shown.texture.as_ref()) else { return };
        let origin = wgpu::Origin3d { x, y, z: 0 };
        let target = wgpu::TexelCopyTextureInfo { origin, ..texture.as_image_copy() };
        let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(4 * width), rows_per_image: None };
        queue.write_texture(target, bytemuck::cast_slice(&image.pixels), layout, size);
    }

    /// Takes the triangles of a pass to the device. The size is the target's, in pixels; the scale is pixels a point.
    pub(crate) fn prepare(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        triangles: &[ClippedPrimitive],
        (size, scale): ([u32; 2], f32),
    ) {
        let [width, height] = points(size, scale);
        queue.write_buffer(&self.screen, 0, bytemuck::cast_slice(&[width, height, 0.0, 0.0]));
        let (mut vertices, mut indices) = (Vec::new(), Vec::new());
        for ClippedPrimitive { primitive, .. } in triangles {
            if let Primitive::Mesh(mesh) = primitive {
                vertices.extend_from_slice(bytemuck::cast_slice::<_, u8>(&mesh.vertices));
                indices.extend_from_slice(bytemuck::cast_slice::<_, u8>(&mesh.indices));
            }
        }
        self.vertices.write(device, queue, &vertices);
        self.indices.write(device, queue, &indices);
    }

    /// Draws what was taken there.
    pub(crate) fn draw(
        &self,
        pass: &mut wgpu::RenderPass<'_>,
        triangles: &[ClippedPrimitive],
        (size, scale): ([u32; 2], f32),
    ) {
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &self.screen_group, &[]);
        pass.set_vertex_buffer(0, self.vertices.buffer.slice(..));
        pass.set_index_buffer(self.indices.buffer.slice(..), wgpu::IndexFormat::Uint32);
        let (mut vertex, mut index) = (0, 0);
        for ClippedPrimitive { clip_rect, primitive } in triangles {
            let Primitive::Mesh(mesh) = primitive else { continue };
            let (from, first) = (index, vertex);
            index += u32::try_from(mesh.indices.len()).unwrap_or(u32::MAX);
            vertex += i32::try_from(mesh.vertices.len()).unwrap_or(i32::MAX);
            let Some([x, y, width, height]) = scissors(*clip_rect, size, scale) else { continue };
            let Some(shown) = self.textures.get(&mesh.texture_id) else { continue };
            pass.set_scissor_rect(x, y, width, height);
            pass.set_bind_group(1, &shown.group, &[]);
            pass.draw_indexed(from..index, first, 0..1);
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "screens are small")]
fn points(size: [u32; 2], scale: f32) -> [f32; 2] {
    size.map(|side| side as f32 / scale)
}

/// What of a target may be drawn on, in pixels: left, top, width, height. None where nothing is left of it.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the target")]
fn scissors(clip: Rect, [width, height]: [u32; 2], scale: f32) -> Option<[u32; 4]> {
    let pixel = |point: f32, side: u32| ((point * scale).round().max(0.0) as u32).min(side);
    let (left, top) = (pixel(clip.min.x, width), pixel(clip.min.y, height));
    let (right, bottom) = (pixel(clip.max.x, width), pixel(clip.max.y, height));
    (right > left && bottom > top).then(|| [left, top, right - left, bottom - top])
}

/// A texture for sRGB pixels, as they are encoded, that can be written to and drawn.
pub(crate) fn texture_of(device: &wgpu::Device, [width, height]: [u32; 2]) -> wgpu::Texture {
    device.create_texture(&wgpu::TextureDescriptor {
        label: Some("picture"),
        size: wgpu::Extent3d { width: width.max(1), height: height.max(1), depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: wgpu::TextureFormat::Rgba8Unorm,
        usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
        view_formats: &[],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Color32, ColorImage, Mesh, Pos2, Vec2, pos2};
    use kinora_compositor::Gpu;

    const SIZE: [u32; 2] = [64, 8];

    /// A part of a texture over a place in points, white, and what of it is seen.
    fn piece(texture: TextureId, place: Rect, clip: Rect) -> ClippedPrimitive {
        let mut mesh = Mesh::with_texture(texture);
        mesh.add_rect_with_uv(place, Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0)), Color32::WHITE);
        ClippedPrimitive { clip_rect: clip, primitive: Primitive::Mesh(mesh) }
    }

    fn drawn(renderer: &mut Renderer, gpu: &Gpu, triangles: &[ClippedPrimitive]) -> Vec<u8> {
        let [width, height] = SIZE;
        let size = wgpu::Extent3d { width, height, depth_or_array_layers: 1 };
        let texture = gpu.device.create_texture(&wgpu::TextureDescriptor {
            label: None,
            size,
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::Rgba8Unorm,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        let usage = wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ;
        let read = Grown::of(&gpu.device, usage, u64::from(4 * width * height));
        renderer.prepare(&gpu.device, &gpu.queue, triangles, (SIZE, 2.0));
        let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let ops = wgpu::Operations { load: wgpu::LoadOp::Clear(wgpu::Color::BLACK), store: wgpu::StoreOp::Store };
        let attachment = wgpu::RenderPassColorAttachment { view: &view, resolve_target: None, depth_slice: None, ops };
        let descriptor = wgpu::RenderPassDescriptor { color_attachments: &[Some(attachment)], ..Default::default() };
        let mut pass = encoder.begin_render_pass(&descriptor);
        renderer.draw(&mut pass, triangles, (SIZE, 2.0));
        drop(pass);
        let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(4 * width), rows_per_image: None };
        let target = wgpu::TexelCopyBufferInfo { buffer: &read, layout };
        encoder.copy_texture_to_buffer(texture.as_image_copy(), target, size);
        gpu.queue.submit([encoder.finish()]);
        read.slice(..).map_async(wgpu::MapMode::Read, |mapped| mapped.unwrap());
        gpu.device.poll(wgpu::PollType::wait_indefinitely()).unwrap();
        read.slice(..).get_mapped_range().unwrap().to_vec()
    }

    #[test]
    fn textures_are_drawn_where_they_belong_and_over_each_other() {
        let gpu = Gpu::open().unwrap();
        let mut renderer = Renderer::new(&gpu.device, wgpu::TextureFormat::Rgba8Unorm);
        let (red, half) = (TextureId::Managed(0), TextureId::Managed(1));
        let image = |colour| ColorImage::filled([4, 4], colour);
        let mut put = |id, delta: ImageDelta| renderer.update(&gpu.device, &gpu.queue, id, &delta);
        put(red, ImageDelta::full(image(Color32::BLUE), TextureOptions::NEAREST));
        put(red, ImageDelta::partial([0, 0], image(Color32::RED), TextureOptions::NEAREST));
        let veil = Color32::from_rgba_premultiplied(0, 100, 0, 128);
        put(half, ImageDelta::full(image(veil), TextureOptions::NEAREST));
        // Two pixels a point: 32 by 4 points.
        let all = Rect::from_min_size(Pos2::ZERO, Vec2::new(32.0, 4.0));
        let right = Rect::from_min_max(pos2(16.0, 0.0), pos2(90.0, 4.0));
        let triangles = [piece(red, all, all), piece(half, all, right), piece(TextureId::User(7), all, all)];
        let pixels = drawn(&mut renderer, &gpu, &triangles);
        let at = |x: usize, y: usize| &pixels[4 * (64 * y + x)..][..4];
        assert_eq!((at(0, 0), at(31, 7)), (&[255, 0, 0, 255][..], &[255, 0, 0, 255][..]));
        for place in [at(32, 0), at(63, 7)] {
            assert!(place[0].abs_diff(127) <= 1 && place[1].abs_diff(100) <= 1 && place[2] == 0, "{place:?}");
        }
        renderer.free(half);
        let pixels = drawn(&mut renderer, &gpu, &triangles);
        assert_eq!(pixels[4 * 40..][..3], [255, 0, 0], "nothing is left of it");
    }

    #[test]
    fn nothing_is_drawn_beside_the_target() {
        let clip = |left: f32, right: f32| Rect::from_min_max(pos2(left, 0.0), pos2(right, 4.0));
        assert_eq!(scissors(clip(-3.0, 9.2), SIZE, 2.0), Some([0, 0, 18, 8]));
        assert_eq!(scissors(clip(30.0, 1e9), SIZE, 2.0), Some([60, 0, 4, 8]));
        assert_eq!(scissors(clip(33.0, 50.0), SIZE, 2.0), None);
        assert_eq!(scissors(clip(5.0, 5.0), SIZE, 2.0), None);
    }
}
