//! What lies on cuts: transitions as bow-ties, and dots where a cut was made through a source that runs on.

use super::rows::{Row, STRIP, Table};
use super::{describe, menu, touch};
use crate::theme::theme;
use crate::tr;
use crate::view::View;
use egui::{Id, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2};
use kinora_project::timeline::{Item, Transition};
use std::ops::Range;

pub(super) fn transitions_ui(ui: &mut Ui, view: &mut View<'_>, table: &mut Table, row: &Row, places: Range<usize>) {
    for place in places.start..(places.end + 1).min(row.track.items.len()) {
        let item = &row.track.items[place];
        let before = place.checked_sub(1).map(|before| &row.track.items[before]).filter(|before| !before.is_gap());
        let Some(range) = table.index.range(row.place, place) else { break };
        let cut = table.scale.x_of(range.start()).round();
        if let Some(transition) = item.transition {
            bow_tie(ui, view, table, (row, item), transition, (cut, before.is_some()));
        } else if before.is_some_and(|before| runs_on(before, item)) && table.scale.width_of(range.duration()) > 8.0 {
            let line = [pos2(cut - 0.5, row.lane.top() + STRIP + 2.0), pos2(cut - 0.5, row.lane.bottom() - 2.0)];
            let dots = Shape::dotted_line(&line, theme(ui.ctx()).text, 4.0, 1.0);
            ui.painter().extend(dots);
        }
    }
}

/// Whether nothing would be seen of a cut: the source goes on where it was cut.
fn runs_on(before: &Item, item: &Item) -> bool {
    before.content == item.content
        && before.pace == item.pace
        && before.source_range.end() == item.source_range.start()
        && !item.is_gap()
}

fn bow_tie(
    ui: &mut Ui,
    view: &mut View<'_>,
    table: &mut Table,
    (row, item): (&Row, &Item),
    transition: Transition,
    (cut, halved): (f32, bool),
) {
    let theme = theme(ui.ctx());
    let width = table.scale.width_of(transition.duration).max(4.0);
    let left = if halved { cut - width / 2.0 } else { cut };
    let rect = Rect::from_min_max(pos2(left, row.lane.top() + STRIP), pos2(left + width, row.lane.bottom()));
    if !rect.intersects(table.places.lanes) {
        return;
    }
    let touched = rect.intersect(table.places.lanes);
    let response = ui.interact(touched, Id::unique(("timeline-transition", item.id)), Sense::click());
    let frames = view.project().settings.rate.nearest_frame(transition.duration);
    let name = || tr!("timeline-transition", kind = describe::transition(transition.kind), frames = frames);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name()));
    let fill = if response.hovered() { theme.text.gamma_multiply(0.4) } else { theme.text.gamma_multiply(0.2) };
    let stroke = Stroke::new(1.0, theme.text_soft);
    let triangle = |points: [Pos2; 3]| Shape::convex_polygon(points.to_vec(), fill, stroke);
    let painter = ui.painter();
    painter.rect_filled(rect, 0.0, theme.background.gamma_multiply(0.45));
    painter.add(triangle([rect.left_top(), rect.center(), rect.left_bottom()]));
    painter.add(triangle([rect.right_top(), rect.center(), rect.right_bottom()]));
    if response.clicked() || response.secondary_clicked() {
        touch::select(view, table, row, item, false);
    }
    if response.double_clicked() {
        view.session.asking = kinora_studio::command::find("clip.set-transition");
    }
    response.context_menu(|ui| menu::transition_menu_ui(ui, view, item));
    response.on_hover_text(name());
}
