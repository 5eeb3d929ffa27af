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

/// What a thread has spent on the processor, in milliseconds.
#[cfg(target_os = "linux")]
fn spent() -> f64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    told.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e6
}

/// FFmpeg's own way to the picture at a time, as its program goes with `-ss` before `-i`: to the keyframe before, on to the picture, and
/// that one as RGBA with its scaler's standard settings. The file stays open.
#[cfg(target_os = "linux")]
struct Plain {
    input: ffmpeg_next::format::context::Input,
    decoder: ffmpeg_next::decoder::Video,
    scaler: Option<ffmpeg_next::software::scaling::Context>,
    stream: usize,
    base: f64,
}

#[cfg(target_os = "linux")]
impl Plain {
    fn open(path: &Path) -> Self {
        let input = ffmpeg_next::format::input(path).unwrap();
        let stream = input.streams().best(ffmpeg_next::media::Type::Video).unwrap();
        let context = ffmpeg_next::codec::Context::from_parameters(stream.parameters()).unwrap();
        let (index, base) = (stream.index(), f64::from(stream.time_base()));
        Self { decoder: context.decoder().video().unwrap(), scaler: None, stream: index, base, input }
    }

    fn picture(&mut self, seconds: f64) -> ffmpeg_next::frame::Video {
        let target = (seconds * 1e6) as i64;
        self.input.seek(target, ..target).unwrap();
        self.decoder.flush();
        let (mut picture, mut packet) = (ffmpeg_next::frame::Video::empty(), ffmpeg_next::Packet::empty());
        loop {
            while self.decoder.receive_frame(&mut picture).is_err() {
                match packet.read(&mut self.input) {
                    Ok(()) if packet.stream() == self.stream => self.decoder.send_packet(&packet).unwrap(),
                    Ok(()) => {}
                    Err(_) => self.decoder.send_eof().unwrap(),
                }
            }
            let ends = (picture.timestamp().unwrap() + picture.packet().duration.max(1)) as f64 * self.base;
            if ends > seconds {
                let (format, width, height) = (picture.format(), picture.width(), picture.height());
                let rgba = ffmpeg_next::format::Pixel::RGBA;
                let flags = ffmpeg_next::software::scaling::Flags::BICUBIC;
                let new =
                    || ffmpeg_next::software::scaling::Context::get(format, width, height, rgba, width, height, flags);
                let mut out = ffmpeg_next::frame::Video::empty();
                self.scaler.get_or_insert_with(|| new().unwrap()).run(&picture, &mut out).unwrap();
                return out;
            }
        }
    }
}

/// By hand, for figures: `cargo test --workspace --release --test source -- --ignored --nocapture seek`.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "a measurement: it wants a quiet machine"]
fn a_random_seek_costs_little_more_than_ffmpegs_own() {
    let folder = tempfile::tempdir().unwrap();
    let picture = "-v error -y -f lavfi -i testsrc2=s=1280x720:r=24:d=60,noise=alls=6:allf=t";
    for (name, codec) in [
        ("long.mp4", "-c:v libx264 -preset veryfast -g 250 -bf 3 -pix_fmt yuv420p"),
        ("two-seconds.mp4", "-c:v libx264 -preset veryfast -g 48 -pix_fmt yuv420p"),
        ("prores.mov", "-t 20 -c:v prores_ks -profile:v 2"),
        ("vp9.webm", "-t 20 -c:v libvpx-vp9 -cpu-used 8 -deadline realtime -b:v 4M -g 120"),
    ] {
        let path = folder.path().join(name);
        let words = picture.split(' ').chain(codec.split(' '));
        assert!(Command::new("ffmpeg").args(words).arg(&path).status().unwrap().success());
        let (mut ours, mut theirs) = (VideoSource::open(&path).unwrap(), Plain::open(&path));
        let frames = i64::from(ours.info().frames);
        let mut random = Random(11);
        let mut ratios = Vec::new();
        // A B A B: the same times for both.
        for _ in 0..5 {
            let times: Vec<i64> = (0..20).map(|_| random.next(frames)).collect();
            let at = |number: i64| Flicks(number * FLICKS_PER_SECOND / RATE + FLICKS_PER_SECOND / RATE / 2);
            let begun = spent();
            for time in &times {
                ours.frame_at(at(*time)).unwrap();
            }
            let between = spent();
            for time in &times {
                assert_eq!(theirs.picture(at(*time).as_seconds()).width(), 1280);
            }
            let ended = spent();
            ratios.push(((between - begun) / (ended - between), (between - begun) / 20.0, (ended - between) / 20.0));
        }
        ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (ratio, ours, theirs) = ratios[2];
        let (least, most) = (ratios[0].0, ratios[4].0);
        println!("{name}: {ours:.1} ms a seek, FFmpeg {theirs:.1} ms: {ratio:.2} times ({least:.2} to {most:.2})");
        assert!(ratio <= 1.3, "{name}: {ratio}");
    }
}
