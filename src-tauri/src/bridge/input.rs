//! tao's events as egui's input. Positions come in pixels and leave in points.
//!
//! Text: on Linux from the input method alone, which also brings what simple keys write; elsewhere from the keys.

use super::chords::Chords;
use super::clipboard::Clipboard;
use super::drops::{File, Files};
use super::notches::Notches;
use egui::{Event, HoveredFile, Key, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, RawInput, Vec2};
use tauri_runtime_wry::tao::dpi::PhysicalPosition;
use tauri_runtime_wry::tao::event::{ElementState, KeyEvent, MouseButton, MouseScrollDelta, TouchPhase, WindowEvent};
use tauri_runtime_wry::tao::keyboard::{self, ModifiersState};

/// Input that came since the last frame.
#[derive(Debug, Default)]
pub(super) struct Input {
    raw: RawInput,
    modifiers: Modifiers,
    pub(super) chords: Chords,
    /// Which way a wheel was turned, notch by notch.
    pub(super) notches: Notches,
    pointer: Pos2,
    /// Files that are over the window.
    hovered: Vec<HoveredFile>,
}

impl Input {
    /// What came, for a frame of some pixels, up to the first key after which other keys may mean something else: one that opens or
    /// ends a text. The rest waits for the next frame, so that no letter is lost however fast somebody types. `writing`: letters are text.
    /// A point has as many pixels as the screen's scale and the size that somebody chose for the editor make together.
    pub(super) fn take(&mut self, pixels: [u32; 2], (screen, zoom): (f64, f64), time: f64, writing: bool) -> RawInput {
        let mut raw = std::mem::take(&mut self.raw);
        self.raw.focused = raw.focused;
        if let Some(end) = end_of_turn(&raw.events, writing) {
            self.raw.events = raw.events.split_off(end);
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
        let points = Vec2::new(pixels[0] as f32, pixels[1] as f32) / (screen * zoom) as f32;
        let mut raw = RawInput { time: Some(time), hovered_files: self.hovered.clone(), ..raw };
        raw.screen_rect = Some(egui::Rect::from_min_size(Pos2::ZERO, points));
        #[allow(clippy::cast_possible_truncation)]
        raw.viewports.entry(egui::ViewportId::ROOT).or_default().native_pixels_per_point.replace(screen as f32);
        raw
    }

    /// Whether something waits for the next frame.
    pub(super) fn is_waiting(&self) -> bool {
        !self.raw.events.is_empty()
    }

    /// Something that the shell made itself, such as files that were dropped.
    pub(super) fn push(&mut self, event: Event) {
        self.raw.events.push(event);
    }

    /// The pointer went elsewhere with its button down.
    pub(super) fn let_go(&mut self) {
        let (pos, button, modifiers) = (self.pointer, PointerButton::Primary, self.modifiers);
        self.push(Event::PointerButton { pos, button, pressed: false, modifiers });
        self.push(Event::PointerGone);
    }

    /// Takes in what is heard of files from outside.
    pub(super) fn files(&mut self, files: Files) {
        match files {
            Files::Over(paths, at) => {
                self.hover(at);
                let hovered = |path| HoveredFile { path: Some(path), ..HoveredFile::default() };
                self.hovered = paths.into_iter().map(hovered).collect();
            }
            Files::Gone => self.hovered.clear(),
            Files::Dropped(paths, at) => {
                self.hover(at);
                self.hovered.clear();
                let file = |path| -> egui::DroppedFileHandle { std::sync::Arc::new(File(path)) };
                self.raw.dropped_files.extend(paths.into_iter().map(file));
            }
        }
    }

    fn hover(&mut self, (x, y): (f32, f32)) {
        self.pointer = Pos2::new(x, y);
        self.push(Event::PointerMoved(self.pointer));
    }

    /// Takes in an event of the window, where a point has so many pixels; whether something of it can be seen.
    pub(super) fn window_event(&mut self, event: &WindowEvent<'_>, scale: f64, clipboard: &mut Clipboard) -> bool {
        match event {
            WindowEvent::CursorMoved { position, .. } => {
                self.pointer = point(*position, scale);
                self.push(Event::PointerMoved(self.pointer));
            }
            WindowEvent::CursorLeft { .. } => self.push(Event::PointerGone),
            WindowEvent::MouseInput { state, button, .. } => {
                let Some(button) = pointer_button(*button) else { return false };
                let (pos, modifiers) = (self.pointer, self.modifiers);
                self.push(Event::PointerButton { pos, button, pressed: *state == ElementState::Pressed, modifiers });
            }
            WindowEvent::MouseWheel { delta, phase, .. } => {
                let (unit, delta) = wheel(*delta, scale);
                let notch = if delta == Vec2::ZERO { self.notches.next() } else { None };
                let (delta, phase) =
                    notch.map_or((delta, wheel_phase(*phase)), |notch| (notch, egui::TouchPhase::Move));
                let (modifiers, source) = (self.modifiers, MouseWheelSource::Unknown);
                self.push(Event::MouseWheel { unit, delta, phase, source, modifiers });
            }
            WindowEvent::ModifiersChanged(state) => {
                self.modifiers = self.chords.next().unwrap_or_else(|| modifiers(*state));
                self.push(Event::ModifiersChanged(self.modifiers));
            }
            WindowEvent::KeyboardInput { event, .. } => self.key(event, clipboard),
            WindowEvent::ReceivedImeText(text) if cfg!(target_os = "linux") => self.text(text),
            WindowEvent::Focused(focused) => {
                self.raw.focused = *focused;
                self.push(Event::WindowFocused(*focused));
                if !focused {
                    // Keys that are let go elsewhere are never heard of.
                    self.modifiers = Modifiers::NONE;
                    self.chords.clear();
                }
            }
            WindowEvent::HoveredFile(path) => {
                self.hovered.push(HoveredFile { path: Some(path.clone()), ..HoveredFile::default() });
            }
            WindowEvent::HoveredFileCancelled => self.hovered.clear(),
            WindowEvent::DroppedFile(path) => {
                let at = (self.pointer.x, self.pointer.y);
                self.files(Files::Dropped(vec![path.clone()], at));
            }
            WindowEvent::ScaleFactorChanged { .. } => {}
            _ => return false,
        }
        true
    }

    fn text(&mut self, text: &str) {
        let commanding = self.modifiers.command || self.modifiers.ctrl;
        if !commanding && !text.is_empty() && !text.chars().any(char::is_control) {
            self.push(Event::Text(text.to_owned()));
        }
    }

    fn key(&mut self, event: &KeyEvent, clipboard: &mut Clipboard) {
        let pressed = event.state == ElementState::Pressed;
        let key = key_of(&event.logical_key).or_else(|| key_of_code(event.physical_key));
        if let Some(key) = key {
            if pressed && self.modifiers.command && !self.modifiers.alt {
                match (key, self.modifiers.shift) {
                    (Key::C, false) => self.push(Event::Copy),
                    (Key::X, false) => self.push(Event::Cut),
                    (Key::V, _) => {
                        let text = clipboard.get();
                        self.push(Event::Paste(text));
                    }
                    _ => {}
                }
            }
            let (modifiers, physical_key) = (self.modifiers, key_of_code(event.physical_key));
            self.push(Event::Key { key, physical_key, pressed, repeat: event.repeat, modifiers });
        }
        if pressed
            && !cfg!(target_os = "linux")
            && let Some(text) = event.text
        {
            self.text(text);
        }
    }
}

/// Where the first turn ends: after a key that may change what keys mean, and the text that it wrote.
fn end_of_turn(events: &[Event], writing: bool) -> Option<usize> {
    let turns = |event: &Event| match event {
        Event::Key { key, pressed: true, modifiers, .. } => {
            !writing || modifiers.command || matches!(key, Key::Enter | Key::Tab | Key::Escape)
        }
        _ => false,
    };
    let key = events.iter().position(turns)?;
    let after = &events[key + 1..];
    Some(key + 1 + after.iter().take_while(|event| matches!(event, Event::Text(_))).count())
}

#[allow(clippy::cast_possible_truncation)]
fn point(position: PhysicalPosition<f64>, scale: f64) -> Pos2 {
    Pos2::new((position.x / scale) as f32, (position.y / scale) as f32)
}

fn pointer_button(button: MouseButton) -> Option<PointerButton> {
    Some(match button {
        MouseButton::Left => PointerButton::Primary,
        MouseButton::Right => PointerButton::Secondary,
        MouseButton::Middle => PointerButton::Middle,
        MouseButton::Other(8) => PointerButton::Extra1,
        MouseButton::Other(9) => PointerButton::Extra2,
        _ => return None,
    })
}

#[allow(clippy::cast_possible_truncation)]
fn wheel(delta: MouseScrollDelta, scale: f64) -> (MouseWheelUnit, Vec2) {
    match delta {
        MouseScrollDelta::LineDelta(x, y) => (MouseWheelUnit::Line, Vec2::new(x, y)),
        MouseScrollDelta::PixelDelta(by) => {
            (MouseWheelUnit::Point, Vec2::new((by.x / scale) as f32, (by.y / scale) as f32))
        }
        _ => (MouseWheelUnit::Line, Vec2::ZERO),
    }
}

fn wheel_phase(phase: TouchPhase) -> egui::TouchPhase {
    match phase {
        TouchPhase::Started => egui::TouchPhase::Start,
        TouchPhase::Ended => egui::TouchPhase::End,
        TouchPhase::Cancelled => egui::TouchPhase::Cancel,
        _ => egui::TouchPhase::Move,
    }
}

fn modifiers(state: ModifiersState) -> Modifiers {
    let mac = cfg!(target_os = "macos");
    Modifiers {
        alt: state.alt_key(),
        ctrl: state.control_key(),
        shift: state.shift_key(),
        mac_cmd: mac && state.super_key(),
        command: if mac { state.super_key() } else { state.control_key() },
    }
}

fn key_of(key: &keyboard::Key<'_>) -> Option<Key> {
    Some(match key {
        keyboard::Key::Character(text) => return Key::from_name(&text.to_uppercase()).or_else(|| Key::from_name(text)),
        keyboard::Key::Enter => Key::Enter,
        keyboard::Key::Tab => Key::Tab,
        keyboard::Key::Space => Key::Space,
        keyboard::Key::ArrowDown => Key::ArrowDown,
        keyboard::Key::ArrowLeft => Key::ArrowLeft,
        keyboard::Key::ArrowRight => Key::ArrowRight,
        keyboard::Key::ArrowUp => Key::ArrowUp,
        keyboard::Key::End => Key::End,
        keyboard::Key::Home => Key::Home,
        keyboard::Key::PageDown => Key::PageDown,
        keyboard::Key::PageUp => Key::PageUp,
        keyboard::Key::Backspace => Key::Backspace,
        keyboard::Key::Delete => Key::Delete,
        keyboard::Key::Insert => Key::Insert,
        keyboard::Key::Escape => Key::Escape,
        keyboard::Key::F1 => Key::F1,
        keyboard::Key::F2 => Key::F2,
        keyboard::Key::F3 => Key::F3,
        keyboard::Key::F4 => Key::F4,
        keyboard::Key::F5 => Key::F5,
        keyboard::Key::F6 => Key::F6,
        keyboard::Key::F7 => Key::F7,
        keyboard::Key::F8 => Key::F8,
        keyboard::Key::F9 => Key::F9,
        keyboard::Key::F10 => Key::F10,
        keyboard::Key::F11 => Key::F11,
        keyboard::Key::F12 => Key::F12,
        _ => return None,
    })
}

/// The key that is printed there on a US keyboard: for layouts that write other letters, and for digits under Shift.
fn key_of_code(code: keyboard::KeyCode) -> Option<Key> {
    let name = code.to_string();
    let name = name.strip_prefix("Key").or_else(|| name.strip_prefix("Digit")).unwrap_or(&name);
    Key::from_name(name)
}

/// The window system's cursor.
pub(super) fn cursor(icon: egui::CursorIcon) -> tauri::CursorIcon {
    use egui::CursorIcon as Of;
    match icon {
        Of::PointingHand => tauri::CursorIcon::Hand,
        Of::Text | Of::VerticalText => tauri::CursorIcon::Text,
        Of::Crosshair => tauri::CursorIcon::Crosshair,
        Of::Grab => tauri::CursorIcon::Grab,
        Of::Grabbing => tauri::CursorIcon::Grabbing,
        Of::Move | Of::AllScroll => tauri::CursorIcon::Move,
        Of::NotAllowed | Of::NoDrop => tauri::CursorIcon::NotAllowed,
        Of::ResizeHorizontal | Of::ResizeEast | Of::ResizeWest => tauri::CursorIcon::EwResize,
        Of::ResizeVertical | Of::ResizeNorth | Of::ResizeSouth => tauri::CursorIcon::NsResize,
        Of::ResizeColumn => tauri::CursorIcon::ColResize,
        Of::ResizeRow => tauri::CursorIcon::RowResize,
        Of::Wait | Of::Progress => tauri::CursorIcon::Wait,
        _ => tauri::CursorIcon::Default,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: Key) -> Event {
        Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE }
    }

    fn turns(events: &[Event], writing: bool) -> Vec<usize> {
        let mut input = Input::default();
        events.iter().for_each(|event| input.push(event.clone()));
        let mut sizes = Vec::new();
        while input.is_waiting() {
            sizes.push(input.take([100, 100], (1.0, 1.0), 0.0, writing).events.len());
        }
        sizes
    }

    #[test]
    fn a_point_is_as_large_as_screen_and_editor_say_together() {
        let mut input = Input::default();
        let raw = input.take([1600, 1000], (2.0, 1.25), 0.0, false);
        assert_eq!(raw.screen_rect.map(|rect| rect.size()), Some(Vec2::new(640.0, 400.0)));
        let viewport = raw.viewports.get(&egui::ViewportId::ROOT);
        assert_eq!(viewport.and_then(|viewport| viewport.native_pixels_per_point), Some(2.0));
        let files = Files::Over(Vec::new(), (125.0, 50.0)).in_points(1.25);
        assert_eq!(files, Files::Over(Vec::new(), (100.0, 40.0)));
    }

    #[test]
    fn keys_that_open_or_end_a_text_have_a_frame_of_their_own() {
        let text = |text: &str| Event::Text(text.to_owned());
        let typed = [press(Key::N), text("n"), press(Key::A), text("a"), press(Key::Enter), press(Key::B), text("b")];
        assert_eq!(turns(&typed, false), [2, 2, 1, 2], "outside a text each key may open one");
        assert_eq!(turns(&typed, true), [5, 2], "in a text letters are letters");
    }
}
