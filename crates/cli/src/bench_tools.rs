//! `kinora bench tools`: how well the creative tools join what they make to what is there.

use crate::report::print_line;
use crate::setup;
use anyhow::{Context, Result};
use kinora_services::measure::{ToolSettings, measure_tools, median_and_most};
use serde_json::json;
use std::collections::BTreeMap;
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
        told["cards_in_time"] = json!(report.cards_in_time());
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
        let of = |values: &BTreeMap<String, Vec<f64>>| {
            median_and_most(values.get(strength).map(Vec::as_slice).unwrap_or_default()).0
        };
        print_line(&format!(
            "remix {strength:<8} {:.1} of 255 from its source, shows its words to {:.0} %",
            of(&report.remix),
            100.0 * of(&report.adherence)
        ));
    }
    let (remix, adherence) = report.monotonic();
    print_line(&format!(
        "remix in order for {:.0} % of seeds, its words for {:.0} %",
        100.0 * remix,
        100.0 * adherence
    ));
    print_line(&format!(
        "cards: {:.0} % of {} seen within a quarter of a second of their time",
        100.0 * report.cards_in_time(),
        report.cards.len()
    ));
    print_line(&format!("finish: correlation {:.3} with the draft", median_and_most(&report.finish).0));
    if let Some(cost) = report.audition {
        print_line(&format!("audition of six takes, one finished: {:.0} % of the time of six", 100.0 * cost));
    }
    Ok(ExitCode::SUCCESS)
}
