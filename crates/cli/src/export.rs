//! `kinora export`: a timeline as one marked and signed file.

use crate::jobs::do_jobs;
use crate::reach::{Reach, reach};
use crate::report::Reporter;
use crate::setup::{self, SignerArgs};
use anyhow::{Result, bail};
use kinora_studio::queue::{JobId, Lane};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The project's folder
    project: PathBuf,
    /// The file to write: .mp4, a film; .otio or .edl, a timeline for another editor, with its takes in a folder beside it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Which timeline, or Assembly; without it the only one, or the Assembly if there is none
    #[arg(long)]
    timeline: Option<String>,
    /// Put the prompts' words into the file; without it only their hashes
    #[arg(long)]
    embed_prompts: bool,
    /// Print events as JSON, one a line
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    signer: SignerArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode> {
    let cancel = setup::cancel_on_interrupt()?;
    let mut reporter = Reporter::new(args.json);
    let mut wanted = json!({ "out": args.out, "embed_prompts": args.embed_prompts });
    if let Some(timeline) = &args.timeline {
        wanted["timeline"] = json!(timeline);
    }
    let mut project = reach(&args.project)?;
    let queued = project.handle("timeline.export", &wanted)?;
    for left_out in queued["left_out"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        reporter.note(json!({ "left_out": left_out }), left_out);
    }
    let job = JobId(queued["job"].as_u64().unwrap_or_default());
    let mut studio = match project {
        Reach::Here(studio) => studio,
        Reach::There { holder, .. } => {
            reporter.done(json!({ "job": job }), &format!("{holder} has it in its queue as job {}", job.0));
            return Ok(ExitCode::SUCCESS);
        }
    };
    let signer = args.signer.given()?;
    let finished = do_jobs(&mut studio, &[Lane::Media], signer, &cancel, &mut reporter)?;
    if let Some((_, reason)) = finished.failed.iter().find(|(failed, _)| failed.id == job) {
        bail!("{reason}");
    }
    let film = args.out.extension().is_some_and(|end| end.eq_ignore_ascii_case("mp4"));
    let what = if film { "marked and signed" } else { "its takes beside it, marked and signed" };
    let text = format!("{}: {what}", args.out.display());
    reporter.done(json!({ "path": args.out }), &text);
    Ok(ExitCode::SUCCESS)
}
