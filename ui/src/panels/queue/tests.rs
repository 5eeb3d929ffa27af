use crate::desk::JobProgress;
use crate::testing::{Stage, stage};
use crate::{Panel, Workspace};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use kinora_job::{Phase, Progress};
use kinora_studio::queue::{JobId, Lane, Outcome, State};
use serde_json::json;

/// The deliver workspace, where the queue is seen, with two takes of the third shot waiting.
fn queue() -> (Harness<'static, Stage>, Vec<JobId>) {
    let mut harness = stage([1280.0, 720.0]);
    let stage = harness.state_mut();
    stage.editor.session.workspace = Workspace::Deliver;
    stage.editor.session.reveal = Some(Panel::Queue);
    let shot = stage.sample.shots[2];
    let studio = &mut stage.sample.studio;
    studio.handle("shot.generate", &json!({ "shot": shot, "takes": 2 })).unwrap();
    let jobs = studio.queue().jobs().unwrap().iter().map(|job| job.id).collect();
    harness.run_steps(4);
    (harness, jobs)
}

fn state(harness: &Harness<'_, Stage>, job: JobId) -> State {
    harness.state().sample.studio.queue().job(job).unwrap().state
}

#[test]
fn a_waiting_take_can_be_put_first_paused_and_cancelled() {
    let (mut harness, jobs) = queue();
    harness.get_by_label("Shot 1-3, take 2: do it next").click();
    harness.run_steps(3);
    let first = harness.state().sample.studio.queue().jobs().unwrap()[0].id;
    assert_eq!(first, jobs[1]);
    harness.get_by_label("Shot 1-3, take 2: pause").click();
    harness.run_steps(3);
    // Numbers follow the order in which takes come.
    assert!([state(&harness, jobs[0]), state(&harness, jobs[1])].contains(&State::Paused));
    harness.get_by_label("Shot 1-3, take 1: cancel").click();
    harness.run_steps(3);
    let states = [state(&harness, jobs[0]), state(&harness, jobs[1])];
    assert!(states.contains(&State::Cancelled), "{states:?}");
}

#[test]
fn a_failed_take_says_why_and_can_be_tried_again() {
    let (mut harness, _) = queue();
    let queue = harness.state_mut().sample.studio.queue_mut();
    let job = queue.begin(Lane::Generate, 0).unwrap().unwrap().id;
    queue.end(job, &Outcome::Failed("the disk is full".to_owned())).unwrap();
    harness.run_steps(3);
    harness.get_by_label("Shot 1-3, take 1: try again").click();
    harness.run_steps(3);
    assert_eq!(state(&harness, job), State::Waiting);
}

#[test]
fn what_is_over_is_folded() {
    let (mut harness, jobs) = queue();
    for job in &jobs {
        harness.state_mut().sample.studio.queue_mut().cancel(*job).unwrap();
    }
    harness.run_steps(3);
    assert!(harness.query_by_label("Shot 1-3: try again").is_none());
    harness.get_by_label("Over: 2").click();
    harness.run_steps(3);
    assert_eq!(harness.query_all_by_label("Shot 1-3: try again").count(), 2);
}

/// Writes /tmp/queue.png to look at.
#[test]
#[ignore = "writes a picture for somebody to look at"]
fn picture() {
    let (mut harness, _) = queue();
    let studio = &mut harness.state_mut().sample.studio;
    let job = studio.queue_mut().begin(Lane::Generate, 0).unwrap().unwrap().id;
    let progress = Progress { phase: Phase::Denoise, step: 12, total: 30 };
    harness.state_mut().desk.progress.push((job, JobProgress { progress, left: None }));
    harness.run_steps(4);
    harness.render().unwrap().save("/tmp/queue.png").unwrap();
}
