//! `kinora jobs`: what waits to be done for a project, and doing it.

use crate::project::ListArgs;
use crate::reach::{Reach, look, open, reach};
use crate::report::{Reporter, print_line};
use crate::setup;
use anyhow::Result;
use kinora_compositor::SharedGpu;
use kinora_job::CancelToken;
use kinora_provenance::SigningIdentity;
use kinora_services::{Finished, JobEvent, Workers, Workshop};
use kinora_studio::Studio;
use kinora_studio::queue::{Job, Lane, Pictured, State, Work};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

#[derive(Debug, clap::Args)]
pub struct JobsArgs {
    #[command(subcommand)]
    command: JobsCommand,
}

#[derive(Debug, clap::Subcommand)]
enum JobsCommand {
    /// Show what waits, runs, failed or was done
    List(ListArgs),
    /// Do what waits
    Run(RunArgs),
}

#[derive(Debug, clap::Args)]
struct RunArgs {
    /// The project's folder
    project: PathBuf,
    /// Keep the project open when nothing waits, and do what other kinora commands bring, until Ctrl-C
    #[arg(long)]
    stay: bool,
    /// Print events as JSON, one a line
    #[arg(long)]
    json: bool,
}

impl JobsArgs {
    /// Whether events and errors go out as JSON.
    pub fn json(&self) -> bool {
        match &self.command {
            JobsCommand::List(args) => args.json,
            JobsCommand::Run(args) => args.json,
        }
    }
}

/// Runs `kinora jobs`.
pub fn run(args: &JobsArgs) -> Result<ExitCode> {
    match &args.command {
        JobsCommand::List(args) => list(args),
        JobsCommand::Run(args) => work(args),
    }
}

fn list(args: &ListArgs) -> Result<ExitCode> {
    let studio = look(&args.project)?;
    let jobs = studio.queue().jobs()?;
    if args.json {
        let told: Vec<Value> = jobs
            .iter()
            .map(|job| {
                json!({
                    "job": job.id,
                    "work": words(&studio, &job.work),
                    "state": job.state,
                    "priority": job.priority,
                    "attempts": job.attempts,
                    "reason": job.reason,
                })
            })
            .collect();
        print_line(&serde_json::to_string_pretty(&told)?);
        return Ok(ExitCode::SUCCESS);
    }
    for job in &jobs {
        let state = match job.state {
            State::Waiting => "waits",
            State::Running => "runs",
            State::Paused => "paused",
            State::Done => "done",
            State::Failed => "failed",
            State::Cancelled => "cancelled",
        };
        let reason = job.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        print_line(&format!("{:>5}  {state:<9}  {}{reason}", job.id.0, words(&studio, &job.work)));
    }
    Ok(ExitCode::SUCCESS)
}

fn words(studio: &Studio, work: &Work) -> String {
    let project = studio.project();
    let file = |media| project.media.files.get(media).map_or("a file that is gone", |file| file.name.as_str());
    match work {
        Work::Generate { shot, .. } => {
            format!("take of shot {}", project.storyboard.number(*shot).unwrap_or_else(|| "that is gone".to_owned()))
        }
        Work::Export { out, .. } | Work::ExportTake { out, .. } | Work::Board { out } => {
            format!("export to {}", out.display())
        }
        Work::Examine(media) => format!("look into {}", file(media)),
        Work::Thumbnail(Pictured::Take(take)) => format!("thumbnail of take {}", take.0),
        Work::Thumbnail(Pictured::Media(media)) => format!("thumbnail of {}", file(media)),
        Work::Waveform(media) => format!("waveform of {}", file(media)),
        Work::Proxy(media) => format!("proxy of {}", file(media)),
    }
}

fn work(args: &RunArgs) -> Result<ExitCode> {
    let cancel = setup::cancel_on_interrupt()?;
    let mut studio = open(&args.project)?;
    let mut reporter = Reporter::new(args.json);
    if args.stay {
        return stay(&mut studio, &cancel, &mut reporter);
    }
    let finished = do_jobs(&mut studio, &[Lane::Generate, Lane::Media], None, &cancel, &mut reporter)?;
    let (done, failed) = (finished.done.len(), finished.failed.len());
    let text = format!("{done} jobs done{}", if failed > 0 { format!(", {failed} failed") } else { String::new() });
    reporter.done(json!({ "done": done, "failed": failed }), &text);
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Until Ctrl-C.
fn stay(studio: &mut Studio, cancel: &CancelToken, reporter: &mut Reporter) -> Result<ExitCode> {
    let mut workers = Workers::new(workshop(&[Lane::Generate, Lane::Media], None)?);
    studio.open_door();
    reporter.note(json!({ "ready": true }), "the project is open; other kinora commands reach it. Ctrl-C ends");
    while !cancel.is_cancelled() {
        workers.tick(studio, &mut |event| report(reporter, event))?;
        studio.poll();
        std::thread::sleep(Duration::from_millis(10));
    }
    workers.stop(studio, &mut |event| report(reporter, event))?;
    reporter.done(json!({}), "What waits is kept for the next time");
    Ok(ExitCode::SUCCESS)
}

fn workshop(lanes: &[Lane], signer: Option<SigningIdentity>) -> Result<Workshop> {
    let (store, data, signer) = (setup::models(), setup::data_folder()?, signer.map(Arc::new));
    let gpu = SharedGpu::default();
    let reader = std::env::current_exe().ok();
    Ok(Workshop { store, data, signer, gpu, previews: false, background: false, lanes: lanes.to_vec(), reader })
}

/// Does what waits in some lanes; meanwhile other processes can bring commands.
pub fn do_jobs(
    studio: &mut Studio,
    lanes: &[Lane],
    signer: Option<SigningIdentity>,
    cancel: &CancelToken,
    reporter: &mut Reporter,
) -> Result<Finished> {
    studio.open_door();
    Ok(Workers::new(workshop(lanes, signer)?).run(studio, cancel, &mut |event| report(reporter, event))?)
}

/// Jobs that only an editor wants are not done: thumbnails, waveforms, proxies.
pub fn forget_side_jobs(studio: &mut Studio) -> Result<()> {
    let side = |work: &Work| matches!(work, Work::Thumbnail(_) | Work::Waveform(_) | Work::Proxy(_));
    for job in studio.queue().jobs()?.iter().filter(|job| job.state == State::Waiting && side(&job.work)) {
        studio.queue_mut().cancel(job.id)?;
    }
    Ok(())
}

/// A command that queues takes, which are then generated, unless another process has the project.
pub fn do_command(project: &Path, id: &str, wanted: &Value, reporter: &mut Reporter) -> Result<ExitCode> {
    let cancel = setup::cancel_on_interrupt()?;
    let mut reached = reach(project)?;
    let queued = reached.handle(id, wanted)?;
    let mut studio = match reached {
        Reach::Here(studio) => studio,
        Reach::There { holder, .. } => {
            reporter.done(queued, &format!("{holder} has it in its queue"));
            return Ok(ExitCode::SUCCESS);
        }
    };
    let before = studio.project().arrived.takes.len();
    let finished = do_jobs(&mut studio, &[Lane::Generate], None, &cancel, reporter)?;
    let takes: Vec<_> = studio.project().arrived.takes.keys().skip(before).copied().collect();
    if let Some((_, reason)) = finished.failed.first() {
        anyhow::bail!("{reason}");
    }
    let names: Vec<String> = takes.iter().map(|take| take.0.to_string()).collect();
    reporter.done(json!({ "takes": takes }), &format!("takes {}", names.join(", ")));
    Ok(ExitCode::SUCCESS)
}

fn report(reporter: &mut Reporter, event: JobEvent) {
    match event {
        JobEvent::Begun(
            Job {
                id,
                work: Work::Generate { .. } | Work::Export { .. } | Work::ExportTake { .. } | Work::Board { .. },
                ..
            },
            waiting,
        ) => {
            reporter.note(json!({ "job": id, "waiting": waiting }), &format!("job {}, {waiting} behind it", id.0));
        }
        JobEvent::Progress(_, progress) => reporter.progress(progress),
        JobEvent::Done(job) => reporter.quiet(json!({ "job": job.id, "done": true })),
        JobEvent::Stopped(job) => reporter.quiet(json!({ "job": job, "stopped": true })),
        JobEvent::Failed(job, reason) => {
            let text = format!("job {} failed: {reason}", job.id.0);
            reporter.note(json!({ "job": job.id, "failed": reason }), &text);
        }
        _ => {}
    }
}
