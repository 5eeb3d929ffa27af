//! The panels: each reads the studio and emits commands, and holds no state but what it looks like.

pub(crate) mod board;
pub(crate) mod deliver;
pub(crate) mod history;
pub(crate) mod inspector;
pub(crate) mod library;
pub(crate) mod monitor;
pub(crate) mod palette;
pub(crate) mod pencil;
pub(crate) mod queue;
pub(crate) mod settings;
pub(crate) mod takes;
mod time_left;
pub(crate) mod timeline;
pub(crate) mod verify;

use crate::layout::Panel;
use crate::view::View;
use egui::Ui;

/// Draws a panel into its place.
pub(crate) fn show(panel: Panel, ui: &mut Ui, view: &mut View<'_>) {
    crate::layout::ground(ui);
    match panel {
        Panel::Storyboard => board::board_ui(ui, view),
        Panel::Timeline => timeline::timeline_ui(ui, view),
        Panel::Program => monitor::program_ui(ui, view),
        Panel::Source => monitor::source_ui(ui, view),
        Panel::Inspector => inspector::inspector_ui(ui, view),
        Panel::Takes => takes::takes_ui(ui, view),
        Panel::Queue => queue::queue_ui(ui, view),
        Panel::Library => library::library_ui(ui, view),
        Panel::History => history::history_ui(ui, view),
        Panel::Verify => verify::verify_ui(ui, view),
        Panel::Deliver => deliver::deliver_ui(ui, view),
    }
}
