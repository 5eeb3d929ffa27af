//! The queue.

use super::{Arg, Args, Command, CommandError, Kind, Menu, Reason};
use crate::queue::JobId;
use crate::studio::Studio;
use serde_json::Value;

const JOB: Arg = Arg::needed("job", Kind::Job, "Which job");

fn has_jobs(studio: &Studio) -> Result<(), Reason> {
    let any = studio.queue().jobs().is_ok_and(|jobs| !jobs.is_empty());
    any.then_some(()).ok_or(Reason("the queue is empty"))
}

fn job(args: &Args) -> Result<JobId, CommandError> {
    Ok(JobId(args.whole("job")?.unwrap_or_default()))
}

pub const COMMANDS: &[Command] = &[
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
        label: "Move in queue",
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
