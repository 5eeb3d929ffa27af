//! For screen readers: egui's tree of controls goes out over AT-SPI through AccessKit, and what is asked for there comes back as input.
//! Nothing is made of it until somebody on the bus wants to know.
//!
//! Deliberately not here: names and roles of controls, which panels give; other systems than Linux, whose adapters need the window's
//! own handle before it is shown, and could not be tried.

#[cfg(target_os = "linux")]
pub(super) use linux::Access;
#[cfg(not(target_os = "linux"))]
pub(super) use nowhere::Access;

/// What is heard of screen readers.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// Whether somebody began to read.
    pub(super) begun: bool,
    /// Whether nobody reads any more.
    pub(super) ended: bool,
    /// What to do with controls.
    pub(super) asks: Vec<accesskit::ActionRequest>,
}

#[cfg(target_os = "linux")]
mod linux {
    use super::Heard;
    use accesskit::{ActionHandler, ActionRequest, ActivationHandler, DeactivationHandler, Rect, TreeUpdate};
    use std::sync::{Arc, Mutex, PoisonError};

    /// The window on the accessibility bus.
    pub(in crate::bridge) struct Access {
        adapter: accesskit_unix::Adapter,
        ears: Ears,
    }

    /// What the bus's own thread hears.
    #[derive(Clone, Default)]
    struct Ears(Arc<Mutex<Heard>>);

    impl Ears {
        fn hear(&self, change: impl FnOnce(&mut Heard)) {
            change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
            // The event loop turns, and looks.
            gtk::glib::idle_add_once(|| {});
        }
    }

    impl ActivationHandler for Ears {
        fn request_initial_tree(&mut self) -> Option<TreeUpdate> {
            self.hear(|heard| (heard.begun, heard.ended) = (true, false));
            // It comes with the next frame.
            None
        }
    }

    impl DeactivationHandler for Ears {
        fn deactivate_accessibility(&mut self) {
            self.hear(|heard| (heard.begun, heard.ended) = (false, true));
        }
    }

    impl ActionHandler for Ears {
        fn do_action(&mut self, request: ActionRequest) {
            self.hear(|heard| heard.asks.push(request));
        }
    }

    impl Access {
        pub(in crate::bridge) fn new() -> Self {
            let ears = Ears::default();
            let adapter = accesskit_unix::Adapter::new(ears.clone(), ears.clone(), ears.clone());
            Self { adapter, ears }
        }

        /// What was heard since the last time.
        pub(in crate::bridge) fn take(&mut self) -> Heard {
            std::mem::take(&mut self.ears.0.lock().unwrap_or_else(PoisonError::into_inner))
        }

        /// What the window shows now.
        pub(in crate::bridge) fn update(&mut self, tree: TreeUpdate) {
            self.adapter.update_if_active(|| tree);
        }

        pub(in crate::bridge) fn focus(&mut self, focused: bool) {
            self.adapter.update_window_focus_state(focused);
        }

        /// Where the window lies on the screen.
        pub(in crate::bridge) fn place(&mut self, window: &tauri::Window) {
            let outer = window.outer_position().ok().zip(window.outer_size().ok());
            let inner = window.inner_position().ok().zip(window.inner_size().ok());
            if let (Some(outer), Some(inner)) = (outer, inner) {
                self.adapter.set_root_window_bounds(rect(outer), rect(inner));
            }
        }
    }

    fn rect((at, size): (tauri::PhysicalPosition<i32>, tauri::PhysicalSize<u32>)) -> Rect {
        let (x, y) = (f64::from(at.x), f64::from(at.y));
        Rect::new(x, y, x + f64::from(size.width), y + f64::from(size.height))
    }
}

#[cfg(not(target_os = "linux"))]
mod nowhere {
    use super::Heard;

    /// Nobody reads.
    pub(in crate::bridge) struct Access;

    impl Access {
        pub(in crate::bridge) fn new() -> Self {
            Self
        }

        pub(in crate::bridge) fn take(&mut self) -> Heard {
            Heard::default()
        }

        pub(in crate::bridge) fn update(&mut self, _: accesskit::TreeUpdate) {}

        pub(in crate::bridge) fn focus(&mut self, _: bool) {}

        pub(in crate::bridge) fn place(&mut self, _: &tauri::Window) {}
    }
}
