//! The application in its window, and what a person does to it: mouse, keys, files dragged in from another program, looking.

use gtk::prelude::*;
use kinora_project::Project;
use kinora_studio::Studio;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Nothing takes longer on a slow machine that is busy with other tests, to which the application's jobs give way.
const PATIENCE: Duration = Duration::from_secs(600);

/// A process that ends with the test.
pub struct Running(Child);

impl From<Child> for Running {
    fn from(process: Child) -> Self {
        Self(process)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// A display of its own, with a window manager, which becomes that of this process and those it starts.
pub fn screen() -> [Running; 2] {
    let mut command = Command::new("Xvfb");
    command.args(["-displayfd", "1", "-screen", "0", "1640x1060x24", "-nolisten", "tcp"]);
    let server = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("Xvfb is installed");
    let mut server = Running(server);
    let mut number = String::new();
    let output = server.0.stdout.take().expect("it is piped");
    BufReader::new(output).read_line(&mut number).expect("Xvfb says which display it is");
    // SAFETY: no other thread runs yet.
    unsafe {
        std::env::set_var("DISPLAY", format!(":{}", number.trim()));
        std::env::set_var("GDK_BACKEND", "x11");
        std::env::set_var("NO_AT_BRIDGE", "1");
        std::env::remove_var("WAYLAND_DISPLAY");
        std::env::remove_var("DBUS_SESSION_BUS_ADDRESS");
    }
    gtk::init().expect("GTK on the display that was just started");
    let manager = Command::new("openbox").stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    [Running(manager.expect("openbox is installed")), server]
}

pub fn sample_in(home: &Path) -> Option<PathBuf> {
    let mut folders = vec![home.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()) {
            match path.extension() {
                Some(end) if end == "kinora" => return Some(path),
                _ if path.is_dir() => folders.push(path),
                _ => {}
            }
        }
    }
    None
}

/// The project as it lies on the disk.
pub fn read(project: &Path) -> Arc<Project> {
    Studio::look(project, "a test looks at it").expect("a sound project").project().clone()
}

/// A still of two colours, the lower one for a number.
pub fn picture(path: &Path, number: u8) {
    let mut frame = kinora_frame::Frame::filled(kinora_frame::Size::new(256, 144), [40, 90, 160, 255]);
    for pixel in frame.rgba_mut().chunks_exact_mut(4).skip(256 * 72) {
        pixel.copy_from_slice(&[200, 70 + 10 * number, 90, 255]);
    }
    kinora_media::save_png(path, &frame).expect("a picture");
}

/// Which part of the screen is another one now.
pub fn changed(before: &[u8], after: &[u8]) -> f64 {
    let differ = before.chunks(3).zip(after.chunks(3)).filter(|(a, b)| a != b).count();
    differ as f64 / (before.len() / 3) as f64
}

/// The application and its window.
pub struct App {
    process: Running,
    window: String,
}

impl App {
    /// Starts it in a home of its own, and waits for its window.
    pub fn start(home: &Path, arguments: &[&Path]) -> Self {
        Self::start_sized(home, arguments, (1600, 1000))
    }

    /// With a session bus, over which screen readers ask.
    pub fn start_on_bus(home: &Path, arguments: &[&Path], address: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kinora-desktop"));
        command.env("DBUS_SESSION_BUS_ADDRESS", address);
        Self::started(command, home, arguments, (1600, 1000))
    }

    /// In a window of a size.
    pub fn start_sized(home: &Path, arguments: &[&Path], size: (u32, u32)) -> Self {
        Self::started(Command::new(env!("CARGO_BIN_EXE_kinora-desktop")), home, arguments, size)
    }

    fn started(mut command: Command, home: &Path, arguments: &[&Path], (width, height): (u32, u32)) -> Self {
        command.args(arguments).env("HOME", home).env("KINORA_DATA", home.join("data"));
        command.env("KINORA_MANY_WINDOWS", "1").env("LANG", "en_GB.UTF-8").env_remove("XDG_DOCUMENTS_DIR");
        let process = Running(command.spawn().expect("the application starts"));
        let mut app = Self { process, window: String::new() };
        let id = app.process.0.id().to_string();
        app.window = app.until("a window", || {
            let found = xdotool(&["search", "--onlyvisible", "--pid", &id, "--name", "Kinora"]);
            found.lines().last().map(str::to_owned)
        });
        // Its place does not depend on the window manager's mood.
        let (width, height) = (width.to_string(), height.to_string());
        xdotool(&["windowmove", &app.window, "10", "30", "windowsize", &app.window, &width, &height]);
        xdotool(&["windowfocus", &app.window]);
        app.pause();
        app.pause();
        app
    }

    /// Waits for something, and goes on turning GTK's wheel.
    pub fn until<T>(&self, what: &str, ready: impl Fn() -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(found) = ready() {
                return found;
            }
            if begun.elapsed() > PATIENCE {
                self.look("failed");
                panic!("{what}: not within {PATIENCE:?}; see {}", shots().display());
            }
            turn(Duration::from_millis(200));
        }
    }

    pub fn pause(&self) {
        turn(Duration::from_millis(1500));
    }

    pub fn keys(&self, keys: &[&str]) {
        for key in keys {
            xdotool(&["key", key]);
            turn(Duration::from_millis(400));
        }
    }

    pub fn text(&self, text: &str) {
        xdotool(&["type", "--delay", "30", text]);
        turn(Duration::from_millis(400));
    }

    /// As [`App::keys`], without a pause after them.
    pub fn press(&self, keys: &[&str]) {
        xdotool(&[&["key", "--delay", "4"], keys].concat());
    }

    /// As [`App::text`], faster than anybody types.
    pub fn write(&self, text: &str) {
        xdotool(&["type", "--delay", "8", text]);
    }

    pub fn to(&self, (x, y): (i32, i32)) {
        xdotool(&["mousemove", "--window", &self.window, &x.to_string(), &y.to_string()]);
        turn(Duration::from_millis(200));
    }

    pub fn click(&self, at: (i32, i32)) {
        self.to(at);
        xdotool(&["click", "1"]);
        self.pause();
    }

    /// Types a path into the dialog that is open.
    pub fn dialog(&self, path: &Path) {
        self.pause();
        // Only the name before its ending is marked.
        self.keys(&["ctrl+a"]);
        self.text(&path.display().to_string());
        self.pause();
        self.keys(&["Return"]);
    }

    /// Files from another program's window, dragged to a place; how it looks before they are let go can be kept. When they were.
    pub fn drag_in(&self, files: &[&Path], place: (i32, i32), before: Option<&str>) -> Instant {
        let source = gtk::Window::new(gtk::WindowType::Popup);
        source.move_(1400, 1000);
        source.resize(120, 50);
        let target = gtk::TargetEntry::new("text/uri-list", gtk::TargetFlags::OTHER_APP, 0);
        source.drag_source_set(gtk::gdk::ModifierType::BUTTON1_MASK, &[target], gtk::gdk::DragAction::COPY);
        let address = |file: &&Path| gtk::glib::filename_to_uri(file, None).expect("an absolute path").to_string();
        let addresses: Vec<String> = files.iter().map(address).collect();
        source.connect_drag_data_get(move |_, _, data, _, _| {
            let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
            assert!(data.set_uris(&addresses));
        });
        source.show_all();
        turn(Duration::from_millis(500));
        let drag = ["mousemove", "1450", "1020", "mousedown", "1"];
        xdotool(&drag);
        turn(Duration::from_millis(300));
        for step in 1..=12 {
            let (x, y) = (1450 + (place.0 + 10 - 1450) * step / 12, 1020 + (place.1 + 30 - 1020) * step / 12);
            xdotool(&["mousemove", &x.to_string(), &y.to_string()]);
            turn(Duration::from_millis(150));
        }
        self.pause();
        before.into_iter().for_each(|name| self.look(name));
        xdotool(&["mouseup", "1"]);
        let dropped = Instant::now();
        // The source has to answer what the window asks for.
        turn(Duration::from_millis(300));
        source.hide();
        dropped
    }

    /// Kills it, as a power cut would.
    pub fn kill(mut self) {
        self.process.0.kill().expect("it runs");
        self.process.0.wait().expect("it ends");
    }

    /// The screen's pixels.
    pub fn picture(&self) -> Vec<u8> {
        let buffer = shot();
        buffer.pixel_bytes().map(|bytes| bytes.to_vec()).unwrap_or_default()
    }

    /// Where the window's inside lies on the screen: x, y, width, height. Not asked of xdotool, which counts the window's frame twice.
    fn place(&self) -> [i32; 4] {
        let xlib = x11_dl::xlib::Xlib::open().expect("libX11");
        let id: u64 = self.window.parse().expect("a window's number");
        // SAFETY: the display is closed after its last use, and every pointer is to something that lives here.
        unsafe {
            let display = (xlib.XOpenDisplay)(std::ptr::null());
            let root = (xlib.XDefaultRootWindow)(display);
            let (mut x, mut y, mut child) = (0, 0, 0);
            (xlib.XTranslateCoordinates)(display, id, root, 0, 0, &mut x, &mut y, &mut child);
            let mut attributes = std::mem::zeroed();
            (xlib.XGetWindowAttributes)(display, id, &mut attributes);
            (xlib.XCloseDisplay)(display);
            [x, y, attributes.width, attributes.height]
        }
    }

    /// The window without its frame, as a picture.
    pub fn photograph(&self, path: &Path) {
        turn(Duration::from_millis(1000));
        let [x, y, width, height] = self.place();
        let root = gtk::gdk::Screen::default().and_then(|screen| screen.root_window()).expect("a screen");
        root.pixbuf(x, y, width, height).expect("what is on it").savev(path, "png", &[]).expect("a screenshot");
    }

    pub fn look(&self, name: &str) {
        turn(Duration::from_millis(700));
        let path = shots().join(format!("{name}.png"));
        shot().savev(path, "png", &[]).expect("a screenshot");
    }

    pub fn quit(&mut self) {
        self.keys(&["ctrl+q"]);
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.process.0.try_wait().expect("its state") {
                assert!(status.success(), "{status}");
                return;
            }
            turn(Duration::from_millis(100));
        }
        panic!("it does not end");
    }
}

/// Where screenshots lie.
pub fn shots() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("walk");
    std::fs::create_dir_all(&folder).expect("a folder for screenshots");
    folder
}

fn shot() -> gtk::gdk_pixbuf::Pixbuf {
    let root = gtk::gdk::Screen::default().and_then(|screen| screen.root_window()).expect("a screen");
    root.pixbuf(0, 0, 1640, 1060).expect("what is on it")
}

/// The pixels of a place on the screen: x, y, width, height.
pub fn look_at([x, y, width, height]: [i32; 4]) -> Vec<u8> {
    let root = gtk::gdk::Screen::default().and_then(|screen| screen.root_window()).expect("a screen");
    let picture = root.pixbuf(x, y, width, height).expect("what is on it");
    picture.pixel_bytes().map(|bytes| bytes.to_vec()).unwrap_or_default()
}

/// Lets time pass, in which GTK does its part of drags.
pub fn turn(time: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < time {
        while gtk::events_pending() {
            gtk::main_iteration();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// What xdotool says. It runs beside GTK, which may have to answer meanwhile.
pub fn xdotool(words: &[&str]) -> String {
    let tool = Command::new("xdotool").args(words).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut tool = tool.expect("xdotool is installed");
    while tool.try_wait().expect("its state").is_none() {
        turn(Duration::from_millis(10));
    }
    let output = tool.wait_with_output().expect("its output");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
