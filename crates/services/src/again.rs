//! A signed clip becomes its plan again.

use crate::{Output, ServiceError};
use kinora_plan::{GenerationPlan, PlanError};
use kinora_provenance::{Report, TrustAnchors, verify_file};
use std::path::Path;

/// What a clip was made from, as its file tells.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// The plan, with hashes where words or pictures are not in the file.
    pub plan: GenerationPlan,
    /// The file's picture.
    pub output: Output,
    /// Whether the prompt's words were in the file.
    pub has_words: bool,
}

/// Reads the recipe in a signed clip.
///
/// # Errors
/// [`ServiceError::NoRecipe`] if there is none or the file was changed since; [`ServiceError::Plan`] if the plan is not what
/// its id says.
pub fn recipe_of(path: &Path, anchors: &TrustAnchors) -> Result<(Recipe, Report), ServiceError> {
    let no_recipe = || ServiceError::NoRecipe { path: path.to_owned() };
    let report = verify_file(path, anchors)?;
    if !report.passes() {
        return Err(no_recipe());
    }
    let stored = report.plan.as_ref().ok_or_else(no_recipe)?;
    if stored.get("film").is_some() {
        let text =
            format!("this film was cut from several takes; export it again from its project: {}", path.display());
        return Err(ServiceError::Request(text));
    }
    let plan = plan_in(stored, path)?;
    let output: Output = serde_json::from_value(stored["output"].clone()).map_err(|_| no_recipe())?;
    let spans = plan.opening.iter().flat_map(|opening| &opening.prompts).chain(&plan.prompts);
    let has_words = spans.into_iter().all(|span| span.prompt.text().is_some());
    Ok((Recipe { plan, output, has_words }, report))
}

/// The plans of all takes that a signed film shows, in their order; of a clip its own.
///
/// # Errors
/// As [`recipe_of`]; also if the film shows no take.
pub fn plans_of(path: &Path, anchors: &TrustAnchors) -> Result<Vec<GenerationPlan>, ServiceError> {
    let no_recipe = || ServiceError::NoRecipe { path: path.to_owned() };
    let report = verify_file(path, anchors)?;
    let stored = report.plan.as_ref().filter(|_| report.passes()).ok_or_else(no_recipe)?;
    let takes = match stored.get("film") {
        Some(film) => film["takes"].as_array().cloned().unwrap_or_default(),
        None => vec![stored.clone()],
    };
    let plans = takes.iter().map(|take| plan_in(take, path)).collect::<Result<Vec<_>, _>>()?;
    if plans.is_empty() { Err(no_recipe()) } else { Ok(plans) }
}

/// The plan of a take as a film tells it. It must be the one that its id says.
fn plan_in(take: &serde_json::Value, path: &Path) -> Result<GenerationPlan, ServiceError> {
    let no_recipe = || ServiceError::NoRecipe { path: path.to_owned() };
    let schema = take["plan"]["schema"].as_u64().unwrap_or_default();
    if schema != u64::from(kinora_plan::SCHEMA) {
        return Err(PlanError::Schema(u32::try_from(schema).unwrap_or(u32::MAX)).into());
    }
    let plan: GenerationPlan = serde_json::from_value(take["plan"].clone()).map_err(|_| no_recipe())?;
    plan.check()?;
    if take["id"] == serde_json::Value::String(plan.id()?.to_string()) { Ok(plan) } else { Err(no_recipe()) }
}
