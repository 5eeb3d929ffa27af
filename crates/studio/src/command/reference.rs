//! The reference of commands that docs/ holds.

use super::{Kind, Menu, all};
use std::fmt::Write;

/// Every command as Markdown, by menu.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::from(
        "# Commands\n\nEverything that can be done to a project, as `kinora exec PROJECT COMMAND '{\"argument\": …}'` does it. Made by \
         `kinora commands --markdown`.\n",
    );
    let mut commands: Vec<_> = all().collect();
    commands.sort_by_key(|command| command.menu);
    let mut menu = None;
    for command in commands {
        if menu != Some(command.menu) {
            menu = Some(command.menu);
            let _ = write!(text, "\n## {}\n", heading(command.menu));
        }
        let keys = command.shortcut.map(|keys| format!(" ({keys})")).unwrap_or_default();
        let _ = write!(text, "\n**`{}`** {}{keys}: {}.\n", command.id, command.label, command.tooltip);
        if !command.args.is_empty() {
            text.push('\n');
        }
        for arg in command.args {
            let needed = if arg.required { "" } else { ", optional" };
            let _ = writeln!(text, "- `{}` ({}{needed}): {}", arg.name, kind(arg.kind), arg.tooltip);
        }
    }
    text
}

fn heading(menu: Menu) -> &'static str {
    match menu {
        Menu::Project => "Project",
        Menu::Edit => "Edit",
        Menu::Board => "Board",
        Menu::Cast => "Cast",
        Menu::Media => "Media",
        Menu::Timeline => "Timeline",
        Menu::Tools => "Tools",
        Menu::Jobs => "Jobs",
    }
}

fn kind(kind: Kind) -> String {
    match kind {
        Kind::Text => "text".to_owned(),
        Kind::Path => "path of a file".to_owned(),
        Kind::NewFile(ending) => format!("path of a file to write, `.{ending}`"),
        Kind::Whole => "whole number".to_owned(),
        Kind::Number => "a number".to_owned(),
        Kind::Flag => "true or false".to_owned(),
        Kind::Time => "time: seconds, `\"60 f\"` or a timecode".to_owned(),
        Kind::Choice(words) => words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", "),
        Kind::Scene => "scene: its place as text, `\"2\"`, its heading, or its id".to_owned(),
        Kind::Shot => "shot: its number as text, `\"1-3\"`, or its id".to_owned(),
        Kind::Take => "take: its id".to_owned(),
        Kind::Member => "member: its name or id".to_owned(),
        Kind::Media => "file: its name or id".to_owned(),
        Kind::Timeline => "timeline: its name or id".to_owned(),
        Kind::Track => "track: its name or id".to_owned(),
        Kind::Item => "item: its track and place as text, `\"V1-2\"`, or its id".to_owned(),
        Kind::Ids => "list of ids".to_owned(),
        Kind::Job => "job: its number".to_owned(),
    }
}
