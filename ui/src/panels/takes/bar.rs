//! The bar over the takes: how many side by side, wipe, and the playhead that all share.

use super::Compare;
use crate::theme::{BODY, HIT, Icon, SPACE, bold, mono, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{Segment, fitted_text, icon_button, icon_toggle, segments_ui};
use egui::{Align, Align2, Layout, Rect, Sense, Ui, UiBuilder, Vec2, WidgetInfo};
use kinora_project::ShotId;

/// How high it is, with the ruler under it.
pub(super) const HEIGHT: f32 = 48.0;
/// How high it is without the ruler.
pub(super) const LINE: f32 = HEIGHT - RULER;
/// A bar from this width on has room for its title.
const WIDE: f32 = 300.0;
/// How high the ruler is that the playhead runs on.
const RULER: f32 = 14.0;

pub(super) fn bar_ui(
    ui: &mut Ui,
    view: &mut View<'_>,
    compare: &mut Compare,
    (shot, takes, frames, cells): (ShotId, usize, u32, usize),
    auditions: bool,
    rect: Rect,
) {
    let theme = theme(ui.ctx());
    let (line, ruler) = rect.split_top_bottom_at_y(rect.bottom() - RULER);
    let line = line.shrink2(Vec2::new(SPACE[1], 0.0));
    ui.scope_builder(UiBuilder::new().max_rect(line).layout(Layout::right_to_left(Align::Center)), |ui| {
        ui.spacing_mut().item_spacing.x = SPACE[0];
        if auditions && icon_button(ui, Icon::Sparkles, &tr!("takes-to-audition")).clicked() {
            compare.finished = false;
        }
        let wipe = tr!("takes-wipe");
        let enabled = takes > 1;
        let response =
            ui.add_enabled_ui(enabled, |ui| icon_toggle(ui, Icon::SplitSquareHorizontal, &wipe, compare.wipe)).inner;
        if response.on_disabled_hover_text(tr!("takes-wipe-needs-two")).clicked() {
            compare.wipe = !compare.wipe;
        }
        // In a narrow panel one take fits anyway.
        if line.width() >= WIDE {
            let of = |count: usize| Segment {
                text: count.to_string(),
                name: tr!("takes-across", count = count),
                tooltip: tr!("takes-across-hint"),
                // Three takes stand where four would.
                on: !compare.wipe && (cells == count || cells == 3 && count == 4),
            };
            if let Some(place) = segments_ui(ui, 84.0, &[1, 2, 4].map(of)) {
                let count = [1, 2, 4][place];
                compare.across = if compare.across == Some(count) && !compare.wipe { None } else { Some(count) };
                compare.wipe = false;
            }
        }
        let playing = view.session.takes_transport.is_playing();
        let (icon, name) = if playing { (Icon::Pause, tr!("takes-pause")) } else { (Icon::Play, tr!("takes-play")) };
        if icon_button(ui, icon, &name).clicked() {
            let now = view.now;
            view.session.takes_transport.toggle(now, frames);
        }
        let timecode = view.project().settings.timecode();
        let now = timecode.of_frame(i64::from(view.session.takes_transport.frame())).to_string();
        let (place, _) = ui.allocate_exact_size(Vec2::new(86.0, HIT), Sense::hover());
        fitted_text(ui.painter(), place, Align2::RIGHT_CENTER, &now, mono(BODY), theme.text);
        if line.width() >= WIDE {
            let title = tr!("takes-title", number = view.session.derived.number(shot).to_owned(), count = takes);
            let room = Rect::from_min_max(line.min, egui::pos2(place.left() - SPACE[0], line.bottom()));
            fitted_text(ui.painter(), room, Align2::LEFT_CENTER, &title, bold(BODY), theme.text);
        }
    });
    ruler_ui(ui, view, frames, ruler.shrink2(Vec2::new(SPACE[1], 0.0)));
}

/// The bar over takes that are auditioned.
pub(super) fn audition_ui(
    ui: &mut Ui,
    view: &View<'_>,
    compare: &mut Compare,
    (shot, takes, candidates): (ShotId, usize, usize),
    rect: Rect,
) {
    let theme = theme(ui.ctx());
    let line = rect.shrink2(Vec2::new(SPACE[1], 0.0));
    ui.scope_builder(UiBuilder::new().max_rect(line).layout(Layout::right_to_left(Align::Center)), |ui| {
        if takes > 0 && icon_button(ui, Icon::Columns2, &tr!("takes-to-finished")).clicked() {
            compare.finished = true;
        }
    });
    let title = tr!("takes-audition", number = view.session.derived.number(shot).to_owned(), count = candidates);
    let room = Rect::from_min_max(line.min, egui::pos2(line.right() - HIT - SPACE[1], line.bottom()));
    fitted_text(ui.painter(), room, Align2::LEFT_CENTER, &title, bold(BODY), theme.text);
}

/// Where the playhead is; a drag moves it.
fn ruler_ui(ui: &mut Ui, view: &mut View<'_>, frames: u32, rect: Rect) {
    let theme = theme(ui.ctx());
    let response = ui.interact(rect, ui.scope_id().with("ruler"), Sense::click_and_drag());
    let name = tr!("takes-playhead");
    response.widget_info(|| WidgetInfo::slider(true, f64::from(view.session.takes_transport.frame()), &name));
    let last = frames.saturating_sub(1).max(1) as f32;
    if let Some(at) = response.interact_pointer_pos() {
        let part = ((at.x - rect.left()) / rect.width().max(1.0)).clamp(0.0, 1.0);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let frame = (part * last).round() as u32;
        let now = view.now;
        view.session.takes_transport.seek(frame, now);
    }
    let y = rect.center().y;
    ui.painter().hline(rect.x_range(), y, egui::Stroke::new(2.0, theme.line));
    let x = rect.left() + rect.width() * view.session.takes_transport.frame() as f32 / last;
    ui.painter().hline(rect.left()..=x, y, egui::Stroke::new(2.0, theme.accent));
    ui.painter().circle_filled(egui::pos2(x, y), if response.hovered() { 5.0 } else { 3.5 }, theme.accent);
    response.on_hover_text(tr!("takes-playhead-hint", key = view.keys("play.toggle")));
}
