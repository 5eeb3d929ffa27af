//! A folder's pictures become a storyboard.

use super::app::{App, picture, read};
use kinora_project::Project;
use kinora_studio::Studio;
use std::path::{Path, PathBuf};

pub fn twelve_pictures() {
    let home = tempfile::tempdir().expect("a folder");
    let project = home.path().join("Film.kinora");
    drop(Studio::create(&project, Project::default(), "test").expect("a project"));
    let stills: Vec<PathBuf> = (1..=12).map(|number| home.path().join(format!("still {number}.png"))).collect();
    (1..).zip(&stills).for_each(|(number, still)| picture(still, number));
    let mut app = App::start(home.path(), &[&project]);

    // Another program may hand them over in any order: here backwards.
    let backwards: Vec<&Path> = stills.iter().rev().map(PathBuf::as_path).collect();
    let dropped = app.drag_in(&backwards, (300, 400), Some("10 pictures over an empty board"));
    let shots = || read(&project).storyboard.shots().count();
    app.until("every picture has a shot", || (shots() == 12).then_some(()));
    println!("twelve shots {} ms after twelve pictures were dropped", dropped.elapsed().as_millis());
    app.look("11 twelve pictures");
    let board = read(&project);
    let named: Vec<String> = board
        .storyboard
        .shots()
        .map(|shot| match shot.cards.first().map(|card| &card.content) {
            Some(kinora_project::CardContent::Picture(media)) => board.media.files[media].name.clone(),
            other => panic!("{other:?} is no picture"),
        })
        .collect();
    let wanted: Vec<String> = (1..=12).map(|number| format!("still {number}.png")).collect();
    assert_eq!(named, wanted, "in the order of their names");
    app.keys(&["ctrl+z"]);
    app.until("one undo takes them all away", || (shots() == 0).then_some(()));
    app.quit();
}
