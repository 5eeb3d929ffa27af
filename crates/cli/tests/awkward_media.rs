//! Files that give editors trouble, made by FFmpeg's own program: each comes in, or is refused with a sentence that says why.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a panic is its failure")]

mod common;

use common::{Home, stderr, stdout};
use serde_json::{Value, json};
use std::fs;
use std::process::Command;

fn made(home: &Home, name: &str, arguments: &str) {
    let words: Vec<&str> = arguments.split(' ').collect();
    let done = Command::new("ffmpeg").args(["-v", "error", "-y"]).args(words).arg(home.path(name)).status().unwrap();
    assert!(done.success(), "{name}");
}

/// Imports a file and examines it: what is known of it, or why it was refused.
fn imported(home: &Home, name: &str) -> Result<Value, String> {
    let path = json!({ "path": home.path(name) }).to_string();
    let command = home.run(&["exec", "Film.kinora", "media.import", &path]);
    if !command.status.success() {
        return Err(stderr(&command));
    }
    let examined = home.run(&["jobs", "run", "Film.kinora"]);
    let told = format!("{}{}", stdout(&examined), stderr(&examined));
    let project: Value = home.json(&["project", "media", "Film.kinora", "--json"]);
    let file = project.as_array().unwrap().iter().find(|file| file["name"] == name).cloned();
    file.ok_or(told)
}

#[test]
fn awkward_files_come_in_or_are_refused_with_a_sentence() {
    let home = Home::new();
    home.ok(&["project", "new", "Film"]);
    let picture = "-f lavfi -i testsrc2=s=192x108:r=24:d=4";
    let x264 = "-c:v libx264 -pix_fmt yuv420p";
    made(&home, "uneven.mp4", &format!("{picture} -vf select='not(eq(mod(n\\,5)\\,3))' -vsync vfr {x264}"));
    made(&home, "lying.mp4", &format!("{picture} {x264}"));
    let lying = home.path("lying.mp4").to_str().unwrap().to_owned();
    made(&home, "upright.mp4", &format!("-i {lying} -c copy -metadata:s:v rotate=90"));
    made(&home, "odd.mkv", "-f lavfi -i testsrc=s=101x57:r=25:d=1 -c:v ffv1");
    made(
        &home,
        "ten-bit.mp4",
        "-f lavfi -i testsrc2=s=192x108:r=24:d=1 -c:v libx265 -x265-params log-level=none -pix_fmt yuv420p10le",
    );
    made(&home, "full-range.mp4", &format!("{picture} -vf scale=out_range=pc -color_range pc {x264}"));
    made(&home, "one-frame.mp4", &format!("{picture} -frames:v 1 {x264}"));
    made(
        &home,
        "silent-and-tall.webm",
        "-f lavfi -i testsrc2=s=72x128:r=30:d=1 -c:v libvpx-vp9 -cpu-used 8 -deadline realtime",
    );
    made(
        &home,
        "four-hours.mp4",
        "-f lavfi -i color=s=64x36:r=1:d=14400 -c:v libx264 -preset ultrafast -g 600 -pix_fmt yuv420p",
    );
    made(&home, "tone.wav", "-f lavfi -i sine=d=1");
    made(&home, "alpha.png", "-f lavfi -i color=red@0.5:s=64x36,format=rgba -frames:v 1");
    fs::copy(home.path("lying.mp4"), home.path("really-mp4.mkv")).unwrap();
    fs::copy(home.path("tone.wav"), home.path("really-wav.mp3")).unwrap();
    fs::copy(home.path("alpha.png"), home.path("really-png.mp4")).unwrap();
    for (name, kind, size, seconds) in [
        ("uneven.mp4", "video", json!([192, 108]), 4.0),
        ("upright.mp4", "video", json!([108, 192]), 4.0),
        ("odd.mkv", "video", json!([101, 57]), 1.0),
        ("ten-bit.mp4", "video", json!([192, 108]), 1.0),
        ("full-range.mp4", "video", json!([192, 108]), 4.0),
        ("one-frame.mp4", "video", json!([192, 108]), 1.0 / 24.0),
        ("silent-and-tall.webm", "video", json!([72, 128]), 1.0),
        ("four-hours.mp4", "video", json!([64, 36]), 14_400.0),
        ("really-mp4.mkv", "video", json!([192, 108]), 4.0),
        ("really-wav.mp3", "audio", Value::Null, 1.0),
        ("really-png.mp4", "still", json!([64, 36]), 0.0),
    ] {
        let file = imported(&home, name).unwrap_or_else(|told| panic!("{name}: {told}"));
        assert_eq!((file["kind"].as_str(), &file["size"]), (Some(kind), &size), "{name}: {file}");
        let told = file["seconds"].as_f64().unwrap_or(0.0);
        assert!((told - seconds).abs() < 0.05, "{name}: {told} seconds");
    }
    let whole = {
        made(
            &home,
            "whole.mp4",
            "-f lavfi -i testsrc2=s=640x360:r=24:d=12 -c:v libx264 -g 24 -pix_fmt yuv420p -movflags +faststart",
        );
        fs::read(home.path("whole.mp4")).unwrap()
    };
    fs::write(home.path("cut-short.mp4"), &whole[..whole.len() / 2]).unwrap();
    fs::write(home.path("empty.mov"), b"").unwrap();
    fs::write(home.path("notes.mp4"), "notes of the shoot\n".repeat(100)).unwrap();
    fs::write(home.path("head.mp4"), &whole[..600]).unwrap();
    for (name, reason) in [
        ("cut-short.mp4", "cut short"),
        ("empty.mov", "the file is empty"),
        ("notes.mp4", "not a video that can be read"),
        ("head.mp4", "damaged or cut short"),
        ("missing.mp4", "there is no such file"),
    ] {
        let refused = imported(&home, name).map(|file| panic!("{name}: {file}")).unwrap_err();
        assert!(refused.contains(reason), "{name}: {refused}");
    }
}

#[test]
fn a_missing_file_stays_in_its_place_and_can_be_relinked() {
    let home = Home::new();
    home.ok(&["project", "new", "Film", "--lines", "360"]);
    home.ok(&["board", "add", "Film.kinora", "--prompt", "a red car", "--length", "1 s"]);
    home.ok(&["board", "generate", "Film.kinora", "--steps", "2"]);
    made(&home, "clip.mp4", "-f lavfi -i testsrc2=s=192x108:r=24:d=2 -c:v libx264 -pix_fmt yuv420p");
    let exec = |command: &str, arguments: Value| home.ok(&["exec", "Film.kinora", command, &arguments.to_string()]);
    exec("media.import", json!({ "path": home.path("clip.mp4"), "refer": true }));
    home.ok(&["jobs", "run", "Film.kinora"]);
    exec("timeline.from-board", json!({ "name": "Cut" }));
    exec("clip.overwrite", json!({ "track": "V1", "time": 1, "media": "clip.mp4" }));
    fs::rename(home.path("clip.mp4"), home.path("moved.mp4")).unwrap();
    let refused = home.run(&["export", "Film.kinora", "--out", "film.mp4"]);
    assert!(stderr(&refused).contains("there is no such file"), "{}", stderr(&refused));
    assert!(!home.path("film.mp4").exists());
    let told = exec("media.relink", json!({ "media": "clip.mp4", "path": home.path("moved.mp4"), "refer": true }));
    assert!(told.contains("\"same\":true"), "{told}");
    home.ok(&["export", "Film.kinora", "--out", "film.mp4"]);
    assert_eq!(kinora_media::probe(home.path("film.mp4")).unwrap().frames, 72);
}
