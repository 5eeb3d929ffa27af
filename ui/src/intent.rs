//! What panels want done. They change nothing themselves: the editor hands commands to the studio and the rest to the shell.

use kinora_project::{CardId, Edit, SceneId, ShotId, TakeId};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Something that a panel wants.
#[derive(Debug, Clone, PartialEq)]
pub enum Intent {
    /// A command of the studio's table.
    Command {
        /// Its id.
        id: &'static str,
        /// Its arguments.
        args: Value,
    },
    /// Several commands as one step, of which the later ones need not be done if one is refused.
    Commands(Vec<(&'static str, Value)>),
    /// A drag begins; its edits are one step.
    BeginDrag(&'static str),
    /// Where it would end now.
    Drag(Edit),
    /// It ends.
    EndDrag(Edit),
    /// It is taken back.
    CancelDrag,
    /// Files from outside, and where on the board they were dropped.
    Land(Vec<PathBuf>, Landing),
    /// Something for the shell.
    Ask(Request),
}

/// Where files land on the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Landing {
    /// On a card: the first frame, the last, or with two files both.
    Card {
        /// Whose.
        shot: ShotId,
        /// At its end.
        last: bool,
    },
    /// In a shot at a time; the first of them, instead of what is there.
    Well {
        /// Whose.
        shot: ShotId,
        /// At this frame of the project's rate, from the shot's first.
        frame: i64,
        /// The card that it takes the place of.
        card: Option<CardId>,
    },
    /// Between cards: each becomes a shot.
    Scene {
        /// In this scene; in a new one without it.
        scene: Option<SceneId>,
        /// Before the shot at this place.
        at: usize,
    },
}

/// A file that is more than a picture or a sound: only a desktop can look into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// A project of ours.
    Project,
    /// A storyboard of another program.
    Storyboard,
    /// A film, which may say how it was made.
    Film,
}

impl Brought {
    /// What a file is by its ending, if it is more.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_string_lossy().to_lowercase().as_str() {
            "kinora" => Some(Self::Project),
            "storyboarder" => Some(Self::Storyboard),
            "mp4" | "mov" => Some(Self::Film),
            _ => None,
        }
    }
}

/// A drawing that is to become a shot's picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// Whose.
    pub shot: ShotId,
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// Red, green, blue and opacity, row by row.
    pub rgba: Vec<u8>,
    /// How much of it may be invented, in thousandths.
    pub level: u32,
}

/// What the editor can't do without a desktop.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// A dialog that opens a project.
    OpenProject,
    /// A dialog that makes one.
    NewProject,
    /// A copy of the sample project.
    SampleProject,
    /// This project.
    Open(PathBuf),
    /// Files that only a desktop can look into: projects, storyboards of other programs, films that may say how they were made.
    Bring(Vec<PathBuf>),
    /// Puts a drawing into the project and animates its shot.
    Drawn(Drawn),
    /// No project: the welcome page.
    CloseProject,
    /// A dialog that chooses pictures to import and put somewhere.
    ImportInto(Landing),
    /// A dialog that asks for the one path that a command lacks.
    AskPath {
        /// Which command.
        command: &'static str,
        /// Its other arguments.
        args: Value,
        /// The argument's name.
        arg: &'static str,
        /// For a file that is to be written: the ending to suggest.
        ending: Option<&'static str>,
    },
    /// A dialog that chooses files to import.
    Import,
    /// A dialog for a timeline's export; the ending chooses the kind.
    Export {
        /// As in the arguments of `timeline.export`, without `out`.
        args: Value,
        /// The ending to suggest, `mp4`.
        ending: &'static str,
    },
    /// A dialog for the board on paper.
    ExportBoard {
        /// The ending to suggest, `pdf`.
        ending: &'static str,
    },
    /// A dialog that chooses a file to verify.
    VerifyFile,
    /// What this file claims.
    Verify(PathBuf),
    /// Looks for something in the library; the answer comes through the desk.
    SearchLibrary(String),
    /// Shows a file in the system's file manager.
    Reveal(PathBuf),
    /// A take leaves as a signed file where a person drops it.
    DragOut(TakeId),
    /// Opens the handbook.
    Handbook,
    /// The settings of the person changed and are to be kept.
    KeepPreferences,
    /// Ends the program.
    Quit,
}

/// Where panels put what they want.
#[derive(Debug, Default)]
pub struct Commands(Vec<Intent>);

impl Commands {
    /// A command with arguments.
    pub fn command(&mut self, id: &'static str, args: Value) {
        self.0.push(Intent::Command { id, args });
    }

    /// Anything.
    pub fn push(&mut self, intent: Intent) {
        self.0.push(intent);
    }

    /// Something for the shell.
    pub fn ask(&mut self, request: Request) {
        self.0.push(Intent::Ask(request));
    }

    /// Whether something of the project may be another afterwards.
    pub(crate) fn change_something(&self) -> bool {
        self.0.iter().any(|intent| !matches!(intent, Intent::Ask(_)))
    }

    /// All that came together, in order.
    pub(crate) fn take(&mut self) -> Vec<Intent> {
        std::mem::take(&mut self.0)
    }
}
