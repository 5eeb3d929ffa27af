//! The inspector's foot: the one button that generates, in two parts, with what it will take; and the whole scene.

use super::outlook::{Outlook, outlook};
use crate::action::{Quality, generate};
use crate::intent::Intent;
use crate::panels::time_left::range;
use crate::theme::{BODY, CAPTION, HIT, ICON_SIZE, Icon, RADIUS_FIELD, SPACE, bold, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{fitted_text, focus_ring, mixed};
use egui::{Align2, CornerRadius, Rect, Role, Sense, Ui, Vec2, WidgetInfo};
use kinora_project::Shot;
use kinora_studio::queue::TimeLeft;
use serde_json::json;

/// How high the foot is.
pub(super) const HEIGHT: f32 = 44.0 + HIT + 2.5 * SPACE[1];

/// Draws it into a rectangle of that height.
pub(super) fn foot_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot, rect: Rect) {
    let theme = theme(ui.ctx());
    ui.painter().hline(rect.x_range(), rect.top(), theme.line_stroke());
    let inside = rect.shrink2(Vec2::new(SPACE[2], SPACE[1]));
    let outlook = outlook(ui, view, shot.id);
    let button = Rect::from_min_size(inside.min, Vec2::new(inside.width(), 44.0));
    for quality in [Quality::Draft, Quality::Best] {
        part_ui(ui, view, shot, &outlook, quality, button);
    }
    let scene =
        Rect::from_min_size(egui::pos2(inside.left(), button.bottom() + SPACE[0]), Vec2::new(inside.width(), HIT));
    scene_ui(ui, view, &outlook, scene);
}

fn part_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot, outlook: &Outlook, quality: Quality, button: Rect) {
    let theme = theme(ui.ctx());
    let (left, right) = button.split_left_right_at_fraction(0.5);
    let (rect, name, time) = match quality {
        Quality::Draft => (left, tr!("inspector-draft"), outlook.draft),
        Quality::Best => (right, tr!("inspector-best"), outlook.best),
    };
    let hint = match quality {
        Quality::Draft => view.hint(&tr!("inspector-draft-hint"), "shot.draft"),
        Quality::Best => view.hint(&tr!("inspector-best-hint"), "shot.best"),
    };
    let enabled = outlook.reason.is_none();
    let response = ui.interact(rect, ui.scope_id().with(("generate", name.as_str())), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, &name));
    let (fill, ink) = if enabled { (theme.accent, theme.on_accent) } else { (theme.raised, theme.text_faint) };
    let fill = match (enabled, response.is_pointer_button_down_on(), response.hovered()) {
        (true, true, _) => mixed(fill, theme.on_accent, 0.12),
        (true, false, true) => mixed(fill, theme.text, 0.16),
        _ => fill,
    };
    let (near, far) = if quality == Quality::Draft { (RADIUS_FIELD, 0) } else { (0, RADIUS_FIELD) };
    let corners = CornerRadius { nw: near, sw: near, ne: far, se: far };
    ui.painter().rect_filled(rect, corners, fill);
    if quality == Quality::Best {
        let line = egui::Stroke::new(1.0, ink.gamma_multiply(0.35));
        ui.painter().vline(rect.left(), rect.top() + SPACE[1]..=rect.bottom() - SPACE[1], line);
    }
    let room = rect.shrink2(Vec2::new(SPACE[1], 5.0));
    let (above, below) = room.split_top_bottom_at_fraction(0.52);
    let count = view.session.variations;
    let title = if count > 1 { tr!("inspector-times", name = name.clone(), count = count) } else { name.clone() };
    fitted_text(ui.painter(), above, Align2::CENTER_CENTER, &title, bold(BODY), ink);
    fitted_text(ui.painter(), below, Align2::CENTER_CENTER, &expected(time), regular(CAPTION), ink);
    focus_ring(ui, rect, &response);
    if response.clicked() && enabled {
        // From a clip of the timeline its shot is generated.
        if view.shot() != Some(shot.id) {
            view.session.selected.shots = vec![shot.id];
        }
        generate(view, quality);
    }
    response.on_hover_text(outlook.reason.clone().unwrap_or(hint));
}

fn expected(time: Option<TimeLeft>) -> String {
    time.map_or_else(|| tr!("inspector-time-unknown"), range)
}

/// All shots of the scene that want a take.
fn scene_ui(ui: &mut Ui, view: &mut View<'_>, outlook: &Outlook, rect: Rect) {
    let theme = theme(ui.ctx());
    let count = outlook.open.len();
    let enabled = count > 0;
    let name = tr!("inspector-scene");
    let text = match (count, outlook.scene) {
        (0, _) => tr!("inspector-scene-done"),
        (_, Some(time)) => tr!("inspector-scene-time", count = count, time = range(time)),
        (_, None) => tr!("inspector-scene-count", count = count),
    };
    let response = ui.interact(rect, ui.scope_id().with("generate-scene"), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, &name));
    let hovered = response.hovered() && enabled;
    if hovered {
        ui.painter().rect_filled(rect, RADIUS_FIELD, theme.hover);
    }
    let ink = match (enabled, hovered) {
        (false, _) => theme.text_faint,
        (true, true) => theme.text,
        (true, false) => theme.text_soft,
    };
    let width = ui.painter().layout_no_wrap(text.clone(), regular(BODY - 1.0), ink).size().x + ICON_SIZE + SPACE[0];
    let left = (rect.center().x - width / 2.0).max(rect.left() + SPACE[0]);
    Icon::Clapperboard.paint_at(ui.painter(), egui::pos2(left + 7.0, rect.center().y), 14.0, ink);
    let room = Rect::from_min_max(egui::pos2(left + ICON_SIZE + SPACE[0], rect.top()), rect.max);
    fitted_text(ui.painter(), room, Align2::LEFT_CENTER, &text, regular(BODY - 1.0), ink);
    focus_ring(ui, rect, &response);
    if response.clicked() && enabled {
        let takes = view.session.variations;
        let steps = view.session.steps;
        let generate = |shot| ("shot.generate", json!({ "shot": shot, "takes": takes, "steps": steps }));
        view.out.push(Intent::Commands(outlook.open.iter().map(generate).collect()));
    }
    response.on_hover_text(if enabled { tr!("inspector-scene-hint") } else { tr!("inspector-scene-none") });
}
