//! Edits of the storyboard.

use super::{Refused, place};
use crate::storyboard::{Arrow, Card, CardContent, Field, Scene, Shot, Storyboard, Words};
use crate::{CardId, Handles, LONGEST_HANDLE, MediaId, Passage, Project, SceneId, ShotId, TakeId};
use kinora_time::{FLICKS_PER_SECOND, Flicks};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The longest shot.
pub const LONGEST_SHOT: Flicks = Flicks(20 * FLICKS_PER_SECOND);

/// A change of the storyboard. Places count from 0; without one it is the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // of fields, which are named for what they hold
pub enum BoardEdit {
    /// A new scene.
    AddScene { heading: String, at: Option<usize> },
    /// Another heading.
    RenameScene { scene: SceneId, heading: String },
    /// Elsewhere in the film.
    MoveScene { scene: SceneId, to: usize },
    /// Out, with its shots.
    RemoveScene { scene: SceneId },
    /// A new shot.
    AddShot { scene: SceneId, at: Option<usize>, shot: Box<NewShot> },
    /// The same shot once more, behind itself, without its takes.
    DuplicateShot { shot: ShotId },
    /// Elsewhere, in the same scene or another.
    MoveShot { shot: ShotId, scene: SceneId, to: usize },
    /// Out. Its takes stay with the project.
    RemoveShot { shot: ShotId },
    /// One of its texts.
    Write { shot: ShotId, field: Field, text: String },
    /// How long it is meant to be; cards beyond it move to its end.
    SetLength { shot: ShotId, length: Flicks },
    /// The seed of its next take.
    SetSeed { shot: ShotId, seed: u64 },
    /// Pictures to look at while working.
    SetReferences { shot: ShotId, references: Vec<MediaId> },
    /// An arrow over its picture, or none.
    SetArrow { shot: ShotId, arrow: Option<Arrow> },
    /// Which take it shows; nothing: the first that came.
    Circle { shot: ShotId, take: Option<TakeId> },
    /// Pictures that its takes are to have, and what they have beside its length.
    SetPassages { shot: ShotId, handles: Handles, passages: Vec<Passage> },
    /// Something at a time inside it.
    AddCard { shot: ShotId, at: Flicks, content: CardContent },
    /// At another time, or something else.
    ChangeCard { shot: ShotId, card: CardId, at: Flicks, content: CardContent },
    /// Out.
    RemoveCard { shot: ShotId, card: CardId },
}

/// A shot that is not on the board yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewShot {
    /// What is written about it.
    #[serde(default)]
    pub words: Words,
    /// How long it is meant to be.
    pub length: Flicks,
    /// Seed of its first take.
    #[serde(default)]
    pub seed: u64,
    /// What its takes have beside its length.
    #[serde(default, skip_serializing_if = "Handles::are_none")]
    pub handles: Handles,
    /// Pictures that its takes are to have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passages: Vec<Passage>,
}

impl BoardEdit {
    pub(super) fn label(&self) -> &'static str {
        match self {
            Self::AddScene { .. } => "add-scene",
            Self::RenameScene { .. } => "rename-scene",
            Self::MoveScene { .. } => "move-scene",
            Self::RemoveScene { .. } => "remove-scene",
            Self::AddShot { .. } => "add-shot",
            Self::DuplicateShot { .. } => "duplicate-shot",
            Self::MoveShot { .. } => "move-shot",
            Self::RemoveShot { .. } => "remove-shot",
            Self::Write { .. } => "write-shot",
            Self::SetLength { .. } => "set-shot-length",
            Self::SetSeed { .. } => "set-seed",
            Self::SetReferences { .. } => "set-references",
            Self::SetArrow { .. } => "set-arrow",
            Self::Circle { .. } => "circle-take",
            Self::SetPassages { .. } => "set-passages",
            Self::AddCard { .. } => "add-card",
            Self::ChangeCard { .. } => "change-card",
            Self::RemoveCard { .. } => "remove-card",
        }
    }

    pub(super) fn apply(&self, project: &mut Project) -> Result<(), Refused> {
        let mut ids = project.ids.clone();
        let known = project.clone();
        let board = Arc::make_mut(&mut project.storyboard);
        match self {
            Self::AddScene { heading, at } => {
                let scene = Scene { id: ids.fresh(), heading: heading.clone(), shots: Vec::new() };
                board.scenes.insert(place(*at, board.scenes.len()), Arc::new(scene));
            }
            Self::RenameScene { scene, heading } => scene_mut(board, *scene)?.heading.clone_from(heading),
            Self::MoveScene { scene, to } => {
                let from = scene_place(board, *scene)?;
                let scene = board.scenes.remove(from);
                board.scenes.insert(place(Some(*to), board.scenes.len()), scene);
            }
            Self::RemoveScene { scene } => {
                let from = scene_place(board, *scene)?;
                board.scenes.remove(from);
            }
            Self::AddShot { scene, at, shot } => {
                check_length(shot.length)?;
                check_passages(&known, shot.handles, &shot.passages)?;
                let scene = scene_mut(board, *scene)?;
                let shot = Shot {
                    id: ids.fresh(),
                    words: shot.words.clone(),
                    length: shot.length,
                    seed: shot.seed,
                    cards: Vec::new(),
                    handles: shot.handles,
                    passages: shot.passages.clone(),
                    references: Vec::new(),
                    arrow: None,
                    circled: None,
                };
                scene.shots.insert(place(*at, scene.shots.len()), Arc::new(shot));
            }
            Self::DuplicateShot { shot } => {
                let (scene, from) = shot_place(board, *shot)?;
                let mut copy = Shot::clone(&board.scenes[scene].shots[from]);
                copy.id = ids.fresh();
                copy.circled = None;
                copy.words.number.clear();
                copy.cards.iter_mut().for_each(|card| card.id = ids.fresh());
                Arc::make_mut(&mut board.scenes[scene]).shots.insert(from + 1, Arc::new(copy));
            }
            Self::MoveShot { shot, scene, to } => {
                let (old, from) = shot_place(board, *shot)?;
                let new = scene_place(board, *scene)?;
                let shot = Arc::make_mut(&mut board.scenes[old]).shots.remove(from);
                let scene = Arc::make_mut(&mut board.scenes[new]);
                scene.shots.insert(place(Some(*to), scene.shots.len()), shot);
            }
            Self::RemoveShot { shot } => {
                let (scene, from) = shot_place(board, *shot)?;
                Arc::make_mut(&mut board.scenes[scene]).shots.remove(from);
            }
            Self::Write { shot, field, text } => shot_mut(board, *shot)?.words.get_mut(*field).clone_from(text),
            Self::SetLength { shot, length } => {
                check_length(*length)?;
                let shot = shot_mut(board, *shot)?;
                shot.length = *length;
                shot.cards.iter_mut().for_each(|card| card.at = card.at.min(Flicks(length.0 - 1)));
            }
            Self::SetSeed { shot, seed } => shot_mut(board, *shot)?.seed = *seed,
            Self::SetArrow { shot, arrow } => {
                if arrow.is_some_and(|arrow| !arrow.is_sound()) {
                    return Err(Refused::NoArrow);
                }
                shot_mut(board, *shot)?.arrow = *arrow;
            }
            Self::SetReferences { shot, references } => {
                references.iter().try_for_each(|media| known_media(&known, *media))?;
                shot_mut(board, *shot)?.references.clone_from(references);
            }
            Self::Circle { shot, take } => {
                if let Some(take) = take {
                    let belongs = known.arrived.takes.get(take).is_some_and(|take| take.shot == *shot);
                    belongs.then_some(()).ok_or(Refused::NoTake(*take))?;
                }
                shot_mut(board, *shot)?.circled = *take;
            }
            Self::SetPassages { shot, handles, passages } => {
                check_passages(&known, *handles, passages)?;
                let shot = shot_mut(board, *shot)?;
                (shot.handles, shot.passages) = (*handles, passages.clone());
            }
            Self::AddCard { shot, at, content } => {
                check_content(&known, content)?;
                let card = Card { id: ids.fresh(), at: *at, content: content.clone() };
                insert_card(shot_mut(board, *shot)?, card)?;
            }
            Self::ChangeCard { shot, card, at, content } => {
                check_content(&known, content)?;
                let shot = shot_mut(board, *shot)?;
                let old = shot.cards.iter().position(|other| other.id == *card).ok_or(Refused::NoCard(*card))?;
                shot.cards.remove(old);
                insert_card(shot, Card { id: *card, at: *at, content: content.clone() })?;
            }
            Self::RemoveCard { shot, card } => {
                let shot = shot_mut(board, *shot)?;
                let old = shot.cards.iter().position(|other| other.id == *card).ok_or(Refused::NoCard(*card))?;
                shot.cards.remove(old);
            }
        }
        project.ids = ids;
        Ok(())
    }
}

fn check_length(length: Flicks) -> Result<(), Refused> {
    (Flicks(0) < length && length <= LONGEST_SHOT).then_some(()).ok_or(Refused::NoLength)
}

fn check_passages(project: &Project, handles: Handles, passages: &[Passage]) -> Result<(), Refused> {
    let sides = [handles.head, handles.tail];
    let sound = sides.iter().all(|side| (Flicks(0)..=LONGEST_HANDLE).contains(side));
    let sound = sound && passages.iter().all(Passage::is_sound);
    let there = passages.iter().all(|passage| passage.is_there(project));
    (sound && there).then_some(()).ok_or(Refused::NoPassage)
}

fn known_media(project: &Project, media: MediaId) -> Result<(), Refused> {
    project.media.files.contains_key(&media).then_some(()).ok_or(Refused::NoMedia(media))
}

fn check_content(project: &Project, content: &CardContent) -> Result<(), Refused> {
    match content {
        CardContent::Text(_) => Ok(()),
        CardContent::Picture(media) | CardContent::Clip(media) => known_media(project, *media),
        CardContent::Frame { take, at } => {
            let there = project.arrived.takes.get(take).ok_or(Refused::NoTake(*take))?;
            (Flicks(0)..there.duration()).contains(at).then_some(()).ok_or(Refused::NoLength)
        }
    }
}

fn insert_card(shot: &mut Shot, card: Card) -> Result<(), Refused> {
    if card.at.0 < 0 || card.at >= shot.length {
        return Err(Refused::NoLength);
    }
    let at = shot.cards.partition_point(|other| other.at <= card.at);
    shot.cards.insert(at, card);
    Ok(())
}

fn scene_place(board: &Storyboard, id: SceneId) -> Result<usize, Refused> {
    board.scenes.iter().position(|scene| scene.id == id).ok_or(Refused::NoScene(id))
}

fn scene_mut(board: &mut Storyboard, id: SceneId) -> Result<&mut Scene, Refused> {
    let at = scene_place(board, id)?;
    Ok(Arc::make_mut(&mut board.scenes[at]))
}

fn shot_place(board: &Storyboard, id: ShotId) -> Result<(usize, usize), Refused> {
    let of = |scene: &Arc<Scene>| scene.shots.iter().position(|shot| shot.id == id);
    board.scenes.iter().enumerate().find_map(|(at, scene)| Some((at, of(scene)?))).ok_or(Refused::NoShot(id))
}

fn shot_mut(board: &mut Storyboard, id: ShotId) -> Result<&mut Shot, Refused> {
    let (scene, at) = shot_place(board, id)?;
    Ok(Arc::make_mut(&mut Arc::make_mut(&mut board.scenes[scene]).shots[at]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Edit;
    use crate::notation::board;

    /// Letters are shots, `|` parts scenes; the edit is written with the shot's letter.
    fn check(
        before: &str,
        edit: impl FnOnce(&dyn Fn(char) -> ShotId, &dyn Fn(usize) -> SceneId) -> BoardEdit,
        after: &str,
    ) {
        let mut project = board::project(before);
        let untouched = project.clone();
        let edit = edit(&|letter| board::shot(&untouched, letter), &|at| untouched.storyboard.scenes[at].id);
        let outcome = Edit::Board(edit.clone()).apply(&mut project);
        crate::check(&project).unwrap();
        match outcome {
            Ok(()) => assert_eq!(board::text(&project), after, "{before}, {edit:?}"),
            Err(refused) => {
                assert_eq!(project, untouched, "a refused edit must change nothing");
                assert_eq!(format!("refused: {refused}"), after, "{before}, {edit:?}");
            }
        }
    }

    #[test]
    fn shots_and_scenes_move_and_go() {
        check("AB | C", |s, scene| BoardEdit::MoveShot { shot: s('A'), scene: scene(1), to: 0 }, "B | AC");
        check("ABC", |s, scene| BoardEdit::MoveShot { shot: s('A'), scene: scene(0), to: 1 }, "BAC");
        check("ABC", |s, scene| BoardEdit::MoveShot { shot: s('A'), scene: scene(0), to: 99 }, "BCA");
        check("AB | C", |_, scene| BoardEdit::MoveScene { scene: scene(1), to: 0 }, "C | AB");
        check("AB | C", |_, scene| BoardEdit::RemoveScene { scene: scene(0) }, "C");
        check("AB | C", |s, _| BoardEdit::RemoveShot { shot: s('B') }, "A | C");
        check("AB", |s, _| BoardEdit::DuplicateShot { shot: s('A') }, "AAB");
        check("AB", |_, _| BoardEdit::AddScene { heading: String::new(), at: Some(0) }, " | AB");
        check(
            "AB",
            |_, _| BoardEdit::RemoveShot { shot: ShotId(999) },
            "refused: that shot is not on the board any more",
        );
    }

    #[test]
    fn a_shot_lasts_more_than_nothing_and_at_most_twenty_seconds() {
        for (length, after) in [
            (Flicks(0), "refused: a shot lasts more than 0 and at most 20 seconds, and its cards lie inside it"),
            (
                Flicks(LONGEST_SHOT.0 + 1),
                "refused: a shot lasts more than 0 and at most 20 seconds, and its cards lie inside it",
            ),
            (LONGEST_SHOT, "A"),
        ] {
            check("A", |s, _| BoardEdit::SetLength { shot: s('A'), length }, after);
        }
    }

    #[test]
    fn cards_stay_in_order_and_inside_their_shot() {
        let mut project = board::project("A");
        let shot = board::shot(&project, 'A');
        let text = |text: &str| CardContent::Text(text.to_owned());
        let second = Flicks(FLICKS_PER_SECOND);
        for (at, words) in [(second, "then"), (Flicks(0), "first")] {
            Edit::Board(BoardEdit::AddCard { shot, at, content: text(words) }).apply(&mut project).unwrap();
        }
        let late = Edit::Board(BoardEdit::AddCard { shot, at: Flicks(5 * second.0), content: text("late") });
        assert_eq!(late.apply(&mut project), Err(Refused::NoLength));
        Edit::Board(BoardEdit::SetLength { shot, length: Flicks(second.0 / 2) }).apply(&mut project).unwrap();
        let cards = &project.storyboard.shot(shot).unwrap().cards;
        assert_eq!(cards.iter().map(|card| card.at.0).collect::<Vec<_>>(), [0, second.0 / 2 - 1]);
        crate::check(&project).unwrap();
    }

    #[test]
    fn only_a_take_of_the_shot_can_be_circled() {
        let mut project = board::project("AB");
        let (a, b) = (board::shot(&project, 'A'), board::shot(&project, 'B'));
        let first = board::take(&mut project, a, 24);
        let second = board::take(&mut project, a, 36);
        assert_eq!(project.circled(a).map(|take| take.id), Some(first), "the first take circles itself");
        Edit::Board(BoardEdit::Circle { shot: a, take: Some(second) }).apply(&mut project).unwrap();
        assert_eq!(project.circled(a).map(|take| take.id), Some(second));
        let wrong = Edit::Board(BoardEdit::Circle { shot: b, take: Some(second) });
        assert_eq!(wrong.apply(&mut project), Err(Refused::NoTake(second)));
    }
}
