//! What an export would hold and leave out: found once for a state of the document and the choice, not for each frame.

use super::presets::{Preset, Subject};
use crate::view::View;
use egui::{Id, Ui};
use kinora_project::{Project, TimelineId, timeline_of};
use kinora_studio::planner::{
    BoardFile, FilmFile, PlanningError, TimelineFormat, animatic_of, board_sheet, cut_of, handover_of,
};
use std::path::Path;
use std::sync::Arc;

/// What is known before a file is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Outlook {
    /// Why it can't be written.
    pub reason: Option<String>,
    /// What is not in it, and what people should know.
    pub left_out: Vec<String>,
    /// How many takes are in it.
    pub takes: usize,
    /// How many imported files are in it.
    pub files: usize,
    /// Pixels across and down, and frames, where it has them.
    pub picture: Option<(u32, u32, u32)>,
}

#[derive(Clone)]
struct Known {
    project: Arc<Project>,
    timeline: TimelineId,
    preset: &'static str,
    range: Option<(u32, u32)>,
    outlook: Arc<Outlook>,
}

/// The outlook of an export.
pub(super) fn outlook(ui: &Ui, view: &View<'_>, preset: &Preset, range: Option<(u32, u32)>) -> Arc<Outlook> {
    let key = Id::unique("deliver-outlook");
    let (project, timeline) = (view.project(), view.session.timeline);
    let known = ui.data(|data| data.get_temp::<Known>(key)).filter(|known| {
        Arc::ptr_eq(&known.project, project)
            && (known.timeline, known.preset, known.range) == (timeline, preset.id, range)
    });
    if let Some(known) = known {
        return known.outlook;
    }
    let found = found(project, timeline, preset, range);
    let outlook = Arc::new(
        found.unwrap_or_else(|error| Outlook { reason: Some(crate::words::error(&error)), ..Outlook::default() }),
    );
    let known = Known { project: project.clone(), timeline, preset: preset.id, range, outlook: outlook.clone() };
    ui.data_mut(|data| data.insert_temp(key, known));
    outlook
}

fn found(
    project: &Project,
    timeline: TimelineId,
    preset: &Preset,
    range: Option<(u32, u32)>,
) -> Result<Outlook, PlanningError> {
    // Only the end of the name counts.
    let name = format!("film.{}", preset.ending);
    let out = Path::new(&name);
    if preset.subject == Subject::Board {
        return board(project, BoardFile::of_path(out));
    }
    let gone = || PlanningError::Request("that timeline is not there any more".to_owned());
    let timeline = timeline_of(project, timeline).ok_or_else(gone)?;
    if let Some(format) = TimelineFormat::of_path(out) {
        let handover = handover_of(project, &timeline, format, out)?;
        let takes = handover.files.values().filter(|file| matches!(file, kinora_studio::planner::HandedFile::Take(_)));
        let takes = takes.count();
        let files = handover.files.len() - takes;
        return Ok(Outlook { left_out: handover.left_out, takes, files, ..Outlook::default() });
    }
    let cut = cut_of(project, &timeline)?;
    let cut = match range {
        Some((from, to)) => cut.within(from, to)?,
        None => cut,
    };
    let warnings = FilmFile::of_path(out).map(|file| file.warnings(&cut)).unwrap_or_default();
    let sound = preset.ending == "wav";
    Ok(Outlook {
        reason: None,
        left_out: [cut.left_out.clone(), warnings].concat(),
        takes: if sound { 0 } else { cut.takes.len() },
        files: cut.media.len(),
        picture: (!sound).then_some((cut.size.width, cut.size.height, cut.frames)),
    })
}

fn board(project: &Project, file: Option<BoardFile>) -> Result<Outlook, PlanningError> {
    if file == Some(BoardFile::Animatic) {
        let cut = animatic_of(project)?;
        let picture = Some((cut.size.width, cut.size.height, cut.frames));
        let (takes, files) = (cut.takes.len(), cut.media.len());
        return Ok(Outlook { left_out: cut.left_out, takes, files, picture, reason: None });
    }
    Ok(Outlook { takes: board_sheet(project)?.takes().count(), ..Outlook::default() })
}
