//! Texts of a shot while they are being written: what is typed is kept apart until the person pauses or goes elsewhere, and then
//! becomes one step of undo. Nothing typed is lost: whatever takes the focus away writes it first.

use crate::theme::theme;
use crate::view::View;
use egui::text_edit::TextEditOutput;
use egui::{Context, Id, Key, TextEdit, Ui};
use kinora_project::{Field, Shot, ShotId};
use serde_json::json;
use std::time::Duration;

/// Seconds without a key after which what was typed is written.
const PAUSE: f64 = 0.8;

/// A text that is being written.
#[derive(Debug, Clone)]
struct Draft {
    shot: ShotId,
    field: Field,
    text: String,
    /// What the document has, or will have when it did what it was told.
    base: String,
    /// Whether the document has it already.
    settled: bool,
    typed_at: f64,
    widget: Id,
}

fn key() -> Id {
    Id::unique("inspector-draft")
}

fn draft(ui: &Ui) -> Option<Draft> {
    ui.data(|data| data.get_temp::<Draft>(key()))
}

fn keep(ui: &Ui, draft: Option<Draft>) {
    ui.data_mut(|data| match draft {
        Some(draft) => {
            data.insert_temp(key(), draft);
        }
        None => data.remove::<Draft>(key()),
    });
}

/// A field's name in commands.
fn name_of(field: Field) -> &'static str {
    match field {
        Field::Number => "number",
        Field::Prompt => "prompt",
        Field::Negative => "negative",
        Field::Action => "action",
        Field::Dialogue => "dialogue",
        Field::Sound => "sound",
        Field::Notes => "notes",
        Field::Lens => "lens",
    }
}

fn write(view: &mut View<'_>, shot: ShotId, field: Field, text: &str) {
    view.command("shot.write", json!({ "shot": shot, "field": name_of(field), "text": text }));
}

/// What was typed and is not written: whose, which field, and the text. It is not kept here any longer.
pub(crate) fn unwritten(ctx: &Context) -> Option<(ShotId, &'static str, String)> {
    let draft = ctx.data(|data| data.get_temp::<Draft>(key()))?;
    ctx.data_mut(|data| data.remove::<Draft>(key()));
    (draft.text != draft.base).then(|| (draft.shot, name_of(draft.field), draft.text))
}

/// Writes what was typed if it is time to. To be called before anything else looks at the keys, whatever panels are shown.
pub(crate) fn keep_words(ui: &Ui, view: &mut View<'_>) {
    let Some(mut draft) = draft(ui) else { return };
    if view.project().storyboard.shot(draft.shot).is_none() {
        keep(ui, None);
        return;
    }
    let focused = ui.memory(|memory| memory.has_focus(draft.widget));
    let commanded = crate::keys::means_what_is_on_screen(ui);
    let waited = view.now - draft.typed_at;
    if draft.text != draft.base {
        if !focused || commanded || waited >= PAUSE {
            write(view, draft.shot, draft.field, &draft.text);
            draft.base.clone_from(&draft.text);
            draft.settled = false;
        } else {
            ui.ctx().request_repaint_after(Duration::from_secs_f64((PAUSE - waited).max(0.01)));
        }
    }
    keep(ui, focused.then_some(draft));
}

/// A shot's text as it is on screen: what is typed, or what the document has.
pub(super) fn words(ui: &Ui, shot: &Shot, field: Field) -> String {
    match draft(ui) {
        Some(draft) if draft.shot == shot.id && draft.field == field => draft.text,
        _ => shot.words.get(field).to_owned(),
    }
}

/// Writes another text in place of what is on screen. What was typed before it is a step of its own.
pub(super) fn rewrite(ui: &Ui, view: &mut View<'_>, shot: &Shot, field: Field, text: &str) {
    if let Some(draft) = draft(ui).filter(|draft| draft.text != draft.base) {
        write(view, draft.shot, draft.field, &draft.text);
    }
    keep(ui, None);
    write(view, shot.id, field, text);
}

/// A field for one of a shot's texts.
pub(super) struct Writing<'a> {
    pub shot: &'a Shot,
    pub field: Field,
    /// What it is called, also by screen readers.
    pub name: &'a str,
    /// What stands in it while it is empty.
    pub hint: &'a str,
    pub rows: usize,
}

impl Writing<'_> {
    /// Draws it over the whole width. Enter ends it: a text of a shot is one paragraph.
    pub(super) fn show(&self, ui: &mut Ui, now: f64) -> TextEditOutput {
        let widget = Id::unique(("inspector-words", self.shot.id, self.field as u8));
        let document = self.shot.words.get(self.field);
        let known = draft(ui).filter(|draft| draft.shot == self.shot.id && draft.field == self.field);
        let known = known.map(|draft| followed(draft, document));
        let mut text = known.as_ref().map_or_else(|| document.to_owned(), |draft| draft.text.clone());
        let edit = TextEdit::multiline(&mut text)
            .id(widget)
            .hint_text(egui::RichText::new(self.hint).color(theme(ui.ctx()).text_faint))
            .desired_width(f32::INFINITY)
            .desired_rows(self.rows)
            .margin(egui::Margin::symmetric(8, 6))
            .return_key(None);
        let output = edit.show(ui);
        let response = &output.response.response;
        let _named = response.clone().accessible_name(self.name);
        if response.changed() {
            let base = known.as_ref().map_or_else(|| document.to_owned(), |draft| draft.base.clone());
            let settled = known.as_ref().is_none_or(|draft| draft.settled);
            let (shot, field) = (self.shot.id, self.field);
            keep(ui, Some(Draft { shot, field, text, base, settled, typed_at: now, widget }));
        } else if let Some(draft) = known {
            keep(ui, Some(draft));
        }
        if response.has_focus() && ui.input(|input| input.key_pressed(Key::Enter) && input.modifiers.is_none()) {
            response.surrender_focus();
        }
        output
    }
}

/// A draft that takes over what changed in the document meanwhile (an undo, another window), unless something is typed.
fn followed(mut draft: Draft, document: &str) -> Draft {
    draft.settled |= document == draft.base;
    if draft.settled && document != draft.base {
        if draft.text == draft.base {
            document.clone_into(&mut draft.text);
        }
        document.clone_into(&mut draft.base);
    }
    draft
}
