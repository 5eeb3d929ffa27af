//! What the library shows: takes and files in groups, found and sorted once for each document and search, not for each frame.

use crate::session::Derived;
use crate::tr;
use crate::words::Language;
use kinora_project::{Mark, MediaId, MediaKind, Project, TakeId};
use kinora_time::Flicks;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A take or a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Thing {
    Take(TakeId),
    Media(MediaId),
}

/// What a tile says.
#[derive(Debug, Clone)]
pub(super) struct Tile {
    pub thing: Thing,
    pub name: String,
    /// What it holds; nothing for a take.
    pub kind: Option<MediaKind>,
    /// Nothing as long as it is not known, and for stills.
    pub duration: Option<Flicks>,
    pub mark: Mark,
}

/// Tiles under one heading.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub name: String,
    pub tiles: Vec<Tile>,
}

/// Which things are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Only {
    #[default]
    All,
    Takes,
    Files,
}

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    pub words: String,
    pub only: Only,
    pub favourites: bool,
}

/// What was found, and in which document.
#[derive(Debug, Clone)]
pub(super) struct Listing {
    project: Arc<Project>,
    wanted: Wanted,
    language: Language,
    pub groups: Vec<Group>,
}

impl Listing {
    /// Whether it is still right. A drag on the timeline changes nothing of what is listed, so that nothing is listed anew.
    pub fn is_of(&self, project: &Project, wanted: &Wanted) -> bool {
        let known = &self.project;
        let same = Arc::ptr_eq(&known.media, &project.media)
            && Arc::ptr_eq(&known.marks, &project.marks)
            && Arc::ptr_eq(&known.arrived, &project.arrived)
            && Arc::ptr_eq(&known.storyboard, &project.storyboard);
        same && self.wanted == *wanted && self.language == crate::words::language()
    }

    /// Finds what is wanted. Takes come first, in the film's order, then files without a bin, then folders and bins by name.
    pub fn new(project: &Arc<Project>, derived: &Derived, wanted: &Wanted) -> Self {
        let mut groups: BTreeMap<(u8, String), Vec<Tile>> = BTreeMap::new();
        let words: Vec<String> = wanted.words.split_whitespace().map(str::to_lowercase).collect();
        let mut add = |home: (u8, String), tile: Tile, more: &str| {
            let folder = Some(tile.mark.folder.clone()).filter(|folder| !folder.is_empty());
            let text = format!("{} {more} {}", tile.name, tile.mark.folder).to_lowercase();
            let found = words.iter().all(|word| text.contains(word)) && (!wanted.favourites || tile.mark.favourite);
            if found {
                groups.entry(folder.map_or(home, |folder| (2, folder))).or_default().push(tile);
            }
        };
        if wanted.only != Only::Files {
            let order: BTreeMap<_, _> = project.storyboard.shots().map(|shot| shot.id).zip(0_usize..).collect();
            let mut takes: Vec<_> = project.arrived.takes.values().collect();
            takes.sort_by_key(|take| (order.get(&take.shot).copied().unwrap_or(usize::MAX), take.id));
            for take in takes {
                let shot = derived.number(take.shot);
                let place = derived.takes_of(take.shot).iter().position(|id| *id == take.id).unwrap_or_default() + 1;
                let name = match (shot.is_empty(), take.is_still()) {
                    (true, _) => tr!("library-take-lost"),
                    (false, true) => tr!("library-picture", shot = shot.to_owned()),
                    (false, false) => tr!("library-take", shot = shot.to_owned(), number = place),
                };
                let mark = project.marks.takes.get(&take.id).cloned().unwrap_or_default();
                let duration = Some(take.duration());
                let tile = Tile { thing: Thing::Take(take.id), name, kind: None, duration, mark };
                let prompts: Vec<_> = take.plan.prompts.iter().filter_map(|span| span.prompt.text()).collect();
                add((0, tr!("library-takes")), tile, &prompts.join(" "));
            }
        }
        if wanted.only != Only::Takes {
            for (id, file) in &project.media.files {
                let facts = project.arrived.facts.get(id);
                let mark = project.marks.media.get(id).cloned().unwrap_or_default();
                let duration = facts.map(|facts| facts.duration).filter(|_| file.kind != MediaKind::Still);
                let tile =
                    Tile { thing: Thing::Media(*id), name: file.name.clone(), kind: Some(file.kind), duration, mark };
                let home = if file.bin.is_empty() { (1, tr!("library-files")) } else { (2, file.bin.clone()) };
                add(home, tile, &file.bin);
            }
        }
        let groups = groups.into_iter().map(|((_, name), tiles)| Group { name, tiles }).collect();
        Self { project: project.clone(), wanted: wanted.clone(), language: crate::words::language(), groups }
    }
}
