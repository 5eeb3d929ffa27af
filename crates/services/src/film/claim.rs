//! What a film says of itself: which takes of which models it was cut from, from which plans they were made, and which imported files
//! stand beside them.

use super::export::ExportRequest;
use crate::clip::{agent_of, now};
use crate::pictures::{inputs_of, mime_of};
use crate::take::{load_pictures, take_path};
use crate::{Pictures, ServiceError};
use kinora_model_store::ModelStore;
use kinora_plan::{Digest, GenerationPlan};
use kinora_project::{MediaId, TakeId};
use kinora_project_file::{Disk, MediaStore};
use kinora_provenance::{Claim, InputFile, InputSource, ModelAgent, PlacedTake, SourceKind, TrustAnchors, verify_file};
use kinora_studio::planner::{CutTake, FilmFile, Picture};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

pub(super) fn claim(request: &ExportRequest<'_>, file: FilmFile) -> Result<Claim, ServiceError> {
    let cut = request.cut;
    let mut order: Vec<TakeId> = Vec::new();
    for strip in &cut.strips {
        if let Picture::Take(take, _) = strip.picture
            && !order.contains(&take)
        {
            order.push(take);
        }
    }
    let told = Told::of(
        request.project,
        request.store,
        order.iter().filter_map(|id| cut.takes.get(id)),
        request.embed_prompts,
    )?;
    let files: Vec<MediaId> = cut.media.keys().copied().collect();
    let clips = clips_of(request);
    let told_clips: Vec<Value> =
        cut.media.values().map(|media| json!({ "title": media.name, "sha256": media.sha256 })).collect();
    let all_generated = cut.strips.iter().all(|strip| matches!(strip.picture, Picture::Take(..)));
    let source = match (told.takes.is_empty(), all_generated && told.inputs.is_empty()) {
        (false, true) => SourceKind::Generated,
        (false, false) => SourceKind::GeneratedFromImage,
        // What others generated stays so.
        (true, _) if clips.iter().any(says_generated) => SourceKind::GeneratedFromImage,
        (true, _) => SourceKind::PutTogether,
    };
    let film = json!({
        "takes": told.recipes,
        "clips": told_clips,
        "strips": strips_of(request, &order, &files),
        "sounds": format!("{:?}", cut.sounds),
        "output": {
            "file": format!("{file:?}"),
            "width": cut.size.width,
            "height": cut.size.height,
            "rate": cut.rate,
            "first": cut.first,
            "frames": cut.frames,
        },
    });
    let title = request.target.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let format = match file {
        FilmFile::Mp4 => "video/mp4",
        FilmFile::Mov => "video/quicktime",
        FilmFile::Mkv => "video/x-matroska",
        FilmFile::Png => "image/png",
        FilmFile::Wav => "audio/wav",
    };
    Ok(Claim {
        title,
        format: format.to_owned(),
        generator_version: env!("CARGO_PKG_VERSION").to_owned(),
        source,
        models: told.models,
        plan: json!({ "schema": 1, "id": Digest::of(film.to_string().as_bytes()), "film": film }),
        inputs: told.inputs,
        takes: told.takes,
        clips,
        visible_mark: source.is_generated(),
        when: now()?,
    })
}

/// What is told of takes, whatever they are shown in.
pub(crate) struct Told {
    pub(crate) models: Vec<ModelAgent>,
    pub(crate) takes: Vec<PlacedTake>,
    /// The plans, as the plan assertion holds them.
    pub(crate) recipes: Vec<Value>,
    /// Pictures of the user that went in.
    pub(crate) inputs: Vec<InputFile>,
}

impl Told {
    pub(crate) fn of<'t>(
        project: &Path,
        store: &ModelStore,
        takes: impl Iterator<Item = &'t CutTake>,
        embed_prompts: bool,
    ) -> Result<Self, ServiceError> {
        let (mut models, mut placed, mut recipes) = (BTreeMap::new(), Vec::new(), Vec::new());
        let (mut used, mut pictures) = (BTreeSet::new(), Pictures::none());
        for take in takes {
            let plan = &take.plan;
            for plan in std::iter::once(plan).chain(&take.origins) {
                models.entry(plan.model.sha256).or_insert_with(|| model_of(store, plan));
                used.extend(plan.known.iter().map(|known| known.picture));
                pictures.extend(load_pictures(project, plan)?);
            }
            let path = take_path(project, plan)?;
            let unreadable = "a take can't be read; generate the shot again";
            let sha256 = File::open(&path).and_then(|mut file| Digest::of_reader(&mut file));
            let sha256 = sha256.map_err(ServiceError::io(unreadable, &path))?.to_string();
            let told = if embed_prompts { GenerationPlan::clone(plan) } else { plan.without_words() };
            recipes.push(json!({ "id": plan.id()?, "title": take.title, "sha256": sha256, "plan": told }));
            placed.push(PlacedTake { title: take.title.clone(), mime: "video/x-matroska".to_owned(), sha256 });
        }
        let (models, inputs) = (models.into_values().collect(), inputs_of(&pictures, &used));
        Ok(Self { models, takes: placed, recipes, inputs })
    }
}

/// What each strip shows: which take or file, and from where in it.
fn strips_of(request: &ExportRequest<'_>, takes: &[TakeId], files: &[MediaId]) -> Vec<Value> {
    let place = |found: Option<usize>| found.map_or(Value::Null, |place| json!(place));
    let told = |strip: &kinora_studio::planner::Strip| {
        let mut told = json!({ "row": strip.row, "first": strip.first, "frames": strip.frames });
        match &strip.picture {
            Picture::Take(take, run) => {
                told["take"] = place(takes.iter().position(|other| other == take));
                (told["from"], told["speed"]) = (json!(run.from.0.to_string()), json!(run.speed));
            }
            Picture::Media(media, run) => {
                told["clip"] = place(files.iter().position(|other| other == media));
                (told["from"], told["speed"]) = (json!(run.from.0.to_string()), json!(run.speed));
            }
            Picture::Slug(slug) => {
                told["slug"] = json!(true);
                if slug.picture.is_some() {
                    told["clip"] = place(files.iter().position(|other| Some(*other) == slug.picture));
                }
            }
            Picture::Title(words) => told["title"] = json!(Digest::of(words.as_bytes())),
        }
        if !strip.placement.is_default() {
            told["placement"] = json!(strip.placement);
        }
        if let Some((kind, frames)) = strip.comes {
            told["comes"] = json!([kind, frames, strip.begun]);
        }
        told
    };
    request.cut.strips.iter().map(told).collect()
}

/// The imported files that are seen or heard.
fn clips_of(request: &ExportRequest<'_>) -> Vec<InputFile> {
    let media = MediaStore::new(Disk, &request.project.join("media"));
    let clip = |file: &kinora_studio::planner::CutMedia| {
        let path = media.locate(&file.sha256);
        InputFile { title: file.name.clone(), mime: mime_of(&path), source: InputSource::Path(path) }
    };
    request.cut.media.values().map(clip).collect()
}

/// Whether a file says itself that a model made it, or part of it. A signature that doesn't hold any more is no reason to forget it.
fn says_generated(file: &InputFile) -> bool {
    match &file.source {
        InputSource::Path(path) => {
            verify_file(path, &TrustAnchors::none()).is_ok_and(|report| report.generated_declared)
        }
        InputSource::Bytes(_) => false,
    }
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
