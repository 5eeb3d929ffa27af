//! Imported files.

use super::marks::{FAVOURITE, FOLDER, STARS, mark};
use super::sequence;
use super::{Arg, Command, CommandError, Kind, Menu, Reason, always};
use crate::queue::Work;
use crate::studio::Studio;
use kinora_media::{FileKind, sniff};
use kinora_plan::Digest;
use kinora_project::{Edit, MarkEdit, MediaEdit, MediaKind};
use kinora_project_file::{Disk, MediaStore};
use serde_json::{Value, json};
use std::path::Path;

const MEDIA: Arg = Arg::needed("media", Kind::Media, "Which file");

fn has_media(studio: &Studio) -> Result<(), Reason> {
    let any = !studio.project().media.files.is_empty();
    any.then_some(()).ok_or(Reason("nothing was imported yet"))
}

/// What a file holds: by its first bytes, or where they tell nothing, by its name's end.
pub(super) fn kind_of(path: &Path) -> Result<MediaKind, CommandError> {
    let sniffed = sniff(path).map_err(|error| CommandError::Argument(error.to_string()))?;
    let kind = sniffed.map(|kind| match kind {
        FileKind::Still => MediaKind::Still,
        FileKind::Video => MediaKind::Video,
        FileKind::Audio => MediaKind::Audio,
    });
    let unknown =
        || format!("Kinora doesn't read files of this kind; convert it to PNG, MP4 or WAV: {}", path.display());
    kind.or_else(|| kind_by_name(path)).ok_or_else(|| CommandError::Argument(unknown()))
}

fn kind_by_name(path: &Path) -> Option<MediaKind> {
    let end = path.extension()?.to_str()?.to_lowercase();
    match end.as_str() {
        "png" | "jpg" | "jpeg" | "webp" | "tif" | "tiff" => Some(MediaKind::Still),
        "mp4" | "mov" | "mkv" | "webm" | "avi" | "mxf" => Some(MediaKind::Video),
        "wav" | "mp3" | "flac" | "ogg" | "m4a" | "aac" | "aif" | "aiff" => Some(MediaKind::Audio),
        _ => None,
    }
}

/// Brings a file's bytes in, or notes where they lie.
pub(super) fn taken_in(studio: &Studio, path: &Path, refer: bool) -> Result<(MediaKind, Digest), CommandError> {
    let kind = kind_of(path)?;
    let store = MediaStore::new(Disk, &studio.path().join("media"));
    Ok((kind, if refer { store.refer(path)? } else { store.put_file(path)? }))
}

pub const COMMANDS: &[Command] = &[
    Command {
        id: "media.import",
        label: "Import…",
        tooltip: "Copies a picture, video or sound into the project, or refers to it where it lies",
        shortcut: Some("Ctrl+I"),
        menu: Menu::Media,
        args: &[
            Arg::needed("path", Kind::Path, "The file"),
            Arg::optional("bin", Kind::Text, "The bin that it lies in, such as plates/day 2"),
            Arg::optional("refer", Kind::Flag, "The file stays where it lies, and the project reads it there"),
            Arg::optional(
                "sequence",
                Kind::Flag,
                "The file is the first of numbered pictures, such as shot.0001.png, which come in as one video",
            ),
        ],
        enabled: always,
        run: |studio, args| {
            let (path, refer) = (args.path("path")?, args.flag("refer")?);
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let (name, kind, sha256) = if args.flag("sequence")? {
                if refer {
                    let text = "numbered pictures become one video in the project; leave out refer";
                    return Err(CommandError::Argument(text.to_owned()));
                }
                let (name, sha256) = sequence::taken_in(studio, &path)?;
                (name, MediaKind::Video, sha256)
            } else {
                let (kind, sha256) = taken_in(studio, &path, refer)?;
                (name, kind, sha256)
            };
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
        id: "media.relink",
        label: "Relink…",
        tooltip: "Says where a file lies that is missing, or puts another in its place",
        shortcut: None,
        menu: Menu::Media,
        args: &[
            MEDIA,
            Arg::needed("path", Kind::Path, "The file"),
            Arg::optional("refer", Kind::Flag, "The file stays where it lies, and the project reads it there"),
        ],
        enabled: has_media,
        run: |studio, args| {
            let media = args.media("media", studio.project())?;
            let before = studio.project().media.files.get(&media).map(|file| file.sha256);
            let (kind, sha256) = taken_in(studio, &args.path("path")?, args.flag("refer")?)?;
            if before != Some(sha256) {
                studio.edit(Edit::Media(MediaEdit::Relink { media, kind, sha256 }))?;
            }
            studio.queue_mut().add(&Work::Examine(media).into())?;
            Ok(json!({ "same": before == Some(sha256) }))
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
