//! The names of the project's things, to choose from: shots as the board numbers them, items as their track counts them.

use crate::tr;
use crate::view::View;
use kinora_project::timeline::{Content, Timeline};
use kinora_project::{ASSEMBLY, Project, TimelineId};
use kinora_studio::command::Kind;
use kinora_studio::queue::Work;
use serde_json::{Value, json};

/// Something that has a name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Named {
    /// What commands take.
    pub value: Value,
    /// What people read.
    pub name: String,
}

impl Named {
    pub fn new(value: Value, name: String) -> Self {
        Self { value, name }
    }
}

/// Whether an argument is one of the project's things.
pub(super) fn is_named(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Scene
            | Kind::Shot
            | Kind::Take
            | Kind::Member
            | Kind::Media
            | Kind::Timeline
            | Kind::Track
            | Kind::Item
            | Kind::Job
    )
}

/// All things of a kind; tracks and items are those of a timeline, of the open one without it.
pub(super) fn of(kind: Kind, view: &View<'_>, timeline: Option<TimelineId>) -> Vec<Named> {
    let project = view.project();
    let number = |shot| view.session.derived.number(shot).to_owned();
    match kind {
        Kind::Scene => {
            let scenes = project.storyboard.scenes.iter().enumerate();
            scenes
                .map(|(place, scene)| Named::new(json!(scene.id), format!("{}  {}", place + 1, scene.heading)))
                .collect()
        }
        Kind::Shot => {
            let shots = project.storyboard.shots();
            shots
                .map(|shot| Named::new(json!(shot.id), format!("{}  {}", number(shot.id), shot.words.prompt)))
                .collect()
        }
        Kind::Take => {
            let takes = project.arrived.takes.values();
            takes
                .map(|take| {
                    let place = view.session.derived.takes_of(take.shot).iter().position(|id| *id == take.id);
                    let name = tr!("form-take", shot = number(take.shot), number = place.unwrap_or_default() + 1);
                    Named::new(json!(take.id), name)
                })
                .collect()
        }
        Kind::Member => {
            let members = project.cast.members.iter();
            members.map(|member| Named::new(json!(member.id), format!("@{}", member.name))).collect()
        }
        Kind::Media => {
            let files = project.media.files.iter();
            files.map(|(id, file)| Named::new(json!(id), file.name.clone())).collect()
        }
        Kind::Timeline => {
            let timelines = project.timelines.iter();
            timelines.map(|timeline| Named::new(json!(timeline.id), timeline.name.clone())).collect()
        }
        Kind::Track => {
            let tracks = chosen(project, view, timeline).into_iter().flat_map(|timeline| timeline.tracks.iter().rev());
            tracks.map(|track| Named::new(json!(track.id), track.name.clone())).collect()
        }
        Kind::Item => chosen(project, view, timeline).map(|timeline| items(view, timeline)).unwrap_or_default(),
        Kind::Job => {
            let jobs = view.session.derived.jobs().iter();
            jobs.map(|job| {
                let what = match &job.work {
                    Work::Generate { shot, .. } => number(*shot),
                    _ => String::new(),
                };
                Named::new(json!(job.id), format!("{}  {what}", job.id.0).trim_end().to_owned())
            })
            .collect()
        }
        _ => Vec::new(),
    }
}

fn chosen<'a>(project: &'a Project, view: &View<'_>, timeline: Option<TimelineId>) -> Option<&'a Timeline> {
    let open = (view.session.timeline != ASSEMBLY).then_some(view.session.timeline);
    let only = project.timelines.first().map(|timeline| timeline.id);
    project.timeline(timeline.or(open).or(only)?)
}

fn items(view: &View<'_>, timeline: &Timeline) -> Vec<Named> {
    let project = view.project();
    let mut named = Vec::new();
    for track in timeline.tracks.iter().rev() {
        for (place, item) in track.items.iter().enumerate() {
            let what = match &item.content {
                Content::Clip { media, .. } => project.media.files.get(media).map(|file| file.name.clone()),
                Content::Shot { shot, .. } => Some(view.session.derived.number(*shot).to_owned()),
                Content::Title(text) => Some(text.clone()),
                Content::Gap => Some(tr!("form-gap")),
            };
            let name = format!("{}-{}  {}", track.name, place + 1, what.unwrap_or_default());
            named.push(Named::new(json!(item.id), name));
        }
    }
    named
}
