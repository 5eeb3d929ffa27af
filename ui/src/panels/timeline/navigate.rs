//! Zoom and scroll: by wheel, by keys, along with the playhead.

use super::drag::Drag;
use super::scale::Scale;
use crate::session::Cutting;
use crate::view::View;
use egui::{Id, Rect, Ui};
use kinora_time::Flicks;

/// Points that a frame is wide when it is looked at from nearest.
const NEAREST: f64 = 64.0;
/// The part of the width that is left free behind the end.
const BEHIND: f64 = 0.06;

/// How far one can zoom, in points a second: all of it seen with room to spare, and single frames.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Limits {
    /// All of it is seen.
    pub fit: f64,
    /// From farthest.
    pub least: f64,
    /// From nearest.
    pub most: f64,
}

impl Limits {
    fn of(view: &View<'_>, width: f32, seconds: f64) -> Self {
        let most = NEAREST / view.project().settings.rate.frame_duration().as_seconds();
        let fit = (f64::from(width) * (1.0 - BEHIND) / seconds.max(2.0)).min(most);
        Self { fit, least: fit / 4.0, most }
    }

    /// Where a zoom lies between the ends, 0 to 1.
    pub fn part(self, per_second: f64) -> f64 {
        (per_second / self.least).ln() / (self.most / self.least).ln()
    }

    /// The zoom that lies there.
    pub fn at(self, part: f64) -> f64 {
        self.least * (self.most / self.least).powf(part.clamp(0.0, 1.0))
    }
}

/// The scale of this frame. `over` is where the wheel counts, `overflow` how much higher the tracks are than their place.
pub(super) fn scale(ui: &Ui, view: &mut View<'_>, lanes: Rect, over: Rect, overflow: f32) -> (Scale, Limits) {
    let timeline = view.session.timeline;
    let duration = view.session.derived.timeline().map(|timeline| timeline.duration()).unwrap_or_default();
    let mut limits = Limits::of(view, lanes.width(), duration.as_seconds());
    let playhead = crate::action::playhead(view);
    let moved = has_moved(ui, view);
    let cutting = &mut view.session.cutting;
    if cutting.of != Some(timeline) {
        *cutting = Cutting { tool: cutting.tool, of: Some(timeline), ..Cutting::default() };
    }
    let dragging = Drag::goes_on(ui);
    limits.fit = cutting.fit.filter(|_| dragging).unwrap_or(limits.fit);
    cutting.fit = Some(limits.fit);
    let mut scale = Scale { x: lanes.left(), width: lanes.width(), first: cutting.left, per_second: limits.fit };
    scale.per_second = cutting.zoom.unwrap_or(limits.fit).clamp(limits.least, limits.most);
    if let Some(by) = cutting.nearer.take() {
        let about = scale.x_of(playhead);
        zoom_about(cutting, &mut scale, limits, by, about);
    }
    let (wheel, pinch) = ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta()));
    if ui.rect_contains_pointer(over) {
        if let Some(at) = ui.input(|input| input.pointer.hover_pos()).filter(|_| pinch != 1.0) {
            zoom_about(cutting, &mut scale, limits, f64::from(pinch), at.x);
        } else if wheel != egui::Vec2::ZERO {
            let down = if overflow > 0.0 { wheel.y } else { 0.0 };
            cutting.down -= down;
            cutting.left -= f64::from(wheel.x + wheel.y - down) / scale.per_second;
        }
    }
    cutting.down = cutting.down.clamp(0.0, overflow.max(0.0));
    let shown = f64::from(lanes.width()) / scale.per_second;
    if moved {
        bring_in(cutting, playhead, shown);
    }
    let last = (duration.as_seconds() * (1.0 + BEHIND) - shown).max(if dragging { cutting.left } else { 0.0 });
    cutting.left = if cutting.zoom.is_none() { 0.0 } else { cutting.left.clamp(0.0, last) };
    scale.first = cutting.left;
    (scale, limits)
}

/// Comes nearer, and what lies at `x` stays there.
fn zoom_about(cutting: &mut Cutting, scale: &mut Scale, limits: Limits, by: f64, x: f32) {
    let x = x.clamp(scale.x, scale.x + scale.width);
    let there = scale.time_at(x).as_seconds();
    scale.per_second = (scale.per_second * by).clamp(limits.least, limits.most);
    cutting.zoom = Some(scale.per_second);
    cutting.left = there - f64::from(x - scale.x) / scale.per_second;
    scale.first = cutting.left;
}

/// The playhead is not lost from sight: while it runs pages are turned, after a jump it stands in the middle.
fn bring_in(cutting: &mut Cutting, playhead: Flicks, shown: f64) {
    let at = playhead.as_seconds();
    if at > cutting.left + shown && at < cutting.left + 1.2 * shown {
        cutting.left = at - 0.05 * shown;
    } else if at < cutting.left || at > cutting.left + shown {
        cutting.left = at - 0.5 * shown;
    }
}

/// Whether the playhead is elsewhere than in the last frame, and not under the pointer.
fn has_moved(ui: &Ui, view: &View<'_>) -> bool {
    let key = Id::unique("timeline-followed");
    let now = view.session.transport.frame();
    let before = ui.data_mut(|data| std::mem::replace(data.get_temp_mut_or(key, now), now));
    before != now && !ui.input(|input| input.pointer.primary_down())
}
