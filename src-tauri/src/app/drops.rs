//! Files that come in from outside: dropped, chosen, or from the sample project that ships.

use super::App;
use kinora_frame::{Frame, Size};
use kinora_studio::Studio;
use kinora_ui::{Brought, Drawn, tr, words};
use serde_json::json;
use std::io;
use std::path::{Path, PathBuf};

impl App {
    /// Files that were dropped where no panel takes them: projects are opened, storyboards of other programs become scenes, films that say
    /// how they were made become shots again, and everything else comes into the library.
    pub(super) fn dropped(&mut self, paths: &[PathBuf]) {
        let is = |path: &Path, what: Brought| Brought::of(path) == Some(what);
        if let Some(project) = paths.iter().find(|path| is(path, Brought::Project)) {
            self.open(project);
        } else if self.studio.is_some() {
            let (boards, others): (Vec<_>, Vec<_>) =
                paths.iter().cloned().partition(|path| is(path, Brought::Storyboard));
            boards.iter().for_each(|path| self.command("board.import", &json!({ "path": path })));
            let (films, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|path| is(path, Brought::Film));
            films.into_iter().for_each(|path| self.recipes.look(path));
            if !others.is_empty() {
                self.import(&others);
            }
        } else if let Some(path) = paths.first() {
            self.desk.verify(path.clone());
        }
    }

    /// A drawing comes into the project as a picture, and its shot is made from it.
    pub(super) fn drawn(&mut self, drawn: Drawn) {
        let Some(studio) = &mut self.studio else { return };
        match keep_drawing(studio, &drawn) {
            Ok(picture) => {
                let args = json!({ "picture": picture, "shot": drawn.shot, "place": "all", "level": drawn.level });
                self.command("tool.animate", &args);
                self.busy = true;
            }
            Err(reason) => self.editor.tell(reason, true),
        }
    }

    /// Brings files into the project.
    pub(super) fn import(&mut self, paths: &[PathBuf]) {
        let Some(studio) = &mut self.studio else { return };
        let mut brought = 0;
        for path in paths {
            match studio.handle("media.import", &json!({ "path": path })) {
                Ok(_) => brought += 1,
                Err(error) => self.editor.tell(words::error(&error), true),
            }
        }
        if brought == paths.len() {
            self.editor.tell(tr!("shell-imported", count = brought), false);
        }
        self.busy = true;
    }
}

/// Puts a drawing among the project's files, and says under which id.
fn keep_drawing(studio: &mut Studio, drawn: &Drawn) -> Result<serde_json::Value, String> {
    let size = Size::new(u32::try_from(drawn.width).unwrap_or(0), u32::try_from(drawn.height).unwrap_or(0));
    let frame = Frame::new(size, drawn.rgba.clone()).map_err(|error| error.to_string())?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let path = folder.path().join(format!("{}.png", tr!("pencil-file")));
    kinora_media::save_png(&path, &frame).map_err(|error| words::error(&error))?;
    let made = studio.handle("media.import", &json!({ "path": path })).map_err(|error| words::error(&error))?;
    Ok(made["media"].clone())
}

/// The sample project that ships, copied to a folder. The copy appears whole or not at all.
pub(super) fn copy_sample(target: &Path) -> io::Result<()> {
    let program = std::env::current_exe().ok();
    let folder = program.as_deref().and_then(Path::parent).unwrap_or(Path::new("."));
    let source_tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/samples");
    let found = kinora_model_store::SHARED
        .into_iter()
        .map(|shared| folder.join(shared).join("samples"))
        .chain([source_tree])
        .map(|folder| folder.join("Crossing.kinora"))
        .find(|folder| folder.is_dir());
    let found = found.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "it was not installed"))?;
    let parent = target.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent)?;
    let partial = tempfile::Builder::new().prefix(".kinora-sample-").tempdir_in(parent)?;
    copy_folder(&found, partial.path())?;
    std::fs::rename(partial.keep(), target)
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
