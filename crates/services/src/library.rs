//! The library kept up with the disk: projects that changed are read again, and signed clips that appeared in folders are brought in.

use crate::ServiceError;
use kinora_plan::{Digest, GenerationPlan};
use kinora_provenance::{Report, TrustAnchors, verify_file};
use kinora_studio::Studio;
use kinora_studio::library::{Clip, Library};
use serde_json::Value;
use std::fs::{self, DirEntry, Metadata};
use std::path::Path;
use std::time::UNIX_EPOCH;

/// Brings the index up to date. What can't be read is skipped and named.
///
/// # Errors
/// If the library can't be read or written.
pub fn refresh_library(library: &mut Library) -> Result<Vec<String>, ServiceError> {
    let mut skipped = Vec::new();
    for project in library.projects().to_vec() {
        let of_document = |name: &str| name.starts_with("project.json") || name.starts_with("journal-");
        let Some(stamp) = stamp_of(&project, &of_document) else {
            skipped.push(format!("this project is not there: {}", project.display()));
            continue;
        };
        if library.is_fresh(&project, stamp)? {
            continue;
        }
        match Studio::look(&project, "the library reads it") {
            Ok(studio) => library.put_project(&project, stamp, studio.project())?,
            Err(error) => skipped.push(error.to_string()),
        }
    }
    for folder in library.folders().to_vec() {
        let Some(stamp) = stamp_of(&folder, &is_clip) else {
            skipped.push(format!("this folder is not there: {}", folder.display()));
            continue;
        };
        if !library.is_fresh(&folder, stamp)? {
            let files = entries(&folder).into_iter().filter(|entry| is_clip(&entry.file_name().to_string_lossy()));
            let clips: Vec<Clip> = files.filter_map(|entry| clip_of(&entry.path())).collect();
            library.put_clips(&folder, stamp, &clips)?;
        }
    }
    Ok(skipped)
}

fn is_clip(name: &str) -> bool {
    !name.starts_with('.') && [".mp4", ".mov"].iter().any(|end| name.to_lowercase().ends_with(end))
}

fn entries(folder: &Path) -> Vec<DirEntry> {
    let mut entries: Vec<DirEntry> = fs::read_dir(folder).into_iter().flatten().flatten().collect();
    entries.sort_by_key(DirEntry::file_name);
    entries
}

/// Changes when a file of these names comes, goes or is written. Nothing if the folder is not there.
fn stamp_of(folder: &Path, counts: &dyn Fn(&str) -> bool) -> Option<u64> {
    folder.is_dir().then_some(())?;
    let mut text = String::new();
    for entry in entries(folder).iter().filter(|entry| counts(&entry.file_name().to_string_lossy())) {
        let (length, changed) = entry.metadata().map_or((0, 0), |data| (data.len(), nanoseconds(&data)));
        text.push_str(&format!("{:?} {length} {changed}\n", entry.file_name()));
    }
    u64::from_str_radix(&Digest::of(text.as_bytes()).to_string()[..16], 16).ok()
}

fn nanoseconds(data: &Metadata) -> u128 {
    let changed = data.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    changed.map_or(0, |since| since.as_nanos())
}

/// A file as a clip, if Kinora signed it and nobody changed it since.
fn clip_of(file: &Path) -> Option<Clip> {
    let report = verify_file(file, &TrustAnchors::none()).ok().filter(Report::passes)?;
    let stored = report.plan.as_ref()?;
    let name = file.file_name()?.to_string_lossy().into_owned();
    let made_at = fs::metadata(file).map_or(0, |data| nanoseconds(&data) / 1_000_000_000);
    Some(Clip {
        file: file.to_owned(),
        title: name,
        words: words_of(stored, &report),
        made_at: u64::try_from(made_at).unwrap_or(0),
        plan: stored.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok()),
    })
}

/// What a clip is found by: its prompts where the file tells them, and its model.
fn words_of(stored: &Value, report: &Report) -> String {
    let film = stored["film"]["takes"].as_array().into_iter().flatten();
    let plans = film.map(|take| &take["plan"]).chain([&stored["plan"]]);
    let plans = plans.filter_map(|plan| serde_json::from_value::<GenerationPlan>(plan.clone()).ok());
    let prompts = plans.flat_map(|plan| plan.prompts).filter_map(|span| span.prompt.text().map(str::to_owned));
    prompts.chain(report.model.iter().map(|model| model.name.clone())).collect::<Vec<_>>().join("\n")
}
