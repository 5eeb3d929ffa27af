//! Where a film's pictures come from: takes, imported videos and stills, slugs, titles. Each is opened when it is first seen.

use super::slug::{slug, slug_of_picture};
use crate::ServiceError;
use crate::clip::enlarge;
use crate::media_job::proxy_path;
use crate::priority::let_first_looks_pass;
use crate::take::{load_pictures, take_path};
use kinora_compositor::Titles;
use kinora_diffusion::upscaler::Upscaler;
use kinora_frame::{Frame, Size};
use kinora_job::CancelToken;
use kinora_media::{self as media, Cadence, FilmLayout, FilmPicture, VideoSource};
use kinora_model_store::ModelStore;
use kinora_plan::{Digest, GenerationPlan};
use kinora_project::timeline::Run;
use kinora_project::{MediaId, MediaKind, TakeId};
use kinora_project_file::{Disk, MediaStore};
use kinora_studio::planner::{Cut, Picture, Strip};
use kinora_time::Flicks;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Bytes of takes' frames that are kept for when the film cuts back: takes of a few seconds are small.
const KEPT_BYTES: usize = 256 << 20;
/// Videos that are open at the same time.
const OPEN_VIDEOS: usize = 8;

/// A picture of a strip.
#[derive(Debug, Clone)]
pub(super) struct Looked {
    /// Told apart from all other pictures of the same strip.
    pub(super) id: i64,
    pub(super) frame: Frame,
    /// Its size in square pixels.
    pub(super) shape: Size,
    /// Whether nothing shines through it.
    pub(super) opaque: bool,
}

/// Takes of a project as films show them. Enlarging one takes seconds, and a cut that was changed shows mostly what it showed before.
#[derive(Default)]
pub struct ShownTakes {
    /// Those that were used last, the newest at the end, by whether they are enlarged.
    takes: Vec<((TakeId, bool), Vec<Frame>)>,
    /// Second stages by model; nothing where a model has none, or is not on this machine as it was.
    upscalers: BTreeMap<Digest, Option<Upscaler>>,
}

pub(super) struct Sources<'a> {
    cut: &'a Cut,
    project: &'a Path,
    store: &'a ModelStore,
    pub(super) shown: ShownTakes,
    /// The videos that were used last, by strip and whether it is the proxy, the newest at the end: a file that dissolves into a later part
    /// of itself is read in two places.
    videos: Vec<((usize, bool), VideoSource)>,
    /// Proxies of imported videos, and how large those are; nothing where there is none, or something shines through.
    proxies: BTreeMap<MediaId, Option<Proxy>>,
    /// Whether proxies will do, and whether one was used since.
    pub(super) rough: bool,
    pub(super) used_proxy: bool,
    /// Stills, slugs and titles by strip.
    stills: BTreeMap<usize, Looked>,
    titles: Option<Titles>,
}

/// A small copy of a video.
#[derive(Debug, Clone)]
struct Proxy {
    path: PathBuf,
    /// The video's own size in square pixels.
    shape: Size,
}

impl<'a> Sources<'a> {
    pub(super) fn new(cut: &'a Cut, project: &'a Path, store: &'a ModelStore) -> Self {
        Self {
            cut,
            project,
            store,
            shown: ShownTakes::default(),
            videos: Vec::new(),
            proxies: BTreeMap::new(),
            rough: false,
            used_proxy: false,
            stills: BTreeMap::new(),
            titles: None,
        }
    }

    /// What a strip shows in a frame of the film.
    pub(super) fn look(&mut self, strip: usize, number: u32, cancel: &CancelToken) -> Result<Looked, ServiceError> {
        let gone = || ServiceError::Request("something of this film is not in the project any more".to_owned());
        let cut = self.cut;
        let Strip { first, picture, .. } = cut.strips.get(strip).ok_or_else(gone)?;
        let into = cut.rate.frame_start(i64::from(number.saturating_sub(*first)));
        match picture {
            Picture::Take(take, run) => self.take(*take, *run, into, cancel),
            Picture::Media(media, run) => match cut.media.get(media).map(|file| file.kind) {
                Some(MediaKind::Video) => self.video(strip, *media, *run, into),
                Some(MediaKind::Still) => self.still(strip, |sources| {
                    let frame = media::open_picture(sources.file(*media)?)?;
                    let (shape, opaque) = (frame.size(), is_opaque(&frame));
                    Ok(Looked { id: 0, frame, shape, opaque })
                }),
                Some(MediaKind::Audio) | None => Err(gone()),
            },
            Picture::Slug(told) => self.still(strip, |sources| {
                let (size, number) = (sources.cut.size, format!("Shot {}", told.number));
                let frame = match told.picture {
                    Some(picture) => slug_of_picture(size, &number, &media::open_picture(sources.file(picture)?)?)?,
                    None => slug(size, &number, &told.words)?,
                };
                Ok(Looked { id: 0, frame, shape: sources.cut.size, opaque: true })
            }),
            Picture::Title(words) => self.still(strip, |sources| {
                let size = sources.cut.size;
                let frame = sources.titles.get_or_insert_with(Titles::new).draw(words, size);
                Ok(Looked { id: 0, frame, shape: size, opaque: false })
            }),
        }
    }

    /// Where an imported file lies.
    pub(super) fn file(&self, media: MediaId) -> Result<PathBuf, ServiceError> {
        let file = self.cut.media.get(&media);
        let gone = || ServiceError::Request("an imported file of this film is not in the project any more".to_owned());
        Ok(MediaStore::new(Disk, &self.project.join("media")).locate(&file.ok_or_else(gone)?.sha256))
    }

    fn still(
        &mut self,
        strip: usize,
        make: impl FnOnce(&mut Self) -> Result<Looked, ServiceError>,
    ) -> Result<Looked, ServiceError> {
        if let Some(still) = self.stills.get(&strip) {
            return Ok(still.clone());
        }
        let still = make(self)?;
        self.stills.insert(strip, still.clone());
        Ok(still)
    }

    /// A picture of a strip that can go into a film as it is, if it can: which one, and its time in its file. Whoever asks has seen that the
    /// strip's placement is the default.
    pub(super) fn straight(
        &mut self,
        strip: usize,
        number: u32,
        film: FilmLayout,
    ) -> Result<Option<(i64, Flicks)>, ServiceError> {
        let cut = self.cut;
        let Some(Strip { first, picture: Picture::Media(media, run), .. }) = cut.strips.get(strip) else {
            return Ok(None);
        };
        if cut.media.get(media).is_none_or(|file| file.kind != MediaKind::Video) {
            return Ok(None);
        }
        let into = cut.rate.frame_start(i64::from(number.saturating_sub(*first)));
        let (source, time) = self.video_at(strip, *media, None, *run, into)?;
        Ok(source.goes_straight(time, film)?.map(|from| (from.0, time)))
    }

    /// That picture.
    pub(super) fn film_picture(
        &mut self,
        strip: usize,
        time: Flicks,
        film: FilmLayout,
    ) -> Result<FilmPicture, ServiceError> {
        let open = self.videos.iter_mut().find(|(open, _)| *open == (strip, false));
        let (_, source) = open.ok_or_else(video_gone)?;
        Ok(source.film_picture(time, film)?)
    }

    fn video(&mut self, strip: usize, id: MediaId, run: Run, into: Flicks) -> Result<Looked, ServiceError> {
        let cut = self.cut;
        let proxy = if self.rough { self.proxy(id)? } else { None };
        self.used_proxy |= proxy.is_some();
        let (source, time) = self.video_at(strip, id, proxy.as_ref(), run, into)?;
        let whole = cut.strips.get(strip).is_some_and(|strip| strip.placement.is_default());
        let (from, frame) = if whole { source.frame_covering(time, cut.size)? } else { source.frame_at(time)? };
        let opaque = !has_alpha(source) || is_opaque(&frame);
        // What was scaled on the way has square pixels.
        let shape = match proxy {
            _ if frame.size() != source.info().size => frame.size(),
            Some(proxy) => proxy.shape,
            None => source.info().shown_size(),
        };
        Ok(Looked { id: from.0, shape, frame, opaque })
    }

    /// The video of a strip, or its small copy, and the time of it in the middle of the film's frame, or where the video's own frames are
    /// shorter, early in it: then the first is never lost.
    fn video_at(
        &mut self,
        strip: usize,
        id: MediaId,
        proxy: Option<&Proxy>,
        run: Run,
        into: Flicks,
    ) -> Result<(&mut VideoSource, Flicks), ServiceError> {
        let key = (strip, proxy.is_some());
        match self.videos.iter().position(|(open, _)| *open == key) {
            Some(place) => {
                let used = self.videos.remove(place);
                self.videos.push(used);
            }
            None => {
                let path = proxy.map_or_else(|| self.file(id), |proxy| Ok(proxy.path.clone()))?;
                let source = VideoSource::open(path)?;
                if self.videos.len() == OPEN_VIDEOS {
                    self.videos.remove(0);
                }
                self.videos.push((key, source));
            }
        }
        let (_, source) = self.videos.last_mut().ok_or_else(video_gone)?;
        let frame = self.cut.rate.frame_duration().0.min(source.info().rate.frame_duration().0);
        Ok((source, run.at(Flicks(into.0 + frame / 2))))
    }

    /// The small copy of a video, if there is one that shows the same.
    fn proxy(&mut self, id: MediaId) -> Result<Option<Proxy>, ServiceError> {
        if let Some(known) = self.proxies.get(&id) {
            return Ok(known.clone());
        }
        let path = self.cut.media.get(&id).map(|file| proxy_path(self.project, &file.sha256));
        let found = match path.filter(|path| path.exists()) {
            Some(path) => {
                let video = VideoSource::open(self.file(id)?)?;
                let shape = video.info().shown_size();
                (!has_alpha(&video)).then_some(Proxy { path, shape })
            }
            None => None,
        };
        self.proxies.insert(id, found.clone());
        Ok(found)
    }

    fn take(&mut self, id: TakeId, run: Run, into: Flicks, cancel: &CancelToken) -> Result<Looked, ServiceError> {
        let gone = || ServiceError::Request("a take of this film is not in the project any more".to_owned());
        let take = self.cut.takes.get(&id).ok_or_else(gone)?;
        let plan = take.plan.clone();
        let key = (id, self.cut.size.width > plan.width);
        match self.shown.takes.iter().position(|(kept, _)| *kept == key) {
            Some(place) => {
                let used = self.shown.takes.remove(place);
                self.shown.takes.push(used);
            }
            None => {
                let frames = self.load(&plan, cancel)?;
                self.shown.keep(key, frames);
            }
        }
        let (_, frames) = self.shown.takes.last().ok_or_else(gone)?;
        let count = u32::try_from(frames.len()).unwrap_or(u32::MAX);
        let cadence = Cadence::new(count, plan.rate, self.cut.rate);
        let duration = self.cut.rate.frame_duration().0;
        // The frame of the film's rate that is on screen in the middle of this one, if the take runs from its own first.
        let at = run.at(Flicks(into.0 + duration / 2)).0.div_euclid(duration);
        let last = frames.len().saturating_sub(1);
        let index = cadence.source_frame(usize::try_from(at).unwrap_or(0)).unwrap_or(last);
        let frame = frames.get(index).ok_or_else(gone)?.clone();
        Ok(Looked { id: i64::try_from(index).unwrap_or(0), shape: frame.size(), frame, opaque: true })
    }

    fn load(&mut self, plan: &GenerationPlan, cancel: &CancelToken) -> Result<Vec<Frame>, ServiceError> {
        let frames = media::read_frames(take_path(self.project, plan)?, None)?;
        if self.cut.size.width <= plan.width {
            return Ok(frames);
        }
        let pictures = load_pictures(self.project, plan)?;
        match self.upscaler(plan)? {
            Some(upscaler) => enlarge(upscaler, &frames, plan, &pictures, cancel, &mut |_, _| let_first_looks_pass()),
            None => Ok(frames),
        }
    }

    fn upscaler(&mut self, plan: &GenerationPlan) -> Result<Option<&Upscaler>, ServiceError> {
        let digest = plan.model.sha256;
        if !self.shown.upscalers.contains_key(&digest) {
            let model = self.store.find(&plan.model.id).ok();
            let same = model.filter(|model| model.card.digest() == digest);
            let loaded = match same {
                Some(model) => {
                    model.check()?;
                    Upscaler::load(&model.folder.join("upscaler"))?
                }
                None => None,
            };
            self.shown.upscalers.insert(digest, loaded);
        }
        Ok(self.shown.upscalers.get(&digest).and_then(Option::as_ref))
    }
}

impl ShownTakes {
    pub(super) fn is_complete(&self) -> bool {
        self.upscalers.values().all(Option::is_some)
    }

    /// Keeps a take, instead of those that were used longest ago where there is no room.
    fn keep(&mut self, key: (TakeId, bool), frames: Vec<Frame>) {
        let bytes = |frames: &[Frame]| frames.iter().map(|frame| frame.rgba().len()).sum::<usize>();
        while self.takes.iter().map(|(_, kept)| bytes(kept)).sum::<usize>() + bytes(&frames) > KEPT_BYTES
            && !self.takes.is_empty()
        {
            self.takes.remove(0);
        }
        self.takes.push((key, frames));
    }
}

fn has_alpha(video: &VideoSource) -> bool {
    let format = &video.info().pixel_format;
    format.contains('a') && !format.starts_with("gray")
}

fn video_gone() -> ServiceError {
    ServiceError::Request("a video of this film can't be read".to_owned())
}

fn is_opaque(frame: &Frame) -> bool {
    frame.rgba().chunks_exact(4).all(|pixel| pixel[3] == 255)
}
