//! Notches of a wheel. Where a wheel is turned notch by notch, as over a remote desktop, tao tells on Linux that it was turned and not
//! which way: GTK is asked beside it, as for chords of keys.

use egui::Vec2;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Which way each notch went, in order, until tao tells of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Notches(Arc<Mutex<VecDeque<Vec2>>>);

impl Notches {
    /// The next notch in lines, as egui counts them: up and left are more.
    pub(super) fn next(&self) -> Option<Vec2> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// Listens to GTK from now on.
    #[cfg(target_os = "linux")]
    pub(super) fn listen(&self, window: &tauri::Window) {
        use gtk::gdk::ScrollDirection;
        use gtk::prelude::*;

        let Ok(window) = window.gtk_window() else { return };
        let heard = self.clone();
        window.connect_scroll_event(move |_, event| {
            let notch = match event.direction() {
                ScrollDirection::Up => Some(Vec2::new(0.0, 1.0)),
                ScrollDirection::Down => Some(Vec2::new(0.0, -1.0)),
                ScrollDirection::Left => Some(Vec2::new(1.0, 0.0)),
                ScrollDirection::Right => Some(Vec2::new(-1.0, 0.0)),
                // How far is known to tao.
                _ => None,
            };
            heard.0.lock().unwrap_or_else(PoisonError::into_inner).extend(notch);
            gtk::glib::Propagation::Proceed
        });
    }

    /// tao's own events are enough there.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn listen(&self, _: &tauri::Window) {}
}
