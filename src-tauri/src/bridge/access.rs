//! For screen readers: egui's tree of controls goes out through AccessKit (AT-SPI on Linux, UI Automation on Windows, NSAccessibility on
//! macOS), and what is asked for there comes back as input. Nothing is made of it until somebody wants to know.
//!
//! Deliberately not here: names and roles of controls, which panels give.

use accesskit::{ActionHandler, ActionRequest, ActivationHandler, TreeUpdate};
use std::sync::{Arc, Mutex, PoisonError};
use system::Adapter;

/// What is heard of screen readers.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// Whether somebody began to read.
    pub(super) begun: bool,
    /// Whether nobody reads any more.
    pub(super) ended: bool,
    /// What to do with controls.
    pub(super) asks: Vec<ActionRequest>,
}

/// The window among what screen readers can read.
pub(super) struct Access {
    adapter: Adapter,
    ears: Ears,
}

impl Access {
    /// To be called before the window is shown for the first time: on Windows and macOS its procedure or its view is taken over.
    pub(super) fn new(window: &tauri::Window) -> Self {
        let ears = Ears::default();
        Self { adapter: Adapter::new(window, &ears), ears }
    }

    /// What was heard since the last time.
    pub(super) fn take(&mut self) -> Heard {
        std::mem::take(&mut self.ears.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What the window shows now.
    pub(super) fn update(&mut self, tree: TreeUpdate) {
        self.adapter.update(tree);
    }

    pub(super) fn focus(&mut self, focused: bool) {
        self.adapter.focus(focused);
    }

    /// Says where the window lies on the screen.
    pub(super) fn place(&mut self, window: &tauri::Window) {
        self.adapter.place(window);
    }
}

/// What the system hears, on whatever thread.
#[derive(Clone, Default)]
struct Ears(Arc<Mutex<Heard>>);

impl Ears {
    fn hear(&self, change: impl FnOnce(&mut Heard)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
        system::wake();
    }
}

impl ActivationHandler for Ears {
    fn request_initial_tree(&mut self) -> Option<TreeUpdate> {
        self.hear(|heard| (heard.begun, heard.ended) = (true, false));
        // It comes with the next frame.
        None
    }
}

impl ActionHandler for Ears {
    fn do_action(&mut self, request: ActionRequest) {
        self.hear(|heard| heard.asks.push(request));
    }
}

#[cfg(target_os = "linux")]
mod system {
    use super::Ears;
    use accesskit::{DeactivationHandler, Rect, TreeUpdate};

    /// The event loop turns, and looks.
    pub(super) fn wake() {
        gtk::glib::idle_add_once(|| {});
    }

    impl DeactivationHandler for Ears {
        fn deactivate_accessibility(&mut self) {
            self.hear(|heard| (heard.begun, heard.ended) = (false, true));
        }
    }

    /// The window on the accessibility bus.
    pub(super) struct Adapter(accesskit_unix::Adapter);

    impl Adapter {
        pub(super) fn new(_: &tauri::Window, ears: &Ears) -> Self {
            Self(accesskit_unix::Adapter::new(ears.clone(), ears.clone(), ears.clone()))
        }

        pub(super) fn update(&mut self, tree: TreeUpdate) {
            self.0.update_if_active(|| tree);
        }

        pub(super) fn focus(&mut self, focused: bool) {
            self.0.update_window_focus_state(focused);
        }

        pub(super) fn place(&mut self, window: &tauri::Window) {
            let outer = window.outer_position().ok().zip(window.outer_size().ok());
            let inner = window.inner_position().ok().zip(window.inner_size().ok());
            if let (Some(outer), Some(inner)) = (outer, inner) {
                self.0.set_root_window_bounds(rect(outer), rect(inner));
            }
        }
    }

    fn rect((at, size): (tauri::PhysicalPosition<i32>, tauri::PhysicalSize<u32>)) -> Rect {
        let (x, y) = (f64::from(at.x), f64::from(at.y));
        Rect::new(x, y, x + f64::from(size.width), y + f64::from(size.height))
    }
}

#[cfg(target_os = "windows")]
mod system {
    use super::Ears;
    use accesskit::TreeUpdate;
    use accesskit_windows::{HWND, SubclassingAdapter};
    use send_wrapper::SendWrapper;

    /// The event loop looks by itself, ten times a second at least.
    pub(super) fn wake() {}

    /// The window's procedure, with answers for UI Automation before it; none where the window has no handle. Tauri wants its plugins to be
    /// sendable, though the event loop's thread alone makes, uses and drops them.
    pub(super) struct Adapter(SendWrapper<Option<SubclassingAdapter>>);

    impl Adapter {
        pub(super) fn new(window: &tauri::Window, ears: &Ears) -> Self {
            // Another version of the `windows` crate names the same handle.
            let handle = window.hwnd().ok().map(|handle| HWND(handle.0));
            let adapter = handle.map(|handle| SubclassingAdapter::new(handle, ears.clone(), ears.clone()));
            Self(SendWrapper::new(adapter))
        }

        pub(super) fn update(&mut self, tree: TreeUpdate) {
            if let Some(events) = self.0.as_mut().and_then(|adapter| adapter.update_if_active(|| tree)) {
                events.raise();
            }
        }

        /// The procedure hears of it itself.
        pub(super) fn focus(&mut self, _: bool) {}

        /// The system knows it.
        pub(super) fn place(&mut self, _: &tauri::Window) {}
    }
}

#[cfg(target_os = "macos")]
mod system {
    use super::Ears;
    use accesskit::TreeUpdate;
    use accesskit_macos::SubclassingAdapter;
    use send_wrapper::SendWrapper;

    /// The event loop looks by itself, ten times a second at least.
    pub(super) fn wake() {}

    /// The window's view, with answers for NSAccessibility; none where the window has no view. Tauri wants its plugins to be sendable,
    /// though the event loop's thread alone makes, uses and drops them.
    pub(super) struct Adapter(SendWrapper<Option<SubclassingAdapter>>);

    impl Adapter {
        pub(super) fn new(window: &tauri::Window, ears: &Ears) -> Self {
            let view = window.ns_view().ok().filter(|view| !view.is_null());
            // SAFETY: the view is the window's own, which is there until the event loop, whose plugin holds this, has ended.
            let adapter = view.map(|view| unsafe { SubclassingAdapter::new(view, ears.clone(), ears.clone()) });
            Self(SendWrapper::new(adapter))
        }

        pub(super) fn update(&mut self, tree: TreeUpdate) {
            if let Some(events) = self.0.as_mut().and_then(|adapter| adapter.update_if_active(|| tree)) {
                events.raise();
            }
        }

        pub(super) fn focus(&mut self, focused: bool) {
            if let Some(events) = self.0.as_mut().and_then(|adapter| adapter.update_view_focus_state(focused)) {
                events.raise();
            }
        }

        /// The system knows it.
        pub(super) fn place(&mut self, _: &tauri::Window) {}
    }
}
