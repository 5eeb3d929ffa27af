//! A drawing for a shot: pen, fill and eraser. What it shows is roughly known to the model, which finishes it.

pub(crate) mod arrow;
mod canvas;
#[cfg(test)]
mod tests;

use crate::desk::Texture;
use crate::intent::{Drawn, Request};
use crate::panels::board::{known_picture, paint_covering};
use crate::panels::palette::over::over_ui;
use crate::session::Over;
use crate::theme::{BODY, HEADING, HIT, Icon, SPACE, bold, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{Segment, focus_ring, icon_button, primary_button, segments_ui};
use arrow::arrow_ui;
use canvas::Canvas;
use egui::{
    Align, Color32, CornerRadius, Id, Key, Layout, Modifiers, Pos2, Rect, RichText, Role, Sense, Stroke, StrokeKind,
    TextureHandle, TextureOptions, Ui, Vec2, WidgetInfo, pos2,
};
use kinora_project::{Arrow, Shot, ShotId};
use kinora_studio::queue::Pictured;

const WIDTH: f32 = 720.0;
const TOP: f32 = 56.0;
/// Pixels across a drawing.
const PIXELS: usize = 640;
/// Radii of the pen, in pixels of the drawing.
const PENS: [f32; 3] = [2.0, 6.0, 16.0];
/// How much of the drawing may be invented, in thousandths.
const LEVELS: [u32; 3] = [500, 650, 800];
const GROUND: Color32 = Color32::WHITE;
const COLOURS: [(Color32, &str); 12] = [
    (Color32::from_rgb(16, 16, 18), "black"),
    (Color32::from_rgb(250, 250, 250), "white"),
    (Color32::from_rgb(128, 128, 132), "grey"),
    (Color32::from_rgb(120, 78, 44), "brown"),
    (Color32::from_rgb(224, 34, 34), "red"),
    (Color32::from_rgb(250, 136, 20), "orange"),
    (Color32::from_rgb(250, 224, 42), "yellow"),
    (Color32::from_rgb(38, 168, 64), "green"),
    (Color32::from_rgb(34, 84, 230), "blue"),
    (Color32::from_rgb(132, 190, 246), "light-blue"),
    (Color32::from_rgb(148, 56, 188), "purple"),
    (Color32::from_rgb(238, 214, 160), "sand"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tool {
    Pen,
    Fill,
    Eraser,
    Arrow,
}

/// A drawing that is made.
#[derive(Debug, Clone)]
pub struct Pencil {
    shot: ShotId,
    canvas: Canvas,
    tool: Tool,
    colour: usize,
    pen: usize,
    level: usize,
    /// Where the pen was last, in pixels.
    last: Option<Pos2>,
    /// Where the arrow that is drawn begins, as a part of the picture.
    arrow_from: Option<Pos2>,
    arrow: Option<Arrow>,
    /// Whether the picture on screen is older.
    changed: bool,
}

/// Begins a drawing for the selected shot.
pub(crate) fn begin(view: &mut View<'_>) {
    let Some(shot) = view.shot() else { return };
    let shape = super::board::shape_of(&view.project().settings.aspect);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    let size = if shape >= 1.0 {
        [PIXELS, (PIXELS as f32 / shape).round().max(1.0) as usize]
    } else {
        [(PIXELS as f32 * shape).round().max(1.0) as usize, PIXELS]
    };
    let canvas = Canvas::new(size, GROUND);
    let arrow = view.project().storyboard.shot(shot).and_then(|shot| shot.arrow);
    view.session.pencil = Some(Pencil {
        shot,
        canvas,
        tool: Tool::Pen,
        colour: 0,
        pen: 1,
        level: 1,
        last: None,
        arrow_from: None,
        arrow,
        changed: true,
    });
    view.session.over = Some(Over::Pencil);
}

/// Takes the keys that are for the drawing, before panels see them.
pub(crate) fn press(ui: &Ui, view: &mut View<'_>) {
    if view.session.over != Some(Over::Pencil) {
        return;
    }
    if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
        leave(view);
    }
    if ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Z))
        && let Some(pencil) = &mut view.session.pencil
    {
        pencil.canvas.undo();
        pencil.changed = true;
    }
}

fn leave(view: &mut View<'_>) {
    view.session.over = None;
    view.session.pencil = None;
}

/// Draws the drawing if one is made.
pub(crate) fn pencil_ui(ui: &Ui, view: &mut View<'_>) {
    if view.session.over != Some(Over::Pencil) {
        return;
    }
    let Some(mut pencil) = view.session.pencil.take() else {
        view.session.over = None;
        return;
    };
    let (mut closed, mut made) = (false, false);
    let number = view.session.derived.number(pencil.shot).to_owned();
    let known_arrow = view.project().storyboard.shot(pencil.shot).and_then(|shot| shot.arrow);
    let only_arrow = !pencil.canvas.can_undo() && pencil.arrow != known_arrow;
    over_ui(ui, "pencil", TOP, WIDTH, |ui| {
        ui.add_space(SPACE[2]);
        closed = head_ui(ui, &number);
        ui.add_space(SPACE[2]);
        tools_ui(ui, &mut pencil);
        ui.add_space(SPACE[2]);
        let most = ui.ctx().content_rect().height() - TOP - 260.0;
        // Where nothing is drawn an arrow goes over the picture that there is.
        let below = match pencil.tool == Tool::Arrow && !pencil.canvas.can_undo() {
            true => view.project().clone().storyboard.shot(pencil.shot).and_then(|shot| picture_of(view, shot)),
            false => None,
        };
        canvas_ui(ui, &mut pencil, below, most.max(160.0));
        ui.add_space(SPACE[2]);
        colours_ui(ui, &mut pencil);
        ui.add_space(SPACE[2]);
        made = foot_ui(ui, &mut pencil, only_arrow);
        ui.add_space(SPACE[2]);
    });
    if made && pencil.arrow != known_arrow {
        let shot = view.project().storyboard.shot(pencil.shot).cloned();
        shot.into_iter().for_each(|shot| arrow::keep(view, &shot, pencil.arrow));
    }
    if made && !only_arrow {
        let [width, height] = pencil.canvas.image().size;
        let (rgba, level) = (pencil.canvas.rgba(), LEVELS[pencil.level]);
        view.out.ask(Request::Drawn(Drawn { shot: pencil.shot, width, height, rgba, level }));
    }
    if closed || made {
        leave(view);
    } else {
        view.session.pencil = Some(pencil);
    }
}

/// The picture that a shot's card shows.
fn picture_of(view: &mut View<'_>, shot: &Shot) -> Option<Texture> {
    let take = view.project().circled(shot.id).map(|take| take.id);
    take.and_then(|take| view.desk.thumbnail(Pictured::Take(take))).or_else(|| known_picture(view, shot))
}

/// The title, and a cross that closes; whether it was clicked.
fn head_ui(ui: &mut Ui, number: &str) -> bool {
    let theme = theme(ui.ctx());
    let mut closed = false;
    ui.allocate_ui_with_layout(Vec2::new(WIDTH, HIT), Layout::left_to_right(Align::Center), |ui| {
        ui.add_space(SPACE[3]);
        let title = tr!("pencil-title", number = number.to_owned());
        ui.label(RichText::new(title).font(bold(HEADING)).color(theme.text));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(SPACE[1]);
            closed = icon_button(ui, Icon::X, &tr!("pencil-leave")).clicked();
        });
    });
    closed
}

fn tools_ui(ui: &mut Ui, pencil: &mut Pencil) {
    ui.allocate_ui_with_layout(Vec2::new(WIDTH, HIT), Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = SPACE[2];
        ui.add_space(SPACE[3]);
        let tools = [
            (Tool::Pen, "pencil-pen"),
            (Tool::Fill, "pencil-fill"),
            (Tool::Eraser, "pencil-eraser"),
            (Tool::Arrow, "pencil-arrow"),
        ];
        let segments = tools.map(|(tool, name)| Segment::named(tr!(name), tr!(name), pencil.tool == tool));
        if let Some(place) = segments_ui(ui, 300.0, &segments) {
            pencil.tool = tools[place].0;
        }
        let pens = [0, 1, 2].map(|pen| {
            let name = tr!(["pencil-thin", "pencil-middle", "pencil-thick"][pen]);
            Segment::named(name.clone(), name, pencil.pen == pen)
        });
        if let Some(pen) = segments_ui(ui, 210.0, &pens) {
            pencil.pen = pen;
        }
        ui.add_enabled_ui(pencil.canvas.can_undo(), |ui| {
            if icon_button(ui, Icon::Undo2, &tr!("pencil-undo")).clicked() {
                pencil.canvas.undo();
                pencil.changed = true;
            }
        });
        if icon_button(ui, Icon::Trash2, &tr!("pencil-clear")).clicked() {
            pencil.canvas.clear(GROUND);
            pencil.changed = true;
        }
    });
}

#[allow(clippy::cast_precision_loss)]
fn canvas_ui(ui: &mut Ui, pencil: &mut Pencil, below: Option<Texture>, most: f32) {
    let [width, height] = pencil.canvas.image().size.map(|side| side as f32);
    let scale = ((WIDTH - 2.0 * SPACE[3]) / width).min(most / height);
    let size = Vec2::new(width, height) * scale;
    let (row, _) = ui.allocate_exact_size(Vec2::new(WIDTH, size.y), Sense::hover());
    let rect = Rect::from_center_size(row.center(), size);
    let response = ui.interact(rect, Id::unique("pencil-canvas"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, tr!("pencil-canvas")));
    let pixel = |at: Pos2| pos2((at.x - rect.left()) / scale, (at.y - rect.top()) / scale);
    match response.interact_pointer_pos() {
        Some(at) if pencil.tool == Tool::Arrow => {
            let at = arrow::part_of(rect, at);
            let from = *pencil.arrow_from.get_or_insert(at);
            // A click takes the arrow away.
            pencil.arrow = arrow::between(from, at);
            ui.ctx().request_repaint();
        }
        Some(at) => {
            draw(pencil, pixel(at));
            ui.ctx().request_repaint();
        }
        None => (pencil.last, pencil.arrow_from) = (None, None),
    }
    let key = Id::unique("pencil-texture");
    let known = ui.data(|data| data.get_temp::<TextureHandle>(key));
    let texture = match known {
        Some(mut texture) => {
            if std::mem::take(&mut pencil.changed) {
                texture.set(pencil.canvas.image().clone(), TextureOptions::LINEAR);
            }
            texture
        }
        None => {
            pencil.changed = false;
            ui.ctx().load_texture("drawing", pencil.canvas.image().clone(), TextureOptions::LINEAR)
        }
    };
    let all = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter().image(texture.id(), rect, all, Color32::WHITE);
    if let Some(below) = below {
        paint_covering(ui, below, rect, CornerRadius::ZERO);
    }
    if let Some(arrow) = &pencil.arrow {
        arrow_ui(ui, ui.painter(), rect, arrow);
    }
    ui.data_mut(|data| data.insert_temp(key, texture));
    ui.painter().rect_stroke(rect, 0.0, theme(ui.ctx()).edge_stroke(), StrokeKind::Outside);
    if let Some(at) = response.hover_pos().filter(|_| matches!(pencil.tool, Tool::Pen | Tool::Eraser)) {
        let ring = Stroke::new(1.0, Color32::from_gray(120));
        ui.painter().circle_stroke(at, PENS[pencil.pen] * scale, ring);
    }
}

/// The tool at a pixel, while the button is down.
fn draw(pencil: &mut Pencil, at: Pos2) {
    let begins = pencil.last.is_none();
    if begins {
        pencil.canvas.begin();
    }
    let from = pencil.last.unwrap_or(at);
    match pencil.tool {
        Tool::Pen => pencil.canvas.stroke(from, at, PENS[pencil.pen], COLOURS[pencil.colour].0),
        Tool::Eraser => pencil.canvas.stroke(from, at, 2.0 * PENS[pencil.pen], GROUND),
        Tool::Fill if begins => pencil.canvas.fill(at, COLOURS[pencil.colour].0),
        Tool::Fill | Tool::Arrow => {}
    }
    pencil.last = Some(at);
    pencil.changed = true;
}

fn colours_ui(ui: &mut Ui, pencil: &mut Pencil) {
    let theme = theme(ui.ctx());
    ui.allocate_ui_with_layout(Vec2::new(WIDTH, HIT), Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = SPACE[0];
        ui.add_space(SPACE[3]);
        for (place, (colour, name)) in COLOURS.into_iter().enumerate() {
            let (rect, response) = ui.allocate_exact_size(Vec2::splat(HIT), Sense::click());
            let name = tr!(&format!("pencil-colour-{name}"));
            let on = pencil.colour == place;
            response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, &name));
            ui.painter().rect_filled(rect.shrink(3.0), 3.0, colour);
            let stroke = if on { theme.selected_stroke() } else { theme.edge_stroke() };
            ui.painter().rect_stroke(rect.shrink(2.0), 4.0, stroke, StrokeKind::Inside);
            focus_ring(ui, rect, &response);
            if response.clicked() {
                pencil.colour = place;
                pencil.tool = if pencil.tool == Tool::Eraser { Tool::Pen } else { pencil.tool };
            }
            response.on_hover_text(name);
        }
    });
}

/// How much may be invented, and the button that uses the drawing; whether it was clicked.
fn foot_ui(ui: &mut Ui, pencil: &mut Pencil, only_arrow: bool) -> bool {
    let theme = theme(ui.ctx());
    let mut made = false;
    ui.allocate_ui_with_layout(Vec2::new(WIDTH, HIT), Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = SPACE[2];
        ui.add_space(SPACE[3]);
        ui.label(RichText::new(tr!("pencil-level")).font(regular(BODY)).color(theme.text_soft));
        let levels = [0, 1, 2].map(|level| {
            let name = tr!(["pencil-little", "pencil-half", "pencil-much"][level]);
            Segment::named(name, tr!("pencil-level-hint"), pencil.level == level)
        });
        if let Some(level) = segments_ui(ui, 240.0, &levels) {
            pencil.level = level;
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(SPACE[3]);
            let label = if only_arrow { tr!("pencil-set-arrow") } else { tr!("pencil-make") };
            made = primary_button(ui, &label, Vec2::new(160.0, HIT + 4.0)).clicked();
        });
    });
    made
}
