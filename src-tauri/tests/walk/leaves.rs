//! A take is dragged out of the window into another program, which gets a marked and signed film.

use super::app::{App, read, sample_in, turn, xdotool};
use gtk::prelude::*;
use kinora_provenance::{TrustAnchors, verify_file};
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

/// Where the other program's window is, beside the editor's.
const OTHER: (i32, i32) = (1400, 400);

pub fn a_take_leaves() {
    let home = tempfile::tempdir().expect("a folder");
    let mut app = App::start_sized(home.path(), &[], (1280, 800));
    app.keys(&["Tab", "Return"]);
    let project = app.until("the sample project is there", || sample_in(home.path()));
    app.until("its takes are there", || (read(&project).arrived.takes.len() == 5).then_some(()));
    let (other, received) = other_program();

    // The first time its film is made, the second time it is there.
    drag(&app);
    let exports = project.join("exports");
    let film = app.until("the film is made", || {
        let mut files = std::fs::read_dir(&exports).ok()?.flatten().map(|entry| entry.path());
        files.find(|path| path.extension().is_some_and(|end| end == "mp4"))
    });
    app.look("50 ready to leave");
    assert!(received.borrow().is_none(), "nothing leaves before it is whole");
    let got = app.until("the other program has it", || {
        drag(&app);
        received.borrow().clone()
    });
    assert_eq!(got.canonicalize().ok(), film.canonicalize().ok());
    let report = verify_file(&got, &TrustAnchors::none()).expect("a film");
    assert!(report.holds() && report.generated_declared, "{report:?}");
    other.close();
    app.quit();
}

/// From the first card to the other program's window.
fn drag(app: &App) {
    app.to((110, 190));
    xdotool(&["mousedown", "1"]);
    turn(Duration::from_millis(300));
    for step in 1..=14 {
        let (x, y) = (120 + (OTHER.0 + 60 - 120) * step / 14, 220 + (OTHER.1 + 60 - 220) * step / 14);
        xdotool(&["mousemove", &x.to_string(), &y.to_string()]);
        turn(Duration::from_millis(120));
    }
    turn(Duration::from_millis(600));
    xdotool(&["mouseup", "1"]);
    turn(Duration::from_millis(1500));
}

/// A window of another program that takes files, and the file that it got.
fn other_program() -> (gtk::Window, Rc<RefCell<Option<PathBuf>>>) {
    let window = gtk::Window::new(gtk::WindowType::Popup);
    window.move_(OTHER.0, OTHER.1);
    window.resize(160, 160);
    let target = gtk::TargetEntry::new("text/uri-list", gtk::TargetFlags::OTHER_APP, 0);
    window.drag_dest_set(gtk::DestDefaults::ALL, &[target], gtk::gdk::DragAction::COPY);
    let received = Rc::new(RefCell::new(None));
    let to = received.clone();
    window.connect_drag_data_received(move |_, _, _, _, data, _, _| {
        let paths = data.uris();
        let path = paths.first().and_then(|address| gtk::glib::filename_from_uri(address).ok());
        to.replace(path.map(|(path, _)| path));
    });
    window.show_all();
    turn(Duration::from_millis(300));
    (window, received)
}
