//! Frames to files and back: still pictures, the cadence from one frame rate to another, H.264 in MP4, lossless takes, decoding, proxies;
//! and the shape of a file's sound.
//!
//! Deliberately not here: playing and mixing sound, marks and signatures on what leaves (`kinora-provenance`), and the choice of names and
//! folders (`kinora-services`). Everything here reads or writes exactly the path it is given.

mod cadence;
mod decode;
mod error;
mod lossless;
mod mp4;
mod picture;
mod proxy;
mod scale;
mod video_file;
mod waveform;

pub use cadence::Cadence;
pub use decode::{ColourTags, VideoInfo, VideoReader, probe, read_frames, sound_duration};
pub use error::MediaError;
pub use lossless::save_lossless;
pub use mp4::{Mp4Settings, Mp4Writer, encode_mp4};
pub use picture::{Fit, contact_sheet, fit, open_picture, picture_from_bytes, resize, save_png};
pub use proxy::{PROXY_LINES, save_proxy};
pub use waveform::Waveform;

/// Starts FFmpeg once for the process and keeps it from writing to the terminal: what goes wrong is in [`MediaError`].
fn start_ffmpeg() {
    static STARTED: std::sync::Once = std::sync::Once::new();
    STARTED.call_once(|| {
        // Can't fail with FFmpeg 4 and newer: it only fills tables.
        let _ = ffmpeg_next::init();
        ffmpeg_next::log::set_level(ffmpeg_next::log::Level::Quiet);
    });
}
