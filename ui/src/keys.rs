//! Keys: which action or command each runs. Presets are data in assets/keys; single keys count for the panel that has the focus, and
//! never while a text is being written.

use crate::action::{self, Action, Context, is_cut_by_hand};
use crate::intent::Request;
use crate::layout::{Panel, ground_id};
use crate::view::View;
use egui::{Event, EventFilter, Id, InputState, Key, KeyboardShortcut, Modifiers, Response, Ui};
use kinora_studio::command::{self, Arg, Command, Kind};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What keys run.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// An action of the editor.
    Action(&'static Action),
    /// A command of the studio.
    Command(&'static Command),
}

impl Target {
    /// Its id.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Action(action) => action.id,
            Self::Command(command) => command.id,
        }
    }

    /// Where its keys count.
    #[must_use]
    pub fn context(self) -> Context {
        match self {
            Self::Action(action) => action.context,
            Self::Command(_) => Context::Anywhere,
        }
    }

    /// Its keys in the tables.
    fn standard(self) -> Vec<String> {
        match self {
            Self::Action(action) => action.keys.iter().map(|keys| (*keys).to_owned()).collect(),
            Self::Command(command) => command.shortcut.map(str::to_owned).into_iter().collect(),
        }
    }

    /// Why it can't be done now.
    pub(crate) fn reason(self, view: &View<'_>) -> Option<String> {
        match self {
            Self::Action(_) => None,
            Self::Command(command) => (command.enabled)(view.studio).err().map(crate::words::reason),
        }
    }

    /// What it does, where a sentence says that.
    pub(crate) fn told(self) -> String {
        match self {
            Self::Action(_) => String::new(),
            Self::Command(command) => crate::words::tooltip(command),
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::Action(action) => crate::words::text(&action::label_id(action.id)),
            Self::Command(command) => crate::words::label(command),
        }
    }
}

/// The name of an action or command for people, as in a sentence.
pub(crate) fn label(id: &str) -> String {
    target(id).map(|target| target.label().trim_end_matches('…').to_owned()).unwrap_or_default()
}

/// An action or command by its id.
#[must_use]
pub fn target(id: &str) -> Option<Target> {
    targets().find(|target| target.id() == id)
}

/// Every action and every command that no action stands for.
pub fn targets() -> impl Iterator<Item = Target> {
    action::all().map(Target::Action).chain(command::all().map(Target::Command))
}

/// Which keys run what.
#[derive(Debug, Clone)]
pub struct Keymap {
    bindings: Vec<(KeyboardShortcut, Target)>,
    hidden: Vec<Hidden>,
}

/// Keys that somebody gave to something and that run something else.
#[derive(Debug, Clone, Copy)]
pub struct Hidden {
    /// The keys.
    pub keys: KeyboardShortcut,
    /// What they run.
    pub runs: Target,
    /// What they don't run.
    pub hides: Target,
}

/// The presets that ship, by name.
pub const PRESETS: [(&str, &str); 2] = [
    ("kinora", include_str!("../../assets/keys/kinora.toml")),
    ("premiere", include_str!("../../assets/keys/premiere.toml")),
];

/// Presets of this person, by name.
static OWN_PRESETS: OnceLock<Vec<(String, String)>> = OnceLock::new();

/// Makes a person's own presets known beside those that ship: name and text. To be called once, before anything is shown. Those that are no
/// presets are left out and returned with what is wrong with them.
pub fn add_presets(presets: Vec<(String, String)>) -> Vec<(String, String)> {
    let (mut kept, mut wrong) = (Vec::new(), Vec::new());
    for (name, text) in presets {
        match check_preset(&text) {
            Ok(()) => kept.push((name, text)),
            Err(error) => wrong.push((name, error)),
        }
    }
    let _first = OWN_PRESETS.set(kept);
    wrong
}

/// Whether every line of a preset means something.
fn check_preset(text: &str) -> Result<(), String> {
    let lines: BTreeMap<String, Vec<String>> = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    for (id, keys) in lines {
        if !targets().any(|target| target.id() == id) {
            return Err(format!("nothing is called {id}"));
        }
        if let Some(keys) = keys.iter().find(|keys| parse(keys).is_none()) {
            return Err(format!("{id}: {keys} is no key"));
        }
    }
    Ok(())
}

/// Every preset, by name: those that ship, then the person's own.
pub(crate) fn presets() -> impl Iterator<Item = (&'static str, &'static str)> {
    let own = OWN_PRESETS.get().into_iter().flatten();
    PRESETS.into_iter().chain(own.map(|(name, text)| (name.as_str(), text.as_str())))
}

/// The preset of a name; the first where it is not there any more.
pub(crate) fn preset(name: &str) -> &'static str {
    presets().find(|(known, _)| *known == name).map_or(PRESETS[0].1, |(_, text)| text)
}

impl Default for Keymap {
    fn default() -> Self {
        Self::preset(PRESETS[0].1)
    }
}

impl Keymap {
    /// The keys of the tables, changed by a preset: lines of `"id" = ["Ctrl+K"]`. Lines that can't be read are left out.
    #[must_use]
    pub fn preset(text: &str) -> Self {
        Self::with(text, &BTreeMap::new())
    }

    /// A preset, changed by what a person chose. What the person chose comes first, where keys mean two things in one place.
    #[must_use]
    pub fn with(preset: &str, own: &BTreeMap<String, Vec<String>>) -> Self {
        let changed: BTreeMap<String, Vec<String>> = toml::from_str(preset).unwrap_or_default();
        let mut map = Self { bindings: Vec::new(), hidden: Vec::new() };
        let chosen = |target: &Target| own.contains_key(target.id());
        // Actions come before commands: they fill in what a command would ask for.
        for target in targets().filter(chosen).chain(targets().filter(|target| !chosen(target))) {
            let keys = own.get(target.id()).or_else(|| changed.get(target.id())).cloned();
            for shortcut in keys.unwrap_or_else(|| target.standard()).iter().filter_map(|keys| parse(keys)) {
                let overlaps = |(other, known): &&(KeyboardShortcut, Target)| {
                    *other == shortcut && known.context().overlaps(target.context())
                };
                match map.bindings.iter().find(overlaps) {
                    None => map.bindings.push((shortcut, target)),
                    // That an action stands for a command by its keys is meant so.
                    Some((_, known)) if chosen(&target) || chosen(known) => {
                        map.hidden.push(Hidden { keys: shortcut, runs: *known, hides: target });
                    }
                    Some(_) => {}
                }
            }
        }
        // `Ctrl+Z` would answer to Ctrl+Shift+Z too: who wants more keys is asked first.
        map.bindings.sort_by_key(|(keys, _)| std::cmp::Reverse(count(keys.modifiers)));
        map
    }

    /// Keys that a person's choice took from something, or that it could not have.
    #[must_use]
    pub fn hidden(&self) -> &[Hidden] {
        &self.hidden
    }

    /// The keys that run something.
    pub fn of(&self, id: &str) -> impl Iterator<Item = &KeyboardShortcut> {
        self.bindings.iter().filter(move |(_, target)| target.id() == id).map(|(shortcut, _)| shortcut)
    }

    /// The fewest keys that run something.
    #[must_use]
    pub fn shortest(&self, id: &str) -> Option<&KeyboardShortcut> {
        self.of(id).min_by_key(|keys| count(keys.modifiers))
    }

    /// Keys that mean two things in one place, in a preset: what runs, and what doesn't because of it.
    #[must_use]
    pub fn conflicts(text: &str) -> Vec<(KeyboardShortcut, &'static str, &'static str)> {
        let changed: BTreeMap<String, Vec<String>> = toml::from_str(text).unwrap_or_default();
        let mut seen: Vec<(KeyboardShortcut, Target)> = Vec::new();
        let mut conflicts = Vec::new();
        for target in targets() {
            for shortcut in changed.get(target.id()).into_iter().flatten().filter_map(|keys| parse(keys)) {
                let known =
                    seen.iter().find(|(other, known)| *other == shortcut && known.context().overlaps(target.context()));
                match known {
                    Some((_, known)) => conflicts.push((shortcut, known.id(), target.id())),
                    None => seen.push((shortcut, target)),
                }
            }
        }
        conflicts
    }

    /// What was pressed of all that can be asked for without a project.
    pub(crate) fn asked(&self, ui: &Ui) -> Vec<Request> {
        let asks =
            self.bindings.iter().filter_map(|(keys, target)| Some((keys, action::without_project(target.id())?)));
        asks.filter(|(keys, _)| ui.input_mut(|input| consume(input, keys))).map(|(_, request)| request).collect()
    }

    /// Runs what was pressed. To be called before panels are drawn.
    pub(crate) fn run(&self, ui: &Ui, view: &mut View<'_>) {
        let writing = ui.ctx().text_edit_focused();
        let presses = is_on_a_control(ui, view);
        let focused = ui.memory(|memory| memory.focused());
        let kept = focused.is_some() && ui.data(|data| data.get_temp::<Id>(kept_id())) == focused;
        let focus = view.session.focus;
        // What a timeline holds is not changed while it can't be seen.
        let cuts = view.session.seen.contains(&Panel::Timeline);
        view.session.jogs = self.of("play.pause").any(|keys| ui.input(|input| input.key_down(keys.logical_key)));
        for (shortcut, target) in &self.bindings {
            let key = shortcut.logical_key;
            let commanding =
                shortcut.modifiers.command || shortcut.modifiers.alt || (Key::F1..=Key::F35).contains(&key);
            // In a text its own keys come first.
            let belongs_to_text = matches!(
                key,
                Key::A
                    | Key::C
                    | Key::V
                    | Key::X
                    | Key::Z
                    | Key::Y
                    | Key::ArrowLeft
                    | Key::ArrowRight
                    | Key::Backspace
                    | Key::Delete
            );
            if writing && (!commanding || belongs_to_text) || !target.context().covers(focus) {
                continue;
            }
            if target.context() == Context::Timeline && !cuts {
                continue;
            }
            if presses && shortcut.modifiers.is_none() && matches!(key, Key::Space | Key::Enter) {
                continue;
            }
            let moves = matches!(
                key,
                Key::ArrowLeft | Key::ArrowRight | Key::ArrowUp | Key::ArrowDown | Key::Delete | Key::Backspace
            );
            if kept && moves && shortcut.modifiers.is_none() {
                continue;
            }
            if ui.input_mut(|input| consume(input, shortcut)) {
                run(*target, view);
            }
        }
    }
}

/// Whether the keyboard is on a control that Space and Enter press. A panel's ground and a card leave both to the panel.
fn is_on_a_control(ui: &Ui, view: &View<'_>) -> bool {
    let Some(focused) = ui.memory(|memory| memory.focused()) else { return false };
    let card = ui.data(|data| data.get_temp::<Id>(card_id()));
    card != Some(focused) && focused != ground_id(view.session.focus)
}

/// A control that has the keyboard uses arrows, Delete and Backspace itself, as a thing that they move.
pub(crate) fn keep_for(ui: &Ui, control: &Response) {
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(control.id, filter));
    ui.data_mut(|data| data.insert_temp(kept_id(), control.id));
}

fn kept_id() -> Id {
    Id::unique("control-that-keeps-the-arrows")
}

/// Where a card that has the keyboard says so.
pub(crate) fn card_id() -> Id {
    Id::unique("card-with-the-keyboard")
}

/// Whether something was done that means the words on screen, also where they are still being written: keys such as Ctrl+Enter; and a
/// pointer that leaves the window may close it.
pub(crate) fn means_what_is_on_screen(ui: &Ui) -> bool {
    ui.input(|input| {
        input.events.iter().any(|event| match event {
            Event::Key { pressed: true, .. } => input.modifiers.command,
            Event::PointerGone | Event::WindowFocused(false) => true,
            _ => false,
        })
    })
}

/// Takes keys out of the input, and with a single key the letter that it writes.
fn consume(input: &mut InputState, shortcut: &KeyboardShortcut) -> bool {
    let pressed = input.consume_shortcut(shortcut);
    if pressed && shortcut.modifiers.is_none() {
        input.events.retain(|event| !matches!(event, Event::Text(_)));
    }
    pressed
}

/// Runs an action, or a command with what is selected.
pub(crate) fn run(target: Target, view: &mut View<'_>) {
    match target {
        Target::Action(action) => (action.run)(view),
        Target::Command(command) => {
            // A command whose name ends in `…` asks, even if it could do without answers.
            let args = crate::fill::filled(command, view).filter(|_| !command.label.ends_with('…'));
            match (args, dialog(command, view)) {
                // While the Assembly is open, the only timeline that there is would be changed out of sight.
                (Some(args), _) if !about_a_timeline(command) || is_cut_by_hand(view) => view.command(command.id, args),
                (Some(_), _) => {}
                (None, Some(request)) => view.out.ask(request),
                (None, None) => view.session.asking = Some(command),
            }
        }
    }
}

fn about_a_timeline(command: &Command) -> bool {
    command.args.iter().any(|arg| arg.kind == Kind::Timeline)
}

/// Where a command only lacks a file, the system's own dialog asks for it.
fn dialog(command: &Command, view: &View<'_>) -> Option<Request> {
    match command.id {
        "media.import" => Some(Request::Import),
        "timeline.export" => {
            Some(Request::Export { args: json!({ "timeline": view.session.timeline }), ending: "mp4" })
        }
        "board.export" => Some(Request::ExportBoard { ending: "pdf" }),
        // It has a choice besides.
        "media.relink" => None,
        _ => {
            let path = command.args.iter().find(|arg| arg.required && arg.kind.is_path())?;
            let args = crate::fill::known(command, view);
            let complete = |arg: &Arg| !arg.required || arg.name == path.name || args.contains_key(arg.name);
            command.args.iter().all(complete).then(|| Request::AskPath {
                command: command.id,
                args: Value::Object(args),
                arg: path.name,
                ending: match path.kind {
                    Kind::NewFile(ending) => Some(ending),
                    _ => None,
                },
            })
        }
    }
}

fn count(modifiers: Modifiers) -> usize {
    [modifiers.command || modifiers.ctrl, modifiers.alt, modifiers.shift].into_iter().filter(|pressed| *pressed).count()
}

/// Keys as they are written: `Ctrl+Shift+Z`, `Space`, `,`. `Ctrl` is the command key on a Mac.
#[must_use]
pub fn parse(text: &str) -> Option<KeyboardShortcut> {
    let (modifiers, key) = match text.strip_suffix("++") {
        Some(before) => (before, "Plus"),
        None => text.rsplit_once('+').unwrap_or(("", text)),
    };
    let mut wanted = Modifiers::NONE;
    for modifier in modifiers.split('+').filter(|part| !part.is_empty()) {
        wanted = wanted.plus(match modifier {
            "Ctrl" => Modifiers::COMMAND,
            "Shift" => Modifiers::SHIFT,
            "Alt" => Modifiers::ALT,
            _ => return None,
        });
    }
    let key = match key {
        "," => Key::Comma,
        "." => Key::Period,
        ";" => Key::Semicolon,
        "'" => Key::Quote,
        name => Key::from_name(name)?,
    };
    Some(KeyboardShortcut::new(wanted, key))
}

/// Keys as [`parse`] reads them.
#[must_use]
pub fn written(shortcut: &KeyboardShortcut) -> String {
    let modifiers = shortcut.modifiers;
    let mut text = String::new();
    for (pressed, name) in
        [(modifiers.command || modifiers.ctrl, "Ctrl+"), (modifiers.alt, "Alt+"), (modifiers.shift, "Shift+")]
    {
        text += if pressed { name } else { "" };
    }
    text + shortcut.logical_key.name()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_written_down_are_read_again() {
        for keys in ["Ctrl+Shift+Z", "Space", ",", "Ctrl++", "Alt+F1", "Left", "Ctrl+;"] {
            let shortcut = parse(keys).unwrap();
            assert_eq!(parse(&written(&shortcut)), Some(shortcut), "{keys}");
        }
    }

    #[test]
    fn keys_that_a_person_chose_run_that_and_what_had_them_is_said() {
        let own = BTreeMap::from([("play.loop".to_owned(), vec!["Ctrl+K".to_owned()])]);
        let map = Keymap::with(PRESETS[0].1, &own);
        let keys = parse("Ctrl+K").unwrap();
        assert!(map.of("play.loop").eq([&keys]));
        assert!(map.of("clip.slice").next().is_none());
        let hidden: Vec<_> = map.hidden().iter().map(|hidden| (hidden.runs.id(), hidden.hides.id())).collect();
        assert_eq!(hidden, [("play.loop", "clip.slice")]);
        assert!(Keymap::preset(PRESETS[0].1).hidden().is_empty());
    }

    #[test]
    fn a_preset_says_what_is_wrong_with_it() {
        assert_eq!(check_preset("\"play.loop\" = [\"Ctrl+K\"]"), Ok(()));
        for (text, wrong) in [
            ("\"play.lop\" = [\"K\"]", "nothing is called play.lop"),
            ("\"play.loop\" = [\"Ctrl+Nothing\"]", "play.loop: Ctrl+Nothing is no key"),
        ] {
            assert_eq!(check_preset(text), Err(wrong.to_owned()));
        }
        assert!(check_preset("play").is_err());
        assert!(PRESETS.iter().all(|(_, text)| check_preset(text).is_ok()));
        assert_eq!(preset("premiere"), PRESETS[1].1);
        assert_eq!(preset("gone"), PRESETS[0].1);
    }

    #[test]
    fn every_key_of_every_table_and_preset_can_be_read() {
        let of_tables = action::all().flat_map(|action| action.keys.iter().copied());
        for keys in of_tables.chain(command::all().filter_map(|command| command.shortcut)) {
            assert!(parse(keys).is_some(), "{keys}");
        }
        for (name, text) in PRESETS {
            let changed: BTreeMap<String, Vec<String>> = toml::from_str(text).unwrap();
            for (id, keys) in changed {
                assert!(targets().any(|target| target.id() == id), "{name}: nothing has the id {id}");
                assert!(keys.iter().all(|keys| parse(keys).is_some()), "{name}: {keys:?}");
            }
            assert!(Keymap::conflicts(text).is_empty(), "{name}: {:?}", Keymap::conflicts(text));
        }
    }

    #[test]
    fn no_action_of_one_place_hides_another() {
        let mut seen: Vec<(KeyboardShortcut, Context, &str)> = Vec::new();
        for action in action::all() {
            for keys in action.keys.iter().filter_map(|keys| parse(keys)) {
                let other =
                    seen.iter().find(|(shortcut, context, _)| *shortcut == keys && context.overlaps(action.context));
                assert!(other.is_none(), "{} and {other:?}", action.id);
                seen.push((keys, action.context, action.id));
            }
        }
    }
}
