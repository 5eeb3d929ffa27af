//! What can be done with a take or file of the library: the menu of its tile.

use super::listing::{Thing, Tile};
use super::tile::show_in_source;
use crate::intent::Request;
use crate::keys::{Target, run};
use crate::tr;
use crate::view::View;
use egui::Ui;
use kinora_studio::command;
use serde_json::json;

pub(super) fn menu_ui(ui: &mut Ui, view: &mut View<'_>, tile: &Tile) {
    ui.set_min_width(180.0);
    if ui.button(tr!("library-show")).clicked() {
        show_in_source(view, tile.thing);
        ui.close();
    }
    let (mark, mut args) = match tile.thing {
        Thing::Take(take) => ("take.mark", json!({ "take": take })),
        Thing::Media(media) => ("media.mark", json!({ "media": media })),
    };
    if let Thing::Take(take) = tile.thing {
        let shot = view.project().shot_of(take).map(|shot| shot.id);
        if ui.add_enabled(shot.is_some(), egui::Button::new(tr!("library-use"))).clicked() {
            view.command("take.circle", json!({ "shot": shot, "take": take }));
            ui.close();
        }
    }
    ui.separator();
    let favourite = if tile.mark.favourite { "library-no-favourite" } else { "library-favourite" };
    if ui.button(tr!(favourite)).clicked() {
        args["favourite"] = json!(!tile.mark.favourite);
        view.command(mark, args);
        ui.close();
        return;
    }
    ui.menu_button(tr!("library-rate"), |ui| {
        for stars in 0..=kinora_project::MOST_STARS {
            let text = tr!("library-stars", count = stars);
            if ui.add(egui::Button::selectable(stars == tile.mark.stars, text)).clicked() {
                args["stars"] = json!(stars);
                view.command(mark, args.clone());
                ui.close();
            }
        }
    });
    asks_ui(ui, view, "library-folder", mark);
    if matches!(tile.thing, Thing::Take(_)) {
        asks_ui(ui, view, "library-export", "take.export");
    }
    if let Thing::Media(media) = tile.thing {
        let file = view.project().media.files.get(&media);
        if file.is_some_and(|file| file.kind == kinora_project::MediaKind::Still) {
            view.session.selected.media = Some(media);
            asks_ui(ui, view, "command-tool-animate", "tool.animate");
        }
        asks_ui(ui, view, "library-rename", "media.move");
        asks_ui(ui, view, "library-relink", "media.relink");
        ui.separator();
        if ui.button(tr!("library-remove")).clicked() {
            view.command("media.remove", json!({ "media": media }));
            ui.close();
        }
    }
    ui.separator();
    if ui.button(tr!("library-reveal")).clicked() {
        let folder = view.studio.path().to_owned();
        view.out.ask(Request::Reveal(folder));
        ui.close();
    }
}

/// An entry whose command asks for more.
fn asks_ui(ui: &mut Ui, view: &mut View<'_>, words: &'static str, id: &'static str) {
    if ui.button(tr!(words)).clicked() {
        // A mark needs no more than what is marked: it is asked about all the same.
        match command::find(id) {
            Some(known) if id.ends_with(".mark") || id.starts_with("tool.") => view.session.asking = Some(known),
            Some(known) => run(Target::Command(known), view),
            None => {}
        }
        ui.close();
    }
}
