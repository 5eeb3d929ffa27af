//! A prompt becomes a marked, signed clip, and the clip becomes itself again.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a panic is its failure")]

mod common;

use common::{Home, change_a_byte, code, stderr, stdout};
use kinora_frame::{Frame, Size};
use kinora_media::{probe, read_frames, save_png};
use serde_json::Value;

const PROMPT: &str = "a red car drives from left to right through a desert at noon";

#[test]
fn a_prompt_becomes_a_signed_clip_of_the_right_shape() {
    let home = Home::new();
    let out = home.generate(&["--prompt", PROMPT, "--fps", "23.976", "--aspect", "1:1", "--out", "a.mp4", "--json"]);
    assert_eq!(code(&out), 0, "{}", stderr(&out));
    let events: Vec<Value> = stdout(&out).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.last().unwrap()["event"], "done");
    assert!(events.iter().any(|e| e["phase"] == "denoise" && e["step"] == 2 && e["total"] == 2));

    let info = probe(home.path("a.mp4")).unwrap();
    assert_eq!((info.size, info.rate.to_string(), info.frames), (Size::new(72, 72), "24000/1001".to_owned(), 18));

    let report = home.run(&["verify", "a.mp4", "--json"]);
    assert_eq!(code(&report), 0);
    let report: Value = serde_json::from_str(&stdout(&report)).unwrap();
    assert_eq!(report["signature"]["state"], "trusted");
    assert!(report["source_type"].as_str().unwrap().ends_with("/trainedAlgorithmicMedia"));
    assert!(
        !stdout(&home.run(&["verify", "a.mp4", "--json"])).contains("desert"),
        "words stay out without --embed-prompt"
    );
    let text = stdout(&home.run(&["verify", "a.mp4"]));
    assert!(text.contains("Signed and unchanged") && text.contains("not in the file"), "{text}");
    assert!(text.contains("9 frames of 72×72") && text.contains("seed 1"), "{text}");
    assert_eq!(home.files(), ["a.mp4"]);
}

#[test]
fn every_size_and_rate_is_what_was_asked_for() {
    let home = Home::new();
    let cases = [
        ("16:9", "480", "25", Size::new(854, 480), 19),
        ("9:16", "720", "30", Size::new(720, 1280), 23),
        ("21:9", "native", "29.97", Size::new(112, 48), 23),
        ("4:3", "native", "12", Size::new(80, 64), 9),
        ("3:4", "native", "24", Size::new(64, 80), 18),
    ];
    for (aspect, height, fps, size, frames) in cases {
        let args = ["generate", "--prompt", PROMPT, "--seconds", "0.75", "--steps", "1", "--guidance", "1"];
        let shape = ["--aspect", aspect, "--height", height, "--fps", fps, "--out", "a.mp4"];
        let out = home.run(&[&args[..], &shape[..]].concat());
        assert_eq!(code(&out), 0, "{}", stderr(&out));
        let info = probe(home.path("a.mp4")).unwrap();
        assert_eq!((info.size, info.frames), (size, frames), "{aspect} {height} {fps}");
        assert!((info.rate.as_f64() - fps.parse::<f64>().unwrap()).abs() < 0.001);
    }
}

#[test]
fn a_clip_made_again_has_the_same_frames_with_any_number_of_threads() {
    let home = Home::new();
    assert_eq!(code(&home.generate(&["--prompt", PROMPT, "--seed", "7", "--embed-prompt", "--out", "a.mp4"])), 0);
    let frames = read_frames(home.path("a.mp4"), None).unwrap();
    assert_eq!(code(&home.generate(&["--prompt", PROMPT, "--seed", "7", "--dtype", "bf16", "--out", "half.mp4"])), 0);
    assert!(read_frames(home.path("half.mp4"), None).unwrap() != frames, "the number format changes bits");
    for threads in ["1", "2", "5"] {
        let out =
            home.command(&["again", "a.mp4", "--out", "b.mp4"]).env("RAYON_NUM_THREADS", threads).output().unwrap();
        assert_eq!(code(&out), 0, "{}", stderr(&out));
        assert!(read_frames(home.path("b.mp4"), None).unwrap() == frames, "{threads} threads");
    }
    assert_eq!(code(&home.generate(&["--prompt", PROMPT, "--seed", "8", "--out", "c.mp4"])), 0);
    assert!(read_frames(home.path("c.mp4"), None).unwrap() != frames, "another seed gives another clip");
}

#[test]
fn words_the_model_does_not_know_are_told_and_the_clip_is_made() {
    let home = Home::new();
    let prompt = "a glimmering kid walks and jumps and spins";
    let out = home.generate(&["--prompt", prompt, "--out", "a.mp4"]);
    assert_eq!(code(&out), 0, "{}", stderr(&out));
    for note in ["“glimmering”", "“kid” for “person”", "asks for 3 actions"] {
        assert!(stderr(&out).contains(note), "{note} is missing in {}", stderr(&out));
    }
    let out = home.generate(&["--prompt", prompt, "--out", "b.mp4", "--json"]);
    let events: Vec<Value> = stdout(&out).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let noted = |key: &str| events.iter().find(|e| e["event"] == "note" && !e[key].is_null()).map(|e| e[key].clone());
    assert_eq!(noted("unknown").unwrap(), serde_json::json!(["glimmering"]));
    assert_eq!(noted("taken_for").unwrap(), serde_json::json!({ "kid": "person" }));
    assert_eq!(noted("actions").unwrap(), 3);
    let plain = home.generate(&["--prompt", "a red car drives to the right", "--out", "c.mp4"]);
    assert!(!stderr(&plain).contains("note:"), "{}", stderr(&plain));
    // A word is the same as the one that it is taken for.
    let frames = |name: &str, prompt: &str| {
        assert_eq!(code(&home.generate(&["--prompt", prompt, "--out", name])), 0);
        read_frames(home.path(name), None).unwrap()
    };
    assert!(frames("d.mp4", "a kid in the snow") == frames("e.mp4", "a person in the snow"));
}

#[test]
fn words_that_are_not_in_the_file_must_come_back_unchanged() {
    let home = Home::new();
    assert_eq!(code(&home.generate(&["--prompt", PROMPT, "--negative", "snow", "--out", "a.mp4"])), 0);
    let without = home.run(&["again", "a.mp4", "--out", "b.mp4"]);
    assert_eq!(code(&without), 1);
    assert!(stderr(&without).contains("--prompt"), "{}", stderr(&without));
    let other = home.run(&["again", "a.mp4", "--prompt", "a blue car", "--negative", "snow", "--out", "b.mp4"]);
    assert_eq!(code(&other), 1);
    assert!(stderr(&other).contains("SHA-256"), "{}", stderr(&other));
    assert_eq!(home.files(), ["a.mp4"]);
    let right = home.run(&["again", "a.mp4", "--prompt", PROMPT, "--negative", "snow", "--out", "b.mp4"]);
    assert_eq!(code(&right), 0, "{}", stderr(&right));
    assert!(read_frames(home.path("a.mp4"), None).unwrap() == read_frames(home.path("b.mp4"), None).unwrap());
}

#[test]
fn a_picture_becomes_the_first_frame_and_an_ingredient() {
    let home = Home::new();
    let size = Size::new(192, 112);
    let rgba = (0..size.pixels()).flat_map(|i| if i % 192 < 96 { [220, 40, 40, 255] } else { [40, 60, 200, 255] });
    save_png(home.path("still.png"), &Frame::new(size, rgba.collect()).unwrap()).unwrap();
    let out = home.generate(&["--prompt", PROMPT, "--image", "still.png", "--out", "a.mp4"]);
    assert_eq!(code(&out), 0, "{}", stderr(&out));
    let first = &read_frames(home.path("a.mp4"), Some(1)).unwrap()[0];
    let near = |a: [u8; 4], b: [u8; 3]| a[..3].iter().zip(b).all(|(x, y)| x.abs_diff(y) < 12);
    assert!(near(first.pixel(20, 28).unwrap(), [220, 40, 40]), "{:?}", first.pixel(20, 28));
    assert!(near(first.pixel(76, 20).unwrap(), [40, 60, 200]), "{:?}", first.pixel(76, 20));

    let report = stdout(&home.run(&["verify", "a.mp4", "--json"]));
    assert!(report.contains("compositeWithTrainedAlgorithmicMedia") && report.contains("still.png"), "{report}");
    let without = home.run(&["again", "a.mp4", "--prompt", PROMPT, "--out", "b.mp4"]);
    assert_eq!(code(&without), 1);
    assert!(stderr(&without).contains("--image"), "{}", stderr(&without));
    let again = home.run(&["again", "a.mp4", "--prompt", PROMPT, "--image", "still.png", "--out", "b.mp4"]);
    assert_eq!(code(&again), 0, "{}", stderr(&again));
    assert!(read_frames(home.path("a.mp4"), None).unwrap() == read_frames(home.path("b.mp4"), None).unwrap());
}

#[test]
fn previews_show_every_step() {
    let home = Home::new();
    let out = home.generate(&[
        "--prompt",
        PROMPT,
        "--preview-dir",
        "steps",
        "--contact-sheet",
        "sheet.png",
        "--out",
        "a.mp4",
    ]);
    assert_eq!(code(&out), 0, "{}", stderr(&out));
    let pictures: Vec<_> = ["step_001.png", "step_002.png"]
        .map(|name| kinora_media::open_picture(home.path("steps").join(name)).unwrap())
        .into();
    assert!(pictures[0] != pictures[1]);
    assert!(pictures[1] == kinora_media::open_picture(home.path("sheet.png")).unwrap(), "the last step is the result");
}

#[test]
fn verify_tells_changed_unsigned_and_unknown_apart() {
    let home = Home::new();
    assert_eq!(code(&home.generate(&["--prompt", PROMPT, "--out", "a.mp4"])), 0);
    let verify = |home: &Home, file: &str| {
        let out = home.run(&["verify", file]);
        (code(&out), stdout(&out))
    };
    assert_eq!(verify(&home, "a.mp4").0, 0);

    let stranger = Home::new();
    std::fs::copy(home.path("a.mp4"), stranger.path("a.mp4")).unwrap();
    let (status, text) = verify(&stranger, "a.mp4");
    assert_eq!(status, 0, "an unknown signer is no damage");
    assert!(text.contains("isn't known here") && text.contains("unchanged"), "{text}");

    change_a_byte(&home.path("a.mp4"));
    let (status, text) = verify(&home, "a.mp4");
    assert_eq!(status, 1);
    assert!(text.to_lowercase().contains("changed"), "{text}");
    let again = home.run(&["again", "a.mp4", "--prompt", PROMPT, "--out", "b.mp4"]);
    assert_eq!(code(&again), 1);

    std::fs::write(home.path("words.mp4"), "these are words").unwrap();
    assert_eq!(code(&home.run(&["verify", "words.mp4"])), 1);
    assert_eq!(code(&home.run(&["verify", "nothing.mp4"])), 1);
}

#[test]
fn bench_measures_what_it_is_asked_for() {
    let home = Home::new();
    let out = home.run(&["bench", "text", "--runs", "3", "--json"]);
    assert_eq!(code(&out), 0, "{}", stderr(&out));
    let result: Value = serde_json::from_str(&stdout(&out)).unwrap();
    assert_eq!(result["parts"]["text"]["runs"], 3);
    assert!(result["parts"]["text"]["median_s"].as_f64().unwrap() > 0.0);
    assert!(result["parts"].get("generate").is_none());
}
