//! The bar at the top (project, workspaces, model, queue, palette) and the line at the bottom.

use crate::action::label_id;
use crate::intent::Request;
use crate::layout::{Panel, Workspace};
use crate::session::Over;
use crate::theme::{BODY, CAPTION, HIT, ICON_SIZE, Icon, SPACE, bold, mono, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{chip_ui, icon_button};
use egui::{Align, Layout, Rect, Sense, Ui, UiBuilder, Vec2, WidgetInfo};
use kinora_studio::queue::State;

const TOP: f32 = 40.0;
const BOTTOM: f32 = 22.0;

/// The bar at the top.
pub(super) fn top_ui(ui: &mut Ui, view: &mut View<'_>) {
    let theme = theme(ui.ctx());
    let frame = egui::Frame::new().fill(theme.background).inner_margin(egui::Margin::symmetric(SPACE[2] as i8, 0));
    egui::Panel::top("top").exact_size(TOP).frame(frame).show_separator_line(false).resizable(false).show(ui, |ui| {
        let bar = ui.max_rect();
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let (icon, response) = ui.allocate_exact_size(Vec2::splat(HIT), Sense::click());
            let colour = if response.hovered() { theme.accent } else { theme.text_soft };
            Icon::Clapperboard.paint_at(ui.painter(), icon.center(), 18.0, colour);
            let name = tr!("top-project-menu");
            response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, &name));
            egui::Popup::menu(&response).show(|ui| project_menu_ui(ui, view));
            let name = view.project().settings.name.clone();
            ui.label(egui::RichText::new(name).font(bold(BODY)).color(theme.text));
        });
        workspaces_ui(ui, view, bar);
        ui.scope_builder(UiBuilder::new().max_rect(bar).layout(Layout::right_to_left(Align::Center)), |ui| {
            let open = icon_button(ui, Icon::Search, &tr!("top-palette"));
            if open.on_hover_text(view.hint(&tr!("top-palette-hint"), "program.palette")).clicked() {
                view.session.over = Some(Over::Palette);
            }
            queue_chip_ui(ui, view);
            let model = view.studio.card().map(|card| card.name.clone());
            match model {
                Ok(name) => {
                    chip_ui(ui, Icon::Sparkles, &tr!("top-model", name = name), theme.text_soft);
                }
                Err(reason) => {
                    chip_ui(ui, Icon::TriangleAlert, &tr!("top-no-model"), theme.error).on_hover_text(reason.0);
                }
            }
        });
    });
}

fn project_menu_ui(ui: &mut Ui, view: &mut View<'_>) {
    ui.set_min_width(200.0);
    if ui.button(tr!("action-program-settings")).clicked() {
        view.session.over = Some(Over::Settings);
        ui.close();
    }
    if ui.button(tr!("action-workspace-reset")).clicked() {
        view.session.resets_layout = true;
        ui.close();
    }
    ui.separator();
    for (id, request) in [
        ("project.new", Request::NewProject),
        ("project.open", Request::OpenProject),
        ("media.choose", Request::Import),
        ("project.close", Request::CloseProject),
        ("help.handbook", Request::Handbook),
        ("program.quit", Request::Quit),
    ] {
        if ui.button(tr!(&label_id(id))).clicked() {
            view.out.ask(request);
            ui.close();
        }
    }
}

fn workspaces_ui(ui: &mut Ui, view: &mut View<'_>, bar: Rect) {
    let theme = theme(ui.ctx());
    let names = Workspace::ALL.map(|workspace| tr!(workspace.title_id()));
    let widths = names
        .clone()
        .map(|name| ui.painter().layout_no_wrap(name, regular(BODY), theme.text).size().x + 2.0 * SPACE[3]);
    let mut left = bar.center().x - widths.iter().sum::<f32>() / 2.0;
    for ((workspace, name), width) in Workspace::ALL.into_iter().zip(names).zip(widths) {
        let rect = Rect::from_min_size(egui::pos2(left, bar.top()), Vec2::new(width, bar.height()));
        left += width;
        let response = ui.interact(rect, ui.scope_id().with(workspace), Sense::click());
        let active = view.session.workspace == workspace;
        response.widget_info(|| WidgetInfo::selected(egui::Role::Tab, true, active, &name));
        let colour = if active || response.hovered() { theme.text } else { theme.text_soft };
        let font = if active { bold(BODY) } else { regular(BODY) };
        ui.painter().text(rect.center(), egui::Align2::CENTER_CENTER, &name, font, colour);
        if active {
            let line = Rect::from_min_max(
                egui::pos2(rect.left() + SPACE[2], rect.bottom() - 2.0),
                egui::pos2(rect.right() - SPACE[2], rect.bottom()),
            );
            ui.painter().rect_filled(line, 0.0, theme.accent);
        }
        if response.has_focus() {
            ui.painter().rect_stroke(rect.shrink(3.0), 4.0, theme.selected_stroke(), egui::StrokeKind::Inside);
        }
        if response.clicked() {
            view.session.workspace = workspace;
        }
    }
}

fn queue_chip_ui(ui: &mut Ui, view: &mut View<'_>) {
    let theme = theme(ui.ctx());
    let jobs = view.session.derived.jobs();
    let open = jobs.iter().filter(|job| matches!(job.state, State::Waiting | State::Running)).count();
    let running = jobs.iter().find(|job| job.state == State::Running).map(|job| job.id);
    if open == 0 {
        return;
    }
    let part = running.and_then(|job| view.desk.progress(job)).map(|job| job.progress);
    let part = part.map_or(0.0, |progress| progress.step as f32 / progress.total.max(1) as f32);
    let text = tr!("top-queue", count = open);
    let width = ui.painter().layout_no_wrap(text.clone(), regular(BODY), theme.text).size().x;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width + ICON_SIZE + 2.0 * SPACE[1], HIT), Sense::click());
    let ring = egui::pos2(rect.left() + SPACE[1] + 6.0, rect.center().y);
    crate::widgets::ring(ui.painter(), ring, 6.0, part, &theme);
    let at = egui::pos2(rect.left() + ICON_SIZE + SPACE[1] + 4.0, rect.center().y);
    ui.painter().text(at, egui::Align2::LEFT_CENTER, &text, regular(BODY), theme.text);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, &text));
    if response.clicked() {
        view.session.reveal = Some(Panel::Queue);
    }
}

/// The line at the bottom.
pub(super) fn status_ui(ui: &mut Ui, view: &mut View<'_>) {
    let theme = theme(ui.ctx());
    let frame = egui::Frame::new().fill(theme.background).inner_margin(egui::Margin::symmetric(SPACE[2] as i8, 0));
    egui::Panel::bottom("status").exact_size(BOTTOM).frame(frame).show_separator_line(false).resizable(false).show(
        ui,
        |ui| {
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let status = view.session.status.clone();
                if status.failed {
                    ui.label(Icon::CircleAlert.rich(CAPTION + 1.0).color(theme.error));
                }
                let colour = if status.failed { theme.error } else { theme.text_soft };
                let room = ui.available_width() - 220.0;
                ui.scope(|ui| {
                    ui.set_max_width(room.max(80.0));
                    ui.add(
                        egui::Label::new(egui::RichText::new(&status.text).font(regular(CAPTION)).color(colour))
                            .truncate(),
                    );
                });
                if status.undo {
                    let undo = egui::RichText::new(tr!("status-undo")).font(regular(CAPTION)).color(theme.accent);
                    if ui.add(egui::Button::new(undo).frame(false)).clicked() {
                        view.command("edit.undo", serde_json::json!({}));
                    }
                }
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let small = |text: String| egui::RichText::new(text).font(mono(CAPTION)).color(theme.text_faint);
                    let bytes = view.desk.memory_bytes();
                    if bytes > 0 {
                        ui.label(small(tr!("status-memory", size = bytes >> 20)));
                    }
                    let dropped = view.desk.dropped_frames();
                    if dropped > 0 {
                        ui.label(small(tr!("status-dropped", count = dropped)));
                    }
                });
            });
        },
    );
}
