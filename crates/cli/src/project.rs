//! `kinora project`: make a project, look at it, check it, see what came back after a crash.

use crate::reach::{PROGRAM, look};
use crate::report::print_line;
use anyhow::{Context, Result, bail};
use kinora_project::{Project, Settings, assembly};
use kinora_project_file::{Disk, MediaStore};
use kinora_studio::Studio;
use kinora_studio::library::Library;
use kinora_studio::queue::State;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make a project: a folder that ends in .kinora
    New(NewArgs),
    /// Say what is in a project
    Info(ListArgs),
    /// List the imported files, what they hold and whether they are there
    Media(ListArgs),
    /// Check a project and every file in it
    Check(ListArgs),
    /// Open a project after a crash and say what came back
    Recover(ListArgs),
}

#[derive(Debug, clap::Args)]
struct NewArgs {
    /// The folder to make
    project: PathBuf,
    /// Its name; the folder's without it
    #[arg(long)]
    name: Option<String>,
    /// Frames a second of timelines and exports
    #[arg(long, default_value = "24")]
    rate: kinora_time::FrameRate,
    /// Width to height
    #[arg(long, default_value = "16:9")]
    aspect: String,
    /// Pixels of the shorter side of exports
    #[arg(long, default_value_t = 720)]
    lines: u32,
}

#[derive(Debug, clap::Args)]
pub struct ListArgs {
    /// The project's folder
    pub project: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl Args {
    /// Whether errors go out as JSON.
    pub fn json(&self) -> bool {
        match &self.command {
            Command::New(_) => false,
            Command::Info(args) | Command::Media(args) | Command::Check(args) | Command::Recover(args) => args.json,
        }
    }
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode> {
    match &args.command {
        Command::New(args) => new(args),
        Command::Info(args) => info(args),
        Command::Media(args) => media(args),
        Command::Check(args) => check(args),
        Command::Recover(args) => recover(args),
    }
}

fn new(args: &NewArgs) -> Result<ExitCode> {
    let mut folder = args.project.clone();
    if folder.extension().is_none_or(|end| end != "kinora") {
        let mut name = folder.file_name().context("the project needs a name")?.to_owned();
        name.push(".kinora");
        folder.set_file_name(name);
    }
    let own = folder.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let settings = Settings {
        name: args.name.clone().unwrap_or(own),
        rate: args.rate,
        aspect: args.aspect.clone(),
        lines: args.lines,
        ..Settings::default()
    };
    let mut project = Project::default();
    kinora_project::Edit::Settings(settings).apply(&mut project)?;
    Studio::create(&folder, project, PROGRAM)?;
    let data = crate::setup::data_folder().ok().and_then(|data| Library::open(&data).ok());
    if let (Some(mut library), Ok(place)) = (data, folder.canonicalize())
        && let Err(error) = library.add_project(&place)
    {
        // The project is made all the same.
        eprintln!("note: {error}");
    }
    print_line(&folder.display().to_string());
    Ok(ExitCode::SUCCESS)
}

fn info(args: &ListArgs) -> Result<ExitCode> {
    let studio = look(&args.project)?;
    let project = studio.project();
    let jobs = studio.queue().jobs()?;
    let waiting =
        jobs.iter().filter(|job| matches!(job.state, State::Waiting | State::Running | State::Paused)).count();
    let (scenes, shots) = (project.storyboard.scenes.len(), project.storyboard.shots().count());
    let length = assembly(project).duration();
    if args.json {
        let facts = json!({
            "settings": *project.settings,
            "scenes": scenes,
            "shots": shots,
            "takes": project.arrived.takes.len(),
            "cast": project.cast.members.len(),
            "media": project.media.files.len(),
            "timelines": project.timelines.iter().map(|timeline| &timeline.name).collect::<Vec<_>>(),
            "seconds": length.as_seconds(),
            "jobs": waiting,
        });
        print_line(&serde_json::to_string_pretty(&facts)?);
        return Ok(ExitCode::SUCCESS);
    }
    let settings = &project.settings;
    print_line(&format!(
        "{}: {} at {} frames a second, exported with {} lines, made with {}",
        settings.name, settings.aspect, settings.rate, settings.lines, settings.model
    ));
    print_line(&format!(
        "{scenes} scenes, {shots} shots, {} takes, {:.1} s",
        project.arrived.takes.len(),
        length.as_seconds()
    ));
    print_line(&format!("{} in the cast, {} imported files", project.cast.members.len(), project.media.files.len()));
    let names: Vec<_> = project.timelines.iter().map(|timeline| timeline.name.as_str()).collect();
    print_line(&format!("timelines: Assembly{}", names.iter().map(|name| format!(", {name}")).collect::<String>()));
    print_line(&format!("{waiting} jobs to do"));
    Ok(ExitCode::SUCCESS)
}

/// The imported files.
fn media(args: &ListArgs) -> Result<ExitCode> {
    let studio = look(&args.project)?;
    let project = studio.project();
    let store = MediaStore::new(Disk, &args.project.join("media"));
    let files: Vec<_> = project
        .media
        .files
        .iter()
        .map(|(id, file)| {
            let facts = project.arrived.facts.get(id);
            json!({
                "id": id,
                "name": file.name,
                "bin": file.bin,
                "kind": file.kind,
                "size": facts.and_then(|facts| facts.size),
                "seconds": facts.map(|facts| facts.duration.as_seconds()),
                "rate": facts.and_then(|facts| facts.rate),
                "sound": facts.is_some_and(|facts| facts.sound),
                "online": store.has(&file.sha256),
                "path": store.locate(&file.sha256),
            })
        })
        .collect();
    if args.json {
        print_line(&serde_json::to_string_pretty(&files)?);
        return Ok(ExitCode::SUCCESS);
    }
    for file in &files {
        let size = match (file["size"][0].as_u64(), file["size"][1].as_u64()) {
            (Some(across), Some(down)) => format!("{across}×{down}"),
            _ => String::new(),
        };
        let seconds = file["seconds"].as_f64().filter(|s| *s > 0.0).map_or(String::new(), |s| format!("{s:.2} s"));
        let offline = if file["online"] == true { "" } else { "  offline: relink it" };
        let (name, kind) = (file["name"].as_str().unwrap_or_default(), file["kind"].as_str().unwrap_or_default());
        print_line(&format!("{name:<28} {kind:<6} {size:>10} {seconds:>10}{offline}"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Every file that the project needs, read and compared with its hash.
fn check(args: &ListArgs) -> Result<ExitCode> {
    let mut studio = Studio::open(&args.project, PROGRAM)?;
    let mut found: Vec<String> = studio.take_notices().iter().map(ToString::to_string).collect();
    let project = studio.project();
    if let Err(broken) = kinora_project::check(project) {
        found.push(broken.to_string());
    }
    let store = MediaStore::new(Disk, &args.project.join("media"));
    for file in project.media.files.values() {
        if let Err(error) = store.check(&file.sha256) {
            found.push(format!("{}: {error}", file.name));
        }
    }
    if args.json {
        print_line(&json!({ "whole": found.is_empty(), "found": found }).to_string());
    } else if found.is_empty() {
        print_line("The project is whole");
    } else {
        found.iter().for_each(|line| print_line(line));
    }
    Ok(if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn recover(args: &ListArgs) -> Result<ExitCode> {
    let mut studio = Studio::open(&args.project, PROGRAM)?;
    let notices: Vec<String> = studio.take_notices().iter().map(ToString::to_string).collect();
    if let Err(broken) = kinora_project::check(studio.project()) {
        bail!("the project contradicts itself: {broken}");
    }
    if args.json {
        print_line(&json!({ "notices": notices }).to_string());
    } else if notices.is_empty() {
        print_line("The project was closed properly: nothing had to come back");
    } else {
        notices.iter().for_each(|line| print_line(line));
    }
    Ok(ExitCode::SUCCESS)
}
