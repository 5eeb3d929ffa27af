//! What a picture that was just dropped on a card does there, on a chip over the card: a press changes it.

use crate::theme::{CAPTION, Icon, RADIUS_FIELD, SPACE, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{fitted_text, focus_ring};
use egui::{Align2, Popup, Rect, Role as AccessRole, Sense, Ui, Vec2, WidgetInfo};
use kinora_project::{Card, CardContent, Shot};
use serde_json::json;

const HEIGHT: f32 = 22.0;

/// Where in a shot a picture stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    First,
    Middle,
    Last,
}

impl Role {
    const ALL: [Self; 3] = [Self::First, Self::Middle, Self::Last];

    fn of(frame: i64, frames: i64) -> Self {
        match frame {
            0 => Self::First,
            _ if frame + 1 >= frames => Self::Last,
            _ => Self::Middle,
        }
    }

    fn frame(self, frames: i64) -> i64 {
        match self {
            Self::First => 0,
            Self::Middle => frames / 2,
            Self::Last => (frames - 1).max(0),
        }
    }

    fn name(self) -> String {
        match self {
            Self::First => tr!("board-role-first"),
            Self::Middle => tr!("board-role-middle"),
            Self::Last => tr!("board-role-last"),
        }
    }
}

/// Draws the chip at the bottom of a card's picture, while the pictures that were dropped are there.
pub(super) fn chip_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot, picture: Rect) {
    if view.session.landed != Some(shot.id) {
        return;
    }
    let cards: Vec<Card> =
        shot.cards.iter().filter(|card| matches!(card.content, CardContent::Picture(_))).cloned().collect();
    if cards.is_empty() || view.session.selected.shot() != Some(shot.id) {
        view.session.landed = None;
        return;
    }
    let rate = view.project().settings.rate;
    let frames = rate.nearest_frame(shot.length);
    let role = |card: &Card| Role::of(rate.nearest_frame(card.at), frames);
    let text = match cards.as_slice() {
        [one] => role(one).name(),
        [one, two] if role(one) == Role::First && role(two) == Role::Last => tr!("board-drop-both"),
        more => tr!("board-role-many", count = more.len()),
    };
    let theme = theme(ui.ctx());
    let width = ui.painter().layout_no_wrap(text.clone(), regular(CAPTION), theme.text).size().x + 34.0;
    let size = Vec2::new(width.min(picture.width() - 2.0 * SPACE[0]), HEIGHT);
    let rect = Rect::from_min_size(picture.left_bottom() + Vec2::new(SPACE[0], -HEIGHT - SPACE[0]), size);
    let response = ui.interact(rect, ui.scope_id().with(("role", shot.id.0)), Sense::click());
    let name = tr!("board-role", role = text.clone());
    response.widget_info(|| WidgetInfo::labeled(AccessRole::Button, true, &name));
    ui.painter().rect_filled(rect, RADIUS_FIELD, if response.hovered() { theme.hover } else { theme.raised });
    ui.painter().rect_stroke(rect, RADIUS_FIELD, theme.line_stroke(), egui::StrokeKind::Inside);
    let words = rect.shrink2(Vec2::new(SPACE[1], 0.0)).with_max_x(rect.right() - 22.0);
    fitted_text(ui.painter(), words, Align2::LEFT_CENTER, &text, regular(CAPTION), theme.text);
    Icon::ChevronDown.paint_at(ui.painter(), egui::pos2(rect.right() - 12.0, rect.center().y), 12.0, theme.text_soft);
    focus_ring(ui, rect, &response);
    Popup::menu(&response).show(|ui| match cards.as_slice() {
        [one] => {
            for to in Role::ALL {
                if ui.selectable_label(role(one) == to, to.name()).clicked() {
                    put(view, shot, one, to.frame(frames));
                }
            }
        }
        [one, two] if ui.button(tr!("board-role-swap")).clicked() => swap(view, shot, one, two),
        _ => {}
    });
    response.on_hover_text(tr!("board-role-hint"));
}

fn content(card: &Card) -> serde_json::Value {
    if let CardContent::Picture(media) = card.content { json!(media) } else { json!(null) }
}

fn put(view: &mut View<'_>, shot: &Shot, card: &Card, frame: i64) {
    let args = json!({ "shot": shot.id, "card": card.id, "time": format!("{frame} f"), "picture": content(card) });
    view.command("card.change", args);
}

/// Each gets the other's picture, as one step.
fn swap(view: &mut View<'_>, shot: &Shot, one: &Card, two: &Card) {
    let rate = view.project().settings.rate;
    let change = |card: &Card, picture: &Card| {
        let time = format!("{} f", rate.nearest_frame(card.at));
        let args = json!({ "shot": shot.id, "card": card.id, "time": time, "picture": content(picture) });
        ("card.change", args)
    };
    view.out.push(crate::Intent::Commands(vec![change(one, two), change(two, one)]));
}
