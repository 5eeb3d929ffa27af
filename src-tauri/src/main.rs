//! Kinora as a desktop application.
//!
//! Tauri does the desktop's work: its event loop, one instance, the window; egui draws into it through wgpu ([`bridge`]). The editor
//! itself is `kinora-ui`; what it needs of this machine is in [`desk`].

mod app;
mod bridge;
mod desk;
mod dialogs;
mod handbook;
mod menu;
mod notify;
mod preferences;

use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::ExitCode;
use tauri::Manager;
use tauri_plugin_window_state::StateFlags;

/// What was asked for on the command line.
#[derive(Debug, Default)]
struct Arguments {
    /// A project to open.
    project: Option<PathBuf>,
    /// Measures start, frames and memory, prints them, and ends.
    bench: bool,
}

impl Arguments {
    fn of(words: impl Iterator<Item = String>) -> Self {
        let mut arguments = Self::default();
        for word in words {
            match word.as_str() {
                "--bench-ui" => arguments.bench = true,
                flag if flag.starts_with('-') => {}
                path => arguments.project = Some(PathBuf::from(path)),
            }
        }
        arguments
    }
}

fn main() -> Result<ExitCode> {
    let started = std::time::Instant::now();
    if let Some(code) = kinora_services::media_job_of_process(std::env::args_os()) {
        return Ok(code);
    }
    // GTK's own Wayland surface can't be shared with wgpu.
    #[cfg(target_os = "linux")]
    if std::env::var_os("GDK_BACKEND").is_none() {
        // SAFETY: no other thread runs yet.
        unsafe { std::env::set_var("GDK_BACKEND", "x11") };
    }
    // GTK has the window, a thread of ours draws on it (`bridge::painter`): Xlib must know before anything else asks it for something.
    #[cfg(target_os = "linux")]
    if let Ok(xlib) = x11_dl::xlib::Xlib::open() {
        // SAFETY: nothing used Xlib yet.
        unsafe { (xlib.XInitThreads)() };
    }
    // What GTK knows of the window is an empty frame: it stays off the accessibility bus, where the editor itself is (`bridge`).
    #[cfg(target_os = "linux")]
    // SAFETY: no other thread runs yet.
    unsafe {
        std::env::set_var("NO_AT_BRIDGE", "1");
    }
    // Nothing was calculated yet, so that this always does something.
    let _gives_way = kinora_services::models_give_way();
    let arguments = Arguments::of(std::env::args().skip(1));
    let open = app::Inbox::default();
    let again = open.clone();
    let single = tauri_plugin_single_instance::init(move |app, words, folder| {
        let folder = PathBuf::from(folder);
        let asked = Arguments::of(words.into_iter().skip(1)).project.map(|project| folder.join(project));
        again.ask(asked);
        if let Some(window) = app.get_window(bridge::WINDOW) {
            let _shown = window.set_focus();
        }
    });
    // Where the window was and how large, and whether it filled the screen.
    let place = tauri_plugin_window_state::Builder::default()
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        .with_denylist(&[handbook::WINDOW])
        .build();
    let mut builder = tauri::Builder::default().plugin(place);
    // A run that measures must not hand its work to a window that is open already.
    if !arguments.bench && std::env::var_os("KINORA_MANY_WINDOWS").is_none() {
        builder = builder.plugin(single);
    }
    builder
        .register_uri_scheme_protocol(handbook::SCHEME, |_, request| handbook::answer(&request))
        .setup(move |app| {
            let window = tauri::window::WindowBuilder::new(app, bridge::WINDOW)
                .title("Kinora")
                .inner_size(1600.0, 1000.0)
                .min_inner_size(960.0, 600.0)
                // Elsewhere the bridge shows it, once screen readers can read it.
                .visible(cfg!(target_os = "linux"))
                .build()?;
            let project = arguments.project.clone();
            app.wry_plugin(bridge::Builder { window, open: open.clone(), project, bench: arguments.bench, started });
            Ok(())
        })
        .run(tauri::generate_context!())
        .context("the window could not be opened")?;
    Ok(ExitCode::SUCCESS)
}
