//! `kinora library`: takes, uploads and signed clips of every project and folder that it knows.

use crate::report::print_line;
use crate::setup;
use anyhow::{Context, Result, ensure};
use kinora_project_file::{Disk, is_project};
use kinora_services::refresh_library;
use kinora_studio::library::{Entry, EntryKind, Library, Search};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct LibraryArgs {
    #[command(subcommand)]
    command: LibraryCommand,
}

#[derive(Debug, clap::Subcommand)]
enum LibraryCommand {
    /// Know a project, or follow a folder of signed clips
    Add(PlaceArgs),
    /// Forget a project or folder; what lies in it stays
    Forget(PlaceArgs),
    /// Find takes, uploads and clips
    Search(SearchArgs),
    /// Mark a clip in a folder; takes and uploads are marked in their project, with take.mark and media.mark
    Mark(MarkArgs),
    /// Throw the index away and make it again
    Rebuild,
}

#[derive(Debug, clap::Args)]
struct PlaceArgs {
    /// The project's folder, or any other
    place: PathBuf,
}

#[derive(Debug, clap::Args)]
struct SearchArgs {
    /// Beginnings of words, in any order
    words: Vec<String>,
    /// Only favourites
    #[arg(long)]
    favourites: bool,
    /// At least so many stars
    #[arg(long, default_value_t = 0)]
    stars: u8,
    /// In this folder of the library
    #[arg(long)]
    folder: Option<String>,
    /// Only of this kind
    #[arg(long)]
    kind: Option<Kind>,
    /// At most so many
    #[arg(long, default_value_t = 200)]
    limit: u32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Kind {
    Take,
    Upload,
    Clip,
}

#[derive(Debug, clap::Args)]
struct MarkArgs {
    /// The clip
    file: PathBuf,
    /// Whether it is a favourite; as before without it
    #[arg(long)]
    favourite: Option<bool>,
    /// 0 to 5; as before without it
    #[arg(long, value_parser = clap::value_parser!(u8).range(0..=5))]
    stars: Option<u8>,
    /// A folder of the library; as before without it
    #[arg(long)]
    folder: Option<String>,
}

impl LibraryArgs {
    /// Whether errors go out as JSON.
    pub fn json(&self) -> bool {
        matches!(&self.command, LibraryCommand::Search(args) if args.json)
    }
}

/// Runs `kinora library`.
pub fn run(args: &LibraryArgs) -> Result<ExitCode> {
    let mut library = Library::open(&setup::data_folder()?)?;
    match &args.command {
        LibraryCommand::Add(args) => {
            let place =
                args.place.canonicalize().with_context(|| format!("there is nothing at {}", args.place.display()))?;
            ensure!(place.is_dir(), "this is no folder: {}", place.display());
            if is_project(&Disk, &place) {
                library.add_project(&place)?
            } else {
                library.follow(&place)?
            }
            refresh(&mut library)?;
        }
        LibraryCommand::Forget(args) => {
            // What is gone from the disk can be forgotten too.
            library.forget(&args.place.canonicalize().unwrap_or(std::path::absolute(&args.place)?))?;
        }
        LibraryCommand::Search(args) => {
            refresh(&mut library)?;
            search(&library, args)?;
        }
        LibraryCommand::Mark(args) => {
            refresh(&mut library)?;
            let file = args.file.canonicalize().with_context(|| format!("there is no {}", args.file.display()))?;
            library.mark_clip(&file, |mark| {
                mark.favourite = args.favourite.unwrap_or(mark.favourite);
                mark.stars = args.stars.unwrap_or(mark.stars);
                if let Some(folder) = &args.folder {
                    mark.folder = folder.trim_matches('/').to_owned();
                }
            })?;
        }
        LibraryCommand::Rebuild => {
            library.clear()?;
            refresh(&mut library)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn refresh(library: &mut Library) -> Result<()> {
    refresh_library(library)?.iter().for_each(|skipped| eprintln!("note: {skipped}"));
    Ok(())
}

fn search(library: &Library, args: &SearchArgs) -> Result<()> {
    let kind = args.kind.map(|kind| match kind {
        Kind::Take => EntryKind::Take,
        Kind::Upload => EntryKind::Upload,
        Kind::Clip => EntryKind::Clip,
    });
    let (words, folder) = (args.words.join(" "), args.folder.clone());
    let wanted = Search { words, favourites: args.favourites, stars: args.stars, folder, kind, limit: args.limit };
    let found = library.search(&wanted)?;
    if args.json {
        let told: Vec<Value> = found.iter().map(entry_json).collect();
        print_line(&serde_json::to_string_pretty(&told)?);
        return Ok(());
    }
    for entry in &found {
        let place = entry.file.as_ref().unwrap_or(&entry.place).display();
        let stars = "*".repeat(usize::from(entry.mark.stars));
        let favourite = if entry.mark.favourite { "+" } else { " " };
        print_line(&format!("{favourite}{stars:<5} {:<32} {place}", entry.title));
    }
    Ok(())
}

fn entry_json(entry: &Entry) -> Value {
    let kind = match entry.kind {
        EntryKind::Take => "take",
        EntryKind::Upload => "upload",
        EntryKind::Clip => "clip",
    };
    json!({
        "kind": kind,
        "title": entry.title,
        "words": entry.words,
        "place": entry.place,
        "id": entry.id,
        "file": entry.file,
        "digest": entry.digest,
        "mark": entry.mark,
        "made_at": entry.made_at,
    })
}
