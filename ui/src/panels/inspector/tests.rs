use crate::session::Last;
use crate::testing::{Stage, stage};
use crate::words::{Language, set_language};
use crate::{Panel, Workspace};
use egui::Key;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use kinora_project::timeline::{Item, Pace};
use kinora_project::{CardContent, ItemId, MemberKind, Shot, ShotId};
use kinora_studio::queue::Work;
use kinora_time::Flicks;
use serde_json::json;

/// The first shot in the inspector, high enough to see all of it.
fn shot() -> (Harness<'static, Stage>, ShotId) {
    let mut harness = stage([1600.0, 1900.0]);
    let stage = harness.state_mut();
    let shot = stage.sample.shots[0];
    stage.editor.session.selected.select_shot(shot);
    harness.run_steps(4);
    (harness, shot)
}

fn of<'a>(harness: &'a Harness<'_, Stage>, shot: ShotId) -> &'a Shot {
    harness.state().sample.studio.project().storyboard.shot(shot).unwrap()
}

fn undo(harness: &mut Harness<'_, Stage>) {
    harness.state_mut().sample.studio.handle("edit.undo", &json!({})).unwrap();
    harness.run_steps(3);
}

fn type_at_end(harness: &mut Harness<'_, Stage>, field: &str, text: &str) {
    harness.get_by_label(field).click();
    harness.run_steps(2);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::End);
    harness.run_steps(1);
    for key in text.chars() {
        harness.event(egui::Event::Text(key.to_string()));
        harness.run_steps(1);
    }
}

#[test]
fn what_is_typed_is_one_step_of_undo_once_the_field_is_left() {
    let (mut harness, shot) = shot();
    let before = of(&harness, shot).words.prompt.clone();
    type_at_end(&mut harness, "Prompt", " fast");
    assert_eq!(of(&harness, shot).words.prompt, before, "nothing is written while the person types");
    harness.key_press(Key::Enter);
    harness.run_steps(4);
    assert_eq!(of(&harness, shot).words.prompt, format!("{before} fast"));
    undo(&mut harness);
    assert_eq!(of(&harness, shot).words.prompt, before);
    assert_eq!(harness.get_by_label("Prompt").value().unwrap(), before, "the field shows what undo brought back");
}

#[test]
fn a_style_of_the_films_own_is_put_into_the_prompt_and_taken_out() {
    let (mut harness, shot) = shot();
    let before = of(&harness, shot).words.prompt.clone();
    let studio = &mut harness.state_mut().sample.studio;
    for (name, words) in [("Dusk", "ink line, in orange light"), ("Dusk-2", "film noir")] {
        studio.handle("cast.add", &json!({ "name": name, "kind": "style", "words": words })).unwrap();
    }
    harness.run_steps(3);
    for (press, after) in [("Dusk-2", ", @Dusk-2"), ("Dusk", ", @Dusk"), ("Dusk", "")] {
        harness.get_by_label(press).click();
        harness.run_steps(3);
        assert_eq!(of(&harness, shot).words.prompt, format!("{before}{after}"));
    }
    harness.get_by_label("New style…").click();
    harness.run_steps(3);
    harness.event(egui::Event::Text("Dawn".to_owned()));
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let project = harness.state().sample.studio.project().clone();
    let last = project.cast.members.last().unwrap();
    assert_eq!((last.name.as_str(), last.kind), ("Dawn", MemberKind::Style));
}

#[test]
fn what_is_typed_is_written_after_a_pause_and_when_another_workspace_is_shown() {
    let (mut harness, shot) = shot();
    type_at_end(&mut harness, "Prompt", "!");
    harness.run_steps(8);
    assert!(of(&harness, shot).words.prompt.ends_with('!'), "after a pause");
    type_at_end(&mut harness, "Prompt", "?");
    harness.state_mut().editor.session.workspace = Workspace::Deliver;
    harness.run_steps(4);
    assert!(of(&harness, shot).words.prompt.ends_with("!?"), "although the field is gone");
}

#[test]
fn a_draft_is_made_of_the_words_on_screen() {
    let (mut harness, shot) = shot();
    type_at_end(&mut harness, "Prompt", " at night");
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::Enter);
    harness.run_steps(4);
    let jobs = harness.state().sample.studio.queue().jobs().unwrap();
    let Work::Generate { shot: made, plan, .. } = &jobs[0].work else { panic!("{jobs:?}") };
    assert_eq!((*made, plan.steps), (shot, 10));
    assert!(plan.prompts[0].prompt.text().unwrap().ends_with(" at night"));
}

#[test]
fn buttons_write_the_films_words_into_the_prompt() {
    let (mut harness, shot) = shot();
    let before = of(&harness, shot).words.prompt.clone();
    for (button, after) in [
        ("Push in", format!("{before}, the camera pushes in")),
        ("Pan left", format!("{before}, the camera pans left")),
        ("Close-up", format!("{before}, the camera pans left, close-up")),
        ("Pan left", format!("{before}, close-up")),
        ("Film noir", format!("{before}, close-up, film noir")),
    ] {
        harness.get_by_label(button).click();
        harness.run_steps(3);
        assert_eq!(of(&harness, shot).words.prompt, after, "{button}");
    }
}

#[test]
fn a_length_is_typed_as_a_sum_and_reset_by_a_double_click() {
    let (mut harness, shot) = shot();
    let number = || egui_kittest::kittest::By::new().label("Length").role(egui::Role::SpinButton);
    harness.get(number()).click();
    harness.run_steps(3);
    harness.event(egui::Event::Text("2+1.5".to_owned()));
    harness.run_steps(1);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert!((of(&harness, shot).length.as_seconds() - 3.5).abs() < 1e-9);
    harness.run_steps(40);
    // Each event is a quarter of a second here.
    harness.ctx.options_mut(|options| options.input_options.max_double_click_delay = 5.0);
    let at = harness.get(number()).rect().center();
    for _ in 0..2 {
        harness.hover_at(at);
        harness.drag_at(at);
        harness.run_steps(1);
        harness.event(egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed: false,
            modifiers: egui::Modifiers::NONE,
        });
        harness.run_steps(1);
    }
    harness.run_steps(3);
    assert!((of(&harness, shot).length.as_seconds() - 4.0).abs() < 1e-9, "{:?}", of(&harness, shot).length);
}

#[test]
fn several_variations_and_a_whole_scene_are_queued() {
    let (mut harness, _) = shot();
    harness.get_by_label("3 at once").click();
    harness.run_steps(2);
    harness.get_by_label("Best").click();
    harness.run_steps(3);
    let jobs = |harness: &Harness<'_, Stage>| harness.state().sample.studio.queue().jobs().unwrap();
    assert_eq!(jobs(&harness).len(), 3);
    harness.get_by_label("1 at once").click();
    harness.run_steps(2);
    harness.get_by_label("Generate scene").click();
    harness.run_steps(3);
    let third = harness.state().sample.shots[2];
    let of_third =
        |job: &&kinora_studio::queue::Job| matches!(&job.work, Work::Generate { shot, .. } if *shot == third);
    let jobs = jobs(&harness);
    assert_eq!((jobs.len(), jobs.iter().filter(of_third).count()), (4, 1), "the others have their takes");
}

#[test]
fn a_picture_is_chosen_as_last_frame() {
    let (mut harness, shot) = shot();
    harness.state_mut().still("still.png");
    harness.run_steps(2);
    harness.get_by_label("Last").click();
    harness.run_steps(3);
    harness.get_by_label("still.png").click();
    harness.run_steps(3);
    let cards = &of(&harness, shot).cards;
    assert!(matches!(cards[0].content, CardContent::Picture(_)) && cards.len() == 1);
    let last = harness.state().sample.studio.project().settings.rate.frame_start(47);
    assert_eq!(cards[0].at, last);
}

#[test]
fn a_seed_is_thrown_until_it_is_locked() {
    let (mut harness, shot) = shot();
    harness.get_by_label("Advanced").click();
    harness.run_steps(3);
    harness.get_by_label("Throw another seed").click();
    harness.run_steps(3);
    let thrown = of(&harness, shot).seed;
    harness.get_by_label("Lock the seed").click();
    harness.run_steps(3);
    harness.get_by_label("Throw another seed").click();
    harness.run_steps(3);
    assert_eq!(of(&harness, shot).seed, thrown);
}

/// An item of the timeline that was made from the board.
fn item() -> (Harness<'static, Stage>, ItemId) {
    let mut harness = stage([1600.0, 1900.0]);
    let stage = harness.state_mut();
    let timeline = &stage.sample.studio.project().timelines[0];
    let (timeline, item) = (timeline.id, timeline.tracks[0].items[0].id);
    let session = &mut stage.editor.session;
    session.timeline = timeline;
    session.workspace = Workspace::Cut;
    session.reveal = Some(Panel::Inspector);
    session.selected.items = [item].into();
    session.selected.last = Last::Item;
    harness.run_steps(4);
    (harness, item)
}

fn now<'a>(harness: &'a Harness<'_, Stage>, item: ItemId) -> &'a Item {
    harness.state().sample.studio.project().timelines[0].item(item).unwrap()
}

#[test]
fn a_drag_of_a_number_is_one_step_of_undo() {
    let (mut harness, item) = item();
    let at = harness.get_by_label("Opacity").rect().center();
    harness.hover_at(at);
    harness.drag_at(at);
    harness.run_steps(1);
    for by in [20.0, 60.0, 100.0, 200.0] {
        harness.hover_at(at - egui::vec2(by, 0.0));
        harness.run_steps(1);
    }
    let dragged = now(&harness, item).placement.opacity;
    assert!(dragged < 900, "it is seen while it is dragged: {dragged}");
    harness.drop_at(at - egui::vec2(200.0, 0.0));
    harness.run_steps(3);
    assert!(now(&harness, item).placement.opacity < 900);
    undo(&mut harness);
    assert_eq!(now(&harness, item).placement.opacity, 1000);
}

#[test]
fn placement_sound_speed_and_transition_are_typed() {
    let (mut harness, item) = item();
    for (name, text) in [("Scale", "150"), ("Gain", "-6"), ("X", "12.5"), ("Speed", "100/2")] {
        let number = || egui_kittest::kittest::By::new().label(name).role(egui::Role::SpinButton);
        harness.get(number()).click();
        harness.run_steps(3);
        harness.event(egui::Event::Text(text.to_owned()));
        harness.run_steps(1);
        harness.key_press(Key::Enter);
        harness.run_steps(3);
    }
    harness.get_by_label("Dissolve").click();
    harness.run_steps(3);
    let item = now(&harness, item);
    assert_eq!((item.placement.scale, item.placement.position.0, item.sound.gain), (1500, 125, -600));
    assert_eq!(item.pace, Pace::Speed(1, 2));
    assert!(item.transition.is_some());
}

/// Each text is there in both languages.
#[test]
fn english_and_french_have_the_same_texts() {
    for (name, en, fr) in [
        (
            "inspector",
            include_str!("../../../../assets/locales/en/inspector.ftl"),
            include_str!("../../../../assets/locales/fr/inspector.ftl"),
        ),
        (
            "takes",
            include_str!("../../../../assets/locales/en/takes.ftl"),
            include_str!("../../../../assets/locales/fr/takes.ftl"),
        ),
        (
            "queue",
            include_str!("../../../../assets/locales/en/queue.ftl"),
            include_str!("../../../../assets/locales/fr/queue.ftl"),
        ),
        (
            "deliver",
            include_str!("../../../../assets/locales/en/deliver.ftl"),
            include_str!("../../../../assets/locales/fr/deliver.ftl"),
        ),
    ] {
        let ids = |text: &'static str| -> Vec<&'static str> {
            let lines = text.lines().filter(|line| !line.starts_with([' ', '}', '#']));
            lines.filter_map(|line| line.split_once(" =")).map(|(id, _)| id).collect()
        };
        assert_eq!(ids(en), ids(fr), "{name}");
    }
}

#[test]
fn a_name_that_is_nobodys_is_filled_in_where_the_cast_is_asked_about() {
    let (mut harness, shot) = shot();
    let args = json!({ "shot": shot, "text": "@Zoe runs" });
    harness.state_mut().sample.studio.handle("shot.write", &args).unwrap();
    harness.run_steps(3);
    harness.get_by_label("Add Zoe to the cast").click();
    harness.run_steps(4);
    assert_eq!(harness.state().editor.session.asking.map(|command| command.id), Some("cast.add"));
    harness.key_press(Key::Enter);
    harness.run_steps(4);
    let members = &harness.state().sample.studio.project().cast.members;
    assert_eq!(members.iter().map(|member| member.name.as_str()).collect::<Vec<_>>(), ["Zoe"]);
}

/// Writes /tmp/inspector-*.png to look at.
#[test]
#[ignore = "writes pictures for somebody to look at"]
fn picture() {
    for (name, size, language) in [
        ("small", [1280.0, 720.0], Language::En),
        ("large", [1600.0, 1000.0], Language::En),
        ("tall", [1280.0, 1700.0], Language::En),
        ("french", [1280.0, 1500.0], Language::Fr),
    ] {
        let mut harness = stage(size);
        let stage = harness.state_mut();
        stage.editor.session.preferences.language = Some(language);
        let shot = stage.sample.shots[4];
        stage.editor.session.selected.select_shot(shot);
        harness.run_steps(4);
        harness.render().unwrap().save(format!("/tmp/inspector-{name}.png")).unwrap();
    }
    let (mut harness, _) = item();
    harness.set_size(egui::vec2(1280.0, 1100.0));
    harness.run_steps(4);
    harness.render().unwrap().save("/tmp/inspector-item.png").unwrap();
    harness.state_mut().editor.session.preferences.language = Some(Language::Fr);
    harness.state_mut().editor.session.reveal = Some(Panel::Takes);
    let shot = harness.state().sample.shots[0];
    harness.state_mut().editor.session.selected.shots = vec![shot];
    harness.set_size(egui::vec2(1280.0, 720.0));
    harness.run_steps(4);
    harness.render().unwrap().save("/tmp/inspector-item-french.png").unwrap();
    harness.get_by_label("Plan 1-1").click();
    harness.run_steps(4);
    harness.set_size(egui::vec2(1280.0, 1600.0));
    harness.run_steps(4);
    harness.render().unwrap().save("/tmp/inspector-narrow-french.png").unwrap();
    set_language(Language::En);
}

#[test]
fn a_prompt_in_which_too_much_happens_becomes_cards() {
    let mut harness = stage([1600.0, 1000.0]);
    let shot = harness.state().sample.shots[0];
    let text = "a car drives, then it stops, then it jumps";
    let args = serde_json::json!({ "shot": shot, "field": "prompt", "text": text });
    harness.state_mut().sample.studio.handle("shot.write", &args).unwrap();
    harness.state_mut().editor.session.selected.select_shot(shot);
    harness.run_steps(4);
    harness.get_by_label("Split into 3 cards").click();
    harness.run_steps(4);
    let project = harness.state().sample.studio.project().clone();
    let made = project.storyboard.shot(shot).unwrap();
    let frames = project.settings.rate.nearest_frame(made.length);
    let cards: Vec<_> =
        made.cards.iter().map(|card| (project.settings.rate.nearest_frame(card.at), card.content.clone())).collect();
    let text = |text: &str| kinora_project::CardContent::Text(text.to_owned());
    assert_eq!(made.words.prompt, "a car drives");
    assert_eq!(cards, [(frames / 3, text("it stops")), (2 * frames / 3, text("it jumps"))]);
    harness.state_mut().sample.studio.handle("edit.undo", &serde_json::json!({})).unwrap();
    harness.run_steps(4);
    assert!(harness.state().sample.studio.project().storyboard.shot(shot).unwrap().cards.is_empty(), "one step");
}

/// A shot in which the first becomes the second.
fn blended() -> (Harness<'static, Stage>, ShotId) {
    let mut harness = stage([1600.0, 1900.0]);
    let studio = &mut harness.state_mut().sample.studio;
    let made = studio.handle("tool.blend", &json!({ "item": "V1-1", "by": "12 f", "takes": 0 })).unwrap();
    let shot = ShotId(made["shots"][0].as_u64().unwrap());
    harness.state_mut().editor.session.selected.select_shot(shot);
    harness.run_steps(4);
    (harness, shot)
}

#[test]
fn how_much_of_each_clip_is_kept_is_drawn_as_keys_that_move() {
    let (mut harness, shot) = blended();
    let keys = |harness: &Harness<'_, Stage>| of(harness, shot).passages[0].influence.clone();
    let (first, rate) = (keys(&harness), harness.state().sample.studio.project().settings.rate);
    assert_eq!(first.iter().map(|(_, level)| *level).collect::<Vec<_>>(), [0, 1000]);
    harness.get_by_label("Shot 1-1: 0 % kept at 0.25 s").focus();
    harness.run_steps(3);
    for key in [Key::ArrowUp, Key::ArrowUp, Key::ArrowLeft] {
        harness.key_press(key);
        harness.run_steps(3);
    }
    let moved = keys(&harness);
    assert_eq!((moved[1].1, rate.nearest_frame(Flicks(first[1].0.0 - moved[1].0.0))), (900, 1));
    // What is taken out by its key is the key, not the shot.
    harness.key_press(Key::Delete);
    harness.run_steps(3);
    assert_eq!(keys(&harness), first[..1]);
    undo(&mut harness);
    assert_eq!(keys(&harness), moved, "each is one step");
    harness.get_by_label("Mix").click();
    harness.run_steps(3);
    assert_eq!(keys(&harness).iter().map(|(_, level)| *level).collect::<Vec<_>>(), [0, 300, 700, 1000]);
    // A drag is one step.
    let from = harness.get_by_label_contains("Shot 1-1: 70 % kept").rect().center();
    harness.hover_at(from);
    harness.run_steps(1);
    harness.drag_at(from);
    harness.run_steps(2);
    for down in [10.0, 20.0, 30.0] {
        harness.hover_at(from + egui::vec2(0.0, down));
        harness.run_steps(1);
    }
    harness.drop_at(from + egui::vec2(0.0, 30.0));
    harness.run_steps(3);
    let dragged = keys(&harness)[1].1;
    assert!((400..900).contains(&dragged), "{dragged}");
    undo(&mut harness);
    assert_eq!(keys(&harness)[1].1, 300);
}
