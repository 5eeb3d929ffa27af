use crate::Workspace;
use crate::desk::Looking;
use crate::session::Source;
use crate::testing::{Stage, stage};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use kinora_project::{Arrival, ShotId, TakeId};
use std::sync::Arc;

/// The review workspace on the first shot, which has three takes.
fn review(size: [f32; 2]) -> (Harness<'static, Stage>, ShotId, Vec<TakeId>) {
    let mut harness = stage(size);
    let stage = harness.state_mut();
    let shot = stage.sample.shots[0];
    let first = stage.sample.studio.project().arrived.takes_of(shot).next().unwrap().clone();
    for seed in [7, 8] {
        let plan = Arc::new(kinora_plan::GenerationPlan { seed, ..(*first.plan).clone() });
        stage.sample.studio.arrive(Arrival::Take { shot, plan, made_at: 1_700_000_100, job: None });
    }
    let takes = stage.sample.studio.project().arrived.takes_of(shot).map(|take| take.id).collect();
    stage.editor.session.workspace = Workspace::Review;
    stage.editor.session.selected.select_shot(shot);
    harness.run_steps(4);
    (harness, shot, takes)
}

#[test]
fn takes_are_seen_side_by_side_at_one_time() {
    let (mut harness, _, takes) = review([1600.0, 1000.0]);
    harness.state_mut().editor.session.takes_transport.seek(12, 0.0);
    harness.run_steps(2);
    let looked = &harness.state().desk.looked;
    let at = |take: TakeId| {
        looked.iter().find_map(|(_, looking)| match looking {
            Looking::Take(of, at) if *of == take => Some(*at),
            _ => None,
        })
    };
    let times: Vec<_> = takes.iter().map(|take| at(*take)).collect();
    assert!(times[0].is_some() && times.iter().all(|time| *time == times[0]), "{times:?}");
}

#[test]
fn a_take_is_used_rated_and_made_a_favourite() {
    let (mut harness, shot, takes) = review([1600.0, 1000.0]);
    harness.get_by_label("Use take 2").click();
    harness.run_steps(3);
    harness.get_by_label("Take 3: 4 stars").click();
    harness.run_steps(3);
    harness.get_by_label("Make take 3 a favourite").click();
    harness.run_steps(3);
    let project = harness.state().sample.studio.project();
    assert_eq!(project.storyboard.shot(shot).unwrap().circled, Some(takes[1]));
    let mark = &project.marks.takes[&takes[2]];
    assert_eq!((mark.stars, mark.favourite), (4, true));
}

#[test]
fn a_wipe_line_is_dragged_over_two_takes() {
    let (mut harness, ..) = review([1280.0, 720.0]);
    harness.get_by_label("Wipe between two takes").click();
    harness.run_steps(3);
    let rect = harness.get_by_label("Line between the takes").rect();
    let at = |part: f32| egui::pos2(rect.left() + rect.width() * part, rect.center().y);
    harness.hover_at(at(0.5));
    harness.drag_at(at(0.5));
    harness.run_steps(1);
    harness.hover_at(at(0.25));
    harness.run_steps(1);
    harness.drop_at(at(0.25));
    harness.run_steps(2);
    let line = harness.ctx.data(|data| data.get_temp::<super::Compare>(super::key())).unwrap().line.unwrap();
    assert!((line - 0.25).abs() < 0.01, "{line}");
}

#[test]
fn a_double_click_puts_a_take_into_the_source_monitor() {
    let (mut harness, _, takes) = review([1600.0, 1000.0]);
    // Each event is a quarter of a second here.
    harness.ctx.options_mut(|options| options.input_options.max_double_click_delay = 5.0);
    let node = harness.get_by_label("Take 1");
    node.click();
    node.click();
    harness.run_steps(3);
    assert_eq!(harness.state().editor.session.source, Some(Source::Take(takes[0])));
}

#[test]
fn the_playhead_of_the_takes_plays_by_itself() {
    let (mut harness, ..) = review([1280.0, 720.0]);
    harness.get_by_label("Play the takes").click();
    harness.run_steps(20);
    let session = &harness.state().editor.session;
    assert!(session.takes_transport.is_playing() && !session.transport.is_playing());
    assert!(session.takes_transport.frame() > 0);
}

#[test]
fn a_key_uses_the_take_that_is_selected() {
    let (mut harness, shot, takes) = review([1600.0, 1000.0]);
    harness.get_by_label("Take 2").click();
    harness.run_steps(3);
    assert_eq!(harness.state().editor.session.selected.take, Some(takes[1]));
    harness.key_press(egui::Key::C);
    harness.run_steps(3);
    let project = harness.state().sample.studio.project();
    assert_eq!(project.storyboard.shot(shot).unwrap().circled, Some(takes[1]));
}

#[test]
fn without_a_selection_the_shot_under_the_playhead_is_compared_or_the_first_with_takes() {
    for (frame, expected) in [(60, 1), (200, 0)] {
        let mut harness = stage([1600.0, 1000.0]);
        let session = &mut harness.state_mut().editor.session;
        session.transport.seek(frame, 0.0);
        session.workspace = Workspace::Review;
        harness.run_steps(4);
        let shot = harness.state().sample.shots[expected];
        assert_eq!(harness.state().editor.session.selected.shot(), Some(shot), "frame {frame}");
        assert!(harness.query_by_label("Take 1").is_some());
    }
}

/// Writes /tmp/takes-*.png to look at.
#[test]
#[ignore = "writes a picture for somebody to look at"]
fn picture() {
    for (name, size) in [("small", [1280.0, 720.0]), ("large", [1600.0, 1000.0])] {
        let (mut harness, ..) = review(size);
        harness.render().unwrap().save(format!("/tmp/takes-{name}.png")).unwrap();
        harness.get_by_label("Wipe between two takes").click();
        harness.run_steps(4);
        harness.render().unwrap().save(format!("/tmp/takes-{name}-wipe.png")).unwrap();
    }
}

#[test]
fn candidates_are_chosen_with_four_keys() {
    use kinora_studio::queue::{Lane, Outcome, State};
    let (mut harness, shot, _) = review([1600.0, 1000.0]);
    let stage = harness.state_mut();
    let args = serde_json::json!({ "shot": shot, "takes": 4 });
    let made = stage.sample.studio.handle("shot.audition", &args).unwrap();
    let ids: Vec<u64> = made["jobs"].as_array().unwrap().iter().map(|id| id.as_u64().unwrap()).collect();
    for _ in 0..3 {
        let queue = stage.sample.studio.queue_mut();
        let job = queue.begin(Lane::Generate, 0).unwrap().unwrap();
        queue.end(job.id, &Outcome::Held).unwrap();
    }
    harness.run_steps(4);
    harness.get_by_label("Candidate 1").click();
    harness.run_steps(3);
    let state = |harness: &Harness<'static, Stage>, place: usize| {
        let id = kinora_studio::queue::JobId(ids[place]);
        harness.state().sample.studio.queue().job(id).unwrap().state
    };
    for key in [egui::Key::ArrowDown, egui::Key::Enter, egui::Key::ArrowUp, egui::Key::Delete] {
        harness.key_press(key);
        harness.run_steps(3);
    }
    // The second was kept, which chose the third; one back is the second again, which is not wanted after all.
    assert_eq!(
        [0, 1, 2, 3].map(|place| state(&harness, place)),
        [State::Paused, State::Cancelled, State::Paused, State::Waiting]
    );
    harness.get_by_label("Show the finished takes").click();
    harness.run_steps(3);
    harness.get_by_label("Take 1");
    harness.get_by_label("Show the candidates").click();
    harness.run_steps(3);
    harness.get_by_label("Finish: Candidate 1").click();
    harness.run_steps(3);
    assert_eq!(state(&harness, 0), State::Waiting);
}

#[test]
fn more_takes_like_one_are_asked_for() {
    let (mut harness, shot, takes) = review([1280.0, 720.0]);
    let plans = |harness: &Harness<'_, Stage>| harness.state().sample.studio.queue().plans_of(shot).unwrap();
    let before = plans(&harness).len();
    harness.get_by_label("Take 2").click_secondary();
    harness.run_steps(2);
    harness.get_by_label("More like this").click();
    harness.run_steps(3);
    let plans = plans(&harness);
    assert_eq!(plans.len(), before + 4);
    let like = harness.state().sample.studio.project().arrived.takes[&takes[1]].plan.id().unwrap();
    let near =
        plans.iter().filter(|plan| !plan.known.is_empty() && plan.known.iter().all(|known| known.picture == like));
    assert_eq!(near.count(), 4, "each goes on from the pictures of that take");
}
