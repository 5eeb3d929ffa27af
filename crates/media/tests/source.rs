//! Any time of a video gives the picture that is on screen then: every picture carries its own number.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use kinora_frame::{Frame, Size};
use kinora_media::{MediaError, VideoSource};
use kinora_time::{FLICKS_PER_SECOND, Flicks};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const SIZE: Size = Size::new(192, 108);
const FRAMES: u32 = 300;
const RATE: i64 = 24;
const BITS: u32 = 12;

/// A picture that shows its number as light and dark bars, and something that moves.
fn numbered(number: u32) -> Vec<u8> {
    let bar = SIZE.width / BITS;
    let mut rgb = Vec::with_capacity(SIZE.pixels() * 3);
    for y in 0..SIZE.height {
        for x in 0..SIZE.width {
            let lit = number >> (x / bar) & 1 == 1;
            let moving = ((x + 3 * number) % 61 * 2 + y) as u8 / 4;
            rgb.extend(if y < SIZE.height / 2 { [if lit { 230 } else { 25 }; 3] } else { [moving, 90, 255 - moving] });
        }
    }
    rgb
}

fn number_of(frame: &Frame) -> u32 {
    let bar = frame.size().width / BITS;
    (0..BITS)
        .filter(|bit| frame.pixel(bit * bar + bar / 2, frame.size().height / 4).unwrap()[1] > 128)
        .map(|bit| 1 << bit)
        .sum()
}

/// The numbered pictures, encoded by FFmpeg's own program.
fn encoded(folder: &Path, name: &str, arguments: &[&str]) -> PathBuf {
    let path = folder.join(name);
    let size = format!("{}x{}", SIZE.width, SIZE.height);
    let mut child = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", &size])
        .args(["-framerate", &RATE.to_string(), "-i", "-"])
        .args(arguments)
        .arg(&path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    for number in 0..FRAMES {
        pipe.write_all(&numbered(number)).unwrap();
    }
    drop(pipe);
    assert!(child.wait().unwrap().success(), "{name}");
    path
}

/// Numbers from a linear congruential generator, 0 to `below`.
struct Random(u64);

impl Random {
    fn next(&mut self, below: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as i64 % below
    }
}

/// Looks at 200 random times. `kept` says which pictures are in the file.
fn check(path: &Path, kept: impl Fn(u32) -> bool) {
    let mut source = VideoSource::open(path).unwrap();
    let mut random = Random(7);
    let frame = FLICKS_PER_SECOND / RATE;
    for _ in 0..200 {
        let at = random.next(i64::from(FRAMES));
        // Within the picture's time, but not so near to its ends that a file's milliseconds matter.
        let time = Flicks(at * frame + frame / 10 + random.next(frame * 8 / 10));
        let expected = (0..=u32::try_from(at).unwrap()).rev().find(|number| kept(*number)).unwrap();
        let (from, shown) = source.frame_at(time).unwrap();
        assert_eq!(number_of(&shown), expected, "{}: picture {at} at {time:?}", path.display());
        assert!((from.0 - i64::from(expected) * frame).abs() < frame / 10, "{from:?} for picture {expected}");
    }
}

#[test]
fn random_times_give_the_exact_picture_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let long = ["-c:v", "libx264", "-g", "250", "-bf", "3", "-pix_fmt", "yuv420p"];
    check(&encoded(folder.path(), "long.mp4", &long), |_| true);
    check(&encoded(folder.path(), "long.mkv", &long), |_| true);
    let open = ["-c:v", "libx265", "-x265-params", "log-level=none:keyint=40:open-gop=1", "-pix_fmt", "yuv420p10le"];
    check(&encoded(folder.path(), "hevc.mp4", &open), |_| true);
    check(&encoded(folder.path(), "prores.mov", &["-c:v", "prores_ks", "-profile:v", "2"]), |_| true);
    let vp9 = ["-c:v", "libvpx-vp9", "-cpu-used", "8", "-deadline", "realtime", "-b:v", "1M", "-g", "90"];
    check(&encoded(folder.path(), "vp9.webm", &vp9), |_| true);
    check(&encoded(folder.path(), "motion.avi", &["-c:v", "mjpeg", "-q:v", "3"]), |_| true);
    let uneven = ["-vf", "select='not(eq(mod(n,5),3)+between(n,100,117))'", "-vsync", "vfr"];
    check(&encoded(folder.path(), "uneven.mp4", &[&uneven[..], &long].concat()), |number| {
        number % 5 != 3 && !(100..=117).contains(&number)
    });
}

#[test]
fn before_the_first_picture_is_the_first_and_after_the_last_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let path = encoded(folder.path(), "clip.mp4", &["-c:v", "libx264", "-pix_fmt", "yuv420p"]);
    let mut source = VideoSource::open(&path).unwrap();
    assert_eq!(number_of(&source.frame_at(Flicks(i64::MAX)).unwrap().1), FRAMES - 1);
    assert_eq!(number_of(&source.frame_at(Flicks(i64::MIN)).unwrap().1), 0);
    assert_eq!(source.last_picture().unwrap(), Flicks(i64::from(FRAMES - 1) * FLICKS_PER_SECOND / RATE));
}

#[test]
fn a_file_that_was_cut_short_shows_what_is_there_and_says_where_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let whole =
        encoded(folder.path(), "whole.mp4", &["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]);
    let bytes = fs::read(&whole).unwrap();
    let cut = folder.path().join("cut.mp4");
    fs::write(&cut, &bytes[..bytes.len() * 2 / 3]).unwrap();
    let mut source = VideoSource::open(&cut).unwrap();
    let last = source.last_picture().unwrap();
    assert!(last.as_seconds() > 2.0 && last < Flicks(source.info().duration.0 * 9 / 10), "{last:?}");
    assert_eq!(number_of(&source.frame_at(Flicks(FLICKS_PER_SECOND)).unwrap().1), 24);
    fs::write(&cut, b"").unwrap();
    assert!(matches!(VideoSource::open(&cut), Err(MediaError::NotAVideo { .. })));
}

#[test]
fn phones_turn_and_tapes_stretch() {
    let folder = tempfile::tempdir().unwrap();
    let lying = encoded(folder.path(), "lying.mp4", &["-c:v", "libx264", "-pix_fmt", "yuv420p"]);
    let upright = folder.path().join("upright.mp4");
    let turned = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(&lying)
        .args(["-c", "copy", "-metadata:s:v", "rotate=90"])
        .arg(&upright)
        .status();
    assert!(turned.unwrap().success());
    let mut source = VideoSource::open(&upright).unwrap();
    assert_eq!(source.info().size, Size::new(SIZE.height, SIZE.width));
    let frame = source.frame_at(Flicks(0)).unwrap().1;
    assert_eq!(frame.size(), source.info().size);
    // FFmpeg's own program turns it too: the bars of the upper half are at the same side.
    let png = folder.path().join("turned.png");
    let status =
        Command::new("ffmpeg").args(["-v", "error", "-i"]).arg(&upright).args(["-frames:v", "1"]).arg(&png).status();
    assert!(status.unwrap().success());
    let theirs = kinora_media::open_picture(&png).unwrap();
    let away = frame.rgba().iter().zip(theirs.rgba()).filter(|(a, b)| a.abs_diff(**b) > 24).count();
    assert!(away < frame.rgba().len() / 50, "{away}");
    let covering = VideoSource::open(&lying).unwrap().frame_covering(Flicks(0), Size::new(384, 216)).unwrap().1;
    assert_eq!((covering.size(), number_of(&covering)), (Size::new(384, 216), 0));
    let square = VideoSource::open(&lying).unwrap().frame_covering(Flicks(0), Size::new(100, 100)).unwrap().1;
    assert_eq!(square.size(), SIZE, "what sticks out is cut off by whoever knows where");
    let tape = encoded(folder.path(), "tape.mp4", &["-c:v", "libx264", "-pix_fmt", "yuv420p", "-vf", "setsar=4/3"]);
    let source = VideoSource::open(&tape).unwrap();
    assert_eq!(source.info().shown_size(), Size::new(256, 108));
}
