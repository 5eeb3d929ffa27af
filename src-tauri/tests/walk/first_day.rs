//! First start → the sample project → a shot is written → Sketch makes it, and its picture changes meanwhile → a picture is dropped on a
//! card → a cut → undo → export → quit → the same project again.

use super::app::{App, changed, picture, read, sample_in};
use kinora_provenance::{TrustAnchors, verify_file};

pub fn walk() {
    let home = tempfile::tempdir().expect("a folder");
    let mut app = App::start(home.path(), &[]);
    app.look("1 welcome");
    app.keys(&["Tab", "Return"]);
    let project = app.until("the sample project is there", || sample_in(home.path()));
    app.until("five takes come with it", || (read(&project).arrived.takes.len() == 5).then_some(()));
    app.look("2 sample");

    app.keys(&["n"]);
    app.text("a red ball rolls to the left on grass at noon");
    app.until("the shot is on the board", || {
        app.keys(&["Escape"]);
        read(&project).storyboard.shots().any(|shot| shot.words.prompt.ends_with("grass at noon")).then_some(())
    });
    app.keys(&["ctrl+Return"]);
    let before = app.picture();
    app.until("a preview is seen", || (changed(&before, &app.picture()) > 0.02).then_some(()));
    app.look("3 denoising");
    app.until("the take is there", || (read(&project).arrived.takes.len() == 6).then_some(()));
    app.look("4 a take");

    let still = home.path().join("still.png");
    picture(&still, 10);
    app.drag_in(&[&still], (110, 190), Some("5 a picture over a card"));
    let cards = || read(&project).storyboard.shots().next().map_or(0, |shot| shot.cards.len());
    app.until("the picture is on the card", || (cards() == 1).then_some(()));
    app.look("5 a picture dropped");

    let timelines = || read(&project).timelines.len();
    let before = timelines();
    app.keys(&["alt+2"]);
    app.pause();
    app.click((493, 631));
    app.until("a timeline was made", || (timelines() == before + 1).then_some(()));
    let pieces = || -> usize {
        read(&project).timelines.last().map_or(0, |last| last.tracks.iter().map(|track| track.items.len()).sum())
    };
    let whole = pieces();
    app.keys(&["shift+Right", "b"]);
    app.until("a clip is cut in two", || (pieces() == whole + 1).then_some(()));
    app.look("6 cut");
    app.keys(&["ctrl+z"]);
    app.until("the cut is undone", || (pieces() == whole).then_some(()));
    app.keys(&["ctrl+shift+z"]);
    app.until("and done again, by two modifier keys at once", || (pieces() == whole + 1).then_some(()));
    app.keys(&["ctrl+z"]);
    app.until("and undone", || (pieces() == whole).then_some(()));

    // A second of it: In, Out, and Deliver's own buttons.
    let film = home.path().join("film.mp4");
    app.keys(&["Home", "i", "shift+Right", "o", "alt+4"]);
    app.pause();
    app.click((330, 499));
    app.look("7 to be exported");
    app.click((225, 949));
    app.dialog(&film);
    app.until("the film is there", || film.exists().then_some(()));
    let report = verify_file(&film, &TrustAnchors::none()).expect("a film that can be read");
    assert!(report.holds() && report.generated_declared, "{report:?}");
    app.look("8 exported");

    let last = read(&project);
    app.quit();
    let mut again = App::start(home.path(), &[&project]);
    again.pause();
    again.look("9 again");
    assert!(read(&project).same_document(&last), "what was done is still there");
    again.quit();
}
