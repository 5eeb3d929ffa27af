//! Films of imported files alone, without a take: what they say of themselves, how their pictures and sounds keep together.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a panic is its failure")]

mod common;

use common::film::{clicks, exec, made, probed, ssim};
use common::{Home, code, stdout};
use kinora_frame::Frame;
use kinora_media::{open_picture, probe, read_frames};
use kinora_model_store::ModelStore;
use kinora_services::{FilmFrames, proxy_path};
use kinora_studio::Studio;
use kinora_studio::planner::cut_of;
use serde_json::json;

/// A project with an empty timeline.
fn project(home: &Home, lines: &str, rate: &str) {
    home.ok(&["project", "new", "Film", "--lines", lines, "--rate", rate]);
    exec(home, "timeline.new", json!({ "name": "Cut" }));
}

fn import(home: &Home, names: &[&str]) {
    for name in names {
        exec(home, "media.import", json!({ "path": home.path(name) }));
    }
    home.ok(&["jobs", "run", "Film.kinora"]);
}

/// Puts something on the lowest track of pictures.
fn put(home: &Home, at: f64, media: &str, seconds: f64) {
    let wanted = json!({ "track": "V1", "time": at, "media": media, "duration": seconds });
    exec(home, "clip.overwrite", wanted);
}

const HD: &str = "scale=out_color_matrix=bt709,setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709";

/// A second of a test picture that moves.
fn clip(home: &Home, name: &str, filter: &str, codec: &str) {
    let codec: Vec<&str> = codec.split(' ').collect();
    let picture = ["-f", "lavfi", "-i", "testsrc2=s=640x360:r=24:d=1", "-vf", filter];
    made(home, name, &[&picture[..], &codec].concat());
}

const X264: &str = "-c:v libx264 -crf 10 -pix_fmt yuv420p";

#[test]
fn a_film_of_imported_files_alone_is_signed_and_says_what_it_is() {
    let home = Home::new();
    project(&home, "360", "24");
    clip(&home, "clip.mp4", HD, X264);
    import(&home, &["clip.mp4"]);
    put(&home, 0.0, "clip.mp4", 1.0);
    for name in ["film.mp4", "film.mov", "film.mkv"] {
        home.ok(&["export", "Film.kinora", "--out", name]);
        let verified = home.run(&["verify", name]);
        assert_eq!(code(&verified), 1, "{name}: it does not say that it was generated");
        let told = stdout(&verified);
        assert!(told.contains("Put together from other files"), "{name}: {told}");
        assert!(
            told.contains("Cut from: clip.mp4") && told.contains("0 is for files that say they were generated"),
            "{told}"
        );
        let report: serde_json::Value = serde_json::from_str(&stdout(&home.run(&["verify", name, "--json"]))).unwrap();
        assert_eq!(
            (&report["signature"]["state"], &report["content"]["state"]),
            (&json!("trusted"), &json!("untouched"))
        );
        assert_eq!(report["generated_declared"], false, "{name}");
        assert!(report["source_type"].as_str().unwrap().ends_with("/composite"), "{name}");
        assert_eq!(report["actions"], json!(["c2pa.created", "c2pa.placed", "c2pa.edited"]), "{name}");
        assert!(!report.to_string().contains("rainedAlgorithmicMedia"), "{name}");
    }
    // Nothing was generated, so nothing is marked as if it were.
    let (own, film) =
        (read_frames(home.path("clip.mp4"), None).unwrap(), read_frames(home.path("film.mkv"), None).unwrap());
    assert!(own == film);
    common::change_a_byte(&home.path("film.mp4"));
    let told = stdout(&home.run(&["verify", "film.mp4"]));
    assert!(told.starts_with("Changed since it was signed"), "{told}");
}

#[test]
fn what_was_generated_elsewhere_stays_declared_in_a_film_of_files() {
    let home = Home::new();
    assert!(home.generate(&["--prompt", "a red car", "--out", "car.mp4"]).status.success());
    project(&home, "360", "24");
    import(&home, &["car.mp4"]);
    put(&home, 0.0, "car.mp4", 0.5);
    home.ok(&["export", "Film.kinora", "--out", "film.mp4"]);
    let report = home.json(&["verify", "film.mp4", "--json"]);
    assert!(report["source_type"].as_str().unwrap().ends_with("/compositeWithTrainedAlgorithmicMedia"));
    assert!(report["actions"].as_array().unwrap().contains(&json!("c2pa.addedText")));
    assert!(
        report["ingredients"]
            .as_array()
            .unwrap()
            .iter()
            .any(|file| file["title"] == "car.mp4" && file["signed"] == true)
    );
}

/// How far the colours of two frames are apart in the middle.
fn apart(a: &Frame, b: &Frame) -> f64 {
    assert_eq!(a.size(), b.size());
    let sum: f64 = a.rgba().iter().zip(b.rgba()).map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
    sum / (a.size().pixels() * 3) as f64
}

#[test]
fn films_to_watch_and_to_edit_on_look_as_the_lossless_one() {
    let home = Home::new();
    project(&home, "360", "24");
    clip(&home, "plain.mp4", HD, X264);
    clip(&home, "tape.mp4", "scale=out_color_matrix=smpte170m,setparams=colorspace=smpte170m", X264);
    clip(&home, "full.mp4", &format!("{HD},scale=out_range=pc"), &format!("-color_range pc {X264}"));
    clip(&home, "ten-bit.mp4", HD, "-c:v libx265 -x265-params log-level=none -crf 10 -pix_fmt yuv420p10le");
    clip(&home, "larger.mp4", &format!("scale=1280:720,{HD}"), X264);
    clip(&home, "taller.mp4", &format!("scale=480:360,{HD}"), X264);
    let plain = home.path("plain.mp4");
    made(&home, "upright.mp4", &["-i", plain.to_str().unwrap(), "-c", "copy", "-metadata:s:v", "rotate=90"]);
    let names = ["plain.mp4", "tape.mp4", "full.mp4", "ten-bit.mp4", "larger.mp4", "taller.mp4", "upright.mp4"];
    import(&home, &names);
    for (at, name) in names.iter().enumerate() {
        put(&home, at as f64 * 0.5, name, 0.5);
    }
    // A title over the last frames of each file: by way of frames there, straight before.
    exec(&home, "track.add", json!({ "name": "T1", "kind": "title" }));
    for at in 0..names.len() {
        let title = json!({ "track": "T1", "time": at as f64 * 0.5 + 0.25, "title": "Noon", "duration": 0.25 });
        exec(&home, "clip.overwrite", title);
    }
    for name in ["film.mkv", "film.mp4", "film.mov"] {
        home.ok(&["export", "Film.kinora", "--out", name]);
    }
    let lossless = read_frames(home.path("film.mkv"), None).unwrap();
    for name in ["film.mp4", "film.mov"] {
        let film = read_frames(home.path(name), None).unwrap();
        assert_eq!(film.len(), lossless.len());
        for (file, frames) in names.iter().zip((0..film.len()).collect::<Vec<_>>().chunks(12)) {
            // What an encoder loses is the same by either way, and most of what there is to see.
            let of = |frames: &[usize]| {
                let alike = frames.iter().map(|at| ssim(&film[*at], &lossless[*at])).fold(1.0, f64::min);
                (alike, frames.iter().map(|at| apart(&film[*at], &lossless[*at])).fold(0.0, f64::max))
            };
            let (straight, by_frames) = (of(&frames[..6]), of(&frames[6..]));
            let alike = straight.0 > by_frames.0 - 0.01 && straight.1 < by_frames.1 + 0.1;
            assert!(alike && straight.0 > 0.93, "{name}, {file}: {straight:?}, {by_frames:?}");
        }
    }
}

/// A flash and a click every 10.01 s, which is a whole number of frames at both rates.
fn flashes(home: &Home, rate: &str, every: u32) {
    let picture =
        format!("color=black:s=214x120:r={rate}:d=61,drawbox=c=white:t=fill:enable='lt(mod(n\\,{every})\\,2)'");
    let sound = "aevalsrc='if(lt(mod(t\\,10.01)\\,0.002)\\,0.8\\,0)':s=44100:d=61";
    let codecs = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "256k"];
    made(home, "flashes.mp4", &[&["-f", "lavfi", "-i", &picture, "-f", "lavfi", "-i", sound][..], &codecs].concat());
}

#[test]
fn pictures_and_sound_keep_together_for_a_minute() {
    for (rate, given, every) in [("29.97", "30000/1001", 300), ("23.976", "24000/1001", 240)] {
        let home = Home::new();
        project(&home, "120", rate);
        flashes(&home, given, every);
        import(&home, &["flashes.mp4"]);
        put(&home, 0.0, "flashes.mp4", 60.5);
        for name in ["film.mp4", "film.mov"] {
            home.ok(&["export", "Film.kinora", "--out", name]);
            let path = home.path(name);
            let film = read_frames(&path, None).unwrap();
            let lit = |at: usize| film[at].pixel(107, 60).unwrap()[1] > 128;
            let seconds = probe(&path).unwrap().rate.frame_duration().as_seconds();
            let flashes: Vec<f64> = (0..film.len())
                .filter(|at| lit(*at) && (*at == 0 || !lit(at - 1)))
                .map(|at| at as f64 * seconds)
                .collect();
            let heard: Vec<f64> = clicks(&path, 61).iter().map(|at| *at as f64 / 48_000.0).collect();
            assert_eq!(flashes.len(), 7, "{rate} {name}: {flashes:?}");
            let expected: Vec<f64> = (0..7).map(|number| f64::from(number) * 10.01).collect();
            // The click at 0 has no silence before it to be told from.
            for (flash, expected) in flashes.iter().zip(&expected).skip(1) {
                assert!((flash - expected).abs() < 1e-6, "{rate} {name}: {flashes:?}");
                let nearest = heard.iter().map(|heard| (heard - flash).abs()).fold(f64::MAX, f64::min);
                assert!(nearest <= 0.020, "{rate} {name}: {flash} and {heard:?}");
            }
            assert!((6..=7).contains(&heard.len()), "{rate} {name}: {heard:?}");
        }
    }
}

#[test]
fn timecode_of_a_film_keeps_up_with_the_clock_where_it_is_set_to() {
    let home = Home::new();
    project(&home, "120", "29.97");
    exec(&home, "project.settings", json!({ "drop_frame": true }));
    flashes(&home, "30000/1001", 300);
    import(&home, &["flashes.mp4"]);
    put(&home, 0.0, "flashes.mp4", 61.0);
    home.ok(&["export", "Film.kinora", "--out", "part.mov", "--from", "00:01:00;02", "--to", "00:01:00;12"]);
    assert_eq!(probe(home.path("part.mov")).unwrap().frames, 10);
    // Labels ;00 and ;01 of the minute are left out: the frame after 00:00:59;29 is its first.
    assert!(probed(&home.path("part.mov"), "stream_tags=timecode").contains("01:01:00;02"));
    home.ok(&["export", "Film.kinora", "--out", "whole.mp4", "--to", "00:00:00;10"]);
    assert!(probed(&home.path("whole.mp4"), "stream_tags=timecode").contains("01:00:00;00"));
}

#[test]
fn what_runs_faster_slower_or_backwards_is_heard_so() {
    let home = Home::new();
    project(&home, "120", "24");
    // Clicks at 0.5 s, 1.5 s, 2.5 s and 3.5 s.
    let sound = "aevalsrc='if(lt(abs(mod(t\\,1)-0.5)\\,0.002)\\,0.8\\,0)':d=4:s=48000";
    made(&home, "clicks.wav", &["-f", "lavfi", "-i", sound]);
    import(&home, &["clicks.wav"]);
    let track = json!({ "name": "Sound", "kind": "audio", "at": 0 });
    exec(&home, "track.add", track);
    let clip = json!({ "track": "Sound", "time": 0, "media": "clicks.wav", "start": 0, "duration": 2.25 });
    for (speed, expected) in [("2", &[0.25, 0.75, 1.25, 1.75][..]), ("50%", &[1.0]), ("-1", &[0.75, 1.75])] {
        exec(&home, "clip.overwrite", clip.clone());
        exec(&home, "clip.set-speed", json!({ "item": "Sound-1", "speed": speed }));
        home.ok(&["export", "Film.kinora", "--out", "film.wav"]);
        let found: Vec<f64> = clicks(&home.path("film.wav"), 8).iter().map(|at| *at as f64 / 48_000.0).collect();
        assert_eq!(found.len(), expected.len(), "{speed}: {found:?}");
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 0.003), "{speed}: {found:?}");
        std::fs::remove_file(home.path("film.wav")).unwrap();
    }
}

#[test]
fn a_shot_without_a_take_shows_the_picture_on_its_card() {
    let home = Home::new();
    home.ok(&["project", "new", "Film", "--lines", "360"]);
    home.ok(&["board", "add", "Film.kinora", "--prompt", "a red car", "--length", "0.5 s"]);
    made(&home, "sketch.png", &["-f", "lavfi", "-i", "color=orange:s=320x180", "-frames:v", "1"]);
    import(&home, &["sketch.png"]);
    exec(&home, "card.add", json!({ "shot": "1-1", "time": 0, "picture": "sketch.png" }));
    home.ok(&["export", "Film.kinora", "--out", "film.mkv"]);
    home.ok(&["board", "export", "Film.kinora", "--out", "animatic.mp4"]);
    let sketch = open_picture(home.path("sketch.png")).unwrap().pixel(160, 90).unwrap();
    for name in ["film.mkv", "animatic.mp4"] {
        let frame = &read_frames(home.path(name), None).unwrap()[0];
        let seen = frame.pixel(320, 180).unwrap();
        assert!(seen.iter().zip(&sketch).all(|(a, b)| a.abs_diff(*b) < 6), "{name}: {seen:?}");
        let report = stdout(&home.run(&["verify", name]));
        assert!(report.contains("Cut from: sketch.png"), "{name}: {report}");
    }
}

#[test]
fn numbered_pictures_come_in_as_one_video() {
    let home = Home::new();
    project(&home, "360", "24");
    let numbers = home.path("shot.%04d.png");
    made(&home, "shot.%04d.png", &["-f", "lavfi", "-i", "testsrc2=s=640x360:r=24:d=0.5", "-start_number", "1001"]);
    assert!(numbers.with_file_name("shot.1012.png").exists());
    exec(&home, "media.import", json!({ "path": home.path("shot.1001.png"), "sequence": true }));
    home.ok(&["jobs", "run", "Film.kinora"]);
    let file = &home.json(&["project", "media", "Film.kinora", "--json"])[0];
    assert_eq!(
        (&file["name"], &file["kind"], &file["size"]),
        (&json!("shot.[1001-1012].png"), &json!("video"), &json!([640, 360]))
    );
    assert_eq!(file["seconds"], 0.5);
    put(&home, 0.0, "shot.[1001-1012].png", 0.5);
    home.ok(&["export", "Film.kinora", "--out", "film.mkv"]);
    for (at, frame) in read_frames(home.path("film.mkv"), None).unwrap().iter().enumerate() {
        assert!(*frame == open_picture(home.path(&format!("shot.{}.png", 1001 + at))).unwrap(), "{at}");
    }
    std::fs::remove_file(home.path("shot.1005.png")).unwrap();
    let wanted = json!({ "path": home.path("shot.1001.png"), "sequence": true }).to_string();
    let refused = home.run(&["exec", "Film.kinora", "media.import", &wanted]);
    assert!(common::stderr(&refused).contains("shot.1005.png is missing"), "{}", common::stderr(&refused));
}

#[test]
fn proxies_are_for_playing_alone() {
    let home = Home::new();
    project(&home, "720", "24");
    let picture = ["-f", "lavfi", "-i", "testsrc2=s=1280x720:r=24:d=1", "-c:v", "libx264", "-pix_fmt", "yuv420p"];
    made(&home, "large.mp4", &picture);
    made(&home, "clear.mov", &["-f", "lavfi", "-i", "color=red@0.5:s=1280x720:r=24:d=1,format=rgba", "-c:v", "qtrle"]);
    import(&home, &["large.mp4", "clear.mov"]);
    put(&home, 0.0, "large.mp4", 1.0);
    put(&home, 1.0, "clear.mov", 1.0);
    let folder = home.path("Film.kinora");
    let studio = Studio::look(&folder, "a test looks").unwrap();
    let files = &studio.project().media.files;
    let proxies: Vec<_> = files.values().map(|file| proxy_path(&folder, &file.sha256)).collect();
    assert!(proxies.iter().all(|proxy| proxy.exists()), "{proxies:?}");
    let timeline = kinora_project::timeline_of(studio.project(), studio.project().timelines[0].id).unwrap();
    let cut = cut_of(studio.project(), &timeline).unwrap();
    let (store, gpu) = (ModelStore::standard(None), kinora_compositor::SharedGpu::default());
    let mut frames = FilmFrames::new(&cut, &folder, &store, &gpu);
    let cancel = Default::default();
    let before = frames.frame(6, &cancel).unwrap();
    let (rough, used) = frames.rough_frame(6, &cancel).unwrap();
    let alike = ssim(&before, &rough);
    assert!(used && before != rough && alike > 0.9, "it shows the same, not as well: {alike}");
    assert!(frames.frame(6, &cancel).unwrap() == before, "what a proxy shows is not taken for the video");
    let (through, used) = frames.rough_frame(30, &cancel).unwrap();
    assert!(!used && through == frames.frame(30, &cancel).unwrap(), "a proxy has nothing that shines through");
    // A proxy that is cut off stands in nobody's way.
    std::fs::write(&proxies[0], b"cut off").unwrap();
    let mut frames = FilmFrames::new(&cut, &folder, &store, &gpu);
    assert!(frames.rough_frame(6, &cancel).is_err());
    assert!(frames.frame(6, &cancel).unwrap() == before);
}
