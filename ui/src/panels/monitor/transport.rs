//! Under a picture: a bar to scrub on, timecode, and the buttons that play.

use crate::session::{Transport, Wrap};
use crate::theme::{CAPTION, HEADING, Icon, SPACE, mono, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{icon_button, icon_toggle};
use egui::{Align, Align2, Layout, Rect, Role, Sense, Ui, UiBuilder, Vec2, WidgetInfo, pos2};

/// Which monitor's playhead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Program,
    Source,
}

impl Which {
    fn of<'a>(self, view: &'a mut View<'_>) -> &'a mut Transport {
        match self {
            Self::Program => &mut view.session.transport,
            Self::Source => &mut view.session.source_transport,
        }
    }
}

/// Bar and buttons.
pub(super) fn transport_ui(ui: &mut Ui, view: &mut View<'_>, which: Which, frames: u32, rect: Rect) {
    let theme = theme(ui.ctx());
    let (bar, row) = rect.split_top_bottom_at_y(rect.top() + 18.0);
    scrub_ui(ui, view, which, frames, bar.shrink2(Vec2::new(SPACE[1], 0.0)));
    let timecode = view.project().settings.timecode();
    let (frame, playing, wrap) = {
        let transport = which.of(view);
        (transport.frame(), transport.is_playing(), transport.wrap)
    };
    let inside = row.shrink2(Vec2::new(SPACE[1], 0.0));
    let now = timecode.of_frame(i64::from(frame)).to_string();
    ui.painter().text(inside.left_center(), Align2::LEFT_CENTER, now, mono(HEADING), theme.text);
    let wide = inside.width() > 380.0;
    if wide {
        let whole = timecode.of_frame(i64::from(frames)).to_string();
        ui.painter().text(inside.right_center(), Align2::RIGHT_CENTER, whole, mono(CAPTION), theme.text_faint);
    }
    let buttons = 6.0 * 28.0;
    let middle = if wide { inside.center().x } else { inside.right() - buttons / 2.0 };
    let place = Rect::from_center_size(pos2(middle, inside.center().y), Vec2::new(buttons, 28.0));
    ui.scope_builder(UiBuilder::new().max_rect(place).layout(Layout::left_to_right(Align::Center)), |ui| {
        ui.spacing_mut().item_spacing.x = SPACE[0];
        let at = view.now;
        if icon_button(ui, Icon::SkipBack, &view.hint(&tr!("monitor-start"), "play.start")).clicked() {
            which.of(view).seek(0, at);
        }
        if icon_button(ui, Icon::StepBack, &view.hint(&tr!("monitor-step-back"), "play.previous-frame")).clicked() {
            which.of(view).step(-1, frames);
        }
        let (icon, name) =
            if playing { (Icon::Pause, tr!("monitor-pause")) } else { (Icon::Play, tr!("monitor-play")) };
        if icon_button(ui, icon, &view.hint(&name, "play.toggle")).clicked() {
            which.of(view).toggle(at, frames);
        }
        if icon_button(ui, Icon::StepForward, &view.hint(&tr!("monitor-step"), "play.next-frame")).clicked() {
            which.of(view).step(1, frames);
        }
        if icon_button(ui, Icon::SkipForward, &view.hint(&tr!("monitor-end"), "play.end")).clicked() {
            which.of(view).seek(frames.saturating_sub(1), at);
        }
        if icon_toggle(ui, Icon::Repeat, &view.hint(&tr!("monitor-loop"), "play.loop"), wrap == Wrap::Loop).clicked() {
            which.of(view).wrap = if wrap == Wrap::Loop { Wrap::Stop } else { Wrap::Loop };
        }
    });
}

/// The whole length as a bar; pressing or dragging puts the playhead there.
#[allow(clippy::cast_precision_loss)]
fn scrub_ui(ui: &mut Ui, view: &mut View<'_>, which: Which, frames: u32, rect: Rect) {
    let theme = theme(ui.ctx());
    let now = view.now;
    let response = ui.interact(rect, ui.scope_id().with(("scrub", which == Which::Program)), Sense::click_and_drag());
    let transport = which.of(view);
    let frame = transport.frame();
    response.widget_info(|| WidgetInfo::slider(true, f64::from(frame), tr!("monitor-scrub")));
    let _ = Role::Slider;
    let last = frames.saturating_sub(1).max(1);
    if let Some(at) = response.interact_pointer_pos() {
        let part = ((at.x - rect.left()) / rect.width().max(1.0)).clamp(0.0, 1.0);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        transport.seek((part * last as f32).round() as u32, now);
    }
    let line = Rect::from_center_size(rect.center(), Vec2::new(rect.width(), 4.0));
    let x = |frame: u32| line.left() + line.width() * (frame as f32 / last as f32).min(1.0);
    ui.painter().rect_filled(line, 2.0, theme.raised);
    ui.painter().rect_stroke(line, 2.0, theme.edge_stroke(), egui::StrokeKind::Inside);
    if transport.mark_in.is_some() || transport.mark_out.is_some() {
        let (from, to) = transport.marked(frames);
        let marked = Rect::from_min_max(pos2(x(from), line.top()), pos2(x(to), line.bottom()));
        ui.painter().rect_filled(marked, 2.0, theme.text_faint);
    }
    let head = pos2(x(transport.frame()), line.center().y);
    let done = Rect::from_min_max(line.min, pos2(head.x, line.bottom()));
    if transport.mark_in.is_none() && transport.mark_out.is_none() {
        ui.painter().rect_filled(done, 2.0, theme.text_faint);
    }
    let radius = if response.hovered() || response.dragged() { 6.0 } else { 5.0 };
    ui.painter().circle_filled(head, radius, theme.accent);
}
