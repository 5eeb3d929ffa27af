//! The command palette, and the form that asks for what a command wants to know. With both, everything is done by keyboard alone.
//!
//! Deliberately not here: what commands do, and which keys run them.

mod form;
#[cfg(test)]
mod looks;
mod matching;
pub(crate) mod over;
mod row;
mod search;
#[cfg(test)]
mod tests;

use crate::keys::{self, Keymap};
use crate::session::{Over, Session};
use crate::theme::{BODY, CAPTION, HEADING, ICON_SIZE, Icon, SPACE, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::fitted_text;
use egui::{
    Align2, Frame, Id, Key, Modifiers, Popup, Rect, RichText, ScrollArea, Sense, TextEdit, Ui, UiBuilder, Vec2,
    WidgetInfo, pos2,
};
use form::Form;
use over::over_ui;
use search::Search;

const WIDTH: f32 = 560.0;
const TOP: f32 = 64.0;
/// Height of the search field.
const FIELD: f32 = 46.0;
/// How many rows are seen at once.
const ROWS: usize = 10;
/// How many of the last runs come first.
const RECENT: usize = 8;

/// What was pressed before panels were drawn, so that none of them takes it.
#[derive(Debug, Clone, Copy, Default)]
struct Pressed {
    by: isize,
    enter: bool,
    escape: bool,
}

/// The palette and the form. Which of them is open is for the session to say.
#[derive(Default)]
pub(crate) struct Palette {
    search: Option<Search>,
    form: Option<Form>,
    /// What was run, the last one first.
    recent: Vec<&'static str>,
    pressed: Pressed,
}

impl Palette {
    /// Takes the keys that are for the palette or the form, before panels see them.
    pub(crate) fn press(&mut self, ui: &Ui, view: &mut View<'_>) {
        self.pressed = Pressed::default();
        let take = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if view.session.over == Some(Over::Palette) {
            for (key, by) in [(Key::ArrowDown, 1), (Key::ArrowUp, -1), (Key::PageDown, 9), (Key::PageUp, -9)] {
                self.pressed.by += if take(key) { by } else { 0 };
            }
            let again = ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::P));
            (self.pressed.enter, self.pressed.escape) = (take(Key::Enter), take(Key::Escape) || again);
        } else if view.session.asking.is_some() && !Popup::is_any_open(ui.ctx()) {
            (self.pressed.enter, self.pressed.escape) = (take(Key::Enter), take(Key::Escape));
        }
    }

    /// Draws what is open.
    pub(crate) fn show(&mut self, ui: &mut Ui, view: &mut View<'_>, keys: &Keymap) {
        if view.session.over == Some(Over::Palette) {
            self.search_ui(ui, view, keys);
        } else {
            self.search = None;
        }
        match view.session.asking {
            Some(command) => {
                if self.form.as_ref().is_none_or(|form| form.command.id != command.id) {
                    self.form = Some(Form::new(command, view));
                }
                let stays = self.form.as_mut().is_some_and(|form| form.show(ui, view, self.pressed.enter));
                if !stays || self.pressed.escape {
                    view.session.asking = None;
                    self.form = None;
                }
            }
            None => self.form = None,
        }
    }

    /// A command was done: the form that asked for it closes.
    pub(crate) fn done(&mut self, id: &str, session: &mut Session) {
        if self.form.as_ref().is_some_and(|form| form.waits_for(id)) {
            (self.form, session.asking) = (None, None);
        }
    }

    /// A command was refused: the form that asked for it says why, and keeps what was entered.
    pub(crate) fn refused(&mut self, id: &str, why: String) {
        if let Some(form) = self.form.as_mut().filter(|form| form.waits_for(id)) {
            form.refuse(why);
        }
    }

    fn search_ui(&mut self, ui: &mut Ui, view: &mut View<'_>, keys: &Keymap) {
        let mac = ui.ctx().os().is_mac();
        let mut search = self.search.take().unwrap_or_else(|| Search::new(view, keys, &self.recent, mac));
        search.go(self.pressed.by);
        let mut run = self.pressed.enter;
        let moved = self.pressed.by != 0;
        let beside = over_ui(ui, "palette", TOP, WIDTH, |ui| {
            field_ui(ui, &mut search);
            run |= rows_ui(ui, &mut search, moved);
            foot_ui(ui);
        });
        let target = search.chosen().filter(|entry| run && entry.reason.is_none()).map(|entry| entry.target);
        if beside || self.pressed.escape || target.is_some() {
            view.session.over = None;
        } else {
            self.search = Some(search);
        }
        if let Some(target) = target {
            self.recent.retain(|id| *id != target.id());
            self.recent.insert(0, target.id());
            self.recent.truncate(RECENT);
            // The form that this may open has not been answered with the same Enter.
            self.pressed = Pressed::default();
            keys::run(target, view);
        }
    }
}

fn field_ui(ui: &mut Ui, search: &mut Search) {
    let theme = theme(ui.ctx());
    let (rect, _) = ui.allocate_exact_size(Vec2::new(WIDTH, FIELD), Sense::hover());
    let icon = rect.left() + SPACE[3] + ICON_SIZE / 2.0;
    Icon::Search.paint_at(ui.painter(), pos2(icon, rect.center().y), ICON_SIZE, theme.text_soft);
    let inner =
        Rect::from_min_max(pos2(icon + ICON_SIZE / 2.0 + SPACE[2], rect.top()), rect.max - Vec2::new(SPACE[3], 0.0));
    let hint = tr!("palette-hint");
    let before = search.typed.clone();
    let edit = TextEdit::singleline(&mut search.typed)
        .id(Id::unique("palette-search"))
        .frame(Frame::NONE)
        .font(regular(HEADING))
        .text_color(theme.text)
        .align(Align2::LEFT_CENTER)
        .hint_text(RichText::new(&hint).font(regular(HEADING)).color(theme.text_faint))
        .margin(Vec2::ZERO)
        .min_size(Vec2::new(0.0, FIELD))
        .desired_width(inner.width());
    let response = ui.scope_builder(UiBuilder::new().max_rect(inner), |ui| ui.add(edit)).inner;
    response.widget_info(|| WidgetInfo {
        label: Some(tr!("palette-search")),
        ..WidgetInfo::text_edit(true, &before, &search.typed, &hint)
    });
    // The keyboard stays here as long as the palette is open.
    if !response.has_focus() {
        response.request_focus();
    }
    if response.changed() {
        search.find();
    }
    ui.painter().hline(rect.x_range(), rect.bottom(), theme.line_stroke());
    ui.add_space(SPACE[0]);
}

/// The rows; whether one was clicked, which is the chosen one then.
fn rows_ui(ui: &mut Ui, search: &mut Search, moved: bool) -> bool {
    if search.hits.is_empty() {
        ui.add_space(SPACE[4]);
        let nothing = RichText::new(tr!("palette-nothing")).font(regular(BODY)).color(theme(ui.ctx()).text_soft);
        ui.vertical_centered(|ui| ui.label(nothing));
        ui.add_space(SPACE[4]);
        return false;
    }
    let height = row::HEIGHT * ROWS as f32;
    if moved || !search.shown {
        let top = row::HEIGHT * search.chosen as f32;
        search.offset = search.offset.clamp((top + row::HEIGHT - height).max(0.0), top);
    }
    search.shown = true;
    let points = ui.input(|input| input.pointer.delta() != Vec2::ZERO);
    let mut clicked = false;
    let area =
        ScrollArea::vertical().max_height(height).auto_shrink([false, true]).vertical_scroll_offset(search.offset);
    let output = area.show_rows(ui, row::HEIGHT, search.hits.len(), |ui, range| {
        for place in range {
            let Some(hit) = search.hits.get(place) else { continue };
            let Some(entry) = search.entries.get(hit.entry) else { continue };
            let response = row::row_ui(ui, entry, &hit.places, place == search.chosen);
            if response.hovered() && points || response.clicked() {
                search.chosen = place;
            }
            clicked |= response.clicked();
        }
    });
    search.offset = output.state.clamped_offset().y;
    clicked
}

fn foot_ui(ui: &mut Ui) {
    let theme = theme(ui.ctx());
    let (rect, _) = ui.allocate_exact_size(Vec2::new(WIDTH, 28.0), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.top(), theme.line_stroke());
    let room = Rect::from_min_max(rect.min + Vec2::new(SPACE[2], 0.0), rect.max - Vec2::new(SPACE[2], 0.0));
    fitted_text(ui.painter(), room, Align2::LEFT_CENTER, &tr!("palette-foot"), regular(CAPTION), theme.text_faint);
}
