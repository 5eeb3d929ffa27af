//! A job as a row: its picture, what it is, where it stands, and what can be done about it.

use super::words::{expected, first_priority, part, running, title, waiting};
use crate::theme::{BODY, CAPTION, HIT, Icon, RADIUS_CLIP, SPACE, bold, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{fitted_text, icon_button};
use egui::{Align2, Rect, Sense, Ui, UiBuilder, Vec2};
use kinora_project::{ShotId, TakeId};
use kinora_studio::queue::{Job, Pictured, State, Work};
use kinora_time::{FLICKS_PER_SECOND, Flicks};
use serde_json::json;

/// How high a row is.
pub(super) const HEIGHT: f32 = 56.0;
/// How high one is that is over.
pub(super) const OVER: f32 = 28.0;

/// Draws a job that is not over; `place` counts those that wait before it.
pub(super) fn row_ui(ui: &mut Ui, view: &mut View<'_>, job: &Job, place: usize) {
    let theme = theme(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), HEIGHT), Sense::click());
    if !ui.is_rect_visible(rect) {
        return;
    }
    let title = title(view, job);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ListItem, true, &title));
    if response.contains_pointer() {
        ui.painter().rect_filled(rect, 0.0, theme.raised);
    }
    let picture = Rect::from_min_size(rect.min + Vec2::new(SPACE[2], 8.0), Vec2::new(71.0, 40.0));
    picture_ui(ui, view, job, picture);
    let progress = view.desk.progress(job.id);
    let (said, ink) = match job.state {
        State::Running => (running(progress), theme.text_soft),
        State::Waiting => (waiting(job, place, expected(view, job)), theme.text_soft),
        State::Paused => (tr!("queue-paused"), theme.text_soft),
        State::Failed => {
            (job.reason.as_deref().map(crate::words::told).unwrap_or_else(|| tr!("queue-failed")), theme.error)
        }
        State::Done | State::Cancelled => (String::new(), theme.text_soft),
    };
    let buttons = buttons(job);
    let right = rect.right() - SPACE[1] - buttons.len() as f32 * (HIT + 2.0);
    let room = Rect::from_min_max(
        egui::pos2(picture.right() + SPACE[2], rect.top() + 9.0),
        egui::pos2(right - SPACE[1], rect.bottom() - 9.0),
    );
    let (above, below) = room.split_top_bottom_at_fraction(0.5);
    fitted_text(ui.painter(), above, Align2::LEFT_CENTER, &title, bold(BODY), theme.text);
    let below = if job.state == State::Failed {
        Icon::CircleAlert.paint_at(ui.painter(), egui::pos2(below.left() + 6.0, below.center().y), 12.0, ink);
        below.with_min_x(below.left() + SPACE[3])
    } else {
        below
    };
    fitted_text(ui.painter(), below, Align2::LEFT_CENTER, &said, regular(CAPTION), ink);
    if matches!(job.state, State::Running | State::Paused) {
        let line = Rect::from_min_max(
            egui::pos2(room.left(), rect.bottom() - 6.0),
            egui::pos2(rect.right() - SPACE[2], rect.bottom() - 4.0),
        );
        ui.painter().rect_filled(line, 1.0, theme.line);
        let done = Rect::from_min_size(line.min, Vec2::new(line.width() * part(progress), line.height()));
        ui.painter().rect_filled(done, 1.0, if job.state == State::Running { theme.accent } else { theme.text_faint });
    }
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, theme.line_stroke());
    let place = Rect::from_min_max(egui::pos2(right, rect.top()), egui::pos2(rect.right() - SPACE[1], rect.bottom()));
    ui.scope_builder(UiBuilder::new().max_rect(place).id_salt(job.id.0), |ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.horizontal_centered(|ui| {
            for button in buttons {
                button_ui(ui, view, job, button, &title);
            }
        });
    });
    if response.clicked()
        && let Work::Generate { shot, .. } = &job.work
        && view.project().storyboard.shot(*shot).is_some()
    {
        view.session.selected.select_shot(*shot);
    }
    // A reason seldom fits the line.
    if job.state == State::Failed {
        response.on_hover_text(said);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Button {
    First,
    Pause,
    Resume,
    Retry,
    Cancel,
}

fn buttons(job: &Job) -> &'static [Button] {
    match job.state {
        State::Waiting => &[Button::First, Button::Pause, Button::Cancel],
        State::Running => &[Button::Pause, Button::Cancel],
        State::Paused => &[Button::Resume, Button::Cancel],
        State::Failed => &[Button::Retry, Button::Cancel],
        State::Cancelled => &[Button::Retry],
        State::Done => &[],
    }
}

fn button_ui(ui: &mut Ui, view: &mut View<'_>, job: &Job, button: &Button, title: &str) {
    let title = title.to_owned();
    let (icon, name, command) = match button {
        Button::First => (Icon::ArrowUp, tr!("queue-first", what = title), "job.set-priority"),
        Button::Pause => (Icon::Pause, tr!("queue-pause", what = title), "job.pause"),
        Button::Resume => (Icon::Play, tr!("queue-resume", what = title), "job.resume"),
        Button::Retry => (Icon::RotateCcw, tr!("queue-retry", what = title), "job.retry"),
        Button::Cancel => (Icon::X, tr!("queue-cancel", what = title), "job.cancel"),
    };
    if icon_button(ui, icon, &name).clicked() {
        let mut args = json!({ "job": job.id });
        if *button == Button::First {
            args["priority"] = json!(first_priority(view.session.derived.jobs(), job.id));
        }
        view.command(command, args);
    }
}

/// What the job makes, as far as it is; else what there is of its shot.
fn picture_ui(ui: &Ui, view: &mut View<'_>, job: &Job, rect: Rect) {
    let theme = theme(ui.ctx());
    ui.painter().rect_filled(rect, RADIUS_CLIP, theme.background);
    #[allow(clippy::cast_possible_truncation)]
    let now = Flicks((view.now * FLICKS_PER_SECOND as f64) as i64);
    let (texture, icon) = match &job.work {
        Work::Generate { shot, .. } => {
            let forming = view.desk.preview(job.id, now, 0);
            (
                forming.or_else(|| last_take(view, *shot).and_then(|take| view.desk.thumbnail(Pictured::Take(take)))),
                Icon::Sparkles,
            )
        }
        Work::Board { .. } => (None, Icon::LayoutGrid),
        _ => (None, Icon::Upload),
    };
    match texture {
        Some(texture) => {
            egui::Image::new((texture.id, texture.size)).corner_radius(RADIUS_CLIP).paint_at(ui, rect);
        }
        None => {
            icon.paint_at(ui.painter(), rect.center(), 16.0, theme.text_faint);
        }
    }
}

fn last_take(view: &View<'_>, shot: ShotId) -> Option<TakeId> {
    view.session.derived.takes_of(shot).last().copied()
}

/// Draws a job that is over.
pub(super) fn over_ui(ui: &mut Ui, view: &mut View<'_>, job: &Job) {
    let theme = theme(ui.ctx());
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), OVER), Sense::hover());
    let (icon, ink) = match job.state {
        State::Done => (Icon::Check, theme.good),
        _ => (Icon::Ban, theme.text_faint),
    };
    icon.paint_at(ui.painter(), egui::pos2(rect.left() + SPACE[2] + 8.0, rect.center().y), 14.0, ink);
    let title = title(view, job);
    let room =
        Rect::from_min_max(egui::pos2(rect.left() + 40.0, rect.top()), egui::pos2(rect.right() - 44.0, rect.bottom()));
    fitted_text(ui.painter(), room, Align2::LEFT_CENTER, &title, regular(BODY - 1.0), theme.text_soft);
    if job.state == State::Cancelled {
        let place = Rect::from_min_size(egui::pos2(rect.right() - SPACE[1] - HIT, rect.top() + 2.0), Vec2::splat(HIT));
        ui.scope_builder(UiBuilder::new().max_rect(place).id_salt(job.id.0), |ui| {
            button_ui(ui, view, job, &Button::Retry, &title);
        });
    }
}
