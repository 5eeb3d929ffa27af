//! The four stages one after the other, window after window.

use super::denoise::{DenoiseStep, Schedule, Words};
use super::{Checkpoint, EncodedPrompt, KnownPicture, Resume, Window, decode, denoise, encode, prepare, windows};
use crate::codec::tensor_from_frame;
use crate::engine::Engine;
use crate::error::{EngineError, Result};
use crate::noise;
use kinora_frame::{Frame, Size};
use kinora_job::{CancelToken, Phase, Progress};
use kinora_plan::{GenerationPlan, KnownFrame};

/// What the caller hears while a clip is made.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// A step of a phase is done.
    Progress(Progress),
    /// What the clip will be, as far as it can be told.
    Preview(Preview),
    /// What the generation needs to go on after a break here.
    Checkpoint(Checkpoint),
}

/// The whole clip after a step of denoising.
#[derive(Debug, Clone)]
pub struct Preview {
    /// Steps done, over all windows.
    pub step: u32,
    /// Steps of all windows.
    pub total: u32,
    /// The noise that was left before the step, 1 to 0.
    pub sigma: f64,
    /// All frames so far: those of finished windows, then the estimate of the window that runs.
    pub frames: Vec<Frame>,
}

/// What the caller wants to hear.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// An [`Event::Preview`] after each step.
    pub previews: bool,
    /// An [`Event::Checkpoint`] after each step.
    pub checkpoints: bool,
    /// Where an interrupted generation of the same plan goes on.
    pub resume: Option<Checkpoint>,
}

/// Makes the clip that `plan` describes. `picture` hands over a known picture, fitted to a size.
///
/// # Errors
/// If the plan is wrong or not for this model, if a picture is missing, or if the job is cancelled;
/// [`EngineError::Checkpoint`] if the checkpoint is not one of this plan.
pub fn generate(
    engine: &Engine,
    plan: &GenerationPlan,
    picture: &dyn Fn(&KnownFrame, Size) -> Option<Frame>,
    options: Options,
    cancel: &CancelToken,
    on_event: &mut dyn FnMut(Event),
) -> Result<Vec<Frame>> {
    engine.check(plan)?;
    let progress = |phase, step: usize, total: usize| {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Event::Progress(Progress { phase, step: count(step), total: count(total) })
    };
    on_event(progress(Phase::EncodePrompt, 0, 1));
    let prompts = encode(engine, &plan.prompts)?;
    let opening = match &plan.opening {
        Some(opening) => Some((opening.steps as usize, encode(engine, &opening.prompts)?)),
        None => None,
    };
    on_event(progress(Phase::EncodePrompt, 1, 1));

    let list = windows(plan, engine.codec.packing());
    let steps = plan.steps as usize * list.len();
    let Begun { mut done, mut resume } = begin(&list, options.resume)?;
    let first = resume.as_ref().map_or(0, |(window, _)| *window);
    for (number, window) in list.iter().enumerate().skip(first) {
        cancel.check()?;
        on_event(progress(Phase::Prepare, number, list.len()));
        let scale = engine.codec.scale();
        let shape = (
            1,
            engine.codec.channels(),
            1 + (window.frames - 1) / engine.codec.packing(),
            plan.height as usize / scale,
            plan.width as usize / scale,
        );
        let noise = noise::normal(plan.seed, number as u64, shape, &engine.device)?;
        let known = known_pictures(plan, *window, &done, picture)?;
        let [_, rows, columns] = engine.transformer.config().patch_size;
        let mut prepared = prepare(engine.codec.as_ref(), &known, &noise, window.frames, [rows, columns])?;
        if let Some((_, at)) = resume.take() {
            if at.latents.dims() != prepared.latents.dims() || at.step > plan.steps as usize {
                return Err(other_plan());
            }
            prepared.resume = Some(at);
        }
        let words = Words {
            prompts: spans_of_window(&prompts, *window, engine),
            opening: opening.as_ref().map(|(steps, prompts)| (*steps, spans_of_window(prompts, *window, engine))),
        };
        on_event(progress(Phase::Prepare, number + 1, list.len()));

        let schedule =
            Schedule { sampler: plan.sampler, steps: plan.steps as usize, shift: plan.shift, guidance: plan.guidance };
        let before = number * plan.steps as usize;
        let begun = before + prepared.resume.as_ref().map_or(0, |at| at.step);
        on_event(progress(Phase::Denoise, begun, steps));
        let mut on_step = |step: DenoiseStep<'_>| {
            if options.previews {
                let mut frames = done.clone();
                frames.extend(decode(engine.codec.as_ref(), step.x0)?.into_iter().skip(window.overlap));
                frames.truncate(plan.frames as usize);
                on_event(Event::Preview(Preview {
                    step: u32::try_from(before + step.step).unwrap_or(u32::MAX),
                    total: u32::try_from(steps).unwrap_or(u32::MAX),
                    sigma: step.sigma,
                    frames,
                }));
            }
            if options.checkpoints {
                on_event(Event::Checkpoint(Checkpoint {
                    window: number,
                    step: step.step,
                    latents: step.latents.clone(),
                    scheduler: step.scheduler.into_iter().map(|(name, tensor)| (name.to_owned(), tensor)).collect(),
                    done: done.clone(),
                }));
            }
            on_event(progress(Phase::Denoise, before + step.step, steps));
            Ok(())
        };
        // What is known as a whole is there without a step.
        let latents = if prepared.settled {
            prepared.clean.clone()
        } else {
            denoise(engine, schedule, &words, &prepared, cancel, &mut on_step)?
        };
        cancel.check()?;
        on_event(progress(Phase::Decode, number, list.len()));
        done.extend(decode(engine.codec.as_ref(), &latents)?.into_iter().skip(window.overlap));
        on_event(progress(Phase::Decode, number + 1, list.len()));
    }
    done.truncate(plan.frames as usize);
    Ok(done)
}

/// Frames that are done, and the window that goes on with the step that comes next.
#[derive(Default)]
struct Begun {
    done: Vec<Frame>,
    resume: Option<(usize, Resume)>,
}

fn begin(list: &[Window], resume: Option<Checkpoint>) -> Result<Begun> {
    let Some(Checkpoint { window, step, latents, scheduler, done }) = resume else { return Ok(Begun::default()) };
    let before = list.get(window).map(|window| window.start + window.overlap);
    if before != Some(done.len()) {
        return Err(other_plan());
    }
    Ok(Begun { done, resume: Some((window, Resume { step, latents, scheduler })) })
}

fn other_plan() -> EngineError {
    EngineError::Checkpoint { reason: "it belongs to another plan".to_owned() }
}

/// The plan's pictures that lie in the window, and the tail of the window before.
fn known_pictures(
    plan: &GenerationPlan,
    window: Window,
    done: &[Frame],
    picture: &dyn Fn(&KnownFrame, Size) -> Option<Frame>,
) -> Result<Vec<KnownPicture>> {
    let mut known = Vec::new();
    for given in &plan.known {
        let frame = given.frame as usize;
        if frame < window.start + window.overlap || frame >= window.start + window.frames {
            continue;
        }
        let size = given.region.map_or(Size::new(plan.width, plan.height), |r| Size::new(r.width, r.height));
        let picture = picture(given, size).ok_or(EngineError::PictureMissing(given.picture))?;
        known.push(KnownPicture {
            frame: frame - window.start,
            picture: tensor_from_frame(&picture)?,
            region: given.region,
            level: given.level,
        });
    }
    for (frame, picture) in done.iter().skip(window.start).take(window.overlap).enumerate() {
        known.push(KnownPicture { frame, picture: tensor_from_frame(picture)?, region: None, level: 0.0 });
    }
    Ok(known)
}

/// Which latent frames of the window each prompt rules: a latent frame has the text of its first frame.
fn spans_of_window(prompts: &[EncodedPrompt], window: Window, engine: &Engine) -> Vec<EncodedPrompt> {
    let latent_frames = 1 + (window.frames - 1) / engine.codec.packing();
    let ruling = |latent: usize| {
        let frame = window.start + engine.codec.frames_of(latent).start;
        prompts.iter().rposition(|p| p.frames.start <= frame).unwrap_or(0)
    };
    let mut spans: Vec<(usize, EncodedPrompt)> = Vec::new();
    for latent in 0..latent_frames {
        let index = ruling(latent);
        match spans.last_mut() {
            Some((last, span)) if *last == index => span.frames.end = latent + 1,
            _ => spans.push((index, EncodedPrompt { frames: latent..latent + 1, ..prompts[index].clone() })),
        }
    }
    spans.into_iter().map(|(_, span)| span).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use kinora_plan::*;
    use kinora_time::FrameRate;

    /// A plan without known pictures for tests of the pipeline.
    pub(crate) fn plan() -> GenerationPlan {
        GenerationPlan {
            schema: SCHEMA,
            model: ModelRef { id: "test".to_owned(), sha256: Digest::of(b"") },
            width: 16,
            height: 16,
            frames: 9,
            rate: FrameRate::FPS_12,
            prompts: vec![PromptSpan { start: 0, end: 9, prompt: "a car".into(), negative: "".into() }],
            opening: None,
            known: Vec::new(),
            references: Vec::new(),
            seed: 7,
            sampler: Sampler::Euler,
            steps: 3,
            shift: 2.0,
            guidance: Guidance { scale: 2.5, sigma_from: 1.0, sigma_to: 0.0 },
            windows: Windows { frames: 9, overlap: 5 },
            adapters: Vec::new(),
            dtype: Dtype::F32,
            device: DeviceClass::Cpu,
        }
    }
}
