//! Signing: a finished video file and a claim about it become a file with a C2PA manifest (specification 2.x, claim v2).
//!
//! Whatever is written is read back and checked before it gets its
//! name. Deliberately not here: time-stamps (they need the network), thumbnails (they'd be a picture that nobody marked).

use crate::ProvenanceError;
use crate::certificates::hex;
use crate::claim::{Claim, InputFile, InputSource, PLAN_LABEL};
use crate::error::is_disk_full;
use crate::identity::{SigningIdentity, sync_dir};
use crate::report::{Report, SHA256_URN, SignatureState};
use crate::trust::{TrustAnchors, context};
use crate::verify;
use c2pa::assertions::DataHash;
use c2pa::{Builder, BuilderIntent};
use kinora_job::CancelToken;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// What was signed.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The manifest's own name, `urn:c2pa:…`: unique in the world.
    pub manifest: String,
    /// Size of the signed file.
    pub bytes: u64,
    /// What reading the file back found.
    pub report: Report,
}

/// Signs `unsigned` into `signed`, which appears whole or not at all; a file that was there is replaced only at the end.
///
/// # Errors
/// [`ProvenanceError::Claim`] if the claim can't be signed, [`ProvenanceError::UnsupportedFormat`] and
/// [`ProvenanceError::Unreadable`] about `unsigned`, [`ProvenanceError::DiskFull`], [`ProvenanceError::SelfCheck`] if what
/// was written doesn't verify, [`ProvenanceError::Cancelled`].
pub fn sign_file(
    unsigned: &Path,
    signed: &Path,
    claim: &Claim,
    identity: &SigningIdentity,
    cancel: &CancelToken,
) -> Result<Signed, ProvenanceError> {
    cancel.check()?;
    claim.check()?;
    claim.check_embedded()?;
    let mut source = File::open(unsigned).map_err(|error| ProvenanceError::io("opening the video", unsigned, error))?;
    verify::sniff(&mut source, unsigned)?;

    let write_failed = |error| ProvenanceError::io("writing the signed file", signed, error);
    let folder = signed.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut staging = staging_file(folder).map_err(write_failed)?;
    let mut watched = Watched { file: staging.as_file_mut(), cancel, failure: None };
    let result = build(claim, identity, cancel).and_then(|mut builder| {
        builder.save_to_stream(&claim.format, &mut source, &mut watched).map_err(|error| signing_failed(error, signed))
    });
    if let Some(failure) = watched.failure.take() {
        cancel.check()?;
        return Err(write_failed(failure));
    }
    result?;
    cancel.check()?;

    staging.as_file().sync_all().map_err(write_failed)?;
    let report = verify::inspect(staging.as_file_mut(), signed, &identity.anchors(), cancel)?;
    // A chain without any authority in it is known to nobody, itself included.
    let trusted = identity.anchors().is_empty() || report.signature == SignatureState::Trusted;
    let Some(manifest) = report.manifest.clone().filter(|_| trusted && says(&report, claim)) else {
        return Err(ProvenanceError::SelfCheck { reason: report.codes.failure.join(", "), path: signed.to_owned() });
    };
    let bytes = staging.as_file().metadata().map_err(write_failed)?.len();
    staging.persist(signed).map_err(|error| write_failed(error.error))?;
    sync_dir(folder).map_err(write_failed)?;
    Ok(Signed { manifest, bytes, report })
}

/// Signs a file that can't hold a manifest: the manifest is written to `manifest`, whole or not at all, bound to the file by its hash.
///
/// # Errors
/// As [`sign_file`].
pub fn sign_beside(
    file: &Path,
    manifest: &Path,
    claim: &Claim,
    identity: &SigningIdentity,
    cancel: &CancelToken,
) -> Result<Report, ProvenanceError> {
    cancel.check()?;
    claim.check()?;
    let mut source = File::open(file).map_err(|error| ProvenanceError::io("opening the video", file, error))?;
    let failed = |error| signing_failed(error, file);
    let mut hash = DataHash::new("file", "sha256");
    hash.gen_hash_from_stream(&mut source).map_err(failed)?;
    cancel.check()?;
    let mut builder = build(claim, identity, cancel)?;
    let signer = identity.signer().map_err(failed)?;
    builder.data_hashed_placeholder(signer.reserve_size(), MANIFEST_MIME).map_err(failed)?;
    let bytes = builder.sign_data_hashed_embeddable(signer.as_ref(), &hash, MANIFEST_MIME).map_err(failed)?;
    let report = verify::inspect_beside(&bytes, file, &identity.anchors(), cancel)?;
    if !says(&report, claim) {
        return Err(ProvenanceError::SelfCheck { reason: report.codes.failure.join(", "), path: file.to_owned() });
    }
    let write_failed = |error| ProvenanceError::io("writing the manifest", manifest, error);
    let folder = manifest.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut staging = staging_file(folder).map_err(write_failed)?;
    staging.write_all(&bytes).and_then(|()| staging.as_file().sync_all()).map_err(write_failed)?;
    staging.persist(manifest).map_err(|error| write_failed(error.error))?;
    sync_dir(folder).map_err(write_failed)?;
    Ok(report)
}

/// Whether a file holds, and says of its origin what was claimed.
fn says(report: &Report, claim: &Claim) -> bool {
    report.holds() && report.generated_declared == claim.source.is_generated()
}

/// A manifest as a file of its own.
pub(crate) const MANIFEST_MIME: &str = "application/c2pa";

fn build(claim: &Claim, identity: &SigningIdentity, cancel: &CancelToken) -> Result<Builder, ProvenanceError> {
    let failed = |error| signing_failed(error, Path::new(&claim.title));
    let kinora = json!({ "name": "Kinora", "version": claim.generator_version });
    let settings = json!({
        "vendor": "kinora",
        "claim_generator_info": kinora,
        "thumbnail": { "enabled": false },
        "actions": { "all_actions_included": true },
        // Without this the library gathers actions instead of asserting them.
        "created_assertion_labels": ["c2pa.actions", "c2pa.ai-disclosure", "c2pa.ingredient", PLAN_LABEL],
    });
    let context = context(&TrustAnchors::none(), &settings, cancel).map_err(failed)?;
    let context = context.with_signer(identity.signer().map_err(failed)?).into_shared();
    let mut builder = Builder::from_shared_context(&context)
        .with_definition(json!({ "claim_version": 2, "title": claim.title, "format": claim.format }))
        .map_err(failed)?;
    builder.set_intent(BuilderIntent::Create(claim.source.digital_source_type()));
    let mut made_from = add_models(&mut builder, claim).map_err(failed)?;
    for (at, input) in claim.inputs.iter().enumerate() {
        let label = format!("input_{at}");
        add_file(&mut builder, input, &label, "inputTo")?;
        made_from.push(label);
    }
    let mut takes = add_takes(&mut builder, claim).map_err(failed)?;
    for (at, clip) in claim.clips.iter().enumerate() {
        let label = format!("clip_{at}");
        add_file(&mut builder, clip, &label, "componentOf")?;
        takes.push(label);
    }
    add_actions(&mut builder, claim, &kinora, &made_from, &takes).map_err(failed)?;
    builder.add_assertion(PLAN_LABEL, &claim.plan).map_err(failed)?;
    Ok(builder)
}

/// The models as ingredients, and what each discloses. Returns the ingredients' labels.
fn add_models(builder: &mut Builder, claim: &Claim) -> c2pa::Result<Vec<String>> {
    let mut labels = Vec::new();
    for (at, model) in claim.models.iter().enumerate() {
        let label = if at == 0 { "model".to_owned() } else { format!("model_{at}") };
        builder.add_ingredient(serde_json::from_value::<c2pa::Ingredient>(json!({
            "title": model.name,
            "format": "application/octet-stream",
            "relationship": "inputTo",
            "label": label,
            "instance_id": model.urn(),
            "description": "The video diffusion model that made the pictures, run on the user's own machine",
            "data_types": [{ "type": "c2pa.types.generator" }, { "type": "c2pa.types.model", "version": model.version }],
        }))?);
        builder.add_assertion(
            "c2pa.ai-disclosure",
            &json!({
                "modelType": "c2pa.types.model",
                "modelName": model.name,
                "modelIdentifier": model.urn(),
                "contentProfile": { "humanOversightLevel": "prompt_guided" },
            }),
        )?;
        labels.push(label);
    }
    Ok(labels)
}

/// The takes of a film as components. Returns their labels.
fn add_takes(builder: &mut Builder, claim: &Claim) -> c2pa::Result<Vec<String>> {
    let mut labels = Vec::new();
    for (at, take) in claim.takes.iter().enumerate() {
        let label = format!("take_{at}");
        builder.add_ingredient(serde_json::from_value::<c2pa::Ingredient>(json!({
            "title": take.title,
            "format": take.mime,
            "relationship": "componentOf",
            "label": label,
            "instance_id": format!("{SHA256_URN}{}", take.sha256.to_ascii_lowercase()),
            "description": "Frames that a model named here generated",
        }))?);
        labels.push(label);
    }
    Ok(labels)
}

/// What was done: the pictures were made, takes were put one after the other, the mark was drawn.
fn add_actions(
    builder: &mut Builder,
    claim: &Claim,
    kinora: &serde_json::Value,
    made_from: &[String],
    takes: &[String],
) -> c2pa::Result<()> {
    let mut created = json!({ "action": "c2pa.created", "when": claim.when, "digitalSourceType": claim.source.uri() });
    match claim.models.first() {
        Some(model) => {
            created["softwareAgent"] = json!({ "name": model.name, "version": model.version });
            created["description"] = json!("Video generated by a diffusion model");
            created["parameters"] = json!({ "ingredientIds": made_from, "name": "org.kinora.generate" });
        }
        None => {
            created["softwareAgent"] = kinora.clone();
            created["description"] =
                json!("Put together from the files that are placed in it; no model was asked for any of it here");
        }
    }
    builder.add_action(created)?;
    for take in takes {
        builder.add_action(json!({
            "action": "c2pa.placed",
            "when": claim.when,
            "softwareAgent": kinora,
            "parameters": { "ingredientIds": [take] },
        }))?;
    }
    if claim.models.is_empty() {
        builder.add_action(json!({
            "action": "c2pa.edited",
            "when": claim.when,
            "softwareAgent": kinora,
            "description": "Cut on a timeline",
        }))?;
    }
    if claim.visible_mark {
        builder.add_action(json!({
            "action": "c2pa.addedText",
            "when": claim.when,
            "softwareAgent": kinora,
            "description": "Visible AI mark drawn into every frame",
        }))?;
    }
    Ok(())
}

/// A file of the user's as an ingredient, with the manifest that it may carry.
fn add_file(builder: &mut Builder, file: &InputFile, label: &str, relationship: &str) -> Result<(), ProvenanceError> {
    match &file.source {
        InputSource::Bytes(bytes) => {
            add_stream(builder, file, (label, relationship), &mut Cursor::new(bytes), Path::new(&file.title))
        }
        InputSource::Path(path) => {
            let mut stream =
                File::open(path).map_err(|error| ProvenanceError::io("opening a file that went in", path, error))?;
            add_stream(builder, file, (label, relationship), &mut stream, path)
        }
    }
}

fn add_stream(
    builder: &mut Builder,
    file: &InputFile,
    (label, relationship): (&str, &str),
    stream: &mut (impl Read + Seek + Send),
    path: &Path,
) -> Result<(), ProvenanceError> {
    let mut hash = Sha256::new();
    io::copy(stream, &mut hash)
        .and_then(|_| stream.rewind())
        .map_err(|error| ProvenanceError::io("reading a file that went in", path, error))?;
    let mut ingredient = json!({
        "title": file.title,
        "relationship": relationship,
        "label": label,
        "instance_id": format!("{}{}", SHA256_URN, hex(&hash.finalize())),
    });
    match builder.add_ingredient_from_stream(ingredient.to_string(), &file.mime, stream) {
        Ok(_) => Ok(()),
        // Such a file can't carry a manifest: its hash says all that is known.
        Err(c2pa::Error::UnsupportedType) => {
            ingredient["format"] = json!(file.mime);
            let failed = |error| signing_failed(error, path);
            let plain = serde_json::from_value::<c2pa::Ingredient>(ingredient);
            builder.add_ingredient(plain.map_err(|error| failed(c2pa::Error::JsonError(error)))?);
            Ok(())
        }
        Err(error) => Err(signing_failed(error, path)),
    }
}

fn signing_failed(error: c2pa::Error, path: &Path) -> ProvenanceError {
    match error {
        c2pa::Error::OperationCancelled => ProvenanceError::Cancelled,
        c2pa::Error::UnsupportedType => ProvenanceError::UnsupportedFormat { path: path.to_owned() },
        c2pa::Error::IoError(source) => ProvenanceError::io("signing", path, source),
        other => ProvenanceError::Signing { reason: other.to_string(), path: path.to_owned() },
    }
}

/// A hidden file in `folder` that goes away by itself until it gets its name; readable for whom any new file is.
fn staging_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".kinora-sign-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)); // less the umask
    builder.tempfile_in(folder)
}

/// The file being written. Remembers why a write failed, which the library may lose on its way out, and stops on cancel.
struct Watched<'a> {
    file: &'a mut File,
    cancel: &'a CancelToken,
    failure: Option<io::Error>,
}

impl Watched<'_> {
    fn note<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        result.inspect_err(|error| {
            let text = error.to_string();
            self.failure =
                Some(if is_disk_full(error) { error.kind().into() } else { io::Error::new(error.kind(), text) });
        })
    }
}

impl Write for Watched<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let result =
            if self.cancel.is_cancelled() { Err(io::Error::other("cancelled")) } else { self.file.write(buffer) };
        if matches!(&result, Err(error) if error.kind() == io::ErrorKind::Interrupted) {
            return result; // the caller tries again
        }
        self.note(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.file.flush();
        self.note(result)
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

impl Seek for Watched<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
