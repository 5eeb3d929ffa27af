//! The bar under the lanes: which part of the timeline is seen; a drag shows another.

use super::rows::Table;
use crate::theme::theme;
use crate::tr;
use crate::view::View;
use egui::{Id, Rect, Sense, Ui, WidgetInfo, pos2};

pub(super) fn bar_ui(ui: &Ui, view: &mut View<'_>, table: &Table) {
    let theme = theme(ui.ctx());
    let bar = table.places.bar;
    ui.painter().rect_filled(Rect::from_min_max(pos2(table.places.heads.left(), bar.top()), bar.max), 0.0, theme.panel);
    let shown = f64::from(table.scale.width) / table.scale.per_second;
    let all = (table.timeline.duration().as_seconds() * 1.06).max(table.scale.first + shown);
    if shown >= all * 0.999 {
        return;
    }
    let response = ui.interact(bar, Id::unique("timeline-bar"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::slider(true, table.scale.first, tr!("timeline-bar")));
    let width = bar.width();
    let length = (width * (shown / all) as f32).max(24.0).min(width);
    let way = f64::from(width - length).max(1.0);
    let left = bar.left() + (table.scale.first / (all - shown).max(1e-9) * way) as f32;
    let thumb = Rect::from_min_max(pos2(left, bar.top() + 3.0), pos2(left + length, bar.bottom() - 3.0));
    let colour = if response.hovered() || response.dragged() { theme.text_faint } else { theme.line };
    ui.painter().rect_filled(thumb, 3.0, colour);
    if response.dragged() {
        view.session.cutting.left += f64::from(response.drag_delta().x) / way * (all - shown);
    } else if let Some(at) =
        response.interact_pointer_pos().filter(|at| response.clicked() && !thumb.x_range().contains(at.x))
    {
        let part = f64::from(at.x - bar.left() - length / 2.0) / way;
        view.session.cutting.left = part.clamp(0.0, 1.0) * (all - shown);
    }
    response.on_hover_text(tr!("timeline-bar-tip"));
}
