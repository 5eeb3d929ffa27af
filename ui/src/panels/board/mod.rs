//! The storyboard: scenes of shot cards, and the strip of cards inside the selected shot.
//!
//! Deliberately not here: what a card looks like (`card.rs`), writing on it (`writing.rs`), the strip (`strip.rs`).

mod card;
mod describing;
mod drops;
mod picturing;
mod role;
mod strip;
#[cfg(test)]
mod tests;
mod writing;

pub(crate) use card::{known_picture, paint_covering};
pub use picturing::Picturing;
pub(crate) use writing::{card_words, heading_words, keep_card_words, keep_words};

use crate::dragged::Dragged;
use crate::session::Last;
use crate::theme::{BODY, CAPTION, HEADING, Icon, SPACE, bold, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{empty_ui, focus_ring, icon_button};
use egui::{Align2, Rect, Role, ScrollArea, Sense, Ui, UiBuilder, Vec2, WidgetInfo};
use kinora_project::{Scene, SceneId, ShotId};
use serde_json::json;
use std::sync::Arc;

/// The width that a card has at least.
const NARROWEST: f32 = 188.0;
/// And at most.
const WIDEST: f32 = 280.0;
const GAP: f32 = 12.0;
const HEADING_HEIGHT: f32 = 36.0;

/// How cards lie in rows.
#[derive(Debug, Clone, Copy)]
struct Grid {
    columns: usize,
    card: Vec2,
}

impl Grid {
    /// For a width, and pictures of a shape (width to height).
    fn new(width: f32, shape: f32) -> Self {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let columns = (((width + GAP) / (NARROWEST + GAP)).floor() as usize).max(1);
        #[allow(clippy::cast_precision_loss)]
        let card = ((width - GAP * (columns - 1) as f32) / columns as f32).clamp(120.0, WIDEST);
        Self { columns, card: Vec2::new(card, card / shape + card::BELOW) }
    }

    fn rows(self, cards: usize) -> usize {
        cards.div_ceil(self.columns)
    }

    /// The height of a scene with so many cards and the tile that adds one.
    #[allow(clippy::cast_precision_loss)]
    fn scene_height(self, cards: usize) -> f32 {
        HEADING_HEIGHT + self.rows(cards + 1) as f32 * (self.card.y + GAP) + SPACE[1]
    }

    /// Where a card lies, from the scene's top left.
    #[allow(clippy::cast_precision_loss)]
    fn place(self, index: usize) -> Vec2 {
        let (row, column) = (index / self.columns, index % self.columns);
        Vec2::new(column as f32 * (self.card.x + GAP), HEADING_HEIGHT + row as f32 * (self.card.y + GAP))
    }
}

/// The board.
pub(crate) fn board_ui(ui: &mut Ui, view: &mut View<'_>) {
    let project = view.project().clone();
    let all = ui.max_rect();
    let strip = view.shot().filter(|_| all.height() > 420.0);
    let (board, below) =
        all.split_top_bottom_at_y(if strip.is_some() { all.bottom() - strip::HEIGHT } else { all.bottom() });
    if project.storyboard.scenes.is_empty() {
        empty_ui(ui, Icon::Clapperboard, &tr!("board-empty", key = view.keys("board.new-shot")));
        drops::onto_board(ui, view, all);
        return;
    }
    let inside = board.shrink2(Vec2::new(SPACE[3], 0.0));
    ui.scope_builder(UiBuilder::new().max_rect(inside), |ui| {
        ScrollArea::vertical().auto_shrink(false).id_salt("board").show_viewport(ui, |ui, seen| {
            let grid = Grid::new(ui.available_width() - SPACE[1], shape_of(&project.settings.aspect));
            let top = ui.max_rect().left_top() + Vec2::new(0.0, SPACE[1]);
            let mut y = 0.0;
            for (place, scene) in project.storyboard.scenes.iter().enumerate() {
                let height = grid.scene_height(scene.shots.len());
                let follows =
                    shot_to_show(ui, view).is_some_and(|shot| scene.shots.iter().any(|other| other.id == shot));
                // What is scrolled away costs nothing.
                if follows || (y < seen.bottom() && y + height > seen.top()) {
                    let at = top + Vec2::new(0.0, y);
                    scene_ui(ui, view, (place, scene), grid, at);
                }
                y += height;
            }
            ui.allocate_rect(Rect::from_min_size(top, Vec2::new(1.0, y + SPACE[3])), Sense::hover());
        });
    });
    if let Some(shot) = strip {
        strip::strip_ui(ui, view, shot, below);
    }
    drops::onto_board(ui, view, board);
}

/// The shot that was selected since the last frame: the board scrolls to it.
fn shot_to_show(ui: &Ui, view: &View<'_>) -> Option<ShotId> {
    let known: Option<ShotId> = ui.data(|data| data.get_temp(egui::Id::unique("board-shown")));
    view.shot().filter(|shot| known != Some(*shot))
}

/// Width to height of an aspect such as `16:9`.
pub(crate) fn shape_of(aspect: &str) -> f32 {
    let parts = aspect.split_once(':').and_then(|(w, h)| Some((w.parse::<f32>().ok()?, h.parse::<f32>().ok()?)));
    parts.filter(|(w, h)| *w > 0.0 && *h > 0.0).map_or(16.0 / 9.0, |(w, h)| w / h)
}

fn scene_ui(ui: &mut Ui, view: &mut View<'_>, (place, scene): (usize, &Arc<Scene>), grid: Grid, at: egui::Pos2) {
    let width = ui.max_rect().width();
    heading_ui(ui, view, (place, scene), Rect::from_min_size(at, Vec2::new(width, HEADING_HEIGHT)));
    for (index, shot) in scene.shots.iter().enumerate() {
        let rect = Rect::from_min_size(at + grid.place(index), grid.card);
        if shot_to_show(ui, view) == Some(shot.id) {
            ui.scroll_to_rect(rect.expand(GAP), None);
            ui.data_mut(|data| data.insert_temp(egui::Id::unique("board-shown"), shot.id));
        }
        if ui.is_rect_visible(rect) {
            let response = card::card_ui(ui, view, shot, rect);
            landing_ui(ui, view, &response, (scene.id, index, Some(shot.id)));
            drops::onto_card(ui, view, shot, rect);
            drops::dragged(ui, view, shot, &response);
        }
    }
    let rect = Rect::from_min_size(at + grid.place(scene.shots.len()), grid.card);
    if ui.is_rect_visible(rect) {
        add_ui(ui, view, scene, rect);
    }
}

fn heading_ui(ui: &mut Ui, view: &mut View<'_>, (place, scene): (usize, &Arc<Scene>), rect: Rect) {
    let theme = theme(ui.ctx());
    let seconds: f64 = scene.shots.iter().map(|shot| shot.length.as_seconds()).sum();
    if view.session.writing_scene == Some(scene.id) {
        writing::heading_ui(ui, view, scene, rect);
        return;
    }
    let name =
        if scene.heading.trim().is_empty() { tr!("board-scene", number = place + 1) } else { scene.heading.clone() };
    let font = bold(HEADING);
    let number = format!("{}", place + 1);
    let left =
        ui.painter().text(rect.left_center(), Align2::LEFT_CENTER, number, font.clone(), theme.text_faint).right();
    let galley = ui.painter().layout_no_wrap(name.clone(), font, theme.text);
    let named =
        Rect::from_min_size(egui::pos2(left + SPACE[1], rect.center().y - 12.0), Vec2::new(galley.size().x, 24.0));
    let response = ui.interact(named, ui.scope_id().with(("scene", scene.id)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, tr!("board-scene-named", name = name.clone())));
    focus_ring(ui, named.expand(3.0), &response);
    ui.painter().galley(egui::pos2(named.left(), rect.center().y - galley.size().y / 2.0), galley, theme.text);
    let response = response.on_hover_text(tr!("board-heading-hint"));
    if response.clicked() {
        view.session.writing_scene = Some(scene.id);
    }
    response.context_menu(|ui| scene_menu_ui(ui, view, scene));
    let length = tr!("board-scene-length", count = scene.shots.len(), seconds = format!("{seconds:.1}"));
    ui.painter().text(
        egui::pos2(named.right() + SPACE[2], rect.center().y + 1.0),
        Align2::LEFT_CENTER,
        length,
        regular(CAPTION),
        theme.text_faint,
    );
}

fn scene_menu_ui(ui: &mut Ui, view: &mut View<'_>, scene: &Scene) {
    if ui.button(tr!("board-generate-scene")).clicked() {
        let missing = scene.shots.iter().filter(|shot| view.session.derived.takes_of(shot.id).is_empty());
        let commands = missing.map(|shot| ("shot.generate", json!({ "shot": shot.id }))).collect();
        view.out.push(crate::Intent::Commands(commands));
        ui.close();
    }
    if ui.button(tr!("board-rename-scene")).clicked() {
        view.session.writing_scene = Some(scene.id);
        ui.close();
    }
    if ui.button(tr!("board-remove-scene")).clicked() {
        view.command("scene.remove", json!({ "scene": scene.id }));
        ui.close();
    }
}

/// The tile after a scene's last card.
fn add_ui(ui: &mut Ui, view: &mut View<'_>, scene: &Arc<Scene>, rect: Rect) {
    let theme = theme(ui.ctx());
    let picture = Rect::from_min_size(rect.min, Vec2::new(rect.width(), rect.height() - card::BELOW));
    let response = ui.interact(picture, ui.scope_id().with(("add", scene.id)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, tr!("board-add", scene = scene.heading.clone())));
    let (ink, line) = if response.hovered() { (theme.text, theme.text_soft) } else { (theme.text_faint, theme.line) };
    let dashes = egui::Shape::dashed_line(&outline(picture), egui::Stroke::new(1.0, line), 4.0, 4.0);
    ui.painter().extend(dashes);
    Icon::Plus.paint_at(ui.painter(), picture.center() - Vec2::new(0.0, 8.0), 18.0, ink);
    ui.painter().text(
        picture.center() + Vec2::new(0.0, 12.0),
        Align2::CENTER_CENTER,
        view.keys("board.new-shot"),
        regular(CAPTION),
        ink,
    );
    focus_ring(ui, picture, &response);
    landing_ui(ui, view, &response, (scene.id, scene.shots.len(), None));
    drops::between(ui, view, (scene.id, scene.shots.len()), picture);
    if response.clicked() {
        view.command("shot.add", json!({ "scene": scene.id }));
    }
}

fn outline(rect: Rect) -> Vec<egui::Pos2> {
    let rect = rect.shrink(0.5);
    vec![rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom(), rect.left_top()]
}

/// A card that is dragged over another comes before or after it; a line shows where.
fn landing_ui(
    ui: &Ui,
    view: &mut View<'_>,
    over: &egui::Response,
    (scene, index, shot): (SceneId, usize, Option<ShotId>),
) {
    let Some(dragged) = over.dnd_hover_payload::<Dragged>() else { return };
    let Dragged::Shot(moved) = *dragged else { return };
    let theme = theme(ui.ctx());
    let at = ui.input(|input| input.pointer.interact_pos()).unwrap_or(over.rect.center());
    let after = shot.is_some() && at.x > over.rect.center().x;
    let x = if after { over.rect.right() + GAP / 2.0 } else { over.rect.left() - GAP / 2.0 };
    ui.painter().vline(x, over.rect.y_range(), egui::Stroke::new(2.0, theme.accent));
    if over.dnd_release_payload::<Dragged>().is_none() || shot == Some(moved) {
        return;
    }
    let target = index + usize::from(after);
    // The place is counted without the card that moves.
    let from =
        view.project().storyboard.scene(scene).and_then(|scene| scene.shots.iter().position(|other| other.id == moved));
    let to = if from.is_some_and(|from| from < target) { target - 1 } else { target };
    view.session.selected.select_shot(moved);
    view.session.selected.last = Last::Shot;
    view.command("shot.move", json!({ "shot": moved, "scene": scene, "to": to }));
}

/// A small button on a picture.
fn on_picture(ui: &mut Ui, icon: Icon, name: &str, at: Rect) -> egui::Response {
    ui.scope_builder(UiBuilder::new().max_rect(at), |ui| icon_button(ui, icon, name)).inner
}

/// Text of the body that keeps to two lines.
fn two_lines(ui: &Ui, rect: Rect, text: &str, colour: egui::Color32) {
    let mut job =
        egui::text::LayoutJob::single_section(text.to_owned(), egui::TextFormat::simple(regular(BODY), colour));
    job.wrap = egui::text::TextWrapping {
        max_width: rect.width(),
        max_rows: 2,
        break_anywhere: false,
        overflow_character: Some('…'),
    };
    let galley = ui.painter().layout_job(job);
    ui.painter().galley(rect.min, galley, colour);
}
