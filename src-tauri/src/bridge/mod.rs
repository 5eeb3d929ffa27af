//! egui inside a Tauri window: tao's events become egui's input, egui's shapes are drawn by wgpu into the window's surface.

mod access;
mod bench;
mod chords;
mod clipboard;
mod damage;
mod drops;
mod hand_out;
mod input;
mod notches;
mod painter;
mod renderer;
mod surface;

pub(crate) use renderer::{Renderer, texture_of};

use crate::app::{App, Inbox};
use crate::menu::MenuBar;
use crate::preferences;
use access::{Access, Heard};
use bench::Bench;
use clipboard::Clipboard;
use hand_out::HandOut;
use input::Input;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use surface::Screen;
use tauri::{EventLoopMessage, Manager};
use tauri_runtime_wry::tao::event::{Event, WindowEvent};
use tauri_runtime_wry::tao::event_loop::{ControlFlow, EventLoopProxy, EventLoopWindowTarget};
use tauri_runtime_wry::tao::window::WindowId;
use tauri_runtime_wry::{Context, EventLoopIterationContext, Message, Plugin, PluginBuilder, WebContextStore};

/// The label of the editor's window.
pub const WINDOW: &str = "editor";
/// How often jobs are looked after while some run.
const BUSY: Duration = Duration::from_millis(20);
/// How often the project is looked after otherwise: what other processes ask for waits no longer than this.
const IDLE: Duration = Duration::from_millis(100);
/// Frames are not drawn faster than this.
const FRAME: Duration = Duration::from_millis(15);
/// Where egui wants the next frame later than this, it wants none.
const NEVER: Duration = Duration::from_secs(3600);

/// How much later than wanted the event loop may be woken.
const SLACK: Duration = Duration::from_millis(2);

/// What the bridge is made of, once the event loop runs.
pub struct Builder {
    /// The window.
    pub window: tauri::Window,
    /// Projects that other instances were asked to open.
    pub open: Inbox,
    /// The project to open first.
    pub project: Option<PathBuf>,
    /// Whether to measure and end.
    pub bench: bool,
    /// When the process began.
    pub started: Instant,
}

impl PluginBuilder<EventLoopMessage> for Builder {
    type Plugin = Bridge;

    fn build(self, _: Context<EventLoopMessage>) -> Bridge {
        let ctx = egui::Context::default();
        let wrong = kinora_ui::add_presets(preferences::key_presets());
        let mut app = App::new(preferences::load(), self.open, self.project);
        if let Some((name, error)) = wrong.into_iter().next() {
            app.tell_later(kinora_ui::tr!("shell-wrong-keys", name = name, why = error));
        }
        let files = drops::Heard::default();
        drops::listen(&self.window, &files);
        let uncovered = Arc::new(AtomicBool::new(false));
        surface::leave_to_us(&self.window, &uncovered);
        let hand_out = HandOut::new(&self.window);
        let input = Input::default();
        input.chords.listen(&self.window);
        input.notches.listen(&self.window);
        let access = Access::new(&self.window);
        let menu = MenuBar::new(self.window.app_handle());
        // On Linux it is there already, and stays as it is.
        if !cfg!(target_os = "linux")
            && let Err(error) = self.window.show()
        {
            eprintln!("kinora: {error}");
        }
        Bridge {
            window: self.window,
            id: None,
            ctx,
            app,
            input,
            files,
            hand_out,
            access,
            menu,
            uncovered,
            lost: false,
            clipboard: Clipboard::default(),
            screen: None,
            broken: false,
            started: self.started,
            drawn: None,
            wanted: Some(Instant::now()),
            wakes: Instant::now(),
            looked: Instant::now(),
            cursor: egui::CursorIcon::Default,
            bench: self.bench.then(Bench::default),
        }
    }
}

/// The editor in its window.
pub struct Bridge {
    window: tauri::Window,
    /// What the event loop calls it, once something happened to it.
    id: Option<WindowId>,
    ctx: egui::Context,
    app: App,
    input: Input,
    files: drops::Heard,
    hand_out: HandOut,
    access: Access,
    menu: MenuBar,
    /// Whether the window system painted over a part of the window.
    uncovered: Arc<AtomicBool>,
    /// Whether the next picture has to be put on screen even if it is the same.
    lost: bool,
    clipboard: Clipboard,
    screen: Option<Screen>,
    /// Whether there is no graphics device: said once.
    broken: bool,
    started: Instant,
    /// When the last frame was drawn.
    drawn: Option<Instant>,
    /// When the next one is wanted.
    wanted: Option<Instant>,
    /// When the event loop is woken next.
    wakes: Instant,
    /// When jobs were looked after last.
    looked: Instant,
    cursor: egui::CursorIcon,
    bench: Option<Bench>,
}

impl Bridge {
    /// Wants a frame soon.
    fn want(&mut self, at: Instant) {
        self.wanted = Some(self.wanted.map_or(at, |wanted| wanted.min(at)));
    }

    /// Sees to it that the event loop turns then. On Linux tao waits for GTK alone, whatever time it was given.
    fn wake_at(&mut self, at: Instant) {
        // Each time needs a timer of its own: one that fires earlier is no use, tao then waits on without asking again.
        if self.wakes == at {
            return;
        }
        let now = Instant::now();
        self.wakes = at;
        // GLib counts whole milliseconds: woken too early, tao would wait on without asking again.
        #[cfg(target_os = "linux")]
        gtk::glib::timeout_add_local_once(at.saturating_duration_since(now) + SLACK, || {});
    }

    /// What screen readers want.
    fn listen(&mut self, now: Instant) {
        let Heard { begun, ended, asks } = self.access.take();
        if begun {
            self.ctx.enable_accesskit();
            self.access.place(&self.window);
        }
        if ended {
            self.ctx.disable_accesskit();
        }
        if begun || !asks.is_empty() {
            self.want(now);
        }
        for ask in asks {
            self.input.push(egui::Event::AccessKitActionRequest(ask));
        }
    }

    /// Whether a frame has to wait. What somebody does never does; what moves by itself waits until what was there before is drawn, and
    /// while jobs run and nobody watches a film, it leaves them the processor.
    fn has_to_wait(&self, now: Instant) -> bool {
        let Some(screen) = self.screen.as_ref().filter(|_| !self.input.is_waiting()) else { return false };
        let rests = screen.painter().rests_until().is_some_and(|end| now < end);
        screen.painter().is_behind() || rests && self.app.is_at_work() && !self.app.is_playing()
    }

    /// Ends where the thread that draws did: an editor that can't be seen is none. Everything that was done is on disk.
    fn check_painter(&mut self) {
        if !self.broken && self.screen.as_ref().is_some_and(|screen| screen.painter().has_failed()) {
            self.broken = true;
            self.app.close();
            crate::dialogs::fatal(&self.window, &kinora_ui::tr!("shell-no-pictures"));
        }
    }

    fn draw(&mut self) {
        if self.broken {
            return;
        }
        let screen = match &mut self.screen {
            Some(screen) => screen,
            None => match Screen::open(&self.window) {
                Ok(screen) => {
                    self.app.start(screen.gpu(), screen.textures());
                    self.screen.insert(screen)
                }
                Err(error) => {
                    if !self.broken {
                        eprintln!("kinora: {error:#}");
                        crate::dialogs::fatal(&self.window, &format!("{error:#}"));
                    }
                    self.broken = true;
                    return;
                }
            },
        };
        if self.bench.is_some() {
            self.app.look_at_timeline();
        }
        let begun = Instant::now();
        let scale = (self.window.scale_factor().unwrap_or(1.0), f64::from(self.ctx.zoom_factor()));
        let raw =
            self.input.take(screen.size(), scale, self.started.elapsed().as_secs_f64(), self.ctx.text_edit_focused());
        let app = &mut self.app;
        let mut output = self.ctx.run_ui(raw, |ui| app.show(ui));
        let shown = begun.elapsed();
        let delay = output.viewport_output.values().map(|viewport| viewport.repaint_delay).min();
        let clipboard = &mut self.clipboard;
        for command in &output.platform_output.commands {
            match command {
                egui::OutputCommand::CopyText(text) => clipboard.put(text),
                egui::OutputCommand::OpenUrl(_) | egui::OutputCommand::CopyImage(_) => {}
                egui::OutputCommand::TextSelectionSettled(_) => {}
            }
        }
        if output.platform_output.cursor_icon != self.cursor {
            self.cursor = output.platform_output.cursor_icon;
            let _shown = self.window.set_cursor_icon(input::cursor(self.cursor));
        }
        if let Some(tree) = output.platform_output.accesskit_update.take() {
            self.access.update(tree);
        }
        screen.draw(&self.ctx, output, std::mem::take(&mut self.lost));
        let shown = shown + screen.tessellated;
        let first = screen.painter().first_shown();
        let now = Instant::now();
        self.drawn = Some(now);
        self.wanted = delay.filter(|delay| *delay < NEVER).map(|delay| now + delay.max(FRAME));
        if self.input.is_waiting() {
            self.want(now);
        }
        if let Some(bench) = &mut self.bench {
            let ready = bench.frame(shown, first.map(|first| first - self.started));
            if let Some(report) = ready {
                println!("{report}");
                self.app.quit();
            }
            self.want(now);
        }
        if let Some(path) = self.app.takes_out() {
            // The button is let go in another program, which nobody here hears of.
            if self.hand_out.begin(path) {
                self.input.let_go();
            }
        }
        if let Some(look) = self.app.wants_handbook(!self.ctx.global_style().visuals.dark_mode) {
            crate::handbook::show(self.window.app_handle(), look);
        }
        self.menu.keep_up(self.window.app_handle());
        if let Some(title) = self.app.title() {
            let _named = self.window.set_title(&title);
        }
    }
}

impl Plugin<EventLoopMessage> for Bridge {
    fn on_event(
        &mut self,
        event: &Event<'_, Message<EventLoopMessage>>,
        _: &EventLoopWindowTarget<Message<EventLoopMessage>>,
        _: &EventLoopProxy<Message<EventLoopMessage>>,
        control_flow: &mut ControlFlow,
        _: EventLoopIterationContext<'_, EventLoopMessage>,
        _: &WebContextStore,
    ) -> bool {
        match event {
            // The handbook's window has a life of its own; it is never the first.
            Event::WindowEvent { window_id, .. } if *self.id.get_or_insert(*window_id) != *window_id => {}
            Event::WindowEvent { event, .. } => {
                let scale = self.window.scale_factor().unwrap_or(1.0) * f64::from(self.ctx.zoom_factor());
                match event {
                    WindowEvent::Resized(size) => {
                        if let Some(screen) = &mut self.screen {
                            screen.resize(size.width, size.height);
                        }
                        self.access.place(&self.window);
                        self.want(Instant::now());
                    }
                    WindowEvent::Moved(_) => self.access.place(&self.window),
                    WindowEvent::CloseRequested => self.app.end(),
                    event => {
                        if let WindowEvent::Focused(focused) = event {
                            self.access.focus(*focused);
                            self.app.set_watched(*focused);
                        }
                        if self.input.window_event(event, scale, &mut self.clipboard) {
                            self.want(Instant::now());
                        }
                    }
                }
            }
            Event::MainEventsCleared => {
                let now = Instant::now();
                if self.uncovered.swap(false, Ordering::Relaxed) {
                    self.lost = true;
                    self.want(now);
                }
                self.listen(now);
                for id in self.menu.take() {
                    self.app.choose(&id);
                    self.want(now);
                }
                let heard = self.files.take();
                for files in heard {
                    self.input.files(files.in_points(self.ctx.zoom_factor()));
                    self.want(now);
                }
                let every = if self.app.is_busy() { BUSY } else { IDLE };
                if now.duration_since(self.looked) >= every {
                    self.looked = now;
                    if self.app.look_after() {
                        self.want(now);
                    }
                }
                let rested = self.drawn.is_none_or(|drawn| now.duration_since(drawn) >= FRAME);
                if rested && self.wanted.is_some_and(|wanted| wanted <= now) {
                    if self.has_to_wait(now) {
                        self.drawn = Some(now);
                    } else {
                        self.draw();
                    }
                }
                self.check_painter();
                if self.app.is_over() {
                    self.app.close();
                    self.screen = None;
                    crate::handbook::close(self.window.app_handle());
                    let _ended = self.window.destroy();
                }
            }
            Event::LoopDestroyed => self.app.close(),
            _ => {}
        }
        let every = if self.app.is_busy() { BUSY } else { IDLE };
        let next = self.looked + every;
        let drawing = self.wanted.map(|wanted| self.drawn.map_or(wanted, |drawn| wanted.max(drawn + FRAME)));
        let next = drawing.map_or(next, |drawing| drawing.min(next));
        self.wake_at(next);
        *control_flow = ControlFlow::WaitUntil(next);
        // Tauri sets the event loop to wait for events alone, whatever it is handed; of this one, the last of a turn, it makes nothing.
        matches!(event, Event::RedrawEventsCleared)
    }
}
