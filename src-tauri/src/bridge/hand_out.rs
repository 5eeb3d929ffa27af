//! A file that is dragged out of the window into another program. Deliberately not here: what the file is; it is whole and signed before.

use std::path::PathBuf;
#[cfg(target_os = "linux")]
use std::sync::{Arc, Mutex, PoisonError};

/// Hands files out.
#[cfg(target_os = "linux")]
pub(super) struct HandOut {
    window: tauri::Window,
    file: Arc<Mutex<Option<PathBuf>>>,
}

#[cfg(target_os = "linux")]
impl HandOut {
    /// From this window.
    pub(super) fn new(window: &tauri::Window) -> Self {
        use gtk::prelude::*;

        let file: Arc<Mutex<Option<PathBuf>>> = Arc::default();
        let asked = file.clone();
        if let Ok(window) = window.gtk_window() {
            // The other program asks after the button was let go.
            window.connect_drag_data_get(move |_, _, data, _, _| {
                let file = asked.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(address) = file.as_ref().and_then(|path| gtk::glib::filename_to_uri(path, None).ok()) {
                    data.set_uris(&[&address]);
                }
            });
        }
        Self { window: window.clone(), file }
    }

    /// Lets the pointer, whose button is down, carry a file; whether it does.
    pub(super) fn begin(&self, path: PathBuf) -> bool {
        use gtk::prelude::*;

        let Ok(window) = self.window.gtk_window() else { return false };
        self.file.lock().unwrap_or_else(PoisonError::into_inner).replace(path);
        let target = gtk::TargetEntry::new("text/uri-list", gtk::TargetFlags::empty(), 0);
        let targets = gtk::TargetList::new(&[target]);
        let context = window.drag_begin_with_coordinates(&targets, gtk::gdk::DragAction::COPY, 1, None, -1, -1);
        if let Some(context) = &context {
            context.drag_set_icon_name("video-x-generic", 0, 0);
        }
        context.is_some()
    }
}

/// Hands files out.
#[cfg(not(target_os = "linux"))]
pub(super) struct HandOut(tauri::Window);

#[cfg(not(target_os = "linux"))]
impl HandOut {
    /// From this window.
    pub(super) fn new(window: &tauri::Window) -> Self {
        Self(window.clone())
    }

    /// Lets the pointer, whose button is down, carry a file; whether it does.
    pub(super) fn begin(&self, path: PathBuf) -> bool {
        let icon = drag::Image::Raw(include_bytes!("../../../icons/32x32.png").to_vec());
        let item = drag::DragItem::Files(vec![path]);
        drag::start_drag(&self.0, item, icon, |_, _| {}, drag::Options::default()).is_ok()
    }
}
