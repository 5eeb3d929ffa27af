//! How much is kept, over time, of the pictures that a shot goes on from: a line for each, with keys that are dragged.

use super::section::note_ui;
use crate::intent::Intent;
use crate::keys::keep_for;
use crate::theme::{CAPTION, HIT, RADIUS_FIELD, SPACE, Theme, mono, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{Segment, fitted_text, focus_ring, segments_ui};
use egui::{Align2, Color32, CursorIcon, Key, Modifiers, Pos2, Rect, Response, Role, Sense, Shape, Stroke, Ui, Vec2};
use egui::{WidgetInfo, pos2};
use kinora_project::timeline::Thousandths;
use kinora_project::{BoardEdit, Edit, Passage, PassageSource, Shot};
use kinora_studio::tools::{Curve, Keys, Ticks, set_curve};
use kinora_time::{FLICKS_PER_SECOND, Flicks, FrameRate};
use serde_json::json;

const HEIGHT: f32 = 104.0;
/// What stands before and under the lines: how much, and when.
const MARGIN: Vec2 = Vec2::new(34.0, 14.0);
/// How far an arrow moves a key up or down.
const STEP: Thousandths = 50;
/// How near to a line, in points, it is meant.
const NEAR: f32 = 24.0;

/// Draws the lines, and the curves that have names where they are for such a shot.
pub(super) fn influence_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot) {
    let names: Vec<String> = shot.passages.iter().map(|passage| name_of(view, passage)).collect();
    curves_ui(ui, view, shot);
    let (rect, ground) = ui.allocate_exact_size(Vec2::new(ui.available_width(), HEIGHT), Sense::click());
    let told = tr!("inspector-influence-plot", names = names.join(", "));
    ground.widget_info(|| WidgetInfo::labeled(Role::Group, true, &told));
    let plot = Plot::of(
        shot,
        Rect::from_min_max(pos2(rect.left() + MARGIN.x, rect.top() + 6.0), rect.max - Vec2::new(8.0, MARGIN.y)),
    );
    ground_ui(ui, &plot);
    for (place, passage) in shot.passages.iter().enumerate() {
        line_ui(ui, &plot, place, passage);
    }
    add(view, shot, &plot, &ground);
    for (place, name) in names.iter().enumerate() {
        for key in 0..shot.passages[place].influence.len() {
            key_ui(ui, view, &plot, shot, (place, key), name);
        }
    }
    for (place, (passage, name)) in shot.passages.iter().zip(&names).enumerate() {
        legend_ui(ui, place, passage, name);
    }
    ground.on_hover_text(tr!("inspector-influence-hint"));
    if shot.passages.iter().all(|passage| passage.influence.is_empty()) {
        note_ui(ui, &tr!("inspector-influence-hint"));
    }
}

/// What a passage is called: its file, or the shot whose take it is.
fn name_of(view: &View<'_>, passage: &Passage) -> String {
    let project = view.project();
    match passage.of {
        PassageSource::Media(media) => project.media.files.get(&media).map(|file| file.name.clone()),
        PassageSource::Take(take) => {
            let shot = project.arrived.takes.get(&take).map(|take| take.shot);
            shot.map(|shot| tr!("inspector-shot", number = view.session.derived.number(shot).to_owned()))
        }
    }
    .unwrap_or_default()
}

/// The curves with names, one of which is chosen if the shot has it.
fn curves_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot) {
    let Ok(ticks) = view.studio.card().map(Ticks::of) else { return };
    let same = |edit: &Edit| matches!(edit, Edit::Board(BoardEdit::SetPassages { passages, .. }) if *passages == shot.passages);
    let mut segments = Vec::new();
    for curve in Curve::ALL {
        let Ok(edit) = set_curve(view.project(), shot.id, curve, ticks) else { return };
        let name = name_of_curve(curve);
        let hint = tr!(&format!("inspector-influence-{name}-hint"));
        segments.push(Segment::named(tr!(&format!("inspector-influence-{name}")), hint, same(&edit)));
    }
    if let Some(place) = segments_ui(ui, ui.available_width(), &segments) {
        let curve = name_of_curve(Curve::ALL[place]);
        view.command("shot.set-influence", json!({ "shot": shot.id, "curve": curve }));
    }
}

fn name_of_curve(curve: Curve) -> &'static str {
    match curve {
        Curve::Transition => "transition",
        Curve::Mix => "mix",
        Curve::Sample => "sample",
    }
}

/// Where times of a take and parts that are kept lie.
struct Plot {
    rect: Rect,
    head: Flicks,
    length: Flicks,
    /// Of the take: with its handles.
    all: Flicks,
}

impl Plot {
    fn of(shot: &Shot, rect: Rect) -> Self {
        let all = Flicks(shot.handles.head.0 + shot.length.0 + shot.handles.tail.0);
        Self { rect, head: shot.handles.head, length: shot.length, all }
    }

    #[allow(clippy::cast_precision_loss)]
    fn x_of(&self, at: Flicks) -> f32 {
        self.rect.left() + self.rect.width() * (at.0 as f64 / self.all.0.max(1) as f64) as f32
    }

    #[allow(clippy::cast_precision_loss)]
    fn point(&self, at: Flicks, level: Thousandths) -> Pos2 {
        pos2(self.x_of(at), self.rect.top() + self.rect.height() * level as f32 / 1000.0)
    }

    /// A time of the take, on a frame of the film, and a level in hundredths.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
    fn pointed(&self, at: Pos2, rate: FrameRate) -> (Flicks, Thousandths) {
        let part = f64::from((at.x - self.rect.left()) / self.rect.width().max(1.0));
        let time = Flicks((part * self.all.0 as f64) as i64 - self.head.0);
        let time = Flicks(rate.frame_start(rate.nearest_frame(time)).0 + self.head.0);
        let level = ((at.y - self.rect.top()) / self.rect.height().max(1.0) * 100.0).round() * 10.0;
        (time, (level as Thousandths).clamp(0, 1000))
    }
}

/// The part that is seen, seconds, and how much.
fn ground_ui(ui: &Ui, plot: &Plot) {
    let theme = theme(ui.ctx());
    let painter = ui.painter();
    painter.rect_filled(plot.rect, RADIUS_FIELD, theme.background);
    let ends = Flicks(plot.head.0 + plot.length.0);
    let seen = plot.rect.with_min_x(plot.x_of(plot.head)).with_max_x(plot.x_of(ends));
    painter.rect_filled(seen, 0.0, theme.hover);
    for (text, y) in [("100 %", plot.rect.top()), ("50 %", plot.rect.center().y), ("0 %", plot.rect.bottom())] {
        painter.hline(plot.rect.x_range(), y, theme.line_stroke());
        painter.text(pos2(plot.rect.left() - 4.0, y), Align2::RIGHT_CENTER, text, mono(9.0), theme.text_faint);
    }
    let seconds = plot.length.0 / FLICKS_PER_SECOND;
    let every = (seconds / 5).max(1);
    for second in (0..=seconds).step_by(usize::try_from(every).unwrap_or(1)) {
        let x = plot.x_of(Flicks(plot.head.0 + second * FLICKS_PER_SECOND));
        painter.vline(x, plot.rect.bottom()..=plot.rect.bottom() + 3.0, theme.line_stroke());
        let under = pos2(x, plot.rect.bottom() + 9.0);
        painter.text(under, Align2::CENTER_CENTER, format!("{second} s"), mono(9.0), theme.text_faint);
    }
}

fn ink(theme: &Theme, passage: &Passage) -> Color32 {
    match passage.of {
        PassageSource::Media(_) => theme.imported,
        PassageSource::Take(_) => theme.generated,
    }
}

/// A line, every second one in dashes.
fn stroke(ui: &Ui, line: &[Pos2], place: usize, ink: Color32) {
    let stroke = Stroke::new(1.5, ink);
    if place.is_multiple_of(2) {
        ui.painter().add(Shape::line(line.to_vec(), stroke));
    } else {
        ui.painter().extend(Shape::dashed_line(line, stroke, 5.0, 3.0));
    }
}

fn line_ui(ui: &Ui, plot: &Plot, place: usize, passage: &Passage) {
    let last = passage.range.duration();
    let keys = passage.influence.iter().map(|(at, _)| *at).filter(|at| (0..last.0).contains(&at.0));
    let times = [Flicks(0)].into_iter().chain(keys).chain([last]);
    let line: Vec<Pos2> = times.map(|into| plot.point(Flicks(passage.at.0 + into.0), passage.level(into))).collect();
    stroke(ui, &line, place, ink(&theme(ui.ctx()), passage));
}

fn legend_ui(ui: &mut Ui, place: usize, passage: &Passage, name: &str) {
    let theme = theme(ui.ctx());
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 16.0), Sense::hover());
    let y = rect.center().y;
    let sample = [pos2(rect.left() + MARGIN.x, y), pos2(rect.left() + MARGIN.x + 22.0, y)];
    stroke(ui, &sample, place, ink(&theme, passage));
    let room = rect.with_min_x(sample[1].x + SPACE[1]);
    fitted_text(ui.painter(), room, Align2::LEFT_CENTER, name, regular(CAPTION), theme.text_soft);
}

/// The shot with other keys for one of its passages.
fn edit(shot: &Shot, place: usize, keys: Keys) -> Edit {
    let mut passages = shot.passages.clone();
    passages[place].influence = keys;
    Edit::Board(BoardEdit::SetPassages { shot: shot.id, handles: shot.handles, passages })
}

/// One step of the history.
fn change(view: &mut View<'_>, shot: &Shot, place: usize, keys: Keys) {
    view.out.push(Intent::BeginDrag("set-influence"));
    view.out.push(Intent::EndDrag(edit(shot, place, keys)));
}

/// A double click puts a key on the line that is nearest.
fn add(view: &mut View<'_>, shot: &Shot, plot: &Plot, ground: &Response) {
    let Some(at) = ground.interact_pointer_pos().filter(|_| ground.double_clicked()) else { return };
    let (time, level) = plot.pointed(at, view.project().settings.rate);
    let near = |(place, passage): (usize, &Passage)| {
        let into = Flicks(time.0 - passage.at.0);
        let there = (0..=passage.range.duration().0).contains(&into.0);
        let far = (plot.point(time, passage.level(into)).y - at.y).abs();
        there.then_some((place, into, far))
    };
    let found = shot.passages.iter().enumerate().filter_map(near).min_by(|a, b| a.2.total_cmp(&b.2));
    if let Some((place, into, _)) = found.filter(|(_, _, far)| *far <= NEAR || shot.passages.len() == 1) {
        change(view, shot, place, with_key(&shot.passages[place], into, level));
    }
}

/// One key more. What was kept all along stays so at both ends.
fn with_key(passage: &Passage, into: Flicks, level: Thousandths) -> Keys {
    let mut keys = passage.influence.clone();
    if keys.is_empty() {
        keys = vec![(Flicks(0), 0), (passage.range.duration(), 0)];
    }
    match keys.binary_search_by_key(&into, |(at, _)| *at) {
        Ok(known) => keys[known].1 = level,
        Err(place) => keys.insert(place, (into, level)),
    }
    keys
}

/// One key elsewhere, between its neighbours.
fn moved(passage: &Passage, key: usize, (into, level): (Flicks, Thousandths)) -> Keys {
    let mut keys = passage.influence.clone();
    let least = key.checked_sub(1).map_or(0, |before| keys[before].0.0 + 1);
    let most = keys.get(key + 1).map_or(passage.range.duration().0, |after| after.0.0 - 1);
    keys[key] = (Flicks(into.0.min(most).max(least)), level.clamp(0, 1000));
    keys
}

fn key_ui(ui: &mut Ui, view: &mut View<'_>, plot: &Plot, shot: &Shot, (place, key): (usize, usize), name: &str) {
    let theme = theme(ui.ctx());
    let passage = &shot.passages[place];
    let (into, level) = passage.influence[key];
    let at = Flicks(passage.at.0 + into.0);
    let middle = plot.point(at, level);
    if !plot.rect.expand(1.0).contains(middle) {
        return;
    }
    let rect = Rect::from_center_size(middle, Vec2::splat(HIT));
    let response = ui.interact(rect, ui.scope_id().with(("influence-key", place, key)), Sense::click_and_drag());
    let percent = f64::from(1000 - level) / 10.0;
    let seconds = Flicks(at.0 - plot.head.0).as_seconds();
    let told =
        tr!("inspector-influence-key", name = name.to_owned(), percent = percent, seconds = format!("{seconds:.2}"));
    response.widget_info(|| WidgetInfo { value: Some(percent), ..WidgetInfo::labeled(Role::Slider, true, &told) });
    let held = response.hovered() || response.dragged() || response.has_focus();
    let fill = if held { theme.accent } else { ink(&theme, passage) };
    ui.painter().circle(middle, 4.0, fill, Stroke::new(1.0, theme.background));
    focus_ring(ui, Rect::from_center_size(middle, Vec2::splat(14.0)), &response);
    drag(ui, view, plot, shot, (place, key), &response);
    keys(ui, view, shot, (place, key), &response);
    response.on_hover_and_drag_cursor(CursorIcon::Grab).on_hover_text(told);
}

fn drag(ui: &Ui, view: &mut View<'_>, plot: &Plot, shot: &Shot, (place, key): (usize, usize), response: &Response) {
    if response.clicked() {
        response.request_focus();
    }
    if response.drag_started() {
        view.out.push(Intent::BeginDrag("set-influence"));
    }
    let held = response.dragged() || response.drag_stopped();
    let Some(at) = response.interact_pointer_pos().filter(|_| held) else { return };
    let passage = &shot.passages[place];
    let (time, level) = plot.pointed(at, view.project().settings.rate);
    let edit = edit(shot, place, moved(passage, key, (Flicks(time.0 - passage.at.0), level)));
    view.out.push(if ui.input(|input| input.key_pressed(Key::Escape)) {
        Intent::CancelDrag
    } else if response.drag_stopped() {
        Intent::EndDrag(edit)
    } else {
        Intent::Drag(edit)
    });
}

/// Arrows move a key that has the keyboard by a frame or a twentieth; Delete takes it out.
fn keys(ui: &Ui, view: &mut View<'_>, shot: &Shot, (place, key): (usize, usize), response: &Response) {
    if !response.has_focus() {
        return;
    }
    keep_for(ui, response);
    let pressed = |key: Key| {
        let pressed = ui.input_mut(|input| input.count_and_consume_key(Modifiers::NONE, key));
        i32::try_from(pressed).unwrap_or(0)
    };
    let passage = &shot.passages[place];
    let (into, level) = passage.influence[key];
    let frames = pressed(Key::ArrowRight) - pressed(Key::ArrowLeft);
    let down = pressed(Key::ArrowDown) - pressed(Key::ArrowUp);
    if pressed(Key::Delete) + pressed(Key::Backspace) > 0 {
        let mut keys = passage.influence.clone();
        keys.remove(key);
        change(view, shot, place, keys);
    } else if (frames, down) != (0, 0) {
        let by = view.project().settings.rate.frame_start(i64::from(frames));
        let to = (Flicks(into.0 + by.0), level + down * STEP);
        change(view, shot, place, moved(passage, key, to));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinora_project::TakeId;
    use kinora_time::TimeRange;

    fn passage(influence: Keys) -> Passage {
        let range = TimeRange::between(Flicks(0), Flicks(100));
        Passage { influence, ..Passage::kept(Flicks(0), PassageSource::Take(TakeId(1)), range) }
    }

    #[test]
    fn a_key_stays_between_its_neighbours_and_inside_the_passage() {
        let of = passage(vec![(Flicks(10), 0), (Flicks(50), 500), (Flicks(60), 1000)]);
        for (key, to, expected) in [
            (1, (Flicks(30), 200), (Flicks(30), 200)),
            (1, (Flicks(5), -10), (Flicks(11), 0)),
            (1, (Flicks(99), 1700), (Flicks(59), 1000)),
            (0, (Flicks(-3), 0), (Flicks(0), 0)),
            (2, (Flicks(300), 0), (Flicks(100), 0)),
        ] {
            assert_eq!(moved(&of, key, to)[key], expected, "{key} {to:?}");
        }
    }

    #[test]
    fn a_first_key_changes_only_its_surroundings() {
        let keys = with_key(&passage(Vec::new()), Flicks(40), 700);
        assert_eq!(keys, [(Flicks(0), 0), (Flicks(40), 700), (Flicks(100), 0)]);
        let again = with_key(&passage(keys), Flicks(40), 300);
        assert_eq!(again[1], (Flicks(40), 300));
    }
}
