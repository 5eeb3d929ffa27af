//! What a clip that was just moved covers of its neighbour: on a chip over the cut it becomes a dissolve, or a blend that is generated.
//! Without a press it stays covered.

use super::rows::Table;
use crate::intent::Intent;
use crate::theme::{CAPTION, RADIUS_FIELD, SPACE, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{fitted_text, focus_ring};
use egui::{Align2, Popup, Rect, Response, Role, Sense, StrokeKind, Ui, Vec2, WidgetInfo};
use kinora_project::timeline::Track;
use kinora_project::{ItemId, TimelineId};
use kinora_time::{Flicks, TimeRange};
use serde_json::{Value, json};

const HEIGHT: f32 = 22.0;
const CURVES: [&str; 3] = ["transition", "mix", "sample"];

/// Two clips that lay over each other where one was let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlap {
    timeline: TimelineId,
    moved: ItemId,
    /// The one before the cut, and the one after it.
    sides: (ItemId, ItemId),
    cut: Flicks,
    by: Flicks,
}

impl Overlap {
    /// Of a clip that lies at `range` now, on a track as it was before.
    pub(super) fn of(timeline: TimelineId, before: &Track, moved: ItemId, range: TimeRange) -> Option<Self> {
        let mut start = Flicks(0);
        let ranges = before.items.iter().map(|item| {
            let end = Flicks(start.0 + item.duration().0);
            (item, TimeRange::between(std::mem::replace(&mut start, end), end))
        });
        let others = ranges.filter(|(item, _)| !item.is_gap() && item.id != moved);
        let mut over = others.filter_map(|(item, other)| {
            let (start, end) = (other.start().max(range.start()), other.end().min(range.end()));
            let by = Flicks(end.0 - start.0);
            // Of a clip that was covered whole nothing is left to flow into.
            (by.0 > 0 && by < other.duration() && by < range.duration()).then_some((item.id, other, by))
        });
        let (other, its_range, by) = over.next()?;
        if over.next().is_some() {
            return None;
        }
        let (sides, cut) = match its_range.start() < range.start() {
            true if its_range.end() < range.end() => ((other, moved), range.start()),
            false if its_range.end() > range.end() => ((moved, other), range.end()),
            // In the middle of another clip it is covered on both sides.
            _ => return None,
        };
        Some(Self { timeline, moved, sides, cut, by })
    }

    /// The cut goes to the middle of what both showed; then what is wanted there.
    fn commands(&self, view: &View<'_>, then: (&'static str, Value)) -> Vec<(&'static str, Value)> {
        let half = Flicks(self.by.0 / 2);
        let middle = if self.sides.1 == self.moved { half } else { Flicks(-half.0) };
        let mut commands = Vec::new();
        if view.project().settings.rate.nearest_frame(half) > 0 {
            let by = crate::action::frames(view, middle);
            let roll = json!({ "timeline": self.timeline, "item": self.sides.1, "edge": "start", "by": by });
            commands.push(("clip.roll", roll));
        }
        commands.push(then);
        commands
    }
}

/// Draws the chip, as long as the two lie as they were let go and the one that was moved is selected.
pub(super) fn chip_ui(ui: &mut Ui, view: &mut View<'_>, table: &Table) {
    let Some(overlap) = view.session.overlap else { return };
    let found = table.find(overlap.sides.1).filter(|(row, place)| {
        let starts = table.index.range(row.place, *place).map(TimeRange::start);
        let before = place.checked_sub(1).and_then(|before| row.track.items.get(before));
        starts == Some(overlap.cut) && before.is_some_and(|before| before.id == overlap.sides.0)
    });
    let items = &view.session.selected.items;
    let (Some((row, _)), true, true) =
        (found, items.len() == 1 && items.contains(&overlap.moved), overlap.timeline == view.session.timeline)
    else {
        view.session.overlap = None;
        return;
    };
    let theme = theme(ui.ctx());
    let x = table.scale.x_of(overlap.cut).round();
    let names = [tr!("timeline-dissolve"), tr!("timeline-blend")];
    let widths = names.clone().map(|name| {
        ui.painter().layout_no_wrap(name, regular(CAPTION), theme.text).size().x + 2.0 * SPACE[1] + SPACE[0]
    });
    let width = widths.iter().sum::<f32>();
    let top = (row.lane.center().y - HEIGHT / 2.0).max(table.places.lanes.top());
    let all = Rect::from_min_size(egui::pos2(x - width / 2.0, top), Vec2::new(width, HEIGHT));
    ui.painter().rect_filled(all, RADIUS_FIELD, theme.raised);
    let (left, right) = all.split_left_right_at_x(all.left() + widths[0]);
    let frames = view.project().settings.rate.nearest_frame(overlap.by);
    let told = [tr!("timeline-overlap-dissolve", frames = frames), tr!("timeline-overlap-blend", frames = frames)];
    let dissolve = part_ui(ui, left, &names[0], &told[0]);
    let blend = part_ui(ui, right, &names[1], &told[1]);
    ui.painter().vline(left.right(), all.shrink(4.0).y_range(), theme.line_stroke());
    ui.painter().rect_stroke(all, RADIUS_FIELD, theme.edge_stroke(), StrokeKind::Inside);
    let by = crate::action::frames(view, overlap.by);
    if dissolve.clicked() {
        let args = json!({ "timeline": overlap.timeline, "item": overlap.sides.1, "kind": "dissolve", "duration": by });
        let commands = overlap.commands(view, ("clip.set-transition", args));
        view.out.push(Intent::Commands(commands));
        view.session.overlap = None;
    }
    let unable = view.studio.card().err();
    Popup::menu(&blend).show(|ui| {
        for curve in CURVES {
            let choice = ui.add_enabled(unable.is_none(), egui::Button::new(tr!(&format!("form-choice-{curve}"))));
            if choice.clicked() {
                let item = overlap.sides.0;
                let args = json!({ "timeline": overlap.timeline, "item": item, "by": by, "curve": curve });
                let commands = overlap.commands(view, ("tool.blend", args));
                view.out.push(Intent::Commands(commands));
                view.session.overlap = None;
            }
        }
        if let Some(why) = unable {
            ui.label(crate::words::reason(why));
        }
    });
    let [of_dissolve, of_blend] = told;
    dissolve.on_hover_text(of_dissolve);
    blend.on_hover_text(of_blend);
}

/// A half of the chip. `told`: what it does, for those who hover and those who listen.
fn part_ui(ui: &mut Ui, rect: Rect, name: &str, told: &str) -> Response {
    let theme = theme(ui.ctx());
    let response = ui.interact(rect, ui.scope_id().with(("overlap", name)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, told));
    if response.hovered() {
        ui.painter().rect_filled(rect, RADIUS_FIELD, theme.hover);
    }
    fitted_text(
        ui.painter(),
        rect.shrink2(Vec2::new(SPACE[0], 0.0)),
        Align2::CENTER_CENTER,
        name,
        regular(CAPTION),
        theme.text,
    );
    focus_ring(ui, rect, &response);
    response
}
