//! The application itself, driven as a person would: mouse, keys and a file dragged in from another program, on a display of its own.
//!
//! First start → the sample project → a shot is written → Sketch makes it, and its picture changes meanwhile → a picture is dropped on a
//! card → a cut → undo → export → quit → the same project again. Screenshots lie in `walk`, in cargo's folder for what tests write.
//!
//! Deliberately not here: panels by themselves (`kinora-ui`), the bridge's events (unit tests).

#![allow(clippy::expect_used, clippy::panic, reason = "a test with a main of its own: GTK wants the first thread")]

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let asked = |word: &str| words.iter().any(|other| other == word);
    // What test runners ask every test program.
    if asked("--list") {
        if !asked("--ignored") {
            println!("walk: test");
        }
        return;
    }
    #[cfg(target_os = "linux")]
    walk::walk();
    #[cfg(not(target_os = "linux"))]
    println!("skipped: needs Xvfb and xdotool");
}

#[cfg(target_os = "linux")]
mod walk {
    use gtk::prelude::*;
    use kinora_project::Project;
    use kinora_provenance::{TrustAnchors, verify_file};
    use kinora_studio::Studio;
    use std::io::{BufRead, BufReader};
    use std::path::{Path, PathBuf};
    use std::process::{Child, Command, Stdio};
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    /// Nothing takes longer on a slow machine that is busy with other tests, to which the application's jobs give way.
    const PATIENCE: Duration = Duration::from_secs(600);

    /// A process that ends with the test.
    struct Running(Child);

    impl Drop for Running {
        fn drop(&mut self) {
            let _gone = self.0.kill();
            let _reaped = self.0.wait();
        }
    }

    pub fn walk() {
        let _screen = screen();
        gtk::init().expect("GTK on the display that was just started");
        let manager = Command::new("openbox").stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let _manager = Running(manager.expect("openbox is installed"));
        let home = tempfile::tempdir().expect("a folder");
        let shots = Path::new(env!("CARGO_TARGET_TMPDIR")).join("walk");
        std::fs::create_dir_all(&shots).expect("a folder for screenshots");

        let mut app = App::start(home.path(), &[], &shots);
        app.look("1 welcome");
        app.keys(&["Tab", "Return"]);
        let project = app.until("the sample project is there", || sample_in(home.path()));
        app.until("five takes come with it", || (read(&project).arrived.takes.len() == 5).then_some(()));
        app.look("2 sample");

        app.keys(&["n"]);
        app.text("a red ball rolls to the left on grass at noon");
        app.until("the shot is on the board", || {
            app.keys(&["Escape"]);
            read(&project).storyboard.shots().any(|shot| shot.words.prompt.ends_with("grass at noon")).then_some(())
        });
        app.keys(&["ctrl+Return"]);
        let before = app.picture();
        app.until("a preview is seen", || (changed(&before, &app.picture()) > 0.02).then_some(()));
        app.look("3 denoising");
        app.until("the take is there", || (read(&project).arrived.takes.len() == 6).then_some(()));
        app.look("4 a take");

        let still = home.path().join("still.png");
        picture(&still);
        app.drag_in(&still, (110, 190));
        let cards = || read(&project).storyboard.shots().next().map_or(0, |shot| shot.cards.len());
        app.until("the picture is on the card", || (cards() == 1).then_some(()));
        app.look("5 a picture dropped");

        let timelines = || read(&project).timelines.len();
        let before = timelines();
        app.keys(&["alt+2"]);
        app.pause();
        app.click((493, 631));
        app.until("a timeline was made", || (timelines() == before + 1).then_some(()));
        let pieces = || -> usize {
            read(&project).timelines.last().map_or(0, |last| last.tracks.iter().map(|track| track.items.len()).sum())
        };
        let whole = pieces();
        app.keys(&["shift+Right", "b"]);
        app.until("a clip is cut in two", || (pieces() == whole + 1).then_some(()));
        app.look("6 cut");
        app.keys(&["ctrl+z"]);
        app.until("the cut is undone", || (pieces() == whole).then_some(()));

        // A second of it: In, Out, and Deliver's own buttons.
        let film = home.path().join("film.mp4");
        app.keys(&["Home", "i", "shift+Right", "o", "alt+4"]);
        app.pause();
        app.click((330, 499));
        app.look("7 to be exported");
        app.click((225, 949));
        app.dialog(&film);
        app.until("the film is there", || film.exists().then_some(()));
        let report = verify_file(&film, &TrustAnchors::none()).expect("a film that can be read");
        assert!(report.holds() && report.generated_declared, "{report:?}");
        app.look("8 exported");

        let last = read(&project);
        app.quit();
        let mut again = App::start(home.path(), &[&project], &shots);
        again.pause();
        again.look("9 again");
        assert!(read(&project).same_document(&last), "what was done is still there");
        again.quit();
    }

    /// A display of its own, which becomes that of this process and those it starts.
    fn screen() -> Running {
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
        server
    }

    fn sample_in(home: &Path) -> Option<PathBuf> {
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
    fn read(project: &Path) -> Arc<Project> {
        Studio::look(project, "a test looks at it").expect("a sound project").project().clone()
    }

    /// A still of two colours.
    fn picture(path: &Path) {
        let mut frame = kinora_frame::Frame::filled(kinora_frame::Size::new(256, 144), [40, 90, 160, 255]);
        for pixel in frame.rgba_mut().chunks_exact_mut(4).skip(256 * 72) {
            pixel.copy_from_slice(&[200, 170, 90, 255]);
        }
        kinora_media::save_png(path, &frame).expect("a picture");
    }

    /// Which part of the screen is another one now.
    fn changed(before: &[u8], after: &[u8]) -> f64 {
        let differ = before.chunks(3).zip(after.chunks(3)).filter(|(a, b)| a != b).count();
        differ as f64 / (before.len() / 3) as f64
    }

    /// The application, its window and who looks at it.
    struct App {
        process: Running,
        window: String,
        shots: PathBuf,
    }

    impl App {
        fn start(home: &Path, arguments: &[&Path], shots: &Path) -> Self {
            let mut command = Command::new(env!("CARGO_BIN_EXE_kinora-desktop"));
            command.args(arguments).env("HOME", home).env("KINORA_DATA", home.join("data"));
            command.env("KINORA_MANY_WINDOWS", "1").env("LANG", "en_GB.UTF-8").env_remove("XDG_DOCUMENTS_DIR");
            let process = Running(command.spawn().expect("the application starts"));
            let mut app = Self { process, window: String::new(), shots: shots.to_owned() };
            let id = process_id(&app);
            app.window = app.until("a window", || {
                let found = xdotool(&["search", "--onlyvisible", "--pid", &id, "--name", "Kinora"]);
                found.lines().last().map(str::to_owned)
            });
            // Its place does not depend on the window manager's mood.
            xdotool(&["windowmove", &app.window, "10", "30", "windowsize", "--sync", &app.window, "1600", "1000"]);
            xdotool(&["windowfocus", &app.window]);
            app.pause();
            app.pause();
            app
        }

        /// Waits for something, and goes on turning GTK's wheel.
        fn until<T>(&self, what: &str, ready: impl Fn() -> Option<T>) -> T {
            let begun = Instant::now();
            loop {
                if let Some(found) = ready() {
                    return found;
                }
                if begun.elapsed() > PATIENCE {
                    self.look("failed");
                    panic!("{what}: not within {PATIENCE:?}; see {}", self.shots.display());
                }
                turn(Duration::from_millis(200));
            }
        }

        fn pause(&self) {
            turn(Duration::from_millis(1500));
        }

        fn keys(&self, keys: &[&str]) {
            for key in keys {
                xdotool(&["key", key]);
                turn(Duration::from_millis(400));
            }
        }

        fn text(&self, text: &str) {
            xdotool(&["type", "--delay", "30", text]);
            turn(Duration::from_millis(400));
        }

        fn to(&self, (x, y): (i32, i32)) {
            xdotool(&["mousemove", "--window", &self.window, &x.to_string(), &y.to_string()]);
            turn(Duration::from_millis(200));
        }

        fn click(&self, at: (i32, i32)) {
            self.to(at);
            xdotool(&["click", "1"]);
            self.pause();
        }

        /// Types a path into the dialog that is open.
        fn dialog(&self, path: &Path) {
            self.pause();
            // Only the name before its ending is marked.
            self.keys(&["ctrl+a"]);
            self.text(&path.display().to_string());
            self.pause();
            self.keys(&["Return"]);
        }

        /// A file from another program's window, dragged to a place.
        fn drag_in(&self, file: &Path, place: (i32, i32)) {
            let source = gtk::Window::new(gtk::WindowType::Popup);
            source.move_(1400, 1000);
            source.resize(120, 50);
            let target = gtk::TargetEntry::new("text/uri-list", gtk::TargetFlags::OTHER_APP, 0);
            source.drag_source_set(gtk::gdk::ModifierType::BUTTON1_MASK, &[target], gtk::gdk::DragAction::COPY);
            let address = gtk::glib::filename_to_uri(file, None).expect("an absolute path");
            source.connect_drag_data_get(move |_, _, data, _, _| {
                assert!(data.set_uris(&[address.as_str()]));
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
            self.look("5 a picture over a card");
            xdotool(&["mouseup", "1"]);
            self.pause();
            source.close();
        }

        /// The screen's pixels.
        fn picture(&self) -> Vec<u8> {
            let buffer = shot();
            buffer.pixel_bytes().map(|bytes| bytes.to_vec()).unwrap_or_default()
        }

        fn look(&self, name: &str) {
            turn(Duration::from_millis(700));
            let path = self.shots.join(format!("{name}.png"));
            shot().savev(path, "png", &[]).expect("a screenshot");
        }

        fn quit(&mut self) {
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

    fn process_id(app: &App) -> String {
        app.process.0.id().to_string()
    }

    fn shot() -> gtk::gdk_pixbuf::Pixbuf {
        let root = gtk::gdk::Screen::default().and_then(|screen| screen.root_window()).expect("a screen");
        root.pixbuf(0, 0, 1640, 1060).expect("what is on it")
    }

    /// Lets time pass, in which GTK does its part of drags.
    fn turn(time: Duration) {
        let begun = Instant::now();
        while begun.elapsed() < time {
            while gtk::events_pending() {
                gtk::main_iteration();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// What xdotool says. It runs beside GTK, which may have to answer meanwhile.
    fn xdotool(words: &[&str]) -> String {
        let tool = Command::new("xdotool").args(words).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut tool = tool.expect("xdotool is installed");
        while tool.try_wait().expect("its state").is_none() {
            turn(Duration::from_millis(10));
        }
        let output = tool.wait_with_output().expect("its output");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}
