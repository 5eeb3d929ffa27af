//! The command palette, and the form that asks for what a command wants to know.

use crate::keys::Keymap;
use crate::view::View;
use egui::Ui;

/// The palette.
#[derive(Debug, Default)]
pub(crate) struct Palette {
    open: bool,
}

impl Palette {
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }
    pub(crate) fn open(&mut self) {
        self.open = true;
    }
    /// The keys that open and close it.
    pub(crate) fn keys(&mut self, ui: &Ui, view: &mut View<'_>) {
        let _ = (ui, view);
    }
    pub(crate) fn show(&mut self, ui: &mut Ui, view: &mut View<'_>, keys: &Keymap) {
        let _ = (ui, view, keys);
    }
}
