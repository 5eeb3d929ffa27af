//! The process is killed at random moments while it edits, saves, generates and exports: nothing that it acknowledged is lost, no take is
//! lost or made twice, a film is there whole or not at all, and the project opens each time. `KINORA_KILLS` says how often; 10 without it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a panic is its failure")]

mod common;

use common::Home;
use serde_json::{Value, json};
use std::io::Read;
use std::process::Stdio;
use std::time::Duration;

/// Milliseconds by chance, the same for a seed (a linear congruential generator with Knuth's MMIX constants).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Starts a command, kills it after a while, and returns what it had printed.
fn killed(home: &Home, args: &[&str], after: Duration) -> String {
    let mut child = home.command(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    let mut printed = String::new();
    child.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
    printed
}

#[test]
fn killed_at_any_moment_nothing_acknowledged_is_lost_and_no_take_is_made_twice() {
    let home = Home::new();
    let kills: u64 = std::env::var("KINORA_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(10);
    let mut chance = Chance(41);
    home.ok(&["project", "new", "Film"]);
    for prompt in ["a red car", "a white boat", "a yellow balloon", "a green tree"] {
        home.ok(&["board", "add", "Film.kinora", "--prompt", prompt, "--length", "0.75 s"]);
    }
    let mut acknowledged = 1;
    for kill in 0..kills {
        match kill % 3 {
            0 => {
                let lines: Vec<String> = (0..400)
                    .map(|at| match at % 40 {
                        39 => json!({ "command": "project.save" }).to_string(),
                        _ => json!({ "command": "scene.add", "arguments": { "heading": format!("{kill}-{at}") } })
                            .to_string(),
                    })
                    .collect();
                std::fs::write(home.path("script"), lines.join("\n")).unwrap();
                let after = Duration::from_millis(2 + chance.below(120));
                let printed = killed(&home, &["exec", "Film.kinora", "--script", "script"], after);
                acknowledged +=
                    printed.lines().filter(|line| line.starts_with("{\"scene\"") && line.ends_with('}')).count();
            }
            1 => {
                let after = Duration::from_millis(20 + chance.below(1_500));
                killed(&home, &["board", "generate", "Film.kinora", "--steps", "2", "--json"], after);
            }
            _ => {
                let after = Duration::from_millis(20 + chance.below(1_000));
                killed(&home, &["export", "Film.kinora", "--timeline", "Assembly", "--out", "film.mp4"], after);
            }
        }
        if home.path("film.mp4").exists() {
            home.ok(&["verify", "film.mp4"]);
        }
        home.ok(&["project", "recover", "Film.kinora"]);
        let board: Value = home.json(&["board", "list", "Film.kinora", "--json"]);
        let scenes = board.as_array().unwrap();
        assert!(scenes.len() >= acknowledged, "kill {kill}: {} of {acknowledged} scenes", scenes.len());
        acknowledged = scenes.len();
        assert_eq!(scenes[0]["shots"].as_array().unwrap().len(), 4, "kill {kill}");
    }
    home.ok(&["board", "generate", "Film.kinora", "--steps", "2"]);
    let board: Value = home.json(&["board", "list", "Film.kinora", "--json"]);
    for shot in board[0]["shots"].as_array().unwrap() {
        assert_eq!(shot["takes"].as_array().unwrap().len(), 1, "{shot}");
    }
    let files: Vec<String> = std::fs::read_dir(home.path("Film.kinora/takes"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(files.len(), 4, "{files:?}");
    assert!(files.iter().all(|name| !name.contains("partial")), "{files:?}");
    home.ok(&["jobs", "run", "Film.kinora"]);
    let jobs: Value = home.json(&["jobs", "list", "Film.kinora", "--json"]);
    for job in jobs.as_array().unwrap() {
        // An export that was asked for before there was a take has nothing to show, and says so.
        assert!(["done", "failed"].contains(&job["state"].as_str().unwrap()), "{job}");
    }
    home.ok(&["export", "Film.kinora", "--timeline", "Assembly", "--out", "film.mp4"]);
    let report: Value = home.json(&["verify", "film.mp4", "--json"]);
    let placed = report["ingredients"].as_array().unwrap().iter().filter(|i| i["relationship"] == "componentOf");
    assert_eq!(placed.count(), 4);
    let left: Vec<_> = home.files().into_iter().filter(|name| name.contains(".part")).collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(home.ok(&["project", "check", "Film.kinora"]).trim(), "The project is whole");
}
