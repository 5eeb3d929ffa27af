//! Which timelines there are.

use super::{Arg, Command, CommandError, Kind, Menu, always, has_shots, has_timelines};
use crate::studio::Studio;
use kinora_project::{CutEdit, Edit};
use serde_json::{Value, json};

const TIMELINE: Arg = Arg::optional("timeline", Kind::Timeline, "Which timeline; the only one without it");
const NAME: Arg = Arg::needed("name", Kind::Text, "Its name");

fn make(studio: &mut Studio, edit: CutEdit) -> Result<Value, CommandError> {
    studio.edit(Edit::Cut(edit))?;
    let made = studio.project().timelines.last().map(|timeline| timeline.id);
    Ok(json!({ "timeline": made }))
}

pub const COMMANDS: &[Command] = &[
    Command {
        id: "timeline.new",
        label: "New timeline…",
        tooltip: "Makes an empty timeline",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[NAME],
        enabled: always,
        run: |studio, args| {
            let name = args.text("name")?;
            make(studio, CutEdit::Create { name })
        },
    },
    Command {
        id: "timeline.from-board",
        label: "New timeline from board…",
        tooltip: "Makes a timeline with what the storyboard shows now",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[NAME],
        enabled: has_shots,
        run: |studio, args| {
            let name = args.text("name")?;
            make(studio, CutEdit::CreateFromBoard { name })
        },
    },
    Command {
        id: "timeline.duplicate",
        label: "Duplicate timeline…",
        tooltip: "Makes the same timeline once more, to try something",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[TIMELINE, NAME],
        enabled: has_timelines,
        run: |studio, args| {
            let (timeline, name) = (args.timeline("timeline", studio.project())?, args.text("name")?);
            make(studio, CutEdit::Duplicate { timeline, name })
        },
    },
    Command {
        id: "timeline.rename",
        label: "Rename timeline…",
        tooltip: "Gives a timeline another name",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[TIMELINE, NAME],
        enabled: has_timelines,
        run: |studio, args| {
            let (timeline, name) = (args.timeline("timeline", studio.project())?, args.text("name")?);
            studio.edit(Edit::Cut(CutEdit::Rename { timeline, name })).map(|()| Value::Null)
        },
    },
    Command {
        id: "timeline.delete",
        label: "Delete timeline",
        tooltip: "Takes a timeline out of the project",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[TIMELINE],
        enabled: has_timelines,
        run: |studio, args| {
            let timeline = args.timeline("timeline", studio.project())?;
            studio.edit(Edit::Cut(CutEdit::Delete { timeline })).map(|()| Value::Null)
        },
    },
];
