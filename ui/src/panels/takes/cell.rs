//! One take: its picture, and under it what people think of it and what it was made from.

use super::{number, picture_in, time_in};
use crate::desk::Looking;
use crate::dragged::Dragged;
use crate::layout::Panel;
use crate::session::Source;
use crate::theme::{BODY, CAPTION, HIT, Icon, RADIUS_CLIP, SPACE, bold, mono, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{fitted_text, icon_toggle};
use egui::{Align2, Rect, Role, Sense, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo};
use kinora_project::{ShotId, TakeId};
use serde_json::json;

/// How high what stands under the picture is.
const UNDER: f32 = 52.0;
/// What stands under a picture needs this much.
const NARROW: f32 = 240.0;
/// A cell from this width on has words on its button.
const WIDE: f32 = 360.0;

pub(super) fn cell_ui(ui: &mut Ui, view: &mut View<'_>, shot: ShotId, (take, slot): (TakeId, usize), rect: Rect) {
    let (above, _) = rect.split_top_bottom_at_y((rect.bottom() - UNDER).max(rect.top()));
    let picture = picture_in(view, above);
    picture_ui(ui, view, shot, (take, slot), picture);
    // What belongs to the picture stands right under it, as wide as it unless that is too little.
    let width = picture.width().max(NARROW.min(rect.width()));
    let left = picture.center().x - width / 2.0;
    let under = Rect::from_min_size(egui::pos2(left, picture.bottom()), Vec2::new(width, UNDER));
    under_ui(ui, view, shot, take, under);
}

fn picture_ui(ui: &mut Ui, view: &mut View<'_>, shot: ShotId, (take, slot): (TakeId, usize), rect: Rect) {
    let theme = theme(ui.ctx());
    let response = ui.interact(rect, ui.scope_id().with("picture"), Sense::click_and_drag());
    let name = tr!("takes-take", number = number(view, take));
    let selected = view.session.selected.take == Some(take);
    response.widget_info(|| WidgetInfo::selected(Role::Image, true, selected, &name));
    ui.painter().rect_filled(rect, RADIUS_CLIP, theme.background);
    let at = time_in(view, take);
    let monitor = view.desk.monitor(slot, Looking::Take(take, at));
    match (monitor.texture, monitor.error) {
        (Some(texture), _) => {
            egui::Image::new((texture.id, texture.size)).corner_radius(RADIUS_CLIP).paint_at(ui, rect)
        }
        (None, Some(error)) => {
            fitted_text(ui.painter(), rect.shrink(SPACE[2]), Align2::CENTER_CENTER, &error, regular(BODY), theme.error);
        }
        (None, None) => {}
    }
    if selected {
        ui.painter().rect_stroke(rect, RADIUS_CLIP, theme.selected_stroke(), StrokeKind::Outside);
    }
    response.dnd_set_drag_payload(Dragged::Take(take));
    response.context_menu(|ui| {
        let more =
            [("tool.finish", tr!("command-tool-finish"), "take"), ("tool.variations", tr!("takes-like"), "like")];
        for (command, name, arg) in more {
            if ui.button(name).clicked() {
                view.command(command, json!({ "shot": shot, arg: take }));
                ui.close();
            }
        }
    });
    if response.clicked() {
        view.session.selected.take = Some(take);
    }
    if response.double_clicked() {
        view.session.source = Some(Source::Take(take));
        view.session.reveal = Some(Panel::Source);
    }
    response.on_hover_text_at_pointer(tr!("takes-picture-hint"));
}

fn under_ui(ui: &mut Ui, view: &mut View<'_>, shot: ShotId, take: TakeId, rect: Rect) {
    let theme = theme(ui.ctx());
    let number = number(view, take);
    let used = view.project().circled(shot).is_some_and(|circled| circled.id == take);
    let mark = view.project().marks.takes.get(&take).cloned().unwrap_or_default();
    let line = Rect::from_min_size(rect.min + Vec2::new(0.0, SPACE[0]), Vec2::new(rect.width(), HIT));
    let name = tr!("takes-take", number = number);
    let drawn = fitted_text(
        ui.painter(),
        line.with_max_x(line.left() + 90.0),
        Align2::LEFT_CENTER,
        &name,
        bold(BODY),
        theme.text,
    );
    if used {
        Icon::CircleCheck.paint_at(ui.painter(), egui::pos2(drawn.right() + 14.0, line.center().y), 14.0, theme.accent);
    }
    ui.scope_builder(UiBuilder::new().max_rect(line).layout(egui::Layout::right_to_left(egui::Align::Center)), |ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        use_ui(ui, view, (shot, take, number), used, rect.width() >= WIDE);
        let heart =
            if mark.favourite { tr!("takes-unfavour", number = number) } else { tr!("takes-favour", number = number) };
        if icon_toggle(ui, Icon::Heart, &heart, mark.favourite).clicked() {
            view.command("take.mark", json!({ "take": take, "favourite": !mark.favourite }));
        }
        ui.add_space(SPACE[0]);
        stars_ui(ui, view, take, number, mark.stars);
    });
    facts_ui(ui, view, take, Rect::from_min_max(egui::pos2(rect.left(), line.bottom()), rect.max));
}

/// The button that makes the shot show this take.
fn use_ui(ui: &mut Ui, view: &mut View<'_>, (shot, take, number): (ShotId, TakeId, usize), used: bool, words: bool) {
    let theme = theme(ui.ctx());
    let name = if used { tr!("takes-used", number = number) } else { tr!("takes-use", number = number) };
    let text = if used { tr!("takes-used-short") } else { tr!("takes-use-short") };
    let width = if words {
        ui.painter().layout_no_wrap(text.clone(), regular(BODY - 1.0), theme.text).size().x + 2.0 * SPACE[1] + 20.0
    } else {
        HIT
    };
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, HIT), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, used, &name));
    let ink = if used { theme.accent } else { theme.text };
    let fill = if response.hovered() { theme.hover } else { theme.raised };
    ui.painter().rect_filled(rect, crate::theme::RADIUS_FIELD, fill);
    let icon = if used { Icon::CircleDot } else { Icon::Circle };
    icon.paint_at(ui.painter(), egui::pos2(rect.left() + 12.0, rect.center().y), 14.0, ink);
    if words {
        let room = rect.with_min_x(rect.left() + 24.0);
        fitted_text(ui.painter(), room, Align2::LEFT_CENTER, &text, regular(BODY - 1.0), ink);
    }
    crate::widgets::focus_ring(ui, rect, &response);
    if response.clicked() && !used {
        view.command("take.circle", json!({ "shot": shot, "take": take }));
    }
    response.on_hover_text(if used {
        tr!("takes-used-hint")
    } else {
        view.hint(&tr!("takes-use-hint"), "take.circle")
    });
}

/// Five stars; a click on the last one that is set takes it away.
fn stars_ui(ui: &mut Ui, view: &mut View<'_>, take: TakeId, number: usize, stars: u8) {
    // From right to left, as the row is laid out.
    for star in (1..=kinora_project::MOST_STARS).rev() {
        let name = tr!("takes-star", number = number, stars = star);
        if icon_toggle(ui, Icon::Star, &name, star <= stars).clicked() {
            let stars = if star == stars { star - 1 } else { star };
            view.command("take.mark", json!({ "take": take, "stars": stars }));
        }
    }
}

/// Seed, steps and length.
fn facts_ui(ui: &Ui, view: &View<'_>, take: TakeId, rect: Rect) {
    let theme = theme(ui.ctx());
    let Some(take) = view.project().arrived.takes.get(&take) else { return };
    let length = (take.duration().as_seconds() * 10.0).round() / 10.0;
    let text = tr!("takes-facts", seed = take.plan.seed.to_string(), steps = take.plan.steps, length = length);
    fitted_text(ui.painter(), rect, Align2::LEFT_TOP, &text, mono(CAPTION), theme.text_faint);
}
