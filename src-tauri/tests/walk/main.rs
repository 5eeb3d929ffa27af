//! The application itself, driven as a person would: mouse, keys and files dragged in from other programs, on a display of its own. Screenshots
//! lie in `walk`, in cargo's folder for what tests write.
//!
//! Deliberately not here: panels by themselves (`kinora-ui`), the bridge's events (unit tests).

#![allow(clippy::expect_used, clippy::panic, reason = "tests with a main of their own: GTK wants the first thread")]

#[cfg(target_os = "linux")]
mod app;
#[cfg(target_os = "linux")]
mod dropped;
#[cfg(target_os = "linux")]
mod first_day;
#[cfg(target_os = "linux")]
mod heard;
#[cfg(target_os = "linux")]
mod killed;
#[cfg(target_os = "linux")]
mod latency;
#[cfg(target_os = "linux")]
mod leaves;
#[cfg(target_os = "linux")]
mod screenshots;
#[cfg(target_os = "linux")]
mod typed;

/// A test: its name, whether it is run only when asked for (`--ignored`), and what it does.
#[cfg(target_os = "linux")]
const TESTS: [(&str, bool, fn()); 8] = [
    ("walk", false, first_day::walk),
    ("ten_shots_are_written_without_the_mouse", false, typed::ten_shots),
    ("twelve_pictures_become_twelve_shots", false, dropped::twelve_pictures),
    ("a_take_leaves_marked_and_signed", false, leaves::a_take_leaves),
    ("a_screen_reader_hears_one_application", false, heard::heard),
    ("killed_at_any_moment_nothing_is_lost", false, killed::killed),
    ("latency", true, latency::measure),
    ("screenshots", true, screenshots::screenshots),
];

#[cfg(target_os = "linux")]
fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let asked = |word: &str| words.iter().any(|other| other == word);
    let ignored = asked("--ignored");
    let exact = asked("--exact");
    let names: Vec<&String> = words.iter().filter(|word| !word.starts_with('-') && *word != "terse").collect();
    let named = |test: &str| {
        names.is_empty() || names.iter().any(|name| if exact { test == *name } else { test.contains(*name) })
    };
    let chosen = TESTS.into_iter().filter(|(name, apart, _)| *apart == ignored && named(name));
    // What test runners ask every test program.
    if asked("--list") {
        chosen.for_each(|(name, ..)| println!("{name}: test"));
        return;
    }
    let mut screen = None;
    for (name, _, run) in chosen {
        screen.get_or_insert_with(app::screen);
        println!("test {name}");
        run();
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    if !std::env::args().any(|word| word == "--list") {
        println!("skipped: needs Xvfb and xdotool");
    }
}
