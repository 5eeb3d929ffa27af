//! A generation between two steps: with it, the rest gives the same bits as without the break.
//!
//! Deliberately not here: files. Who keeps a checkpoint knows which plan it belongs to.

use crate::error::{EngineError, Result};
use candle_core::{DType, Device, Tensor};
use kinora_frame::{Frame, Size};
use std::collections::BTreeMap;

const AT: &str = "at";
const LATENTS: &str = "latents";
const DONE: &str = "done";
const SCHEDULER: &str = "scheduler.";

/// What a generation needs to go on.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    /// The window that runs.
    pub window: usize,
    /// Its steps that are done.
    pub step: usize,
    /// Its latents, f32.
    pub latents: Tensor,
    /// What the scheduler remembers, by name.
    pub scheduler: Vec<(String, Tensor)>,
    /// Frames of the windows before.
    pub done: Vec<Frame>,
}

impl Checkpoint {
    /// As safetensors: `at` (window, step), `latents`, `scheduler.…`, and `done` (frames, height, width, 4).
    ///
    /// # Errors
    /// What the device reports.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut tensors = BTreeMap::from([(LATENTS.to_owned(), self.latents.clone())]);
        let at = [self.window, self.step].map(|n| u32::try_from(n).unwrap_or(u32::MAX));
        tensors.insert(AT.to_owned(), Tensor::new(&at, &Device::Cpu)?);
        tensors.extend(self.scheduler.iter().map(|(name, tensor)| (format!("{SCHEDULER}{name}"), tensor.clone())));
        if let Some(first) = self.done.first() {
            let (height, width) = (first.size().height as usize, first.size().width as usize);
            let pixels: Vec<u8> = self.done.iter().flat_map(|frame| frame.rgba().iter().copied()).collect();
            let shape = (self.done.len(), height, width, 4);
            tensors.insert(DONE.to_owned(), Tensor::from_vec(pixels, shape, &Device::Cpu)?);
        }
        safetensors::serialize(tensors.iter(), None).map_err(|error| damaged(&error))
    }

    /// The checkpoint in these bytes, its tensors on `device`.
    ///
    /// # Errors
    /// [`EngineError::Checkpoint`] if they hold none.
    pub fn from_bytes(bytes: &[u8], device: &Device) -> Result<Self> {
        let tensors = candle_core::safetensors::load_buffer(bytes, device).map_err(|error| damaged(&error))?;
        let tensors: BTreeMap<_, _> = tensors.into_iter().collect();
        let named = |name: &str| tensors.get(name).cloned().ok_or_else(|| damaged(&format!("it has no {name}")));
        let at = named(AT)?.to_vec1::<u32>().map_err(|error| damaged(&error))?;
        let [window, step] = at.as_slice() else { return Err(damaged(&"it does not say where it is")) };
        let scheduler = tensors
            .iter()
            .filter_map(|(name, tensor)| Some((name.strip_prefix(SCHEDULER)?.to_owned(), tensor.clone())))
            .collect();
        let done = tensors.get(DONE).map_or_else(|| Ok(Vec::new()), frames_of)?;
        let latents = named(LATENTS)?;
        if latents.dtype() != DType::F32 {
            return Err(damaged(&"its latents are not f32"));
        }
        Ok(Self { window: *window as usize, step: *step as usize, latents, scheduler, done })
    }
}

fn frames_of(tensor: &Tensor) -> Result<Vec<Frame>> {
    let (count, height, width, _) = tensor.dims4().map_err(|error| damaged(&error))?;
    let size = Size::new(u32::try_from(width).unwrap_or(0), u32::try_from(height).unwrap_or(0));
    let pixels = tensor.flatten_all()?.to_vec1::<u8>().map_err(|error| damaged(&error))?;
    let frames = pixels.chunks_exact((pixels.len() / count.max(1)).max(1)).map(|rgba| Frame::new(size, rgba.to_vec()));
    frames.collect::<std::result::Result<_, _>>().map_err(|error| damaged(&error))
}

fn damaged(reason: &dyn ToString) -> EngineError {
    EngineError::Checkpoint { reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint() -> Checkpoint {
        let tensor = |values: &[f32]| Tensor::new(values, &Device::Cpu).unwrap();
        Checkpoint {
            window: 2,
            step: 7,
            latents: tensor(&[0.1, -0.2, f32::MIN_POSITIVE]),
            scheduler: vec![("x0".to_owned(), tensor(&[1.0])), ("older_x0".to_owned(), tensor(&[2.0]))],
            done: vec![Frame::filled(Size::new(3, 2), [1, 2, 3, 255]), Frame::filled(Size::new(3, 2), [9, 8, 7, 255])],
        }
    }

    #[test]
    fn a_checkpoint_comes_back_as_it_was() {
        let first = checkpoint();
        let back = Checkpoint::from_bytes(&first.to_bytes().unwrap(), &Device::Cpu).unwrap();
        assert_eq!((back.window, back.step, back.done.len()), (2, 7, 2));
        assert_eq!(back.done, first.done);
        assert_eq!(back.latents.to_vec1::<f32>().unwrap(), first.latents.to_vec1::<f32>().unwrap());
        let names: Vec<_> = back.scheduler.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["older_x0", "x0"]);
        let none = Checkpoint { done: Vec::new(), scheduler: Vec::new(), ..first };
        assert!(Checkpoint::from_bytes(&none.to_bytes().unwrap(), &Device::Cpu).unwrap().done.is_empty());
    }

    #[test]
    fn damaged_bytes_are_no_checkpoint() {
        let bytes = checkpoint().to_bytes().unwrap();
        for cut in [0, 7, 60, bytes.len() - 1] {
            let error = Checkpoint::from_bytes(&bytes[..cut], &Device::Cpu).unwrap_err();
            assert!(matches!(error, EngineError::Checkpoint { .. }), "{cut}: {error}");
        }
    }
}
