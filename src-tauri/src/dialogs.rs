//! The system's own dialogs. They run beside the event loop; what was chosen arrives later.

use kinora_ui::Landing;
use serde_json::Value;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};

/// What a dialog was opened for.
#[derive(Debug, Clone, PartialEq)]
pub enum Purpose {
    /// A project to open.
    Open,
    /// Where a new project goes.
    New,
    /// Files to bring in.
    Import,
    /// Pictures to bring in and put somewhere.
    ImportInto(Landing),
    /// A file for a command: its id, its other arguments, the name of the one that the path is.
    Read(&'static str, Value, &'static str),
    /// The same, for a file that is to be written.
    Write(&'static str, Value, &'static str),
    /// Where a timeline goes: the arguments of the export but the path.
    Export(Value),
    /// Where the board on paper goes.
    Board,
    /// A file to look at.
    Verify,
}

/// What was chosen, and what for.
#[derive(Debug)]
pub struct Chosen {
    /// What for.
    pub purpose: Purpose,
    /// At least one.
    pub paths: Vec<PathBuf>,
}

/// Dialogs that are open, and what was chosen in them.
pub struct Dialogs {
    send: Sender<Option<Chosen>>,
    receive: Receiver<Option<Chosen>>,
    open: usize,
}

impl Default for Dialogs {
    fn default() -> Self {
        let (send, receive) = channel();
        Self { send, receive, open: 0 }
    }
}

impl Dialogs {
    /// Opens one, with words from the translations and a name to suggest. There is one at a time.
    pub fn open(&mut self, purpose: Purpose, title: String, suggested: Option<String>) {
        if self.open > 0 {
            return;
        }
        self.open += 1;
        let send = self.send.clone();
        std::thread::spawn(move || {
            let mut dialog = rfd::AsyncFileDialog::new().set_title(title);
            if let Some(name) = &suggested {
                dialog = dialog.set_file_name(name);
            }
            let one = |file: Option<rfd::FileHandle>| file.into_iter().map(|file| file.path().to_owned()).collect();
            let paths: Vec<PathBuf> = pollster::block_on(async {
                match purpose {
                    Purpose::Open => one(dialog.pick_folder().await),
                    Purpose::New | Purpose::Export(_) | Purpose::Board | Purpose::Write(..) => {
                        one(dialog.save_file().await)
                    }
                    Purpose::Verify | Purpose::Read(..) => one(dialog.pick_file().await),
                    Purpose::Import | Purpose::ImportInto(_) => {
                        let files = dialog.pick_files().await.unwrap_or_default();
                        files.into_iter().map(|file| file.path().to_owned()).collect()
                    }
                }
            });
            let chosen = (!paths.is_empty()).then_some(Chosen { purpose, paths });
            // The window may be closed by now.
            let _arrived = send.send(chosen);
        });
    }

    /// What was chosen since the last time.
    pub fn take(&mut self) -> Option<Chosen> {
        let chosen = self.receive.try_recv().ok()?;
        self.open -= 1;
        chosen
    }

    /// Whether one is open.
    pub fn is_open(&self) -> bool {
        self.open > 0
    }
}

/// Says why nothing can be shown, where nothing can be drawn.
pub fn fatal(window: &tauri::Window, text: &str) {
    let text = text.to_owned();
    let window = window.clone();
    std::thread::spawn(move || {
        let dialog = rfd::AsyncMessageDialog::new()
            .set_level(rfd::MessageLevel::Error)
            .set_title("Kinora")
            .set_description(text);
        let _read = pollster::block_on(dialog.show());
        let _ended = window.destroy();
    });
}
