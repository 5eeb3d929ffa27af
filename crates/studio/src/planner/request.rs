//! What a person asks for becomes a plan: pure, no files, no engines.

use super::PlanningError;
use kinora_frame::Size;
use kinora_plan::{
    DeviceClass, Digest, Dtype, GenerationPlan, Guidance, KnownFrame, ModelCard, ModelRef, PromptSpan, PromptText,
    SCHEMA, Windows,
};

/// Aspect ratios that can be asked for, width to height.
pub const ASPECTS: [(&str, u32, u32); 6] =
    [("16:9", 16, 9), ("9:16", 9, 16), ("1:1", 1, 1), ("4:3", 4, 3), ("3:4", 3, 4), ("21:9", 21, 9)];

/// The longest clip in seconds.
pub const MAX_SECONDS: f64 = 20.0;

/// A shot as a person asks for it. `None` takes what suits the model.
#[derive(Debug, Clone, Default)]
pub struct ShotRequest {
    /// What to show.
    pub prompt: String,
    /// What not to show.
    pub negative: String,
    /// Seed of the noise.
    pub seed: u64,
    /// Length.
    pub seconds: f64,
    /// What is made beside it, in seconds: it is no part of what may be asked for.
    pub handles: f64,
    /// One of [`ASPECTS`].
    pub aspect: String,
    /// Steps of a window.
    pub steps: Option<u32>,
    /// How much the prompt is followed; 1 is not at all.
    pub guidance: Option<f64>,
    /// The picture that becomes the first frame.
    pub first_frame: Option<Digest>,
    /// Whether other pictures are known that say what is shown.
    pub is_given: bool,
    /// Number format of the arithmetic.
    pub dtype: Dtype,
    /// Where it runs.
    pub device: DeviceClass,
}

/// The plan of a shot.
///
/// # Errors
/// [`PlanningError::Request`] says which value is wrong and what it may be.
pub fn plan_shot(request: &ShotRequest, card: &ModelCard) -> Result<GenerationPlan, PlanningError> {
    let wrong = |text: String| Err(PlanningError::Request(text));
    if request.prompt.trim().is_empty() && request.first_frame.is_none() && !request.is_given {
        return wrong("the prompt is empty; say what the shot shows".to_owned());
    }
    if !(request.seconds > 0.0 && request.seconds <= MAX_SECONDS) {
        return wrong(format!("a shot lasts more than 0 and at most {MAX_SECONDS} seconds, not {}", request.seconds));
    }
    let Some(size) = card.size(&request.aspect) else {
        let known: Vec<_> = card.native.sizes.iter().map(|s| s.aspect.as_str()).collect();
        return wrong(format!("{} makes {}, not {:?}", card.name, known.join(", "), request.aspect));
    };
    let steps = request.steps.unwrap_or(card.defaults.steps);
    if !(1..=200).contains(&steps) {
        return wrong(format!("steps go from 1 to 200, not {steps}"));
    }
    let negative = PromptText::from(request.negative.trim());
    let scale = request.guidance.unwrap_or_else(|| usual_guidance([&negative], steps, card));
    if !(0.0..=30.0).contains(&scale) {
        return wrong(format!("guidance goes from 0 to 30, not {scale}"));
    }
    let frames = ((request.seconds + request.handles) * card.native.rate.as_f64()).round().max(1.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let frames = frames as u32;
    let known = request.first_frame.map(|picture| KnownFrame::still(0, picture));
    let plan = GenerationPlan {
        schema: SCHEMA,
        model: ModelRef { id: card.id.clone(), sha256: card.digest() },
        width: size.width,
        height: size.height,
        frames,
        rate: card.native.rate,
        prompts: vec![PromptSpan { start: 0, end: frames, prompt: request.prompt.trim().into(), negative }],
        opening: None,
        known: known.into_iter().collect(),
        references: Vec::new(),
        seed: request.seed,
        sampler: card.defaults.sampler,
        steps,
        shift: card.defaults.shift,
        guidance: Guidance { scale, sigma_from: 1.0, sigma_to: 0.0 },
        windows: Windows { frames: card.native.frames, overlap: card.native.overlap },
        adapters: Vec::new(),
        dtype: request.dtype,
        device: request.device,
    };
    plan.check()?;
    Ok(plan)
}

/// The plan with another number of steps, and the guidance that goes with it.
#[must_use]
pub fn with_steps(plan: GenerationPlan, steps: u32, card: &ModelCard) -> GenerationPlan {
    let scale = usual_guidance(plan.prompts.iter().map(|span| &span.negative), steps, card);
    GenerationPlan { steps, guidance: Guidance { scale, ..plan.guidance }, ..plan }
}

/// The few steps that a model was taught to take alone go without guidance, unless there are words for what not to show: these need it.
fn usual_guidance<'a>(negatives: impl IntoIterator<Item = &'a PromptText>, steps: u32, card: &ModelCard) -> f64 {
    let alone = negatives.into_iter().all(|negative| negative.text() == Some(""));
    if alone { card.defaults.guidance_of(steps) } else { card.defaults.guidance }
}

/// The size of the exported picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The model's own size.
    Native,
    /// Pixels of the shorter side, as in 720p.
    Lines(u32),
}

/// Pixels of the exported picture, both even.
///
/// # Errors
/// If the aspect ratio is none of [`ASPECTS`].
pub fn output_size(aspect: &str, shape: Shape, plan: &GenerationPlan) -> Result<Size, PlanningError> {
    match shape {
        Shape::Native => {
            sides_of(aspect)?;
            Ok(Size::new(plan.width, plan.height))
        }
        Shape::Lines(lines) => size_of_lines(aspect, lines),
    }
}

fn sides_of(aspect: &str) -> Result<(u32, u32), PlanningError> {
    let known = ASPECTS.into_iter().find(|(name, ..)| *name == aspect).map(|(_, across, down)| (across, down));
    known.ok_or_else(|| PlanningError::Request(format!("{aspect:?} is no aspect ratio that Kinora exports")))
}

/// Pixels of a picture whose shorter side is so long, both even.
pub(super) fn size_of_lines(aspect: &str, lines: u32) -> Result<Size, PlanningError> {
    let (across, down) = sides_of(aspect)?;
    let even = |pixels: f64| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let half = (pixels / 2.0).round() as u32;
        2 * half.max(1)
    };
    let unit = f64::from(lines) / f64::from(across.min(down));
    Ok(Size::new(even(unit * f64::from(across)), even(unit * f64::from(down))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> ModelCard {
        ModelCard::from_toml(include_str!("../../../plan/tests/card.toml")).unwrap()
    }

    fn request() -> ShotRequest {
        ShotRequest { prompt: " a red car ".to_owned(), seconds: 5.0, aspect: "16:9".to_owned(), ..Default::default() }
    }

    #[test]
    fn five_seconds_at_the_models_rate_are_sixty_frames() {
        let plan = plan_shot(&request(), &card()).unwrap();
        assert_eq!((plan.width, plan.height, plan.frames, plan.steps), (96, 56, 60, 30));
        assert_eq!(plan.prompts[0].prompt.text(), Some("a red car"));
    }

    #[test]
    fn few_steps_that_were_learned_go_without_guidance() {
        let mut card = card();
        let scale = |request: &ShotRequest, card: &ModelCard| plan_shot(request, card).unwrap().guidance.scale;
        let draft = ShotRequest { steps: Some(6), ..request() };
        assert_eq!(scale(&draft, &card), card.defaults.guidance, "it was never taught to");
        card.defaults.few_steps = Some(6);
        assert_eq!(scale(&draft, &card), 1.0);
        assert_eq!(scale(&request(), &card), card.defaults.guidance);
        assert_eq!(scale(&ShotRequest { guidance: Some(4.0), ..draft.clone() }, &card), 4.0);
        let without = ShotRequest { negative: "rain".to_owned(), ..draft };
        assert_eq!(scale(&without, &card), card.defaults.guidance, "what not to show needs guidance");
    }

    #[test]
    fn what_no_one_can_make_is_a_wrong_request() {
        let changes: [fn(&mut ShotRequest); 9] = [
            |r| r.prompt = "  ".to_owned(),
            |r| r.seconds = 0.0,
            |r| r.seconds = -1.0,
            |r| r.seconds = f64::NAN,
            |r| r.seconds = 1e9,
            |r| r.aspect = "5:4".to_owned(),
            |r| r.steps = Some(0),
            |r| r.guidance = Some(-1.0),
            |r| r.guidance = Some(f64::INFINITY),
        ];
        for (index, change) in changes.into_iter().enumerate() {
            let mut wrong = request();
            change(&mut wrong);
            assert!(plan_shot(&wrong, &card()).is_err(), "change {index}");
        }
    }

    #[test]
    fn sizes_are_even_and_count_the_shorter_side() {
        let plan = plan_shot(&request(), &card()).unwrap();
        let size = |aspect, lines| output_size(aspect, Shape::Lines(lines), &plan).unwrap();
        assert_eq!(size("16:9", 1080), Size::new(1920, 1080));
        assert_eq!(size("16:9", 480), Size::new(854, 480));
        assert_eq!(size("9:16", 720), Size::new(720, 1280));
        assert_eq!(size("21:9", 720), Size::new(1680, 720));
        assert_eq!(output_size("16:9", Shape::Native, &plan).unwrap(), Size::new(96, 56));
    }
}
