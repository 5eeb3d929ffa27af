//! Clips longer than the model's window: which frames each window makes, and how many it takes over.

use kinora_plan::GenerationPlan;

/// Frames `start..start + frames` of the clip; the first `overlap` are known from the window before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First frame, counted in the clip.
    pub start: usize,
    /// Frames, 1 + a multiple of the packing; the last window may reach past the clip's end.
    pub frames: usize,
    /// Frames that are taken over.
    pub overlap: usize,
}

/// The windows of a plan, in order. `packing`: frames in a latent frame.
#[must_use]
pub fn windows(plan: &GenerationPlan, packing: usize) -> Vec<Window> {
    let (total, length, overlap) = (plan.frames as usize, plan.windows.frames as usize, plan.windows.overlap as usize);
    let packed = |frames: usize| 1 + frames.saturating_sub(1).div_ceil(packing) * packing;
    let mut list = vec![Window { start: 0, frames: packed(total.min(length)), overlap: 0 }];
    let mut end = list[0].frames;
    while end < total {
        let start = end - overlap;
        let frames = packed((total - start).min(length));
        list.push(Window { start, frames, overlap });
        end = start + frames;
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(frames: u32, length: u32, overlap: u32, expected: &[(usize, usize, usize)]) {
        let mut plan = crate::pipeline::generate::tests::plan();
        plan.frames = frames;
        plan.windows = kinora_plan::Windows { frames: length, overlap };
        let actual: Vec<_> = windows(&plan, 4).into_iter().map(|w| (w.start, w.frames, w.overlap)).collect();
        assert_eq!(actual, expected, "{frames} frames");
    }

    #[test]
    fn windows_cover_the_clip_and_share_their_overlap() {
        check(1, 61, 9, &[(0, 1, 0)]);
        check(60, 61, 9, &[(0, 61, 0)]);
        check(61, 61, 9, &[(0, 61, 0)]);
        check(62, 61, 9, &[(0, 61, 0), (52, 13, 9)]);
        check(165, 61, 9, &[(0, 61, 0), (52, 61, 9), (104, 61, 9)]);
    }
}
