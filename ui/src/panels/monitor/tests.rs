//! Playing and stepping by keys land on frames exactly.

use crate::desk::Looking;
use crate::testing::stage;
use crate::{Panel, Workspace};
use egui::Key;
use egui_kittest::kittest::Queryable;
use kinora_project::ASSEMBLY;

#[test]
fn arrows_marks_and_ends_land_on_the_exact_frame() {
    let mut harness = stage([1280.0, 720.0]);
    harness.state_mut().editor.session.workspace = Workspace::Cut;
    harness.state_mut().editor.session.focus = Panel::Program;
    harness.run_steps(2);
    let looked = |harness: &egui_kittest::Harness<'_, crate::testing::Stage>| {
        harness.state().desk.looked.iter().find(|(slot, _)| *slot == 0).map(|(_, looking)| *looking)
    };
    // Ten seconds at 24: frames 0 to 239.
    for (key, frame) in [
        (Key::ArrowRight, 1),
        (Key::ArrowRight, 2),
        (Key::ArrowLeft, 1),
        (Key::End, 239),
        (Key::ArrowRight, 239),
        (Key::Home, 0),
        (Key::ArrowLeft, 0),
    ] {
        harness.key_press(key);
        harness.run_steps(2);
        assert_eq!(looked(&harness), Some(Looking::Timeline(ASSEMBLY, frame)), "{key:?}");
    }
    harness.key_press(Key::ArrowRight);
    harness.run_steps(1);
    harness.key_press(Key::I);
    harness.run_steps(1);
    harness.key_press(Key::End);
    harness.run_steps(1);
    harness.key_press(Key::O);
    harness.run_steps(2);
    let transport = &harness.state().editor.session.transport;
    assert_eq!((transport.mark_in, transport.mark_out), (Some(1), Some(240)));
}

#[test]
fn space_plays_and_space_stands_still() {
    let mut harness = stage([1280.0, 720.0]);
    harness.run_steps(2);
    harness.key_press(Key::Space);
    harness.run_steps(1);
    assert!(harness.state().editor.session.transport.is_playing());
    harness.run_steps(12);
    assert!(harness.state().editor.session.transport.frame() > 0);
    harness.key_press(Key::Space);
    harness.run_steps(1);
    assert!(!harness.state().editor.session.transport.is_playing());
}

#[test]
fn while_it_plays_the_picture_is_where_the_sound_is() {
    let mut harness = stage([1280.0, 720.0]);
    harness.run_steps(2);
    harness.key_press(Key::Space);
    harness.run_steps(1);
    harness.state_mut().desk.sound = Some(kinora_time::Flicks(kinora_time::FLICKS_PER_SECOND * 2));
    harness.run_steps(1);
    let stage = harness.state();
    assert_eq!(stage.editor.session.transport.frame(), 48);
    let (slot, hearing) = stage.desk.heard[0];
    assert_eq!((slot, hearing.speed), (0, 1.0));
    assert_eq!(hearing.moves, stage.editor.session.transport.moves(), "going on by itself is no move");
}

#[test]
fn a_cameras_move_is_drawn_over_a_still() {
    let mut harness = stage([1600.0, 1000.0]);
    let media = harness.state_mut().still("sky.png");
    let session = &mut harness.state_mut().editor.session;
    session.source = Some(crate::Source::Media(media));
    session.reveal = Some(Panel::Source);
    harness.run_steps(4);
    harness.get_by_label("Draw the camera’s move").click();
    harness.run_steps(3);
    let before = harness.state().editor.session.camera_move.clone().unwrap();
    harness.get_by_label("Last frame").focus();
    harness.run_steps(2);
    harness.key_press(Key::ArrowRight);
    harness.run_steps(2);
    let after = harness.state().editor.session.camera_move.clone().unwrap();
    assert!(after.frames[1].left() > before.frames[1].left(), "{after:?}");
    assert_eq!(after.frames[0], before.frames[0]);
    let shots = harness.state().sample.studio.project().storyboard.shots().count();
    harness.get_by_label("Animate").click();
    harness.run_steps(4);
    let project = harness.state().sample.studio.project().clone();
    let made = project.storyboard.shots().last().unwrap().clone();
    assert_eq!((project.storyboard.shots().count(), made.passages.len()), (shots + 1, 2));
    assert!(made.passages[1].crop != made.passages[0].crop);
    assert!(harness.state().editor.session.camera_move.is_none());
}
