//! The timeline by mouse and keyboard, on a project on disk.

mod generate;
mod pictures;

use crate::dragged::Dragged;
use crate::session::Tool;
use crate::testing::{Stage, stage};
use crate::{Panel, Workspace};
use egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, Vec2, pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use kinora_project::ItemId;
use kinora_project::timeline::{Content, Timeline, TransitionKind};
use serde_json::json;

fn cut() -> Harness<'static, Stage> {
    let mut harness = stage([1280.0, 720.0]);
    harness.state_mut().editor.session.workspace = Workspace::Cut;
    harness.state_mut().editor.session.focus = Panel::Timeline;
    let timeline = harness.state().sample.studio.project().timelines[0].id;
    harness.state_mut().editor.session.timeline = timeline;
    harness.run_steps(3);
    harness
}

fn timeline(harness: &Harness<'_, Stage>) -> Timeline {
    Timeline::clone(&harness.state().sample.studio.project().timelines[0])
}

/// The video track: shots by their order on the board from `A` on, gaps as `_`, with their lengths in frames.
fn track(harness: &Harness<'_, Stage>) -> String {
    let timeline = timeline(harness);
    let shots = &harness.state().sample.shots;
    let items = timeline.tracks.iter().find(|track| track.name == "V1").unwrap().items.iter().map(|item| {
        let frames = harness.state().sample.studio.project().settings.rate.nearest_frame(item.duration());
        let letter = match &item.content {
            Content::Shot { shot, .. } => {
                char::from(b'A' + u8::try_from(shots.iter().position(|other| other == shot).unwrap()).unwrap())
            }
            _ => '_',
        };
        format!("{letter}{frames}")
    });
    items.collect::<Vec<_>>().join(" ")
}

fn nth(harness: &Harness<'_, Stage>, place: usize) -> ItemId {
    timeline(harness).tracks[0].items[place].id
}

fn clip(harness: &Harness<'_, Stage>, number: &str) -> Rect {
    harness.get_by_label_contains(&format!("Clip {number}")).rect()
}

fn button(harness: &mut Harness<'_, Stage>, pos: Pos2, pressed: bool, modifiers: Modifiers) {
    harness.event(Event::ModifiersChanged(modifiers));
    harness.event(Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers });
}

/// A drag in steps, as a hand makes it. `before` is what happens while the button is still down.
fn drag(
    harness: &mut Harness<'_, Stage>,
    from: Pos2,
    to: Pos2,
    modifiers: Modifiers,
    before: impl FnOnce(&mut Harness<'_, Stage>),
) {
    harness.hover_at(from);
    harness.step();
    button(harness, from, true, modifiers);
    harness.step();
    for part in 1..=5 {
        harness.hover_at(from + (to - from) * (part as f32 / 5.0));
        harness.step();
    }
    before(harness);
    button(harness, to, false, modifiers);
    harness.run_steps(2);
    harness.event(Event::ModifiersChanged(Modifiers::NONE));
    harness.run_steps(1);
}

fn undo(harness: &mut Harness<'_, Stage>) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(2);
}

fn frame_width(harness: &Harness<'_, Stage>) -> f32 {
    (clip(harness, "1-1").width() + 1.0) / 48.0
}

#[test]
fn a_click_selects_and_shift_adds() {
    let mut harness = cut();
    assert_eq!(track(&harness), "A48 B48 C48 D48 E48");
    harness.get_by_label_contains("Clip 1-2").click();
    harness.run_steps(2);
    let selected = &harness.state().editor.session.selected;
    assert_eq!((selected.items.len(), selected.items.first()), (1, Some(&nth(&harness, 1))));
    assert_eq!(selected.shot(), Some(harness.state().sample.shots[1]), "the board has its shot selected too");
    let at = clip(&harness, "2-1").center();
    harness.hover_at(at);
    button(&mut harness, at, true, Modifiers::SHIFT);
    button(&mut harness, at, false, Modifiers::SHIFT);
    harness.run_steps(2);
    assert_eq!(harness.state().editor.session.selected.items.len(), 2);
}

#[test]
fn dragging_an_item_is_one_step_and_escape_takes_it_back() {
    let mut harness = cut();
    harness.state_mut().editor.session.snapping = false;
    let (from, frame) = (clip(&harness, "1-2").center(), frame_width(&harness));
    let to = from + Vec2::new(24.0 * frame, 0.0);
    drag(&mut harness, from, to, Modifiers::NONE, |harness| {
        assert_eq!(track(harness), "A48 _24 B48 C24 D48 E48", "it is seen on the way");
    });
    assert_eq!(track(&harness), "A48 _24 B48 C24 D48 E48");
    undo(&mut harness);
    assert_eq!(track(&harness), "A48 B48 C48 D48 E48");
    drag(&mut harness, from, to, Modifiers::NONE, |harness| {
        harness.key_press(Key::Escape);
        harness.run_steps(2);
        assert_eq!(track(harness), "A48 B48 C48 D48 E48");
    });
    assert_eq!(track(&harness), "A48 B48 C48 D48 E48");
}

#[test]
fn with_control_an_item_goes_in_between() {
    let mut harness = cut();
    let from = clip(&harness, "1-1").center();
    let to = from + Vec2::new(clip(&harness, "1-1").width() * 2.0 + 2.0, 0.0);
    drag(&mut harness, from, to, Modifiers::COMMAND, |_| {});
    assert_eq!(track(&harness), "B48 A48 C48 D48 E48");
}

#[test]
fn an_items_ends_are_trimmed_and_the_ripple_tool_closes_up() {
    let mut harness = cut();
    harness.state_mut().editor.session.snapping = false;
    let frame = frame_width(&harness);
    let end = |harness: &Harness<'_, Stage>| clip(harness, "1-2").right_center() - Vec2::new(2.0, 0.0);
    let from = end(&harness);
    drag(&mut harness, from, from - Vec2::new(12.0 * frame, 0.0), Modifiers::NONE, |_| {});
    assert_eq!(track(&harness), "A48 B36 _12 C48 D48 E48");
    undo(&mut harness);
    harness.key_press(Key::R);
    harness.run_steps(1);
    assert_eq!(harness.state().editor.session.cutting.tool, Tool::Ripple);
    drag(&mut harness, from, from - Vec2::new(12.0 * frame, 0.0), Modifiers::NONE, |_| {});
    assert_eq!(track(&harness), "A48 B36 C48 D48 E48");
}

#[test]
fn roll_slip_and_slide_are_tools() {
    let mut harness = cut();
    harness.state_mut().editor.session.snapping = false;
    let frame = frame_width(&harness);
    let (middle, end) = (clip(&harness, "1-3").center(), clip(&harness, "1-3").right_center() - Vec2::new(3.0, 0.0));
    let by = Vec2::new(-12.0 * frame, 0.0);
    for (key, from, after) in [
        (Key::T, end, "A48 B48 C36 D60 E48"),
        (Key::U, middle, "A48 B36 C48 D60 E48"),
        (Key::Y, middle, "A48 B48 C48 D48 E48"),
    ] {
        harness.key_press(key);
        harness.run_steps(1);
        // What would show less than the first frame of a shot can't be: D gives way only once it was trimmed.
        if key != Key::Y {
            let item = nth(&harness, 3);
            let timeline = timeline(&harness).id;
            let args = json!({ "timeline": timeline, "item": item, "by": "20 f" });
            harness.state_mut().sample.studio.handle("clip.slip", &args).unwrap();
            harness.run_steps(1);
        }
        drag(&mut harness, from, from + by, Modifiers::NONE, |_| {});
        assert_eq!(track(&harness), after, "{key:?}");
        if key == Key::Y {
            let start = timeline(&harness).tracks[0].items[2].source_range.start();
            assert_eq!(harness.state().sample.studio.project().settings.rate.nearest_frame(start), 12);
        }
        undo(&mut harness);
    }
}

#[test]
fn a_drag_snaps_to_a_cut_and_says_so() {
    let mut harness = cut();
    let frame = frame_width(&harness);
    let from = clip(&harness, "1-2").center();
    // Its end comes within a few points of the end of 1.3.
    let to = from + Vec2::new(48.0 * frame + 4.0, 0.0);
    drag(&mut harness, from, to, Modifiers::NONE, |_| {});
    assert_eq!(track(&harness), "A48 _48 B48 D48 E48");
}

#[test]
fn the_blade_cuts_where_it_is_clicked_and_b_at_the_playhead() {
    let mut harness = cut();
    harness.get_by_label("Blade").click();
    harness.run_steps(1);
    let at = clip(&harness, "1-2").center();
    harness.hover_at(at);
    harness.step();
    button(&mut harness, at, true, Modifiers::NONE);
    button(&mut harness, at, false, Modifiers::NONE);
    harness.run_steps(2);
    assert_eq!(track(&harness), "A48 B24 B24 C48 D48 E48");
    harness.key_press(Key::V);
    harness.state_mut().editor.session.transport.seek(12, 0.0);
    harness.state_mut().editor.session.selected.track = None;
    harness.run_steps(1);
    harness.key_press(Key::B);
    harness.run_steps(2);
    assert_eq!(track(&harness), "A12 A36 B24 B24 C48 D48 E48");
}

#[test]
fn keys_go_from_cut_to_cut_trim_to_the_playhead_and_remove() {
    let mut harness = cut();
    let frame = |harness: &Harness<'_, Stage>| harness.state().editor.session.transport.frame();
    for (key, at) in [(Key::ArrowDown, 48), (Key::ArrowDown, 96), (Key::ArrowUp, 48), (Key::ArrowRight, 49)] {
        harness.key_press(key);
        harness.run_steps(1);
        assert_eq!(frame(&harness), at, "{key:?}");
    }
    harness.state_mut().editor.session.transport.seek(60, 0.0);
    harness.key_press(Key::Q);
    harness.run_steps(2);
    assert_eq!(track(&harness), "A48 B36 C48 D48 E48", "Q takes what is before the playhead");
    harness.state_mut().editor.session.transport.seek(60, 0.0);
    harness.key_press(Key::W);
    harness.run_steps(2);
    assert_eq!(track(&harness), "A48 B12 C48 D48 E48", "W takes what is after it");
    harness.get_by_label_contains("Clip 1-3").click();
    harness.run_steps(2);
    harness.key_press(Key::Delete);
    harness.run_steps(2);
    assert_eq!(track(&harness), "A48 B12 _48 D48 E48");
    harness.get_by_label_contains("Clip 2-1").click();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::Delete);
    harness.run_steps(2);
    assert_eq!(track(&harness), "A48 B12 _48 E48");
    harness.get_by_label_contains("Clip 1-1").click();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::ALT, Key::ArrowRight);
    harness.run_steps(2);
    assert_eq!(track(&harness), "_1 A48 B11 _48 E48", "Alt and an arrow nudge by a frame");
}

#[test]
fn the_ruler_scrubs_and_the_wheel_zooms_to_the_pointer() {
    let mut harness = cut();
    let clip_before = clip(&harness, "1-3");
    let ruler = harness.get_by_label("Ruler of the timeline").rect();
    let at = pos2(clip_before.center().x + 1.0, ruler.center().y - 8.0);
    harness.hover_at(at);
    button(&mut harness, at, true, Modifiers::NONE);
    harness.run_steps(1);
    button(&mut harness, at, false, Modifiers::NONE);
    harness.run_steps(2);
    assert_eq!(harness.state().editor.session.transport.frame(), 2 * 48 + 24);
    let pointer = clip_before.left_center() + Vec2::new(40.0, 0.0);
    harness.hover_at(pointer);
    harness.step();
    harness.event(Event::Zoom(2.0));
    harness.run_steps(2);
    let after = clip(&harness, "1-3");
    assert!((after.left() - (pointer.x - 80.0)).abs() < 3.0, "what was under the pointer stays there: {after:?}");
    harness.key_press_modifiers(Modifiers::SHIFT, Key::Z);
    harness.run_steps(2);
    assert_eq!(clip(&harness, "1-3"), clip_before);
}

#[test]
fn the_assembly_is_not_cut_by_hand_but_made_into_a_timeline() {
    let mut harness = cut();
    harness.state_mut().editor.session.timeline = kinora_project::ASSEMBLY;
    harness.run_steps(2);
    let before = harness.state().sample.studio.project().clone();
    let from = clip(&harness, "1-2").center();
    drag(&mut harness, from, from + Vec2::new(80.0, 0.0), Modifiers::NONE, |_| {});
    assert_eq!(*harness.state().sample.studio.project(), before);
    assert!(harness.state().editor.session.status.text.contains("Assembly"));
    harness.get_by_label("Make a timeline to cut").click();
    harness.run_steps(3);
    let project = harness.state().sample.studio.project();
    assert_eq!(project.timelines.iter().map(|timeline| timeline.name.as_str()).collect::<Vec<_>>(), ["Cut 1", "Cut 2"]);
    assert_eq!(harness.state().editor.session.timeline, project.timelines[1].id);
}

#[test]
fn over_the_assembly_the_keys_leave_the_timeline_alone_that_is_not_open() {
    let mut harness = cut();
    let cut = harness.state().editor.session.timeline;
    harness.state_mut().editor.session.transport.seek(24, 0.0);
    for (open, after) in [(kinora_project::ASSEMBLY, "A48 B48 C48 D48 E48"), (cut, "A24 A24 B48 C48 D48 E48")] {
        harness.state_mut().editor.session.timeline = open;
        harness.run_steps(1);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
        harness.run_steps(2);
        assert_eq!(track(&harness), after);
        assert_eq!(harness.state().editor.session.status.text.contains("Assembly"), open != cut);
    }
}

#[test]
fn what_is_dropped_goes_over_what_is_there_and_with_control_in_between() {
    for (modifiers, after) in
        [(Modifiers::NONE, "A24 E48 B24 C48 D48 E48"), (Modifiers::COMMAND, "A24 E48 A24 B48 C48 D48 E48")]
    {
        let mut harness = cut();
        harness.state_mut().editor.session.snapping = false;
        let (shot, at) = (harness.state().sample.shots[4], clip(&harness, "1-1").center() + Vec2::new(1.0, 0.0));
        harness.hover_at(at);
        harness.step();
        egui::DragAndDrop::set_payload(&harness.ctx, Dragged::Shot(shot));
        // Pressed elsewhere long ago: only the release is seen here.
        button(&mut harness, at, false, modifiers);
        harness.step();
        harness.run_steps(2);
        assert_eq!(track(&harness), after, "{modifiers:?}");
    }
}

#[test]
fn a_locked_track_stays_and_mute_and_solo_are_on_its_header() {
    let mut harness = cut();
    for name in ["Mute V1", "Solo V1", "Lock V1"] {
        harness.get_by_label(name).click();
        harness.run_steps(2);
    }
    let track_now = timeline(&harness).tracks[0].clone();
    assert!(track_now.locked && track_now.sound.muted && track_now.sound.solo);
    let from = clip(&harness, "1-2").center();
    drag(&mut harness, from, from + Vec2::new(80.0, 0.0), Modifiers::NONE, |_| {});
    assert_eq!(track(&harness), "A48 B48 C48 D48 E48");
    assert!(harness.state().editor.session.status.text.contains("locked"));
}

#[test]
fn an_items_menu_asks_for_what_a_command_wants_to_know() {
    let mut harness = cut();
    harness.get_by_label_contains("Clip 1-2").click_secondary();
    harness.run_steps(2);
    harness.get_by_label("Set speed…").click();
    harness.run_steps(2);
    assert_eq!(harness.state().editor.session.asking.map(|command| command.id), Some("clip.set-speed"));
    assert_eq!(harness.state().editor.session.selected.items.first(), Some(&nth(&harness, 1)));
    harness.state_mut().editor.session.asking = None;
    harness.get_by_label_contains("Clip 1-2").click_secondary();
    harness.run_steps(2);
    harness.get_by_label("Remove and close up").click();
    harness.run_steps(2);
    assert_eq!(track(&harness), "A48 C48 D48 E48");
}

#[test]
fn a_marker_is_set_by_key_and_moved_by_hand() {
    let mut harness = cut();
    harness.state_mut().editor.session.snapping = false;
    harness.state_mut().editor.session.transport.seek(30, 0.0);
    harness.key_press(Key::M);
    harness.run_steps(2);
    let frames = |harness: &Harness<'_, Stage>| {
        let rate = harness.state().sample.studio.project().settings.rate;
        timeline(harness).markers.iter().map(|marker| rate.nearest_frame(marker.at)).collect::<Vec<_>>()
    };
    assert_eq!(frames(&harness), [30]);
    let (from, frame) = (harness.get_by_label("Marker 1").rect().center(), frame_width(&harness));
    drag(&mut harness, from, from + Vec2::new(60.0 * frame, 0.0), Modifiers::NONE, |_| {});
    assert_eq!(frames(&harness), [90]);
    undo(&mut harness);
    assert_eq!(frames(&harness), [30], "a drag is one step");
}

#[test]
fn a_gap_is_clicked_and_closed_and_linked_items_go_together() {
    let mut harness = cut();
    harness.get_by_label_contains("Clip 1-3").click();
    harness.run_steps(2);
    harness.key_press(Key::Delete);
    harness.run_steps(2);
    assert_eq!(track(&harness), "A48 B48 _48 D48 E48");
    let gap = clip(&harness, "2-1").left_center() - Vec2::new(60.0, 0.0);
    harness.hover_at(gap);
    harness.step();
    button(&mut harness, gap, true, Modifiers::NONE);
    button(&mut harness, gap, false, Modifiers::NONE);
    harness.run_steps(2);
    harness.key_press(Key::Delete);
    harness.run_steps(2);
    assert_eq!(track(&harness), "A48 B48 D48 E48");
    let (id, items) = (timeline(&harness).id, [nth(&harness, 0), nth(&harness, 2)]);
    let args = json!({ "timeline": id, "items": items });
    harness.state_mut().sample.studio.handle("clip.link", &args).unwrap();
    harness.run_steps(2);
    harness.get_by_label_contains("Clip 1-1").click();
    harness.run_steps(2);
    assert_eq!(harness.state().editor.session.selected.items.len(), 2);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::Delete);
    harness.run_steps(2);
    assert_eq!(track(&harness), "B48 E48");
    assert!(!harness.state().editor.session.status.failed);
}

#[test]
fn ten_thousand_clips_are_drawn_in_time() {
    // Printed, not asserted: how fast a machine is, is no behaviour.
    fn timed(harness: &mut Harness<'_, Stage>, name: &str) {
        harness.run_steps(2);
        let begin = std::time::Instant::now();
        harness.run_steps(60);
        println!("{name}: {:.2} ms a frame", begin.elapsed().as_secs_f64() * 1000.0 / 60.0);
    }
    let mut harness = cut();
    timed(&mut harness, "5 clips");
    pictures::long(&mut harness);
    harness.run_steps(3);
    timed(&mut harness, "10,000 clips, all of it");
    for (name, zoom) in [("20 points a second", 20.0), ("single frames", 400.0)] {
        harness.state_mut().editor.session.cutting.zoom = Some(zoom);
        harness.state_mut().editor.session.cutting.left = 5000.0;
        timed(&mut harness, &format!("10,000 clips, {name}"));
    }
    harness.state_mut().editor.session.cutting.zoom = Some(20.0);
    harness.state_mut().editor.session.cutting.left = 0.0;
    harness.run_steps(2);
    let from = harness.get_all_by_label_contains("Clip").nth(12).unwrap().rect().center();
    drag(&mut harness, from, from + Vec2::new(90.0, 0.0), Modifiers::NONE, |harness| {
        timed(harness, "10,000 clips, one of them dragged");
    });
    assert!(harness.state().sample.studio.history().undo_label() == Some("move"));
}
