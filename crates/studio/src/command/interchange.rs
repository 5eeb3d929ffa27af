//! Timelines and storyboards that other programs wrote.

use super::media::taken_in;
use super::{Arg, Command, CommandError, Kind, Menu, always};
use crate::queue::Work;
use crate::studio::Studio;
use kinora_interchange::{
    ImportedContent, ImportedItem, ImportedTimeline, StoryboardPanel, read_edl, read_otio, read_storyboarder,
};
use kinora_plan::Digest;
use kinora_project::timeline::Content;
use kinora_project::{
    CutEdit, Edit, LONGEST_SHOT, MediaEdit, MediaId, MediaKind, NewItem, NewTrack, NewTrackItem, Project,
};
use kinora_time::{Flicks, TimeRange};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Larger than any timeline.
const MOST_BYTES: u64 = 256 << 20;

fn wrong(text: String) -> CommandError {
    CommandError::Argument(text)
}

fn text_of(path: &Path) -> Result<String, CommandError> {
    let unreadable = |error: std::io::Error| wrong(format!("the file can't be read ({error}): {}", path.display()));
    if std::fs::metadata(path).map_err(unreadable)?.len() > MOST_BYTES {
        return Err(wrong(format!("this is too large to be a timeline or storyboard: {}", path.display())));
    }
    Ok(String::from_utf8_lossy(&std::fs::read(path).map_err(unreadable)?).into_owned())
}

fn read(path: &Path, project: &Project) -> Result<ImportedTimeline, CommandError> {
    let text = text_of(path)?;
    let end = path.extension().unwrap_or_default().to_ascii_lowercase();
    let read = match end.to_str() {
        Some("otio") => read_otio(&text),
        Some("edl") => read_edl(&text, project.settings.rate),
        _ => return Err(wrong(format!("Kinora reads timelines as .otio and .edl: {}", path.display()))),
    };
    read.map_err(|error| wrong(format!("{error}: {}", path.display())))
}

/// The file that an address means, seen from the timeline's folder.
fn file_of(url: &str, folder: &Path) -> PathBuf {
    let path =
        url.strip_prefix("file://localhost").or(url.strip_prefix("file://")).map_or_else(|| url.to_owned(), decoded);
    folder.join(path)
}

/// Text of a URL without its percent signs.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match hex.filter(|_| *byte == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(value) => {
                out.push(value);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The files that a timeline names, in the project: those that are there are referred to, the others are offline until they are relinked.
struct Files<'a> {
    folder: &'a Path,
    known: BTreeMap<String, MediaId>,
    offline: Vec<String>,
}

impl Files<'_> {
    fn of(&mut self, studio: &mut Studio, url: &str) -> Result<MediaId, CommandError> {
        if let Some(id) = self.known.get(url) {
            return Ok(*id);
        }
        let path = file_of(url, self.folder);
        let name = path.file_name().map_or_else(|| url.to_owned(), |name| name.to_string_lossy().into_owned());
        let found = if path.is_file() { Some(taken_in(studio, &path, true)?) } else { None };
        let (kind, sha256) = found.unwrap_or_else(|| {
            self.offline.push(name.clone());
            // Nothing has this content: the file is missing until it is relinked.
            (MediaKind::Video, Digest::of(format!("offline: {url}").as_bytes()))
        });
        studio.edit(Edit::Media(MediaEdit::Import { name, bin: String::new(), kind, sha256 }))?;
        let files = &studio.project().media.files;
        let id = files.iter().find(|(_, file)| file.sha256 == sha256).map(|(id, _)| *id);
        let id = id.ok_or_else(|| wrong("a file could not be brought in".to_owned()))?;
        if found.is_some() {
            studio.queue_mut().add(&Work::Examine(id).into())?;
        }
        self.known.insert(url.to_owned(), id);
        Ok(id)
    }
}

/// The item with its file. How long a file is that the timeline says nothing of is not known yet: at least as long as it is seen.
fn new_item(item: &ImportedItem, media: Option<MediaId>) -> NewTrackItem {
    let content = match (&item.content, media) {
        (ImportedContent::File { available_range, .. }, Some(media)) => {
            let run = item.pace.run_from(item.source_range.start(), Flicks(0));
            let (first, last) = (run.from, run.at(item.source_range.duration()));
            let seen = TimeRange::between(first.min(last).max(Flicks(0)), first.max(last));
            let all = available_range.unwrap_or(TimeRange::between(Flicks(0), seen.end()));
            let start = all.start().min(seen.start());
            // A picture more than is seen: what was rounded must not end it too early.
            let end = all.end().max(Flicks(seen.end().0 + 1_000_000));
            Content::Clip { media, available_range: TimeRange::between(start, end) }
        }
        (ImportedContent::Unknown, _) | (ImportedContent::File { .. }, None) => Content::Title(item.name.clone()),
        (ImportedContent::Gap, _) => Content::Gap,
    };
    let clip = matches!(content, Content::Clip { .. });
    let source_range =
        if clip { item.source_range } else { TimeRange::between(Flicks(0), item.source_range.duration()) };
    let pace = if clip { item.pace } else { Default::default() };
    let transition = item.transition.filter(|_| !matches!(content, Content::Gap));
    NewTrackItem { item: NewItem { content, source_range }, transition, pace, disabled: item.disabled }
}

/// A timeline of another editor as one of the project's, with its files.
fn timeline(studio: &mut Studio, path: &Path, name: String, imported: ImportedTimeline) -> Result<Value, CommandError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut files = Files { folder, known: BTreeMap::new(), offline: Vec::new() };
    let mut tracks = Vec::new();
    for track in &imported.tracks {
        let mut items = Vec::new();
        for item in &track.items {
            let media = match &item.content {
                ImportedContent::File { url, .. } => Some(files.of(studio, url)?),
                ImportedContent::Unknown | ImportedContent::Gap => None,
            };
            items.push(new_item(item, media));
        }
        tracks.push(NewTrack { name: track.name.clone(), kind: track.kind, items });
    }
    let own = [name, imported.name, "Imported".to_owned()];
    let name = own.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    studio.edit(Edit::Cut(CutEdit::Import { name, tracks, markers: imported.markers }))?;
    let made = studio.project().timelines.last().map(|timeline| timeline.id);
    let mut not_modelled = imported.not_modelled;
    let rate = studio.project().settings.rate;
    if let Some(other) = imported.rate.filter(|other| *other != rate) {
        not_modelled.push(format!(
            "its rate, {other} frames a second: the project's is {rate}, and cuts lie on its nearest frames"
        ));
    }
    Ok(json!({ "timeline": made, "offline": files.offline, "not_modelled": not_modelled }))
}

/// A storyboard of Storyboarder as shots of a new scene. Pictures that are not there are told.
fn storyboard(studio: &mut Studio, path: &Path) -> Result<Value, CommandError> {
    let shots = read_storyboarder(&text_of(path)?).map_err(|error| wrong(format!("{error}: {}", path.display())))?;
    let images = path.parent().unwrap_or(Path::new(".")).join("images");
    let heading = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let scene = studio.handle("scene.add", &json!({ "heading": heading }))?["scene"].clone();
    let (mut made, mut missing) = (Vec::new(), Vec::new());
    for shot in shots {
        let rate = studio.project().settings.rate;
        let frames = |time: Flicks| rate.nearest_frame(time);
        let all: i64 = shot.boards.iter().map(|board| board.length.0).sum();
        let length = frames(Flicks(all.min(LONGEST_SHOT.0))).max(1);
        let joined = |text: fn(&StoryboardPanel) -> &str| {
            let lines = shot.boards.iter().map(text).filter(|line| !line.is_empty());
            lines.collect::<Vec<_>>().join("\n")
        };
        let added = studio.handle("shot.add", &json!({ "scene": scene, "length": format!("{length} f") }))?;
        let id = added["shot"].clone();
        let action = joined(|board| &board.action);
        let texts = [
            ("prompt", action.replace('\n', ", ")),
            ("action", action),
            ("dialogue", joined(|board| &board.dialogue)),
            ("notes", joined(|board| &board.notes)),
        ];
        for (field, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            studio.handle("shot.write", &json!({ "shot": id, "field": field, "text": text }))?;
        }
        let mut at = Flicks(0);
        for board in &shot.boards {
            let time = frames(at);
            at = Flicks(at.0 + board.length.0);
            let Some(wanted) = board.pictures.first() else { continue };
            let found = board.pictures.iter().map(|name| images.join(name)).find(|picture| picture.is_file());
            let Some(picture) = found.filter(|_| time < length) else {
                missing.push(wanted.clone());
                continue;
            };
            let media = studio.handle("media.import", &json!({ "path": picture, "bin": heading }))?["media"].clone();
            let card = json!({ "shot": id, "time": format!("{time} f"), "picture": media });
            studio.handle("card.add", &card)?;
        }
        made.push(id);
    }
    Ok(json!({ "scene": scene, "shots": made, "missing": missing }))
}

pub const COMMANDS: &[Command] = &[
    Command {
        id: "board.import",
        label: "Import storyboard…",
        tooltip: "Makes a scene of a storyboard that was drawn in Storyboarder (.storyboarder), with its pictures",
        shortcut: None,
        menu: Menu::Board,
        args: &[Arg::needed("path", Kind::Path, "The file; its pictures lie beside it in a folder called images")],
        enabled: always,
        run: |studio, args| {
            let path = args.path("path")?;
            studio.whole_as(Some("import-storyboard"), |studio| storyboard(studio, &path))
        },
    },
    Command {
        id: "timeline.import",
        label: "Import timeline…",
        tooltip: "Makes a timeline of one that another editor wrote (.otio, .edl), and says what of it is not modelled",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[
            Arg::needed("path", Kind::Path, "The file"),
            Arg::optional("name", Kind::Text, "Its name; that in the file without it"),
        ],
        enabled: always,
        run: |studio, args| {
            let (path, name) = (args.path("path")?, args.text("name")?);
            let imported = read(&path, studio.project())?;
            studio.whole_as(Some("import-timeline"), |studio| timeline(studio, &path, name, imported))
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storyboard_becomes_a_scene_in_one_step_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let mut studio = Studio::create(&folder.path().join("Film.kinora"), Project::default(), "test").unwrap();
        std::fs::create_dir(folder.path().join("images")).unwrap();
        let png = include_bytes!("../../../../icons/32x32.png");
        std::fs::write(folder.path().join("images/board-1-ABCDE-posterframe.jpg"), png).unwrap();
        let path = folder.path().join("Crossing.storyboarder");
        let boards = json!({ "defaultBoardTiming": 2000, "boards": [
            { "url": "board-1-ABCDE.png", "newShot": true, "action": "A car comes" },
            { "url": "board-2-FGHIJ.png", "newShot": false, "action": "It stops", "duration": 1000 },
            { "url": "board-3-KLMNO.png", "newShot": true, "dialogue": "Hello" },
        ] });
        std::fs::write(&path, boards.to_string()).unwrap();
        let made = studio.handle("board.import", &json!({ "path": path })).unwrap();
        assert_eq!(
            made["missing"],
            json!(["board-2-FGHIJ.png".replace(".png", "-posterframe.jpg"), "board-3-KLMNO-posterframe.jpg"])
        );
        let told: Vec<_> = studio
            .project()
            .storyboard
            .shots()
            .map(|shot| {
                (shot.words.prompt.clone(), shot.words.dialogue.clone(), shot.length.as_seconds(), shot.cards.len())
            })
            .collect();
        let first = ("A car comes, It stops".to_owned(), String::new(), 3.0, 1);
        assert_eq!(told, [first, (String::new(), "Hello".to_owned(), 2.0, 0)]);
        assert_eq!(studio.project().storyboard.scenes[0].heading, "Crossing");
        studio.handle("edit.undo", &json!({})).unwrap();
        assert!(studio.project().storyboard.scenes.is_empty(), "one step");
        std::fs::write(&path, "{}").unwrap();
        let error = studio.handle("board.import", &json!({ "path": path })).unwrap_err().to_string();
        assert!(error.starts_with("this is not a storyboard that can be read (there is no board in it)"), "{error}");
        // Where something can't be brought in, nothing is, and there is nothing to undo or redo.
        let before = studio.project().clone();
        let broken: Result<(), CommandError> = studio.whole_as(Some("import-storyboard"), |studio| {
            studio.handle("scene.add", &json!({ "heading": "Half" }))?;
            Err(wrong("no more".to_owned()))
        });
        assert!(broken.is_err() && studio.project() == &before);
        assert!(studio.handle("edit.redo", &json!({})).is_ok(), "what was undone can still be done again");
    }

    #[test]
    fn addresses_are_files_seen_from_the_timelines_folder() {
        let of = |url: &str| file_of(url, Path::new("/films")).to_string_lossy().into_owned();
        assert_eq!(of("media/a.mp4"), "/films/media/a.mp4");
        assert_eq!(of("/other/a.mp4"), "/other/a.mp4");
        assert_eq!(of("file:///other/a%20b%C3%A9.mp4"), "/other/a bé.mp4");
        assert_eq!(of("file://localhost/other/100%.mp4"), "/other/100%.mp4");
    }
}
