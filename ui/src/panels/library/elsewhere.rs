//! What was found in other projects: title, place and picture. A search is asked for when the typing pauses.

use crate::desk::Found;
use crate::intent::Request;
use crate::panels::board::paint_covering;
use crate::theme::{BODY, CAPTION, Icon, RADIUS_CLIP, SPACE, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{fitted_text, focus_ring};
use egui::{Align2, CornerRadius, Id, Rect, Role, Sense, Ui, Vec2, WidgetInfo, pos2};
use std::time::Duration;

/// Height of a row.
pub(super) const ROW: f32 = 48.0;
/// After so many seconds without a letter other projects are searched.
const PAUSE: f64 = 0.4;

/// What was typed last, when, and whether it was asked for.
#[derive(Debug, Clone, Default, PartialEq)]
struct Typed {
    words: String,
    since: f64,
    asked: bool,
}

/// Asks for a search when the typing pauses.
pub(super) fn keep_up(ui: &Ui, view: &mut View<'_>, words: &str) {
    let id = Id::unique("library-elsewhere");
    let now = view.now;
    let mut typed = ui.data(|data| data.get_temp::<Typed>(id)).unwrap_or_default();
    if typed.words != words {
        typed = Typed { words: words.to_owned(), since: now, asked: false };
    }
    if !typed.asked && !typed.words.trim().is_empty() {
        if now - typed.since >= PAUSE {
            typed.asked = true;
            view.out.ask(Request::SearchLibrary(typed.words.trim().to_owned()));
        } else {
            ui.ctx().request_repaint_after(Duration::from_millis(100));
        }
    }
    ui.data_mut(|data| data.insert_temp(id, typed));
}

/// What lies in other projects.
pub(super) fn found(view: &View<'_>, words: &str) -> Vec<Found> {
    if words.trim().is_empty() {
        return Vec::new();
    }
    view.desk.found().iter().filter(|found| !found.here).cloned().collect()
}

/// Draws one of them into its place.
pub(super) fn row_ui(ui: &mut Ui, view: &mut View<'_>, found: &Found, place: usize, rect: Rect) {
    let theme = theme(ui.ctx());
    let response = ui.interact(rect, ui.scope_id().with(("elsewhere", place)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &found.title));
    if response.hovered() {
        ui.painter().rect_filled(rect, RADIUS_CLIP, theme.hover);
    }
    let picture = Rect::from_min_size(rect.min + Vec2::new(SPACE[0], 6.0), Vec2::new(64.0, 36.0));
    ui.painter().rect_filled(picture, RADIUS_CLIP, theme.background);
    match found.picture.as_deref().and_then(|path| view.desk.picture_file(path)) {
        Some(texture) => paint_covering(ui, texture, picture, CornerRadius::same(RADIUS_CLIP)),
        None => drop(Icon::Film.paint_at(ui.painter(), picture.center(), 16.0, theme.text_soft)),
    }
    let words =
        Rect::from_min_max(pos2(picture.right() + SPACE[1], picture.top()), rect.max - Vec2::new(SPACE[0], 6.0));
    let (title, path) = words.split_top_bottom_at_fraction(0.5);
    fitted_text(ui.painter(), title, Align2::LEFT_CENTER, &found.title, regular(BODY), theme.text);
    let name = found.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    fitted_text(ui.painter(), path, Align2::LEFT_CENTER, &name, regular(CAPTION), theme.text_soft);
    focus_ring(ui, rect, &response);
    if response.double_clicked() {
        let project = found.path.extension().is_some_and(|end| end == "kinora");
        let path = found.path.clone();
        view.out.ask(if project { Request::Open(path) } else { Request::Reveal(path) });
    }
    response.on_hover_text(tr!("library-elsewhere-tip", path = found.path.display().to_string()));
}
