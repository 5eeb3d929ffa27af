//! Proxies: a video once more, smaller and with every picture on its own, so that an editor can jump about in it.
//!
//! Deliberately not here: its sound, which is played from the file itself.

use crate::MediaError;
use crate::film::{FilmSettings, FilmWriter};
use crate::picture::resize;
use crate::source::VideoSource;
use kinora_frame::Size;
use kinora_job::CancelToken;
use kinora_time::Flicks;
use std::path::Path;

/// Pixels of a proxy's shorter side at most.
pub const PROXY_LINES: u32 = 540;

/// Writes a proxy of a video, at its own rate; where that is uneven, at its average. `progress` gets (pictures written, in all).
///
/// # Errors
/// As [`VideoSource`] and [`FilmWriter`], and [`MediaError::Cancelled`]. No file is left behind.
pub fn save_proxy(
    video: &Path,
    proxy: &Path,
    cancel: &CancelToken,
    progress: &mut dyn FnMut(u32, u32),
) -> Result<(), MediaError> {
    let mut source = VideoSource::open(video)?;
    let (info, size) = (source.info().clone(), proxy_size(source.info().shown_size()));
    let settings = FilmSettings { crf: 23, keyframes_only: true, ..FilmSettings::new(size, info.rate) };
    let mut writer = FilmWriter::create(proxy, settings)?;
    let half = info.rate.frame_duration().0 / 2;
    let total = u32::try_from(info.rate.nearest_frame(info.duration)).unwrap_or(u32::MAX).max(1);
    for number in 0..total {
        cancel.check()?;
        let time = Flicks(info.rate.frame_start(i64::from(number)).0 + half);
        writer.push(&resize(&source.frame_at(time)?.1, size))?;
        progress(number + 1, total);
    }
    writer.finish()
}

/// The same shape with at most [`PROXY_LINES`] on the shorter side, both sides even.
fn proxy_size(size: Size) -> Size {
    let short = size.width.min(size.height).max(1);
    let scale = f64::from(PROXY_LINES.min(short)) / f64::from(short);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let even = |pixels: u32| 2 * ((f64::from(pixels) * scale / 2.0).round() as u32).max(1);
    Size::new(even(size.width), even(size.height))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode_mp4;
    use crate::probe;
    use kinora_frame::Frame;
    use kinora_time::FrameRate;

    #[test]
    fn a_proxy_has_every_picture_of_the_video_and_is_smaller() {
        let folder = tempfile::tempdir().unwrap();
        let [video, proxy] = ["video.mp4", "proxy.mp4"].map(|name| folder.path().join(name));
        let size = Size::new(1280, 720);
        let frames = (0..7u8).map(|n| Frame::filled(size, [n * 30, 90, 200 - n * 20, 255]));
        let settings = FilmSettings::new(size, FrameRate::FPS_25);
        encode_mp4(&video, frames, 7, settings, &CancelToken::new(), &mut |_, _| {}).unwrap();
        let mut heard = Vec::new();
        save_proxy(&video, &proxy, &CancelToken::new(), &mut |done, total| heard.push((done, total))).unwrap();
        let info = probe(&proxy).unwrap();
        assert_eq!((info.size, info.rate, info.frames), (Size::new(960, 540), FrameRate::FPS_25, 7));
        assert_eq!(heard.last(), Some(&(7, 7)));
        let token = CancelToken::new();
        token.cancel();
        let second = folder.path().join("second.mp4");
        assert!(matches!(save_proxy(&video, &second, &token, &mut |_, _| {}), Err(MediaError::Cancelled)));
        assert!(!second.exists());
    }

    #[test]
    fn a_small_video_keeps_its_size_and_sides_are_even() {
        assert_eq!(proxy_size(Size::new(640, 360)), Size::new(640, 360));
        assert_eq!(proxy_size(Size::new(1080, 1920)), Size::new(540, 960));
        assert_eq!(proxy_size(Size::new(334, 201)), Size::new(334, 202));
        assert_eq!(proxy_size(Size::new(1, 1)), Size::new(2, 2));
    }
}
