//! `kinora bench`: median times of the engine's parts on this machine, and the most memory that was held.

use crate::bench_library;
use crate::bench_project;
use crate::bench_sketch::{self, SketchArgs};
use crate::bench_tools::{self, ToolsArgs};
use crate::report::print_line;
use crate::setup;
use anyhow::{Result, ensure};
use clap::ValueEnum;
use kinora_diffusion::noise;
use kinora_diffusion::pipeline::{self, Options};
use kinora_diffusion::transformer::Stride;
use kinora_job::CancelToken;
use kinora_plan::{DeviceClass, Dtype};
use kinora_services::{LoadedModel, Pictures, generate_frames, load_model};
use kinora_studio::planner::{ShotRequest, plan_shot};
use serde_json::{Map, Value, json};
use std::process::ExitCode;
use std::time::Instant;

/// Arguments of `kinora bench`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to measure; all parts without it
    part: Option<Part>,
    /// The model to measure
    #[arg(long, value_name = "ID", default_value = "sketch")]
    model: String,
    /// Times that each part is run
    #[arg(long, value_name = "N", default_value_t = 5)]
    runs: usize,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
    /// Of `bench project`: clips of the film; of `bench library`: entries
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    clips: usize,
    #[command(flatten)]
    sketch: SketchArgs,
    #[command(flatten)]
    tools: ToolsArgs,
}

/// A part of the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// A prompt to embeddings
    Text,
    /// One call of the transformer on a whole window
    Transformer,
    /// Latents to frames
    Decode,
    /// A 5-second clip without its file
    Generate,
    /// How often clips show what was asked; not among all parts
    Sketch,
    /// How well the creative tools join what they make to what is there; not among all parts
    Tools,
    /// How fast a long film opens, is edited and saved; not among all parts
    Project,
    /// How fast a large library is indexed and searched; not among all parts
    Library,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode> {
    if args.part == Some(Part::Sketch) {
        return bench_sketch::run(&args.model, &args.sketch, args.json);
    }
    if args.part == Some(Part::Tools) {
        return bench_tools::run(&args.model, &args.tools, args.sketch.steps(), args.json);
    }
    if args.part == Some(Part::Project) {
        return bench_project::run(args.clips, args.json);
    }
    if args.part == Some(Part::Library) {
        return bench_library::run(args.clips, args.json);
    }
    ensure!(args.runs > 0, "at least one run is needed to measure");
    let model = load_model(&setup::models(), &args.model, Dtype::F32, DeviceClass::Cpu)?;
    let all = [Part::Text, Part::Transformer, Part::Decode, Part::Generate];
    let parts = args.part.map_or_else(|| all.to_vec(), |part| vec![part]);
    let mut results = Map::new();
    for part in parts {
        let mut seconds = measure(part, &model, args.runs)?;
        seconds.sort_by(f64::total_cmp);
        let name = part.to_possible_value().map_or_else(String::new, |v| v.get_name().to_owned());
        let (median, least, most) = (seconds[seconds.len() / 2], seconds[0], seconds[seconds.len() - 1]);
        if !args.json {
            print_line(&format!(
                "{name:<12} {:>10.1} ms median of {} ({:.1} to {:.1})",
                median * 1e3,
                seconds.len(),
                least * 1e3,
                most * 1e3
            ));
        }
        results.insert(name, json!({ "median_s": median, "min_s": least, "max_s": most, "runs": seconds.len() }));
    }
    let peak = peak_memory();
    if args.json {
        let all = json!({ "model": args.model, "parts": Value::Object(results), "peak_memory_bytes": peak });
        print_line(&serde_json::to_string_pretty(&all)?);
    } else if let Some(peak) = peak {
        print_line(&format!("peak memory  {:>10} MB", peak >> 20));
    }
    Ok(ExitCode::SUCCESS)
}

fn measure(part: Part, model: &LoadedModel, runs: usize) -> Result<Vec<f64>> {
    let card = model.engine.card();
    let aspect = card.native.sizes[0].aspect.clone();
    let request = ShotRequest {
        prompt: "a red car drives from left to right through a desert at noon".to_owned(),
        seconds: 5.0,
        aspect,
        ..Default::default()
    };
    let plan = plan_shot(&request, card)?;
    let config = model.engine.transformer().config();
    let codec = model.engine.codec();
    let latent_frames = 1 + (card.native.frames as usize - 1) / codec.packing();
    let (height, width) = (plan.height as usize / codec.scale(), plan.width as usize / codec.scale());
    let device = model.engine.device();
    let latents = noise::normal(1, 0, (1, codec.channels(), latent_frames, height, width), device)?;
    let input = noise::normal(1, 0, (1, config.in_channels, latent_frames, height, width), device)?;
    let timestep = noise::normal(1, 0, 1, device)?;
    let prompt = pipeline::encode(&model.engine, &plan.prompts)?;
    let once = || -> Result<()> {
        match part {
            Part::Text => drop(pipeline::encode(&model.engine, &plan.prompts)?),
            Part::Transformer => {
                let text = &prompt[0].prompt;
                model.engine.transformer().forward(&input, &timestep, text, Stride::Many)?;
            }
            Part::Decode => drop(pipeline::decode(codec, &latents)?),
            Part::Generate => {
                let pictures = Pictures::none();
                generate_frames(model, &plan, &pictures, Options::default(), &CancelToken::new(), &mut |_| {})?;
            }
            Part::Sketch | Part::Tools | Part::Project | Part::Library => {} // have commands of their own, above
        }
        Ok(())
    };
    if part != Part::Generate {
        once()?;
    }
    (0..runs)
        .map(|_| {
            let start = Instant::now();
            once()?;
            Ok(start.elapsed().as_secs_f64())
        })
        .collect()
}

/// The most memory that the process held so far, where the system tells.
fn peak_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}
