//! How soon the window answers, while Sketch uses every core: not a test but a measurement, run with `--ignored`. Input goes through the X
//! server (XTest), what is seen comes back from it.

use super::app::{App, look_at, read, turn};
use kinora_project::Project;
use kinora_studio::Studio;
use kinora_studio::queue::{Queue, State};
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};

/// Keys that are timed: each makes one more of the selected shot.
const PRESSES: usize = 120;
/// In the program monitor, beside its words; where the buttons of a clip that forms are: x, y, width, height on the screen.
const MONITOR: [i32; 4] = [1120, 320, 120, 40];
const BUTTONS: [i32; 4] = [1380, 445, 200, 24];

/// A connection that presses keys.
struct Keyboard {
    xlib: x11_dl::xlib::Xlib,
    xtest: x11_dl::xtest::Xf86vmode,
    display: *mut x11_dl::xlib::Display,
}

impl Keyboard {
    fn open() -> Self {
        let xlib = x11_dl::xlib::Xlib::open().expect("libX11");
        let xtest = x11_dl::xtest::Xf86vmode::open().expect("libXtst");
        // SAFETY: a null name is the display that the environment names.
        let display = unsafe { (xlib.XOpenDisplay)(std::ptr::null()) };
        assert!(!display.is_null(), "a display");
        Self { xlib, xtest, display }
    }

    /// Presses keys together and lets them go; when the last one was pressed.
    fn press(&self, keysyms: &[u32]) -> Instant {
        let event = |keysym: u32, down: i32| {
            // SAFETY: the display is open as long as this lives.
            unsafe {
                let code = (self.xlib.XKeysymToKeycode)(self.display, keysym.into());
                (self.xtest.XTestFakeKeyEvent)(self.display, code.into(), down, 0);
                (self.xlib.XFlush)(self.display);
            }
        };
        keysyms.iter().for_each(|keysym| event(*keysym, 1));
        let pressed = Instant::now();
        keysyms.iter().rev().for_each(|keysym| event(*keysym, 0));
        pressed
    }
}

const CONTROL: u32 = x11_dl::keysym::XK_Control_L;

pub fn measure() {
    let home = tempfile::tempdir().expect("a folder");
    let project = home.path().join("Film.kinora");
    let mut studio = Studio::create(&project, Project::default(), "test").expect("a project");
    studio.handle("scene.add", &json!({})).expect("a scene");
    let shot = json!({ "scene": "1", "prompt": "a red car drives to the right in a desert", "length": "4 s" });
    studio.handle("shot.add", &shot).expect("a shot");
    drop(studio);
    let mut app = App::start(home.path(), &[&project]);
    let keyboard = Keyboard::open();
    let takes = || read(&project).arrived.takes.len();

    // The first time loads the model.
    app.keys(&["Home", "Right"]);
    for number in 1..=3 {
        let asked = keyboard.press(&[CONTROL, x11_dl::keysym::XK_Return]);
        soon(|| is_empty(&look_at(MONITOR)));
        let first = soon(|| !is_empty(&look_at(MONITOR)));
        let picture = look_at(MONITOR);
        let moved = soon(|| look_at(MONITOR) != picture);
        let after = |seen: Instant| (seen - asked).as_millis();
        println!("draft {number}: first preview {} ms after Ctrl+Enter, the next {} ms", after(first), after(moved));
        app.look(&format!("40 draft {number}"));
        if number == 3 {
            turn(Duration::from_millis(500));
            let buttons = look_at(BUTTONS);
            let asked = keyboard.press(&[CONTROL, x11_dl::keysym::XK_period]);
            let seen = soon(|| look_at(BUTTONS) != buttons);
            println!("cancel: seen after {} ms", (seen - asked).as_millis());
            app.until("it is cancelled", || (!is_generating(&project)).then_some(()));
            println!("cancel: done after {} ms", asked.elapsed().as_millis());
            app.look("41 cancelled");
        } else {
            app.until("a take", || (takes() == number).then_some(()));
            println!("draft {number}: {} ms in all", asked.elapsed().as_millis());
        }
    }

    app.keys(&["Home", "ctrl+Return"]);
    let mut waits = Vec::new();
    let mut during = 0;
    for press in 0..PRESSES {
        if !is_generating(&project) {
            app.keys(&["ctrl+Return"]);
        }
        let size = journal(&project);
        let pressed = keyboard.press(&[CONTROL, x11_dl::keysym::XK_d]);
        waits.push(soon(|| journal(&project) != size) - pressed);
        during += usize::from(is_generating(&project));
        turn(Duration::from_millis(50 + (press as u64 * 37) % 150));
    }
    waits.sort();
    let at = |part: usize| waits[waits.len() * part / 100].as_secs_f64() * 1e3;
    println!(
        "key to command on disk, {during} of {PRESSES} while Sketch ran: median {:.1} ms, p95 {:.1} ms, most {:.1} ms",
        at(50),
        at(95),
        at(99)
    );
    app.look("42 after all");
    app.quit();
}

/// Whether all of it has one colour.
fn is_empty(pixels: &[u8]) -> bool {
    pixels.chunks(3).all(|pixel| Some(pixel) == pixels.get(..3))
}

/// When something became so.
fn soon(ready: impl Fn() -> bool) -> Instant {
    let begun = Instant::now();
    while !ready() {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing happens");
        // Looking more often would itself keep the processor busy.
        std::thread::sleep(Duration::from_millis(4));
    }
    Instant::now()
}

fn is_generating(project: &Path) -> bool {
    let jobs = Queue::look(project).and_then(|queue| queue.jobs()).expect("a queue");
    jobs.iter().any(|job| {
        matches!(job.state, State::Waiting | State::Running) && job.work.lane() == kinora_studio::queue::Lane::Generate
    })
}

/// How many bytes of commands are on disk.
fn journal(project: &Path) -> u64 {
    let files = std::fs::read_dir(project).expect("a folder").flatten();
    let journals = files.filter(|file| file.file_name().to_string_lossy().contains("journal"));
    journals.filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum()
}
