//! The handbook's screenshots: the sample project in every workspace. `cargo xtask screenshots` says where they go.

use super::app::{App, read, sample_in, turn};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Large enough for every panel, small enough for a page.
const SIZE: (u32, u32) = (1280, 800);
/// How long a clip forms until its picture is taken: about half a draft of four seconds, the model's loading with it.
const FORMING: Duration = Duration::from_millis(3500);

pub fn screenshots() {
    let folder = std::env::var_os("KINORA_SCREENSHOTS").map_or_else(super::app::shots, PathBuf::from);
    std::fs::create_dir_all(&folder).expect("a folder for screenshots");
    let home = tempfile::tempdir().expect("a folder");
    let mut app = App::start_sized(home.path(), &[], SIZE);
    app.keys(&["Tab", "Return"]);
    let project = app.until("the sample project is there", || sample_in(home.path()));
    app.until("its takes are there", || (read(&project).arrived.takes.len() == 5).then_some(()));
    // The second shot, which has somebody of the cast in it.
    app.keys(&["alt+1", "Home", "Right"]);
    app.pause();
    app.photograph(&folder.join("board.png"));

    // The last one is made meanwhile.
    app.keys(&["Down", "Right", "ctrl+Return"]);
    turn(FORMING);
    app.photograph(&folder.join("denoising.png"));
    app.until("the take is there", || (read(&project).arrived.takes.len() == 6).then_some(()));

    app.keys(&["alt+2", "Home", "shift+Right", "shift+z"]);
    app.pause();
    app.photograph(&folder.join("cut.png"));

    // A second take to compare.
    app.keys(&["alt+1", "ctrl+Return"]);
    app.until("a second take is there", || (read(&project).arrived.takes.len() == 7).then_some(()));
    app.keys(&["alt+3"]);
    app.pause();
    app.photograph(&folder.join("review.png"));
    app.keys(&["alt+4"]);
    app.pause();
    app.photograph(&folder.join("deliver.png"));
    app.quit();

    for (name, theme, keys) in [("light", "light", "alt+1"), ("contrast", "contrast", "alt+2")] {
        prefer(home.path(), theme);
        let mut app = App::start_sized(home.path(), &[&project], SIZE);
        app.keys(&[keys]);
        app.pause();
        app.photograph(&folder.join(format!("{name}.png")));
        app.quit();
    }
}

/// Chooses colours, as the settings do.
fn prefer(home: &Path, theme: &str) {
    let path = home.join("data/desktop.json");
    let text = std::fs::read_to_string(&path).expect("the settings");
    let mut kept: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    kept["preferences"]["theme"] = json!(theme);
    std::fs::write(&path, kept.to_string()).expect("the settings");
}
