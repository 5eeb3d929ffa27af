//! Takes that were begun and are held: what each will be, moving side by side; those that are wanted are finished.

use super::picture_in;
use crate::theme::{BODY, CAPTION, HIT, Icon, RADIUS_CLIP, SPACE, bold, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{fitted_text, icon_button};
use egui::{Align2, Rect, Role, Sense, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo};
use kinora_project::ShotId;
use kinora_studio::queue::{Job, State, Work};
use kinora_time::{FLICKS_PER_SECOND, Flicks};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// How high what stands under a picture is.
const UNDER: f32 = 44.0;

/// The takes of a shot that are still made, in their order, if any of them is auditioned.
pub(super) fn candidates(view: &View<'_>, shot: ShotId) -> Arc<Vec<Job>> {
    view.session.derived.audition_of(shot).cloned().unwrap_or_default()
}

/// The one that keys are for: the one that was chosen, or the first.
fn chosen(view: &View<'_>, jobs: &[Job]) -> Option<Job> {
    let picked = jobs.iter().find(|job| Some(job.id) == view.session.audition);
    picked.or(jobs.first()).cloned()
}

/// Whether its rest can be made now.
fn is_held(job: &Job) -> bool {
    job.state == State::Paused && job.work.is_audition()
}

/// How many of its steps were done when it was held.
fn held_after(job: &Job) -> Option<u32> {
    let Work::Generate { plan, hold_at: Some(part), .. } = &job.work else { return None };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let steps = (part * f64::from(plan.steps)).ceil() as u32;
    Some(steps.max(1))
}

/// To the next candidate of the selected shot, or back.
pub(crate) fn go(view: &mut View<'_>, by: isize) {
    let jobs = view.shot().map(|shot| candidates(view, shot)).unwrap_or_default();
    let place = chosen(view, &jobs).and_then(|job| jobs.iter().position(|other| other.id == job.id));
    if let Some(place) = place {
        let next = place.saturating_add_signed(by).min(jobs.len() - 1);
        view.session.audition = Some(jobs[next].id);
    }
}

/// Finishes the candidate that is chosen.
pub(crate) fn keep(view: &mut View<'_>) {
    let jobs = view.shot().map(|shot| candidates(view, shot)).unwrap_or_default();
    if let Some(job) = chosen(view, &jobs).filter(is_held) {
        go(view, 1);
        view.command("job.resume", json!({ "job": job.id }));
    }
}

/// Takes the candidate that is chosen out.
pub(crate) fn drop_chosen(view: &mut View<'_>) {
    let jobs = view.shot().map(|shot| candidates(view, shot)).unwrap_or_default();
    if let Some(job) = chosen(view, &jobs) {
        let last = jobs.last().is_some_and(|last| last.id == job.id);
        go(view, if last { -1 } else { 1 });
        view.command("job.cancel", json!({ "job": job.id }));
    }
}

pub(super) fn audition_ui(ui: &mut Ui, view: &mut View<'_>, jobs: &[Job], room: Rect) {
    // The clips move at the rate of a model.
    ui.ctx().request_repaint_after(Duration::from_millis(83));
    let room = room.shrink(SPACE[1]);
    let gap = SPACE[1];
    let ratio = {
        let picture = picture_in(view, Rect::from_min_size(room.min, Vec2::splat(100.0)));
        picture.width() / picture.height().max(1.0)
    };
    let columns = columns(jobs.len(), room.size(), ratio);
    let rows = jobs.len().div_ceil(columns);
    let each = Vec2::new(
        (room.width() - gap * (columns - 1) as f32) / columns as f32,
        (room.height() - gap * (rows - 1) as f32) / rows as f32,
    );
    let now = chosen(view, jobs).map(|job| job.id);
    for (place, job) in jobs.iter().enumerate() {
        let at = Vec2::new((place % columns) as f32 * (each.x + gap), (place / columns) as f32 * (each.y + gap));
        let rect = Rect::from_min_size(room.min + at, each);
        ui.scope_builder(UiBuilder::new().max_rect(rect).id_salt(("audition", job.id.0)), |ui| {
            candidate_ui(ui, view, job, (place + 1, now == Some(job.id)), rect);
        });
    }
}

/// How many side by side show the largest pictures.
fn columns(count: usize, room: Vec2, ratio: f32) -> usize {
    let width = |columns: usize| {
        let rows = count.div_ceil(columns) as f32;
        (room.x / columns as f32).min((room.y / rows - UNDER).max(1.0) * ratio)
    };
    (1..=count.max(1)).max_by(|a, b| width(*a).total_cmp(&width(*b)).then(b.cmp(a))).unwrap_or(1)
}

fn candidate_ui(ui: &mut Ui, view: &mut View<'_>, job: &Job, (number, chosen): (usize, bool), rect: Rect) {
    let theme = theme(ui.ctx());
    let (above, _) = rect.split_top_bottom_at_y((rect.bottom() - UNDER).max(rect.top()));
    let picture = picture_in(view, above);
    let response = ui.interact(picture, ui.scope_id().with("picture"), Sense::click());
    let name = tr!("takes-candidate", number = number);
    response.widget_info(|| WidgetInfo::selected(Role::Image, true, chosen, &name));
    ui.painter().rect_filled(picture, RADIUS_CLIP, theme.background);
    #[allow(clippy::cast_possible_truncation)]
    let at = Flicks((view.now * FLICKS_PER_SECOND as f64) as i64);
    match view.desk.preview(job.id, at, 0) {
        Some(texture) => {
            egui::Image::new((texture.id, texture.size)).corner_radius(RADIUS_CLIP).paint_at(ui, picture);
        }
        None => {
            Icon::Sparkles.paint_at(ui.painter(), picture.center(), 20.0, theme.text_faint);
        }
    }
    if chosen {
        ui.painter().rect_stroke(picture, RADIUS_CLIP, theme.selected_stroke(), StrokeKind::Outside);
    }
    if response.clicked() {
        view.session.audition = Some(job.id);
    }
    response.context_menu(|ui| {
        let branch = ui.add_enabled(is_held(job), egui::Button::new(tr!("takes-branch")));
        if branch.on_hover_text(tr!("monitor-forming-branch-hint")).clicked() {
            view.command("job.branch", json!({ "job": job.id, "steps": held_after(job) }));
            ui.close();
        }
    });
    response.on_hover_text_at_pointer(tr!(
        "takes-candidate-hint",
        keep = view.keys("audition.keep"),
        drop = view.keys("audition.drop")
    ));
    let under =
        Rect::from_min_size(picture.left_bottom() + Vec2::new(0.0, SPACE[0]), Vec2::new(picture.width(), UNDER));
    under_ui(ui, view, job, &name, under);
}

/// Its name, where it stands, and the two answers.
fn under_ui(ui: &mut Ui, view: &mut View<'_>, job: &Job, name: &str, rect: Rect) {
    let theme = theme(ui.ctx());
    let line = rect.with_max_y(rect.top() + HIT);
    ui.scope_builder(UiBuilder::new().max_rect(line).layout(egui::Layout::right_to_left(egui::Align::Center)), |ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        if icon_button(ui, Icon::X, &tr!("takes-drop", name = name.to_owned())).clicked() {
            view.command("job.cancel", json!({ "job": job.id }));
        }
        let keep = tr!("takes-keep", name = name.to_owned());
        let button = ui.add_enabled_ui(is_held(job), |ui| icon_button(ui, Icon::Check, &keep)).inner;
        if button.on_disabled_hover_text(tr!("takes-keep-later")).clicked() {
            view.command("job.resume", json!({ "job": job.id }));
        }
    });
    let words = Rect::from_min_max(rect.min, egui::pos2(rect.right() - 2.0 * (HIT + 4.0), rect.bottom()));
    let (above, below) = words.split_top_bottom_at_y(words.top() + HIT * 0.6);
    fitted_text(ui.painter(), above, Align2::LEFT_CENTER, name, bold(BODY), theme.text);
    let (said, ink) = standing(view, job);
    fitted_text(
        ui.painter(),
        below,
        Align2::LEFT_TOP,
        &said,
        regular(CAPTION),
        if ink { theme.accent } else { theme.text_soft },
    );
}

/// Where it stands, and whether that is good news.
fn standing(view: &View<'_>, job: &Job) -> (String, bool) {
    match (&job.work, job.state) {
        (_, State::Running) => {
            let progress = view.desk.progress(job.id).map(|job| job.progress);
            let (step, total) = progress.map_or((0, 1), |progress| (progress.step, progress.total));
            (tr!("monitor-forming-step", step = step, total = total), true)
        }
        (Work::Generate { hold_at: Some(part), .. }, State::Paused) => {
            #[allow(clippy::cast_possible_truncation)]
            let percent = (part * 100.0).round() as i64;
            (tr!("takes-candidate-held", percent = percent), false)
        }
        (_, State::Paused) => (tr!("queue-paused"), false),
        (_, State::Failed) => {
            (job.reason.as_deref().map(crate::words::told).unwrap_or_else(|| tr!("queue-failed")), false)
        }
        (work, _) if work.is_audition() => (tr!("takes-candidate-waits"), false),
        _ => (tr!("takes-candidate-kept"), true),
    }
}
