//! The clips that jobs are making, as they form: every step's estimate of the whole clip, newest shown, older ones to scrub back.

use super::textures::{Slot, Textures};
use kinora_diffusion::pipeline::Preview;
use kinora_frame::Frame;
use kinora_studio::queue::JobId;
use kinora_time::Flicks;
use kinora_ui::Texture;
use std::collections::{BTreeMap, VecDeque};

/// Bytes of previews of one job at most.
const ROOM: usize = 256 << 20;
/// Frames a second at which a preview moves; that of Sketch.
const RATE: i64 = 12;

/// Which of a preview's frames is seen at a time.
pub(super) fn frame_at(at: Flicks, frames: usize) -> usize {
    usize::try_from(at.0.max(0) / (kinora_time::FLICKS_PER_SECOND / RATE)).unwrap_or(0) % frames.max(1)
}

#[derive(Default)]
struct Forming {
    steps: VecDeque<(f32, Vec<Frame>)>,
    slot: Option<Slot>,
    /// Which step (counted from the first) and frame the slot shows.
    shows: Option<(u64, usize)>,
    seen: u64,
}

/// Clips that form.
#[derive(Default)]
pub(super) struct Previews(BTreeMap<JobId, Forming>);

impl Previews {
    pub(super) fn put(&mut self, job: JobId, preview: Preview) {
        let forming = self.0.entry(job).or_default();
        forming.seen += 1;
        #[allow(clippy::cast_possible_truncation)]
        forming.steps.push_back((preview.sigma as f32, preview.frames));
        let bytes = |frames: &Vec<Frame>| frames.iter().map(|frame| frame.rgba().len()).sum::<usize>();
        while forming.steps.iter().map(|(_, frames)| bytes(frames)).sum::<usize>() > ROOM && forming.steps.len() > 1 {
            forming.steps.pop_front();
        }
    }

    pub(super) fn show(&mut self, job: JobId, at: Flicks, step: usize, textures: &Textures) -> Option<Texture> {
        let forming = self.0.get_mut(&job)?;
        let place = forming.steps.len().checked_sub(1 + step.min(forming.steps.len().saturating_sub(1)))?;
        let (_, frames) = forming.steps.get(place)?;
        let frame = frame_at(at, frames.len());
        let wanted = (forming.seen - step as u64, frame);
        if forming.shows != Some(wanted) {
            textures.put(&mut forming.slot, frames.get(frame)?);
            forming.shows = Some(wanted);
        }
        forming.slot.as_ref().map(Slot::texture)
    }

    pub(super) fn steps(&self, job: JobId) -> Vec<f32> {
        self.0.get(&job).map(|forming| forming.steps.iter().map(|(sigma, _)| *sigma).collect()).unwrap_or_default()
    }

    pub(super) fn forget(&mut self, job: JobId, textures: &Textures) {
        let slot = self.0.remove(&job).and_then(|forming| forming.slot);
        slot.into_iter().for_each(|slot| textures.free(slot));
    }

    pub(super) fn clear(&mut self, textures: &Textures) {
        let slots = std::mem::take(&mut self.0).into_values().filter_map(|forming| forming.slot);
        slots.for_each(|slot| textures.free(slot));
    }
}
