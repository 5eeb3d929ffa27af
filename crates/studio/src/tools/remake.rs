//! What is made again from pictures that are there: stills that move, clips in other words, takes finished, other shapes.

use super::{Made, Placed, Result, Ticks, add_shot, item_of, words, wrong};
use kinora_plan::{GenerationPlan, KnownFrame, ModelCard};
use kinora_project::timeline::{Crop, Thousandths};
use kinora_project::{
    BoardEdit, Edit, Handles, MediaId, MediaKind, NewShot, Passage, PassageSource, Project, Reach, ShotId, TakeId,
    TimelineEdit,
};
use kinora_time::{Flicks, TimeRange};

/// Which frame of a shot a still becomes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Place {
    /// Its first.
    #[default]
    First,
    /// The one in its middle.
    Middle,
    /// Its last.
    Last,
    /// All of them, to a degree: as for a drawing.
    All,
}

/// A still that is to move.
#[derive(Debug, Clone, Copy)]
pub struct Animation<'a> {
    /// The still.
    pub picture: MediaId,
    /// What happens.
    pub prompt: &'a str,
    /// How long.
    pub length: Flicks,
    /// Where in the shot it is seen.
    pub place: Place,
    /// How much of it may be invented.
    pub level: Thousandths,
    /// How it is brought into the frame.
    pub reach: Reach,
    /// The parts of it that are the first and the last frame: a move of the camera.
    pub camera: Option<(Crop, Crop)>,
    /// The seed of the first take.
    pub seed: u64,
}

/// A still becomes a shot, behind another or at the end of the board; or a shot of the board gets it.
///
/// # Errors
/// If it is no still.
pub fn animate(project: &Project, shot: Option<ShotId>, still: &Animation<'_>, ticks: Ticks) -> Result<Made> {
    let file = project.media.files.get(&still.picture);
    if file.is_none_or(|file| file.kind != MediaKind::Still) {
        return wrong("only a picture can be animated; go on from a clip with extend, bridge or remix");
    }
    let of = PassageSource::Media(still.picture);
    let known = shot.and_then(|shot| project.storyboard.shot(shot));
    let (length, handles) = known.map_or((still.length, Handles::default()), |shot| (shot.length, shot.handles));
    let all = Flicks(handles.head.0 + length.0 + handles.tail.0);
    let one = Flicks(ticks.one);
    let frames = ((all.0 + ticks.one / 2) / ticks.one).max(1);
    let (middle, last) = (Flicks((frames - 1) / 2 * ticks.one), Flicks((frames - 1) * ticks.one));
    let passage = |at: Flicks, long: Flicks, crop: Crop| {
        let kept = Passage::kept(at, of, TimeRange::between(Flicks(0), long));
        let passage = Passage { reach: still.reach, crop, ..kept };
        if still.level == 0 { passage } else { passage.at_level(still.level) }
    };
    let mut passages = match (still.camera, still.place) {
        (Some((from, to)), _) => vec![passage(Flicks(0), one, from), passage(last, one, to)],
        (None, Place::First) => vec![passage(Flicks(0), one, Crop::default())],
        (None, Place::Middle) => vec![passage(middle, one, Crop::default())],
        (None, Place::Last) => vec![passage(last, one, Crop::default())],
        (None, Place::All) => vec![passage(Flicks(0), all, Crop::default())],
    };
    let Some((id, known)) = shot.zip(known) else {
        let new = NewShot { words: words(still.prompt), length, seed: still.seed, handles, passages };
        let (edits, id) = add_shot(project, None, new);
        return Ok(Made { edits, shots: vec![id] });
    };
    // One picture a place: another one takes it.
    let taken: Vec<Flicks> = passages.iter().map(|passage| passage.at).collect();
    passages.splice(0..0, known.passages.iter().filter(|old| !taken.contains(&old.at)).cloned());
    let edit = Edit::Board(BoardEdit::SetPassages { shot: id, handles, passages });
    Ok(Made { edits: vec![edit], shots: vec![id] })
}

/// How much of a clip is invented for words that are more and more others, by name, as a part of a model's steps; the first is usual.
pub const STRENGTHS: &[(&str, Thousandths)] = &[("mild", 550), ("subtle", 350), ("strong", 750)];

/// The noise level that a strength begins at: so much of a model's steps is left there.
#[must_use]
pub fn level_of_strength(strength: Thousandths, card: &ModelCard) -> Thousandths {
    let level = card.defaults.level_of_strength(f64::from(strength) / 1000.0);
    #[allow(clippy::cast_possible_truncation)]
    let thousandths = (level * 1000.0).round() as Thousandths;
    thousandths.clamp(1, 999)
}

/// An item's pictures in other words: a new shot in its place.
///
/// # Errors
/// If it shows nothing that can be made again.
pub fn remix(at: &Placed<'_>, prompt: &str, level: Thousandths, seed: u64) -> Result<Made> {
    if !(1..1000).contains(&level) {
        return wrong(
            "the strength goes from 1 to 999 thousandths: 0 would change nothing, and all of it is a new shot",
        );
    }
    let piece = at.piece()?;
    let kept = Passage::kept(Flicks(0), piece.of, piece.range).at_level(level);
    replaced(at, prompt, kept, seed)
}

/// An item of another shape in the project's: what is missing at its sides is generated, in a new shot in its place.
///
/// # Errors
/// If it shows nothing that can be made again.
pub fn reframe(at: &Placed<'_>, prompt: &str, seed: u64) -> Result<Made> {
    let piece = at.piece()?;
    let kept = Passage { reach: Reach::Extend, ..Passage::kept(Flicks(0), piece.of, piece.range) };
    replaced(at, prompt, kept, seed)
}

fn replaced(at: &Placed<'_>, prompt: &str, passage: Passage, seed: u64) -> Result<Made> {
    let piece = at.piece()?;
    let prompt = super::or_words(prompt, &piece.words);
    let length = piece.range.duration();
    let shot = NewShot { words: words(&prompt), length, seed, handles: Handles::default(), passages: vec![passage] };
    let (mut edits, id) = add_shot(at.project, piece.shot, shot.clone());
    let overwrite = TimelineEdit::Overwrite { track: at.track, at: at.range.start(), item: item_of(id, &shot) };
    edits.push(Edit::Timeline(at.timeline.id, overwrite));
    Ok(Made { edits, shots: vec![id] })
}

/// A plan that goes on from all of a take's pictures, at one level: the take finished, in other words, or a little different.
///
/// # Errors
/// If the take is not there, or its plan has no id.
pub fn from_take(project: &Project, plan: GenerationPlan, take: TakeId, level: Thousandths) -> Result<GenerationPlan> {
    let Some(take) = project.arrived.takes.get(&take) else { return wrong("that take is not in the project any more") };
    let picture = take.plan.id()?;
    let half = take.plan.rate.frame_duration().0 / 2;
    let taken: Vec<u32> = plan.known.iter().filter(|known| known.level == 0.0).map(|known| known.frame).collect();
    let of_take = (0..plan.frames).filter(|frame| !taken.contains(frame)).map(|frame| {
        let time = Flicks(plan.rate.frame_start(i64::from(frame)).0 + half);
        let still = KnownFrame::still(frame, picture);
        KnownFrame { time: Some(time), level: f64::from(level) / 1000.0, ..still }
    });
    let mut known: Vec<KnownFrame> =
        plan.known.iter().filter(|known| known.level == 0.0).cloned().chain(of_take).collect();
    known.sort_by_key(|known| known.frame);
    let plan = GenerationPlan { known, ..plan };
    plan.check()?;
    Ok(plan)
}
