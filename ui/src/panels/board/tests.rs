//! The board by keyboard and mouse, on a project on disk.

use crate::dragged::Dragged;
use crate::testing::stage;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use kinora_project::{Arrival, CardContent};
use kinora_studio::planner::plan_of;
use kinora_studio::queue::Work;
use serde_json::json;

fn prompts(harness: &egui_kittest::Harness<'_, crate::testing::Stage>) -> Vec<String> {
    harness.state().sample.studio.project().storyboard.shots().map(|shot| shot.words.prompt.clone()).collect()
}

fn type_text(harness: &mut egui_kittest::Harness<'_, crate::testing::Stage>, text: &str) {
    harness.event(egui::Event::Text(text.to_owned()));
    harness.step();
}

#[test]
fn ten_shots_are_written_without_the_mouse() {
    let mut harness = stage([1280.0, 720.0]);
    harness.run_steps(2);
    harness.key_press(Key::N);
    harness.step();
    let wanted: Vec<String> = (0..10).map(|number| format!("a red car number {number}")).collect();
    for text in &wanted {
        type_text(&mut harness, text);
        harness.key_press(Key::Enter);
        harness.step();
    }
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    let have = prompts(&harness);
    assert!(wanted.iter().all(|text| have.contains(text)), "{have:?}");
    let in_order: Vec<&String> = have.iter().filter(|text| wanted.contains(text)).collect();
    assert_eq!(in_order, wanted.iter().collect::<Vec<_>>());
}

#[test]
fn letters_that_come_with_the_key_that_opens_a_card_are_kept() {
    let mut harness = stage([1280.0, 720.0]);
    harness.run_steps(2);
    let pressed =
        egui::Event::Key { key: Key::N, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE };
    // In one frame, as the window brings them.
    harness.input_mut().events.extend([pressed, egui::Event::Text("n".to_owned())]);
    harness.step();
    type_text(&mut harness, "a boat");
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert!(prompts(&harness).contains(&"a boat".to_owned()), "{:?}", prompts(&harness));
}

#[test]
fn a_click_selects_and_arrows_go_on() {
    let mut harness = stage([1280.0, 720.0]);
    harness.run_steps(2);
    harness.get_by_label_contains("Shot 1-2:").click();
    harness.run_steps(2);
    let shots = harness.state().sample.shots.clone();
    assert_eq!(harness.state().editor.session.selected.shot(), Some(shots[1]));
    harness.state_mut().editor.session.writing = None;
    harness.state_mut().editor.session.focus = crate::Panel::Storyboard;
    harness.run_steps(2);
    harness.key_press(Key::ArrowRight);
    harness.run_steps(2);
    assert_eq!(harness.state().editor.session.selected.shot(), Some(shots[2]));
}

#[test]
fn a_draft_is_put_into_the_queue_by_keys() {
    let mut harness = stage([1280.0, 720.0]);
    let shot = harness.state().sample.shots[2];
    harness.state_mut().editor.session.selected.select_shot(shot);
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run_steps(2);
    let jobs = harness.state().sample.studio.queue().jobs().unwrap();
    let of_shot = |job: &&kinora_studio::queue::Job| matches!(&job.work, kinora_studio::queue::Work::Generate { shot: of, .. } if *of == shot);
    assert_eq!(jobs.iter().filter(of_shot).count(), 1);
}

#[test]
fn words_that_are_being_written_are_what_is_drafted() {
    let mut harness = stage([1280.0, 720.0]);
    let shot = harness.state().sample.shots[2];
    let session = &mut harness.state_mut().editor.session;
    session.selected.select_shot(shot);
    session.writing = Some(shot);
    harness.run_steps(2);
    type_text(&mut harness, " at dawn");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run_steps(2);
    let jobs = harness.state().sample.studio.queue().jobs().unwrap();
    let plan = jobs.iter().rev().find_map(|job| match &job.work {
        kinora_studio::queue::Work::Generate { shot: of, plan, .. } if *of == shot => Some(plan.clone()),
        _ => None,
    });
    let words = plan.unwrap().prompts[0].prompt.text().unwrap_or_default().to_owned();
    assert!(words.ends_with(" at dawn"), "{words}");
}

#[test]
fn undo_takes_a_written_prompt_back() {
    let mut harness = stage([1280.0, 720.0]);
    let shot = harness.state().sample.shots[0];
    harness.state_mut().editor.session.selected.select_shot(shot);
    harness.state_mut().editor.session.writing = Some(shot);
    harness.run_steps(2);
    type_text(&mut harness, " slowly");
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert_eq!(prompts(&harness)[0], "a red car drives from left to right slowly");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(2);
    assert_eq!(prompts(&harness)[0], "a red car drives from left to right");
}

#[test]
fn home_and_end_select_the_first_and_the_last_shot() {
    let mut harness = stage([1280.0, 720.0]);
    harness.run_steps(2);
    let shots = harness.state().sample.shots.clone();
    for (key, shot) in [(Key::End, shots[4]), (Key::Home, shots[0])] {
        harness.key_press(key);
        harness.run_steps(2);
        assert_eq!(harness.state().editor.session.selected.shot(), Some(shot));
    }
}

/// The words of the only card inside the second shot.
fn words(harness: &egui_kittest::Harness<'_, crate::testing::Stage>) -> String {
    let shot = harness.state().sample.shots[1];
    let shot = harness.state().sample.studio.project().storyboard.shot(shot).unwrap();
    match &shot.cards[0].content {
        kinora_project::CardContent::Text(text) => text.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn words_inside_a_shot_are_written_in_their_place() {
    let mut harness = stage([1280.0, 720.0]);
    let shot = harness.state().sample.shots[1];
    let args = serde_json::json!({ "shot": shot, "time": "1 s", "text": "it stands" });
    harness.state_mut().sample.studio.handle("card.add", &args).unwrap();
    harness.state_mut().editor.session.selected.select_shot(shot);
    harness.run_steps(3);
    harness.get_by_label("Card: it stands").click();
    harness.run_steps(3);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::End);
    harness.step();
    type_text(&mut harness, " still");
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(words(&harness), "it stands still");
    assert_eq!(harness.state().editor.session.writing, None, "the shot's own words are not meant");
    harness.ctx.options_mut(|options| options.input_options.max_double_click_delay = 5.0);
    for _ in 0..2 {
        harness.get_by_label("Card: it stands still").click();
        harness.step();
    }
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::End);
    harness.step();
    type_text(&mut harness, " now");
    harness.key_press_modifiers(Modifiers::ALT, Key::Num2);
    harness.run_steps(4);
    assert_eq!(words(&harness), "it stands still now", "what is left is written");
}

#[test]
fn a_picture_of_the_library_animates_the_card_that_it_is_dropped_on() {
    let mut harness = stage([1280.0, 720.0]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sky.png");
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    png.extend([0; 64]);
    std::fs::write(&path, png).unwrap();
    let made = harness.state_mut().sample.studio.handle("media.import", &serde_json::json!({ "path": path })).unwrap();
    let media = kinora_project::MediaId(made["media"].as_u64().unwrap());
    harness.run_steps(2);
    let at = harness.get_by_label_contains("Shot 1-2:").rect().left_center();
    harness.hover_at(at + egui::vec2(20.0, 0.0));
    harness.step();
    egui::DragAndDrop::set_payload(&harness.ctx, crate::dragged::Dragged::Media(media));
    harness.drop_at(at + egui::vec2(20.0, 0.0));
    harness.run_steps(3);
    let shot = harness.state().sample.shots[1];
    let cards = &harness.state().sample.studio.project().storyboard.shot(shot).unwrap().cards;
    assert_eq!(
        cards.iter().map(|card| (card.at.0, &card.content)).collect::<Vec<_>>(),
        [(0, &kinora_project::CardContent::Picture(media))]
    );
    // What it does there can be changed after it was dropped.
    harness.get_by_label("The picture is: First frame").click();
    harness.run_steps(3);
    harness.get_by_label("Last frame").click();
    harness.run_steps(3);
    let project = harness.state().sample.studio.project().clone();
    let shown = project.storyboard.shot(shot).unwrap();
    let (rate, at) = (project.settings.rate, shown.cards[0].at);
    assert_eq!(rate.nearest_frame(at), rate.nearest_frame(shown.length) - 1);
    harness.get_by_label("The picture is: Last frame");
    let other = harness.state().sample.shots[0];
    harness.state_mut().editor.session.selected.select_shot(other);
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("The picture is:").is_none());
}

/// Writes pictures to look at: `cargo test -p kinora-ui -- --ignored pictures_of_the_board`.
#[test]
#[ignore = "writes pictures to look at"]
fn pictures_of_the_board() {
    for size in [[1280.0, 720.0], [1600.0, 1000.0]] {
        let mut harness = stage(size);
        let shot = harness.state().sample.shots[1];
        harness.state_mut().editor.session.selected.select_shot(shot);
        harness.run_steps(4);
        harness.render().unwrap().save(format!("/tmp/board-{}.png", size[0])).unwrap();
    }
}

#[test]
fn a_picture_on_a_card_becomes_words() {
    let mut harness = stage([1280.0, 720.0]);
    let shot = harness.state().sample.shots[0];
    let media = harness.state_mut().still("plate.png");
    let studio = &mut harness.state_mut().sample.studio;
    studio.handle("card.add", &json!({ "shot": shot, "time": 1, "picture": media })).unwrap();
    harness.state_mut().editor.session.selected.select_shot(shot);
    harness.run_steps(3);
    let last = |harness: &egui_kittest::Harness<'_, crate::testing::Stage>| {
        let shot = harness.state().sample.studio.project().storyboard.shot(shot).unwrap().clone();
        let card = shot.cards.last().unwrap().clone();
        (card.at, card.content)
    };
    let before = last(&harness);
    for (answer, words) in
        [(Err("nobody knows".to_owned()), None), (Ok("red car, desert".to_owned()), Some("red car, desert"))]
    {
        harness.get_by_label_contains("plate.png").click_secondary();
        harness.run_steps(2);
        harness.get_by_label("Picture into words").click();
        harness.run_steps(2);
        assert_eq!(last(&harness), before, "nothing changes until somebody looked");
        harness.state_mut().desk.described = Some(answer);
        harness.run_steps(3);
        match words {
            Some(words) => assert_eq!(last(&harness), (before.0, CardContent::Text(words.to_owned()))),
            None => {
                assert_eq!(last(&harness), before);
                assert!(harness.state().editor.session.status.failed);
            }
        }
        harness.state_mut().desk.described = None;
    }
}

#[test]
fn the_words_of_a_card_become_a_picture() {
    let mut harness = stage([1280.0, 720.0]);
    let shot = harness.state().sample.shots[0];
    let studio = &mut harness.state_mut().sample.studio;
    studio.handle("card.add", &json!({ "shot": shot, "time": 1, "text": "a green bus at night" })).unwrap();
    harness.state_mut().editor.session.selected.select_shot(shot);
    harness.run_steps(3);
    let takes = harness.state().editor.session.derived.takes_of(shot).to_vec();
    harness.get_by_label_contains("a green bus").click_secondary();
    harness.run_steps(2);
    harness.get_by_label("Words into a picture").click();
    harness.run_steps(3);
    let content = |harness: &egui_kittest::Harness<'_, crate::testing::Stage>| {
        harness.state().sample.studio.project().storyboard.shot(shot).unwrap().cards[0].content.clone()
    };
    assert!(matches!(content(&harness), CardContent::Text(_)), "nothing changes before it is there");
    let jobs = harness.state().sample.studio.queue().jobs().unwrap();
    let [job] = jobs.as_slice() else { panic!("{jobs:?}") };
    let Work::Generate { plan, .. } = &job.work else { panic!("{job:?}") };
    assert_eq!((plan.frames, plan.prompts[0].prompt.text()), (1, Some("a green bus at night")));
    let arrival = Arrival::Take { shot, plan: plan.clone(), made_at: 0, job: Some(job.id.0) };
    harness.state_mut().sample.studio.arrive(arrival);
    harness.run_steps(4);
    let CardContent::Frame { take, at } = content(&harness) else { panic!("{:?}", content(&harness)) };
    let project = harness.state().sample.studio.project().clone();
    assert_eq!((project.arrived.takes[&take].is_still(), at.0), (true, 0));
    assert_eq!(harness.state().editor.session.derived.takes_of(shot), takes, "it is none of the shot's takes");
    let model = harness.state().sample.studio.card().unwrap();
    let plan = plan_of(&project, shot, model).unwrap().plan;
    assert_eq!((plan.known.len(), plan.known[0].frame), (1, 12), "the shot goes through it");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert!(matches!(content(&harness), CardContent::Text(_)), "one step");
}

#[test]
fn a_shot_goes_on_from_the_take_that_is_dropped_on_it() {
    let mut harness = stage([1280.0, 720.0]);
    let [first, _, third] = harness.state().sample.shots[..3] else { panic!() };
    let project = harness.state().sample.studio.project().clone();
    let take = project.circled(first).unwrap().id;
    harness.run_steps(2);
    let card = harness.get_by_label_contains("Shot 1-3:").rect();
    for (at, frame, of_take) in
        [(card.left_center() + egui::vec2(20.0, 0.0), 0, 47), (card.right_center() - egui::vec2(8.0, 0.0), 47, 0)]
    {
        harness.hover_at(at);
        harness.step();
        egui::DragAndDrop::set_payload(&harness.ctx, Dragged::Take(take));
        harness.drop_at(at);
        harness.run_steps(3);
        let project = harness.state().sample.studio.project().clone();
        let cards = &project.storyboard.shot(third).unwrap().cards;
        let rate = project.settings.rate;
        let found = cards.iter().any(|card| {
            let CardContent::Frame { take: of, at } = card.content else { return false };
            of == take && (rate.nearest_frame(card.at), rate.nearest_frame(at)) == (frame, of_take)
        });
        assert!(found, "{cards:?}");
    }
}
