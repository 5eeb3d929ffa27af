//! Pictures that are given: the shot's first frame, its last, and one between them.

use super::section::note_ui;
use crate::dragged::Dragged;
use crate::intent::{Landing, Request};
use crate::theme::{CAPTION, Icon, RADIUS_FIELD, SPACE, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{fitted_text, focus_ring};
use egui::{Align2, Popup, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};
use kinora_project::{Card, CardContent, MediaKind, Shot};
use kinora_studio::queue::Pictured;
use kinora_time::Flicks;
use serde_json::{Value, json};

/// Where in the shot a picture stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    First,
    Middle,
    Last,
}

impl Place {
    const ALL: [Self; 3] = [Self::First, Self::Middle, Self::Last];

    fn name(self) -> String {
        match self {
            Self::First => tr!("inspector-frame-first"),
            Self::Middle => tr!("inspector-frame-middle"),
            Self::Last => tr!("inspector-frame-last"),
        }
    }

    /// The frame of the project that it means.
    fn frame(self, frames: i64) -> i64 {
        match self {
            Self::First => 0,
            Self::Middle => (frames - 1) / 2,
            Self::Last => (frames - 1).max(0),
        }
    }

    /// What a card's time means.
    fn of(at: Flicks, length: Flicks) -> Self {
        // A model has fewer frames than the project: the last twelfth of a second is its last frame.
        let last = length.0 - kinora_time::FLICKS_PER_SECOND / 12;
        match at.0 {
            ..=0 => Self::First,
            at if at >= last => Self::Last,
            _ => Self::Middle,
        }
    }
}

/// Draws the three wells.
pub(super) fn frames_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot) {
    let gap = SPACE[0];
    let width = ((ui.available_width() - 2.0 * gap) / 3.0).min(180.0);
    let size = Vec2::new(width, width * 9.0 / 16.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = gap;
        for place in Place::ALL {
            let card = shot.cards.iter().find(|card| {
                let shows = matches!(card.content, CardContent::Picture(_) | CardContent::Frame { .. });
                shows && Place::of(card.at, shot.length) == place
            });
            well_ui(ui, view, shot, place, card, size);
        }
    });
    if shot.cards.is_empty() {
        note_ui(ui, &tr!("inspector-frames-hint"));
    }
}

fn well_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot, place: Place, card: Option<&Card>, size: Vec2) {
    let theme = theme(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let name = place.name();
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, card.is_some(), &name));
    let coming = response.dnd_hover_payload::<Dragged>().is_some_and(|dragged| of(view, *dragged, place).is_some());
    let painter = ui.painter();
    painter.rect_filled(rect, RADIUS_FIELD, if response.hovered() || coming { theme.hover } else { theme.background });
    let texture = card.and_then(|card| match card.content {
        CardContent::Picture(media) => view.desk.thumbnail(Pictured::Media(media)),
        CardContent::Frame { take, at } => view.desk.take_frame(take, at),
        _ => None,
    });
    let label = Rect::from_min_max(rect.left_bottom() - Vec2::new(0.0, 16.0), rect.max);
    match texture {
        Some(texture) => {
            let all = Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(1.0, 1.0));
            egui::Image::new((texture.id, texture.size)).uv(all).corner_radius(RADIUS_FIELD).paint_at(ui, rect);
            painter.rect_filled(label, RADIUS_FIELD, theme.background.gamma_multiply(0.8));
        }
        None => {
            let line = egui::Shape::dashed_line(&corners(rect.shrink(0.5)), theme.line_stroke(), 3.0, 3.0);
            painter.extend(line);
            let ink = if response.hovered() { theme.text } else { theme.text_faint };
            let icon = if card.is_some() { Icon::Image } else { Icon::Plus };
            icon.paint_at(painter, rect.center() - Vec2::new(0.0, 6.0), 16.0, ink);
        }
    }
    fitted_text(
        painter,
        label.shrink2(Vec2::new(SPACE[0], 0.0)),
        Align2::CENTER_CENTER,
        &name,
        regular(CAPTION),
        theme.text_soft,
    );
    if coming {
        painter.rect_stroke(rect, RADIUS_FIELD, theme.selected_stroke(), egui::StrokeKind::Inside);
    }
    focus_ring(ui, rect, &response);
    if let Some(what) = response.dnd_release_payload::<Dragged>().and_then(|dragged| of(view, *dragged, place)) {
        put(view, shot, place, card, what);
    }
    Popup::menu(&response).show(|ui| menu_ui(ui, view, shot, place, card));
    hint(response, card.and_then(|card| name_of(view, card)));
}

fn hint(response: Response, file: Option<String>) {
    match file {
        Some(file) => response.on_hover_text(tr!("inspector-frame-change", file = file)),
        None => response.on_hover_text(tr!("inspector-frame-add")),
    };
}

fn corners(rect: Rect) -> [egui::Pos2; 5] {
    [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom(), rect.left_top()]
}

/// What a card shows, for people.
fn name_of(view: &View<'_>, card: &Card) -> Option<String> {
    match card.content {
        CardContent::Picture(media) => view.project().media.files.get(&media).map(|file| file.name.clone()),
        CardContent::Frame { take, .. } => {
            let shot = view.project().arrived.takes.get(&take)?.shot;
            Some(tr!("board-strip-frame", number = view.session.derived.number(shot).to_owned()))
        }
        _ => None,
    }
}

/// The picture that is dragged, as commands take it. Of a take it is the end that fits: a shot begins with the last picture of what it goes
/// on from, and ends with the first of what comes.
fn of(view: &View<'_>, dragged: Dragged, place: Place) -> Option<Value> {
    match dragged {
        Dragged::Media(media) => {
            let file = view.project().media.files.get(&media)?;
            (file.kind == MediaKind::Still).then(|| json!({ "picture": media }))
        }
        Dragged::Take(take) => {
            let lasts = view.project().arrived.takes.get(&take)?.duration();
            let frames = view.project().settings.rate.nearest_frame(lasts);
            let at = match place {
                Place::First => (frames - 1).max(0),
                Place::Middle => frames / 2,
                Place::Last => 0,
            };
            Some(json!({ "frame": take, "frame_at": format!("{at} f") }))
        }
        Dragged::Shot(_) => None,
    }
}

/// What can be put into a well: pictures of the project, or one that is imported first.
fn menu_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot, place: Place, card: Option<&Card>) {
    ui.set_min_width(180.0);
    let project = view.project().clone();
    let stills = project.media.files.iter().filter(|(_, file)| file.kind == MediaKind::Still);
    egui::ScrollArea::vertical().max_height(240.0).show(ui, |ui| {
        for (media, file) in stills {
            if ui.button(&file.name).clicked() {
                put(view, shot, place, card, json!({ "picture": media }));
            }
        }
    });
    if ui.button(tr!("inspector-frame-import")).clicked() {
        let frames = view.project().settings.rate.nearest_frame(shot.length);
        let (frame, card) = (place.frame(frames), card.map(|card| card.id));
        view.out.ask(Request::ImportInto(Landing::Well { shot: shot.id, frame, card }));
    }
    let Some(card) = card else { return };
    let what = match card.content {
        CardContent::Picture(media) => json!({ "picture": media }),
        CardContent::Frame { take, at } => json!({ "frame": take, "frame_at": crate::action::frames(view, at) }),
        _ => return,
    };
    ui.separator();
    for other in Place::ALL.into_iter().filter(|other| *other != place) {
        if ui.button(tr!("inspector-frame-move", place = other.name())).clicked() {
            put(view, shot, other, Some(card), what.clone());
        }
    }
    if ui.button(tr!("inspector-frame-remove")).clicked() {
        view.command("card.remove", json!({ "shot": shot.id, "card": card.id }));
    }
}

fn put(view: &mut View<'_>, shot: &Shot, place: Place, card: Option<&Card>, mut what: Value) {
    let frames = view.project().settings.rate.nearest_frame(shot.length);
    what["shot"] = json!(shot.id);
    what["time"] = json!(format!("{} f", place.frame(frames)));
    match card {
        Some(card) => {
            what["card"] = json!(card.id);
            view.command("card.change", what);
        }
        None => view.command("card.add", what),
    }
}
