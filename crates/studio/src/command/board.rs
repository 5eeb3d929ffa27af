//! Scenes, shots and cards.

use super::marks::{FAVOURITE, FOLDER, STARS, mark};
use super::{Arg, Args, Command, CommandError, Kind, Menu, always, has_scenes, has_shots};
use crate::studio::Studio;
use kinora_project::{Arrow, BoardEdit, CardContent, CardId, Edit, Field, MarkEdit, NewShot, Project, Words};
use kinora_time::{FLICKS_PER_SECOND, Flicks};
use serde_json::{Value, json};

/// How long a new shot is.
const USUAL_LENGTH: Flicks = Flicks(4 * FLICKS_PER_SECOND);

const FIELDS: &[(&str, Field)] = &[
    ("prompt", Field::Prompt),
    ("negative", Field::Negative),
    ("number", Field::Number),
    ("action", Field::Action),
    ("dialogue", Field::Dialogue),
    ("sound", Field::Sound),
    ("notes", Field::Notes),
    ("lens", Field::Lens),
];
const FIELD_NAMES: &[&str] = &["prompt", "negative", "number", "action", "dialogue", "sound", "notes", "lens"];

const SCENE: Arg = Arg::needed("scene", Kind::Scene, "Which scene");
const SHOT: Arg = Arg::needed("shot", Kind::Shot, "Which shot");
const AT: Arg = Arg::optional("at", Kind::Whole, "Its place, counted from 0; at the end without it");
const TO: Arg = Arg::needed("to", Kind::Whole, "Its new place, counted from 0");

fn edit(studio: &mut Studio, edit: BoardEdit) -> Result<Value, CommandError> {
    studio.edit(Edit::Board(edit)).map(|()| Value::Null)
}

/// An edit that makes something, whose id is returned.
fn make(studio: &mut Studio, what: &str, edit: BoardEdit) -> Result<Value, CommandError> {
    let id: u64 = studio.project().ids.next();
    studio.edit(Edit::Board(edit))?;
    Ok(json!({ what: id }))
}

fn content(args: &Args, project: &Project) -> Result<CardContent, CommandError> {
    if let Some(take) = args.take("frame")? {
        return Ok(CardContent::Frame { take, at: args.time("frame_at", project)?.unwrap_or_default() });
    }
    match (args.has("picture"), args.has("clip")) {
        (true, _) => args.media("picture", project).map(CardContent::Picture),
        (_, true) => args.media("clip", project).map(CardContent::Clip),
        _ => args.text("text").map(CardContent::Text),
    }
}

const CARD: Arg = Arg::needed("card", Kind::Whole, "Which card, by id");
const TEXT: Arg = Arg::optional("text", Kind::Text, "What is shown from here on");
const PICTURE: Arg = Arg::optional("picture", Kind::Media, "A picture that is shown here");
const CLIP: Arg = Arg::optional("clip", Kind::Media, "A clip that is shown from here on");
const FRAME: Arg = Arg::optional("frame", Kind::Take, "A take of which a picture is shown here");
const FRAME_AT: Arg =
    Arg::optional("frame_at", Kind::Time, "Which picture of the take, by its time; the first without it");

pub const COMMANDS: &[Command] = &[
    Command {
        id: "scene.add",
        label: "Add scene",
        tooltip: "Puts a new scene on the board",
        shortcut: Some("Ctrl+Shift+N"),
        menu: Menu::Board,
        args: &[Arg::optional("heading", Kind::Text, "As in a script"), AT],
        enabled: always,
        run: |studio, args| {
            let (heading, at) = (args.text("heading")?, args.place("at")?);
            make(studio, "scene", BoardEdit::AddScene { heading, at })
        },
    },
    Command {
        id: "scene.rename",
        label: "Rename scene…",
        tooltip: "Gives a scene another heading",
        shortcut: None,
        menu: Menu::Board,
        args: &[SCENE, Arg::needed("heading", Kind::Text, "As in a script")],
        enabled: has_scenes,
        run: |studio, args| {
            let (scene, heading) = (args.scene("scene", studio.project())?, args.text("heading")?);
            edit(studio, BoardEdit::RenameScene { scene, heading })
        },
    },
    Command {
        id: "scene.move",
        label: "Move scene…",
        tooltip: "Moves a scene elsewhere in the film",
        shortcut: None,
        menu: Menu::Board,
        args: &[SCENE, TO],
        enabled: has_scenes,
        run: |studio, args| {
            let (scene, to) = (args.scene("scene", studio.project())?, args.place("to")?.unwrap_or_default());
            edit(studio, BoardEdit::MoveScene { scene, to })
        },
    },
    Command {
        id: "scene.remove",
        label: "Remove scene",
        tooltip: "Takes a scene and its shots off the board; their takes stay with the project",
        shortcut: None,
        menu: Menu::Board,
        args: &[SCENE],
        enabled: has_scenes,
        run: |studio, args| {
            let scene = args.scene("scene", studio.project())?;
            edit(studio, BoardEdit::RemoveScene { scene })
        },
    },
    Command {
        id: "shot.add",
        label: "Add shot",
        tooltip: "Puts a new shot into a scene",
        shortcut: Some("N"),
        menu: Menu::Board,
        args: &[
            SCENE,
            Arg::optional("prompt", Kind::Text, "What to show; @Name stands for a member of the cast"),
            Arg::optional("negative", Kind::Text, "What not to show"),
            Arg::optional("number", Kind::Text, "As on a slate"),
            Arg::optional("length", Kind::Time, "How long it is meant to be; 4 seconds without it"),
            Arg::optional("seed", Kind::Whole, "Seed of its first take"),
            AT,
        ],
        enabled: always,
        run: |studio, args| {
            let project = studio.project();
            let scene = args.scene("scene", project)?;
            let (prompt, negative, number) = (args.text("prompt")?, args.text("negative")?, args.text("number")?);
            let words = Words { prompt, negative, number, ..Words::default() };
            let length = args.time("length", project)?.unwrap_or(USUAL_LENGTH);
            let shot = NewShot { words, length, seed: args.whole("seed")?.unwrap_or(0), ..NewShot::default() };
            let at = args.place("at")?;
            make(studio, "shot", BoardEdit::AddShot { scene, at, shot: Box::new(shot) })
        },
    },
    Command {
        id: "shot.duplicate",
        label: "Duplicate shot",
        tooltip: "Puts the same shot behind itself, without its takes",
        shortcut: Some("Ctrl+D"),
        menu: Menu::Board,
        args: &[SHOT],
        enabled: has_shots,
        run: |studio, args| {
            let shot = args.shot("shot", studio.project())?;
            make(studio, "shot", BoardEdit::DuplicateShot { shot })
        },
    },
    Command {
        id: "shot.move",
        label: "Move shot…",
        tooltip: "Moves a shot within its scene or to another",
        shortcut: None,
        menu: Menu::Board,
        args: &[SHOT, Arg::needed("scene", Kind::Scene, "The scene that it comes to"), TO],
        enabled: has_shots,
        run: |studio, args| {
            let (shot, scene) = (args.shot("shot", studio.project())?, args.scene("scene", studio.project())?);
            let to = args.place("to")?.unwrap_or_default();
            edit(studio, BoardEdit::MoveShot { shot, scene, to })
        },
    },
    Command {
        id: "shot.remove",
        label: "Remove shot",
        tooltip: "Takes a shot off the board; its takes stay with the project",
        shortcut: None,
        menu: Menu::Board,
        args: &[SHOT],
        enabled: has_shots,
        run: |studio, args| {
            let shot = args.shot("shot", studio.project())?;
            edit(studio, BoardEdit::RemoveShot { shot })
        },
    },
    Command {
        id: "shot.write",
        label: "Write…",
        tooltip: "Changes one of a shot's texts",
        shortcut: None,
        menu: Menu::Board,
        args: &[
            SHOT,
            Arg::optional("field", Kind::Choice(FIELD_NAMES), "Which text; the prompt without it"),
            Arg::needed("text", Kind::Text, "The new text"),
        ],
        enabled: has_shots,
        run: |studio, args| {
            let shot = args.shot("shot", studio.project())?;
            let (field, text) = (args.choice("field", FIELDS)?, args.text("text")?);
            edit(studio, BoardEdit::Write { shot, field, text })
        },
    },
    Command {
        id: "shot.set-length",
        label: "Set length…",
        tooltip: "Sets how long a shot is meant to be, at most 20 seconds",
        shortcut: None,
        menu: Menu::Board,
        args: &[SHOT, Arg::needed("length", Kind::Time, "How long")],
        enabled: has_shots,
        run: |studio, args| {
            let project = studio.project();
            let (shot, length) = (args.shot("shot", project)?, args.needed_time("length", project)?);
            edit(studio, BoardEdit::SetLength { shot, length })
        },
    },
    Command {
        id: "shot.set-seed",
        label: "Set seed…",
        tooltip: "Sets the seed of a shot's next take",
        shortcut: None,
        menu: Menu::Board,
        args: &[SHOT, Arg::needed("seed", Kind::Whole, "The seed")],
        enabled: has_shots,
        run: |studio, args| {
            let (shot, seed) = (args.shot("shot", studio.project())?, args.whole("seed")?.unwrap_or_default());
            edit(studio, BoardEdit::SetSeed { shot, seed })
        },
    },
    Command {
        id: "shot.set-references",
        label: "Set references…",
        tooltip: "Sets the pictures to look at while working on a shot",
        shortcut: None,
        menu: Menu::Board,
        args: &[SHOT, Arg::optional("references", Kind::Ids, "Imported files; none without it")],
        enabled: has_shots,
        run: |studio, args| {
            let (shot, references) = (args.shot("shot", studio.project())?, args.ids("references")?);
            edit(studio, BoardEdit::SetReferences { shot, references })
        },
    },
    Command {
        id: "shot.set-arrow",
        label: "Set arrow…",
        tooltip: "Draws an arrow over a shot's picture, which shows where something goes, also on paper",
        shortcut: None,
        menu: Menu::Board,
        args: &[
            SHOT,
            Arg::optional(
                "from",
                Kind::Text,
                "Where it begins: x,y in thousandths of the picture; no arrow without it",
            ),
            Arg::optional("to", Kind::Text, "Where its head is"),
        ],
        enabled: has_shots,
        run: |studio, args| {
            let shot = args.shot("shot", studio.project())?;
            let point = |name: &str| args.thousandths::<2>(name, "x,y", "200,500");
            let arrow = match (point("from")?, point("to")?) {
                (None, None) => None,
                (Some(from), Some(to)) => Some(Arrow { from: from.into(), to: to.into() }),
                _ => return Err(CommandError::Argument("an arrow has two ends; give from and to".to_owned())),
            };
            edit(studio, BoardEdit::SetArrow { shot, arrow })
        },
    },
    Command {
        id: "take.circle",
        label: "Use this take",
        tooltip: "Makes a shot show this take wherever it is not pinned to another",
        shortcut: Some("C"),
        menu: Menu::Board,
        args: &[SHOT, Arg::optional("take", Kind::Take, "Which take; the first that came without it")],
        enabled: has_shots,
        run: |studio, args| {
            let (shot, take) = (args.shot("shot", studio.project())?, args.take("take")?);
            edit(studio, BoardEdit::Circle { shot, take })
        },
    },
    Command {
        id: "take.mark",
        label: "Rate take…",
        tooltip: "Makes a take a favourite, gives it stars, or puts it into a folder of the library",
        shortcut: None,
        menu: Menu::Board,
        args: &[Arg::needed("take", Kind::Take, "Which take"), FAVOURITE, STARS, FOLDER],
        enabled: always,
        run: |studio, args| {
            let Some(take) = args.take("take")? else { return Ok(Value::Null) };
            let mark = mark(args, studio.project().marks.takes.get(&take))?;
            studio.edit(Edit::Mark(MarkEdit::Take { take, mark })).map(|()| Value::Null)
        },
    },
    Command {
        id: "card.add",
        label: "Add card…",
        tooltip: "Puts words, a picture or a clip at a time inside a shot",
        shortcut: None,
        menu: Menu::Board,
        args: &[
            SHOT,
            Arg::needed("time", Kind::Time, "When, from the shot's first frame"),
            TEXT,
            PICTURE,
            CLIP,
            FRAME,
            FRAME_AT,
        ],
        enabled: has_shots,
        run: |studio, args| {
            let project = studio.project();
            let (shot, at) = (args.shot("shot", project)?, args.needed_time("time", project)?);
            let content = content(args, project)?;
            make(studio, "card", BoardEdit::AddCard { shot, at, content })
        },
    },
    Command {
        id: "card.change",
        label: "Change card…",
        tooltip: "Moves a card to another time or gives it other content",
        shortcut: None,
        menu: Menu::Board,
        args: &[
            SHOT,
            CARD,
            Arg::needed("time", Kind::Time, "When, from the shot's first frame"),
            TEXT,
            PICTURE,
            CLIP,
            FRAME,
            FRAME_AT,
        ],
        enabled: has_shots,
        run: |studio, args| {
            let project = studio.project();
            let (shot, at) = (args.shot("shot", project)?, args.needed_time("time", project)?);
            let (card, content) = (CardId(args.whole("card")?.unwrap_or_default()), content(args, project)?);
            edit(studio, BoardEdit::ChangeCard { shot, card, at, content })
        },
    },
    Command {
        id: "card.remove",
        label: "Remove card",
        tooltip: "Takes a card out of its shot",
        shortcut: None,
        menu: Menu::Board,
        args: &[SHOT, CARD],
        enabled: has_shots,
        run: |studio, args| {
            let (shot, card) = (args.shot("shot", studio.project())?, CardId(args.whole("card")?.unwrap_or_default()));
            edit(studio, BoardEdit::RemoveCard { shot, card })
        },
    },
];
