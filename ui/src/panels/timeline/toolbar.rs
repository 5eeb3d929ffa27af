//! Over the ruler: which timeline is open, tools, snapping, zoom.

use super::glyph;
use super::menu;
use super::navigate::Limits;
use super::rows::Table;
use crate::keys::{Keymap, preset};
use crate::session::Tool;
use crate::theme::{BODY, HIT, Icon, RADIUS_FIELD, SPACE, bold, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{fitted_text, focus_ring, icon_button, icon_toggle};
use egui::{Align, Align2, Key, Layout, Rect, Role, Sense, Ui, UiBuilder, Vec2, WidgetInfo, pos2};
use kinora_project::{ASSEMBLY, TimelineId};
use serde_json::json;

pub(super) fn toolbar_ui(ui: &mut Ui, view: &mut View<'_>, table: &Table, limits: Limits) {
    let theme = theme(ui.ctx());
    let bar = table.places.toolbar;
    ui.painter().rect_filled(bar, 0.0, theme.panel);
    ui.painter().hline(bar.x_range(), bar.bottom() - 0.5, theme.line_stroke());
    let inside = bar.shrink2(Vec2::new(SPACE[1], 0.0));
    let right =
        ui.scope_builder(UiBuilder::new().max_rect(inside).layout(Layout::right_to_left(Align::Center)), |ui| {
            ui.spacing_mut().item_spacing.x = SPACE[0];
            if hinted(view, icon_button(ui, Icon::Maximize, &tr!("timeline-fit")), "timeline-fit-tip", "timeline.fit")
                .clicked()
            {
                view.session.cutting.zoom = None;
            }
            zoom_ui(ui, view, table, limits);
        });
    let free = inside.with_max_x(right.response.rect.left() - SPACE[2]);
    ui.scope_builder(UiBuilder::new().max_rect(free).layout(Layout::left_to_right(Align::Center)), |ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        choice_ui(ui, view, table);
        ui.add_space(SPACE[1]);
        if table.by_hand {
            for tool in Tool::ALL {
                tool_ui(ui, view, tool);
            }
            ui.add_space(SPACE[1]);
            let on = view.session.snapping;
            let snap = icon_toggle(ui, Icon::Magnet, &tr!("timeline-snap"), on);
            if hinted(view, snap, "timeline-snap-tip", "timeline.snap").clicked() {
                view.session.snapping ^= true;
            }
        } else {
            assembly_ui(ui, view);
        }
    });
}

/// Says under the pointer what something does and which keys do it.
fn hinted(view: &View<'_>, response: egui::Response, words: &str, id: &str) -> egui::Response {
    // Keys are looked up when they are shown: they may be of any preset.
    response.on_hover_ui(|ui| {
        let preferences = &view.session.preferences;
        let preset = preset(&preferences.keys);
        let keys: Vec<_> =
            Keymap::with(preset, &preferences.key_changes).of(id).map(|keys| ui.ctx().format_shortcut(keys)).collect();
        ui.set_max_width(260.0);
        let text = if keys.is_empty() { tr!(words) } else { format!("{} ({})", tr!(words), keys.join(", ")) };
        ui.label(text);
    })
}

fn tool_ui(ui: &mut Ui, view: &mut View<'_>, tool: Tool) {
    let theme = theme(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(Vec2::new(28.0, HIT + 2.0), Sense::click());
    let on = view.session.cutting.tool == tool;
    let words = words(tool);
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, tr!(words.0)));
    if on || response.hovered() {
        ui.painter().rect_filled(rect, RADIUS_FIELD, theme.hover);
    }
    let ink = match (on, response.hovered()) {
        (true, _) => theme.accent,
        (false, true) => theme.text,
        (false, false) => theme.text_soft,
    };
    glyph::paint(ui.painter(), tool, rect.center(), ink);
    focus_ring(ui, rect, &response);
    if hinted(view, response, words.1, tool.action()).clicked() {
        view.session.cutting.tool = tool;
    }
}

/// A tool's name, and what it does.
fn words(tool: Tool) -> (&'static str, &'static str) {
    match tool {
        Tool::Select => ("timeline-tool-select", "timeline-tool-select-tip"),
        Tool::Blade => ("timeline-tool-blade", "timeline-tool-blade-tip"),
        Tool::Ripple => ("timeline-tool-ripple", "timeline-tool-ripple-tip"),
        Tool::Roll => ("timeline-tool-roll", "timeline-tool-roll-tip"),
        Tool::Slip => ("timeline-tool-slip", "timeline-tool-slip-tip"),
        Tool::Slide => ("timeline-tool-slide", "timeline-tool-slide-tip"),
    }
}

/// Which timeline is open, and what can be done to all of it.
fn choice_ui(ui: &mut Ui, view: &mut View<'_>, table: &Table) {
    let theme = theme(ui.ctx());
    let name = if table.by_hand { table.timeline.name.clone() } else { tr!("timeline-assembly") };
    let width = ui.painter().layout_no_wrap(name.clone(), bold(BODY), theme.text).size().x.min(160.0);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width + 36.0, HIT + 2.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, tr!("timeline-choose", name = name.clone())));
    ui.painter().rect_filled(rect, RADIUS_FIELD, if response.hovered() { theme.hover } else { theme.raised });
    let room = Rect::from_min_max(rect.min + Vec2::new(SPACE[1], 0.0), rect.max - Vec2::new(24.0, 0.0));
    fitted_text(ui.painter(), room.expand2(Vec2::new(1.0, 0.0)), Align2::LEFT_CENTER, &name, bold(BODY), theme.text);
    Icon::ChevronDown.paint_at(ui.painter(), pos2(rect.right() - 13.0, rect.center().y), 14.0, theme.text_soft);
    focus_ring(ui, rect, &response);
    egui::Popup::menu(&response).show(|ui| choices_ui(ui, view));
    response.on_hover_text(tr!("timeline-choose-tip"));
}

fn choices_ui(ui: &mut Ui, view: &mut View<'_>) {
    ui.set_min_width(220.0);
    let now = view.session.timeline;
    let cuts: Vec<(TimelineId, String)> =
        view.project().timelines.iter().map(|timeline| (timeline.id, timeline.name.clone())).collect();
    for (id, name) in std::iter::once((ASSEMBLY, tr!("timeline-assembly"))).chain(cuts) {
        let text = egui::RichText::new(&name).font(if id == now { bold(BODY) } else { regular(BODY) });
        if ui.add(egui::Button::selectable(id == now, text)).clicked() {
            view.session.timeline = id;
            view.session.selected.items.clear();
            ui.close();
        }
    }
    ui.separator();
    if menu::line(ui, &tr!("timeline-from-board"), &tr!("timeline-from-board-tip"), off(view).as_deref()) {
        from_board(view);
    }
    let timeline = json!({ "timeline": now });
    menu::command_line(ui, view, "timeline.new", json!({}));
    if now != ASSEMBLY {
        menu::command_line(ui, view, "timeline.duplicate", timeline.clone());
        menu::command_line(ui, view, "timeline.rename", timeline.clone());
        menu::command_line(ui, view, "timeline.delete", timeline);
    }
}

/// Why a timeline can't be made from the board now.
fn off(view: &View<'_>) -> Option<String> {
    let command = kinora_studio::command::find("timeline.from-board")?;
    (command.enabled)(view.studio).err().map(crate::words::reason)
}

/// A timeline of what the board shows, under a name that none has.
fn from_board(view: &mut View<'_>) {
    let taken = |name: &str| view.project().timelines.iter().any(|timeline| timeline.name == name);
    let names = (1..).map(|number| tr!("timeline-cut-name", number = number));
    if let Some(name) = names.take(10_000).find(|name| !taken(name)) {
        view.command("timeline.from-board", json!({ "name": name }));
    }
}

/// In the place of the tools: why there are none, and what to do.
fn assembly_ui(ui: &mut Ui, view: &mut View<'_>) {
    let theme = theme(ui.ctx());
    let text = tr!("timeline-make-cut");
    let width = ui.painter().layout_no_wrap(text.clone(), bold(BODY), theme.text).size().x + 2.0 * SPACE[2];
    let room = (ui.available_width() - width - SPACE[2]).max(0.0);
    let why = tr!("timeline-assembly-line");
    let wide = ui.painter().layout_no_wrap(why.clone(), regular(BODY), theme.text_soft).size().x + 2.0;
    let (rect, line) = ui.allocate_exact_size(Vec2::new(wide.min(room), HIT), Sense::hover());
    line.widget_info(|| WidgetInfo::labeled(Role::Label, true, &why));
    fitted_text(ui.painter(), rect, Align2::LEFT_CENTER, &why, regular(BODY), theme.text_soft);
    line.on_hover_text(&why);
    ui.add_space(SPACE[1]);
    let off = off(view);
    ui.add_enabled_ui(off.is_none(), |ui| {
        let (rect, response) = ui.allocate_exact_size(Vec2::new(width, HIT + 2.0), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, off.is_none(), &text));
        ui.painter().rect_filled(rect, RADIUS_FIELD, if response.hovered() { theme.hover } else { theme.raised });
        let ink = if off.is_none() { theme.accent } else { theme.text_faint };
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, &text, bold(BODY), ink);
        focus_ring(ui, rect, &response);
        if response.clicked() {
            from_board(view);
        }
        response.on_hover_text(tr!("timeline-from-board-tip")).on_disabled_hover_text(off.clone().unwrap_or_default());
    });
}

/// From far to near, about the playhead.
fn zoom_ui(ui: &mut Ui, view: &mut View<'_>, table: &Table, limits: Limits) {
    if hinted(view, icon_button(ui, Icon::ZoomIn, &tr!("timeline-zoom-in")), "timeline-zoom-in-tip", "timeline.zoom-in")
        .clicked()
    {
        view.session.cutting.nearer = Some(1.5);
    }
    slider_ui(ui, view, table, limits);
    let out = icon_button(ui, Icon::ZoomOut, &tr!("timeline-zoom-out"));
    if hinted(view, out, "timeline-zoom-out-tip", "timeline.zoom-out").clicked() {
        view.session.cutting.nearer = Some(1.0 / 1.5);
    }
}

fn slider_ui(ui: &mut Ui, view: &mut View<'_>, table: &Table, limits: Limits) {
    let theme = theme(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(Vec2::new(104.0, HIT), Sense::click_and_drag());
    let part = limits.part(table.scale.per_second);
    response.widget_info(|| WidgetInfo::slider(true, part, tr!("timeline-zoom")));
    let way = rect.x_range().shrink(7.0);
    let x = way.min + way.span() * part as f32;
    let y = rect.center().y;
    ui.painter().hline(way, y, egui::Stroke::new(2.0, theme.line));
    let held = response.hovered() || response.dragged();
    ui.painter().circle_filled(
        pos2(x, y),
        if held { 6.0 } else { 5.0 },
        if held { theme.text } else { theme.text_soft },
    );
    focus_ring(ui, rect, &response);
    let mut wanted = response
        .interact_pointer_pos()
        .filter(|_| response.dragged() || response.clicked())
        .map(|at| f64::from((at.x - way.min) / way.span()));
    if response.has_focus() {
        let steps =
            ui.input(|input| i32::from(input.key_pressed(Key::ArrowUp)) - i32::from(input.key_pressed(Key::ArrowDown)));
        wanted = wanted.or((steps != 0).then(|| part + f64::from(steps) * 0.05));
    }
    if let Some(wanted) = wanted {
        view.session.cutting.nearer = Some(limits.at(wanted) / table.scale.per_second);
    }
    response.on_hover_text(tr!("timeline-zoom-tip"));
}

/// So that the action's table and the tools can't part.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_has_an_action_and_words() {
        for tool in Tool::ALL {
            assert!(crate::action::find(tool.action()).is_some(), "{tool:?}");
            for id in [words(tool).0, words(tool).1] {
                assert_ne!(tr!(id), id);
            }
        }
    }
}
