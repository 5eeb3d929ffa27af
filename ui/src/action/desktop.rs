//! Workspaces, dialogs, and the program itself.

use super::{Action, Context};
use crate::intent::Request;
use crate::layout::Workspace;
use crate::session::Over;
use crate::view::View;
use serde_json::json;

pub(super) const ACTIONS: &[Action] = &[
    Action {
        id: "workspace.board",
        context: Context::Anywhere,
        keys: &["Alt+1"],
        run: |view| show(view, Workspace::Board),
    },
    Action {
        id: "workspace.cut",
        context: Context::Anywhere,
        keys: &["Alt+2"],
        run: |view| show(view, Workspace::Cut),
    },
    Action {
        id: "workspace.review",
        context: Context::Anywhere,
        keys: &["Alt+3"],
        run: |view| show(view, Workspace::Review),
    },
    Action {
        id: "workspace.deliver",
        context: Context::Anywhere,
        keys: &["Alt+4"],
        run: |view| show(view, Workspace::Deliver),
    },
    Action {
        id: "workspace.reset",
        context: Context::Anywhere,
        keys: &[],
        run: |view| view.session.resets_layout = true,
    },
    Action { id: "focus.next-panel", context: Context::Anywhere, keys: &["F6"], run: |view| walk(view, 1) },
    Action { id: "focus.previous-panel", context: Context::Anywhere, keys: &["Shift+F6"], run: |view| walk(view, -1) },
    Action {
        id: "project.open",
        context: Context::Anywhere,
        keys: &["Ctrl+O"],
        run: |view| view.out.ask(Request::OpenProject),
    },
    Action {
        id: "project.new",
        context: Context::Anywhere,
        keys: &["Ctrl+N"],
        run: |view| view.out.ask(Request::NewProject),
    },
    Action {
        id: "project.close",
        context: Context::Anywhere,
        keys: &["Ctrl+W"],
        run: |view| view.out.ask(Request::CloseProject),
    },
    Action {
        id: "media.choose",
        context: Context::Anywhere,
        keys: &["Ctrl+I"],
        run: |view| view.out.ask(Request::Import),
    },
    Action {
        id: "timeline.deliver",
        context: Context::Anywhere,
        keys: &["Ctrl+E"],
        run: |view| {
            let mut args = json!({ "timeline": view.session.timeline });
            let transport = &view.session.transport;
            for (name, mark) in [("from", transport.mark_in), ("to", transport.mark_out)] {
                if let Some(frame) = mark {
                    args[name] = json!(format!("{frame} f"));
                }
            }
            view.out.ask(Request::Export { args, ending: "mp4" });
        },
    },
    Action { id: "file.verify", context: Context::Anywhere, keys: &[], run: |view| view.out.ask(Request::VerifyFile) },
    Action {
        id: "help.handbook",
        context: Context::Anywhere,
        keys: &["F1"],
        run: |view| view.out.ask(Request::Handbook),
    },
    Action {
        id: "program.palette",
        context: Context::Anywhere,
        keys: &["Ctrl+P", "Ctrl+Shift+P"],
        run: |view| view.session.over = Some(Over::Palette),
    },
    Action {
        id: "program.settings",
        context: Context::Anywhere,
        keys: &["Ctrl+,"],
        run: |view| view.session.over = Some(Over::Settings),
    },
    Action {
        id: "program.quit",
        context: Context::Anywhere,
        keys: &["Ctrl+Q"],
        run: |view| view.out.ask(Request::Quit),
    },
];

fn show(view: &mut View<'_>, workspace: Workspace) {
    view.session.workspace = workspace;
}

/// Keys go to another panel of those that are seen; after the last comes the first.
fn walk(view: &mut View<'_>, by: isize) {
    let seen = &view.session.seen;
    let here = seen.iter().position(|panel| *panel == view.session.focus).unwrap_or_default();
    let next = (here + seen.len()).saturating_add_signed(by) % seen.len().max(1);
    if let Some(panel) = seen.get(next).copied() {
        (view.session.focus, view.session.walked) = (panel, true);
    }
}
