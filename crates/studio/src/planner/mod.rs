//! What people ask for becomes a plan: pure, no files, no engines.

mod board;
mod cut;
mod film_file;
mod handover;
mod passage;
mod request;
mod shot;
mod sound;

pub use board::{BoardFile, BoardPicture, BoardScene, BoardSheet, BoardShot, animatic_of, board_sheet};
pub use cut::{
    BurnIn, Cut, CutMedia, CutSound, CutTake, Picture, Slug, Strip, alone, cut_of, cut_with_slugs, single, take_title,
};
pub use film_file::FilmFile;
pub use handover::{HandedFile, Handover, TimelineFormat, handover_of};
pub use request::{ASPECTS, MAX_SECONDS, Shape, ShotRequest, output_size, plan_shot, with_steps};
pub use shot::{Planned, is_stale, plan_of, plan_of_card};
pub use sound::heard_on;

use kinora_plan::PlanError;

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanningError {
    /// A value is wrong; the text says which and what it may be.
    #[error("{0}")]
    Request(String),
    /// The plan contradicts itself.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

#[cfg(test)]
pub(crate) mod tests {
    use super::plan_of;
    use kinora_plan::{GenerationPlan, ModelCard};
    use kinora_project::{Arrival, BoardEdit, Edit, NewShot, Project, ShotId, TakeId, Words};
    use kinora_time::{FLICKS_PER_SECOND, Flicks};
    use std::sync::Arc;

    pub fn card() -> ModelCard {
        ModelCard::from_toml(include_str!("../../../plan/tests/card.toml")).unwrap()
    }

    pub fn done(project: &mut Project, edit: Edit) {
        edit.apply(project).unwrap();
    }

    /// A shot at the end of the board's only scene.
    pub fn add_shot(project: &mut Project, prompt: &str, seconds: i64) -> ShotId {
        if project.storyboard.scenes.is_empty() {
            done(project, Edit::Board(BoardEdit::AddScene { heading: String::new(), at: None }));
        }
        let words = Words { prompt: prompt.to_owned(), ..Words::default() };
        let (scene, length) = (project.storyboard.scenes[0].id, Flicks(seconds * FLICKS_PER_SECOND));
        done(
            project,
            Edit::Board(BoardEdit::AddShot {
                scene,
                at: None,
                shot: Box::new(NewShot { words, length, seed: 7, ..NewShot::default() }),
            }),
        );
        project.storyboard.scenes[0].shots.last().unwrap().id
    }

    /// A take of so many frames of the model arrives.
    pub fn take(project: &mut Project, shot: ShotId, frames: u32) -> TakeId {
        let planned = plan_of(project, shot, &card()).unwrap().plan;
        let plan = Arc::new(GenerationPlan { frames, ..planned });
        project.arrive(Arrival::Take { shot, plan, made_at: 0, job: None }).unwrap()
    }
}
