//! Camera, shot size and look: small pictures that write the film's words into the prompt.

use super::phrases::{CAMERAS, LOOKS, Phrase, SIZES, pressed};
use super::pictures::paint;
use super::section::columns;
use super::writing;
use crate::theme::{CAPTION, RADIUS_FIELD, SPACE, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{fitted_text, focus_ring};
use crate::words::language;
use egui::{Align2, Rect, Role, Sense, Ui, Vec2, WidgetInfo};
use kinora_project::{Field, Shot};

/// How the camera moves, and how much it sees.
pub(super) fn camera_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot) {
    tiles_ui(ui, view, shot, CAMERAS, Tiles { least: 40.0, height: 32.0, words: false });
    ui.add_space(SPACE[0]);
    tiles_ui(ui, view, shot, SIZES, Tiles { least: 40.0, height: 32.0, words: true });
}

/// What the shot is drawn like.
pub(super) fn look_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot) {
    tiles_ui(ui, view, shot, LOOKS, Tiles { least: 112.0, height: 32.0, words: true });
}

/// A tile from this width on has its name beside the picture.
const WORDS: f32 = 92.0;

struct Tiles {
    /// The least width of one.
    least: f32,
    height: f32,
    /// Whether its name stands beside the picture.
    words: bool,
}

fn tiles_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot, group: &'static [Phrase], tiles: Tiles) {
    let theme = theme(ui.ctx());
    let prompt = writing::words(ui, shot, Field::Prompt);
    let card = view.studio.card().ok().cloned();
    let gap = SPACE[0];
    let width = ui.available_width();
    let across = columns(width + gap, tiles.least + gap, group.len());
    let down = group.len().div_ceil(across);
    let each = Vec2::new((width + gap) / across as f32 - gap, tiles.height);
    // Where a name would be cut off, the picture stands alone.
    let words = tiles.words && each.x >= WORDS;
    let (all, _) = ui.allocate_exact_size(Vec2::new(width, down as f32 * (each.y + gap) - gap), Sense::hover());
    for (place, phrase) in group.iter().enumerate() {
        let at = Vec2::new((place % across) as f32 * (each.x + gap), (place / across) as f32 * (each.y + gap));
        let rect = Rect::from_min_size(all.min + at, each);
        let response = ui.interact(rect, ui.scope_id().with(phrase.id), Sense::click());
        let (known, on) = (phrase.is_known(card.as_ref()), phrase.is_in(&prompt));
        let name = tr!(&format!("inspector-{}", phrase.id));
        response.widget_info(|| WidgetInfo::selected(Role::Button, known, on, &name));
        let hovered = response.hovered() && known;
        let ground = if hovered { theme.hover } else { theme.raised };
        ui.painter().rect_filled(rect, RADIUS_FIELD, ground);
        if on {
            ui.painter().rect_stroke(rect, RADIUS_FIELD, theme.selected_stroke(), egui::StrokeKind::Inside);
        }
        let ink = match (known, on, hovered) {
            (false, ..) => theme.text_faint.gamma_multiply(0.5),
            (true, true, _) => theme.accent,
            (true, false, true) => theme.text,
            (true, false, false) => theme.text_soft,
        };
        let picture = if words {
            Rect::from_min_size(rect.min + Vec2::new(SPACE[0], 0.0), Vec2::new(32.0, each.y))
        } else {
            rect
        };
        paint(ui.painter(), picture, phrase, ink, ground);
        if words {
            let room =
                Rect::from_min_max(egui::pos2(picture.right() + SPACE[0], rect.top()), rect.max - Vec2::new(3.0, 0.0));
            fitted_text(ui.painter(), room, Align2::LEFT_CENTER, &name, regular(CAPTION), ink);
        }
        focus_ring(ui, rect, &response);
        let said = match (known, on) {
            (false, _) => tr!("inspector-phrase-unknown", name = name),
            (true, true) => tr!("inspector-phrase-out", name = name),
            (true, false) => tr!("inspector-phrase-in", name = name, words = phrase.written(language())),
        };
        if response.clicked() && known {
            let text = pressed(&prompt, group, phrase, language());
            writing::rewrite(ui, view, shot, Field::Prompt, &text);
        }
        response.on_hover_text(said);
    }
}
