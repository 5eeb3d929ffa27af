//! What is known of an imported file.

use super::section::label_ui;
use crate::theme::{BODY, HEADING, HIT, RADIUS_CARD, SPACE, bold, mono, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::fitted_text;
use egui::{Align2, Rect, Sense, Ui, Vec2};
use kinora_project::{MediaId, MediaKind};
use kinora_studio::queue::Pictured;

/// Draws a file's picture and facts.
pub(super) fn file_ui(ui: &mut Ui, view: &mut View<'_>, media: MediaId) {
    let theme = theme(ui.ctx());
    let project = view.project().clone();
    let Some(file) = project.media.files.get(&media) else { return };
    let facts = project.arrived.facts.get(&media);
    let width = ui.available_width();
    if file.kind != MediaKind::Audio {
        let size = Vec2::new(width, (width * 9.0 / 16.0).min(180.0));
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        ui.painter().rect_filled(rect, RADIUS_CARD, theme.background);
        if let Some(texture) = view.desk.thumbnail(Pictured::Media(media)) {
            egui::Image::new((texture.id, texture.size)).paint_at(ui, fitted(rect, texture.size));
        }
        ui.add_space(SPACE[0]);
    }
    let (rect, _) = ui.allocate_exact_size(Vec2::new(width, HIT), Sense::hover());
    fitted_text(ui.painter(), rect, Align2::LEFT_CENTER, &file.name, bold(HEADING), theme.text);
    line_ui(ui, &tr!("inspector-file-kind"), &kind(file.kind));
    if !file.bin.is_empty() {
        line_ui(ui, &tr!("inspector-file-bin"), &file.bin);
    }
    let Some(facts) = facts else {
        line_ui(ui, &tr!("inspector-file-facts"), &tr!("inspector-file-coming"));
        return;
    };
    if let Some((across, down)) = facts.size {
        line_ui(ui, &tr!("inspector-file-size"), &format!("{across} × {down}"));
    }
    if facts.duration.0 > 0 {
        let timecode = project.settings.timecode().at(facts.duration).to_string();
        line_ui(ui, &tr!("inspector-file-length"), &timecode);
    }
    if let Some(rate) = facts.rate {
        line_ui(ui, &tr!("inspector-file-rate"), &tr!("inspector-file-rate-value", rate = rate.to_string()));
    }
    if file.kind != MediaKind::Still {
        let sound = if facts.sound { tr!("inspector-file-has-sound") } else { tr!("inspector-file-silent") };
        line_ui(ui, &tr!("inspector-file-sound"), &sound);
    }
    line_ui(ui, &tr!("inspector-file-hash"), &file.sha256.to_string());
}

/// The largest rectangle of a picture's shape inside another.
pub(super) fn fitted(room: Rect, size: Vec2) -> Rect {
    let scale = (room.width() / size.x.max(1.0)).min(room.height() / size.y.max(1.0));
    Rect::from_center_size(room.center(), size * scale)
}

fn kind(kind: MediaKind) -> String {
    match kind {
        MediaKind::Still => tr!("inspector-file-still"),
        MediaKind::Video => tr!("inspector-file-video"),
        MediaKind::Audio => tr!("inspector-file-audio"),
    }
}

fn line_ui(ui: &mut Ui, name: &str, value: &str) {
    let theme = theme(ui.ctx());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = SPACE[0];
        label_ui(ui, name, 92.0);
        let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), HIT), Sense::hover());
        let figures = value.chars().next().is_some_and(|c| c.is_ascii_digit());
        let font = if figures { mono(BODY - 1.0) } else { regular(BODY - 1.0) };
        let drawn = fitted_text(ui.painter(), rect, Align2::LEFT_CENTER, value, font, theme.text);
        if drawn.width() + 1.0 >= rect.width() {
            response.on_hover_text(value);
        }
    });
}
