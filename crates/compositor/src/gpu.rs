//! The graphics device that everything draws with: made once, by the shell or the command line, and handed down.

use std::sync::{Arc, OnceLock};

/// A graphics device.
#[derive(Debug, Clone)]
pub struct Gpu {
    /// Makes textures and pipelines.
    pub device: wgpu::Device,
    /// Takes commands.
    pub queue: wgpu::Queue,
    /// For people: the adapter's name.
    pub name: String,
}

/// There is no graphics adapter, not even one in software.
#[derive(Debug, Clone, thiserror::Error)]
#[error(
    "no graphics adapter was found ({0}); install a driver for Vulkan, Metal or Direct3D 12 (on Debian and Ubuntu, mesa-vulkan-drivers \
     has one that works without a graphics card)"
)]
pub struct NoGpu(String);

impl Gpu {
    /// The fastest adapter of this machine; a software one where there is no other.
    ///
    /// # Errors
    /// [`NoGpu`].
    pub fn open() -> Result<Self, NoGpu> {
        let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
        descriptor.backends = wgpu::Backends::PRIMARY;
        let instance = wgpu::Instance::new(descriptor);
        Self::on(&instance, None).map(|(gpu, _)| gpu)
    }

    /// An adapter that can draw on a window's surface, for the shell: everything else is then drawn with the same one.
    ///
    /// # Errors
    /// [`NoGpu`].
    pub fn open_for(instance: &wgpu::Instance, surface: &wgpu::Surface<'_>) -> Result<(Self, wgpu::Adapter), NoGpu> {
        Self::on(instance, Some(surface))
    }

    fn on(
        instance: &wgpu::Instance,
        compatible_surface: Option<&wgpu::Surface<'_>>,
    ) -> Result<(Self, wgpu::Adapter), NoGpu> {
        let options = wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            compatible_surface,
            ..Default::default()
        };
        let adapter = pollster::block_on(instance.request_adapter(&options)).map_err(|e| NoGpu(e.to_string()))?;
        let info = adapter.get_info();
        let limits = wgpu::Limits {
            max_texture_dimension_2d: adapter.limits().max_texture_dimension_2d,
            ..wgpu::Limits::downlevel_defaults()
        };
        let descriptor = wgpu::DeviceDescriptor { required_limits: limits, ..Default::default() };
        let device = pollster::block_on(adapter.request_device(&descriptor)).map_err(|e| NoGpu(e.to_string()))?;
        Ok((Self { device: device.0, queue: device.1, name: info.name }, adapter))
    }
}

/// The graphics device of the process: handed in by whoever has one, or opened when it is first needed.
#[derive(Debug, Clone, Default)]
pub struct SharedGpu(Arc<OnceLock<Result<Gpu, NoGpu>>>);

impl SharedGpu {
    /// One that is there already.
    #[must_use]
    pub fn of(gpu: Gpu) -> Self {
        Self(Arc::new(OnceLock::from(Ok(gpu))))
    }

    /// The device.
    ///
    /// # Errors
    /// [`NoGpu`], the same each time.
    pub fn get(&self) -> Result<&Gpu, NoGpu> {
        self.0.get_or_init(Gpu::open).as_ref().map_err(NoGpu::clone)
    }
}
