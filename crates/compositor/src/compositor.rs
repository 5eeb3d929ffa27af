//! The graph: uploads, quads, changes between pictures, and frames back.

use crate::Gpu;
use crate::scene::{Change, Corners, Place, Row, Shown, corners};
use kinora_frame::{Frame, Size};
use std::sync::mpsc;

const WORK: wgpu::TextureFormat = wgpu::TextureFormat::Rgba16Float;
const OUT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;
/// Copies of textures into buffers have rows of a multiple of this many bytes.
const ROW_BYTES: u32 = wgpu::COPY_BYTES_PER_ROW_ALIGNMENT;

/// Why a frame could not be made.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum CompositorError {
    /// The picture or the frame is larger than the device can hold, or has no pixels.
    #[error("a picture of {size} can't be drawn on this graphics device, which holds up to {most} pixels a side")]
    Size {
        /// What was asked for.
        size: Size,
        /// Pixels a side.
        most: u32,
    },
    /// The device is gone: it was reset, or ran out of memory.
    #[error("the graphics device stopped working ({0}); start Kinora again")]
    Lost(String),
}

/// A picture on the device, as linear light with premultiplied alpha.
#[derive(Debug)]
pub struct Picture {
    size: Size,
    bind_group: wgpu::BindGroup,
}

impl Picture {
    /// Pixels.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }
}

/// A frame on the device: a texture of 8 bits a channel, sRGB-encoded, opaque.
#[derive(Debug)]
pub struct Composed {
    /// For a window to show.
    pub texture: wgpu::Texture,
    size: Size,
}

/// What a quad needs to know, as the shader lays it out.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
struct Quad {
    a: [f32; 4],
    b: [f32; 4],
    part: [f32; 4],
    look: [f32; 4],
    window: [f32; 4],
}

/// Makes frames of one size.
pub struct Compositor {
    gpu: Gpu,
    size: Size,
    uniform_layout: wgpu::BindGroupLayout,
    picture_layout: wgpu::BindGroupLayout,
    sampler: wgpu::Sampler,
    over: wgpu::RenderPipeline,
    add: wgpu::RenderPipeline,
    premultiply: wgpu::RenderPipeline,
    halve: wgpu::RenderPipeline,
    copy_over: wgpu::RenderPipeline,
    encode: wgpu::RenderPipeline,
    /// Where rows are laid over each other, and where a change happens before it is laid over.
    work: Target,
    side: Target,
    black: Option<Picture>,
}

struct Target {
    view: wgpu::TextureView,
    bind_group: wgpu::BindGroup,
}

impl Compositor {
    /// A compositor for frames of a size.
    ///
    /// # Errors
    /// [`CompositorError::Size`].
    pub fn new(gpu: &Gpu, size: Size) -> Result<Self, CompositorError> {
        check(gpu, size)?;
        let device = &gpu.device;
        let shader = device.create_shader_module(wgpu::include_wgsl!("shader.wgsl"));
        let uniform_layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("quad"),
            entries: &[wgpu::BindGroupLayoutEntry {
                binding: 0,
                visibility: wgpu::ShaderStages::VERTEX_FRAGMENT,
                ty: wgpu::BindingType::Buffer {
                    ty: wgpu::BufferBindingType::Uniform,
                    has_dynamic_offset: false,
                    min_binding_size: None,
                },
                count: None,
            }],
        });
        let picture_layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("picture"),
            entries: &[
                wgpu::BindGroupLayoutEntry {
                    binding: 0,
                    visibility: wgpu::ShaderStages::FRAGMENT,
                    ty: wgpu::BindingType::Texture {
                        sample_type: wgpu::TextureSampleType::Float { filterable: true },
                        view_dimension: wgpu::TextureViewDimension::D2,
                        multisampled: false,
                    },
                    count: None,
                },
                wgpu::BindGroupLayoutEntry {
                    binding: 1,
                    visibility: wgpu::ShaderStages::FRAGMENT,
                    ty: wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering),
                    count: None,
                },
            ],
        });
        let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: None,
            bind_group_layouts: &[Some(&uniform_layout), Some(&picture_layout)],
            ..Default::default()
        });
        let pipeline = |vertex: &str, fragment: &str, format, blend| {
            device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
                label: Some(fragment),
                layout: Some(&layout),
                vertex: wgpu::VertexState {
                    module: &shader,
                    entry_point: Some(vertex),
                    compilation_options: wgpu::PipelineCompilationOptions::default(),
                    buffers: &[],
                },
                primitive: wgpu::PrimitiveState {
                    topology: wgpu::PrimitiveTopology::TriangleStrip,
                    ..Default::default()
                },
                depth_stencil: None,
                multisample: wgpu::MultisampleState::default(),
                fragment: Some(wgpu::FragmentState {
                    module: &shader,
                    entry_point: Some(fragment),
                    compilation_options: wgpu::PipelineCompilationOptions::default(),
                    targets: &[Some(wgpu::ColorTargetState { format, blend, write_mask: wgpu::ColorWrites::ALL })],
                }),
                multiview_mask: None,
                cache: None,
            })
        };
        let over = Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING);
        let sum = wgpu::BlendComponent {
            src_factor: wgpu::BlendFactor::One,
            dst_factor: wgpu::BlendFactor::One,
            operation: wgpu::BlendOperation::Add,
        };
        let add = Some(wgpu::BlendState { color: sum, alpha: sum });
        let sampler = device.create_sampler(&wgpu::SamplerDescriptor {
            mag_filter: wgpu::FilterMode::Linear,
            min_filter: wgpu::FilterMode::Linear,
            mipmap_filter: wgpu::MipmapFilterMode::Linear,
            ..Default::default()
        });
        let target = |label| {
            let texture = texture(gpu, size, WORK, 1, label);
            let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
            let bind_group = bind(device, &picture_layout, &view, &sampler);
            Target { view, bind_group }
        };
        let mut compositor = Self {
            size,
            over: pipeline("place", "draw", WORK, over),
            add: pipeline("place", "draw", WORK, add),
            premultiply: pipeline("whole", "premultiply", WORK, None),
            halve: pipeline("whole", "halve", WORK, None),
            copy_over: pipeline("whole", "copy", WORK, over),
            encode: pipeline("whole", "encode", OUT, None),
            work: target("work"),
            side: target("side"),
            black: None,
            gpu: gpu.clone(),
            uniform_layout,
            picture_layout,
            sampler,
        };
        compositor.black = Some(compositor.upload(&Frame::filled(Size::new(1, 1), [0, 0, 0, 255]))?);
        Ok(compositor)
    }

    /// Pixels of its frames.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// Brings a picture onto the device.
    ///
    /// # Errors
    /// [`CompositorError::Size`].
    pub fn upload(&self, frame: &Frame) -> Result<Picture, CompositorError> {
        let size = frame.size();
        check(&self.gpu, size)?;
        let device = &self.gpu.device;
        let straight = texture(&self.gpu, size, wgpu::TextureFormat::Rgba8UnormSrgb, 1, "straight");
        self.gpu.queue.write_texture(
            straight.as_image_copy(),
            frame.rgba(),
            wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(size.width * 4), rows_per_image: None },
            straight.size(),
        );
        // Halved until the frame is larger: what is drawn smaller is never sampled beyond.
        let halvings = (size.width.max(size.height) / self.size.width.min(self.size.height).max(1)).max(1).ilog2() + 3;
        let levels = (size.width.max(size.height).ilog2() + 1).min(halvings);
        let levels =
            if size.width <= self.size.width && size.height <= self.size.height { levels.min(4) } else { levels };
        let premultiplied = texture(&self.gpu, size, WORK, levels, "picture");
        let level = |level| {
            premultiplied.create_view(&wgpu::TextureViewDescriptor {
                base_mip_level: level,
                mip_level_count: Some(1),
                ..Default::default()
            })
        };
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let source = straight.create_view(&wgpu::TextureViewDescriptor::default());
        let source = bind(device, &self.picture_layout, &source, &self.sampler);
        self.whole(&mut encoder, &self.premultiply, &source, &level(0), Some(wgpu::Color::TRANSPARENT));
        for number in 1..levels {
            let above = bind(device, &self.picture_layout, &level(number - 1), &self.sampler);
            self.whole(&mut encoder, &self.halve, &above, &level(number), Some(wgpu::Color::TRANSPARENT));
        }
        self.gpu.queue.submit([encoder.finish()]);
        let view = premultiplied.create_view(&wgpu::TextureViewDescriptor::default());
        Ok(Picture { size, bind_group: bind(device, &self.picture_layout, &view, &self.sampler) })
    }

    /// Lays rows over black, bottom to top.
    #[must_use]
    pub fn compose(&self, rows: &[Row<'_>]) -> Composed {
        let device = &self.gpu.device;
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        self.clear(&mut encoder, &self.work, wgpu::Color::BLACK);
        for row in rows {
            match row {
                Row::Still(shown) => self.quad(&mut encoder, &self.over, &self.work, shown, 1.0, [0.0, 1.0]),
                Row::Change { from, to, change, done } => {
                    self.clear(&mut encoder, &self.side, wgpu::Color::TRANSPARENT);
                    self.change(&mut encoder, from.as_ref(), to.as_ref(), *change, done.clamp(0.0, 1.0));
                    self.whole(&mut encoder, &self.copy_over, &self.side.bind_group, &self.work.view, None);
                }
            }
        }
        let out = texture(&self.gpu, self.size, OUT, 1, "frame");
        let view = out.create_view(&wgpu::TextureViewDescriptor::default());
        self.whole(&mut encoder, &self.encode, &self.work.bind_group, &view, Some(wgpu::Color::BLACK));
        self.gpu.queue.submit([encoder.finish()]);
        Composed { texture: out, size: self.size }
    }

    /// The frame's pixels.
    ///
    /// # Errors
    /// [`CompositorError::Lost`].
    pub fn read(&self, composed: &Composed) -> Result<Frame, CompositorError> {
        let lost = |reason: String| CompositorError::Lost(reason);
        let (size, device) = (composed.size, &self.gpu.device);
        let row = (size.width * 4).next_multiple_of(ROW_BYTES);
        let buffer = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("read"),
            size: u64::from(row) * u64::from(size.height),
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(row), rows_per_image: None };
        let target = wgpu::TexelCopyBufferInfo { buffer: &buffer, layout };
        encoder.copy_texture_to_buffer(composed.texture.as_image_copy(), target, composed.texture.size());
        self.gpu.queue.submit([encoder.finish()]);
        let (send, receive) = mpsc::channel();
        buffer.slice(..).map_async(wgpu::MapMode::Read, move |done| {
            // Nobody waits any more if this can't be sent.
            let _ = send.send(done);
        });
        device.poll(wgpu::PollType::wait_indefinitely()).map_err(|error| lost(error.to_string()))?;
        let mapped = receive.recv().map_err(|error| lost(error.to_string()))?;
        mapped.map_err(|error| lost(error.to_string()))?;
        let mut frame = Frame::filled(size, [0, 0, 0, 255]);
        let bytes = buffer.slice(..).get_mapped_range().map_err(|error| lost(error.to_string()))?;
        let (row, width) = (row as usize, size.width as usize * 4);
        for (to, from) in frame.rgba_mut().chunks_exact_mut(width).zip(bytes.chunks_exact(row)) {
            to.copy_from_slice(&from[..width]);
        }
        drop(bytes);
        buffer.unmap();
        Ok(frame)
    }

    /// Draws both sides of a change into `side`: what they weigh is added up.
    fn change(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        from: Option<&Shown<'_>>,
        to: Option<&Shown<'_>>,
        change: Change,
        done: f32,
    ) {
        let (weights, windows) = match change {
            Change::Dissolve => ([1.0 - done, done], [[0.0, 1.0]; 2]),
            Change::Dip => ([(1.0 - 2.0 * done).max(0.0), (2.0 * done - 1.0).max(0.0)], [[0.0, 1.0]; 2]),
            Change::Wipe => ([1.0; 2], [[done, 1.0], [0.0, done]]),
        };
        for ((shown, weight), window) in [from, to].into_iter().zip(weights).zip(windows) {
            if let Some(shown) = shown.filter(|_| weight > 0.0) {
                self.quad(encoder, &self.add, &self.side, shown, weight, window);
            }
        }
        if let (Change::Dip, Some(black)) = (change, &self.black) {
            let shown = Shown { picture: black, shape: self.size, place: Place::default() };
            self.quad(encoder, &self.add, &self.side, &shown, 1.0 - weights[0] - weights[1], [0.0, 1.0]);
        }
    }

    /// Draws a picture in its place.
    fn quad(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        pipeline: &wgpu::RenderPipeline,
        target: &Target,
        shown: &Shown<'_>,
        weight: f32,
        window: [f32; 2],
    ) {
        let Corners { a, b, part, texels, pixels } =
            corners(self.size, shown.shape, shown.picture.size.width, &shown.place);
        #[allow(clippy::cast_precision_loss)]
        let frame = [self.size.width as f32, self.size.height as f32];
        let quad = Quad {
            a,
            b,
            part,
            look: [shown.place.opacity * weight, texels, pixels[0], pixels[1]],
            window: [window[0], window[1], frame[0], frame[1]],
        };
        let uniforms = self.uniforms(&quad);
        let mut pass = begin(encoder, &target.view, None);
        pass.set_pipeline(pipeline);
        pass.set_bind_group(0, &uniforms, &[]);
        pass.set_bind_group(1, &shown.picture.bind_group, &[]);
        pass.draw(0..4, 0..1);
    }

    /// Draws over all of a target.
    fn whole(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        pipeline: &wgpu::RenderPipeline,
        source: &wgpu::BindGroup,
        target: &wgpu::TextureView,
        clear: Option<wgpu::Color>,
    ) {
        let uniforms = self.uniforms(&bytemuck::Zeroable::zeroed());
        let mut pass = begin(encoder, target, clear);
        pass.set_pipeline(pipeline);
        pass.set_bind_group(0, &uniforms, &[]);
        pass.set_bind_group(1, source, &[]);
        pass.draw(0..3, 0..1);
    }

    fn clear(&self, encoder: &mut wgpu::CommandEncoder, target: &Target, colour: wgpu::Color) {
        drop(begin(encoder, &target.view, Some(colour)));
    }

    fn uniforms(&self, quad: &Quad) -> wgpu::BindGroup {
        let buffer = self.gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("quad"),
            size: size_of::<Quad>() as u64,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        self.gpu.queue.write_buffer(&buffer, 0, bytemuck::bytes_of(quad));
        self.gpu.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("quad"),
            layout: &self.uniform_layout,
            entries: &[wgpu::BindGroupEntry { binding: 0, resource: buffer.as_entire_binding() }],
        })
    }
}

fn check(gpu: &Gpu, size: Size) -> Result<(), CompositorError> {
    let most = gpu.device.limits().max_texture_dimension_2d;
    let fits = |side: u32| (1..=most).contains(&side);
    if fits(size.width) && fits(size.height) { Ok(()) } else { Err(CompositorError::Size { size, most }) }
}

fn texture(gpu: &Gpu, size: Size, format: wgpu::TextureFormat, levels: u32, label: &str) -> wgpu::Texture {
    let usage = wgpu::TextureUsages::TEXTURE_BINDING
        | wgpu::TextureUsages::COPY_DST
        | wgpu::TextureUsages::COPY_SRC
        | wgpu::TextureUsages::RENDER_ATTACHMENT;
    gpu.device.create_texture(&wgpu::TextureDescriptor {
        label: Some(label),
        size: wgpu::Extent3d { width: size.width, height: size.height, depth_or_array_layers: 1 },
        mip_level_count: levels,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format,
        usage,
        view_formats: &[],
    })
}

fn bind(
    device: &wgpu::Device,
    layout: &wgpu::BindGroupLayout,
    view: &wgpu::TextureView,
    sampler: &wgpu::Sampler,
) -> wgpu::BindGroup {
    device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: None,
        layout,
        entries: &[
            wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::TextureView(view) },
            wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::Sampler(sampler) },
        ],
    })
}

fn begin<'a>(
    encoder: &'a mut wgpu::CommandEncoder,
    target: &'a wgpu::TextureView,
    clear: Option<wgpu::Color>,
) -> wgpu::RenderPass<'a> {
    let load = clear.map_or(wgpu::LoadOp::Load, wgpu::LoadOp::Clear);
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: None,
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view: target,
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations { load, store: wgpu::StoreOp::Store },
        })],
        depth_stencil_attachment: None,
        timestamp_writes: None,
        occlusion_query_set: None,
        multiview_mask: None,
    })
}
