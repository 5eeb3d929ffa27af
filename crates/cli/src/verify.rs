//! `kinora verify`: what a clip claims, in plain words.

use crate::report::print_line;
use crate::setup;
use anyhow::Result;
use kinora_plan::{GenerationPlan, PromptText};
use kinora_provenance::verify_file;
use serde_json::Value;
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `kinora verify`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Ends with 0 only if the file is signed, was not changed since, and says that it was generated."
)]
pub struct Args {
    /// The file to look at
    file: PathBuf,
    /// A root certificate (PEM) to trust besides your own
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode> {
    let report = verify_file(&args.file, &setup::anchors(args.trust.as_deref())?)?;
    if args.json {
        print_line(&serde_json::to_string_pretty(&report)?);
    } else {
        print_line(report.to_text().trim_end());
        if report.holds() && !report.passes() {
            print_line("This ends with 1 all the same: 0 is for files that say they were generated");
        }
        let stored = report.plan.as_ref();
        if let Some(text) = stored.and_then(|stored| recipe_text(stored).or_else(|| film_text(stored))) {
            print_line(&text);
        }
    }
    Ok(if report.passes() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What a film was cut from, a line a take; nothing if it is none of ours.
fn film_text(stored: &Value) -> Option<String> {
    let takes = stored.get("film")?.get("takes")?.as_array()?;
    let mut lines = vec![format!(
        "Film of {}",
        match takes.len() {
            0 => "imported files".to_owned(),
            1 => "one take".to_owned(),
            count => format!("{count} takes"),
        }
    )];
    for take in takes {
        let plan: GenerationPlan = serde_json::from_value(take.get("plan")?.clone()).ok()?;
        let words = plan.prompts.first().and_then(|span| span.prompt.text()).map(|words| format!(": {words}"));
        lines.push(format!(
            "{}, {} frames, seed {}{}",
            take.get("title")?.as_str()?,
            plan.frames,
            plan.seed,
            words.unwrap_or_default()
        ));
    }
    Some(lines.join("\n"))
}

/// The recipe in a line or two; nothing if it is not one of ours.
fn recipe_text(stored: &Value) -> Option<String> {
    let plan: GenerationPlan = serde_json::from_value(stored.get("plan")?.clone()).ok()?;
    let id = stored.get("id")?.as_str()?.get(..12)?.to_owned();
    let mut lines = vec![format!(
        "Recipe {id}…: {} frames of {}×{} at {} a second, {} steps, guidance {}, seed {}",
        plan.frames, plan.width, plan.height, plan.rate, plan.steps, plan.guidance.scale, plan.seed
    )];
    for span in &plan.prompts {
        lines.push(match &span.prompt {
            PromptText::Text(words) => format!("Prompt: {words}"),
            PromptText::Sha256(digest) => format!("Prompt: not in the file, only its SHA-256 {digest}"),
        });
    }
    if !plan.known.is_empty() {
        lines.push(format!("Given pictures: {}", plan.known.len()));
    }
    Some(lines.join("\n"))
}
