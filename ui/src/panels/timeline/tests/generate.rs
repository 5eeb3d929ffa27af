//! Generating by hand: past an end, into a gap, around in and out.

use super::*;
use kinora_studio::queue::Work;

/// The video track, shots by their numbers: `1-1 48`.
fn numbered(harness: &Harness<'_, Stage>) -> String {
    let timeline = timeline(harness);
    let project = harness.state().sample.studio.project();
    let items = timeline.tracks[0].items.iter().map(|item| {
        let frames = project.settings.rate.nearest_frame(item.duration());
        let name = match &item.content {
            Content::Shot { shot, .. } => project.storyboard.number(*shot).unwrap(),
            _ => "gap".to_owned(),
        };
        format!("{name} {frames}")
    });
    items.collect::<Vec<_>>().join(" | ")
}

/// Takes that wait to be generated.
fn queued(harness: &Harness<'_, Stage>) -> usize {
    let jobs = harness.state().sample.studio.queue().jobs().unwrap();
    jobs.iter().filter(|job| matches!(job.work, Work::Generate { .. })).count()
}

#[test]
fn an_end_drawn_out_past_its_take_is_generated_in_one_step() {
    let mut harness = cut();
    harness.state_mut().editor.session.snapping = false;
    let frame = frame_width(&harness);
    let from = clip(&harness, "1-1").right_center() - Vec2::new(2.0, 0.0);
    let before = queued(&harness);
    let far = from + Vec2::new(24.0 * frame, 0.0);
    drag(&mut harness, from, far, Modifiers::NONE, |harness| {
        assert_eq!(numbered(harness), "1-1 48 | 1-2 48 | 1-3 48 | 2-1 48 | 2-2 48", "nothing is made on the way");
    });
    assert_eq!(numbered(&harness), "1-1 48 | 1-2 24 | 1-3 48 | 1-4 48 | 2-1 48 | 2-2 48");
    assert_eq!(queued(&harness), before + 1);
    undo(&mut harness);
    assert_eq!(numbered(&harness), "1-1 48 | 1-2 48 | 1-3 48 | 2-1 48 | 2-2 48");
    drag(&mut harness, from, far, Modifiers::NONE, |harness| {
        harness.key_press(Key::Escape);
        harness.run_steps(2);
    });
    assert_eq!(numbered(&harness), "1-1 48 | 1-2 48 | 1-3 48 | 2-1 48 | 2-2 48");
}

#[test]
fn g_fills_a_gap_and_makes_the_rest_of_a_clip_again() {
    let mut harness = cut();
    harness.key_press(Key::G);
    harness.run_steps(2);
    assert!(harness.state().editor.session.status.failed, "nothing is selected");
    let (id, first) = (timeline(&harness).id, nth(&harness, 0));
    let trim = json!({ "timeline": id, "item": first, "by": "-12 f" });
    harness.state_mut().sample.studio.handle("clip.trim", &trim).unwrap();
    harness.run_steps(2);
    let gap = nth(&harness, 1);
    harness.state_mut().editor.session.selected.items = [gap].into();
    harness.key_press(Key::G);
    harness.run_steps(2);
    assert_eq!(numbered(&harness), "1-1 36 | 1-2 12 | 1-3 48 | 1-4 48 | 2-1 48 | 2-2 48");
    let second = nth(&harness, 0);
    harness.state_mut().editor.session.selected.items = [second].into();
    harness.state_mut().editor.session.transport.mark_in = Some(0);
    harness.state_mut().editor.session.transport.mark_out = Some(24);
    harness.key_press(Key::G);
    harness.run_steps(2);
    assert!(numbered(&harness).starts_with("1-1 24 | 1-2 12 | 1-3 12 | "), "{}", numbered(&harness));
}

#[test]
fn a_gap_has_a_menu() {
    let mut harness = cut();
    harness.get_by_label_contains("Clip 1-3").click();
    harness.run_steps(2);
    harness.key_press(Key::Delete);
    harness.run_steps(2);
    let at = clip(&harness, "2-1").left_center() - Vec2::new(60.0, 0.0);
    harness.hover_at(at);
    harness.step();
    for pressed in [true, false] {
        let (pos, modifiers) = (at, Modifiers::NONE);
        harness.event(Event::PointerButton { pos, button: PointerButton::Secondary, pressed, modifiers });
    }
    harness.run_steps(3);
    harness.get_by_label("Generate into gap").click();
    harness.run_steps(2);
    assert!(!numbered(&harness).contains("gap"), "{}", numbered(&harness));
}

#[test]
fn a_clip_moved_over_another_becomes_a_dissolve_or_a_blend() {
    let mut harness = cut();
    harness.state_mut().editor.session.snapping = false;
    let frame = frame_width(&harness);
    let from = clip(&harness, "1-2").center() + Vec2::new(0.0, 10.0);
    let whole = "1-1 48 | 1-2 48 | 1-3 48 | 2-1 48 | 2-2 48";
    let over = |harness: &mut Harness<'_, Stage>| {
        drag(harness, from, from - Vec2::new(12.0 * frame, 0.0), Modifiers::NONE, |_| {});
        assert_eq!(numbered(harness), "1-1 36 | 1-2 48 | gap 12 | 1-3 48 | 2-1 48 | 2-2 48");
    };
    over(&mut harness);
    harness.get_by_label_contains("frames that both showed").click();
    harness.run_steps(3);
    assert_eq!(numbered(&harness), "1-1 42 | 1-2 42 | gap 12 | 1-3 48 | 2-1 48 | 2-2 48");
    let rate = harness.state().sample.studio.project().settings.rate;
    let transition = timeline(&harness).tracks[0].items[1].transition.unwrap();
    assert_eq!(rate.nearest_frame(transition.duration), 12);
    assert!(harness.query_by_label_contains("in which one becomes the other").is_none());
    undo(&mut harness);
    undo(&mut harness);
    assert_eq!(numbered(&harness), whole);
    over(&mut harness);
    let before = queued(&harness);
    harness.get_by_label_contains("in which one becomes the other").click();
    harness.run_steps(3);
    harness.get_by_label("From one to the other").click();
    harness.run_steps(3);
    assert_eq!(numbered(&harness), "1-1 36 | 1-2 12 | 1-3 36 | gap 12 | 1-4 48 | 2-1 48 | 2-2 48");
    assert_eq!(queued(&harness), before + 1);
    undo(&mut harness);
    assert_eq!(numbered(&harness), "1-1 36 | 1-2 48 | gap 12 | 1-3 48 | 2-1 48 | 2-2 48", "the blend is one step");
    harness.run_steps(2);
    assert!(
        harness.query_by_label_contains("in which one becomes the other").is_none(),
        "the chip is gone once it was used"
    );
}
