//! `kinora describe`: what a picture or film shows, in words of a prompt.

use crate::report::print_line;
use crate::setup;
use anyhow::Result;
use kinora_services::describe;
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `kinora describe`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: kinora describe still.png")]
pub struct Args {
    /// The picture or film; of a film its first five seconds
    file: PathBuf,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode> {
    print_line(&describe(&setup::models(), &args.file)?);
    Ok(ExitCode::SUCCESS)
}
