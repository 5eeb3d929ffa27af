//! A number that is dragged, typed as a sum, and reset by a double click.
//!
//! Deliberately not here: what the number means. Whoever shows it turns [`Turned`] into a drag of the document or a command, so that
//! a drag is one step of undo.

use super::arithmetic::value_of;
use super::{fitted_text, focus_ring};
use crate::theme::{BODY, HIT, RADIUS_FIELD, SPACE, mono, theme};
use egui::text::CCursorRange;
use egui::{Align2, CursorIcon, EventFilter, Id, Key, Rect, Response, Role, Sense, TextEdit, Ui, Vec2, WidgetInfo};
use std::ops::RangeInclusive;

/// A number as it is now, and how it can be turned.
#[derive(Debug, Clone)]
pub struct Number<'a> {
    /// What it is called, also by screen readers.
    pub name: &'a str,
    /// What it does.
    pub tooltip: &'a str,
    /// What it is now.
    pub value: f64,
    /// The least and most that it can be.
    pub range: RangeInclusive<f64>,
    /// What a double click makes it.
    pub usual: f64,
    /// How much a point of a drag is; with Shift a tenth of that.
    pub per_point: f64,
    /// Digits after the point.
    pub decimals: usize,
    /// Behind it, with its space: ` s`, ` %`.
    pub unit: &'a str,
}

/// What was done to a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Turned {
    /// Nothing.
    Not,
    /// A drag begins.
    Begins,
    /// It goes on, and is here now.
    To(f64),
    /// It ends here.
    Ends(f64),
    /// It is taken back.
    Back,
    /// It was typed, stepped or reset.
    Set(f64),
}

/// What is kept between frames.
#[derive(Debug, Clone, Default)]
struct Kept {
    /// Where a drag began, and how far it went in points.
    drag: Option<(f64, f32)>,
    /// What is being typed.
    typed: Option<Typed>,
}

/// A text in place of the number.
#[derive(Debug, Clone)]
struct Typed {
    text: String,
    /// What was there first.
    first: String,
    /// Whether it has been shown already.
    shown: bool,
}

impl Number<'_> {
    /// Draws it so wide.
    pub fn show(&self, ui: &mut Ui, width: f32) -> Turned {
        let (rect, response) = ui.allocate_exact_size(Vec2::new(width, HIT), Sense::click_and_drag());
        let key = response.id.with("number");
        let mut kept = ui.data_mut(|data| data.get_temp::<Kept>(key)).unwrap_or_default();
        let turned = if kept.typed.is_some() {
            self.typing(ui, rect, key, &mut kept)
        } else {
            self.turning(ui, rect, &response, &mut kept)
        };
        ui.data_mut(|data| data.insert_temp(key, kept));
        turned
    }

    fn turning(&self, ui: &Ui, rect: Rect, response: &Response, kept: &mut Kept) -> Turned {
        let theme = theme(ui.ctx());
        let enabled = ui.is_enabled();
        response.widget_info(|| WidgetInfo {
            value: Some(self.value),
            ..WidgetInfo::labeled(Role::SpinButton, enabled, self.name)
        });
        let held = response.hovered() || kept.drag.is_some();
        ui.painter().rect_filled(rect, RADIUS_FIELD, if held && enabled { theme.hover } else { theme.background });
        let ink = match (enabled, self.value == self.usual) {
            (false, _) => theme.text_faint,
            (true, true) => theme.text_soft,
            (true, false) => theme.text,
        };
        let room = rect.shrink2(Vec2::new(SPACE[1], 0.0));
        fitted_text(ui.painter(), room, Align2::RIGHT_CENTER, &self.text(self.value), mono(BODY - 1.0), ink);
        focus_ring(ui, rect, response);
        response.clone().on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal).on_hover_text(self.tooltip);
        if !enabled {
            return Turned::Not;
        }
        self.turned(ui, response, kept)
    }

    fn turned(&self, ui: &Ui, response: &Response, kept: &mut Kept) -> Turned {
        if response.double_clicked() {
            return Turned::Set(self.usual);
        }
        if response.clicked() {
            let text = self.digits(self.value);
            kept.typed = Some(Typed { first: text.clone(), text, shown: false });
            return Turned::Not;
        }
        if response.drag_started() {
            kept.drag = Some((self.value, 0.0));
            return Turned::Begins;
        }
        if let Some((origin, gone)) = kept.drag {
            if ui.input(|input| input.key_pressed(Key::Escape)) {
                kept.drag = None;
                return Turned::Back;
            }
            let fine = if ui.input(|input| input.modifiers.shift) { 0.1 } else { 1.0 };
            let gone = gone + response.drag_delta().x * fine;
            kept.drag = Some((origin, gone));
            let value = self.possible(origin + f64::from(gone) * self.per_point);
            if response.drag_stopped() || !response.dragged() {
                kept.drag = None;
                return if value == origin { Turned::Back } else { Turned::Ends(value) };
            }
            return Turned::To(value);
        }
        if response.has_focus() {
            // Up and down step the number here; elsewhere they go to other widgets.
            let own = EventFilter { vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, own));
            let steps = ui.input_mut(|input| {
                i32::from(input.consume_key(egui::Modifiers::NONE, Key::ArrowUp))
                    - i32::from(input.consume_key(egui::Modifiers::NONE, Key::ArrowDown))
            });
            if steps != 0 {
                return Turned::Set(self.possible(self.value + f64::from(steps) * self.step()));
            }
        }
        Turned::Not
    }

    fn typing(&self, ui: &mut Ui, rect: Rect, key: Id, kept: &mut Kept) -> Turned {
        let Some(Typed { mut text, first, shown }) = kept.typed.take() else { return Turned::Not };
        let id = key.with("text");
        let edit = TextEdit::singleline(&mut text)
            .id(id)
            .font(mono(BODY - 1.0))
            .align(Align2::RIGHT_CENTER)
            .margin(egui::Margin::symmetric(SPACE[1] as i8, 4));
        let response = ui.put(rect, edit).accessible_name(self.name);
        if !shown {
            response.request_focus();
            let mut state = TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
            state.cursor.set_char_range(Some(CCursorRange::select_all_str(&text)));
            TextEdit::store_state(ui.ctx(), id, state);
        }
        // The first click opened the text; a second one right after it means the usual value.
        let again = ui.input(|input| input.pointer.button_double_clicked(egui::PointerButton::Primary));
        if again && response.hovered() && text == first {
            return Turned::Set(self.usual);
        }
        if shown && response.lost_focus() {
            let given_up = ui.input(|input| input.key_pressed(Key::Escape));
            let value = value_of(&text).map(|value| self.possible(value));
            return match value.filter(|_| !given_up && text != first) {
                Some(value) => Turned::Set(value),
                None => Turned::Not,
            };
        }
        kept.typed = Some(Typed { text, first, shown: true });
        Turned::Not
    }

    fn step(&self) -> f64 {
        10_f64.powi(-i32::try_from(self.decimals.min(1)).unwrap_or(0))
    }

    /// Within the range, and no finer than it is shown.
    fn possible(&self, value: f64) -> f64 {
        let fine = 10_f64.powi(i32::try_from(self.decimals).unwrap_or(0));
        ((value * fine).round() / fine).clamp(*self.range.start(), *self.range.end())
    }

    fn digits(&self, value: f64) -> String {
        let text = format!("{value:.*}", self.decimals);
        let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        if text == "-0" { "0".to_owned() } else { text.to_owned() }
    }

    fn text(&self, value: f64) -> String {
        format!("{}{}", self.digits(value), self.unit)
    }
}
