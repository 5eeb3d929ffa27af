//! The timeline: tracks of items under a ruler. It reads the open timeline and emits commands and drags; how it is looked at lies in
//! the session.
//!
//! One frame: [`rows::Table`] says where everything lies, then each part is drawn from it. Only what is on screen costs anything
//! (`index.rs`, `items.rs`).

mod bar;
mod body;
mod describe;
mod drag;
mod drop;
mod glyph;
mod headers;
mod index;
mod items;
mod markers;
mod menu;
mod navigate;
mod overlap;
mod overlay;
mod rows;
mod ruler;
mod scale;
mod snap;
#[cfg(test)]
mod tests;
mod toolbar;
mod touch;
mod transition;
mod waveform;

pub use overlap::Overlap;

use crate::theme::{BODY, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::fitted_text;
use drag::Drag;
use egui::{Align2, Id, Ui, UiBuilder};
use index::Index;
use kinora_project::ASSEMBLY;
use rows::{Places, Table};

pub(crate) fn timeline_ui(ui: &mut Ui, view: &mut View<'_>) {
    let Some(timeline) = view.timeline() else { return };
    let places = Places::within(ui.max_rect());
    let (height, heights) = rows::heights(&timeline, places.lanes.height());
    let over = places.lanes.union(places.ruler).union(places.bar);
    let (scale, limits) = navigate::scale(ui, view, places.lanes, over, height - places.lanes.height());
    let rows = rows::rows(&timeline, &places, &heights, view.session.cutting.down);
    let kept = Id::unique("timeline-index");
    let mut index = ui.data_mut(|data| data.remove_temp::<Index>(kept)).unwrap_or_default();
    index.keep_up(view.project(), &timeline);
    let by_hand = view.session.timeline != ASSEMBLY;
    let mut table = Table { timeline, index, scale, places, rows, by_hand };
    toolbar::toolbar_ui(ui, view, &table, limits);
    lanes_ui(ui, view, &mut table);
    headers::headers_ui(ui, view, &table);
    ruler::ruler_ui(ui, view, &table);
    bar::bar_ui(ui, view, &table);
    overlay::playhead(ui, view, &table);
    ui.data_mut(|data| data.insert_temp(kept, table.index));
}

fn lanes_ui(ui: &mut Ui, view: &mut View<'_>, table: &mut Table) {
    let theme = theme(ui.ctx());
    let lanes = table.places.lanes;
    ui.scope_builder(UiBuilder::new().max_rect(lanes), |ui| {
        ui.set_clip_rect(lanes.intersect(ui.clip_rect()));
        ui.painter().rect_filled(lanes, 0.0, theme.background);
        for row in &table.rows {
            ui.painter().rect_filled(row.lane, 0.0, crate::widgets::mixed(theme.background, theme.panel, 0.6));
            ui.painter().hline(lanes.x_range(), row.lane.bottom() + 0.5, theme.line_stroke());
        }
        let ground = touch::ground_ui(ui, view, table);
        items::items_ui(ui, view, table);
        if table.timeline.duration().0 == 0 {
            empty(ui, view, table);
        }
        overlay::shades(ui, view, table);
        overlay::blade(ui, view, table);
        if let Some(frame) = touch::frame_of(ui, &ground) {
            overlay::frame(ui, frame);
        }
        overlap::chip_ui(ui, view, table);
        drop::drop_ui(ui, view, table);
        if let Some(shown) = Drag::go_on(ui, view, table) {
            overlay::dragged(ui, view, table, &shown);
        }
    });
}

/// What can be done where nothing is yet.
fn empty(ui: &Ui, view: &View<'_>, table: &Table) {
    let theme = theme(ui.ctx());
    let text = if table.by_hand {
        tr!("timeline-empty", key = view.keys("timeline.insert"))
    } else {
        tr!("timeline-empty-assembly", key = view.keys("board.new-shot"))
    };
    let room = table.places.lanes.shrink(12.0);
    fitted_text(ui.painter(), room, Align2::CENTER_CENTER, &text, regular(BODY), theme.text_soft);
}
