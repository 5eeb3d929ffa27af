//! Makes files for films, and looks at the films.

use super::Home;
use kinora_frame::Frame;
use kinora_media::SoundSource;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Has FFmpeg's own program make a file.
pub fn made(home: &Home, name: &str, arguments: &[&str]) {
    let done =
        Command::new("ffmpeg").args(["-v", "error", "-y"]).args(arguments).arg(home.path(name)).status().unwrap();
    assert!(done.success(), "{name}");
}

pub fn exec(home: &Home, command: &str, arguments: Value) -> Value {
    let told = home.ok(&["exec", "Film.kinora", command, &arguments.to_string()]);
    serde_json::from_str(&told).unwrap_or(Value::Null)
}

/// What ffprobe says of a file's streams, field by field.
pub fn probed(path: &Path, entries: &str) -> String {
    let out =
        Command::new("ffprobe").args(["-v", "error", "-of", "csv=p=0", "-show_entries", entries]).arg(path).output();
    String::from_utf8(out.unwrap().stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The structural similarity of two pictures' light, as FFmpeg and others measure it.
pub fn ssim(a: &Frame, b: &Frame) -> f64 {
    let grey = |frame: &Frame| {
        let light = frame.rgba().chunks_exact(4).map(|p| (u32::from(p[0]) + 2 * u32::from(p[1]) + u32::from(p[2])) / 4);
        image::GrayImage::from_raw(frame.size().width, frame.size().height, light.map(|l| l as u8).collect()).unwrap()
    };
    image_compare::gray_similarity_structure(&image_compare::Algorithm::MSSIMSimple, &grey(a), &grey(b)).unwrap().score
}

/// Where clicks of a mix are, in samples.
pub fn clicks(path: &Path, seconds: usize) -> Vec<usize> {
    let mut heard = vec![[0.0; 2]; seconds * 48_000];
    SoundSource::open(path).unwrap().read(0, &mut heard).unwrap();
    let loud = |at: usize| heard[at][0].abs() > 0.2;
    // The middle of each.
    let starts = (1..heard.len()).filter(|at| loud(*at) && !(at.saturating_sub(200)..*at).any(loud));
    starts
        .map(|start| (start + (start..start + 200).rev().find(|at| *at < heard.len() && loud(*at)).unwrap()) / 2)
        .collect()
}
