//! What lies over all panels: its ground, its frame. The panels under it are dimmed and get no clicks.

use crate::theme::{RADIUS_CARD, Theme, theme};
use egui::{Align2, Frame, Id, Modal, Shadow, Ui, Vec2};

/// Shows something over all panels, `below` their upper edge; whether it was left by a click beside it.
pub(crate) fn over_ui(ui: &Ui, name: &str, below: f32, width: f32, content: impl FnOnce(&mut Ui)) -> bool {
    let theme = theme(ui.ctx());
    let id = Id::unique(("over", name));
    let area = Modal::default_area(id).anchor(Align2::CENTER_TOP, Vec2::new(0.0, below));
    let modal = Modal::new(id)
        .area(area)
        .backdrop_color(theme.background.gamma_multiply(0.6))
        .frame(frame(&theme, ui.visuals().window_shadow));
    let shown = modal.show(ui.ctx(), |ui| {
        ui.set_width(width);
        ui.spacing_mut().item_spacing.y = 0.0;
        content(ui);
    });
    shown.backdrop_response.clicked() && !shown.any_popup_open
}

fn frame(theme: &Theme, shadow: Shadow) -> Frame {
    let shadow = Shadow { offset: [0, 8], blur: 32, ..shadow };
    Frame::new().fill(theme.panel).stroke(theme.line_stroke()).corner_radius(RADIUS_CARD).shadow(shadow)
}
