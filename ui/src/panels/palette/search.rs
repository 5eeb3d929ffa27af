//! What the palette finds: every action and command, those that were run last first.

use super::matching;
use crate::keys::{self, Keymap, Target};
use crate::theme::Icon;
use crate::tr;
use crate::view::View;
use kinora_studio::command::Menu;

/// Something that can be run, as a row shows it.
pub(super) struct Entry {
    pub target: Target,
    pub label: String,
    /// Where it belongs.
    pub context: String,
    /// The lower, the sooner it is wanted.
    rank: u8,
    pub icon: Icon,
    /// Keys, each by itself.
    pub caps: Vec<String>,
    /// What it does, in a sentence.
    pub told: String,
    /// Why it can't be run now.
    pub reason: Option<String>,
}

/// A row: which entry, and which letters of its label were typed.
pub(super) struct Hit {
    pub entry: usize,
    pub places: Vec<usize>,
}

/// What is searched, and what was found.
pub(super) struct Search {
    pub typed: String,
    pub entries: Vec<Entry>,
    pub hits: Vec<Hit>,
    /// The row that Enter runs.
    pub chosen: usize,
    /// Whether it has been drawn once.
    pub shown: bool,
    /// How far the rows are scrolled.
    pub offset: f32,
}

/// An answer of an id alone counts less than one of the label.
const BY_ID: i32 = 12;
/// Of what is only told about, in the order of the table.
const TOLD: i32 = -100;
/// What can't be run now comes later.
const OFF: i32 = 8;

impl Search {
    /// Everything that can be run now, without what is done already: opening the palette.
    pub fn new(view: &View<'_>, keys: &Keymap, recent: &[&'static str], mac: bool) -> Self {
        let entry = |target: Target| {
            let (rank, context, icon) = place(target);
            let caps = keys.of(target.id()).next().map(|keys| crate::widgets::caps(keys, mac)).unwrap_or_default();
            Entry {
                target,
                label: target.label(),
                context: tr!(context),
                rank,
                icon,
                caps,
                told: target.told(),
                reason: target.reason(view),
            }
        };
        let mut entries: Vec<_> =
            keys::targets().filter(|target| target.id() != "program.palette").map(entry).collect();
        let last = |entry: &Entry| recent.iter().position(|id| *id == entry.target.id()).unwrap_or(usize::MAX);
        entries.sort_by_key(|entry| (last(entry), entry.reason.is_some(), entry.rank));
        let mut search = Self { typed: String::new(), entries, hits: Vec::new(), chosen: 0, shown: false, offset: 0.0 };
        search.find();
        search
    }

    /// Finds what was typed.
    pub fn find(&mut self) {
        let mut found: Vec<(i32, Hit)> = Vec::new();
        for (place, entry) in self.entries.iter().enumerate() {
            let by_label = matching::find(&self.typed, &entry.label);
            let by_id = matching::find(&self.typed, entry.target.id()).map(|found| found.score - BY_ID);
            let off = if entry.reason.is_some() { OFF } else { 0 };
            match (by_label, by_id) {
                (Some(label), id) => {
                    let score = id.map_or(label.score, |id| id.max(label.score)) - off;
                    found.push((score, Hit { entry: place, places: label.places }));
                }
                (None, Some(id)) => found.push((id - off, Hit { entry: place, places: Vec::new() })),
                (None, None) if matching::tells_of(&entry.told, &self.typed) => {
                    found.push((TOLD - off, Hit { entry: place, places: Vec::new() }));
                }
                (None, None) => {}
            }
        }
        if !self.typed.trim().is_empty() {
            found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        }
        self.hits = found.into_iter().map(|(_, hit)| hit).collect();
        self.chosen = 0;
        self.offset = 0.0;
    }

    /// The row so many further; after the last comes the first.
    pub fn go(&mut self, by: isize) {
        let rows = self.hits.len();
        if rows > 0 {
            self.chosen = match by {
                1 | -1 => self.chosen.saturating_add(rows).saturating_add_signed(by) % rows,
                by => self.chosen.saturating_add_signed(by).min(rows - 1),
            };
        }
    }

    /// What Enter runs.
    pub fn chosen(&self) -> Option<&Entry> {
        self.entries.get(self.hits.get(self.chosen)?.entry)
    }
}

/// Where something belongs: how soon it is wanted, the id of the word, and its icon.
fn place(target: Target) -> (u8, &'static str, Icon) {
    let menu = match target {
        Target::Command(command) => command.menu,
        Target::Action(action) => match action.id.split('.').next().unwrap_or_default() {
            "board" | "shot" => Menu::Board,
            "timeline" => Menu::Timeline,
            "media" => Menu::Media,
            "project" => Menu::Project,
            "play" | "mark" => return (9, "palette-of-playback", Icon::Play),
            "workspace" => return (3, "palette-of-workspaces", Icon::LayoutGrid),
            _ => return (5, "palette-of-program", Icon::Command),
        },
    };
    match menu {
        Menu::Board => (0, "palette-of-board", Icon::Film),
        Menu::Timeline => (1, "palette-of-timeline", Icon::Scissors),
        Menu::Tools => (1, "palette-of-tools", Icon::WandSparkles),
        Menu::Media => (2, "palette-of-media", Icon::Folder),
        Menu::Project => (4, "palette-of-project", Icon::Clapperboard),
        Menu::Edit => (6, "palette-of-edit", Icon::Pencil),
        Menu::Cast => (7, "palette-of-cast", Icon::Users),
        Menu::Jobs => (8, "palette-of-jobs", Icon::ListTodo),
    }
}
