//! Noise away, step by step: the transformer predicts, guidance sharpens, the scheduler steps, known content is put back.

use super::{EncodedPrompt, Prepared};
use crate::engine::Engine;
use crate::error::{EngineError, Result};
use crate::pair::both;
use crate::schedulers::{FlowMatchEulerDiscreteScheduler, NoiseScheduler, UniPCMultistepScheduler, sigma_map};
use crate::transformer::{Stride, TextSpan};
use candle_core::Tensor;
use kinora_job::CancelToken;
use kinora_plan::{Guidance, Sampler};

/// Prompt and negative prompt go through the transformer as one batch up to this many tokens, one after the other above and where
/// their texts differ in length: it depends on the plan alone, so that memory that happens to be free never changes bits.
const BATCHED_TOKENS: usize = 4096;
/// On the processor both go through it at the same time up to this many tokens: activations take twice the memory.
const AT_ONCE_TOKENS: usize = 8192;

/// What is known after a step.
#[derive(Debug)]
pub struct DenoiseStep<'a> {
    /// Steps done.
    pub step: usize,
    /// Steps of the window.
    pub total: usize,
    /// The noise that was left before the step, 1 to 0.
    pub sigma: f64,
    /// What the clip will be, as far as it can be told now: latents without noise.
    pub x0: &'a Tensor,
    /// The latents after the step.
    pub latents: &'a Tensor,
    /// What the scheduler remembers.
    pub scheduler: Vec<(&'static str, Tensor)>,
}

/// How to step.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// The method.
    pub sampler: Sampler,
    /// Steps.
    pub steps: usize,
    /// Shift of the sigmas.
    pub shift: f64,
    /// Guidance.
    pub guidance: Guidance,
}

impl Schedule {
    /// As many steps as the model needs few, without guidance: then it is told that they are few.
    fn stride(&self, few_steps: Option<usize>) -> Stride {
        if self.guidance.is_off() && few_steps == Some(self.steps) { Stride::Few } else { Stride::Many }
    }
}

/// The words of a window. Prompts hold latent frames of the window.
#[derive(Debug, Clone)]
pub struct Words {
    /// What rules the last steps; all of them without an opening.
    pub prompts: Vec<EncodedPrompt>,
    /// How many steps come first, and what rules them.
    pub opening: Option<(usize, Vec<EncodedPrompt>)>,
}

impl Words {
    fn at(&self, step: usize) -> &[EncodedPrompt] {
        match &self.opening {
            Some((steps, prompts)) if step < *steps => prompts,
            _ => &self.prompts,
        }
    }
}

/// Returns the latents without noise.
///
/// # Errors
/// If the job is cancelled: looked at before each block of the transformer.
pub fn denoise(
    engine: &Engine,
    schedule: Schedule,
    words: &Words,
    prepared: &Prepared,
    cancel: &CancelToken,
    on_step: &mut dyn FnMut(DenoiseStep<'_>) -> Result<()>,
) -> Result<Tensor> {
    let prediction = engine.transformer.config().prediction_type;
    let mut scheduler: Box<dyn NoiseScheduler> = match schedule.sampler {
        Sampler::Euler => Box::new(FlowMatchEulerDiscreteScheduler::new(schedule.steps, schedule.shift, prediction)),
        Sampler::UniPc => Box::new(UniPCMultistepScheduler::new(schedule.steps, schedule.shift, prediction)),
    };
    let stride = schedule.stride(engine.transformer.config().few_steps);
    let kept = prepared.levels.le(0f32)?;
    let (first, mut x) = match &prepared.resume {
        None => (0, prepared.latents.clone()),
        Some(resume) => {
            let state: Vec<_> = resume.scheduler.iter().map(|(name, tensor)| (name.as_str(), tensor.clone())).collect();
            let wrong = |error: candle_core::Error| EngineError::Checkpoint { reason: error.to_string() };
            scheduler.restore(resume.step, &state).map_err(wrong)?;
            (resume.step, resume.latents.clone())
        }
    };
    for index in first..scheduler.steps() {
        cancel.check()?;
        let sigma = scheduler.sigma(index);
        let guidance = schedule.guidance;
        let scale = if sigma <= guidance.sigma_from && sigma > guidance.sigma_to { guidance.scale } else { 1.0 };
        let how = (scheduler.timestep(index), scale, stride);
        let output = predict(engine, &x, how, words.at(index), prepared, cancel)?;
        let (now, next) = sigma_map(scheduler.as_ref(), &prepared.levels, index)?;
        let x0 = if prepared.free {
            prediction.x0_from(&output, &x, sigma)?
        } else {
            kept.where_cond(&prepared.clean, &prediction.x0_from_map(&output, &x, &now)?)?
        };
        x = if prepared.free {
            scheduler.step(&output, index, &x, None)?
        } else {
            let stepped = scheduler.step(&output, index, &x, Some((&now, &next)))?;
            kept.where_cond(&prepared.clean, &stepped)?
        };
        let (total, state) = (scheduler.steps(), scheduler.state());
        on_step(DenoiseStep { step: index + 1, total, sigma, x0: &x0, latents: &x, scheduler: state })?;
    }
    Ok(x)
}

/// The transformer's prediction, guided, at a timestep and with a guidance scale.
fn predict(
    engine: &Engine,
    x: &Tensor,
    (timestep, scale, stride): (f64, f64, Stride),
    prompts: &[EncodedPrompt],
    prepared: &Prepared,
    cancel: &CancelToken,
) -> Result<Tensor> {
    let config = engine.transformer.config();
    let input = if config.in_channels == x.dim(1)? { x.clone() } else { Tensor::cat(&[x, &prepared.condition], 1)? };
    #[allow(clippy::cast_possible_truncation)]
    let now = timestep as f32;
    let times: Vec<f32> = prepared.token_levels.iter().flatten().map(|level| (level * 1000.0).min(now)).collect();
    let same = times.iter().all(|time| *time == times[0]);
    let times = if same { vec![times[0]] } else { times };
    let count = times.len();
    let timestep = Tensor::from_vec(times, (1, count), &engine.device)?;
    let spans = |negative: bool| -> Vec<TextSpan> {
        let text = |p: &EncodedPrompt| if negative { p.negative.clone() } else { p.prompt.clone() };
        prompts.iter().map(|p| TextSpan { frames: p.frames.clone(), text: text(p) }).collect()
    };
    let run = |input: &Tensor, timestep: &Tensor, spans: &[TextSpan]| {
        engine.transformer.forward_spans(input, timestep, spans, stride, cancel)
    };
    #[allow(clippy::float_cmp)]
    if scale == 1.0 {
        return run(&input, &timestep, &spans(false));
    }
    let tokens = x.elem_count() / x.dim(1)? / config.patch_volume();
    let same_length = prompts.iter().all(|p| p.prompt.dims() == p.negative.dims());
    let (with, without) = if engine.device.is_cpu() && 2 * tokens <= AT_ONCE_TOKENS {
        let (with, without) = both(|| run(&input, &timestep, &spans(false)), || run(&input, &timestep, &spans(true)));
        (with?, without?)
    } else if same_length && 2 * tokens <= BATCHED_TOKENS {
        let mut both = spans(false);
        for (span, negative) in both.iter_mut().zip(spans(true)) {
            span.text = Tensor::cat(&[&span.text, &negative.text], 0)?;
        }
        let out = run(&Tensor::cat(&[&input, &input], 0)?, &Tensor::cat(&[&timestep, &timestep], 0)?, &both)?;
        (out.narrow(0, 0, 1)?, out.narrow(0, 1, 1)?)
    } else {
        (run(&input, &timestep, &spans(false))?, run(&input, &timestep, &spans(true))?)
    };
    Ok((&without + ((with - &without)? * scale)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_few_only_where_the_model_learned_so_many_and_nothing_guides() {
        let stride = |steps, scale, few| {
            let guidance = Guidance { scale, sigma_from: 1.0, sigma_to: 0.0 };
            Schedule { sampler: Sampler::Euler, steps, shift: 2.0, guidance }.stride(few)
        };
        assert_eq!(stride(6, 1.0, Some(6)), Stride::Few);
        for (steps, scale, few) in [(6, 2.5, Some(6)), (7, 1.0, Some(6)), (6, 1.0, None)] {
            assert_eq!(stride(steps, scale, few), Stride::Many, "{steps} {scale} {few:?}");
        }
    }
}
