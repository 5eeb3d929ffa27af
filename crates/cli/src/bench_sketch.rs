//! `kinora bench sketch`: how often a model's clips show what was asked, and how steady they are.

use crate::report::{Reporter, print_line};
use crate::setup;
use anyhow::{Result, ensure};
use kinora_diffusion::reader::Reader;
use kinora_job::{Phase, Progress};
use kinora_plan::{DeviceClass, Dtype};
use kinora_services::load_model;
use kinora_services::measure::{BenchPrompt, Report, Settings, measure_model, measure_photograph};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments that only `bench sketch` has.
#[derive(Debug, clap::Args)]
pub struct SketchArgs {
    /// Of `bench sketch`: how many of the benchmark's prompts; all 200 without it
    #[arg(long, value_name = "N", conflicts_with = "prompts_file")]
    prompts: Option<usize>,
    /// Of `bench sketch`: prompts of your own, one a line, or JSON as in models/sketch/bench/prompts.json
    #[arg(long, value_name = "FILE")]
    prompts_file: Option<PathBuf>,
    /// Of `bench sketch`: a photograph to animate under four camera moves
    #[arg(long, value_name = "FILE")]
    photograph: Option<PathBuf>,
    /// Of `bench sketch`: clips of ten seconds, across a window's seam
    #[arg(long, value_name = "N", default_value_t = 0)]
    seams: usize,
    /// Of `bench sketch` and `bench tools`: denoising steps; the model's own without it
    #[arg(long, value_name = "N")]
    steps: Option<u32>,
}

impl SketchArgs {
    /// Denoising steps, which other parts take too.
    pub fn steps(&self) -> Option<u32> {
        self.steps
    }
}

/// Runs the command.
pub fn run(id: &str, args: &SketchArgs, as_json: bool) -> Result<ExitCode> {
    ensure!(args.prompts != Some(0), "at least one prompt is needed to measure");
    let cancel = setup::cancel_on_interrupt()?;
    let store = setup::models();
    let bench = store.find(id)?.folder.join("bench");
    let file = args.prompts_file.clone().unwrap_or_else(|| bench.join("prompts.json"));
    let mut prompts = BenchPrompt::read(&file)?;
    if let Some(count) = args.prompts {
        prompts = BenchPrompt::first(&prompts, count);
    }
    let reader = Reader::load(&bench)?;
    let model = load_model(&store, id, Dtype::F32, DeviceClass::Cpu)?;
    let settings = Settings { steps: args.steps, seams: args.seams };
    // Progress goes to the terminal's error stream: JSON is the report alone.
    let mut reporter = Reporter::new(false);
    let mut report = measure_model(&model, &reader, &prompts, &settings, &cancel, &mut |done, all| {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        reporter.progress(Progress { phase: Phase::Denoise, step: count(done), total: count(all) });
    })?;
    if let Some(photograph) = &args.photograph {
        report.photograph = measure_photograph(&model, photograph, &settings, &cancel)?;
    }
    reporter.finish();
    if as_json {
        let card = model.engine.card();
        let mut facts = serde_json::to_value(&report)?;
        facts["model"] = json!(card.id);
        facts["version"] = json!(card.version);
        print_line(&serde_json::to_string_pretty(&facts)?);
    } else {
        print_report(&report);
    }
    Ok(ExitCode::SUCCESS)
}

fn print_report(report: &Report) {
    let percent = |value: f64| format!("{:.0} %", value * 100.0);
    let mut rows: Vec<(String, String)> =
        report.attributes.iter().map(|(name, share)| (format!("shows the {name}"), percent(*share))).collect();
    let mut push = |name: &str, value: Option<String>| rows.extend(value.map(|value| (name.to_owned(), value)));
    push("same after it was hidden", report.permanence.map(percent));
    push("the same across a seam", report.permanence_across_a_seam.map(percent));
    push("same in five shots", report.same_in_five_shots.map(percent));
    push("flicker where nothing moves", report.flicker.map(|v| format!("{v:.2} of 255")));
    push("change at a seam", report.seam.map(|v| format!("{v:.1} times its surroundings")));
    push("likeness at a third of the steps", report.early_likeness.map(|v| format!("{v:.2} SSIM")));
    push("seconds a clip", report.seconds_a_clip.map(|v| format!("{v:.1}")));
    for photograph in &report.photograph {
        let verdict = if photograph.moved_so { "moved so" } else { "moved otherwise" };
        let text = format!(
            "{verdict}, at worst {:.1} dB, scale {:.2}, across {:+.2}",
            photograph.worst_psnr_db, photograph.scale, photograph.across
        );
        rows.push((format!("photograph, {:?}", photograph.asked), text));
    }
    print_line(&format!("{} clips, {} with known answers", report.clips, report.prompts));
    for (name, value) in rows {
        print_line(&format!("{name:<34} {value:>12}"));
    }
}
