//! The shape of the picture, which is the whole project's, and how long the shot is.

use super::section::{note_ui, row_ui};
use super::turning::{carry_out, on_a_frame};
use crate::theme::{CAPTION, RADIUS_FIELD, SPACE, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{Number, Segment, fitted_text, focus_ring, segments_ui};
use egui::{Align2, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};
use kinora_project::{BoardEdit, Edit, Shot};
use kinora_studio::planner::{ASPECTS, MAX_SECONDS};
use serde_json::json;

/// Pixels of the shorter side that exports usually have.
const LINES: [u32; 4] = [480, 720, 1080, 2160];

/// Draws length, aspect and size.
pub(super) fn shape_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot) {
    length_ui(ui, view, shot);
    aspects_ui(ui, view);
    let now = view.project().settings.lines;
    row_ui(ui, &tr!("inspector-lines"), |ui, room| {
        let of =
            |lines: u32| Segment::named(lines.to_string(), tr!("inspector-lines-hint", lines = lines), lines == now);
        if let Some(place) = segments_ui(ui, room, &LINES.map(of)) {
            view.command("project.settings", json!({ "lines": LINES[place] }));
        }
    });
    note_ui(ui, &tr!("inspector-shape-whole"));
}

fn length_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot) {
    let rate = view.project().settings.rate;
    row_ui(ui, &tr!("inspector-length"), |ui, room| {
        let (name, tooltip) = (tr!("inspector-length"), tr!("inspector-length-hint"));
        let number = Number {
            name: &name,
            tooltip: &tooltip,
            value: (shot.length.as_seconds() * 1000.0).round() / 1000.0,
            range: 1.0 / rate.as_f64()..=MAX_SECONDS,
            usual: 4.0,
            per_point: 0.02,
            decimals: 2,
            unit: " s",
        };
        let turned = number.show(ui, (room - 64.0).clamp(64.0, 96.0));
        let theme = theme(ui.ctx());
        let frames = tr!("inspector-frames-count", count = rate.nearest_frame(shot.length));
        ui.label(egui::RichText::new(frames).font(crate::theme::mono(CAPTION)).color(theme.text_faint));
        let id = shot.id;
        carry_out(
            view,
            turned,
            |seconds| Edit::Board(BoardEdit::SetLength { shot: id, length: on_a_frame(rate, seconds) }),
            |seconds| ("shot.set-length", json!({ "shot": id, "length": seconds })),
        );
    });
}

fn aspects_ui(ui: &mut Ui, view: &mut View<'_>) {
    let theme = theme(ui.ctx());
    let now = view.project().settings.aspect.clone();
    let known = |aspect: &str| view.studio.card().map_or(true, |card| card.size(aspect).is_some());
    let known = ASPECTS.map(|(aspect, ..)| known(aspect));
    let gap = SPACE[0];
    let width = ui.available_width();
    let each = Vec2::new((width + gap) / ASPECTS.len() as f32 - gap, 40.0);
    let (all, _) = ui.allocate_exact_size(Vec2::new(width, each.y), Sense::hover());
    for (place, (aspect, across, down)) in ASPECTS.into_iter().enumerate() {
        let rect = Rect::from_min_size(all.min + Vec2::new(place as f32 * (each.x + gap), 0.0), each);
        let response = ui.interact(rect, ui.scope_id().with(aspect), Sense::click());
        let (on, known) = (aspect == now, known[place]);
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, known, on, aspect));
        let hovered = response.hovered() && known;
        ui.painter().rect_filled(rect, RADIUS_FIELD, if hovered { theme.hover } else { theme.raised });
        let ink = match (known, on) {
            (false, _) => theme.text_faint.gamma_multiply(0.5),
            (true, true) => theme.accent,
            (true, false) => theme.text_soft,
        };
        if on {
            ui.painter().rect_stroke(rect, RADIUS_FIELD, theme.selected_stroke(), StrokeKind::Inside);
        }
        let ratio = across as f32 / down as f32;
        let picture = if ratio > 1.0 { Vec2::new(20.0, 20.0 / ratio) } else { Vec2::new(16.0 * ratio, 16.0) };
        let middle = egui::pos2(rect.center().x, rect.top() + 13.0);
        let picture = Rect::from_center_size(middle, picture);
        ui.painter().rect_stroke(picture, 1.0, Stroke::new(1.4, ink), StrokeKind::Inside);
        let label = Rect::from_min_max(egui::pos2(rect.left(), rect.bottom() - 17.0), rect.max);
        fitted_text(ui.painter(), label, Align2::CENTER_CENTER, aspect, regular(CAPTION), ink);
        focus_ring(ui, rect, &response);
        if response.clicked() && known && !on {
            view.command("project.settings", json!({ "aspect": aspect }));
        }
        let hint = if known { tr!("inspector-aspect-hint", aspect = aspect) } else { tr!("inspector-aspect-unknown") };
        response.on_hover_text(hint);
    }
}
