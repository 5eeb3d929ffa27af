//! A project's jobs from the command line: stopped and resumed, paused and cancelled while they run, by commands of other processes.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a panic is its failure")]

mod common;

use common::{Home, stderr};
use serde_json::Value;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// A command that prints events as JSON.
struct Running {
    child: Child,
    events: Lines<BufReader<ChildStdout>>,
}

impl Running {
    fn start(home: &Home, args: &[&str]) -> Self {
        let mut child = home.command(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let events = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, events }
    }

    /// Reads events until one is as wanted.
    fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let line = self.events.next().unwrap_or_else(|| panic!("the command ended before")).unwrap();
            let event = serde_json::from_str(&line).unwrap();
            if wanted(&event) {
                return event;
            }
        }
    }

    /// As Ctrl-C does. Returns the exit code.
    fn interrupt(mut self) -> Option<i32> {
        // The shell's own: a bare machine has no other.
        Command::new("sh").args(["-c", &format!("kill -INT {}", self.child.id())]).status().unwrap();
        self.events.by_ref().for_each(drop);
        self.child.wait().unwrap().code()
    }
}

fn denoises(event: &Value) -> bool {
    event["phase"] == "denoise" && event["step"].as_u64().unwrap() > 1
}

/// The files of a kind in the project's folder of takes.
fn takes(home: &Home, project: &str, end: &str) -> Vec<Vec<u8>> {
    let Ok(files) = std::fs::read_dir(home.path(project).join("takes")) else { return Vec::new() };
    let paths = files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == end));
    paths.map(|path| std::fs::read(path).unwrap()).collect()
}

#[test]
fn a_generation_that_was_stopped_goes_on_to_the_same_bits() {
    let home = Home::new();
    for project in ["Whole", "Broken"] {
        home.ok(&["project", "new", project]);
        let folder = format!("{project}.kinora");
        home.ok(&["board", "add", &folder, "--prompt", "a red car", "--length", "2 s"]);
    }
    home.ok(&["board", "generate", "Whole.kinora", "--steps", "12"]);
    let mut running = Running::start(&home, &["board", "generate", "Broken.kinora", "--steps", "12", "--json"]);
    running.until(denoises);
    assert_eq!(running.interrupt(), Some(130));
    assert_eq!((takes(&home, "Broken.kinora", "mkv").len(), takes(&home, "Broken.kinora", "latents").len()), (0, 1));
    let mut again = Running::start(&home, &["jobs", "run", "Broken.kinora", "--json"]);
    let first = again.until(|event| event["phase"] == "denoise");
    assert!(first["step"].as_u64().unwrap() >= 2, "{first}: steps that were done are not done again");
    again.until(|event| event["event"] == "done");
    assert!(takes(&home, "Broken.kinora", "mkv") == takes(&home, "Whole.kinora", "mkv"));
    assert!(takes(&home, "Broken.kinora", "latents").is_empty(), "nothing half made is left");
}

#[test]
fn an_audition_begins_takes_and_finishes_those_that_are_wanted() {
    let home = Home::new();
    for project in ["Whole", "Some"] {
        home.ok(&["project", "new", project]);
        let folder = format!("{project}.kinora");
        home.ok(&["board", "add", &folder, "--prompt", "a red car", "--length", "2 s"]);
    }
    home.ok(&["board", "generate", "Whole.kinora", "--steps", "10"]);
    let audition = r#"{"shot":"1-1","takes":3,"steps":10}"#;
    home.ok(&["exec", "Some.kinora", "shot.audition", audition]);
    home.ok(&["jobs", "run", "Some.kinora"]);
    let files = |end: &str| takes(&home, "Some.kinora", end).len();
    // What each will be lies beside what it takes to go on.
    assert_eq!((files("mkv"), files("latents")), (3, 3));
    let jobs = home.json(&["jobs", "list", "Some.kinora", "--json"]);
    let mut held: Vec<_> = jobs.as_array().unwrap().iter().filter(|job| job["state"] == "paused").collect();
    held.sort_by_key(|job| job["job"].as_u64());
    let ids: Vec<u64> = held.iter().map(|job| job["job"].as_u64().unwrap()).collect();
    assert_eq!(ids.len(), 3, "{jobs}");
    for (command, id) in [("job.cancel", ids[1]), ("job.resume", ids[0])] {
        home.ok(&["exec", "Some.kinora", command, &format!(r#"{{"job": {id}}}"#)]);
    }
    let mut running = Running::start(&home, &["jobs", "run", "Some.kinora", "--json"]);
    let first = running.until(|event| event["phase"] == "denoise");
    assert_eq!(first["step"], 3, "{first}: steps that were done are not done again");
    running.events.by_ref().for_each(drop);
    running.child.wait().unwrap();
    assert_eq!((files("mkv"), files("latents")), (2, 1), "one is finished, one is still held");
    let whole = takes(&home, "Whole.kinora", "mkv");
    assert!(takes(&home, "Some.kinora", "mkv").contains(&whole[0]), "the same bits as without a break");
}

/// The state of a job, as another process sees it.
fn state(home: &Home, job: u64) -> String {
    let jobs = home.json(&["jobs", "list", "Film.kinora", "--json"]);
    let job = jobs.as_array().unwrap().iter().find(|other| other["job"] == job).unwrap().clone();
    job["state"].as_str().unwrap().to_owned()
}

#[test]
fn while_a_process_holds_the_project_others_bring_their_commands_to_it() {
    let home = Home::new();
    home.ok(&["project", "new", "Film"]);
    let mut holder = Running::start(&home, &["jobs", "run", "Film.kinora", "--stay", "--json"]);
    holder.until(|event| event["ready"] == true);
    assert_eq!(home.ok(&["board", "add", "Film.kinora", "--prompt", "a red car", "--length", "2 s"]).trim(), "1-1");
    home.ok(&["exec", "Film.kinora", "shot.write", r#"{"shot": "1-1", "text": "a blue car"}"#]);
    let refused = home.run(&["exec", "Film.kinora", "shot.remove", r#"{"shot": "7-7"}"#]);
    assert_eq!((refused.status.code(), stderr(&refused).trim()), (Some(1), "error: there is no shot \"7-7\""));
    let board = home.json(&["board", "list", "Film.kinora", "--json"]);
    assert_eq!(board[0]["shots"][0]["prompt"], "a blue car", "it can be read meanwhile");
    let told = home.ok(&["board", "generate", "Film.kinora", "--steps", "100"]);
    assert!(told.contains("has it in its queue"), "{told}");
    holder.until(denoises);
    home.ok(&["exec", "Film.kinora", "job.pause", r#"{"job": 1}"#]);
    while takes(&home, "Film.kinora", "latents").is_empty() {
        std::thread::sleep(Duration::from_millis(10)); // it is written when the generation has stopped
    }
    assert_eq!(state(&home, 1), "paused");
    home.ok(&["exec", "Film.kinora", "job.resume", r#"{"job": 1}"#]);
    let resumed = holder.until(|event| event["phase"] == "denoise" && event["step"] != 0);
    assert!(resumed["step"].as_u64().unwrap() >= 2, "{resumed}");
    home.ok(&["exec", "Film.kinora", "job.cancel", r#"{"job": 1}"#]);
    while !takes(&home, "Film.kinora", "latents").is_empty() {
        std::thread::sleep(Duration::from_millis(10)); // nobody wants it any more
    }
    assert_eq!(state(&home, 1), "cancelled");
    // A path means what it means where it was typed.
    std::fs::create_dir(home.path("elsewhere")).unwrap();
    kinora_media::save_png(home.path("elsewhere/a.png"), &red()).unwrap();
    let mut import = home.command(&["exec", "../Film.kinora", "media.import", r#"{"path": "a.png"}"#]);
    let imported = import.current_dir(home.path("elsewhere")).output().unwrap();
    assert!(imported.status.success(), "{}", stderr(&imported));
    assert_eq!(holder.interrupt(), Some(0));
    let info = home.json(&["project", "info", "Film.kinora", "--json"]);
    assert_eq!((&info["shots"], &info["media"], &info["takes"]), (&1.into(), &1.into(), &0.into()));
}

fn red() -> kinora_frame::Frame {
    kinora_frame::Frame::filled(kinora_frame::Size::new(64, 36), [200, 20, 20, 255])
}

fn count(home: &Home, folder: &str) -> usize {
    std::fs::read_dir(home.path("Film.kinora").join(folder)).map_or(0, Iterator::count)
}

#[test]
fn imported_files_are_looked_into_and_can_be_put_on_a_timeline() {
    let home = Home::new();
    home.ok(&["project", "new", "Film"]);
    kinora_media::save_png(home.path("still.png"), &red()).unwrap();
    let sources =
        ["-f", "lavfi", "-i", "testsrc=size=1280x720:rate=25:duration=1", "-f", "lavfi", "-i", "sine=duration=1"];
    for (args, out) in
        [(&["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"][..], "video.mp4"), (&["-map", "1:a"], "sound.wav")]
    {
        let made = Command::new("ffmpeg").args(["-v", "error"]).args(sources).args(args).arg(home.path(out)).status();
        assert!(made.unwrap().success());
    }
    for name in ["still.png", "video.mp4", "sound.wav"] {
        home.ok(&["exec", "Film.kinora", "media.import", &format!(r#"{{"path": "{name}"}}"#)]);
    }
    let told = home.ok(&["jobs", "run", "Film.kinora"]);
    assert_eq!(told.trim(), "8 jobs done", "three looked into, two thumbnails, two waveforms, a proxy");
    assert_eq!((count(&home, "thumbnails"), count(&home, "waveforms"), count(&home, "proxies")), (2, 2, 1));
    home.ok(&["exec", "Film.kinora", "timeline.new", r#"{"name": "Cut"}"#]);
    home.ok(&["exec", "Film.kinora", "clip.insert", r#"{"media": "video.mp4", "track": "V1", "time": 0}"#]);
    let timelines = home.json(&["timeline", "list", "Film.kinora", "--json"]);
    let items = |track: &Value| track["items"].as_array().unwrap().clone();
    let on_v1 = timelines[1]["tracks"].as_array().unwrap().iter().find(|track| track["name"] == "V1").map(items);
    let seconds = on_v1.unwrap()[0]["seconds"].as_f64().unwrap();
    assert!((seconds - 1.0).abs() < 0.05, "as long as the file is: {seconds}");
    std::fs::write(home.path("broken.mp4"), "no video").unwrap();
    home.ok(&["exec", "Film.kinora", "media.import", r#"{"path": "broken.mp4"}"#]);
    let failed = home.run(&["jobs", "run", "Film.kinora"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(stderr(&failed).contains("this is not a video that can be read"), "{}", stderr(&failed));
}
