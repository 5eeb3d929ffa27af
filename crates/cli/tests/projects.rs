//! Projects from the command line: made, written, cut, undone, checked, and back after the process was killed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a panic is its failure")]

mod common;

use common::{Home, SmallDisk, stderr, stdout};
use serde_json::json;
use std::io::Write;
use std::process::Stdio;

/// A project of three shots in two scenes.
fn film(home: &Home) {
    home.ok(&["project", "new", "Film", "--rate", "25"]);
    for (scene, prompt) in
        [("EXT. DESERT", "@Anna walks"), ("EXT. DESERT", "a red car drives"), ("INT. KITCHEN", "a clock")]
    {
        home.ok(&["board", "add", "Film.kinora", "--scene", scene, "--prompt", prompt, "--length", "2 s"]);
    }
}

#[test]
fn a_project_is_written_cut_and_undone_call_by_call() {
    let home = Home::new();
    film(&home);
    let numbers = |home: &Home| -> Vec<String> {
        let board = home.json(&["board", "list", "Film.kinora", "--json"]);
        let shots = board.as_array().unwrap().iter().flat_map(|scene| scene["shots"].as_array().unwrap().clone());
        shots.map(|shot| shot["prompt"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(numbers(&home), ["@Anna walks", "a red car drives", "a clock"]);
    home.ok(&["exec", "Film.kinora", "shot.move", r#"{"shot":"1-2","scene":"1","to":0}"#]);
    assert_eq!(numbers(&home), ["a red car drives", "@Anna walks", "a clock"]);
    home.ok(&["timeline", "add", "Film.kinora", "--name", "Cut 1"]);
    home.ok(&["timeline", "cut", "Film.kinora", "--time", "00:00:01:00"]);
    let timelines = home.json(&["timeline", "list", "Film.kinora", "--json"]);
    let cut = &timelines[1]["tracks"][0]["items"];
    let lengths: Vec<f64> = cut.as_array().unwrap().iter().map(|item| item["seconds"].as_f64().unwrap()).collect();
    assert_eq!(lengths, [1.0, 1.0, 2.0, 2.0]);
    assert_eq!(cut[0]["shows"], "shot 1-1: slug");
    let info = home.json(&["project", "info", "Film.kinora", "--json"]);
    assert_eq!((&info["shots"], &info["settings"]["rate"]), (&json!(3), &json!("25")));
    assert_eq!(home.ok(&["project", "check", "Film.kinora"]).trim(), "The project is whole");
}

#[test]
fn a_script_of_commands_is_undone_step_by_step() {
    let home = Home::new();
    film(&home);
    let script = [
        json!({ "command": "cast.add", "arguments": { "name": "Anna", "words": "a woman in red" } }),
        json!({ "command": "shot.write", "arguments": { "shot": "1-1", "text": "@Anna runs" } }),
        json!({ "command": "timeline.from-board", "arguments": { "name": "Cut 1" } }),
        json!({ "command": "edit.undo" }),
        json!({ "command": "edit.undo" }),
    ];
    std::fs::write(home.path("script"), script.map(|line| line.to_string()).join("\n")).unwrap();
    home.ok(&["exec", "Film.kinora", "--script", "script"]);
    let info = home.json(&["project", "info", "Film.kinora", "--json"]);
    assert_eq!((&info["cast"], &info["timelines"]), (&json!(1), &json!([])));
    let refused = home.run(&["exec", "Film.kinora", "shot.write", r#"{"shot":"9-9","text":"x"}"#]);
    assert_eq!(stderr(&refused).trim(), "error: there is no shot \"9-9\"");
    assert_eq!(refused.status.code(), Some(1));
}

#[test]
fn a_style_goes_from_one_film_to_another_in_a_file() {
    let home = Home::new();
    let exec = |project: &str, command: &str, arguments: serde_json::Value| {
        home.ok(&["exec", project, command, &arguments.to_string()])
    };
    let icon = concat!(env!("CARGO_MANIFEST_DIR"), "/../../icons/32x32.png");
    for film in ["One", "Two"] {
        home.ok(&["project", "new", film]);
    }
    exec("One.kinora", "media.import", json!({ "path": icon }));
    exec("One.kinora", "cast.add", json!({ "name": "Dusk", "kind": "style", "words": "ink line" }));
    let files = home.json(&["project", "info", "One.kinora", "--json"])["media"].clone();
    assert_eq!(files, json!(1));
    // The file is the first thing with an id, the style the second.
    exec("One.kinora", "cast.set-pictures", json!({ "member": "Dusk", "pictures": [1] }));
    exec("One.kinora", "cast.export", json!({ "member": "Dusk", "out": home.path("Dusk.kinora-cast") }));
    exec("Two.kinora", "cast.import", json!({ "path": home.path("Dusk.kinora-cast") }));
    let counts = |home: &Home| {
        let info = home.json(&["project", "info", "Two.kinora", "--json"]);
        (info["cast"].clone(), info["media"].clone())
    };
    assert_eq!(counts(&home), (json!(1), json!(1)));
    let taken =
        home.run(&["exec", "Two.kinora", "cast.import", &json!({ "path": home.path("Dusk.kinora-cast") }).to_string()]);
    assert!(stderr(&taken).contains("somebody is called"), "{}", stderr(&taken));
    exec("Two.kinora", "cast.import", json!({ "path": home.path("Dusk.kinora-cast"), "name": "Evening" }));
    assert_eq!(counts(&home), (json!(2), json!(1)), "the same picture is there once");
    exec("Two.kinora", "edit.undo", json!({}));
    exec("Two.kinora", "edit.undo", json!({}));
    assert_eq!(counts(&home), (json!(0), json!(0)), "words and pictures are one step");
    let picture = home.run(&["exec", "Two.kinora", "cast.import", &json!({ "path": icon }).to_string()]);
    assert!(stderr(&picture).contains("no member of a cast"), "{}", stderr(&picture));
    let text = json!({ "member": "Dusk", "out": home.path("none/Dusk.kinora-cast") }).to_string();
    assert!(!home.run(&["exec", "One.kinora", "cast.export", &text]).status.success());
}

#[test]
fn after_a_kill_the_project_comes_back() {
    let home = Home::new();
    film(&home);
    let mut child = home.command(&["exec", "Film.kinora", "--script", "-"]);
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for at in 0..200 {
        writeln!(stdin, "{}", json!({ "command": "scene.add", "arguments": { "heading": format!("SCENE {at}") } }))
            .unwrap();
    }
    drop(stdin);
    let mut first = [0u8; 1];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut first).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let told = home.run(&["project", "recover", "Film.kinora"]);
    assert!(told.status.success(), "{}", stderr(&told));
    let board = home.json(&["board", "list", "Film.kinora", "--json"]);
    let headings: Vec<&str> =
        board.as_array().unwrap().iter().map(|scene| scene["heading"].as_str().unwrap()).collect();
    assert!(headings.len() > 2, "{headings:?}");
    assert_eq!(headings[..2], ["EXT. DESERT", "INT. KITCHEN"]);
    for (at, heading) in headings[2..].iter().enumerate() {
        assert_eq!(*heading, format!("SCENE {at}"));
    }
}

#[test]
fn shots_are_generated_into_the_project_through_the_queue() {
    let home = Home::new();
    home.ok(&["project", "new", "Film"]);
    for prompt in ["a red car drives from left to right", "@Bob waits"] {
        home.ok(&["board", "add", "Film.kinora", "--prompt", prompt, "--length", "0.75 s"]);
    }
    let generated = home.run(&["board", "generate", "Film.kinora", "--steps", "2"]);
    assert!(generated.status.success(), "{}", stderr(&generated));
    assert!(stderr(&generated).contains("nobody of the cast is called @Bob"), "{}", stderr(&generated));
    assert_eq!(stdout(&generated).trim(), "2 takes made");
    home.ok(&["board", "generate", "Film.kinora", "--steps", "2", "--shot", "1-1", "--takes", "2"]);
    let board = home.json(&["board", "list", "Film.kinora", "--json"]);
    let shots = board[0]["shots"].as_array().unwrap();
    let takes: Vec<usize> = shots.iter().map(|shot| shot["takes"].as_array().unwrap().len()).collect();
    assert_eq!(takes, [3, 1], "each take has a seed of its own");
    assert_eq!(shots[0]["circled"], shots[0]["takes"][0], "the first take circles itself");
    let files: Vec<_> = std::fs::read_dir(home.path("Film.kinora/takes")).unwrap().map(|f| f.unwrap().path()).collect();
    assert_eq!(files.len(), 4);
    for file in files {
        assert_eq!(kinora_media::read_frames(file, None).unwrap().len(), 9);
    }
    assert_eq!(home.ok(&["board", "generate", "Film.kinora"]).trim(), "0 takes made", "every shot has a take");
    home.ok(&["exec", "Film.kinora", "edit.undo"]);
    let info = home.json(&["project", "info", "Film.kinora", "--json"]);
    assert_eq!((&info["shots"], &info["takes"]), (&json!(1), &json!(4)), "undo takes no take away");
}

#[test]
fn wrong_projects_give_clear_errors() {
    let home = Home::new();
    film(&home);
    for (args, error) in [
        (&["project", "new", "Film"][..], "there is something here already; choose another name"),
        (&["board", "list", "Nothing.kinora"], "there is no Kinora project here"),
        (&["exec", "Film.kinora", "shot.fly"], "there is no command \"shot.fly\""),
        (&["exec", "Film.kinora", "scene.add", "{"], "the arguments are no JSON"),
        (&["project", "new", "Wide", "--aspect", "wide"], "\"wide\" is no aspect ratio"),
    ] {
        let output = home.run(args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert!(stderr(&output).contains(error), "{args:?}: {}", stderr(&output));
    }
    assert_eq!(home.files(), ["Film.kinora"], "nothing half made is left");
    std::fs::write(home.path("Film.kinora/project.json"), "{").unwrap();
    let told = home.run(&["project", "check", "Film.kinora"]);
    assert_eq!(told.status.code(), Some(1));
    assert!(stdout(&told).contains("the document was damaged"), "{}", stdout(&told));
    assert_eq!(
        home.ok(&["project", "check", "Film.kinora"]).trim(),
        "The project is whole",
        "it was mended on opening"
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_said_and_what_was_written_stays() {
    let home = Home::new();
    let Some(_disk) = SmallDisk::mount(home.path("disk"), "300k") else {
        eprintln!("skipped: this user may not mount a file system");
        return;
    };
    home.ok(&["project", "new", "disk/Film"]);
    let line = json!({ "command": "scene.add", "arguments": { "heading": "x".repeat(400) } }).to_string();
    std::fs::write(home.path("script"), [line.as_str()].repeat(2_000).join("\n")).unwrap();
    let full = home.run(&["exec", "disk/Film.kinora", "--script", "script"]);
    assert_eq!(full.status.code(), Some(1));
    assert!(stderr(&full).contains("the disk is full; free some space, nothing is lost"), "{}", stderr(&full));
    let board = home.json(&["board", "list", "disk/Film.kinora", "--json"]);
    assert!(board.as_array().unwrap().len() > 50, "{}", board.as_array().unwrap().len());
}

#[test]
#[cfg(target_os = "linux")]
fn a_project_that_cannot_be_written_can_be_looked_at() {
    let home = Home::new();
    let Some(disk) = SmallDisk::mount(home.path("disk"), "2m") else {
        eprintln!("skipped: this user may not mount a file system");
        return;
    };
    home.ok(&["project", "new", "disk/Film"]);
    home.ok(&["board", "add", "disk/Film.kinora", "--prompt", "a red car"]);
    home.ok(&["board", "add", "disk/Film.kinora", "--prompt", "a white boat"]);
    disk.set_writable(false);
    let board = home.json(&["board", "list", "disk/Film.kinora", "--json"]);
    assert_eq!(board[0]["shots"].as_array().unwrap().len(), 2);
    let info = home.run(&["project", "info", "disk/Film.kinora"]);
    assert!(
        stderr(&info).contains("the project is open for reading only: its folder can't be written"),
        "{}",
        stderr(&info)
    );
    assert_eq!(home.ok(&["jobs", "list", "disk/Film.kinora"]), "");
    let refused = home.run(&["board", "add", "disk/Film.kinora", "--prompt", "a tree"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("its folder can't be written"), "{}", stderr(&refused));
    disk.set_writable(true);
    home.ok(&["board", "add", "disk/Film.kinora", "--prompt", "a tree"]);
    let board = home.json(&["board", "list", "disk/Film.kinora", "--json"]);
    assert_eq!(board[0]["shots"].as_array().unwrap().len(), 3);
}

#[test]
#[cfg(target_os = "linux")]
fn a_clock_that_was_set_back_loses_nothing_and_is_said_where_it_matters() {
    let home = Home::new();
    home.ok(&["project", "new", "Film"]);
    home.ok(&["board", "add", "Film.kinora", "--prompt", "a red car", "--length", "0.75 s"]);
    home.ok(&["board", "generate", "Film.kinora", "--steps", "2"]);
    home.ok(&["export", "Film.kinora", "--out", "a.mp4"]);
    let then = |args: &[&str]| {
        let mut command = std::process::Command::new("faketime");
        command.arg("2001-02-03").arg(env!("CARGO_BIN_EXE_kinora")).args(args).current_dir(home.folder.path());
        command.env("KINORA_DATA", home.path("data")).env_remove("KINORA_MODELS").output()
    };
    let Ok(added) = then(&["board", "add", "Film.kinora", "--prompt", "a white boat", "--length", "0.75 s"]) else {
        eprintln!("skipped: there is no faketime here; `cargo xtask setup` installs it");
        return;
    };
    assert!(added.status.success(), "{}", stderr(&added));
    let generated = then(&["board", "generate", "Film.kinora", "--steps", "2"]).unwrap();
    assert_eq!(stdout(&generated).trim(), "1 takes made", "{}", stderr(&generated));
    let refused = then(&["export", "Film.kinora", "--out", "b.mp4"]).unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("check this computer's clock"), "{}", stderr(&refused));
    assert!(!home.path("b.mp4").exists());
    let board = home.json(&["board", "list", "Film.kinora", "--json"]);
    let takes = board[0]["shots"].as_array().unwrap().iter().map(|shot| shot["takes"].as_array().unwrap().len());
    assert_eq!(takes.collect::<Vec<_>>(), [1, 1]);
    home.ok(&["export", "Film.kinora", "--out", "b.mp4"]);
}

#[test]
fn the_reference_of_commands_is_fresh() {
    let home = Home::new();
    let written = include_str!("../../../docs/commands.md");
    let fresh = home.ok(&["commands", "--markdown"]);
    assert!(written == fresh, "docs/commands.md is stale: kinora commands --markdown > docs/commands.md");
}
