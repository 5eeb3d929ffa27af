//! Yes or no, as a switch.

use super::focus_ring;
use crate::theme::{HIT, theme};
use egui::{Response, Role, Sense, StrokeKind, Ui, Vec2, WidgetInfo, pos2};

/// Draws it; the response has changed when it was turned.
pub fn toggle_ui(ui: &mut Ui, name: &str, on: &mut bool) -> Response {
    let theme = theme(ui.ctx());
    let (rect, mut response) = ui.allocate_exact_size(Vec2::new(34.0, HIT), Sense::click());
    let enabled = ui.is_enabled();
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    let is = *on;
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, enabled, is, name));
    let slot = egui::Rect::from_center_size(rect.center(), Vec2::new(32.0, 18.0));
    let (fill, knob) = if is { (theme.accent, theme.on_accent) } else { (theme.background, theme.text_soft) };
    ui.painter().rect_filled(slot, slot.height() / 2.0, fill);
    if !is {
        ui.painter().rect_stroke(slot, slot.height() / 2.0, theme.line_stroke(), StrokeKind::Inside);
    }
    let part = ui.ctx().animate_bool(response.id, is);
    let x = egui::lerp(slot.left() + 9.0..=slot.right() - 9.0, part);
    ui.painter().circle_filled(pos2(x, slot.center().y), 6.0, knob);
    focus_ring(ui, rect, &response);
    response.on_hover_text(name)
}
