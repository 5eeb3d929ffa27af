//! Damaged, cut, foreign and hostile video files: each is an error that says so, never a panic.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use kinora_frame::{Frame, Size};
use kinora_media::{FilmSettings, MediaError, VideoReader, encode_mp4, probe, read_frames, save_png};
use kinora_time::FrameRate;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// 40 frames of slopes that move, so that the file is more than its header.
fn clip(folder: &Path) -> PathBuf {
    let path = folder.join("clip.mp4");
    let size = Size::new(160, 90);
    let slopes = |index: u32| {
        let mut frame = Frame::filled(size, [0, 0, 0, 255]);
        for (i, byte) in (0..).zip(frame.rgba_mut()) {
            *byte = (i / 640 * 3 + i % 640 / 2 + index * 7) as u8;
        }
        frame
    };
    let settings = FilmSettings::new(size, FrameRate::FPS_24);
    encode_mp4(&path, (0..40).map(slopes), 40, settings, &Default::default(), &mut |_, _| {}).unwrap();
    path
}

fn changed(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

/// Has FFmpeg's own program make a file; false without it.
fn ffmpeg(arguments: &[&str], path: &Path) -> bool {
    let done = Command::new("ffmpeg").args(["-v", "error", "-y"]).args(arguments).arg(path).status();
    let done = done.is_ok_and(|status| status.success());
    if !done {
        eprintln!("skipped: no ffmpeg with {arguments:?} on this machine");
    }
    done
}

#[test]
fn a_maximum_stops_early_and_the_iterator_goes_on_to_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path());
    assert_eq!(read_frames(&path, Some(7)).unwrap().len(), 7);
    assert_eq!(read_frames(&path, Some(0)).unwrap().len(), 0);
    let mut reader = VideoReader::open(&path).unwrap();
    assert_eq!(reader.info(), &probe(&path).unwrap());
    assert_eq!(reader.by_ref().filter(Result::is_ok).count(), 40);
    assert!(reader.next().is_none());
}

#[test]
fn a_video_cut_short_anywhere_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path());
    let whole = fs::read(&path).unwrap();
    for percent in (1..100).step_by(7) {
        fs::write(&path, &whole[..whole.len() * percent / 100]).unwrap();
        let error = read_frames(&path, None).unwrap_err();
        assert!(matches!(error, MediaError::DamagedVideo { .. }), "{percent} %: {error}");
    }
    // A single byte less, too.
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    assert!(read_frames(&path, None).is_err());
}

#[test]
fn a_video_cut_between_two_pictures_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path());
    // The last bytes of a complete file belong to its last packet; find where that begins by asking FFmpeg.
    let out = Command::new("ffprobe")
        .args(["-v", "error", "-show_entries", "packet=pos", "-of", "csv=p=0"])
        .arg(&path)
        .output();
    let Ok(out) = out else {
        eprintln!("skipped: no ffprobe on this machine");
        return;
    };
    let text = String::from_utf8(out.stdout).unwrap();
    let last: usize = text.lines().filter_map(|line| line.trim_matches(',').parse().ok()).max().unwrap();
    changed(&path, |bytes| bytes.truncate(last));
    let error = read_frames(&path, None).unwrap_err();
    assert!(error.to_string().contains("39 of its 40 pictures"), "{error}");
}

#[test]
fn pictures_with_a_broken_byte_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path());
    let whole = fs::read(&path).unwrap();
    // The decoder patches up most of them and only flags the picture. Some leave no trace: the picture is another one, or
    // none. Only a hash over the file would notice.
    let mut noticed = 0;
    for i in 1..20 {
        let mut bytes = whole.clone();
        bytes[whole.len() * i / 20] ^= 0x55;
        fs::write(&path, bytes).unwrap();
        match read_frames(&path, None) {
            Ok(frames) => assert!(frames.len() <= 40),
            Err(error) => {
                assert!(matches!(error, MediaError::DamagedVideo { .. }), "{error}");
                assert!(error.to_string().ends_with("clip.mp4"), "{error}");
                noticed += 1;
            }
        }
    }
    assert!(noticed >= 10, "{noticed} of 19");
}

#[test]
fn no_change_of_a_header_byte_makes_it_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path());
    let whole = fs::read(&path).unwrap();
    for at in (0..1500).step_by(11) {
        for value in [0x00, 0x7F, 0xFF] {
            let mut bytes = whole.clone();
            bytes[at] = value;
            fs::write(&path, bytes).unwrap();
            let _ = probe(&path);
            let _ = read_frames(&path, Some(2));
        }
    }
}

#[test]
fn what_is_no_video_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clip.mp4");
    let garbage: Vec<u8> = (0..20_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for bytes in [garbage.as_slice(), b"", b"once upon a time", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"] {
        fs::write(&path, bytes).unwrap();
        let error = probe(&path).unwrap_err();
        assert!(matches!(error, MediaError::NotAVideo { .. }), "{} bytes: {error}", bytes.len());
    }
    save_png(&path, &Frame::filled(Size::new(8, 8), [1, 2, 3, 255])).unwrap();
    let error = probe(&path).unwrap_err();
    assert!(error.to_string().contains("still picture"), "{error}");
    let error = probe(folder.path().join("gone.mp4")).unwrap_err();
    assert!(matches!(error, MediaError::Missing { .. }), "{error}");
    let error = probe(folder.path()).unwrap_err();
    assert!(matches!(error, MediaError::Io { .. }), "{error}");
}

#[test]
fn a_playlist_reads_no_other_file() {
    let folder = tempfile::tempdir().unwrap();
    let target = clip(folder.path());
    let path = folder.path().join("list");
    // FFmpeg itself refuses absolute paths in such a list, but not relative ones. The other tests use none.
    std::env::set_current_dir(folder.path()).unwrap();
    for list in [
        "ffconcat version 1.0\nfile 'clip.mp4'\n".to_owned(),
        format!("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{}\n#EXT-X-ENDLIST\n", target.display()),
    ] {
        fs::write(&path, list).unwrap();
        assert!(read_frames(&path, None).is_err());
    }
}

#[test]
fn sound_alone_is_no_video() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tone.wav");
    if ffmpeg(&["-f", "lavfi", "-i", "sine=d=0.2"], &path) {
        let error = probe(&path).unwrap_err();
        assert!(error.to_string().contains("no moving pictures"), "{error}");
    }
}

/// Files of other programs, with sound beside the pictures, other codecs, layouts, matrices and ranges. Each is one red.
#[test]
fn files_of_other_programs_have_the_right_colours() {
    let folder = tempfile::tempdir().unwrap();
    let red = "color=c=0xC03020:s=128x96:r=25:d=0.4";
    let cases: [(&str, &[&str]); 7] = [
        (
            "601.mp4",
            &["-vf", "scale=out_color_matrix=bt601:out_range=tv", "-colorspace", "smpte170m", "-c:v", "libx264"],
        ),
        ("untagged.mp4", &["-vf", "scale=out_color_matrix=bt601", "-c:v", "libx264", "-pix_fmt", "yuv420p"]),
        (
            "full.mp4",
            &["-vf", "scale=out_color_matrix=bt709:out_range=pc", "-colorspace", "bt709", "-color_range", "pc"],
        ),
        (
            "444.mkv",
            &["-vf", "scale=out_color_matrix=bt709", "-colorspace", "bt709", "-pix_fmt", "yuv444p10le", "-c:v", "ffv1"],
        ),
        (
            "full444.mkv",
            &[
                "-vf",
                "scale=out_color_matrix=bt709:out_range=pc",
                "-colorspace",
                "bt709",
                "-color_range",
                "pc",
                "-pix_fmt",
                "yuv444p",
                "-c:v",
                "ffv1",
            ],
        ),
        ("rgb.mkv", &["-c:v", "ffv1", "-pix_fmt", "bgr0"]),
        ("vp9.webm", &["-vf", "scale=out_color_matrix=bt709", "-colorspace", "bt709", "-c:v", "libvpx-vp9"]),
    ];
    for (name, options) in cases {
        let path = folder.path().join(name);
        let mut arguments = vec!["-f", "lavfi", "-i", red, "-f", "lavfi", "-i", "sine=d=0.4"];
        arguments.extend(options);
        if !ffmpeg(&arguments, &path) {
            continue;
        }
        let info = probe(&path).unwrap();
        assert_eq!((info.size, info.rate, info.frames), (Size::new(128, 96), FrameRate::FPS_25, 10), "{name}");
        let frames = read_frames(&path, None).unwrap();
        assert_eq!(frames.len(), 10, "{name}");
        let [r, g, b, _] = frames[9].pixel(64, 48).unwrap();
        let off = r.abs_diff(0xC0).max(g.abs_diff(0x30)).max(b.abs_diff(0x20));
        assert!(off <= 4, "{name}: {:?} ({:?})", [r, g, b], info.colour);
    }
}
