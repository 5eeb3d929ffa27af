//! What a shot shows, in words: the prompt with the words dotted that the model doesn't know, what not to show, and the cast.

use super::phrases::find;
use super::section::note_ui;
use super::writing::{self, Writing};
use crate::desk::PromptReading;
use crate::theme::{CAPTION, HIT, ICON_SIZE, Icon, RADIUS_FIELD, SPACE, regular, theme};
use crate::tr;
use crate::view::View;
use crate::widgets::{fitted_text, focus_ring};
use egui::text::{CCursor, CharIndex};
use egui::text_edit::TextEditOutput;
use egui::{Align2, Color32, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};
use kinora_project::{CardContent, Field, MemberKind, Shot};
use serde_json::{Map, json};

/// Draws the words of a shot.
pub(super) fn prompt_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot) {
    let (name, hint) = (tr!("inspector-prompt"), tr!("inspector-prompt-hint"));
    let writing = Writing { shot, field: Field::Prompt, name: &name, hint: &hint, rows: 3 };
    let output = writing.show(ui, view.now);
    let text = writing::words(ui, shot, Field::Prompt);
    let expanded = view.project().cast.expand(&text);
    let reading = view.desk.read_prompt(&expanded.text, shot.length.as_seconds());
    dots_ui(ui, &output, &text, &reading);
    reading_ui(ui, &reading, shot);
    split_ui(ui, view, shot, &text, reading.too_much);
    cast_ui(ui, view, shot, &text);
    ui.add_space(SPACE[0]);
    let (name, hint) = (tr!("inspector-negative"), tr!("inspector-negative-hint"));
    Writing { shot, field: Field::Negative, name: &name, hint: &hint, rows: 1 }.show(ui, view.now);
}

/// Words of the text that the model reads otherwise than they are written, with what it makes of them.
fn misread(text: &str, reading: &PromptReading) -> Vec<(std::ops::Range<usize>, Option<String>)> {
    let taken = reading.taken_for.iter().map(|(word, other)| (word, Some(other.clone())));
    let words = taken.chain(reading.unknown.iter().map(|word| (word, None)));
    let chars = |bytes: usize| text[..bytes].chars().count();
    words
        .filter_map(|(word, other)| find(text, word).map(|range| (chars(range.start)..chars(range.end), other)))
        .collect()
}

fn dots_ui(ui: &mut Ui, output: &TextEditOutput, text: &str, reading: &PromptReading) {
    let theme = theme(ui.ctx());
    let painter = ui.painter().with_clip_rect(output.text_clip_rect.intersect(ui.clip_rect()));
    for (range, other) in misread(text, reading) {
        let at = |index| output.galley.pos_from_cursor(CCursor::new(CharIndex(index)));
        let (from, to) = (at(range.start), at(range.end));
        if from.top() < to.top() {
            continue;
        }
        let word = Rect::from_min_max(from.left_top(), to.right_bottom()).translate(output.galley_pos.to_vec2());
        let ink = if other.is_some() { theme.text_soft } else { theme.accent };
        let mut x = word.left() + 1.0;
        while x < word.right() {
            painter.circle_filled(egui::pos2(x, word.bottom() + 0.5), 0.9, ink);
            x += 3.2;
        }
        if ui.rect_contains_pointer(word) {
            let said =
                other.map_or_else(|| tr!("inspector-word-unknown"), |other| tr!("inspector-word-taken", other = other));
            output.response.response.show_tooltip_text(said);
        }
    }
}

/// The same in a line, for those who don't hover.
fn reading_ui(ui: &mut Ui, reading: &PromptReading, shot: &Shot) {
    let theme = theme(ui.ctx());
    if !reading.unknown.is_empty() {
        warning_ui(ui, &tr!("inspector-unknown", words = reading.unknown.join(", ")), theme.accent);
    }
    if !reading.taken_for.is_empty() {
        let pairs: Vec<String> = reading.taken_for.iter().map(|(word, other)| format!("{word} → {other}")).collect();
        note_ui(ui, &tr!("inspector-taken", words = pairs.join(", ")));
    }
    if reading.too_much {
        let seconds = (shot.length.as_seconds() * 10.0).round() / 10.0;
        warning_ui(ui, &tr!("inspector-too-much", seconds = seconds), theme.accent);
    }
}

/// Offers a card for each thing that happens, where more happens than fits.
fn split_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot, text: &str, too_much: bool) {
    let has_words = shot.cards.iter().any(|card| matches!(card.content, CardContent::Text(_)));
    if !too_much || has_words {
        return;
    }
    // As it was written, so that names of the cast stay names.
    let apart = view.desk.read_prompt(text, shot.length.as_seconds()).apart;
    let [first, others @ ..] = apart.as_slice() else { return };
    let label = tr!("inspector-split", count = apart.len());
    if others.is_empty() || !ui.button(label).on_hover_text(tr!("inspector-split-hint")).clicked() {
        return;
    }
    let frames = view.project().settings.rate.nearest_frame(shot.length);
    let count = i64::try_from(apart.len()).unwrap_or(1);
    let mut commands = vec![("shot.write", json!({ "shot": shot.id, "field": "prompt", "text": first }))];
    commands.extend((1..).zip(others).map(|(place, text)| {
        ("card.add", json!({ "shot": shot.id, "time": format!("{} f", place * frames / count), "text": text }))
    }));
    view.out.push(crate::Intent::Commands(commands));
}

/// A line with a sign before it.
pub(super) fn warning_ui(ui: &mut Ui, text: &str, colour: Color32) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = SPACE[0];
        ui.label(Icon::TriangleAlert.rich(CAPTION + 1.0).color(colour));
        ui.add(egui::Label::new(egui::RichText::new(text).font(regular(CAPTION)).color(colour)).wrap());
    });
}

/// Who can be named, and who is named without being anybody.
fn cast_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot, text: &str) {
    let project = view.project().clone();
    let expanded = project.cast.expand(text);
    if project.cast.members.iter().all(|member| member.kind == MemberKind::Style) && expanded.unknown.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(SPACE[0], SPACE[0]);
        for member in project.cast.members.iter().filter(|member| member.kind != MemberKind::Style) {
            let named = expanded.members.contains(&member.id);
            let at = format!("@{}", member.name);
            let hint = tr!("inspector-cast-hint", words = member.words.clone());
            if chip(ui, Icon::User, &at, named).on_hover_text(hint).clicked() && !named {
                let space = if text.is_empty() || text.ends_with(' ') { "" } else { " " };
                writing::rewrite(ui, view, shot, Field::Prompt, &format!("{text}{space}{at}"));
            }
        }
        for name in &expanded.unknown {
            let words = tr!("inspector-cast-add", name = name.clone());
            if chip(ui, Icon::Plus, &words, false).on_hover_text(tr!("inspector-cast-add-hint")).clicked() {
                // What the member looks like is asked for; the name alone would put nothing into the prompt.
                view.session.asking = kinora_studio::command::find("cast.add");
                view.session.answers = Map::from_iter([("name".to_owned(), json!(name))]);
            }
        }
    });
}

/// A word that can be pressed.
pub(super) fn chip(ui: &mut Ui, icon: Icon, text: &str, on: bool) -> Response {
    let theme = theme(ui.ctx());
    let ink = if on { theme.accent } else { theme.text_soft };
    let width = ui.painter().layout_no_wrap(text.to_owned(), regular(CAPTION + 1.0), ink).size().x;
    let width = (width + ICON_SIZE + 2.0 * SPACE[1]).min(ui.max_rect().width());
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, HIT), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, on, text));
    ui.painter().rect_filled(rect, RADIUS_FIELD, if response.hovered() { theme.hover } else { theme.raised });
    icon.paint_at(ui.painter(), egui::pos2(rect.left() + SPACE[1] + 4.0, rect.center().y), 12.0, ink);
    let room =
        Rect::from_min_max(egui::pos2(rect.left() + SPACE[1] + 14.0, rect.top()), rect.max - Vec2::new(4.0, 0.0));
    fitted_text(ui.painter(), room, Align2::LEFT_CENTER, text, regular(CAPTION + 1.0), ink);
    focus_ring(ui, rect, &response);
    response
}
