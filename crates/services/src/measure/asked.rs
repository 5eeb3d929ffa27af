//! What a tool was asked for, and whether the reader sees it.

use crate::ServiceError;
use crate::describe::read;
use kinora_diffusion::reader::Reader;
use kinora_frame::Frame;
use kinora_time::{Flicks, FrameRate};

/// A prompt, and what a clip of it shows, as the reader names it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    /// The words.
    pub prompt: &'static str,
    subject: &'static str,
    colour: &'static str,
    place: &'static str,
}

impl Asked {
    pub const fn new(prompt: &'static str, subject: &'static str, colour: &'static str, place: &'static str) -> Self {
        Self { prompt, subject, colour, place }
    }

    /// How likely it is, 0 to 1, that a clip shows what is asked: the mean over subject, colour and place.
    pub fn likelihood(&self, reader: &Reader, frames: &[Frame]) -> Result<f64, ServiceError> {
        let named = read(reader, frames, (0.0, 1.0))?;
        let asked = [("subject", self.subject), ("colour", self.colour), ("place", self.place)];
        let sum: f32 = asked.iter().map(|(attribute, class)| reader.share(&named, attribute, class)).sum();
        Ok(f64::from(sum) / 3.0)
    }
}

/// When, in seconds after `at`, a clip begins to show the place of `after` and no longer that of `before`, frame by frame; looked for
/// within a second around. `None` if it never does, or did all the time.
pub(super) fn change_of_place(
    reader: &Reader,
    frames: &[Frame],
    rate: FrameRate,
    at: Flicks,
    (before, after): (Asked, Asked),
) -> Result<Option<f64>, ServiceError> {
    let frame = |seconds: f64| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let frame = ((at.as_seconds() + seconds) * rate.as_f64()).round().max(0.0) as usize;
        frame.min(frames.len())
    };
    let (from, to) = (frame(-1.0), frame(1.0));
    let mut changed = Vec::with_capacity(to - from);
    for picture in &frames[from..to] {
        let named = read(reader, std::slice::from_ref(picture), (0.0, 1.0))?;
        let share = |asked: Asked| reader.share(&named, "place", asked.place);
        changed.push(share(after) > share(before));
    }
    #[allow(clippy::cast_precision_loss)]
    let late = |index: usize| (from + index) as f64 / rate.as_f64() - at.as_seconds();
    Ok(onset(&changed).map(late))
}

/// From where on it is so more often than before: the cut for which most answers are right. `None` if that is at an end.
fn onset(answers: &[bool]) -> Option<usize> {
    let right = |cut: usize| {
        let (before, after) = answers.split_at(cut);
        before.iter().filter(|yes| !**yes).count() + after.iter().filter(|yes| **yes).count()
    };
    let best = (0..=answers.len()).max_by_key(|cut| (right(*cut), std::cmp::Reverse(*cut)))?;
    (best > 0 && best < answers.len()).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_where_most_answers_change() {
        let answers = |text: &str| text.chars().map(|c| c == '1').collect::<Vec<_>>();
        assert_eq!(onset(&answers("00001111")), Some(4));
        // One doubtful frame on each side doesn't count.
        assert_eq!(onset(&answers("0010001101")), Some(6));
        assert_eq!(onset(&answers("0000")), None);
        assert_eq!(onset(&answers("1111")), None);
        assert_eq!(onset(&[]), None);
    }
}
