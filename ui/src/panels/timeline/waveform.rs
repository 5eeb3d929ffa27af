//! The shape of sound in an item, and how it comes and goes.

use super::rows::Table;
use crate::theme::theme;
use crate::view::View;
use crate::widgets::mixed;
use egui::{Mesh, Painter, Rect, Shape, Stroke, Ui, pos2};
use kinora_project::MediaId;
use kinora_project::timeline::{Item, Run};

/// Least and most of each point, as loud as the item is; one mesh an item.
pub(super) fn waveform_ui(
    ui: &Ui,
    painter: &Painter,
    view: &mut View<'_>,
    table: &Table,
    item: &Item,
    (media, run): (MediaId, Run),
    whole: Rect,
) {
    let theme = theme(ui.ctx());
    let ink = mixed(theme.background, theme.audio, 0.75);
    let middle = whole.center().y;
    painter.hline(whole.x_range(), middle, Stroke::new(1.0, mixed(theme.background, theme.audio, 0.4)));
    if let Some(shape) = view.desk.waveform(media) {
        let lanes = table.places.lanes.x_range();
        let gain = 10f32.powf(item.sound.gain as f32 / 2000.0);
        let half = whole.height() / 2.0 - 2.0;
        let part = |x: f32| {
            let at = run.at(table.scale.length_of(x - whole.left())).as_seconds();
            (at * shape.parts_per_second).max(0.0) as usize
        };
        let (first, last) = (whole.left().max(lanes.min).floor(), whole.right().min(lanes.max));
        let mut mesh = Mesh::default();
        let mut x = first;
        while x < last {
            let (a, b) = (part(x), part(x + 1.0));
            let (a, b) = (a.min(b), a.max(b).max(a.min(b) + 1));
            let parts = shape.peaks.get(a.min(shape.peaks.len())..b.min(shape.peaks.len())).unwrap_or_default();
            if !parts.is_empty() {
                let (least, most) = parts.iter().fold((0f32, 0f32), |(l, m), (a, b)| (l.min(*a), m.max(*b)));
                let (top, bottom) = ((most * gain).min(1.0) * half, (least * gain).max(-1.0) * half);
                let line = Rect::from_min_max(pos2(x, middle - top.max(0.5)), pos2(x + 1.0, middle - bottom.min(-0.5)));
                mesh.add_colored_rect(line, ink);
            }
            x += 1.0;
        }
        painter.add(Shape::mesh(mesh));
    }
    let fade = Stroke::new(1.0, theme.text);
    let (into, out) = (table.scale.width_of(item.sound.fade_in), table.scale.width_of(item.sound.fade_out));
    if into > 1.0 {
        painter.line_segment([whole.left_bottom(), pos2(whole.left() + into, whole.top())], fade);
    }
    if out > 1.0 {
        painter.line_segment([pos2(whole.right() - out, whole.top()), whole.right_bottom()], fade);
    }
}
