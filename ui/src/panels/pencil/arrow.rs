//! An arrow over a shot's picture: where something goes.

use crate::panels::inspector::going;
use crate::theme::theme;
use crate::words::language;
use crate::{Intent, View};
use egui::{Painter, Pos2, Rect, Shape, Stroke, Ui, Vec2, pos2};
use kinora_project::{Arrow, Outline, Shot};
use serde_json::json;

/// An arrow while it is drawn: from where the button went down to where the pointer is, both as parts of the picture.
pub(super) fn between(from: Pos2, to: Pos2) -> Option<Arrow> {
    #[allow(clippy::cast_possible_truncation)]
    let thousandths = |part: f32| (part.clamp(0.0, 1.0) * 1000.0).round() as i32;
    let place = |at: Pos2| (thousandths(at.x), thousandths(at.y));
    let arrow = Arrow { from: place(from), to: place(to) };
    arrow.is_sound().then_some(arrow)
}

/// Draws it over a picture.
pub(crate) fn arrow_ui(ui: &Ui, painter: &Painter, picture: Rect, arrow: &Arrow) {
    let theme = theme(ui.ctx());
    let at = |(x, y): (f32, f32)| picture.min + Vec2::new(x, y);
    let Outline { line, head } = arrow.outline((picture.width(), picture.height()));
    let (line, head) = (line.map(at), head.map(at).to_vec());
    let width = (picture.width().max(picture.height()) * 0.012).max(1.5);
    for (width, ink, edge) in [(2.0 * width, theme.background, width), (width, theme.text, 0.0)] {
        painter.line_segment(line, Stroke::new(width, ink));
        painter.circle_filled(line[0], width / 2.0, ink);
        painter.add(Shape::convex_polygon(head.clone(), ink, Stroke::new(edge, ink)));
    }
}

/// Keeps an arrow with its shot, and says in its prompt which way it points.
pub(super) fn keep(view: &mut View<'_>, shot: &Shot, arrow: Option<Arrow>) {
    let shape = crate::panels::board::shape_of(&view.project().settings.aspect);
    let [old, new] = [shot.arrow, arrow].map(|arrow| arrow.map(|arrow| arrow.heading(shape)));
    let place = |(x, y): (i32, i32)| format!("{x},{y}");
    let ends = arrow.map(|arrow| (place(arrow.from), place(arrow.to)));
    let set = match ends {
        Some((from, to)) => json!({ "shot": shot.id, "from": from, "to": to }),
        None => json!({ "shot": shot.id }),
    };
    let mut commands = vec![("shot.set-arrow", set)];
    let prompt = going(&shot.words.prompt, old, new, language());
    if prompt != shot.words.prompt {
        commands.push(("shot.write", json!({ "shot": shot.id, "field": "prompt", "text": prompt })));
    }
    view.out.push(Intent::Commands(commands));
}

/// A place on a canvas as parts of it.
pub(super) fn part_of(canvas: Rect, at: Pos2) -> Pos2 {
    pos2((at.x - canvas.left()) / canvas.width().max(1.0), (at.y - canvas.top()) / canvas.height().max(1.0))
}
