//!

use crate::view::View;
use egui::Ui;

pub(crate) fn program_ui(ui: &mut Ui, view: &mut View<'_>) {
    let _ = (ui, view);
}
pub(crate) fn source_ui(ui: &mut Ui, view: &mut View<'_>) {
    let _ = (ui, view);
}
