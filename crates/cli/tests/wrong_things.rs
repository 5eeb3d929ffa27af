//! Wrong things give a clear error, the right exit code, and leave no file.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a panic is its failure")]

mod common;

use common::{Home, SmallDisk, code, stderr, stdout};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

const QUICK: [&str; 6] = ["--seconds", "0.75", "--steps", "2", "--height", "native"];

#[test]
fn wrong_requests_end_with_2_and_say_what_is_right() {
    let cases: [(&[&str], &str); 12] = [
        (&["--prompt", "a car", "--seconds", "0"], "more than 0"),
        (&["--prompt", "a car", "--seconds", "-1"], ""),
        (&["--prompt", "a car", "--seconds", "86400"], "at most 20"),
        (&["--prompt", "a car", "--seconds", "NaN"], "more than 0"),
        (&["--prompt", "  "], "prompt is empty"),
        (&["--prompt", ""], "prompt is empty"),
        (&[], "--prompt"),
        (&["--prompt", "a car", "--height", "99999"], "480"),
        (&["--prompt", "a car", "--aspect", "5:4"], "16:9"),
        (&["--prompt", "a car", "--fps", "23.5"], "23.976"),
        (&["--prompt", "a car", "--steps", "0"], "1 to 200"),
        (&["--prompt", "a car", "--seed", "many"], "seed"),
    ];
    for (args, expected) in cases {
        let home = Home::new();
        let out = home.run(&[&["generate", "--out", "a.mp4"], args].concat());
        assert_eq!(code(&out), 2, "{args:?}: {}", stderr(&out));
        assert!(stderr(&out).contains(expected), "{args:?}: {}", stderr(&out));
        assert_eq!(home.files(), [""; 0], "{args:?}");
    }
}

#[test]
fn pictures_that_are_none_are_refused() {
    for (name, bytes) in
        [("words.png", &b"not a picture"[..]), ("empty.jpg", b""), ("cut.png", b"\x89PNG\r\n\x1a\n\0\0")]
    {
        let home = Home::new();
        std::fs::write(home.path(name), bytes).unwrap();
        let out = home.run(&["generate", "--prompt", "a car", "--image", name, "--out", "a.mp4"]);
        assert_eq!(code(&out), 1, "{name}: {}", stderr(&out));
        assert!(stderr(&out).contains(name), "{}", stderr(&out));
        assert_eq!(home.files(), [name]);
    }
    let home = Home::new();
    let out = home.run(&["generate", "--prompt", "a car", "--image", "nowhere.png", "--out", "a.mp4"]);
    assert_eq!(code(&out), 1);
    assert!(stderr(&out).contains("nowhere.png"), "{}", stderr(&out));
}

#[test]
fn places_that_cannot_be_written_are_named_before_the_work() {
    let home = Home::new();
    std::fs::create_dir(home.path("folder")).unwrap();
    std::fs::write(home.path("file"), "").unwrap();
    for (out_path, expected) in [("folder", 2), ("nowhere/a.mp4", 1), ("file/a.mp4", 1), ("/proc/a.mp4", 1)] {
        let out = home.run(&[&["generate", "--prompt", "a car", "--out", out_path], &QUICK[..]].concat());
        assert_eq!(code(&out), expected, "{out_path}: {}", stderr(&out));
        assert!(stderr(&out).contains(out_path.split('/').next().unwrap()), "{}", stderr(&out));
    }
    assert_eq!(home.files(), ["file", "folder"]);
}

#[test]
#[cfg(not(any(feature = "cuda", feature = "metal")))]
fn a_device_that_was_not_built_in_is_said() {
    for (device, name) in [("cuda", "CUDA"), ("metal", "Metal")] {
        let home = Home::new();
        let out = home.generate(&["--prompt", "a car", "--device", device, "--out", "a.mp4"]);
        assert_eq!(code(&out), 1);
        assert!(stderr(&out).contains(name) && stderr(&out).contains("--device cpu"), "{}", stderr(&out));
        assert_eq!(home.files(), [""; 0]);
    }
}

fn copy_of_sketch(to: &Path) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/sketch");
    for part in ["text_encoder", "transformer", "tokenizer"] {
        std::fs::create_dir_all(to.join(part)).unwrap();
        for entry in std::fs::read_dir(from.join(part)).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), to.join(part).join(entry.file_name())).unwrap();
        }
    }
    std::fs::copy(from.join("card.toml"), to.join("card.toml")).unwrap();
}

#[test]
fn a_damaged_model_is_refused_before_anything_is_made() {
    const WEIGHTS: &str = "transformer/diffusion_pytorch_model.safetensors";
    type Damage = fn(&Path);
    let damages: [(&str, Damage, &str); 5] = [
        ("missing", |m| std::fs::remove_file(m.join(WEIGHTS)).unwrap(), WEIGHTS),
        (
            "truncated",
            |m| {
                let file = std::fs::OpenOptions::new().write(true).open(m.join(WEIGHTS)).unwrap();
                file.set_len(1_000_000).unwrap();
            },
            "cut short",
        ),
        (
            "changed",
            |m| {
                let mut bytes = std::fs::read(m.join(WEIGHTS)).unwrap();
                let last = bytes.len() - 1;
                bytes[last] ^= 1;
                std::fs::write(m.join(WEIGHTS), bytes).unwrap();
            },
            "SHA-256",
        ),
        ("card", |m| std::fs::write(m.join("card.toml"), "id = ").unwrap(), "card.toml"),
        ("gone", |m| std::fs::remove_dir_all(m).unwrap(), "KINORA_MODELS"),
    ];
    for (name, damage, expected) in damages {
        let home = Home::new();
        let models = tempfile::tempdir().unwrap();
        let sketch = models.path().join("sketch");
        copy_of_sketch(&sketch);
        damage(&sketch);
        let out = home
            .command(&[&["generate", "--prompt", "a car", "--out", "a.mp4"], &QUICK[..]].concat())
            .env("KINORA_MODELS", models.path())
            .output()
            .unwrap();
        assert_eq!(code(&out), 1, "{name}: {}", stderr(&out));
        assert!(stderr(&out).contains(expected), "{name}: {}", stderr(&out));
        assert_eq!(home.files(), [""; 0], "{name}");
    }
}

/// A process that ends with the test, also when the test fails.
struct Job(std::process::Child);

impl Drop for Job {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a long job and waits until it denoises.
fn denoising(home: &Home) -> (Job, BufReader<std::process::ChildStdout>) {
    let args = ["generate", "--prompt", "a car", "--steps", "200", "--height", "native", "--json", "--out", "a.mp4"];
    let mut child = Job(home.command(&args).stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(child.0.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("\"denoise\"") {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "the job ended early");
    }
    (child, lines)
}

#[test]
#[cfg(unix)]
fn an_interrupt_ends_with_130_and_leaves_nothing() {
    let home = Home::new();
    let (mut child, mut lines) = denoising(&home);
    // The shell's own kill: a bare system has no program of that name.
    let interrupt = format!("kill -INT {}", child.0.id());
    assert!(Command::new("sh").args(["-c", &interrupt]).status().unwrap().success());
    assert_eq!(child.0.wait().unwrap().code(), Some(130));
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut lines, &mut rest).unwrap();
    assert!(rest.contains("\"cancelled\""), "{rest}");
    assert_eq!(home.files(), [""; 0]);
}

#[test]
fn a_killed_job_leaves_the_old_file_and_the_next_run_cleans_up() {
    let home = Home::new();
    std::fs::write(home.path("a.mp4"), "the old clip").unwrap();
    let (mut child, _lines) = denoising(&home);
    child.0.kill().unwrap();
    child.0.wait().unwrap();
    assert_eq!(std::fs::read_to_string(home.path("a.mp4")).unwrap(), "the old clip");
    let out = home.generate(&["--prompt", "a car", "--out", "b.mp4"]);
    assert_eq!(code(&out), 0, "{}", stderr(&out));
    assert_eq!(home.files(), ["a.mp4", "b.mp4"]);
    assert_eq!(code(&home.run(&["verify", "b.mp4"])), 0);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_said_and_leaves_nothing() {
    let home = Home::new();
    // From too small for the first byte of video to too small for the signed copy.
    for size in ["4k", "64k", "400k"] {
        let Some(disk) = SmallDisk::mount(home.path("disk"), size) else {
            eprintln!("skipped: this user may not mount a file system");
            return;
        };
        let args = ["generate", "--prompt", "a car", "--seconds", "2", "--steps", "1", "--guidance", "1"];
        let out = home.run(&[&args[..], &["--height", "1080", "--out", "disk/a.mp4"]].concat());
        assert_eq!(code(&out), 1, "{size}: {}", stdout(&out));
        assert!(stderr(&out).contains("disk is full"), "{size}: {}", stderr(&out));
        let left: Vec<_> = std::fs::read_dir(&disk.0).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert!(left.is_empty(), "{size}: {left:?}");
    }
}

#[test]
fn a_broken_signing_identity_is_said_and_kept() {
    let home = Home::new();
    assert_eq!(code(&home.generate(&["--prompt", "a car", "--out", "a.mp4"])), 0);
    let identity = home.path("data").join("identity");
    let key = std::fs::read_dir(&identity)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| std::fs::read_to_string(path).is_ok_and(|text| text.contains("PRIVATE KEY")))
        .unwrap();
    std::fs::write(&key, "garbage").unwrap();
    let out = home.generate(&["--prompt", "a car", "--out", "b.mp4"]);
    assert_eq!(code(&out), 1);
    assert!(stderr(&out).contains("identity"), "{}", stderr(&out));
    assert_eq!(std::fs::read_to_string(&key).unwrap(), "garbage");
    assert_eq!(home.files(), ["a.mp4"]);
}
