//! The application: the open project, its jobs, the editor, and what the editor asks of the desktop.

mod drops;
mod hand_out;
mod recipes;

use crate::desk::{ShellDesk, Textures};
use crate::dialogs::{Chosen, Dialogs, Purpose};
use crate::notify::{self, End};
use crate::preferences::{self, Kept};
use kinora_compositor::Gpu;
use kinora_project::{MemberId, Project, Settings};
use kinora_services::{JobEvent, Workers, Workshop, data_folder, models};
use kinora_studio::library::Library;
use kinora_studio::queue::{Lane, Work};
use kinora_studio::{Studio, command};
use kinora_ui::{Editor, Request, tr, words};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What this program calls itself to others that want the project.
const PROGRAM: &str = "the Kinora window";

/// Projects that other instances were asked to open.
#[derive(Clone, Default)]
pub struct Inbox(Arc<Mutex<Vec<Option<PathBuf>>>>);

impl Inbox {
    /// Asks for a project, or only for the window to be shown.
    pub fn ask(&self, project: Option<PathBuf>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(project);
    }

    fn take(&self) -> Vec<PathBuf> {
        let asked = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        asked.into_iter().flatten().collect()
    }
}

/// The application.
pub struct App {
    inbox: Inbox,
    editor: Editor,
    kept: Kept,
    studio: Option<Studio>,
    workers: Option<Workers>,
    desk: ShellDesk,
    dialogs: Dialogs,
    busy: bool,
    over: bool,
    /// The project to open once pictures can be drawn.
    first: Option<PathBuf>,
    titled: Option<String>,
    /// Somebody wants to see the handbook.
    handbook: bool,
    /// Whether the window is the one that somebody works in.
    watched: bool,
    /// A file that leaves under the pointer.
    leaving: Option<PathBuf>,
    /// What went wrong before there was a window.
    to_tell: Option<String>,
    recipes: recipes::Recipes,
}

impl App {
    /// The application as it was left, with a project to open.
    pub fn new(kept: Kept, inbox: Inbox, first: Option<PathBuf>) -> Self {
        Self {
            inbox,
            editor: Editor::new(kept.preferences.clone(), kept.layouts.clone()),
            desk: ShellDesk::new(models(), kept.recent.clone()),
            kept,
            studio: None,
            workers: None,
            dialogs: Dialogs::default(),
            busy: false,
            over: false,
            first,
            titled: None,
            handbook: false,
            watched: true,
            leaving: None,
            to_tell: None,
            recipes: recipes::Recipes::default(),
        }
    }

    /// Has something said once the window is there.
    pub fn tell_later(&mut self, text: String) {
        self.to_tell = Some(text);
    }

    /// The graphics device is there.
    pub fn start(&mut self, gpu: &Gpu, textures: Textures) {
        self.desk.start(gpu, textures);
        if let Some(first) = self.first.take() {
            self.open(&first);
        }
        if let Some(text) = self.to_tell.take() {
            self.editor.tell(text, true);
        }
    }

    /// Shows the last timeline in Cut, all of it: the most that a frame can have to draw.
    pub fn look_at_timeline(&mut self) {
        let Some(last) = self.studio.as_ref().and_then(|studio| studio.project().timelines.last()) else { return };
        self.editor.session.timeline = last.id;
        self.editor.session.workspace = kinora_ui::Workspace::Cut;
    }

    /// Something was chosen in a menu of the system's.
    pub fn choose(&mut self, id: &str) {
        if let Some(target) = kinora_ui::target(id) {
            self.editor.choose(target);
        }
    }

    /// Draws the editor and does what it asks for.
    pub fn show(&mut self, ui: &mut egui::Ui) {
        self.desk.keep_up(self.studio.as_ref());
        let revision = |studio: &Option<Studio>| studio.as_ref().map(|studio| studio.queue().revision());
        let before = revision(&self.studio);
        let requests = self.editor.show(ui, self.studio.as_mut(), &mut self.desk);
        // What was queued is begun at once.
        self.busy |= revision(&self.studio) != before;
        for request in requests {
            self.request(request);
        }
        let dropped: Vec<PathBuf> =
            ui.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect());
        if !dropped.is_empty() {
            self.dropped(&dropped);
        }
    }

    /// Looks after project and jobs; whether something of it can be seen.
    pub fn look_after(&mut self) -> bool {
        let mut news = self.desk.look_after();
        for project in self.inbox.take() {
            self.open(&project);
            news = true;
        }
        while let Some(chosen) = self.dialogs.take() {
            self.chosen(chosen);
            news = true;
        }
        news |= self.take_recipes();
        let Some(studio) = &mut self.studio else { return news };
        let (before, revision) = (studio.project().clone(), studio.queue().revision());
        studio.poll();
        let mut events = Vec::new();
        if let Some(workers) = &mut self.workers {
            match workers.tick(studio, &mut |event| events.push(event)) {
                Ok(busy) => self.busy = busy,
                Err(error) => {
                    self.busy = false;
                    self.editor.tell(words::error(&error), true);
                    news = true;
                }
            }
        }
        news |= !events.is_empty();
        for event in events {
            if let JobEvent::Failed(job, reason) = &event
                && !matches!(job.work, Work::Thumbnail(_) | Work::Waveform(_) | Work::Proxy(_))
            {
                self.editor.tell(reason.clone(), true);
            }
            let end = match &event {
                JobEvent::Done(job) => Some((job, End::Done)),
                JobEvent::Failed(job, _) => Some((job, End::Failed)),
                _ => None,
            };
            if let Some((job, end)) = end.filter(|_| !self.watched)
                && let Some(took) = self.desk.took(job.id)
            {
                notify::words(studio.project(), job, took, end).into_iter().for_each(notify::say);
            }
            self.desk.hear(event, studio);
        }
        let notices = studio.take_notices();
        self.editor.tell_notices(&notices);
        news || !notices.is_empty() || studio.queue().revision() != revision || !Arc::ptr_eq(&before, studio.project())
    }

    /// Whether something goes on that has to be looked after often.
    pub fn is_busy(&self) -> bool {
        self.busy || self.recipes.is_busy() || self.desk.is_busy() || self.dialogs.is_open()
    }

    /// Whether jobs run that take long.
    pub fn is_at_work(&self) -> bool {
        self.desk.is_at_work()
    }

    /// Whether somebody watches a film.
    pub fn is_playing(&self) -> bool {
        let session = &self.editor.session;
        [&session.transport, &session.source_transport, &session.takes_transport].iter().any(|it| it.is_playing())
    }

    /// Whether the program is to end.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Somebody closes the window.
    pub fn end(&mut self) {
        self.over = true;
    }

    /// Ends without asking.
    pub fn quit(&mut self) {
        self.over = true;
    }

    /// Stops jobs, which go on where they were the next time, and lets the project go.
    pub fn close(&mut self) {
        self.keep();
        self.let_go();
    }

    /// The window's title, if it is another one now.
    pub fn title(&mut self) -> Option<String> {
        let name = self.studio.as_ref().map(|studio| studio.project().settings.name.clone());
        let title = name.map_or_else(|| "Kinora".to_owned(), |name| format!("{name} – Kinora"));
        (self.titled.as_ref() != Some(&title)).then(|| {
            self.titled = Some(title.clone());
            title
        })
    }

    /// Whether somebody works in the window; who doesn't is told when long jobs end.
    pub fn set_watched(&mut self, watched: bool) {
        self.watched = watched;
    }

    /// A file that is to leave the window under the pointer.
    pub fn takes_out(&mut self) -> Option<PathBuf> {
        self.leaving.take()
    }

    /// How to show the handbook, if somebody wants to see it.
    pub fn wants_handbook(&mut self, light: bool) -> Option<crate::handbook::Look> {
        let language = match words::language() {
            words::Language::En => "en",
            words::Language::Fr => "fr",
        };
        std::mem::take(&mut self.handbook).then_some(crate::handbook::Look { language, light })
    }

    fn note_place(&mut self) {
        if let Some(studio) = &self.studio {
            self.kept.places.insert(studio.path().to_owned(), self.editor.session.place());
        }
    }

    fn keep(&mut self) {
        self.note_place();
        self.kept.preferences = self.editor.session.preferences.clone();
        self.kept.layouts = self.editor.layouts.clone();
        if let Err(error) = preferences::save(&self.kept) {
            self.editor.tell(tr!("shell-not-kept", why = words::error(&error)), true);
        }
    }

    fn let_go(&mut self) {
        self.note_place();
        self.desk.open(None);
        if let Some(studio) = &mut self.studio {
            self.editor.finish(studio);
        }
        if let (Some(mut workers), Some(studio)) = (self.workers.take(), &mut self.studio) {
            // What can't be said to the queue now is found out when it is opened again.
            let _stopped = workers.stop(studio, &mut |_| {});
        }
        self.studio = None;
        self.busy = false;
    }

    fn open(&mut self, folder: &Path) {
        match Studio::open(folder, PROGRAM) {
            Ok(studio) => self.show_project(studio),
            Err(error) => self.editor.tell(words::error(&error), true),
        }
    }

    fn show_project(&mut self, mut studio: Studio) {
        self.let_go();
        let store = models();
        studio.set_cards(store.cards());
        studio.open_door();
        self.kept.remember(studio.path());
        self.desk.set_recent(self.kept.recent.clone());
        self.desk.open(Some(studio.path()));
        self.editor.start_over();
        self.editor.begin(studio.project());
        if let Some(place) = self.kept.places.get(studio.path()) {
            self.editor.session.go_to(place, studio.project());
        }
        let data = data_folder().unwrap_or_else(|_| studio.path().to_owned());
        // The library of this user finds what is in it from now on.
        let (at, place) = (data.clone(), studio.path().to_owned());
        std::thread::spawn(move || {
            let added = place.canonicalize().ok().zip(Library::open(&at).ok());
            if let Some((place, mut library)) = added
                && let Err(error) = library.add_project(&place)
            {
                eprintln!("kinora: {error}");
            }
        });
        let lanes = vec![Lane::Generate, Lane::Media];
        let gpu = self.desk.gpu();
        let reader = std::env::current_exe().ok();
        let shop = Workshop { store, data, signer: None, gpu, previews: true, background: true, lanes, reader };
        self.workers = Some(Workers::new(shop));
        self.studio = Some(studio);
        self.busy = true;
        self.keep();
    }

    fn request(&mut self, request: Request) {
        match request {
            Request::OpenProject => self.dialogs.open(Purpose::Open, tr!("shell-open"), None),
            Request::NewProject => self.dialogs.open(Purpose::New, tr!("shell-new"), Some("Film.kinora".to_owned())),
            Request::SampleProject => self.sample(),
            Request::Open(path) => self.open(&path),
            Request::Bring(paths) => self.dropped(&paths),
            Request::Drawn(drawn) => self.drawn(drawn),
            Request::CloseProject => {
                self.let_go();
                self.editor.start_over();
            }
            Request::ImportInto(landing) => {
                self.dialogs.open(Purpose::ImportInto(landing), tr!("shell-import"), None);
            }
            Request::AskPath { command, args, arg, ending } => {
                let title = command::find(command).map(words::label).unwrap_or_default();
                let member = args.get("member").and_then(serde_json::Value::as_u64).map(MemberId);
                let named = member.and_then(|member| self.name_of(member));
                let name = ending.and_then(|ending| match named {
                    Some(name) => Some(format!("{name}.{ending}")),
                    None => self.suggested(ending),
                });
                match name {
                    Some(name) => self.dialogs.open(Purpose::Write(command, args, arg), title, Some(name)),
                    None => self.dialogs.open(Purpose::Read(command, args, arg), title, None),
                }
            }
            Request::Import => self.dialogs.open(Purpose::Import, tr!("shell-import"), None),
            Request::Export { args, ending } => {
                let name = self.suggested(ending);
                self.dialogs.open(Purpose::Export(args), tr!("shell-export"), name);
            }
            Request::ExportBoard { ending } => {
                let name = self.suggested(ending);
                self.dialogs.open(Purpose::Board, tr!("shell-export"), name);
            }
            Request::VerifyFile => self.dialogs.open(Purpose::Verify, tr!("shell-verify"), None),
            Request::Verify(path) => self.desk.verify(path),
            Request::SearchLibrary(words) => self.desk.search(words),
            Request::Reveal(path) => {
                let folder = if path.is_dir() { path } else { path.parent().map(Path::to_owned).unwrap_or_default() };
                let program = if cfg!(target_os = "macos") {
                    "open"
                } else if cfg!(windows) {
                    "explorer"
                } else {
                    "xdg-open"
                };
                let mut command = std::process::Command::new(program);
                // Ours alone: see `main`.
                command.arg(folder).env_remove("NO_AT_BRIDGE");
                if let Err(error) = command.spawn() {
                    self.editor.tell(words::error(&error), true);
                }
            }
            Request::DragOut(take) => self.drag_out(take),
            Request::Handbook => self.handbook = true,
            Request::KeepPreferences => self.keep(),
            Request::Quit => self.end(),
        }
    }

    fn suggested(&self, ending: &str) -> Option<String> {
        let name = &self.studio.as_ref()?.project().settings.name;
        Some(format!("{name}.{ending}"))
    }

    fn name_of(&self, member: MemberId) -> Option<String> {
        Some(self.studio.as_ref()?.project().cast.member(member)?.name.clone())
    }

    fn chosen(&mut self, Chosen { purpose, paths }: Chosen) {
        let Some(path) = paths.first() else { return };
        match purpose {
            Purpose::Open => self.open(path),
            Purpose::New => self.create(path),
            Purpose::Verify => self.desk.verify(path.clone()),
            Purpose::Import => self.import(&paths),
            Purpose::ImportInto(landing) => {
                if let Some(studio) = &mut self.studio {
                    self.editor.land(studio, &paths, landing);
                }
                self.busy = true;
            }
            Purpose::Read(command, mut args, arg) | Purpose::Write(command, mut args, arg) => {
                args[arg] = json!(path);
                self.command(command, &args);
            }
            Purpose::Export(mut args) => {
                args["out"] = json!(path);
                self.command("timeline.export", &args);
            }
            Purpose::Board => self.command("board.export", &json!({ "out": path })),
        }
    }

    fn command(&mut self, id: &str, args: &serde_json::Value) {
        let Some(studio) = &mut self.studio else { return };
        if let Err(error) = studio.handle(id, args) {
            self.editor.tell(words::error(&error), true);
        }
        self.busy = true;
    }

    fn create(&mut self, path: &Path) {
        let path = if path.extension().is_some_and(|end| end == "kinora") {
            path.to_owned()
        } else {
            path.with_extension("kinora")
        };
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let settings = Settings { name, ..Settings::default() };
        let project = Project { settings: Arc::new(settings), ..Project::default() };
        match Studio::create(&path, project, PROGRAM) {
            Ok(studio) => self.show_project(studio),
            Err(error) => self.editor.tell(words::error(&error), true),
        }
    }

    /// The sample project: copied to the user's data folder the first time, and opened there.
    fn sample(&mut self) {
        let Ok(data) = data_folder() else { return };
        let target = data.join("Crossing.kinora");
        let copied = if target.exists() { Ok(()) } else { drops::copy_sample(&target) };
        match copied {
            Ok(()) => self.open(&target),
            Err(error) => self.editor.tell(tr!("shell-no-sample", why = words::error(&error)), true),
        }
    }
}
