//! The line to a sound device: the samples that wait for it, what it took last and when that is heard, and how loud it was.

use super::ring::Ring;
use kinora_media::Stereo;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What a device took last.
#[derive(Debug, Clone, Copy)]
struct Taken {
    at: Instant,
    /// When the first of it is heard.
    heard: Instant,
    first: u64,
    count: usize,
}

/// A line to a device.
pub(super) struct Line {
    pub(super) ring: Ring,
    /// Whether anything is to be heard: closed, the device gets silence at once.
    open: AtomicBool,
    /// Bits of the highest samples since somebody asked; of numbers that are not negative, the bits are in the same order.
    peaks: [AtomicU32; 2],
    taken: Mutex<Option<Taken>>,
}

impl Line {
    pub(super) fn new(samples: usize) -> Self {
        let (open, peaks) = (AtomicBool::new(false), Default::default());
        Self { ring: Ring::new(samples), open, peaks, taken: Mutex::new(None) }
    }

    pub(super) fn set_open(&self, open: bool) {
        self.open.store(open, Ordering::Release);
    }

    /// Whether anything is to be heard.
    #[cfg(test)]
    pub(super) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    /// What a device does when it needs samples; the first of them is heard after `latency`. Never waits: it runs where a sound device
    /// can't.
    pub(super) fn fill(&self, out: &mut [Stereo], now: Instant, latency: Duration) {
        let wanted = if self.open.load(Ordering::Acquire) { out.len() } else { 0 };
        let (first, count) = self.ring.read(&mut out[..wanted]);
        out[count..].fill([0.0; 2]);
        for sample in &mut out[..count] {
            for (channel, peak) in sample.iter_mut().zip(&self.peaks) {
                // As the export does: what is louder than full scale is cut off there.
                *channel = channel.clamp(-1.0, 1.0);
                peak.fetch_max(channel.abs().to_bits(), Ordering::Relaxed);
            }
        }
        if let Ok(mut taken) = self.taken.try_lock() {
            *taken = Some(Taken { at: now, heard: now + latency, first, count });
        }
    }

    /// The number of the sample that is heard at a time, and a part of one, if the device took any in the last half second.
    pub(super) fn heard(&self, now: Instant, rate: u32) -> Option<f64> {
        const LOST: Duration = Duration::from_millis(500);
        let taken = (*self.taken.lock().unwrap_or_else(PoisonError::into_inner))?;
        if now.saturating_duration_since(taken.at) > LOST {
            return None;
        }
        // Before it is heard, what was taken before still is.
        let since = match now.checked_duration_since(taken.heard) {
            Some(since) => since.as_secs_f64(),
            None => -(taken.heard - now).as_secs_f64(),
        };
        #[allow(clippy::cast_precision_loss)]
        Some(taken.first as f64 + (since * f64::from(rate)).min(taken.count as f64))
    }

    /// The highest samples since this was asked last.
    pub(super) fn take_peaks(&self) -> Stereo {
        [0, 1].map(|channel: usize| f32::from_bits(self.peaks[channel].swap(0, Ordering::Relaxed)))
    }
}
