//! Euler steps along the flow, as `FlowMatchEulerDiscreteScheduler` of diffusers with a static shift (SD3, arXiv 2403.03206).

use candle_core::{DType, Result, Tensor};

use super::{NUM_TRAIN_TIMESTEPS, NoiseScheduler, Prediction, check, linspace, rounded, shifted};

/// First order, without memory: any step may be taken from any sample.
#[derive(Debug, Clone)]
pub struct FlowMatchEulerDiscreteScheduler {
    sigmas: Vec<f64>,
    timesteps: Vec<f64>,
    prediction: Prediction,
}

impl FlowMatchEulerDiscreteScheduler {
    /// A schedule of `steps` steps; a `shift` above 1 spends more of them on high noise.
    pub fn new(steps: usize, shift: f64, prediction: Prediction) -> Self {
        // As in the reference, the lowest trained sigma is shifted once by itself and once with the schedule, and all is
        // held in f32.
        let lowest = {
            let (sigma, shift) = (1. / NUM_TRAIN_TIMESTEPS as f32, shift as f32);
            f64::from(shift * sigma / (1. + (shift - 1.) * sigma))
        };
        let mut sigmas: Vec<f64> = linspace(1., lowest, steps).map(|sigma| rounded(shifted(sigma, shift))).collect();
        let timesteps = sigmas.iter().map(|&sigma| f64::from(sigma as f32 * NUM_TRAIN_TIMESTEPS as f32)).collect();
        sigmas.push(0.);
        Self { sigmas, timesteps, prediction }
    }
}

/// One Euler step in f32. `now` and `next` broadcast to the sample's shape.
pub(super) fn euler(
    prediction: Prediction,
    model_output: &Tensor,
    sample: &Tensor,
    now: &Tensor,
    next: &Tensor,
) -> Result<Tensor> {
    let (model_output, sample) = (model_output.to_dtype(DType::F32)?, sample.to_dtype(DType::F32)?);
    let (now, next) = (now.to_dtype(DType::F32)?, next.to_dtype(DType::F32)?);
    match prediction {
        Prediction::Flow => sample + model_output.broadcast_mul(&(next - now)?)?,
        Prediction::Sample => {
            // v = (x − x₀) / σ, so x + (σ′ − σ)·v = k·x + (1 − k)·x₀ with k = σ′ / σ: exact at both ends.
            let kept = now.eq(0f32)?;
            let keep = kept.where_cond(&now.ones_like()?, &(next / kept.where_cond(&now.ones_like()?, &now)?)?)?;
            sample.broadcast_mul(&keep)? + model_output.broadcast_mul(&keep.affine(-1., 1.)?)?
        }
    }
}

impl NoiseScheduler for FlowMatchEulerDiscreteScheduler {
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
        if let Some((now, next)) = sigma_map {
            return euler(self.prediction, model_output, sample, now, next);
        }
        let (now, next) = (self.sigma(index), self.sigma(index + 1));
        let (model_output, sample) = (model_output.to_dtype(DType::F32)?, sample.to_dtype(DType::F32)?);
        match self.prediction {
            Prediction::Flow => sample + (model_output * (next - now))?,
            Prediction::Sample => (sample * (next / now))? + (model_output * (1. - next / now))?,
        }
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

    #[test]
    fn each_element_follows_its_own_level_to_the_clean_sample() {
        let clean = tensor(&[0.5, -1., 2., 0.25]);
        let noise = tensor(&[1., 1.5, -0.5, -2.]);
        let level = tensor(&[0., 0.3, 0.8, 1.]);
        for prediction in [Prediction::Flow, Prediction::Sample] {
            let mut scheduler = FlowMatchEulerDiscreteScheduler::new(6, 3., prediction);
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
                    assert!((a - b).abs() < 1e-6, "{prediction:?} step {index}: {a} {b}");
                }
                assert_eq!(values(&sample)[0], 0.5, "level 0 is kept bit for bit");
            }
        }
    }

    #[test]
    fn a_map_of_the_schedule_itself_changes_nothing() {
        let (output, sample) = (tensor(&[0.3, -0.2, 0.9]), tensor(&[1., 2., -1.]));
        for prediction in [Prediction::Flow, Prediction::Sample] {
            let mut scheduler = FlowMatchEulerDiscreteScheduler::new(5, 2., prediction);
            for index in 0..5 {
                let (now, next) = sigma_map(&scheduler, &tensor(&[1., 1., 1.]), index).unwrap();
                let plain = scheduler.step(&output, index, &sample, None).unwrap();
                let mapped = scheduler.step(&output, index, &sample, Some((&now, &next))).unwrap();
                for (a, b) in values(&plain).into_iter().zip(values(&mapped)) {
                    assert!((a - b).abs() < 1e-6);
                }
            }
        }
    }

    #[test]
    fn a_step_past_the_last_is_an_error() {
        let x = tensor(&[1.]);
        let mut scheduler = FlowMatchEulerDiscreteScheduler::new(2, 1., Prediction::Flow);
        assert!(scheduler.step(&x, 2, &x, None).is_err());
        assert!(FlowMatchEulerDiscreteScheduler::new(0, 1., Prediction::Flow).step(&x, 0, &x, None).is_err());
    }
}
