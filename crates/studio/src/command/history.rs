//! What was done, and the project as a whole.

use super::{Arg, Command, CommandError, Kind, Menu, Reason, always};
use kinora_project::{Edit, Settings};
use serde_json::{Value, json};

pub const COMMANDS: &[Command] = &[
    Command {
        id: "edit.undo",
        label: "Undo",
        tooltip: "Takes the last change back; takes that arrived meanwhile stay",
        shortcut: Some("Ctrl+Z"),
        menu: Menu::Edit,
        args: &[],
        enabled: |studio| studio.history().undo_label().map(drop).ok_or(Reason("nothing was done yet")),
        run: |studio, _| studio.undo().map(|()| Value::Null),
    },
    Command {
        id: "edit.redo",
        label: "Redo",
        tooltip: "Does again what was undone last",
        shortcut: Some("Ctrl+Shift+Z"),
        menu: Menu::Edit,
        args: &[],
        enabled: |studio| studio.history().redo_label().map(drop).ok_or(Reason("nothing was undone")),
        run: |studio, _| studio.redo().map(|()| Value::Null),
    },
    Command {
        id: "project.save",
        label: "Save",
        tooltip: "Writes the whole document; every change is on disk without it too",
        shortcut: Some("Ctrl+S"),
        menu: Menu::Project,
        args: &[],
        enabled: always,
        run: |studio, _| studio.save().map(|()| Value::Null),
    },
    Command {
        id: "project.settings",
        label: "Project settings…",
        tooltip: "Changes name, frame rate, shape, size or model of the project",
        shortcut: None,
        menu: Menu::Project,
        args: &[
            Arg::optional("name", Kind::Text, "The project's name"),
            Arg::optional("rate", Kind::Text, "Frames a second, such as 23.976"),
            Arg::optional("drop_frame", Kind::Flag, "Timecode that keeps up with the clock"),
            Arg::optional("aspect", Kind::Text, "Width to height, such as 16:9"),
            Arg::optional("lines", Kind::Whole, "Pixels of the shorter side of exports"),
            Arg::optional("model", Kind::Text, "The model that generates"),
        ],
        enabled: always,
        run: |studio, args| {
            let mut settings = Settings::clone(&studio.project().settings);
            let text = |name: &str, field: &mut String| {
                if args.has(name) {
                    *field = args.text(name)?;
                }
                Ok::<_, CommandError>(())
            };
            text("name", &mut settings.name)?;
            text("aspect", &mut settings.aspect)?;
            text("model", &mut settings.model)?;
            if args.has("rate") {
                let rate = args.text("rate")?.parse();
                settings.rate = rate.map_err(|e: kinora_time::NoFrameRate| CommandError::Argument(e.to_string()))?;
            }
            if args.has("drop_frame") {
                settings.drop_frame = args.flag("drop_frame")?;
            }
            if let Some(lines) = args.whole("lines")? {
                settings.lines = u32::try_from(lines).unwrap_or(u32::MAX);
            }
            studio.edit(Edit::Settings(settings))?;
            Ok(json!(*studio.project().settings))
        },
    },
];
