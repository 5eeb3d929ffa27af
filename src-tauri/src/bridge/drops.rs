//! Files that are dragged over the window and dropped on it. tao tells of them on Windows and macOS; on Linux GTK is asked, which also
//! knows where they are.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Something about files from outside. Places are points from the window's top left.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Files {
    /// They are over the window.
    Over(Vec<PathBuf>, (f32, f32)),
    /// They left it.
    Gone,
    /// They were let go.
    Dropped(Vec<PathBuf>, (f32, f32)),
}

impl Files {
    /// The same where a point of the editor is so many of the window's.
    pub(super) fn in_points(self, zoom: f32) -> Self {
        let scaled = |(x, y): (f32, f32)| (x / zoom, y / zoom);
        match self {
            Self::Over(paths, at) => Self::Over(paths, scaled(at)),
            Self::Dropped(paths, at) => Self::Dropped(paths, scaled(at)),
            Self::Gone => Self::Gone,
        }
    }
}

/// What came and was not taken yet.
#[derive(Clone, Default)]
pub(super) struct Heard(Arc<Mutex<Vec<Files>>>);

impl Heard {
    fn push(&self, files: Files) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(files);
    }

    /// All that came.
    pub(super) fn take(&self) -> Vec<Files> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A file that was dropped, for egui.
#[derive(Debug)]
pub(super) struct File(pub(super) PathBuf);

impl egui::DroppedFile for File {
    fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

/// Listens to GTK from now on.
#[cfg(target_os = "linux")]
pub(super) fn listen(window: &tauri::Window, heard: &Heard) {
    use gtk::prelude::*;
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;

    let Ok(window) = window.gtk_window() else { return };
    let target = gtk::TargetEntry::new("text/uri-list", gtk::TargetFlags::OTHER_APP, 0);
    window.drag_dest_set(gtk::DestDefaults::empty(), &[target], gtk::gdk::DragAction::COPY);
    let wanted = gtk::gdk::Atom::intern("text/uri-list");
    let known: Rc<RefCell<Vec<PathBuf>>> = Rc::default();
    let (dropping, asked) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
    #[allow(clippy::cast_precision_loss)]
    let point = |x: i32, y: i32| (x as f32, y as f32);

    let (to, files, once) = (heard.clone(), known.clone(), asked.clone());
    window.connect_drag_motion(move |window, context, x, y, time| {
        // What is dragged is asked for once; where it is, comes each time.
        if !once.replace(true) {
            window.drag_get_data(context, &wanted, time);
        }
        to.push(Files::Over(files.borrow().clone(), point(x, y)));
        context.drag_status(gtk::gdk::DragAction::COPY, time);
        true
    });
    let (to, once) = (heard.clone(), asked.clone());
    window.connect_drag_leave(move |_, _, _| {
        once.set(false);
        to.push(Files::Gone);
    });
    let drops = dropping.clone();
    window.connect_drag_drop(move |window, context, _, _, time| {
        drops.set(true);
        window.drag_get_data(context, &wanted, time);
        true
    });
    let to = heard.clone();
    window.connect_drag_data_received(move |_, context, x, y, data, _, time| {
        let paths = data.uris().iter().filter_map(|uri| gtk::gio::File::for_uri(uri).path()).collect::<Vec<_>>();
        known.borrow_mut().clone_from(&paths);
        if dropping.replace(false) {
            let any = !paths.is_empty();
            to.push(Files::Dropped(paths, point(x, y)));
            context.drag_finish(any, false, time);
        }
    });
}

/// tao's own events come through the window's events there.
#[cfg(not(target_os = "linux"))]
pub(super) fn listen(_: &tauri::Window, _: &Heard) {}
