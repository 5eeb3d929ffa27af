//! What people can do that changes no document: play, look elsewhere, mark in and out. One table beside the studio's; menus, palette
//! and keys are drawn from both.

mod board;
mod desktop;
mod play;
mod takes;
mod timeline;

use crate::intent::Request;
use crate::layout::Panel;
use crate::view::View;

pub(crate) use board::{Quality, change_card, generate};
pub(crate) use play::source_frames;
pub(crate) use timeline::{frames, is_cut_by_hand, playhead};

/// Where an action's keys count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Context {
    /// Everywhere.
    Anywhere,
    /// While the board has the focus.
    Board,
    /// While the timeline has the focus.
    Timeline,
    /// While the takes have the focus.
    Takes,
    /// While a panel has the focus that has a playhead.
    Playhead,
}

impl Context {
    /// Whether keys of this context count while a panel has the focus.
    #[must_use]
    pub fn covers(self, panel: Panel) -> bool {
        match self {
            Self::Anywhere => true,
            Self::Board => panel == Panel::Storyboard,
            Self::Takes => panel == Panel::Takes,
            Self::Timeline => matches!(panel, Panel::Timeline | Panel::Program),
            Self::Playhead => {
                matches!(panel, Panel::Timeline | Panel::Program | Panel::Source | Panel::Takes | Panel::Deliver)
            }
        }
    }

    /// Whether there is a panel where keys of both count.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        Panel::ALL.into_iter().any(|panel| self.covers(panel) && other.covers(panel))
    }
}

/// Something that people can do to what they see. Its label is in the translations under `action-` and its id with `-` for `.`.
#[derive(Debug)]
pub struct Action {
    /// Its name for programs and key files.
    pub id: &'static str,
    /// Where its keys count.
    pub context: Context,
    /// Its keys in the preset that ships, as `Ctrl+Shift+Z`.
    pub keys: &'static [&'static str],
    /// Does it.
    pub run: fn(&mut View<'_>),
}

/// Every action.
pub fn all() -> impl Iterator<Item = &'static Action> {
    [play::ACTIONS, board::ACTIONS, takes::ACTIONS, timeline::ACTIONS, desktop::ACTIONS].into_iter().flatten()
}

/// An action by its id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Action> {
    all().find(|action| action.id == id)
}

/// What an action asks the shell for, if that needs no project.
pub(crate) fn without_project(id: &str) -> Option<Request> {
    match id {
        "project.open" => Some(Request::OpenProject),
        "project.new" => Some(Request::NewProject),
        "help.handbook" => Some(Request::Handbook),
        "program.quit" => Some(Request::Quit),
        _ => None,
    }
}

/// The id of an action's label in the translations.
#[must_use]
pub fn label_id(id: &str) -> String {
    format!("action-{}", id.replace('.', "-"))
}
