//! Imported files are looked into by a process of its own: a decoder that crashes on a file takes neither the program nor what people
//! do in it, and the file is refused with a sentence.
//!
//! The process is the same program, started with [`MEDIA_JOB`] and what there is to do as arguments. It says on its standard output, a
//! line of JSON each, how far it is, and at last what came of it. Deliberately not here: what is done (`media_job.rs`).

use crate::{ServiceError, media_job};
use kinora_job::{CancelToken, Progress};
use kinora_plan::Digest;
use kinora_project::{MediaFacts, MediaKind};
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// The argument that makes a program do one such job and end.
pub const MEDIA_JOB: &str = "--media-job";
/// How often a job is asked whether it is still wanted.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(50);

/// What is done for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MediaTask {
    Facts(MediaKind),
    Thumbnail(MediaKind),
    Waveform,
    Proxy,
}

impl MediaTask {
    const ALL: [Self; 8] = [
        Self::Facts(MediaKind::Still),
        Self::Facts(MediaKind::Video),
        Self::Facts(MediaKind::Audio),
        Self::Thumbnail(MediaKind::Still),
        Self::Thumbnail(MediaKind::Video),
        Self::Thumbnail(MediaKind::Audio),
        Self::Waveform,
        Self::Proxy,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Facts(MediaKind::Still) => "facts-still",
            Self::Facts(MediaKind::Video) => "facts-video",
            Self::Facts(MediaKind::Audio) => "facts-audio",
            Self::Thumbnail(MediaKind::Still) => "thumbnail-still",
            Self::Thumbnail(MediaKind::Video) => "thumbnail-video",
            Self::Thumbnail(MediaKind::Audio) => "thumbnail-audio",
            Self::Waveform => "waveform",
            Self::Proxy => "proxy",
        }
    }

    /// Does it in this process. Facts come of it only where they are asked for.
    pub(crate) fn here(
        self,
        project: &Path,
        file: &Digest,
        cancel: &CancelToken,
        on_progress: &mut dyn FnMut(Progress),
    ) -> Result<Option<MediaFacts>, ServiceError> {
        match self {
            Self::Facts(kind) => media_job::facts(project, file, kind).map(Some),
            Self::Thumbnail(kind) => media_job::media_thumbnail(project, file, kind).map(|()| None),
            Self::Waveform => media_job::waveform(project, file, cancel).map(|()| None),
            Self::Proxy => media_job::proxy(project, file, cancel, on_progress).map(|()| None),
        }
    }

    /// Does it in a process of `program`.
    pub(crate) fn elsewhere(
        self,
        program: &Path,
        project: &Path,
        file: &Digest,
        cancel: &CancelToken,
        on_progress: &mut dyn FnMut(Progress),
    ) -> Result<Option<MediaFacts>, ServiceError> {
        let mut command = Command::new(program);
        command.arg(MEDIA_JOB).arg(self.name()).arg(file.to_string()).arg(project);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        alone(&mut command);
        let child = command.spawn().map_err(ServiceError::io("the reader of media files can't be started", program))?;
        let said = listen(Ended(child), cancel, on_progress)?;
        said.ok_or_else(|| ServiceError::DecoderCrashed { path: media_job::stored(project, file) })?
            .map_err(ServiceError::Refused)
    }
}

/// Ctrl-C in a terminal is for the program that asked: a reader that it took along would look like one that crashed.
fn alone(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    // CREATE_NEW_PROCESS_GROUP and CREATE_NO_WINDOW.
    #[cfg(windows)]
    std::os::windows::process::CommandExt::creation_flags(command, 0x0000_0200 | 0x0800_0000);
}

/// What a process says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    Progress(Progress),
    Done(Option<MediaFacts>),
    Failed(String),
}

/// A process that ends with this value.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended by itself; what it leaves behind is a file that is still called partial.
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// The last word of a process; nothing if it ended without one.
fn listen(
    mut process: Ended,
    cancel: &CancelToken,
    on_progress: &mut dyn FnMut(Progress),
) -> Result<Option<Result<Option<MediaFacts>, String>>, ServiceError> {
    let Some(output) = process.0.stdout.take() else { return Ok(None) };
    let (say, heard) = mpsc::channel();
    // The thread ends when the process closes its output, which it does when it ends.
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if say.send(line).is_err() {
                break;
            }
        }
    });
    loop {
        cancel.check()?;
        let line = match heard.recv_timeout(LOOK_AGAIN_AFTER) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
        };
        match serde_json::from_str(&line) {
            Ok(Said::Progress(progress)) => on_progress(progress),
            Ok(Said::Done(facts)) => return Ok(Some(Ok(facts))),
            Ok(Said::Failed(reason)) => return Ok(Some(Err(reason))),
            // Some decoders write on the standard output.
            Err(_) => {}
        }
    }
}

/// Does the job that a process was started for, if it was started for one. To be asked first thing in a program whose
/// [`crate::Workshop::reader`] is itself.
pub fn media_job_of_process(mut arguments: impl Iterator<Item = OsString>) -> Option<ExitCode> {
    let _program = arguments.next();
    if arguments.next()? != MEDIA_JOB {
        return None;
    }
    let text = |word: Option<OsString>| word.and_then(|word| word.into_string().ok()).unwrap_or_default();
    let task = text(arguments.next());
    let task = MediaTask::ALL.into_iter().find(|known| known.name() == task);
    let file = text(arguments.next()).parse::<Digest>().ok();
    let project = arguments.next().map(PathBuf::from);
    let (Some(task), Some(file), Some(project)) = (task, file, project) else { return Some(ExitCode::from(2)) };
    let cancel = CancelToken::default();
    let done = task.here(&project, &file, &cancel, &mut |progress| {
        // Nobody listens any more: the program is gone.
        if say(&Said::Progress(progress)).is_err() {
            cancel.cancel();
        }
    });
    let said = match done {
        Ok(facts) => say(&Said::Done(facts)),
        Err(error) => say(&Said::Failed(error.to_string())),
    };
    Some(if said.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn say(said: &Said) -> io::Result<()> {
    let mut line = serde_json::to_string(said)?;
    line.push('\n');
    let mut output = io::stdout().lock();
    output.write_all(line.as_bytes())?;
    output.flush()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use std::time::Instant;

    /// A program that does what a shell script says, and what becomes of a job in it.
    fn job_in(script: &str, cancel: &CancelToken) -> (Result<Option<MediaFacts>, ServiceError>, Vec<u32>) {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("reader");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut steps = Vec::new();
        let file = Digest::of(b"file");
        let done = MediaTask::Proxy.elsewhere(&program, folder.path(), &file, cancel, &mut |p| steps.push(p.step));
        (done, steps)
    }

    #[test]
    fn a_crash_becomes_a_sentence() {
        let progress = r#"echo '{"progress":{"phase":"encode_video","step":3,"total":9}}'"#;
        let (crashed, steps) = job_in(&format!("{progress}\nkill -SEGV $$"), &CancelToken::default());
        let told = crashed.unwrap_err().to_string();
        assert!(told.starts_with("a decoder crashed on this file"), "{told}");
        assert_eq!(steps, [3]);
        let (silent, _) = job_in("exit 0", &CancelToken::default());
        assert!(matches!(silent, Err(ServiceError::DecoderCrashed { .. })));
    }

    #[test]
    fn what_a_process_says_last_is_what_came_of_it() {
        let (refused, _) = job_in(r#"echo noise; echo '{"failed":"too short"}'"#, &CancelToken::default());
        assert_eq!(refused.unwrap_err().to_string(), "too short");
        let (done, _) = job_in(r#"echo '{"done":null}'"#, &CancelToken::default());
        assert_eq!(done.unwrap(), None);
    }

    #[test]
    fn a_job_that_is_not_wanted_any_more_ends_at_once() {
        let cancel = CancelToken::default();
        let begun = Instant::now();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(200));
                cancel.cancel();
            });
            let (stopped, _) = job_in("exec sleep 60", &cancel);
            assert!(matches!(stopped, Err(ServiceError::Cancelled)));
        });
        assert!(begun.elapsed() < Duration::from_secs(30), "it did not wait for the process");
    }

    #[test]
    fn a_program_is_a_reader_only_if_it_is_told_to() {
        let of = |words: &[&str]| media_job_of_process(words.iter().map(OsString::from));
        assert!(of(&["kinora"]).is_none());
        assert!(of(&["kinora", "generate"]).is_none());
        assert_eq!(of(&["kinora", MEDIA_JOB, "facts-video"]), Some(ExitCode::from(2)));
        for task in MediaTask::ALL {
            assert_eq!(MediaTask::ALL.iter().filter(|other| other.name() == task.name()).count(), 1);
        }
    }
}
