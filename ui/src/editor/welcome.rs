//! The page without a project: the sample, a new one, those that were open before.

use crate::desk::Desk;
use crate::intent::{Commands, Request};
use crate::session::Session;
use crate::theme::{BODY, CAPTION, Icon, SPACE, bold, regular, theme};
use crate::tr;
use crate::widgets::{primary_button, wide_button};
use egui::{Align, Layout, Ui, Vec2};

/// The width of what is in the middle of the page.
const WIDTH: f32 = 420.0;

pub(super) fn welcome_ui(ui: &mut Ui, session: &mut Session, desk: &mut dyn Desk, out: &mut Commands) {
    let theme = theme(ui.ctx());
    ui.painter().rect_filled(ui.max_rect(), 0.0, theme.background);
    let height = ui.available_height();
    ui.vertical_centered(|ui| {
        ui.add_space((height * 0.16).min(160.0));
        ui.set_max_width(WIDTH);
        ui.label(Icon::Clapperboard.rich(40.0).color(theme.accent));
        ui.add_space(SPACE[1]);
        ui.label(egui::RichText::new("Kinora").font(bold(28.0)).color(theme.text));
        ui.label(egui::RichText::new(tr!("welcome-line")).font(regular(BODY)).color(theme.text_soft));
        ui.add_space(SPACE[4]);
        if primary_button(ui, &tr!("welcome-sample"), Vec2::new(WIDTH, 36.0)).clicked() {
            out.ask(Request::SampleProject);
        }
        ui.horizontal(|ui| {
            let half = Vec2::new((WIDTH - SPACE[1]) / 2.0, 32.0);
            if wide_button(ui, Icon::Plus, &tr!("welcome-new"), half).clicked() {
                out.ask(Request::NewProject);
            }
            if wide_button(ui, Icon::FolderOpen, &tr!("welcome-open"), half).clicked() {
                out.ask(Request::OpenProject);
            }
        });
        let recent = desk.recent_projects().to_vec();
        if !recent.is_empty() {
            ui.add_space(SPACE[4]);
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                ui.label(egui::RichText::new(tr!("welcome-recent")).font(bold(BODY)).color(theme.text));
                for path in recent.iter().take(6) {
                    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                    let row = egui::Button::new(egui::RichText::new(name).color(theme.text)).frame(false);
                    let row = ui.add(row).on_hover_text(path.display().to_string());
                    if row.clicked() {
                        out.ask(Request::Open(path.clone()));
                    }
                }
            });
        }
        ui.add_space(SPACE[4]);
        let status = &session.status;
        let colour = if status.failed { theme.error } else { theme.text_soft };
        ui.label(egui::RichText::new(&status.text).font(regular(CAPTION)).color(colour));
    });
}
