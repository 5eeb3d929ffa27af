//! A generation as data: what to make, from what, with which model, and every number that changes the result.
//!
//! Every creative tool is this one call with other arguments: animate an image is known content at frame 0, extend is known
//! content at the head, remix is known content at one level. The engine knows no tools, only plans.

use crate::{Digest, PromptText};
use kinora_time::{Flicks, FrameRate};
use serde::{Deserialize, Serialize};

/// The version of the plan's form. A plan of another version is refused.
pub const SCHEMA: u32 = 1;

/// Everything that changes the bits of a generated clip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenerationPlan {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The weights.
    pub model: ModelRef,
    /// Pixels across, at the model's own size.
    pub width: u32,
    /// Pixels down, at the model's own size.
    pub height: u32,
    /// Frames of the whole clip.
    pub frames: u32,
    /// The model's own rate, at which the frames are meant to be seen.
    pub rate: FrameRate,
    /// Which words rule which frames: in order, without gaps, the last ends at `frames`.
    pub prompts: Vec<PromptSpan>,
    /// Other words that rule the first steps: those of the take that this one branched off from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<Opening>,
    /// Pictures that are given, in order of their frame.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<KnownFrame>,
    /// Pictures of a character, place or look, for models that take them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// Seed of all noise.
    #[serde(with = "integer_as_text")]
    pub seed: u64,
    /// How steps are taken.
    pub sampler: Sampler,
    /// Steps of a window.
    pub steps: u32,
    /// Shift of the noise schedule: more than 1 spends more steps on high noise.
    pub shift: f64,
    /// How much the prompt is followed.
    pub guidance: Guidance,
    /// How clips longer than the model's window are made.
    pub windows: Windows,
    /// Low-rank adapters, in the order in which they are added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adapters: Vec<Adapter>,
    /// The number format of weights and arithmetic.
    pub dtype: Dtype,
    /// The kind of device; bits are the same on the same machine only.
    pub device: DeviceClass,
}

/// Words that rule the first steps of every window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// How many steps; at least one, and fewer than the plan has.
    pub steps: u32,
    /// As in [`GenerationPlan::prompts`].
    pub prompts: Vec<PromptSpan>,
}

/// Which weights: a name for people, a hash that is true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelRef {
    /// The card's id.
    pub id: String,
    /// The card's [`crate::ModelCard::digest`].
    pub sha256: Digest,
}

/// The words that rule frames `start..end`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromptSpan {
    /// First frame.
    pub start: u32,
    /// The frame after the last.
    pub end: u32,
    /// What to show.
    pub prompt: PromptText,
    /// What not to show; guidance moves away from it.
    pub negative: PromptText,
}

/// A given picture at one frame, or in a region of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownFrame {
    /// The frame of the clip that it fills.
    pub frame: u32,
    /// SHA-256 of the picture or film, or for another take the id of its plan.
    pub picture: Digest,
    /// Which picture of a film: the one that is on screen at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Flicks>,
    /// Only this part of the picture is used; all of it without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crop: Option<Crop>,
    /// How a picture of another shape is fitted.
    pub fit: Fit,
    /// Only this part is given; all of the frame without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// 0 keeps exactly, 1 invents.
    pub level: f64,
}

impl KnownFrame {
    /// A still picture that fills a frame and is kept exactly.
    #[must_use]
    pub fn still(frame: u32, picture: Digest) -> Self {
        Self { frame, picture, time: None, crop: None, fit: Fit::Cover, region: None, level: 0.0 }
    }
}

/// A part of a picture, in thousandths of its width and height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crop {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Across.
    pub width: u32,
    /// Down.
    pub height: u32,
}

/// A rectangle in pixels of the plan's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// How a picture of another shape gets into the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// Fills the frame; what sticks out is cut off.
    Cover,
    /// All of it is seen; the rest is black.
    Contain,
    /// Both sides are matched.
    Stretch,
}

/// A picture that shows someone or something, at no frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// SHA-256 of the picture file.
    pub picture: Digest,
    /// What it shows.
    pub kind: ReferenceKind,
}

/// What a reference shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferenceKind {
    /// A person or creature.
    Character,
    /// A place.
    Place,
    /// A look: colours and manner.
    Look,
}

/// How a step follows from the transformer's prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sampler {
    /// Flow-matching Euler.
    Euler,
    /// UniPC of order 2 on flow sigmas.
    UniPc,
}

/// Classifier-free guidance: the prediction is pushed from the negative prompt towards the prompt.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guidance {
    /// 1 means none, and costs one transformer call a step less.
    pub scale: f64,
    /// Guidance works while sigma is at most this.
    pub sigma_from: f64,
    /// … and above this.
    pub sigma_to: f64,
}

impl Guidance {
    /// Whether the transformer is asked once a step, not twice.
    #[must_use]
    #[allow(clippy::float_cmp)]
    pub fn is_off(&self) -> bool {
        self.scale == 1.0
    }
}

/// Clips longer than the model's window: each window starts from the tail of the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Windows {
    /// Frames of a window, 1 + a multiple of the model's packing.
    pub frames: u32,
    /// Frames that a window takes over from the one before.
    pub overlap: u32,
}

/// A low-rank adapter by hash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adapter {
    /// SHA-256 of its file.
    pub sha256: Digest,
    /// How strongly it is added.
    pub weight: f64,
}

/// The number format of weights and arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dtype {
    /// 32-bit floats.
    #[default]
    F32,
    /// bfloat16.
    Bf16,
    /// 16-bit floats.
    F16,
}

/// The kind of device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceClass {
    /// The processor.
    #[default]
    Cpu,
    /// An NVIDIA card.
    Cuda,
    /// An Apple GPU.
    Metal,
}

/// Why a plan can't be carried out, or words don't belong to it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// Made by another version.
    #[error("the plan has schema {0}, this version reads {SCHEMA}; use the Kinora that wrote it, or a newer one")]
    Schema(u32),
    /// A number is out of its range.
    #[error("{field} is {value}, but must be {expected}")]
    Range {
        /// The field's name.
        field: &'static str,
        /// What it is.
        value: String,
        /// What it must be.
        expected: String,
    },
    /// Spans leave gaps or overlap.
    #[error("the prompts must cover frames 0 to {0} in order, without gaps")]
    Spans(u32),
    /// Only a hash of the words is here.
    #[error("the words of the prompt are not in the file, only their hash; give them again with --prompt")]
    WordsMissing,
    /// Other words were given.
    #[error("these are not the words that the clip was made from (their SHA-256 differs)")]
    OtherWords,
    /// The plan could not be written as JSON.
    #[error("the plan can't be written as canonical JSON: {0}")]
    Canonical(String),
}

impl GenerationPlan {
    /// Checks what the plan alone can know: ranges, order of spans, frames inside the clip.
    ///
    /// # Errors
    /// [`PlanError`] names the field and what it must be.
    pub fn check(&self) -> Result<(), PlanError> {
        if self.schema != SCHEMA {
            return Err(PlanError::Schema(self.schema));
        }
        range("width", self.width, 1, 4096)?;
        range("height", self.height, 1, 4096)?;
        range("frames", self.frames, 1, 100_000)?;
        range("steps", self.steps, 1, 1000)?;
        range("shift", self.shift, 0.01, 100.0)?;
        range("guidance", self.guidance.scale, 0.0, 100.0)?;
        range("guidance interval start", self.guidance.sigma_from, 0.0, 1.0)?;
        range("guidance interval end", self.guidance.sigma_to, 0.0, 1.0)?;
        range("window", self.windows.frames, 1, 100_000)?;
        range("overlap", self.windows.overlap, 1, self.windows.frames.saturating_sub(1).max(1))?;
        self.check_spans(&self.prompts)?;
        if let Some(opening) = &self.opening {
            range("steps of the opening", opening.steps, 1, self.steps.saturating_sub(1).max(1))?;
            self.check_spans(&opening.prompts)?;
        }
        for known in &self.known {
            range("frame of a known picture", known.frame, 0, self.frames - 1)?;
            range("level of a known picture", known.level, 0.0, 1.0)?;
            let fits = |start: u32, length: u32, size: u32| {
                length > 0 && start.checked_add(length).is_some_and(|end| end <= size)
            };
            if let Some(crop) = known.crop
                && !(fits(crop.x, crop.width, 1000) && fits(crop.y, crop.height, 1000))
            {
                let (value, expected) = (format!("{crop:?}"), "inside 1000×1000".to_owned());
                return Err(PlanError::Range { field: "crop", value, expected });
            }
            if let Some(region) = known.region
                && !(fits(region.x, region.width, self.width) && fits(region.y, region.height, self.height))
            {
                let (value, expected) = (format!("{region:?}"), format!("inside {}×{}", self.width, self.height));
                return Err(PlanError::Range { field: "region", value, expected });
            }
        }
        Ok(())
    }

    fn check_spans(&self, spans: &[PromptSpan]) -> Result<(), PlanError> {
        let mut next = 0;
        for span in spans {
            if span.start != next || span.end <= span.start {
                return Err(PlanError::Spans(self.frames));
            }
            next = span.end;
        }
        if next == self.frames { Ok(()) } else { Err(PlanError::Spans(self.frames)) }
    }

    /// The plan that this one branched off from, if it did: as far as its opening goes, both are the same.
    #[must_use]
    pub fn trunk(&self) -> Option<Self> {
        let opening = self.opening.as_ref()?;
        Some(Self { prompts: opening.prompts.clone(), opening: None, ..self.clone() })
    }

    fn all_spans(&mut self) -> impl Iterator<Item = &mut PromptSpan> {
        self.prompts.iter_mut().chain(self.opening.iter_mut().flat_map(|opening| &mut opening.prompts))
    }

    /// Canonical JSON (RFC 8785): sorted keys, no spaces, 64-bit integers as strings.
    ///
    /// # Errors
    /// [`PlanError::Canonical`] if a number is not finite.
    pub fn canonical_json(&self) -> Result<String, PlanError> {
        let finite = [self.shift, self.guidance.scale, self.guidance.sigma_from, self.guidance.sigma_to]
            .into_iter()
            .chain(self.known.iter().map(|k| k.level))
            .chain(self.adapters.iter().map(|a| a.weight))
            .all(f64::is_finite);
        if !finite {
            return Err(PlanError::Canonical("a number is not finite".to_owned()));
        }
        let bytes = serde_json_canonicalizer::to_vec(self).map_err(|e| PlanError::Canonical(e.to_string()))?;
        String::from_utf8(bytes).map_err(|e| PlanError::Canonical(e.to_string()))
    }

    /// SHA-256 of the canonical JSON with all words replaced by their hashes, so that a plan has one id with and without
    /// its words.
    ///
    /// # Errors
    /// As [`GenerationPlan::canonical_json`].
    pub fn id(&self) -> Result<Digest, PlanError> {
        Ok(Digest::of(self.without_words().canonical_json()?.as_bytes()))
    }

    /// The same plan with hashes instead of words.
    #[must_use]
    pub fn without_words(&self) -> Self {
        let mut plan = self.clone();
        for span in plan.all_spans() {
            span.prompt = span.prompt.without_words();
            span.negative = span.negative.without_words();
        }
        plan
    }

    /// Puts words back where only hashes are: `offered` are tried for every span.
    ///
    /// # Errors
    /// [`PlanError::WordsMissing`] if none are offered where some are missing, [`PlanError::OtherWords`] if none fit.
    pub fn with_words(&self, offered: &[&str]) -> Result<Self, PlanError> {
        let restore = |text: &PromptText| match text {
            PromptText::Text(_) => Ok(text.clone()),
            PromptText::Sha256(_) if offered.is_empty() => Err(PlanError::WordsMissing),
            PromptText::Sha256(digest) => offered
                .iter()
                .find(|words| Digest::of(words.as_bytes()) == *digest)
                .map(|words| PromptText::from(*words))
                .ok_or(PlanError::OtherWords),
        };
        let mut plan = self.clone();
        for span in plan.all_spans() {
            span.prompt = restore(&span.prompt)?;
            span.negative = restore(&span.negative)?;
        }
        Ok(plan)
    }
}

fn range<T: PartialOrd + std::fmt::Display>(field: &'static str, value: T, least: T, most: T) -> Result<(), PlanError> {
    if value >= least && value <= most {
        return Ok(());
    }
    Err(PlanError::Range { field, value: value.to_string(), expected: format!("{least} to {most}") })
}

/// 64-bit integers as decimal text: JSON numbers are exact only up to 2⁵³.
mod integer_as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> GenerationPlan {
        GenerationPlan {
            schema: SCHEMA,
            model: ModelRef { id: "sketch".to_owned(), sha256: Digest::of(b"weights") },
            width: 96,
            height: 56,
            frames: 61,
            rate: FrameRate::FPS_12,
            prompts: vec![PromptSpan { start: 0, end: 61, prompt: "a red car".into(), negative: "".into() }],
            opening: None,
            known: Vec::new(),
            references: Vec::new(),
            seed: u64::MAX,
            sampler: Sampler::Euler,
            steps: 30,
            shift: 2.0,
            guidance: Guidance { scale: 2.5, sigma_from: 1.0, sigma_to: 0.0 },
            windows: Windows { frames: 61, overlap: 9 },
            adapters: Vec::new(),
            dtype: Dtype::F32,
            device: DeviceClass::Cpu,
        }
    }

    #[test]
    fn the_canonical_form_is_sorted_and_keeps_large_seeds() {
        let text = plan().canonical_json().unwrap();
        assert!(text.starts_with(r#"{"device":"cpu","dtype":"f32","frames":61,"guidance":{"scale":2.5,"#), "{text}");
        assert!(text.contains(r#""seed":"18446744073709551615""#), "{text}");
        assert_eq!(serde_json::from_str::<GenerationPlan>(&text).unwrap(), plan());
    }

    #[test]
    fn the_id_is_the_same_with_and_without_words_and_changes_with_everything_else() {
        let id = plan().id().unwrap();
        assert_eq!(plan().without_words().id().unwrap(), id);
        let changes: [fn(&mut GenerationPlan); 7] = [
            |p| p.seed = 1,
            |p| p.steps = 31,
            |p| p.guidance.scale = 2.6,
            |p| p.prompts[0].prompt = "a blue car".into(),
            |p| p.model.sha256 = Digest::of(b"others"),
            |p| p.dtype = Dtype::Bf16,
            |p| p.opening = Some(Opening { steps: 3, prompts: p.prompts.clone() }),
        ];
        for change in changes {
            let mut other = plan();
            change(&mut other);
            assert_ne!(other.id().unwrap(), id);
        }
    }

    #[test]
    fn words_come_back_only_if_they_are_the_right_ones() {
        let bare = plan().without_words();
        assert!(!bare.canonical_json().unwrap().contains("red"));
        assert_eq!(bare.with_words(&["a red car"]).unwrap(), plan());
        assert_eq!(bare.with_words(&["a blue car"]), Err(PlanError::OtherWords));
        assert_eq!(bare.with_words(&[]), Err(PlanError::WordsMissing));
        let mut branched = plan();
        branched.opening = Some(Opening { steps: 3, prompts: plan().prompts });
        branched.prompts[0].prompt = "a blue car".into();
        let bare = branched.without_words();
        assert!(!bare.canonical_json().unwrap().contains("red"));
        assert_eq!(bare.with_words(&["a red car", "a blue car"]).unwrap(), branched);
        assert_eq!(branched.trunk(), Some(plan()));
    }

    #[test]
    fn a_plan_that_no_engine_could_carry_out_is_refused() {
        let changes: [fn(&mut GenerationPlan); 11] = [
            |p| p.frames = 0,
            |p| p.width = 1_000_000,
            |p| p.steps = 0,
            |p| p.schema = 2,
            |p| p.guidance.scale = f64::NAN,
            |p| p.prompts.clear(),
            |p| p.prompts[0].end = 60,
            |p| p.windows.overlap = 61,
            |p| p.known = vec![KnownFrame::still(61, Digest::of(b""))],
            |p| p.opening = Some(Opening { steps: 30, prompts: p.prompts.clone() }),
            |p| p.opening = Some(Opening { steps: 3, prompts: Vec::new() }),
        ];
        assert_eq!(plan().check(), Ok(()));
        for (index, change) in changes.into_iter().enumerate() {
            let mut other = plan();
            change(&mut other);
            assert!(other.check().is_err(), "change {index}");
        }
    }
}
