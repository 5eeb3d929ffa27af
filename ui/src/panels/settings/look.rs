//! How the window looks: colours, size, language, motion. A setting is a line: its name, a word about it, and the choices.

use crate::theme::{BODY, CAPTION, SPACE, ThemeName, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{Segment, segments_ui, toggle_ui};
use crate::words::Language;
use egui::{Align, Align2, Layout, Rect, Sense, Ui, UiBuilder, Vec2, pos2};

const LINE: f32 = 56.0;
/// Width of what is chosen from.
const CHOICES: f32 = 336.0;
/// Sizes to choose from, in percent.
const SCALES: [u8; 7] = [75, 90, 100, 115, 125, 150, 200];

pub(super) fn look_ui(ui: &mut Ui, view: &mut View<'_>, width: f32) {
    let now = view.session.preferences.clone();
    line_ui(ui, width, "settings-theme", "settings-theme-about", |ui| {
        let names = [
            (ThemeName::Dark, "settings-theme-dark"),
            (ThemeName::Light, "settings-theme-light"),
            (ThemeName::Contrast, "settings-theme-contrast"),
        ];
        let segments =
            names.map(|(name, words)| Segment::named(tr!(words), tr!("settings-theme-tip"), now.theme == name));
        if let Some(place) = segments_ui(ui, CHOICES, &segments) {
            view.session.preferences.theme = names[place].0;
        }
    });
    line_ui(ui, width, "settings-scale", "settings-scale-about", |ui| {
        let segments = SCALES.map(|percent| {
            let on = (now.scale * 100.0 - f32::from(percent)).abs() < 1.0;
            let tip = tr!("settings-scale-tip", percent = percent);
            Segment::named(tr!("settings-scale-value", percent = percent), tip, on)
        });
        if let Some(place) = segments_ui(ui, CHOICES, &segments) {
            view.session.preferences.scale = f32::from(SCALES[place]) / 100.0;
        }
    });
    line_ui(ui, width, "settings-language", "settings-language-about", |ui| {
        let spoken = now.language.unwrap_or_else(crate::words::language);
        let segments = Language::ALL.map(|language| {
            Segment::named(language.name().to_owned(), tr!("settings-language-tip"), spoken == language)
        });
        if let Some(place) = segments_ui(ui, CHOICES, &segments) {
            view.session.preferences.language = Some(Language::ALL[place]);
        }
    });
    line_ui(ui, width, "settings-motion", "settings-motion-about", |ui| {
        let name = tr!("settings-motion");
        toggle_ui(ui, &name, &mut view.session.preferences.reduced_motion);
    });
}

/// A line: a setting's name and a word about it on the left, its choices on the right.
fn line_ui(ui: &mut Ui, width: f32, name: &'static str, about: &'static str, choices: impl FnOnce(&mut Ui)) {
    let theme = theme(ui.ctx());
    let (rect, _) = ui.allocate_exact_size(Vec2::new(width, LINE), Sense::hover());
    let inside = rect.shrink2(Vec2::new(SPACE[3], 0.0));
    let words = Rect::from_min_max(inside.min, pos2(inside.right() - CHOICES - SPACE[2], inside.bottom()));
    let (upper, lower) = words.shrink2(Vec2::new(0.0, 10.0)).split_top_bottom_at_fraction(0.52);
    fitted(ui, upper, &tr!(name), BODY, theme.text);
    fitted(ui, lower, &tr!(about), CAPTION, theme.text_faint);
    let place = Rect::from_min_max(pos2(inside.right() - CHOICES, inside.top()), inside.max);
    let builder = UiBuilder::new().max_rect(place).layout(Layout::right_to_left(Align::Center));
    ui.scope_builder(builder, choices);
}

fn fitted(ui: &Ui, room: Rect, text: &str, size: f32, ink: egui::Color32) {
    crate::widgets::fitted_text(ui.painter(), room, Align2::LEFT_CENTER, text, regular(size), ink);
}
