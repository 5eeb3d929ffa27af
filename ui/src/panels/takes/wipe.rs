//! Two takes in one place: left of a line the first, right of it the second. The line is dragged.

use super::{Compare, FIRST_SLOT, number, picture_in, time_in};
use crate::desk::Looking;
use crate::theme::{CAPTION, RADIUS_CLIP, SPACE, bold, theme};
use crate::tr;
use crate::view::View;
use egui::{Align2, CursorIcon, Rect, Role, Sense, Stroke, Ui, Vec2, WidgetInfo};
use kinora_project::TakeId;

pub(super) fn wipe_ui(ui: &mut Ui, view: &mut View<'_>, compare: &mut Compare, takes: [TakeId; 2], room: Rect) {
    let theme = theme(ui.ctx());
    let rect = picture_in(view, room.shrink(SPACE[1]));
    let response = ui.interact(rect, ui.scope_id().with("wipe"), Sense::click_and_drag());
    let mut line = compare.line.unwrap_or(0.5);
    let name = tr!("takes-wipe-line");
    response
        .widget_info(|| WidgetInfo { value: Some(f64::from(line)), ..WidgetInfo::labeled(Role::Slider, true, &name) });
    if let Some(at) = response.interact_pointer_pos().filter(|_| response.dragged() || response.clicked()) {
        line = ((at.x - rect.left()) / rect.width().max(1.0)).clamp(0.0, 1.0);
        compare.line = Some(line);
    }
    let x = rect.left() + rect.width() * line;
    ui.painter().rect_filled(rect, RADIUS_CLIP, theme.background);
    let sides = [rect.with_max_x(x), rect.with_min_x(x)];
    for (place, (take, side)) in takes.into_iter().zip(sides).enumerate() {
        let at = time_in(view, take);
        let monitor = view.desk.monitor(FIRST_SLOT + place, Looking::Take(take, at));
        let painter = ui.painter().with_clip_rect(side.intersect(ui.clip_rect()));
        if let Some(texture) = monitor.texture {
            let all = Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(1.0, 1.0));
            painter.image(texture.id, rect, all, egui::Color32::WHITE);
        }
        let text = tr!("takes-take", number = number(view, take));
        let (corner, align) = if place == 0 {
            (rect.left_top() + Vec2::new(SPACE[1], SPACE[1]), Align2::LEFT_TOP)
        } else {
            (rect.right_top() + Vec2::new(-SPACE[1], SPACE[1]), Align2::RIGHT_TOP)
        };
        let galley = painter.layout_no_wrap(text, bold(CAPTION), theme.text);
        let place = align.anchor_size(corner, galley.size());
        painter.rect_filled(place.expand2(Vec2::new(6.0, 3.0)), RADIUS_CLIP, theme.background.gamma_multiply(0.8));
        painter.galley(place.min, galley, theme.text);
    }
    ui.painter().vline(x, rect.y_range(), Stroke::new(1.0, theme.accent));
    let grip = Rect::from_center_size(egui::pos2(x, rect.center().y), Vec2::new(6.0, 28.0));
    ui.painter().rect_filled(grip, 3.0, theme.accent);
    response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal).on_hover_text(tr!("takes-wipe-hint"));
}
