//! What lies over the lanes: what is outside in and out, markers, where a drag snaps and how far it went, the blade, the playhead.

use super::drag::Shown;
use super::rows::Table;
use super::touch;
use crate::session::Tool;
use crate::theme::{CAPTION, RADIUS_CLIP, Theme, mono, regular, theme};
use crate::tr;
use crate::view::View;
use egui::{Align2, Color32, FontId, Galley, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, Vec2, pos2};
use kinora_time::Flicks;
use std::sync::Arc;

/// What is outside in and out is darker; markers run down as thin lines.
pub(super) fn shades(ui: &Ui, view: &View<'_>, table: &Table) {
    let theme = theme(ui.ctx());
    let lanes = table.places.lanes;
    let transport = &view.session.transport;
    if transport.mark_in.is_some() || transport.mark_out.is_some() {
        let (from, to) = transport.marked(view.timeline_frames());
        let x = |frame: u32| table.scale.x_of(view.project().settings.rate.frame_start(i64::from(frame)));
        let (from, to) = (x(from).clamp(lanes.left(), lanes.right()), x(to).clamp(lanes.left(), lanes.right()));
        let shade = theme.background.gamma_multiply(0.6);
        ui.painter().rect_filled(lanes.with_max_x(from), 0.0, shade);
        ui.painter().rect_filled(lanes.with_min_x(to), 0.0, shade);
    }
    for marker in &table.timeline.markers {
        let x = table.scale.x_of(marker.at).round() + 0.5;
        if lanes.x_range().contains(x) {
            ui.painter().vline(x, lanes.y_range(), Stroke::new(1.0, theme.imported.gamma_multiply(0.5)));
        }
    }
}

/// Where a drag snapped and why, and how far it went.
pub(super) fn dragged(ui: &Ui, view: &View<'_>, table: &Table, shown: &Shown) {
    let theme = theme(ui.ctx());
    if let Some((at, why)) = &shown.snapped {
        snapped(ui.painter(), table, &theme, *at, &why.words());
    }
    let at = ui.input(|input| input.pointer.latest_pos());
    if let Some((track, range)) = &shown.beyond
        && let Some(row) = table.row_of(*track)
    {
        let (left, right) = (table.scale.x_of(range.start()), table.scale.x_of(range.end()));
        let rect = Rect::from_x_y_ranges(left..=right, row.lane.shrink(1.0).y_range());
        beyond(ui.painter(), &theme, rect);
        if let Some(at) = at {
            let seconds = format!("{:.1}", range.duration().as_seconds());
            let (text, place) = (tr!("timeline-generates", seconds = seconds), at + Vec2::new(14.0, 18.0));
            tag(ui.painter(), place, Align2::LEFT_TOP, &text, (regular(CAPTION), theme.on_accent, theme.accent));
        }
        return;
    }
    if let Some(at) = at {
        let mut text = offset(view, shown.by);
        if shown.between {
            text = format!("{text}  {}", tr!("timeline-inserts"));
        }
        tag(
            ui.painter(),
            at + Vec2::new(14.0, 18.0),
            Align2::LEFT_TOP,
            &text,
            (mono(CAPTION), theme.text, theme.hover),
        );
    }
}

/// What would be generated: hatched.
fn beyond(painter: &Painter, theme: &Theme, rect: Rect) {
    painter.rect_filled(rect, RADIUS_CLIP, theme.background.gamma_multiply(0.8));
    let painter = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let mut x = rect.left() - rect.height();
    while x < rect.right() {
        let line = [pos2(x, rect.bottom()), pos2(x + rect.height(), rect.top())];
        painter.line_segment(line, Stroke::new(1.0, theme.accent.gamma_multiply(0.8)));
        x += 7.0;
    }
    painter.rect_stroke(rect, RADIUS_CLIP, Stroke::new(1.0, theme.accent), StrokeKind::Inside);
}

/// A line where something snapped, with the reason at its head.
pub(super) fn snapped(painter: &Painter, table: &Table, theme: &Theme, at: Flicks, why: &str) {
    let (x, lanes) = (table.scale.x_of(at).round() + 0.5, table.places.lanes);
    if lanes.x_range().contains(x) {
        painter.vline(x, lanes.y_range(), Stroke::new(1.0, theme.text));
        let place = pos2(x + 4.0, lanes.bottom() - 4.0);
        tag(painter, place, Align2::LEFT_BOTTOM, why, (regular(CAPTION), theme.text, theme.hover));
    }
}

/// A few words on a ground of their own.
pub(super) fn tag(
    painter: &Painter,
    at: Pos2,
    align: Align2,
    text: &str,
    (font, ink, ground): (FontId, Color32, Color32),
) {
    let galley = painter.layout_no_wrap(text.to_owned(), font, ink);
    let place = align.anchor_size(at, galley.size());
    painter.rect_filled(place.expand2(Vec2::new(5.0, 3.0)), RADIUS_CLIP, ground);
    painter.galley(place.min, galley, ink);
}

/// A time as what was added: `+00:00:01:12`.
fn offset(view: &View<'_>, by: Flicks) -> String {
    let settings = &view.project().settings;
    let frames = settings.rate.nearest_frame(by);
    let sign = if frames < 0 { '−' } else { '+' };
    format!("{sign}{}", settings.timecode().of_frame(frames.abs()))
}

/// Where the blade would cut, under the pointer.
pub(super) fn blade(ui: &Ui, view: &View<'_>, table: &Table) {
    let at = ui.input(|input| input.pointer.hover_pos()).filter(|at| table.places.lanes.contains(*at));
    let at = at.filter(|_| view.session.cutting.tool == Tool::Blade && table.by_hand);
    let Some(row) = at.and_then(|at| table.row_at(at.y)).filter(|row| !row.track.locked) else { return };
    let Some(at) = at.filter(|_| ui.rect_contains_pointer(table.places.lanes)) else { return };
    let theme = theme(ui.ctx());
    let x = table.scale.x_of(touch::blade_time(view, table, at.x)).round() - 0.5;
    let everywhere = ui.input(|input| input.modifiers.shift);
    let range = if everywhere { table.places.lanes.y_range() } else { row.lane.y_range() };
    let dashes = Shape::dashed_line(&[pos2(x, range.min), pos2(x, range.max)], Stroke::new(1.0, theme.text), 3.0, 3.0);
    ui.painter().extend(dashes);
}

/// The frame that is drawn around items.
pub(super) fn frame(ui: &Ui, rect: Rect) {
    let theme = theme(ui.ctx());
    ui.painter().rect_filled(rect, 0.0, theme.accent.gamma_multiply(0.1));
    ui.painter().rect_stroke(rect, 0.0, Stroke::new(1.0, theme.accent), StrokeKind::Inside);
}

/// The playhead's tab in the ruler and what stands on it, while it is in sight.
pub(super) fn tab(ui: &Ui, view: &View<'_>, table: &Table) -> Option<(Rect, Arc<Galley>)> {
    let ruler = table.places.ruler;
    let x = playhead_x(view, table).filter(|x| ruler.x_range().expand(1.0).contains(*x))?;
    let frame = i64::from(view.session.transport.frame());
    let text = view.project().settings.timecode().of_frame(frame).to_string();
    let galley = ui.painter().layout_no_wrap(text, mono(CAPTION - 1.0), theme(ui.ctx()).on_accent);
    let size = Vec2::new(galley.size().x + 10.0, 15.0);
    let left = (x - size.x / 2.0).clamp(ruler.left(), (ruler.right() - size.x).max(ruler.left()));
    Some((Rect::from_min_size(pos2(left.round(), ruler.bottom() - 16.0), size), galley))
}

fn playhead_x(view: &View<'_>, table: &Table) -> Option<f32> {
    let frame = i64::from(view.session.transport.frame());
    let x = table.scale.x_of(view.project().settings.rate.frame_start(frame)).round() + 0.5;
    x.is_finite().then_some(x)
}

/// The playhead, from its tab in the ruler down.
pub(super) fn playhead(ui: &Ui, view: &View<'_>, table: &Table) {
    let theme = theme(ui.ctx());
    let Some(((tab, galley), x)) = tab(ui, view, table).zip(playhead_x(view, table)) else { return };
    let range = tab.center().y..=table.places.lanes.bottom();
    ui.painter().vline(x, range, Stroke::new(theme.line_width, theme.accent));
    ui.painter().rect_filled(tab, RADIUS_CLIP, theme.accent);
    ui.painter().galley(tab.center() - galley.size() / 2.0, galley, theme.on_accent);
}
