//! The menu bar of macOS: what the editor can do, under the names that it has everywhere else.
//!
//! Deliberately not here: keys, which are the editor's own: a person may change them, and a text that is being written has them first.
//! Other systems' menu bars: there the palette lists everything.

use kinora_ui::words::{self, Language};
use kinora_ui::{Target, target};
use std::sync::{Arc, Mutex, PoisonError};
use tauri::menu::{IsMenuItem, Menu, MenuEvent, MenuItem, PredefinedMenuItem, Submenu};
use tauri::{AppHandle, Wry};

/// An entry of a menu.
#[derive(Clone, Copy)]
enum Entry {
    /// What the editor does, by the id of an action or a command.
    Does(&'static str),
    /// What the system does.
    System(fn(&AppHandle, Option<&str>) -> tauri::Result<PredefinedMenuItem<Wry>>),
    Line,
}

use Entry::{Does, Line, System};

/// The menus, by the ids of their titles.
const MENUS: &[(&str, &[Entry])] = &[
    (
        "menu-program",
        &[
            System(|app, text| PredefinedMenuItem::about(app, text, None)),
            Line,
            Does("program.settings"),
            Line,
            System(PredefinedMenuItem::services),
            Line,
            System(PredefinedMenuItem::hide),
            System(PredefinedMenuItem::hide_others),
            System(PredefinedMenuItem::show_all),
            Line,
            Does("program.quit"),
        ],
    ),
    (
        "menu-file",
        &[
            Does("project.new"),
            Does("project.open"),
            Does("project.close"),
            Line,
            Does("project.save"),
            Does("project.settings"),
            Line,
            Does("media.choose"),
            Does("timeline.deliver"),
            Does("board.export"),
            Does("file.verify"),
        ],
    ),
    ("menu-edit", &[Does("edit.undo"), Does("edit.redo"), Line, Does("board.duplicate"), Does("board.remove")]),
    (
        "menu-shot",
        &[
            Does("board.new-scene"),
            Does("board.new-shot"),
            Does("board.write"),
            Does("board.draw"),
            Line,
            Does("shot.draft"),
            Does("shot.best"),
            Does("shot.cancel"),
        ],
    ),
    (
        "menu-view",
        &[
            Does("workspace.board"),
            Does("workspace.cut"),
            Does("workspace.review"),
            Does("workspace.deliver"),
            Does("workspace.reset"),
            Line,
            Does("program.palette"),
            System(PredefinedMenuItem::fullscreen),
        ],
    ),
    ("menu-window", &[System(PredefinedMenuItem::minimize), System(PredefinedMenuItem::maximize)]),
    ("menu-help", &[Does("help.handbook")]),
];

/// The menu bar, and what was chosen in it.
pub struct MenuBar {
    chosen: Arc<Mutex<Vec<String>>>,
    language: Option<Language>,
}

impl MenuBar {
    /// No bar yet.
    pub fn new(app: &AppHandle) -> Self {
        let chosen: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = chosen.clone();
        app.on_menu_event(move |_, MenuEvent { id }| {
            heard.lock().unwrap_or_else(PoisonError::into_inner).push(id.0);
        });
        Self { chosen, language: None }
    }

    /// Shows it in the language that is spoken now.
    pub fn keep_up(&mut self, app: &AppHandle) {
        if !cfg!(target_os = "macos") || self.language.replace(words::language()) == self.language {
            return;
        }
        if let Err(error) = bar(app).and_then(|bar| app.set_menu(bar)) {
            eprintln!("kinora: the menu bar: {error}");
        }
    }

    /// Ids of what was chosen since the last time.
    pub fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.chosen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn label(id: &str) -> String {
    target(id).map(Target::label).unwrap_or_default()
}

fn bar(app: &AppHandle) -> tauri::Result<Menu<Wry>> {
    let bar = Menu::new(app)?;
    for (title, entries) in MENUS {
        let menu = Submenu::new(app, words::text(title), true)?;
        for entry in *entries {
            let item: Box<dyn IsMenuItem<Wry>> = match entry {
                Does(id) => Box::new(MenuItem::with_id(app, *id, label(id), true, None::<&str>)?),
                System(item) => Box::new(item(app, None)?),
                Line => Box::new(PredefinedMenuItem::separator(app)?),
            };
            menu.append(&*item)?;
        }
        bar.append(&menu)?;
    }
    Ok(bar)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_something_that_the_editor_does() {
        for (title, entries) in MENUS {
            assert_ne!(words::text(title), *title);
            for entry in *entries {
                let Does(id) = entry else { continue };
                assert!(target(id).is_some(), "{id}");
            }
        }
    }
}
