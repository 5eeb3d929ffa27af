//! The monitors: what the timeline shows, what a take or file shows, and a clip while it forms.
//!
//! Deliberately not here: the buttons under the picture (`transport.rs`), the strip of denoising steps (`forming.rs`).

mod camera;
mod forming;
#[cfg(test)]
mod tests;
mod transport;

pub use camera::CameraMove;

use crate::desk::{Looking, Monitor, Texture};
use crate::session::Source;
use crate::theme::{BODY, Icon, SPACE, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{empty_ui, fitted_text};
use egui::{Align2, Color32, Rect, Ui, Vec2, pos2};
use kinora_studio::queue::State;
use kinora_time::Flicks;

/// The height of what lies under the picture: the bar to scrub on, and the buttons.
const CONTROLS: f32 = 52.0;
/// The width of the level meters.
const METERS: f32 = 18.0;

/// The program monitor: the open timeline, or the clip of the selected shot while it forms.
pub(crate) fn program_ui(ui: &mut Ui, view: &mut View<'_>) {
    let all = ui.max_rect();
    if let Some(job) = forming_job(view) {
        forming::forming_ui(ui, view, job, all);
        return;
    }
    let frames = view.timeline_frames();
    if frames == 0 {
        empty_ui(ui, Icon::Clapperboard, &tr!("monitor-program-empty", key = view.keys("board.new-shot")));
        return;
    }
    let (picture, controls) = all.split_top_bottom_at_y(all.bottom() - CONTROLS);
    let frame = view.session.transport.frame();
    let seen = view.desk.monitor(0, Looking::Timeline(view.session.timeline, frame));
    let name = view.timeline_name();
    let meters = Rect::from_min_max(pos2(picture.right() - METERS, picture.top()), picture.max);
    let inside = Rect::from_min_max(picture.min, pos2(meters.left(), picture.bottom()));
    picture_ui(ui, view, &seen, inside, (true, &tr!("monitor-shows", what = name)));
    meters_ui(ui, view.desk.levels(), meters);
    transport::transport_ui(ui, view, transport::Which::Program, frames, controls);
}

/// The source monitor: a take or a file.
pub(crate) fn source_ui(ui: &mut Ui, view: &mut View<'_>) {
    let all = ui.max_rect();
    let Some(source) = view.session.source else {
        empty_ui(ui, Icon::Film, &tr!("monitor-source-empty"));
        return;
    };
    let frames = crate::action::source_frames(view, source);
    let (picture, controls) = all.split_top_bottom_at_y(all.bottom() - CONTROLS);
    let at = view.project().settings.rate.frame_start(i64::from(view.session.source_transport.frame()));
    let (looking, name) = match source {
        Source::Take(take) => (Looking::Take(take, at), take_name(view, take)),
        Source::Media(media) => {
            let file = view.project().media.files.get(&media);
            (Looking::Media(media, at), file.map(|file| file.name.clone()).unwrap_or_default())
        }
    };
    let seen = view.desk.monitor(1, looking);
    picture_ui(ui, view, &seen, picture, (false, &tr!("monitor-shows", what = name)));
    if let (Source::Media(media), Some(texture)) = (source, seen.texture) {
        camera::camera_ui(ui, view, media, texture, picture);
    }
    transport::transport_ui(ui, view, transport::Which::Source, frames, controls);
}

fn take_name(view: &View<'_>, take: kinora_project::TakeId) -> String {
    let shot = view.project().shot_of(take).map(|shot| shot.id);
    let number = shot.map(|shot| view.session.derived.number(shot).to_owned()).unwrap_or_default();
    let place = shot.and_then(|shot| view.session.derived.takes_of(shot).iter().position(|other| *other == take));
    tr!("monitor-take", shot = number, take = place.map_or(0, |place| place + 1))
}

/// The job of the selected shot, while it runs and the playhead stands.
fn forming_job(view: &View<'_>) -> Option<kinora_studio::queue::JobId> {
    if view.session.transport.is_playing() || view.session.workspace == crate::Workspace::Cut {
        return None;
    }
    let job = view.session.derived.job_of(view.shot()?)?;
    (job.state == State::Running).then_some(job.id)
}

/// A picture, as large as it can be: whole, or as the film's frame shows it.
fn picture_ui(ui: &mut Ui, view: &View<'_>, seen: &Monitor, rect: Rect, (in_film, name): (bool, &str)) {
    let theme = theme(ui.ctx());
    ui.painter().rect_filled(rect, 0.0, theme.background);
    let room = rect.shrink(SPACE[1]);
    let shape = super::board::shape_of(&view.project().settings.aspect);
    let response = ui.interact(room, ui.scope_id().with("picture"), egui::Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, name));
    match (&seen.error, seen.texture) {
        (Some(error), _) => error_ui(ui, room, error),
        (None, Some(texture)) if in_film => covering(ui, texture, fitted(room, shape)),
        (None, Some(texture)) => {
            whole(ui, texture, room);
        }
        (None, None) => {
            ui.painter().rect_filled(fitted(room, shape), 0.0, Color32::BLACK);
        }
    }
}

fn error_ui(ui: &Ui, rect: Rect, error: &str) {
    let theme = theme(ui.ctx());
    Icon::TriangleAlert.paint_at(ui.painter(), rect.center() - Vec2::new(0.0, 18.0), 20.0, theme.error);
    let line = Rect::from_center_size(rect.center() + Vec2::new(0.0, 10.0), Vec2::new(rect.width(), 24.0));
    fitted_text(ui.painter(), line, Align2::CENTER_CENTER, error, regular(BODY), theme.text_soft);
}

/// The largest rectangle of a shape in the middle of another.
fn fitted(room: Rect, shape: f32) -> Rect {
    let width = room.width().min(room.height() * shape);
    Rect::from_center_size(room.center(), Vec2::new(width, width / shape.max(0.01)))
}

/// Paints all of a picture as large as it can be; where it lies.
fn whole(ui: &Ui, texture: Texture, room: Rect) -> Rect {
    let rect = fitted(room, texture.size.x / texture.size.y.max(1.0));
    let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter().image(texture.id, rect, uv, Color32::WHITE);
    rect
}

/// Paints the middle of a picture over all of a rectangle.
fn covering(ui: &Ui, texture: Texture, rect: Rect) {
    let (own, wanted) = (texture.size.x / texture.size.y.max(1.0), rect.width() / rect.height().max(1.0));
    let part = Vec2::new((wanted / own).min(1.0), (own / wanted).min(1.0));
    let uv = Rect::from_center_size(pos2(0.5, 0.5), part);
    ui.painter().image(texture.id, rect, uv, Color32::WHITE);
}

/// Level meters: decibels from −60 to 0, the last six in another colour.
fn meters_ui(ui: &Ui, levels: [f32; 2], rect: Rect) {
    let theme = theme(ui.ctx());
    ui.painter().rect_filled(rect, 0.0, theme.background);
    for (place, level) in levels.into_iter().enumerate() {
        #[allow(clippy::cast_precision_loss)]
        let left = rect.left() + 3.0 + place as f32 * 7.0;
        let column = Rect::from_min_max(pos2(left, rect.top() + SPACE[1]), pos2(left + 5.0, rect.bottom() - SPACE[1]));
        ui.painter().rect_filled(column, 1.0, theme.raised);
        ui.painter().rect_stroke(column, 1.0, theme.edge_stroke(), egui::StrokeKind::Inside);
        let decibels = 20.0 * level.max(1e-6).log10();
        let part = ((decibels + 60.0) / 60.0).clamp(0.0, 1.0);
        let lit = Rect::from_min_max(pos2(column.left(), column.bottom() - column.height() * part), column.max);
        ui.painter().rect_filled(lit, 1.0, if decibels > -6.0 { theme.accent } else { theme.good });
    }
}

/// A time that runs on, for clips that play by themselves.
fn running(view: &View<'_>) -> Flicks {
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
    Flicks((view.now.max(0.0) * kinora_time::FLICKS_PER_SECOND as f64) as i64)
}
