//! The inspector: what is selected, to change. A shot with all that makes it, an item of a timeline, or a file.
//!
//! Deliberately not here: the document. Every control writes a command or a drag.

mod file;
mod film;
mod foot;
mod frames;
mod influence;
mod item;
mod making;
mod outlook;
mod phrases;
mod pictures;
mod prompt;
mod section;
mod shape;
mod styles;
#[cfg(test)]
mod tests;
mod turning;
mod writing;

pub(crate) use phrases::going;
pub(crate) use writing::{keep_words, unwritten};

use crate::session::Last;
use crate::theme::{BODY, CAPTION, HEADING, HIT, Icon, SPACE, bold, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{Segment, empty_ui, fitted_text, segments_ui};
use egui::{Align2, Id, Margin, Rect, ScrollArea, Sense, Ui, UiBuilder, Vec2};
use item::Placed;
use kinora_project::timeline::Content;
use kinora_project::{ASSEMBLY, ItemId, MediaId, Shot, ShotId};
use section::section_ui;

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Shot(ShotId),
    Item(ItemId),
    Media(MediaId),
}

/// Draws the inspector.
pub(crate) fn inspector_ui(ui: &mut Ui, view: &mut View<'_>) {
    match shown(view) {
        Some(Shown::Shot(shot)) => shot_ui(ui, view, shot),
        Some(Shown::Item(item)) => item_ui(ui, view, item),
        Some(Shown::Media(media)) => {
            let rect = ui.max_rect();
            body_ui(ui, rect, ("media", media.0), |ui| file::file_ui(ui, view, media));
        }
        None => empty_ui(ui, Icon::SlidersHorizontal, &tr!("inspector-empty")),
    }
}

/// What was clicked last decides. An item of the Assembly is its shot: the Assembly follows the board.
fn shown(view: &View<'_>) -> Option<Shown> {
    let selected = &view.session.selected;
    let shot = selected.shot().map(Shown::Shot);
    let item = selected.items.first().copied();
    match selected.last {
        Last::Item if view.session.timeline == ASSEMBLY => item.map(|item| Shown::Shot(ShotId(item.0))).or(shot),
        Last::Item => item.map(Shown::Item).or(shot),
        Last::Media => selected.media.map(Shown::Media).or(shot),
        Last::Shot | Last::Nothing => shot,
    }
}

/// What scrolls, with the margin of a panel.
fn body_ui<K: std::hash::Hash + std::fmt::Debug>(ui: &mut Ui, rect: Rect, key: K, content: impl FnOnce(&mut Ui)) {
    ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
        ui.set_clip_rect(rect.intersect(ui.clip_rect()));
        // The bar lies over the margin, so that what scrolls ends where the foot ends.
        ui.spacing_mut().scroll.floating_allocated_width = 0.0;
        ScrollArea::vertical().id_salt(key).auto_shrink([false, false]).show(ui, |ui| {
            egui::Frame::new().inner_margin(Margin::symmetric(SPACE[2] as i8, SPACE[1] as i8)).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = SPACE[0];
                content(ui);
            });
        });
    });
}

fn shot_ui(ui: &mut Ui, view: &mut View<'_>, shot: ShotId) {
    let project = view.project().clone();
    let Some(shot) = project.storyboard.shot(shot) else {
        empty_ui(ui, Icon::SlidersHorizontal, &tr!("inspector-empty"));
        return;
    };
    let all = ui.max_rect();
    let (above, foot) = all.split_top_bottom_at_y((all.bottom() - foot::HEIGHT).max(all.top()));
    body_ui(ui, above, ("shot", shot.id.0), |ui| {
        title_ui(ui, view, shot);
        sections_ui(ui, view, shot);
    });
    foot::foot_ui(ui, view, shot, foot);
}

fn sections_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot) {
    prompt::prompt_ui(ui, view, shot);
    ui.add_space(SPACE[0]);
    section_ui(ui, "inspector-camera", true, |ui| film::camera_ui(ui, view, shot));
    section_ui(ui, "inspector-frames", true, |ui| frames::frames_ui(ui, view, shot));
    if !shot.passages.is_empty() {
        section_ui(ui, "inspector-influence", true, |ui| influence::influence_ui(ui, view, shot));
    }
    section_ui(ui, "inspector-look", true, |ui| {
        film::look_ui(ui, view, shot);
        styles::styles_ui(ui, view, shot);
    });
    section_ui(ui, "inspector-shape", true, |ui| shape::shape_ui(ui, view, shot));
    section_ui(ui, "inspector-takes", true, |ui| making::variations_ui(ui, view));
    section_ui(ui, "inspector-advanced", false, |ui| making::advanced_ui(ui, view, shot));
}

/// The shot's number, its scene, and what it has.
fn title_ui(ui: &mut Ui, view: &View<'_>, shot: &Shot) {
    let theme = theme(ui.ctx());
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), HIT), Sense::hover());
    let number = tr!("inspector-shot", number = view.session.derived.number(shot.id).to_owned());
    let drawn = fitted_text(ui.painter(), rect, Align2::LEFT_CENTER, &number, bold(HEADING), theme.text);
    let takes = tr!("inspector-take-count", count = view.session.derived.takes_of(shot.id).len());
    let (state, colour) = if view.session.derived.is_stale(shot.id) {
        (tr!("inspector-stale"), theme.accent)
    } else {
        (takes, theme.text_soft)
    };
    let right = fitted_text(ui.painter(), rect, Align2::RIGHT_CENTER, &state, regular(CAPTION), colour);
    let scene = outlook::scene_of(view.project(), shot.id).and_then(|scene| view.project().storyboard.scene(scene));
    let heading = scene.map(|scene| scene.heading.as_str()).unwrap_or_default();
    let room = Rect::from_min_max(
        egui::pos2(drawn.right() + SPACE[1], rect.top() + 2.0),
        egui::pos2(right.left() - SPACE[1], rect.bottom()),
    );
    fitted_text(ui.painter(), room, Align2::LEFT_CENTER, heading, regular(BODY - 1.0), theme.text_faint);
}

/// An item, and behind a second tab the shot that it shows.
fn item_ui(ui: &mut Ui, view: &mut View<'_>, item: ItemId) {
    let Some(timeline) = view.timeline() else { return };
    let place = timeline.find(item).and_then(|(track, place)| Some((timeline.track(track)?, place)));
    let Some((track, item)) = place.and_then(|(track, place)| Some((track, track.items.get(place)?))) else { return };
    let all = ui.max_rect();
    let shot = if let Content::Shot { shot, .. } = item.content { Some(shot) } else { None };
    let key = Id::unique("inspector-tab");
    let mut of_shot = shot.is_some() && ui.data(|data| data.get_temp::<bool>(key)).unwrap_or_default();
    let bar =
        Rect::from_min_size(all.min + Vec2::new(SPACE[2], SPACE[1]), Vec2::new(all.width() - 2.0 * SPACE[2], HIT));
    ui.scope_builder(UiBuilder::new().max_rect(bar), |ui| match shot {
        Some(shot) => {
            let number = tr!("inspector-shot", number = view.session.derived.number(shot).to_owned());
            let clip = Segment::named(tr!("inspector-clip"), tr!("inspector-clip-hint"), !of_shot);
            let shot = Segment::named(number, tr!("inspector-clip-shot-hint"), of_shot);
            if let Some(place) = segments_ui(ui, bar.width(), &[clip, shot]) {
                of_shot = place == 1;
                ui.data_mut(|data| data.insert_temp(key, of_shot));
            }
        }
        None => {
            let theme = theme(ui.ctx());
            fitted_text(ui.painter(), bar, Align2::LEFT_CENTER, &named(view, item), bold(HEADING), theme.text);
        }
    });
    let rest = Rect::from_min_max(egui::pos2(all.left(), bar.bottom() + SPACE[0]), all.max);
    match shot.filter(|_| of_shot) {
        Some(shot) => {
            ui.scope_builder(UiBuilder::new().max_rect(rest), |ui| shot_ui(ui, view, shot));
        }
        None => {
            let placed = Placed { timeline: view.session.timeline, track, item };
            body_ui(ui, rest, ("item", item.id.0), |ui| item::item_ui(ui, view, &placed));
        }
    }
}

fn named(view: &View<'_>, item: &kinora_project::timeline::Item) -> String {
    match &item.content {
        Content::Clip { media, .. } => {
            view.project().media.files.get(media).map(|file| file.name.clone()).unwrap_or_default()
        }
        Content::Title(words) => words.clone(),
        Content::Shot { .. } | Content::Gap => tr!("inspector-clip"),
    }
}
