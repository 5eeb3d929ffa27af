//! What a panel gets: the studio to read, the session to change, the desk to ask, and a place for what it wants done.

use crate::desk::Desk;
use crate::intent::Commands;
use crate::keys::{self, Keymap};
use crate::session::Session;
use crate::tr;
use crate::widgets::keys_text;
use egui::os::OperatingSystem;
use kinora_project::timeline::Timeline;
use kinora_project::{ASSEMBLY, Project, ShotId};
use kinora_studio::Studio;
use serde_json::Value;
use std::sync::Arc;

/// What a panel gets.
pub struct View<'a> {
    /// The open project. Nothing in it changes while panels are drawn.
    pub studio: &'a Studio,
    /// What the person sees and has chosen.
    pub session: &'a mut Session,
    /// Pictures, progress, monitors.
    pub desk: &'a mut dyn Desk,
    /// What panels want done.
    pub out: &'a mut Commands,
    /// Which keys run what.
    pub keymap: &'a Keymap,
    /// Seconds, as egui counts them.
    pub now: f64,
}

impl View<'_> {
    /// The document.
    #[must_use]
    pub fn project(&self) -> &Arc<Project> {
        self.studio.project()
    }

    /// The keys of an action or command as people read them: in a text that says what to press. Where it has none, its name.
    #[must_use]
    pub fn keys(&self, id: &str) -> String {
        self.keymap.shortest(id).map_or_else(|| keys::label(id), |keys| keys_text(keys, is_mac()))
    }

    /// A hint with the keys of what it is about, where it has some: `Play (Space)`.
    #[must_use]
    pub fn hint(&self, words: &str, id: &str) -> String {
        match self.keymap.shortest(id) {
            Some(keys) => format!("{words} ({})", keys_text(keys, is_mac())),
            None => words.to_owned(),
        }
    }

    /// The name of the timeline that is open.
    #[must_use]
    pub fn timeline_name(&self) -> String {
        match self.session.derived.timeline() {
            Some(_) if self.session.timeline == ASSEMBLY => tr!("timeline-assembly"),
            Some(timeline) => timeline.name.clone(),
            None => String::new(),
        }
    }

    /// A command with arguments.
    pub fn command(&mut self, id: &'static str, args: Value) {
        self.out.command(id, args);
    }

    /// The timeline that is open.
    #[must_use]
    pub fn timeline(&self) -> Option<Arc<Timeline>> {
        self.session.derived.timeline().cloned()
    }

    /// How many frames of the project's rate the open timeline has.
    #[must_use]
    pub fn timeline_frames(&self) -> u32 {
        let duration = self.session.derived.timeline().map(|timeline| timeline.duration()).unwrap_or_default();
        u32::try_from(self.project().settings.rate.nearest_frame(duration)).unwrap_or(0)
    }

    /// The shot that is selected: on the board, or the one that the selected item shows.
    #[must_use]
    pub fn shot(&self) -> Option<ShotId> {
        self.session.selected.shot()
    }
}

fn is_mac() -> bool {
    OperatingSystem::from_target_os().is_mac()
}
