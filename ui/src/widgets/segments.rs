//! A row of choices that exclude each other, as one control.

use super::{fitted_text, focus_ring};
use crate::theme::{CAPTION, HIT, RADIUS_FIELD, SPACE, regular, theme};
use egui::{Align2, Rect, Role, Sense, Ui, Vec2, WidgetInfo};

/// One of the choices.
#[derive(Debug, Clone)]
pub struct Segment {
    /// What stands on it.
    pub text: String,
    /// What it is called, also by screen readers.
    pub name: String,
    /// What it does.
    pub tooltip: String,
    /// Whether it is chosen.
    pub on: bool,
}

impl Segment {
    /// One whose text is its name.
    #[must_use]
    pub fn named(text: String, tooltip: String, on: bool) -> Self {
        Self { name: text.clone(), text, tooltip, on }
    }
}

/// Draws the row so wide; the place of the one that was clicked.
pub fn segments_ui(ui: &mut Ui, width: f32, segments: &[Segment]) -> Option<usize> {
    let theme = theme(ui.ctx());
    let (rect, _) = ui.allocate_exact_size(Vec2::new(width, HIT), Sense::hover());
    ui.painter().rect_filled(rect, RADIUS_FIELD, theme.background);
    let each = width / segments.len().max(1) as f32;
    let mut clicked = None;
    for (place, segment) in segments.iter().enumerate() {
        let left = rect.left() + each * place as f32;
        let part = Rect::from_min_size(egui::pos2(left, rect.top()), Vec2::new(each, HIT));
        let response = ui.interact(part, ui.scope_id().with(("segment", &segment.name)), Sense::click());
        let enabled = ui.is_enabled();
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, enabled, segment.on, &segment.name));
        let ink = match (enabled, segment.on, response.hovered()) {
            (false, ..) => theme.text_faint,
            (true, true, _) => theme.accent,
            (true, false, true) => theme.text,
            (true, false, false) => theme.text_soft,
        };
        if segment.on || response.hovered() && enabled {
            ui.painter().rect_filled(part.shrink(1.0), RADIUS_FIELD, theme.hover);
        }
        let room = part.shrink2(Vec2::new(SPACE[0], 0.0));
        fitted_text(ui.painter(), room, Align2::CENTER_CENTER, &segment.text, regular(CAPTION + 1.0), ink);
        focus_ring(ui, part, &response);
        if response.clicked() {
            clicked = Some(place);
        }
        response.on_hover_text(&segment.tooltip);
    }
    clicked
}
