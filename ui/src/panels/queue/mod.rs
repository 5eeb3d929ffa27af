//! The queue: what is being made, what waits and how long, what failed and why. Emits `job.*` commands.
//!
//! Deliberately not here: doing jobs, and progress; the desk has it.

mod row;
#[cfg(test)]
mod tests;
mod words;

use crate::theme::{BODY, CAPTION, HIT, Icon, SPACE, bold, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{empty_ui, fitted_text, focus_ring};
use egui::{Align2, Id, Rect, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo};
use kinora_studio::queue::{Job, Lane, State};
use row::{HEIGHT, OVER, over_ui, row_ui};
use words::is_upkeep;

/// Draws the queue.
pub(crate) fn queue_ui(ui: &mut Ui, view: &mut View<'_>) {
    let jobs = view.session.derived.jobs().clone();
    let is_over = |job: &&Job| matches!(job.state, State::Done | State::Cancelled);
    // Upkeep that failed is worth a row: a file can't be read.
    let is_summed = |job: &&Job| is_upkeep(&job.work) && job.state != State::Failed;
    let mut open: Vec<&Job> = jobs.iter().filter(|job| !is_over(job) && !is_summed(job)).collect();
    open.sort_by_key(|job| (rank(job.state), job.work.lane()));
    let upkeep = jobs.iter().filter(|job| !is_over(job) && is_summed(job)).count();
    let over: Vec<&Job> = jobs.iter().filter(|job| is_over(job) && !is_upkeep(&job.work)).collect();
    if open.is_empty() && upkeep == 0 && over.is_empty() {
        empty_ui(ui, Icon::ListTodo, &tr!("queue-empty", key = view.keys("shot.draft")));
        return;
    }
    if jobs.iter().any(|job| job.state == State::Running) {
        // Previews move.
        ui.ctx().request_repaint_after(std::time::Duration::from_millis(80));
    }
    ui.spacing_mut().scroll.floating_allocated_width = 0.0;
    ScrollArea::vertical().auto_shrink([false, false]).show_viewport(ui, |ui, seen| {
        ui.spacing_mut().item_spacing.y = 0.0;
        rows_ui(ui, view, &open, seen);
        if upkeep > 0 {
            upkeep_ui(ui, upkeep);
        }
        over_part_ui(ui, view, &over);
    });
}

/// What runs is on top, then what waits; what needs somebody stands between them.
fn rank(state: State) -> u8 {
    match state {
        State::Running => 0,
        State::Failed => 1,
        State::Waiting => 2,
        State::Paused => 3,
        State::Done | State::Cancelled => 4,
    }
}

/// The rows that are seen; the others are room.
fn rows_ui(ui: &mut Ui, view: &mut View<'_>, open: &[&Job], seen: Rect) {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let first = ((seen.top() / HEIGHT).max(0.0) as usize).min(open.len());
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let last = ((seen.bottom() / HEIGHT).ceil().max(0.0) as usize).clamp(first, open.len());
    let of_lane = |lane: Lane| {
        open[..first].iter().filter(move |job| job.state == State::Waiting && job.work.lane() == lane).count()
    };
    let mut places = [(Lane::Generate, of_lane(Lane::Generate)), (Lane::Media, of_lane(Lane::Media))];
    ui.add_space(first as f32 * HEIGHT);
    for job in &open[first..last] {
        let place = places.iter_mut().find(|(lane, _)| *lane == job.work.lane());
        let before = place.as_ref().map_or(0, |place| place.1);
        if let Some(place) = place.filter(|_| job.state == State::Waiting) {
            place.1 += 1;
        }
        row_ui(ui, view, job, before);
    }
    ui.add_space((open.len() - last) as f32 * HEIGHT);
}

/// Thumbnails, waveforms and their like in one row.
fn upkeep_ui(ui: &mut Ui, count: usize) {
    let theme = theme(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), OVER), Sense::hover());
    let text = tr!("queue-upkeep", count = count);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
    Icon::LoaderCircle.paint_at(
        ui.painter(),
        egui::pos2(rect.left() + SPACE[2] + 8.0, rect.center().y),
        14.0,
        theme.text_faint,
    );
    let room = Rect::from_min_max(egui::pos2(rect.left() + 40.0, rect.top()), rect.max - Vec2::new(SPACE[2], 0.0));
    fitted_text(ui.painter(), room, Align2::LEFT_CENTER, &text, regular(CAPTION + 1.0), theme.text_soft);
    response.on_hover_text(tr!("queue-upkeep-hint"));
}

/// What is over, folded.
fn over_part_ui(ui: &mut Ui, view: &mut View<'_>, over: &[&Job]) {
    if over.is_empty() {
        return;
    }
    let theme = theme(ui.ctx());
    let key = Id::unique("queue-over-open");
    let mut unfolded = ui.data(|data| data.get_temp::<bool>(key)).unwrap_or_default();
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), HIT + SPACE[1]), Sense::click());
    let text = tr!("queue-over", count = over.len());
    response.widget_info(|| WidgetInfo::selected(Role::DisclosureTriangle, true, unfolded, &text));
    let ink = if response.hovered() { theme.text } else { theme.text_soft };
    let icon = if unfolded { Icon::ChevronDown } else { Icon::ChevronRight };
    icon.paint_at(ui.painter(), egui::pos2(rect.left() + SPACE[2] + 8.0, rect.center().y), 14.0, ink);
    let room = rect.with_min_x(rect.left() + 40.0);
    fitted_text(ui.painter(), room, Align2::LEFT_CENTER, &text, bold(BODY - 1.0), ink);
    focus_ring(ui, rect, &response);
    if response.clicked() {
        unfolded = !unfolded;
        ui.data_mut(|data| data.insert_temp(key, unfolded));
    }
    if !unfolded {
        return;
    }
    // The newest are the ones that somebody looks for; nobody reads thousands.
    for job in over.iter().rev().take(200) {
        over_ui(ui, view, job);
    }
}
