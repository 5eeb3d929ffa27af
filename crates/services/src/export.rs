//! A cut becomes a file: takes one after the other, marked, in one signed MP4 that names each of them.

use crate::clip::{agent_of, enlarge, now};
use crate::leave::{MarkedWriter, Output, WorkFolder, sign_and_place};
use crate::pictures::inputs_of;
use crate::slug::slug;
use crate::take::{load_pictures, take_path};
use crate::{Pictures, ServiceError};
use kinora_diffusion::upscaler::Upscaler;
use kinora_frame::Frame;
use kinora_job::{CancelToken, Phase, Progress};
use kinora_media::{self as media, Cadence};
use kinora_model_store::ModelStore;
use kinora_plan::{Digest, GenerationPlan};
use kinora_project::TakeId;
use kinora_provenance::{Claim, ModelAgent, PlacedTake, SigningIdentity, SourceKind, TrustAnchors, verify_file};
use kinora_studio::planner::{Cut, Picture};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

/// Bytes of frames that are kept for when the film cuts back: takes of a few seconds are small.
const KEPT_BYTES: usize = 256 << 20;

/// A film to write.
#[derive(Debug)]
pub struct ExportRequest<'a> {
    /// What it shows.
    pub cut: &'a Cut,
    /// The project's folder, where the takes lie.
    pub project: &'a Path,
    /// Where models lie, for their second stages.
    pub store: &'a ModelStore,
    /// The file to write.
    pub target: &'a Path,
    /// Who signs.
    pub identity: &'a SigningIdentity,
    /// Whether prompts go into the file; else their hashes.
    pub embed_prompts: bool,
}

/// Writes the film, marked and signed, and puts it in its place. On any error the target is as it was.
///
/// # Errors
/// If a take's frames are missing or damaged, the target can't be written, or the job is cancelled.
pub fn export_cut(
    request: &ExportRequest<'_>,
    cancel: &CancelToken,
    on_progress: &mut dyn FnMut(Progress),
) -> Result<(), ServiceError> {
    let cut = request.cut;
    let work = WorkFolder::beside(request.target)?;
    let claim = claim(request)?;
    let mut takes = Takes { request, kept: Vec::new(), upscalers: BTreeMap::new() };
    let output = output_of(cut);
    let mut writer = MarkedWriter::create(&work, &output)?;
    for (number, run) in (0u64..).zip(&cut.runs) {
        let still = match &run.picture {
            Picture::Take(..) => None,
            Picture::Slug(number, words) => Some(slug(cut.size, &format!("Shot {number}"), words)?),
            Picture::Black => Some(Frame::filled(cut.size, [0, 0, 0, 255])),
        };
        for at in 0..run.frames {
            cancel.check()?;
            match (&still, &run.picture) {
                (None, Picture::Take(take, from)) => {
                    let (index, frame) = takes.frame(*take, from + at, cancel)?;
                    writer.push((number, index), frame)?;
                }
                (Some(still), _) => writer.push((number, 0), still)?,
                (None, _) => {}
            }
            on_progress(Progress { phase: Phase::EncodeVideo, step: run.first + at + 1, total: cut.frames });
        }
    }
    let unsigned = writer.finish()?;
    on_progress(Progress { phase: Phase::Sign, step: 0, total: 1 });
    sign_and_place(&work, &unsigned, request.target, &claim, request.identity, cancel)?;
    on_progress(Progress { phase: Phase::Sign, step: 1, total: 1 });
    Ok(())
}

/// Whether the target holds this very film already, whole and signed: an export that a crash interrupted after its last step is not
/// done again.
///
/// # Errors
/// If a take's file can't be read.
pub fn is_exported(request: &ExportRequest<'_>) -> Result<bool, ServiceError> {
    let Ok(report) = verify_file(request.target, &TrustAnchors::none()) else { return Ok(false) };
    let stored = report.plan.as_ref().and_then(|plan| plan.get("id")).cloned();
    Ok(report.passes() && stored == claim(request)?.plan.get("id").cloned())
}

fn output_of(cut: &Cut) -> Output {
    Output { width: cut.size.width, height: cut.size.height, rate: cut.rate, frames: cut.frames, crf: 16 }
}

/// Frames of takes, by the frames of the film that they last.
struct Takes<'a> {
    request: &'a ExportRequest<'a>,
    /// The takes that were used last, the newest at the end.
    kept: Vec<(TakeId, Vec<Frame>)>,
    /// Second stages by model; nothing where a model has none, or is not on this machine as it was.
    upscalers: BTreeMap<Digest, Option<Upscaler>>,
}

impl Takes<'_> {
    /// The frame of a take that is shown so many frames of the film after its first, and its place.
    fn frame(&mut self, id: TakeId, at: u32, cancel: &CancelToken) -> Result<(usize, &Frame), ServiceError> {
        let gone = || ServiceError::Request("a take of this film is not in the project any more".to_owned());
        let take = self.request.cut.takes.get(&id).ok_or_else(gone)?;
        let plan = take.plan.clone();
        match self.kept.iter().position(|(kept, _)| *kept == id) {
            Some(place) => {
                let used = self.kept.remove(place);
                self.kept.push(used);
            }
            None => {
                let frames = self.load(&plan, cancel)?;
                let bytes = |frames: &[Frame]| frames.iter().map(|frame| frame.rgba().len()).sum::<usize>();
                while self.kept.iter().map(|(_, kept)| bytes(kept)).sum::<usize>() + bytes(&frames) > KEPT_BYTES
                    && !self.kept.is_empty()
                {
                    self.kept.remove(0);
                }
                self.kept.push((id, frames));
            }
        }
        let (_, frames) = self.kept.last().ok_or_else(gone)?;
        let count = u32::try_from(frames.len()).unwrap_or(u32::MAX);
        let cadence = Cadence::new(count, plan.rate, self.request.cut.rate);
        let last = frames.len().saturating_sub(1);
        let index = cadence.source_frame(at as usize).unwrap_or(last);
        Ok((index, frames.get(index).ok_or_else(gone)?))
    }

    fn load(&mut self, plan: &GenerationPlan, cancel: &CancelToken) -> Result<Vec<Frame>, ServiceError> {
        let frames = media::read_frames(take_path(self.request.project, plan)?, None)?;
        let size = self.request.cut.size;
        if size.width <= plan.width {
            return Ok(frames);
        }
        let pictures = load_pictures(self.request.project, plan)?;
        match self.upscaler(plan)? {
            Some(upscaler) => enlarge(upscaler, &frames, plan, &pictures, cancel, &mut |_, _| {}),
            None => Ok(frames),
        }
    }

    fn upscaler(&mut self, plan: &GenerationPlan) -> Result<Option<&Upscaler>, ServiceError> {
        let digest = plan.model.sha256;
        if !self.upscalers.contains_key(&digest) {
            let model = self.request.store.find(&plan.model.id).ok();
            let same = model.filter(|model| model.card.digest() == digest);
            let loaded = match same {
                Some(model) => {
                    model.check()?;
                    Upscaler::load(&model.folder.join("upscaler"))?
                }
                None => None,
            };
            self.upscalers.insert(digest, loaded);
        }
        Ok(self.upscalers.get(&digest).and_then(Option::as_ref))
    }
}

/// What the file says of itself: which takes of which models it was cut from, and from which plans they were made.
fn claim(request: &ExportRequest<'_>) -> Result<Claim, ServiceError> {
    let cut = request.cut;
    let mut order = Vec::new();
    for run in &cut.runs {
        if let Picture::Take(take, _) = run.picture
            && !order.contains(&take)
        {
            order.push(take);
        }
    }
    let mut used = BTreeSet::new();
    let (mut models, mut takes, mut recipes) = (BTreeMap::new(), Vec::new(), Vec::new());
    let mut pictures = Pictures::none();
    for take in order.iter().filter_map(|id| cut.takes.get(id)) {
        let plan = &take.plan;
        models.entry(plan.model.sha256).or_insert_with(|| model_of(request.store, plan));
        used.extend(plan.known.iter().map(|known| known.picture));
        pictures.by_digest.extend(load_pictures(request.project, plan)?.by_digest);
        let path = take_path(request.project, plan)?;
        let unreadable = "a take of this film can't be read; generate the shot again";
        let sha256 = File::open(&path).and_then(|mut file| Digest::of_reader(&mut file));
        let sha256 = sha256.map_err(ServiceError::io(unreadable, &path))?.to_string();
        let told = if request.embed_prompts { GenerationPlan::clone(plan) } else { plan.without_words() };
        recipes.push(json!({ "id": plan.id()?, "title": take.title, "sha256": sha256, "plan": told }));
        takes.push(PlacedTake { title: take.title.clone(), mime: "video/x-matroska".to_owned(), sha256 });
    }
    let place = |id: &TakeId| order.iter().position(|other| other == id);
    let runs: Vec<Value> = cut
        .runs
        .iter()
        .map(|run| match &run.picture {
            Picture::Take(take, from) => {
                json!({ "first": run.first, "frames": run.frames, "take": place(take), "from": from })
            }
            Picture::Slug(..) => json!({ "first": run.first, "frames": run.frames, "slug": true }),
            Picture::Black => json!({ "first": run.first, "frames": run.frames }),
        })
        .collect();
    let all_generated = cut.runs.iter().all(|run| matches!(run.picture, Picture::Take(..)));
    let film = json!({ "takes": recipes, "runs": runs, "output": output_of(cut) });
    let title = request.target.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Ok(Claim {
        title,
        format: "video/mp4".to_owned(),
        generator_version: env!("CARGO_PKG_VERSION").to_owned(),
        models: models.into_values().collect(),
        source: if all_generated && used.is_empty() { SourceKind::Generated } else { SourceKind::GeneratedFromImage },
        plan: json!({ "schema": 1, "id": Digest::of(film.to_string().as_bytes()), "film": film }),
        inputs: inputs_of(&pictures, &used),
        takes,
        visible_mark: true,
        when: now()?,
    })
}

/// A model that is not here any more is known by its id and hash alone.
fn model_of(store: &ModelStore, plan: &GenerationPlan) -> ModelAgent {
    let here = store.find(&plan.model.id).ok().filter(|model| model.card.digest() == plan.model.sha256);
    match here {
        Some(model) => agent_of(&model.card),
        None => {
            ModelAgent { name: plan.model.id.clone(), version: String::new(), sha256: plan.model.sha256.to_string() }
        }
    }
}
