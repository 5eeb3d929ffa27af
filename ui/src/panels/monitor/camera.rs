//! The camera's move over a still, drawn as two frames: where it begins, and where it ends. They become the first and the last frame of a
//! new shot.

use crate::desk::Texture;
use crate::theme::{CAPTION, Icon, SPACE, bold, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{focus_ring, icon_toggle, wide_button};
use egui::{
    Align2, Color32, CursorIcon, Key, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo,
    pos2,
};
use kinora_project::{MediaId, MediaKind};
use serde_json::json;

/// The narrowest that a frame gets, as a part of the still's width.
const NARROWEST: f32 = 0.1;
/// How far a key moves a frame, as a part of the still.
const STEP: f32 = 0.02;
/// How high the buttons are, with the space over them.
const BAR: f32 = 34.0;
/// The corner that changes a frame's size.
const CORNER: f32 = 14.0;

/// A move that is being drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct CameraMove {
    /// The still.
    pub picture: MediaId,
    /// The first and the last frame as parts of the still, 0 to 1 along its sides.
    pub frames: [Rect; 2],
}

impl CameraMove {
    /// A slow push into the middle. `high`: how high a frame as wide as the still is, as a part of the still.
    fn over(picture: MediaId, high: f32) -> Self {
        let middle = |part: f32| {
            let width = part * (1.0 / high).min(1.0);
            Rect::from_center_size(pos2(0.5, 0.5), Vec2::new(width, width * high))
        };
        Self { picture, frames: [middle(1.0), middle(0.6)] }
    }
}

/// Draws the button that begins it, and the frames while it is drawn. `room`: the monitor; the still lies in its middle.
pub(super) fn camera_ui(ui: &mut Ui, view: &mut View<'_>, media: MediaId, texture: Texture, room: Rect) {
    let still = view.project().media.files.get(&media).is_some_and(|file| file.kind == MediaKind::Still);
    if !still {
        view.session.camera_move = None;
        return;
    }
    let picture = super::fitted(room.shrink(SPACE[1]), texture.size.x / texture.size.y.max(1.0));
    let shape = crate::panels::board::shape_of(&view.project().settings.aspect);
    let high = texture.size.x / texture.size.y.max(1.0) / shape;
    let mut drawn = view.session.camera_move.take().filter(|drawn| drawn.picture == media);
    let corner = Rect::from_min_size(picture.right_top() + Vec2::new(-32.0, 6.0), Vec2::splat(26.0));
    ui.painter().rect_filled(corner, 4.0, theme(ui.ctx()).panel.gamma_multiply(0.85));
    let toggled = ui
        .scope_builder(UiBuilder::new().max_rect(corner), |ui| {
            icon_toggle(ui, Icon::Camera, &tr!("monitor-move"), drawn.is_some())
        })
        .inner;
    if toggled.on_hover_text(tr!("monitor-move-hint")).clicked() {
        drawn = if drawn.is_some() { None } else { Some(CameraMove::over(media, high)) };
    }
    if let Some(mut drawn) = drawn.take() {
        let stays = frames_ui(ui, view, &mut drawn, high, (picture, room));
        view.session.camera_move = stays.then_some(drawn);
    }
}

/// The frames, the way between them, and what can be done; whether it goes on.
fn frames_ui(
    ui: &mut Ui,
    view: &mut View<'_>,
    drawn: &mut CameraMove,
    high: f32,
    (picture, room): (Rect, Rect),
) -> bool {
    let theme = theme(ui.ctx());
    let place = |part: Rect| {
        Rect::from_min_max(picture.lerp_inside(part.min.to_vec2()), picture.lerp_inside(part.max.to_vec2()))
    };
    let inks = [theme.accent, Color32::WHITE];
    let names = [tr!("monitor-move-first"), tr!("monitor-move-last")];
    for (index, frame) in drawn.frames.iter_mut().enumerate() {
        let rect = place(*frame);
        let response = ui.interact(rect, ui.scope_id().with(("move", index)), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &names[index]));
        let size = Rect::from_center_size(rect.right_bottom(), Vec2::splat(CORNER));
        let scaled = ui.interact(size, ui.scope_id().with(("size", index)), Sense::drag());
        if scaled.dragged() {
            let width = frame.width() + scaled.drag_delta().x / picture.width().max(1.0);
            resize(frame, width, high);
        } else if response.dragged() {
            let by = response.drag_delta() / picture.size().max(Vec2::splat(1.0));
            *frame = inside(frame.translate(by));
        }
        keys(ui, &response, frame, high);
        scaled.on_hover_and_drag_cursor(CursorIcon::ResizeNwSe);
        let rect = place(*frame);
        ui.painter().rect_stroke(rect, 1.0, Stroke::new(3.0, Color32::from_black_alpha(140)), StrokeKind::Middle);
        ui.painter().rect_stroke(rect, 1.0, Stroke::new(1.5, inks[index]), StrokeKind::Middle);
        ui.painter().circle_filled(rect.right_bottom(), 4.0, inks[index]);
        let tag = ui.painter().layout_no_wrap(names[index].clone(), bold(CAPTION), Color32::BLACK);
        let at = Rect::from_min_size(rect.min, tag.size() + Vec2::new(8.0, 2.0));
        ui.painter().rect_filled(at, 0.0, inks[index]);
        ui.painter().galley(at.min + Vec2::new(4.0, 1.0), tag, Color32::BLACK);
        focus_ring(ui, rect, &response);
        response.on_hover_and_drag_cursor(CursorIcon::Move);
    }
    let [from, to] = drawn.frames.map(|frame| place(frame).center());
    if (to - from).length() > 8.0 {
        ui.painter().arrow(from, to - from, Stroke::new(2.0, theme.accent));
    }
    // Under the picture where there is room, else over its lower edge.
    let top = (picture.bottom() + SPACE[0]).min(room.bottom() - BAR);
    let bar = Rect::from_min_size(pos2(picture.left(), top), Vec2::new(picture.width(), BAR - SPACE[0]));
    let bar = bar.with_min_x((bar.right() - 300.0).max(bar.left()));
    let mut stays = !ui.input(|input| input.key_pressed(Key::Escape));
    ui.scope_builder(UiBuilder::new().max_rect(bar).layout(egui::Layout::right_to_left(egui::Align::Center)), |ui| {
        let half = Vec2::new((bar.width() - SPACE[1]) / 2.0, 26.0);
        if wide_button(ui, Icon::X, &tr!("monitor-move-leave"), half).clicked() {
            stays = false;
        }
        if wide_button(ui, Icon::Sparkles, &tr!("monitor-move-make"), half).clicked() {
            let [from, to] = drawn.frames.map(thousandths);
            let args = json!({ "picture": drawn.picture, "camera_from": from, "camera_to": to });
            view.command("tool.animate", args);
            stays = false;
        }
    });
    let how = ui.painter().layout(tr!("monitor-move-how"), bold(CAPTION), theme.text, picture.width() - 2.0 * SPACE[2]);
    let foot = (picture.top() - SPACE[0]).max(room.top() + how.size().y + SPACE[1]);
    let plate = Align2::CENTER_BOTTOM.anchor_size(pos2(picture.center().x, foot), how.size());
    ui.painter().rect_filled(plate.expand(SPACE[0]), 3.0, theme.panel.gamma_multiply(0.85));
    ui.painter().galley(plate.min, how, theme.text);
    stays
}

/// Arrows move a frame that has the keyboard, plus and minus change its size.
fn keys(ui: &Ui, response: &Response, frame: &mut Rect, high: f32) {
    if !response.has_focus() {
        return;
    }
    crate::keys::keep_for(ui, response);
    let pressed = |key: Key| {
        let pressed = ui.input_mut(|input| input.count_and_consume_key(egui::Modifiers::NONE, key));
        f32::from(u16::try_from(pressed).unwrap_or(0))
    };
    let by =
        Vec2::new(pressed(Key::ArrowRight) - pressed(Key::ArrowLeft), pressed(Key::ArrowDown) - pressed(Key::ArrowUp));
    let more = pressed(Key::Plus) + pressed(Key::Equals) - pressed(Key::Minus);
    if more != 0.0 {
        let centre = frame.center();
        resize(frame, frame.width() * (1.0 + more * 0.05), high);
        *frame = inside(Rect::from_center_size(centre, frame.size()));
    }
    *frame = inside(frame.translate(by * STEP));
}

/// Another width, the same shape, from the same corner; as large as fits.
fn resize(frame: &mut Rect, width: f32, high: f32) {
    let most = (1.0 - frame.left()).min((1.0 - frame.top()) / high);
    let width = width.max(NARROWEST).min(most);
    *frame = Rect::from_min_size(frame.min, Vec2::new(width, width * high));
}

/// Moved so that it lies on the still.
fn inside(frame: Rect) -> Rect {
    let room = |low: f32, size: f32| low.clamp(0.0, (1.0 - size).max(0.0));
    let min = pos2(room(frame.left(), frame.width()), room(frame.top(), frame.height()));
    Rect::from_min_size(min, frame.size())
}

/// As commands take a part of a picture.
fn thousandths(frame: Rect) -> String {
    #[allow(clippy::cast_possible_truncation)]
    let whole = |part: f32| (part * 1000.0).round().clamp(0.0, 1000.0) as i32;
    let (x, y) = (whole(frame.left()), whole(frame.top()));
    let (w, h) = (whole(frame.width()).clamp(1, 1000 - x), whole(frame.height()).clamp(1, 1000 - y));
    format!("{x},{y},{w},{h}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_keep_their_shape_and_stay_on_the_still() {
        for high in [0.5, 1.0, 1.7] {
            let mut frame = CameraMove::over(MediaId(1), high).frames[0];
            for (width, by) in [(0.4, 0.7), (3.0, -0.9), (0.01, 0.3), (0.8, 2.0)] {
                resize(&mut frame, width, high);
                frame = inside(frame.translate(Vec2::splat(by)));
                assert!((frame.height() / frame.width() - high).abs() < 1e-3, "{high} {frame:?}");
                assert!(Rect::from_min_max(pos2(-1e-4, -1e-4), pos2(1.0001, 1.0001)).contains_rect(frame), "{frame:?}");
            }
        }
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        assert_eq!(thousandths(whole), "0,0,1000,1000");
    }
}
