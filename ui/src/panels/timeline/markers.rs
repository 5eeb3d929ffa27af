//! Markers in the ruler: a click goes there, a drag moves them, the right button writes on them.

use super::menu;
use super::rows::Table;
use super::snap::{REACH, Snaps, marker_name};
use crate::action::{frames, is_cut_by_hand};
use crate::intent::Intent;
use crate::theme::{CAPTION, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::fitted_text;
use egui::{Align2, Id, Key, Rect, Response, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2};
use kinora_project::timeline::Marker;
use kinora_project::{Edit, MarkerId, TimelineEdit};
use kinora_time::Flicks;
use serde_json::json;

pub(super) fn marker_ui(ui: &mut Ui, view: &mut View<'_>, table: &Table, number: usize, marker: &Marker) {
    let theme = theme(ui.ctx());
    let rect = table.places.ruler;
    let x = table.scale.x_of(marker.at).round();
    let held = held(ui) == Some(marker.id);
    if !held && (x < rect.left() - 8.0 || x > rect.right() + 8.0) {
        return;
    }
    let place = Rect::from_center_size(pos2(x, rect.top() + 9.0), Vec2::new(24.0, 18.0));
    let response = ui.interact(place, Id::unique(("timeline-marker", marker.id)), Sense::click_and_drag());
    let name = tr!("timeline-marker", name = marker_name(number, &marker.text));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let colour = if response.hovered() || held { theme.text } else { theme.imported };
    let (left, right, top, low, foot) = (x - 4.0, x + 5.0, rect.top() + 4.0, rect.top() + 11.0, rect.top() + 16.0);
    let points = vec![pos2(left, top), pos2(right, top), pos2(right, low), pos2(x + 0.5, foot), pos2(left, low)];
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    painter.add(Shape::convex_polygon(points, colour, Stroke::NONE));
    if !marker.text.is_empty() {
        let room = Rect::from_min_max(pos2(right + 3.0, rect.top() + 2.0), pos2(right + 120.0, rect.top() + 16.0));
        fitted_text(&painter, room, Align2::LEFT_CENTER, &marker.text, regular(CAPTION - 1.0), theme.text_soft);
    }
    if response.clicked() {
        let frame = view.project().settings.rate.nearest_frame(marker.at);
        let now = view.now;
        view.session.transport.seek(u32::try_from(frame).unwrap_or(0), now);
    }
    moved(ui, view, table, marker, &response);
    response.context_menu(|ui| {
        let timeline = table.timeline.id;
        let id = Id::unique(("timeline-marker-text", marker.id));
        if let Some(text) = menu::text_line(ui, id, &tr!("timeline-marker-text"), &marker.text) {
            let time = frames(view, marker.at);
            let args = json!({ "timeline": timeline, "marker": marker.id, "time": time, "text": text });
            view.command("marker.change", args);
        }
        menu::command_line(ui, view, "marker.remove", json!({ "timeline": timeline, "marker": marker.id }));
    });
    response.on_hover_text(name);
}

fn key() -> Id {
    Id::unique("timeline-marker-held")
}

/// The marker under the pointer on its way.
fn held(ui: &Ui) -> Option<MarkerId> {
    ui.data(|data| data.get_temp::<MarkerId>(key()))
}

/// A drag of a marker: one step, on frames or where it snaps; Escape takes it back.
fn moved(ui: &Ui, view: &mut View<'_>, table: &Table, marker: &Marker, response: &Response) {
    if response.drag_started() && is_cut_by_hand(view) {
        ui.data_mut(|data| data.insert_temp(key(), marker.id));
        view.out.push(Intent::BeginDrag("change-marker"));
    }
    if held(ui) != Some(marker.id) {
        return;
    }
    let (x, escape) = ui.input(|input| (input.pointer.latest_pos().map(|at| at.x), input.key_pressed(Key::Escape)));
    let wanted = x.map_or(marker.at, |x| table.scale.time_at(x));
    let rate = view.project().settings.rate;
    let near = Snaps::of(view, table, &[marker.at], true).near(wanted, table.scale.length_of(REACH)).map(|near| near.0);
    let at = near.filter(|at| *at != marker.at).unwrap_or_else(|| rate.frame_start(rate.nearest_frame(wanted)));
    let change = TimelineEdit::ChangeMarker { marker: marker.id, at: Flicks(at.0.max(0)), text: marker.text.clone() };
    let edit = Edit::Timeline(table.timeline.id, change);
    let over = escape || response.drag_stopped() || !response.dragged();
    view.out.push(match (escape, over) {
        (true, _) => Intent::CancelDrag,
        (false, true) => Intent::EndDrag(edit),
        (false, false) => Intent::Drag(edit),
    });
    if over {
        ui.data_mut(|data| data.remove::<MarkerId>(key()));
    }
}
