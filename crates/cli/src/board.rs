//! `kinora board` and `kinora timeline`: the storyboard and its cuts, as a person reads and writes them.

use crate::export::Export;
use crate::jobs::do_jobs;
use crate::project::ListArgs;
use crate::reach::{Reach, look, reach};
use crate::report::{Reporter, print_line};
use crate::setup::{self, SignerArgs};
use anyhow::Result;
use kinora_project::timeline::{Content, Item};
use kinora_project::{Project, Seen, assembly, seen};
use kinora_services::thumbnail_path;
use kinora_studio::Studio;
use kinora_studio::queue::{Job, Lane, State, Work};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct BoardArgs {
    #[command(subcommand)]
    command: BoardCommand,
}

#[derive(Debug, clap::Subcommand)]
enum BoardCommand {
    /// Put a shot on the board, in a new scene if need be
    Add(AddArgs),
    /// Show scenes, shots and takes
    List(ListArgs),
    /// Make takes of shots, and do what waits in the queue
    Generate(GenerateArgs),
    /// Write the storyboard to print or to watch
    Export(ExportArgs),
}

#[derive(Debug, clap::Args)]
struct ExportArgs {
    /// The project's folder
    project: PathBuf,
    /// The file to write: .pdf, pages; .png, one picture of all shots; .mp4, an animatic with numbers and timecode
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Print events as JSON, one a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    signer: SignerArgs,
}

#[derive(Debug, clap::Args)]
struct GenerateArgs {
    /// The project's folder
    project: PathBuf,
    /// Which shots, by number; every shot that has no take without it
    #[arg(long = "shot", value_name = "NUMBER")]
    shots: Vec<String>,
    /// How many takes of each
    #[arg(long, default_value_t = 1)]
    takes: u32,
    /// Denoising steps; the model's own number without it
    #[arg(long)]
    steps: Option<u32>,
    /// Print events as JSON, one a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// The project's folder
    project: PathBuf,
    /// The scene: its place on the board or its heading; a heading that no scene has makes one. The last scene without it
    #[arg(long)]
    scene: Option<String>,
    /// What to show; @Name stands for a member of the cast
    #[arg(long)]
    prompt: String,
    /// How long: 4, "2.5 s", "60 f" or a timecode
    #[arg(long, default_value = "4 s")]
    length: String,
    /// Seed of the first take
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

#[derive(Debug, clap::Args)]
pub struct TimelineArgs {
    #[command(subcommand)]
    command: TimelineCommand,
}

#[derive(Debug, clap::Subcommand)]
enum TimelineCommand {
    /// Show every timeline and what is on it
    List(ListArgs),
    /// Make a timeline with what the board shows now
    Add(NamedArgs),
    /// Cut what is at a time in two
    Cut(CutArgs),
}

#[derive(Debug, clap::Args)]
struct NamedArgs {
    /// The project's folder
    project: PathBuf,
    /// Its name
    #[arg(long)]
    name: String,
}

#[derive(Debug, clap::Args)]
struct CutArgs {
    /// The project's folder
    project: PathBuf,
    /// Which timeline; the only one without it
    #[arg(long)]
    timeline: Option<String>,
    /// When: 2.5, "2.5 s", "60 f" or a timecode
    #[arg(long)]
    time: String,
}

impl BoardArgs {
    /// Whether errors go out as JSON.
    pub fn json(&self) -> bool {
        match &self.command {
            BoardCommand::Add(_) => false,
            BoardCommand::List(args) => args.json,
            BoardCommand::Generate(args) => args.json,
            BoardCommand::Export(args) => args.json,
        }
    }
}

impl TimelineArgs {
    /// Whether errors go out as JSON.
    pub fn json(&self) -> bool {
        matches!(&self.command, TimelineCommand::List(args) if args.json)
    }
}

/// Runs `kinora board`.
pub fn run_board(args: &BoardArgs) -> Result<ExitCode> {
    match &args.command {
        BoardCommand::Add(args) => add(args),
        BoardCommand::List(args) => list_board(args),
        BoardCommand::Generate(args) => generate(args),
        BoardCommand::Export(args) => export(args),
    }
}

fn export(args: &ExportArgs) -> Result<ExitCode> {
    let wanted = json!({ "out": args.out });
    let (project, out) = (args.project.as_path(), args.out.as_path());
    let export =
        Export { project, command: "board.export", wanted, out, what: "what was generated in it is marked and signed" };
    export.run(args.signer.given()?, &mut Reporter::new(args.json))
}

fn generate(args: &GenerateArgs) -> Result<ExitCode> {
    let cancel = setup::cancel_on_interrupt()?;
    let mut reporter = Reporter::new(args.json);
    let mut reached = reach(&args.project)?;
    let shots = match &reached {
        _ if !args.shots.is_empty() => args.shots.iter().map(|number| json!(number)).collect(),
        Reach::Here(studio) => bare_shots(studio)?,
        Reach::There { .. } => bare_shots(&look(&args.project)?)?,
    };
    for shot in shots {
        let mut wanted = json!({ "shot": shot, "takes": args.takes });
        if let Some(steps) = args.steps {
            wanted["steps"] = json!(steps);
        }
        let queued = reached.handle("shot.generate", &wanted)?;
        for name in queued["unknown_names"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let text = format!("nobody of the cast is called @{name}; the name stands as a word");
            reporter.note(json!({ "unknown_name": name }), &text);
        }
    }
    let mut studio = match reached {
        Reach::Here(studio) => studio,
        Reach::There { holder, .. } => {
            reporter.done(json!({ "queued": true }), &format!("{holder} has it in its queue"));
            return Ok(ExitCode::SUCCESS);
        }
    };
    let finished = do_jobs(&mut studio, &[Lane::Generate, Lane::Media], None, &cancel, &mut reporter)?;
    let takes = |jobs: &mut dyn Iterator<Item = &Job>| jobs.filter(|j| matches!(j.work, Work::Generate { .. })).count();
    let done = takes(&mut finished.done.iter());
    let failed = finished.failed.len();
    let text =
        format!("{done} takes made{}", if failed > 0 { format!(", {failed} jobs failed") } else { String::new() });
    reporter.done(json!({ "takes": done, "failed": failed }), &text);
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Shots without a take, and none on its way.
fn bare_shots(studio: &Studio) -> Result<Vec<Value>> {
    let (project, jobs) = (studio.project(), studio.queue().jobs()?);
    let bare = project.storyboard.shots().filter(|shot| project.circled(shot.id).is_none());
    let shots = bare.map(|shot| json!(shot.id));
    Ok(shots.filter(|shot| !jobs.iter().any(|job| waits_for(job, shot))).collect())
}

fn waits_for(job: &Job, shot: &Value) -> bool {
    let open = matches!(job.state, State::Waiting | State::Running | State::Paused);
    open && matches!(&job.work, Work::Generate { shot: of, .. } if json!(of) == *shot)
}

/// Runs `kinora timeline`.
pub fn run_timeline(args: &TimelineArgs) -> Result<ExitCode> {
    match &args.command {
        TimelineCommand::List(args) => list_timelines(args),
        TimelineCommand::Add(args) => {
            let made = reach(&args.project)?.handle("timeline.from-board", &json!({ "name": args.name }))?;
            print_line(&made.to_string());
            Ok(ExitCode::SUCCESS)
        }
        TimelineCommand::Cut(args) => {
            let mut wanted = Map::from_iter([("time".to_owned(), json!(args.time))]);
            if let Some(timeline) = &args.timeline {
                wanted.insert("timeline".to_owned(), json!(timeline));
            }
            reach(&args.project)?.handle("clip.slice", &Value::Object(wanted))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn add(args: &AddArgs) -> Result<ExitCode> {
    let mut reached = reach(&args.project)?;
    let project = reached.project()?;
    let scenes = &project.storyboard.scenes;
    let scene = args.scene.clone().unwrap_or_else(|| scenes.len().max(1).to_string());
    let known = scene.parse::<usize>().is_ok_and(|place| (1..=scenes.len()).contains(&place))
        || scenes.iter().any(|known| known.heading == scene);
    let scene = if known {
        json!(scene)
    } else {
        // A number that no scene has is no heading.
        let heading = if scene.parse::<usize>().is_ok() { String::new() } else { scene };
        reached.handle("scene.add", &json!({ "heading": heading }))?["scene"].clone()
    };
    let shot = json!({ "scene": scene, "prompt": args.prompt, "length": args.length, "seed": args.seed });
    let made = reached.handle("shot.add", &shot)?;
    let id = kinora_project::ShotId(made["shot"].as_u64().unwrap_or_default());
    print_line(&reached.project()?.storyboard.number(id).unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}

fn list_board(args: &ListArgs) -> Result<ExitCode> {
    let studio = look(&args.project)?;
    let project = studio.project();
    if args.json {
        print_line(&serde_json::to_string_pretty(&board_json(project, &std::path::absolute(studio.path())?))?);
        return Ok(ExitCode::SUCCESS);
    }
    for (at, scene) in project.storyboard.scenes.iter().enumerate() {
        print_line(&format!("{}  {}", at + 1, if scene.heading.is_empty() { "(no heading)" } else { &scene.heading }));
        for shot in &scene.shots {
            let number = project.storyboard.number(shot.id).unwrap_or_default();
            let takes = project.arrived.takes_of(shot.id).count();
            let takes = if takes == 0 { "no take".to_owned() } else { format!("{takes} takes") };
            let (seconds, prompt) = (shot.length.as_seconds(), &shot.words.prompt);
            print_line(&format!("  {number:<6} {seconds:>5.2} s  {takes:<9} {prompt}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn board_json(project: &Project, folder: &Path) -> Value {
    let shot = |shot: &kinora_project::Shot| {
        let takes: Vec<_> = project.arrived.takes_of(shot.id).map(|take| take.id).collect();
        json!({
            "shot": shot.id,
            "number": project.storyboard.number(shot.id),
            "prompt": shot.words.prompt,
            "seconds": shot.length.as_seconds(),
            "takes": takes,
            "circled": project.circled(shot.id).map(|take| take.id),
            "thumbnail": project.circled(shot.id).and_then(|take| take.plan.id().ok()).map(|plan| thumbnail_path(folder, &plan)),
        })
    };
    let scene = |scene: &kinora_project::Scene| {
        let shots: Vec<_> = scene.shots.iter().map(|s| shot(s)).collect();
        json!({ "scene": scene.id, "heading": scene.heading, "shots": shots })
    };
    json!(project.storyboard.scenes.iter().map(|s| scene(s)).collect::<Vec<_>>())
}

fn list_timelines(args: &ListArgs) -> Result<ExitCode> {
    let studio = look(&args.project)?;
    let project = studio.project();
    let derived = assembly(project);
    let all = std::iter::once(&derived).chain(project.timelines.iter().map(AsRef::as_ref));
    if args.json {
        let told: Vec<Value> = all
            .map(|timeline| {
                let tracks: Vec<Value> = timeline
                    .tracks
                    .iter()
                    .map(|track| {
                        let items: Vec<Value> = (0..track.items.len())
                            .map(|at| {
                                let item = &track.items[at];
                                json!({
                                    "item": item.id,
                                    "shows": shows(project, item),
                                    "from": track.start_of(at).as_seconds(),
                                    "seconds": item.duration().as_seconds(),
                                })
                            })
                            .collect();
                        json!({ "track": track.id, "name": track.name, "locked": track.locked, "items": items })
                    })
                    .collect();
                json!({ "timeline": timeline.id, "name": timeline.name, "tracks": tracks })
            })
            .collect();
        print_line(&serde_json::to_string_pretty(&told)?);
        return Ok(ExitCode::SUCCESS);
    }
    let timecode = project.settings.timecode();
    for timeline in all {
        print_line(&format!("{} ({:.2} s)", timeline.name, timeline.duration().as_seconds()));
        for track in timeline.tracks.iter().rev() {
            for (at, item) in track.items.iter().enumerate() {
                let from = timecode.at(track.start_of(at));
                let (seconds, shown) = (item.duration().as_seconds(), shows(project, item));
                print_line(&format!("  {:<6} {from}  {seconds:>6.2} s  {shown}", format!("{}-{}", track.name, at + 1)));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What an item shows, in words.
fn shows(project: &Project, item: &Item) -> String {
    let part = |what: &Seen| match what {
        Seen::Media(media, _) => project.media.files.get(media).map_or("a missing file".to_owned(), |f| f.name.clone()),
        Seen::Take(take, _) => format!("take {}", take.0),
        Seen::Slug(_) => "slug".to_owned(),
        Seen::Title(words) => format!("“{words}”"),
        Seen::Nothing => "gap".to_owned(),
    };
    let parts: Vec<String> = seen(project, item).iter().map(|segment| part(&segment.what)).collect();
    let parts = parts.join(", then ");
    match &item.content {
        Content::Shot { shot, .. } => {
            let number = project.storyboard.number(*shot).unwrap_or_else(|| "that is not on the board".to_owned());
            format!("shot {number}: {parts}")
        }
        _ => parts,
    }
}
