//! A film's frames, one by one: the same for the program monitor and for the export.
//!
//! A frame that shows one picture over all of it is that picture, scaled on the processor. All others are composed on the graphics
//! device. Where a film keeps its pictures as videos do, a video's picture goes straight into it: the same picture, up to rounding.

use super::sources::{Looked, ShownTakes, Sources};
use crate::ServiceError;
use crate::leave::{FrameKey, Leaving};
use kinora_compositor::{Change, Compositor, Framing, Place, Row, SharedGpu, Shown};
use kinora_frame::Frame;
use kinora_job::CancelToken;
use kinora_media::{FilmLayout, Fitter};
use kinora_model_store::ModelStore;
use kinora_project::timeline::{self, Placement, TransitionKind};
use kinora_studio::planner::{Cut, Picture, Strip};
use kinora_time::Flicks;
use std::path::Path;

/// Pictures that stay on the graphics device.
const KEPT_PICTURES: usize = 8;

/// Makes the frames of a film.
pub struct FilmFrames<'a> {
    cut: &'a Cut,
    sources: Sources<'a>,
    gpu: SharedGpu,
    compositor: Option<Compositor>,
    /// Pictures on the device, by strip and picture, the newest at the end.
    uploaded: Vec<((usize, i64), kinora_compositor::Picture)>,
    fitter: Fitter,
    /// The frame before: held frames are made once.
    last: Option<(FrameKey, Frame)>,
}

/// A row of a frame: strips, and what they show.
enum RowAt {
    Still(usize, Looked),
    Change { from: Option<(usize, Looked)>, to: (usize, Looked), kind: TransitionKind, done: (u32, u32) },
}

impl<'a> FilmFrames<'a> {
    /// The frames of a cut of the project in a folder.
    #[must_use]
    pub fn new(cut: &'a Cut, project: &'a Path, store: &'a ModelStore, gpu: &SharedGpu) -> Self {
        let (sources, gpu) = (Sources::new(cut, project, store), gpu.clone());
        Self { cut, sources, gpu, compositor: None, uploaded: Vec::new(), fitter: Fitter::default(), last: None }
    }

    /// With the takes that another film of the same project showed, which are not made again.
    #[must_use]
    pub fn with_takes(mut self, shown: ShownTakes) -> Self {
        self.sources.shown = shown;
        self
    }

    /// The takes that it showed; none where a model was missing that enlarges some, which may be there the next time.
    #[must_use]
    pub fn into_takes(self) -> ShownTakes {
        Some(self.sources.shown).filter(ShownTakes::is_complete).unwrap_or_default()
    }

    /// A frame, in the film's size, without marks.
    ///
    /// # Errors
    /// If a take or file is missing or damaged, or the frame has to be composed and there is no graphics device.
    pub fn frame(&mut self, number: u32, cancel: &CancelToken) -> Result<Frame, ServiceError> {
        self.set_rough(false);
        self.keyed(number, cancel).map(|(_, frame)| frame)
    }

    /// The same for playing: where a video has a proxy, its picture is the proxy's. Also says whether one was used.
    ///
    /// # Errors
    /// As [`Self::frame`].
    pub fn rough_frame(&mut self, number: u32, cancel: &CancelToken) -> Result<(Frame, bool), ServiceError> {
        self.set_rough(true);
        self.sources.used_proxy = false;
        let frame = self.keyed(number, cancel)?.1;
        Ok((frame, self.sources.used_proxy))
    }

    fn set_rough(&mut self, rough: bool) {
        if std::mem::replace(&mut self.sources.rough, rough) != rough {
            // A proxy's picture has the name of the one that it stands for.
            self.uploaded.clear();
            self.last = None;
        }
    }

    pub(crate) fn keyed(&mut self, number: u32, cancel: &CancelToken) -> Result<(FrameKey, Frame), ServiceError> {
        let rows = self.rows(number, cancel)?;
        let key = key_of(&rows);
        if let Some((last, frame)) = self.last.as_ref().filter(|(last, _)| *last == key) {
            return Ok((last.clone(), frame.clone()));
        }
        let frame = match &rows[..] {
            [] => Frame::filled(self.cut.size, [0, 0, 0, 255]),
            [RowAt::Still(strip, looked)] if self.covers(*strip, looked) => {
                if matches!(self.cut.strips[*strip].picture, Picture::Take(..)) {
                    kinora_media::fit(&looked.frame, self.cut.size, kinora_media::Fit::Cover)
                } else {
                    self.fitter.cover(&looked.frame, looked.shape, self.cut.size)?
                }
            }
            _ => self.composed(&rows)?,
        };
        self.last = Some((key.clone(), frame.clone()));
        Ok((key, frame))
    }

    /// A frame that shows one video alone, over all of it, for a film that keeps pictures as videos do: its picture need not become a
    /// frame on the way. Nothing where the frame shows more, or something else.
    pub(crate) fn straight(&mut self, number: u32, film: FilmLayout) -> Result<Option<Straight<'_, 'a>>, ServiceError> {
        let cut = self.cut;
        let is_there = |strip: &Strip| (strip.first..strip.end()).contains(&number);
        // The uppermost, and of those in its row the one that comes.
        let Some(at) = cut.strips.iter().rposition(is_there).filter(|_| film.is_planar()) else { return Ok(None) };
        let strip = &cut.strips[at];
        let comes = strip.comes.is_some_and(|(_, frames)| number - strip.first + strip.begun < frames);
        if comes || !strip.placement.is_default() {
            return Ok(None);
        }
        let Some((id, time)) = self.sources.straight(at, number, film)? else { return Ok(None) };
        let key = vec![key_part(at, id, -1)];
        Ok(Some(Straight { key, sources: &mut self.sources, strip: at, time, film }))
    }

    /// What is seen in a frame, bottom to top, without what lies wholly under something else.
    fn rows(&mut self, number: u32, cancel: &CancelToken) -> Result<Vec<RowAt>, ServiceError> {
        let cut = self.cut;
        let there: Vec<usize> = (0..cut.strips.len())
            .filter(|at| (cut.strips[*at].first..cut.strips[*at].end()).contains(&number))
            .collect();
        let mut rows = Vec::new();
        let mut place = there.len();
        while let Some(at) = place.checked_sub(1).and_then(|place| there.get(place)).copied() {
            place -= 1;
            let strip = &cut.strips[at];
            let done = number - strip.first + strip.begun;
            let change = strip.comes.filter(|(_, frames)| done < *frames);
            let looked = self.sources.look(at, number, cancel)?;
            match change {
                Some((kind, frames)) => {
                    let before = place.checked_sub(1).and_then(|place| there.get(place)).copied();
                    let before = before.filter(|before| cut.strips[*before].row == strip.row);
                    let from = match before {
                        Some(before) => {
                            place -= 1;
                            Some((before, self.sources.look(before, number, cancel)?))
                        }
                        None => None,
                    };
                    rows.push(RowAt::Change { from, to: (at, looked), kind, done: (done, frames) });
                }
                None => {
                    let covers = self.covers(at, &looked);
                    rows.push(RowAt::Still(at, looked));
                    if covers {
                        break;
                    }
                }
            }
        }
        rows.reverse();
        Ok(rows)
    }

    /// Whether a strip's picture hides all that is below.
    fn covers(&self, strip: usize, looked: &Looked) -> bool {
        looked.opaque && self.cut.strips[strip].placement.is_default()
    }

    fn composed(&mut self, rows: &[RowAt]) -> Result<Frame, ServiceError> {
        if self.compositor.is_none() {
            let gpu = self.gpu.get().map_err(|error| {
                let plain = "without one, only plain cuts can be shown and exported: take transitions, titles and placements off";
                ServiceError::Request(format!("{error}; {plain}"))
            })?;
            self.compositor = Some(Compositor::new(gpu, self.cut.size)?);
        }
        let Some(compositor) = &self.compositor else { return Ok(Frame::filled(self.cut.size, [0, 0, 0, 255])) };
        let used = rows.iter().flat_map(|row| match row {
            RowAt::Still(strip, looked) => vec![(*strip, looked)],
            RowAt::Change { from, to, .. } => from.iter().chain([to]).map(|(strip, looked)| (*strip, looked)).collect(),
        });
        let used: Vec<(usize, &Looked)> = used.collect();
        for (strip, looked) in &used {
            let key = (*strip, looked.id);
            match self.uploaded.iter().position(|(kept, _)| *kept == key) {
                Some(place) => {
                    let kept = self.uploaded.remove(place);
                    self.uploaded.push(kept);
                }
                None => self.uploaded.push((key, compositor.upload(&looked.frame)?)),
            }
        }
        let spare = self.uploaded.len().saturating_sub(KEPT_PICTURES.max(used.len()));
        self.uploaded.drain(..spare);
        let shown = |strip: usize, looked: &Looked| {
            let (_, picture) = self.uploaded.iter().find(|(key, _)| *key == (strip, looked.id))?;
            Some(Shown { picture, shape: looked.shape, place: place_of(&self.cut.strips[strip].placement) })
        };
        let rows: Vec<Row<'_>> = rows
            .iter()
            .filter_map(|row| match row {
                RowAt::Still(strip, looked) => shown(*strip, looked).map(Row::Still),
                RowAt::Change { from, to, kind, done } => Some(Row::Change {
                    from: from.as_ref().and_then(|(strip, looked)| shown(*strip, looked)),
                    to: shown(to.0, &to.1),
                    change: change_of(*kind),
                    done: part(*done),
                }),
            })
            .collect();
        Ok(compositor.read(&compositor.compose(&rows))?)
    }
}

/// A frame that is a video's picture as it is.
pub(crate) struct Straight<'f, 'a> {
    pub(crate) key: FrameKey,
    sources: &'f mut Sources<'a>,
    strip: usize,
    time: Flicks,
    film: FilmLayout,
}

impl Straight<'_, '_> {
    /// The picture.
    pub(crate) fn picture(&mut self) -> Result<Leaving, ServiceError> {
        self.sources.film_picture(self.strip, self.time, self.film).map(Leaving::Picture)
    }
}

fn key_part(strip: usize, picture: i64, done: i64) -> [i64; 3] {
    [i64::try_from(strip).unwrap_or(i64::MAX), picture, done]
}

fn key_of(rows: &[RowAt]) -> FrameKey {
    let of = |strip: usize, looked: &Looked, done: i64| key_part(strip, looked.id, done);
    rows.iter()
        .flat_map(|row| match row {
            RowAt::Still(strip, looked) => vec![of(*strip, looked, -1)],
            RowAt::Change { from, to, done, .. } => {
                let done = i64::from(done.0);
                from.iter().chain([to]).map(|(strip, looked)| of(*strip, looked, done)).collect()
            }
        })
        .collect()
}

/// How far a change is in the middle of one of its frames.
#[allow(clippy::cast_precision_loss)]
fn part((done, frames): (u32, u32)) -> f32 {
    (done as f32 + 0.5) / frames.max(1) as f32
}

fn change_of(kind: TransitionKind) -> Change {
    match kind {
        TransitionKind::Dissolve => Change::Dissolve,
        TransitionKind::Dip => Change::Dip,
        TransitionKind::Wipe => Change::Wipe,
    }
}

#[allow(clippy::cast_precision_loss)]
fn place_of(placement: &Placement) -> Place {
    let part = |thousandths: i32| thousandths as f32 / 1000.0;
    let timeline::Crop { left, top, right, bottom } = placement.crop;
    Place {
        framing: match placement.framing {
            timeline::Framing::Fill => Framing::Fill,
            timeline::Framing::Fit => Framing::Fit,
            timeline::Framing::Native => Framing::Native,
        },
        position: [part(placement.position.0), part(placement.position.1)],
        scale: part(placement.scale),
        rotation: part(placement.rotation),
        crop: [left, top, right, bottom].map(part),
        opacity: part(placement.opacity),
    }
}
