//! The settings of the person, over the panels: how the window looks, and which keys run what. Each change counts at once and is kept.
//!
//! Deliberately not here: settings of the project, which are a command.

mod keys;
mod look;
#[cfg(test)]
mod tests;

use crate::intent::Request;
use crate::keys::Keymap;
use crate::panels::palette::over::over_ui;
use crate::session::Over;
use crate::theme::{HEADING, HIT, Icon, SPACE, bold, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{Segment, icon_button, segments_ui};
use egui::{Align, Id, Key, Layout, Modifiers, Popup, RichText, Ui, Vec2};

const WIDTH: f32 = 640.0;
/// Height of the page of the keys.
const HEIGHT: f32 = 460.0;
const TOP: f32 = 96.0;

/// Which page is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Page {
    #[default]
    Look,
    Keys,
}

/// Takes the keys that are for the settings, before panels see them.
pub(crate) fn press(ui: &Ui, view: &mut View<'_>) {
    if view.session.over != Some(Over::Settings) || keys::listen(ui, view) || Popup::is_any_open(ui.ctx()) {
        return;
    }
    if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
        view.session.over = None;
    }
}

/// Draws the settings if they are open.
pub(crate) fn settings_ui(ui: &mut Ui, view: &mut View<'_>, map: &Keymap) {
    if view.session.over != Some(Over::Settings) {
        return;
    }
    let id = Id::unique("settings-page");
    let mut page = ui.data(|data| data.get_temp::<Page>(id)).unwrap_or_default();
    let before = view.session.preferences.clone();
    let height = HEIGHT.min(ui.ctx().content_rect().height() - 1.5 * TOP);
    let mut crossed = false;
    let beside = over_ui(ui, "settings", TOP, WIDTH, |ui| {
        crossed = head_ui(ui, &mut page);
        match page {
            Page::Look => look::look_ui(ui, view, WIDTH),
            Page::Keys => keys::keys_ui(ui, view, map, Vec2::new(WIDTH, height)),
        }
        ui.add_space(SPACE[1]);
    });
    ui.data_mut(|data| data.insert_temp(id, page));
    if view.session.preferences != before {
        view.out.ask(Request::KeepPreferences);
    }
    if crossed || beside {
        keys::forget(ui);
        view.session.over = None;
    }
}

/// The title, the pages, and a cross that closes; whether it was clicked.
fn head_ui(ui: &mut Ui, page: &mut Page) -> bool {
    let theme = theme(ui.ctx());
    let mut closed = false;
    ui.add_space(SPACE[2]);
    ui.allocate_ui_with_layout(Vec2::new(WIDTH, HIT), Layout::left_to_right(Align::Center), |ui| {
        ui.add_space(SPACE[3]);
        ui.label(RichText::new(tr!("settings-title")).font(bold(HEADING)).color(theme.text));
        ui.add_space(SPACE[3]);
        let pages =
            [(Page::Look, "settings-look", "settings-look-tip"), (Page::Keys, "settings-keys", "settings-keys-tip")];
        let segments = pages.map(|(other, name, tip)| Segment::named(tr!(name), tr!(tip), *page == other));
        if let Some(place) = segments_ui(ui, 240.0, &segments) {
            *page = pages[place].0;
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(SPACE[1]);
            closed = icon_button(ui, Icon::X, &tr!("settings-close")).clicked();
        });
    });
    ui.add_space(SPACE[2]);
    let line = ui.cursor().top();
    ui.painter().hline(ui.max_rect().x_range(), line, theme.line_stroke());
    ui.add_space(SPACE[1]);
    closed
}

/// Opens the page of the keys.
#[cfg(test)]
pub(crate) fn show_keys(ctx: &egui::Context) {
    ctx.data_mut(|data| data.insert_temp(Id::unique("settings-page"), Page::Keys));
}
