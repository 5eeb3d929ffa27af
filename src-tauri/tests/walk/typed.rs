//! By keyboard alone: ten shots, one of them made.

use super::app::{App, read};
use kinora_project::Project;
use kinora_studio::Studio;
use std::time::Instant;

const PROMPTS: [&str; 10] = [
    "a red car drives from left to right through a desert at noon",
    "a white boat sails to the left on the sea at dawn",
    "a yellow balloon rises over a city at dusk",
    "a green tree stands in a field, the camera pans left",
    "a black cat runs through a park at night",
    "close-up of a brown dog, it's raining",
    "a blue bird flies over a lake; snow falls",
    "a man walks to the right on a street (wide shot)",
    "an orange fish swims under water, 2 rocks",
    "a purple flower on a hill at sunset",
];

pub fn ten_shots() {
    let home = tempfile::tempdir().expect("a folder");
    let project = home.path().join("Film.kinora");
    drop(Studio::create(&project, Project::default(), "test").expect("a project"));
    let launched = Instant::now();
    let mut app = App::start(home.path(), &[&project]);

    // Faster than anybody types, and never a pause: keys that open and end a prompt lie among its letters.
    app.press(&["n"]);
    for prompt in PROMPTS {
        app.write(prompt);
        app.press(&["Return"]);
    }
    app.press(&["Escape"]);
    let prompts = || -> Vec<String> {
        let board = read(&project);
        board.storyboard.shots().map(|shot| shot.words.prompt.clone()).filter(|prompt| !prompt.is_empty()).collect()
    };
    app.until("the last one is on the board", || {
        prompts().iter().any(|prompt| prompt.starts_with("a purple")).then_some(())
    });
    app.look("20 ten shots");
    assert_eq!(prompts(), PROMPTS);

    // Back to the first, and a draft of it.
    app.keys(&["Home", "ctrl+Return"]);
    let asked = Instant::now();
    app.until("a take is there", || (!read(&project).arrived.takes.is_empty()).then_some(()));
    println!(
        "{} s from launch to the draft asked for, {} s for the draft",
        (asked - launched).as_secs(),
        asked.elapsed().as_secs()
    );
    app.look("21 a draft");
    app.quit();
}
