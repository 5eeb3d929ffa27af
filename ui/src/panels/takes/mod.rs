//! The takes of the selected shot side by side, on one playhead: to compare, judge, and choose. Those that are auditioned come first.
//!
//! Deliberately not here: frames; the desk's monitors have them.

mod audition;
mod bar;
mod cell;
mod strip;
#[cfg(test)]
mod tests;
mod wipe;

use crate::theme::{Icon, SPACE};
use crate::tr;
use crate::view::View;
use crate::widgets::empty_ui;
use egui::{Id, Rect, Ui, UiBuilder, Vec2};
use kinora_project::timeline::Content;
use kinora_project::{ShotId, TakeId};
use kinora_time::Flicks;

/// The first monitor that takes use.
const FIRST_SLOT: usize = 2;
/// A cell narrower than this shows too little.
const NARROWEST: f32 = 240.0;

/// How takes are compared.
#[derive(Debug, Clone, Default)]
struct Compare {
    /// How many side by side; as many as fit without a choice.
    across: Option<usize>,
    /// One over the other, with a line between.
    wipe: bool,
    /// Where the line is, as a part of the picture's width.
    line: Option<f32>,
    /// Those that a person chose to see, the last one last.
    chosen: Vec<TakeId>,
    /// Whether takes are seen although others are auditioned.
    finished: bool,
}

fn key() -> Id {
    Id::unique("takes-compare")
}

pub(crate) use audition::{drop_chosen, go, keep};

/// Draws the takes.
pub(crate) fn takes_ui(ui: &mut Ui, view: &mut View<'_>) {
    // There is always something to compare, if there are takes.
    if view.shot().is_none() {
        view.session.selected.shots.extend(first_shot(view));
    }
    let Some(shot) = view.shot() else {
        empty_ui(ui, Icon::Columns2, &tr!("takes-no-shot"));
        return;
    };
    let takes = view.session.derived.takes_of(shot).to_vec();
    let candidates = audition::candidates(view, shot);
    let mut compare = ui.data(|data| data.get_temp::<Compare>(key())).unwrap_or_default();
    if !candidates.is_empty() && (takes.is_empty() || !compare.finished) {
        let all = ui.max_rect();
        let (above, rest) = all.split_top_bottom_at_y(all.top() + bar::LINE);
        bar::audition_ui(ui, view, &mut compare, (shot, takes.len(), candidates.len()), above);
        audition::audition_ui(ui, view, &candidates, rest);
        ui.data_mut(|data| data.insert_temp(key(), compare));
        return;
    }
    if takes.is_empty() {
        empty_ui(ui, Icon::Columns2, &tr!("takes-empty", key = view.keys("shot.draft")));
        return;
    }
    let frames = longest(view);
    let (rate, now) = (view.project().settings.rate, view.now);
    view.session.takes_transport.tick(now, rate, frames, None);
    if view.session.takes_transport.is_playing() {
        ui.ctx().request_repaint();
    }
    compare.chosen.retain(|take| takes.contains(take));
    let all = ui.max_rect();
    let (above, rest) = all.split_top_bottom_at_y(all.top() + bar::HEIGHT);
    let cells = cells(&compare, takes.len(), rest.size());
    bar::bar_ui(ui, view, &mut compare, (shot, takes.len(), frames, cells), !candidates.is_empty(), above);
    let strip = if takes.len() > cells { strip::HEIGHT } else { 0.0 };
    let (middle, below) = rest.split_top_bottom_at_y(rest.bottom() - strip);
    let shown = shown(&takes, &compare, cells);
    if compare.wipe && shown.len() == 2 {
        wipe::wipe_ui(ui, view, &mut compare, [shown[0], shown[1]], middle);
    } else {
        grid_ui(ui, view, shot, &shown, middle);
    }
    if strip > 0.0 {
        strip::strip_ui(ui, view, &mut compare, (&takes, &shown), below);
    }
    ui.data_mut(|data| data.insert_temp(key(), compare));
}

/// The shot under the playhead if it has takes, else the first that has.
fn first_shot(view: &View<'_>) -> Option<ShotId> {
    let has_takes = |shot: &ShotId| !view.session.derived.takes_of(*shot).is_empty();
    let here = crate::action::playhead(view);
    let timeline = view.timeline();
    let under = timeline.iter().flat_map(|timeline| timeline.tracks.iter().rev()).find_map(|track| {
        let mut end = Flicks(0);
        let item = track.items.iter().find(|item| {
            end.0 += item.duration().0;
            here < end
        })?;
        if let Content::Shot { shot, .. } = item.content { Some(shot).filter(has_takes) } else { None }
    });
    under.or_else(|| view.project().storyboard.shots().map(|shot| shot.id).find(has_takes))
}

/// How many takes there is room for.
fn cells(compare: &Compare, takes: usize, room: Vec2) -> usize {
    if compare.wipe {
        return takes.min(2);
    }
    let fit = match (room.x >= 2.0 * NARROWEST, room.y >= 480.0) {
        (true, true) => 4,
        (true, false) => 2,
        (false, _) => 1,
    };
    compare.across.unwrap_or(fit).min(takes)
}

/// Those that were chosen, and others until the cells are full; in the order in which they came.
fn shown(takes: &[TakeId], compare: &Compare, cells: usize) -> Vec<TakeId> {
    let mut shown: Vec<TakeId> = compare.chosen.iter().rev().take(cells).copied().collect();
    for take in takes {
        if shown.len() < cells && !shown.contains(take) {
            shown.push(*take);
        }
    }
    shown.sort_by_key(|take| takes.iter().position(|other| other == take));
    shown
}

fn grid_ui(ui: &mut Ui, view: &mut View<'_>, shot: ShotId, shown: &[TakeId], room: Rect) {
    let room = room.shrink(SPACE[1]);
    let columns = if shown.len() == 1 || room.width() < 2.0 * NARROWEST { 1 } else { 2 };
    let rows = shown.len().div_ceil(columns);
    let gap = SPACE[1];
    let each = Vec2::new(
        (room.width() - gap * (columns - 1) as f32) / columns as f32,
        (room.height() - gap * (rows - 1) as f32) / rows as f32,
    );
    for (place, take) in shown.iter().enumerate() {
        let at = Vec2::new((place % columns) as f32 * (each.x + gap), (place / columns) as f32 * (each.y + gap));
        let rect = Rect::from_min_size(room.min + at, each);
        ui.scope_builder(UiBuilder::new().max_rect(rect).id_salt(take.0), |ui| {
            cell::cell_ui(ui, view, shot, (*take, FIRST_SLOT + place), rect);
        });
    }
}

/// Frames of the project's rate that the longest take of the selected shot has.
pub(crate) fn longest(view: &View<'_>) -> u32 {
    let rate = view.project().settings.rate;
    let takes = view.shot().map(|shot| view.session.derived.takes_of(shot)).unwrap_or_default();
    let durations = takes.iter().filter_map(|take| view.project().arrived.takes.get(take)).map(|take| take.duration());
    let longest = durations.max().unwrap_or_default();
    u32::try_from(rate.nearest_frame(longest)).unwrap_or(0).max(1)
}

/// The time in a take that the common playhead is at; a shorter take stays on its last frame.
fn time_in(view: &View<'_>, take: TakeId) -> Flicks {
    let rate = view.project().settings.rate;
    let at = rate.frame_start(i64::from(view.session.takes_transport.frame()));
    let duration = view.project().arrived.takes.get(&take).map(|take| take.duration()).unwrap_or_default();
    Flicks(at.0.min(duration.0 - rate.frame_duration().0).max(0))
}

/// A take's number, counted from 1.
fn number(view: &View<'_>, take: TakeId) -> usize {
    let shot = view.project().arrived.takes.get(&take).map(|take| take.shot);
    let takes = shot.map(|shot| view.session.derived.takes_of(shot)).unwrap_or_default();
    takes.iter().position(|other| *other == take).map_or(0, |place| place + 1)
}

/// The largest picture of the project's shape in a rectangle.
fn picture_in(view: &View<'_>, room: Rect) -> Rect {
    let aspect = &view.project().settings.aspect;
    let ratio = aspect.split_once(':').and_then(|(w, h)| Some(w.parse::<f32>().ok()? / h.parse::<f32>().ok()?));
    let ratio = ratio.filter(|ratio| ratio.is_finite() && *ratio > 0.0).unwrap_or(16.0 / 9.0);
    let width = room.width().min(room.height().max(1.0) * ratio);
    Rect::from_center_size(room.center(), Vec2::new(width, width / ratio))
}
