//! The strip of cards inside the selected shot: what is asked for and when. Words lie on the model's ticks; their spacing is timing.

use super::{describing, picturing};
use crate::theme::{CAPTION, Icon, RADIUS_CLIP, SPACE, bold, mono, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{fitted_text, focus_ring, icon_button};
use egui::{Align2, CursorIcon, Rect, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo, pos2};
use kinora_project::{BoardEdit, Card, CardContent, Edit, Shot, ShotId};
use kinora_studio::queue::Pictured;
use kinora_studio::tools::Ticks;
use kinora_time::{FLICKS_PER_SECOND, Flicks};
use serde_json::json;

/// Words that rule for less than this read as a cut.
const CUT: Flicks = Flicks(FLICKS_PER_SECOND);
/// The strip's height.
pub(super) const HEIGHT: f32 = 104.0;

/// The strip.
pub(super) fn strip_ui(ui: &mut Ui, view: &mut View<'_>, shot: ShotId, rect: Rect) {
    let theme = theme(ui.ctx());
    let Some(shot) = view.project().storyboard.shot(shot).cloned() else { return };
    ui.painter().rect_filled(rect, 0.0, theme.panel);
    ui.painter().hline(rect.x_range(), rect.top(), theme.line_stroke());
    let inside = rect.shrink2(Vec2::new(SPACE[3], SPACE[1]));
    let number = view.session.derived.number(shot.id).to_owned();
    let title = tr!("board-strip", number = number);
    ui.painter().text(
        inside.left_top() + Vec2::new(0.0, 10.0),
        Align2::LEFT_CENTER,
        title,
        bold(CAPTION),
        theme.text_soft,
    );
    let add = Rect::from_min_size(pos2(inside.right() - 24.0, inside.top() - 2.0), Vec2::splat(24.0));
    let playhead = playhead(view, &shot);
    let plus = ui
        .scope_builder(UiBuilder::new().max_rect(add), |ui| icon_button(ui, Icon::Plus, &tr!("board-strip-add")))
        .inner;
    if plus.clicked() {
        let frames = crate::action::frames(view, playhead);
        view.command("card.add", json!({ "shot": shot.id, "time": frames, "text": shot.words.prompt }));
    }
    let track = Rect::from_min_max(pos2(inside.left(), inside.top() + 26.0), inside.max);
    ruler_ui(ui, &shot, track);
    let body = Rect::from_min_max(pos2(track.left(), track.top() + 16.0), track.max);
    ui.painter().rect_filled(body, RADIUS_CLIP, theme.background);
    describing::keep_up(view);
    picturing::keep_up(view);
    first_ui(ui, &shot, body);
    for (place, card) in shot.cards.iter().enumerate() {
        let end = shot.cards[place + 1..].iter().map(|card| card.at).find(|at| *at > card.at).unwrap_or(shot.length);
        card_ui(ui, view, &shot, card, end, body);
    }
}

/// Where the transport is inside a shot, if it is there; else its middle.
fn playhead(view: &View<'_>, shot: &Shot) -> Flicks {
    let mut at = Flicks(0);
    for other in view.project().storyboard.shots() {
        let here = crate::action::playhead(view);
        if other.id == shot.id && at <= here && here.0 < at.0 + shot.length.0 {
            return Flicks(here.0 - at.0);
        }
        at.0 += other.length.0;
    }
    Flicks(shot.length.0 / 2)
}

#[allow(clippy::cast_precision_loss)]
fn x_of(body: Rect, shot: &Shot, at: Flicks) -> f32 {
    body.left() + body.width() * (at.0 as f64 / shot.length.0.max(1) as f64) as f32
}

fn ruler_ui(ui: &Ui, shot: &Shot, track: Rect) {
    let theme = theme(ui.ctx());
    let mut second = 0;
    while second * FLICKS_PER_SECOND <= shot.length.0 {
        let x = x_of(track, shot, Flicks(second * FLICKS_PER_SECOND));
        ui.painter().vline(x, (track.top() + 8.0)..=(track.top() + 14.0), theme.line_stroke());
        let (align, x) = if second == 0 { (Align2::LEFT_CENTER, x) } else { (Align2::RIGHT_CENTER, x - 4.0) };
        ui.painter().text(pos2(x, track.top() + 5.0), align, format!("{second} s"), mono(9.0), theme.text_faint);
        second += 1;
    }
}

/// What rules before the first card of words: the shot's own prompt.
fn first_ui(ui: &Ui, shot: &Shot, body: Rect) {
    let theme = theme(ui.ctx());
    let words = |card: &&Card| matches!(card.content, CardContent::Text(_));
    let end = shot.cards.iter().find(words).map_or(shot.length, |card| card.at);
    let rect = Rect::from_min_max(body.min, pos2(x_of(body, shot, end) - 1.0, body.bottom()));
    ui.painter().rect_filled(rect, RADIUS_CLIP, theme.raised);
    ui.painter().rect_stroke(rect, RADIUS_CLIP, theme.edge_stroke(), egui::StrokeKind::Inside);
    let text = rect.shrink2(Vec2::new(SPACE[1], 0.0));
    fitted_text(ui.painter(), text, Align2::LEFT_CENTER, shot.words.prompt.trim(), regular(CAPTION), theme.text_soft);
}

fn card_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot, card: &Card, end: Flicks, body: Rect) {
    let theme = theme(ui.ctx());
    let left = x_of(body, shot, card.at);
    let (rect, name) = match &card.content {
        CardContent::Text(text) => {
            (Rect::from_min_max(pos2(left, body.top()), pos2(x_of(body, shot, end) - 1.0, body.bottom())), text.clone())
        }
        CardContent::Picture(media) | CardContent::Clip(media) => {
            let name = view.project().media.files.get(media).map(|file| file.name.clone()).unwrap_or_default();
            (picture_rect(left, body), name)
        }
        CardContent::Frame { take, .. } => {
            let of = view.project().arrived.takes.get(take).map(|take| take.shot);
            let number = of.map(|shot| view.session.derived.number(shot).to_owned()).unwrap_or_default();
            (picture_rect(left, body), tr!("board-strip-frame", number = number))
        }
    };
    let response = ui.interact(rect, ui.scope_id().with(("strip", card.id)), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, tr!("board-strip-card", what = name.clone())));
    keyboard(ui, view, (shot, card), &response);
    let response =
        response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal).on_hover_text(tr!("board-strip-hint"));
    match &card.content {
        CardContent::Text(text) => {
            ui.painter().rect_filled(rect, RADIUS_CLIP, if response.hovered() { theme.hover } else { theme.raised });
            ui.painter().rect_stroke(rect, RADIUS_CLIP, theme.edge_stroke(), egui::StrokeKind::Inside);
            ui.painter().vline(rect.left() + 1.0, rect.y_range(), Stroke::new(2.0, theme.accent));
            onset_ui(ui, view, shot, card, body);
            if let Some(texture) = picturing::forming(view, card.id) {
                let side = Vec2::new((rect.height() * 16.0 / 9.0).min(rect.width()), rect.height());
                super::card::paint_covering(ui, texture, Rect::from_min_size(rect.min, side), RADIUS_CLIP.into());
            }
            let inside = rect.shrink2(Vec2::new(SPACE[1], 0.0));
            let inside = if rules_shortly(view, shot, card, end) {
                let sign = Rect::from_min_size(inside.right_top() + Vec2::new(-14.0, 4.0), Vec2::splat(14.0));
                Icon::TriangleAlert.paint_at(ui.painter(), sign.center(), 12.0, theme.accent);
                let id = ui.scope_id().with(("strip-cut", card.id));
                ui.interact(sign, id, Sense::hover()).on_hover_text(tr!("board-strip-cut"));
                inside.with_max_x(sign.left() - 2.0)
            } else {
                inside
            };
            if view.session.card_draft.as_ref().is_some_and(|draft| draft.card == card.id) {
                super::writing::words_ui(ui, view, card, writable(inside, body));
                return;
            }
            fitted_text(ui.painter(), inside, Align2::LEFT_CENTER, text, regular(CAPTION), theme.text);
        }
        CardContent::Picture(media) | CardContent::Clip(media) => {
            match view.desk.thumbnail(Pictured::Media(*media)) {
                Some(texture) => super::card::paint_covering(ui, texture, rect, RADIUS_CLIP.into()),
                None => {
                    Icon::Image.paint_at(ui.painter(), rect.center(), 16.0, theme.text_faint);
                }
            }
            ui.painter().rect_stroke(rect, RADIUS_CLIP, Stroke::new(1.0, theme.imported), StrokeKind::Inside);
        }
        CardContent::Frame { take, at } => {
            match view.desk.take_frame(*take, *at) {
                Some(texture) => super::card::paint_covering(ui, texture, rect, RADIUS_CLIP.into()),
                None => {
                    Icon::Image.paint_at(ui.painter(), rect.center(), 16.0, theme.text_faint);
                }
            }
            ui.painter().rect_stroke(rect, RADIUS_CLIP, Stroke::new(1.0, theme.generated), StrokeKind::Inside);
        }
    }
    if view.session.selected.card == Some(card.id) {
        ui.painter().rect_stroke(rect, RADIUS_CLIP, theme.selected_stroke(), StrokeKind::Inside);
    } else {
        focus_ring(ui, rect, &response);
    }
    drag(ui, view, (shot, card), &response, body);
    response.context_menu(|ui| {
        if ui.button(tr!("board-strip-change")).clicked() {
            crate::action::change_card(view);
            ui.close();
        }
        let shows = matches!(card.content, CardContent::Picture(_) | CardContent::Clip(_));
        if shows && ui.button(tr!("board-strip-describe")).on_hover_text(tr!("board-strip-describe-hint")).clicked() {
            describing::begin(view, shot.id, card.id);
            ui.close();
        }
        let says = matches!(card.content, CardContent::Text(_));
        if says && ui.button(tr!("board-strip-picture")).on_hover_text(tr!("board-strip-picture-hint")).clicked() {
            picturing::begin(view, shot.id, card.id);
            ui.close();
        }
        if ui.button(tr!("board-strip-remove")).clicked() {
            view.command("card.remove", json!({ "shot": shot.id, "card": card.id }));
            ui.close();
        }
    });
}

/// A picture's place: its middle is when it is shown.
fn picture_rect(at: f32, body: Rect) -> Rect {
    let width = body.height() * 16.0 / 9.0;
    let left = (at - width / 2.0).clamp(body.left(), (body.right() - width).max(body.left()));
    Rect::from_min_size(pos2(left, body.top()), Vec2::new(width, body.height()))
}

/// When the words begin to rule and when they show as a whole: a curve from the foot of the card to its head.
#[allow(clippy::cast_precision_loss)]
fn onset_ui(ui: &Ui, view: &View<'_>, shot: &Shot, card: &Card, body: Rect) {
    let Ok(model) = view.studio.card() else { return };
    let onset = Ticks::of(model).onset(card.at);
    let (from, to) = (x_of(body, shot, onset.start()), x_of(body, shot, onset.end()).min(body.right()));
    let curve = (0..=16).map(|step| {
        let t = step as f32 / 16.0;
        pos2(from + (to - from) * t, body.bottom() - 2.0 - (body.height() - 4.0) * t * t * (3.0 - 2.0 * t))
    });
    let ink = theme(ui.ctx()).accent.gamma_multiply(0.55);
    ui.painter().with_clip_rect(body).add(egui::Shape::line(curve.collect(), Stroke::new(1.0, ink)));
}

/// Whether words rule for so short a time that they read as a cut.
fn rules_shortly(view: &View<'_>, shot: &Shot, card: &Card, end: Flicks) -> bool {
    let Ok(model) = view.studio.card() else { return false };
    let ticks = Ticks::of(model);
    let until = if end == shot.length { end } else { ticks.onset(end).start() };
    until.0 - ticks.onset(card.at).start().0 < CUT.0
}

/// A click selects a card of the shot; a second one, or Enter, changes what it holds.
fn keyboard(ui: &Ui, view: &mut View<'_>, (shot, card): (&Shot, &Card), response: &egui::Response) {
    let enter =
        response.has_focus() && ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Enter));
    if response.clicked() || response.drag_started() || response.secondary_clicked() || enter {
        view.session.selected.select_shot(shot.id);
        view.session.selected.card = Some(card.id);
    }
    if response.double_clicked() || enter {
        crate::action::change_card(view);
    }
}

/// Room to write in: a card near the shot's end is narrow.
fn writable(inside: Rect, body: Rect) -> Rect {
    let width = inside.width().max(180.0).min(body.width());
    let left = inside.left().min(body.right() - width);
    Rect::from_min_size(pos2(left, inside.top()), Vec2::new(width, inside.height()))
}

/// A card that is dragged moves in time, on the project's frames: words to where the model can begin with them, without Alt. One step of
/// the history.
fn drag(ui: &Ui, view: &mut View<'_>, (shot, card): (&Shot, &Card), response: &egui::Response, body: Rect) {
    let edit = |at: Flicks| {
        Edit::Board(BoardEdit::ChangeCard { shot: shot.id, card: card.id, at, content: card.content.clone() })
    };
    if response.drag_started() {
        view.out.push(crate::Intent::BeginDrag("change-card"));
    }
    let Some(pointer) = response.interact_pointer_pos().filter(|_| response.dragged() || response.drag_stopped())
    else {
        return;
    };
    let rate = view.project().settings.rate;
    let part = f64::from(((pointer.x - body.left()) / body.width().max(1.0)).clamp(0.0, 1.0));
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
    let pointed = Flicks((part * shot.length.0 as f64) as i64);
    let words = matches!(card.content, CardContent::Text(_)) && !ui.input(|input| input.modifiers.alt);
    let snapped = view.studio.card().ok().filter(|_| words).map(|model| Ticks::of(model).nearest(pointed));
    let frame = rate.nearest_frame(snapped.unwrap_or(pointed));
    let last = rate.nearest_frame(shot.length) - 1;
    let at = rate.frame_start(frame.clamp(0, last.max(0)));
    if ui.input(|input| input.key_pressed(egui::Key::Escape)) {
        view.out.push(crate::Intent::CancelDrag);
    } else if response.drag_stopped() {
        view.out.push(crate::Intent::EndDrag(edit(at)));
    } else {
        view.out.push(crate::Intent::Drag(edit(at)));
    }
}
