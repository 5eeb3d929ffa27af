//! Times over the lanes: ticks with timecode, what lies between in and out; a drag on it scrubs. Markers: `markers.rs`.

use super::markers;
use super::overlay;
use super::rows::Table;
use super::snap::{REACH, Snaps};
use crate::theme::{CAPTION, HEADING, SPACE, mono, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::fitted_text;
use egui::{Align2, CursorIcon, Id, Rect, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2};
use kinora_time::FrameRate;

/// Points that a timecode and the space behind it take.
const LABEL: f64 = 104.0;

pub(super) fn ruler_ui(ui: &mut Ui, view: &mut View<'_>, table: &Table) {
    let theme = theme(ui.ctx());
    let rect = table.places.ruler;
    ui.painter().rect_filled(rect.union(table.places.corner), 0.0, theme.panel);
    scrub(ui, view, table);
    ticks(ui, view, table);
    marked(ui, view, table);
    for (number, marker) in (1..).zip(&table.timeline.markers) {
        markers::marker_ui(ui, view, table, number, marker);
    }
    ui.painter().hline(rect.union(table.places.corner).x_range(), rect.bottom() - 0.5, theme.line_stroke());
    let timecode = view.project().settings.timecode().of_frame(i64::from(view.session.transport.frame()));
    let room = table.places.corner.shrink2(Vec2::new(SPACE[2], 0.0));
    fitted_text(ui.painter(), room, Align2::LEFT_CENTER, &timecode.to_string(), mono(HEADING - 1.0), theme.text);
}

/// The frame that is shown for a point of the ruler.
fn scrub(ui: &Ui, view: &mut View<'_>, table: &Table) {
    let response = ui.interact(table.places.ruler, Id::unique("timeline-ruler"), Sense::click_and_drag());
    let frame = view.session.transport.frame();
    response.widget_info(|| WidgetInfo::slider(true, f64::from(frame), tr!("timeline-ruler")));
    let response = response.on_hover_cursor(CursorIcon::Default);
    let at = ui.input(|input| input.pointer.interact_pos());
    if let Some(at) = at.filter(|_| response.is_pointer_button_down_on() || response.clicked()) {
        let time = table.scale.time_at(at.x);
        // With Shift it goes from cut to cut.
        let snapped = ui.input(|input| input.modifiers.shift).then(|| {
            let snaps = Snaps::of(view, table, &[], false);
            snaps.near(time, table.scale.length_of(REACH)).map(|near| near.0)
        });
        let time = snapped.flatten().unwrap_or(time);
        let last = view.timeline_frames().saturating_sub(1);
        let rate = view.project().settings.rate;
        // The frame under the pointer, not the nearest cut between two.
        let frame = (time.as_seconds() * rate.as_f64() + 1e-6).floor().max(0.0);
        let (frame, now) = (frame as u32, view.now);
        view.session.transport.pause();
        view.session.transport.seek(frame.min(last), now);
    }
}

/// Frames between two labels, and how many ticks divide them.
fn step(rate: FrameRate, per_frame: f64) -> (i64, i64) {
    let second = rate.as_f64().round().max(1.0) as i64;
    let frames = [1, 2, 5, 10].into_iter().filter(|frames| frames * 2 <= second);
    let seconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600].map(|seconds| seconds * second);
    let all = frames.chain(seconds);
    let fits = |frames: &i64| *frames as f64 * per_frame >= LABEL;
    let frames = all.clone().find(fits).or(all.last()).unwrap_or(second);
    // Ticks lie on frames.
    let parts = [5, 4, 6, 3, 2].into_iter().find(|parts| frames % parts == 0).unwrap_or(1);
    (frames, parts)
}

fn ticks(ui: &Ui, view: &View<'_>, table: &Table) {
    let theme = theme(ui.ctx());
    let rect = table.places.ruler;
    let settings = &view.project().settings;
    let per_frame = table.scale.per_second * settings.rate.frame_duration().as_seconds();
    let (frames, parts) = step(settings.rate, per_frame);
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let (from, to) = table.scale.seen();
    let first = settings.rate.nearest_frame(from) / frames;
    let last = settings.rate.nearest_frame(to) / frames + 1;
    let tick = Stroke::new(1.0, theme.line);
    let tab = overlay::tab(ui, view, table).map(|(tab, _)| tab);
    for label in first.max(0)..=last {
        let x = table.scale.x_of(settings.rate.frame_start(label * frames)).round() + 0.5;
        painter.vline(x, (rect.bottom() - 12.0)..=rect.bottom(), Stroke::new(1.0, theme.text_faint));
        let text = settings.timecode().of_frame(label * frames).to_string();
        let galley = painter.layout_no_wrap(text, mono(CAPTION - 1.0), theme.text_faint);
        let place = Rect::from_min_size(pos2(x + 4.0, rect.bottom() - 8.0 - galley.size().y / 2.0), galley.size());
        // One that would be cut off, or hidden in part by the playhead's tab, is left out.
        let whole = place.right() <= rect.right();
        if whole && !tab.is_some_and(|tab| tab.expand(2.0).x_range().intersects(place.x_range())) {
            painter.galley(place.min, galley, theme.text_faint);
        }
        for part in 1..parts {
            let frame = label * frames + part * frames / parts;
            let x = table.scale.x_of(settings.rate.frame_start(frame)).round() + 0.5;
            painter.vline(x, (rect.bottom() - 5.0)..=rect.bottom(), tick);
        }
    }
}

/// What lies between in and out, as a line along the top.
fn marked(ui: &Ui, view: &View<'_>, table: &Table) {
    let transport = &view.session.transport;
    if transport.mark_in.is_none() && transport.mark_out.is_none() {
        return;
    }
    let theme = theme(ui.ctx());
    let rect = table.places.ruler;
    let (from, to) = transport.marked(view.timeline_frames());
    let x = |frame: u32| table.scale.x_of(view.project().settings.rate.frame_start(i64::from(frame)));
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let span = Rect::from_min_max(pos2(x(from), rect.top()), pos2(x(to), rect.top() + 2.0));
    painter.rect_filled(span, 0.0, theme.text_soft);
    for (at, inward) in [(x(from), 4.0), (x(to), -4.0)] {
        let points = [pos2(at + inward, rect.top() + 1.0), pos2(at, rect.top() + 1.0), pos2(at, rect.top() + 11.0)];
        painter.line_segment([points[1], points[2]], Stroke::new(2.0, theme.text_soft));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_on_whole_seconds_or_whole_frames_and_never_touch() {
        for rate in [FrameRate::FPS_24, FrameRate::FPS_29_97, FrameRate::FPS_12] {
            for power in -12..=6 {
                let per_frame = 2f64.powi(power);
                let (frames, parts) = step(rate, per_frame);
                let widest = 3600 * rate.as_f64().round() as i64;
                assert!(frames as f64 * per_frame >= LABEL || frames == widest, "{rate} {per_frame}");
                assert_eq!(frames % parts, 0, "{rate} {per_frame}: ticks lie on frames");
            }
        }
    }
}
