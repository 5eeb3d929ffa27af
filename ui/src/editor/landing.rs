//! Files that were dropped on the board: imported, and put where they were let go.

use super::Editor;
use crate::intent::Landing;
use crate::{tr, words};
use kinora_project::{MediaId, MediaKind, SceneId, ShotId};
use kinora_studio::Studio;
use serde_json::json;
use std::path::{Path, PathBuf};

pub(super) fn land(editor: &mut Editor, studio: &mut Studio, paths: &[PathBuf], landing: Landing) {
    let mut pictures = Vec::new();
    for path in paths {
        match import(studio, path) {
            Ok(media) if is_picture(studio, media) => pictures.push((media, path)),
            // Clips and sounds lie in the library; a card can't hold them yet.
            Ok(_) => editor.tell(tr!("board-in-library", name = name_of(path)), false),
            Err(reason) => editor.tell(reason, true),
        }
    }
    match landing {
        Landing::Well { shot, frame, card } => {
            if let Some((media, _)) = pictures.first() {
                let time = format!("{frame} f");
                let (command, mut args) = ("card.add", json!({ "shot": shot, "time": time, "picture": media }));
                let command = card.map_or(command, |card| {
                    args["card"] = json!(card);
                    "card.change"
                });
                editor.command(studio, command, &args);
            }
        }
        Landing::Card { shot, last } => onto_card(editor, studio, shot, &pictures, last),
        Landing::Scene { scene, at } => between(editor, studio, scene, at, &pictures),
    }
}

fn import(studio: &mut Studio, path: &Path) -> Result<MediaId, String> {
    let made = studio.handle("media.import", &json!({ "path": path })).map_err(|error| words::error(&error))?;
    let media = made.get("media").and_then(serde_json::Value::as_u64);
    media.map(MediaId).ok_or_else(|| tr!("board-not-imported", name = name_of(path)))
}

fn is_picture(studio: &Studio, media: MediaId) -> bool {
    studio.project().media.files.get(&media).is_some_and(|file| file.kind == MediaKind::Still)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The last frame of a shot, as commands take a time.
fn last_frame(studio: &Studio, shot: ShotId) -> String {
    let project = studio.project();
    let length = project.storyboard.shot(shot).map(|shot| shot.length).unwrap_or_default();
    format!("{} f", (project.settings.rate.nearest_frame(length) - 1).max(0))
}

fn onto_card(editor: &mut Editor, studio: &mut Studio, shot: ShotId, pictures: &[(MediaId, &PathBuf)], last: bool) {
    let end = last_frame(studio, shot);
    let times: &[&str] = match (pictures.len(), last) {
        (2.., _) => &["0 f", end.as_str()],
        (_, true) => &[end.as_str()],
        (_, false) => &["0 f"],
    };
    editor.session.landed = Some(shot);
    for ((media, _), time) in pictures.iter().zip(times) {
        editor.command(studio, "card.add", &json!({ "shot": shot, "time": time, "picture": media }));
    }
}

fn between(
    editor: &mut Editor,
    studio: &mut Studio,
    scene: Option<SceneId>,
    at: usize,
    pictures: &[(MediaId, &PathBuf)],
) {
    if pictures.is_empty() {
        return;
    }
    let scene = scene.map(|scene| scene.0).or_else(|| {
        let made = studio.handle("scene.add", &json!({})).ok()?;
        made.get("scene").and_then(serde_json::Value::as_u64)
    });
    for (place, (media, path)) in pictures.iter().enumerate() {
        let prompt = words_of(path);
        let made = studio.handle("shot.add", &json!({ "scene": scene, "at": at + place, "prompt": prompt }));
        let shot = made.ok().and_then(|made| made.get("shot").and_then(serde_json::Value::as_u64));
        if let Some(shot) = shot {
            editor.command(studio, "card.add", &json!({ "shot": shot, "time": "0 f", "picture": media }));
            editor.session.selected.select_shot(ShotId(shot));
        }
    }
    editor.tell(tr!("board-shots-made", count = pictures.len()), false);
}

/// A file's name as words, without the number that puts files in order: `03_red-car.png` is `red car`.
fn words_of(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().replace(['_', '-'], " ");
    stem.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ' || c == '.').trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_becomes_words() {
        for (name, words) in [("03_red-car.png", "red car"), ("a white boat.jpg", "a white boat"), ("0001.png", "")] {
            assert_eq!(words_of(Path::new(name)), words);
        }
    }
}
