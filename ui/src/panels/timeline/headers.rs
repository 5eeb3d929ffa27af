//! Track headers: name, lock, mute, solo; under the right button more.

use super::menu;
use super::rows::{Row, Table};
use crate::theme::{BODY, CAPTION, HIT, Icon, RADIUS_FIELD, SPACE, bold, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{fitted_text, focus_ring, mixed};
use egui::{Align2, Color32, Id, Rect, Role, Sense, Ui, UiBuilder, Vec2, WidgetInfo, pos2};
use kinora_project::ASSEMBLY;
use kinora_project::timeline::TrackKind;
use serde_json::json;

pub(super) fn headers_ui(ui: &mut Ui, view: &mut View<'_>, table: &Table) {
    let column = table.places.heads;
    ui.scope_builder(UiBuilder::new().max_rect(column), |ui| {
        ui.set_clip_rect(column.intersect(ui.clip_rect()));
        for row in table.rows.iter().filter(|row| row.head.intersects(column)) {
            header_ui(ui, view, table, row);
        }
        // Under the tracks the column is for all of them.
        let below = table.rows.last().map_or(column.top(), |row| row.head.bottom() + 1.0);
        if table.by_hand && below < column.bottom() {
            let rest = Rect::from_min_max(pos2(column.left(), below), column.max);
            let response = ui.interact(rest, Id::unique("timeline-below-heads"), Sense::click());
            response.context_menu(|ui| add_menu_ui(ui, view));
        }
    });
}

fn header_ui(ui: &mut Ui, view: &mut View<'_>, table: &Table, row: &Row) {
    let theme = theme(ui.ctx());
    let track = &row.track;
    let response = ui.interact(row.head, Id::unique(("timeline-head", track.id)), Sense::click());
    let chosen = view.session.selected.track == Some(track.id);
    response.widget_info(|| {
        WidgetInfo::selected(Role::Button, true, chosen, tr!("timeline-track", name = track.name.clone()))
    });
    let ground = if response.hovered() { mixed(theme.panel, theme.raised, 0.6) } else { theme.panel };
    ui.painter().rect_filled(row.head, 0.0, ground);
    ui.painter().hline(row.head.x_range(), row.head.bottom() + 0.5, theme.line_stroke());
    if chosen {
        ui.painter().rect_filled(row.head.with_max_x(row.head.left() + 2.0), 0.0, theme.accent);
    }
    let inside = row.head.shrink2(Vec2::new(SPACE[1], 0.0)).with_min_x(row.head.left() + SPACE[2]);
    // A low header has its buttons beside the name, a high one below it.
    let low = row.head.height() < 50.0;
    let two = row.head.height() >= 50.0;
    let middle = if two { row.head.center().y - 12.0 } else { row.head.center().y };
    let name_room = Rect::from_center_size(pos2(inside.center().x, middle), Vec2::new(inside.width(), HIT));
    let name_room = if low { name_room.with_max_x(name_room.right() - HIT) } else { name_room };
    let ink = if chosen { theme.text } else { theme.text_soft };
    fitted_text(ui.painter(), name_room, Align2::LEFT_CENTER, &track.name, bold(BODY), ink);
    if !low {
        let kind = match track.kind {
            TrackKind::Video => Icon::Film,
            TrackKind::Audio => Icon::AudioLines,
            TrackKind::Title => Icon::Type,
        };
        kind.paint_at(ui.painter(), pos2(inside.right() - 8.0, middle), 13.0, theme.text_faint);
    }
    if response.clicked() && table.by_hand {
        view.session.selected.track = (!chosen).then_some(track.id);
    }
    if table.by_hand {
        response.context_menu(|ui| track_menu_ui(ui, view, row));
        response.on_hover_text(tr!("timeline-track-tip"));
        buttons_ui(ui, view, row, if two { middle + HIT } else { middle }, inside, low);
    } else {
        response.on_hover_text(tr!("timeline-assembly-locked"));
    }
}

fn buttons_ui(ui: &mut Ui, view: &mut View<'_>, row: &Row, y: f32, inside: Rect, low: bool) {
    let theme = theme(ui.ctx());
    let (timeline, track) = (view.session.timeline, &row.track);
    let (id, name, sound) = (track.id, track.name.clone(), track.sound);
    let at = |place: f32| {
        Rect::from_min_size(pos2(inside.left() - 5.0 + place * (HIT + 2.0), y - HIT / 2.0), Vec2::splat(HIT))
    };
    let lock =
        if low { at(0.0).translate(Vec2::new(inside.right() - HIT - inside.left() + 9.0, 0.0)) } else { at(0.0) };
    let (icon, label) = if track.locked {
        (Icon::Lock, tr!("timeline-unlock", name = name.clone()))
    } else {
        (Icon::LockOpen, tr!("timeline-lock", name = name.clone()))
    };
    if toggle_ui(ui, lock, Face::Icon(icon), &label, (track.locked, theme.accent)) {
        let args = json!({ "timeline": timeline, "track": id, "name": name.clone(), "locked": !track.locked });
        view.command("track.change", args);
    }
    if track.kind == TrackKind::Title {
        return;
    }
    let label = tr!("timeline-mute", name = name.clone());
    if toggle_ui(ui, at(1.0), Face::Letter("M"), &label, (sound.muted, theme.error)) {
        view.command("track.set-sound", json!({ "timeline": timeline, "track": id, "muted": !sound.muted }));
    }
    let label = tr!("timeline-solo", name = name);
    if toggle_ui(ui, at(2.0), Face::Letter("S"), &label, (sound.solo, theme.accent)) {
        view.command("track.set-sound", json!({ "timeline": timeline, "track": id, "solo": !sound.solo }));
    }
}

/// What stands on a small button.
enum Face {
    Icon(Icon),
    /// Mixers have letters.
    Letter(&'static str),
}

fn toggle_ui(ui: &Ui, rect: Rect, face: Face, name: &str, (on, colour): (bool, Color32)) -> bool {
    let theme = theme(ui.ctx());
    let response = ui.interact(rect, ui.scope_id().with(name), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, on, name));
    if response.hovered() {
        ui.painter().rect_filled(rect, RADIUS_FIELD, theme.hover);
    }
    let ink = match (on, response.hovered()) {
        (true, _) => colour,
        (false, true) => theme.text,
        (false, false) => theme.text_faint,
    };
    match face {
        Face::Icon(icon) => {
            icon.paint_at(ui.painter(), rect.center(), 14.0, ink);
        }
        Face::Letter(letter) => {
            let font = if on { bold(CAPTION + 1.0) } else { regular(CAPTION + 1.0) };
            ui.painter().text(rect.center(), Align2::CENTER_CENTER, letter, font, ink);
        }
    }
    focus_ring(ui, rect, &response);
    let clicked = response.clicked();
    response.on_hover_text(name);
    clicked
}

fn track_menu_ui(ui: &mut Ui, view: &mut View<'_>, row: &Row) {
    ui.set_min_width(200.0);
    let (timeline, track) = (view.session.timeline, &row.track);
    let id = Id::unique(("timeline-track-name", track.id));
    if let Some(name) = menu::text_line(ui, id, &tr!("timeline-track-name"), &track.name) {
        let args = json!({ "timeline": timeline, "track": track.id, "name": name, "locked": track.locked });
        view.command("track.change", args);
    }
    ui.separator();
    menu::command_line(ui, view, "track.set-sound", json!({}));
    menu::command_line(ui, view, "track.remove", json!({ "timeline": timeline, "track": track.id }));
    ui.separator();
    add_menu_ui(ui, view);
}

/// Tracks to add, named after their kind and count.
fn add_menu_ui(ui: &mut Ui, view: &mut View<'_>) {
    let timeline = view.session.timeline;
    if timeline == ASSEMBLY {
        return;
    }
    let kinds = [
        ("video", "V", TrackKind::Video, "timeline-add-video"),
        ("audio", "A", TrackKind::Audio, "timeline-add-audio"),
        ("title", "T", TrackKind::Title, "timeline-add-title"),
    ];
    for (kind, letter, of, text) in kinds {
        if menu::line(ui, &tr!(text), &tr!("timeline-add-tip"), None) {
            let count =
                view.timeline().map_or(0, |timeline| timeline.tracks.iter().filter(|track| track.kind == of).count());
            let name = format!("{letter}{}", count + 1);
            // Sound lies below pictures: the newest the lowest.
            let at = (of == TrackKind::Audio).then_some(0);
            view.command("track.add", json!({ "timeline": timeline, "name": name, "kind": kind, "at": at }));
        }
    }
}
