//!

use crate::view::View;
use egui::Ui;

pub(crate) fn takes_ui(ui: &mut Ui, view: &mut View<'_>) {
    let _ = (ui, view);
}
