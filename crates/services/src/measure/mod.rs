//! How well a model does what it is asked: clips are made from prompts whose combinations it never saw, a reader names what they
//! show, and the answers are compared. Nothing here reaches a file: frames stay in memory.

mod asked;
mod likeness;
mod photograph;
mod tools;

pub use photograph::{Move, PhotographResult};
pub use tools::{ToolReport, ToolSettings, measure_tools, median_and_most};

use crate::describe;
use crate::{ClipEvent, LoadedModel, Pictures, ServiceError, generate_frames};
use kinora_diffusion::pipeline::Options;
use kinora_diffusion::reader::Reader;
use kinora_frame::Frame;
use kinora_job::CancelToken;
use kinora_studio::planner::{ShotRequest, plan_shot};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// Seconds of the benchmark's clips: long enough for a motion, short enough for two hundred.
const SECONDS: f64 = 2.75;
/// Seconds of the clips that pass a window's seam.
const SEAM_SECONDS: f64 = 10.0;
/// Where a clip begins and ends, for what has to be the same in both.
const BEGINNING: (f64, f64) = (0.0, 0.3);
const END: (f64, f64) = (0.7, 1.0);

/// What is asked for, and what the clip has to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BenchPrompt {
    /// What is measured with it.
    pub kind: Kind,
    /// The words.
    pub prompt: String,
    /// The seed.
    pub seed: u64,
    /// Attribute → class.
    #[serde(default)]
    pub shows: BTreeMap<String, String>,
    /// Shots that belong together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<u32>,
}

/// What a prompt is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Does the clip show what was asked?
    Plain,
    /// The subject passes behind something: is it the same afterwards?
    Occlusion,
    /// Five shots of the same subject.
    Shots,
    /// Nothing moves.
    Still,
}

impl BenchPrompt {
    /// Reads a file of prompts: JSON as `prompts.json`, or plain text, a prompt a line; of those only looks and times are
    /// measured, since nobody says what they have to show.
    ///
    /// # Errors
    /// If the file is missing or damaged.
    pub fn read(path: &Path) -> Result<Vec<Self>, ServiceError> {
        let text = std::fs::read_to_string(path).map_err(ServiceError::io("the prompts can't be read", path))?;
        if path.extension().is_some_and(|extension| extension == "json") {
            return serde_json::from_str(&text)
                .map_err(|e| ServiceError::Request(format!("the prompts are damaged: {e}: {}", path.display())));
        }
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        Ok((0..)
            .zip(lines)
            .map(|(seed, line)| Self {
                kind: Kind::Plain,
                prompt: line.to_owned(),
                seed,
                shows: BTreeMap::new(),
                group: None,
            })
            .collect())
    }

    /// The first of each kind, so many that `count` plain ones are among them and the kinds keep their shares.
    #[must_use]
    pub fn first(all: &[Self], count: usize) -> Vec<Self> {
        let plain = all.iter().filter(|p| p.kind == Kind::Plain).count().max(1);
        let mut chosen = Vec::new();
        for kind in [Kind::Plain, Kind::Occlusion, Kind::Shots, Kind::Still] {
            let of_kind: Vec<_> = all.iter().filter(|p| p.kind == kind).collect();
            let unit = if kind == Kind::Shots { 5 } else { 1 };
            let share = (of_kind.len() * count).div_ceil(plain).next_multiple_of(unit);
            chosen.extend(of_kind.into_iter().take(share).cloned());
        }
        chosen
    }
}

/// How it is measured.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Steps of a window; the model's own without it.
    pub steps: Option<u32>,
    /// Prompts that are made again as ten seconds, across a window's seam.
    pub seams: usize,
}

/// What was found. `None`: not measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// Clips made.
    pub clips: usize,
    /// Prompts that say what has to be shown.
    pub prompts: usize,
    /// Attribute → part of the clips that show what was asked, 0 to 1.
    pub attributes: BTreeMap<String, f64>,
    /// Part of the clips whose subject and colour are as asked before and after something hid it.
    pub permanence: Option<f64>,
    /// The same in ten seconds, across a window's seam.
    pub permanence_across_a_seam: Option<f64>,
    /// Part of the groups of five shots that all show the subject and colour that were asked.
    pub same_in_five_shots: Option<f64>,
    /// Mean change of luminance from frame to frame where nothing moves, in steps of 0 to 255.
    pub flicker: Option<f64>,
    /// Change at a window's seam over the median change around it: 1 is invisible.
    pub seam: Option<f64>,
    /// Structural similarity at 64 pixels of the estimate at a third of the steps to the final clip, median.
    pub early_likeness: Option<f64>,
    /// Median seconds to make a clip of `SECONDS`.
    pub seconds_a_clip: Option<f64>,
    /// A photograph under four camera moves.
    pub photograph: Vec<PhotographResult>,
}

/// Makes the clips and measures them. `on_clip(done, all)` after each.
///
/// # Errors
/// If a clip can't be made, or the job is cancelled.
pub fn measure_model(
    model: &LoadedModel,
    reader: &Reader,
    prompts: &[BenchPrompt],
    settings: &Settings,
    cancel: &CancelToken,
    on_clip: &mut dyn FnMut(usize, usize),
) -> Result<Report, ServiceError> {
    let mut shares = Shares::default();
    let (mut permanence, mut across, mut seams, mut flicker) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut early, mut seconds) = (Vec::new(), Vec::new());
    let mut groups: BTreeMap<u32, Vec<bool>> = BTreeMap::new();
    let occlusion: Vec<&BenchPrompt> =
        prompts.iter().filter(|p| p.kind == Kind::Occlusion).take(settings.seams).collect();
    let all = prompts.len() + occlusion.len();
    for (number, prompt) in prompts.iter().enumerate() {
        let start = Instant::now();
        let made = make(model, prompt, SECONDS, settings.steps, cancel)?;
        seconds.push(start.elapsed().as_secs_f64());
        early.extend(made.early.map(|early| likeness::similarity(&early, &made.frames)));
        match prompt.kind {
            Kind::Plain => shares.add(prompt, &read(reader, &made.frames, (0.0, 1.0))?),
            Kind::Occlusion => permanence.push(stays(reader, prompt, &made.frames)?),
            Kind::Shots => {
                let same = same_subject(prompt, &read(reader, &made.frames, (0.0, 1.0))?);
                groups.entry(prompt.group.unwrap_or(0)).or_default().push(same);
            }
            Kind::Still => flicker.push(likeness::change(&made.frames)),
        }
        on_clip(number + 1, all);
    }
    for (number, prompt) in occlusion.into_iter().enumerate() {
        let made = make(model, prompt, SEAM_SECONDS, settings.steps, cancel)?;
        across.push(stays(reader, prompt, &made.frames)?);
        seams.extend(likeness::seam(&made.frames, model.engine.card().native.frames as usize));
        on_clip(prompts.len() + number + 1, all);
    }
    let whole: Vec<bool> = groups.values().filter(|g| g.len() == 5).map(|g| g.iter().all(|same| *same)).collect();
    Ok(Report {
        clips: all,
        prompts: shares.prompts,
        attributes: shares.parts(),
        permanence: part(&permanence),
        permanence_across_a_seam: part(&across),
        same_in_five_shots: part(&whole),
        flicker: likeness::mean(&flicker),
        seam: likeness::median(seams),
        early_likeness: likeness::median(early),
        seconds_a_clip: likeness::median(seconds),
        photograph: Vec::new(),
    })
}

/// A photograph as first frame under four camera moves.
///
/// # Errors
/// If the file is no picture, a clip can't be made, or the job is cancelled.
pub fn measure_photograph(
    model: &LoadedModel,
    photograph: &Path,
    settings: &Settings,
    cancel: &CancelToken,
) -> Result<Vec<PhotographResult>, ServiceError> {
    let mut pictures = Pictures::none();
    let digest = pictures.add_file(photograph)?;
    Move::ALL
        .into_iter()
        .map(|asked| {
            let request = ShotRequest {
                prompt: asked.prompt().to_owned(),
                seconds: SECONDS,
                aspect: "16:9".to_owned(),
                first_frame: Some(digest),
                steps: settings.steps,
                seed: 1,
                ..Default::default()
            };
            let plan = plan_shot(&request, model.engine.card())?;
            let frames = generate_frames(model, &plan, &pictures, Options::default(), cancel, &mut |_| {})?;
            Ok(photograph::judge(asked, &frames))
        })
        .collect()
}

struct Made {
    frames: Vec<Frame>,
    /// The estimate at a third of the steps.
    early: Option<Vec<Frame>>,
}

fn make(
    model: &LoadedModel,
    prompt: &BenchPrompt,
    seconds: f64,
    steps: Option<u32>,
    cancel: &CancelToken,
) -> Result<Made, ServiceError> {
    let request = ShotRequest {
        prompt: prompt.prompt.clone(),
        seed: prompt.seed,
        seconds,
        aspect: "16:9".to_owned(),
        steps,
        ..Default::default()
    };
    let plan = plan_shot(&request, model.engine.card())?;
    let third = plan.steps.div_ceil(3);
    let mut early = None;
    let options = Options { previews: true, ..Options::default() };
    let frames = generate_frames(model, &plan, &Pictures::none(), options, cancel, &mut |event| {
        if let ClipEvent::Preview(preview) = event
            && preview.step == third
        {
            early = Some(preview.frames);
        }
    })?;
    let early = early.filter(|early| early.len() == frames.len());
    Ok(Made { frames, early })
}

/// Attribute → class, as the reader names them in a part of the clip.
fn read(reader: &Reader, frames: &[Frame], part: (f64, f64)) -> Result<BTreeMap<String, String>, ServiceError> {
    let named = describe::read(reader, frames, part)?;
    Ok(named.into_iter().map(|named| (named.attribute, named.class)).collect())
}

/// Whether the subject and its colour are as asked, as far as they were asked.
fn same_subject(prompt: &BenchPrompt, named: &BTreeMap<String, String>) -> bool {
    ["subject", "colour"].into_iter().all(|key| prompt.shows.get(key).is_none_or(|asked| named.get(key) == Some(asked)))
}

fn stays(reader: &Reader, prompt: &BenchPrompt, frames: &[Frame]) -> Result<bool, ServiceError> {
    let (before, after) = (read(reader, frames, BEGINNING)?, read(reader, frames, END)?);
    Ok(same_subject(prompt, &before) && same_subject(prompt, &after))
}

fn part(answers: &[bool]) -> Option<f64> {
    #[allow(clippy::cast_precision_loss)]
    let share = answers.iter().filter(|yes| **yes).count() as f64 / answers.len() as f64;
    (!answers.is_empty()).then_some(share)
}

/// How often each attribute was asked for and shown.
#[derive(Debug, Default)]
struct Shares {
    prompts: usize,
    answers: BTreeMap<String, Vec<bool>>,
}

impl Shares {
    fn add(&mut self, prompt: &BenchPrompt, named: &BTreeMap<String, String>) {
        self.prompts += usize::from(!prompt.shows.is_empty());
        for (attribute, asked) in &prompt.shows {
            self.answers.entry(attribute.clone()).or_default().push(named.get(attribute) == Some(asked));
        }
    }

    fn parts(&self) -> BTreeMap<String, f64> {
        self.answers.iter().filter_map(|(name, answers)| Some((name.clone(), part(answers)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prompt(kind: Kind, shows: &[(&str, &str)]) -> BenchPrompt {
        let shows = shows.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        BenchPrompt { kind, prompt: "a red car".to_owned(), seed: 1, shows, group: None }
    }

    fn named(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn an_attribute_counts_only_where_it_was_asked() {
        let mut shares = Shares::default();
        shares.add(
            &prompt(Kind::Plain, &[("subject", "car"), ("colour", "red")]),
            &named(&[("subject", "car"), ("colour", "blue")]),
        );
        shares.add(&prompt(Kind::Plain, &[("subject", "car")]), &named(&[("subject", "bus"), ("colour", "red")]));
        assert_eq!(shares.parts(), [("colour".to_owned(), 0.0), ("subject".to_owned(), 0.5)].into());
        assert_eq!(shares.prompts, 2);
    }

    #[test]
    fn a_subject_is_the_same_if_name_and_colour_are() {
        let asked = prompt(Kind::Occlusion, &[("subject", "car"), ("colour", "red"), ("place", "sea")]);
        assert!(same_subject(&asked, &named(&[("subject", "car"), ("colour", "red"), ("place", "desert")])));
        assert!(!same_subject(&asked, &named(&[("subject", "car"), ("colour", "blue")])));
        assert!(!same_subject(&asked, &named(&[("subject", "car")])));
    }

    #[test]
    fn a_smaller_run_keeps_the_kinds_shares_and_whole_groups() {
        let mut all = vec![prompt(Kind::Plain, &[]); 200];
        all.extend(vec![prompt(Kind::Occlusion, &[]); 20]);
        all.extend(vec![prompt(Kind::Shots, &[]); 50]);
        let count = |chosen: &[BenchPrompt], kind| chosen.iter().filter(|p| p.kind == kind).count();
        for (asked, expected) in [(200, [200, 20, 50, 0]), (40, [40, 4, 10, 0]), (1, [1, 1, 5, 0])] {
            let chosen = BenchPrompt::first(&all, asked);
            assert_eq!([Kind::Plain, Kind::Occlusion, Kind::Shots, Kind::Still].map(|k| count(&chosen, k)), expected);
        }
    }

    #[test]
    fn plain_text_is_a_prompt_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("prompts.txt");
        std::fs::write(&path, "a red car\n\n  a blue boat \n").unwrap();
        let prompts = BenchPrompt::read(&path).unwrap();
        assert_eq!(prompts.iter().map(|p| p.prompt.as_str()).collect::<Vec<_>>(), ["a red car", "a blue boat"]);
        std::fs::write(folder.path().join("damaged.json"), "[{").unwrap();
        assert!(BenchPrompt::read(&folder.path().join("damaged.json")).is_err());
    }
}
