//! Edits of a timeline.

use super::{Arg, Args, Command, CommandError, Kind, Menu, has_timelines};
use crate::studio::Studio;
use kinora_project::timeline::edit::{Edge, Filling};
use kinora_project::timeline::{Content, TrackKind, Transition, TransitionKind};
use kinora_project::{Edit, ItemId, MarkerId, NewItem, Project, Seen, TimelineEdit, TimelineId};
use kinora_time::{Flicks, TimeRange};
use serde_json::{Value, json};

pub(super) const TIMELINE: Arg = Arg::optional("timeline", Kind::Timeline, "Which timeline; the only one without it");
pub(super) const TRACK: Arg = Arg::optional("track", Kind::Track, "Which track; the topmost without it");
pub(super) const ITEM: Arg = Arg::needed("item", Kind::Item, "Which item");
const EDGE: Arg = Arg::optional("edge", Kind::Choice(&["end", "start"]), "Which end of it; its end without it");
const BY: Arg = Arg::needed("by", Kind::Time, "How far; less than 0 is earlier");
const TIME: Arg = Arg::needed("time", Kind::Time, "When");
const FROM: Arg = Arg::needed("from", Kind::Time, "Where the range begins");
const TO: Arg = Arg::needed("to", Kind::Time, "Where the range ends");
const SHOT: Arg = Arg::optional("shot", Kind::Shot, "A shot: whatever take is circled");
const TAKE: Arg = Arg::optional("take", Kind::Take, "A take: this one, whatever is circled");
const MEDIA: Arg = Arg::optional("media", Kind::Media, "An imported file");
const TITLE: Arg = Arg::optional("title", Kind::Text, "Words");
const START: Arg = Arg::optional("start", Kind::Time, "Where it begins in itself");
const DURATION: Arg = Arg::optional("duration", Kind::Time, "How long it is; as long as there is of it without it");

const EDGES: &[(&str, Edge)] = &[("end", Edge::End), ("start", Edge::Start)];

/// Runs an edit of the timeline that is named, and says which items are new.
pub(super) fn on(
    studio: &mut Studio,
    args: &Args,
    edit: impl FnOnce(&Project, TimelineId) -> Result<TimelineEdit, CommandError>,
) -> Result<Value, CommandError> {
    let project = studio.project().clone();
    let timeline = args.timeline("timeline", &project)?;
    studio.edit(Edit::Timeline(timeline, edit(&project, timeline)?))?;
    // New ids are higher than all that were given out before.
    let first: ItemId = project.ids.next();
    let fresh = studio.project().timeline(timeline).map(|after| {
        let items = after.tracks.iter().flat_map(|track| &track.items);
        items.filter(|item| item.id >= first && !item.is_gap()).map(|item| item.id).collect::<Vec<_>>()
    });
    Ok(match fresh {
        Some(items) if !items.is_empty() => json!({ "items": items }),
        _ => Value::Null,
    })
}

/// What is put on a timeline, and how long it usually is.
fn content(args: &Args, project: &Project) -> Result<(Content, Option<Flicks>), CommandError> {
    if let Some(take) = args.take("take")? {
        let found = project.arrived.takes.get(&take);
        let found = found.ok_or_else(|| CommandError::Argument(format!("there is no take {}", take.0)))?;
        return Ok((Content::Shot { shot: found.shot, pinned: Some(take) }, Some(found.duration())));
    }
    if args.has("shot") {
        let shot = args.shot("shot", project)?;
        let length = project.storyboard.shot(shot).map(|shot| shot.range().end());
        return Ok((Content::Shot { shot, pinned: None }, length));
    }
    if args.has("media") {
        let media = args.media("media", project)?;
        let duration = project.arrived.facts.get(&media).map(|facts| facts.duration).filter(|d| d.0 > 0);
        let duration = duration.or(args.time("duration", project)?);
        let unknown =
            || CommandError::Argument("how long the file is was not found out yet; give a duration".to_owned());
        let duration = duration.ok_or_else(unknown)?;
        let available_range = TimeRange::between(Flicks(0), duration);
        return Ok((Content::Clip { media, available_range }, Some(duration)));
    }
    Ok((Content::Title(args.text("title")?), None))
}

fn new_item(args: &Args, project: &Project) -> Result<NewItem, CommandError> {
    let (content, usual) = content(args, project)?;
    // What a shot goes on from is no part of it.
    let head = match &content {
        Content::Shot { shot, pinned: None } => project.storyboard.shot(*shot).map(|shot| shot.handles.head),
        _ => None,
    };
    let start = args.time("start", project)?.or(head).unwrap_or_default();
    let rest = usual.map(|all| Flicks(all.0 - start.0)).unwrap_or(project.settings.rate.frame_start(48));
    let duration = args.time("duration", project)?.unwrap_or(rest);
    let source_range = TimeRange::between(start, Flicks(start.0.saturating_add(duration.0)));
    Ok(NewItem { content, source_range })
}

/// A trim or slip of a shot's item stops where its take ends: beyond it there is a slug, which nobody wants by accident.
fn within_take(project: &Project, timeline: TimelineId, args: &Args, edge: Edge, by: Flicks) -> Flicks {
    let item = args.item("item", project, timeline).ok().and_then(|id| project.timeline(timeline)?.item(id).cloned());
    let Some(item) = item.filter(|item| matches!(item.content, Content::Shot { .. })) else { return by };
    let seen = kinora_project::seen(project, &item);
    let (Edge::End, [first]) = (edge, &seen[..]) else { return by };
    let Seen::Take(take, _) = &first.what else { return by };
    let all = project.arrived.takes.get(take).map_or(Flicks(0), |take| take.duration());
    let Some(all) = item.pace.of_source(TimeRange::between(Flicks(0), all)) else { return by };
    let left = all.end().0 - item.source_range.end().0;
    Flicks(by.0.min(left.max(0)))
}

pub const COMMANDS: &[Command] = &[
    Command {
        id: "clip.insert",
        label: "Insert…",
        tooltip: "Puts something in at a time; what follows moves along",
        shortcut: Some(","),
        menu: Menu::Timeline,
        args: &[TIMELINE, TRACK, TIME, SHOT, TAKE, MEDIA, TITLE, START, DURATION],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                let (track, at) = (args.track("track", project, timeline)?, args.needed_time("time", project)?);
                Ok(TimelineEdit::Insert { track, at, item: new_item(args, project)? })
            })
        },
    },
    Command {
        id: "clip.overwrite",
        label: "Overwrite…",
        tooltip: "Puts something over what is there; nothing moves",
        shortcut: Some("."),
        menu: Menu::Timeline,
        args: &[TIMELINE, TRACK, TIME, SHOT, TAKE, MEDIA, TITLE, START, DURATION],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                let (track, at) = (args.track("track", project, timeline)?, args.needed_time("time", project)?);
                Ok(TimelineEdit::Overwrite { track, at, item: new_item(args, project)? })
            })
        },
    },
    Command {
        id: "clip.fill",
        label: "Fill gap…",
        tooltip: "Puts something into a gap, as long as the gap or as itself",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[
            TIMELINE,
            Arg::needed("gap", Kind::Item, "Which gap, by id"),
            Arg::optional("by", Kind::Choice(&["gap", "source"]), "What says how long it becomes; the gap without it"),
            SHOT,
            TAKE,
            MEDIA,
            TITLE,
            START,
            DURATION,
        ],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                let (gap, by) = (
                    args.item("gap", project, timeline)?,
                    args.choice("by", &[("gap", Filling::Gap), ("source", Filling::Source)])?,
                );
                Ok(TimelineEdit::Fill { gap, item: new_item(args, project)?, by })
            })
        },
    },
    Command {
        id: "clip.replace",
        label: "Replace…",
        tooltip: "Puts something else in an item's place for the same time, such as a pinned take",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[TIMELINE, ITEM, SHOT, TAKE, MEDIA, TITLE, DURATION],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                let (item, (content, _)) = (args.item("item", project, timeline)?, content(args, project)?);
                Ok(TimelineEdit::SetContent { item, content })
            })
        },
    },
    Command {
        id: "clip.slice",
        label: "Slice",
        tooltip: "Cuts what is at a time in two",
        shortcut: Some("Ctrl+K"),
        menu: Menu::Timeline,
        args: &[TIMELINE, TRACK, TIME],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                let (track, at) = (args.track("track", project, timeline)?, args.needed_time("time", project)?);
                Ok(TimelineEdit::Slice { track, at })
            })
        },
    },
    Command {
        id: "clip.trim",
        label: "Trim…",
        tooltip: "Moves one end of an item; a gap appears or its neighbour gives way",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[TIMELINE, ITEM, EDGE, BY],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                let (item, edge) = (args.item("item", project, timeline)?, args.choice("edge", EDGES)?);
                let by = within_take(project, timeline, args, edge, args.needed_time("by", project)?);
                Ok(TimelineEdit::Trim { item, edge, by })
            })
        },
    },
    Command {
        id: "clip.ripple",
        label: "Ripple trim…",
        tooltip: "Moves one end of an item and everything after it",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[TIMELINE, ITEM, EDGE, BY],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                let (item, edge) = (args.item("item", project, timeline)?, args.choice("edge", EDGES)?);
                let by = within_take(project, timeline, args, edge, args.needed_time("by", project)?);
                Ok(TimelineEdit::Ripple { item, edge, by })
            })
        },
    },
    Command {
        id: "clip.roll",
        label: "Roll…",
        tooltip: "Moves the cut between two items; all else stays",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[TIMELINE, ITEM, EDGE, BY],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                let (item, edge) = (args.item("item", project, timeline)?, args.choice("edge", EDGES)?);
                Ok(TimelineEdit::Roll { item, edge, by: args.needed_time("by", project)? })
            })
        },
    },
    Command {
        id: "clip.slip",
        label: "Slip…",
        tooltip: "Shows another part of the source in the same place",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[TIMELINE, ITEM, BY],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                let by = within_take(project, timeline, args, Edge::End, args.needed_time("by", project)?);
                Ok(TimelineEdit::Slip { item: args.item("item", project, timeline)?, by })
            })
        },
    },
    Command {
        id: "clip.slide",
        label: "Slide…",
        tooltip: "Moves an item between its neighbours, which give way",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[TIMELINE, ITEM, BY],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                Ok(TimelineEdit::Slide {
                    item: args.item("item", project, timeline)?,
                    by: args.needed_time("by", project)?,
                })
            })
        },
    },
    Command {
        id: "clip.remove",
        label: "Remove",
        tooltip: "Takes an item out; a gap stays, or what follows closes up",
        shortcut: Some("Delete"),
        menu: Menu::Timeline,
        args: &[TIMELINE, ITEM, Arg::optional("close_up", Kind::Flag, "What follows closes up")],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                Ok(TimelineEdit::Remove {
                    item: args.item("item", project, timeline)?,
                    close_up: args.flag("close_up")?,
                })
            })
        },
    },
    Command {
        id: "timeline.lift",
        label: "Lift",
        tooltip: "Takes a range out of every unlocked track and leaves gaps",
        shortcut: Some(";"),
        menu: Menu::Timeline,
        args: &[TIMELINE, FROM, TO],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, _| {
                let (from, to) = (args.needed_time("from", project)?, args.needed_time("to", project)?);
                Ok(TimelineEdit::Lift { range: TimeRange::between(from, to) })
            })
        },
    },
    Command {
        id: "timeline.extract",
        label: "Extract",
        tooltip: "Takes a range out of every unlocked track and closes up",
        shortcut: Some("'"),
        menu: Menu::Timeline,
        args: &[TIMELINE, FROM, TO],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, _| {
                let (from, to) = (args.needed_time("from", project)?, args.needed_time("to", project)?);
                Ok(TimelineEdit::Extract { range: TimeRange::between(from, to) })
            })
        },
    },
    Command {
        id: "clip.link",
        label: "Link",
        tooltip: "Makes items be edited together, such as a picture and its sound",
        shortcut: Some("Ctrl+L"),
        menu: Menu::Timeline,
        args: &[TIMELINE, Arg::needed("items", Kind::Ids, "Which items, by id")],
        enabled: has_timelines,
        run: |studio, args| on(studio, args, |_, _| Ok(TimelineEdit::Link { items: args.ids("items")? })),
    },
    Command {
        id: "clip.unlink",
        label: "Unlink",
        tooltip: "Makes linked items be edited each by itself again",
        shortcut: Some("Ctrl+Shift+L"),
        menu: Menu::Timeline,
        args: &[TIMELINE, ITEM],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                Ok(TimelineEdit::Unlink { item: args.item("item", project, timeline)? })
            })
        },
    },
    Command {
        id: "clip.set-transition",
        label: "Set transition…",
        tooltip: "Sets how an item comes in from what is before it",
        shortcut: Some("Ctrl+T"),
        menu: Menu::Timeline,
        args: &[
            TIMELINE,
            ITEM,
            Arg::optional("kind", Kind::Choice(&["dissolve", "dip", "wipe"]), "Its kind; a dissolve without it"),
            Arg::optional("duration", Kind::Time, "How long it takes; a cut without it"),
        ],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                let kinds = [
                    ("dissolve", TransitionKind::Dissolve),
                    ("dip", TransitionKind::Dip),
                    ("wipe", TransitionKind::Wipe),
                ];
                let kind = args.choice("kind", &kinds)?;
                let transition = args.time("duration", project)?.map(|duration| Transition { kind, duration });
                Ok(TimelineEdit::SetTransition { item: args.item("item", project, timeline)?, transition })
            })
        },
    },
    Command {
        id: "timeline.conform",
        label: "Conform scene",
        tooltip: "Brings a scene on a track in step with the board; what was cut by hand stays",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[TIMELINE, TRACK, Arg::needed("scene", Kind::Scene, "Which scene")],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                let (track, scene) = (args.track("track", project, timeline)?, args.scene("scene", project)?);
                Ok(TimelineEdit::Conform { track, scene })
            })
        },
    },
    Command {
        id: "track.add",
        label: "Add track…",
        tooltip: "Adds a track for pictures, sound or titles",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[
            TIMELINE,
            Arg::needed("name", Kind::Text, "Its name"),
            Arg::optional("kind", Kind::Choice(&["video", "audio", "title"]), "What it holds; pictures without it"),
            Arg::optional("at", Kind::Whole, "Its place from below, counted from 0; on top without it"),
        ],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |_, _| {
                let kinds = [("video", TrackKind::Video), ("audio", TrackKind::Audio), ("title", TrackKind::Title)];
                let (kind, name, at) = (args.choice("kind", &kinds)?, args.text("name")?, args.place("at")?);
                Ok(TimelineEdit::AddTrack { kind, name, at })
            })
        },
    },
    Command {
        id: "track.change",
        label: "Change track…",
        tooltip: "Gives a track another name, and locks or unlocks it",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[
            TIMELINE,
            TRACK,
            Arg::needed("name", Kind::Text, "Its name"),
            Arg::optional("locked", Kind::Flag, "No edit touches it"),
        ],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                let track = args.track("track", project, timeline)?;
                Ok(TimelineEdit::ChangeTrack { track, name: args.text("name")?, locked: args.flag("locked")? })
            })
        },
    },
    Command {
        id: "track.remove",
        label: "Remove track",
        tooltip: "Takes a track and its items out",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[TIMELINE, TRACK],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                Ok(TimelineEdit::RemoveTrack { track: args.track("track", project, timeline)? })
            })
        },
    },
    Command {
        id: "marker.add",
        label: "Add marker",
        tooltip: "Puts a note at a time",
        shortcut: Some("M"),
        menu: Menu::Timeline,
        args: &[TIMELINE, TIME, Arg::optional("text", Kind::Text, "What it says")],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, _| {
                Ok(TimelineEdit::AddMarker { at: args.needed_time("time", project)?, text: args.text("text")? })
            })
        },
    },
    Command {
        id: "marker.change",
        label: "Change marker…",
        tooltip: "Moves a marker or changes what it says",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[
            TIMELINE,
            Arg::needed("marker", Kind::Whole, "Which marker, by id"),
            TIME,
            Arg::optional("text", Kind::Text, "What it says"),
        ],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, _| {
                let marker = MarkerId(args.whole("marker")?.unwrap_or_default());
                Ok(TimelineEdit::ChangeMarker {
                    marker,
                    at: args.needed_time("time", project)?,
                    text: args.text("text")?,
                })
            })
        },
    },
    Command {
        id: "marker.remove",
        label: "Remove marker…",
        tooltip: "Takes a marker out",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[TIMELINE, Arg::needed("marker", Kind::Whole, "Which marker, by id")],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |_, _| {
                Ok(TimelineEdit::RemoveMarker { marker: MarkerId(args.whole("marker")?.unwrap_or_default()) })
            })
        },
    },
];
