//! Keys: which action or command each runs. Presets are data in assets/keys; single keys count for the panel that has the focus, and
//! never while a text is being written.

use crate::action::{self, Action, Context};
use crate::view::View;
use egui::{Key, KeyboardShortcut, Modifiers, Ui};
use kinora_studio::command::{self, Command};
use std::collections::BTreeMap;

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

    /// Its name for people.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::Action(action) => crate::words::text(&action::label_id(action.id)),
            Self::Command(command) => crate::words::label(command),
        }
    }
}

/// Every action and every command that no action stands for.
pub fn targets() -> impl Iterator<Item = Target> {
    action::all().map(Target::Action).chain(command::all().map(Target::Command))
}

/// Which keys run what.
#[derive(Debug, Clone)]
pub struct Keymap {
    bindings: Vec<(KeyboardShortcut, Target)>,
}

/// The presets that ship, by name.
pub const PRESETS: [(&str, &str); 2] = [
    ("kinora", include_str!("../../assets/keys/kinora.toml")),
    ("premiere", include_str!("../../assets/keys/premiere.toml")),
];

impl Default for Keymap {
    fn default() -> Self {
        Self::preset(PRESETS[0].1)
    }
}

impl Keymap {
    /// The keys of the tables, changed by a preset: lines of `"id" = ["Ctrl+K"]`. Lines that can't be read are left out.
    #[must_use]
    pub fn preset(text: &str) -> Self {
        let changed: BTreeMap<String, Vec<String>> = toml::from_str(text).unwrap_or_default();
        let mut bindings = Vec::new();
        // Actions come first: they fill in what a command would ask for.
        for target in targets() {
            let standard = match target {
                Target::Action(action) => action.keys.iter().map(|keys| (*keys).to_owned()).collect(),
                Target::Command(command) => command.shortcut.map(str::to_owned).into_iter().collect(),
            };
            let keys = changed.get(target.id()).cloned().unwrap_or(standard);
            for shortcut in keys.iter().filter_map(|keys| parse(keys)) {
                let taken = bindings.iter().any(|(other, known): &(KeyboardShortcut, Target)| {
                    *other == shortcut && overlap(known.context(), target.context())
                });
                if !taken {
                    bindings.push((shortcut, target));
                }
            }
        }
        Self { bindings }
    }

    /// The keys that run something.
    pub fn of(&self, id: &str) -> impl Iterator<Item = &KeyboardShortcut> {
        self.bindings.iter().filter(move |(_, target)| target.id() == id).map(|(shortcut, _)| shortcut)
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
                    seen.iter().find(|(other, known)| *other == shortcut && overlap(known.context(), target.context()));
                match known {
                    Some((_, known)) => conflicts.push((shortcut, known.id(), target.id())),
                    None => seen.push((shortcut, target)),
                }
            }
        }
        conflicts
    }

    /// Runs what was pressed. To be called before panels are drawn.
    pub(crate) fn run(&self, ui: &Ui, view: &mut View<'_>) {
        let writing = ui.ctx().text_edit_focused();
        let focus = view.session.focus;
        for (shortcut, target) in &self.bindings {
            let commanding = shortcut.modifiers.command || shortcut.modifiers.alt;
            // In a text its own keys come first.
            let belongs_to_text = matches!(
                shortcut.logical_key,
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
            if ui.input_mut(|input| input.consume_shortcut(shortcut)) {
                run(*target, view);
            }
        }
    }
}

/// Runs an action, or a command with what is selected.
pub(crate) fn run(target: Target, view: &mut View<'_>) {
    match target {
        Target::Action(action) => (action.run)(view),
        Target::Command(command) => match crate::fill::filled(command, view) {
            Some(args) => view.command(command.id, args),
            None => view.session.asking = Some(command),
        },
    }
}

fn overlap(a: Context, b: Context) -> bool {
    a == b || a == Context::Anywhere || b == Context::Anywhere
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

#[cfg(test)]
mod tests {
    use super::*;

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
                    seen.iter().find(|(shortcut, context, _)| *shortcut == keys && overlap(*context, action.context));
                assert!(other.is_none(), "{} and {other:?}", action.id);
                seen.push((keys, action.context, action.id));
            }
        }
    }
}
