//! Sound is where it belongs, to the sample, in every format and wherever it is read from.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use kinora_media::{Fades, MediaError, MixClip, Mixer, SAMPLE_RATE, SoundSource, Stereo};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Has FFmpeg's own program make a file.
fn made(folder: &Path, name: &str, arguments: &[&str]) -> PathBuf {
    let path = folder.join(name);
    let done = Command::new("ffmpeg").args(["-v", "error", "-y"]).args(arguments).arg(&path).status().unwrap();
    assert!(done.success(), "{name}");
    path
}

/// A sound with a beginning that can be found: silence, then a tone that grows from `seconds` on; 3 seconds.
fn source(rate: u32, seconds: &str) -> String {
    format!(
        "aevalsrc=if(gte(t\\,{seconds})\\,0.5*sin(2*PI*700*t)\\,0)|if(gte(t\\,{seconds})\\,0.5*sin(2*PI*700*t)\\,0):d=3:s={rate}"
    )
}

/// What FFmpeg's own program decodes: 48 kHz stereo.
fn reference(path: &Path) -> Vec<Stereo> {
    let out = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-vn", "-f", "f32le", "-ac", "2", "-ar", "48000", "-"])
        .output()
        .unwrap();
    let sample = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().unwrap());
    out.stdout.chunks_exact(8).map(|pair| [sample(&pair[..4]), sample(&pair[4..])]).collect()
}

/// By how many samples `b` lies behind `a` where they are most alike.
fn delay(a: &[Stereo], b: &[Stereo]) -> i64 {
    let middle = a.len() as i64 / 2;
    let unlike = |shift: i64| -> f64 {
        (middle - 9000..middle + 9000)
            .map(|i| f64::from(a[i as usize][0] - b.get((i + shift) as usize).map_or(0.0, |s| s[0])).powi(2))
            .sum()
    };
    (-3000..3000).min_by(|a, b| unlike(*a).total_cmp(&unlike(*b))).unwrap()
}

#[test]
fn every_format_is_in_its_place_to_the_sample() {
    let folder = tempfile::tempdir().unwrap();
    // A chirp is like itself in one place alone.
    let chirp = |rate: u32| format!("aevalsrc=0.5*sin(2*PI*(200*t+300*t*t)):d=3:s={rate}");
    for (name, rate, arguments) in [
        ("a.wav", 48_000, &["-c:a", "pcm_s24le"][..]),
        ("b.wav", 44_100, &["-c:a", "pcm_f32le"]),
        ("c.flac", 44_100, &[]),
        ("d.mp3", 44_100, &["-c:a", "libmp3lame", "-b:a", "192k"]),
        ("e.m4a", 48_000, &["-c:a", "aac", "-b:a", "192k"]),
        ("f.ogg", 48_000, &["-c:a", "libvorbis", "-q:a", "6"]),
        ("g.mkv", 48_000, &["-c:a", "aac", "-b:a", "192k"]),
        ("h.aiff", 48_000, &[]),
        ("i.opus", 48_000, &["-c:a", "libopus", "-b:a", "160k"]),
        ("j.mov", 48_000, &["-c:a", "pcm_s16le"]),
        ("k.webm", 48_000, &["-c:a", "libopus"]),
    ] {
        let path = made(folder.path(), name, &[&["-f", "lavfi", "-i", &chirp(rate)], arguments].concat());
        let theirs = reference(&path);
        let mut ours = vec![[0.0; 2]; 3 * SAMPLE_RATE as usize];
        SoundSource::open(&path).unwrap().read(0, &mut ours).unwrap();
        let original = reference(&made(folder.path(), "true.wav", &["-f", "lavfi", "-i", &chirp(48_000)]));
        let (from_reference, from_original) = (delay(&theirs, &ours), delay(&original, &ours));
        assert!(from_reference.abs() <= 1, "{name}: {from_reference} samples behind FFmpeg's own program");
        // FFmpeg 5 writes AAC into Matroska without saying that its first 1024 samples are none.
        let lost = if name == "g.mkv" { 1024 } else { 0 };
        assert!((from_original - lost).abs() <= 1, "{name}: {from_original} samples behind the original");
        // Read from the middle, it is the same.
        let mut part = vec![[0.0; 2]; 20_000];
        let mut source = SoundSource::open(&path).unwrap();
        source.read(70_000, &mut part).unwrap();
        let far = part.iter().zip(&ours[70_000..]).map(|(a, b)| (a[0] - b[0]).abs()).fold(0.0, f32::max);
        assert!(far < 0.02, "{name}: {far}");
        source.read(10, &mut part).unwrap();
        let far = part.iter().zip(&ours[10..]).map(|(a, b)| (a[0] - b[0]).abs()).fold(0.0, f32::max);
        assert!(far < 0.02, "{name}, back: {far}");
    }
}

#[test]
fn a_mix_puts_each_sound_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = made(folder.path(), "tone.wav", &["-f", "lavfi", "-i", &source(48_000, "1"), "-c:a", "pcm_f32le"]);
    let clip = |at: i64, from: i64, length: i64| MixClip {
        path: path.clone(),
        at,
        length,
        from,
        speed: (1, 1),
        gain: 1.0,
        pan: 0.0,
        fades: Fades::default(),
    };
    // The tone begins at sample 48 000 of the file: here at 10 000 + 8 000.
    let mut mixer = Mixer::new(vec![clip(10_000, 40_000, 30_000)]);
    let mut mix = vec![[0.0; 2]; 60_000];
    mixer.read(0, &mut mix).unwrap();
    let first = mix.iter().position(|sample| sample[0].abs() > 1e-4).unwrap();
    assert!((18_000..=18_001).contains(&first), "{first}");
    assert_eq!(mix.iter().rposition(|sample| sample[0].abs() > 1e-4).unwrap() / 100, 399);
    // In pieces, and anywhere, it is the same.
    let mut mixer = Mixer::new(vec![clip(10_000, 40_000, 30_000)]);
    for (from, length) in [(0, 12_345), (12_345, 10_000), (39_000, 2_000), (17_000, 3_000)] {
        let mut part = vec![[0.0; 2]; length];
        mixer.read(from as i64, &mut part).unwrap();
        assert_eq!(part, mix[from..from + length], "{from}");
    }
    let quiet = MixClip { gain: 0.5, pan: -1.0, ..clip(0, 48_000, 40_000) };
    let fading = MixClip { fades: Fades { come: 10_000, go: 10_000 }, ..clip(0, 48_000, 40_000) };
    let read = |clip: MixClip| {
        let mut mix = vec![[0.0; 2]; 40_000];
        Mixer::new(vec![clip]).read(0, &mut mix).unwrap();
        let peak = |range: std::ops::Range<usize>, channel: usize| {
            mix[range].iter().map(|sample| sample[channel].abs()).fold(0.0, f32::max)
        };
        [peak(0..1000, 0), peak(4_900..5_100, 0), peak(20_000..21_000, 0), peak(34_900..35_100, 0), peak(0..40_000, 1)]
    };
    let near = |a: [f32; 5], b: [f32; 5]| a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 0.01);
    assert!(near(read(quiet), [0.25, 0.25, 0.25, 0.25, 0.0]));
    assert!(near(read(fading), [0.05, 0.25, 0.5, 0.25, 0.5]));
}

#[test]
fn what_has_no_sound_says_so_and_what_is_cut_short_is_silent_after() {
    let folder = tempfile::tempdir().unwrap();
    let silent =
        made(folder.path(), "silent.mp4", &["-f", "lavfi", "-i", "testsrc=d=1:s=64x64", "-pix_fmt", "yuv420p"]);
    assert!(matches!(SoundSource::open(&silent), Err(MediaError::NotSound { .. })));
    let text = folder.path().join("text.wav");
    std::fs::write(&text, "no sound").unwrap();
    assert!(matches!(SoundSource::open(&text), Err(MediaError::NotSound { .. })));
    assert!(matches!(SoundSource::open(folder.path().join("none.wav")), Err(MediaError::Missing { .. })));
    let whole = made(folder.path(), "whole.wav", &["-f", "lavfi", "-i", &source(48_000, "0")]);
    let bytes = std::fs::read(&whole).unwrap();
    let cut = folder.path().join("cut.wav");
    std::fs::write(&cut, &bytes[..bytes.len() / 3]).unwrap();
    let mut samples = vec![[0.0; 2]; 2 * SAMPLE_RATE as usize];
    SoundSource::open(&cut).unwrap().read(0, &mut samples).unwrap();
    assert!(samples[40_000..47_000].iter().any(|sample| sample[0].abs() > 0.3));
    assert!(samples[60_000..].iter().all(|sample| sample[0] == 0.0));
}
