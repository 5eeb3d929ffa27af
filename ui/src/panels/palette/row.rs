//! A row of the palette: what it runs, where that belongs or why it can't be run now, its keys.

use super::search::Entry;
use crate::theme::{BODY, CAPTION, ICON_SIZE, SPACE, bold, regular, theme};
use crate::tr;
use crate::widgets::{fitted_text, keycaps};
use egui::text::{LayoutJob, TextFormat};
use egui::{Align2, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo, pos2};

/// Height of a row.
pub(super) const HEIGHT: f32 = 34.0;

/// Draws a row; letters at `places` of its label were typed.
pub(super) fn row_ui(ui: &mut Ui, entry: &Entry, places: &[usize], chosen: bool) -> Response {
    let theme = theme(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), HEIGHT), Sense::click());
    let on = entry.reason.is_none();
    response.widget_info(|| {
        let info = WidgetInfo::selected(Role::MenuItem, on, chosen, &entry.label);
        WidgetInfo { hint_text: entry.reason.clone(), ..info }
    });
    if chosen {
        ui.painter().rect_filled(rect.shrink2(Vec2::new(SPACE[0], 1.0)), 4.0, theme.hover);
    }
    let ink = match (on, chosen) {
        (true, _) => theme.text,
        (false, true) => theme.text_soft,
        (false, false) => theme.text_faint,
    };
    let icon = pos2(rect.left() + SPACE[3] + ICON_SIZE / 2.0, rect.center().y);
    let of_icon = if chosen && on { theme.accent } else { theme.text_soft };
    entry.icon.paint_at(ui.painter(), icon, ICON_SIZE, of_icon.gamma_multiply(if on { 1.0 } else { 0.6 }));
    let end = keycaps(ui.painter(), &theme, pos2(rect.right() - SPACE[3], rect.center().y), &entry.caps);
    let left = icon.x + ICON_SIZE / 2.0 + SPACE[2];
    let mut job = LayoutJob::default();
    for (place, letter) in entry.label.chars().enumerate() {
        let typed = places.contains(&place);
        let font = if typed { bold(BODY) } else { regular(BODY) };
        let ink = if typed && on { theme.accent } else { ink };
        job.append(letter.encode_utf8(&mut [0; 4]), 0.0, TextFormat::simple(font, ink));
    }
    job.wrap = egui::text::TextWrapping::truncate_at_width((end - left - SPACE[2]).max(0.0));
    let galley = ui.painter().layout_job(job);
    let size = galley.size();
    ui.painter().galley(pos2(left, rect.center().y - size.y / 2.0), galley, ink);
    let room = Rect::from_min_max(pos2(left + size.x + SPACE[2], rect.top()), pos2(end - SPACE[1], rect.bottom()));
    if room.width() > 40.0 {
        let faint = if chosen { theme.text_soft } else { theme.text_faint };
        let text = entry.reason.as_deref().unwrap_or(&entry.context);
        fitted_text(ui.painter(), room, Align2::LEFT_CENTER, text, regular(CAPTION + 1.0), faint);
    }
    match &entry.reason {
        Some(reason) => response.on_hover_text(tr!("palette-off", why = reason.clone())),
        None => response,
    }
}
