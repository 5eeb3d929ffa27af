//! The library: takes and files of this project as tiles in groups, and under a search what other projects have. Only what is seen is
//! drawn.
//!
//! Deliberately not here: importing, and what tiles are dragged onto.

mod elsewhere;
mod listing;
mod menu;
#[cfg(test)]
mod tests;
mod tile;

use crate::intent::Request;
use crate::theme::{BODY, CAPTION, HIT, Icon, SPACE, bold, mono, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{Field, Segment, empty_ui, fitted_text, icon_button, icon_toggle, segments_ui};
use egui::{Align2, Id, Rect, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo, pos2};
use listing::{Group, Listing, Only, Wanted};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The least width of a tile.
const TILE: f32 = 104.0;
const GAP: f32 = 6.0;
const HEADING: f32 = 26.0;

pub(crate) fn library_ui(ui: &mut Ui, view: &mut View<'_>) {
    let memory = Id::unique("library");
    let mut wanted = ui.data(|data| data.get_temp::<Wanted>(memory)).unwrap_or_default();
    bar_ui(ui, view, &mut wanted);
    let kept = ui.data(|data| data.get_temp::<Arc<Listing>>(memory));
    let listing = match kept.filter(|listing| listing.is_of(view.project(), &wanted)) {
        Some(listing) => listing,
        None => Arc::new(Listing::new(view.project(), &view.session.derived, &wanted)),
    };
    elsewhere::keep_up(ui, view, &wanted.words);
    let found = elsewhere::found(view, &wanted.words);
    ui.data_mut(|data| {
        data.insert_temp(memory, listing.clone());
        data.insert_temp(memory, wanted.clone());
    });
    if listing.groups.is_empty() && found.is_empty() {
        let text = match (wanted.words.trim(), wanted.favourites) {
            ("", false) => tr!("library-empty", key = view.keys("media.choose")),
            ("", true) => tr!("library-no-favourites"),
            (words, _) => tr!("library-nothing", words = words.to_owned()),
        };
        empty_ui(ui, Icon::Search, &text);
        return;
    }
    grid_ui(ui, view, &listing.groups, &found);
}

/// The other ways to import.
fn import_menu_ui(ui: &mut Ui, view: &mut View<'_>) {
    let ways = [
        ("library-import-copy", None),
        ("library-import-refer", Some(json!({ "refer": true }))),
        ("library-import-sequence", Some(json!({ "sequence": true }))),
    ];
    for (name, args) in ways {
        if ui.button(tr!(name)).on_hover_text(tr!(&format!("{name}-tip"))).clicked() {
            view.out.ask(match args {
                Some(args) => Request::AskPath { command: "media.import", args, arg: "path", ending: None },
                None => Request::Import,
            });
            ui.close();
        }
    }
}

/// What is looked for, and the button that imports.
fn bar_ui(ui: &mut Ui, view: &mut View<'_>, wanted: &mut Wanted) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let margin = egui::Margin::symmetric(SPACE[1] as i8, 6);
    egui::Frame::new().inner_margin(margin).show(ui, |ui| {
        ui.spacing_mut().item_spacing = Vec2::new(SPACE[0], 6.0);
        let width = ui.available_width();
        ui.horizontal(|ui| {
            let (name, hint) = (tr!("library-search"), tr!("library-hint"));
            let field = Field { name: &name, hint: &hint, icon: Some(Icon::Search), id: Id::unique("library-search") };
            field.show(ui, &mut wanted.words, (width - HIT - SPACE[0]).max(40.0));
            let import = icon_button(ui, Icon::Download, &view.hint(&tr!("library-import"), "media.choose"));
            if import.clicked() {
                view.out.ask(Request::Import);
            }
            import.context_menu(|ui| import_menu_ui(ui, view));
        });
        ui.horizontal(|ui| {
            let choices = [
                (Only::All, "library-all", "library-all-tip"),
                (Only::Takes, "library-only-takes", "library-only-takes-tip"),
                (Only::Files, "library-only-files", "library-only-files-tip"),
            ];
            let segments = choices.map(|(only, name, tip)| Segment::named(tr!(name), tr!(tip), wanted.only == only));
            let room = (width - HIT - SPACE[0]).clamp(40.0, 260.0);
            if let Some(place) = segments_ui(ui, room, &segments) {
                wanted.only = choices[place].0;
            }
            if icon_toggle(ui, Icon::Heart, &tr!("library-favourites"), wanted.favourites).clicked() {
                wanted.favourites = !wanted.favourites;
            }
        });
    });
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn grid_ui(ui: &mut Ui, view: &mut View<'_>, groups: &[Group], found: &[crate::Found]) {
    let memory = Id::unique("library-folded");
    let mut folded = ui.data(|data| data.get_temp::<BTreeSet<String>>(memory)).unwrap_or_default();
    ScrollArea::vertical().auto_shrink(false).show_viewport(ui, |ui, viewport| {
        let width = ui.available_width() - 2.0 * SPACE[1];
        let columns = ((width + GAP) / (TILE + GAP)).floor().max(1.0);
        let size = (width - GAP * (columns - 1.0)) / columns;
        let tile = Vec2::new(size, (size * 9.0 / 16.0).round() + tile::BELOW);
        let (origin, columns) = (ui.max_rect().min + Vec2::new(SPACE[1], 0.0), columns as usize);
        let seen = |top: f32, height: f32| top + height >= viewport.top() && top <= viewport.bottom();
        let mut top = 0.0;
        for group in groups {
            let heading = Rect::from_min_size(origin + Vec2::new(0.0, top), Vec2::new(width, HEADING));
            if seen(top, HEADING) {
                heading_ui(ui, &group.name, group.tiles.len(), heading, &mut folded);
            }
            top += HEADING;
            if folded.contains(&group.name) {
                continue;
            }
            let rows = group.tiles.len().div_ceil(columns);
            let each = tile.y + GAP;
            // Rows that are seen, of perhaps thousands.
            let first = ((viewport.top() - top) / each).floor().max(0.0) as usize;
            let last = (((viewport.bottom() - top) / each).ceil().max(0.0) as usize).min(rows);
            for row in first..last {
                for (column, shown) in group.tiles.iter().skip(row * columns).take(columns).enumerate() {
                    let at = Vec2::new(column as f32 * (tile.x + GAP), top + row as f32 * each);
                    tile::tile_ui(ui, view, shown, Rect::from_min_size(origin + at, tile));
                }
            }
            top += rows as f32 * each;
        }
        if !found.is_empty() {
            let heading = Rect::from_min_size(origin + Vec2::new(0.0, top), Vec2::new(width, HEADING));
            let name = tr!("library-elsewhere");
            heading_ui(ui, &name, found.len(), heading, &mut folded);
            top += HEADING;
            let shown = if folded.contains(&name) { &[] } else { found };
            for (place, found) in shown.iter().enumerate() {
                if seen(top, elsewhere::ROW) {
                    let row = Rect::from_min_size(origin + Vec2::new(0.0, top), Vec2::new(width, elsewhere::ROW));
                    elsewhere::row_ui(ui, view, found, place, row);
                }
                top += elsewhere::ROW;
            }
        }
        ui.set_height(top + SPACE[1]);
    });
    ui.data_mut(|data| data.insert_temp(memory, folded));
}

/// A group's name and how much is in it; a click folds it.
fn heading_ui(ui: &mut Ui, name: &str, count: usize, rect: Rect, folded: &mut BTreeSet<String>) {
    let theme = theme(ui.ctx());
    let response = ui.interact(rect, ui.scope_id().with(("group", name)), Sense::click());
    let open = !folded.contains(name);
    let tip = tr!("library-fold", name = name.to_owned());
    response.widget_info(|| WidgetInfo::selected(Role::DisclosureTriangle, true, open, &tip));
    let ink = if response.hovered() { theme.text } else { theme.text_soft };
    let icon = if open { Icon::ChevronDown } else { Icon::ChevronRight };
    icon.paint_at(ui.painter(), pos2(rect.left() + 6.0, rect.center().y), 14.0, ink);
    let count = count.to_string();
    let number = fitted_text(ui.painter(), rect, Align2::RIGHT_CENTER, &count, mono(CAPTION), theme.text_faint);
    let room = Rect::from_min_max(pos2(rect.left() + 18.0, rect.top()), pos2(number.left() - SPACE[0], rect.bottom()));
    fitted_text(ui.painter(), room, Align2::LEFT_CENTER, name, bold(BODY - 1.0), ink);
    if response.clicked() && !folded.remove(name) {
        folded.insert(name.to_owned());
    }
    response.on_hover_text(tip);
}
