//! Imported files.

use super::marks::{FAVOURITE, FOLDER, STARS, mark};
use super::{Arg, Command, CommandError, Kind, Menu, Reason, always};
use crate::queue::Work;
use crate::studio::Studio;
use kinora_project::{Edit, MarkEdit, MediaEdit, MediaKind};
use kinora_project_file::{Disk, MediaStore};
use serde_json::{Value, json};
use std::path::Path;

const MEDIA: Arg = Arg::needed("media", Kind::Media, "Which file");

fn has_media(studio: &Studio) -> Result<(), Reason> {
    let any = !studio.project().media.files.is_empty();
    any.then_some(()).ok_or(Reason("nothing was imported yet"))
}

/// What a file holds, by its name's end: what is really in it is found out when it is read.
fn kind_of(path: &Path) -> Option<MediaKind> {
    let end = path.extension()?.to_str()?.to_lowercase();
    match end.as_str() {
        "png" | "jpg" | "jpeg" | "webp" | "tif" | "tiff" => Some(MediaKind::Still),
        "mp4" | "mov" | "mkv" | "webm" | "avi" | "mxf" => Some(MediaKind::Video),
        "wav" | "mp3" | "flac" | "ogg" | "m4a" | "aac" | "aif" | "aiff" => Some(MediaKind::Audio),
        _ => None,
    }
}

pub const COMMANDS: &[Command] = &[
    Command {
        id: "media.import",
        label: "Import…",
        tooltip: "Copies a picture, video or sound into the project",
        shortcut: Some("Ctrl+I"),
        menu: Menu::Media,
        args: &[
            Arg::needed("path", Kind::Path, "The file"),
            Arg::optional("bin", Kind::Text, "The bin that it lies in, such as plates/day 2"),
        ],
        enabled: always,
        run: |studio, args| {
            let path = args.path("path")?;
            let path = path.as_path();
            let wrong = |text: String| CommandError::Argument(text);
            let kind = kind_of(path).ok_or_else(|| {
                wrong(format!(
                    "Kinora doesn't read files of this kind; convert it to PNG, MP4 or WAV: {}",
                    path.display()
                ))
            })?;
            let bytes =
                std::fs::read(path).map_err(|e| wrong(format!("the file can't be read ({e}): {}", path.display())))?;
            let sha256 = MediaStore::new(Disk, &studio.path().join("media")).put(&bytes)?;
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            studio.edit(Edit::Media(MediaEdit::Import { name, bin: args.text("bin")?, kind, sha256 }))?;
            let files = &studio.project().media.files;
            let id = files.iter().find(|(_, file)| file.sha256 == sha256).map(|(id, _)| *id);
            if let Some(id) = id.filter(|id| !studio.project().arrived.facts.contains_key(id)) {
                studio.queue_mut().add(&Work::Examine(id).into())?;
            }
            Ok(json!({ "media": id }))
        },
    },
    Command {
        id: "media.move",
        label: "Rename or move…",
        tooltip: "Gives an imported file another name or bin",
        shortcut: None,
        menu: Menu::Media,
        args: &[MEDIA, Arg::needed("name", Kind::Text, "Its name"), Arg::optional("bin", Kind::Text, "Its bin")],
        enabled: has_media,
        run: |studio, args| {
            let media = args.media("media", studio.project())?;
            let (name, bin) = (args.text("name")?, args.text("bin")?);
            studio.edit(Edit::Media(MediaEdit::Move { media, name, bin })).map(|()| Value::Null)
        },
    },
    Command {
        id: "media.mark",
        label: "Rate file…",
        tooltip: "Makes an imported file a favourite, gives it stars, or puts it into a folder of the library",
        shortcut: None,
        menu: Menu::Media,
        args: &[MEDIA, FAVOURITE, STARS, FOLDER],
        enabled: has_media,
        run: |studio, args| {
            let media = args.media("media", studio.project())?;
            let mark = mark(args, studio.project().marks.media.get(&media))?;
            studio.edit(Edit::Mark(MarkEdit::Media { media, mark })).map(|()| Value::Null)
        },
    },
    Command {
        id: "media.remove",
        label: "Remove file",
        tooltip: "Takes an imported file that nothing uses out of the project",
        shortcut: None,
        menu: Menu::Media,
        args: &[MEDIA],
        enabled: has_media,
        run: |studio, args| {
            let media = args.media("media", studio.project())?;
            studio.edit(Edit::Media(MediaEdit::Remove { media })).map(|()| Value::Null)
        },
    },
];
