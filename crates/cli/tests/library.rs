//! The library from the command line: projects and folders are found by words, and marks survive the index.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a panic is its failure")]

mod common;

use common::{Home, stderr, stdout};
use serde_json::Value;

fn titles(home: &Home, words: &[&str]) -> Vec<String> {
    let found: Value = home.json(&[&["library", "search", "--json"], words].concat());
    found.as_array().unwrap().iter().map(|entry| entry["title"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn takes_uploads_and_signed_clips_are_found_and_marks_survive_the_index() {
    let home = Home::new();
    home.ok(&["project", "new", "Film"]);
    home.ok(&["board", "add", "Film.kinora", "--prompt", "a red car in a desert", "--length", "0.75 s"]);
    assert_eq!(titles(&home, &["red"]), [""; 0], "nothing was made yet");
    home.ok(&["board", "generate", "Film.kinora", "--steps", "2"]);
    assert_eq!(
        titles(&home, &["des", "red"]),
        ["Shot 1-1, take 1"],
        "a new project is known, and read when it changed"
    );
    std::fs::create_dir(home.path("shared")).unwrap();
    home.ok(&["export", "Film.kinora", "--out", "shared/film.mp4", "--embed-prompts"]);
    std::fs::copy(home.path("shared/film.mp4"), home.path("shared/changed.mp4")).unwrap();
    common::change_a_byte(&home.path("shared/changed.mp4"));
    std::fs::write(home.path("shared/notes.txt"), "a red car").unwrap();
    home.ok(&["library", "add", "shared"]);
    assert_eq!(titles(&home, &["car", "--kind", "clip"]), ["film.mp4"], "only what Kinora signed and nobody changed");
    home.ok(&["library", "mark", "shared/film.mp4", "--stars", "5", "--folder", "cars"]);
    let board: Value = home.json(&["board", "list", "Film.kinora", "--json"]);
    let take = &board[0]["shots"][0]["takes"][0];
    home.ok(&["exec", "Film.kinora", "take.mark", &format!(r#"{{"take": {take}, "favourite": true, "stars": 3}}"#)]);
    for file in ["library.sqlite", "library.sqlite-wal", "library.sqlite-shm"] {
        let _ = std::fs::remove_file(home.path("data").join(file));
    }
    assert_eq!(titles(&home, &["--stars", "4"]), ["film.mp4"]);
    assert_eq!(titles(&home, &["--folder", "cars"]), ["film.mp4"]);
    assert_eq!(titles(&home, &["--favourites"]), ["Shot 1-1, take 1"]);
    home.ok(&["library", "rebuild"]);
    assert_eq!(titles(&home, &["red", "--stars", "3"]).len(), 2);
    std::fs::remove_dir_all(home.path("shared")).unwrap();
    let told = home.run(&["library", "search", "red"]);
    assert!(stderr(&told).contains("this folder is not there"), "{}", stderr(&told));
    assert!(stdout(&told).contains("Shot 1-1, take 1"), "{}", stdout(&told));
}
