//! `kinora export`: a timeline as one marked and signed file.

use crate::jobs::do_jobs;
use crate::reach::{Reach, reach};
use crate::report::Reporter;
use crate::setup::{self, SignerArgs};
use anyhow::{Result, bail};
use kinora_job::CancelToken;
use kinora_provenance::SigningIdentity;
use kinora_studio::Studio;
use kinora_studio::queue::{JobId, Lane};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The project's folder
    project: PathBuf,
    /// The file to write: .mp4, .mov (ProRes) or .mkv (FFV1), a film; .png, a folder of pictures; .wav, the sound; .otio or .edl, a
    /// timeline for another editor, with its takes in a folder beside it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Which timeline, or Assembly; without it the only one, or the Assembly if there is none
    #[arg(long)]
    timeline: Option<String>,
    /// The first frame, as seconds, "48 f" or a timecode
    #[arg(long)]
    from: Option<String>,
    /// The frame after the last
    #[arg(long)]
    to: Option<String>,
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
    let mut reporter = Reporter::new(args.json);
    let mut wanted = json!({ "out": args.out, "embed_prompts": args.embed_prompts });
    if let Some(timeline) = &args.timeline {
        wanted["timeline"] = json!(timeline);
    }
    for (name, time) in [("from", &args.from), ("to", &args.to)] {
        if let Some(time) = time {
            // A bare number is seconds.
            wanted[name] = time.parse::<f64>().map_or_else(|_| json!(time), |seconds| json!(seconds));
        }
    }
    let signer = args.signer.given()?;
    let what = match end_of(&args.out).as_str() {
        "otio" | "edl" => "its takes beside it, marked and signed",
        "wav" => "the sound of the film",
        "png" => "pictures in a folder of that name, marked and signed",
        _ => "marked and signed",
    };
    let export = Export { project: &args.project, command: "timeline.export", wanted, out: &args.out, what };
    export.run(signer, &mut reporter)
}

/// The end of a file's name, in small letters.
fn end_of(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

/// A command that queues a file to be written, which is then written.
pub struct Export<'a> {
    /// The project's folder.
    pub project: &'a Path,
    /// The command and what it wants.
    pub command: &'a str,
    pub wanted: Value,
    /// The file, and what is said of it when it is there.
    pub out: &'a Path,
    pub what: &'a str,
}

impl Export<'_> {
    /// Queues it, and waits until it is there, unless another process has the project.
    pub fn run(&self, signer: Option<SigningIdentity>, reporter: &mut Reporter) -> Result<ExitCode> {
        let cancel = setup::cancel_on_interrupt()?;
        let mut project = reach(self.project)?;
        let queued = project.handle(self.command, &self.wanted)?;
        for left_out in queued["left_out"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            reporter.note(json!({ "left_out": left_out }), left_out);
        }
        let job = JobId(queued["job"].as_u64().unwrap_or_default());
        match project {
            Reach::Here(studio) => self.wait(*studio, job, signer, &cancel, reporter),
            Reach::There { holder, .. } => {
                reporter.done(json!({ "job": job }), &format!("{holder} has it in its queue as job {}", job.0));
                Ok(ExitCode::SUCCESS)
            }
        }
    }

    /// The same in a project that is open.
    pub fn run_in(
        &self,
        mut studio: Studio,
        signer: Option<SigningIdentity>,
        cancel: &CancelToken,
        reporter: &mut Reporter,
    ) -> Result<ExitCode> {
        let queued = studio.handle(self.command, &self.wanted)?;
        self.wait(studio, JobId(queued["job"].as_u64().unwrap_or_default()), signer, cancel, reporter)
    }

    fn wait(
        &self,
        mut studio: Studio,
        job: JobId,
        signer: Option<SigningIdentity>,
        cancel: &CancelToken,
        reporter: &mut Reporter,
    ) -> Result<ExitCode> {
        let finished = do_jobs(&mut studio, &[Lane::Media], signer, cancel, reporter)?;
        if let Some((_, reason)) = finished.failed.iter().find(|(failed, _)| failed.id == job) {
            bail!("{reason}");
        }
        let text = format!("{}: {}", self.out.display(), self.what);
        reporter.done(json!({ "path": self.out }), &text);
        Ok(ExitCode::SUCCESS)
    }
}
