//! The settings as a person changes them.

use crate::session::Over;
use crate::testing::{Stage, stage};
use crate::theme::ThemeName;
use crate::{Request, Workspace};
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

fn open() -> Harness<'static, Stage> {
    let mut harness = stage([1280.0, 720.0]);
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Comma);
    harness.run_steps(4);
    harness
}

fn click(harness: &mut Harness<'static, Stage>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(4);
}

#[test]
fn a_change_counts_at_once_and_is_kept() {
    let mut harness = open();
    click(&mut harness, "Light");
    let state = harness.state();
    assert_eq!(state.editor.session.preferences.theme, ThemeName::Light);
    assert_eq!(state.requests, [Request::KeepPreferences]);
    click(&mut harness, "Reduced motion");
    assert!(harness.state().editor.session.preferences.reduced_motion);
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert_eq!(harness.state().editor.session.over, None);
}

#[test]
fn keys_are_changed_by_pressing_others_and_reset() {
    let mut harness = open();
    click(&mut harness, "Keyboard");
    click(&mut harness, "Search keys");
    harness.event(egui::Event::Text("show cut".to_owned()));
    harness.run_steps(3);
    click(&mut harness, "Keys of Show Cut");
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Y);
    harness.run_steps(3);
    let changes = harness.state().editor.session.preferences.key_changes.clone();
    assert_eq!(changes.get("workspace.cut"), Some(&vec!["Ctrl+Shift+Y".to_owned()]));
    assert_eq!(harness.state().requests.last(), Some(&Request::KeepPreferences));
    assert_eq!(harness.state().editor.session.over, Some(Over::Settings), "keys that are recorded run nothing");
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Y);
    harness.run_steps(3);
    assert_eq!(harness.state().editor.session.workspace, Workspace::Cut);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Comma);
    harness.run_steps(4);
    click(&mut harness, "Give Show Cut its preset keys back");
    assert!(harness.state().editor.session.preferences.key_changes.is_empty());
}

#[test]
fn keys_that_something_else_had_are_said() {
    let mut harness = open();
    let changes = &mut harness.state_mut().editor.session.preferences.key_changes;
    changes.insert("workspace.cut".to_owned(), vec!["Ctrl+O".to_owned()]);
    harness.run_steps(2);
    click(&mut harness, "Keyboard");
    assert!(harness.query_by_label("1 conflict").is_some());
}
