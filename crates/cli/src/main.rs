//! The `kinora` command: the engine without a window.
//!
//! Exit codes: 0 done, 1 failed, 2 wrong usage, 130 cancelled. Deliberately not here: how a clip is made
//! (`kinora-services`); a command turns arguments into one call and its result into words.

mod again;
mod bench;
mod bench_library;
mod bench_project;
mod bench_sketch;
mod bench_tools;
mod board;
mod describe;
mod exec;
mod export;
mod generate;
mod jobs;
mod library;
mod project;
mod reach;
mod report;
mod setup;
mod tools;
mod verify;

use clap::{Parser, Subcommand};
use kinora_services::ServiceError;
use report::Reporter;
use std::process::ExitCode;

/// Tensors come and go by the megabyte; this allocator keeps their pages, where the system's gives each back and faults it in
/// again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Plans, generates and verifies films on this machine.
#[derive(Debug, Parser)]
#[command(name = "kinora", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a clip from words, or from words and a picture
    Generate(generate::Args),
    /// Say what a clip claims about itself and whether it was changed
    Verify(verify::Args),
    /// Make a clip again from the recipe inside it
    Again(again::Args),
    /// Say what a picture or film shows, in words of a prompt
    Describe(describe::Args),
    /// Make a picture move
    Animate(tools::Animate),
    /// Generate what comes after a clip, or was before it
    Extend(tools::Extend),
    /// Generate what leads from one clip to another
    Bridge(tools::Bridge),
    /// Make two clips flow into each other
    Blend(tools::Blend),
    /// Fill a hole in a clip
    Fill(tools::Fill),
    /// Lead a clip back to its beginning
    Loop(tools::Loop),
    /// Keep the good part of a clip and generate the rest again
    Recut(tools::Recut),
    /// Make a clip again in other words
    Remix(tools::Remix),
    /// Bring a clip into another shape
    Reframe(tools::Reframe),
    /// Make a take again in the best quality
    Finish(tools::Finish),
    /// Generate more takes of a shot
    Variations(tools::Variations),
    /// Measure the engine on this machine
    Bench(bench::Args),
    /// Make, look at, check or recover a project
    Project(project::Args),
    /// Write and read a project's storyboard
    Board(board::BoardArgs),
    /// Make, cut and read a project's timelines
    Timeline(board::TimelineArgs),
    /// Write a timeline as one marked and signed file
    Export(export::Args),
    /// Show what waits to be done for a project, and do it
    Jobs(jobs::JobsArgs),
    /// Find takes, uploads and signed clips of every project
    Library(library::LibraryArgs),
    /// Do anything that can be done to a project
    Exec(exec::ExecArgs),
    /// List everything that can be done to a project
    Commands(exec::CommandsArgs),
}

/// Mesa asks Wayland which graphics card is the screen's, and complains on the terminal where nobody is logged in.
#[cfg(target_os = "linux")]
fn ask_no_screen() {
    if std::env::var_os("XDG_RUNTIME_DIR").is_none() {
        // SAFETY: no other thread runs yet that could read the environment.
        unsafe { std::env::set_var("NODEVICE_SELECT", "1") };
    }
}

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    ask_no_screen();
    if let Some(code) = kinora_services::media_job_of_process(std::env::args_os()) {
        return code;
    }
    let cli = Cli::parse();
    let json = match &cli.command {
        Command::Generate(args) => args.output.json,
        Command::Again(args) => args.output.json,
        Command::Verify(args) => args.json,
        Command::Bench(args) => args.json,
        Command::Project(args) => args.json(),
        Command::Board(args) => args.json(),
        Command::Timeline(args) => args.json(),
        Command::Export(args) => args.json,
        Command::Jobs(args) => args.json(),
        Command::Library(args) => args.json(),
        Command::Animate(args) => args.making.json,
        Command::Extend(args) => args.making.json,
        Command::Bridge(args) => args.making.json,
        Command::Blend(args) => args.making.json,
        Command::Fill(args) => args.making.json,
        Command::Loop(args) => args.making.json,
        Command::Recut(args) => args.making.json,
        Command::Remix(args) => args.making.json,
        Command::Reframe(args) => args.making.json,
        Command::Finish(args) => args.json,
        Command::Variations(args) => args.json,
        Command::Describe(_) | Command::Exec(_) | Command::Commands(_) => false,
    };
    let result = match cli.command {
        Command::Generate(args) => generate::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Describe(args) => describe::run(&args),
        Command::Again(args) => again::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Project(args) => project::run(&args),
        Command::Board(args) => board::run_board(&args),
        Command::Timeline(args) => board::run_timeline(&args),
        Command::Export(args) => export::run(&args),
        Command::Jobs(args) => jobs::run(&args),
        Command::Library(args) => library::run(&args),
        Command::Animate(args) => tools::run_animate(&args),
        Command::Extend(args) => tools::run_extend(&args),
        Command::Bridge(args) => tools::run_bridge(&args),
        Command::Blend(args) => tools::run_blend(&args),
        Command::Fill(args) => tools::run_fill(&args),
        Command::Loop(args) => tools::run_loop(&args),
        Command::Recut(args) => tools::run_recut(&args),
        Command::Remix(args) => tools::run_remix(&args),
        Command::Reframe(args) => tools::run_reframe(&args),
        Command::Finish(args) => tools::run_finish(&args),
        Command::Variations(args) => tools::run_variations(&args),
        Command::Exec(args) => exec::run(&args),
        Command::Commands(args) => Ok(exec::list(&args)),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            let service = error.downcast_ref::<ServiceError>();
            let cancelled = service.is_some_and(ServiceError::is_cancelled);
            Reporter::new(json).failed(&format!("{error:#}"), cancelled);
            match service {
                Some(e) if e.is_cancelled() => ExitCode::from(130),
                Some(e) if e.is_wrong_request() => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            }
        }
    }
}
