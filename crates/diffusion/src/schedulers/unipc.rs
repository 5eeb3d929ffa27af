//! UniPC (arXiv 2302.04867), second order, B(h) = eʰ − 1, on the predicted x₀: `UniPCMultistepScheduler` of diffusers as Wan
//! sets it up (flow sigmas, bh2, lower order in the last step, final sigma 0).
//!
//! Elements whose level lies below the schedule take Euler steps, and join the multistep formulas when the schedule has come
//! down to them; the reference has no levels.

use candle_core::{DType, Result, Tensor};

use super::flow_euler::euler;
use super::{NUM_TRAIN_TIMESTEPS, NoiseScheduler, Prediction, check, linspace, rounded, shifted};

const ORDER: usize = 2;

/// Predicts the next sample from the last two x₀, and corrects it when the model has seen it. It remembers: steps come in
/// order; a step out of order starts anew, at first order.
#[derive(Debug, Clone)]
pub struct UniPCMultistepScheduler {
    sigmas: Vec<f64>,
    timesteps: Vec<f64>,
    prediction: Prediction,
    next_index: usize,
    memory: Memory,
}

#[derive(Debug, Clone, Default)]
struct Memory {
    /// Predicted x₀ of the last steps, newest first, two at most.
    x0: Vec<Tensor>,
    /// The corrected sample that the last step started from.
    last_sample: Option<Tensor>,
    /// 1 where the last step was an Euler step below the schedule, u8.
    below: Option<Tensor>,
}

/// σ as half the logarithm of the signal-to-noise ratio: the time in which UniPC's steps are measured.
fn lambda(sigma: f64) -> f64 {
    libm::log(1. - sigma) - libm::log(sigma)
}

/// The coefficients that predictor and corrector share, for a step from sigma `from` to sigma `to`.
struct Interval {
    /// σ_to / σ_from.
    keep: f64,
    /// α_to · (e⁻ʰ − 1).
    gain: f64,
    /// −h.
    minus_h: f64,
}

impl Interval {
    fn new(from: f64, to: f64) -> Self {
        let minus_h = lambda(from) - lambda(to);
        Self { keep: to / from, gain: (1. - to) * libm::expm1(minus_h), minus_h }
    }

    /// Where the x₀ before the newest lies, in steps of h; negative.
    fn ratio(&self, from: f64, before: f64) -> f64 {
        (lambda(before) - lambda(from)) / -self.minus_h
    }

    /// Weights of the corrector's two differences: the older x₀'s, then the new one's.
    fn corrector_weights(&self, ratio: f64) -> (f64, f64) {
        let unit = libm::expm1(self.minus_h);
        let phi_1 = unit / self.minus_h - 1.;
        let phi_2 = phi_1 / self.minus_h - 0.5;
        let (first, second) = (phi_1 / unit, 2. * phi_2 / unit);
        let older = (first - second) / (1. - ratio);
        (older, first - older)
    }
}

impl UniPCMultistepScheduler {
    /// A schedule of `steps` steps; a `shift` above 1 (diffusers' `flow_shift`) spends more of them on high noise.
    pub fn new(steps: usize, shift: f64, prediction: Prediction) -> Self {
        let lowest = 1. / NUM_TRAIN_TIMESTEPS as f64;
        let mut sigmas: Vec<f64> =
            linspace(1., lowest, steps + 1).take(steps).map(|sigma| shifted(sigma, shift)).collect();
        if let Some(first) = sigmas.first_mut().filter(|first| (**first - 1.).abs() < 1e-6) {
            *first -= 1e-6; // at 1 there is no signal to take the logarithm of
        }
        // The reference gives the model whole timesteps, cut off and not rounded.
        let timesteps = sigmas.iter().map(|sigma| (sigma * NUM_TRAIN_TIMESTEPS as f64).trunc()).collect();
        sigmas.iter_mut().for_each(|sigma| *sigma = rounded(*sigma));
        sigmas.push(0.);
        Self { sigmas, timesteps, prediction, next_index: 0, memory: Memory::default() }
    }

    fn order(&self, index: usize) -> usize {
        ORDER.min(self.steps() - index)
    }

    /// UniC: `sample`, which the last step predicted, in the light of the `x0` found there.
    fn corrected(&self, index: usize, x0: &Tensor, sample: &Tensor) -> Result<Tensor> {
        let (Some(last_sample), [newest, older @ ..]) = (&self.memory.last_sample, &self.memory.x0[..]) else {
            return Ok(sample.clone());
        };
        let (from, to) = (self.sigma(index - 1), self.sigma(index));
        let interval = Interval::new(from, to);
        let difference = (x0 - newest)?;
        let correction = match older {
            [older, ..] if self.order(index - 1) == 2 => {
                let ratio = interval.ratio(from, self.sigma(index - 2));
                let (older_weight, new_weight) = interval.corrector_weights(ratio);
                (((older - newest)? * (older_weight / ratio))? + (difference * new_weight)?)?
            }
            _ => (difference * 0.5)?,
        };
        (last_sample * interval.keep)? - ((newest + correction)? * interval.gain)?
    }

    /// UniP: the sample of the next sigma, from the corrected one and the x₀ that memory holds by now.
    fn predicted(&self, index: usize, sample: &Tensor) -> Result<Tensor> {
        let (from, to) = (self.sigma(index), self.sigma(index + 1));
        match &self.memory.x0[..] {
            [newest, ..] if to == 0. => Ok(newest.clone()),
            [newest, older] if self.order(index) == 2 => {
                let interval = Interval::new(from, to);
                let ratio = interval.ratio(from, self.sigma(index - 1));
                let slope = ((older - newest)? * (0.5 / ratio))?;
                (sample * interval.keep)? - ((newest + slope)? * interval.gain)?
            }
            [newest, ..] => {
                let interval = Interval::new(from, to);
                (sample * interval.keep)? - (newest * interval.gain)?
            }
            [] => Ok(sample.clone()),
        }
    }
}

impl NoiseScheduler for UniPCMultistepScheduler {
    fn sigmas(&self) -> &[f64] {
        &self.sigmas
    }

    fn timesteps(&self) -> &[f64] {
        &self.timesteps
    }

    fn prediction(&self) -> Prediction {
        self.prediction
    }

    fn step(
        &mut self,
        model_output: &Tensor,
        index: usize,
        sample: &Tensor,
        sigma_map: Option<(&Tensor, &Tensor)>,
    ) -> Result<Tensor> {
        check(index, self.steps(), model_output, sample)?;
        if index != self.next_index {
            self.memory = Memory::default();
        }
        let sample = &sample.to_dtype(DType::F32)?;
        let x0 = match sigma_map {
            Some((now, _)) => self.prediction.x0_from_map(model_output, sample, now)?,
            None => self.x0_from(model_output, sample, self.sigma(index))?,
        };
        let mut corrected = self.corrected(index, &x0, sample)?;
        if let Some(below) = self.memory.below.take() {
            // The last step was no prediction there, and the x₀ before it belongs to no sigma of the schedule.
            corrected = below.where_cond(sample, &corrected)?;
            for older in &mut self.memory.x0 {
                *older = below.where_cond(&x0, older)?;
            }
        }
        self.memory.x0.truncate(ORDER - 1);
        self.memory.x0.insert(0, x0);
        let mut next_sample = self.predicted(index, &corrected)?;
        if let Some((now, next)) = sigma_map {
            let below = now.to_dtype(DType::F32)?.lt(self.sigma(index) as f32)?.broadcast_as(sample.shape())?;
            let below = below.contiguous()?;
            let stepped = euler(self.prediction, model_output, sample, now, next)?;
            next_sample = below.where_cond(&stepped, &next_sample)?;
            self.memory.below = Some(below);
        }
        self.memory.last_sample = Some(corrected);
        self.next_index = index + 1;
        Ok(next_sample)
    }

    fn state(&self) -> Vec<(&'static str, Tensor)> {
        let x0 = ["x0", "older_x0"].into_iter().zip(self.memory.x0.iter().cloned());
        let last_sample = self.memory.last_sample.iter().map(|tensor| ("last_sample", tensor.clone()));
        let below = self.memory.below.iter().map(|tensor| ("below", tensor.clone()));
        x0.chain(last_sample).chain(below).collect()
    }

    fn restore(&mut self, index: usize, state: &[(&str, Tensor)]) -> Result<()> {
        let mut memory = Memory::default();
        for (name, tensor) in state {
            match *name {
                "x0" => memory.x0.insert(0, tensor.to_dtype(DType::F32)?),
                "older_x0" => memory.x0.push(tensor.to_dtype(DType::F32)?),
                "last_sample" => memory.last_sample = Some(tensor.to_dtype(DType::F32)?),
                "below" => memory.below = Some(tensor.to_dtype(DType::U8)?),
                _ => candle_core::bail!("a UniPC state has no {name}"),
            }
        }
        let count = memory.x0.len();
        let fits = (1..=ORDER.min(index)).contains(&count) && memory.last_sample.is_some();
        if !(fits || index == 0 && state.is_empty()) {
            candle_core::bail!("this is no UniPC state before step {index}");
        }
        (self.memory, self.next_index) = (memory, index);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::sigma_map;
    use super::*;
    use candle_core::Device;

    fn tensor(values: &[f32]) -> Tensor {
        Tensor::new(values, &Device::Cpu).unwrap()
    }

    fn values(x: &Tensor) -> Vec<f32> {
        x.to_vec1().unwrap()
    }

    /// A model whose answer depends on the sample, so that history matters.
    fn model(sample: &Tensor) -> Tensor {
        (sample.sin().unwrap() * 0.7).unwrap()
    }

    #[test]
    fn a_resumed_run_gives_the_same_bits() {
        let start = tensor(&[0.3, -1.2, 2.]);
        let level = tensor(&[1., 0.5, 0.9]);
        let run = |scheduler: &mut UniPCMultistepScheduler, mut sample: Tensor, steps: std::ops::Range<usize>| {
            for index in steps {
                let (now, next) = sigma_map(scheduler, &level, index).unwrap();
                sample = scheduler.step(&model(&sample), index, &sample, Some((&now, &next))).unwrap();
            }
            sample
        };
        let new = || UniPCMultistepScheduler::new(8, 3., Prediction::Flow);
        let whole = run(&mut new(), start.clone(), 0..8);
        for cut in 0..8 {
            let mut first = new();
            let sample = run(&mut first, start.clone(), 0..cut);
            let mut second = new();
            second.restore(cut, &first.state()).unwrap();
            assert_eq!(values(&run(&mut second, sample, cut..8)), values(&whole), "cut before step {cut}");
        }
    }

    #[test]
    fn a_state_of_another_step_is_refused() {
        let mut scheduler = UniPCMultistepScheduler::new(8, 3., Prediction::Flow);
        assert!(scheduler.restore(3, &[]).is_err());
        assert!(scheduler.restore(1, &[("x", tensor(&[1.]))]).is_err());
    }

    #[test]
    fn elements_below_the_schedule_reach_the_clean_sample_too() {
        let clean = tensor(&[0.5, -1., 2., 0.25]);
        let noise = tensor(&[1., 1.5, -0.5, -2.]);
        let level = tensor(&[0., 0.3, 0.8, 1.]);
        for prediction in [Prediction::Flow, Prediction::Sample] {
            let mut scheduler = UniPCMultistepScheduler::new(9, 3., prediction);
            let output = match prediction {
                Prediction::Flow => (&noise - &clean).unwrap(),
                Prediction::Sample => clean.clone(),
            };
            let at =
                |sigma: &Tensor| ((&clean + (&noise * sigma).unwrap()).unwrap() - (&clean * sigma).unwrap()).unwrap();
            let mut sample = at(&level);
            for index in 0..scheduler.steps() {
                let (now, next) = sigma_map(&scheduler, &level, index).unwrap();
                sample = scheduler.step(&output, index, &sample, Some((&now, &next))).unwrap();
                for (a, b) in values(&sample).into_iter().zip(values(&at(&next))) {
                    assert!((a - b).abs() < 1e-5, "{prediction:?} step {index}: {a} {b}");
                }
                assert_eq!(values(&sample)[0], 0.5, "level 0 is kept bit for bit");
            }
        }
    }

    #[test]
    fn a_map_of_the_schedule_itself_changes_nothing() {
        let (mut plain, mut mapped) = (tensor(&[0.3, -1.2, 2.]), tensor(&[0.3, -1.2, 2.]));
        let mut a = UniPCMultistepScheduler::new(7, 5., Prediction::Flow);
        let mut b = a.clone();
        for index in 0..7 {
            let (now, next) = sigma_map(&b, &tensor(&[1., 1., 1.]), index).unwrap();
            plain = a.step(&model(&plain), index, &plain, None).unwrap();
            mapped = b.step(&model(&mapped), index, &mapped, Some((&now, &next))).unwrap();
            for (a, b) in values(&plain).into_iter().zip(values(&mapped)) {
                assert!((a - b).abs() < 1e-6, "step {index}");
            }
        }
    }

    #[test]
    fn any_number_of_steps_stays_finite() {
        for steps in [1, 2, 3, 50] {
            let mut scheduler = UniPCMultistepScheduler::new(steps, 5., Prediction::Flow);
            let mut sample = tensor(&[0.3, -1.2]);
            for index in 0..steps {
                sample = scheduler.step(&model(&sample), index, &sample, None).unwrap();
            }
            assert!(values(&sample).iter().all(|value| value.is_finite()), "{steps} steps");
        }
    }
}
