//! The sample project is made by calls of `kinora` alone, and its exports name the takes they were cut from.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a panic is its failure")]

mod common;

use common::{Home, stderr, stdout};
use std::process::Command;

/// The sample script with quick takes: 9 frames, 2 steps.
fn sample(home: &Home) -> Command {
    let mut command = Command::new("sh");
    command
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/samples/project.sh"))
        .arg(home.folder.path())
        .env("KINORA", env!("CARGO_BIN_EXE_kinora"))
        .env("KINORA_DATA", home.path("data"))
        .env("STEPS", "2")
        .env("LENGTH", "0.75 s")
        .env_remove("KINORA_MODELS");
    command
}

#[test]
fn five_shots_in_two_scenes_become_a_signed_film_that_names_its_takes() {
    let home = Home::new();
    let made = sample(&home).output().unwrap();
    assert!(made.status.success(), "{}", stderr(&made));
    for (film, frames) in [("assembly.mp4", 5 * 18), ("cut-1.mp4", 5 * 18 - 4)] {
        let report = home.json(&["verify", film, "--json"]);
        let placed: Vec<&str> = report["ingredients"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|ingredient| ingredient["relationship"] == "componentOf")
            .map(|ingredient| ingredient["title"].as_str().unwrap())
            .collect();
        assert_eq!(
            placed,
            ["Shot 1-1, take 1", "Shot 1-2, take 1", "Shot 1-3, take 1", "Shot 2-1, take 1", "Shot 2-2, take 1"],
            "{film}"
        );
        assert!(report["source_type"].as_str().unwrap().ends_with("/trainedAlgorithmicMedia"), "{film}");
        let info = kinora_media::probe(home.path(film)).unwrap();
        assert_eq!((info.frames, info.size.width, info.size.height), (frames, 1280, 720), "{film}");
    }
    let told = stdout(&home.run(&["verify", "cut-1.mp4"]));
    assert!(told.contains("Cut from: Shot 1-1, take 1; Shot 1-2, take 1"), "{told}");
    assert!(told.contains("Film of 5 takes"), "{told}");
    let text = std::fs::read(home.path("cut-1.mp4")).unwrap();
    assert!(!text.windows(9).any(|window| window == b"a red car"), "prompts stay at home unless they are asked for");
    for name in ["cut-1.otio", "cut-1.edl"] {
        home.ok(&["export", "Crossing.kinora", "--out", name]);
    }
    let timeline: serde_json::Value = serde_json::from_slice(&std::fs::read(home.path("cut-1.otio")).unwrap()).unwrap();
    let clips = timeline["tracks"]["children"][0]["children"].as_array().unwrap();
    let urls = clips.iter().map(|clip| clip["media_references"]["DEFAULT_MEDIA"]["target_url"].as_str().unwrap());
    let urls: Vec<&str> = urls.collect();
    assert_eq!(urls.len(), 5);
    for url in urls {
        home.ok(&["verify", url]);
        assert_eq!(kinora_media::probe(home.path(url)).unwrap().frames, 18, "{url}: a take is handed over whole");
    }
    let list = std::fs::read_to_string(home.path("cut-1.edl")).unwrap();
    assert_eq!(list.lines().filter(|line| line.contains("  AX       V     C  ")).count(), 5, "{list}");
    let board = home.json(&["board", "list", "Crossing.kinora", "--json"]);
    for shot in board.as_array().unwrap().iter().flat_map(|scene| scene["shots"].as_array().unwrap()) {
        let thumbnail = kinora_media::open_picture(shot["thumbnail"].as_str().unwrap()).unwrap();
        assert!(thumbnail.size().width >= 96, "{shot}");
    }
    let again = home.run(&["again", "cut-1.mp4", "--out", "b.mp4"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("was cut from several takes"), "{}", stderr(&again));
}

#[test]
fn a_film_shows_its_takes_frame_by_frame_and_slugs_where_there_is_none() {
    let home = Home::new();
    home.ok(&["project", "new", "Film", "--lines", "480"]);
    for prompt in ["a red car", "a white boat"] {
        home.ok(&["board", "add", "Film.kinora", "--prompt", prompt, "--length", "1 s"]);
    }
    let refused = home.run(&["export", "Film.kinora", "--out", "film.mp4"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("nothing on this timeline was generated yet"), "{}", stderr(&refused));
    home.ok(&["board", "generate", "Film.kinora", "--steps", "2", "--shot", "1-2"]);
    home.ok(&["export", "Film.kinora", "--out", "film.mp4", "--embed-prompts"]);
    let film = kinora_media::read_frames(home.path("film.mp4"), None).unwrap();
    assert_eq!(film.len(), 48);
    let take = std::fs::read_dir(home.path("Film.kinora/takes")).unwrap().next().unwrap().unwrap().path();
    let take = kinora_media::read_frames(take, None).unwrap();
    assert_eq!(take.len(), 12);
    let far = |a: &kinora_frame::Frame, b: &kinora_frame::Frame| -> f64 {
        let small = kinora_frame::Size::new(48, 27);
        let [a, b] = [a, b].map(|frame| kinora_media::fit(frame, small, kinora_media::Fit::Cover));
        let sum: u64 = a.rgba().iter().zip(b.rgba()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        sum as f64 / a.rgba().len() as f64
    };
    let first_of_take = &film[24];
    for (at, frame) in take.iter().enumerate() {
        // The visible mark covers a corner of each.
        let same = [24 + 2 * at, 25 + 2 * at].map(|shown| far(&film[shown], frame));
        assert!(same.iter().all(|far| *far < 8.0), "frame {at}: {same:?}");
    }
    assert!(far(&film[0], first_of_take) > 8.0, "a slug is no take");
    assert!(far(&film[0], &film[23]) < 1.0, "a slug stands still");
    let report = home.json(&["verify", "film.mp4", "--json"]);
    let source = report["source_type"].as_str().unwrap();
    assert!(source.ends_with("/compositeWithTrainedAlgorithmicMedia"), "a slug was not generated: {source}");
    assert_eq!(report["plan"]["film"]["takes"][0]["plan"]["prompts"][0]["prompt"]["text"], "a white boat");
}
