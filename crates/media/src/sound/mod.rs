//! Sound: files as 48 kHz stereo at any time, several of them mixed, and the levels that a meter shows.
//!
//! Deliberately not here: the sound device (the shell's), and which sounds a timeline has (`kinora-studio`).

mod ffmpeg_decoder;
mod level;
mod mix;
mod rate;
mod source;
mod symphonia_decoder;
mod varispeed;

pub use level::{Level, level};
pub use mix::{Fades, MixClip, Mixer};
pub use rate::RateConverter;
pub use source::SoundSource;

use ffmpeg_next::util::frame::Audio;
use kinora_time::{FLICKS_PER_SECOND, Flicks};
use std::collections::VecDeque;

/// Samples a second of everything that is mixed.
pub const SAMPLE_RATE: u32 = 48_000;

/// Left and right, −1 to 1.
pub type Stereo = [f32; 2];

/// The sample that begins at a time, or nearest to it.
#[must_use]
pub fn sample_at(time: Flicks) -> i64 {
    let flicks = FLICKS_PER_SECOND / i64::from(SAMPLE_RATE);
    (time.0 + flicks / 2).div_euclid(flicks)
}

/// Decoded samples at a place.
pub(crate) struct Block {
    /// The first of them, counted from time 0 at the file's own rate.
    pub(crate) start: i64,
    pub(crate) samples: Audio,
}

/// Appends what a frame of packed samples holds.
fn keep(samples: &Audio, into: &mut VecDeque<Stereo>) {
    if samples.samples() > 0 {
        into.extend(samples.plane::<(f32, f32)>(0).iter().map(|(left, right)| [*left, *right]));
    }
}

/// A file's sound, block by block.
pub(crate) trait Decode: Send {
    /// Goes to a place at or before a time, in seconds.
    fn seek(&mut self, seconds: f64) -> Result<(), String>;

    /// The next block; blocks that can't be decoded are passed over. Nothing at the end.
    fn next(&mut self) -> Result<Option<Block>, String>;
}
