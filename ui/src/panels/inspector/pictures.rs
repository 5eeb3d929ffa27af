//! The small pictures on the inspector's buttons, drawn: what a camera move, a shot size or a look does to a frame.

use super::phrases::Phrase;
use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2};
use std::f32::consts::TAU;

/// Draws a phrase's picture around the middle of a rectangle. `ink` are its lines, `ground` lies behind it.
pub(super) fn paint(painter: &Painter, rect: Rect, phrase: &Phrase, ink: Color32, ground: Color32) {
    let frame = Rect::from_center_size(rect.center(), Vec2::new(28.0, 18.0));
    let pen = Pen { painter, frame, ink, ground };
    match phrase.id {
        "camera-still" => pen.still(),
        "camera-pan-left" => pen.pan(Vec2::new(-1.0, 0.0)),
        "camera-pan-right" => pen.pan(Vec2::new(1.0, 0.0)),
        "camera-tilt-up" => pen.pan(Vec2::new(0.0, -1.0)),
        "camera-tilt-down" => pen.pan(Vec2::new(0.0, 1.0)),
        "camera-push-in" => pen.zoom(true),
        "camera-pull-out" => pen.zoom(false),
        "camera-follow" => pen.follow(),
        "camera-orbit" => pen.orbit(),
        "camera-hand" => pen.hand(),
        "size-wide" => pen.figure(0.34),
        "size-medium" => pen.figure(0.8),
        "size-close" => pen.figure(1.7),
        "look-flat" => pen.flat(),
        "look-paper" => pen.paper(),
        "look-noir" => pen.noir(),
        "look-archive" => pen.archive(),
        "look-stop-motion" => pen.stop_motion(),
        "look-ink" => pen.ink_line(),
        _ => pen.outline(frame),
    }
}

struct Pen<'a> {
    painter: &'a Painter,
    frame: Rect,
    ink: Color32,
    ground: Color32,
}

impl Pen<'_> {
    fn stroke(&self) -> Stroke {
        Stroke::new(1.4, self.ink)
    }

    fn soft(&self) -> Color32 {
        self.ink.gamma_multiply(0.45)
    }

    fn outline(&self, rect: Rect) {
        self.painter.rect_stroke(rect, 2.0, self.stroke(), StrokeKind::Inside);
    }

    fn arrow(&self, from: Pos2, to: Pos2) {
        let way = (to - from).normalized();
        let side = way.rot90();
        self.painter.line_segment([from, to], self.stroke());
        let head = [to - way * 3.5 + side * 3.0, to, to - way * 3.5 - side * 3.0];
        self.painter.add(Shape::line(head.to_vec(), self.stroke()));
    }

    fn still(&self) {
        self.outline(self.frame);
        let middle = self.frame.center();
        for way in [Vec2::X, Vec2::Y] {
            self.painter.line_segment([middle - way * 3.5, middle + way * 3.5], self.stroke());
        }
    }

    /// The frame where it is, and where it goes.
    fn pan(&self, way: Vec2) {
        let size = Vec2::new(17.0, 12.0);
        let from = Rect::from_center_size(self.frame.center() - way * Vec2::new(5.5, 3.5), size);
        let to = from.translate(way * Vec2::new(11.0, 7.0));
        self.painter.rect_stroke(from, 2.0, Stroke::new(1.0, self.soft()), StrokeKind::Inside);
        self.painter.rect_filled(to, 2.0, self.ground);
        self.outline(to);
        let middle = to.center();
        self.arrow(middle - way * 3.5, middle + way * 3.5);
    }

    fn zoom(&self, closer: bool) {
        self.outline(self.frame);
        let inner = Rect::from_center_size(self.frame.center(), Vec2::new(9.0, 6.0));
        self.painter.rect_stroke(inner, 1.0, Stroke::new(1.0, self.soft()), StrokeKind::Inside);
        for corner in [Vec2::new(1.0, 1.0), Vec2::new(-1.0, 1.0), Vec2::new(1.0, -1.0), Vec2::new(-1.0, -1.0)] {
            let outside = self.frame.center() + corner * Vec2::new(11.0, 6.5);
            let inside = self.frame.center() + corner * Vec2::new(6.0, 3.8);
            let (from, to) = if closer { (outside, inside) } else { (inside, outside) };
            self.painter.line_segment([from, to], Stroke::new(1.0, self.ink));
            self.painter.circle_filled(to, 1.3, self.ink);
        }
    }

    fn follow(&self) {
        let middle = self.frame.center();
        self.painter.circle_filled(middle + Vec2::new(5.0, -2.0), 3.2, self.ink);
        self.arrow(middle + Vec2::new(-13.0, 6.0), middle + Vec2::new(11.0, 6.0));
        for (line, length) in [(-5.0, 7.0), (-2.0, 10.0), (1.0, 7.0)] {
            let end = middle + Vec2::new(-1.0, line);
            self.painter.line_segment([end - Vec2::new(length, 0.0), end], Stroke::new(1.0, self.soft()));
        }
    }

    fn orbit(&self) {
        let middle = self.frame.center();
        self.painter.circle_filled(middle, 3.0, self.soft());
        let at = |turn: f32| middle + Vec2::angled(TAU * turn) * Vec2::new(12.0, 6.5);
        let ring = (0..=32).map(|step| at(0.14 + 0.8 * step as f32 / 32.0)).collect();
        self.painter.add(Shape::line(ring, self.stroke()));
        self.arrow(at(0.91), at(0.96));
    }

    fn hand(&self) {
        for (turn, ink) in [(-0.16_f32, self.soft()), (0.1, self.ink)] {
            let corners =
                [self.frame.left_top(), self.frame.right_top(), self.frame.right_bottom(), self.frame.left_bottom()];
            let middle = self.frame.center();
            let turned = corners.map(|corner| {
                let from = (corner - middle) * 0.86;
                middle + Vec2::new(from.x * turn.cos() - from.y * turn.sin(), from.x * turn.sin() + from.y * turn.cos())
            });
            self.painter.add(Shape::closed_line(turned.to_vec(), Stroke::new(1.2, ink)));
        }
    }

    /// Somebody in the frame, so large.
    fn figure(&self, size: f32) {
        let clipped = self.painter.with_clip_rect(self.frame.shrink(1.0).intersect(self.painter.clip_rect()));
        let ground = self.frame.bottom() - if size < 0.5 { 3.0 } else { 0.0 };
        let tall = 22.0 * size;
        let top = if size > 1.0 { self.frame.top() + 3.0 } else { ground - tall };
        let middle = self.frame.center().x;
        let head = tall * 0.17;
        clipped.circle_filled(Pos2::new(middle, top + head), head, self.ink);
        let shoulders =
            Rect::from_min_size(Pos2::new(middle - tall * 0.21, top + head * 2.25), Vec2::new(tall * 0.42, tall * 0.9));
        clipped.rect_filled(shoulders, tall * 0.16, self.ink);
        if size < 0.5 {
            clipped.hline(self.frame.x_range(), ground, Stroke::new(1.0, self.soft()));
        }
        self.outline(self.frame);
    }

    fn scene(&self) -> Painter {
        self.painter.with_clip_rect(self.frame.intersect(self.painter.clip_rect()))
    }

    fn flat(&self) {
        let scene = self.scene();
        scene.rect_filled(self.frame, 2.0, self.ink.gamma_multiply(0.25));
        let hill = Rect::from_center_size(self.frame.center_bottom() + Vec2::new(4.0, 3.0), Vec2::new(24.0, 18.0));
        scene.rect_filled(hill, 9.0, self.soft());
        scene.circle_filled(self.frame.left_top() + Vec2::new(7.0, 6.0), 3.2, self.ink);
    }

    fn paper(&self) {
        let scene = self.scene();
        scene.rect_filled(self.frame, 2.0, self.ink.gamma_multiply(0.25));
        let at = |x: f32, y: f32| self.frame.left_top() + Vec2::new(x, y);
        let sheet = |points: Vec<Pos2>, fill| {
            scene.add(Shape::convex_polygon(points, fill, Stroke::new(1.2, self.ground)));
        };
        sheet(
            vec![at(-1.0, 12.0), at(9.0, 8.0), at(19.0, 11.0), at(29.0, 7.0), at(29.0, 19.0), at(-1.0, 19.0)],
            self.soft(),
        );
        sheet(vec![at(9.0, 16.0), at(14.0, 3.0), at(20.0, 15.5)], self.ink);
    }

    fn noir(&self) {
        let scene = self.scene();
        scene.rect_filled(self.frame, 2.0, self.ground);
        for line in 0_u8..4 {
            let y = self.frame.top() + 2.5 + f32::from(line) * 4.2;
            let blind = Shape::convex_polygon(
                vec![
                    Pos2::new(self.frame.left() + 4.0, y),
                    Pos2::new(self.frame.right() - 2.0, y + 1.6),
                    Pos2::new(self.frame.right() - 2.0, y + 3.6),
                    Pos2::new(self.frame.left() + 4.0, y + 2.0),
                ],
                self.ink,
                Stroke::NONE,
            );
            scene.add(blind);
        }
        scene.circle_filled(self.frame.center() + Vec2::new(-3.0, -1.0), 3.4, self.ground);
        scene.rect_filled(
            Rect::from_center_size(self.frame.center_bottom() + Vec2::new(-3.0, 0.0), Vec2::new(10.0, 11.0)),
            4.0,
            self.ground,
        );
        self.painter.rect_stroke(self.frame, 2.0, Stroke::new(1.0, self.soft()), StrokeKind::Inside);
    }

    fn archive(&self) {
        self.painter.rect_filled(self.frame, 2.0, self.ink.gamma_multiply(0.25));
        for hole in 0_u8..5 {
            let x = self.frame.left() + 3.0 + f32::from(hole) * 5.5;
            for y in [self.frame.top() + 2.6, self.frame.bottom() - 2.6] {
                let hole = Rect::from_center_size(Pos2::new(x, y), Vec2::new(2.6, 2.0));
                self.painter.rect_filled(hole, 0.5, self.ink);
            }
        }
        let scratch = |x: f32, from: f32, to: f32| {
            let left = self.frame.left() + x;
            self.painter.line_segment(
                [Pos2::new(left, self.frame.top() + from), Pos2::new(left + 0.6, self.frame.top() + to)],
                Stroke::new(1.0, self.ink),
            );
        };
        scratch(8.0, 5.5, 12.0);
        scratch(17.0, 6.5, 12.5);
        scratch(21.5, 5.5, 9.0);
    }

    fn stop_motion(&self) {
        let middle = self.frame.center();
        for (place, part) in [(-9.0, 0.25), (0.0, 0.5), (9.0, 1.0)] {
            let ink = self.ink.gamma_multiply(part);
            let lift = if place == 0.0 { -4.0 } else { 1.0 };
            let body = Rect::from_center_size(middle + Vec2::new(place, lift + 1.0), Vec2::new(8.0, 9.0));
            self.painter.rect_filled(body, 3.5, ink);
        }
        self.painter.hline(self.frame.x_range(), self.frame.bottom() - 1.0, Stroke::new(1.0, self.soft()));
    }

    fn ink_line(&self) {
        let wave = |height: f32, wide: f32| -> Vec<Pos2> {
            (0..=24_u8)
                .map(|step| {
                    let part = f32::from(step) / 24.0;
                    let y = self.frame.center().y + height + (part * TAU * 0.9 + wide).sin() * 4.0;
                    Pos2::new(self.frame.left() + part * self.frame.width(), y)
                })
                .collect()
        };
        self.painter.add(Shape::line(wave(3.0, 0.4), self.stroke()));
        self.painter.circle_stroke(self.frame.right_top() + Vec2::new(-7.0, 5.0), 3.6, Stroke::new(1.2, self.ink));
    }
}
