use crate::intent::Request;
use crate::testing::stage;
use egui::Key;
use egui_kittest::kittest::Queryable;

#[test]
fn a_drawing_is_made_for_the_selected_shot() {
    let mut harness = stage([1280.0, 720.0]);
    let shot = harness.state().sample.shots[1];
    harness.state_mut().editor.session.selected.select_shot(shot);
    harness.run_steps(3);
    harness.key_press(Key::P);
    harness.run_steps(3);
    harness.get_by_label("Blue").click();
    harness.run_steps(2);
    let rect = harness.get_by_label("The drawing").rect();
    let at = |x: f32, y: f32| egui::pos2(rect.left() + rect.width() * x, rect.top() + rect.height() * y);
    harness.hover_at(at(0.2, 0.5));
    harness.drag_at(at(0.2, 0.5));
    harness.run_steps(1);
    harness.hover_at(at(0.8, 0.5));
    harness.run_steps(1);
    harness.drop_at(at(0.8, 0.5));
    harness.run_steps(2);
    harness.get_by_label("Animate the drawing").click();
    harness.run_steps(3);
    let drawn = harness.state().requests.iter().find_map(|request| match request {
        Request::Drawn(drawn) => Some(drawn.clone()),
        _ => None,
    });
    let drawn = drawn.unwrap();
    assert_eq!((drawn.shot, drawn.width, drawn.level), (shot, 640, 650));
    assert_eq!(drawn.rgba.len(), 4 * drawn.width * drawn.height);
    let blue = drawn.rgba.chunks_exact(4).filter(|pixel| pixel[2] > 200 && pixel[0] < 60).count();
    assert!(blue > 3_000, "{blue}");
    assert_eq!(harness.state().editor.session.over, None);
    harness.key_press(Key::P);
    harness.run_steps(3);
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(harness.state().editor.session.pencil.is_none(), "Escape leaves it");
}

#[test]
fn an_arrow_alone_is_set_and_says_where_it_points() {
    let mut harness = stage([1280.0, 720.0]);
    let shot = harness.state().sample.shots[1];
    harness.state_mut().editor.session.selected.select_shot(shot);
    let of = |harness: &egui_kittest::Harness<'_, crate::testing::Stage>| {
        harness.state().sample.studio.project().storyboard.shot(shot).unwrap().clone()
    };
    let before = of(&harness).words.prompt;
    for (from, to, button, arrow, prompt) in [
        (0.8, 0.2, "Set the arrow", true, format!("{before}, from right to left")),
        (0.5, 0.5, "Set the arrow", false, before.clone()),
    ] {
        harness.run_steps(3);
        harness.key_press(Key::P);
        harness.run_steps(3);
        harness.get_by_label("Arrow").click();
        harness.run_steps(2);
        let rect = harness.get_by_label("The drawing").rect();
        let at = |x: f32| egui::pos2(rect.left() + rect.width() * x, rect.center().y);
        harness.hover_at(at(from));
        harness.drag_at(at(from));
        harness.run_steps(1);
        harness.hover_at(at(to));
        harness.run_steps(1);
        harness.drop_at(at(to));
        harness.run_steps(2);
        harness.get_by_label(button).click();
        harness.run_steps(3);
        let shot = of(&harness);
        assert_eq!((shot.arrow.is_some(), shot.words.prompt), (arrow, prompt));
        assert!(!harness.state().requests.iter().any(|request| matches!(request, Request::Drawn(_))));
    }
    harness.state_mut().sample.studio.handle("edit.undo", &serde_json::json!({})).unwrap();
    assert!(of(&harness).arrow.is_some(), "arrow and words are one step");
}
