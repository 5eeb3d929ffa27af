//! Pictures that go from a video into a film without becoming frames look as they do by way of frames.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use kinora_frame::{Frame, Size};
use kinora_media::{FilmFormat, FilmSettings, FilmWriter, VideoSource, read_frames};
use kinora_time::{FLICKS_PER_SECOND, Flicks, FrameRate};
use std::path::{Path, PathBuf};
use std::process::Command;

fn made(folder: &Path, name: &str, arguments: &str) -> PathBuf {
    let path = folder.join(name);
    let words = "-v error -y -f lavfi -i testsrc2=s=640x360:r=24:d=1".split(' ').chain(arguments.split(' '));
    assert!(Command::new("ffmpeg").args(words).arg(&path).status().unwrap().success(), "{name}");
    path
}

/// The mean square of what two frames are apart, as decibels below full scale: how light they are, and their colours.
fn psnr(a: &Frame, b: &Frame) -> (f64, f64) {
    assert_eq!(a.size(), b.size());
    let light = |p: &[u8]| 0.2126 * f64::from(p[0]) + 0.7152 * f64::from(p[1]) + 0.0722 * f64::from(p[2]);
    let pixels = || a.rgba().chunks_exact(4).zip(b.rgba().chunks_exact(4));
    let lights: f64 = pixels().map(|(a, b)| (light(a) - light(b)).powi(2)).sum();
    let colours: f64 = pixels().flat_map(|(a, b)| (0..3).map(|c| f64::from(a[c].abs_diff(b[c])).powi(2))).sum();
    let decibels = |sum: f64, count: usize| 10.0 * (255.0 * 255.0 * count as f64 / sum.max(1e-9)).log10();
    (decibels(lights, a.size().pixels()), decibels(colours, 3 * a.size().pixels()))
}

const TAGS: &str = "-vf scale=out_color_matrix=bt709,setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709";
const TIME: Flicks = Flicks(FLICKS_PER_SECOND / 2);

#[test]
fn what_goes_straight_looks_as_by_way_of_frames() {
    let folder = tempfile::tempdir().unwrap();
    let tagged = |more: &str| format!("{TAGS}{more} -c:v libx264 -crf 10");
    let mut checked = 0;
    for (name, arguments) in [
        ("plain.mp4", format!("{} -pix_fmt yuv420p", tagged(""))),
        ("full-range.mp4", format!("{TAGS},scale=out_range=pc -color_range pc -c:v libx264 -crf 10 -pix_fmt yuv420p")),
        ("all-colour.mp4", format!("{} -pix_fmt yuv444p", tagged(""))),
        ("ten-bit.mp4", format!("{TAGS} -c:v libx265 -x265-params log-level=none -crf 10 -pix_fmt yuv420p10le")),
        ("prores.mov", format!("{TAGS} -c:v prores_ks -profile:v 2")),
    ] {
        let path = made(folder.path(), name, &arguments);
        let mut source = VideoSource::open(&path).unwrap();
        for size in [Size::new(640, 360), Size::new(1280, 720), Size::new(320, 180)] {
            for format in [FilmFormat::H264, FilmFormat::ProRes] {
                let settings = FilmSettings { format, ..FilmSettings::new(size, FrameRate::FPS_24) };
                assert!(source.goes_straight(TIME, settings.layout()).unwrap().is_some(), "{name}");
                let straight = source.film_picture(TIME, settings.layout()).unwrap().frame().unwrap();
                let frame = source.frame_covering(TIME, size).unwrap().1;
                let mut writer = FilmWriter::create(folder.path().join("film"), settings).unwrap();
                let by_frame = writer.prepared(&frame).unwrap().frame().unwrap();
                let (light, colour) = psnr(&straight, &by_frame);
                // By way of a frame, colours are halved once more.
                assert!(light > 44.0 && colour > 35.0, "{name}, {size}, {format:?}: {light}, {colour}");
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 30);
}

#[test]
fn what_needs_a_frame_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let h264 = "-c:v libx264 -pix_fmt yuv420p";
    let plain = made(folder.path(), "plain.mp4", &format!("{TAGS} {h264}"));
    let upright = folder.path().join("upright.mp4");
    let turned = Command::new("ffmpeg")
        .args(["-v", "error", "-i", plain.to_str().unwrap(), "-c", "copy", "-metadata:s:v", "rotate=90"])
        .arg(&upright)
        .status();
    assert!(turned.unwrap().success());
    let film = |format, size| FilmSettings { format, ..FilmSettings::new(size, FrameRate::FPS_24) }.layout();
    let (wide, h264_film) = (Size::new(640, 360), FilmFormat::H264);
    let goes = |path: &Path, layout| VideoSource::open(path).unwrap().goes_straight(TIME, layout).unwrap().is_some();
    assert!(goes(&plain, film(h264_film, wide)));
    assert!(!goes(&plain, film(FilmFormat::Ffv1, wide)), "red, green and blue");
    assert!(!goes(&plain, film(h264_film, Size::new(640, 480))), "something sticks out");
    assert!(!goes(&upright, film(h264_film, Size::new(360, 640))), "turned");
    for (name, arguments) in [
        ("tape.mp4", format!("-vf setparams=colorspace=smpte170m {h264}")),
        ("untagged.mp4", h264.to_owned()),
        (
            "see-through.mov",
            "-c:v prores_ks -profile:v 4444 -pix_fmt yuva444p10le -vf setparams=colorspace=bt709".to_owned(),
        ),
        ("rgb.mkv", "-c:v ffv1 -pix_fmt bgr0".to_owned()),
        ("grey.mkv", "-c:v ffv1 -pix_fmt gray".to_owned()),
    ] {
        let path = made(folder.path(), name, &arguments);
        let mut source = VideoSource::open(&path).unwrap();
        assert_eq!(source.goes_straight(TIME, film(h264_film, wide)).unwrap(), None, "{name}");
        assert!(source.film_picture(TIME, film(h264_film, wide)).is_err(), "{name}");
    }
}

#[test]
fn a_held_picture_is_written_as_often_as_it_is_pushed() {
    let folder = tempfile::tempdir().unwrap();
    let path = made(folder.path(), "plain.mp4", &format!("{TAGS} -c:v libx264 -pix_fmt yuv420p"));
    let settings = FilmSettings::new(Size::new(640, 360), FrameRate::FPS_24);
    let mut source = VideoSource::open(&path).unwrap();
    let mut writer = FilmWriter::create(folder.path().join("film.mp4"), settings).unwrap();
    for time in [0, 1] {
        let mut picture = source.film_picture(Flicks(time * FLICKS_PER_SECOND / 2), writer.layout()).unwrap();
        for _ in 0..5 {
            writer.push_picture(&mut picture).unwrap();
        }
    }
    writer.finish().unwrap();
    let film = read_frames(folder.path().join("film.mp4"), None).unwrap();
    assert_eq!(film.len(), 10);
    assert!(psnr(&film[0], &film[4]).0 > 40.0 && psnr(&film[5], &film[9]).0 > 40.0);
    assert!(psnr(&film[4], &film[5]).0 < 30.0);
}
