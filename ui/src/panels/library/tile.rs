//! A tile of the library: its picture, which plays under the pointer, a strip in the colour of its kind, its name, length and marks.

use super::listing::{Thing, Tile};
use super::menu;
use crate::dragged::Dragged;
use crate::panels::board::paint_covering;
use crate::session::{Last, Source};
use crate::theme::{CAPTION, Icon, RADIUS_FIELD, SPACE, Theme, mono, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{fitted_text, focus_ring};
use egui::{Align2, Color32, CornerRadius, Rect, Response, Role, Sense, StrokeKind, Ui, Vec2, WidgetInfo, pos2};
use kinora_project::MediaKind;
use kinora_studio::queue::Pictured;
use kinora_time::{FLICKS_PER_SECOND, Flicks};
use std::time::Duration;

/// Height of the words under the picture.
pub(super) const BELOW: f32 = 36.0;
/// How long the pointer rests before a take plays.
const REST: f64 = 0.2;

/// Draws a tile into its place.
pub(super) fn tile_ui(ui: &mut Ui, view: &mut View<'_>, tile: &Tile, rect: Rect) {
    let theme = theme(ui.ctx());
    let response = ui.interact(rect, ui.scope_id().with(("tile", tile.thing)), Sense::click_and_drag());
    let selected = match tile.thing {
        Thing::Take(take) => view.session.selected.take == Some(take),
        Thing::Media(media) => view.session.selected.media == Some(media) && view.session.selected.last == Last::Media,
    };
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &tile.name));
    let picture = Rect::from_min_max(rect.min, pos2(rect.right(), rect.bottom() - BELOW));
    ui.painter().rect_filled(rect, RADIUS_FIELD, if response.hovered() { theme.hover } else { theme.raised });
    picture_ui(ui, view, tile, picture, &response);
    words_ui(ui, &theme, tile, rect, picture);
    if selected {
        ui.painter().rect_stroke(rect, RADIUS_FIELD, theme.selected_stroke(), StrokeKind::Inside);
    }
    focus_ring(ui, rect, &response);
    if response.clicked() || response.secondary_clicked() {
        select(view, tile.thing);
    }
    if response.double_clicked() {
        show_in_source(view, tile.thing);
    }
    if response.drag_started() {
        response.dnd_set_drag_payload(match tile.thing {
            Thing::Take(take) => Dragged::Take(take),
            Thing::Media(media) => Dragged::Media(media),
        });
    }
    response.context_menu(|ui| menu::menu_ui(ui, view, tile));
    // A tip over a picture that plays would hide it: it comes with the words only.
    let over_words = ui.input(|input| input.pointer.hover_pos()).is_some_and(|at| at.y > picture.bottom());
    if over_words {
        let tip = format!("{}\n{}", tile.name, tr!("library-take-tip"));
        response.on_hover_text(tip);
    }
}

fn select(view: &mut View<'_>, thing: Thing) {
    match thing {
        Thing::Take(take) => {
            let shot = view.project().arrived.takes.get(&take).map(|take| take.shot);
            let on_board = shot.filter(|shot| view.project().storyboard.shot(*shot).is_some());
            if let Some(shot) = on_board {
                view.session.selected.select_shot(shot);
            }
            view.session.selected.take = Some(take);
        }
        Thing::Media(media) => {
            view.session.selected.media = Some(media);
            view.session.selected.last = Last::Media;
        }
    }
}

/// Puts a take or file into the source monitor.
pub(super) fn show_in_source(view: &mut View<'_>, thing: Thing) {
    view.session.source = Some(match thing {
        Thing::Take(take) => Source::Take(take),
        Thing::Media(media) => Source::Media(media),
    });
    let now = view.now;
    view.session.source_transport.seek(0, now);
    view.session.reveal = Some(crate::Panel::Source);
}

fn picture_ui(ui: &Ui, view: &mut View<'_>, tile: &Tile, rect: Rect, response: &Response) {
    let theme = theme(ui.ctx());
    let radius = CornerRadius { nw: RADIUS_FIELD, ne: RADIUS_FIELD, sw: 0, se: 0 };
    ui.painter().rect_filled(rect, radius, theme.background);
    let of = match tile.thing {
        Thing::Take(take) => Pictured::Take(take),
        Thing::Media(media) => Pictured::Media(media),
    };
    let (colour, icon) = kind(&theme, tile);
    let playing = match tile.thing {
        Thing::Take(take) => rests(ui, view.now, response).and_then(|at| view.desk.take_frame(take, at)),
        Thing::Media(_) => None,
    };
    if playing.is_some() {
        ui.ctx().request_repaint_after(Duration::from_millis(40));
    }
    let pictured = tile.kind != Some(MediaKind::Audio);
    match playing.or_else(|| view.desk.thumbnail(of).filter(|_| pictured)) {
        Some(texture) => paint_covering(ui, texture, rect, radius),
        None => drop(icon.paint_at(ui.painter(), rect.center(), 20.0, colour)),
    }
    let strip = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 2.0), rect.max);
    ui.painter().rect_filled(strip, 0.0, colour);
    if tile.mark.favourite {
        let middle = rect.right_top() + Vec2::new(-12.0, 12.0);
        ui.painter().circle_filled(middle, 9.0, theme.background.gamma_multiply(0.85));
        Icon::Heart.paint_at(ui.painter(), middle, 11.0, theme.accent);
    }
}

/// The colour of a kind, and its icon.
fn kind(theme: &Theme, tile: &Tile) -> (Color32, Icon) {
    match tile.kind {
        None => (theme.generated, Icon::Sparkles),
        Some(MediaKind::Video) => (theme.imported, Icon::FileVideo),
        Some(MediaKind::Still) => (theme.imported, Icon::FileImage),
        Some(MediaKind::Audio) => (theme.audio, Icon::AudioLines),
    }
}

fn words_ui(ui: &Ui, theme: &Theme, tile: &Tile, rect: Rect, picture: Rect) {
    let inside = Rect::from_min_max(pos2(rect.left() + 6.0, picture.bottom() + 3.0), rect.max - Vec2::new(6.0, 3.0));
    let (name, below) = inside.split_top_bottom_at_fraction(0.5);
    fitted_text(ui.painter(), name, Align2::LEFT_CENTER, &tile.name, regular(CAPTION + 1.0), theme.text);
    let (colour, icon) = kind(theme, tile);
    icon.paint_at(ui.painter(), pos2(below.left() + 5.0, below.center().y), 11.0, colour);
    let mut left = below.left() + 14.0;
    if let Some(duration) = tile.duration {
        let room = Rect::from_min_max(pos2(left, below.top()), below.max);
        left = fitted_text(ui.painter(), room, Align2::LEFT_CENTER, &length(duration), mono(CAPTION), theme.text_soft)
            .right();
    }
    for star in 0..tile.mark.stars {
        let x = below.right() - 5.0 - 11.0 * f32::from(tile.mark.stars - 1 - star);
        if x > left + SPACE[0] {
            Icon::Star.paint_at(ui.painter(), pos2(x, below.center().y), 10.0, theme.accent);
        }
    }
}

/// A length as people read it: `2.0 s`, `1:05`.
fn length(duration: Flicks) -> String {
    let tenths = duration.0.max(0) * 10 / FLICKS_PER_SECOND;
    let (minutes, seconds) = (tenths / 600, tenths / 10 % 60);
    if minutes > 0 { format!("{minutes}:{seconds:02}") } else { format!("{seconds}.{} s", tenths % 10) }
}

/// The time in a take that plays because the pointer rests on it.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
fn rests(ui: &Ui, now: f64, response: &Response) -> Option<Flicks> {
    let key = response.id.with("rests");
    if !response.hovered() {
        ui.data_mut(|data| data.remove_temp::<f64>(key));
        return None;
    }
    let since = ui.data_mut(|data| *data.get_temp_mut_or(key, now));
    let played = now - since - REST;
    if played < 0.0 {
        ui.ctx().request_repaint_after(Duration::from_millis(100));
        return None;
    }
    Some(Flicks((played * FLICKS_PER_SECOND as f64) as i64))
}
