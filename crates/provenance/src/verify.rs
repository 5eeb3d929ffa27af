//! Verifying: what a file's manifest says, whether it is genuine, and whether the file is still what was signed.
//!
//! Three questions are kept apart: is the file signed at all, is the signer known here, was anything changed since. A
//! verdict needs positive evidence (a success code); the absence of failures is not enough.
//! Deliberately not here: fetching manifests or revocation lists from the network; words for people (`words.rs`).

use crate::ProvenanceError;
use crate::claim::PLAN_LABEL;
use crate::report::{Codes, ContentState, Ingredient, Model, Report, SHA256_URN, SignatureState, Signer, Software};
use crate::trust::{TrustAnchors, context};
use c2pa::validation_results::ValidationResults;
use c2pa::{Manifest, Reader};
use kinora_job::CancelToken;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

/// Source types by which a file says that a model made it, or part of it.
const GENERATED: [&str; 2] = ["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"];

/// Reads a file's manifest and checks it against `anchors`. Works offline and changes nothing.
///
/// # Errors
/// [`ProvenanceError::Io`], [`ProvenanceError::UnsupportedFormat`] and [`ProvenanceError::Unreadable`] if there is nothing
/// to judge. A file that isn't signed or whose signature fails is a [`Report`].
pub fn verify_file(path: &Path, anchors: &TrustAnchors) -> Result<Report, ProvenanceError> {
    let mut file = File::open(path).map_err(|error| ProvenanceError::io("opening the file", path, error))?;
    inspect(&mut file, path, anchors, &CancelToken::new())
}

/// [`verify_file`] for an open file that has, or will have, the name `path`.
pub(crate) fn inspect(
    file: &mut File,
    path: &Path,
    anchors: &TrustAnchors,
    cancel: &CancelToken,
) -> Result<Report, ProvenanceError> {
    let mime = match sniff(file, path) {
        // What can't hold a manifest may have one beside it.
        Err(ProvenanceError::UnsupportedFormat { .. }) if manifest_beside(path).is_file() => {
            let beside = manifest_beside(path);
            let bytes = std::fs::read(&beside);
            let bytes = bytes.map_err(|error| ProvenanceError::io("reading the manifest", &beside, error))?;
            return inspect_beside(&bytes, path, anchors, cancel);
        }
        sniffed => sniffed?,
    };
    let read = context(anchors, &json!({}), cancel)
        .and_then(|context| Reader::from_context(context).with_stream(mime, &mut *file));
    report_of(read, path)
}

/// Where a manifest lies that its file can't hold.
fn manifest_beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".c2pa");
    PathBuf::from(name)
}

/// [`verify_file`] for a file whose manifest is not in it.
pub(crate) fn inspect_beside(
    manifest: &[u8],
    path: &Path,
    anchors: &TrustAnchors,
    cancel: &CancelToken,
) -> Result<Report, ProvenanceError> {
    let mut file = File::open(path).map_err(|error| ProvenanceError::io("opening the file", path, error))?;
    let read = context(anchors, &json!({}), cancel).and_then(|context| {
        Reader::from_context(context).with_manifest_data_and_stream(manifest, "application/octet-stream", &mut file)
    });
    report_of(read, path)
}

fn report_of(read: c2pa::Result<Reader>, path: &Path) -> Result<Report, ProvenanceError> {
    let reader = match read {
        Ok(reader) => reader,
        Err(error) => return unreadable(error, path),
    };
    let Some(manifest) = reader.active_manifest() else {
        return Ok(Report::damaged("claim.missing".to_owned()));
    };
    let mut report = read_manifest(manifest);
    judge(&mut report, reader.validation_results());
    Ok(report)
}

/// A file that the library gave up on: not signed, damaged manifest, or no readable file at all.
fn unreadable(error: c2pa::Error, path: &Path) -> Result<Report, ProvenanceError> {
    use c2pa::Error as E;
    let path = path.to_owned();
    match error {
        E::OperationCancelled => Err(ProvenanceError::Cancelled),
        E::JumbfNotFound | E::ProvenanceMissing | E::RemoteManifestUrl(_) => Ok(Report::unsigned()),
        E::UnsupportedType => Err(ProvenanceError::UnsupportedFormat { path }),
        E::IoError(source) if source.kind() != std::io::ErrorKind::UnexpectedEof => {
            Err(ProvenanceError::Io { doing: "reading the file", source, path })
        }
        error @ (E::IoError(_)
        | E::InvalidAsset(_)
        | E::BmffError(_)
        | E::JpegError(_)
        | E::PngError(_)
        | E::RiffError(_)
        | E::TiffError(_)) => Err(ProvenanceError::Unreadable { reason: error.to_string(), path }),
        error => Ok(Report::damaged(error.to_string())),
    }
}

/// The MIME type by what the file holds, whatever its name says. Leaves the file at its beginning.
pub(crate) fn sniff(file: &mut File, path: &Path) -> Result<&'static str, ProvenanceError> {
    let mut head = Vec::new();
    file.rewind()
        .and_then(|()| Read::by_ref(file).take(12).read_to_end(&mut head))
        .and_then(|_| file.rewind())
        .map_err(|error| ProvenanceError::io("reading the file", path, error))?;
    let path = path.to_owned();
    match head.as_slice() {
        [] => Err(ProvenanceError::Unreadable { reason: "it is empty".to_owned(), path }),
        [_, _, _, _, b'f', b't', b'y', b'p', b'q', b't', ..] => Ok("video/quicktime"),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Ok("video/mp4"),
        [0x89, b'P', b'N', b'G', ..] => Ok("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Ok("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P'] => Ok("image/webp"),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Ok("image/tiff"),
        _ => Err(ProvenanceError::UnsupportedFormat { path }),
    }
}

/// What the manifest says, believed or not.
fn read_manifest(manifest: &Manifest) -> Report {
    let actions: Vec<&Value> = manifest
        .assertions()
        .iter()
        .filter(|assertion| assertion.label().starts_with("c2pa.actions"))
        .filter_map(|assertion| assertion.value().ok()?.get("actions")?.as_array())
        .flatten()
        .collect();
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let source_of = |action: &&Value| text(action.get("digitalSourceType"));
    let is_generated = |source: &String| GENERATED.iter().any(|name| source.rsplit('/').next() == Some(*name));
    // The generating action first: a later edit may name another source.
    let source_type =
        actions.iter().filter_map(source_of).find(is_generated).or_else(|| actions.iter().find_map(source_of));
    let maker =
        actions.iter().find(|action| source_of(action).is_some_and(|source| is_generated(&source))).or(actions.first());

    let disclosure = manifest.find_assertion::<Value>("c2pa.ai-disclosure").ok();
    let model = disclosure.as_ref().and_then(|disclosure| {
        let name = text(disclosure.get("modelName"))?;
        let agent = maker.and_then(|action| action.get("softwareAgent"));
        let agent = agent.filter(|agent| agent.get("name").and_then(Value::as_str) == Some(name.as_str()));
        Some(Model {
            version: agent.and_then(|agent| text(agent.get("version"))),
            sha256: text(disclosure.get("modelIdentifier"))
                .and_then(|urn| urn.strip_prefix(SHA256_URN).map(str::to_owned)),
            name,
        })
    });
    Report {
        signed: true,
        signer: manifest
            .signature_info()
            .map(|info| Signer { organisation: info.issuer.clone(), common_name: info.common_name.clone() }),
        when: maker.and_then(|action| text(action.get("when"))).or_else(|| manifest.time()),
        generator: manifest
            .claim_generator_info
            .as_ref()
            .and_then(|programs| programs.first())
            .map(|program| Software { name: program.name.clone(), version: program.version.clone() }),
        model,
        generated_declared: source_type.as_ref().is_some_and(is_generated),
        source_type,
        plan: manifest.find_assertion(PLAN_LABEL).ok(),
        ingredients: manifest.ingredients().iter().map(read_ingredient).collect(),
        actions: actions.iter().filter_map(|action| text(action.get("action"))).collect(),
        manifest: manifest.label().map(str::to_owned),
        ..Report::unsigned()
    }
}

fn read_ingredient(ingredient: &c2pa::Ingredient) -> Ingredient {
    let types = serde_json::to_value(ingredient.data_types()).unwrap_or_default();
    let types = types.as_array().into_iter().flatten().filter_map(|kind| kind.get("type")?.as_str());
    Ingredient {
        title: ingredient.title().map(str::to_owned),
        format: ingredient.format().map(str::to_owned),
        relationship: serde_json::to_value(ingredient.relationship())
            .ok()
            .and_then(|name| name.as_str().map(str::to_owned))
            .unwrap_or_default(),
        sha256: ingredient.instance_id().strip_prefix(SHA256_URN).map(str::to_owned),
        is_model: types.into_iter().any(|kind| kind.starts_with("c2pa.types.model")),
        signed: ingredient.active_manifest().is_some(),
    }
}

/// Sorts the library's findings into the two questions: is the signature genuine, was anything changed.
fn judge(report: &mut Report, results: Option<&ValidationResults>) {
    let mut codes = Codes::default();
    if let Some(found) = results.and_then(ValidationResults::active_manifest) {
        let names = |list: &[c2pa::validation_status::ValidationStatus]| {
            list.iter().map(|status| status.code().to_owned()).collect::<Vec<_>>()
        };
        codes = Codes {
            success: names(found.success()),
            informational: names(found.informational()),
            failure: names(found.failure()),
        };
    }
    let deltas = results.and_then(ValidationResults::ingredient_deltas).into_iter().flatten();
    let of_ingredients = deltas.flat_map(|delta| delta.validation_deltas().failure());
    codes.failure.extend(of_ingredients.map(|status| format!("ingredient: {}", status.code())));
    for list in [&mut codes.success, &mut codes.informational, &mut codes.failure] {
        list.sort();
        list.dedup();
    }

    let held = |code: &str| codes.success.iter().any(|found| found == code);
    let (mut invalid, mut changed, mut expired, mut unknown) = (Vec::new(), Vec::new(), false, false);
    for code in &codes.failure {
        match code.as_str() {
            "signingCredential.untrusted" => unknown = true,
            "signingCredential.expired" | "claimSignature.outsideValidity" => expired = true,
            // Whether an ingredient's signer is known, or has expired by now, says nothing about this file.
            other if other.starts_with("ingredient: signingCredential.") => {}
            other if is_change(other) => changed.push(code.clone()),
            _ => invalid.push(code.clone()),
        }
    }
    if invalid.is_empty() && !expired && !(held("claimSignature.validated") && held("claimSignature.insideValidity")) {
        invalid.push("claimSignature.missing".to_owned());
    }
    let bound = ["assertion.bmffHash.match", "assertion.dataHash.match", "assertion.boxesHash.match"];
    if changed.is_empty() && !bound.iter().any(|code| held(code)) {
        changed.push("claim.hardBindings.missing".to_owned());
    }

    report.signature = match (invalid.is_empty(), expired) {
        (false, _) => SignatureState::Invalid(invalid),
        (true, true) => SignatureState::Expired,
        (true, false) if held("signingCredential.trusted") && !unknown => SignatureState::Trusted,
        (true, false) => SignatureState::UnknownSigner,
    };
    report.content = if changed.is_empty() { ContentState::Untouched } else { ContentState::Changed(changed) };
    report.codes = codes;
}

/// Codes that say: these bytes, or this statement, are not those that were signed.
fn is_change(code: &str) -> bool {
    let code = code.strip_prefix("ingredient: ").unwrap_or(code);
    code.ends_with("Hash.mismatch")
        || code.ends_with("hashedURI.mismatch")
        || code.ends_with("hashedURI.missing")
        || code.starts_with("ingredient.")
        || ["assertion.missing", "assertion.undeclared", "assertion.inaccessible", "assertion.outsideManifest"]
            .contains(&code)
}
