//! A clip while it forms: the newest estimate moving, how much noise is left as a strip that can be scrubbed back through the steps.

use super::{running, whole};
use crate::panels::time_left;
use crate::theme::{BODY, CAPTION, Icon, SPACE, mono, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{fitted_text, wide_button};
use egui::{Align2, Rect, Sense, Ui, UiBuilder, Vec2, WidgetInfo, pos2};
use kinora_studio::queue::JobId;
use serde_json::json;
use std::time::Duration;

/// The height of strip and buttons.
const BELOW: f32 = 96.0;

pub(super) fn forming_ui(ui: &mut Ui, view: &mut View<'_>, job: JobId, all: Rect) {
    let theme = theme(ui.ctx());
    ui.ctx().request_repaint_after(Duration::from_millis(83));
    let (picture, below) = all.split_top_bottom_at_y(all.bottom() - BELOW);
    ui.painter().rect_filled(picture, 0.0, theme.background);
    let steps = view.desk.preview_steps(job);
    let strip = Rect::from_min_max(
        below.min + Vec2::new(SPACE[1], SPACE[1]),
        pos2(below.right() - SPACE[1], below.top() + 40.0),
    );
    let total = view.desk.progress(job).map_or(0, |progress| progress.progress.total as usize);
    let back = strip_ui(ui, view, job, strip, (&steps, total));
    let at = running(view);
    let room = picture.shrink(SPACE[1]);
    match view.desk.preview(job, at, back) {
        Some(texture) => {
            whole(ui, texture, room);
        }
        None => {
            fitted_text(
                ui.painter(),
                room,
                Align2::CENTER_CENTER,
                &tr!("monitor-forming-begins"),
                regular(BODY),
                theme.text_soft,
            );
        }
    }
    let line =
        Rect::from_min_max(pos2(strip.left(), strip.bottom() + SPACE[1]), below.max - Vec2::new(SPACE[1], SPACE[1]));
    if let Some(progress) = view.desk.progress(job) {
        let step = tr!("monitor-forming-step", step = progress.progress.step, total = progress.progress.total);
        let left = progress.left.map(|left| format!(" · {}", time_left::range(left))).unwrap_or_default();
        ui.painter().text(
            line.left_center(),
            Align2::LEFT_CENTER,
            format!("{step}{left}"),
            mono(CAPTION),
            theme.text_soft,
        );
    }
    let buttons = Rect::from_min_max(pos2((line.right() - 236.0).max(line.center().x - 30.0), line.top()), line.max);
    ui.scope_builder(
        UiBuilder::new().max_rect(buttons).layout(egui::Layout::right_to_left(egui::Align::Center)),
        |ui| {
            let half = Vec2::new((buttons.width() - SPACE[1]) / 2.0, 28.0);
            if wide_button(ui, Icon::X, &tr!("monitor-forming-cancel"), half).clicked() {
                view.command("job.cancel", json!({ "job": job }));
            }
            let later = wide_button(ui, Icon::CirclePause, &tr!("monitor-forming-later"), half);
            if later.on_hover_text(tr!("monitor-forming-later-hint")).clicked() {
                view.command("job.pause", json!({ "job": job }));
            }
        },
    );
}

/// Noise at each step as columns, of as many steps as there will be; the one under the pointer is shown. How many steps back that is.
#[allow(clippy::cast_precision_loss)]
fn strip_ui(ui: &mut Ui, view: &mut View<'_>, job: JobId, rect: Rect, (steps, total): (&[f32], usize)) -> usize {
    let theme = theme(ui.ctx());
    let response = ui.interact(rect, ui.scope_id().with("steps"), Sense::click_and_drag());
    let newest = steps.last().copied().unwrap_or(1.0);
    response.widget_info(|| WidgetInfo::slider(true, f64::from(newest), tr!("monitor-forming-noise")));
    ui.painter().rect_filled(rect, 2.0, theme.background);
    if steps.is_empty() {
        return 0;
    }
    let width = rect.width() / steps.len().max(total) as f32;
    let pointed = response.hover_pos().or(response.interact_pointer_pos()).map(|at| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let place = ((at.x - rect.left()) / width).max(0.0) as usize;
        place.min(steps.len() - 1)
    });
    let shown = pointed.unwrap_or(steps.len() - 1);
    for (place, sigma) in steps.iter().enumerate() {
        let left = rect.left() + place as f32 * width;
        let height = (rect.height() * sigma.clamp(0.03, 1.0)).max(2.0);
        let column = Rect::from_min_max(pos2(left, rect.bottom() - height), pos2(left + width - 1.0, rect.bottom()));
        ui.painter().rect_filled(column, 0.0, if place == shown { theme.accent } else { theme.text_faint });
    }
    // The step that the menu was opened over.
    let key = response.id.with("branch");
    if response.secondary_clicked() {
        ui.data_mut(|data| data.insert_temp(key, shown + 1));
    }
    response.context_menu(|ui| {
        let steps = ui.data(|data| data.get_temp::<usize>(key)).unwrap_or(shown + 1);
        let branch = ui.button(tr!("monitor-forming-branch", step = steps));
        if branch.on_hover_text(tr!("monitor-forming-branch-hint")).clicked() {
            view.command("job.branch", json!({ "job": job, "steps": steps }));
            ui.close();
        }
    });
    response.on_hover_text(tr!("monitor-forming-hint"));
    steps.len() - 1 - shown
}
