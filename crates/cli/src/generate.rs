//! `kinora generate`: words, or words and a picture, become a clip.

use crate::report::Reporter;
use crate::setup::{self, SignerArgs};
use anyhow::Result;
use clap::ValueEnum;
use kinora_job::{CancelToken, Phase, Progress};
use kinora_plan::{DeviceClass, Dtype, GenerationPlan};
use kinora_services::{
    ClipEvent, ClipRequest, LoadedModel, Pictures, ServiceError, generate_clip, load_model, save_contact_sheet,
};
use kinora_studio::planner::{Shape, ShotRequest, output_size, plan_shot};
use kinora_time::FrameRate;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Arguments of `kinora generate`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  kinora generate --prompt \"a red car drives from left to right through a desert at noon\" \
                        --seconds 5 --seed 7 --out a.mp4"
)]
pub struct Args {
    /// What the shot shows
    #[arg(long, value_name = "TEXT", default_value = "", required_unless_present = "image")]
    prompt: String,
    /// What it must not show
    #[arg(long, value_name = "TEXT", default_value = "")]
    negative: String,
    /// The model to use
    #[arg(long, value_name = "ID", default_value = "sketch")]
    model: String,
    /// Seed of the noise: the same seed gives the same clip
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Length in seconds
    #[arg(long, value_name = "S", default_value_t = 5.0)]
    seconds: f64,
    /// Aspect ratio
    #[arg(long, value_name = "W:H", default_value = "16:9", value_parser = ["16:9", "9:16", "1:1", "4:3", "3:4", "21:9"])]
    aspect: String,
    /// Pixels of the shorter side, or the model's own size
    #[arg(long, value_name = "LINES", default_value = "720")]
    height: Height,
    /// Frames a second of the file: 12, 23.976, 24, 25, 29.97, 30
    #[arg(long, value_name = "N", default_value = "24")]
    fps: FrameRate,
    /// Denoising steps; more are slower and cleaner
    #[arg(long, value_name = "N")]
    steps: Option<u32>,
    /// Quickly: the few steps that the model was taught to take, or a third of its own
    #[arg(long, conflicts_with = "steps")]
    draft: bool,
    /// How closely the prompt is followed; 1 is not at all
    #[arg(long, value_name = "G")]
    guidance: Option<f64>,
    /// A picture to animate: it becomes the first frame
    #[arg(long, value_name = "FILE")]
    image: Option<PathBuf>,
    /// Where the model runs; cuda and metal need a Kinora that was built with them
    #[arg(long, value_name = "DEVICE", default_value = "cpu")]
    device: Device,
    /// Number format of the model's arithmetic
    #[arg(long, value_name = "FORMAT", default_value = "f32")]
    dtype: Format,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    signer: SignerArgs,
}

/// Devices, as arguments.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Device {
    /// The processor
    Cpu,
    /// An NVIDIA card
    Cuda,
    /// An Apple GPU
    Metal,
}

/// Number formats, as arguments.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// 32-bit floats
    F32,
    /// bfloat16
    Bf16,
    /// 16-bit floats
    F16,
}

/// Arguments that `generate` and `again` share.
#[derive(Debug, clap::Args)]
pub struct OutputArgs {
    /// The file to write
    #[arg(long, value_name = "FILE.mp4")]
    pub out: PathBuf,
    /// Put the prompt's words into the file, not only their hash
    #[arg(long)]
    pub embed_prompt: bool,
    /// Write a contact sheet of the clip (PNG)
    #[arg(long, value_name = "FILE.png")]
    contact_sheet: Option<PathBuf>,
    /// Write a contact sheet of each denoising step into this folder
    #[arg(long, value_name = "DIR")]
    preview_dir: Option<PathBuf>,
    /// Print events as JSON, one a line
    #[arg(long)]
    pub json: bool,
}

impl OutputArgs {
    /// Whether previews go anywhere.
    pub fn wants_previews(&self) -> bool {
        self.preview_dir.is_some()
    }
}

/// Sizes of the exported picture.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Height {
    /// 480 lines
    #[value(name = "480")]
    L480,
    /// 720 lines
    #[value(name = "720")]
    L720,
    /// 1080 lines
    #[value(name = "1080")]
    L1080,
    /// The model's own size
    Native,
}

impl Height {
    fn shape(self) -> Shape {
        match self {
            Self::L480 => Shape::Lines(480),
            Self::L720 => Shape::Lines(720),
            Self::L1080 => Shape::Lines(1080),
            Self::Native => Shape::Native,
        }
    }
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode> {
    let cancel = setup::cancel_on_interrupt()?;
    let mut reporter = Reporter::new(args.output.json);
    let mut pictures = Pictures::none();
    let first_frame = args.image.as_deref().map(|path| pictures.add_file(path)).transpose()?;
    let store = setup::models();
    let card = store.find(&args.model).map_err(ServiceError::from)?.card;
    let request = ShotRequest {
        prompt: args.prompt.clone(),
        negative: args.negative.clone(),
        seed: args.seed,
        seconds: args.seconds,
        aspect: args.aspect.clone(),
        steps: args.steps.or_else(|| args.draft.then(|| card.defaults.draft_steps(card.defaults.steps))),
        guidance: args.guidance,
        first_frame,
        dtype: match args.dtype {
            Format::F32 => Dtype::F32,
            Format::Bf16 => Dtype::Bf16,
            Format::F16 => Dtype::F16,
        },
        device: match args.device {
            Device::Cpu => DeviceClass::Cpu,
            Device::Cuda => DeviceClass::Cuda,
            Device::Metal => DeviceClass::Metal,
        },
        ..ShotRequest::default()
    };
    let plan = plan_shot(&request, &card).map_err(ServiceError::from)?;
    let size = output_size(&args.aspect, args.height.shape(), &plan).map_err(ServiceError::from)?;
    let identity = args.signer.identity()?;
    reporter.progress(Progress { phase: Phase::Load, step: 0, total: 1 });
    let model = load_model(&store, &args.model, plan.dtype, plan.device)?.taking_turns(&setup::data_folder()?);
    for prompt in [&args.prompt, &args.negative] {
        note_reading(&model, prompt, args.seconds, &mut reporter);
    }
    let clip = ClipRequest {
        plan: &plan,
        pictures: &pictures,
        size,
        rate: args.fps,
        embed_prompt: args.output.embed_prompt,
        previews: args.output.wants_previews(),
        target: &args.output.out,
        identity: &identity,
    };
    make(&model, &clip, &args.output, &cancel, &mut reporter)?;
    Ok(ExitCode::SUCCESS)
}

/// Says which words of a prompt the model doesn't know, what it takes them for, and whether so much fits into the clip.
fn note_reading(model: &LoadedModel, prompt: &str, seconds: f64, reporter: &mut Reporter) {
    let (Some(reading), Some(vocabulary)) = (model.engine.read(prompt), model.engine.vocabulary()) else { return };
    let name = &model.engine.card().name;
    if !reading.unknown.is_empty() {
        let words = quoted(&reading.unknown);
        let text = format!(
            "{name} does not know these words and leaves them out: {words}. Its card lists the words that it knows"
        );
        reporter.note(json!({ "unknown": reading.unknown }), &text);
    }
    if !reading.taken_for.is_empty() {
        let pairs: Vec<String> =
            reading.taken_for.iter().map(|(word, other)| format!("“{word}” for “{other}”")).collect();
        let taken_for: serde_json::Map<_, _> =
            reading.taken_for.iter().map(|(word, other)| (word.clone(), other.as_str().into())).collect();
        reporter.note(json!({ "taken_for": taken_for }), &format!("{name} takes {}", pairs.join(", ")));
    }
    let fit = vocabulary.actions_in(seconds);
    if reading.actions > fit {
        let text = format!(
            "The prompt asks for {} actions; a clip of {seconds} s holds about {fit}. Make it longer or split it into shots",
            reading.actions
        );
        reporter.note(json!({ "actions": reading.actions, "actions_that_fit": fit }), &text);
    }
}

fn quoted(words: &[String]) -> String {
    words.iter().map(|word| format!("“{word}”")).collect::<Vec<_>>().join(", ")
}

/// Makes the clip, with previews and contact sheet where they are asked for, and reports.
pub fn make(
    model: &LoadedModel,
    request: &ClipRequest<'_>,
    args: &OutputArgs,
    cancel: &CancelToken,
    reporter: &mut Reporter,
) -> Result<()> {
    let start = Instant::now();
    if let Some(folder) = &args.preview_dir {
        std::fs::create_dir_all(folder)
            .map_err(|e| anyhow::anyhow!("the preview folder can't be made: {e}: {}", folder.display()))?;
    }
    let mut preview_error = None;
    let clip = generate_clip(model, request, cancel, &mut |event| match event {
        ClipEvent::Progress(progress) => reporter.progress(progress),
        ClipEvent::Preview(preview) => {
            if let Some(folder) = &args.preview_dir {
                let path = folder.join(format!("step_{:03}.png", preview.step));
                if let Err(error) = save_contact_sheet(&preview.frames, &path) {
                    preview_error.get_or_insert(error);
                }
            }
        }
        _ => {}
    })?;
    if let Some(path) = &args.contact_sheet {
        save_contact_sheet(&clip.frames, path)?;
    }
    let seconds = start.elapsed().as_secs_f64();
    reporter.done(facts(request.plan, &clip.path, seconds)?, &done_text(&clip, seconds));
    // The clip is whole; a preview that couldn't be written is still said.
    preview_error.map_or(Ok(()), |error| Err(error.into()))
}

fn facts(plan: &GenerationPlan, path: &Path, seconds: f64) -> Result<serde_json::Value> {
    Ok(json!({ "path": path, "plan_id": plan.id()?, "seed": plan.seed.to_string(), "seconds_taken": seconds }))
}

fn done_text(clip: &kinora_services::Clip, seconds: f64) -> String {
    let output = &clip.output;
    format!(
        "{}: {}×{}, {} frames at {}, marked and signed, in {seconds:.1} s",
        clip.path.display(),
        output.width,
        output.height,
        output.frames,
        rate_text(output.rate)
    )
}

fn rate_text(rate: FrameRate) -> String {
    if rate.denominator() == 1 { rate.to_string() } else { format!("{:.3}", rate.as_f64()) }
}
