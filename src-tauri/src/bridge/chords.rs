//! Which modifier keys are down together. tao tells on Linux of the one that changed alone, so that Ctrl+Shift would be Shift; GTK, which has
//! each key with what was down before it, is asked beside it. Elsewhere tao tells of all.

use egui::Modifiers;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// What is down after each change of a modifier key, in order, until tao tells of that change.
#[derive(Debug, Clone, Default)]
pub(super) struct Chords(Arc<Mutex<VecDeque<Modifiers>>>);

impl Chords {
    /// What is down after the next change, if GTK said so.
    pub(super) fn next(&self) -> Option<Modifiers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// Keys are let go elsewhere.
    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Listens to GTK from now on.
    #[cfg(target_os = "linux")]
    pub(super) fn listen(&self, window: &tauri::Window) {
        use gtk::prelude::*;

        let Ok(window) = window.gtk_window() else { return };
        let (presses, releases) = (self.clone(), self.clone());
        window.connect_key_press_event(move |_, event| {
            presses.hear(event, true);
            gtk::glib::Propagation::Proceed
        });
        window.connect_key_release_event(move |_, event| {
            releases.hear(event, false);
            gtk::glib::Propagation::Proceed
        });
    }

    /// tao's own events are enough there.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn listen(&self, _: &tauri::Window) {}

    #[cfg(target_os = "linux")]
    fn hear(&self, event: &gtk::gdk::EventKey, pressed: bool) {
        use gtk::gdk::ModifierType;

        let before = event.state();
        let mut down = Modifiers {
            alt: before.contains(ModifierType::MOD1_MASK),
            ctrl: before.contains(ModifierType::CONTROL_MASK),
            shift: before.contains(ModifierType::SHIFT_MASK),
            mac_cmd: false,
            command: before.contains(ModifierType::CONTROL_MASK),
        };
        // Those that tao calls modifiers.
        match event.keyval().name().as_deref() {
            Some("Shift_L" | "Shift_R") => down.shift = pressed,
            Some("Control_L" | "Control_R") => (down.ctrl, down.command) = (pressed, pressed),
            Some("Alt_L" | "Alt_R") => down.alt = pressed,
            Some("Super_L" | "Super_R") => {}
            _ => return,
        }
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(down);
    }
}
