//! The command line of xtask: words to a [`Task`].

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::check::Check;

pub const HELP: &str = "\
Everything a developer of Kinora runs

usage: cargo xtask <command>

  demo [--no-install] [--out DIR]    set up, build, open the window on a sample project; without a display, or with --out,
                                     generate the sample storyboard into target/demo or DIR and verify its clips
  test [--no-install] [ARGS…]        set up, then every test; ARGS go to cargo nextest or cargo test (a name filters)
  check [NAME]                       fmt, floors, licences, versions, files, deny, clippy; or only the one that is named
  parity DIR                         compare the engine with the reference tensors in DIR
  bundle [KIND…]                     build and pack: deb and rpm, or the kinds that are named (deb, rpm, appimage, dmg, msi); needs npm
  screenshots                        make the handbook's screenshots again, with the application on a display of its own
  setup [--no-install]               only the system packages
  help                               this text

--no-install only prints what is missing.
Environment: builds go to CARGO_TARGET_DIR, else KINORA_TARGET_DIR, else ~/.cache/kinora-target if that folder exists,
else cargo's own choice. CI=true leaves out colour and progress bars.
";

/// The packages that can be made.
const KINDS: [&str; 5] = ["deb", "rpm", "appimage", "dmg", "msi"];

/// One thing to do, with everything it needs.
#[derive(Debug, PartialEq, Eq)]
pub enum Task {
    Help,
    Setup {
        install: bool,
    },
    Demo {
        install: bool,
        out: Option<PathBuf>,
    },
    /// `extra` goes to the test runner as it is.
    Test {
        install: bool,
        extra: Vec<String>,
    },
    Check {
        only: Option<Check>,
    },
    Parity {
        reference: PathBuf,
    },
    Screenshots,
    /// Kinds of packages, as Tauri names them.
    Bundle {
        kinds: Vec<String>,
    },
}

impl Task {
    pub fn parse(arguments: &[String]) -> Result<Task> {
        let Some((command, rest)) = arguments.split_first() else { return Ok(Task::Help) };
        let own = rest.iter().take_while(|argument| *argument != "--");
        if own.into_iter().any(|argument| argument == "--help" || argument == "-h") {
            return Ok(Task::Help);
        }
        let mut rest: Vec<String> = rest.to_vec();
        match command.as_str() {
            "help" | "--help" | "-h" => Ok(Task::Help),
            "setup" => {
                let install = !take_flag(&mut rest, "--no-install");
                nothing_left("setup", &rest)?;
                Ok(Task::Setup { install })
            }
            "demo" => {
                let install = !take_flag(&mut rest, "--no-install");
                let out = take_value(&mut rest, "--out")?.map(PathBuf::from);
                nothing_left("demo", &rest)?;
                Ok(Task::Demo { install, out })
            }
            "test" => {
                let install = !take_flag(&mut rest, "--no-install");
                Ok(Task::Test { install, extra: rest })
            }
            "check" => {
                let only = if rest.is_empty() { None } else { Some(Check::from_name(&rest.remove(0))?) };
                nothing_left("check", &rest)?;
                Ok(Task::Check { only })
            }
            "bundle" => match rest.iter().find(|kind| !KINDS.contains(&kind.as_str())) {
                Some(unknown) => bail!("bundle doesn't know {unknown:?}: it makes {}", KINDS.join(", ")),
                None if rest.is_empty() => Ok(Task::Bundle { kinds: vec!["deb".to_owned(), "rpm".to_owned()] }),
                None => Ok(Task::Bundle { kinds: rest }),
            },
            "screenshots" => {
                nothing_left("screenshots", &rest)?;
                Ok(Task::Screenshots)
            }
            "parity" => match rest.as_slice() {
                [reference] => Ok(Task::Parity { reference: reference.into() }),
                _ => bail!("parity takes one folder, the one with the reference tensors: cargo xtask parity DIR"),
            },
            unknown => bail!("there is no command {unknown:?}: cargo xtask help lists them"),
        }
    }
}

/// Removes `flag` where it stands before any `--`, and says whether it was there.
fn take_flag(arguments: &mut Vec<String>, flag: &str) -> bool {
    let end = arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len());
    match arguments[..end].iter().position(|argument| argument == flag) {
        Some(index) => {
            arguments.remove(index);
            true
        }
        None => false,
    }
}

fn take_value(arguments: &mut Vec<String>, option: &str) -> Result<Option<String>> {
    let Some(index) = arguments.iter().position(|argument| argument == option) else { return Ok(None) };
    if index + 1 >= arguments.len() {
        bail!("{option} needs a value");
    }
    arguments.remove(index);
    Ok(Some(arguments.remove(index)))
}

fn nothing_left(command: &str, rest: &[String]) -> Result<()> {
    match rest.first() {
        None => Ok(()),
        Some(extra) => bail!("{command} doesn't know {extra:?}: cargo xtask help lists what it takes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Task, String> {
        let words: Vec<String> = line.split_whitespace().map(String::from).collect();
        Task::parse(&words).map_err(|error| error.to_string())
    }

    #[test]
    fn every_command_line_means_one_task() {
        let extra = |words: &[&str]| words.iter().map(|word| word.to_string()).collect();
        let cases = [
            ("", Task::Help),
            ("--help", Task::Help),
            ("demo --help", Task::Help),
            ("setup", Task::Setup { install: true }),
            ("setup --no-install", Task::Setup { install: false }),
            ("demo", Task::Demo { install: true, out: None }),
            ("demo --out clips --no-install", Task::Demo { install: false, out: Some("clips".into()) }),
            ("test", Task::Test { install: true, extra: vec![] }),
            ("test flicks --no-install", Task::Test { install: false, extra: extra(&["flicks"]) }),
            (
                "test -- --no-install --help",
                Task::Test { install: true, extra: extra(&["--", "--no-install", "--help"]) },
            ),
            ("check", Task::Check { only: None }),
            ("check floors", Task::Check { only: Some(Check::Floors) }),
            ("screenshots", Task::Screenshots),
            ("bundle", Task::Bundle { kinds: extra(&["deb", "rpm"]) }),
            ("bundle msi", Task::Bundle { kinds: extra(&["msi"]) }),
            ("parity golden", Task::Parity { reference: "golden".into() }),
        ];
        for (line, task) in cases {
            assert_eq!(parse(line), Ok(task), "{line}");
        }
    }

    #[test]
    fn a_wrong_word_is_named() {
        for (line, named) in [
            ("dance", "dance"),
            ("setup now", "now"),
            ("demo --out", "--out"),
            ("demo --fast", "--fast"),
            ("check everything", "everything"),
            ("parity", "one folder"),
            ("bundle zip", "zip"),
        ] {
            let message = parse(line).expect_err(line);
            assert!(message.contains(named), "{line}: {message}");
        }
    }
}
