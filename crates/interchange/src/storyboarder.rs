//! Boards of Storyboarder (Wonder Unit): JSON beside a folder `images`. A board that begins a new shot begins one here too; the others are
//! later pictures of the same shot. Their drawings' layers and their sounds are not modelled.
//!
//! Source of the form: the application's own files, version 0.6 to 3 (<https://github.com/wonderunit/storyboarder>).

use crate::ImportError;
use kinora_time::{FLICKS_PER_SECOND, Flicks};
use serde_json::Value;

/// How long a board is that doesn't say, in a file that doesn't either.
const USUAL: i64 = 2000;

/// A shot, with at least one board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryboardShot {
    /// In order.
    pub boards: Vec<StoryboardPanel>,
}

/// A picture of a shot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryboardPanel {
    /// Names that its picture may have in the folder of images: all layers together first.
    pub pictures: Vec<String>,
    /// How long it is seen.
    pub length: Flicks,
    /// What is said.
    pub dialogue: String,
    /// What happens.
    pub action: String,
    /// For the crew.
    pub notes: String,
}

/// Reads a `.storyboarder` file.
///
/// # Errors
/// [`ImportError`] if it is none, or has no board.
pub fn read_storyboarder(text: &str) -> Result<Vec<StoryboardShot>, ImportError> {
    let root: Value = serde_json::from_str(text).map_err(|error| no_storyboard(error.to_string()))?;
    let boards = root.get("boards").and_then(Value::as_array);
    let boards = boards.filter(|boards| !boards.is_empty());
    let boards = boards.ok_or_else(|| no_storyboard("there is no board in it".to_owned()))?;
    let usual = milliseconds(root.get("defaultBoardTiming")).unwrap_or(USUAL);
    let mut shots: Vec<StoryboardShot> = Vec::new();
    for board in boards {
        let begins = board.get("newShot").and_then(Value::as_bool).unwrap_or_default();
        let panel = panel_of(board, usual);
        match shots.last_mut().filter(|_| !begins) {
            Some(shot) => shot.boards.push(panel),
            None => shots.push(StoryboardShot { boards: vec![panel] }),
        }
    }
    Ok(shots)
}

fn no_storyboard(reason: String) -> ImportError {
    ImportError::NotRead { format: "a storyboard", reason }
}

fn panel_of(board: &Value, usual: i64) -> StoryboardPanel {
    let text = |name: &str| board.get(name).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    // A name leads nowhere else than into the folder of images.
    let url = Some(text("url")).filter(|url| !url.is_empty() && !url.contains(['/', '\\']));
    let stem = url.as_deref().map(|url| url.strip_suffix(".png").unwrap_or(url).to_owned());
    let pictures = stem.map(|stem| ["-posterframe.jpg", ".png", "-reference.png"].map(|end| format!("{stem}{end}")));
    let length = milliseconds(board.get("duration")).unwrap_or(usual);
    StoryboardPanel {
        pictures: pictures.map(Vec::from).unwrap_or_default(),
        length: Flicks(length * (FLICKS_PER_SECOND / 1000)),
        dialogue: text("dialogue"),
        action: text("action"),
        notes: text("notes"),
    }
}

/// From one to an hour.
fn milliseconds(value: Option<&Value>) -> Option<i64> {
    #[allow(clippy::cast_possible_truncation)]
    let rounded = value?.as_f64()?.round() as i64;
    (1..=3_600_000).contains(&rounded).then_some(rounded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boards_are_shots_and_their_later_pictures() {
        let text = r#"{ "version": "3.0.0", "aspectRatio": 1.7777, "fps": 24, "defaultBoardTiming": 1500, "boards": [
            { "uid": "ABCDE", "url": "board-1-ABCDE.png", "newShot": true, "number": 1, "duration": 2500,
              "dialogue": "", "action": " A car comes ", "notes": "dusk" },
            { "uid": "FGHIJ", "url": "board-2-FGHIJ.png", "newShot": false, "dialogue": "Hello" },
            { "uid": "KLMNO", "url": "../../secret.png", "newShot": true, "duration": -4 } ] }"#;
        let shots = read_storyboarder(text).unwrap();
        assert_eq!(shots.iter().map(|shot| shot.boards.len()).collect::<Vec<_>>(), [2, 1]);
        let first = &shots[0].boards[0];
        assert_eq!((first.action.as_str(), first.notes.as_str()), ("A car comes", "dusk"));
        assert_eq!(first.pictures[0], "board-1-ABCDE-posterframe.jpg");
        assert_eq!(first.length, Flicks(FLICKS_PER_SECOND * 5 / 2));
        assert_eq!(shots[0].boards[1].length, Flicks(FLICKS_PER_SECOND * 3 / 2));
        assert!(shots[1].boards[0].pictures.is_empty(), "out of the folder");
    }

    #[test]
    fn what_is_no_storyboard_is_said() {
        for text in ["", "{}", "{ \"boards\": [] }", "[1, 2]"] {
            assert!(read_storyboarder(text).is_err(), "{text}");
        }
    }
}
