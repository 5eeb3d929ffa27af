//! A door for other processes of the same user: while one holds a project, another brings its commands over a local socket, and gets
//! what they return. A line of JSON each way:
//!
//! ```text
//!     {"command": "shot.add", "arguments": {"prompt": "a red car"}}
//!     {"ok": {"shot": 7}}      or      {"error": "there are no scenes yet; add one first"}
//! ```
//!
//! The socket lies in a folder that only its user can enter. Where the system has no such sockets there is no door.

use crate::studio::Studio;
use serde_json::{Value, json};
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A command longer than this is none of ours.
const LONGEST: u64 = 1 << 20;
/// How long a visitor may take to say what it wants: meanwhile nothing else is done.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long a visitor waits for its answer.
const VISIT: Duration = Duration::from_secs(30);

/// Why a command could not be brought to whoever holds the project.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KnockError {
    /// Nobody answers.
    #[error("the program that holds the project does not answer ({0}); close it and try again")]
    Closed(io::Error),
    /// The command was not done.
    #[error("{0}")]
    Refused(String),
}

/// An open door.
#[derive(Debug)]
pub(crate) struct Door {
    #[cfg(unix)]
    listener: std::os::unix::net::UnixListener,
    path: PathBuf,
}

impl Drop for Door {
    fn drop(&mut self) {
        // What stays is an empty folder in a place for such things.
        let _ = fs::remove_file(&self.path);
        let _ = self.path.parent().map(fs::remove_dir);
    }
}

impl Door {
    /// Where visitors knock.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(unix)]
impl Door {
    pub fn open() -> io::Result<Self> {
        use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
        let base = std::env::var_os("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
        let folder = (0..1000u32)
            .map(|number| base.join(format!("kinora-{}-{number}", std::process::id())))
            .find(|folder| fs::DirBuilder::new().mode(0o700).create(folder).is_ok())
            .ok_or_else(|| io::Error::other("no folder for a socket can be made"))?;
        let path = folder.join("door");
        let listener = std::os::unix::net::UnixListener::bind(&path)?;
        let door = Self { listener, path };
        fs::set_permissions(&door.path, fs::Permissions::from_mode(0o600))?;
        door.listener.set_nonblocking(true)?;
        Ok(door)
    }

    /// Does what visitors brought since the last time.
    pub fn answer(&self, studio: &mut Studio) {
        while let Ok((mut visitor, _)) = self.listener.accept() {
            let prepared = visitor.set_nonblocking(false).and_then(|()| visitor.set_read_timeout(Some(PATIENCE)));
            let wanted = prepared.and_then(|()| read_line(&visitor));
            let answer = match wanted.and_then(|line| serde_json::from_str::<Value>(&line).map_err(io::Error::other)) {
                Ok(wanted) => {
                    let none = json!({});
                    let arguments = wanted.get("arguments").unwrap_or(&none);
                    match studio.handle(wanted["command"].as_str().unwrap_or_default(), arguments) {
                        Ok(returned) => json!({ "ok": returned }),
                        Err(error) => json!({ "error": error.to_string() }),
                    }
                }
                Err(error) => json!({ "error": format!("the command could not be read: {error}") }),
            };
            // A visitor that left without its answer doesn't want it.
            let _ = writeln!(visitor, "{answer}");
        }
    }
}

/// Brings a command to whoever holds a project, and returns what it returns.
///
/// # Errors
/// [`KnockError::Closed`] if nobody answers, [`KnockError::Refused`] with the reason if it was not done.
#[cfg(unix)]
pub fn knock(door: &Path, command: &str, arguments: &Value) -> Result<Value, KnockError> {
    let ask = || {
        let mut stream = std::os::unix::net::UnixStream::connect(door)?;
        stream.set_read_timeout(Some(VISIT))?;
        writeln!(stream, "{}", json!({ "command": command, "arguments": arguments }))?;
        serde_json::from_str::<Value>(&read_line(&stream)?).map_err(io::Error::other)
    };
    let mut answer = ask().map_err(KnockError::Closed)?;
    match answer.get("error").and_then(Value::as_str) {
        Some(error) => Err(KnockError::Refused(error.to_owned())),
        None => Ok(answer["ok"].take()),
    }
}

#[cfg(unix)]
fn read_line(stream: &std::os::unix::net::UnixStream) -> io::Result<String> {
    let mut line = String::new();
    BufReader::new(stream.take(LONGEST)).read_line(&mut line)?;
    Ok(line)
}

#[cfg(not(unix))]
impl Door {
    pub fn open() -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub fn answer(&self, _studio: &mut Studio) {}
}

/// Brings a command to whoever holds a project: not on this system.
///
/// # Errors
/// Always.
#[cfg(not(unix))]
pub fn knock(_door: &Path, _command: &str, _arguments: &Value) -> Result<Value, KnockError> {
    Err(KnockError::Closed(io::ErrorKind::Unsupported.into()))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::StudioError;
    use kinora_project::Project;
    use kinora_project_file::ProjectFileError;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn commands_come_in_from_other_processes_while_the_project_is_held() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Film.kinora");
        let mut studio = Studio::create(&path, Project::default(), "test").unwrap();
        studio.open_door();
        let held = Studio::open(&path, "kinora").unwrap_err();
        let StudioError::Project(ProjectFileError::Held { holder, .. }) = held else { panic!("{held}") };
        let door = holder.door.unwrap();
        assert_eq!(fs::metadata(&door).unwrap().permissions().mode() & 0o777, 0o600);
        let visitor = {
            let door = door.clone();
            std::thread::spawn(move || {
                let made = knock(&door, "scene.add", &json!({ "heading": "EXT. DESERT" })).unwrap();
                let refused = knock(&door, "shot.fly", &json!({})).unwrap_err().to_string();
                (made, refused)
            })
        };
        while !visitor.is_finished() {
            studio.poll();
        }
        let (made, refused) = visitor.join().unwrap();
        assert!(made["scene"].is_u64(), "{made}");
        assert_eq!(refused, "there is no command \"shot.fly\"; `kinora commands` lists them all");
        assert_eq!(studio.project().storyboard.scenes[0].heading, "EXT. DESERT");
        let looked = Studio::look(&path, "test holds it").unwrap();
        assert_eq!(looked.project().storyboard, studio.project().storyboard);
        drop(studio);
        assert!(matches!(knock(&door, "scene.add", &json!({})), Err(KnockError::Closed(_))));
        assert!(!door.exists() && !door.parent().unwrap().exists());
    }

    #[test]
    fn a_visitor_that_says_nothing_or_nonsense_holds_nobody_up_for_long() {
        use std::os::unix::net::UnixStream;
        let folder = tempfile::tempdir().unwrap();
        let mut studio = Studio::create(&folder.path().join("Film.kinora"), Project::default(), "test").unwrap();
        studio.open_door();
        let held = Studio::open(studio.path(), "kinora").unwrap_err();
        let StudioError::Project(ProjectFileError::Held { holder, .. }) = held else { panic!("{held}") };
        let silent = UnixStream::connect(holder.door.clone().unwrap()).unwrap();
        let mut rude = UnixStream::connect(holder.door.unwrap()).unwrap();
        writeln!(rude, "GET / HTTP/1.1").unwrap();
        studio.poll();
        assert!(read_line(&rude).unwrap().starts_with("{\"error\":\"the command could not be read"));
        assert!(read_line(&silent).unwrap().starts_with("{\"error\""));
    }
}
