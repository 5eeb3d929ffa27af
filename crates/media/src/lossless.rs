//! FFV1 in Matroska: every pixel comes back as it was. For takes in a project's store, which are never handed out, and for numbered
//! pictures that come in as one video.

use crate::MediaError;
use crate::film::lossless_options;
use crate::output_file::{OutputFile, Tracks, frame_base};
use crate::scale::{Layout, Scaler, allocate, video_from_frame};
use ffmpeg_next as ffmpeg;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::{Dictionary, codec, encoder};
use kinora_frame::{Frame, Size};
use kinora_time::FrameRate;
use std::path::{Path, PathBuf};

/// Writes frames of one size; they come back by [`crate::read_frames`], bit for bit. The same frames give the same file.
///
/// # Errors
/// [`MediaError::NoFrames`], [`MediaError::DiskFull`], [`MediaError::Io`], and [`MediaError::Encode`] without FFV1 or where frames
/// differ in size. No file is left behind.
pub fn save_lossless(path: impl AsRef<Path>, frames: &[Frame], rate: FrameRate) -> Result<(), MediaError> {
    write(path.as_ref(), frames.iter().cloned().map(Ok), rate)
}

/// Writes still pictures as one video of that rate, one a frame, in the same way.
///
/// # Errors
/// As [`save_lossless`], and as [`crate::open_picture`].
pub fn save_sequence(path: impl AsRef<Path>, pictures: &[PathBuf], rate: FrameRate) -> Result<(), MediaError> {
    write(path.as_ref(), pictures.iter().map(crate::open_picture), rate)
}

fn write(
    path: &Path,
    mut frames: impl Iterator<Item = Result<Frame, MediaError>>,
    rate: FrameRate,
) -> Result<(), MediaError> {
    let refuse = |reason: &str| MediaError::Encode { reason: reason.to_owned(), path: path.to_owned() };
    let first = frames.next().ok_or_else(|| MediaError::NoFrames { path: path.to_owned() })??;
    let size = first.size();
    crate::start_ffmpeg();
    let failed = |error| MediaError::encoding("writing the take", error, path);
    let encoder = open_encoder(size, rate).map_err(|error| match error {
        ffmpeg::Error::EncoderNotFound => refuse("this FFmpeg has no FFV1; install one that has"),
        error => failed(error),
    })?;
    let from = Layout::rgba(size);
    let mut scaler = Scaler::new(from, Layout { format: Pixel::BGRA, ..from }).map_err(failed)?;
    let tracks = Tracks { video: Some((encoder, rate)), sound: None, timecode: None };
    let mut video = OutputFile::create(path, "matroska", tracks, Dictionary::new())?;
    for frame in std::iter::once(Ok(first)).chain(frames) {
        let frame = frame?;
        if frame.size() != size {
            return Err(refuse("its frames differ in size"));
        }
        let mut picture = allocate(Pixel::BGRA, size).map_err(failed)?;
        scaler.run(&video_from_frame(&frame).map_err(failed)?, &mut picture).map_err(failed)?;
        video.push(&mut picture).map_err(failed)?;
    }
    video.finish()
}

fn open_encoder(size: Size, rate: FrameRate) -> Result<encoder::video::Encoder, ffmpeg::Error> {
    let codec = encoder::find_by_name("ffv1").ok_or(ffmpeg::Error::EncoderNotFound)?;
    let mut video = codec::Context::new_with_codec(codec).encoder().video()?;
    video.set_width(size.width);
    video.set_height(size.height);
    video.set_format(Pixel::BGRA);
    video.set_time_base(frame_base(rate));
    video.set_frame_rate(Some(frame_base(rate).invert()));
    video.set_flags(codec::Flags::GLOBAL_HEADER | codec::Flags::BITEXACT);
    let mut options = Dictionary::new();
    lossless_options(&mut options);
    video.open_with(options)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_frames;

    fn frames(size: Size, count: u32) -> Vec<Frame> {
        let frame = |number: u32| {
            let noise = |at: usize| ((at as u32).wrapping_mul(2_654_435_761).wrapping_add(number * 97) >> 13) as u8;
            Frame::new(size, (0..size.pixels() * 4).map(noise).collect()).unwrap()
        };
        (0..count).map(frame).collect()
    }

    #[test]
    fn every_pixel_comes_back_and_the_file_is_the_same_each_time() {
        let folder = tempfile::tempdir().unwrap();
        for (size, count) in [(Size::new(96, 56), 5), (Size::new(33, 17), 1), (Size::new(128, 72), 61)] {
            let frames = frames(size, count);
            let [one, two] = ["one.mkv", "two.mkv"].map(|name| folder.path().join(name));
            for path in [&one, &two] {
                save_lossless(path, &frames, FrameRate::FPS_12).unwrap();
            }
            assert!(read_frames(&one, None).unwrap() == frames, "{size:?}");
            assert!(std::fs::read(one).unwrap() == std::fs::read(two).unwrap(), "{size:?}");
        }
    }

    #[test]
    fn nothing_is_left_of_what_could_not_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("take.mkv");
        assert!(matches!(save_lossless(&path, &[], FrameRate::FPS_12), Err(MediaError::NoFrames { .. })));
        let mixed = [frames(Size::new(8, 8), 1), frames(Size::new(9, 8), 1)].concat();
        assert!(matches!(save_lossless(&path, &mixed, FrameRate::FPS_12), Err(MediaError::Encode { .. })));
        assert!(!path.exists());
        let missing = folder.path().join("missing").join("take.mkv");
        assert!(save_lossless(missing, &frames(Size::new(8, 8), 1), FrameRate::FPS_12).is_err());
    }
}
