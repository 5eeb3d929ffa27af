//! The items of every row that are seen. Those narrower than a few points are drawn together, as many as lie in a few points, so that
//! a frame costs what is on screen and not what is on the timeline.

use super::rows::{Row, Table};
use super::{body, touch, transition};
use crate::theme::theme;
use crate::view::View;
use crate::widgets::mixed;
use egui::{Mesh, Rect, Shape, Ui, pos2};
use kinora_time::Flicks;

/// Points from which on an item is drawn and touched by itself.
const ALONE: f32 = 5.0;

pub(super) fn items_ui(ui: &mut Ui, view: &mut View<'_>, table: &mut Table) {
    let (from, to) = table.scale.seen();
    let rows: Vec<Row> = table.rows.clone();
    for row in &rows {
        if !row.lane.intersects(table.places.lanes) {
            continue;
        }
        let places = table.index.within(row.place, from, to);
        let mut crowd = Mesh::default();
        let mut place = places.start;
        while place < places.end {
            let Some(range) = table.index.range(row.place, place) else { break };
            let rect = table.rect_of(row, range);
            if rect.width() + 1.0 < ALONE {
                place = crowd_of(ui, view, table, (row, place), &mut crowd).max(place + 1);
                continue;
            }
            if row.track.items[place].is_gap() {
                body::gap(ui, view, &row.track.items[place], rect);
            } else {
                body::item(ui, view, table, (row, place), rect);
                touch::item_ui(ui, view, table, (row, place), rect.intersect(table.places.lanes));
            }
            place += 1;
        }
        ui.painter().add(Shape::mesh(crowd));
        transition::transitions_ui(ui, view, table, row, places);
    }
}

/// Items that lie within a few points, as one block; returns the place of the first after them.
fn crowd_of(ui: &Ui, view: &View<'_>, table: &Table, (row, place): (&Row, usize), mesh: &mut Mesh) -> usize {
    let theme = theme(ui.ctx());
    let first = table.index.range(row.place, place).map_or(Flicks(0), |range| range.start());
    let until = Flicks(first.0 + table.scale.length_of(ALONE).0.max(1));
    let next = table.index.at(row.place, until).unwrap_or(row.track.items.len());
    let next = next.max(place + 1);
    // What is wide enough to stand by itself ends the block.
    let next = (place + 1..next).find(|other| {
        table.index.range(row.place, *other).is_some_and(|range| table.scale.width_of(range.duration()) >= ALONE)
    });
    let next = next.unwrap_or_else(|| table.index.at(row.place, until).unwrap_or(row.track.items.len()).max(place + 1));
    let item = &row.track.items[place];
    if !item.is_gap() {
        let end = table.index.range(row.place, next - 1).map_or(first, |range| range.end());
        let (left, right) = (table.scale.x_of(first), table.scale.x_of(end));
        let rect =
            Rect::from_min_max(pos2(left, row.lane.top()), pos2((right - 1.0).max(left + 1.0), row.lane.bottom()));
        let colour = super::describe::colour(&theme, view.project(), &row.track, item);
        let selected = view.session.selected.items.contains(&item.id);
        let colour = if selected { theme.accent } else { mixed(theme.raised, colour, 0.45) };
        mesh.add_colored_rect(rect, colour);
    }
    next
}
