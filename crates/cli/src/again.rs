//! `kinora again`: a clip once more, from the recipe in its file.

use crate::generate::{OutputArgs, make};
use crate::report::Reporter;
use crate::setup::{self, SignerArgs};
use anyhow::Result;
use kinora_frame::Size;
use kinora_job::{Phase, Progress};
use kinora_provenance::TrustAnchors;
use kinora_services::{ClipRequest, Pictures, ServiceError, load_model, recipe_of};
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `kinora again`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Prompt and picture are needed only where the file holds their hash alone; they are checked against it."
)]
pub struct Args {
    /// A clip that Kinora exported
    file: PathBuf,
    /// The prompt, if its words are not in the file
    #[arg(long, value_name = "TEXT")]
    prompt: Option<String>,
    /// The negative prompt, if its words are not in the file
    #[arg(long, value_name = "TEXT")]
    negative: Option<String>,
    /// A picture that the clip was made from; may be given more than once
    #[arg(long, value_name = "FILE")]
    image: Vec<PathBuf>,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    signer: SignerArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode> {
    let cancel = setup::cancel_on_interrupt()?;
    let mut reporter = Reporter::new(args.output.json);
    let (recipe, _) = recipe_of(&args.file, &TrustAnchors::none())?;
    let words: Vec<&str> = args.prompt.iter().chain(&args.negative).map(|text| text.trim()).collect();
    let plan = recipe.plan.with_words(&words).map_err(ServiceError::from)?;
    let mut pictures = Pictures::none();
    for path in &args.image {
        pictures.add_file(path)?;
    }
    if let Some(known) = plan.known.iter().find(|known| !pictures.has(&known.picture)) {
        return Err(ServiceError::PictureMissing(known.picture).into());
    }
    let identity = args.signer.identity()?;
    reporter.progress(Progress { phase: Phase::Load, step: 0, total: 1 });
    let model = load_model(&setup::models(), &plan.model.id, plan.dtype, plan.device)?;
    let model = model.taking_turns(&setup::data_folder()?);
    let clip = ClipRequest {
        plan: &plan,
        pictures: &pictures,
        size: Size::new(recipe.output.width, recipe.output.height),
        rate: recipe.output.rate,
        embed_prompt: args.output.embed_prompt || recipe.has_words,
        previews: args.output.wants_previews(),
        target: &args.output.out,
        identity: &identity,
    };
    make(&model, &clip, &args.output, &cancel, &mut reporter)?;
    Ok(ExitCode::SUCCESS)
}
