//! The storyboard on paper and as an animatic: pure.

use super::cut::{BurnIn, cut_with_slugs, frame_at};
use super::{Cut, CutTake, PlanningError};
use kinora_frame::Size;
use kinora_plan::Digest;
use kinora_project::{Arrow, CardContent, MediaId, MediaKind, Project, Shot, TakeId, Words, assembly};
use kinora_time::{Flicks, TimecodeFormat};
use std::path::Path;

/// What a storyboard is exported as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoardFile {
    /// Pages to print.
    Pdf,
    /// One picture of all shots.
    Sheet,
    /// A film of the shots as long as they are meant to be, with numbers and timecode burnt in.
    Animatic,
}

impl BoardFile {
    /// By the end of a file's name.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_lowercase().as_str() {
            "pdf" => Some(Self::Pdf),
            "png" => Some(Self::Sheet),
            "mp4" => Some(Self::Animatic),
            _ => None,
        }
    }
}

/// A storyboard to print.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardSheet {
    /// The project's name.
    pub name: String,
    /// The shape of its pictures.
    pub shape: Size,
    /// How times are written.
    pub timecode: TimecodeFormat,
    /// Scene by scene.
    pub scenes: Vec<BoardScene>,
}

/// A scene to print.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardScene {
    /// Where and when.
    pub heading: String,
    /// In order.
    pub shots: Vec<BoardShot>,
}

/// A shot to print.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardShot {
    /// As people call it.
    pub number: String,
    /// When it begins in the film, and how long it is.
    pub begins: Flicks,
    /// How long it is meant to be.
    pub length: Flicks,
    /// Its words.
    pub words: Words,
    /// What is seen of it.
    pub picture: BoardPicture,
    /// The arrow over it.
    pub arrow: Option<Arrow>,
}

/// What is seen of a shot on paper.
#[derive(Debug, Clone, PartialEq)]
pub enum BoardPicture {
    /// The middle of its circled take, or a picture of a take that is on one of its cards: when, in the take.
    Take(CutTake, Flicks),
    /// A picture on one of its cards.
    Still(Digest),
    /// Its words alone.
    Nothing,
}

impl BoardSheet {
    /// The takes that it shows.
    pub fn takes(&self) -> impl Iterator<Item = &CutTake> {
        self.scenes.iter().flat_map(|scene| &scene.shots).filter_map(|shot| match &shot.picture {
            BoardPicture::Take(take, _) => Some(take),
            BoardPicture::Still(_) | BoardPicture::Nothing => None,
        })
    }
}

/// The storyboard as it is printed.
///
/// # Errors
/// If there is no shot on it.
pub fn board_sheet(project: &Project) -> Result<BoardSheet, PlanningError> {
    let mut begins = Flicks(0);
    let mut scenes = Vec::new();
    for scene in &project.storyboard.scenes {
        let mut shots = Vec::new();
        for shot in &scene.shots {
            shots.push(BoardShot {
                number: project.storyboard.number(shot.id).unwrap_or_default(),
                begins,
                length: shot.length,
                words: Words { prompt: project.cast.read(&shot.words.prompt), ..shot.words.clone() },
                picture: picture_of(project, shot),
                arrow: shot.arrow,
            });
            begins = Flicks(begins.0 + shot.length.0);
        }
        scenes.push(BoardScene { heading: scene.heading.clone(), shots });
    }
    if scenes.iter().all(|scene| scene.shots.is_empty()) {
        return Err(PlanningError::Request("there is no shot on the board; add one first".to_owned()));
    }
    let (across, down) = project.settings.aspect.split_once(':').unwrap_or(("16", "9"));
    let side = |text: &str| text.trim().parse().unwrap_or(1);
    Ok(BoardSheet {
        name: project.settings.name.clone(),
        shape: Size::new(side(across), side(down)),
        timecode: project.settings.timecode(),
        scenes,
    })
}

fn picture_of(project: &Project, shot: &Shot) -> BoardPicture {
    if let Some(take) = project.circled(shot.id) {
        return BoardPicture::Take(CutTake::of(project, take), Flicks(take.duration().0 / 2));
    }
    let picture = match card_picture(project, shot) {
        Some(CardPicture::Still(media)) => project.media.files.get(&media).map(|file| BoardPicture::Still(file.sha256)),
        Some(CardPicture::Frame(take, at)) => {
            project.arrived.takes.get(&take).map(|take| BoardPicture::Take(CutTake::of(project, take), at))
        }
        None => None,
    };
    picture.unwrap_or(BoardPicture::Nothing)
}

/// A picture on a card.
pub(super) enum CardPicture {
    /// An imported one.
    Still(MediaId),
    /// One of a take, at a time.
    Frame(TakeId, Flicks),
}

/// The first picture on a shot's cards.
pub(super) fn card_picture(project: &Project, shot: &Shot) -> Option<CardPicture> {
    let is_still = |media: &MediaId| project.media.files.get(media).is_some_and(|file| file.kind == MediaKind::Still);
    shot.cards.iter().find_map(|card| match card.content {
        CardContent::Picture(media) => Some(media).filter(is_still).map(CardPicture::Still),
        CardContent::Frame { take, at } => Some(CardPicture::Frame(take, at)),
        _ => None,
    })
}

/// The film of the board, with each shot's number and the timecode burnt in; shots without takes are slugs.
///
/// # Errors
/// If there is no shot on the board.
pub fn animatic_of(project: &Project) -> Result<Cut, PlanningError> {
    let mut cut = cut_with_slugs(project, &assembly(project))?;
    let mut begins = Flicks(0);
    for shot in project.storyboard.shots() {
        let first = frame_at(begins, cut.rate);
        begins = Flicks(begins.0 + shot.length.0);
        let frames = frame_at(begins, cut.rate).saturating_sub(first);
        cut.burn_in.push(BurnIn { first, frames, text: project.storyboard.number(shot.id).unwrap_or_default() });
    }
    Ok(cut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::tests::{add_shot, take};
    use kinora_time::FLICKS_PER_SECOND;

    #[test]
    fn a_sheet_tells_each_shot_and_an_animatic_its_number() {
        let mut project = Project::default();
        assert!(board_sheet(&project).is_err());
        let (car, _) = (add_shot(&mut project, "a red car", 1), add_shot(&mut project, "a boat", 2));
        take(&mut project, car, 12);
        let sheet = board_sheet(&project).unwrap();
        let shots = &sheet.scenes[0].shots;
        assert_eq!((shots[1].number.as_str(), shots[1].begins), ("1-2", Flicks(FLICKS_PER_SECOND)));
        assert!(matches!(shots[0].picture, BoardPicture::Take(..)));
        assert_eq!(shots[1].picture, BoardPicture::Nothing);
        assert_eq!(sheet.takes().count(), 1);
        let animatic = animatic_of(&project).unwrap();
        let burnt: Vec<_> = animatic.burn_in.iter().map(|b| (b.first, b.frames, b.text.as_str())).collect();
        assert_eq!(burnt, [(0, 24, "1-1"), (24, 48, "1-2")]);
    }
}
