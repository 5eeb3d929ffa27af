//! The whole editor by keyboard: which panel keys go to, and what is kept when the project is let go.

use crate::session::{Over, Source};
use crate::testing::{FakeDesk, Stage, stage};
use crate::{Editor, Layouts, Panel, Preferences, Request, Workspace, target};
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

fn press(harness: &mut Harness<'_, Stage>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

fn focus(harness: &Harness<'_, Stage>) -> Panel {
    harness.state().editor.session.focus
}

#[test]
fn keys_go_to_the_main_panel_of_the_workspace_that_is_shown() {
    let mut harness = stage([1280.0, 720.0]);
    for (key, panel) in [
        (Key::Num2, Panel::Timeline),
        (Key::Num3, Panel::Takes),
        (Key::Num4, Panel::Deliver),
        (Key::Num1, Panel::Storyboard),
    ] {
        press(&mut harness, Modifiers::ALT, key);
        assert_eq!(focus(&harness), panel);
    }
    harness.get_by_label("Cut").click();
    harness.run_steps(3);
    assert_eq!(focus(&harness), Panel::Timeline);
}

#[test]
fn keys_never_go_to_a_panel_that_cannot_be_seen() {
    let mut harness = stage([1280.0, 720.0]);
    let Stage { editor, .. } = harness.state_mut();
    editor.session.workspace = Workspace::Cut;
    harness.run_steps(3);
    harness.state_mut().editor.session.focus = Panel::Library;
    harness.state_mut().editor.layouts.reveal(Workspace::Cut, Panel::Queue);
    harness.run_steps(3);
    assert_eq!(focus(&harness), Panel::Timeline, "another tab is in front of the library");
}

#[test]
fn a_menu_of_the_system_does_what_keys_do_but_not_behind_a_dialog() {
    let mut harness = stage([1280.0, 720.0]);
    harness.run_steps(3);
    let shots = |harness: &Harness<'_, Stage>| harness.state().sample.studio.project().storyboard.shots().count();
    let before = shots(&harness);
    let first = harness.state().sample.shots[0];
    harness.state_mut().editor.session.selected.select_shot(first);
    for (over, more) in [(None, 1), (Some(Over::Settings), 1)] {
        harness.state_mut().editor.session.over = over;
        harness.state_mut().editor.choose(target("board.duplicate").unwrap());
        harness.run_steps(3);
        assert_eq!(shots(&harness), before + more, "{over:?}");
    }
}

#[test]
fn without_a_project_keys_and_menu_open_one() {
    let editor = Editor::new(Preferences::default(), Layouts::default());
    let mut harness = Harness::builder().with_size([1280.0, 720.0]).build_ui_state(
        |ui, (editor, requests): &mut (Editor, Vec<Request>)| {
            requests.extend(editor.show(ui, None, &mut FakeDesk::default()));
        },
        (editor, Vec::new()),
    );
    harness.run_steps(2);
    for key in [Key::O, Key::N, Key::D] {
        harness.key_press_modifiers(Modifiers::COMMAND, key);
        harness.run_steps(2);
    }
    for id in ["help.handbook", "board.duplicate"] {
        harness.state_mut().0.choose(target(id).unwrap());
        harness.run_steps(2);
    }
    assert_eq!(harness.state().1, [Request::OpenProject, Request::NewProject, Request::Handbook]);
}

#[test]
fn f6_goes_from_panel_to_panel_and_tab_to_their_controls() {
    let mut harness = stage([1280.0, 720.0]);
    harness.run_steps(3);
    let mut seen = vec![focus(&harness)];
    for _ in 0..3 {
        press(&mut harness, Modifiers::NONE, Key::F6);
        seen.push(focus(&harness));
    }
    assert_eq!(seen, [Panel::Storyboard, Panel::Program, Panel::Inspector, Panel::Storyboard]);
    press(&mut harness, Modifiers::SHIFT, Key::F6);
    press(&mut harness, Modifiers::SHIFT, Key::F6);
    assert_eq!(focus(&harness), Panel::Program);
    press(&mut harness, Modifiers::NONE, Key::Space);
    assert!(harness.state().editor.session.transport.is_playing(), "the panel itself leaves Space to playing");
    press(&mut harness, Modifiers::NONE, Key::Space);
    press(&mut harness, Modifiers::NONE, Key::Tab);
    let focused = harness.ctx.memory(|memory| memory.focused()).and_then(|id| harness.ctx.read_response(id)).unwrap();
    let panel = harness.get_by_label("Program panel").rect();
    assert!(panel.contains_rect(focused.rect) && focused.rect.width() < panel.width());
}

#[test]
fn space_and_enter_press_the_button_that_has_the_keyboard() {
    let mut harness = stage([1280.0, 720.0]);
    harness.run_steps(3);
    for key in [Key::Space, Key::Enter] {
        harness.get_by_label("Commands").focus();
        harness.run_steps(2);
        press(&mut harness, Modifiers::NONE, key);
        let session = &harness.state().editor.session;
        assert_eq!((session.over, session.transport.is_playing()), (Some(Over::Palette), false));
        assert_eq!(session.writing, None);
        press(&mut harness, Modifiers::NONE, Key::Escape);
    }
    harness.get_by_label("Commands").focus();
    harness.run_steps(2);
    harness.get_by_label("Picture of Assembly").click();
    harness.run_steps(2);
    press(&mut harness, Modifiers::NONE, Key::Space);
    assert!(harness.state().editor.session.transport.is_playing(), "after a click in a panel Space plays again");
}

#[test]
fn the_keyboard_selects_the_card_that_it_comes_to_and_enter_writes_there() {
    let mut harness = stage([1280.0, 720.0]);
    harness.run_steps(3);
    let shots = harness.state().sample.shots.clone();
    harness.get_by_label_contains("Shot 1-2:").focus();
    harness.run_steps(3);
    assert_eq!(harness.state().editor.session.selected.shot(), Some(shots[1]));
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().editor.session.writing, Some(shots[2]));
}

#[test]
fn frame_keys_move_the_playhead_of_the_panel_that_has_the_keys() {
    let mut harness = stage([1600.0, 1000.0]);
    let stage = harness.state_mut();
    let take = *stage.sample.studio.project().arrived.takes.keys().next().unwrap();
    stage.editor.session.source = Some(Source::Take(take));
    stage.editor.session.selected.select_shot(stage.sample.shots[0]);
    stage.editor.session.workspace = Workspace::Cut;
    harness.run_steps(3);
    let frames = |harness: &Harness<'_, Stage>| {
        let session = &harness.state().editor.session;
        [&session.transport, &session.source_transport, &session.takes_transport].map(|transport| transport.frame())
    };
    harness.state_mut().editor.session.focus = Panel::Source;
    press(&mut harness, Modifiers::NONE, Key::End);
    press(&mut harness, Modifiers::NONE, Key::ArrowLeft);
    let at = frames(&harness);
    assert!(at[1] > 0 && at[0] == 0 && at[2] == 0, "{at:?}");
    harness.state_mut().editor.session.workspace = Workspace::Review;
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    assert_eq!(frames(&harness), [0, at[1], 2]);
    press(&mut harness, Modifiers::NONE, Key::Home);
    assert_eq!(frames(&harness), [0, at[1], 0]);
}

#[test]
fn a_layout_is_put_back() {
    let mut harness = stage([1280.0, 720.0]);
    harness.state_mut().editor.layouts.reveal(Workspace::Board, Panel::Source);
    harness.run_steps(3);
    assert!(!harness.state().editor.session.seen.contains(&Panel::Program));
    harness.get_by_label("Project menu").click();
    harness.run_steps(3);
    harness.get_by_label("Reset this workspace’s layout").click();
    harness.run_steps(3);
    assert!(harness.state().editor.session.seen.contains(&Panel::Program));
}

#[test]
fn hints_say_the_keys_that_a_person_chose() {
    let mut harness = stage([1280.0, 720.0]);
    harness.run_steps(3);
    assert!(harness.query_by_label("Play (Space)").is_some());
    let changes = &mut harness.state_mut().editor.session.preferences.key_changes;
    changes.insert("play.toggle".to_owned(), vec!["Ctrl+B".to_owned()]);
    harness.run_steps(3);
    assert!(harness.query_by_label("Play (Ctrl+B)").is_some());
    harness.state_mut().editor.session.preferences.key_changes.insert("play.toggle".to_owned(), Vec::new());
    harness.run_steps(3);
    assert!(harness.query_by_label("Play").is_some());
}

#[test]
fn what_is_typed_in_the_inspector_is_kept_when_the_project_is_let_go() {
    let mut harness = stage([1600.0, 1900.0]);
    let shot = harness.state().sample.shots[0];
    harness.state_mut().editor.session.selected.select_shot(shot);
    harness.run_steps(3);
    harness.get_by_label("Prompt").click();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::End);
    harness.run_steps(1);
    harness.event(egui::Event::Text(" at dawn".to_owned()));
    harness.run_steps(1);
    let Stage { sample, editor, .. } = harness.state_mut();
    editor.finish(&mut sample.studio);
    let prompt = &sample.studio.project().storyboard.shot(shot).unwrap().words.prompt;
    assert_eq!(prompt, "a red car drives from left to right at dawn");
}

#[test]
fn clips_of_a_timeline_that_cannot_be_seen_stay() {
    let mut harness = stage([1280.0, 720.0]);
    let stage = harness.state_mut();
    let timeline = stage.sample.studio.project().timelines[0].clone();
    stage.editor.session.timeline = timeline.id;
    stage.editor.session.selected.select_item(timeline.tracks[0].items[0].id);
    harness.run_steps(3);
    harness.state_mut().editor.session.focus = Panel::Program;
    press(&mut harness, Modifiers::NONE, Key::Delete);
    let now = |harness: &Harness<'_, Stage>| harness.state().sample.studio.project().timelines[0].clone();
    assert_eq!(now(&harness), timeline);
    press(&mut harness, Modifiers::ALT, Key::Num2);
    press(&mut harness, Modifiers::NONE, Key::Delete);
    assert_ne!(now(&harness), timeline);
}

#[test]
fn with_the_key_that_stops_held_down_the_shuttle_goes_by_frames() {
    let mut harness = stage([1280.0, 720.0]);
    harness.run_steps(2);
    let place = |harness: &Harness<'_, Stage>| {
        let transport = &harness.state().editor.session.transport;
        (transport.frame(), transport.is_playing())
    };
    harness.key_down(Key::K);
    for (key, frame) in [(Key::L, 1), (Key::L, 2), (Key::J, 1)] {
        harness.key_press(key);
        harness.run_steps(1);
        assert_eq!(place(&harness), (frame, false));
    }
    harness.key_up(Key::K);
    harness.key_press(Key::L);
    harness.run_steps(1);
    assert!(place(&harness).1, "alone it runs");
}

/// Writes pictures into the system's folder for such things, to look at: each workspace in the language with the longer words.
#[test]
#[ignore = "writes pictures for somebody to look at"]
fn pictures_in_french() {
    for workspace in Workspace::ALL {
        let mut harness = stage([1280.0, 720.0]);
        let stage = harness.state_mut();
        let shot = stage.sample.shots[0];
        let session = &mut stage.editor.session;
        session.preferences.language = Some(crate::words::Language::Fr);
        session.workspace = workspace;
        session.selected.select_shot(shot);
        harness.run_steps(4);
        harness.render().unwrap().save(std::env::temp_dir().join(format!("editor-{workspace:?}.png"))).unwrap();
    }
    crate::words::set_language(crate::words::Language::En);
}
