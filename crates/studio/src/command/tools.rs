//! The creative tools. Each is one step of the history, and puts what it needs into the queue.

use super::timeline::{ITEM, TIMELINE};
use super::{Arg, Args, Command, CommandError, Kind, Menu, Reason, has_shots, has_timelines};
use crate::planner::{self, plan_of};
use crate::queue::Work;
use crate::studio::Studio;
use crate::tools::{
    Animation, Bridging, Curve, Made, Place, Placed, STRENGTHS, Ticks, animate, blend, bridge, extend, fill, from_take,
    level_of_strength, loop_around, recut, reframe, remix, set_curve, set_keys,
};
use kinora_plan::{GenerationPlan, ModelCard};
use kinora_project::timeline::edit::Edge;
use kinora_project::timeline::{Crop, Thousandths};
use kinora_project::{Project, Reach, ShotId, TakeId};
use kinora_time::{FLICKS_PER_SECOND, Flicks, TimeRange};
use serde_json::{Value, json};
use std::sync::Arc;

const PROMPT: Arg = Arg::optional("prompt", Kind::Text, "What it shows; what was shown before without it");
const SEED: Arg = Arg::optional("seed", Kind::Whole, "Seed of its first take");
const STEPS: Arg = Arg::optional("steps", Kind::Whole, "Denoising steps; the model's own number without it");
const TAKES: Arg =
    Arg::optional("takes", Kind::Whole, "How many takes; one without it, with 0 it is not generated yet");
const BY: Arg = Arg::needed("by", Kind::Time, "How long");

const STRENGTH_NAMES: &[&str] = &["subtle", "mild", "strong"];
const SEAMS: &[(&str, i64)] = &[("normal", 1000), ("short", 500), ("long", 2000)];
const SEAM_NAMES: &[&str] = &["short", "normal", "long"];
const CURVES: &[(&str, Curve)] = &[("transition", Curve::Transition), ("mix", Curve::Mix), ("sample", Curve::Sample)];
const CURVE: Arg = Arg::optional(
    "curve",
    Kind::Choice(&["transition", "mix", "sample"]),
    "How much of each is kept: fading from one to the other, half of both, or a hint here and there",
);
const PLACES: &[(&str, Place)] =
    &[("first", Place::First), ("middle", Place::Middle), ("last", Place::Last), ("all", Place::All)];
const REACHES: &[(&str, Reach)] = &[("fill", Reach::Fill), ("fit", Reach::Fit), ("extend", Reach::Extend)];
/// How much of a take is invented when it is finished.
const FINISHING: Thousandths = 500;
/// How much of it when only a little is to be different.
const NEARBY: Thousandths = 850;

fn can_generate(studio: &Studio) -> Result<(), Reason> {
    studio.card().map(drop)
}

fn on_timelines(studio: &Studio) -> Result<(), Reason> {
    has_timelines(studio).and_then(|()| can_generate(studio))
}

fn with_shots(studio: &Studio) -> Result<(), Reason> {
    has_shots(studio).and_then(|()| can_generate(studio))
}

/// Does what a tool says as one step, and queues its shots.
fn done(
    studio: &mut Studio,
    label: &'static str,
    args: &Args,
    make: impl FnOnce(&Project, Ticks) -> Result<Made, CommandError>,
) -> Result<Value, CommandError> {
    let project = studio.project().clone();
    let card = studio.card().map_err(CommandError::NotNow)?.clone();
    let made = make(&project, Ticks::of(&card))?;
    // What can't be done or generated is known before anything is changed.
    let mut tried = Project::clone(&project);
    made.edits.iter().try_for_each(|edit| edit.apply(&mut tried))?;
    let plans = made.shots.iter().map(|shot| asked(args, plan_of(&tried, *shot, &card)?.plan, &card));
    let plans = plans.collect::<Result<Vec<_>, CommandError>>()?;
    studio.together_as(Some(label), |studio| made.edits.into_iter().try_for_each(|edit| studio.edit(edit)))?;
    let mut jobs = Vec::new();
    for (shot, (plan, takes)) in made.shots.iter().zip(plans) {
        jobs.extend(queued(studio, *shot, &plan, takes)?);
    }
    Ok(json!({ "shots": made.shots, "jobs": jobs }))
}

/// The plan with the steps that are asked for, and how many takes.
fn asked(args: &Args, plan: GenerationPlan, card: &ModelCard) -> Result<(GenerationPlan, u64), CommandError> {
    let takes = args.whole("takes")?.unwrap_or(1);
    if takes > 100 {
        return Err(CommandError::Argument("takes: at most 100 at once".to_owned()));
    }
    Ok((super::jobs::with_steps(plan, args, card)?, takes))
}

/// Puts takes of a plan into the queue, each with a seed of its own.
fn queued(studio: &mut Studio, shot: ShotId, plan: &GenerationPlan, takes: u64) -> Result<Vec<Value>, CommandError> {
    let seeds = super::jobs::free_seeds(studio, shot, plan, takes)?;
    let mut jobs = Vec::new();
    for seed in seeds {
        let plan = Arc::new(GenerationPlan { seed, ..plan.clone() });
        jobs.push(json!(studio.queue_mut().add(&Work::generate(shot, plan).into())?));
    }
    Ok(jobs)
}

/// A tool that works on an item of a timeline.
fn on_item(
    studio: &mut Studio,
    label: &'static str,
    args: &Args,
    make: impl FnOnce(&Placed<'_>, Ticks, Bridging<'_>) -> Result<Made, CommandError>,
) -> Result<Value, CommandError> {
    done(studio, label, args, |project, ticks| {
        let timeline = args.timeline("timeline", project)?;
        let item = args.item("item", project, timeline)?;
        let prompt = args.text("prompt")?;
        let asked = Bridging { prompt: &prompt, seed: args.whole("seed")?.unwrap_or(0) };
        make(&Placed::find(project, timeline, item)?, ticks, asked)
    })
}

/// A new plan for the shot of a take.
fn of_take(
    studio: &mut Studio,
    args: &Args,
    plan: impl FnOnce(&Project, ShotId, TakeId, &ModelCard) -> Result<GenerationPlan, CommandError>,
) -> Result<Value, CommandError> {
    let project = studio.project().clone();
    let shot = args.shot("shot", &project)?;
    let take = args.take("take")?.or_else(|| project.circled(shot).map(|take| take.id));
    let none = || CommandError::Argument("the shot has no take yet; generate it first".to_owned());
    let take = take.ok_or_else(none)?;
    let model = args.text("model")?;
    let card = if model.is_empty() {
        studio.card().map_err(CommandError::NotNow)?.clone()
    } else {
        let found = studio.cards().iter().find(|card| card.id == model).cloned();
        found.ok_or_else(|| CommandError::Argument(format!("model: {model:?} is not on this machine")))?
    };
    let (plan, takes) = asked(args, plan(&project, shot, take, &card)?, &card)?;
    Ok(json!({ "jobs": queued(studio, shot, &plan, takes)? }))
}

fn level(args: &Args, usual: Thousandths) -> Result<Thousandths, CommandError> {
    let level = args.whole("level")?.map(|level| Thousandths::try_from(level).unwrap_or(Thousandths::MAX));
    let level = level.unwrap_or(usual);
    if !(0..=1000).contains(&level) {
        return Err(CommandError::Argument("level: from 0, which keeps all, to 1000, which keeps nothing".to_owned()));
    }
    Ok(level)
}

/// A part of a picture, as `x,y,width,height` in thousandths.
fn part(args: &Args, name: &str) -> Result<Option<Crop>, CommandError> {
    let Some([x, y, width, height]) = args.thousandths(name, "x,y,width,height", "0,0,500,500")? else {
        return Ok(None);
    };
    let (right, bottom) =
        (1000_i32.saturating_sub(x.saturating_add(width)), 1000_i32.saturating_sub(y.saturating_add(height)));
    let inside = x >= 0 && y >= 0 && width > 0 && height > 0 && right >= 0 && bottom >= 0;
    let crop = inside.then_some(Crop { left: x, top: y, right, bottom });
    let outside =
        || CommandError::Argument(format!("{name}: a part lies inside of the picture, from 0,0 to 1000,1000"));
    crop.map(Some).ok_or_else(outside)
}

pub const COMMANDS: &[Command] = &[
    Command {
        id: "tool.animate",
        label: "Animate picture…",
        tooltip: "Makes a shot from a picture, or gives a shot a picture that it begins or ends with",
        shortcut: None,
        menu: Menu::Tools,
        args: &[
            Arg::needed("picture", Kind::Media, "Which picture"),
            Arg::optional("shot", Kind::Shot, "The shot that gets it; a new one without it"),
            Arg::optional("prompt", Kind::Text, "What happens"),
            Arg::optional("length", Kind::Time, "How long it is; 4 seconds without it"),
            Arg::optional("place", Kind::Choice(&["first", "middle", "last", "all"]), "Which frame it becomes"),
            Arg::optional(
                "reach",
                Kind::Choice(&["fill", "fit", "extend"]),
                "How another shape is brought in: cut off, with black, or with what is missing generated",
            ),
            Arg::optional(
                "level",
                Kind::Whole,
                "How much of it may be invented, 0 to 1000; 500 to 800 suits a drawing",
            ),
            Arg::optional(
                "camera_from",
                Kind::Text,
                "The part of it that is the first frame: x,y,width,height in thousandths",
            ),
            Arg::optional("camera_to", Kind::Text, "The part of it that is the last frame"),
            SEED,
            STEPS,
            TAKES,
        ],
        enabled: can_generate,
        run: |studio, args| {
            done(studio, "tool-animate", args, |project, ticks| {
                let prompt = args.text("prompt")?;
                let camera = match (part(args, "camera_from")?, part(args, "camera_to")?) {
                    (None, None) => None,
                    (Some(from), Some(to)) => Some((from, to)),
                    _ => {
                        let text = "a move of the camera has a first and a last frame; give camera_from and camera_to";
                        return Err(CommandError::Argument(text.to_owned()));
                    }
                };
                let place = args.choice("place", PLACES)?;
                let still = Animation {
                    picture: args.media("picture", project)?,
                    prompt: &prompt,
                    length: args.time("length", project)?.unwrap_or(Flicks(4 * FLICKS_PER_SECOND)),
                    place,
                    level: level(args, if place == Place::All { 650 } else { 0 })?,
                    reach: args.choice("reach", REACHES)?,
                    camera,
                    seed: args.whole("seed")?.unwrap_or(0),
                };
                let shot = if args.has("shot") { Some(args.shot("shot", project)?) } else { None };
                Ok(animate(project, shot, &still, ticks)?)
            })
        },
    },
    Command {
        id: "tool.extend",
        label: "Extend…",
        tooltip: "Generates what comes after a clip, or what was before it",
        shortcut: None,
        menu: Menu::Tools,
        args: &[
            TIMELINE,
            ITEM,
            BY,
            Arg::optional("edge", Kind::Choice(&["end", "start"]), "Which end of it; its end without it"),
            PROMPT,
            SEED,
            STEPS,
            TAKES,
        ],
        enabled: on_timelines,
        run: |studio, args| {
            on_item(studio, "tool-extend", args, |at, ticks, asked| {
                let edge = args.choice("edge", &[("end", Edge::End), ("start", Edge::Start)])?;
                Ok(extend(at, edge, args.needed_time("by", at.project())?, ticks, asked)?)
            })
        },
    },
    Command {
        id: "tool.fill",
        label: "Generate into gap",
        tooltip: "Fills a gap from what is on both sides of it",
        shortcut: None,
        menu: Menu::Tools,
        args: &[TIMELINE, Arg::needed("item", Kind::Item, "Which gap"), PROMPT, SEED, STEPS, TAKES],
        enabled: on_timelines,
        run: |studio, args| on_item(studio, "tool-fill", args, |at, ticks, asked| Ok(fill(at, ticks, asked)?)),
    },
    Command {
        id: "tool.bridge",
        label: "Bridge…",
        tooltip: "Generates what leads from a clip to the one after it; what follows makes room",
        shortcut: None,
        menu: Menu::Tools,
        args: &[TIMELINE, ITEM, BY, PROMPT, SEED, STEPS, TAKES],
        enabled: on_timelines,
        run: |studio, args| {
            on_item(studio, "tool-bridge", args, |at, ticks, asked| {
                Ok(bridge(at, args.needed_time("by", at.project())?, ticks, asked)?)
            })
        },
    },
    Command {
        id: "tool.blend",
        label: "Blend…",
        tooltip: "Makes a clip and the one after it flow into each other over their cut",
        shortcut: None,
        menu: Menu::Tools,
        args: &[TIMELINE, ITEM, BY, CURVE, PROMPT, SEED, STEPS, TAKES],
        enabled: on_timelines,
        run: |studio, args| {
            on_item(studio, "tool-blend", args, |at, ticks, asked| {
                let curve = args.choice("curve", CURVES)?;
                Ok(blend(at, args.needed_time("by", at.project())?, curve, ticks, asked)?)
            })
        },
    },
    Command {
        id: "tool.loop",
        label: "Loop…",
        tooltip: "Generates what leads from a clip's end back to its beginning",
        shortcut: None,
        menu: Menu::Tools,
        args: &[
            TIMELINE,
            ITEM,
            Arg::optional("seam", Kind::Choice(SEAM_NAMES), "How long it takes: half a second, one, or two"),
            PROMPT,
            SEED,
            STEPS,
            TAKES,
        ],
        enabled: on_timelines,
        run: |studio, args| {
            on_item(studio, "tool-loop", args, |at, ticks, asked| {
                let seam = Flicks(args.choice("seam", SEAMS)? * FLICKS_PER_SECOND / 1000);
                Ok(loop_around(at, seam, ticks, asked)?)
            })
        },
    },
    Command {
        id: "tool.recut",
        label: "Re-cut…",
        tooltip: "Keeps the good part of a clip and generates the rest of it again",
        shortcut: None,
        menu: Menu::Tools,
        args: &[
            TIMELINE,
            ITEM,
            Arg::needed("from", Kind::Time, "Where the part begins, on the timeline"),
            Arg::needed("to", Kind::Time, "Where it ends"),
            Arg::optional("keep", Kind::Choice(&["inside", "outside"]), "What is kept: the part, or all but it"),
            PROMPT,
            SEED,
            STEPS,
            TAKES,
        ],
        enabled: on_timelines,
        run: |studio, args| {
            on_item(studio, "tool-recut", args, |at, ticks, asked| {
                let (from, to) = (args.needed_time("from", at.project())?, args.needed_time("to", at.project())?);
                if from >= to {
                    return Err(CommandError::Argument("to: it ends before it begins".to_owned()));
                }
                let inside = args.choice("keep", &[("inside", true), ("outside", false)])?;
                Ok(recut(at, TimeRange::between(from, to), inside, ticks, asked)?)
            })
        },
    },
    Command {
        id: "tool.remix",
        label: "Remix…",
        tooltip: "Makes a clip again in other words, as near to what it was as is wanted",
        shortcut: None,
        menu: Menu::Tools,
        args: &[
            TIMELINE,
            ITEM,
            Arg::needed("prompt", Kind::Text, "The other words"),
            Arg::optional("strength", Kind::Choice(STRENGTH_NAMES), "How far it goes from what it was"),
            Arg::optional("level", Kind::Whole, "The same as a noise level from 1 to 999"),
            SEED,
            STEPS,
            TAKES,
        ],
        enabled: on_timelines,
        run: |studio, args| {
            let strength = args.choice("strength", STRENGTHS)?;
            let usual = level_of_strength(strength, studio.card().map_err(CommandError::NotNow)?);
            on_item(studio, "tool-remix", args, |at, _, asked| {
                let level = level(args, usual)?;
                Ok(remix(at, asked.prompt, level, asked.seed)?)
            })
        },
    },
    Command {
        id: "tool.reframe",
        label: "Reframe",
        tooltip: "Brings a clip of another shape into the film's: what is missing at its sides is generated",
        shortcut: None,
        menu: Menu::Tools,
        args: &[TIMELINE, ITEM, PROMPT, SEED, STEPS, TAKES],
        enabled: on_timelines,
        run: |studio, args| {
            on_item(studio, "tool-reframe", args, |at, _, asked| Ok(reframe(at, asked.prompt, asked.seed)?))
        },
    },
    Command {
        id: "shot.set-influence",
        label: "Set influence…",
        tooltip: "Sets how much is kept, over time, of the pictures that a shot goes on from",
        shortcut: None,
        menu: Menu::Tools,
        args: &[
            Arg::needed("shot", Kind::Shot, "Which shot"),
            CURVE,
            Arg::optional(
                "keys",
                Kind::Text,
                "The same by hand: percents at times from the shot's beginning, 0:100, 0.5:0",
            ),
            Arg::optional("passage", Kind::Whole, "Which of its pictures the keys are for; the first, 1, without it"),
        ],
        enabled: with_shots,
        run: |studio, args| {
            let project = studio.project().clone();
            let shot = args.shot("shot", &project)?;
            let edit = match (args.percents("keys", &project)?, args.has("curve")) {
                (Some(percents), false) => {
                    let place = args.place("passage")?.unwrap_or(1).saturating_sub(1);
                    let keys = percents.into_iter().map(|(at, kept)| (at, 1000 - kept)).collect();
                    set_keys(&project, shot, place, &keys)?
                }
                (None, true) => {
                    let ticks = Ticks::of(studio.card().map_err(CommandError::NotNow)?);
                    set_curve(&project, shot, args.choice("curve", CURVES)?, ticks)?
                }
                _ => return Err(CommandError::Argument("give a curve, or keys".to_owned())),
            };
            studio.together_as(Some("set-influence"), |studio| studio.edit(edit)).map(|()| Value::Null)
        },
    },
    Command {
        id: "tool.finish",
        label: "Finish take",
        tooltip: "Makes a take again in the best quality, as it is: its length and its pictures stay",
        shortcut: None,
        menu: Menu::Tools,
        args: &[
            Arg::needed("shot", Kind::Shot, "Which shot"),
            Arg::optional("take", Kind::Take, "Which of its takes; the circled one without it"),
            Arg::optional("model", Kind::Text, "Another model, by id"),
            Arg::optional("level", Kind::Whole, "How much may be invented, 0 to 1000; 500 without it"),
            STEPS,
            TAKES,
        ],
        enabled: with_shots,
        run: |studio, args| {
            of_take(studio, args, |project, shot, take, card| {
                let plan = plan_of(project, shot, card)?.plan;
                Ok(from_take(project, plan, take, level(args, FINISHING)?)?)
            })
        },
    },
    Command {
        id: "tool.variations",
        label: "Variations",
        tooltip: "Generates more takes of a shot: others, or such as are like the one that is chosen",
        shortcut: None,
        menu: Menu::Tools,
        args: &[
            Arg::needed("shot", Kind::Shot, "Which shot"),
            Arg::optional("like", Kind::Take, "A take that they are to be like"),
            Arg::optional("takes", Kind::Whole, "How many; four without it"),
            STEPS,
        ],
        enabled: with_shots,
        run: |studio, args| {
            let project = studio.project().clone();
            let shot = args.shot("shot", &project)?;
            let card = studio.card().map_err(CommandError::NotNow)?.clone();
            let mut plan = plan_of(&project, shot, &card)?.plan;
            if let Some(like) = args.take("like")? {
                // A draft's are drafts.
                if let Some(take) = project.arrived.takes.get(&like) {
                    plan = planner::with_steps(plan, take.plan.steps, &card);
                }
                plan = from_take(&project, plan, like, NEARBY)?;
            }
            let args = if args.has("takes") { args.clone() } else { args.with("takes", json!(4)) };
            let (plan, takes) = asked(&args, plan, &card)?;
            Ok(json!({ "jobs": queued(studio, shot, &plan, takes)? }))
        },
    },
];
