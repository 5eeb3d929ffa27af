//! The inspector's frame: sections that fold, rows of a label and what stands beside it.

use crate::theme::{BODY, HIT, Icon, SPACE, bold, regular, theme};
use crate::widgets::{fitted_text, focus_ring};
use egui::{Align2, Id, Rect, Role, Sense, Ui, Vec2, WidgetInfo};

/// How wide labels are.
const LABEL: f32 = 84.0;

/// A part of the inspector that a person can fold; whether it is open is remembered by its name.
pub(super) fn section_ui(ui: &mut Ui, name: &'static str, open_first: bool, content: impl FnOnce(&mut Ui)) {
    let theme = theme(ui.ctx());
    let key = Id::unique(("inspector-section", name));
    let mut open = ui.data(|data| data.get_temp::<bool>(key)).unwrap_or(open_first);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), HIT + SPACE[0]), Sense::click());
    let title = crate::tr!(name);
    response.widget_info(|| WidgetInfo::selected(Role::DisclosureTriangle, true, open, &title));
    let line = egui::pos2(rect.left(), rect.top());
    ui.painter().hline(line.x..=rect.right(), line.y, theme.line_stroke());
    let ink = if response.hovered() { theme.text } else { theme.text_soft };
    let icon = if open { Icon::ChevronDown } else { Icon::ChevronRight };
    icon.paint_at(ui.painter(), egui::pos2(rect.left() + 7.0, rect.center().y), 14.0, ink);
    let room = Rect::from_min_max(egui::pos2(rect.left() + 20.0, rect.top()), rect.max);
    fitted_text(ui.painter(), room, Align2::LEFT_CENTER, &title, bold(BODY - 1.0), ink);
    focus_ring(ui, rect, &response);
    if response.clicked() {
        open = !open;
        ui.data_mut(|data| data.insert_temp(key, open));
    }
    if open {
        ui.push_id(name, content);
        ui.add_space(SPACE[1]);
    }
}

/// A label, and what stands beside it: the room that is left is given to `content`.
pub(super) fn row_ui(ui: &mut Ui, label: &str, content: impl FnOnce(&mut Ui, f32)) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = SPACE[0];
        label_ui(ui, label, LABEL.min(ui.available_width() * 0.4));
        let room = ui.available_width();
        content(ui, room);
    });
}

/// A label so wide.
pub(super) fn label_ui(ui: &mut Ui, label: &str, width: f32) {
    let theme = theme(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, HIT), Sense::hover());
    let drawn = fitted_text(ui.painter(), rect, Align2::LEFT_CENTER, label, regular(BODY - 1.0), theme.text_soft);
    if drawn.width() + 1.0 >= rect.width() {
        response.on_hover_text(label);
    }
}

/// A line that explains, small.
pub(super) fn note_ui(ui: &mut Ui, text: &str) {
    let theme = theme(ui.ctx());
    ui.add(
        egui::Label::new(egui::RichText::new(text).font(regular(crate::theme::CAPTION)).color(theme.text_faint)).wrap(),
    );
}

/// As many columns as fit, of those that leave no ragged row if there are such.
pub(super) fn columns(width: f32, least: f32, count: usize) -> usize {
    let most = ((width / least) as usize).clamp(1, count.max(1));
    (most.div_ceil(2).max(1)..=most).rev().find(|columns| count.is_multiple_of(*columns)).unwrap_or(most)
}
