//! Pictures of what lies over the panels and beside them, to look at: `cargo test -p kinora-ui looks -- --ignored`, then /tmp/look-*.png.

use crate::session::Over;
use crate::testing::{Stage, stage};
use crate::theme::ThemeName;
use crate::words::Language;
use crate::{Claims, Found, Panel, Workspace};
use egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use kinora_studio::command;
use serde_json::json;

fn save(harness: &mut Harness<'static, Stage>, name: &str) {
    harness.run_steps(4);
    harness.render().unwrap().save(format!("/tmp/look-{name}.png")).unwrap();
}

fn type_text(harness: &mut Harness<'static, Stage>, text: &str) {
    harness.run_steps(3);
    harness.event(Event::Text(text.to_owned()));
}

#[test]
#[ignore = "writes pictures for people to look at"]
fn looks() {
    for (size, language, theme) in [
        ([1280.0, 720.0], Language::Fr, ThemeName::Dark),
        ([1600.0, 1000.0], Language::En, ThemeName::Dark),
        ([1280.0, 720.0], Language::Fr, ThemeName::Light),
    ] {
        let mut harness = stage(size);
        let preferences = &mut harness.state_mut().editor.session.preferences;
        (preferences.language, preferences.theme) = (Some(language), theme);
        let tag = format!("{}-{theme:?}", size[0]).to_lowercase();
        harness.run_steps(2);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
        save(&mut harness, &format!("palette-{tag}"));
        type_text(&mut harness, "re");
        save(&mut harness, &format!("typed-{tag}"));
        harness.state_mut().editor.session.over = None;
        for id in ["clip.place", "cast.add"] {
            harness.state_mut().editor.session.asking = command::find(id);
            harness.run_steps(3);
            harness.key_press(Key::Enter);
            save(&mut harness, &format!("{}-{tag}", id.replace('.', "-")));
        }
        harness.state_mut().editor.session.asking = None;
        harness.state_mut().editor.session.over = Some(Over::Settings);
        save(&mut harness, &format!("settings-{tag}"));
        let changes = &mut harness.state_mut().editor.session.preferences.key_changes;
        changes.insert("workspace.cut".to_owned(), vec!["Ctrl+O".to_owned()]);
        super::super::settings::show_keys(&harness.ctx);
        save(&mut harness, &format!("keys-{tag}"));
        harness.state_mut().editor.session.over = None;
        let state = harness.state_mut();
        for name in ["sky.png", "a very long name of a plate.mp4", "street.wav"] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(name);
            std::fs::write(&path, format!("{name:64}")).unwrap();
            let bin = if name == "sky.png" { "plates" } else { "" };
            state.sample.studio.handle("media.import", &json!({ "path": path, "bin": bin })).unwrap();
        }
        let take = *state.sample.studio.project().arrived.takes.keys().next().unwrap();
        state.sample.studio.handle("take.mark", &json!({ "take": take, "stars": 4, "favourite": true })).unwrap();
        state.editor.session.workspace = Workspace::Cut;
        save(&mut harness, &format!("library-{tag}"));
        harness.state_mut().desk.found = vec![Found {
            title: "a red car at dusk, wide shot".to_owned(),
            path: "/films/Older film.kinora".into(),
            picture: Some("/films/a.png".into()),
            here: false,
        }];
        let field = egui::Id::unique("library-search");
        harness.ctx.memory_mut(|memory| memory.request_focus(field));
        type_text(&mut harness, "car");
        save(&mut harness, &format!("elsewhere-{tag}"));
        harness.state_mut().editor.session.reveal = Some(Panel::History);
        for _ in 0..3 {
            harness.state_mut().sample.studio.handle("edit.undo", &json!({})).unwrap();
        }
        save(&mut harness, &format!("history-{tag}"));
        harness.state_mut().editor.session.workspace = Workspace::Deliver;
        save(&mut harness, &format!("verify-empty-{tag}"));
        for good in [true, false] {
            let lines = [
                ("Made by", "Kinora 1.0"),
                ("Generated", "yes, with Sketch, on this machine"),
                ("Signed by", "a key of this machine"),
                ("Digest", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
            ];
            harness.state_mut().desk.claims = Some(Claims {
                path: "/films/A film with a rather long name.mp4".into(),
                verdict: "Signed, unchanged, and says that it was generated".to_owned(),
                good,
                lines: lines.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            });
            save(&mut harness, &format!("verify-{good}-{tag}"));
        }
    }
}
