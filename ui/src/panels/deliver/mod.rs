//! Export: the kind of file, how much of the timeline, and what the file will say of itself. Asks the shell for a place to write to.
//!
//! Deliberately not here: writing files, and the queue, where an export goes on.

mod claims;
mod outlook;
mod presets;
#[cfg(test)]
mod tests;

use crate::intent::Request;
use crate::theme::{BODY, CAPTION, HIT, Icon, RADIUS_FIELD, SPACE, bold, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{Segment, fitted_text, focus_ring, primary_button, section_ui, segments_ui};
use egui::{Align2, Id, Margin, Rect, Role, ScrollArea, Sense, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo};
use outlook::{Outlook, outlook};
use presets::{GROUPS, Preset, Subject, find};
use serde_json::json;

/// How high the foot is.
const FOOT: f32 = 36.0 + 18.0 + 2.5 * SPACE[1];
/// How high a kind's row is.
const ROW: f32 = 28.0;

/// What is chosen.
#[derive(Debug, Clone, Default)]
struct Choice {
    preset: String,
    /// Only what lies between in and out.
    marked: bool,
    /// The prompts' words go into the file.
    prompts: bool,
}

/// Draws the kinds of files, and the button that exports.
pub(crate) fn deliver_ui(ui: &mut Ui, view: &mut View<'_>) {
    let key = Id::unique("deliver-choice");
    let mut choice = ui.data(|data| data.get_temp::<Choice>(key)).unwrap_or_default();
    let all = ui.max_rect();
    let (above, foot) = all.split_top_bottom_at_y((all.bottom() - FOOT).max(all.top()));
    ui.scope_builder(UiBuilder::new().max_rect(above), |ui| {
        ui.set_clip_rect(above.intersect(ui.clip_rect()));
        // The bar lies over the margin, so that what scrolls ends where the foot ends.
        ui.spacing_mut().scroll.floating_allocated_width = 0.0;
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            egui::Frame::new().inner_margin(Margin::symmetric(SPACE[2] as i8, SPACE[0] as i8)).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                choice_ui(ui, view, &mut choice);
            });
        });
    });
    let preset = find(&choice.preset);
    let range = range(view, preset, &choice);
    let outlook = outlook(ui, view, preset, range);
    foot_ui(ui, view, preset, &outlook, (range, choice.prompts), foot);
    ui.data_mut(|data| data.insert_temp(key, choice));
}

fn choice_ui(ui: &mut Ui, view: &mut View<'_>, choice: &mut Choice) {
    for (group, presets) in GROUPS {
        section_ui(ui, &tr!(group));
        for preset in presets {
            if preset_ui(ui, preset, find(&choice.preset) == preset) {
                preset.id.clone_into(&mut choice.preset);
            }
        }
    }
    let preset = find(&choice.preset);
    if preset.subject == Subject::Timeline {
        section_ui(ui, &tr!("deliver-range"));
        range_ui(ui, view, preset, choice);
        prompts_ui(ui, choice);
    }
    section_ui(ui, &tr!("deliver-claims"));
    let range = range(view, preset, choice);
    let prompts = choice.prompts && preset.subject == Subject::Timeline;
    claims::claims_ui(ui, preset, &outlook(ui, view, preset, range), prompts);
    ui.add_space(SPACE[1]);
}

/// A kind as a row; whether it was clicked.
fn preset_ui(ui: &mut Ui, preset: &Preset, on: bool) -> bool {
    let theme = theme(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), Sense::click());
    let (name, about) = (tr!(&format!("deliver-{}", preset.id)), tr!(&format!("deliver-{}-about", preset.id)));
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, &name));
    if on || response.hovered() {
        ui.painter().rect_filled(rect, RADIUS_FIELD, if on { theme.hover } else { theme.raised });
    }
    if on {
        ui.painter().rect_stroke(rect, RADIUS_FIELD, theme.selected_stroke(), StrokeKind::Inside);
    }
    let ink = if on { theme.accent } else { theme.text_soft };
    preset.icon.paint_at(ui.painter(), egui::pos2(rect.left() + 16.0, rect.center().y), 16.0, ink);
    let room = Rect::from_min_max(rect.min + Vec2::new(32.0, 0.0), rect.max - Vec2::new(SPACE[1], 0.0));
    let drawn = fitted_text(ui.painter(), room, Align2::LEFT_CENTER, &name, bold(BODY), theme.text);
    let rest = room.with_min_x(drawn.right() + SPACE[1]);
    fitted_text(ui.painter(), rest, Align2::LEFT_CENTER, &about, regular(CAPTION), theme.text_soft);
    focus_ring(ui, rect, &response);
    let clicked = response.clicked();
    response.on_hover_text(about);
    clicked
}

/// Whether a kind can be a part of the timeline: a list for other editors holds all of it.
fn has_range(preset: &Preset) -> bool {
    preset.subject == Subject::Timeline && !matches!(preset.ending, "otio" | "edl")
}

/// The frames that are exported; all without it.
fn range(view: &View<'_>, preset: &Preset, choice: &Choice) -> Option<(u32, u32)> {
    let transport = &view.session.transport;
    let marked = transport.mark_in.is_some() || transport.mark_out.is_some();
    (choice.marked && marked && has_range(preset)).then(|| transport.marked(view.timeline_frames()))
}

fn range_ui(ui: &mut Ui, view: &View<'_>, preset: &Preset, choice: &mut Choice) {
    let transport = &view.session.transport;
    let marked = transport.mark_in.is_some() || transport.mark_out.is_some();
    let can = has_range(preset) && marked;
    let on = choice.marked && can;
    let (from, to) = (view.keys("mark.in"), view.keys("mark.out"));
    let why = match (has_range(preset), marked) {
        (false, _) => tr!("deliver-range-list"),
        (true, false) => tr!("deliver-range-unmarked", from = from, to = to),
        (true, true) => tr!("deliver-range-marked-hint", from = from, to = to),
    };
    let whole = Segment::named(tr!("deliver-range-whole"), tr!("deliver-range-whole-hint"), !on);
    let part = Segment::named(tr!("deliver-range-marked"), why.clone(), on);
    if let Some(place) = segments_ui(ui, ui.available_width(), &[whole, part]) {
        choice.marked = place == 1 && can;
    }
    if !can && choice.marked {
        choice.marked = false;
    }
}

/// Whether the prompts' words go into the file.
fn prompts_ui(ui: &mut Ui, choice: &mut Choice) {
    let theme = theme(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), HIT + SPACE[0]), Sense::click());
    let name = tr!("deliver-prompts");
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, choice.prompts, &name));
    let square = Rect::from_center_size(egui::pos2(rect.left() + 8.0, rect.center().y), Vec2::splat(16.0));
    let fill = if choice.prompts { theme.accent } else { theme.background };
    ui.painter().rect_filled(square, 3.0, fill);
    if choice.prompts {
        Icon::Check.paint_at(ui.painter(), square.center(), 12.0, theme.on_accent);
    } else {
        ui.painter().rect_stroke(square, 3.0, theme.line_stroke(), StrokeKind::Inside);
    }
    let room = rect.with_min_x(square.right() + SPACE[1]);
    let ink = if response.hovered() { theme.text } else { theme.text_soft };
    fitted_text(ui.painter(), room, Align2::LEFT_CENTER, &name, regular(BODY), ink);
    focus_ring(ui, rect, &response);
    if response.clicked() {
        choice.prompts = !choice.prompts;
    }
    response.on_hover_text(tr!("deliver-prompts-hint"));
}

fn foot_ui(
    ui: &mut Ui,
    view: &mut View<'_>,
    preset: &Preset,
    outlook: &Outlook,
    (range, prompts): (Option<(u32, u32)>, bool),
    rect: Rect,
) {
    let theme = theme(ui.ctx());
    ui.painter().hline(rect.x_range(), rect.top(), theme.line_stroke());
    let inside = rect.shrink2(Vec2::new(SPACE[2], SPACE[1]));
    let line = Rect::from_min_size(inside.min, Vec2::new(inside.width(), 18.0));
    let (said, ink) = match &outlook.reason {
        Some(reason) => (reason.clone(), theme.error),
        None => (summary(view, preset, outlook), theme.text_soft),
    };
    fitted_text(ui.painter(), line, Align2::LEFT_CENTER, &said, regular(CAPTION), ink);
    let button = Rect::from_min_max(egui::pos2(inside.left(), inside.bottom() - 36.0), inside.max);
    let name = tr!("deliver-export", what = tr!(&format!("deliver-{}", preset.id)));
    let response = ui
        .scope_builder(UiBuilder::new().max_rect(button), |ui| {
            ui.add_enabled_ui(outlook.reason.is_none(), |ui| primary_button(ui, &name, button.size())).inner
        })
        .inner;
    if response.clicked() {
        view.out.ask(request(view.session.timeline, preset, range, prompts));
    }
    let response = response.on_hover_text(view.hint(&tr!("deliver-export-hint"), "timeline.deliver"));
    response.on_disabled_hover_text(said);
}

/// What is written, in a line.
fn summary(view: &View<'_>, preset: &Preset, outlook: &Outlook) -> String {
    let name = match preset.subject {
        Subject::Timeline => view.timeline_name(),
        Subject::Board => tr!("deliver-board"),
    };
    match outlook.picture {
        Some((across, down, frames)) => {
            let length = view.project().settings.timecode().of_frame(i64::from(frames)).to_string();
            tr!("deliver-summary", name = name, across = across.to_string(), down = down.to_string(), length = length)
        }
        None => name,
    }
}

fn request(timeline: kinora_project::TimelineId, preset: &Preset, range: Option<(u32, u32)>, prompts: bool) -> Request {
    match preset.subject {
        Subject::Board => Request::ExportBoard { ending: preset.ending },
        Subject::Timeline => {
            let mut args = json!({ "timeline": timeline, "embed_prompts": prompts });
            if let Some((from, to)) = range {
                args["from"] = json!(format!("{from} f"));
                args["to"] = json!(format!("{to} f"));
            }
            Request::Export { args, ending: preset.ending }
        }
    }
}
