//! What a signed clip says, and what is noticed when somebody touched it.

use crate::support::{MODEL_SHA256, box_payload, claim, clip, encode, ffmpeg, signed_clip, still};
use kinora_job::CancelToken;
use kinora_provenance::{
    Claim, ContentState, InputFile, InputSource, ModelAgent, PlacedTake, ProvenanceError, SignatureState,
    SigningIdentity, SourceKind, TrustAnchors, sign_beside, sign_file, verify_file,
};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// What lies in a folder besides the identity.
fn files(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name != "identity").collect();
    names.sort();
    names
}

#[test]
fn a_signed_clip_passes_and_its_own_root_knows_the_signer() {
    let (folder, identity, path, signed) = signed_clip(&claim());
    let root = TrustAnchors::from_pem_file(&SigningIdentity::root_file(&folder.path().join("identity"))).unwrap();
    let report = verify_file(&path, &root).unwrap();
    assert!(report.passes(), "{report:#?}");
    assert_eq!(report.signature, SignatureState::Trusted);
    assert_eq!(report.content, ContentState::Untouched);
    assert_eq!(report.codes.failure, Vec::<String>::new());
    assert_eq!(report.manifest.as_deref(), Some(signed.manifest.as_str()));
    assert_eq!(signed.bytes, fs::metadata(&path).unwrap().len());

    let signer = report.signer.clone().unwrap();
    assert_eq!(signer.organisation.as_deref(), Some("Kinora"));
    assert_eq!(signer.common_name.as_deref(), identity.common_name());
    let model = report.model.clone().unwrap();
    assert_eq!((model.name.as_str(), model.version.as_deref()), ("Kinora Sketch", Some("1.0")));
    assert_eq!(model.sha256.as_deref(), Some(MODEL_SHA256));
    let generator = report.generator.clone().unwrap();
    assert_eq!((generator.name.as_str(), generator.version.as_deref()), ("Kinora", Some("0.1.0")));
    assert_eq!(report.when.as_deref(), Some("2026-11-24T09:00:00Z"));
    assert_eq!(
        report.source_type.as_deref(),
        Some("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia")
    );
    assert_eq!(report.actions, ["c2pa.created", "c2pa.addedText"]);
    assert!(report.ingredients.iter().all(|ingredient| ingredient.is_model));
    let text = report.to_text();
    assert!(text.starts_with("Signed and unchanged\nSigned by Kinora workstation (Kinora), known here\n"), "{text}");
    assert!(text.contains("Made by AI: Kinora Sketch 1.0"), "{text}");
    assert!(serde_json::to_value(&report).unwrap()["signature"]["state"] == "trusted");
    assert_eq!(files(folder.path()), ["signed.mp4"]);
}

#[test]
fn the_plan_comes_back_equal() {
    let numbers = serde_json::json!({ "integers": [0, -1, i64::MAX, i64::MIN], "reals": [5.0, 0.1, -0.0, 1e300, 1e-300],
        "bytes": [1, 2, 255], "empty": {}, "nothing": null });
    for plan in [claim().plan, numbers] {
        let (_folder, _, path, _) = signed_clip(&Claim { plan: plan.clone(), ..claim() });
        let report = verify_file(&path, &TrustAnchors::none()).unwrap();
        assert_eq!(report.plan, Some(plan));
    }
}

#[test]
fn the_visible_mark_is_claimed_only_if_it_was_drawn() {
    let (_folder, _, _, signed) = signed_clip(&Claim { visible_mark: false, ..claim() });
    assert_eq!(signed.report.actions, ["c2pa.created"]);
}

#[test]
fn an_unknown_signer_still_passes_and_is_told_apart() {
    let (folder, _, path, _) = signed_clip(&claim());
    let other = SigningIdentity::load_or_create(&folder.path().join("other")).unwrap();
    for anchors in [other.anchors(), TrustAnchors::none()] {
        let report = verify_file(&path, &anchors).unwrap();
        assert_eq!(report.signature, SignatureState::UnknownSigner);
        assert_eq!(report.content, ContentState::Untouched);
        assert!(report.passes());
        assert!(report.to_text().contains("isn't known here"), "{}", report.to_text());
    }
    let own = SigningIdentity::load(&folder.path().join("identity")).unwrap().unwrap();
    let report = verify_file(&path, &other.anchors().and(&own.anchors())).unwrap();
    assert_eq!(report.signature, SignatureState::Trusted);
}

#[test]
fn a_chain_of_the_users_own_signs() {
    let folder = TempDir::new().unwrap();
    let identity = crate::identity::users_own(folder.path());
    let path = folder.path().join("signed.mp4");
    sign_file(clip(), &path, &claim(), &identity, &CancelToken::new()).unwrap();
    let report = verify_file(&path, &identity.anchors()).unwrap();
    assert_eq!(report.signature, SignatureState::Trusted);
    assert_eq!(report.signer.unwrap().organisation.as_deref(), Some("Blue Door Films"));
}

#[test]
fn a_chain_without_its_root_signs_as_certificate_authorities_hand_it_out() {
    let folder = TempDir::new().unwrap();
    let made = folder.path().join("identity");
    let whole = SigningIdentity::load_or_create(&made).unwrap();
    let chain = fs::read_to_string(made.join("chain.pem")).unwrap();
    let leaf_end = chain.find("-----END CERTIFICATE-----").unwrap() + 26;
    let (given, signed) = (folder.path().join("given.pem"), folder.path().join("signed.mp4"));
    for (pem, knows_itself) in
        [(&chain[..], SignatureState::Trusted), (&chain[..leaf_end], SignatureState::UnknownSigner)]
    {
        fs::write(&given, pem).unwrap();
        let identity = SigningIdentity::from_files(&given, &made.join("key.pem")).unwrap();
        let report = sign_file(clip(), &signed, &claim(), &identity, &CancelToken::new()).unwrap().report;
        assert_eq!(report.signature, knows_itself);
    }
    fs::write(&given, &chain).unwrap();
    let identity = SigningIdentity::from_files(&given, &made.join("key.pem")).unwrap();
    sign_file(clip(), &signed, &claim(), &identity, &CancelToken::new()).unwrap();
    assert_eq!(verify_file(&signed, &whole.anchors()).unwrap().signature, SignatureState::Trusted);
}

#[test]
fn a_signature_ends_with_its_certificate() {
    let folder = TempDir::new().unwrap();
    let identity = crate::identity::short_lived(folder.path(), time::Duration::seconds(4));
    let path = folder.path().join("signed.mp4");
    sign_file(clip(), &path, &claim(), &identity, &CancelToken::new()).unwrap();
    std::thread::sleep(std::time::Duration::from_secs(6));
    let report = verify_file(&path, &identity.anchors()).unwrap();
    assert_eq!(report.signature, SignatureState::Expired, "{report:#?}");
    assert_eq!(report.content, ContentState::Untouched);
    assert!(!report.passes() && report.to_text().contains("has expired"));
}

#[test]
fn one_flipped_byte_of_video_is_noticed() {
    let (folder, identity, path, _) = signed_clip(&claim());
    let good = fs::read(&path).unwrap();
    let video = box_payload(&good, b"mdat");
    for at in [video.start, (video.start + video.end) / 2, video.end - 1] {
        let mut bad = good.clone();
        bad[at] ^= 1;
        let copy = folder.path().join("copy.mp4");
        fs::write(&copy, bad).unwrap();
        let report = verify_file(&copy, &identity.anchors()).unwrap();
        assert!(!report.passes());
        assert_eq!(report.signature, SignatureState::Trusted, "the signature itself is genuine");
        assert_eq!(report.content, ContentState::Changed(vec!["assertion.bmffHash.mismatch".to_owned()]));
        assert!(report.to_text().starts_with("Changed since it was signed"), "{}", report.to_text());
    }
}

#[test]
fn a_changed_statement_is_noticed() {
    let (folder, identity, path, _) = signed_clip(&claim());
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.windows(8).position(|window| window == b"Un phare").unwrap();
    bytes[at] = b'X';
    let copy = folder.path().join("copy.mp4");
    fs::write(&copy, bytes).unwrap();
    let report = verify_file(&copy, &identity.anchors()).unwrap();
    assert!(!report.passes());
    assert_eq!(report.content, ContentState::Changed(vec!["assertion.hashedURI.mismatch".to_owned()]));
}

/// Wherever a byte flips or the file ends: a report or an error, never a pass; but for what C2PA leaves uncovered (padding
/// behind the signature, file type and free boxes), where a flip changes nothing that the file says or shows.
#[test]
fn no_damage_passes_or_panics() {
    let (folder, identity, path, _) = signed_clip(&claim());
    let good = fs::read(&path).unwrap();
    let manifest = box_payload(&good, b"uuid");
    let not_covered = [box_payload(&good, b"ftyp"), box_payload(&good, b"free")];
    let said = |report| serde_json::to_value::<kinora_provenance::Report>(report).unwrap();
    let before = said(verify_file(&path, &identity.anchors()).unwrap());
    let copy = folder.path().join("copy.mp4");
    for at in (0..good.len()).step_by(good.len() / 300) {
        let mut bad = good.clone();
        bad[at] ^= 0x55;
        fs::write(&copy, bad).unwrap();
        let Ok(report) = verify_file(&copy, &identity.anchors()) else { continue };
        if report.passes() {
            let padding = manifest.contains(&at) && good[at] == 0;
            assert!(padding || not_covered.iter().any(|part| part.contains(&at)), "byte {at} of {}", good.len());
            assert_eq!(said(report), before);
        }
    }
    for end in (0..good.len()).step_by(good.len() / 100) {
        fs::write(&copy, &good[..end]).unwrap();
        assert!(!verify_file(&copy, &identity.anchors()).is_ok_and(|report| report.passes()), "cut at {end}");
    }
}

#[test]
fn a_remuxed_clip_is_not_signed() {
    let (folder, identity, path, _) = signed_clip(&claim());
    let copy = folder.path().join("copy.mp4");
    ffmpeg(&["-i", path.to_str().unwrap(), "-c", "copy", copy.to_str().unwrap()]);
    let report = verify_file(&copy, &identity.anchors()).unwrap();
    assert!(!report.signed && !report.passes());
    assert_eq!((&report.signature, &report.content), (&SignatureState::Missing, &ContentState::Unknown));
    assert!(report.to_text().starts_with("Not signed"), "{}", report.to_text());
}

#[test]
fn files_without_signature_are_told_apart_from_files_that_cant_have_one() {
    let folder = TempDir::new().unwrap();
    assert!(!verify_file(clip(), &TrustAnchors::none()).unwrap().signed);
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        verify_file(&path, &TrustAnchors::none())
    };
    assert!(matches!(file("empty.mp4", b""), Err(ProvenanceError::Unreadable { .. })));
    assert!(matches!(file("text.mp4", b"not a video at all"), Err(ProvenanceError::UnsupportedFormat { .. })));
    assert!(matches!(file("clip.webm", b"\x1A\x45\xDF\xA3 matroska"), Err(ProvenanceError::UnsupportedFormat { .. })));
    let cut = file("cut.mp4", &fs::read(clip()).unwrap()[..300]);
    assert!(cut.as_ref().map_or(true, |report| !report.signed), "{cut:?}");
    let missing = verify_file(&folder.path().join("none.mp4"), &TrustAnchors::none());
    assert!(matches!(missing, Err(ProvenanceError::Io { .. })));
}

#[test]
fn pictures_that_went_in_are_listed_with_their_hash() {
    let folder = TempDir::new().unwrap();
    let (png, jpeg) = (folder.path().join("still.png"), folder.path().join("second.jpg"));
    still(&png);
    still(&jpeg);
    let input = |title: &str, mime: &str, source| InputFile { title: title.into(), mime: mime.into(), source };
    let claim = Claim {
        source: SourceKind::GeneratedFromImage,
        inputs: vec![
            input("still.png", "image/png", InputSource::Path(png.clone())),
            input("second.jpg", "image/jpeg", InputSource::Bytes(fs::read(&jpeg).unwrap())),
        ],
        ..claim()
    };
    let (_folder, identity, path, _) = signed_clip(&claim);
    let report = verify_file(&path, &identity.anchors()).unwrap();
    assert!(report.passes(), "{report:#?}");
    assert_eq!(
        report.source_type.as_deref(),
        Some("http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia")
    );
    let inputs: Vec<_> = report.ingredients.iter().filter(|ingredient| !ingredient.is_model).collect();
    let titles: Vec<_> = inputs.iter().map(|input| input.title.as_deref().unwrap()).collect();
    assert_eq!(titles, ["still.png", "second.jpg"]);
    assert_eq!(inputs[0].format.as_deref(), Some("image/png"));
    assert_eq!(inputs[0].relationship, "inputTo");
    let sum = std::process::Command::new("sha256sum").arg(&png).output().unwrap().stdout;
    assert_eq!(inputs[0].sha256.as_deref(), std::str::from_utf8(&sum[..64]).ok());
    assert!(report.to_text().contains("Made from: still.png, second.jpg"), "{}", report.to_text());
}

#[test]
fn a_signed_clip_that_went_in_keeps_its_own_manifest() {
    let (_folder, _, first, _) = signed_clip(&claim());
    let source = InputSource::Path(first);
    let inputs = vec![InputFile { title: "shot_01.mp4".into(), mime: "video/mp4".into(), source }];
    let (_folder, identity, path, _) =
        signed_clip(&Claim { source: SourceKind::GeneratedFromImage, inputs, ..claim() });
    let report = verify_file(&path, &identity.anchors()).unwrap();
    assert_eq!(report.signature, SignatureState::Trusted);
    assert!(report.passes() && report.ingredients.iter().any(|ingredient| ingredient.signed), "{report:#?}");
}

#[test]
fn a_film_names_the_takes_it_was_cut_from_and_every_model() {
    let take = |number: u32| PlacedTake {
        title: format!("Shot 1-{number}, take 1"),
        mime: "video/x-matroska".to_owned(),
        sha256: format!("{number:064x}"),
    };
    let other = ModelAgent { name: "Wan".into(), version: "2.2".into(), sha256: "ab".repeat(32) };
    let models = vec![claim().models[0].clone(), other];
    let (_folder, identity, path, _) = signed_clip(&Claim { takes: (1..=5).map(take).collect(), models, ..claim() });
    let report = verify_file(&path, &identity.anchors()).unwrap();
    assert!(report.passes(), "{report:#?}");
    let placed: Vec<_> =
        report.ingredients.iter().filter(|ingredient| ingredient.relationship == "componentOf").collect();
    assert_eq!(placed.len(), 5);
    assert_eq!(placed[4].title.as_deref(), Some("Shot 1-5, take 1"));
    assert_eq!(placed[4].sha256, Some(format!("{:064x}", 5)));
    assert_eq!(report.ingredients.iter().filter(|ingredient| ingredient.is_model).count(), 2);
    assert_eq!(report.actions.iter().filter(|action| *action == "c2pa.placed").count(), 5);
    assert_eq!(report.model.as_ref().map(|model| model.name.as_str()), Some("Kinora Sketch"));
    let text = report.to_text();
    assert!(text.contains("Cut from: Shot 1-1, take 1; Shot 1-2, take 1;"), "{text}");
}

#[test]
fn quicktime_and_files_with_their_index_at_the_end_sign_too() {
    let folder = TempDir::new().unwrap();
    let identity = SigningIdentity::load_or_create(&folder.path().join("identity")).unwrap();
    for (name, format) in [("late.mp4", "video/mp4"), ("clip.mov", "video/quicktime")] {
        let (from, to) = (folder.path().join(name), folder.path().join(format!("signed-{name}")));
        encode(&from, &[]);
        sign_file(&from, &to, &Claim { format: format.into(), ..claim() }, &identity, &CancelToken::new()).unwrap();
        assert!(verify_file(&to, &identity.anchors()).unwrap().passes(), "{name}");
    }
}

#[test]
fn a_signed_clip_still_plays() {
    let (_folder, _, path, _) = signed_clip(&claim());
    ffmpeg(&["-xerror", "-i", path.to_str().unwrap(), "-f", "null", "-"]);
}

#[test]
fn nothing_is_left_behind_when_signing_fails() {
    let folder = TempDir::new().unwrap();
    let identity = SigningIdentity::load_or_create(&folder.path().join("identity")).unwrap();
    let (from, to) = (folder.path().join("from.mp4"), folder.path().join("to.mp4"));
    fs::write(&to, b"what was there before").unwrap();
    let cancelled = CancelToken::new();
    cancelled.cancel();
    let never = CancelToken::new();
    let sign = |from: &Path, claim: &Claim, cancel| sign_file(from, &to, claim, &identity, cancel).unwrap_err();

    assert!(matches!(sign(clip(), &claim(), &cancelled), ProvenanceError::Cancelled));
    assert!(matches!(sign(&from, &claim(), &never), ProvenanceError::Io { .. }));
    let mut bad_claims =
        vec![Claim { when: "yesterday".into(), ..claim() }, Claim { format: "video/webm".into(), ..claim() }];
    bad_claims.push(Claim { source: SourceKind::GeneratedFromImage, ..claim() });
    let mut no_hash = claim();
    no_hash.models[0].sha256 = "12".into();
    bad_claims.push(no_hash);
    bad_claims.push(Claim { plan: serde_json::json!({ "seeds": [u64::MAX] }), ..claim() });
    for bad in &bad_claims {
        assert!(matches!(sign(clip(), bad, &never), ProvenanceError::Claim(_)));
    }
    let source = InputSource::Path(folder.path().join("gone.png"));
    let inputs = vec![InputFile { title: "gone.png".into(), mime: "image/png".into(), source }];
    assert!(matches!(sign(clip(), &Claim { inputs, ..claim() }, &never), ProvenanceError::Io { .. }));
    for bytes in [&b""[..], b"no video", &fs::read(clip()).unwrap()[..200]] {
        fs::write(&from, bytes).unwrap();
        let error = sign(&from, &claim(), &never);
        assert!(!error.to_string().is_empty());
    }
    assert_eq!(fs::read(&to).unwrap(), b"what was there before");
    fs::remove_file(&from).unwrap();
    assert_eq!(files(folder.path()), ["to.mp4"]);
}

/// Run by hand as root: `mount -t tmpfs -o size=64k none /mnt/tiny; KINORA_TINY_DISK=/mnt/tiny cargo test … -- --ignored disk`.
#[test]
#[ignore = "needs a folder on a full disk"]
fn a_full_disk_is_called_so_and_leaves_nothing() {
    let disk = std::path::PathBuf::from(std::env::var("KINORA_TINY_DISK").expect("set KINORA_TINY_DISK"));
    let (folder, identity, big) = (TempDir::new().unwrap(), TempDir::new().unwrap(), clip());
    let identity = SigningIdentity::load_or_create(&identity.path().join("identity")).unwrap();
    let from = folder.path().join("big.mp4");
    fs::copy(big, &from).unwrap();
    let error = sign_file(&from, &disk.join("to.mp4"), &claim(), &identity, &CancelToken::new()).unwrap_err();
    assert!(matches!(error, ProvenanceError::DiskFull { .. }), "{error}");
    assert_eq!(files(&disk), Vec::<String>::new());
}

/// Writes clips for the checkers in `tests/interop`: `KINORA_SAMPLES=/tmp/samples cargo test … -- --ignored samples`.
#[test]
#[ignore = "writes signed clips for other people's checkers"]
fn samples_for_the_interop_checkers() {
    let out = std::path::PathBuf::from(std::env::var("KINORA_SAMPLES").expect("set KINORA_SAMPLES to a folder"));
    let identity = SigningIdentity::load_or_create(&out.join("identity")).unwrap();
    let png = out.join("still.png");
    still(&png);
    let sign = |name: &str, claim: &Claim| {
        sign_file(clip(), &out.join(name), claim, &identity, &CancelToken::new()).unwrap();
    };
    sign("signed.mp4", &claim());
    let inputs =
        vec![InputFile { title: "still.png".into(), mime: "image/png".into(), source: InputSource::Path(png) }];
    sign("from-image.mp4", &Claim { source: SourceKind::GeneratedFromImage, inputs, ..claim() });
    let mut bytes = fs::read(out.join("signed.mp4")).unwrap();
    let video = box_payload(&bytes, b"mdat");
    bytes[(video.start + video.end) / 2] ^= 1;
    fs::write(out.join("flipped.mp4"), bytes).unwrap();
}

#[test]
fn a_file_that_can_hold_no_manifest_has_it_beside_it() {
    let home = tempfile::tempdir().unwrap();
    let identity = SigningIdentity::load_or_create(&home.path().join("identity")).unwrap();
    let film = home.path().join("film.mkv");
    fs::write(&film, [&[0x1A, 0x45, 0xDF, 0xA3][..], &[7; 5000]].concat()).unwrap();
    let claim = Claim { format: "video/x-matroska".to_owned(), ..claim() };
    assert!(sign_file(&film, &home.path().join("signed.mkv"), &claim, &identity, &CancelToken::new()).is_err());
    let beside = home.path().join("film.mkv.c2pa");
    let report = sign_beside(&film, &beside, &claim, &identity, &CancelToken::new()).unwrap();
    assert!(report.passes(), "{report:?}");
    assert!(verify_file(&film, &TrustAnchors::none()).unwrap().passes());
    let mut bytes = fs::read(&film).unwrap();
    bytes[3000] ^= 1;
    fs::write(&film, bytes).unwrap();
    assert!(!verify_file(&film, &TrustAnchors::none()).unwrap().passes(), "changed since");
    fs::remove_file(&beside).unwrap();
    assert!(verify_file(&film, &TrustAnchors::none()).is_err(), "nothing to judge");
}
