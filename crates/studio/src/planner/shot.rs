//! The plan of a shot of the storyboard: its words with the cast's in place of names, its cards as prompts and known pictures at their
//! times.

use super::passage::{clearest, known_of};
use super::{PlanningError, ShotRequest, plan_shot, with_steps};
use kinora_plan::{Digest, GenerationPlan, KnownFrame, ModelCard, PromptSpan, PromptText};
use kinora_project::{CardContent, CardId, Passage, PassageSource, Project, ShotId};
use kinora_time::{Flicks, FrameRate, TimeRange};

/// A shot's plan, and what people should know of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The plan.
    pub plan: GenerationPlan,
    /// Names in the prompt that nobody of the cast has.
    pub unknown_names: Vec<String>,
}

/// The plan of the next take of a shot.
///
/// # Errors
/// If the shot is not there, says nothing, or holds what can't be generated from.
pub fn plan_of(project: &Project, shot: ShotId, card: &ModelCard) -> Result<Planned, PlanningError> {
    let wrong = |text: &str| PlanningError::Request(text.to_owned());
    let shot = project.storyboard.shot(shot).ok_or_else(|| wrong("that shot is not on the board any more"))?;
    let mut unknown_names = Vec::new();
    let mut expanded = |text: &str| {
        let expanded = project.cast.expand(text);
        for name in expanded.unknown {
            if !unknown_names.contains(&name) {
                unknown_names.push(name);
            }
        }
        expanded.text
    };
    let first_text = shot.cards.iter().find_map(|card| match &card.content {
        CardContent::Text(text) => Some(text.as_str()),
        _ => None,
    });
    let handles = Flicks(shot.handles.head.0 + shot.handles.tail.0);
    // A shot that only its cards describe has words too.
    let own = Some(shot.words.prompt.as_str()).filter(|prompt| !prompt.trim().is_empty());
    let (prompt, negative) = (expanded(own.or(first_text).unwrap_or_default()), expanded(&shot.words.negative));
    let request = ShotRequest {
        prompt,
        negative: negative.clone(),
        seed: shot.seed,
        seconds: shot.length.as_seconds(),
        handles: handles.as_seconds(),
        is_given: !shot.passages.is_empty(),
        aspect: project.settings.aspect.clone(),
        ..ShotRequest::default()
    };
    let mut plan = plan_shot(&request, card)?;
    let head = shot.handles.head;
    let tick = |time: Flicks| tick_of(Flicks(time.0 + head.0), &plan);
    let mut spans: Vec<(u32, String)> = vec![(0, request.prompt)];
    let mut known = known_of(project, &shot.passages, &plan)?;
    for (place, card) in shot.cards.iter().enumerate() {
        let at = tick(card.at);
        match &card.content {
            CardContent::Text(text) => match spans.last_mut() {
                Some(last) if last.0 == at => last.1 = expanded(text),
                _ => spans.push((at, expanded(text))),
            },
            CardContent::Picture(media) => {
                let file =
                    project.media.files.get(media).ok_or_else(|| wrong("a card's picture is not there any more"))?;
                known.push(KnownFrame::still(at, file.sha256));
            }
            CardContent::Frame { take, at: time } => {
                let gone = || wrong("a card's picture is not there any more");
                let take = project.arrived.takes.get(take).ok_or_else(gone)?;
                let time = Some(middle_of(*time, take.plan.rate));
                known.push(KnownFrame { time, ..KnownFrame::still(at, take.plan.id()?) });
            }
            CardContent::Clip(media) => {
                let next = shot.cards.get(place + 1).map_or(shot.length, |next| next.at);
                let range = TimeRange::between(Flicks(0), Flicks(next.0 - card.at.0));
                let from = Flicks(card.at.0 + head.0);
                known.extend(known_of(project, &[Passage::kept(from, PassageSource::Media(*media), range)], &plan)?);
            }
        }
    }
    let ends = spans.iter().skip(1).map(|span| span.0).chain([plan.frames]).collect::<Vec<_>>();
    let words = |text: &str| PromptText::from(text.trim());
    plan.prompts = spans
        .iter()
        .zip(ends)
        .map(|((start, text), end)| PromptSpan { start: *start, end, prompt: words(text), negative: words(&negative) })
        .collect();
    plan.known = clearest(known);
    plan.check()?;
    Ok(Planned { plan, unknown_names })
}

/// The plan of a picture of what a card's words say.
///
/// # Errors
/// If the card is not there, or has no words.
pub fn plan_of_card(
    project: &Project,
    shot: ShotId,
    card: CardId,
    model: &ModelCard,
) -> Result<GenerationPlan, PlanningError> {
    let wrong = |text: &str| PlanningError::Request(text.to_owned());
    let shot = project.storyboard.shot(shot).ok_or_else(|| wrong("that shot is not on the board any more"))?;
    let found = shot.cards.iter().find(|other| other.id == card).map(|card| &card.content);
    let Some(CardContent::Text(text)) = found else {
        return Err(wrong("a picture is made of a card's words; this card has none"));
    };
    let request = ShotRequest {
        prompt: project.cast.expand(text).text,
        negative: project.cast.expand(&shot.words.negative).text,
        seed: shot.seed,
        // One frame.
        seconds: model.native.rate.frame_duration().as_seconds(),
        aspect: project.settings.aspect.clone(),
        ..ShotRequest::default()
    };
    plan_shot(&request, model)
}

/// The middle of the frame that is seen at a time: files round the times at which theirs begin.
fn middle_of(time: Flicks, rate: FrameRate) -> Flicks {
    let frame = rate.frame_duration().0.max(1);
    Flicks(time.0 / frame * frame + frame / 2)
}

/// The frame of the model that is nearest to a time: known content and prompts land on the model's own ticks.
fn tick_of(time: Flicks, plan: &GenerationPlan) -> u32 {
    let frame = plan.rate.frame_duration().0;
    let nearest = (time.0 + frame / 2) / frame.max(1);
    u32::try_from(nearest.max(0)).unwrap_or(u32::MAX).min(plan.frames.saturating_sub(1))
}

/// Whether the take that a shot shows was made from something else than the shot is now. Seed and steps don't count: they make another
/// take of the same shot, or a draft of it; nor does it count that it was made from another take of the shot.
#[must_use]
pub fn is_stale(project: &Project, shot: ShotId, card: &ModelCard) -> bool {
    let (Some(take), Ok(planned)) = (project.circled(shot), plan_of(project, shot, card)) else { return false };
    let own: Vec<Digest> = project.arrived.takes_of(shot).filter_map(|take| take.plan.id().ok()).collect();
    let mut made = GenerationPlan::clone(&take.plan);
    if !planned.plan.known.iter().any(|known| own.contains(&known.picture)) {
        made.known.retain(|known| !own.contains(&known.picture));
    }
    GenerationPlan { seed: made.seed, ..with_steps(planned.plan, made.steps, card) } != made
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::tests::{add_shot, card, done};
    use kinora_project::{Arrival, BoardEdit, CastEdit, Edit, Field, MediaEdit, MediaKind, MemberKind};
    use kinora_time::FLICKS_PER_SECOND;
    use std::sync::Arc;

    /// One shot of two seconds.
    fn project(prompt: &str) -> (Project, ShotId) {
        let mut project = Project::default();
        let shot = add_shot(&mut project, prompt, 2);
        (project, shot)
    }

    fn spans(plan: &GenerationPlan) -> Vec<(u32, u32, &str)> {
        plan.prompts.iter().map(|span| (span.start, span.end, span.prompt.text().unwrap_or_default())).collect()
    }

    fn add_card(project: &mut Project, shot: ShotId, tenths: i64, content: CardContent) {
        let at = Flicks(tenths * FLICKS_PER_SECOND / 10);
        done(project, Edit::Board(BoardEdit::AddCard { shot, at, content }));
    }

    #[test]
    fn names_become_the_casts_words() {
        let (mut project, shot) = project("@Anna meets @Bob");
        let (name, words) = ("Anna".to_owned(), "a woman in red".to_owned());
        done(&mut project, Edit::Cast(CastEdit::Add { name, kind: MemberKind::Person, words }));
        let planned = plan_of(&project, shot, &card()).unwrap();
        assert_eq!(spans(&planned.plan), [(0, 24, "a woman in red meets Bob")]);
        assert_eq!(planned.unknown_names, ["Bob"]);
        assert_eq!(planned.plan.seed, 7);
    }

    #[test]
    fn cards_are_prompts_and_pictures_at_the_models_ticks() {
        let (mut project, shot) = project("a red car");
        let text = |text: &str| CardContent::Text(text.to_owned());
        add_card(&mut project, shot, 10, text("a red car stops"));
        add_card(&mut project, shot, 15, text("a red car turns"));
        let (kind, sha256) = (MediaKind::Still, Digest::of(b"still"));
        done(
            &mut project,
            Edit::Media(MediaEdit::Import { name: "still.png".to_owned(), bin: String::new(), kind, sha256 }),
        );
        let media = *project.media.files.keys().next().unwrap();
        add_card(&mut project, shot, 19, CardContent::Picture(media));
        let planned = plan_of(&project, shot, &card()).unwrap();
        assert_eq!(
            spans(&planned.plan),
            [(0, 12, "a red car"), (12, 18, "a red car stops"), (18, 24, "a red car turns")]
        );
        assert_eq!(planned.plan.known.iter().map(|known| known.frame).collect::<Vec<_>>(), [23]);
    }

    #[test]
    fn a_shot_is_stale_once_its_plan_differs_from_its_takes() {
        let (mut project, shot) = project("@Anna waves");
        let card = card();
        assert!(!is_stale(&project, shot, &card), "there is no take yet");
        let plan = Arc::new(plan_of(&project, shot, &card).unwrap().plan);
        project.arrive(Arrival::Take { shot, plan, made_at: 0, job: None });
        assert!(!is_stale(&project, shot, &card));
        done(&mut project, Edit::Board(BoardEdit::SetSeed { shot, seed: 8 }));
        assert!(!is_stale(&project, shot, &card), "another seed makes another take of the same");
        let (name, words) = ("Anna".to_owned(), "a woman in red".to_owned());
        done(&mut project, Edit::Cast(CastEdit::Add { name, kind: MemberKind::Person, words }));
        assert!(is_stale(&project, shot, &card), "@Anna is somebody now");
        let text = "@Anna sits".to_owned();
        done(&mut project, Edit::Board(BoardEdit::Write { shot, field: Field::Prompt, text }));
        assert!(is_stale(&project, shot, &card));
    }

    #[test]
    fn a_shot_without_words_has_no_plan() {
        let (project, shot) = project(" ");
        let error = plan_of(&project, shot, &card()).unwrap_err().to_string();
        assert_eq!(error, "the prompt is empty; say what the shot shows");
    }
}
