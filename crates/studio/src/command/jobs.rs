//! The queue, and what comes into it.

use super::{Arg, Args, Command, CommandError, Kind, Menu, Reason, has_shots};
use crate::planner::plan_of;
use crate::queue::{JobId, Work};
use crate::studio::Studio;
use kinora_plan::GenerationPlan;
use kinora_project::ShotId;
use serde_json::{Value, json};
use std::sync::Arc;

const JOB: Arg = Arg::needed("job", Kind::Job, "Which job");

fn has_jobs(studio: &Studio) -> Result<(), Reason> {
    let any = studio.queue().jobs().is_ok_and(|jobs| !jobs.is_empty());
    any.then_some(()).ok_or(Reason("the queue is empty"))
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
    let jobs = studio.queue().jobs()?;
    let queued = jobs.iter().filter_map(|job| match &job.work {
        Work::Generate { shot: of, plan } if *of == shot && same(plan) => Some(plan.seed),
        _ => None,
    });
    let used: std::collections::BTreeSet<u64> = takes.chain(queued).collect();
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    Ok((plan.seed..).filter(|seed| !used.contains(seed)).take(count).collect())
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
            let card = studio.card().map_err(CommandError::NotNow)?;
            let mut planned = plan_of(studio.project(), shot, card)?;
            if let Some(steps) = args.whole("steps")? {
                planned.plan.steps = u32::try_from(steps).unwrap_or(u32::MAX);
                planned.plan.check().map_err(crate::planner::PlanningError::from)?;
            }
            let mut jobs = Vec::new();
            for seed in free_seeds(studio, shot, &planned.plan, takes)? {
                let plan = Arc::new(GenerationPlan { seed, ..planned.plan.clone() });
                jobs.push(studio.queue_mut().add(&Work::Generate { shot, plan }.into())?);
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
