//! The sound device of this machine, through cpal: it takes samples from a [`Line`] whenever it needs some.
//!
//! Deliberately not here: a choice of devices. It is the one that the system plays on.

use super::line::Line;
use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{ErrorKind, FromSample, OutputCallbackInfo, SampleFormat, SizedSample, StreamConfig, SupportedStreamConfig};
use kinora_media::{SAMPLE_RATE, Stereo};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Something that plays what a line holds, until it is dropped.
pub(super) trait Device {
    /// Samples a second.
    fn rate(&self) -> u32;

    /// Whether it is gone: pulled out, or taken by somebody else.
    fn is_lost(&self) -> bool;
}

/// Opens a device; says why there is none.
pub(super) type Open = Box<dyn Fn(&Arc<Line>) -> Result<Box<dyn Device>, String> + Send>;

struct Speakers {
    /// Plays until it is dropped.
    _stream: cpal::Stream,
    rate: u32,
    lost: Arc<AtomicBool>,
}

impl Device for Speakers {
    fn rate(&self) -> u32 {
        self.rate
    }

    fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }
}

/// The device that the system plays on.
pub(super) fn open(line: &Arc<Line>) -> Result<Box<dyn Device>, String> {
    let device = cpal::default_host().default_output_device().ok_or("this machine has none")?;
    let config = config_of(&device).map_err(|error| error.to_string())?;
    let format = config.sample_format();
    let config = StreamConfig::from(config);
    let lost = Arc::new(AtomicBool::new(false));
    let stream = match format {
        SampleFormat::F32 => stream::<f32>(&device, config, line, &lost),
        SampleFormat::I16 => stream::<i16>(&device, config, line, &lost),
        SampleFormat::I32 => stream::<i32>(&device, config, line, &lost),
        SampleFormat::U16 => stream::<u16>(&device, config, line, &lost),
        SampleFormat::U8 => stream::<u8>(&device, config, line, &lost),
        other => return Err(format!("it wants samples as {other}")),
    };
    let stream = stream.map_err(|error| error.to_string())?;
    stream.play().map_err(|error| error.to_string())?;
    Ok(Box::new(Speakers { _stream: stream, rate: config.sample_rate, lost }))
}

/// 48 kHz in stereo if the device has it, else what it likes best.
fn config_of(device: &cpal::Device) -> Result<SupportedStreamConfig, cpal::Error> {
    let worth = |format: SampleFormat| match format {
        SampleFormat::F32 => 3,
        SampleFormat::I32 => 2,
        SampleFormat::I16 => 1,
        _ => 0,
    };
    let best = device
        .supported_output_configs()?
        .filter(|range| worth(range.sample_format()) > 0)
        .filter_map(|range| range.try_with_sample_rate(SAMPLE_RATE))
        .max_by_key(|config| (config.channels() == 2, worth(config.sample_format())));
    best.map_or_else(|| device.default_output_config(), Ok)
}

fn stream<T: SizedSample + FromSample<f32>>(
    device: &cpal::Device,
    config: StreamConfig,
    line: &Arc<Line>,
    lost: &Arc<AtomicBool>,
) -> Result<cpal::Stream, cpal::Error> {
    let (line, lost) = (line.clone(), lost.clone());
    let channels = usize::from(config.channels.max(1));
    let mut samples: Vec<Stereo> = Vec::new();
    let fill = move |out: &mut [T], info: &OutputCallbackInfo| {
        samples.resize(out.len() / channels, [0.0; 2]);
        line.fill(&mut samples, Instant::now(), latency(info));
        for (frame, sample) in out.chunks_exact_mut(channels).zip(&samples) {
            spread(*sample, frame);
        }
    };
    let failed = move |error: cpal::Error| {
        let goes_on = matches!(error.kind(), ErrorKind::Xrun | ErrorKind::RealtimeDenied | ErrorKind::DeviceChanged);
        if !goes_on {
            lost.store(true, Ordering::Relaxed);
        }
    };
    device.build_output_stream(config, fill, failed, None)
}

fn latency(info: &OutputCallbackInfo) -> Duration {
    let times = info.timestamp();
    times.playback.checked_duration_since(times.callback).unwrap_or_default()
}

/// A sample on a device's channels: left and right are the first two, a single one gets both.
fn spread<T: SizedSample + FromSample<f32>>([left, right]: Stereo, frame: &mut [T]) {
    frame.fill(T::EQUILIBRIUM);
    match frame {
        [one] => *one = T::from_sample(0.5 * (left + right)),
        [first, second, ..] => (*first, *second) = (T::from_sample(left), T::from_sample(right)),
        [] => {}
    }
}
