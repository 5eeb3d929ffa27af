//! Everything a developer runs, as `cargo xtask <command>`. CI runs the same commands.
//!
//! Builds with git, Rust and `cc` alone, in seconds, so that it can set up a machine that has nothing else yet.
//! Deliberately not here: anything a user of Kinora needs (`kinora`, in `crates/cli`).

mod bundle;
mod check;
mod child;
mod demo;
mod metadata;
mod packages;
mod setup;
mod target_dir;
mod task;
mod test;

use std::process::ExitCode;

use anyhow::Result;

use crate::child::Workspace;
use crate::task::Task;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match Task::parse(&arguments).and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    let workspace = Workspace::here()?;
    match task {
        Task::Help => {
            print!("{}", task::HELP);
            Ok(())
        }
        Task::Setup { install } => setup::run(install),
        Task::Demo { install, out } => demo::run(&workspace, install, out.as_deref()),
        Task::Test { install, extra } => test::run(&workspace, install, &extra),
        Task::Check { only } => check::run(&workspace, only),
        Task::Bundle { kinds } => bundle::run(&workspace, &kinds),
        Task::Screenshots => {
            setup::run(true)?;
            let images = workspace.root.join("docs/handbook/images");
            let test =
                ["test", "--workspace", "--release", "--test", "walk", "--", "--ignored", "--exact", "screenshots"];
            child::run(workspace.cargo().args(test).env("KINORA_SCREENSHOTS", images))
        }
        Task::Parity { reference } => {
            let reference = std::path::absolute(reference)?;
            let example = ["run", "--release", "-p", "kinora-diffusion", "--example", "parity", "--"];
            child::run(workspace.cargo().args(example).arg(reference))
        }
    }
}
