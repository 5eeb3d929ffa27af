//!

use crate::view::View;
use egui::Ui;

pub(crate) fn timeline_ui(ui: &mut Ui, view: &mut View<'_>) {
    let _ = (ui, view);
}
