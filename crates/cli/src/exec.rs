//! `kinora exec`: any command of the studio, or a script of them; `kinora commands`: which there are.

use crate::reach::{Reach, reach};
use crate::report::print_line;
use anyhow::{Context, Result, ensure};
use kinora_studio::{Notice, command};
use serde_json::{Value, json};
use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct ExecArgs {
    /// The project's folder
    project: PathBuf,
    /// The command, as `kinora commands` lists it
    #[arg(required_unless_present = "script")]
    command: Option<String>,
    /// Its arguments: a JSON object
    #[arg(default_value = "{}")]
    arguments: String,
    /// Commands of a file instead, or of standard input for -: a JSON object a line, {"command": …, "arguments": …}
    #[arg(long, value_name = "FILE", conflicts_with_all = ["command"])]
    script: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub struct CommandsArgs {
    /// Print the reference that docs/commands.md holds
    #[arg(long)]
    markdown: bool,
}

/// Runs `kinora exec`: prints what each command returns, a line of JSON each.
pub fn run(args: &ExecArgs) -> Result<ExitCode> {
    let mut reached = reach(&args.project)?;
    match (&args.script, &args.command) {
        (Some(file), _) => {
            let text = if file.as_os_str() == "-" {
                let mut text = String::new();
                std::io::stdin().read_to_string(&mut text).context("standard input can't be read")?;
                text
            } else {
                std::fs::read_to_string(file)
                    .with_context(|| format!("the script can't be read: {}", file.display()))?
            };
            for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
                script_line(&mut reached, line).with_context(|| format!("line {}", at + 1))?;
            }
        }
        (None, command) => {
            let arguments = serde_json::from_str(&args.arguments).context("the arguments are no JSON")?;
            let returned = reached.handle(command.as_deref().unwrap_or_default(), &arguments)?;
            print_line(&returned.to_string());
        }
    }
    let notices = match &mut reached {
        Reach::Here(studio) => studio.take_notices(),
        Reach::There { .. } => Vec::new(),
    };
    notices.iter().for_each(|notice| eprintln!("note: {notice}"));
    // What is in memory alone ends with this process.
    let written = !notices.iter().any(|notice| matches!(notice, Notice::NotWritten(_)));
    Ok(if written { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn script_line(reached: &mut Reach, line: &str) -> Result<()> {
    let wanted: Value = serde_json::from_str(line).context("the line is no JSON")?;
    let command = wanted["command"].as_str().context("the line names no command")?;
    let known = ["command", "arguments"];
    let unknown = wanted.as_object().and_then(|fields| fields.keys().find(|key| !known.contains(&key.as_str())));
    ensure!(unknown.is_none(), "a line has \"command\" and \"arguments\", not {unknown:?}");
    let none = json!({});
    let returned = reached.handle(command, wanted.get("arguments").unwrap_or(&none))?;
    if let Reach::Here(studio) = reached {
        studio.poll();
    }
    print_line(&returned.to_string());
    Ok(())
}

/// Runs `kinora commands`.
pub fn list(args: &CommandsArgs) -> ExitCode {
    if args.markdown {
        print_line(command::markdown().trim_end());
    } else {
        for command in command::all() {
            print_line(&format!("{:<24} {}", command.id, command.tooltip));
        }
    }
    ExitCode::SUCCESS
}
