//! One of many, as a field that opens a list: by pointer, or by Space, arrows and Enter.

use super::{fitted_text, focus_ring};
use crate::theme::{BODY, HIT, ICON_SIZE, Icon, RADIUS_FIELD, SPACE, regular, theme};
use egui::{Align2, Button, Popup, Rect, Response, Role, ScrollArea, Sense, StrokeKind, Ui, Vec2, WidgetInfo, pos2};

/// The most that a list is high.
const MOST: f32 = 260.0;

/// What is shown of a choice while its list is closed.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    /// What it is called, also by screen readers.
    pub name: &'a str,
    /// What it does.
    pub tooltip: &'a str,
    /// What is chosen now; empty: nothing.
    pub chosen: &'a str,
    /// What stands there while nothing is.
    pub hint: &'a str,
}

/// Draws it so wide. `options` is asked while the list is open, and `Some` is the place of what was clicked there.
pub fn choice_ui(
    ui: &mut Ui,
    width: f32,
    choice: &Choice<'_>,
    options: impl FnOnce() -> Vec<String>,
) -> (Response, Option<usize>) {
    let theme = theme(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, HIT), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(choice.chosen.to_owned()),
        ..WidgetInfo::labeled(Role::ComboBox, enabled, choice.name)
    });
    ui.painter().rect_filled(rect, RADIUS_FIELD, if response.hovered() { theme.raised } else { theme.background });
    ui.painter().rect_stroke(rect, RADIUS_FIELD, theme.line_stroke(), StrokeKind::Inside);
    let middle = pos2(rect.right() - SPACE[1] - ICON_SIZE / 2.0, rect.center().y);
    Icon::ChevronDown.paint_at(ui.painter(), middle, ICON_SIZE - 2.0, theme.text_soft);
    let room = Rect::from_min_max(rect.min + Vec2::new(SPACE[1], 0.0), pos2(middle.x - ICON_SIZE / 2.0, rect.bottom()));
    let (text, ink) =
        if choice.chosen.is_empty() { (choice.hint, theme.text_faint) } else { (choice.chosen, theme.text) };
    fitted_text(ui.painter(), room, Align2::LEFT_CENTER, text, regular(BODY), ink);
    focus_ring(ui, rect, &response);
    let mut clicked = None;
    Popup::menu(&response).width(width).show(|ui| {
        ui.set_min_width(width - 2.0 * SPACE[0]);
        let options = options();
        let each = HIT + ui.spacing().item_spacing.y;
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical().max_height(MOST).show_rows(ui, each, options.len(), |ui, range| {
            for place in range {
                let Some(option) = options.get(place) else { continue };
                let on = option == choice.chosen;
                let button = Button::selectable(on, option).min_size(Vec2::new(ui.available_width(), each)).truncate();
                if ui.add(button).clicked() {
                    clicked = Some(place);
                    ui.close();
                }
            }
        });
    });
    if choice.tooltip.is_empty() {
        return (response, clicked);
    }
    (response.on_hover_text(choice.tooltip), clicked)
}
