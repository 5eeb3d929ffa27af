//! The creative tools on files: a project of its own for each call, in which the same commands do it as in the editor.

use crate::export::Export;
use crate::jobs::{do_jobs, forget_side_jobs};
use crate::report::Reporter;
use crate::setup::{self, SignerArgs};
use anyhow::{Context, Result, bail};
use kinora_job::CancelToken;
use kinora_project::{MediaId, Project, Settings};
use kinora_studio::Studio;
use kinora_studio::planner::ASPECTS;
use kinora_studio::queue::Lane;
use kinora_time::FrameRate;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// What every tool takes.
#[derive(Debug, clap::Args)]
pub struct Making {
    /// What is shown; without it, what the clips' own recipes say
    #[arg(long, value_name = "TEXT", default_value = "")]
    prompt: String,
    /// Seed of the noise: the same seed gives the same clip
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Denoising steps; more are slower and cleaner
    #[arg(long, value_name = "N")]
    steps: Option<u32>,
    /// The model to use
    #[arg(long, value_name = "ID", default_value = "sketch")]
    model: String,
    /// Pixels of the shorter side; the first clip's without it, 720 for a picture
    #[arg(long, value_name = "LINES")]
    height: Option<u32>,
    /// Frames a second: 12, 23.976, 24, 25, 29.97, 30 …; the first clip's without it, 24 for a picture
    #[arg(long, value_name = "N")]
    fps: Option<FrameRate>,
    /// The file to write: .mp4, .mov or .mkv
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Put the prompts' words into the file, not only their hashes
    #[arg(long)]
    embed_prompt: bool,
    /// Keep the project that was made for it in this new folder, to go on in the editor
    #[arg(long, value_name = "FOLDER.kinora")]
    keep_project: Option<PathBuf>,
    /// Print events as JSON, one a line
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    signer: SignerArgs,
}

/// Animate a picture: it becomes a frame of a shot, or a drawing that the shot follows.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  kinora animate still.png --prompt \"the boat sails to the left\" --seconds 4 --out boat.mp4\n  kinora animate plan.png --camera-from 0,0,1000,1000 --camera-to 250,250,500,500 --prompt \"slow push in\" --out push.mp4"
)]
pub struct Animate {
    /// The picture
    picture: PathBuf,
    /// Length in seconds
    #[arg(long, value_name = "S", default_value_t = 4.0)]
    seconds: f64,
    /// Aspect ratio; the one nearest to the picture's without it
    #[arg(long, value_name = "W:H")]
    aspect: Option<String>,
    /// Which frame it becomes: first, middle, last, or all of them (a drawing)
    #[arg(long, default_value = "first", value_parser = ["first", "middle", "last", "all"])]
    place: String,
    /// How another shape is brought in: cut off, with black, or with what is missing generated
    #[arg(long, default_value = "fill", value_parser = ["fill", "fit", "extend"])]
    reach: String,
    /// How much of it may be invented, 0 to 1000; 500 to 800 suits a drawing
    #[arg(long, value_name = "N")]
    level: Option<u32>,
    /// The part that is the first frame: x,y,width,height in thousandths
    #[arg(long, value_name = "X,Y,W,H", requires = "camera_to")]
    camera_from: Option<String>,
    /// The part that is the last frame
    #[arg(long, value_name = "X,Y,W,H", requires = "camera_from")]
    camera_to: Option<String>,
    #[command(flatten)]
    pub making: Making,
}

/// Generate what comes after a clip, or what was before it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  kinora extend plate.mp4 --by 1.5 --prompt \"a red car drives on to the right\" --out longer.mp4"
)]
pub struct Extend {
    /// The clip
    clip: PathBuf,
    /// By how many seconds
    #[arg(long, value_name = "S")]
    by: f64,
    /// Before it, not after it
    #[arg(long)]
    before: bool,
    #[command(flatten)]
    pub making: Making,
}

/// Generate what leads from one clip to another.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  kinora bridge a.mp4 b.mov --by 2 --prompt \"the car reaches the sea\" --out film.mp4"
)]
pub struct Bridge {
    /// The clip before it
    first: PathBuf,
    /// The clip after it
    second: PathBuf,
    /// How many seconds lie between them
    #[arg(long, value_name = "S")]
    by: f64,
    #[command(flatten)]
    pub making: Making,
}

/// Make two clips flow into each other over their cut.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  kinora blend a.mp4 b.mp4 --by 1 --curve mix --out film.mp4")]
pub struct Blend {
    /// The clip that goes
    first: PathBuf,
    /// The clip that comes
    second: PathBuf,
    /// For how many seconds, half of them before the cut
    #[arg(long, value_name = "S", default_value_t = 1.0)]
    by: f64,
    /// How much of each is kept: fading from one to the other, half of both, or a hint here and there
    #[arg(long, default_value = "transition", value_parser = ["transition", "mix", "sample"])]
    curve: String,
    #[command(flatten)]
    pub making: Making,
}

/// Fill a hole in a clip from what is on both sides of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  kinora fill plate.mp4 --from 2 --to 3.5 --out whole.mp4")]
pub struct Fill {
    /// The clip
    clip: PathBuf,
    /// Where the hole begins, in seconds
    #[arg(long, value_name = "S")]
    from: f64,
    /// Where it ends
    #[arg(long, value_name = "S")]
    to: f64,
    #[command(flatten)]
    pub making: Making,
}

/// Lead a clip from its end back to its beginning.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  kinora loop waves.mp4 --seam long --out loop.mp4")]
pub struct Loop {
    /// The clip
    clip: PathBuf,
    /// How long that takes: half a second, one, or two
    #[arg(long, default_value = "normal", value_parser = ["short", "normal", "long"])]
    seam: String,
    #[command(flatten)]
    pub making: Making,
}

/// Keep the good part of a clip and generate the rest again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  kinora recut plate.mp4 --from 1 --to 3 --out better.mp4")]
pub struct Recut {
    /// The clip
    clip: PathBuf,
    /// Where the part begins, in seconds
    #[arg(long, value_name = "S")]
    from: f64,
    /// Where it ends
    #[arg(long, value_name = "S")]
    to: f64,
    /// What is kept: the part, or all but it
    #[arg(long, default_value = "inside", value_parser = ["inside", "outside"])]
    keep: String,
    #[command(flatten)]
    pub making: Making,
}

/// Make a clip again in other words.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  kinora remix plate.mp4 --prompt \"a blue car in the snow\" --strength strong --out snow.mp4"
)]
pub struct Remix {
    /// The clip
    clip: PathBuf,
    /// How far it goes from what it was
    #[arg(long, default_value = "mild", value_parser = ["subtle", "mild", "strong"])]
    strength: String,
    /// The same as a noise level from 1 to 999
    #[arg(long, value_name = "N")]
    level: Option<u32>,
    #[command(flatten)]
    pub making: Making,
}

/// Bring a clip into another shape: what is missing at its sides is generated.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  kinora reframe wide.mp4 --aspect 9:16 --out tall.mp4")]
pub struct Reframe {
    /// The clip
    clip: PathBuf,
    /// The other aspect ratio
    #[arg(long, value_name = "W:H")]
    aspect: String,
    #[command(flatten)]
    pub making: Making,
}

/// Make a take of a project's shot again in the best quality.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  kinora finish film.kinora --shot 1-2 --steps 60")]
pub struct Finish {
    /// The project's folder
    project: PathBuf,
    /// Which shot, as the board numbers it
    #[arg(long)]
    shot: String,
    /// Which of its takes, by id; the circled one without it
    #[arg(long, value_name = "ID")]
    take: Option<u64>,
    /// Another model, by id
    #[arg(long, value_name = "ID")]
    model: Option<String>,
    /// How much may be invented, 0 to 1000
    #[arg(long, value_name = "N")]
    level: Option<u32>,
    /// Denoising steps
    #[arg(long, value_name = "N")]
    steps: Option<u32>,
    /// Print events as JSON, one a line
    #[arg(long)]
    pub json: bool,
}

/// Generate more takes of a project's shot.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  kinora variations film.kinora --shot 1-2 --takes 4")]
pub struct Variations {
    /// The project's folder
    project: PathBuf,
    /// Which shot, as the board numbers it
    #[arg(long)]
    shot: String,
    /// How many
    #[arg(long, value_name = "N", default_value_t = 4)]
    takes: u32,
    /// A take that they are to be like, by id
    #[arg(long, value_name = "ID")]
    like: Option<u64>,
    /// Denoising steps
    #[arg(long, value_name = "N")]
    steps: Option<u32>,
    /// Print events as JSON, one a line
    #[arg(long)]
    pub json: bool,
}

/// The project in which a tool works on files.
struct Bench<'a> {
    making: &'a Making,
    studio: Studio,
    cancel: CancelToken,
    reporter: Reporter,
    /// Gone with this, unless the project is kept.
    _folder: Option<tempfile::TempDir>,
}

impl<'a> Bench<'a> {
    /// With these files in it, and as the first of them wants it.
    fn with(making: &'a Making, files: &[&Path], aspect: Option<&str>) -> Result<(Self, Vec<MediaId>)> {
        let cancel = setup::cancel_on_interrupt()?;
        let (place, folder) = match &making.keep_project {
            Some(place) => (place.clone(), None),
            None => {
                let folder = tempfile::tempdir().context("no temporary folder can be made")?;
                (folder.path().join("Work.kinora"), Some(folder))
            }
        };
        let name = making.out.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let settings = Settings { name, model: making.model.clone(), ..Settings::default() };
        let project = Project { settings: Arc::new(settings), ..Project::default() };
        let mut studio = Studio::create(&place, project, "kinora")?;
        studio.set_cards(setup::models().cards());
        let mut reporter = Reporter::new(making.json);
        let mut media = Vec::new();
        // A project that stays has files of its own.
        let refer = folder.is_some();
        for file in files {
            let brought = studio.handle("media.import", &json!({ "path": file, "refer": refer }))?;
            media.push(MediaId(brought["media"].as_u64().unwrap_or_default()));
        }
        let finished = do_jobs(&mut studio, &[Lane::Media], None, &cancel, &mut reporter)?;
        if let Some((_, reason)) = finished.failed.first() {
            bail!("{reason}");
        }
        let mut bench = Self { making, studio, cancel, reporter, _folder: folder };
        bench.settle(media.first().copied(), aspect)?;
        Ok((bench, media))
    }

    fn settle(&mut self, first: Option<MediaId>, aspect: Option<&str>) -> Result<()> {
        let project = self.studio.project().clone();
        let facts = first.and_then(|media| project.arrived.facts.get(&media));
        let size = facts.and_then(|facts| facts.size);
        let moves = facts.and_then(|facts| facts.rate);
        let own = size.map(|(width, height)| nearest_aspect(width, height));
        let lines = size.filter(|_| moves.is_some()).map(|(width, height)| width.min(height).clamp(120, 2160));
        let settings = json!({
            "aspect": aspect.or(own).unwrap_or("16:9"),
            "rate": self.making.fps.or(moves).unwrap_or(FrameRate::FPS_24).to_string(),
            "lines": self.making.height.or(lines).unwrap_or(720),
        });
        self.studio.handle("project.settings", &settings)?;
        Ok(())
    }

    /// The clips one after the other on a timeline.
    fn timeline(&mut self, clips: &[MediaId]) -> Result<()> {
        self.studio.handle("timeline.new", &json!({ "name": "Film" }))?;
        for clip in clips {
            let end = self.studio.project().timelines[0].duration();
            let rate = self.studio.project().settings.rate;
            let time = format!("{} f", rate.nearest_frame(end));
            self.studio.handle("clip.insert", &json!({ "track": "V1", "time": time, "media": clip }))?;
        }
        Ok(())
    }

    /// Runs the tool, generates what it wants, and writes the film.
    fn make(mut self, tool: &str, mut wanted: Value) -> Result<ExitCode> {
        wanted["seed"] = json!(self.making.seed);
        if !self.making.prompt.is_empty() {
            wanted["prompt"] = json!(self.making.prompt);
        }
        if let Some(steps) = self.making.steps {
            wanted["steps"] = json!(steps);
        }
        let signer = self.making.signer.given()?;
        self.studio.handle(tool, &wanted)?;
        let finished = do_jobs(&mut self.studio, &[Lane::Generate], None, &self.cancel, &mut self.reporter)?;
        if let Some((_, reason)) = finished.failed.first() {
            bail!("{reason}");
        }
        forget_side_jobs(&mut self.studio)?;
        let wanted = json!({ "out": self.making.out, "embed_prompts": self.making.embed_prompt });
        let folder = self.studio.path().to_owned();
        let export = Export {
            project: &folder,
            command: "timeline.export",
            wanted,
            out: &self.making.out,
            what: "marked and signed",
        };
        export.run_in(self.studio, signer, &self.cancel, &mut self.reporter)
    }
}

/// The aspect ratio that Kinora exports and that is nearest to a picture's.
fn nearest_aspect(width: u32, height: u32) -> &'static str {
    let ratio = |across: u32, down: u32| (f64::from(across.max(1)) / f64::from(down.max(1))).ln();
    let own = ratio(width, height);
    let by_distance = |(_, across, down): &(&str, u32, u32)| (ratio(*across, *down) - own).abs();
    let nearest = ASPECTS.iter().min_by(|a, b| by_distance(a).total_cmp(&by_distance(b)));
    nearest.map_or("16:9", |(name, ..)| name)
}

fn seconds(time: f64) -> Value {
    json!(time)
}

/// Runs `kinora animate`.
pub fn run_animate(args: &Animate) -> Result<ExitCode> {
    let (bench, media) = Bench::with(&args.making, &[&args.picture], args.aspect.as_deref())?;
    let mut wanted = json!({
        "picture": media[0], "length": seconds(args.seconds), "place": args.place, "reach": args.reach,
    });
    if let Some(level) = args.level {
        wanted["level"] = json!(level);
    }
    for (name, part) in [("camera_from", &args.camera_from), ("camera_to", &args.camera_to)] {
        if let Some(part) = part {
            wanted[name] = json!(part);
        }
    }
    bench.make("tool.animate", wanted)
}

/// Runs `kinora extend`.
pub fn run_extend(args: &Extend) -> Result<ExitCode> {
    let (mut bench, media) = Bench::with(&args.making, &[&args.clip], None)?;
    bench.timeline(&media)?;
    let edge = if args.before { "start" } else { "end" };
    bench.make("tool.extend", json!({ "item": "V1-1", "by": seconds(args.by), "edge": edge }))
}

/// Runs `kinora bridge`.
pub fn run_bridge(args: &Bridge) -> Result<ExitCode> {
    let (mut bench, media) = Bench::with(&args.making, &[&args.first, &args.second], None)?;
    bench.timeline(&media)?;
    bench.make("tool.bridge", json!({ "item": "V1-1", "by": seconds(args.by) }))
}

/// Runs `kinora blend`.
pub fn run_blend(args: &Blend) -> Result<ExitCode> {
    let (mut bench, media) = Bench::with(&args.making, &[&args.first, &args.second], None)?;
    bench.timeline(&media)?;
    bench.make("tool.blend", json!({ "item": "V1-1", "by": seconds(args.by), "curve": args.curve }))
}

/// Runs `kinora fill`.
pub fn run_fill(args: &Fill) -> Result<ExitCode> {
    let (mut bench, media) = Bench::with(&args.making, &[&args.clip], None)?;
    bench.timeline(&media)?;
    bench.studio.handle("timeline.lift", &json!({ "from": seconds(args.from), "to": seconds(args.to) }))?;
    bench.make("tool.fill", json!({ "item": "V1-2" }))
}

/// Runs `kinora loop`.
pub fn run_loop(args: &Loop) -> Result<ExitCode> {
    let (mut bench, media) = Bench::with(&args.making, &[&args.clip], None)?;
    bench.timeline(&media)?;
    bench.make("tool.loop", json!({ "item": "V1-1", "seam": args.seam }))
}

/// Runs `kinora recut`.
pub fn run_recut(args: &Recut) -> Result<ExitCode> {
    let (mut bench, media) = Bench::with(&args.making, &[&args.clip], None)?;
    bench.timeline(&media)?;
    let wanted = json!({ "item": "V1-1", "from": seconds(args.from), "to": seconds(args.to), "keep": args.keep });
    bench.make("tool.recut", wanted)
}

/// Runs `kinora remix`.
pub fn run_remix(args: &Remix) -> Result<ExitCode> {
    let (mut bench, media) = Bench::with(&args.making, &[&args.clip], None)?;
    bench.timeline(&media)?;
    let mut wanted = json!({ "item": "V1-1", "strength": args.strength });
    if let Some(level) = args.level {
        wanted["level"] = json!(level);
    }
    bench.make("tool.remix", wanted)
}

/// Runs `kinora reframe`.
pub fn run_reframe(args: &Reframe) -> Result<ExitCode> {
    let (mut bench, media) = Bench::with(&args.making, &[&args.clip], Some(&args.aspect))?;
    bench.timeline(&media)?;
    bench.make("tool.reframe", json!({ "item": "V1-1" }))
}

/// Runs `kinora finish`.
pub fn run_finish(args: &Finish) -> Result<ExitCode> {
    let wanted = json!({
        "shot": args.shot, "take": args.take, "model": args.model, "level": args.level, "steps": args.steps,
    });
    takes(&args.project, "tool.finish", &wanted, args.json)
}

/// Runs `kinora variations`.
pub fn run_variations(args: &Variations) -> Result<ExitCode> {
    let wanted = json!({ "shot": args.shot, "takes": args.takes, "like": args.like, "steps": args.steps });
    takes(&args.project, "tool.variations", &wanted, args.json)
}

/// New takes of a project's shot, made here unless another process has the project.
fn takes(project: &Path, tool: &str, wanted: &Value, json: bool) -> Result<ExitCode> {
    let mut given = wanted.clone();
    if let Some(fields) = given.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    crate::jobs::do_command(project, tool, &given, &mut Reporter::new(json))
}
