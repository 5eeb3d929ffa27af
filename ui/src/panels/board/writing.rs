//! Writing on the board: a card's prompt, a scene's heading, words inside a shot. Enter ends a prompt and opens the next card's; Escape goes back to the board.
//!
//! What is written is the document's at each pause, so that a crash takes a few letters at most.

use crate::session::{CardDraft, Draft};
use crate::theme::{BODY, CAPTION, HEADING, HIT, bold, regular, theme};
use crate::tr;
use crate::view::View;
use egui::{Context, Id, Key, Modifiers, Rect, TextEdit, Ui, UiBuilder};
use kinora_project::{Card, CardContent, Project, Scene, SceneId, Shot, ShotId};
use serde_json::{Value, json};
use std::time::Duration;

/// After so many seconds without a key the document gets what was written.
const PAUSE: f64 = 1.5;

/// The field over a card's words.
pub(super) fn prompt_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot, rect: Rect) {
    let theme = theme(ui.ctx());
    let id = Id::unique(("prompt", shot.id));
    let begins = view.session.draft.as_ref().is_none_or(|draft| draft.shot != shot.id);
    if begins {
        hand_in(view);
        view.session.draft = Some(Draft { shot: shot.id, text: shot.words.prompt.clone(), since: None });
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    let Some(mut draft) = view.session.draft.take() else { return };
    let focused = ui.memory(|memory| memory.has_focus(id));
    let key = |key| focused && ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let (enter, escape) = (key(Key::Enter), key(Key::Escape));
    let field = TextEdit::multiline(&mut draft.text)
        .id(id)
        .frame(egui::Frame::NONE)
        .font(regular(BODY))
        .text_color(theme.text)
        .hint_text(tr!("board-write-hint"))
        .desired_width(rect.width())
        .desired_rows(3)
        .return_key(None)
        .cursor_at_end(true);
    let output = ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
        ui.set_clip_rect(rect.expand(2.0).intersect(ui.clip_rect()));
        ui.add(field)
    });
    let response = output.inner;
    response.widget_info(|| egui::WidgetInfo::text_edit(true, &shot.words.prompt, &draft.text, tr!("board-prompt")));
    if response.changed() {
        draft.since = Some(view.now);
    }
    let paused = draft.since.is_some_and(|since| view.now - since > PAUSE);
    view.session.draft = Some(draft);
    if paused {
        write(view);
    } else if view.session.draft.as_ref().is_some_and(|draft| draft.since.is_some()) {
        ui.ctx().request_repaint_after(Duration::from_millis(500));
    }
    if enter || escape || (response.lost_focus() && !begins) {
        hand_in(view);
        view.session.writing = None;
        if enter {
            next(view, shot.id);
        }
    }
}

/// The document gets what was written, and the field is closed.
pub(crate) fn hand_in(view: &mut View<'_>) {
    write(view);
    view.session.draft = None;
}

/// The document gets what is on screen before keys ask for something that means it. To be called before anything looks at the keys.
pub(crate) fn keep_words(ui: &Ui, view: &mut View<'_>) {
    if !crate::keys::means_what_is_on_screen(ui) {
        return;
    }
    write(view);
    let card = view.session.card_draft.as_ref().and_then(|draft| card_words(view.project(), draft));
    if let Some(args) = card {
        view.command("card.change", args);
    }
}

fn write(view: &mut View<'_>) {
    let Some(draft) = &mut view.session.draft else { return };
    draft.since = None;
    let (shot, text) = (draft.shot, draft.text.trim_end().to_owned());
    let known = view.project().storyboard.shot(shot).map(|shot| shot.words.prompt.clone());
    if known.is_some_and(|known| known != text) {
        view.command("shot.write", json!({ "shot": shot, "field": "prompt", "text": text }));
    }
}

/// The next card of the scene is written on; after the last a new one.
fn next(view: &mut View<'_>, shot: ShotId) {
    let project = view.project();
    let scene = project.storyboard.scenes.iter().find(|scene| scene.shots.iter().any(|other| other.id == shot));
    let Some(scene) = scene else { return };
    let place = scene.shots.iter().position(|other| other.id == shot).unwrap_or(0);
    match scene.shots.get(place + 1).map(|shot| shot.id) {
        Some(next) => {
            view.session.selected.select_shot(next);
            view.session.writing = Some(next);
        }
        None => {
            let scene = scene.id;
            view.command("shot.add", json!({ "scene": scene, "at": place + 1 }));
        }
    }
}

/// The field over the words of a card inside a shot. However it is left, the document gets what was written.
pub(super) fn words_ui(ui: &mut Ui, view: &mut View<'_>, card: &Card, rect: Rect) {
    let theme = theme(ui.ctx());
    let id = Id::unique(("card-words", card.id));
    let Some(mut draft) = view.session.card_draft.take() else { return };
    let before = draft.text.clone();
    let begins = !std::mem::replace(&mut draft.begun, true);
    if begins {
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    let focused = ui.memory(|memory| memory.has_focus(id));
    let key = |key| focused && ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let over = key(Key::Enter) || key(Key::Escape);
    let field = TextEdit::singleline(&mut draft.text)
        .id(id)
        .font(regular(CAPTION))
        .text_color(theme.text)
        .hint_text(tr!("board-write-hint"))
        .desired_width(rect.width());
    let line = Rect::from_center_size(rect.center(), egui::vec2(rect.width(), HIT));
    let response = ui.scope_builder(UiBuilder::new().max_rect(line), |ui| ui.add(field)).inner;
    response.widget_info(|| egui::WidgetInfo::text_edit(true, &before, &draft.text, tr!("board-strip-words")));
    draft.drawn = true;
    let over = over || (response.lost_focus() && !begins);
    view.session.card_draft = Some(draft);
    if over {
        hand_in_card(view);
    }
}

/// Words of a card whose field is not there any more are written. To be called once a frame, before panels are drawn.
pub(crate) fn keep_card_words(view: &mut View<'_>) {
    let Some(draft) = &mut view.session.card_draft else { return };
    if !std::mem::take(&mut draft.drawn) && draft.begun {
        hand_in_card(view);
    }
}

fn hand_in_card(view: &mut View<'_>) {
    let args = view.session.card_draft.take().and_then(|draft| card_words(view.project(), &draft));
    if let Some(args) = args {
        view.command("card.change", args);
    }
}

/// What `card.change` is to be told of words that were written, if they are others.
pub(crate) fn card_words(project: &Project, draft: &CardDraft) -> Option<Value> {
    let shot = project.storyboard.shot(draft.shot)?;
    let card = shot.cards.iter().find(|card| card.id == draft.card)?;
    let text = draft.text.trim();
    let known = matches!(&card.content, CardContent::Text(known) if known == text);
    let time = format!("{} f", project.settings.rate.nearest_frame(card.at));
    (!known).then(|| json!({ "shot": draft.shot, "card": draft.card, "time": time, "text": text }))
}

/// What is written over a scene's heading so far.
pub(crate) fn heading_words(ctx: &Context, scene: SceneId) -> Option<String> {
    ctx.data(|data| data.get_temp(heading_id(scene).with("text")))
}

fn heading_id(scene: SceneId) -> Id {
    Id::unique(("heading", scene))
}

/// The field over a scene's heading.
pub(super) fn heading_ui(ui: &mut Ui, view: &mut View<'_>, scene: &Scene, rect: Rect) {
    let theme = theme(ui.ctx());
    let id = heading_id(scene.id);
    let key = id.with("text");
    let kept: Option<String> = ui.data(|data| data.get_temp(key));
    let begins = kept.is_none();
    let mut text = kept.unwrap_or_else(|| scene.heading.clone());
    if begins {
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    let focused = ui.memory(|memory| memory.has_focus(id));
    let pressed = |key| focused && ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let (enter, escape) = (pressed(Key::Enter), pressed(Key::Escape));
    let field = TextEdit::singleline(&mut text)
        .id(id)
        .frame(egui::Frame::NONE)
        .font(bold(HEADING))
        .text_color(theme.text)
        .hint_text(tr!("board-heading-example"))
        .desired_width(rect.width() - 24.0);
    let inside = Rect::from_min_max(egui::pos2(rect.left() + 18.0, rect.center().y - 11.0), rect.max);
    let response = ui.scope_builder(UiBuilder::new().max_rect(inside), |ui| ui.add(field)).inner;
    response.widget_info(|| egui::WidgetInfo::text_edit(true, &scene.heading, &text, tr!("board-heading")));
    let over = enter || escape || (response.lost_focus() && !begins);
    if !over {
        ui.data_mut(|data| data.insert_temp(key, text));
        return;
    }
    ui.data_mut(|data| data.remove_temp::<String>(key));
    view.session.writing_scene = None;
    if !escape && text.trim() != scene.heading {
        view.command("scene.rename", json!({ "scene": scene.id, "heading": text.trim() }));
    }
    // A heading of an empty scene is followed by its first shot.
    if enter && scene.shots.is_empty() {
        view.command("shot.add", json!({ "scene": scene.id }));
    }
}
