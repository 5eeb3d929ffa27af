//! `kinora bench tools`: how well the creative tools join what they make to what is there.

use crate::report::print_line;
use crate::setup;
use anyhow::{Context, Result};
use kinora_services::measure::{ToolSettings, measure_tools, median_and_most};
use serde_json::json;
use std::process::ExitCode;

/// What `bench tools` takes.
#[derive(Debug, clap::Args)]
pub struct ToolsArgs {
    /// Of `bench tools`: how many seeds
    #[arg(long, value_name = "N", default_value_t = 20)]
    seeds: u64,
    /// Of `bench tools`: lines of the film
    #[arg(long, value_name = "LINES", default_value_t = 720)]
    lines: u32,
}

/// Runs the command.
pub fn run(model: &str, args: &ToolsArgs, steps: Option<u32>, as_json: bool) -> Result<ExitCode> {
    let cancel = setup::cancel_on_interrupt()?;
    let folder = tempfile::tempdir().context("no folder for temporary files")?;
    let settings = ToolSettings { seeds: args.seeds, steps, lines: args.lines };
    let (store, data) = (setup::models(), setup::data_folder()?);
    let report = measure_tools(&store, model, &data, folder.path(), &settings, &cancel, &mut |done| {
        eprintln!("{done} of {} seeds", args.seeds);
    })?;
    if as_json {
        let mut told = json!(report);
        told["monotonic"] = json!(report.monotonic());
        print_line(&serde_json::to_string_pretty(&told)?);
        return Ok(ExitCode::SUCCESS);
    }
    print_line(&format!("{:<10} {:>8} {:>14} {:>14}", "tool", "joins", "seam (worst)", "sharp (worst)"));
    for (tool, seams) in &report.seams {
        let (seam, most) = median_and_most(seams);
        let (sharp, least) = median_and_most(report.sharpness.get(tool).map(Vec::as_slice).unwrap_or_default());
        print_line(&format!(
            "{tool:<10} {:>8} {:>14} {:>14}",
            seams.len(),
            format!("{seam:.2} ({most:.2})"),
            format!("{sharp:.2} ({least:.2})")
        ));
    }
    print_line(&format!("kept exactly: at most {} of 255 apart", report.kept));
    for strength in ["subtle", "mild", "strong"] {
        let (median, _) = median_and_most(report.remix.get(strength).map(Vec::as_slice).unwrap_or_default());
        print_line(&format!("remix {strength:<8} {median:.1} of 255 from its source"));
    }
    print_line(&format!("remix in order for {:.0} % of seeds", 100.0 * report.monotonic()));
    print_line(&format!("finish: correlation {:.3} with the draft", median_and_most(&report.finish).0));
    Ok(ExitCode::SUCCESS)
}
