//! Items under the pointer on their way: which edit a drag is, and where it snaps. All of a drag is one step of undo.
//!
//! Deliberately not here: what starts one (`touch.rs`), and what an edit does (the verbs of the document).

use super::overlap::Overlap;
use super::rows::{Row, Table};
use super::snap::{Near, REACH, Snaps};
use crate::intent::Intent;
use crate::session::Tool;
use crate::view::View;
use egui::{Id, Key, Pos2, Ui};
use kinora_project::timeline::edit::{Edge, Landing};
use kinora_project::timeline::{Content, Item, Track};
use kinora_project::{Edit, ItemId, Project, Seen, TimelineEdit, TimelineId, TrackId, seen};
use kinora_time::{Flicks, TimeRange};
use serde_json::{Value, json};
use std::sync::Arc;

/// What a drag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Move,
    Trim(Edge),
    Ripple(Edge),
    Roll(Edge),
    Slip,
    Slide,
}

impl Verb {
    /// What a tool does at a place of an item; `left` and `right` are how far the pointer is from the ends, in points.
    pub fn of(tool: Tool, left: f32, right: f32) -> Option<Self> {
        // An end gets no more than a quarter of a small item.
        let zone = ((left + right) / 4.0).min(8.0);
        let nearer = if left < right { Edge::Start } else { Edge::End };
        let at_end = left.min(right) <= zone;
        match tool {
            Tool::Select if at_end => Some(Self::Trim(nearer)),
            Tool::Select => Some(Self::Move),
            Tool::Blade => None,
            Tool::Ripple => Some(Self::Ripple(nearer)),
            Tool::Roll => Some(Self::Roll(nearer)),
            Tool::Slip => Some(Self::Slip),
            Tool::Slide => Some(Self::Slide),
        }
    }
}

/// A drag that goes on.
#[derive(Debug, Clone)]
pub(super) struct Drag {
    verb: Verb,
    timeline: TimelineId,
    item: ItemId,
    range: TimeRange,
    track: TrackId,
    items: Vec<ItemId>,
    /// When the first of the items begins.
    earliest: Flicks,
    /// The time that was taken hold of.
    from: Flicks,
    /// How much of its take or file is left before the item and after it.
    left: Option<(Flicks, Flicks)>,
    /// Whether something can be generated beyond that.
    extends: bool,
    snaps: Arc<Snaps>,
    /// Its track, as it was.
    before: Arc<Track>,
    begun: bool,
}

/// What a drag shows beside the items themselves.
pub(super) struct Shown {
    /// Where it snapped, and why.
    pub snapped: Option<(Flicks, Near)>,
    /// How far it went.
    pub by: Flicks,
    /// Whether what is there makes room.
    pub between: bool,
    /// What would be generated, and on which track.
    pub beyond: Option<(TrackId, TimeRange)>,
}

fn key() -> Id {
    Id::unique("timeline-drag")
}

impl Drag {
    /// Takes hold of an item.
    pub fn begin(ui: &Ui, view: &View<'_>, table: &Table, (row, place): (&Row, usize), verb: Verb, at: Pos2) {
        let Some((item, range)) = row.track.items.get(place).zip(table.index.range(row.place, place)) else { return };
        let selected = &view.session.selected.items;
        let items = if verb == Verb::Move { selected.iter().copied().collect() } else { vec![item.id] };
        // The grabbed one says which track the others come from.
        let mut items: Vec<ItemId> = items;
        items.sort_by_key(|other| *other != item.id);
        let starts = items.iter().filter_map(|item| {
            let (row, place) = table.find(*item)?;
            table.index.range(row.place, place).map(TimeRange::start)
        });
        let earliest = starts.min().unwrap_or(range.start());
        let own = [range.start(), range.end()];
        let drag = Self {
            verb,
            timeline: table.timeline.id,
            item: item.id,
            range,
            track: row.track.id,
            items,
            earliest,
            from: table.scale.time_at(at.x),
            left: left_of(view.project(), item),
            extends: item.pace.is_normal(),
            snaps: Arc::new(Snaps::of(view, table, &own, true)),
            before: row.track.clone(),
            begun: false,
        };
        ui.data_mut(|data| data.insert_temp(key(), drag));
    }

    /// Whether one goes on.
    pub fn goes_on(ui: &Ui) -> bool {
        ui.data(|data| data.get_temp::<Self>(key())).is_some()
    }

    /// Goes on with the one there is, or ends it.
    pub fn go_on(ui: &Ui, view: &mut View<'_>, table: &Table) -> Option<Shown> {
        let mut drag = ui.data(|data| data.get_temp::<Self>(key()))?;
        let (down, escape) = ui.input(|input| (input.pointer.primary_down(), input.key_pressed(Key::Escape)));
        let at = ui.input(|input| input.pointer.latest_pos()).unwrap_or_default();
        let between = drag.verb == Verb::Move && ui.input(|input| input.modifiers.command);
        let (by, snapped) = drag.by(view, table, at.x);
        let to = table.row_at(at.y).filter(|_| drag.verb == Verb::Move);
        let to = to.filter(|row| table.row_of(drag.track).is_some_and(|home| home.track.kind == row.track.kind));
        let to = to.map(|row| row.track.id).filter(|to| *to != drag.track);
        let edit = drag.edit(by, to, if between { Landing::Between } else { Landing::Over });
        let (beyond, track) = (drag.beyond(by), drag.track);
        let over = escape || !down || view.session.timeline != drag.timeline;
        if !drag.begun && !over {
            drag.begun = true;
            view.out.push(Intent::BeginDrag(edit.label()));
        }
        let nothing = by.0 == 0 && to.is_none();
        let generates = beyond.filter(|_| over && !escape && !down);
        if let Some((edge, range)) = generates {
            // One step: what there is of it, and what is generated from there on.
            view.out.push(Intent::CancelDrag);
            view.out.push(Intent::Commands(drag.extension(view, edge, range.duration())));
            ui.data_mut(|data| data.remove::<Self>(key()));
            return Some(Shown { snapped, by, between, beyond: None });
        }
        if over && !escape && !down && !nothing {
            let alone = drag.verb == Verb::Move && drag.items.len() == 1 && to.is_none() && !between;
            let range = TimeRange::between(Flicks(drag.range.start().0 + by.0), Flicks(drag.range.end().0 + by.0));
            let overlap = alone.then(|| Overlap::of(drag.timeline, &drag.before, drag.item, range));
            view.session.overlap = overlap.flatten();
        }
        view.out.push(match (over, down && over || nothing) {
            (true, true) => Intent::CancelDrag,
            (true, false) => Intent::EndDrag(edit),
            (false, _) => Intent::Drag(edit),
        });
        ui.data_mut(|data| {
            if over {
                data.remove::<Self>(key());
            } else {
                data.insert_temp(key(), drag);
            }
        });
        Some(Shown { snapped, by, between, beyond: beyond.map(|(_, range)| (track, range)) })
    }

    /// What an end was drawn out over, where there is nothing of its media any more.
    fn beyond(&self, by: Flicks) -> Option<(Edge, TimeRange)> {
        let (before, after) = self.left.filter(|_| self.extends)?;
        match self.verb {
            Verb::Trim(Edge::End) | Verb::Ripple(Edge::End) if by > after => {
                let end = self.range.end().0;
                Some((Edge::End, TimeRange::between(Flicks(end + after.0), Flicks(end + by.0))))
            }
            Verb::Trim(Edge::Start) | Verb::Ripple(Edge::Start) if by.0 < -before.0 => {
                let start = self.range.start().0;
                Some((Edge::Start, TimeRange::between(Flicks(start + by.0), Flicks(start - before.0))))
            }
            _ => None,
        }
    }

    /// The commands that show the rest of the media and generate beyond it.
    fn extension(&self, view: &View<'_>, edge: Edge, length: Flicks) -> Vec<(&'static str, Value)> {
        let (timeline, item) = (self.timeline, self.item);
        let (before, after) = self.left.unwrap_or_default();
        let (name, rest) = match edge {
            Edge::Start => ("start", Flicks(-before.0)),
            Edge::End => ("end", after),
        };
        let trim = if matches!(self.verb, Verb::Ripple(_)) { "clip.ripple" } else { "clip.trim" };
        let by = |time: Flicks| crate::action::frames(view, time);
        let mut commands = Vec::new();
        if view.project().settings.rate.nearest_frame(rest) != 0 {
            commands.push((trim, json!({ "timeline": timeline, "item": item, "edge": name, "by": by(rest) })));
        }
        let args = json!({ "timeline": timeline, "item": item, "edge": name, "by": by(length) });
        commands.push(("tool.extend", args));
        commands
    }

    /// How far it goes, in whole frames or to what it snaps to.
    fn by(&self, view: &View<'_>, table: &Table, x: f32) -> (Flicks, Option<(Flicks, Near)>) {
        let wanted = table.scale.time_at(x).0 - self.from.0;
        let (start, end) = (self.range.start().0, self.range.end().0);
        let anchors: &[i64] = match self.verb {
            Verb::Move | Verb::Slide => &[start, end],
            Verb::Trim(Edge::Start) | Verb::Ripple(Edge::Start) | Verb::Roll(Edge::Start) => &[start],
            Verb::Trim(Edge::End) | Verb::Ripple(Edge::End) | Verb::Roll(Edge::End) => &[end],
            Verb::Slip => &[],
        };
        let reach = table.scale.length_of(REACH);
        let near = anchors.iter().filter_map(|anchor| {
            let (at, why) = self.snaps.near(Flicks(anchor + wanted), reach)?;
            Some((at.0 - anchor, (at, why.clone())))
        });
        let near = near.min_by_key(|(by, _)| (by - wanted).abs());
        let least = if self.verb == Verb::Move { -self.earliest.0 } else { i64::MIN };
        if let Some((by, snapped)) = near.filter(|(by, _)| *by >= least) {
            return (Flicks(by), Some(snapped));
        }
        let rate = view.project().settings.rate;
        let anchor = anchors.first().copied().unwrap_or(0);
        let landed = rate.frame_start(rate.nearest_frame(Flicks(anchor + wanted))).0;
        (Flicks((landed - anchor).max(least)), None)
    }

    fn edit(&self, by: Flicks, to: Option<TrackId>, landing: Landing) -> Edit {
        let item = self.item;
        // Beyond the end of a take there is a slug, which nobody wants by accident.
        let within_take = |by: Flicks| self.left.map_or(by, |(_, left)| Flicks(by.0.min(left.0)));
        let ended = |edge: Edge| if edge == Edge::End { within_take(by) } else { by };
        let edit = match self.verb {
            Verb::Move => TimelineEdit::Move { items: self.items.clone(), by, to, landing },
            Verb::Trim(edge) => TimelineEdit::Trim { item, edge, by: ended(edge) },
            Verb::Ripple(edge) => TimelineEdit::Ripple { item, edge, by: ended(edge) },
            Verb::Roll(edge) => TimelineEdit::Roll { item, edge, by },
            // Drawn to the right, what is earlier comes into view.
            Verb::Slip => TimelineEdit::Slip { item, by: within_take(Flicks(-by.0)) },
            Verb::Slide => TimelineEdit::Slide { item, by },
        };
        Edit::Timeline(self.timeline, edit)
    }
}

/// How much of its take or file lies before an item's beginning and after its end; nothing if it shows a slug anyway.
fn left_of(project: &Project, item: &Item) -> Option<(Flicks, Flicks)> {
    let all = match &item.content {
        Content::Clip { .. } => item.available_range()?,
        Content::Shot { .. } => {
            let [segment] = &seen(project, item)[..] else { return None };
            let Seen::Take(take, _) = &segment.what else { return None };
            item.pace.of_source(TimeRange::between(Flicks(0), project.arrived.takes.get(take)?.duration()))?
        }
        Content::Title(_) | Content::Gap => return None,
    };
    let before = item.source_range.start().0 - all.start().0;
    let after = all.end().0 - item.source_range.end().0;
    Some((Flicks(before.max(0)), Flicks(after.max(0))))
}
