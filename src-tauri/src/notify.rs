//! What the desktop says when a long job ends while somebody looks at something else.

use kinora_project::Project;
use kinora_studio::queue::{Job, Work};
use kinora_ui::tr;
use std::path::Path;
use std::time::Duration;

/// Shorter jobs are not worth a word: nobody went elsewhere to wait for them.
const LONG: Duration = Duration::from_secs(20);

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Its result is there.
    Done,
    /// It can be tried again.
    Failed,
}

/// What to say of a job; nothing of short ones and of those that nobody asked for.
pub fn words(project: &Project, job: &Job, took: Duration, end: End) -> Option<String> {
    if took < LONG {
        return None;
    }
    match (&job.work, end) {
        (Work::Generate { shot, .. }, end) => {
            let number = project.storyboard.number(*shot)?;
            Some(match end {
                End::Done => tr!("shell-take-done", number = number),
                End::Failed => tr!("shell-take-failed", number = number),
            })
        }
        (Work::Export { out, .. } | Work::ExportTake { out, .. } | Work::Board { out }, end) => {
            let file = name(out);
            Some(match end {
                End::Done => tr!("shell-film-done", file = file),
                End::Failed => tr!("shell-film-failed", file = file),
            })
        }
        _ => None,
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Says it. A desktop without notifications is no error: the queue says the same.
pub fn say(text: String) {
    std::thread::spawn(move || {
        let mut notification = notify_rust::Notification::new();
        let _shown = notification.appname("Kinora").summary("Kinora").body(&text).show();
    });
}
