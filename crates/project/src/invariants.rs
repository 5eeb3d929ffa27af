//! What is true of every project, after every edit.

use crate::timeline::{self, Content};
use crate::{CardContent, CardId, MediaId, MemberId, Project, SceneId, ShotId, TimelineId};
use kinora_time::Flicks;
use std::collections::BTreeSet;

/// What is not true of a project, and should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Broken {
    /// Of a timeline.
    #[error("{0:?}: {1}")]
    Timeline(TimelineId, timeline::Broken),
    /// Two timelines have the same id.
    #[error("{0:?} is there twice")]
    TwiceTheTimeline(TimelineId),
    /// Two scenes have the same id.
    #[error("{0:?} is there twice")]
    TwiceTheScene(SceneId),
    /// Two shots have the same id.
    #[error("{0:?} is there twice")]
    TwiceTheShot(ShotId),
    /// A shot lasts no time or too long.
    #[error("{0:?} lasts no time or too long")]
    Length(ShotId),
    /// A card lies outside its shot, or cards are not in order.
    #[error("{0:?} lies outside its shot or out of order")]
    Card(CardId),
    /// An arrow lies outside its picture.
    #[error("the arrow of {0:?} points nowhere")]
    Arrow(ShotId),
    /// A shot has pictures that it can't have.
    #[error("{0:?} has a passage or handles that can't be")]
    Passage(ShotId),
    /// Two members have one name, or a name is none.
    #[error("{0:?} has no name of its own")]
    Name(MemberId),
    /// A file is used that is not there.
    #[error("{0:?} is used and not there")]
    NoMedia(MediaId),
}

/// Looks at a project.
///
/// # Errors
/// The first thing that is not as it should be.
pub fn check(project: &Project) -> Result<(), Broken> {
    let known = |media: MediaId| {
        let there = project.media.files.contains_key(&media);
        if there { Ok(()) } else { Err(Broken::NoMedia(media)) }
    };
    project.marks.media.keys().try_for_each(|media| known(*media))?;
    let mut scenes = BTreeSet::new();
    let mut shots = BTreeSet::new();
    for scene in &project.storyboard.scenes {
        if !scenes.insert(scene.id) {
            return Err(Broken::TwiceTheScene(scene.id));
        }
        for shot in &scene.shots {
            if !shots.insert(shot.id) {
                return Err(Broken::TwiceTheShot(shot.id));
            }
            if shot.length.0 <= 0 || shot.length > crate::LONGEST_SHOT {
                return Err(Broken::Length(shot.id));
            }
            let mut last = 0;
            for card in &shot.cards {
                if card.at.0 < last || card.at >= shot.length {
                    return Err(Broken::Card(card.id));
                }
                last = card.at.0;
                match card.content {
                    CardContent::Picture(media) | CardContent::Clip(media) => known(media)?,
                    CardContent::Frame { take, at } => {
                        let lasts = project.arrived.takes.get(&take).map(|take| take.duration());
                        if !lasts.is_some_and(|lasts| (Flicks(0)..lasts).contains(&at)) {
                            return Err(Broken::Card(card.id));
                        }
                    }
                    CardContent::Text(_) => {}
                }
            }
            let handles = [shot.handles.head, shot.handles.tail];
            let passages = shot.passages.iter().all(|passage| passage.is_sound() && passage.is_there(project));
            if !passages || !handles.iter().all(|side| (Flicks(0)..=crate::LONGEST_HANDLE).contains(side)) {
                return Err(Broken::Passage(shot.id));
            }
            shot.references.iter().try_for_each(|media| known(*media))?;
            if shot.arrow.is_some_and(|arrow| !arrow.is_sound()) {
                return Err(Broken::Arrow(shot.id));
            }
        }
    }
    for member in &project.cast.members {
        let owner = project.cast.named(&member.name).map(|owner| owner.id);
        if !crate::cast::is_name(&member.name) || owner != Some(member.id) {
            return Err(Broken::Name(member.id));
        }
        member.pictures.iter().try_for_each(|media| known(*media))?;
    }
    let mut timelines = BTreeSet::new();
    for timeline in &project.timelines {
        if !timelines.insert(timeline.id) {
            return Err(Broken::TwiceTheTimeline(timeline.id));
        }
        timeline::check(timeline).map_err(|broken| Broken::Timeline(timeline.id, broken))?;
        for item in timeline.tracks.iter().flat_map(|track| &track.items) {
            if let Content::Clip { media, .. } = item.content {
                known(media)?;
            }
        }
    }
    Ok(())
}
