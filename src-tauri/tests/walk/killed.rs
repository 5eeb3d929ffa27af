//! The application is killed at moments by chance, while somebody writes, generates and exports: everything that was on the project is there
//! the next time, no take is lost or made twice, a film is there whole or not at all. `KINORA_KILLS` says how often; 3 without it.

use super::app::{App, read};
use kinora_project::{Project, check};
use kinora_provenance::{TrustAnchors, verify_file};
use kinora_services::take_path;
use kinora_studio::queue::{Queue, State};
use kinora_studio::{Studio, StudioError, knock};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A linear congruential generator with Knuth's MMIX constants.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

pub fn killed() {
    let home = tempfile::tempdir().expect("a folder");
    let (project, film) = (home.path().join("Film.kinora"), home.path().join("film.mp4"));
    let mut studio = Studio::create(&project, Project::default(), "test").expect("a project");
    studio.handle("scene.add", &json!({})).expect("a scene");
    let first = json!({ "scene": "1", "prompt": "a red car drives to the right", "length": "0.75 s" });
    studio.handle("shot.add", &first).expect("a shot");
    studio.handle("timeline.from-board", &json!({ "name": "Cut 1" })).expect("a timeline");
    drop(studio);

    let kills: u64 = std::env::var("KINORA_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(3);
    let mut chance = Chance(17);
    for kill in 0..kills {
        let app = App::start(home.path(), &[&project]);
        // Everything here takes a person about four seconds, and jobs go on after that.
        let end = Instant::now() + Duration::from_millis(chance.below(9_000));
        let mut acknowledged = written(&project);
        app.press(&["Home", "ctrl+Return"]);
        if kill % 3 == 2 {
            export(&project, &film);
        }
        for number in 0.. {
            if Instant::now() > end {
                break;
            }
            app.press(&["n"]);
            app.write(&format!("number {kill} {number}"));
            app.press(&["Escape"]);
            if number % 3 == 2 {
                app.press(&["ctrl+z"]);
                continue;
            }
            acknowledged = acknowledged.max(written(&project));
        }
        app.kill();

        let studio = Studio::open(&project, "test").unwrap_or_else(|error| panic!("kill {kill}: {error}"));
        check(studio.project()).unwrap_or_else(|broken| panic!("kill {kill}: {broken}"));
        drop(studio);
        // Undo takes away one shot that was counted at most.
        let there = written(&project);
        assert!(there + 1 >= acknowledged, "kill {kill}: {there} of {acknowledged} shots");
        sound(&project, kill);
        whole(&film, kill);
        println!("kill {kill}: {there} shots, {} takes, film {}", read(&project).arrived.takes.len(), film.exists());
    }

    let mut app = App::start(home.path(), &[&project]);
    app.until("every job is done", || {
        let jobs = Queue::look(&project).and_then(|queue| queue.jobs()).expect("a queue");
        jobs.iter().all(|job| !matches!(job.state, State::Waiting | State::Running)).then_some(())
    });
    app.look("30 after kills");
    app.quit();
    sound(&project, kills);
    let jobs = Queue::look(&project).and_then(|queue| queue.jobs()).expect("a queue");
    let failed: Vec<_> = jobs.iter().filter(|job| job.state != State::Done).collect();
    assert!(failed.is_empty(), "{failed:?}");
    assert!(film.exists() && !read(&project).arrived.takes.is_empty());
    whole(&film, kills);
}

/// How many shots have words.
fn written(project: &Path) -> usize {
    read(project).storyboard.shots().filter(|shot| !shot.words.prompt.is_empty()).count()
}

/// Asks the window's program for a film, as another program would.
fn export(project: &Path, film: &Path) {
    let door = || -> Option<PathBuf> {
        match Studio::open(project, "test") {
            Err(StudioError::Project(kinora_project_file::ProjectFileError::Held { holder, .. })) => holder.door,
            _ => None,
        }
    };
    if let Some(door) = door() {
        // It refuses as long as there is no take.
        let _asked = knock(&door, "timeline.export", &json!({ "timeline": "Cut 1", "out": film }));
    }
}

/// Every take's file can be read, and no job made two.
fn sound(project: &Path, kill: u64) {
    let document = read(project);
    let mut jobs = BTreeSet::new();
    for take in document.arrived.takes.values() {
        let path = take_path(project, &take.plan).expect("a place");
        let frames = kinora_media::read_frames(&path, None).unwrap_or_else(|error| panic!("kill {kill}: {error}"));
        assert_eq!(frames.len(), take.plan.frames as usize, "kill {kill}");
        assert!(take.job.is_none_or(|job| jobs.insert(job)), "kill {kill}: a take made twice");
    }
}

fn whole(film: &Path, kill: u64) {
    if film.exists() {
        let report = verify_file(film, &TrustAnchors::none()).unwrap_or_else(|error| panic!("kill {kill}: {error}"));
        assert!(report.holds(), "kill {kill}: {report:?}");
    }
}
