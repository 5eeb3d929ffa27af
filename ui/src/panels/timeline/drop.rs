//! What is dragged here from the takes, the library and the board: a ghost of where it would lie, and the command when it is let go.

use super::rows::{Row, Table};
use super::snap::{REACH, Snaps};
use super::{body, overlay};
use crate::action::frames;
use crate::dragged::Dragged;
use crate::session::Status;
use crate::theme::{CAPTION, RADIUS_CLIP, bold, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{fitted_text, mixed};
use egui::{Align2, CursorIcon, DragAndDrop, Pos2, Rect, Stroke, StrokeKind, Ui, Vec2, pos2};
use kinora_project::timeline::TrackKind;
use kinora_project::{MediaKind, Project};
use kinora_time::{Flicks, TimeRange};
use serde_json::json;

/// What comes in: how long it is, whether that has to be said, and what it is called.
struct Coming {
    length: Flicks,
    /// A still has no length of its own.
    still: bool,
    sound: bool,
    name: String,
}

impl Coming {
    fn of(view: &View<'_>, dragged: Dragged) -> Option<Self> {
        let project: &Project = view.project();
        let usual = project.settings.rate.frame_start(project.settings.rate.as_f64().round() as i64 * 2);
        let number = |shot| tr!("timeline-ghost-shot", number = view.session.derived.number(shot).to_owned());
        Some(match dragged {
            Dragged::Take(take) => {
                let take = project.arrived.takes.get(&take)?;
                Self { length: take.duration(), still: false, sound: false, name: number(take.shot) }
            }
            Dragged::Shot(shot) => {
                let length = project.storyboard.shot(shot)?.length;
                Self { length, still: false, sound: false, name: number(shot) }
            }
            Dragged::Media(media) => {
                let file = project.media.files.get(&media)?;
                let known = project.arrived.facts.get(&media).map(|facts| facts.duration).filter(|length| length.0 > 0);
                let (sound, name) = (file.kind == MediaKind::Audio, file.name.clone());
                Self { length: known.unwrap_or(usual), still: known.is_none(), sound, name }
            }
        })
    }
}

/// Shows the ghost of what is over the lanes, and takes it when it is let go.
pub(super) fn drop_ui(ui: &Ui, view: &mut View<'_>, table: &Table) {
    let Some(dragged) = DragAndDrop::payload::<Dragged>(ui.ctx()) else { return };
    let Some(at) = ui.input(|input| input.pointer.latest_pos()).filter(|at| table.places.lanes.contains(*at)) else {
        return;
    };
    let Some(coming) = Coming::of(view, *dragged) else { return };
    let theme = theme(ui.ctx());
    let released = ui.input(|input| input.pointer.any_released());
    let refused = if !table.by_hand {
        Some(tr!("timeline-assembly-locked"))
    } else {
        let row = row_for(table, at, &coming);
        row.is_none().then(|| tr!("timeline-no-track-for-it"))
    };
    if let Some(why) = refused {
        ui.set_cursor_icon(CursorIcon::NotAllowed);
        overlay::tag(
            ui.painter(),
            at + Vec2::new(14.0, 18.0),
            Align2::LEFT_TOP,
            &why,
            (bold(CAPTION), theme.text, theme.hover),
        );
        if released {
            DragAndDrop::clear_payload(ui.ctx());
            view.session.status = Status { text: why, failed: true, undo: false };
        }
        return;
    }
    let Some(row) = row_for(table, at, &coming) else { return };
    let insert = ui.input(|input| input.modifiers.command);
    let (time, snapped) = landing(view, table, at.x, coming.length);
    if let Some((line, why)) = snapped {
        overlay::snapped(ui.painter(), table, &theme, line, &why);
    }
    ghost(ui, table, row, &coming, time, insert);
    if released {
        DragAndDrop::clear_payload(ui.ctx());
        put(view, table, row, *dragged, &coming, time, insert);
    }
}

/// The track under the pointer if it can take it; else the nearest that can.
fn row_for<'a>(table: &'a Table, at: Pos2, coming: &Coming) -> Option<&'a Row> {
    let wanted = if coming.sound { TrackKind::Audio } else { TrackKind::Video };
    let fits = table.rows.iter().filter(|row| row.track.kind == wanted && !row.track.locked);
    let away = |row: &&Row| {
        let (top, bottom) = (row.lane.top(), row.lane.bottom());
        (if at.y < top { top - at.y } else { (at.y - bottom).max(0.0) }) as i32
    };
    fits.min_by_key(away)
}

/// When it would begin: the pointer holds its beginning; its beginning or end snaps.
fn landing(view: &View<'_>, table: &Table, x: f32, length: Flicks) -> (Flicks, Option<(Flicks, String)>) {
    let wanted = table.scale.time_at(x);
    let snaps = Snaps::of(view, table, &[], true);
    let reach = table.scale.length_of(REACH);
    let near = [Flicks(0), length].into_iter().filter_map(|into| {
        let (at, why) = snaps.near(Flicks(wanted.0 + into.0), reach)?;
        Some((Flicks(at.0 - into.0), (at, why.words())))
    });
    let near = near.filter(|(start, _)| start.0 >= 0).min_by_key(|(start, _)| (start.0 - wanted.0).abs());
    if let Some((start, snapped)) = near {
        return (start, Some(snapped));
    }
    let rate = view.project().settings.rate;
    (rate.frame_start(rate.nearest_frame(wanted).max(0)), None)
}

fn ghost(ui: &Ui, table: &Table, row: &Row, coming: &Coming, time: Flicks, insert: bool) {
    let theme = theme(ui.ctx());
    let rect = table.rect_of(row, TimeRange::between(time, Flicks(time.0 + coming.length.0)));
    let kind = if coming.sound {
        theme.audio
    } else if coming.still {
        theme.imported
    } else {
        theme.generated
    };
    let painter = ui.painter().with_clip_rect(table.places.lanes.intersect(ui.clip_rect()));
    painter.rect_filled(rect, RADIUS_CLIP, mixed(theme.background, kind, 0.3).gamma_multiply(0.85));
    painter.rect_stroke(rect, RADIUS_CLIP, Stroke::new(1.5, theme.accent), StrokeKind::Inside);
    let room = rect.with_max_y(rect.top() + 18.0).shrink2(Vec2::new(6.0, 0.0));
    fitted_text(&painter, room, Align2::LEFT_CENTER, &coming.name, bold(CAPTION), theme.text);
    let words = if insert { tr!("timeline-ghost-insert") } else { tr!("timeline-ghost-overwrite") };
    let below = Rect::from_min_max(pos2(rect.left() + 6.0, rect.top() + 18.0), rect.max - Vec2::new(6.0, 0.0));
    if below.height() > 16.0 {
        fitted_text(&painter, below, Align2::LEFT_TOP, &words, egui::FontId::proportional(CAPTION), theme.text_soft);
    }
    if insert {
        body::wedge(&painter, rect.left_top(), row.lane.height(), theme.accent);
    }
}

fn put(view: &mut View<'_>, table: &Table, row: &Row, dragged: Dragged, coming: &Coming, time: Flicks, insert: bool) {
    let (timeline, track) = (table.timeline.id, row.track.id);
    let time = frames(view, time);
    let mut args = json!({ "timeline": timeline, "track": track, "time": time });
    match dragged {
        Dragged::Take(take) => args["take"] = json!(take),
        Dragged::Media(media) => args["media"] = json!(media),
        Dragged::Shot(shot) => args["shot"] = json!(shot),
    }
    if coming.still {
        args["duration"] = json!(frames(view, coming.length));
    }
    view.command(if insert { "clip.insert" } else { "clip.overwrite" }, args);
}
