//! Which timelines there are.

use super::{Arg, Command, CommandError, Kind, Menu, always, has_shots, has_timelines};
use crate::planner::{TimelineFormat, cut_of, handover_of};
use crate::queue::Work;
use crate::studio::Studio;
use kinora_project::timeline::Timeline;
use kinora_project::{ASSEMBLY, CutEdit, Edit, Project, timeline_of};
use serde_json::{Value, json};
use std::path::Path;

const TIMELINE: Arg = Arg::optional("timeline", Kind::Timeline, "Which timeline; the only one without it");
const NAME: Arg = Arg::needed("name", Kind::Text, "Its name");

fn make(studio: &mut Studio, edit: CutEdit) -> Result<Value, CommandError> {
    studio.edit(Edit::Cut(edit))?;
    let made = studio.project().timelines.last().map(|timeline| timeline.id);
    Ok(json!({ "timeline": made }))
}

/// What an export leaves out, by the end of its file's name.
fn left_out(project: &Project, timeline: &Timeline, out: &Path) -> Result<Vec<String>, CommandError> {
    if let Some(format) = TimelineFormat::of_path(out) {
        return Ok(handover_of(project, timeline, format, out)?.left_out);
    }
    if out.extension().is_none_or(|end| !end.eq_ignore_ascii_case("mp4")) {
        let text = format!("Kinora exports films as .mp4 and timelines as .otio and .edl: {}", out.display());
        return Err(CommandError::Argument(text));
    }
    Ok(cut_of(project, timeline)?.left_out)
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
    Command {
        id: "timeline.export",
        label: "Export…",
        tooltip: "Writes a timeline as a marked and signed film (.mp4), or for another editor (.otio, .edl) with its files",
        shortcut: Some("Ctrl+E"),
        menu: Menu::Timeline,
        args: &[
            Arg::needed("out", Kind::Path, "The file to write"),
            Arg::optional(
                "timeline",
                Kind::Timeline,
                "Which timeline, or Assembly; without it the only one, or the Assembly if there is none",
            ),
            Arg::optional("embed_prompts", Kind::Flag, "Puts the prompts' words into the file; else their hashes"),
        ],
        enabled: has_shots,
        run: |studio, args| {
            let project = studio.project();
            let assembly = !args.has("timeline") && project.timelines.is_empty()
                || args.text("timeline").is_ok_and(|name| name == "Assembly");
            let timeline = if assembly { ASSEMBLY } else { args.timeline("timeline", project)? };
            let (out, embed_prompts) = (args.path("out")?, args.flag("embed_prompts")?);
            // What can't be exported is said now, not when its turn comes.
            let left_out = timeline_of(project, timeline).map(|of| left_out(project, &of, &out)).transpose()?;
            let job = studio.queue_mut().add(&Work::Export { timeline, out, embed_prompts }.into())?;
            Ok(json!({ "job": job, "left_out": left_out }))
        },
    },
];
