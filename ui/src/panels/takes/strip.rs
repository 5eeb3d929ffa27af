//! All takes of the shot in a row, where more are there than are seen: a click puts one among those that are compared.

use super::{Compare, number};
use crate::theme::{CAPTION, Icon, RADIUS_CLIP, SPACE, bold, theme};
use crate::tr;
use crate::view::View;
use egui::{Align2, Rect, Role, ScrollArea, Sense, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo};
use kinora_project::TakeId;
use kinora_studio::queue::Pictured;

/// How high the row is.
pub(super) const HEIGHT: f32 = 64.0;
const PICTURE: Vec2 = Vec2::new(80.0, 45.0);

pub(super) fn strip_ui(
    ui: &mut Ui,
    view: &mut View<'_>,
    compare: &mut Compare,
    (takes, shown): (&[TakeId], &[TakeId]),
    rect: Rect,
) {
    let theme = theme(ui.ctx());
    ui.painter().hline(rect.x_range(), rect.top(), theme.line_stroke());
    let inside = rect.shrink2(Vec2::new(SPACE[1], SPACE[1]));
    ui.scope_builder(UiBuilder::new().max_rect(inside), |ui| {
        ScrollArea::horizontal().id_salt("takes-strip").show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = SPACE[0];
                for take in takes {
                    one_ui(ui, view, compare, *take, shown.contains(take));
                }
            });
        });
    });
}

fn one_ui(ui: &mut Ui, view: &mut View<'_>, compare: &mut Compare, take: TakeId, on: bool) {
    let theme = theme(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(PICTURE, Sense::click());
    if !ui.is_rect_visible(rect) {
        return;
    }
    let number = number(view, take);
    let name = tr!("takes-compare", number = number);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, on, &name));
    ui.painter().rect_filled(rect, RADIUS_CLIP, theme.background);
    if let Some(texture) = view.desk.thumbnail(Pictured::Take(take)) {
        egui::Image::new((texture.id, texture.size)).corner_radius(RADIUS_CLIP).paint_at(ui, rect);
    }
    let tag = Rect::from_min_size(rect.min, Vec2::new(20.0, 16.0));
    ui.painter().rect_filled(tag, RADIUS_CLIP, theme.background.gamma_multiply(0.8));
    ui.painter().text(tag.center(), Align2::CENTER_CENTER, number.to_string(), bold(CAPTION), theme.text);
    if view.project().marks.takes.get(&take).is_some_and(|mark| mark.favourite) {
        Icon::Heart.paint_at(ui.painter(), rect.right_top() + Vec2::new(-9.0, 9.0), 12.0, theme.accent);
    }
    if on || response.hovered() {
        let stroke = if on { theme.selected_stroke() } else { theme.line_stroke() };
        ui.painter().rect_stroke(rect, RADIUS_CLIP, stroke, StrokeKind::Inside);
    }
    if response.clicked() {
        compare.chosen.retain(|other| *other != take);
        compare.chosen.push(take);
        view.session.selected.take = Some(take);
    }
    response.on_hover_text(tr!("takes-compare-hint", number = number));
}
