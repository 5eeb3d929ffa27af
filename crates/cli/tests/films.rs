//! A film of everything: imported clips of other sizes and rates, a take, a title, transitions, music and a voice, in every format.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a panic is its failure")]

mod common;

use common::film::{clicks, exec, made, probed, ssim};
use common::{Home, stderr};
use kinora_compositor::SharedGpu;
use kinora_frame::Frame;
use kinora_media::{open_picture, probe, read_frames, save_png};
use kinora_model_store::ModelStore;
use kinora_project::timeline_of;
use kinora_provenance::VisibleMark;
use kinora_services::{FilmFrames, take_frames};
use kinora_studio::Studio;
use kinora_studio::planner::cut_of;
use serde_json::json;

const RATE: &str = "24";

/// Six seconds at 480 lines: a take, an uneven clip that dissolves in, an upright one set small over it, a title, music and a voice.
fn film(home: &Home) {
    home.ok(&["project", "new", "Film", "--lines", "480", "--rate", RATE]);
    home.ok(&["board", "add", "Film.kinora", "--prompt", "a red car", "--length", "1 s"]);
    home.ok(&["board", "generate", "Film.kinora", "--steps", "2"]);
    let uneven =
        ["-f", "lavfi", "-i", "testsrc2=s=640x480:r=30:d=4", "-vf", "select='not(eq(mod(n,4),1))'", "-vsync", "vfr"];
    made(home, "uneven.mp4", &[&uneven[..], &["-c:v", "libx264", "-g", "100", "-pix_fmt", "yuv420p"]].concat());
    made(home, "lying.mp4", &["-f", "lavfi", "-i", "testsrc=s=320x180:r=25:d=4", "-pix_fmt", "yuv420p"]);
    made(
        home,
        "upright.mp4",
        &["-i", home.path("lying.mp4").to_str().unwrap(), "-c", "copy", "-metadata:s:v", "rotate=90"],
    );
    // A click every second, from half a second on: in 44.1 kHz music and in a 48 kHz voice a quarter of a second later.
    let click = |rate: u32, at: f64| format!("aevalsrc='if(lt(abs(mod(t\\,1)-{at})\\,0.0005)\\,0.8\\,0)':d=5:s={rate}");
    made(home, "music.flac", &["-f", "lavfi", "-i", &click(44_100, 0.5), "-ac", "2"]);
    made(home, "voice.wav", &["-f", "lavfi", "-i", &click(48_000, 0.75)]);
    for name in ["uneven.mp4", "upright.mp4", "music.flac", "voice.wav"] {
        exec(home, "media.import", json!({ "path": home.path(name) }));
    }
    home.ok(&["jobs", "run", "Film.kinora"]);
    exec(home, "timeline.from-board", json!({ "name": "Cut" }));
    exec(
        home,
        "clip.overwrite",
        json!({ "track": "V1", "time": 1, "media": "uneven.mp4", "start": 0.5, "duration": 3 }),
    );
    exec(home, "clip.set-transition", json!({ "item": "V1-2", "duration": "12 f" }));
    exec(home, "track.add", json!({ "name": "V2" }));
    exec(home, "clip.overwrite", json!({ "track": "V2", "time": 2, "media": "upright.mp4", "duration": 1.5 }));
    exec(home, "clip.place", json!({ "item": "V2-2", "framing": "fit", "scale": 50, "x": 25, "opacity": 80 }));
    exec(home, "track.add", json!({ "name": "T1", "kind": "title" }));
    exec(home, "clip.overwrite", json!({ "track": "T1", "time": 0, "title": "The desert", "duration": 1.25 }));
    for (track, media, start) in [("A1", "music.flac", 0), ("A2", "voice.wav", 1)] {
        exec(home, "track.add", json!({ "name": track, "kind": "audio", "at": 0 }));
        exec(home, "clip.overwrite", json!({ "track": track, "time": start, "media": media, "duration": 3 }));
    }
    exec(home, "track.set-sound", json!({ "track": "A2", "gain": -6 }));
}

#[test]
fn a_film_of_everything_leaves_in_every_format() {
    let home = Home::new();
    film(&home);
    for name in ["film.mp4", "film.mov", "film.mkv", "film.wav"] {
        let exported =
            home.command(&["export", "Film.kinora", "--out", name]).env_remove("XDG_RUNTIME_DIR").output().unwrap();
        let told = stderr(&exported);
        assert!(exported.status.success() && !told.contains("XDG_RUNTIME_DIR"), "{name}: {told}");
    }
    home.ok(&["export", "Film.kinora", "--out", "stills.png", "--from", "1", "--to", "30 f"]);
    for (name, streams) in [
        ("film.mp4", "h264,yuv420p,bt709 aac"),
        ("film.mov", "prores,yuv422p10le,bt709 pcm_s24le"),
        ("film.mkv", "ffv1,bgr0,unknown pcm_s24le"),
        ("film.wav", "pcm_s24le"),
    ] {
        let told = probed(&home.path(name), "stream=codec_name,pix_fmt,color_space");
        assert!(told.starts_with(streams), "{name}: {told}");
        let expected = [0.5, 1.5, 1.75, 2.5, 2.75, 3.75].map(|seconds| (seconds * 48_000.0) as usize);
        let found = clicks(&home.path(name), 4);
        assert_eq!(found.len(), expected.len(), "{name}: {found:?}");
        for (found, expected) in found.iter().zip(expected) {
            // 44.1 kHz has no sample right there.
            assert!(found.abs_diff(expected) <= 24, "{name}: {found} instead of {expected}");
        }
        if name != "film.wav" {
            let info = probe(home.path(name)).unwrap();
            assert_eq!((info.frames, info.size.width, info.size.height), (96, 854, 480), "{name}");
            let report = home.json(&["verify", name, "--json"]);
            let placed =
                report["ingredients"].as_array().unwrap().iter().filter(|i| i["relationship"] == "componentOf");
            let mut titles: Vec<&str> = placed.map(|ingredient| ingredient["title"].as_str().unwrap()).collect();
            titles.sort_unstable();
            assert_eq!(titles, ["Shot 1-1, take 1", "music.flac", "uneven.mp4", "upright.mp4", "voice.wav"], "{name}");
        }
    }
    for (name, timecode) in [("film.mp4", "01:00:00:00"), ("film.mov", "01:00:00:00")] {
        assert!(probed(&home.path(name), "stream_tags=timecode").contains(timecode), "{name}");
    }
    assert!(home.path("film.mkv.c2pa").exists());
    let mut bytes = std::fs::read(home.path("film.mkv")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(home.path("changed.mkv"), bytes).unwrap();
    std::fs::copy(home.path("film.mkv.c2pa"), home.path("changed.mkv.c2pa")).unwrap();
    assert_eq!(home.run(&["verify", "changed.mkv"]).status.code(), Some(1));

    // The monitor's frames are those of the lossless film, but for the mark.
    let studio = Studio::look(&home.path("Film.kinora"), "a test looks").unwrap();
    let project = studio.project();
    let cut = cut_of(project, &timeline_of(project, project.timelines[0].id).unwrap()).unwrap();
    let (store, gpu) = (ModelStore::standard(None), SharedGpu::default());
    let folder = home.path("Film.kinora");
    let mut monitor = FilmFrames::new(&cut, &folder, &store, &gpu);
    let mark = VisibleMark::new(cut.size).unwrap();
    let film = read_frames(home.path("film.mkv"), None).unwrap();
    for number in [0, 11, 18, 24, 29, 31, 60, 83, 84, 95] {
        let mut seen = monitor.frame(number, &Default::default()).unwrap();
        mark.apply(&mut seen).unwrap();
        let alike = ssim(&seen, &film[number as usize]);
        assert!(alike >= 0.999, "frame {number}: {alike}");
    }
    let stills: Vec<_> = std::fs::read_dir(home.path("stills")).unwrap().collect();
    assert_eq!(stills.len(), 7, "six pictures and the sound");
    for number in 1..=6 {
        let path = home.path(&format!("stills/{number:06}.png"));
        home.ok(&["verify", path.to_str().unwrap()]);
        let still = open_picture(&path).unwrap();
        assert!(ssim(&still, &film[23 + number]) >= 0.999, "{number}");
    }
    let again = home.run(&["export", "Film.kinora", "--out", "stills.png"]);
    assert!(stderr(&again).contains("this folder is not empty"), "{}", stderr(&again));
}

/// The takes of a project in the order in which they were made.
fn takes(home: &Home) -> Vec<Vec<Frame>> {
    let studio = Studio::look(&home.path("Film.kinora"), "a test looks").unwrap();
    let plans: Vec<_> = studio.project().arrived.takes.values().map(|take| take.plan.clone()).collect();
    plans.iter().map(|plan| take_frames(&home.path("Film.kinora"), plan).unwrap()).collect()
}

#[test]
fn a_shot_that_goes_on_five_times_carries_one_mark_and_the_project_none() {
    let home = Home::new();
    home.ok(&["project", "new", "Film", "--lines", "360"]);
    for number in 0..6 {
        home.ok(&["board", "add", "Film.kinora", "--prompt", "a red car", "--length", "0.75 s"]);
        let shot = format!("1-{}", number + 1);
        if number > 0 {
            // It begins with the picture that the one before ended with, as the project keeps it.
            let last = takes(&home).last().unwrap().last().unwrap().clone();
            let still = format!("last-{number}.png");
            save_png(home.path(&still), &last).unwrap();
            exec(&home, "media.import", json!({ "path": home.path(&still) }));
            exec(&home, "card.add", json!({ "shot": shot, "time": 0, "picture": still }));
        }
        home.ok(&["board", "generate", "Film.kinora", "--steps", "2", "--shot", &shot]);
    }
    let takes = takes(&home);
    assert_eq!(takes.len(), 6);
    for pair in takes.windows(2) {
        assert!(pair[0].last() == pair[1].first(), "what a take was made from is the picture itself, without a mark");
    }
    home.ok(&["export", "Film.kinora", "--out", "film.mkv"]);
    let film = read_frames(home.path("film.mkv"), None).unwrap();
    let studio = Studio::look(&home.path("Film.kinora"), "a test looks").unwrap();
    let cut = cut_of(studio.project(), &kinora_project::assembly(studio.project())).unwrap();
    let (store, gpu, folder) = (ModelStore::standard(None), SharedGpu::default(), home.path("Film.kinora"));
    let mut frames = FilmFrames::new(&cut, &folder, &store, &gpu);
    let mark = VisibleMark::new(cut.size).unwrap();
    assert_eq!(film.len(), 6 * 18);
    for number in [0, 17, 18, 50, 90, 107] {
        let mut once = frames.frame(number, &Default::default()).unwrap();
        mark.apply(&mut once).unwrap();
        assert!(once == film[number as usize], "frame {number} carries the mark once");
        let mut twice = once.clone();
        mark.apply(&mut twice).unwrap();
        assert!(twice != once, "a second mark would be seen");
    }

    // A film that was cut otherwise shows takes that were shown before without reading them.
    let before = frames.frame(0, &Default::default()).unwrap();
    let shown = frames.into_takes();
    std::fs::remove_dir_all(folder.join("takes")).unwrap();
    let again = || FilmFrames::new(&cut, &folder, &store, &gpu);
    assert!(again().frame(0, &Default::default()).is_err());
    assert!(again().with_takes(shown).frame(0, &Default::default()).unwrap() == before);
}
