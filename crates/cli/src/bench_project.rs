//! `kinora bench project`: how fast a long film opens, is edited and saved, and what an edit costs in memory.

use crate::report::print_line;
use anyhow::{Context, Result};
use kinora_project::{BoardEdit, CutEdit, Edit, NewShot, Project};
use kinora_studio::Studio;
use kinora_time::{FLICKS_PER_SECOND, Flicks};
use serde_json::json;
use std::process::ExitCode;
use std::time::Instant;

/// Shots of a scene.
const SCENE: usize = 100;
/// Edits of which the median is told; so many that what they hold is more than an allocator keeps in reserve.
const EDITS: usize = 4_000;

/// Runs the command, for a film of so many clips.
pub fn run(clips: usize, as_json: bool) -> Result<ExitCode> {
    let folder = tempfile::tempdir().context("no folder for temporary files")?;
    let path = folder.path().join("Film.kinora");
    let mut studio = Studio::create(&path, film(clips)?, "kinora bench")?;
    let timeline = studio.project().timelines.first().context("no timeline was made")?.clone();
    let items = &timeline.tracks.first().context("no track was made")?.items;
    let held = memory();
    let mut edits = Vec::with_capacity(EDITS);
    for at in 0..EDITS {
        let item = items.get(at * items.len() / EDITS).context("no items were made")?.id;
        let begun = Instant::now();
        studio.handle("clip.ripple", &json!({ "timeline": timeline.id, "item": item, "by": "-1 f" }))?;
        edits.push(begun.elapsed().as_secs_f64());
        studio.poll();
    }
    let snapshot = memory().zip(held).map(|(now, before)| now.saturating_sub(before) / EDITS as u64);
    edits.sort_by(f64::total_cmp);
    let begun = Instant::now();
    studio.handle("project.save", &json!({}))?;
    let save = begun.elapsed().as_secs_f64();
    let bytes = std::fs::metadata(path.join("project.json")).map(|file| file.len()).unwrap_or_default();
    drop(studio);
    let begun = Instant::now();
    let studio = Studio::open(&path, "kinora bench")?;
    let open = begun.elapsed().as_secs_f64();
    drop(studio);
    let (median, most) = (edits[EDITS / 2], edits[EDITS - 1]);
    if as_json {
        let facts = json!({
            "clips": clips, "open_s": open, "save_s": save, "edit_median_s": median, "edit_max_s": most,
            "snapshot_bytes": snapshot, "document_bytes": bytes,
        });
        print_line(&serde_json::to_string_pretty(&facts)?);
    } else {
        print_line(&format!("{clips} clips, {:.1} MB on disk", bytes as f64 / 1e6));
        print_line(&format!("open         {:>10.1} ms", open * 1e3));
        print_line(&format!("save         {:>10.1} ms", save * 1e3));
        print_line(&format!("edit         {:>10.3} ms median of {EDITS} (at most {:.3})", median * 1e3, most * 1e3));
        if let Some(snapshot) = snapshot {
            print_line(&format!("undo step    {:>10} kB", snapshot / 1000));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A storyboard and a cut of it.
fn film(clips: usize) -> Result<Project> {
    let mut project = Project::default();
    for at in 0..clips {
        if at % SCENE == 0 {
            let heading = format!("SCENE {}", at / SCENE + 1);
            Edit::Board(BoardEdit::AddScene { heading, at: None }).apply(&mut project)?;
        }
        let scene = project.storyboard.scenes.last().context("no scene was made")?.id;
        let mut shot = NewShot { length: Flicks(2 * FLICKS_PER_SECOND), seed: at as u64, ..NewShot::default() };
        shot.words.prompt = format!("shot {at}: a red car drives from left to right through a desert at noon");
        Edit::Board(BoardEdit::AddShot { scene, at: None, shot: Box::new(shot) }).apply(&mut project)?;
    }
    Edit::Cut(CutEdit::CreateFromBoard { name: "Cut 1".to_owned() }).apply(&mut project)?;
    Ok(project)
}

/// Bytes that the process holds now, where the system tells.
fn memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}
