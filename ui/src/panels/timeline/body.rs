//! How an item looks: a strip with its name in the colour of its kind, and under it what it shows.
//!
//! Deliberately not here: what a pointer does to it (`touch.rs`), transitions (`transition.rs`).

use super::describe;
use super::rows::{Row, STRIP, Table};
use super::waveform;
use crate::desk::Texture;
use crate::theme::{CAPTION, Icon, RADIUS_CLIP, SPACE, bold, mono, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{fitted_text, mixed};
use egui::epaint::RectShape;
use egui::{Align2, Color32, CornerRadius, Painter, Rect, Shape, Stroke, StrokeKind, Ui, Vec2, pos2};
use kinora_project::timeline::{Item, Run, TrackKind};
use kinora_project::{MediaId, MediaKind, Seen, ShotId, TakeId};
use kinora_studio::queue::{Pictured, State};
use kinora_time::{FLICKS_PER_SECOND, Flicks};

/// Points between the lines of a hatching.
const HATCH: f32 = 9.0;

/// A gap: nothing, unless it is selected.
pub(super) fn gap(ui: &Ui, view: &View<'_>, item: &Item, rect: Rect) {
    if view.session.selected.items.contains(&item.id) {
        let theme = theme(ui.ctx());
        ui.painter().rect_filled(rect, RADIUS_CLIP, theme.accent.gamma_multiply(0.12));
        ui.painter().rect_stroke(rect, RADIUS_CLIP, Stroke::new(1.0, theme.accent), StrokeKind::Inside);
    }
}

/// An item.
pub(super) fn item(ui: &Ui, view: &mut View<'_>, table: &mut Table, (row, place): (&Row, usize), rect: Rect) {
    let theme = theme(ui.ctx());
    let item = &row.track.items[place];
    let kind = describe::colour(&theme, view.project(), &row.track, item);
    let selected = view.session.selected.items.contains(&item.id);
    let low = row.track.kind == TrackKind::Title;
    let (strip, inside) = rect.split_top_bottom_at_y(if low { rect.bottom() } else { rect.top() + STRIP });
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    if !low {
        let below = CornerRadius { nw: 0, ne: 0, sw: RADIUS_CLIP, se: RADIUS_CLIP };
        painter.rect_filled(inside, below, mixed(theme.background, kind, 0.16));
        content(ui, &painter, view, table, (row, item), inside);
    }
    let above = if low {
        CornerRadius::same(RADIUS_CLIP)
    } else {
        CornerRadius { nw: RADIUS_CLIP, ne: RADIUS_CLIP, sw: 0, se: 0 }
    };
    let dim = item.placement.opacity == 0 || item.sound.muted && row.track.kind == TrackKind::Audio;
    let fill = mixed(theme.panel, kind, if row.track.locked || dim { 0.35 } else { 0.9 });
    painter.rect_filled(strip, above, fill);
    name(&painter, view, table, item, strip, if row.track.locked || dim { theme.text } else { theme.background });
    if row.track.locked {
        painter.rect_filled(inside, 0.0, theme.panel.gamma_multiply(0.5));
    }
    if selected {
        painter.rect_stroke(rect, RADIUS_CLIP, theme.selected_stroke(), StrokeKind::Inside);
    }
}

/// Number, words and speed on the strip, as far as they have room. They stay in sight while the item is scrolled out to the left.
fn name(painter: &Painter, view: &View<'_>, table: &mut Table, item: &Item, strip: Rect, ink: Color32) {
    let mut room = strip.intersect(table.places.lanes).shrink2(Vec2::new(6.0, 0.0));
    if room.width() < 14.0 {
        return;
    }
    if let Some(pace) = describe::pace(item.pace).filter(|_| room.width() > 90.0) {
        let right = painter.text(room.right_center(), Align2::RIGHT_CENTER, pace, mono(CAPTION - 1.0), ink);
        room.max.x = right.left() - SPACE[0];
    }
    if item.link.is_some() && room.width() > 60.0 {
        let right = Icon::Link.paint_at(painter, pos2(room.right() - 5.0, room.center().y), 10.0, ink);
        room.max.x = right.left() - SPACE[0];
    }
    let number = describe::number(view, item);
    if !number.is_empty() {
        let drawn = fitted_text(painter, room, Align2::LEFT_CENTER, number, bold(CAPTION), ink);
        room.min.x = drawn.right() + 6.0;
    }
    // A slug shows its prompt in its body, unless that says how far its take is.
    let slug = table.index.seen(item).iter().all(|part| match part.what {
        Seen::Slug(shot) => view.session.derived.job_of(shot).is_none(),
        _ => false,
    });
    let said = slug && strip.width() > 60.0;
    if room.width() > 20.0 && !said {
        let words = describe::words(view.project(), table, item);
        fitted_text(painter, room, Align2::LEFT_CENTER, words, regular(CAPTION), ink);
    }
}

/// What an item shows, part by part.
fn content(
    ui: &Ui,
    painter: &Painter,
    view: &mut View<'_>,
    table: &mut Table,
    (row, item): (&Row, &Item),
    inside: Rect,
) {
    let parts = table.index.seen(item);
    for part in parts.iter() {
        let left = inside.left() + table.scale.width_of(part.range.start());
        let right = inside.left() + table.scale.width_of(part.range.end()).min(inside.width());
        let whole = Rect::from_min_max(pos2(left.round(), inside.top()), pos2(right.round(), inside.bottom()));
        let rect = whole.intersect(table.places.lanes.expand2(Vec2::new(0.0, 1000.0)));
        if rect.width() < 1.0 {
            continue;
        }
        match &part.what {
            Seen::Take(take, run) => {
                film(painter, view, table, whole, |view, later| frame_of(view, *take, *run, later))
            }
            Seen::Media(media, run) => media_body(ui, painter, view, table, (row, item), (*media, *run), whole),
            Seen::Slug(shot) => slug(ui, painter, view, table, *shot, (whole, rect)),
            Seen::Title(_) | Seen::Nothing => {}
        }
    }
}

/// A take's picture so much later, on a grid so that the same pictures serve every zoom.
fn frame_of(view: &mut View<'_>, take: TakeId, run: Run, later: Flicks) -> Option<Texture> {
    let grid = FLICKS_PER_SECOND / 4;
    let at = Flicks(run.at(later).0.max(0) / grid * grid);
    view.desk.take_frame(take, at).or_else(|| view.desk.thumbnail(Pictured::Take(take)))
}

/// Pictures side by side, each of the time at its left edge. They are tied to the item's beginning and don't swim when it is scrolled.
fn film(
    painter: &Painter,
    view: &mut View<'_>,
    table: &Table,
    whole: Rect,
    mut picture: impl FnMut(&mut View<'_>, Flicks) -> Option<Texture>,
) {
    let aspect = aspect(view);
    let width = (whole.height() * aspect).max(8.0);
    let lanes = table.places.lanes.x_range();
    let first = ((lanes.min - whole.left()) / width).floor().max(0.0);
    let mut left = whole.left() + first * width;
    while left < whole.right().min(lanes.max) {
        let tile = Rect::from_min_size(pos2(left, whole.top()), Vec2::new(width, whole.height()));
        let later = table.scale.length_of(left - whole.left());
        if let Some(texture) = picture(view, later) {
            tile_ui(painter, texture, tile, whole);
        }
        left += width;
    }
}

/// A picture that covers its tile, cut off where the item ends, round where its corners are.
fn tile_ui(painter: &Painter, texture: Texture, tile: Rect, whole: Rect) {
    let cut = tile.intersect(whole);
    let (have, want) = (texture.size.x / texture.size.y.max(1.0), tile.width() / tile.height().max(1.0));
    // The part of the picture that the tile shows when it is covered.
    let part = if have > want { Vec2::new(want / have, 1.0) } else { Vec2::new(1.0, have / want) };
    let mut begin = (Vec2::splat(1.0) - part) / 2.0;
    // An item narrower than a picture shows its middle.
    if whole.width() < tile.width() {
        begin.x += part.x * (1.0 - whole.width() / tile.width()) / 2.0;
    }
    let uv = Rect::from_min_size(begin.to_pos2(), Vec2::new(part.x * cut.width() / tile.width(), part.y));
    let corners = CornerRadius {
        sw: if cut.left() <= whole.left() { RADIUS_CLIP } else { 0 },
        se: if cut.right() >= whole.right() { RADIUS_CLIP } else { 0 },
        ..CornerRadius::ZERO
    };
    painter.add(RectShape::filled(cut, corners, Color32::WHITE).with_texture(texture.id, uv));
}

fn aspect(view: &View<'_>) -> f32 {
    let parts = view.project().settings.aspect.split_once(':');
    let parts = parts.and_then(|(w, h)| Some((w.parse::<f32>().ok()?, h.parse::<f32>().ok()?)));
    parts.map_or(16.0 / 9.0, |(w, h)| w / h.max(1.0))
}

fn media_body(
    ui: &Ui,
    painter: &Painter,
    view: &mut View<'_>,
    table: &Table,
    (row, item): (&Row, &Item),
    (media, run): (MediaId, Run),
    whole: Rect,
) {
    let kind = view.project().media.files.get(&media).map(|file| file.kind);
    if row.track.kind == TrackKind::Audio || kind == Some(MediaKind::Audio) {
        waveform::waveform_ui(ui, painter, view, table, item, (media, run), whole);
        return;
    }
    let Some(texture) = view.desk.thumbnail(Pictured::Media(media)) else { return };
    if kind == Some(MediaKind::Still) {
        film(painter, view, table, whole, |_, _| Some(texture));
    } else {
        // Of a file there is one picture: it stands at the beginning and claims nothing about the rest.
        let tile = Rect::from_min_size(whole.min, Vec2::new(whole.height() * aspect(view), whole.height()));
        tile_ui(painter, texture, tile, whole);
    }
}

/// A part without a take: hatched, with the prompt; while its take is being made, the take as it forms.
fn slug(ui: &Ui, painter: &Painter, view: &mut View<'_>, table: &Table, shot: ShotId, (whole, rect): (Rect, Rect)) {
    let theme = theme(ui.ctx());
    let job = view.session.derived.job_of(shot).map(|job| (job.id, job.state));
    let progress = job.and_then(|(job, _)| view.desk.progress(job));
    let forms = job.filter(|(_, state)| *state == State::Running);
    if let Some((job, _)) = forms {
        let at = Flicks((view.now * FLICKS_PER_SECOND as f64) as i64);
        if view.desk.preview(job, at, 0).is_some() {
            film(painter, view, table, whole, |view, later| view.desk.preview(job, Flicks(at.0 + later.0), 0));
            if !view.session.preferences.reduced_motion {
                ui.ctx().request_repaint_after(std::time::Duration::from_millis(80));
            }
            let part = progress.map_or(0.0, |job| job.progress.step as f32 / job.progress.total.max(1) as f32);
            let line = Rect::from_min_max(pos2(whole.left(), whole.bottom() - 2.0), whole.max);
            painter.rect_filled(line, 0.0, theme.background);
            painter.rect_filled(line.with_max_x(whole.left() + whole.width() * part), 0.0, theme.accent);
            return;
        }
    }
    hatched(painter, rect, whole.left(), Stroke::new(1.0, mixed(theme.background, theme.generated, 0.34)));
    let state = match job.map(|(_, state)| state) {
        Some(State::Running) => Some((Icon::LoaderCircle, tr!("timeline-forming"), theme.accent)),
        Some(State::Waiting) => Some((Icon::Hourglass, tr!("timeline-queued"), theme.text_soft)),
        Some(State::Paused) => Some((Icon::CirclePause, tr!("timeline-held"), theme.text_soft)),
        Some(State::Failed) => Some((Icon::CircleAlert, tr!("timeline-failed"), theme.error)),
        _ => None,
    };
    let words = table.index.shot(shot).map(|shot| shot.words.prompt.as_str()).unwrap_or_default();
    label(painter, rect, words, state, theme.text, mixed(theme.background, theme.generated, 0.16));
}

/// Words on a quiet ground in the middle of a hatching, and how far the take is before them.
fn label(
    painter: &Painter,
    rect: Rect,
    words: &str,
    state: Option<(Icon, String, Color32)>,
    ink: Color32,
    ground: Color32,
) {
    let room = rect.shrink2(Vec2::new(SPACE[1], SPACE[0]));
    if room.width() < 40.0 || room.height() < 14.0 {
        return;
    }
    let (icon, text, colour) = match state {
        Some((icon, text, colour)) => (Some(icon), text, colour),
        None => (None, words.to_owned(), ink),
    };
    if text.is_empty() {
        return;
    }
    let indent = if icon.is_some() { 20.0 } else { 0.0 };
    let mut job = egui::text::LayoutJob::single_section(text, egui::TextFormat::simple(regular(CAPTION), colour));
    let rows = if room.height() >= 34.0 { 2 } else { 1 };
    let width = (room.width() - indent).min(260.0);
    job.wrap = egui::text::TextWrapping { max_width: width, max_rows: rows, ..Default::default() };
    let galley = painter.layout_job(job);
    let size = galley.size() + Vec2::new(indent, 0.0);
    let place = Align2::LEFT_CENTER.align_size_within_rect(size, room);
    painter.rect_filled(place.expand2(Vec2::new(5.0, 3.0)), RADIUS_CLIP, ground);
    if let Some(icon) = icon {
        icon.paint_at(painter, pos2(place.left() + 7.0, place.center().y), 13.0, colour);
    }
    painter.galley(pos2(place.left() + indent, place.top()), galley, colour);
}

/// Lines from lower left to upper right, tied to `origin`.
fn hatched(painter: &Painter, rect: Rect, origin: f32, stroke: Stroke) {
    let painter = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let height = rect.height();
    let mut x = origin + ((rect.left() - height - origin) / HATCH).floor() * HATCH;
    let mut lines = Vec::with_capacity(((rect.width() + height) / HATCH) as usize + 2);
    while x < rect.right() {
        lines.push(Shape::line_segment([pos2(x, rect.bottom()), pos2(x + height, rect.top())], stroke));
        x += HATCH;
    }
    painter.extend(lines);
}

/// A line with arrow heads: what is there makes room.
pub(super) fn wedge(painter: &Painter, top: egui::Pos2, height: f32, colour: Color32) {
    let bottom = pos2(top.x, top.y + height);
    painter.line_segment([top, bottom], Stroke::new(2.0, colour));
    for (y, down) in [(top.y, 6.0), (bottom.y, -6.0)] {
        let points = vec![pos2(top.x - 6.0, y), pos2(top.x + 6.0, y), pos2(top.x, y + down)];
        painter.add(Shape::convex_polygon(points, colour, Stroke::NONE));
    }
}
