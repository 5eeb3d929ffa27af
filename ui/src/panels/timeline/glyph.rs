//! The tools' icons: editors know them from brackets and arrows, which no icon font has.

use crate::session::Tool;
use crate::theme::{ICON_SIZE, Icon};
use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2};

/// Draws a tool's icon around a point.
pub(super) fn paint(painter: &Painter, tool: Tool, middle: Pos2, colour: Color32) {
    let stroke = Stroke::new(1.5, colour);
    let at = |x: f32, y: f32| middle + Vec2::new(x, y);
    let line = |points: &[Pos2]| painter.add(Shape::line(points.to_vec(), stroke));
    // An arrow head at `x`, towards the right if `by` is more than 0.
    let head = |x: f32, by: f32| line(&[at(x - by, -3.0), at(x, 0.0), at(x - by, 3.0)]);
    let bracket = |x: f32, foot: f32| line(&[at(x + foot, -6.0), at(x, -6.0), at(x, 6.0), at(x + foot, 6.0)]);
    match tool {
        Tool::Select => {
            let points =
                [at(-4.0, -7.0), at(-4.0, 5.5), at(-0.8, 2.6), at(1.4, 7.0), at(3.6, 6.0), at(1.6, 1.8), at(5.6, 1.4)];
            painter.add(Shape::closed_line(points.to_vec(), stroke));
        }
        Tool::Blade => {
            Icon::Scissors.paint_at(painter, middle, ICON_SIZE, colour);
        }
        Tool::Ripple => {
            bracket(-3.0, -3.0);
            line(&[at(0.0, 0.0), at(7.0, 0.0)]);
            head(7.0, 3.0);
        }
        Tool::Roll => {
            bracket(-1.5, -2.0);
            bracket(1.5, 2.0);
            line(&[at(-7.5, 0.0), at(-4.0, 0.0)]);
            head(-7.5, -2.5);
            line(&[at(4.0, 0.0), at(7.5, 0.0)]);
            head(7.5, 2.5);
        }
        Tool::Slip => {
            line(&[at(-7.5, -6.0), at(-7.5, 6.0)]);
            line(&[at(7.5, -6.0), at(7.5, 6.0)]);
            line(&[at(-4.5, 0.0), at(4.5, 0.0)]);
            head(-4.5, -3.0);
            head(4.5, 3.0);
        }
        Tool::Slide => {
            let block = Rect::from_min_max(at(-2.5, -5.5), pos2(middle.x + 2.5, middle.y + 5.5));
            painter.rect_stroke(block, 1.0, stroke, StrokeKind::Middle);
            head(-7.5, -2.5);
            line(&[at(-7.5, 0.0), at(-5.0, 0.0)]);
            head(7.5, 2.5);
            line(&[at(5.0, 0.0), at(7.5, 0.0)]);
        }
    }
}
