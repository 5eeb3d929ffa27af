//! Samples on their way from one thread to another without a lock: one writes, the sound device reads.

use kinora_media::Stereo;
use std::sync::atomic::{AtomicU64, Ordering};

/// So many samples at most, each with a number that counts on from 0.
pub(super) struct Ring {
    /// Both channels' bits, so that a sample is never half of one and half of another.
    cells: Box<[AtomicU64]>,
    /// The number of the next sample to write, of the next to read, and of the first that still counts.
    written: AtomicU64,
    read: AtomicU64,
    from: AtomicU64,
}

impl Ring {
    pub(super) fn new(samples: usize) -> Self {
        let cells = (0..samples).map(|_| AtomicU64::new(0)).collect();
        Self { cells, written: AtomicU64::new(0), read: AtomicU64::new(0), from: AtomicU64::new(0) }
    }

    fn cell(&self, number: u64) -> &AtomicU64 {
        // Fits: it is less than the length.
        #[allow(clippy::cast_possible_truncation)]
        &self.cells[(number % self.cells.len() as u64) as usize]
    }

    /// For the writer: how many samples fit.
    pub(super) fn room(&self) -> usize {
        let taken = self.written.load(Ordering::Relaxed) - self.read.load(Ordering::Acquire);
        self.cells.len() - usize::try_from(taken).unwrap_or(usize::MAX).min(self.cells.len())
    }

    /// For the writer: appends samples; those that don't fit are left out.
    pub(super) fn write(&self, samples: impl Iterator<Item = Stereo>) {
        let first = self.written.load(Ordering::Relaxed);
        let mut next = first;
        for [left, right] in samples.take(self.room()) {
            let bits = u64::from(left.to_bits()) << 32 | u64::from(right.to_bits());
            self.cell(next).store(bits, Ordering::Relaxed);
            next += 1;
        }
        self.written.store(next, Ordering::Release);
    }

    /// For the writer: what waits is not read any more. The number of the sample that is written next.
    pub(super) fn flush(&self) -> u64 {
        let written = self.written.load(Ordering::Relaxed);
        self.from.store(written, Ordering::Release);
        written
    }

    /// How many samples wait.
    pub(super) fn waiting(&self) -> usize {
        let next = self.read.load(Ordering::Acquire).max(self.from.load(Ordering::Acquire));
        usize::try_from(self.written.load(Ordering::Acquire).saturating_sub(next)).unwrap_or(0)
    }

    /// For the reader: fills what it can. The number of the first sample, and how many there were.
    pub(super) fn read(&self, samples: &mut [Stereo]) -> (u64, usize) {
        let first = self.read.load(Ordering::Relaxed).max(self.from.load(Ordering::Acquire));
        let waiting = usize::try_from(self.written.load(Ordering::Acquire).saturating_sub(first)).unwrap_or(0);
        let count = waiting.min(samples.len());
        for (number, sample) in (first..).zip(&mut samples[..count]) {
            let bits = self.cell(number).load(Ordering::Relaxed);
            #[allow(clippy::cast_possible_truncation)]
            let halves = [(bits >> 32) as u32, bits as u32];
            *sample = halves.map(f32::from_bits);
        }
        self.read.store(first + count as u64, Ordering::Release);
        (first, count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(numbers: std::ops::Range<u32>) -> impl Iterator<Item = Stereo> {
        numbers.map(|number| [number as f32, -(number as f32)])
    }

    #[test]
    fn samples_come_out_as_they_went_in_and_a_flush_drops_those_that_wait() {
        let ring = Ring::new(8);
        let mut out = [[0.0; 2]; 4];
        ring.write(samples(0..10));
        assert_eq!((ring.room(), ring.waiting()), (0, 8), "two did not fit");
        assert_eq!((ring.read(&mut out), out[3]), ((0, 4), [3.0, -3.0]));
        assert_eq!(ring.flush(), 8);
        assert_eq!((ring.room(), ring.waiting()), (4, 0));
        ring.write(samples(20..22));
        assert_eq!((ring.read(&mut out), out[1]), ((8, 2), [21.0, -21.0]));
        assert_eq!(ring.read(&mut out), (10, 0));
    }

    #[test]
    fn two_threads_lose_nothing() {
        let ring = Ring::new(64);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut next = 0;
                while next < 20_000 {
                    let count = u32::try_from(ring.room()).unwrap().min(20_000 - next);
                    ring.write(samples(next..next + count));
                    next += count;
                    std::thread::yield_now();
                }
            });
            let (mut next, mut out) = (0_u32, [[0.0; 2]; 23]);
            while next < 20_000 {
                let (first, count) = ring.read(&mut out);
                assert_eq!(first, u64::from(next));
                for sample in &out[..count] {
                    assert_eq!(*sample, [next as f32, -(next as f32)]);
                    next += 1;
                }
                std::thread::yield_now();
            }
        });
    }
}
