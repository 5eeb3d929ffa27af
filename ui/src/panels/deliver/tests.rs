use crate::testing::{Stage, stage};
use crate::{Request, Workspace};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use kinora_project::ASSEMBLY;
use serde_json::json;

fn deliver(size: [f32; 2]) -> Harness<'static, Stage> {
    let mut harness = stage(size);
    harness.state_mut().editor.session.workspace = Workspace::Deliver;
    harness.run_steps(4);
    harness
}

#[test]
fn a_film_is_asked_for_as_it_was_chosen() {
    let mut harness = deliver([1600.0, 1000.0]);
    harness.state_mut().editor.session.transport.mark_in = Some(12);
    harness.state_mut().editor.session.transport.mark_out = Some(36);
    harness.get_by_label("ProRes MOV").click();
    harness.run_steps(3);
    harness.get_by_label("In to out").click();
    harness.run_steps(2);
    harness.get_by_label("Prompts in the file").click();
    harness.run_steps(2);
    harness.get_by_label("Export ProRes MOV…").click();
    harness.run_steps(3);
    let args = json!({ "timeline": ASSEMBLY, "embed_prompts": true, "from": "12 f", "to": "36 f" });
    assert_eq!(harness.state().requests, [Request::Export { args, ending: "mov" }]);
}

#[test]
fn the_board_leaves_on_paper() {
    let mut harness = deliver([1600.0, 1000.0]);
    harness.get_by_label("Storyboard PDF").click();
    harness.run_steps(3);
    harness.get_by_label("Export Storyboard PDF…").click();
    harness.run_steps(3);
    assert_eq!(harness.state().requests, [Request::ExportBoard { ending: "pdf" }]);
}

#[test]
fn what_is_not_done_is_not_claimed() {
    let mut harness = deliver([1600.0, 1000.0]);
    assert!(harness.query_by_label("No invisible mark").is_some());
    harness.get_by_label("WAV").click();
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("C2PA").is_none(), "nothing in a sound file was generated");
    harness.get_by_label("EDL").click();
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("every take that leaves").is_some());
}

#[test]
fn a_film_of_imported_files_alone_is_signed_and_not_marked() {
    let mut harness = deliver([1600.0, 1000.0]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sky.png");
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    png.extend([0; 64]);
    std::fs::write(&path, png).unwrap();
    let studio = &mut harness.state_mut().sample.studio;
    let media = studio.handle("media.import", &json!({ "path": path })).unwrap()["media"].clone();
    studio.handle("timeline.new", &json!({ "name": "Files" })).unwrap();
    let timeline = studio.project().timelines.last().unwrap().id;
    let args = json!({ "timeline": timeline, "time": "0 f", "media": media, "duration": "2 s" });
    studio.handle("clip.overwrite", &args).unwrap();
    harness.state_mut().editor.session.timeline = timeline;
    harness.run_steps(3);
    assert!(harness.query_by_label("Signed (C2PA), in the file").is_some());
    assert!(harness.query_by_label_contains("Visible mark").is_none());
}

/// Writes /tmp/deliver-*.png to look at.
#[test]
#[ignore = "writes a picture for somebody to look at"]
fn picture() {
    for (name, size) in [("small", [1280.0, 720.0]), ("large", [1600.0, 1000.0])] {
        let mut harness = deliver(size);
        harness.render().unwrap().save(format!("/tmp/deliver-{name}.png")).unwrap();
    }
}
