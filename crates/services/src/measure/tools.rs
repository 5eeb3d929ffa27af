//! How well the creative tools join what they make to what is there, on takes of the model's own: the same commands as in the editor, in a
//! project of its own.
//!
//! A *seam* is the difference of the two frames on both sides of a join, over the median of the differences nearby: 1 is a step as any
//! other, at the film's rate and size. Sharpness likewise, as the mean gradient of luminance.

use super::asked::{Asked, change_of_place};
use super::likeness::luminance;
use crate::describe::load_reader;
use crate::{FilmFrames, Finished, ServiceError, Workers, Workshop, take_frames};
use kinora_compositor::SharedGpu;
use kinora_diffusion::reader::Reader;
use kinora_frame::Frame;
use kinora_job::CancelToken;
use kinora_media as media;
use kinora_model_store::ModelStore;
use kinora_project::{Project, Settings, ShotId, Take};
use kinora_studio::planner::cut_of;
use kinora_studio::queue::Lane;
use kinora_studio::tools::{STRENGTHS, Ticks, level_of_strength};
use kinora_studio::{Studio, StudioError};
use kinora_time::{FLICKS_PER_SECOND, Flicks};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// What is asked for: the shot before a join, and the one behind it.
const PAIRS: [(Asked, Asked); 4] = [
    (
        Asked::new("a red car drives to the right in a desert", "car", "red", "desert"),
        Asked::new("a white boat sails to the left on the sea", "boat", "white", "sea"),
    ),
    (
        Asked::new("a yellow bus drives to the left in a city", "bus", "yellow", "city"),
        Asked::new("a blue car drives to the left in the snow", "car", "blue", "snow"),
    ),
    (
        Asked::new("a green boat sails to the right on the sea at night", "boat", "green", "sea"),
        Asked::new("a red balloon rises over a field", "balloon", "red", "meadow"),
    ),
    (
        Asked::new("a black dog walks to the right on a beach", "dog", "black", "beach"),
        Asked::new("a white cat sits in a room", "cat", "white", "room"),
    ),
];
/// In seconds.
const SHOT: f64 = 2.0;
const JOIN: f64 = 1.0;
/// A shot of three cards, in seconds, and when the second and the third begin.
const CARDS_SHOT: f64 = 5.0;
const CARDS: [f64; 2] = [1.75, 3.4];
/// How far from its time a card may be seen, in seconds.
const IN_TIME: f64 = 0.25;
/// How many takes are auditioned.
const AUDITIONED: u64 = 6;
/// Frames on each side of a join that say what is usual.
const NEARBY: u32 = 14;

/// How it is measured.
#[derive(Debug, Clone)]
pub struct ToolSettings {
    /// How many seeds.
    pub seeds: u64,
    /// Steps of a take; the model's own without it.
    pub steps: Option<u32>,
    /// Lines of the film.
    pub lines: u32,
}

/// What was found, by seed.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ToolReport {
    /// Seeds.
    pub seeds: u64,
    /// Tool → each join's difference over what is usual there.
    pub seams: BTreeMap<String, Vec<f64>>,
    /// Tool → each join's change of sharpness over what is usual there.
    pub sharpness: BTreeMap<String, Vec<f64>>,
    /// The largest difference of a pixel of a picture that is kept exactly, 0 to 255.
    pub kept: u8,
    /// Strength → the mean difference of a remix from its source, 0 to 255, by seed.
    pub remix: BTreeMap<String, Vec<f64>>,
    /// Strength → how likely a remix shows what its words ask for, to the benchmark's reader, 0 to 1, by seed.
    pub adherence: BTreeMap<String, Vec<f64>>,
    /// How much later, in seconds, each card's place is seen than it begins to rule; none where the change is not seen.
    pub cards: Vec<Option<f64>>,
    /// What an audition of six takes costs of which one is finished, over what six takes cost: once, with the first seed.
    pub audition: Option<f64>,
    /// Correlation of luminance of finished takes with their drafts at 64 pixels across, by seed.
    pub finish: Vec<f64>,
}

impl ToolReport {
    /// Part of the seeds for which a stronger remix is farther from its source, and of those for which it is nearer to its words.
    #[must_use]
    pub fn monotonic(&self) -> (f64, f64) {
        (in_order(&self.remix), in_order(&self.adherence))
    }

    /// Part of the cards that are seen within a quarter of a second of their time.
    #[must_use]
    pub fn cards_in_time(&self) -> f64 {
        let in_time = |late: &&Option<f64>| late.is_some_and(|late| late.abs() <= IN_TIME);
        share(self.cards.iter().filter(in_time).count(), self.cards.len())
    }
}

/// Part of the seeds whose values grow with the strength.
fn in_order(values: &BTreeMap<String, Vec<f64>>) -> f64 {
    let of = |strength: &str| values.get(strength).map(Vec::as_slice).unwrap_or_default();
    let (subtle, mild, strong) = (of("subtle"), of("mild"), of("strong"));
    let good = subtle.iter().zip(mild).zip(strong).filter(|((a, b), c)| a < b && b < c).count();
    share(good, subtle.len())
}

fn share(part: usize, whole: usize) -> f64 {
    #[allow(clippy::cast_precision_loss)]
    let share = part as f64 / whole.max(1) as f64;
    share
}

/// The median, and the largest.
#[must_use]
pub fn median_and_most(values: &[f64]) -> (f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    (sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN), sorted.last().copied().unwrap_or(f64::NAN))
}

/// Measures a model's tools. `folder` is empty, and full of takes afterwards.
///
/// # Errors
/// If something can't be made, or the job is cancelled.
pub fn measure_tools(
    store: &ModelStore,
    model: &str,
    data: &Path,
    folder: &Path,
    settings: &ToolSettings,
    cancel: &CancelToken,
    on_seed: &mut dyn FnMut(u64),
) -> Result<ToolReport, ServiceError> {
    let shop = Workshop {
        store: store.clone(),
        data: data.to_owned(),
        signer: None,
        gpu: SharedGpu::default(),
        previews: false,
        background: false,
        lanes: vec![Lane::Generate],
        reader: None,
    };
    let mut workers = Workers::new(shop.clone());
    let reader = load_reader(store)?;
    let mut report = ToolReport { seeds: settings.seeds, ..ToolReport::default() };
    for seed in 0..settings.seeds {
        let project = Settings { model: model.to_owned(), lines: settings.lines, ..Settings::default() };
        let project = Project { settings: Arc::new(project), ..Project::default() };
        let path = folder.join(format!("{seed}.kinora"));
        let mut studio = Studio::create(&path, project, "kinora bench").map_err(opened)?;
        studio.set_cards(store.cards());
        let mut bench =
            Bench { studio: &mut studio, workers: &mut workers, shop: &shop, reader: &reader, settings, seed, cancel };
        bench.one(&mut report)?;
        on_seed(seed + 1);
    }
    Ok(report)
}

fn no_take() -> ServiceError {
    ServiceError::Request("there is no take".to_owned())
}

fn opened(error: StudioError) -> ServiceError {
    ServiceError::Request(error.to_string())
}

struct Bench<'a> {
    studio: &'a mut Studio,
    workers: &'a mut Workers,
    shop: &'a Workshop,
    reader: &'a Reader,
    settings: &'a ToolSettings,
    seed: u64,
    cancel: &'a CancelToken,
}

impl Bench<'_> {
    fn one(&mut self, report: &mut ToolReport) -> Result<(), ServiceError> {
        let pair = PAIRS[usize::try_from(self.seed).unwrap_or(0) % PAIRS.len()];
        self.run("scene.add", json!({}))?;
        let mut shots = Vec::new();
        for asked in [pair.0, pair.1] {
            let shot = json!({ "scene": "1", "prompt": asked.prompt, "length": SHOT, "seed": 100 + self.seed });
            let made = self.run("shot.add", shot)?;
            shots.push(ShotId(made["shot"].as_u64().unwrap_or_default()));
            self.run("shot.generate", json!({ "shot": shots.last(), "steps": self.settings.steps }))?;
        }
        self.generate()?;
        let tools = ["extend", "bridge", "fill", "loop", "subtle", "mild", "strong"];
        for tool in tools {
            self.run("timeline.from-board", json!({ "name": tool }))?;
        }
        let lift = json!({ "timeline": "fill", "from": SHOT - JOIN / 2.0, "to": SHOT + JOIN / 2.0 });
        self.run("timeline.lift", lift)?;
        self.tool("tool.extend", json!({ "timeline": "extend", "item": "V1-1", "by": JOIN }))?;
        self.tool("tool.bridge", json!({ "timeline": "bridge", "item": "V1-1", "by": JOIN }))?;
        self.tool("tool.fill", json!({ "timeline": "fill", "item": "V1-2" }))?;
        self.tool("tool.loop", json!({ "timeline": "loop", "item": "V1-1" }))?;
        for strength in ["subtle", "mild", "strong"] {
            let remix = json!({ "timeline": strength, "item": "V1-1", "prompt": pair.1.prompt, "strength": strength });
            self.tool("tool.remix", remix)?;
        }
        self.tool("tool.finish", json!({ "shot": shots[0] }))?;
        let (cards, times) = self.cards([pair.0, pair.1, pair.0])?;
        self.generate()?;
        self.see_cards(cards, times, pair, report)?;
        // Times of the joins, in seconds; a loop's last frame is followed by its first.
        self.seams("extend", &[SHOT], None, report)?;
        self.seams("bridge", &[SHOT, SHOT + JOIN], None, report)?;
        self.seams("fill", &[SHOT - JOIN / 2.0, SHOT + JOIN / 2.0], None, report)?;
        self.seams("loop", &[SHOT], Some(SHOT + JOIN), report)?;
        self.takes(shots[0], pair.1, report)?;
        if self.seed == 0 {
            report.audition = Some(self.audition(shots[0])?);
        }
        Ok(())
    }

    /// Begins six takes, finishes one of them, and makes one more in whole, which tells what six would have cost.
    fn audition(&mut self, shot: ShotId) -> Result<f64, ServiceError> {
        let wanted = json!({ "shot": shot, "takes": AUDITIONED, "steps": self.settings.steps });
        let begun = self.run("shot.audition", wanted)?;
        let begins = self.timed()?;
        self.run("job.resume", json!({ "job": begun["jobs"][0] }))?;
        let finishes = self.timed()?;
        self.run("shot.generate", json!({ "shot": shot, "steps": self.settings.steps }))?;
        let whole = self.timed()?;
        #[allow(clippy::cast_precision_loss)]
        let all = AUDITIONED as f64 * whole;
        Ok((begins + finishes) / all)
    }

    /// Seconds that the queue takes.
    fn timed(&mut self) -> Result<f64, ServiceError> {
        let start = Instant::now();
        self.generate()?;
        Ok(start.elapsed().as_secs_f64())
    }

    /// A shot of three cards, and when the second and the third can begin to rule.
    fn cards(&mut self, asked: [Asked; 3]) -> Result<(ShotId, [Flicks; 2]), ServiceError> {
        let ticks = Ticks::of(self.studio.card().map_err(|reason| ServiceError::Request(reason.0.to_owned()))?);
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
        let times = CARDS.map(|seconds| ticks.nearest(Flicks((seconds * FLICKS_PER_SECOND as f64) as i64)));
        let shot = json!({ "scene": "1", "prompt": asked[0].prompt, "length": CARDS_SHOT, "seed": 300 + self.seed });
        let made = self.run("shot.add", shot)?;
        let shot = ShotId(made["shot"].as_u64().unwrap_or_default());
        for (time, asked) in times.iter().zip(&asked[1..]) {
            self.run("card.add", json!({ "shot": shot, "time": time.as_seconds(), "text": asked.prompt }))?;
        }
        self.run("shot.generate", json!({ "shot": shot, "steps": self.settings.steps }))?;
        Ok((shot, times))
    }

    fn see_cards(
        &self,
        shot: ShotId,
        times: [Flicks; 2],
        (one, other): (Asked, Asked),
        report: &mut ToolReport,
    ) -> Result<(), ServiceError> {
        let take = self.studio.project().circled(shot).ok_or_else(no_take)?;
        let frames = take_frames(self.studio.path(), &take.plan)?;
        for (at, change) in times.into_iter().zip([(one, other), (other, one)]) {
            report.cards.push(change_of_place(self.reader, &frames, take.plan.rate, at, change)?);
        }
        Ok(())
    }

    fn run(&mut self, id: &str, mut args: Value) -> Result<Value, ServiceError> {
        if let Some(fields) = args.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        self.studio.handle(id, &args).map_err(|error| ServiceError::Request(error.to_string()))
    }

    fn tool(&mut self, id: &str, mut args: Value) -> Result<(), ServiceError> {
        if id != "tool.finish" {
            args["seed"] = json!(200 + self.seed);
        }
        args["steps"] = json!(self.settings.steps);
        self.run(id, args).map(drop)
    }

    fn generate(&mut self) -> Result<(), ServiceError> {
        let Finished { failed, .. } = self.workers.run(self.studio, self.cancel, &mut |_| {})?;
        match failed.into_iter().next() {
            Some((_, reason)) => Err(ServiceError::Request(reason)),
            None => Ok(()),
        }
    }

    /// Measures the joins of a timeline at times; `ends`: where it begins anew.
    fn seams(&self, name: &str, joins: &[f64], ends: Option<f64>, report: &mut ToolReport) -> Result<(), ServiceError> {
        let project = self.studio.project();
        let gone = || ServiceError::Request(format!("the timeline {name} is not there"));
        let timeline = project.timelines.iter().find(|timeline| timeline.name == name).ok_or_else(gone)?;
        let cut = cut_of(project, timeline)?;
        let frame = |time: f64| {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let frame = (time * cut.rate.as_f64()).round() as u32;
            frame
        };
        let mut film = FilmFrames::new(&cut, self.studio.path(), &self.shop.store, &self.shop.gpu);
        let last = ends.map_or(cut.frames, frame);
        let mut look = |number: i64| -> Result<Look, ServiceError> {
            // Round and round, where it is a loop.
            let number = if ends.is_some() { number.rem_euclid(i64::from(last)) } else { number };
            Ok(Look::at(&film.frame(u32::try_from(number).unwrap_or(0), self.cancel)?))
        };
        for join in joins.iter().copied().chain(ends) {
            let join = i64::from(frame(join));
            let from = join - i64::from(NEARBY);
            let looks = (from..join + i64::from(NEARBY)).map(&mut look).collect::<Result<Vec<_>, _>>()?;
            let (seam, sharp) = seam_of(&looks, NEARBY as usize);
            report.seams.entry(name.to_owned()).or_default().push(seam);
            report.sharpness.entry(name.to_owned()).or_default().push(sharp);
        }
        Ok(())
    }

    /// What is known exactly, remixes, and the finished take.
    fn takes(&self, shot: ShotId, remixed: Asked, report: &mut ToolReport) -> Result<(), ServiceError> {
        let project = self.studio.project();
        let frames = |take: &Take| take_frames(self.studio.path(), &take.plan);
        let source = project.circled(shot).ok_or_else(no_take)?;
        let before = frames(source)?;
        let id = source.plan.id()?;
        let card = self.studio.card().map_err(|reason| ServiceError::Request(reason.0.to_owned()))?;
        for take in project.arrived.takes.values() {
            let known: Vec<_> = take.plan.known.iter().filter(|known| known.picture == id).collect();
            let Some(first) = known.first() else { continue };
            let after = frames(take)?;
            let place = |known: &kinora_plan::KnownFrame| {
                let time = known.time.unwrap_or_default().0;
                usize::try_from(time / take.plan.rate.frame_duration().0.max(1)).unwrap_or(0)
            };
            let pairs =
                known.iter().filter_map(|known| Some((before.get(place(known))?, after.get(known.frame as usize)?)));
            if take.shot == shot {
                let all: Vec<f64> = pairs.map(|(a, b)| correlation(&small(a), &small(b))).collect();
                report.finish.push(median_and_most(&all).0);
            } else if first.level > 0.0 {
                let all: Vec<f64> = pairs.map(|(a, b)| difference(a, b)).collect();
                #[allow(clippy::cast_precision_loss)]
                let mean = all.iter().sum::<f64>() / all.len().max(1) as f64;
                let begins = |(_, strength): &&(&str, _)| {
                    let level = level_of_strength(*strength, card);
                    (f64::from(level) / 1000.0 - first.level).abs() < 1e-6
                };
                if let Some((name, _)) = STRENGTHS.iter().find(begins) {
                    report.remix.entry((*name).to_owned()).or_default().push(mean);
                    let seen = remixed.likelihood(self.reader, &after)?;
                    report.adherence.entry((*name).to_owned()).or_default().push(seen);
                }
            } else {
                for (a, b) in pairs {
                    let most = a.rgba().iter().zip(b.rgba()).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0);
                    report.kept = report.kept.max(most);
                }
            }
        }
        Ok(())
    }
}

/// A frame as it is compared: its luminance, and how sharp it is.
struct Look {
    luma: Vec<f32>,
    sharp: f64,
}

impl Look {
    fn at(frame: &Frame) -> Self {
        let luma = luminance(frame);
        let width = frame.size().width as usize;
        let rows = luma.chunks_exact(width.max(1));
        let sum: f64 =
            rows.map(|row| row.windows(2).map(|pair| f64::from((pair[1] - pair[0]).abs())).sum::<f64>()).sum();
        #[allow(clippy::cast_precision_loss)]
        let sharp = sum / luma.len().max(1) as f64;
        Self { luma, sharp }
    }
}

/// The join lies before `looks[at]`. Frames that are held are no steps.
fn seam_of(looks: &[Look], at: usize) -> (f64, f64) {
    let step = |pair: &[Look]| {
        let sum: f64 = pair[0].luma.iter().zip(&pair[1].luma).map(|(a, b)| f64::from((a - b).abs())).sum();
        #[allow(clippy::cast_precision_loss)]
        let mean = sum / pair[0].luma.len().max(1) as f64;
        (mean, (pair[1].sharp / pair[0].sharp.max(1e-6)).ln().abs())
    };
    let steps: Vec<(f64, f64)> = looks.windows(2).map(step).collect();
    let there = at - 1;
    let moved = |(index, (step, _)): &(usize, &(f64, f64))| *index != there && *step > 1e-3;
    let usual: Vec<&(f64, f64)> = steps.iter().enumerate().filter(moved).map(|(_, step)| step).collect();
    let (difference, _) = median_and_most(&usual.iter().map(|step| step.0).collect::<Vec<_>>());
    let (_, sharpness) = median_and_most(&usual.iter().map(|step| step.1).collect::<Vec<_>>());
    // A picture that stands still has no usual step: a seam that can't be seen is one of 1.
    let over = |value: f64, usual: f64, least: f64| value.max(least) / usual.max(least);
    (over(steps[there].0, difference, 0.25), over(steps[there].1, sharpness, 0.01))
}

fn small(frame: &Frame) -> Vec<f32> {
    let size = frame.size();
    let height = (64 * size.height / size.width.max(1)).max(1);
    luminance(&media::resize(frame, kinora_frame::Size::new(64, height)))
}

fn difference(a: &Frame, b: &Frame) -> f64 {
    let sum: u64 = a.rgba().iter().zip(b.rgba()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    #[allow(clippy::cast_precision_loss)]
    let mean = sum as f64 / (a.rgba().len() as f64 * 0.75).max(1.0);
    mean
}

/// Pearson's correlation.
fn correlation(a: &[f32], b: &[f32]) -> f64 {
    #[allow(clippy::cast_precision_loss)]
    let mean = |values: &[f32]| values.iter().map(|v| f64::from(*v)).sum::<f64>() / values.len().max(1) as f64;
    let (of_a, of_b) = (mean(a), mean(b));
    let (mut both, mut one, mut other) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (f64::from(*a) - of_a, f64::from(*b) - of_b);
        (both, one, other) = (both + a * b, one + a * a, other + b * b);
    }
    both / (one * other).sqrt().max(1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(value: f32) -> Look {
        Look { luma: vec![value; 16], sharp: 1.0 }
    }

    #[test]
    fn a_step_as_any_other_is_a_seam_of_one() {
        // Held on twos.
        let even: Vec<Look> = (0..12).map(|n| look((n / 2) as f32 * 2.0)).collect();
        let (seam, sharp) = seam_of(&even, 6);
        assert!((seam - 1.0).abs() < 1e-9 && (sharp - 1.0).abs() < 1e-9, "{seam} {sharp}");
        let jump: Vec<Look> = (0..12).map(|n| look((n / 2) as f32 * 2.0 + if n >= 6 { 4.0 } else { 0.0 })).collect();
        assert!((seam_of(&jump, 6).0 - 3.0).abs() < 1e-9);
        let still: Vec<Look> = (0..12).map(|_| look(5.0)).collect();
        assert!((seam_of(&still, 6).0 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_the_same_correlates() {
        let a = [1.0, 2.0, 3.0, 5.0];
        assert!((correlation(&a, &a.map(|v| 2.0 * v + 1.0)) - 1.0).abs() < 1e-9);
        assert!((correlation(&a, &a.map(|v| -v)) + 1.0).abs() < 1e-9);
    }

    #[test]
    fn strengths_that_are_not_in_order_are_counted() {
        let mut report = ToolReport::default();
        for (name, values) in [("subtle", [1.0, 5.0]), ("mild", [2.0, 2.0]), ("strong", [3.0, 6.0])] {
            report.remix.insert(name.to_owned(), values.to_vec());
        }
        report.adherence = report.remix.clone();
        report.adherence.insert("strong".to_owned(), vec![1.0, 1.0]);
        let (remix, adherence) = report.monotonic();
        assert!((remix - 0.5).abs() < 1e-9 && adherence.abs() < 1e-9);
    }

    #[test]
    fn a_card_that_is_not_seen_is_not_in_time() {
        let report = ToolReport { cards: vec![Some(-0.2), Some(0.3), None, Some(0.0)], ..ToolReport::default() };
        assert!((report.cards_in_time() - 0.5).abs() < 1e-9);
    }
}
