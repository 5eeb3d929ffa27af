//! Which keys run what: the preset, and everything that can be run with its keys, which a person changes by pressing others.

use crate::keys::{Keymap, PRESETS, Target, presets, targets, written};
use crate::theme::{BODY, CAPTION, HIT, Icon, SPACE, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{Field, Segment, caps, fitted_text, focus_ring, icon_button, keycaps, keys_text, segments_ui};
use egui::{
    Align, Align2, Event, Id, Key, KeyboardShortcut, Layout, Modifiers, Rect, RichText, Role, ScrollArea, Sense, Ui,
    UiBuilder, Vec2, WidgetInfo, pos2,
};

const ROW: f32 = 30.0;
/// Width of the keys at the end of a row.
const KEYS: f32 = 220.0;

/// Where the id of what waits for keys is kept.
fn waiting() -> Id {
    Id::unique("settings-waiting")
}

fn search() -> Id {
    Id::unique("settings-key-search")
}

/// Nothing waits for keys any more.
pub(super) fn forget(ui: &Ui) {
    ui.data_mut(|data| data.remove_temp::<&'static str>(waiting()));
}

/// Takes the keys that were pressed for what waits for them; whether something waits. Escape keeps what was, Backspace alone takes
/// the keys away.
pub(super) fn listen(ui: &Ui, view: &mut View<'_>) -> bool {
    let Some(id) = ui.data(|data| data.get_temp::<&'static str>(waiting())) else { return false };
    let pressed = ui.input_mut(|input| {
        let mut pressed = None;
        input.events.retain(|event| match event {
            Event::Key { key, pressed: true, modifiers, .. } => {
                pressed = pressed.or(Some((*key, *modifiers)));
                false
            }
            Event::Text(_) => false,
            // What the system turns into an event of its own is a key here.
            Event::Copy => take(&mut pressed, Key::C),
            Event::Cut => take(&mut pressed, Key::X),
            Event::Paste(_) => take(&mut pressed, Key::V),
            _ => true,
        });
        pressed
    });
    let changes = &mut view.session.preferences.key_changes;
    match pressed {
        None => return true,
        Some((Key::Escape, Modifiers::NONE)) => {}
        Some((Key::Backspace, Modifiers::NONE)) => drop(changes.insert(id.to_owned(), Vec::new())),
        Some((key, modifiers)) => {
            let mut wanted = Modifiers::NONE;
            for (on, modifier) in [
                (modifiers.command || modifiers.ctrl, Modifiers::COMMAND),
                (modifiers.alt, Modifiers::ALT),
                (modifiers.shift, Modifiers::SHIFT),
            ] {
                wanted = if on { wanted.plus(modifier) } else { wanted };
            }
            changes.insert(id.to_owned(), vec![written(&KeyboardShortcut::new(wanted, key))]);
        }
    }
    if !matches!(pressed, Some((Key::Escape, Modifiers::NONE))) {
        view.out.ask(crate::Request::KeepPreferences);
    }
    forget(ui);
    true
}

fn take(pressed: &mut Option<(Key, Modifiers)>, key: Key) -> bool {
    *pressed = pressed.or(Some((key, Modifiers::COMMAND)));
    false
}

pub(super) fn keys_ui(ui: &mut Ui, view: &mut View<'_>, map: &Keymap, size: Vec2) {
    let mac = ui.ctx().os().is_mac();
    let mut typed = ui.data(|data| data.get_temp::<String>(search())).unwrap_or_default();
    head_ui(ui, view, map, &mut typed, size.x);
    let wanted = typed.trim().to_lowercase();
    let mut rows: Vec<(Target, String)> = targets()
        .map(|target| (target, target.label()))
        .filter(|(target, label)| {
            wanted.is_empty()
                || label.to_lowercase().contains(&wanted)
                || map.of(target.id()).any(|keys| keys_text(keys, mac).to_lowercase().contains(&wanted))
        })
        .collect();
    // What lost its keys is what a person wants to see.
    rows.sort_by_key(|(target, _)| !map.hidden().iter().any(|hidden| hidden.hides.id() == target.id()));
    ui.data_mut(|data| data.insert_temp(search(), typed));
    if rows.is_empty() {
        ui.add_space(SPACE[4]);
        let nothing = RichText::new(tr!("settings-nothing")).color(theme(ui.ctx()).text_soft);
        ui.vertical_centered(|ui| ui.label(nothing));
        return;
    }
    ui.set_max_width(size.x);
    ScrollArea::vertical().auto_shrink(false).max_height(size.y).min_scrolled_height(size.y).show_rows(
        ui,
        ROW,
        rows.len(),
        |ui, range| {
            for (target, label) in rows.get(range).unwrap_or_default() {
                row_ui(ui, view, map, *target, label);
            }
        },
    );
}

/// The preset, the search, and what takes every change back.
fn head_ui(ui: &mut Ui, view: &mut View<'_>, map: &Keymap, typed: &mut String, width: f32) {
    let theme = theme(ui.ctx());
    ui.allocate_ui_with_layout(Vec2::new(width, 36.0), Layout::left_to_right(Align::Center), |ui| {
        ui.add_space(SPACE[3]);
        let (name, hint) = (tr!("settings-search"), tr!("settings-search-hint"));
        Field { name: &name, hint: &hint, icon: Some(Icon::Search), id: search().with("field") }.show(ui, typed, 220.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(SPACE[3]);
            let preferences = &mut view.session.preferences;
            ui.add_enabled_ui(!preferences.key_changes.is_empty(), |ui| {
                if icon_button(ui, Icon::RotateCcw, &tr!("settings-reset-all"))
                    .on_hover_text(tr!("settings-reset-all-tip"))
                    .clicked()
                {
                    preferences.key_changes.clear();
                }
            });
            let known: Vec<_> = presets().map(|(name, _)| name).collect();
            let segment = |(place, name): (usize, &&str)| {
                // A person's own is called as its file is.
                let ships = place < PRESETS.len();
                let words = if ships { tr!(&format!("settings-preset-{name}")) } else { (*name).to_owned() };
                Segment::named(words, tr!("settings-preset-tip"), preferences.keys == **name)
            };
            let segments: Vec<_> = known.iter().enumerate().map(segment).collect();
            if let Some(place) = segments_ui(ui, 90.0 * segments.len() as f32, &segments) {
                preferences.keys = known[place].to_owned();
            }
            if !map.hidden().is_empty() {
                let text = RichText::new(tr!("settings-conflicts", count = map.hidden().len()));
                ui.label(text.font(regular(CAPTION)).color(theme.error));
                ui.label(Icon::TriangleAlert.rich(CAPTION + 1.0).color(theme.error));
            }
        });
    });
    ui.add_space(SPACE[0]);
}

fn row_ui(ui: &mut Ui, view: &mut View<'_>, map: &Keymap, target: Target, label: &str) {
    let theme = theme(ui.ctx());
    let mac = ui.ctx().os().is_mac();
    let (rect, row) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), Sense::hover());
    // The bar that scrolls has its place beside the rows.
    let inside = Rect::from_min_max(rect.min + Vec2::new(SPACE[3], 0.0), rect.max - Vec2::new(SPACE[1], 0.0));
    let field = Rect::from_min_max(
        pos2(inside.right() - KEYS, inside.top() + 2.0),
        pos2(inside.right() - HIT - SPACE[0], inside.bottom() - 2.0),
    );
    if row.contains_pointer() {
        ui.painter().rect_filled(rect, 0.0, theme.raised);
    }
    let name = tr!("settings-change", name = label.to_owned());
    let response = ui.interact(field, Id::unique(("settings-keys-of", target.id())), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let waits = ui.data(|data| data.get_temp::<&'static str>(waiting())) == Some(target.id());
    let conflict = map.hidden().iter().find(|hidden| hidden.hides.id() == target.id());
    let words = Rect::from_min_max(inside.min, pos2(field.left() - SPACE[1], inside.bottom()));
    let used = fitted_text(ui.painter(), words, Align2::LEFT_CENTER, label, regular(BODY), theme.text);
    if let Some(hidden) = conflict {
        let keys = keys_text(&hidden.keys, mac);
        let text = tr!("settings-conflict", keys = keys, other = hidden.runs.label());
        let room = Rect::from_min_max(pos2(used.right() + SPACE[2] + 16.0, words.top()), words.max);
        Icon::TriangleAlert.paint_at(ui.painter(), pos2(room.left() - 8.0, room.center().y), 12.0, theme.error);
        fitted_text(ui.painter(), room, Align2::LEFT_CENTER, &text, regular(CAPTION), theme.error);
    }
    if waits || response.hovered() {
        ui.painter().rect_filled(field, 4.0, if waits { theme.background } else { theme.hover });
    }
    let end = pos2(field.right() - SPACE[0], field.center().y);
    if waits {
        let room = field.shrink2(Vec2::new(SPACE[0], 0.0));
        fitted_text(ui.painter(), room, Align2::RIGHT_CENTER, &tr!("settings-press"), regular(CAPTION), theme.accent);
        ui.painter().rect_stroke(field, 4.0, theme.selected_stroke(), egui::StrokeKind::Inside);
    } else {
        let mut right = end.x;
        let mut any = false;
        for keys in map.of(target.id()) {
            right = keycaps(ui.painter(), &theme, pos2(right, end.y), &caps(keys, mac)) - SPACE[1];
            any = true;
        }
        if !any {
            let ink = if response.hovered() { theme.text_soft } else { theme.text_faint };
            ui.painter().text(end, Align2::RIGHT_CENTER, tr!("settings-none"), regular(BODY), ink);
        }
    }
    focus_ring(ui, field, &response);
    if response.clicked() {
        ui.data_mut(|data| data.insert_temp(waiting(), target.id()));
    }
    response.on_hover_text(tr!("settings-change-tip"));
    if view.session.preferences.key_changes.contains_key(target.id()) {
        let place = Rect::from_min_size(pos2(inside.right() - HIT, inside.center().y - HIT / 2.0), Vec2::splat(HIT));
        let reset = tr!("settings-reset", name = label.to_owned());
        let clicked =
            ui.scope_builder(UiBuilder::new().max_rect(place), |ui| icon_button(ui, Icon::RotateCcw, &reset).clicked());
        if clicked.inner {
            view.session.preferences.key_changes.remove(target.id());
        }
    }
}
