//! A timeline for another editor: its file, and the files that it refers to, each of which leaves marked and signed. Pure.

use super::cut::{frame_at, output_size_of, used_takes};
use super::{Cut, CutTake, Picture, PlanningError, Strip, take_title};
use kinora_interchange::{FileRef, Files, edl, otio};
use kinora_plan::Digest;
use kinora_project::timeline::{Content, Placement, Run, Timeline};
use kinora_project::{MediaId, Project, TakeId};
use kinora_time::Flicks;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How a timeline is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimelineFormat {
    /// OpenTimelineIO.
    Otio,
    /// CMX 3600.
    Edl,
}

impl TimelineFormat {
    /// By the end of a file's name.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_lowercase().as_str() {
            "otio" => Some(Self::Otio),
            "edl" => Some(Self::Edl),
            _ => None,
        }
    }
}

/// What is handed over.
#[derive(Debug, Clone, PartialEq)]
pub struct Handover {
    /// The timeline's file.
    pub text: String,
    /// The folder beside it that holds the others.
    pub folder: String,
    /// The others, by name.
    pub files: BTreeMap<String, HandedFile>,
    /// What is on the timeline but not in its file, in words.
    pub left_out: Vec<String>,
}

/// A file that a timeline refers to.
#[derive(Debug, Clone, PartialEq)]
pub enum HandedFile {
    /// A take as a film of its own.
    Take(Cut),
    /// An imported file as it is.
    Media(Digest),
}

/// What is handed over for a timeline whose file is to be `out`.
///
/// # Errors
/// If there is nothing on it.
pub fn handover_of(
    project: &Project,
    timeline: &Timeline,
    format: TimelineFormat,
    out: &Path,
) -> Result<Handover, PlanningError> {
    if timeline.duration() == Flicks(0) {
        return Err(PlanningError::Request("there is nothing on this timeline; put shots on it first".to_owned()));
    }
    let stem = out.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = plain(&format!("{stem}-media"));
    let (mut refs, mut files) = (Files::default(), BTreeMap::new());
    for take in used_takes(project, timeline) {
        let (name, cut) = (take_title(project, take), take_film(project, take)?);
        let file = unused(&plain(&name), "mp4", &files);
        let url = format!("{folder}/{file}");
        refs.takes.insert(take, FileRef { name, url, frames: i64::from(cut.frames) });
        files.insert(file, HandedFile::Take(cut));
    }
    for media in used_media(timeline) {
        let Some(imported) = project.media.files.get(&media) else { continue };
        let (stem, end) = imported.name.rsplit_once('.').unwrap_or((&imported.name, "bin"));
        let file = unused(&plain(stem), &plain(end), &files);
        let duration = project.arrived.facts.get(&media).map_or(Flicks(0), |facts| facts.duration);
        let frames = i64::from(frame_at(duration, project.settings.rate));
        refs.media.insert(media, FileRef { name: imported.name.clone(), url: format!("{folder}/{file}"), frames });
        files.insert(file, HandedFile::Media(imported.sha256));
    }
    let (text, left_out) = match format {
        TimelineFormat::Otio => (format!("{:#}\n", otio(project, timeline, &refs)), Vec::new()),
        TimelineFormat::Edl => {
            let list = edl(project, timeline, &refs);
            (list.text, list.left_out)
        }
    };
    let left_out = [left_out, looks_left_out(timeline)].concat();
    Ok(Handover { text, folder, files, left_out })
}

/// How clips lie in the frame and how loud they are: neither form has words for it.
fn looks_left_out(timeline: &Timeline) -> Vec<String> {
    let items = || timeline.tracks.iter().flat_map(|track| &track.items);
    let placed = items().filter(|item| !item.placement.is_default()).count();
    let loud = items().filter(|item| !item.sound.is_default()).count();
    let tracks = timeline.tracks.iter().filter(|track| !track.sound.is_default()).count();
    [(placed, "placements and opacities"), (loud + tracks, "gains, pans and fades")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{words} of {count} clips or tracks are not in this file"))
        .collect()
}

/// The whole of a take.
fn take_film(project: &Project, id: TakeId) -> Result<Cut, PlanningError> {
    let gone = || PlanningError::Request("a take on this timeline is not in the project any more".to_owned());
    let take = project.arrived.takes.get(&id).ok_or_else(gone)?;
    let rate = project.settings.rate;
    // Frames of the model are held, at the conformed rate, so a take lasts a whole number of its own frames.
    let frames = conformed_frames(take.plan.frames, take.plan.rate, rate);
    let (picture, placement) = (Picture::Take(id, Run::normal(Flicks(0))), Placement::default());
    let strip = Strip { row: 0, first: 0, frames, picture, placement, comes: None, begun: 0 };
    Ok(Cut {
        name: take_title(project, id),
        size: output_size_of(project)?,
        rate,
        first: 0,
        frames,
        timecode: project.settings.timecode(),
        strips: vec![strip],
        takes: BTreeMap::from([(id, CutTake::of(project, take))]),
        media: BTreeMap::new(),
        sounds: Vec::new(),
        burn_in: Vec::new(),
        left_out: Vec::new(),
    })
}

/// Frames at the project's rate for frames at the model's, which is conformed to its family: see [`kinora_media::Cadence`].
fn conformed_frames(frames: u32, from: kinora_time::FrameRate, to: kinora_time::FrameRate) -> u32 {
    u32::try_from(kinora_media::Cadence::new(frames, from, to).len()).unwrap_or(u32::MAX)
}

fn used_media(timeline: &Timeline) -> BTreeSet<MediaId> {
    let items = timeline.tracks.iter().flat_map(|track| &track.items);
    let media = items.filter_map(|item| match &item.content {
        Content::Clip { media, .. } => Some(*media),
        _ => None,
    });
    media.collect()
}

/// A name that needs no quoting in a URL or a list.
fn plain(name: &str) -> String {
    let kept = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { '-' });
    let joined: String = kept.collect();
    joined.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

fn unused(stem: &str, end: &str, files: &BTreeMap<String, HandedFile>) -> String {
    let stem = if stem.is_empty() { "file" } else { stem };
    let numbered = (2..).map(|number| format!("{stem}-{number}.{end}"));
    let mut names = std::iter::once(format!("{stem}.{end}")).chain(numbered);
    names.find(|name| !files.contains_key(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::tests::{add_shot, take};
    use kinora_project::assembly;

    #[test]
    fn every_take_is_handed_over_whole_under_a_plain_name() {
        let mut project = Project::default();
        let (car, _boat) = (add_shot(&mut project, "a red car", 1), add_shot(&mut project, "a boat", 1));
        take(&mut project, car, 9);
        let out = Path::new("/films/My film (v2).otio");
        let handed = handover_of(&project, &assembly(&project), TimelineFormat::Otio, out).unwrap();
        assert_eq!(handed.folder, "my-film-v2-media");
        assert_eq!(handed.files.keys().collect::<Vec<_>>(), ["shot-1-1-take-1.mp4"]);
        let HandedFile::Take(cut) = &handed.files["shot-1-1-take-1.mp4"] else { panic!("a take") };
        assert_eq!(cut.frames, 18);
        assert!(handed.text.contains("\"my-film-v2-media/shot-1-1-take-1.mp4\""), "{}", handed.text);
        let list = handover_of(&project, &assembly(&project), TimelineFormat::Edl, Path::new("a.edl")).unwrap();
        assert!(list.text.starts_with("TITLE: Assembly\n"), "{}", list.text);
        assert_eq!(TimelineFormat::of_path(Path::new("a.MP4")), None);
    }
}
