//! `kinora bench library`: how fast a large library is indexed and searched.

use crate::report::print_line;
use anyhow::{Context, Result};
use kinora_project::Mark;
use kinora_studio::library::{Entry, EntryKind, Library, Search};
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

const COLOURS: [&str; 8] = ["red", "orange", "yellow", "green", "blue", "purple", "white", "black"];
const SUBJECTS: [&str; 10] = ["car", "boat", "balloon", "woman", "robot", "dog", "lighthouse", "train", "kite", "fish"];
const PLACES: [&str; 6] =
    ["desert at noon", "sea at sunset", "city at night", "forest in fog", "snow at dawn", "kitchen"];

/// Runs the command, for a library of so many entries.
pub fn run(count: usize, as_json: bool) -> Result<ExitCode> {
    let folder = tempfile::tempdir().context("no folder for temporary files")?;
    let mut library = Library::open(folder.path())?;
    let place = Path::new("/films/Film.kinora");
    let entries: Vec<Entry> = (0..count).map(|number| entry(place, number)).collect();
    let begun = Instant::now();
    library.put_entries(place, 1, &entries)?;
    let index = begun.elapsed().as_secs_f64();
    let searches = [
        Search::default(),
        Search { words: "red".to_owned(), ..Search::default() },
        Search { words: "a".to_owned(), ..Search::default() },
        Search { words: "red bal des".to_owned(), ..Search::default() },
        Search { words: "car".to_owned(), stars: 4, ..Search::default() },
        Search { favourites: true, folder: Some("folder 3".to_owned()), ..Search::default() },
        Search { words: "nobody drew this".to_owned(), ..Search::default() },
    ];
    let mut took = Vec::new();
    for search in searches.iter().cycle().take(10 * searches.len()) {
        let begun = Instant::now();
        let found = library.search(search)?.len();
        took.push((begun.elapsed().as_secs_f64(), found));
    }
    took.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (median, most) = (took[took.len() / 2].0, took[took.len() - 1].0);
    if as_json {
        let facts = json!({ "entries": count, "index_s": index, "query_median_s": median, "query_max_s": most });
        print_line(&serde_json::to_string_pretty(&facts)?);
    } else {
        print_line(&format!("{count} entries"));
        print_line(&format!("index        {:>10.1} ms", index * 1e3));
        print_line(&format!(
            "query        {:>10.2} ms median of {} (at most {:.2})",
            median * 1e3,
            took.len(),
            most * 1e3
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn entry(place: &Path, number: usize) -> Entry {
    let pick = |list: &[&'static str], step: usize| list[number / step % list.len()];
    let (colour, subject, at) = (pick(&COLOURS, 1), pick(&SUBJECTS, 8), pick(&PLACES, 80));
    let folder = if number.is_multiple_of(7) { format!("folder {}", number % 10) } else { String::new() };
    Entry {
        kind: EntryKind::Take,
        place: place.to_owned(),
        id: number as u64,
        file: None,
        title: format!("Shot {}-{}, take 1", 1 + number / 100, 1 + number % 100),
        words: format!(
            "a {colour} {subject} moves slowly through a {at}, seen from far away\nEXT. SCENE {}",
            number / 100
        ),
        digest: None,
        mark: Mark { favourite: number.is_multiple_of(11), stars: u8::try_from(number % 6).unwrap_or(0), folder },
        made_at: 1_700_000_000 + number as u64,
    }
}
