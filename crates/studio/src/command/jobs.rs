//! The queue, and what comes into it.

use super::{Arg, Args, Command, CommandError, Kind, Menu, Reason, has_shots};
use crate::planner::{self, Planned, PlanningError, plan_of, plan_of_card};
use crate::queue::{JobId, Work};
use crate::studio::Studio;
use kinora_plan::{GenerationPlan, ModelCard, Opening};
use kinora_project::{CardId, ShotId};
use serde_json::{Value, json};
use std::sync::Arc;

const JOB: Arg = Arg::needed("job", Kind::Job, "Which job");

fn has_jobs(studio: &Studio) -> Result<(), Reason> {
    let empty = studio.queue().is_empty().unwrap_or(true);
    if empty { Err(Reason("the queue is empty")) } else { Ok(()) }
}

fn job(args: &Args) -> Result<JobId, CommandError> {
    Ok(JobId(args.whole("job")?.unwrap_or_default()))
}

/// Seeds from the shot's own on that no take of the same plan has, and no job for one.
pub(super) fn free_seeds(
    studio: &Studio,
    shot: ShotId,
    plan: &GenerationPlan,
    count: u64,
) -> Result<Vec<u64>, CommandError> {
    let same = |other: &GenerationPlan| GenerationPlan { seed: plan.seed, ..other.clone() } == *plan;
    let takes = studio.project().arrived.takes_of(shot).filter(|take| same(&take.plan)).map(|take| take.plan.seed);
    let plans = studio.queue().plans_of(shot)?;
    let queued = plans.iter().filter(|plan| same(plan)).map(|plan| plan.seed);
    let used: std::collections::BTreeSet<u64> = takes.chain(queued).collect();
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    Ok((plan.seed..).filter(|seed| !used.contains(seed)).take(count).collect())
}

/// What the shot's take is made from, with the steps that are asked for.
fn planned(studio: &Studio, shot: ShotId, args: &Args) -> Result<Planned, CommandError> {
    let card = studio.card().map_err(CommandError::NotNow)?;
    let Planned { plan, unknown_names } = plan_of(studio.project(), shot, card)?;
    Ok(Planned { plan: with_steps(plan, args, card)?, unknown_names })
}

/// The plan with the steps that are asked for.
pub(super) fn with_steps(plan: GenerationPlan, args: &Args, card: &ModelCard) -> Result<GenerationPlan, CommandError> {
    let Some(steps) = args.whole("steps")? else { return Ok(plan) };
    let plan = planner::with_steps(plan, u32::try_from(steps).unwrap_or(u32::MAX), card);
    plan.check().map_err(PlanningError::from)?;
    Ok(plan)
}

/// A take that is `trunk` for some steps, and then in the words of `now`.
fn branch(trunk: &GenerationPlan, now: GenerationPlan, steps: u32) -> Result<GenerationPlan, CommandError> {
    let refused = |text: &str| Err(CommandError::Argument(text.to_owned()));
    if trunk.opening.is_some() {
        return refused("this take is a branch already; branch off from the one that it came from");
    }
    if now.frames != trunk.frames || now.known != trunk.known {
        return refused("only words can change in a branch; give the shot the length and pictures that it had");
    }
    if now.prompts == trunk.prompts {
        return refused("the shot's words are those of the take; change them first");
    }
    if !(1..trunk.steps).contains(&steps) {
        return refused("steps: at least one of the take's is kept, and not all");
    }
    let opening = Some(Opening { steps, prompts: trunk.prompts.clone() });
    Ok(GenerationPlan { prompts: now.prompts, opening, ..trunk.clone() })
}

pub const COMMANDS: &[Command] = &[
    Command {
        id: "shot.generate",
        label: "Generate",
        tooltip: "Puts new takes of a shot into the queue, each with a seed of its own",
        shortcut: Some("Ctrl+G"),
        menu: Menu::Jobs,
        args: &[
            Arg::needed("shot", Kind::Shot, "Which shot"),
            Arg::optional("takes", Kind::Whole, "How many; one without it"),
            Arg::optional("steps", Kind::Whole, "Denoising steps; the model's own number without it"),
        ],
        enabled: |studio| has_shots(studio).and_then(|()| studio.card().map(drop)),
        run: |studio, args| {
            let shot = args.shot("shot", studio.project())?;
            let takes = args.whole("takes")?.unwrap_or(1);
            if !(1..=100).contains(&takes) {
                return Err(CommandError::Argument("takes: 1 to 100 at once".to_owned()));
            }
            let planned = planned(studio, shot, args)?;
            let mut jobs = Vec::new();
            for seed in free_seeds(studio, shot, &planned.plan, takes)? {
                let plan = Arc::new(GenerationPlan { seed, ..planned.plan.clone() });
                jobs.push(studio.queue_mut().add(&Work::generate(shot, plan).into())?);
            }
            Ok(json!({ "jobs": jobs, "unknown_names": planned.unknown_names }))
        },
    },
    Command {
        id: "card.picture",
        label: "Make picture of card…",
        tooltip: "Generates a picture of what a card's words say, as a take of one frame",
        shortcut: None,
        menu: Menu::Jobs,
        args: &[
            Arg::needed("shot", Kind::Shot, "Which shot"),
            Arg::needed("card", Kind::Whole, "Which card, by id"),
            Arg::optional("steps", Kind::Whole, "Denoising steps; the model's own number without it"),
        ],
        enabled: |studio| has_shots(studio).and_then(|()| studio.card().map(drop)),
        run: |studio, args| {
            let shot = args.shot("shot", studio.project())?;
            let model = studio.card().map_err(CommandError::NotNow)?;
            let card = CardId(args.whole("card")?.unwrap_or_default());
            let plan = with_steps(plan_of_card(studio.project(), shot, card, model)?, args, model)?;
            let seed = free_seeds(studio, shot, &plan, 1)?.first().copied().unwrap_or(plan.seed);
            let work = Work::generate(shot, Arc::new(GenerationPlan { seed, ..plan }));
            Ok(json!({ "job": studio.queue_mut().add(&work.into())? }))
        },
    },
    Command {
        id: "shot.audition",
        label: "Audition…",
        tooltip: "Begins several takes and holds each after its first steps: look at them side by side, and finish those you want",
        shortcut: None,
        menu: Menu::Jobs,
        args: &[
            Arg::needed("shot", Kind::Shot, "Which shot"),
            Arg::optional("takes", Kind::Whole, "How many; six without it"),
            Arg::optional("steps", Kind::Whole, "Denoising steps of a finished one; the model's own number without it"),
            Arg::optional("percent", Kind::Whole, "How much of the steps comes first; 30 without it"),
        ],
        enabled: |studio| has_shots(studio).and_then(|()| studio.card().map(drop)),
        run: |studio, args| {
            let shot = args.shot("shot", studio.project())?;
            let takes = args.whole("takes")?.unwrap_or(6);
            if !(2..=12).contains(&takes) {
                return Err(CommandError::Argument("takes: 2 to 12 at once".to_owned()));
            }
            let percent = args.whole("percent")?.unwrap_or(30);
            let part = u32::try_from(percent).ok().filter(|percent| (1..=99).contains(percent));
            let part = part.ok_or_else(|| CommandError::Argument("percent: 1 to 99".to_owned()))?;
            let planned = planned(studio, shot, args)?;
            let mut jobs = Vec::new();
            for seed in free_seeds(studio, shot, &planned.plan, takes)? {
                let plan = Arc::new(GenerationPlan { seed, ..planned.plan.clone() });
                let work = Work::Generate { shot, plan, hold_at: Some(f64::from(part) / 100.0) };
                jobs.push(studio.queue_mut().add(&work.into())?);
            }
            Ok(json!({ "jobs": jobs, "unknown_names": planned.unknown_names }))
        },
    },
    Command {
        id: "job.pause",
        label: "Pause",
        tooltip: "Holds a job; a generation goes on at the step where it was",
        shortcut: None,
        menu: Menu::Jobs,
        args: &[JOB],
        enabled: has_jobs,
        run: |studio, args| Ok(studio.queue_mut().pause(job(args)?).map(|()| Value::Null)?),
    },
    Command {
        id: "job.resume",
        label: "Resume",
        tooltip: "Lets a paused job wait for its turn again",
        shortcut: None,
        menu: Menu::Jobs,
        args: &[JOB],
        enabled: has_jobs,
        run: |studio, args| Ok(studio.queue_mut().resume(job(args)?).map(|()| Value::Null)?),
    },
    Command {
        id: "job.branch",
        label: "Branch…",
        tooltip: "Goes on from the first steps of a take in the words that its shot has now: change them first",
        shortcut: None,
        menu: Menu::Jobs,
        args: &[JOB, Arg::optional("steps", Kind::Whole, "How many steps are kept; a third of them without it")],
        enabled: |studio| has_jobs(studio).and_then(|()| studio.card().map(drop)),
        run: |studio, args| {
            let Work::Generate { shot, plan: trunk, .. } = studio.queue().job(job(args)?)?.work else {
                return Err(CommandError::Argument("job: only a take can branch".to_owned()));
            };
            let card = studio.card().map_err(CommandError::NotNow)?;
            let now = plan_of(studio.project(), shot, card)?;
            let steps = args.whole("steps")?.map(|steps| u32::try_from(steps).unwrap_or(u32::MAX));
            let plan = branch(&trunk, now.plan, steps.unwrap_or((trunk.steps / 3).max(1)))?;
            let job = studio.queue_mut().add(&Work::generate(shot, Arc::new(plan)).into())?;
            Ok(json!({ "jobs": [job], "unknown_names": now.unknown_names }))
        },
    },
    Command {
        id: "job.cancel",
        label: "Cancel",
        tooltip: "Ends a job that is not wanted any more",
        shortcut: None,
        menu: Menu::Jobs,
        args: &[JOB],
        enabled: has_jobs,
        run: |studio, args| Ok(studio.queue_mut().cancel(job(args)?).map(|()| Value::Null)?),
    },
    Command {
        id: "job.retry",
        label: "Try again",
        tooltip: "Lets a job that failed or was cancelled wait for its turn again",
        shortcut: None,
        menu: Menu::Jobs,
        args: &[JOB],
        enabled: has_jobs,
        run: |studio, args| Ok(studio.queue_mut().retry(job(args)?).map(|()| Value::Null)?),
    },
    Command {
        id: "job.set-priority",
        label: "Set priority…",
        tooltip: "Lets a job go before others: higher goes first, 0 is usual",
        shortcut: None,
        menu: Menu::Jobs,
        args: &[JOB, Arg::needed("priority", Kind::Whole, "How urgent")],
        enabled: has_jobs,
        run: |studio, args| {
            let priority = args.whole("priority")?.and_then(|priority| i32::try_from(priority).ok());
            let priority = priority.ok_or_else(|| CommandError::Argument("priority: at most 2147483647".to_owned()))?;
            Ok(studio.queue_mut().set_priority(job(args)?, priority).map(|()| Value::Null)?)
        },
    },
    Command {
        id: "job.move",
        label: "Move in queue…",
        tooltip: "Puts a job before another of its priority, or at the end",
        shortcut: None,
        menu: Menu::Jobs,
        args: &[JOB, Arg::optional("before", Kind::Job, "Which job comes after it; at the end without it")],
        enabled: has_jobs,
        run: |studio, args| {
            let before = args.whole("before")?.map(JobId);
            Ok(studio.queue_mut().put_before(job(args)?, before).map(|()| Value::Null)?)
        },
    },
    Command {
        id: "job.set-start",
        label: "Start later…",
        tooltip: "Lets a job wait for a time, such as the night",
        shortcut: None,
        menu: Menu::Jobs,
        args: &[JOB, Arg::optional("time", Kind::Whole, "Second of Unix time; at once without it")],
        enabled: has_jobs,
        run: |studio, args| {
            let time = args.whole("time")?;
            Ok(studio.queue_mut().set_start(job(args)?, time).map(|()| Value::Null)?)
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::tests::card;
    use kinora_project::Project;

    #[test]
    fn a_branch_keeps_the_first_steps_and_goes_on_in_the_shots_new_words() {
        let folder = tempfile::tempdir().unwrap();
        let mut studio = Studio::create(&folder.path().join("Film.kinora"), Project::default(), "test").unwrap();
        studio.set_cards(vec![kinora_plan::ModelCard { id: "sketch".to_owned(), ..card() }]);
        studio.handle("scene.add", &json!({})).unwrap();
        let shot = studio.handle("shot.add", &json!({ "scene": "1", "prompt": "a red car" })).unwrap()["shot"].clone();
        let made = studio.handle("shot.audition", &json!({ "shot": shot, "takes": 2, "steps": 10 })).unwrap();
        let job = made["jobs"][0].clone();
        let error = studio.handle("job.branch", &json!({ "job": job, "steps": 3 })).unwrap_err().to_string();
        assert!(error.starts_with("the shot's words are those of the take"), "{error}");
        studio.handle("shot.write", &json!({ "shot": shot, "field": "prompt", "text": "a blue car" })).unwrap();
        let branched = studio.handle("job.branch", &json!({ "job": job, "steps": 3 })).unwrap();
        let work = |studio: &Studio, id: &Value| match studio.queue().job(JobId(id.as_u64().unwrap())).unwrap().work {
            Work::Generate { plan, .. } => plan,
            other => panic!("{other:?}"),
        };
        let (trunk, branch) = (work(&studio, &job), work(&studio, &branched["jobs"][0]));
        assert_eq!(branch.trunk().as_ref(), Some(&*trunk));
        assert_eq!((branch.prompts[0].prompt.text(), branch.steps, branch.seed), (Some("a blue car"), 10, trunk.seed));
        for steps in [0, 10] {
            assert!(studio.handle("job.branch", &json!({ "job": job, "steps": steps })).is_err());
        }
        assert!(studio.handle("job.branch", &json!({ "job": branched["jobs"][0] })).is_err(), "no branch of a branch");
    }
}
