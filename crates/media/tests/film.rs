//! Real FFmpeg, real files: what is written is probed, decoded and compared with what went in.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use kinora_frame::{Frame, Size};
use kinora_job::CancelToken;
use kinora_media::{
    ColourTags, FilmFormat, FilmSettings, FilmWriter, MediaError, SoundSource, SoundWriter, encode_mp4, probe,
    read_frames,
};
use kinora_time::{FrameRate, TimecodeFormat};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const RATES: [&str; 7] = ["12", "11.988", "23.976", "24", "25", "29.97", "30"];

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn settings(width: u32, height: u32, rate: &str) -> FilmSettings {
    FilmSettings::new(Size::new(width, height), rate.parse().unwrap())
}

/// A diagonal that wanders, so that no two frames are alike and there is something to encode.
fn moving(size: Size, index: u32) -> Frame {
    let mut frame = Frame::filled(size, [0, 0, 0, 255]);
    for (i, pixel) in (0..).zip(frame.rgba_mut().chunks_exact_mut(4)) {
        let (x, y) = (i % size.width, i / size.width);
        pixel[0] = u8::try_from((x * 3 + index * 5) % 256).unwrap();
        pixel[1] = u8::try_from((y * 3 + index * 2) % 256).unwrap();
        pixel[2] = u8::try_from((x * y / 16 + index * 9) % 256).unwrap();
    }
    frame
}

fn write(path: &Path, settings: FilmSettings, frames: impl IntoIterator<Item = Frame>) -> Result<(), MediaError> {
    let mut writer = FilmWriter::create(path, settings)?;
    for frame in frames {
        writer.push(&frame)?;
    }
    writer.finish()
}

fn write_moving(path: &Path, settings: FilmSettings, frames: u32) -> Result<(), MediaError> {
    write(path, settings, (0..frames).map(|i| moving(settings.size, i)))
}

/// Names and (offset, length) of the top boxes of an MP4.
fn boxes(bytes: &[u8]) -> Vec<(String, usize, usize)> {
    let (mut at, mut found) = (0, Vec::new());
    while at + 8 <= bytes.len() {
        let length = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        found.push((String::from_utf8_lossy(&bytes[at + 4..at + 8]).into_owned(), at, length));
        at += length.max(8);
    }
    found
}

#[test]
fn a_file_says_exactly_what_is_in_it_at_every_rate() {
    let folder = folder();
    for rate in RATES {
        for frames in [1, 2, 61] {
            let path = folder.path().join("clip.mp4");
            let settings = settings(96, 54, rate);
            write_moving(&path, settings, frames).unwrap();
            let info = probe(&path).unwrap();
            assert_eq!(info.size, Size::new(96, 54));
            assert_eq!(info.rate, settings.rate, "{frames} frames at {rate}");
            assert_eq!(info.frames, frames, "at {rate}");
            assert_eq!(info.duration, settings.rate.frame_start(i64::from(frames)), "{frames} frames at {rate}");
            assert_eq!((info.codec.as_str(), info.pixel_format.as_str()), ("h264", "yuv420p"));
            let bt709 = Some("bt709");
            assert_eq!(info.colour, ColourTags { primaries: bt709, transfer: bt709, matrix: bt709, range: Some("tv") });
            assert_eq!(read_frames(&path, None).unwrap().len(), frames as usize);
        }
    }
}

/// Another program's view of the same file: `ffprobe` reads the container and the stream, and counts by decoding.
#[test]
fn ffprobe_agrees_on_profile_rate_count_and_duration() {
    let folder = folder();
    for (rate, exact, duration) in [
        ("12", "12/1", "5.083333"),
        ("23.976", "24000/1001", "2.544208"),
        ("24", "24/1", "2.541667"),
        ("25", "25/1", "2.440000"),
        ("29.97", "30000/1001", "2.035367"),
        ("30", "30/1", "2.033333"),
    ] {
        let path = folder.path().join("clip.mp4");
        write_moving(&path, settings(64, 48, rate), 61).unwrap();
        let entries = "stream=profile,r_frame_rate,avg_frame_rate,start_time,duration,nb_frames,nb_read_frames,\
                       sample_aspect_ratio,chroma_location:format=duration";
        let out = Command::new("ffprobe")
            .args(["-v", "error", "-count_frames", "-of", "default=noprint_wrappers=1", "-show_entries", entries])
            .arg(&path)
            .output();
        let Ok(out) = out else {
            eprintln!("skipped: no ffprobe on this machine");
            return;
        };
        let said = String::from_utf8(out.stdout).unwrap();
        let has = |line: String| assert!(said.lines().any(|said| said == line), "{rate}: no {line} in\n{said}");
        has("profile=High".into());
        has(format!("r_frame_rate={exact}"));
        has(format!("avg_frame_rate={exact}"));
        has("start_time=0.000000".into());
        has("nb_frames=61".into());
        has("nb_read_frames=61".into());
        has("sample_aspect_ratio=1:1".into());
        has("chroma_location=left".into());
        assert_eq!(said.matches(&format!("duration={duration}")).count(), 2, "{rate}: stream and file\n{said}");
    }
}

#[test]
fn the_index_comes_before_the_pictures() {
    let folder = folder();
    let path = folder.path().join("clip.mp4");
    write_moving(&path, settings(96, 54, "24"), 30).unwrap();
    let names: Vec<_> = boxes(&fs::read(&path).unwrap()).into_iter().map(|(name, ..)| name).collect();
    let place = |name: &str| names.iter().position(|n| n == name).unwrap();
    assert!(place("moov") < place("mdat"), "{names:?}");
}

#[test]
fn pure_colours_survive_the_round_trip() {
    let colours: [[u8; 3]; 11] = [
        [255, 0, 0],
        [0, 255, 0],
        [0, 0, 255],
        [255, 255, 0],
        [0, 255, 255],
        [255, 0, 255],
        [0, 0, 0],
        [255, 255, 255],
        [128, 128, 128],
        [18, 18, 18],
        [224, 172, 105],
    ];
    let folder = folder();
    let path = folder.path().join("patches.mp4");
    // Large enough for HD's matrix to be guessed, and small enough for SD's: the tags must decide.
    for size in [Size::new(1280, 720), Size::new(64, 64)] {
        let frames = colours.map(|[r, g, b]| Frame::filled(size, [r, g, b, 255]));
        write(&path, FilmSettings::new(size, FrameRate::FPS_24), frames).unwrap();
        let decoded = read_frames(&path, None).unwrap();
        assert_eq!(decoded.len(), colours.len());
        for (colour, frame) in colours.iter().zip(decoded) {
            for (x, y) in [(0, 0), (size.width / 2, size.height / 2), (size.width - 1, size.height - 1)] {
                let [r, g, b, a] = frame.pixel(x, y).unwrap();
                let off = colour.iter().zip([r, g, b]).map(|(a, b)| a.abs_diff(b)).max().unwrap();
                assert!(off <= 3, "{size}: {colour:?} became {:?}", [r, g, b]);
                assert_eq!(a, 255);
            }
        }
    }
}

#[test]
fn the_pictures_come_back_in_order_and_nearly_as_they_were() {
    let folder = folder();
    let path = folder.path().join("clip.mp4");
    let size = Size::new(96, 64);
    let ramp = |i: u32| {
        let grey = u8::try_from(10 * i).unwrap();
        Frame::filled(size, [grey, grey, grey, 255])
    };
    write(&path, FilmSettings::new(size, FrameRate::FPS_24), (0..24).map(ramp)).unwrap();
    for (i, frame) in (0..24).zip(read_frames(&path, None).unwrap()) {
        let [grey, ..] = frame.pixel(40, 30).unwrap();
        assert!(u32::from(grey).abs_diff(10 * i) <= 2, "frame {i} is {grey}");
    }
}

#[test]
fn chroma_lies_where_h264_says_it_does() {
    let folder = folder();
    let path = folder.path().join("edge.mp4");
    // Left of the edge red, right of it blue, of equal luma: only chroma tells where it is.
    let size = Size::new(64, 64);
    let mut frame = Frame::filled(size, [200, 0, 0, 255]);
    for (i, pixel) in frame.rgba_mut().chunks_exact_mut(4).enumerate() {
        if i % 64 >= 32 {
            pixel.copy_from_slice(&[0, 0, 255, 255]);
        }
    }
    let settings = FilmSettings { crf: 1, ..FilmSettings::new(size, FrameRate::FPS_24) };
    write(&path, settings, [frame]).unwrap();
    let planes = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(&path)
        .args(["-f", "rawvideo", "-pix_fmt", "yuv420p", "-"])
        .output();
    let Ok(planes) = planes else {
        eprintln!("skipped: no ffmpeg on this machine");
        return;
    };
    // A chroma sample at the left of its pair lies on luma 30 and 32; the edge is at 31.5. So the one on 32 is already
    // mostly blue, and the one on 30 mostly red, unevenly: 1.5 before the edge against 0.5 past it.
    let cr = &planes.stdout[64 * 64 + 32 * 32..][16 * 32..17 * 32];
    let (red, blue) = (f32::from(cr[4]), f32::from(cr[28]));
    let share_of_red = |i: usize| (f32::from(cr[i]) - blue) / (red - blue);
    let middle = share_of_red(15) + share_of_red(16);
    assert!(middle > 1.15, "the samples beside the edge are {} and {}", share_of_red(15), share_of_red(16));
}

#[test]
fn the_same_frames_give_the_same_bytes() {
    let folder = folder();
    let [a, b] = ["a.mp4", "b.mp4"].map(|name| folder.path().join(name));
    for rate in ["24", "29.97"] {
        let settings = settings(320, 180, rate);
        write_moving(&a, settings, 50).unwrap();
        write_moving(&b, settings, 50).unwrap();
        assert!(fs::read(&a).unwrap() == fs::read(&b).unwrap(), "at {rate}");
    }
    // The comparison isn't blind: other frames give other bytes.
    write_moving(&b, settings(320, 180, "29.97"), 49).unwrap();
    assert!(fs::read(&a).unwrap() != fs::read(&b).unwrap());
}

/// x264 has code that reads memory it never wrote, so two files of one process may agree by luck.
#[cfg(target_os = "linux")]
#[test]
fn what_lay_in_memory_before_changes_no_bit() {
    const NAME: &str = "what_lay_in_memory_before_changes_no_bit";
    const CHILD: &str = "KINORA_TEST_CLIP";
    if let Some(path) = std::env::var_os(CHILD) {
        return write_moving(Path::new(&path), settings(320, 180, "24"), 50).unwrap();
    }
    let folder = folder();
    let mut files = [0, 85, 255].map(|pattern| {
        let path = folder.path().join(format!("{pattern}.mp4"));
        // The C library fills fresh memory with this byte.
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", NAME])
            .env(CHILD, &path)
            .env("MALLOC_PERTURB_", pattern.to_string())
            .output()
            .unwrap();
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
        fs::read(path).unwrap()
    });
    files.sort();
    assert!(files[0] == files[2]);
}

#[test]
fn frames_of_any_size_are_scaled_to_the_videos() {
    let folder = folder();
    let path = folder.path().join("clip.mp4");
    let sources = [Size::new(97, 53), Size::new(1, 1), Size::new(640, 361), Size::new(64, 36)];
    let frames = sources.map(|size| Frame::filled(size, [200, 100, 50, 255]));
    write(&path, settings(64, 36, "25"), frames).unwrap();
    for frame in read_frames(&path, None).unwrap() {
        assert_eq!(frame.size(), Size::new(64, 36));
        let [r, g, b, _] = frame.pixel(63, 35).unwrap();
        assert!(r.abs_diff(200).max(g.abs_diff(100)).max(b.abs_diff(50)) <= 3, "{:?}", [r, g, b]);
    }
}

#[test]
fn odd_and_absurd_sizes_are_refused_before_a_file_appears() {
    let folder = folder();
    let path = folder.path().join("clip.mp4");
    for (width, height) in [(97, 54), (96, 53), (0, 54), (96, 0), (20_000, 54)] {
        let error = write_moving(&path, settings(width, height, "24"), 1).unwrap_err();
        assert!(matches!(error, MediaError::VideoSize { .. }), "{error}");
        assert!(error.to_string().contains("even"), "{error}");
        assert!(!path.exists());
    }
}

#[test]
fn a_clip_without_frames_is_an_error_and_leaves_no_file() {
    let folder = folder();
    let path = folder.path().join("clip.mp4");
    assert!(matches!(write_moving(&path, settings(64, 36, "24"), 0), Err(MediaError::NoFrames { .. })));
    assert!(!path.exists());
}

#[test]
fn a_dropped_writer_leaves_no_file() {
    let folder = folder();
    let path = folder.path().join("clip.mp4");
    let mut writer = FilmWriter::create(&path, settings(64, 36, "24")).unwrap();
    writer.push(&moving(Size::new(64, 36), 0)).unwrap();
    assert!(path.exists());
    drop(writer);
    assert!(!path.exists());
}

#[test]
fn progress_counts_every_frame_and_a_cancel_leaves_no_file() {
    let folder = folder();
    let path = folder.path().join("clip.mp4");
    let settings = settings(64, 36, "24");
    let frames = || (0..10).map(|i| moving(Size::new(64, 36), i));
    let mut seen = Vec::new();
    encode_mp4(&path, frames(), 10, settings, &CancelToken::new(), &mut |done, total| seen.push((done, total)))
        .unwrap();
    assert_eq!(seen, (1..=10).map(|done| (done, 10)).collect::<Vec<_>>());
    fs::remove_file(&path).unwrap();

    for last in [1, 10] {
        let cancel = CancelToken::new();
        let mut existed = false;
        let result = encode_mp4(&path, frames(), 10, settings, &cancel, &mut |done, _| {
            existed = path.exists();
            if done == last {
                cancel.cancel();
            }
        });
        assert!(matches!(result, Err(MediaError::Cancelled)), "{result:?}");
        assert!(existed && !path.exists());
    }
}

#[test]
fn a_folder_that_cant_be_written_is_named_last() {
    let folder = folder();
    fs::write(folder.path().join("file"), "no folder").unwrap();
    for inner in ["missing/clip.mp4", "file/clip.mp4"] {
        let path = folder.path().join(inner);
        let error = write_moving(&path, settings(64, 36, "24"), 1).unwrap_err();
        assert!(matches!(error, MediaError::Io { .. }), "{error}");
        assert!(error.to_string().ends_with(&path.display().to_string()), "{error}");
    }
}

#[test]
fn a_path_is_a_path_whatever_it_is_spelled_like() {
    let folder = folder();
    // Relative, so that a colon could be taken for a protocol's. The other tests use absolute paths.
    std::env::set_current_dir(folder.path()).unwrap();
    for name in ["take: 1.mp4", "concat:a|b.mp4", "100% %03d.mp4", "сцена 場面 #1?.mp4", "no extension"] {
        write_moving(Path::new(name), settings(64, 36, "24"), 2).unwrap();
        assert!(folder.path().join(name).exists(), "{name}");
        assert_eq!(read_frames(name, None).unwrap().len(), 2, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_unicode_is_refused_without_a_panic() {
    use std::os::unix::ffi::OsStrExt;
    let folder = folder();
    let path = folder.path().join(std::ffi::OsStr::from_bytes(b"take\xFF.mp4"));
    assert!(matches!(write_moving(&path, settings(64, 36, "24"), 1), Err(MediaError::Encode { .. })));
    assert!(!path.exists());
    // Reading goes through our own file handle and takes any name.
    let plain = folder.path().join("take.mp4");
    write_moving(&plain, settings(64, 36, "24"), 2).unwrap();
    fs::rename(&plain, &path).unwrap();
    assert_eq!(read_frames(&path, None).unwrap().len(), 2);
}

/// A disk of so many bytes, unmounted at the end; `None` without the right to mount.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn new(bytes: usize) -> Option<Self> {
        let folder = folder();
        let size = format!("size={bytes}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        mounted.is_ok_and(|out| out.status.success()).then_some(Self(folder))
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("clip.mp4")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).output();
    }
}

/// Every size of disk from one page to just too small: header, pictures, trailer and the second pass that moves the index
/// to the front all run out of space in turn.
#[test]
fn a_full_disk_is_reported_wherever_it_fills_up_and_leaves_no_file() {
    let folder = folder();
    let (path, settings) = (folder.path().join("clip.mp4"), settings(160, 90, "24"));
    let frames = 400;
    write_moving(&path, settings, frames).unwrap();
    let whole = fs::read(&path).unwrap();
    let pages = whole.len().div_ceil(4096);
    let index = boxes(&whole).into_iter().find(|(name, ..)| name == "moov").unwrap().2;
    assert!(pages > 8 && index > 4096, "{pages} pages, {index} bytes of index: no page holds the second pass alone");
    // The last pages before the end are where only the second pass fails; earlier ones are sampled.
    for count in (1..pages).filter(|count| count % 5 == 1 || *count + 4 > pages) {
        let Some(disk) = SmallDisk::new(count * 4096) else {
            eprintln!("skipped: mounting a small disk needs root");
            return;
        };
        let error = write_moving(&disk.path(), settings, frames).unwrap_err();
        assert!(matches!(error, MediaError::DiskFull { .. }), "{count} of {pages} pages: {error}");
        assert!(error.to_string().ends_with(&disk.path().display().to_string()));
        assert!(!disk.path().exists(), "{count} of {pages} pages");
    }
    let Some(disk) = SmallDisk::new((pages + 1) * 4096) else { return };
    write_moving(&disk.path(), settings, frames).unwrap();
    assert!(fs::read(disk.path()).unwrap() == whole);
}

/// The same without root: a link to the device that is always full.
#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_reported_as_a_full_disk() {
    let folder = folder();
    let path = folder.path().join("clip.mp4");
    std::os::unix::fs::symlink("/dev/full", &path).unwrap();
    let error = write_moving(&path, settings(320, 180, "24"), 40).unwrap_err();
    assert!(matches!(error, MediaError::DiskFull { .. }), "{error}");
    assert!(!path.is_symlink() && Path::new("/dev/full").exists());
}

/// A click of one sample's length every second, from 0.5 s on, in 24 bits at least.
fn clicks(seconds: usize) -> Vec<[f32; 2]> {
    (0..seconds * 48_000).map(|i| [if i % 48_000 == 24_000 { 0.9 } else { 0.0 }; 2]).collect()
}

fn probed(path: &Path, entries: &str) -> String {
    let out =
        Command::new("ffprobe").args(["-v", "error", "-of", "csv=p=0", "-show_entries", entries]).arg(path).output();
    String::from_utf8(out.unwrap().stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_film_has_its_sound_and_timecode_in_every_format() {
    let folder = folder();
    let drop = TimecodeFormat::drop(FrameRate::FPS_29_97).unwrap();
    for (format, name, codecs) in [
        (FilmFormat::H264, "film.mp4", "h264 aac"),
        (FilmFormat::ProRes, "film.mov", "prores pcm_s24le"),
        (FilmFormat::Ffv1, "film.mkv", "ffv1 pcm_s24le"),
    ] {
        let path = folder.path().join(name);
        let size = Size::new(160, 90);
        let settings = FilmSettings {
            format,
            sound: true,
            timecode: Some(drop.parse("01:00:00;00").unwrap()),
            ..FilmSettings::new(size, FrameRate::FPS_29_97)
        };
        let mut writer = FilmWriter::create(&path, settings).unwrap();
        let sound = clicks(3);
        for number in 0..90 {
            writer.push(&moving(size, number)).unwrap();
            let samples = |frame: usize| frame * 48_000 * 1001 / 30_000;
            let (from, to) = (samples(number as usize), samples(number as usize + 1).min(sound.len()));
            writer.push_sound(&sound[from.min(to)..to]).unwrap();
        }
        writer.finish().unwrap();
        let streams = probed(&path, "stream=codec_name");
        assert!(streams.starts_with(codecs), "{name}: {streams}");
        // FFmpeg writes Matroska's timecode as a tag of the stream.
        let timecode = probed(&path, "stream_tags=timecode");
        assert!(timecode.contains("01:00:00;00"), "{name}: {timecode}");
        let mut source = SoundSource::open(&path).unwrap();
        let mut heard = vec![[0.0; 2]; 3 * 48_000];
        source.read(0, &mut heard).unwrap();
        for second in 0..3 {
            let loudest =
                (second * 48_000..(second + 1) * 48_000).max_by(|a, b| heard[*a][0].total_cmp(&heard[*b][0])).unwrap();
            assert!(loudest.abs_diff(second * 48_000 + 24_000) <= 1, "{name}: {loudest}");
        }
        let frames = read_frames(&path, None).unwrap();
        assert_eq!(frames.len(), 90);
        if format == FilmFormat::Ffv1 {
            assert!(frames.iter().zip(0..).all(|(frame, number)| *frame == moving(size, number)));
        }
    }
}

#[test]
fn sound_alone_is_a_wav_and_too_loud_is_cut_off() {
    let folder = folder();
    let path = folder.path().join("mix.wav");
    let mut writer = SoundWriter::create(&path).unwrap();
    writer.push(&[[2.0, -3.0]; 1000]).unwrap();
    writer.push(&[[0.25, -0.5]; 500]).unwrap();
    writer.finish().unwrap();
    let mut heard = vec![[0.0; 2]; 1600];
    SoundSource::open(&path).unwrap().read(0, &mut heard).unwrap();
    let near = |a: [f32; 2], b: [f32; 2]| (a[0] - b[0]).abs() < 1e-6 && (a[1] - b[1]).abs() < 1e-6;
    assert!(
        near(heard[999], [1.0, -1.0]) && near(heard[1000], [0.25, -0.5]) && near(heard[1500], [0.0, 0.0]),
        "{:?}",
        &heard[999..1001]
    );
    let empty = SoundWriter::create(folder.path().join("empty.wav")).unwrap();
    assert!(matches!(empty.finish(), Err(MediaError::NoFrames { .. })));
    assert!(!folder.path().join("empty.wav").exists());
}
