//! Items under the pointer: selecting, cutting with the blade, taking hold; and the empty parts of lanes.

use super::drag::{Drag, Verb};
use super::rows::{Row, Table};
use super::snap::{REACH, Snaps};
use super::{describe, menu};
use crate::action::{frames, is_cut_by_hand, playhead};
use crate::layout::Panel;
use crate::session::{Last, Source, Status, Tool};
use crate::tr;
use crate::view::View;
use egui::{CursorIcon, Id, Pos2, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2};
use kinora_project::timeline::{Content, Item};
use kinora_project::{ItemId, Seen};
use kinora_time::Flicks;
use serde_json::json;
use std::collections::BTreeSet;

/// An item that is wide enough to be touched by itself.
pub(super) fn item_ui(ui: &mut Ui, view: &mut View<'_>, table: &mut Table, (row, place): (&Row, usize), rect: Rect) {
    let item = row.track.items[place].clone();
    let response = ui.interact(rect, Id::unique(("timeline-item", item.id)), Sense::click_and_drag());
    let selected = view.session.selected.items.contains(&item.id);
    response.widget_info(|| {
        let name = describe::name(view, table, &item);
        WidgetInfo::selected(Role::ListBoxOption, true, selected, tr!("timeline-item", what = name))
    });
    let pointer = ui.input(|input| input.pointer.interact_pos());
    if let Some(at) = pointer.filter(|_| response.hovered() && !Drag::goes_on(ui)) {
        ui.set_cursor_icon(cursor(view.session.cutting.tool, rect, at));
    }
    if response.clicked() {
        let at = pointer.filter(|at| rect.contains(*at));
        clicked(ui, view, table, (row, &item), at);
    }
    if response.double_clicked() && view.session.cutting.tool == Tool::Select {
        look_at_source(view, table, &item);
    }
    if response.secondary_clicked() && !selected {
        select(view, table, row, &item, false);
    }
    if response.drag_started() {
        let at = ui.input(|input| input.pointer.press_origin()).unwrap_or(rect.center());
        hold(ui, view, table, (row, place), at);
    }
    response.context_menu(|ui| menu::item_menu_ui(ui, view, &row.track, &item));
    let busy = response.dragged() || Drag::goes_on(ui) || egui::DragAndDrop::has_any_payload(ui.ctx());
    if !busy && !response.context_menu_opened() {
        let hint = |ui: &mut Ui| describe::hint_ui(ui, view, table, &item);
        response.on_hover_ui_at_pointer(hint);
    }
}

fn cursor(tool: Tool, rect: Rect, at: Pos2) -> CursorIcon {
    match Verb::of(tool, at.x - rect.left(), rect.right() - at.x) {
        None => CursorIcon::Crosshair,
        Some(Verb::Move) => CursorIcon::Default,
        Some(Verb::Roll(_)) => CursorIcon::ResizeColumn,
        Some(Verb::Trim(_) | Verb::Ripple(_) | Verb::Slip | Verb::Slide) => CursorIcon::ResizeHorizontal,
    }
}

fn clicked(ui: &Ui, view: &mut View<'_>, table: &Table, (row, item): (&Row, &Item), at: Option<Pos2>) {
    if view.session.cutting.tool == Tool::Blade {
        cut(ui, view, table, row, at);
        return;
    }
    let more = ui.input(|input| input.modifiers.shift || input.modifiers.command);
    select(view, table, row, item, more);
}

/// Selects an item and those that are linked with it; `more` adds it, or takes it out again.
pub(super) fn select(view: &mut View<'_>, table: &Table, row: &Row, item: &Item, more: bool) {
    let mut group = BTreeSet::from([item.id]);
    if let Some(link) = item.link {
        let items = table.timeline.tracks.iter().flat_map(|track| &track.items);
        group.extend(items.filter(|other| other.link == Some(link)).map(|other| other.id));
    }
    let selected = &mut view.session.selected;
    if !more {
        // The board and the library show the same thing selected.
        match &item.content {
            Content::Shot { shot, pinned } => {
                selected.select_shot(*shot);
                selected.take = *pinned;
            }
            Content::Clip { media, .. } => selected.media = Some(*media),
            Content::Title(_) | Content::Gap => {}
        }
        selected.items = group;
    } else if selected.items.contains(&item.id) {
        selected.items.retain(|other| !group.contains(other));
    } else {
        selected.items.extend(group);
    }
    selected.last = Last::Item;
    selected.track = table.by_hand.then_some(row.track.id);
}

/// Cuts at a point, or at the playhead if there is none.
fn cut(ui: &Ui, view: &mut View<'_>, table: &Table, row: &Row, at: Option<Pos2>) {
    if !is_cut_by_hand(view) {
        return;
    }
    let time = at.map_or_else(|| playhead(view), |at| blade_time(view, table, at.x));
    let time = frames(view, time);
    let everywhere = ui.input(|input| input.modifiers.shift);
    let timeline = table.timeline.id;
    let tracks = table.rows.iter().filter(|other| other.track.id == row.track.id || everywhere && !other.track.locked);
    let cuts = tracks.map(|row| ("clip.slice", json!({ "timeline": timeline, "track": row.track.id, "time": time })));
    view.out.push(crate::Intent::Commands(cuts.collect()));
}

/// Where the blade cuts: on a frame, or at what is near.
pub(super) fn blade_time(view: &View<'_>, table: &Table, x: f32) -> Flicks {
    let time = table.scale.time_at(x);
    let snaps = Snaps::of(view, table, &[], true);
    let rate = view.project().settings.rate;
    snaps
        .near(time, table.scale.length_of(REACH))
        .map_or_else(|| rate.frame_start(rate.nearest_frame(time)), |near| near.0)
}

fn hold(ui: &Ui, view: &mut View<'_>, table: &Table, (row, place): (&Row, usize), at: Pos2) {
    let Some(range) = table.index.range(row.place, place) else { return };
    let (left, right) = (table.scale.x_of(range.start()), table.scale.x_of(range.end()));
    let Some(verb) = Verb::of(view.session.cutting.tool, at.x - left, right - at.x) else { return };
    if !is_cut_by_hand(view) {
        return;
    }
    if row.track.locked {
        let text = tr!("timeline-track-locked", name = row.track.name.clone());
        view.session.status = Status { text, failed: true, undo: false };
        return;
    }
    let item = &row.track.items[place];
    if !view.session.selected.items.contains(&item.id) {
        select(view, table, row, item, false);
    }
    Drag::begin(ui, view, table, (row, place), verb, at);
}

/// What an item shows goes into the source monitor.
fn look_at_source(view: &mut View<'_>, table: &mut Table, item: &Item) {
    let source = table.index.seen(item).iter().find_map(|segment| match &segment.what {
        Seen::Take(take, _) => Some(Source::Take(*take)),
        Seen::Media(media, _) => Some(Source::Media(*media)),
        Seen::Slug(_) | Seen::Title(_) | Seen::Nothing => None,
    });
    if source.is_some() {
        view.session.source = source;
        view.session.reveal = Some(Panel::Source);
    }
}

/// The lanes under the items: a click chooses nothing, a gap, or an item too small to be touched; a drag draws a frame around items.
pub(super) fn ground_ui(ui: &Ui, view: &mut View<'_>, table: &Table) -> Response {
    let id = Id::unique("timeline-lanes");
    let response = ui.interact(table.places.lanes, id, Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::ListBox, true, tr!("timeline-lanes")));
    let at = ui.input(|input| input.pointer.interact_pos());
    if response.clicked() {
        let under = at.and_then(|at| table.under(at)).map(|(row, place)| (row, row.track.items[place].clone()));
        match under {
            Some((row, item)) => clicked(ui, view, table, (row, &item), at),
            None => view.session.selected.items.clear(),
        }
    }
    if response.secondary_clicked() {
        let under = at.and_then(|at| table.under(at)).map(|(row, place)| (row, row.track.items[place].clone()));
        match under.filter(|(_, item)| item.is_gap()) {
            Some((row, gap)) => select(view, table, row, &gap, false),
            None => view.session.selected.items.clear(),
        }
    }
    let chosen = view.session.selected.items.first().and_then(|item| table.timeline.item(*item));
    if let Some(gap) = chosen.filter(|item| item.is_gap()).cloned() {
        response.context_menu(|ui| menu::gap_menu_ui(ui, view, &gap));
    }
    if response.dragged() {
        let from = ui.input(|input| input.pointer.press_origin());
        if let Some((from, at)) = from.zip(at) {
            view.session.selected.items = framed(table, Rect::from_two_pos(from, at));
            view.session.selected.last = Last::Item;
        }
    }
    response
}

/// The items that a frame touches.
fn framed(table: &Table, frame: Rect) -> BTreeSet<ItemId> {
    let (from, to) = (table.scale.time_at(frame.left()), table.scale.time_at(frame.right()));
    let rows = table.rows.iter().filter(|row| row.lane.y_range().intersects(frame.y_range()));
    let items = rows.flat_map(|row| row.track.items.get(table.index.within(row.place, from, to)).unwrap_or_default());
    items.filter(|item| !item.is_gap()).map(|item| item.id).collect()
}

/// The frame that is being drawn.
pub(super) fn frame_of(ui: &Ui, ground: &Response) -> Option<Rect> {
    let (from, at) = ui.input(|input| input.pointer.press_origin().zip(input.pointer.interact_pos()))?;
    ground.dragged().then(|| Rect::from_two_pos(from, pos2(at.x, at.y)))
}
