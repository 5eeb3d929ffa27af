//! What goes on from clips on a timeline: beyond their ends, between them, around them.

use super::influence::{Curve, curves, with_keys};
use super::{Made, Piece, Placed, Result, Ticks, add_shot, item_of, on_frames, or_words, words, wrong};
use kinora_project::timeline::Content;
use kinora_project::timeline::edit::{Edge, Filling};
use kinora_project::{
    BoardEdit, CardContent, Edit, Handles, NewItem, NewShot, Passage, Project, ShotId, TimelineEdit, TimelineId,
};
use kinora_time::{Flicks, TimeRange};

/// What a shot between two others is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bridging<'a> {
    /// What it shows; what its neighbours show without it.
    pub prompt: &'a str,
    /// The seed of its first take.
    pub seed: u64,
}

/// A shot that goes on from what is before it, to what is behind it.
fn between(
    project: &Project,
    ticks: Ticks,
    (before, after): (Option<&Piece>, Option<&Piece>),
    length: Flicks,
    asked: Bridging<'_>,
) -> Result<(NewShot, Option<String>)> {
    let length = on_frames(project, length)?;
    let (covering, more) = ticks.covering(length);
    let mut passages = Vec::new();
    let mut handles = Handles::default();
    if let Some(piece) = before {
        let whole = ticks.whole(piece.tail(ticks.lead(after.map(|_| covering))));
        if whole.0 == 0 {
            return wrong("the clip is too short to go on from: it needs a frame of the model at least");
        }
        handles.head = whole;
        passages.push(Passage::kept(Flicks(0), piece.of, piece.tail(whole)));
    } else {
        // The shot ends on a frame of the model, and begins a little before it is seen.
        handles.head = Flicks(more.0 + ticks.run_up(covering).0);
    }
    let begins = Flicks(handles.head.0 + if before.is_some() { covering.0 } else { length.0 });
    if let Some(piece) = after {
        // What the shot lasts longer than its place is the beginning of what comes.
        let later = if before.is_some() { more } else { Flicks(0) };
        let head = piece.head(later, ticks.overlap());
        let whole = if head.duration().0 > 0 { ticks.whole(head) } else { Flicks(0) };
        if whole.0 == 0 {
            return wrong("the clip is too short to go on from: it needs a frame of the model at least");
        }
        passages.push(Passage::kept(begins, piece.of, piece.head(later, whole)));
        handles.tail = Flicks(begins.0 + whole.0 - handles.head.0 - length.0);
    } else if before.is_some() {
        handles.tail = more;
    }
    let told =
        |piece: Option<&Piece>| piece.map(|piece| piece.words.trim().to_owned()).filter(|words| !words.is_empty());
    let (first, then) = (told(before), told(after));
    let prompt = or_words(asked.prompt, first.as_deref().or(then.as_deref()).unwrap_or_default());
    let then = then.filter(|then| asked.prompt.trim().is_empty() && first.is_some() && first.as_ref() != Some(then));
    let shot = NewShot { words: words(&prompt), length, seed: asked.seed, handles, passages };
    Ok((shot, then))
}

/// A new shot on the board and on the timeline. `then`: what rules its second half.
fn made(
    project: &Project,
    timeline: TimelineId,
    behind: Option<ShotId>,
    (shot, then): (NewShot, Option<String>),
    edit: impl FnOnce(NewItem) -> TimelineEdit,
) -> Made {
    let item = |id| item_of(id, &shot);
    let (mut edits, id) = add_shot(project, behind, shot.clone());
    if let Some(then) = then {
        let (at, content) = (Flicks(shot.length.0 / 2), CardContent::Text(then));
        edits.push(Edit::Board(BoardEdit::AddCard { shot: id, at, content }));
    }
    edits.push(Edit::Timeline(timeline, edit(item(id))));
    Made { edits, shots: vec![id] }
}

/// Goes on from an end of an item: over a gap that is there, or what is there makes room.
///
/// # Errors
/// If it shows nothing that can be gone on from.
pub fn extend(at: &Placed<'_>, edge: Edge, by: Flicks, ticks: Ticks, asked: Bridging<'_>) -> Result<Made> {
    let piece = at.piece()?;
    let pieces = if edge == Edge::End { (Some(&piece), None) } else { (None, Some(&piece)) };
    let shot = between(at.project, ticks, pieces, by, asked)?;
    let length = shot.0.length;
    let gap = at.beside(edge).filter(|beside| beside.item.is_gap() && beside.range.duration() >= length);
    let free = gap.is_some() || edge == Edge::End && at.beside(edge).is_none();
    let (track, start) = (at.track, at.range.start());
    let behind = piece.shot;
    Ok(made(at.project, at.timeline.id, behind, shot, |item| match (edge, free) {
        (Edge::End, true) => TimelineEdit::Overwrite { track, at: at.range.end(), item },
        (Edge::End, false) => TimelineEdit::Insert { track, at: at.range.end(), item },
        (Edge::Start, true) => TimelineEdit::Overwrite { track, at: Flicks(start.0 - length.0), item },
        (Edge::Start, false) => TimelineEdit::Insert { track, at: start, item },
    }))
}

/// Fills a gap from what is on both sides of it.
///
/// # Errors
/// If it is no gap, or nothing on either side of it can be gone on from.
pub fn fill(gap: &Placed<'_>, ticks: Ticks, asked: Bridging<'_>) -> Result<Made> {
    if !gap.item.is_gap() {
        return wrong("this is no gap to fill");
    }
    let piece = |edge| gap.beside(edge).map(|beside| beside.piece());
    // One side is enough: the other may be a title, or a shot that was not generated yet.
    let (before, after) = match (piece(Edge::Start), piece(Edge::End)) {
        (Some(Err(error)), None | Some(Err(_))) | (None, Some(Err(error))) => return Err(error),
        (before, after) => (before.and_then(Result::ok), after.and_then(Result::ok)),
    };
    let shot = between(gap.project, ticks, (before.as_ref(), after.as_ref()), gap.range.duration(), asked)?;
    let behind = before.as_ref().and_then(|piece| piece.shot);
    let id = gap.item.id;
    Ok(made(gap.project, gap.timeline.id, behind, shot, |item| TimelineEdit::Fill { gap: id, item, by: Filling::Gap }))
}

/// Puts a shot between an item and the one after it; what follows makes room.
///
/// # Errors
/// If there is none after it, or one of them shows nothing that can be gone on from.
pub fn bridge(at: &Placed<'_>, length: Flicks, ticks: Ticks, asked: Bridging<'_>) -> Result<Made> {
    let Some(next) = at.beside(Edge::End).filter(|next| !next.item.is_gap()) else {
        return wrong("there is no clip right after this one; put one there, or fill the gap");
    };
    let (before, after) = (at.piece()?, next.piece()?);
    let shot = between(at.project, ticks, (Some(&before), Some(&after)), length, asked)?;
    let (track, cut) = (at.track, at.range.end());
    Ok(made(at.project, at.timeline.id, before.shot, shot, |item| TimelineEdit::Insert { track, at: cut, item }))
}

/// Leads from an item's end to its beginning, so that it can be played round and round.
///
/// # Errors
/// If it shows nothing that can be gone on from.
pub fn loop_around(at: &Placed<'_>, seam: Flicks, ticks: Ticks, asked: Bridging<'_>) -> Result<Made> {
    let piece = at.piece()?;
    let shot = between(at.project, ticks, (Some(&piece), Some(&piece)), seam, asked)?;
    let length = shot.0.length;
    let next = at.beside(Edge::End);
    let free = next.is_none_or(|next| next.item.is_gap() && next.range.duration() >= length);
    let (track, end) = (at.track, at.range.end());
    Ok(made(at.project, at.timeline.id, piece.shot, shot, |item| match free {
        true => TimelineEdit::Overwrite { track, at: end, item },
        false => TimelineEdit::Insert { track, at: end, item },
    }))
}

/// Keeps a part of an item, or all but a part, and generates the rest again. Times are the timeline's.
///
/// # Errors
/// If the part is not a part of it, or all of it.
pub fn recut(at: &Placed<'_>, good: TimeRange, keeps_inside: bool, ticks: Ticks, asked: Bridging<'_>) -> Result<Made> {
    let piece = at.piece()?;
    let (start, end) = (good.start().max(at.range.start()), good.end().min(at.range.end()));
    if start >= end || (start, end) == (at.range.start(), at.range.end()) {
        return wrong("mark a part of the clip, from where it is good to where it is not any more");
    }
    let source = |time: Flicks| Flicks(piece.range.start().0 + time.0 - at.range.start().0);
    let part =
        |from: Flicks, to: Flicks| Piece { range: TimeRange::between(source(from), source(to)), ..piece.clone() };
    let (track, timeline, project) = (at.track, at.timeline.id, at.project);
    let over = |at: Flicks| move |item| TimelineEdit::Overwrite { track, at, item };
    if !keeps_inside {
        let (before, after) = (part(at.range.start(), start), part(end, at.range.end()));
        let sides = (Some(&before), Some(&after));
        let sides = (sides.0.filter(|piece| !piece.range.is_empty()), sides.1.filter(|piece| !piece.range.is_empty()));
        let shot = between(project, ticks, sides, Flicks(end.0 - start.0), asked)?;
        return Ok(made(project, timeline, piece.shot, shot, over(start)));
    }
    let kept = part(start, end);
    let mut all = Made { edits: Vec::new(), shots: Vec::new() };
    let mut known = project.clone();
    let sides = [(start.0 - at.range.start().0, Edge::Start), (at.range.end().0 - end.0, Edge::End)];
    for (length, edge) in sides.into_iter().filter(|(length, _)| *length > 0) {
        let pieces = if edge == Edge::End { (Some(&kept), None) } else { (None, Some(&kept)) };
        let shot = between(project, ticks, pieces, Flicks(length), asked)?;
        let from = if edge == Edge::End { end } else { at.range.start() };
        let one = made(&known, timeline, piece.shot, shot, over(from));
        let done = one.edits.iter().try_for_each(|edit| edit.apply(&mut known));
        done.or_else(|refused| wrong(refused.to_string()))?;
        all.edits.extend(one.edits);
        all.shots.extend(one.shots);
    }
    Ok(all)
}

/// Makes an item and the one after it flow into each other, half of the time before their cut and half after; nothing moves.
///
/// # Errors
/// If there is none after it, or one of them shows nothing that can be gone on from.
pub fn blend(at: &Placed<'_>, by: Flicks, curve: Curve, ticks: Ticks, asked: Bridging<'_>) -> Result<Made> {
    let Some(next) = at.beside(Edge::End).filter(|next| !matches!(next.item.content, Content::Gap)) else {
        return wrong("there is no clip right after this one to blend into");
    };
    let (before, after) = (at.piece()?, next.piece()?);
    let by = on_frames(at.project, by)?;
    let half = on_frames(at.project, Flicks(by.0 / 2))?;
    let rest = Flicks(by.0 - half.0);
    if half >= at.range.duration() || rest >= next.range.duration() {
        return wrong("the clips are shorter than that; blend them for a shorter time");
    }
    // Times of the take: its first picture lies `head` before the first that is seen.
    let from = Flicks(before.range.end().0 - half.0);
    let lead = Piece { range: TimeRange::between(before.available.start(), from), ..before.clone() };
    let head = ticks.whole(lead.tail(ticks.lead(None)));
    let (seen, middle) = (head, Flicks(head.0 + half.0));
    let ends = Flicks(head.0 + by.0);
    let out = TimeRange::between(
        Flicks(from.0 - head.0),
        Flicks((before.range.end().0 + rest.0).min(before.available.end().0)),
    );
    let into = Flicks((after.range.start().0 - half.0).max(after.available.start().0));
    let comes = Flicks(middle.0 - (after.range.start().0 - into.0));
    let (covering, _) = ticks.covering(Flicks(ends.0 + ticks.overlap().0));
    let last = Flicks((into.0 + covering.0 - comes.0).min(after.available.end().0));
    let on = TimeRange::between(into, last);
    let (first, second) = curves(curve, (seen, middle, ends), ticks);
    let passages = vec![
        with_keys(&Passage::kept(Flicks(0), before.of, out), first),
        with_keys(&Passage::kept(comes, after.of, on), second),
    ];
    let handles = Handles { head, tail: Flicks(comes.0 + on.duration().0 - ends.0) };
    let prompt = or_words(asked.prompt, &before.words);
    let then = Some(after.words.trim().to_owned());
    let then = then.filter(|then| asked.prompt.trim().is_empty() && !then.is_empty() && *then != before.words.trim());
    let shot = NewShot { words: words(&prompt), length: by, seed: asked.seed, handles, passages };
    let (track, start) = (at.track, Flicks(at.range.end().0 - half.0));
    Ok(made(at.project, at.timeline.id, before.shot, (shot, then), |item| TimelineEdit::Overwrite {
        track,
        at: start,
        item,
    }))
}
