//! Files dropped on the board: a picture on a card animates it, on the card's right edge it is where it ends, two are both; between cards
//! each becomes a shot.

use crate::dragged::Dragged;
use crate::intent::{Brought, Intent, Landing};
use crate::theme::{BODY, RADIUS_CARD, bold, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::fitted_text;
use egui::{Align2, Rect, Response, Stroke, StrokeKind, Ui};
use kinora_project::{MediaKind, SceneId, Shot};
use serde_json::json;
use std::path::PathBuf;

/// The part of a card, and the points, that are its right edge.
const RIGHT: (f32, f32) = (0.3, 48.0);

/// Files over a card.
pub(super) fn onto_card(ui: &mut Ui, view: &mut View<'_>, shot: &Shot, rect: Rect) {
    let Some(at) = over(ui, rect) else { return };
    let edge = right_edge(rect);
    let last = at.x > edge.left();
    let pictures = count(ui);
    let (place, words) = match (pictures, last) {
        (2.., _) => (rect, tr!("board-drop-both")),
        (_, true) => (edge, tr!("board-drop-last")),
        (_, false) => (rect, tr!("board-drop-animate")),
    };
    light(ui, place, &words);
    if let Some(paths) = dropped(ui) {
        view.session.selected.select_shot(shot.id);
        view.out.push(Intent::Land(paths, Landing::Card { shot: shot.id, last }));
    }
}

/// A picture of the library over a card does what one from outside does; a take of the shot becomes the one that it shows.
pub(super) fn dragged(ui: &Ui, view: &mut View<'_>, shot: &Shot, over: &Response) {
    let Some(dragged) = over.dnd_hover_payload::<Dragged>() else { return };
    let rect = over.rect;
    let project = view.project().clone();
    let (place, words, command, args) = match *dragged {
        Dragged::Media(media) if project.media.files.get(&media).is_some_and(|file| file.kind == MediaKind::Still) => {
            let edge = right_edge(rect);
            let last = ui.input(|input| input.pointer.latest_pos()).is_some_and(|at| at.x > edge.left());
            let frames = project.settings.rate.nearest_frame(shot.length);
            let (place, words, frame) = if last {
                (edge, tr!("board-drop-last"), (frames - 1).max(0))
            } else {
                (rect, tr!("board-drop-animate"), 0)
            };
            (place, words, "card.add", json!({ "shot": shot.id, "time": format!("{frame} f"), "picture": media }))
        }
        Dragged::Take(take)
            if project.arrived.takes.get(&take).is_some_and(|take| take.shot == shot.id && !take.is_still()) =>
        {
            (rect, tr!("takes-use-short"), "take.circle", json!({ "shot": shot.id, "take": take }))
        }
        // A take of another shot, or a picture, is gone on from, or led to.
        Dragged::Take(take) => {
            let Some(of) = project.arrived.takes.get(&take) else { return };
            let edge = right_edge(rect);
            let leads = ui.input(|input| input.pointer.latest_pos()).is_some_and(|at| at.x > edge.left());
            let rate = project.settings.rate;
            let ends = rate.nearest_frame(of.duration()) - 1;
            let last = rate.nearest_frame(shot.length) - 1;
            let (place, words, at, of_take) = match leads {
                true => (edge, tr!("board-drop-leads"), last.max(0), 0),
                false => (rect, tr!("board-drop-goes-on"), 0, ends.max(0)),
            };
            let (time, frame_at) = (format!("{at} f"), format!("{of_take} f"));
            (place, words, "card.add", json!({ "shot": shot.id, "time": time, "frame": take, "frame_at": frame_at }))
        }
        _ => return,
    };
    light(ui, place, &words);
    if over.dnd_release_payload::<Dragged>().is_some() {
        view.session.selected.select_shot(shot.id);
        view.session.landed = (command == "card.add").then_some(shot.id);
        view.command(command, args);
    }
}

/// Where a picture becomes the last frame.
fn right_edge(rect: Rect) -> Rect {
    let edge = (rect.width() * RIGHT.0).max(RIGHT.1);
    Rect::from_min_max(egui::pos2(rect.right() - edge, rect.top()), rect.max)
}

/// Files over the tile that adds a card: shots from there on.
pub(super) fn between(ui: &mut Ui, view: &mut View<'_>, (scene, at): (SceneId, usize), rect: Rect) {
    if over(ui, rect).is_none() {
        return;
    }
    light(ui, rect, &tr!("board-drop-shots", count = count(ui)));
    if let Some(paths) = dropped(ui) {
        view.out.push(Intent::Land(paths, Landing::Scene { scene: Some(scene), at }));
    }
}

/// Files over the rest of the board: shots at its end.
pub(super) fn onto_board(ui: &mut Ui, view: &mut View<'_>, rect: Rect) {
    if over(ui, rect).is_none() {
        return;
    }
    ui.painter().rect_stroke(rect.shrink(2.0), 0.0, Stroke::new(2.0, theme(ui.ctx()).accent), StrokeKind::Inside);
    if let Some(paths) = dropped(ui) {
        let scene = view.project().storyboard.scenes.last().map(|scene| (scene.id, scene.shots.len()));
        let (scene, at) = scene.map_or((None, 0), |(scene, at)| (Some(scene), at));
        view.out.push(Intent::Land(paths, Landing::Scene { scene, at }));
    }
}

/// Where files are over a place, if they are.
fn over(ui: &Ui, rect: Rect) -> Option<egui::Pos2> {
    ui.input(|input| {
        let any = !input.raw.hovered_files.is_empty() || !input.raw.dropped_files.is_empty();
        input.pointer.latest_pos().filter(|at| any && rect.contains(*at))
    })
}

fn count(ui: &Ui) -> usize {
    ui.input(|input| input.raw.hovered_files.len().max(input.raw.dropped_files.len()))
}

/// Files that were let go; nobody else takes them then.
fn dropped(ui: &Ui) -> Option<Vec<PathBuf>> {
    let files = ui.input_mut(|input| std::mem::take(&mut input.raw.dropped_files));
    let mut paths: Vec<PathBuf> = files.iter().map(|file| file.path().to_owned()).collect();
    // Projects are opened by the shell, wherever they land.
    if paths.is_empty() || paths.iter().any(|path| Brought::of(path) == Some(Brought::Project)) {
        ui.input_mut(|input| input.raw.dropped_files = files);
        return None;
    }
    alphanumeric_sort::sort_path_slice(&mut paths);
    Some(paths)
}

/// Says what would happen.
fn light(ui: &Ui, rect: Rect, words: &str) {
    let theme = theme(ui.ctx());
    let painter = ui.ctx().layer_painter(egui::LayerId::new(egui::Order::Foreground, egui::Id::unique("drop")));
    painter.rect_filled(rect, RADIUS_CARD, theme.accent.gamma_multiply(0.85));
    fitted_text(&painter, rect.shrink(4.0), Align2::CENTER_CENTER, words, bold(BODY), theme.on_accent);
}
