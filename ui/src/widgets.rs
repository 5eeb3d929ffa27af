//! Small things that several panels use. Each names itself to screen readers and to tests.

mod arithmetic;
mod choice;
mod field;
mod keycaps;
mod number;
mod segments;
mod toggle;

pub use choice::{Choice, choice_ui};
pub use field::Field;
pub use keycaps::{caps, keycaps, keys_text};
pub use number::{Number, Turned};
pub use segments::{Segment, segments_ui};
pub use toggle::toggle_ui;

use crate::theme::{BODY, CAPTION, HIT, ICON_SIZE, Icon, RADIUS_FIELD, SPACE, Theme, bold, regular, theme};
use egui::{
    Align2, Color32, FontId, Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo,
};
use std::f32::consts::TAU;

/// A button that is an icon; `name` is what it is called, also under the pointer.
pub fn icon_button(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    icon_toggle(ui, icon, name, false)
}

/// A button that is an icon and can be on.
pub fn icon_toggle(ui: &mut Ui, icon: Icon, name: &str, on: bool) -> Response {
    let theme = theme(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(HIT), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, on, name));
    if response.hovered() && enabled {
        ui.painter().rect_filled(rect, RADIUS_FIELD, theme.hover);
    }
    focus_ring(ui, rect, &response);
    let colour = match (enabled, on, response.hovered()) {
        (false, ..) => theme.text_faint.gamma_multiply(0.6),
        (true, true, _) => theme.accent,
        (true, false, true) => theme.text,
        (true, false, false) => theme.text_soft,
    };
    icon.paint_at(ui.painter(), rect.center(), ICON_SIZE, colour);
    response.on_hover_text(name)
}

/// The button that does it: there is one in a place.
pub fn primary_button(ui: &mut Ui, text: &str, size: Vec2) -> Response {
    let theme = theme(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, text));
    let (fill, ink) = if enabled { (theme.accent, theme.on_accent) } else { (theme.raised, theme.text_faint) };
    let fill = if response.hovered() && enabled { mixed(fill, theme.text, 0.12) } else { fill };
    ui.painter().rect_filled(rect, RADIUS_FIELD, fill);
    fitted_text(ui.painter(), rect.shrink2(Vec2::new(SPACE[1], 0.0)), Align2::CENTER_CENTER, text, bold(BODY), ink);
    focus_ring(ui, rect, &response);
    response
}

/// A button of some size with an icon before its words.
pub fn wide_button(ui: &mut Ui, icon: Icon, text: &str, size: Vec2) -> Response {
    let theme = theme(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, text));
    let fill = if response.hovered() && enabled { theme.hover } else { theme.raised };
    let ink = if enabled { theme.text } else { theme.text_faint };
    ui.painter().rect_filled(rect, RADIUS_FIELD, fill);
    let width = ui.painter().layout_no_wrap(text.to_owned(), regular(BODY), ink).size().x;
    let left = (rect.center().x - (width + ICON_SIZE + SPACE[1]) / 2.0).max(rect.left() + SPACE[1]);
    icon.paint_at(ui.painter(), egui::pos2(left + ICON_SIZE / 2.0, rect.center().y), ICON_SIZE, ink);
    let room = Rect::from_min_max(
        egui::pos2(left + ICON_SIZE + SPACE[1], rect.top()),
        rect.right_bottom() - Vec2::new(SPACE[0], 0.0),
    );
    fitted_text(ui.painter(), room, Align2::LEFT_CENTER, text, regular(BODY), ink);
    focus_ring(ui, rect, &response);
    response
}

/// An icon and a word: what something is, not a thing to press.
pub fn chip_ui(ui: &mut Ui, icon: Icon, text: &str, colour: Color32) -> Response {
    let width = ui.painter().layout_no_wrap(text.to_owned(), regular(BODY), colour).size().x;
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(width + ICON_SIZE + SPACE[1] + SPACE[0], HIT), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    icon.paint_at(ui.painter(), egui::pos2(rect.left() + ICON_SIZE / 2.0, rect.center().y), ICON_SIZE, colour);
    let at = egui::pos2(rect.left() + ICON_SIZE + SPACE[0], rect.center().y);
    ui.painter().text(at, Align2::LEFT_CENTER, text, regular(BODY), colour);
    response
}

/// What an empty panel says: one line, with the key to press.
pub fn empty_ui(ui: &mut Ui, icon: Icon, text: &str) {
    let theme = theme(ui.ctx());
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.3).min(120.0));
        ui.label(icon.rich(24.0).color(theme.text_faint));
        ui.add_space(SPACE[0]);
        ui.label(egui::RichText::new(text).font(regular(BODY)).color(theme.text_soft));
    });
}

/// The heading of a section.
pub fn section_ui(ui: &mut Ui, text: &str) {
    let theme = theme(ui.ctx());
    ui.add_space(SPACE[1]);
    ui.label(egui::RichText::new(text).font(bold(CAPTION)).color(theme.text_soft));
}

/// How far something is, 0 to 1, as a ring.
pub fn ring(painter: &Painter, middle: Pos2, radius: f32, part: f32, theme: &Theme) {
    painter.circle_stroke(middle, radius, Stroke::new(2.0, theme.line));
    let steps = 48;
    let end = part.clamp(0.02, 1.0);
    let points = (0..=steps)
        .map(|step| {
            let angle = TAU * (end * step as f32 / steps as f32 - 0.25);
            middle + radius * Vec2::angled(angle)
        })
        .collect();
    painter.add(Shape::line(points, Stroke::new(2.0, theme.accent)));
}

/// Shows where the keyboard is.
pub fn focus_ring(ui: &Ui, rect: Rect, response: &Response) {
    if response.has_focus() {
        let theme = theme(ui.ctx());
        ui.painter().rect_stroke(rect, RADIUS_FIELD, theme.selected_stroke(), StrokeKind::Inside);
    }
}

/// One line of text in a rectangle; what doesn't fit ends in an ellipsis.
pub fn fitted_text(painter: &Painter, rect: Rect, align: Align2, text: &str, font: FontId, colour: Color32) -> Rect {
    let mut job = egui::text::LayoutJob::single_section(text.to_owned(), egui::TextFormat::simple(font, colour));
    job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width().max(0.0));
    let galley = painter.layout_job(job);
    let place = align.align_size_within_rect(galley.size(), rect);
    painter.galley(place.min, galley, colour);
    place
}

/// Two colours mixed; `part` 1 is all of the second.
#[must_use]
pub fn mixed(a: Color32, b: Color32, part: f32) -> Color32 {
    a.lerp_to_gamma(b, part)
}
