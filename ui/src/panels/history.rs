//! The history: what was done and undone, in the order of time; a click goes there.
//!
//! Deliberately not here: what steps change. Takes that arrived are none of them.

use crate::intent::Intent;
use crate::theme::{BODY, CAPTION, Icon, SPACE, bold, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{empty_ui, fitted_text, focus_ring};
use egui::{Align2, Rect, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo, pos2};
use serde_json::json;

const ROW: f32 = 26.0;
const FOOT: f32 = 24.0;

/// The id of a step's words.
pub(crate) fn step_id(label: &str) -> String {
    format!("history-step-{label}")
}

pub(crate) fn history_ui(ui: &mut Ui, view: &mut View<'_>) {
    let history = view.studio.history();
    let (done, undone) = (history.done_labels().len(), history.undone_labels().len());
    if done + undone == 0 {
        empty_ui(ui, Icon::History, &tr!("history-empty", key = view.keys("board.new-shot")));
        return;
    }
    let height = ui.available_height() - FOOT;
    let mut wanted = None;
    ui.spacing_mut().item_spacing.y = 0.0;
    // The first row is the project as it was opened.
    ScrollArea::vertical().max_height(height).auto_shrink(false).stick_to_bottom(true).show_rows(
        ui,
        ROW,
        done + undone + 1,
        |ui, range| {
            let first = range.start.saturating_sub(1);
            let labels = history.done_labels().chain(history.undone_labels()).skip(first);
            let start = (range.start == 0).then(|| tr!("history-start"));
            let names = start.into_iter().chain(labels.map(|label| tr!(&step_id(label))));
            for (row, name) in range.zip(names) {
                if row_ui(ui, row, &name, done) {
                    wanted = Some(row);
                }
            }
        },
    );
    foot_ui(ui);
    if let Some(row) = wanted {
        go(view, row, done);
    }
}

/// A row: what was done, and whether it still is; whether it was clicked.
fn row_ui(ui: &mut Ui, row: usize, name: &str, done: usize) -> bool {
    let theme = theme(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), Sense::click());
    let here = row == done;
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, here, name));
    let hovered = response.hovered() && !here;
    if here || hovered {
        ui.painter().rect_filled(rect, 0.0, if here { theme.raised } else { theme.hover });
    }
    let middle = pos2(rect.left() + SPACE[3], rect.center().y);
    // A line through time: what is undone lies beyond the mark.
    let line = |from: f32, to: f32, past: bool| {
        let colour = if past { theme.text_soft } else { theme.line };
        ui.painter().vline(middle.x, from..=to, egui::Stroke::new(1.0, colour));
    };
    if row > 0 {
        line(rect.top(), rect.center().y, row <= done);
    }
    line(rect.center().y, rect.bottom(), row < done);
    if here {
        ui.painter().circle_filled(middle, 4.5, theme.accent);
    } else {
        let fill = if row < done { theme.text_soft } else { theme.panel };
        ui.painter().circle(middle, 3.0, fill, egui::Stroke::new(1.0, theme.text_soft));
    }
    let ink = match (row > done, hovered) {
        (true, false) => theme.text_faint,
        (true, true) => theme.text_soft,
        (false, _) => theme.text,
    };
    let font = if here { bold(BODY) } else { regular(BODY) };
    let room = Rect::from_min_max(pos2(middle.x + SPACE[3], rect.top()), rect.max - Vec2::new(SPACE[1], 0.0));
    fitted_text(ui.painter(), room, Align2::LEFT_CENTER, name, font, ink);
    focus_ring(ui, rect, &response);
    let clicked = response.clicked();
    response.on_hover_text(match row {
        row if row < done => tr!("history-go-back", count = done - row),
        row if row > done => tr!("history-go-on", count = row - done),
        _ => tr!("history-here"),
    });
    clicked
}

fn foot_ui(ui: &mut Ui) {
    let theme = theme(ui.ctx());
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), FOOT), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.top(), theme.line_stroke());
    let room = rect.shrink2(Vec2::new(SPACE[2], 0.0));
    fitted_text(
        ui.painter(),
        room,
        Align2::LEFT_CENTER,
        &tr!("history-takes-stay"),
        regular(CAPTION),
        theme.text_faint,
    );
}

/// To the document after the step of a row.
fn go(view: &mut View<'_>, row: usize, done: usize) {
    let (command, times) = if row < done { ("edit.undo", done - row) } else { ("edit.redo", row - done) };
    view.out.push(Intent::Commands(vec![(command, json!({})); times]));
}

#[cfg(test)]
mod tests {
    use crate::testing::stage;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn a_click_goes_back_to_a_step_and_forth_again() {
        let mut harness = stage([1280.0, 720.0]);
        harness.state_mut().editor.session.reveal = Some(crate::Panel::History);
        harness.run_steps(3);
        let last = harness.state().sample.studio.project().clone();
        // The sample: two scenes, five shots, a timeline from the board.
        assert_eq!(harness.state().sample.studio.history().done_labels().len(), 8);
        harness.get_all_by_label("Add scene").last().unwrap().click();
        harness.run_steps(3);
        let history = harness.state().sample.studio.history();
        assert_eq!((history.done_labels().len(), history.undone_labels().len()), (5, 3));
        assert_eq!(harness.state().sample.studio.project().storyboard.shots().count(), 3);
        harness.get_by_label("New timeline from board").click();
        harness.run_steps(3);
        assert!(harness.state().sample.studio.project().same_document(&last));
    }
}
