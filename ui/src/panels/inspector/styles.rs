//! The film's own styles: members of the cast that say how a shot is drawn or filmed. A button puts `@Name` into the prompt.

use super::phrases::without_names;
use super::prompt::chip;
use super::writing;
use crate::dragged::Dragged;
use crate::theme::{Icon, RADIUS_FIELD, SPACE};
use crate::tr;
use crate::view::View;
use egui::{Ui, Vec2};
use kinora_project::{Field, MediaKind, Member, MemberKind, Shot};
use kinora_studio::queue::Pictured;
use serde_json::{Map, Value, json};

/// How high the pictures of a style are, when the pointer rests on it.
const HIGH: f32 = 64.0;

/// The styles, and one more.
pub(super) fn styles_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot) {
    let project = view.project().clone();
    let text = writing::words(ui, shot, Field::Prompt);
    let named = project.cast.expand(&text).members;
    let styles: Vec<&Member> =
        project.cast.members.iter().map(AsRef::as_ref).filter(|member| member.kind == MemberKind::Style).collect();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(SPACE[0], SPACE[0]);
        for style in &styles {
            let on = named.contains(&style.id);
            let response = chip(ui, Icon::Image, &style.name, on);
            if response.clicked() {
                let bare = without_names(&text, styles.iter().map(|style| style.name.as_str()));
                let text = match (on, bare.is_empty()) {
                    (true, _) => bare,
                    (false, true) => format!("@{}", style.name),
                    (false, false) => format!("{bare}, @{}", style.name),
                };
                writing::rewrite(ui, view, shot, Field::Prompt, &text);
            }
            if let Some(Dragged::Media(media)) = response.dnd_release_payload::<Dragged>().as_deref()
                && project.media.files.get(media).is_some_and(|file| file.kind == MediaKind::Still)
            {
                let mut pictures = style.pictures.clone();
                pictures.retain(|known| known != media);
                pictures.push(*media);
                view.command("cast.set-pictures", json!({ "member": style.id, "pictures": pictures }));
            }
            response.context_menu(|ui| menu_ui(ui, view, style));
            response.on_hover_ui(|ui| told_ui(ui, view, style));
        }
        let more = chip(ui, Icon::Plus, &tr!("inspector-style-new"), false);
        if more.on_hover_text(tr!("inspector-style-new-hint")).clicked() {
            ask(view, "cast.add", Map::from_iter([("kind".to_owned(), json!("style"))]));
        }
    });
}

/// Asks for what a command wants to know besides.
fn ask(view: &mut View<'_>, command: &str, answers: Map<String, Value>) {
    view.session.asking = kinora_studio::command::find(command);
    view.session.answers = answers;
}

fn menu_ui(ui: &mut Ui, view: &mut View<'_>, style: &Member) {
    let member = || Map::from_iter([("member".to_owned(), json!(style.id))]);
    if ui.button(tr!("command-cast-change")).clicked() {
        ask(view, "cast.change", member());
        ui.close();
    }
    if ui.button(tr!("command-cast-export")).clicked() {
        view.out.ask(crate::Request::AskPath {
            command: "cast.export",
            args: Value::Object(member()),
            arg: "out",
            ending: Some("kinora-cast"),
        });
        ui.close();
    }
    if ui.button(tr!("command-cast-remove")).clicked() {
        view.command("cast.remove", json!({ "member": style.id }));
        ui.close();
    }
}

/// Its words and pictures.
fn told_ui(ui: &mut Ui, view: &mut View<'_>, style: &Member) {
    ui.label(&style.words);
    ui.horizontal(|ui| {
        for picture in &style.pictures {
            if let Some(texture) = view.desk.thumbnail(Pictured::Media(*picture)) {
                let size = Vec2::new(HIGH * texture.size.x / texture.size.y.max(1.0), HIGH);
                ui.add(egui::Image::new((texture.id, size)).corner_radius(RADIUS_FIELD));
            }
        }
    });
    ui.weak(tr!("inspector-style-hint"));
}
