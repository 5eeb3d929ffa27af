//! The editor's panels on egui: they read a [`kinora_studio::Studio`], show it, and emit commands. The shell around them gives
//! pictures and takes requests ([`Desk`], [`Request`]).
//!
//! Deliberately not here: windows, files, engines, threads.

pub mod action;
mod desk;
mod dragged;
mod editor;
mod fill;
mod intent;
mod keys;
mod layout;
mod panels;
mod session;
#[cfg(test)]
mod testing;
pub mod theme;
mod view;
mod widgets;
pub mod words;

pub use desk::{Claims, Desk, Found, Hearing, JobProgress, Looking, Monitor, PromptReading, Texture, Waveform};
pub use editor::Editor;
pub use intent::{Brought, Commands, Drawn, Intent, Landing, Request};
pub use keys::{Keymap, PRESETS, Target, add_presets, target};
pub use layout::{Layouts, Panel, Workspace};
pub use panels::monitor::CameraMove;
pub use panels::pencil::Pencil;
pub use session::{Cutting, Draft, Over, Place, Preferences, Selected, Session, Source, Status, Tool, Transport, Wrap};
pub use view::View;

/// The id of a command's label in the translations.
#[must_use]
pub fn command_label(id: &str) -> String {
    format!("command-{}", id.replace('.', "-"))
}
