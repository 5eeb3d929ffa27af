//! A line of text to write into.

use super::focus_ring;
use crate::theme::{BODY, HIT, Icon, RADIUS_FIELD, SPACE, regular, theme};
use egui::{Id, Rect, Response, Sense, StrokeKind, TextEdit, Ui, UiBuilder, Vec2, WidgetInfo, pos2};

/// A field.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    /// What it is called, for screen readers.
    pub name: &'a str,
    /// What stands in it while it is empty.
    pub hint: &'a str,
    /// An icon before the text.
    pub icon: Option<Icon>,
    /// Its own id, so that it can be given the focus.
    pub id: Id,
}

impl Field<'_> {
    /// Draws it so wide.
    pub fn show(&self, ui: &mut Ui, text: &mut String, width: f32) -> Response {
        self.show_sized(ui, text, Vec2::new(width, HIT))
    }

    /// Draws it of some size.
    pub fn show_sized(&self, ui: &mut Ui, text: &mut String, size: Vec2) -> Response {
        let theme = theme(ui.ctx());
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        ui.painter().rect_filled(rect, RADIUS_FIELD, theme.background);
        ui.painter().rect_stroke(rect, RADIUS_FIELD, theme.line_stroke(), StrokeKind::Inside);
        let mut left = rect.left() + SPACE[1];
        if let Some(icon) = self.icon {
            icon.paint_at(ui.painter(), pos2(left + 6.0, rect.center().y), 14.0, theme.text_soft);
            left += 14.0 + SPACE[0] + 2.0;
        }
        let inner = Rect::from_min_max(pos2(left, rect.top()), pos2(rect.right() - SPACE[0], rect.bottom()));
        let before = text.clone();
        let edit = TextEdit::singleline(text)
            .id(self.id)
            .frame(egui::Frame::NONE)
            .font(regular(BODY))
            .text_color(theme.text)
            .align(egui::Align2::LEFT_CENTER)
            .hint_text(egui::RichText::new(self.hint).color(theme.text_faint))
            .margin(Vec2::ZERO)
            .min_size(Vec2::new(0.0, size.y))
            .desired_width(inner.width());
        let response = ui.scope_builder(UiBuilder::new().max_rect(inner), |ui| ui.add(edit)).inner;
        response.widget_info(|| WidgetInfo {
            label: Some(self.name.to_owned()),
            ..WidgetInfo::text_edit(true, &before, &*text, self.hint)
        });
        focus_ring(ui, rect, &response);
        response
    }
}
