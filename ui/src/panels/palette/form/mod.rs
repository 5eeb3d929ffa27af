//! The form: what a command wants to know and the selection doesn't say. Each argument has a field of its kind; Enter does it, Esc
//! leaves it. What the studio refuses is said here, and what was entered stays.

mod current;
mod field;
mod names;

use super::over::over_ui;
use crate::theme::{BODY, CAPTION, HEADING, Icon, SPACE, bold, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{fitted_text, icon_button, primary_button};
use crate::words;
use egui::{Align, Align2, Layout, Rect, Response, RichText, ScrollArea, Sense, Ui, Vec2};
use field::Entered;
use kinora_project::TimelineId;
use kinora_studio::command::{Arg, Command, Kind};
use serde_json::{Map, Value};

const WIDTH: f32 = 520.0;
/// Width of the labels before the fields.
const LABELS: f32 = 168.0;
/// Height of a line.
const LINE: f32 = 32.0;
/// The most that the fields are high together.
const MOST: f32 = 400.0;

/// A command that is asked about.
pub(super) struct Form {
    pub command: &'static Command,
    fields: Vec<Entered>,
    error: Option<String>,
    /// Whether the studio has it, and has not answered yet.
    sent: bool,
    shown: bool,
}

impl Form {
    /// A form that knows what the selection says.
    pub fn new(command: &'static Command, view: &mut View<'_>) -> Self {
        let answers = std::mem::take(&mut view.session.answers);
        let mut known = current::values(command, view);
        known.extend(answers);
        let view = &*view;
        let fields = command.args.iter().map(|arg| Entered::new(arg, known.get(arg.name), view)).collect();
        Self { command, fields, error: None, sent: false, shown: false }
    }

    /// Whether it waits for the answer to a command.
    pub fn waits_for(&self, id: &str) -> bool {
        self.sent && self.command.id == id
    }

    /// The command was refused.
    pub fn refuse(&mut self, why: String) {
        (self.error, self.sent) = (Some(why), false);
    }

    /// Draws it; whether it stays open.
    pub fn show(&mut self, ui: &Ui, view: &mut View<'_>, enter: bool) -> bool {
        let (mut stays, mut does) = (true, enter);
        let beside = over_ui(ui, "form", 96.0, WIDTH, |ui| {
            stays &= !self.head_ui(ui);
            self.fields_ui(ui, view);
            self.error_ui(ui);
            let (wants, leaves) = self.foot_ui(ui);
            does |= wants;
            stays &= !leaves;
        });
        if does && stays {
            self.send(view);
        }
        self.shown = true;
        stays && !beside
    }

    fn send(&mut self, view: &mut View<'_>) {
        match self.args() {
            Ok(args) => {
                (self.sent, self.error) = (true, None);
                view.command(self.command.id, Value::Object(args));
            }
            Err(why) => self.error = Some(why),
        }
    }

    fn args(&self) -> Result<Map<String, Value>, String> {
        let mut args = Map::new();
        for (arg, entered) in self.command.args.iter().zip(&self.fields) {
            if let Some(value) = entered.read(arg)? {
                args.insert(arg.name.to_owned(), value);
            }
        }
        Ok(args)
    }

    /// The title, and a cross that closes; whether it was clicked.
    fn head_ui(&self, ui: &mut Ui) -> bool {
        let theme = theme(ui.ctx());
        let label = words::label(self.command);
        let mut closed = false;
        ui.add_space(SPACE[2]);
        ui.horizontal(|ui| {
            ui.add_space(SPACE[3]);
            ui.label(RichText::new(label.trim_end_matches('…')).font(bold(HEADING)).color(theme.text));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.add_space(SPACE[1]);
                closed = icon_button(ui, Icon::X, &tr!("form-close")).clicked();
            });
        });
        inset(ui, |ui| {
            let what = RichText::new(words::tooltip(self.command)).font(regular(CAPTION + 1.0)).color(theme.text_soft);
            ui.add(egui::Label::new(what).wrap());
        });
        ui.add_space(SPACE[2]);
        closed
    }

    fn fields_ui(&mut self, ui: &mut Ui, view: &View<'_>) {
        // The keyboard begins where something is missing, else where something can be changed.
        let missing =
            self.command.args.iter().zip(&self.fields).find(|(arg, entered)| arg.required && entered.is_empty());
        let free =
            self.command.args.iter().find(|arg| !arg.required && !matches!(arg.kind, Kind::Timeline | Kind::Track));
        let begins = missing.map(|(arg, _)| arg).or(free).or(self.command.args.first()).filter(|_| !self.shown);
        // What an item or track is of depends on what is chosen above it.
        let timeline = self.command.args.iter().zip(&self.fields).find_map(|(arg, entered)| entered.timeline(arg));
        ScrollArea::vertical().max_height(MOST).min_scrolled_height(MOST).auto_shrink([false, true]).show(ui, |ui| {
            for required in [true, false] {
                let lines = self.command.args.iter().zip(&mut self.fields).filter(|(arg, _)| arg.required == required);
                let both = self.command.args.iter().any(|arg| arg.required);
                for (place, (arg, entered)) in lines.enumerate() {
                    if place == 0 && !required && both {
                        optional_ui(ui);
                    }
                    let response = line_ui(ui, view, arg, entered, timeline);
                    if begins.is_some_and(|first| first.name == arg.name) {
                        response.request_focus();
                    }
                }
            }
        });
    }

    fn error_ui(&self, ui: &mut Ui) {
        let Some(error) = &self.error else { return };
        let theme = theme(ui.ctx());
        ui.add_space(SPACE[1]);
        inset(ui, |ui| {
            ui.horizontal_top(|ui| {
                ui.label(Icon::CircleAlert.rich(14.0).color(theme.error));
                let why = RichText::new(error).font(regular(BODY)).color(theme.error);
                ui.vertical(|ui| ui.add(egui::Label::new(why).wrap()));
            });
        });
    }

    /// The button that does it and the one that leaves; which was clicked.
    fn foot_ui(&self, ui: &mut Ui) -> (bool, bool) {
        let theme = theme(ui.ctx());
        let label = words::label(self.command);
        let (mut does, mut leaves) = (false, false);
        ui.add_space(SPACE[2]);
        let line = ui.cursor().min.y;
        ui.painter().hline(ui.max_rect().x_range(), line, theme.line_stroke());
        ui.add_space(SPACE[2]);
        ui.allocate_ui_with_layout(Vec2::new(WIDTH, 30.0), Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(SPACE[3]);
            let text = label.trim_end_matches('…');
            let wide = ui.painter().layout_no_wrap(text.to_owned(), bold(BODY), theme.text).size().x + 2.0 * SPACE[3];
            does = primary_button(ui, text, Vec2::new(wide.clamp(96.0, 280.0), 30.0))
                .on_hover_text(tr!("form-enter"))
                .clicked();
            let leave = RichText::new(tr!("form-cancel")).font(regular(BODY));
            leaves = ui
                .add(egui::Button::new(leave).min_size(Vec2::new(80.0, 30.0)))
                .on_hover_text(tr!("form-escape"))
                .clicked();
        });
        ui.add_space(SPACE[2]);
        (does, leaves)
    }
}

/// Something with the margins of the form.
fn inset(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    let margin = egui::Margin::symmetric(SPACE[3] as i8, 0);
    egui::Frame::new().inner_margin(margin).show(ui, content);
}

/// The word before what may be left out.
fn optional_ui(ui: &mut Ui) {
    let theme = theme(ui.ctx());
    let (rect, _) = ui.allocate_exact_size(Vec2::new(LABELS, 26.0), Sense::hover());
    let room = rect.shrink2(Vec2::new(SPACE[3], 0.0));
    fitted_text(ui.painter(), room, Align2::LEFT_BOTTOM, &tr!("form-optional"), bold(CAPTION), theme.text_faint);
    ui.add_space(SPACE[0]);
}

/// The label and the field of an argument.
fn line_ui(ui: &mut Ui, view: &View<'_>, arg: &Arg, entered: &mut Entered, timeline: Option<TimelineId>) -> Response {
    let theme = theme(ui.ctx());
    let name = words::argument(arg.name);
    let line = ui.horizontal(|ui| {
        let (rect, label) = ui.allocate_exact_size(Vec2::new(LABELS, LINE), Sense::hover());
        let room = Rect::from_min_max(rect.min + Vec2::new(SPACE[3], 0.0), rect.max - Vec2::new(SPACE[0], 0.0));
        let ink = if arg.required { theme.text } else { theme.text_soft };
        fitted_text(ui.painter(), room, Align2::LEFT_CENTER, &name, regular(BODY), ink);
        label.on_hover_text(&name);
        entered.show(ui, view, arg, &name, timeline, WIDTH - LABELS - SPACE[3] - SPACE[1])
    });
    line.inner
}
