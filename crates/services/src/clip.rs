//! A plan becomes a file: load, generate, encode, mark, sign.

use crate::leave::{Output, WorkFolder, encode_marked, output_frames, sign_and_place};
use crate::pictures::inputs_of;
use crate::turn::Turn;
use crate::{Pictures, ServiceError};
use kinora_diffusion::Engine;
use kinora_diffusion::pipeline::{self, Checkpoint, Event, Options, Preview};
use kinora_diffusion::upscaler::{KnownLarge, Upscaler};
use kinora_frame::{Frame, Size};
use kinora_job::{CancelToken, Phase, Progress};
use kinora_model_store::ModelStore;
use kinora_plan::{DeviceClass, Digest, Dtype, GenerationPlan, ModelCard};
use kinora_provenance::{Claim, ModelAgent, SigningIdentity, SourceKind};
use kinora_time::FrameRate;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A model that is loaded and whose files were checked.
pub struct LoadedModel {
    /// The engine with the weights.
    pub engine: Engine,
    /// The model's second stage, if it has one.
    pub upscaler: Option<Upscaler>,
    /// Where this user's processes tell each other that they generate; see [`LoadedModel::taking_turns`].
    turns: Option<PathBuf>,
}

impl LoadedModel {
    /// Lets generations wait for those of other processes that have the same folder.
    #[must_use]
    pub fn taking_turns(self, folder: &Path) -> Self {
        Self { turns: Some(folder.to_owned()), ..self }
    }
}

/// A clip to make.
#[derive(Debug)]
pub struct ClipRequest<'a> {
    /// What to make.
    pub plan: &'a GenerationPlan,
    /// The pictures that the plan names.
    pub pictures: &'a Pictures,
    /// Pixels of the file.
    pub size: Size,
    /// Frames a second of the file.
    pub rate: FrameRate,
    /// Whether the prompt's words go into the file; else their hash.
    pub embed_prompt: bool,
    /// Whether the caller wants previews.
    pub previews: bool,
    /// The file to write.
    pub target: &'a Path,
    /// Who signs.
    pub identity: &'a SigningIdentity,
}

/// A clip that is in its place.
#[derive(Debug)]
pub struct Clip {
    /// The file.
    pub path: PathBuf,
    /// Its picture.
    pub output: Output,
    /// Its frames before scale, cadence and marks: for looking at, not for handing out.
    pub frames: Vec<Frame>,
}

/// What the caller hears.
#[derive(Debug)]
#[non_exhaustive]
pub enum ClipEvent {
    /// A step of a phase is done.
    Progress(Progress),
    /// The clip as far as it can be told.
    Preview(Preview),
    /// What the generation needs to go on after a break here.
    Checkpoint(Checkpoint),
}

/// Finds a model, checks every file against its card, and loads it.
///
/// # Errors
/// If it is missing, damaged or not what its card says.
pub fn load_model(
    store: &ModelStore,
    id: &str,
    dtype: Dtype,
    device: DeviceClass,
) -> Result<LoadedModel, ServiceError> {
    let model = store.find(id)?;
    model.check()?;
    let engine = Engine::load(&model.folder, &model.card, dtype, device)?;
    Ok(LoadedModel { engine, upscaler: Upscaler::load(&model.folder.join("upscaler"))?, turns: None })
}

/// Makes the plan's frames: unmarked, in memory, at the model's size.
///
/// # Errors
/// If the plan doesn't fit the model, a picture is missing, or the job is cancelled.
pub fn generate_frames(
    model: &LoadedModel,
    plan: &GenerationPlan,
    pictures: &Pictures,
    options: Options,
    cancel: &CancelToken,
    on_event: &mut dyn FnMut(ClipEvent),
) -> Result<Vec<Frame>, ServiceError> {
    let waits = Progress { phase: Phase::Wait, step: 0, total: 1 };
    let turn = model
        .turns
        .as_deref()
        .map(|folder| Turn::wait(folder, plan.device, cancel, &mut || on_event(ClipEvent::Progress(waits))));
    let _turn = turn.transpose()?;
    let picture = |known: &kinora_plan::KnownFrame, size: Size| pictures.fitted(known, size);
    let mut forward = |event| match event {
        Event::Progress(progress) => on_event(ClipEvent::Progress(progress)),
        Event::Preview(preview) => on_event(ClipEvent::Preview(preview)),
        Event::Checkpoint(checkpoint) => on_event(ClipEvent::Checkpoint(checkpoint)),
        _ => {}
    };
    Ok(pipeline::generate(&model.engine, plan, &picture, options, cancel, &mut forward)?)
}

/// Makes the clip and puts it, marked and signed, in its place. On any error the target is as it was.
///
/// # Errors
/// See [`ServiceError`].
pub fn generate_clip(
    model: &LoadedModel,
    request: &ClipRequest<'_>,
    cancel: &CancelToken,
    on_event: &mut dyn FnMut(ClipEvent),
) -> Result<Clip, ServiceError> {
    let work = WorkFolder::beside(request.target)?;
    let plan = request.plan;
    let options = Options { previews: request.previews, ..Options::default() };
    let frames = generate_frames(model, plan, request.pictures, options, cancel, on_event)?;
    let frames = match &model.upscaler {
        Some(upscaler) if request.size.width > plan.width => {
            enlarge(upscaler, &frames, plan, request.pictures, cancel, &mut |step, total| {
                on_event(ClipEvent::Progress(Progress { phase: Phase::Upscale, step, total }));
            })?
        }
        _ => frames,
    };
    let output = Output {
        width: request.size.width,
        height: request.size.height,
        rate: request.rate,
        frames: output_frames(plan.frames, plan.rate, request.rate),
        crf: 16,
    };
    let unsigned = encode_marked(&work, &frames, plan.rate, &output, cancel, &mut |step, total| {
        on_event(ClipEvent::Progress(Progress { phase: Phase::EncodeVideo, step, total }));
    })?;
    on_event(ClipEvent::Progress(Progress { phase: Phase::Sign, step: 0, total: 1 }));
    let claim = claim(model, request, &output)?;
    sign_and_place(&work, &unsigned, request.target, &claim, request.identity, cancel)?;
    on_event(ClipEvent::Progress(Progress { phase: Phase::Sign, step: 1, total: 1 }));
    Ok(Clip { path: request.target.to_owned(), output, frames })
}

/// More pixels by the model's second stage; pictures that the plan keeps exactly bring their own detail.
pub(crate) fn enlarge(
    upscaler: &Upscaler,
    frames: &[Frame],
    plan: &GenerationPlan,
    pictures: &Pictures,
    cancel: &CancelToken,
    progress: &mut dyn FnMut(u32, u32),
) -> Result<Vec<Frame>, ServiceError> {
    #[allow(clippy::cast_possible_truncation, reason = "a scale is a small number")]
    let scale = upscaler.scale() as u32;
    let size = Size::new(plan.width * scale, plan.height * scale);
    // A take of the model's own size has no detail to bring.
    let native = Size::new(plan.width, plan.height);
    let whole = plan.known.iter().filter(|known| known.level == 0.0 && known.region.is_none());
    let whole = whole.filter(|known| pictures.is_finer(known, native));
    let known: Vec<KnownLarge> = whole
        .filter_map(|known| {
            let picture = pictures.fitted(known, size)?;
            Some(KnownLarge { frame: known.frame as usize, picture })
        })
        .collect();
    let total = u32::try_from(frames.len()).unwrap_or(u32::MAX);
    Ok(upscaler.upscale(frames, &known, cancel, &mut |done| {
        progress(u32::try_from(done).unwrap_or(u32::MAX), total);
    })?)
}

/// What the file says of itself: only what was done.
fn claim(model: &LoadedModel, request: &ClipRequest<'_>, output: &Output) -> Result<Claim, ServiceError> {
    let card = model.engine.card();
    let plan = if request.embed_prompt { request.plan.clone() } else { request.plan.without_words() };
    let used: BTreeSet<Digest> = request.plan.known.iter().map(|known| known.picture).collect();
    let inputs = inputs_of(request.pictures, &used);
    let title = request.target.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let wrong = |error: String| ServiceError::Request(format!("the claim can't be written: {error}"));
    Ok(Claim {
        title,
        format: "video/mp4".to_owned(),
        generator_version: env!("CARGO_PKG_VERSION").to_owned(),
        models: vec![agent_of(card)],
        source: if inputs.is_empty() { SourceKind::Generated } else { SourceKind::GeneratedFromImage },
        plan: json!({
            "schema": 1,
            "id": plan.id()?,
            "plan": serde_json::to_value(&plan).map_err(|e| wrong(e.to_string()))?,
            "output": serde_json::to_value(output).map_err(|e| wrong(e.to_string()))?,
        }),
        inputs,
        takes: Vec::new(),
        clips: Vec::new(),
        visible_mark: true,
        when: now()?,
    })
}

/// A model as manifests name it.
pub(crate) fn agent_of(card: &ModelCard) -> ModelAgent {
    ModelAgent { name: card.name.clone(), version: card.version.clone(), sha256: card.digest().to_string() }
}

/// The time as manifests have it.
pub(crate) fn now() -> Result<String, ServiceError> {
    let now = OffsetDateTime::from(SystemTime::now()).replace_nanosecond(0).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    now.format(&Rfc3339).map_err(|e| ServiceError::Request(format!("this machine's clock can't be read: {e}")))
}
