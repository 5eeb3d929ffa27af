//! The editor: bars, panels, palette; keys in, commands out. The shell shows it once a frame.

mod bars;
mod landing;

#[cfg(test)]
mod tests;
mod welcome;

use crate::action;
use crate::desk::{Desk, Hearing, Looking};
use crate::dragged::Dragged;
use crate::intent::{Brought, Commands, Intent, Landing, Request};
use crate::keys::{self, Keymap, Target, preset};
use crate::layout::{Layouts, Workspace};
use crate::panels::palette::Palette;
use crate::panels::{board, inspector};
use crate::session::{Preferences, Session, Source, Status, Transport};
use crate::theme;
use crate::tr;
use crate::view::View;
use crate::words::{self, Language};
use egui::{Context, Ui};
use kinora_project::{Project, SceneId, ShotId};
use kinora_studio::command::{self, CommandError};
use kinora_studio::{Notice, Studio};
use kinora_time::Flicks;
use serde_json::{Value, json};
use std::sync::Arc;

/// The editor of one project, or the welcome page without one.
pub struct Editor {
    /// What the person sees and has chosen.
    pub session: Session,
    /// How the workspaces are laid out.
    pub layouts: Layouts,
    keys: Keymap,
    palette: Palette,
    commands: Commands,
    /// What the context was dressed with.
    dressed: Option<Preferences>,
    /// Where panels keep what is being written.
    context: Option<Context>,
    dragging: bool,
    /// What was chosen in a menu of the system's.
    chosen: Vec<Target>,
    /// The workspace that was drawn last.
    shown: Workspace,
}

impl Editor {
    /// An editor for a person with these preferences.
    #[must_use]
    pub fn new(preferences: Preferences, layouts: Layouts) -> Self {
        let keys = Keymap::with(preset(&preferences.keys), &preferences.key_changes);
        let (palette, commands) = (Palette::default(), Commands::default());
        let (session, shown) = (Session::new(preferences), Workspace::default());
        let (dressed, context, dragging, chosen) = (None, None, false, Vec::new());
        Self { session, layouts, keys, palette, commands, dressed, context, dragging, chosen, shown }
    }

    /// Does with the next frame what was chosen in a menu of the system's.
    pub fn choose(&mut self, target: Target) {
        self.chosen.push(target);
    }

    /// The document gets what is being written, before it is let go.
    pub fn finish(&mut self, studio: &mut Studio) {
        if let Some(draft) = self.session.draft.take() {
            let text = draft.text.trim_end();
            let known = studio.project().storyboard.shot(draft.shot).is_some_and(|shot| shot.words.prompt == text);
            if !known {
                let args = json!({ "shot": draft.shot, "field": "prompt", "text": text });
                self.command(studio, "shot.write", &args);
            }
        }
        let card = self.session.card_draft.take().and_then(|draft| board::card_words(studio.project(), &draft));
        if let Some(args) = card {
            self.command(studio, "card.change", &args);
        }
        let Some(ctx) = self.context.clone() else { return };
        if let Some((shot, field, text)) = inspector::unwritten(&ctx) {
            self.command(studio, "shot.write", &json!({ "shot": shot, "field": field, "text": text }));
        }
        if let Some(scene) = self.session.writing_scene.take() {
            let known = studio.project().storyboard.scene(scene).map(|scene| scene.heading.clone());
            let heading = board::heading_words(&ctx, scene).map(|heading| heading.trim().to_owned());
            if heading.is_some() && heading != known {
                self.command(studio, "scene.rename", &json!({ "scene": scene, "heading": heading }));
            }
        }
    }

    /// Imports files and puts them somewhere: one step of the history.
    pub fn land(&mut self, studio: &mut Studio, paths: &[std::path::PathBuf], landing: Landing) {
        studio.together(|studio| landing::land(self, studio, paths, landing));
    }

    /// Forgets what was chosen in the project before.
    pub fn start_over(&mut self) {
        let workspace = self.session.workspace;
        self.session = Session { workspace, ..Session::new(self.session.preferences.clone()) };
    }

    /// Selects what is likely to be worked on in a project that was just opened: the first shot without a take, else the first.
    pub fn begin(&mut self, project: &Project) {
        let bare = project.storyboard.shots().find(|shot| project.circled(shot.id).is_none());
        if let Some(shot) = bare.or_else(|| project.storyboard.shots().next()) {
            self.session.selected.select_shot(shot.id);
        }
    }

    /// Says something in the status bar.
    pub fn tell(&mut self, text: String, failed: bool) {
        self.session.status = Status { text, failed, undo: false };
    }

    /// Says what the studio has to say.
    pub fn tell_notices(&mut self, notices: &[Notice]) {
        if let Some(notice) = notices.last() {
            let failed = !matches!(notice, Notice::Recovered(_));
            self.tell(words::error(notice), failed);
        }
    }

    /// Draws everything, and does what was asked for. What the shell has to do is returned.
    pub fn show(&mut self, ui: &mut Ui, studio: Option<&mut Studio>, desk: &mut dyn Desk) -> Vec<Request> {
        self.dress(ui.ctx());
        let now = ui.input(|input| input.time);
        match studio {
            Some(studio) => {
                self.keep_up(studio);
                // What keys ask for is done before panels are drawn: a new shot's prompt takes the letters that follow.
                self.press(ui, studio, desk, now);
                let mut requests = self.carry_out(studio);
                self.keep_up(studio);
                self.draw(ui, studio, desk, now);
                if self.commands.change_something() {
                    // What a panel did by itself is seen too, without a key or the pointer.
                    ui.ctx().request_repaint();
                }
                requests.extend(self.carry_out(studio));
                requests.extend(leaving(ui.ctx(), studio.project()));
                requests
            }
            None => {
                let chosen = std::mem::take(&mut self.chosen).into_iter();
                let chosen = chosen.filter_map(|target| action::without_project(target.id()));
                self.keys.asked(ui).into_iter().chain(chosen).for_each(|request| self.commands.ask(request));
                welcome::welcome_ui(ui, &mut self.session, desk, &mut self.commands);
                let asks = self.commands.take().into_iter();
                asks.filter_map(|intent| if let Intent::Ask(request) = intent { Some(request) } else { None }).collect()
            }
        }
    }

    fn keep_up(&mut self, studio: &Studio) {
        self.session.keep_up(studio.project());
        self.session.derived.keep_up(studio, self.session.timeline);
    }

    fn press(&mut self, ui: &mut Ui, studio: &Studio, desk: &mut dyn Desk, now: f64) {
        let Self { session, keys, palette, commands, chosen, .. } = self;
        let mut view = View { studio, session, desk, out: commands, keymap: keys, now };
        let frames = view.timeline_frames();
        let rate = view.project().settings.rate;
        let source = view.session.source.map(|source| crate::action::source_frames(&view, source));
        let (heard, source_heard) = listen(&mut view);
        view.session.transport.tick(now, rate, frames.max(1), heard);
        view.session.source_transport.tick(now, rate, source.unwrap_or(1), source_heard);
        inspector::keep_words(ui, &mut view);
        board::keep_words(ui, &mut view);
        board::keep_card_words(&mut view);
        let covered = view.session.over.is_some() || view.session.asking.is_some();
        if !covered {
            keys.run(ui, &mut view);
            chosen.drain(..).for_each(|target| keys::run(target, &mut view));
        }
        chosen.clear();
        crate::panels::settings::press(ui, &mut view);
        crate::panels::pencil::press(ui, &mut view);
        palette.press(ui, &mut view);
    }

    fn draw(&mut self, ui: &mut Ui, studio: &Studio, desk: &mut dyn Desk, now: f64) {
        let Self { session, layouts, keys, palette, commands, shown, .. } = self;
        let mut view = View { studio, session, desk, out: commands, keymap: keys, now };
        bars::top_ui(ui, &mut view);
        bars::status_ui(ui, &mut view);
        let workspace = view.session.workspace;
        if std::mem::replace(shown, workspace) != workspace {
            view.session.focus = workspace.main();
        }
        if std::mem::take(&mut view.session.resets_layout) {
            layouts.reset(workspace);
        }
        if let Some(panel) = view.session.reveal.take() {
            layouts.reveal(workspace, panel);
            view.session.focus = panel;
        }
        egui::CentralPanel::no_frame().show(ui, |ui| layouts.show(ui, &mut view));
        crate::panels::settings::settings_ui(ui, &mut view, keys);
        crate::panels::pencil::pencil_ui(ui, &mut view);
        palette.show(ui, &mut view, keys);
        if view.session.transport.is_playing() || view.session.source_transport.is_playing() {
            ui.ctx().request_repaint();
        }
    }

    /// Hands to the studio what panels want done.
    fn carry_out(&mut self, studio: &mut Studio) -> Vec<Request> {
        let mut requests = Vec::new();
        for intent in self.commands.take() {
            match intent {
                Intent::Command { id, args } => {
                    let _done = self.command(studio, id, &args);
                }
                Intent::Commands(commands) => {
                    let mut commands = commands.into_iter();
                    let _all = studio.together(|studio| commands.all(|(id, args)| self.command(studio, id, &args)));
                }
                Intent::BeginDrag(label) => {
                    studio.begin_gesture(label);
                    self.dragging = true;
                }
                Intent::Drag(edit) => {
                    // Where a drag can't go, it stays where it could go last.
                    let _stays = studio.update_gesture(&edit);
                }
                Intent::EndDrag(edit) => {
                    self.dragging = false;
                    if let Err(error) = studio.commit_gesture(&edit) {
                        self.tell(words::error(&error), true);
                    }
                }
                Intent::CancelDrag => {
                    self.dragging = false;
                    studio.cancel_gesture();
                }
                Intent::Land(paths, landing) => {
                    let (brought, landed): (Vec<_>, Vec<_>) =
                        paths.into_iter().partition(|path| Brought::of(path).is_some());
                    if !brought.is_empty() {
                        requests.push(Request::Bring(brought));
                    }
                    if !landed.is_empty() {
                        self.land(studio, &landed, landing);
                    }
                }
                Intent::Ask(request) => requests.push(request),
            }
        }
        requests
    }

    /// One command; whether it was done.
    fn command(&mut self, studio: &mut Studio, id: &'static str, args: &Value) -> bool {
        let before = studio.project().clone();
        match studio.handle(id, args) {
            Ok(made) => {
                self.palette.done(id, &mut self.session);
                self.made(id, &made);
                let label = command::find(id).map(words::label).unwrap_or_default();
                // What changed no document, such as a job, can't be taken back.
                let undo = !Arc::ptr_eq(studio.project(), &before) && !id.starts_with("edit.");
                self.session.status = Status { text: label.trim_end_matches('…').to_owned(), failed: false, undo };
                true
            }
            Err(error) => {
                self.refused(id, &error);
                false
            }
        }
    }

    /// What was made is selected; a new shot's prompt is written at once.
    fn made(&mut self, id: &str, made: &Value) {
        let number = |name: &str| made.get(name).and_then(Value::as_u64);
        match (id, number("shot"), number("timeline"), number("scene")) {
            ("shot.add", Some(shot), ..) => {
                self.session.selected.select_shot(ShotId(shot));
                self.session.writing = Some(ShotId(shot));
                // A first shot brings its scene with it: letters go to one of them.
                self.session.writing_scene = None;
            }
            ("shot.duplicate", Some(shot), ..) => self.session.selected.select_shot(ShotId(shot)),
            ("scene.add", _, _, Some(scene)) => self.session.writing_scene = Some(SceneId(scene)),
            (_, _, Some(timeline), _) if id.starts_with("timeline.") => {
                self.session.timeline = kinora_project::TimelineId(timeline);
            }
            _ => {}
        }
    }

    fn refused(&mut self, id: &str, error: &CommandError) {
        let command = command::find(id);
        let label = command.map(words::label).unwrap_or_default();
        let label = label.trim_end_matches('…').to_owned();
        let why = words::refusal(command, error);
        self.palette.refused(id, why.clone());
        self.tell(tr!("status-refused", what = label, why = why), true);
    }

    /// Colours, language and size as they were chosen.
    fn dress(&mut self, ctx: &Context) {
        let wanted = &self.session.preferences;
        if self.dressed.as_ref() == Some(wanted) {
            return;
        }
        if self.dressed.is_none() {
            theme::install_fonts(ctx);
            self.context = Some(ctx.clone());
        }
        theme::install(ctx, wanted.theme, wanted.reduced_motion);
        ctx.set_zoom_factor(wanted.scale.clamp(0.75, 2.0));
        words::set_language(wanted.language.unwrap_or(Language::En));
        self.keys = Keymap::with(preset(&wanted.keys), &wanted.key_changes);
        self.dressed = Some(wanted.clone());
    }
}

/// A take that is dragged out of the window: it leaves for another program.
fn leaving(ctx: &Context, project: &Project) -> Option<Request> {
    let dragged = egui::DragAndDrop::payload::<Dragged>(ctx)?;
    let window = ctx.content_rect();
    let (down, at) = ctx.input(|input| (input.pointer.any_down(), input.pointer.latest_pos()));
    if !down || at.is_some_and(|at| window.contains(at)) {
        return None;
    }
    let take = match *dragged {
        Dragged::Take(take) => Some(take),
        Dragged::Shot(shot) => project.circled(shot).map(|take| take.id),
        Dragged::Media(_) => None,
    }?;
    egui::DragAndDrop::clear_payload(ctx);
    Some(Request::DragOut(take))
}

/// Tells the desk how both playheads move; where the sound of each is, if that leads.
fn listen(view: &mut View<'_>) -> (Option<Flicks>, Option<Flicks>) {
    let hearing = |looking: Looking, transport: &Transport| {
        let (speed, moves) = (transport.speed(), transport.moves());
        Hearing { looking, speed, moves }
    };
    let transport = &view.session.transport;
    let program = hearing(Looking::Timeline(view.session.timeline, transport.frame()), transport);
    let heard = view.desk.hear(0, program);
    let Some(source) = view.session.source else { return (heard, None) };
    let transport = &view.session.source_transport;
    let at = view.project().settings.rate.frame_start(i64::from(transport.frame()));
    let looking = match source {
        Source::Take(take) => Looking::Take(take, at),
        Source::Media(media) => Looking::Media(media, at),
    };
    (heard, view.desk.hear(1, hearing(looking, transport)))
}
