//! Several sounds as one: each at its place, as loud as it is set, faded in and out, more to the left or right.
//!
//! Deliberately not here: equalising, compressing, and anything else that changes how a sound sounds.

use super::varispeed::Varispeed;
use super::{SAMPLE_RATE, SoundSource, Stereo};
use crate::MediaError;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A sound in a mix. Places and lengths are samples at 48 kHz.
#[derive(Debug, Clone, PartialEq)]
pub struct MixClip {
    /// The file.
    pub path: PathBuf,
    /// The sample of the mix that it begins at.
    pub at: i64,
    /// How many samples are heard.
    pub length: i64,
    /// The sample of the file at which it begins to be heard.
    pub from: i64,
    /// How fast the file runs, as a fraction, its pitch with it; less than 0 is backwards, from the sample before `from` on.
    pub speed: (i32, u32),
    /// By how much its samples are multiplied.
    pub gain: f32,
    /// −1 is left, 0 the middle, 1 right.
    pub pan: f32,
    /// At its beginning and end.
    pub fades: Fades,
}

/// Samples over which a sound comes in and goes out; straight lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fades {
    /// From silence.
    pub come: i64,
    /// To silence.
    pub go: i64,
}

/// A mix that is read from front to back, or anywhere.
pub struct Mixer {
    clips: Vec<MixClip>,
    open: BTreeMap<usize, Voice>,
    scratch: Vec<Stereo>,
}

/// A file that is heard.
struct Voice {
    source: SoundSource,
    /// Nothing at the file's own speed.
    runs: Option<Varispeed>,
}

impl Voice {
    fn open(clip: &MixClip) -> Result<Self, MediaError> {
        let normal = i64::from(clip.speed.0) == i64::from(clip.speed.1);
        let runs = (!normal).then(|| Varispeed::new(clip.speed));
        Ok(Self { source: SoundSource::open(&clip.path)?, runs })
    }

    /// The sound of a clip from one of its samples on.
    fn read(&mut self, clip: &MixClip, place: i64, samples: &mut [Stereo]) -> Result<(), MediaError> {
        match &mut self.runs {
            Some(runs) => runs.read(&mut self.source, clip.from, place, samples),
            None => self.source.read(clip.from + place, samples),
        }
    }
}

impl Mixer {
    /// A mix of sounds; files are opened when they are first heard.
    #[must_use]
    pub fn new(clips: Vec<MixClip>) -> Self {
        Self { clips, open: BTreeMap::new(), scratch: Vec::new() }
    }

    /// The samples from one on. The sum may be louder than full scale: whoever writes it limits it.
    ///
    /// # Errors
    /// As [`SoundSource`].
    pub fn read(&mut self, from: i64, mix: &mut [Stereo]) -> Result<(), MediaError> {
        mix.fill([0.0; 2]);
        let end = from + i64::try_from(mix.len()).unwrap_or(i64::MAX / 4);
        for (number, clip) in self.clips.iter().enumerate() {
            let (first, last) = (clip.at.max(from), (clip.at + clip.length).min(end));
            if first >= last {
                // Not heard any more: its decoder is not needed.
                if clip.at + clip.length + i64::from(SAMPLE_RATE) < from {
                    self.open.remove(&number);
                }
                continue;
            }
            let voice = match self.open.entry(number) {
                std::collections::btree_map::Entry::Occupied(open) => open.into_mut(),
                std::collections::btree_map::Entry::Vacant(place) => place.insert(Voice::open(clip)?),
            };
            let count = usize::try_from(last - first).unwrap_or(0);
            self.scratch.resize(count, [0.0; 2]);
            voice.read(clip, first - clip.at, &mut self.scratch)?;
            let start = usize::try_from(first - from).unwrap_or(0);
            let balance = balance(clip.pan);
            for ((place, sample), to) in (first - clip.at..).zip(&self.scratch).zip(&mut mix[start..]) {
                let gain = clip.gain * fade(clip, place);
                to[0] += sample[0] * gain * balance[0];
                to[1] += sample[1] * gain * balance[1];
            }
        }
        Ok(())
    }
}

/// What is left of both channels when a stereo sound moves: the far one gets quieter, the near one stays.
fn balance(pan: f32) -> Stereo {
    [(1.0 - pan).clamp(0.0, 1.0), (1.0 + pan).clamp(0.0, 1.0)]
}

/// How far a clip has come in, or not yet gone, at one of its samples.
fn fade(clip: &MixClip, place: i64) -> f32 {
    #[allow(clippy::cast_precision_loss)]
    let part = |done: i64, length: i64| if length > 0 { (done as f32 / length as f32).clamp(0.0, 1.0) } else { 1.0 };
    part(place, clip.fades.come) * part(clip.length - place, clip.fades.go)
}
