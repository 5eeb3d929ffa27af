//! The palette and the form as a person uses them: by keyboard.

use crate::Workspace;
use crate::session::Over;
use crate::testing::{Stage, stage};
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use kinora_studio::command;

fn open() -> Harness<'static, Stage> {
    let mut harness = stage([1280.0, 720.0]);
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
    harness.run_steps(3);
    harness
}

fn type_text(harness: &mut Harness<'static, Stage>, text: &str) {
    harness.event(egui::Event::Text(text.to_owned()));
    harness.run_steps(3);
}

fn press(harness: &mut Harness<'static, Stage>, key: Key) {
    harness.key_press(key);
    harness.run_steps(3);
}

/// A field of the form; panels under it may have controls of the same name.
fn field<'a>(harness: &'a Harness<'static, Stage>, label: &'a str) -> egui_kittest::Node<'a> {
    harness.get_by_role_and_label(egui::accesskit::Role::TextInput, label)
}

/// As a person asks for a command: by the palette.
fn ask(harness: &mut Harness<'static, Stage>, id: &str) {
    harness.state_mut().editor.session.asking = command::find(id);
    harness.run_steps(3);
}

#[test]
fn what_is_typed_is_found_and_enter_runs_it() {
    let mut harness = open();
    type_text(&mut harness, "show cut");
    press(&mut harness, Key::Enter);
    let session = &harness.state().editor.session;
    assert_eq!((session.workspace, session.over), (Workspace::Cut, None));
}

#[test]
fn a_word_that_no_name_has_finds_what_is_told_about() {
    let mut harness = open();
    type_text(&mut harness, "styl");
    assert!(harness.query_by_label("Add to cast…").is_some(), "adds a person, place, prop or style");
    assert!(harness.query_by_label("Duplicate shot").is_none());
    type_text(&mut harness, "zz");
    assert!(harness.query_by_label("Add to cast…").is_none());
}

#[test]
fn the_enter_that_chooses_a_command_does_not_answer_its_form_too() {
    let mut harness = open();
    let project = harness.state().sample.studio.project().clone();
    type_text(&mut harness, "clip.overwrite");
    press(&mut harness, Key::Enter);
    let stage = harness.state();
    assert_eq!(stage.editor.session.asking.map(|command| command.id), Some("clip.overwrite"));
    assert!(std::sync::Arc::ptr_eq(stage.sample.studio.project(), &project), "nothing was put over anything");
}

#[test]
fn letters_of_a_search_run_nothing_and_esc_closes() {
    let mut harness = open();
    let shots = harness.state().sample.studio.project().storyboard.shots().count();
    type_text(&mut harness, "n");
    press(&mut harness, Key::N);
    assert_eq!(harness.state().sample.studio.project().storyboard.shots().count(), shots);
    assert_eq!(harness.state().editor.session.over, Some(Over::Palette));
    press(&mut harness, Key::Escape);
    assert_eq!(harness.state().editor.session.over, None);
}

#[test]
fn arrows_choose_and_what_was_run_comes_first_the_next_time() {
    let mut harness = open();
    type_text(&mut harness, "workspace.");
    press(&mut harness, Key::ArrowDown);
    press(&mut harness, Key::Enter);
    let chosen = harness.state().editor.session.workspace;
    assert_ne!(chosen, Workspace::Board);
    harness.state_mut().editor.session.workspace = Workspace::Board;
    harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
    harness.run_steps(3);
    press(&mut harness, Key::Enter);
    assert_eq!(harness.state().editor.session.workspace, chosen);
}

#[test]
fn what_cannot_be_done_is_there_with_its_reason_and_does_not_run() {
    let mut harness = open();
    type_text(&mut harness, "redo");
    assert!(harness.query_by_label("Redo").is_some());
    press(&mut harness, Key::Enter);
    assert_eq!(harness.state().editor.session.over, Some(Over::Palette), "it stays open");
}

#[test]
fn a_command_that_wants_to_know_something_asks_and_enter_does_it() {
    let mut harness = open();
    type_text(&mut harness, "add to cast");
    press(&mut harness, Key::Enter);
    assert_eq!(harness.state().editor.session.asking.map(|command| command.id), Some("cast.add"));
    type_text(&mut harness, "Anna");
    press(&mut harness, Key::Enter);
    let project = harness.state().sample.studio.project().clone();
    assert_eq!(project.cast.members.iter().map(|member| member.name.as_str()).collect::<Vec<_>>(), ["Anna"]);
    assert!(harness.state().editor.session.asking.is_none());
}

#[test]
fn what_is_refused_is_said_in_the_form_and_what_was_entered_stays() {
    let mut harness = open();
    press(&mut harness, Key::Escape);
    ask(&mut harness, "cast.add");
    type_text(&mut harness, "two words");
    press(&mut harness, Key::Enter);
    assert!(harness.state().editor.session.asking.is_some(), "it stays open");
    assert_eq!(field(&harness, "Name").value().as_deref(), Some("two words"));
    assert!(harness.query_all_by_label_contains("two words").next().is_some());
    press(&mut harness, Key::Escape);
    assert!(harness.state().editor.session.asking.is_none());
    assert!(harness.state().sample.studio.project().cast.members.is_empty());
}

#[test]
fn a_form_begins_with_what_is_there() {
    let mut harness = open();
    press(&mut harness, Key::Escape);
    let shot = harness.state().sample.shots[1];
    harness.state_mut().editor.session.selected.select_shot(shot);
    ask(&mut harness, "shot.write");
    assert_eq!(field(&harness, "Text").value(), Some("a red car stops".to_owned()));
}

#[test]
fn a_thing_of_the_project_is_chosen_from_a_list_of_names() {
    let mut harness = open();
    press(&mut harness, Key::Escape);
    let shot = harness.state().sample.shots[0];
    harness.state_mut().editor.session.selected.select_shot(shot);
    ask(&mut harness, "shot.set-length");
    harness.get_by_role_and_label(egui::accesskit::Role::ComboBox, "Shot").click();
    harness.run_steps(4);
    harness.get_by_label_contains("1-2  a red car stops").click();
    harness.run_steps(3);
    field(&harness, "Length").focus();
    harness.run_steps(2);
    type_text(&mut harness, "3");
    press(&mut harness, Key::Enter);
    let project = harness.state().sample.studio.project().clone();
    let seconds = |shot| project.storyboard.shot(shot).unwrap().length.0 / kinora_time::FLICKS_PER_SECOND;
    assert_eq!((seconds(harness.state().sample.shots[0]), seconds(harness.state().sample.shots[1])), (2, 3));
}

#[test]
fn a_list_is_opened_and_chosen_from_by_keyboard_and_enter_there_does_not_send() {
    let mut harness = open();
    press(&mut harness, Key::Escape);
    ask(&mut harness, "cast.add");
    type_text(&mut harness, "Hall");
    harness.get_by_role_and_label(egui::accesskit::Role::ComboBox, "Kind").focus();
    harness.run_steps(2);
    press(&mut harness, Key::Space);
    assert!(harness.query_by_label("Place").is_some(), "the list is open");
    harness.get_by_label("Place").focus();
    harness.run_steps(2);
    press(&mut harness, Key::Enter);
    assert!(harness.state().editor.session.asking.is_some(), "Enter chose, and did not send");
    assert!(harness.state().sample.studio.project().cast.members.is_empty());
    press(&mut harness, Key::Enter);
    let project = harness.state().sample.studio.project().clone();
    let members: Vec<_> = project.cast.members.iter().map(|member| (member.name.as_str(), member.kind)).collect();
    assert_eq!(members, [("Hall", kinora_project::MemberKind::Place)]);
}

#[test]
fn every_command_can_be_asked_about() {
    let mut harness = open();
    press(&mut harness, Key::Escape);
    for known in command::all() {
        ask(&mut harness, known.id);
        press(&mut harness, Key::Escape);
        assert!(harness.state().editor.session.asking.is_none(), "{}", known.id);
    }
}

#[test]
fn the_longer_of_two_shortcuts_is_meant() {
    let mut harness = open();
    press(&mut harness, Key::Escape);
    let before = harness.state().sample.studio.project().clone();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert!(!harness.state().sample.studio.project().same_document(&before));
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    harness.run_steps(3);
    assert!(harness.state().sample.studio.project().same_document(&before));
}

#[test]
fn a_key_of_a_command_that_wants_more_opens_its_form_with_what_is_known() {
    let mut harness = stage([1280.0, 720.0]);
    let stage = harness.state_mut();
    let timeline = stage.sample.studio.project().timelines[0].clone();
    let item = timeline.tracks[0].items[1].id;
    let session = &mut stage.editor.session;
    (session.workspace, session.timeline) = (Workspace::Cut, timeline.id);
    session.selected.select_item(item);
    harness.run_steps(3);
    let before = harness.state().sample.studio.project().clone();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::T);
    harness.run_steps(4);
    assert_eq!(harness.state().editor.session.asking.map(|command| command.id), Some("clip.set-transition"));
    assert!(harness.state().sample.studio.project().same_document(&before), "nothing is done yet");
    press(&mut harness, Key::Enter);
    let project = harness.state().sample.studio.project();
    let transition = project.timeline(timeline.id).unwrap().item(item).unwrap().transition;
    assert_eq!(transition.map(|it| it.duration.0), Some(kinora_time::FLICKS_PER_SECOND));
}

#[test]
fn a_form_that_lacks_nothing_begins_with_what_can_be_changed() {
    let mut harness = stage([1280.0, 720.0]);
    let stage = harness.state_mut();
    let timeline = stage.sample.studio.project().timelines[0].clone();
    let item = timeline.tracks[0].items[0].id;
    stage.editor.session.timeline = timeline.id;
    stage.editor.session.selected.select_item(item);
    let args = serde_json::json!({ "item": item, "gain": -6, "pan": 12.5 });
    stage.sample.studio.handle("clip.set-sound", &args).unwrap();
    ask(&mut harness, "clip.set-sound");
    assert_eq!(field(&harness, "Pan").value().as_deref(), Some("12.5"));
    assert!(field(&harness, "Level (dB)").is_focused());
    assert_eq!(field(&harness, "Level (dB)").value().as_deref(), Some("-6"));
}
