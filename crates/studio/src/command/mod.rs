//! Commands: everything that people can do, in one table. Menus, palette, shortcuts, `kinora exec` and the reference in docs/ are drawn
//! from it. One file a subject.

mod args;
mod board;
mod cast;
mod cut;
mod history;
mod interchange;
mod jobs;
mod look;
mod marks;
mod media;
mod reference;
mod sequence;
mod timeline;
mod tools;

pub use args::{Arg, Args, Kind};
pub use reference::markdown;

use crate::planner::PlanningError;
use crate::queue::QueueError;
use crate::studio::Studio;
use kinora_project::Refused;
use kinora_project_file::ProjectFileError;
use serde_json::Value;

/// Something that people can do.
#[derive(Debug)]
pub struct Command {
    /// Its name for programs: subject and verb.
    pub id: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// What it does, in a sentence.
    pub tooltip: &'static str,
    /// Keys, where `Ctrl` stands for the platform's own.
    pub shortcut: Option<&'static str>,
    /// Where it stands.
    pub menu: Menu,
    /// What it wants to know.
    pub args: &'static [Arg],
    /// Whether it can be done now.
    pub enabled: fn(&Studio) -> Result<(), Reason>,
    pub(crate) run: fn(&mut Studio, &Args) -> Result<Value, CommandError>,
}

/// A menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Menu {
    /// The project as a whole.
    Project,
    /// What was done.
    Edit,
    /// Scenes and shots.
    Board,
    /// People, places and props.
    Cast,
    /// Imported files.
    Media,
    /// Cuts.
    Timeline,
    /// What makes pictures from pictures.
    Tools,
    /// What is being done.
    Jobs,
}

/// Why a command can't be done now, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(pub &'static str);

/// Why a command was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// Nothing has that name.
    #[error("there is no command {0:?}; `kinora commands` lists them all")]
    NoCommand(String),
    /// An argument is missing or wrong.
    #[error("{0}")]
    Argument(String),
    /// It can't be done now.
    #[error("{}", .0.0)]
    NotNow(Reason),
    /// The document refuses.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The disk refuses.
    #[error(transparent)]
    Project(#[from] ProjectFileError),
    /// There is no plan.
    #[error(transparent)]
    Planning(#[from] PlanningError),
    /// The queue refuses.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// There is no drag to go on with.
    #[error("no drag has begun")]
    NoGesture,
}

/// Every command, by menu.
pub fn all() -> impl Iterator<Item = &'static Command> {
    let subjects: [&[Command]; 10] = [
        history::COMMANDS,
        board::COMMANDS,
        cast::COMMANDS,
        media::COMMANDS,
        cut::COMMANDS,
        timeline::COMMANDS,
        look::COMMANDS,
        tools::COMMANDS,
        interchange::COMMANDS,
        jobs::COMMANDS,
    ];
    subjects.into_iter().flatten()
}

/// A command by its id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Command> {
    all().find(|command| command.id == id)
}

fn always(_: &Studio) -> Result<(), Reason> {
    Ok(())
}

fn has_shots(studio: &Studio) -> Result<(), Reason> {
    let any = studio.project().storyboard.shots().next().is_some();
    any.then_some(()).ok_or(Reason("there are no shots yet; add one first"))
}

fn has_scenes(studio: &Studio) -> Result<(), Reason> {
    let any = !studio.project().storyboard.scenes.is_empty();
    any.then_some(()).ok_or(Reason("there are no scenes yet; add one first"))
}

fn has_timelines(studio: &Studio) -> Result<(), Reason> {
    let any = !studio.project().timelines.is_empty();
    any.then_some(()).ok_or(Reason("there is no timeline yet; make one first"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_and_shortcuts_are_used_once_and_texts_are_sentences() {
        let (mut ids, mut shortcuts) = (BTreeSet::new(), BTreeSet::new());
        for command in all() {
            assert!(ids.insert(command.id), "{} is there twice", command.id);
            assert!(
                command.shortcut.is_none_or(|keys| shortcuts.insert(keys)),
                "{:?} is there twice",
                command.shortcut
            );
            assert!(command.label.starts_with(|c: char| c.is_uppercase()), "{}", command.id);
            assert!(!command.tooltip.is_empty() && !command.tooltip.ends_with('.'), "{}", command.id);
            let names: BTreeSet<_> = command.args.iter().map(|arg| arg.name).collect();
            assert_eq!(names.len(), command.args.len(), "{}", command.id);
        }
    }
}
