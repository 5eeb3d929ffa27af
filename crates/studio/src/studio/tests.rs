//! What a studio keeps, takes back and finds again.

use super::*;
use crate::queue::{State, Work};
use kinora_plan::GenerationPlan;
use serde_json::json;

fn studio() -> (tempfile::TempDir, Studio) {
    let folder = tempfile::tempdir().unwrap();
    let studio = Studio::create(&folder.path().join("Film.kinora"), Project::default(), "test").unwrap();
    (folder, studio)
}

fn prompts(studio: &Studio) -> Vec<String> {
    studio.project().storyboard.shots().map(|shot| shot.words.prompt.clone()).collect()
}

#[test]
fn a_shot_is_named_by_scene_and_place() {
    let (_folder, mut studio) = studio();
    studio.handle("scene.add", &json!({})).unwrap();
    for prompt in ["a red car", "a white boat"] {
        studio.handle("shot.add", &json!({ "scene": "1", "prompt": prompt })).unwrap();
    }
    for (number, text) in [("1-1", "a red bus"), ("1.2", "a blue boat")] {
        studio.handle("shot.write", &json!({ "shot": number, "text": text })).unwrap();
    }
    assert_eq!(prompts(&studio), ["a red bus", "a blue boat"]);
    let error = studio.handle("shot.write", &json!({ "shot": "1.3", "text": "" })).unwrap_err();
    assert!(error.to_string().contains("1.3"), "{error}");
}

#[test]
fn commands_change_the_document_and_are_on_disk() {
    let (_folder, mut studio) = studio();
    studio.handle("scene.add", &json!({ "heading": "EXT. DESERT – NOON" })).unwrap();
    for prompt in ["a red car", "a white boat"] {
        let made = studio.handle("shot.add", &json!({ "scene": "1", "prompt": prompt, "length": "2.5 s" })).unwrap();
        assert!(made["shot"].is_u64());
    }
    studio.handle("shot.write", &json!({ "shot": "1-2", "field": "prompt", "text": "a blue boat" })).unwrap();
    studio.handle("edit.undo", &json!({})).unwrap();
    let mut crashed = crashed(&studio);
    assert_eq!(prompts(&crashed), ["a red car", "a white boat"]);
    assert_eq!(crashed.take_notices(), [Notice::Recovered(5)]);
    let path = studio.path().to_owned();
    drop(studio);
    let mut again = Studio::open(&path, "test").unwrap();
    assert_eq!(again.take_notices(), [], "it was closed properly");
    again.handle("edit.redo", &json!({})).unwrap();
    assert_eq!(prompts(&again), ["a red car", "a blue boat"]);
}

/// The project as it lies on disk while somebody works at it, opened elsewhere.
fn crashed(studio: &Studio) -> Studio {
    let copy = studio.path().with_file_name("Copy.kinora");
    let _before = std::fs::remove_dir_all(&copy);
    std::fs::create_dir(&copy).unwrap();
    for file in std::fs::read_dir(studio.path()).unwrap().flatten().filter(|file| file.path().is_file()) {
        std::fs::copy(file.path(), copy.join(file.file_name())).unwrap();
    }
    Studio::open(&copy, "test").unwrap()
}

#[test]
fn what_is_done_together_is_one_step_also_after_a_crash() {
    let (_folder, mut studio) = studio();
    studio.handle("scene.add", &json!({})).unwrap();
    let add = |studio: &mut Studio, prompt: &str| {
        studio.handle("shot.add", &json!({ "scene": "1", "prompt": prompt })).is_ok()
    };
    let refused = studio.together(|studio| {
        assert!(add(studio, "a red car") && add(studio, "a white boat"));
        studio.handle("shot.add", &json!({ "scene": "7" })).is_err()
    });
    assert!(refused);
    let labels = |studio: &Studio| studio.history().done_labels().collect::<Vec<_>>();
    assert_eq!(labels(&studio), ["add-scene", "add-shot"]);
    studio.together(|studio| {
        assert!(add(studio, "a blue bus"));
        studio.handle("scene.rename", &json!({ "scene": "1", "heading": "INT. BUS" })).unwrap();
    });
    studio.together(|_| ());
    assert_eq!(labels(&studio), ["add-scene", "add-shot", "do-several"]);
    let mut crashed = crashed(&studio);
    assert!(crashed.project().same_document(studio.project()));
    crashed.handle("edit.undo", &json!({})).unwrap();
    crashed.handle("edit.undo", &json!({})).unwrap();
    assert_eq!(prompts(&crashed), [""; 0]);
    crashed.handle("edit.redo", &json!({})).unwrap();
    assert_eq!(prompts(&crashed), ["a red car", "a white boat"]);
}

#[test]
fn a_tool_is_one_step_that_survives_undo_and_a_crash() {
    let (_folder, mut studio) = studio();
    studio.set_cards(vec![ModelCard { id: "sketch".to_owned(), ..crate::planner::tests::card() }]);
    studio.handle("scene.add", &json!({})).unwrap();
    let made = studio.handle("shot.add", &json!({ "scene": "1", "prompt": "a red car", "length": 2 })).unwrap();
    let shot = kinora_project::ShotId(made["shot"].as_u64().unwrap());
    let plan = Arc::new(crate::planner::plan_of(studio.project(), shot, studio.card().unwrap()).unwrap().plan);
    studio.arrive(Arrival::Take { shot, plan, made_at: 0, job: None });
    studio.handle("timeline.from-board", &json!({ "name": "Cut" })).unwrap();
    let before = studio.project().clone();
    let told = studio.handle("tool.extend", &json!({ "item": "V1-1", "by": 1 })).unwrap();
    assert_eq!((told["shots"].as_array().unwrap().len(), told["jobs"].as_array().unwrap().len()), (1, 1));
    assert_eq!(studio.history().undo_label(), Some("tool-extend"));
    let after = studio.project().clone();
    let mut again = crashed(&studio);
    assert!(again.project().same_document(&after));
    again.handle("edit.undo", &json!({})).unwrap();
    assert!(again.project().same_document(&before));
    again.handle("edit.redo", &json!({})).unwrap();
    assert!(again.project().same_document(&after));
    again.handle("project.save", &json!({})).unwrap();
    assert!(
        crate::planner::plan_of(
            again.project(),
            again.project().storyboard.shots().nth(1).unwrap().id,
            &crate::planner::tests::card()
        )
        .is_ok()
    );
    // What can't be done leaves nothing behind.
    let refused = studio.handle("tool.bridge", &json!({ "item": "V1-2", "by": 1 })).unwrap_err();
    assert_eq!(refused.to_string(), "there is no clip right after this one; put one there, or fill the gap");
    assert!(studio.project().same_document(&after));
    // How much of what it goes on from is kept is told in percent, in times of the shot.
    let extended = after.storyboard.shots().nth(1).unwrap().id;
    let set = |studio: &mut Studio, keys: &str| {
        studio
            .handle("shot.set-influence", &json!({ "shot": extended, "keys": keys }))
            .map_err(|error| error.to_string())
    };
    set(&mut studio, "-0.5 s: 100, -6 f: 62.5%, 00:00:00:00: 0").unwrap();
    assert_eq!(studio.history().undo_label(), Some("set-influence"));
    let passage = &studio.project().storyboard.shot(extended).unwrap().passages[0];
    assert_eq!(passage.influence.iter().map(|(_, level)| *level).collect::<Vec<_>>(), [0, 375, 1000]);
    for (keys, why) in [("0:100, 0:50", "percents"), ("1:200", "percents"), ("nan:1", "percents"), ("", "give a curve")]
    {
        let told = set(&mut studio, keys).unwrap_err();
        assert!(told.contains(why), "{keys:?}: {told}");
    }
}

#[test]
fn more_takes_like_a_draft_are_drafts() {
    let (_folder, mut studio) = studio();
    studio.set_cards(vec![ModelCard { id: "sketch".to_owned(), ..crate::planner::tests::card() }]);
    studio.handle("scene.add", &json!({})).unwrap();
    let made = studio.handle("shot.add", &json!({ "scene": "1", "prompt": "a red car", "length": 2 })).unwrap();
    let shot = kinora_project::ShotId(made["shot"].as_u64().unwrap());
    let best = crate::planner::plan_of(studio.project(), shot, studio.card().unwrap()).unwrap().plan;
    let plan = Arc::new(GenerationPlan { steps: 7, ..best.clone() });
    studio.arrive(Arrival::Take { shot, plan, made_at: 0, job: None });
    let like = studio.project().arrived.takes.keys().next().copied().unwrap();
    let mut steps = |args| {
        studio.handle("tool.variations", &args).unwrap();
        let jobs = studio.queue().jobs().unwrap();
        let Work::Generate { plan, .. } = &jobs.last().unwrap().work else { panic!("no take") };
        plan.steps
    };
    assert_ne!(best.steps, 7);
    assert_eq!(steps(json!({ "shot": shot, "like": like })), 7);
    assert_eq!(steps(json!({ "shot": shot, "like": like, "steps": 9 })), 9);
    assert_eq!(steps(json!({ "shot": shot })), best.steps);
}

#[test]
fn what_waits_is_not_taken_for_done_where_the_queue_is_another() {
    let (_folder, mut studio) = studio();
    studio.set_cards(vec![ModelCard { id: "sketch".to_owned(), ..crate::planner::tests::card() }]);
    studio.handle("scene.add", &json!({})).unwrap();
    let mut wanted = Vec::new();
    for prompt in ["a red car", "a white boat"] {
        let made = studio.handle("shot.add", &json!({ "scene": "1", "prompt": prompt, "length": 2 })).unwrap();
        wanted.push(kinora_project::ShotId(made["shot"].as_u64().unwrap()));
    }
    let plan = crate::planner::plan_of(studio.project(), wanted[0], studio.card().unwrap()).unwrap().plan;
    // A take that a queue made which is not there any more, as in a project that was handed on without it.
    studio.arrive(Arrival::Take { shot: wanted[0], plan: Arc::new(plan), made_at: 0, job: Some(1) });
    let path = studio.path().to_owned();
    drop(studio);
    let mut studio = Studio::open(&path, "test").unwrap();
    studio.set_cards(vec![ModelCard { id: "sketch".to_owned(), ..crate::planner::tests::card() }]);
    studio.handle("shot.generate", &json!({ "shot": wanted[1] })).unwrap();
    let jobs = |studio: &Studio| {
        let jobs = studio.queue().jobs().unwrap();
        jobs.iter().map(|job| (job.id.0, job.state)).collect::<Vec<_>>()
    };
    assert_eq!(jobs(&studio), [(2, State::Waiting)]);
    drop(studio);
    assert_eq!(jobs(&Studio::open(&path, "test").unwrap()), [(2, State::Waiting)]);
}

#[test]
fn a_second_program_is_told_who_holds_the_project() {
    let (_folder, studio) = studio();
    let error = Studio::open(studio.path(), "kinora").unwrap_err().to_string();
    assert!(error.starts_with("test (process "), "{error}");
}

#[test]
fn a_folder_that_went_away_is_said_and_nothing_is_lost_in_memory() {
    let (_folder, mut studio) = studio();
    studio.handle("scene.add", &json!({ "heading": "a" })).unwrap();
    let away = studio.path().with_file_name("Away");
    std::fs::rename(studio.path(), &away).unwrap();
    studio.handle("scene.add", &json!({ "heading": "b" })).unwrap();
    let notices: Vec<String> = studio.take_notices().iter().map(ToString::to_string).collect();
    assert!(notices[0].contains("it is not there any more; was the folder moved"), "{notices:?}");
    std::fs::rename(&away, studio.path()).unwrap();
    studio.handle("scene.add", &json!({ "heading": "c" })).unwrap();
    assert_eq!(studio.take_notices(), []);
    let copy = crashed(&studio);
    assert_eq!(
        copy.project().storyboard,
        studio.project().storyboard,
        "what was only in memory came with the next change"
    );
}

#[test]
fn wrong_commands_say_what_is_wrong() {
    let (_folder, mut studio) = studio();
    for (id, args, error) in [
        ("shot.fly", json!({}), "there is no command \"shot.fly\"; `kinora commands` lists them all"),
        ("edit.undo", json!({}), "nothing was done yet"),
        ("shot.add", json!({ "scene": "1" }), "there is no scene \"1\""),
        ("scene.add", json!({ "heading": 3 }), "heading: a text was expected"),
        ("scene.add", json!({ "colour": "red" }), "scene.add has no argument \"colour\"; it takes heading, at"),
        ("scene.rename", json!({ "heading": "x" }), "scene is missing"),
        ("scene.add", json!([]), "arguments are a JSON object"),
    ] {
        assert_eq!(studio.handle(id, &args).unwrap_err().to_string(), error);
    }
}

#[test]
fn a_drag_is_one_step_and_only_its_end_is_written() {
    let (_folder, mut studio) = studio();
    studio.handle("scene.add", &json!({})).unwrap();
    let made = studio.handle("shot.add", &json!({ "scene": "1", "length": 2 })).unwrap();
    let shot = kinora_project::ShotId(made["shot"].as_u64().unwrap());
    let length = |seconds: i64| {
        let length = kinora_time::Flicks(seconds * kinora_time::FLICKS_PER_SECOND);
        Edit::Board(kinora_project::BoardEdit::SetLength { shot, length })
    };
    studio.begin_gesture("set-shot-length");
    for seconds in 3..6 {
        studio.update_gesture(&length(seconds)).unwrap();
    }
    assert!(studio.update_gesture(&length(99)).is_err());
    studio.commit_gesture(&length(5)).unwrap();
    let mut again = crashed(&studio);
    assert_eq!(again.take_notices(), [Notice::Recovered(3)]);
    again.handle("edit.undo", &json!({})).unwrap();
    let of = |studio: &Studio| studio.project().storyboard.shot(shot).unwrap().length.as_seconds();
    assert!((of(&again) - 2.0).abs() < 1e-9);
}

/// A move over another item leaves a gap, which is an item with an id of its own: at each step of the drag.
#[test]
fn what_comes_after_a_drag_is_there_after_a_crash() {
    let (_folder, mut studio) = studio();
    studio.handle("scene.add", &json!({})).unwrap();
    for _ in 0..3 {
        studio.handle("shot.add", &json!({ "scene": "1", "length": 2 })).unwrap();
    }
    studio.handle("timeline.from-board", &json!({ "name": "Cut" })).unwrap();
    let timeline = studio.project().timelines[0].clone();
    let item = timeline.tracks[0].items[1].id;
    let by = |frames: i64| {
        let by = kinora_time::Flicks(-frames * kinora_time::FLICKS_PER_SECOND / 24);
        let landing = kinora_project::timeline::edit::Landing::Over;
        let edit = kinora_project::TimelineEdit::Move { items: vec![item], by, to: None, landing };
        Edit::Timeline(timeline.id, edit)
    };
    for ends in [true, false] {
        studio.begin_gesture("move");
        for frames in 1..8 {
            studio.update_gesture(&by(frames)).unwrap();
            kinora_project::check(studio.project()).unwrap();
        }
        if ends {
            studio.commit_gesture(&by(8)).unwrap();
        } else {
            studio.cancel_gesture();
        }
        let made = studio.handle("shot.add", &json!({ "scene": "1" })).unwrap();
        studio.handle("shot.write", &json!({ "shot": made["shot"], "text": "a red car" })).unwrap();
        let mut again = crashed(&studio);
        assert!(again.project() == studio.project(), "{:?}", again.take_notices());
    }
}
