//! Tiny real videos from FFmpeg, and a claim about them.

use kinora_job::CancelToken;
use kinora_provenance::{Claim, ModelAgent, Signed, SigningIdentity, SourceKind, sign_file};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

pub const MODEL_SHA256: &str = "3b1f0c5d9e7a2468ace013579bdf02468ace13579bdf02468ace13579bdf0246";

pub fn ffmpeg(arguments: &[&str]) {
    let done = Command::new("ffmpeg")
        .args(["-hide_banner", "-loglevel", "error", "-nostdin", "-y"])
        .args(arguments)
        .status()
        .expect("these tests need ffmpeg: apt install ffmpeg");
    assert!(done.success(), "ffmpeg {arguments:?}");
}

/// The same unsigned clip for all tests; don't write to it.
pub fn clip() -> &'static Path {
    static CLIP: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = CLIP.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("clip.mp4");
        encode(&path, &["-movflags", "+faststart"]);
        (folder, path)
    });
    path
}

pub fn encode(path: &Path, more: &[&str]) {
    let mut arguments = vec!["-f", "lavfi", "-i", "testsrc=size=192x112:rate=12:duration=1"];
    arguments.extend(["-c:v", "libx264", "-threads", "1", "-pix_fmt", "yuv420p"]);
    arguments.extend(more);
    arguments.push(path.to_str().unwrap());
    ffmpeg(&arguments);
}

pub fn still(path: &Path) {
    ffmpeg(&["-f", "lavfi", "-i", "testsrc=size=96x56", "-frames:v", "1", path.to_str().unwrap()]);
}

pub fn claim() -> Claim {
    Claim {
        title: "shot_01.mp4".to_owned(),
        format: "video/mp4".to_owned(),
        generator_version: "0.1.0".to_owned(),
        models: vec![ModelAgent {
            name: "Kinora Sketch".to_owned(),
            version: "1.0".to_owned(),
            sha256: MODEL_SHA256.to_owned(),
        }],
        source: SourceKind::Generated,
        plan: json!({ "schema": 1, "seed": "18446744073709551615", "steps": 30, "guidance": 5.0, "shift": 0.1, "size": [192, 112],
            "prompts": [{ "text": "Un phare à l’aube — 35 mm", "from": 0 }], "adapters": [], "negative": null, "loop": false }),
        inputs: Vec::new(),
        takes: Vec::new(),
        clips: Vec::new(),
        visible_mark: true,
        when: "2026-11-24T09:00:00Z".to_owned(),
    }
}

/// A folder with an identity (`identity/`) and `signed.mp4`, signed by it.
pub fn signed_clip(claim: &Claim) -> (TempDir, SigningIdentity, PathBuf, Signed) {
    let folder = TempDir::new().unwrap();
    let identity = SigningIdentity::load_or_create(&folder.path().join("identity")).unwrap();
    let path = folder.path().join("signed.mp4");
    let signed = sign_file(clip(), &path, claim, &identity, &CancelToken::new()).unwrap();
    (folder, identity, path, signed)
}

/// Where the payload of a top-level box starts and ends.
pub fn box_payload(mp4: &[u8], wanted: &[u8; 4]) -> std::ops::Range<usize> {
    let mut at = 0;
    while at + 8 <= mp4.len() {
        let size = u32::from_be_bytes(mp4[at..at + 4].try_into().unwrap()) as usize;
        if &mp4[at + 4..at + 8] == wanted {
            return at + 8..at + size;
        }
        at += size.max(8);
    }
    panic!("no {} box", String::from_utf8_lossy(wanted));
}
