//! Frames and sound to files and back: still pictures, the cadence from one frame rate to another, films in three formats, lossless takes,
//! videos frame by frame or at any time, proxies; sounds at any sample, mixed, their levels and shapes.
//!
//! Deliberately not here: playing sound, marks and signatures on what leaves (`kinora-provenance`), and the choice of names and
//! folders (`kinora-services`). Everything here reads or writes exactly the path it is given.

mod cadence;
mod decode;
mod error;
mod film;
mod film_picture;
mod fitter;
mod lossless;
mod output_file;
mod picture;
mod proxy;
mod scale;
mod sniff;
mod sound;
mod source;
mod turn;
mod waveform;

pub use cadence::Cadence;
pub use decode::{ColourTags, VideoInfo, VideoReader, probe, read_frames, sound_duration};
pub use error::MediaError;
pub use film::{FilmFormat, FilmSettings, FilmWriter, SoundWriter, encode_mp4};
pub use film_picture::{FilmLayout, FilmPicture};
pub use fitter::Fitter;
pub use lossless::{save_lossless, save_sequence};
pub use picture::{Fit, contact_sheet, fit, open_picture, picture_from_bytes, resize, save_png};
pub use proxy::{PROXY_LINES, save_proxy};
pub use sniff::{FileKind, sniff, sniff_bytes};
pub use sound::{Fades, Level, MixClip, Mixer, RateConverter, SAMPLE_RATE, SoundSource, Stereo, level, sample_at};
pub use source::VideoSource;
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
