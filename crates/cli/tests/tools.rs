//! The creative tools on files: what is there stays, what is new joins it, and the project that was made for it can be gone on with.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a panic is its failure")]

mod common;

use common::{Home, code, stderr};
use kinora_frame::{Frame, Size};
use kinora_media::{read_frames, save_png};
use kinora_provenance::TrustAnchors;
use kinora_services::plans_of;
use serde_json::{Value, json};
use std::process::Command;

/// A clip of another program: bars that move, of a size and rate.
fn clip(home: &Home, name: &str, size: &str, rate: &str, seconds: &str) {
    let source = format!("testsrc2=size={size}:rate={rate}:duration={seconds}");
    let path = home.path(name);
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-f", "lavfi", "-i", &source, "-c:v", "ffv1", path.to_str().unwrap()])
        .status();
    assert!(made.unwrap().success());
}

/// Mean difference of a colour.
fn apart(a: &Frame, b: &Frame) -> f64 {
    let sum: u64 = a.rgba().iter().zip(b.rgba()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.rgba().len() as f64
}

const QUICK: [&str; 2] = ["--steps", "2"];

fn tool(home: &Home, args: &[&str]) -> Vec<Frame> {
    home.ok(&[args, &QUICK].concat());
    let out = args.iter().position(|arg| *arg == "--out").unwrap() + 1;
    read_frames(home.path(args[out]), None).unwrap()
}

#[test]
fn what_goes_on_from_a_clip_leaves_the_clip_as_it_is() {
    let home = Home::new();
    clip(&home, "plate.mkv", "320x180", "24", "1.5");
    let plate = read_frames(home.path("plate.mkv"), None).unwrap();
    let extended = tool(&home, &["extend", "plate.mkv", "--by", "0.5", "--out", "longer.mkv"]);
    assert_eq!((extended.len(), extended[0].size()), (36 + 12, Size::new(320, 180)));
    let before = tool(&home, &["extend", "plate.mkv", "--by", "0.5", "--before", "--out", "earlier.mkv"]);
    assert_eq!(before.len(), 12 + 36);
    // The mark lies on what was generated; of the clip every frame is there.
    for (index, frame) in plate.iter().enumerate() {
        assert!(apart(frame, &extended[index]) < 2.0, "frame {index}: {}", apart(frame, &extended[index]));
        assert!(apart(frame, &before[12 + index]) < 2.0, "frame {index}");
    }
    let claim = home.json(&["verify", "longer.mkv", "--json"]);
    let text = claim.to_string();
    assert!(text.contains("plate.mkv"), "{text}");
    assert_eq!(tool(&home, &["loop", "plate.mkv", "--seam", "short", "--out", "round.mkv"]).len(), 36 + 12);
    let hole = tool(&home, &["fill", "plate.mkv", "--from", "0.5", "--to", "1", "--out", "whole.mkv"]);
    assert_eq!(hole.len(), 36);
    assert!(apart(&plate[11], &hole[11]) < 2.0 && apart(&plate[24], &hole[24]) < 2.0);
    let recut = tool(&home, &["recut", "plate.mkv", "--from", "0.5", "--to", "1", "--out", "recut.mkv"]);
    assert!(recut.len() == 36 && apart(&plate[12], &recut[12]) < 2.0 && apart(&plate[23], &recut[23]) < 2.0);
}

#[test]
fn clips_of_another_size_and_rate_are_joined_in_the_firsts() {
    let home = Home::new();
    clip(&home, "a.mkv", "320x180", "25", "1");
    clip(&home, "b.mkv", "240x240", "30", "1");
    let bridged = tool(&home, &["bridge", "a.mkv", "b.mkv", "--by", "0.4", "--out", "film.mkv"]);
    assert_eq!((bridged.len(), bridged[0].size()), (25 + 10 + 25, Size::new(320, 180)));
    let blended = tool(&home, &["blend", "a.mkv", "b.mkv", "--by", "0.4", "--curve", "mix", "--out", "blend.mkv"]);
    assert_eq!(blended.len(), 50, "nothing moves");
}

#[test]
fn a_picture_moves_and_a_clip_is_made_again() {
    let home = Home::new();
    clip(&home, "plate.mkv", "320x180", "24", "0.75");
    let still = read_frames(home.path("plate.mkv"), Some(1)).unwrap().remove(0);
    save_png(home.path("still.png"), &still).unwrap();
    let animated = tool(
        &home,
        &["animate", "still.png", "--seconds", "0.75", "--height", "360", "--prompt", "a red car", "--out", "car.mkv"],
    );
    assert_eq!((animated.len(), animated[0].size()), (18, Size::new(640, 360)));
    let camera = ["--camera-from", "0,0,1000,1000", "--camera-to", "250,250,500,500", "--out", "push.mkv"];
    tool(&home, &[&["animate", "still.png", "--seconds", "0.75", "--height", "360"], &camera[..]].concat());
    let remixed = tool(&home, &["remix", "plate.mkv", "--prompt", "a blue car", "--level", "200", "--out", "blue.mkv"]);
    assert_eq!(remixed.len(), 18);
    let tall = tool(&home, &["reframe", "plate.mkv", "--aspect", "9:16", "--out", "tall.mkv"]);
    assert_eq!(tall[0].size(), Size::new(180, 320));
    let wrong = home.run(&["extend", "still.png", "--by", "1", "--out", "x.mp4"]);
    assert!(code(&wrong) != 0 && !home.path("x.mp4").exists());
    assert!(stderr(&wrong).contains("still.png") || stderr(&wrong).contains("long"), "{}", stderr(&wrong));
}

#[test]
fn the_project_stays_if_it_is_wanted_and_its_takes_are_finished_and_varied() {
    let home = Home::new();
    clip(&home, "plate.mkv", "320x180", "24", "0.75");
    let keep = ["--keep-project", "Work.kinora", "--out", "longer.mp4", "--embed-prompt"];
    tool(&home, &[&["extend", "plate.mkv", "--by", "0.5", "--prompt", "a red car"], &keep[..]].concat());
    home.ok(&["project", "check", "Work.kinora"]);
    // The film tells how what was generated in it was made.
    let plans = plans_of(&home.path("longer.mp4"), &TrustAnchors::none()).unwrap();
    assert_eq!(plans.len(), 1);
    assert_eq!(plans[0].prompts[0].prompt.text(), Some("a red car"));
    assert!(plans_of(&home.path("plate.mkv"), &TrustAnchors::none()).is_err());
    std::fs::remove_file(home.path("plate.mkv")).unwrap();
    let takes = |args: &[&str]| -> usize {
        let told = home.ok(&[args, &QUICK, &["--json"]].concat());
        let done: Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
        done["takes"].as_array().unwrap().len()
    };
    assert_eq!(takes(&["finish", "Work.kinora", "--shot", "1-1"]), 1);
    assert_eq!(takes(&["variations", "Work.kinora", "--shot", "1-1", "--takes", "2"]), 2);
    let undone = home.ok(&["exec", "Work.kinora", "edit.undo", &json!({}).to_string()]);
    assert_eq!(undone.trim(), "null");
    home.ok(&["exec", "Work.kinora", "edit.redo"]);
    home.ok(&["export", "Work.kinora", "--out", "again.mkv"]);
}
