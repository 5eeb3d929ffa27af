//! Which timelines there are.

use super::{Arg, Command, CommandError, Kind, Menu, always, has_shots, has_timelines};
use crate::planner::{BoardFile, FilmFile, TimelineFormat, alone, animatic_of, board_sheet, cut_of, handover_of};
use crate::queue::Work;
use crate::studio::Studio;
use kinora_project::timeline::Timeline;
use kinora_project::{ASSEMBLY, CutEdit, Edit, Project, timeline_of};
use kinora_time::Flicks;
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
fn left_out(
    project: &Project,
    timeline: &Timeline,
    out: &Path,
    range: Option<(u32, u32)>,
) -> Result<Vec<String>, CommandError> {
    if let Some(format) = TimelineFormat::of_path(out) {
        return Ok(handover_of(project, timeline, format, out)?.left_out);
    }
    let Some(file) = FilmFile::of_path(out) else {
        let known = "films as .mp4, .mov (ProRes), .mkv (FFV1) and .png (a folder of pictures), sound as .wav, timelines as .otio and .edl";
        return Err(CommandError::Argument(format!("Kinora exports {known}: {}", out.display())));
    };
    let cut = cut_of(project, timeline)?;
    let cut = match range {
        Some((from, to)) => cut.within(from, to)?,
        None => cut,
    };
    Ok([cut.left_out.clone(), file.warnings(&cut)].concat())
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
        tooltip: "Writes a timeline as a marked and signed film (.mp4, .mov, .mkv, .png), its sound (.wav), or for another editor (.otio, .edl)",
        shortcut: Some("Ctrl+E"),
        menu: Menu::Timeline,
        args: &[
            Arg::needed("out", Kind::NewFile("mp4"), "The file to write"),
            Arg::optional(
                "timeline",
                Kind::Timeline,
                "Which timeline, or Assembly; without it the only one, or the Assembly if there is none",
            ),
            Arg::optional("from", Kind::Time, "The first frame; the timeline's first without it"),
            Arg::optional("to", Kind::Time, "The frame after the last; the timeline's end without it"),
            Arg::optional("embed_prompts", Kind::Flag, "Puts the prompts' words into the file; else their hashes"),
        ],
        enabled: |studio| has_timelines(studio).or_else(|_| has_shots(studio)),
        run: |studio, args| {
            let project = studio.project();
            let assembly = !args.has("timeline") && project.timelines.is_empty()
                || args.text("timeline").is_ok_and(|name| name == "Assembly");
            let timeline = if assembly { ASSEMBLY } else { args.timeline("timeline", project)? };
            let (out, embed_prompts) = (args.path("out")?, args.flag("embed_prompts")?);
            // What can't be exported is said now, not when its turn comes.
            let rate = project.settings.rate;
            let frame = |time: Flicks| u32::try_from(rate.nearest_frame(time)).unwrap_or(0);
            let (from, to) = (args.time("from", project)?.map(frame), args.time("to", project)?.map(frame));
            let range = (from.is_some() || to.is_some()).then(|| (from.unwrap_or(0), to.unwrap_or(u32::MAX)));
            let left_out = timeline_of(project, timeline).map(|of| left_out(project, &of, &out, range)).transpose()?;
            let job = studio.queue_mut().add(&Work::Export { timeline, out, embed_prompts, range }.into())?;
            Ok(json!({ "job": job, "left_out": left_out }))
        },
    },
    Command {
        id: "take.export",
        label: "Export take…",
        tooltip: "Writes one take as a marked and signed film (.mp4, .mov, .mkv)",
        shortcut: None,
        menu: Menu::Board,
        args: &[
            Arg::needed("take", Kind::Take, "Which take"),
            Arg::needed("out", Kind::NewFile("mp4"), "The file to write"),
            Arg::optional("embed_prompts", Kind::Flag, "Puts the prompt's words into the file; else their hash"),
        ],
        enabled: has_shots,
        run: |studio, args| {
            let take = args.take("take")?.ok_or_else(|| CommandError::Argument("take: it is needed".to_owned()))?;
            let (out, embed_prompts) = (args.path("out")?, args.flag("embed_prompts")?);
            if !matches!(FilmFile::of_path(&out), Some(FilmFile::Mp4 | FilmFile::Mov | FilmFile::Mkv)) {
                let text = format!("Kinora exports a take as .mp4, .mov or .mkv: {}", out.display());
                return Err(CommandError::Argument(text));
            }
            let timeline = alone(studio.project(), take)
                .ok_or_else(|| CommandError::Argument("take: there is no such take".to_owned()))?;
            cut_of(studio.project(), &timeline)?;
            let job = studio.queue_mut().add(&Work::ExportTake { take, out, embed_prompts }.into())?;
            Ok(json!({ "job": job }))
        },
    },
    Command {
        id: "board.export",
        label: "Export board…",
        tooltip: "Writes the storyboard as pages (.pdf), as one picture (.png), or as an animatic with numbers and timecode (.mp4)",
        shortcut: None,
        menu: Menu::Board,
        args: &[Arg::needed("out", Kind::NewFile("mp4"), "The file to write")],
        enabled: has_shots,
        run: |studio, args| {
            let out = args.path("out")?;
            let wrong = || format!("Kinora exports a board as .pdf, .png or .mp4: {}", out.display());
            let file = BoardFile::of_path(&out).ok_or_else(|| CommandError::Argument(wrong()))?;
            let sheet = board_sheet(studio.project())?;
            let mut left_out = Vec::new();
            match file {
                BoardFile::Animatic => left_out = animatic_of(studio.project())?.left_out,
                BoardFile::Pdf if sheet.takes().next().is_some() => {
                    let beside = "a PDF can't hold the signature of its pictures: it is written beside it, as its name with .c2pa";
                    left_out.push(beside.to_owned());
                }
                BoardFile::Pdf | BoardFile::Sheet => {}
            }
            let job = studio.queue_mut().add(&Work::Board { out }.into())?;
            Ok(json!({ "job": job, "left_out": left_out }))
        },
    },
];
