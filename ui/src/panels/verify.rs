//! What a file claims about itself: the verdict with its icon, colour and word, and under it everything the file says.
//!
//! Deliberately not here: reading files. The shell does, and the desk has the answer.

use crate::desk::Claims;
use crate::intent::Request;
use crate::theme::{BODY, CAPTION, HEADING, Icon, RADIUS_CARD, SPACE, bold, mono, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{icon_button, wide_button};
use crate::words::told;
use egui::{Color32, Label, RichText, ScrollArea, Stroke, Ui, Vec2};

const BUTTON: f32 = 30.0;
/// Width of the names before the values, where there is room for both in a line.
const NAMES: f32 = 132.0;

pub(crate) fn verify_ui(ui: &mut Ui, view: &mut View<'_>) {
    match view.desk.claims() {
        Some(claims) => claims_ui(ui, view, &claims),
        None => teach_ui(ui, view),
    }
}

/// The panel before any file was looked at.
fn teach_ui(ui: &mut Ui, view: &mut View<'_>) {
    let theme = theme(ui.ctx());
    let width = (ui.available_width() - 2.0 * SPACE[3]).min(320.0);
    let middle = ui.max_rect();
    let room = egui::Rect::from_center_size(middle.center(), Vec2::new(width, middle.height()));
    let page = egui::UiBuilder::new().max_rect(room).layout(egui::Layout::top_down(egui::Align::Center));
    ui.scope_builder(page, |ui| {
        ui.add_space((ui.available_height() * 0.22).min(120.0));
        ui.label(Icon::ShieldCheck.rich(32.0).color(theme.text_soft));
        ui.add_space(SPACE[0]);
        ui.add(Label::new(RichText::new(tr!("verify-empty")).font(bold(BODY)).color(theme.text)).wrap());
        ui.add(Label::new(RichText::new(tr!("verify-empty-more")).font(regular(BODY)).color(theme.text_soft)).wrap());
        ui.add_space(SPACE[1]);
        let button = wide_button(ui, Icon::ShieldCheck, &tr!("verify-choose"), Vec2::new(width.min(220.0), BUTTON));
        if button.on_hover_text(tr!("verify-choose-tip")).clicked() {
            view.out.ask(Request::VerifyFile);
        }
    });
}

fn claims_ui(ui: &mut Ui, view: &mut View<'_>, claims: &Claims) {
    let theme = theme(ui.ctx());
    let inside = egui::Frame::new().inner_margin(SPACE[2]);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        inside.show(ui, |ui| {
            verdict_ui(ui, claims);
            ui.add_space(SPACE[0]);
            file_ui(ui, view, claims);
            if !claims.lines.is_empty() {
                ui.add_space(SPACE[1]);
                ui.label(RichText::new(tr!("verify-claims")).font(bold(CAPTION)).color(theme.text_soft));
                for (name, value) in &claims.lines {
                    line_ui(ui, &told(name), &told(value));
                }
            }
            ui.add_space(SPACE[1]);
            let size = Vec2::new(ui.available_width(), BUTTON);
            let button = wide_button(ui, Icon::ShieldCheck, &tr!("verify-choose"), size);
            if button.on_hover_text(tr!("verify-choose-tip")).clicked() {
                view.out.ask(Request::VerifyFile);
            }
        });
    });
}

/// The card at the top: what to think of the file, readable without its colour.
fn verdict_ui(ui: &mut Ui, claims: &Claims) {
    let theme = theme(ui.ctx());
    let (icon, word, colour) = match claims.good {
        true => (Icon::ShieldCheck, tr!("verify-good"), theme.good),
        false => (Icon::ShieldX, tr!("verify-bad"), theme.error),
    };
    let frame = egui::Frame::new()
        .fill(theme.raised)
        .corner_radius(RADIUS_CARD)
        .stroke(Stroke::new(1.0, edge(colour)))
        .inner_margin(SPACE[2]);
    frame.show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.horizontal(|ui| {
            ui.label(icon.rich(28.0).color(colour));
            ui.add_space(SPACE[0]);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                ui.label(RichText::new(word).font(bold(HEADING)).color(colour));
                ui.add(Label::new(RichText::new(told(&claims.verdict)).font(regular(BODY)).color(theme.text)).wrap());
            });
        });
    });
}

fn edge(colour: Color32) -> Color32 {
    colour.gamma_multiply(0.6)
}

/// Which file, and a way to it.
fn file_ui(ui: &mut Ui, view: &mut View<'_>, claims: &Claims) {
    let theme = theme(ui.ctx());
    let name = claims.path.file_name().unwrap_or(claims.path.as_os_str()).to_string_lossy();
    ui.horizontal(|ui| {
        let room = ui.available_width() - 2.0 * (crate::theme::HIT + SPACE[1]);
        ui.scope(|ui| {
            ui.set_max_width(room.max(40.0));
            ui.set_min_width(room.max(40.0));
            let name = RichText::new(name.as_ref()).font(bold(BODY)).color(theme.text);
            ui.add(Label::new(name).truncate()).on_hover_text(claims.path.display().to_string());
        });
        if icon_button(ui, Icon::FolderOpen, &tr!("verify-reveal")).clicked() {
            view.out.ask(Request::Reveal(claims.path.clone()));
        }
        if icon_button(ui, Icon::RefreshCw, &tr!("verify-again")).clicked() {
            view.out.ask(Request::Verify(claims.path.clone()));
        }
    });
}

/// A name and a value; beside each other where there is room.
fn line_ui(ui: &mut Ui, name: &str, value: &str) {
    let theme = theme(ui.ctx());
    let name_text = RichText::new(name.trim()).font(regular(BODY)).color(theme.text_soft);
    // Hashes and keys are figures: they are compared letter by letter.
    let figures = value.len() > 24 && value.chars().all(|c| c.is_ascii_hexdigit() || c == '-' || c == ':');
    let font = if figures { mono(CAPTION) } else { regular(BODY) };
    let value = Label::new(RichText::new(value.trim()).font(font).color(theme.text)).wrap().selectable(true);
    let beside = ui.available_width() > 2.2 * NAMES;
    if name.trim().is_empty() {
        ui.add(value);
    } else if beside {
        ui.horizontal_top(|ui| {
            ui.scope(|ui| {
                ui.set_min_width(NAMES);
                ui.set_max_width(NAMES);
                ui.add(Label::new(name_text).wrap());
            });
            ui.add(value);
        });
    } else {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.label(name_text);
        ui.add(value);
    }
    let line = ui.cursor().top() + 1.0;
    ui.painter().hline(ui.max_rect().x_range(), line, Stroke::new(1.0, theme.line.gamma_multiply(0.5)));
    ui.add_space(SPACE[0]);
}

#[cfg(test)]
mod tests {
    use crate::testing::stage;
    use crate::{Claims, Request, Workspace};
    use egui_kittest::kittest::Queryable;

    fn claims(good: bool) -> Claims {
        let lines = [("Made by", "Kinora 1.0"), ("Generated", "yes, with Sketch"), ("Signature", "valid")];
        Claims {
            path: "/films/cut.mp4".into(),
            verdict: "Signed, unchanged, and says that it was generated".to_owned(),
            good,
            lines: lines.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        }
    }

    #[test]
    fn before_any_file_the_panel_asks_for_one() {
        let mut harness = stage([1280.0, 720.0]);
        harness.state_mut().editor.session.workspace = Workspace::Deliver;
        harness.run_steps(3);
        harness.get_by_label("Verify a file…").click();
        harness.run_steps(2);
        assert_eq!(harness.state().requests, [Request::VerifyFile]);
    }

    #[test]
    fn a_verdict_is_a_word_and_not_only_a_colour() {
        let mut harness = stage([1280.0, 720.0]);
        harness.state_mut().editor.session.workspace = Workspace::Deliver;
        for (good, word, other) in [(true, "Trusted", "Not trusted"), (false, "Not trusted", "Trusted")] {
            harness.state_mut().desk.claims = Some(claims(good));
            harness.run_steps(3);
            assert!(harness.query_by_label(word).is_some() && harness.query_by_label(other).is_none());
            assert!(harness.query_by_label("yes, with Sketch").is_some());
        }
    }
}
