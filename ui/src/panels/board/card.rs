//! A shot's card: its picture, which moves while it forms or is under the pointer, its state, its words.

use super::{on_picture, role, two_lines, writing};
use crate::desk::Texture;
use crate::dragged::Dragged;
use crate::panels::pencil::arrow::arrow_ui;
use crate::panels::time_left;
use crate::session::Source;
use crate::theme::{CAPTION, Icon, RADIUS_CARD, SPACE, Theme, bold, mono, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{fitted_text, ring};
use egui::{
    Align2, Color32, CornerRadius, EventFilter, Id, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2,
};
use kinora_project::{CardContent, Shot};
use kinora_studio::queue::{Job, Pictured, State};
use kinora_time::Flicks;
use serde_json::json;
use std::time::Duration;

/// Height of the words under the picture.
pub(super) const BELOW: f32 = 72.0;
/// How long the pointer rests before a take plays.
const REST: f64 = 0.2;
/// How often a picture that moves is drawn.
const MOVES: Duration = Duration::from_millis(83);

/// Where a shot stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Standing {
    Empty,
    Queued,
    Paused,
    Forming(f32),
    Draft,
    Final,
    Stale,
    Failed,
}

/// A card in its place.
pub(super) fn card_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot, rect: Rect) -> Response {
    let theme = theme(ui.ctx());
    let id = ui.scope_id().with(("card", shot.id));
    let picture = Rect::from_min_size(rect.min, Vec2::new(rect.width(), rect.height() - BELOW));
    let response = ui.interact(rect, id, Sense::click_and_drag());
    let number = view.session.derived.number(shot.id).to_owned();
    let job = view.session.derived.job_of(shot.id).cloned();
    let standing = standing(view, shot, job.as_ref());
    keyboard(ui, view, shot, &response);
    let name = tr!("board-card", number = number.clone(), prompt = shot.words.prompt.clone());
    let selected = view.session.selected.shots.contains(&shot.id);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &name));

    let ground = if response.hovered() { theme.hover } else { theme.raised };
    ui.painter().rect_filled(rect, RADIUS_CARD, ground);
    picture_ui(ui, view, (shot, job.as_ref()), picture, &response);
    number_ui(ui, &theme, picture, &number);
    standing_ui(ui, view, picture, standing);
    if let Some(job) = job.as_ref().filter(|job| matches!(job.state, State::Running | State::Waiting)) {
        cancel_ui(ui, view, picture, job);
    }
    role::chip_ui(ui, view, shot, picture);
    let words =
        Rect::from_min_max(pos2(rect.left() + SPACE[1], picture.bottom() + 6.0), rect.max - Vec2::new(SPACE[1], 6.0));
    if view.session.writing == Some(shot.id) {
        writing::prompt_ui(ui, view, shot, words);
    } else {
        words_ui(ui, view, shot, words, &theme);
    }
    let (stroke, inside) = match (selected, response.has_focus()) {
        (true, _) => (theme.selected_stroke(), StrokeKind::Inside),
        (false, true) => (Stroke::new(1.0, theme.accent), StrokeKind::Inside),
        (false, false) => (theme.line_stroke(), StrokeKind::Inside),
    };
    ui.painter().rect_stroke(rect, RADIUS_CARD, stroke, inside);
    clicks(ui, view, shot, &response, words);
    response
}

/// A card that the keyboard comes to is selected, and the keyboard stays with the selection: arrows and Enter are the board's.
fn keyboard(ui: &Ui, view: &mut View<'_>, shot: &Shot, response: &Response) {
    let follows = Id::unique("board-keyboard-follows");
    let selected = view.session.selected.shot() == Some(shot.id);
    if response.gained_focus() && !selected {
        view.session.selected.select_shot(shot.id);
    } else if response.has_focus() && !selected {
        response.surrender_focus();
        ui.data_mut(|data| data.insert_temp(follows, true));
    } else if selected
        && ui.data_mut(|data| data.remove_temp::<bool>(follows)).is_some()
        && view.session.writing.is_none()
    {
        response.request_focus();
    }
    if response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        ui.data_mut(|data| data.insert_temp(crate::keys::card_id(), response.id));
    }
}

fn clicks(ui: &Ui, view: &mut View<'_>, shot: &Shot, response: &Response, words: Rect) {
    let pointer = response.interact_pointer_pos();
    if response.clicked() {
        let more = ui.input(|input| input.modifiers.command || input.modifiers.shift);
        if more {
            view.session.selected.shots.retain(|other| *other != shot.id);
            view.session.selected.shots.push(shot.id);
        } else {
            view.session.selected.select_shot(shot.id);
            // A click on the words of a card writes there.
            if pointer.is_some_and(|at| words.contains(at)) {
                view.session.writing = Some(shot.id);
            }
        }
    }
    let on_words = pointer.is_some_and(|at| words.contains(at));
    let take = view.project().circled(shot.id).map(|take| take.id);
    if let Some(take) = take.filter(|_| response.double_clicked() && !on_words) {
        view.session.source = Some(Source::Take(take));
        view.session.source_transport.seek(0, view.now);
        view.session.source_transport.play_at(1.0, view.now);
        view.session.reveal = Some(crate::Panel::Source);
    }
    if response.drag_started() {
        response.dnd_set_drag_payload(Dragged::Shot(shot.id));
    }
    response.context_menu(|ui| menu_ui(ui, view, shot));
}

fn menu_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot) {
    view.session.selected.select_shot(shot.id);
    for (label, action) in [
        ("action-shot-draft", "shot.draft"),
        ("action-shot-best", "shot.best"),
        ("action-board-write", "board.write"),
        ("action-board-draw", "board.draw"),
        ("action-board-duplicate", "board.duplicate"),
        ("action-board-remove", "board.remove"),
    ] {
        if ui.button(tr!(label)).clicked() {
            if let Some(action) = crate::action::find(action) {
                (action.run)(view);
            }
            ui.close();
        }
    }
    ui.separator();
    for id in ["tool.finish", "tool.variations", "shot.audition"] {
        let Some(command) = kinora_studio::command::find(id) else { continue };
        let has_take = id != "tool.finish" || view.project().circled(shot.id).is_some();
        let button = ui.add_enabled(has_take, egui::Button::new(crate::words::label(command)));
        if button.on_hover_text(crate::words::tooltip(command)).clicked() {
            view.command(id, serde_json::json!({ "shot": shot.id }));
            if id == "shot.audition" {
                view.session.reveal = Some(crate::layout::Panel::Takes);
            }
            ui.close();
        }
    }
}

fn standing(view: &View<'_>, shot: &Shot, job: Option<&Job>) -> Standing {
    match job.map(|job| (job.state, job.id)) {
        Some((State::Running, id)) => {
            let progress = view.desk.progress(id).map(|job| job.progress);
            #[allow(clippy::cast_precision_loss)]
            let part = progress.map_or(0.0, |progress| progress.step as f32 / progress.total.max(1) as f32);
            return Standing::Forming(part);
        }
        Some((State::Waiting, _)) => return Standing::Queued,
        Some((State::Paused, _)) => return Standing::Paused,
        Some((State::Failed, _)) => return Standing::Failed,
        _ => {}
    }
    let Some(take) = view.project().circled(shot.id) else { return Standing::Empty };
    if view.session.derived.is_stale(shot.id) {
        return Standing::Stale;
    }
    let whole = view.studio.card().map(|card| card.defaults.steps).unwrap_or_default();
    if take.plan.steps < whole { Standing::Draft } else { Standing::Final }
}

/// The picture: the clip as it forms, the take under the pointer, its small picture, the first picture that is known of it, or nothing.
fn picture_ui(ui: &mut Ui, view: &mut View<'_>, (shot, job): (&Shot, Option<&Job>), rect: Rect, card: &Response) {
    let theme = theme(ui.ctx());
    let radius = CornerRadius { nw: RADIUS_CARD, ne: RADIUS_CARD, sw: 0, se: 0 };
    ui.painter().rect_filled(rect, radius, theme.background);
    let now = Flicks(seconds(view.now));
    let running = job.filter(|job| job.state == State::Running);
    let forming = running.and_then(|job| view.desk.preview(job.id, now, 0));
    let take = view.project().circled(shot.id).map(|take| take.id);
    let resting = rests(ui, view.now, card);
    let texture = match (forming, take) {
        (Some(forming), _) => {
            ui.ctx().request_repaint_after(MOVES);
            Some(forming)
        }
        (None, Some(take)) => {
            let plays = resting.and_then(|since| view.desk.take_frame(take, Flicks(seconds(view.now - since))));
            if plays.is_some() {
                ui.ctx().request_repaint_after(MOVES);
            }
            plays.or_else(|| view.desk.thumbnail(Pictured::Take(take)))
        }
        (None, None) => known_picture(view, shot),
    };
    match texture {
        Some(texture) => paint_covering(ui, texture, rect, radius),
        None if running.is_some() => {
            fitted_text(
                ui.painter(),
                rect.shrink(SPACE[1]),
                Align2::CENTER_CENTER,
                &tr!("board-begins"),
                regular(CAPTION),
                theme.text_faint,
            );
        }
        None => {
            Icon::Film.paint_at(ui.painter(), rect.center(), 20.0, theme.line);
        }
    }
    if let Some(arrow) = &shot.arrow {
        arrow_ui(ui, ui.painter(), rect, arrow);
    }
    if let Some(job) = running {
        let progress = view.desk.progress(job.id);
        let part = progress.map_or(0.0, |job| fraction(job.progress.step, job.progress.total));
        let bar = Rect::from_min_max(
            pos2(rect.left(), rect.bottom() - 2.0),
            pos2(rect.left() + rect.width() * part, rect.bottom()),
        );
        ui.painter().rect_filled(bar, 0.0, theme.accent);
        if let Some(progress) = progress.filter(|_| card.hovered()) {
            let step = tr!("board-step", step = progress.progress.step, total = progress.progress.total);
            let left = progress.left.map(|left| format!(" · {}", time_left::range(left))).unwrap_or_default();
            let line =
                Rect::from_min_max(pos2(rect.left(), rect.bottom() - 22.0), pos2(rect.right(), rect.bottom() - 2.0));
            ui.painter().rect_filled(line, 0.0, Color32::from_black_alpha(170));
            fitted_text(
                ui.painter(),
                line.shrink2(Vec2::new(SPACE[1], 0.0)),
                Align2::LEFT_CENTER,
                &format!("{step}{left}"),
                mono(CAPTION),
                Color32::WHITE,
            );
        }
    }
}

/// The first picture that a shot is to be made from.
pub(crate) fn known_picture(view: &mut View<'_>, shot: &Shot) -> Option<Texture> {
    shot.cards.iter().find_map(|card| match card.content {
        CardContent::Picture(media) => Some(view.desk.thumbnail(Pictured::Media(media))),
        CardContent::Frame { take, at } => Some(view.desk.take_frame(take, at)),
        _ => None,
    })?
}

/// Since when the pointer rests on a card, once it did long enough.
fn rests(ui: &Ui, now: f64, card: &Response) -> Option<f64> {
    let key = card.id.with("rests");
    if !card.hovered() {
        ui.data_mut(|data| data.remove_temp::<f64>(key));
        return None;
    }
    let since = ui.data_mut(|data| *data.get_temp_mut_or(key, now));
    if now - since < REST {
        ui.ctx().request_repaint_after(Duration::from_millis(100));
        return None;
    }
    Some(since + REST)
}

/// A picture that fills a place; what is too much on two sides is cut off.
pub(crate) fn paint_covering(ui: &Ui, texture: Texture, rect: Rect, radius: CornerRadius) {
    let (have, want) = (texture.size.x / texture.size.y.max(1.0), rect.width() / rect.height().max(1.0));
    let (w, h) = if have > want { (want / have, 1.0) } else { (1.0, have / want) };
    let uv = Rect::from_center_size(pos2(0.5, 0.5), Vec2::new(w, h));
    let shape = egui::epaint::RectShape::filled(rect, radius, Color32::WHITE).with_texture(texture.id, uv);
    ui.painter().add(shape);
}

fn number_ui(ui: &Ui, theme: &Theme, picture: Rect, number: &str) {
    let galley = ui.painter().layout_no_wrap(number.to_owned(), bold(CAPTION), theme.text);
    let chip = Rect::from_min_size(picture.min + Vec2::splat(6.0), galley.size() + Vec2::new(10.0, 4.0));
    ui.painter().rect_filled(chip, 3.0, theme.background.gamma_multiply(0.85));
    ui.painter().galley(chip.min + Vec2::new(5.0, 2.0), galley, theme.text);
}

fn standing_ui(ui: &mut Ui, view: &View<'_>, picture: Rect, standing: Standing) {
    let theme = theme(ui.ctx());
    let middle = pos2(picture.right() - 16.0, picture.top() + 16.0);
    if standing != Standing::Final {
        ui.painter().circle_filled(middle, 10.0, theme.background.gamma_multiply(0.85));
    }
    let (icon, colour, hint) = match standing {
        Standing::Final => return,
        Standing::Forming(part) => {
            ring(ui.painter(), middle, 6.0, part, &theme);
            return;
        }
        Standing::Empty => {
            (Icon::CircleDashed, theme.text_faint, tr!("board-standing-empty", key = view.keys("shot.draft")))
        }
        Standing::Queued => (Icon::Ellipsis, theme.text, tr!("board-standing-queued")),
        Standing::Paused => (Icon::CirclePause, theme.text_soft, tr!("board-standing-paused")),
        Standing::Stale => (Icon::RefreshCw, theme.text, tr!("board-standing-stale")),
        Standing::Failed => (Icon::TriangleAlert, theme.error, tr!("board-standing-failed")),
        Standing::Draft => {
            ui.painter().text(middle, Align2::CENTER_CENTER, "d", bold(CAPTION), theme.text);
            let hit = Rect::from_center_size(middle, Vec2::splat(20.0));
            let _hint = ui
                .interact(hit, ui.scope_id().with(("standing", middle.x as i32, middle.y as i32)), Sense::hover())
                .on_hover_text(tr!("board-standing-draft", key = view.keys("shot.best")));
            return;
        }
    };
    icon.paint_at(ui.painter(), middle, 13.0, colour);
    let hit = Rect::from_center_size(middle, Vec2::splat(20.0));
    let id = ui.scope_id().with(("standing", middle.x as i32, middle.y as i32));
    let _hint = ui.interact(hit, id, Sense::hover()).on_hover_text(hint);
}

fn cancel_ui(ui: &mut Ui, view: &mut View<'_>, picture: Rect, job: &Job) {
    let theme = theme(ui.ctx());
    let at = Rect::from_min_size(picture.right_bottom() - Vec2::new(30.0, 30.0), Vec2::splat(24.0));
    ui.painter().rect_filled(at, 4.0, theme.background.gamma_multiply(0.85));
    if on_picture(ui, Icon::X, &tr!("board-cancel"), at).clicked() {
        view.command("job.cancel", json!({ "job": job.id }));
    }
}

fn words_ui(ui: &Ui, view: &View<'_>, shot: &Shot, rect: Rect, theme: &Theme) {
    let prompt = shot.words.prompt.trim();
    let lines = Rect::from_min_max(rect.min, pos2(rect.right(), rect.bottom() - 18.0));
    match prompt {
        "" => two_lines(ui, lines, &tr!("board-no-prompt"), theme.text_faint),
        prompt => two_lines(ui, lines, prompt, theme.text),
    }
    let takes = view.session.derived.takes_of(shot.id).len();
    let stars = view
        .project()
        .circled(shot.id)
        .and_then(|take| view.project().marks.takes.get(&take.id))
        .map_or(0, |mark| mark.stars);
    let mut meta = format!("{:.1} s", shot.length.as_seconds());
    if takes > 0 {
        meta = format!("{meta} · {}", tr!("board-takes", count = takes));
    }
    let line = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 14.0), rect.max);
    let end = fitted_text(ui.painter(), line, Align2::LEFT_CENTER, &meta, mono(CAPTION), theme.text_soft).right();
    for star in 0..stars {
        Icon::Star.paint_at(
            ui.painter(),
            pos2(end + 12.0 + f32::from(star) * 12.0, line.center().y),
            10.0,
            theme.accent,
        );
    }
}

#[allow(clippy::cast_precision_loss)]
fn fraction(step: u32, total: u32) -> f32 {
    step as f32 / total.max(1) as f32
}

#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
fn seconds(seconds: f64) -> i64 {
    (seconds.max(0.0) * kinora_time::FLICKS_PER_SECOND as f64) as i64
}
