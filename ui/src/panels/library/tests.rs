//! The library as a person uses it.

use crate::session::Source;
use crate::testing::{Stage, stage};
use crate::{Found, Request, Workspace};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use serde_json::json;

/// The editor's second workspace, with a picture in the bin `plates`.
fn open() -> Harness<'static, Stage> {
    let mut harness = stage([1280.0, 720.0]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sky.png");
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    png.extend([0; 64]);
    std::fs::write(&path, png).unwrap();
    let state = harness.state_mut();
    state.sample.studio.handle("media.import", &json!({ "path": path, "bin": "plates" })).unwrap();
    state.editor.session.workspace = Workspace::Cut;
    harness.run_steps(3);
    harness
}

#[test]
fn takes_and_files_are_there_in_groups_and_a_click_selects() {
    let mut harness = open();
    assert!(harness.query_by_label("Folds or unfolds plates").is_some());
    harness.get_by_label("sky.png").click();
    harness.run_steps(3);
    let media = *harness.state().sample.studio.project().media.files.keys().next().unwrap();
    assert_eq!(harness.state().editor.session.selected.media, Some(media));
    harness.get_by_label("Shot 1-2, take 1").click();
    harness.run_steps(3);
    let selected = &harness.state().editor.session.selected;
    assert_eq!(selected.shot(), Some(harness.state().sample.shots[1]));
    assert!(selected.take.is_some());
}

#[test]
fn a_double_click_shows_it_in_the_source_monitor() {
    let mut harness = open();
    harness.ctx.options_mut(|options| options.input_options.max_double_click_delay = 5.0);
    harness.get_by_label("Shot 1-1, take 1").click();
    harness.step();
    harness.get_by_label("Shot 1-1, take 1").click();
    harness.run_steps(3);
    assert!(matches!(harness.state().editor.session.source, Some(Source::Take(_))));
}

#[test]
fn typing_filters_at_once_and_searches_elsewhere_after_a_pause() {
    let mut harness = open();
    let found =
        |title: &str, here| Found { title: title.to_owned(), path: "/films/Old.kinora".into(), picture: None, here };
    harness.state_mut().desk.found = vec![found("a red sky", false), found("this film", true)];
    harness.get_by_label("Search the library").focus();
    harness.run_steps(2);
    assert!(harness.query_by_label("a red sky").is_none(), "without a search nothing of elsewhere is shown");
    harness.event(egui::Event::Text("sky".to_owned()));
    harness.run_steps(2);
    assert!(harness.query_by_label("sky.png").is_some());
    assert!(harness.query_by_label("Shot 1-1, take 1").is_none());
    assert!(harness.state().requests.is_empty(), "not at every letter");
    for _ in 0..40 {
        harness.step();
    }
    assert_eq!(harness.state().requests, [Request::SearchLibrary("sky".to_owned())]);
    assert!(harness.query_by_label("a red sky").is_some() && harness.query_by_label("this film").is_none());
}

#[test]
fn a_favourite_is_made_by_the_menu_and_found_by_the_filter() {
    let mut harness = open();
    harness.get_by_label("sky.png").click_secondary();
    harness.run_steps(3);
    harness.get_by_label("Make it a favourite").click();
    harness.run_steps(3);
    harness.get_by_label("Favourites only").click();
    harness.run_steps(3);
    assert!(harness.query_by_label("sky.png").is_some());
    assert!(harness.query_by_label("Shot 1-1, take 1").is_none());
}

#[test]
fn renaming_asks_with_the_name_that_is_there() {
    let mut harness = open();
    harness.get_by_label("sky.png").click_secondary();
    harness.run_steps(3);
    harness.get_by_label("Rename or move…").click();
    harness.run_steps(3);
    assert_eq!(harness.get_by_label("Name").value().as_deref(), Some("sky.png"));
    assert_eq!(harness.get_by_label("Bin").value().as_deref(), Some("plates"));
}

#[test]
fn what_was_listed_stays_as_long_as_nothing_changes() {
    let mut harness = open();
    harness.run_steps(2);
    let project = harness.state().sample.studio.project().clone();
    let wanted = super::Wanted::default();
    let listing = super::Listing::new(&project, &harness.state().editor.session.derived, &wanted);
    let groups: Vec<_> = listing.groups.iter().map(|group| (group.name.as_str(), group.tiles.len())).collect();
    assert_eq!(groups, [("Takes", 2), ("plates", 1)]);
    let studio = &mut harness.state_mut().sample.studio;
    studio.handle("timeline.new", &json!({ "name": "Another" })).unwrap();
    assert!(listing.is_of(studio.project(), &wanted), "a timeline changes nothing of what is listed");
    studio.handle("shot.add", &json!({ "scene": "1" })).unwrap();
    assert!(!listing.is_of(studio.project(), &wanted));
}

#[test]
fn an_import_is_asked_for() {
    let mut harness = open();
    harness.get_by_label_contains("Import pictures").click();
    harness.run_steps(2);
    assert_eq!(harness.state().requests, [Request::Import]);
    harness.get_by_label_contains("Import pictures").click_secondary();
    harness.run_steps(2);
    harness.get_by_label("Numbered pictures…").click();
    harness.run_steps(2);
    let sequence = Request::AskPath {
        command: "media.import",
        args: serde_json::json!({ "sequence": true }),
        arg: "path",
        ending: None,
    };
    assert_eq!(harness.state().requests.last(), Some(&sequence));
}
