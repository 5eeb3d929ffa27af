//!

use crate::view::View;
use egui::Ui;

pub(crate) fn verify_ui(ui: &mut Ui, view: &mut View<'_>) {
    let _ = (ui, view);
}
