//! `kinora verify`: what a clip claims, in plain words.

use crate::report::print_line;
use crate::setup;
use anyhow::Result;
use kinora_provenance::verify_file;
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
    }
    Ok(if report.passes() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
