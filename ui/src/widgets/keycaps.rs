//! Keys as they stand on a keyboard of the person's language, small: beside commands, in tooltips.

use super::mixed;
use crate::theme::{CAPTION, SPACE, Theme, regular};
use crate::tr;
use egui::{Align2, Key, KeyboardShortcut, Painter, Pos2, Rect, StrokeKind, Vec2, pos2};

/// Height of a key.
const HEIGHT: f32 = 18.0;

/// The keys of a shortcut, each by itself: `Ctrl`, `Maj`, `Z`.
#[must_use]
pub fn caps(shortcut: &KeyboardShortcut, mac: bool) -> Vec<String> {
    let modifiers = shortcut.modifiers;
    let pressed = [
        (modifiers.command || modifiers.ctrl, if mac { "⌘".to_owned() } else { tr!("keys-ctrl") }),
        (modifiers.alt, if mac { "⌥".to_owned() } else { tr!("keys-alt") }),
        (modifiers.shift, if mac { "⇧".to_owned() } else { tr!("keys-shift") }),
    ];
    let modifiers = pressed.into_iter().filter(|(pressed, _)| *pressed).map(|(_, name)| name);
    modifiers.chain([key_name(shortcut.logical_key)]).collect()
}

/// A shortcut in a text: `Ctrl+Maj+Z`.
#[must_use]
pub fn keys_text(shortcut: &KeyboardShortcut, mac: bool) -> String {
    caps(shortcut, mac).join("+")
}

fn key_name(key: Key) -> String {
    let id = match key {
        Key::ArrowLeft => return "←".to_owned(),
        Key::ArrowRight => return "→".to_owned(),
        Key::ArrowUp => return "↑".to_owned(),
        Key::ArrowDown => return "↓".to_owned(),
        Key::Plus => return "+".to_owned(),
        Key::Minus => return "−".to_owned(),
        Key::Space => "keys-space",
        Key::Enter => "keys-enter",
        Key::Escape => "keys-escape",
        Key::Delete => "keys-delete",
        Key::Backspace => "keys-backspace",
        Key::Home => "keys-home",
        Key::End => "keys-end",
        Key::PageUp => "keys-page-up",
        Key::PageDown => "keys-page-down",
        Key::Tab => "keys-tab",
        Key::Insert => "keys-insert",
        key => return key.symbol_or_name().to_owned(),
    };
    tr!(id)
}

/// Draws keys so that they end at a point; where they begin.
pub fn keycaps(painter: &Painter, theme: &Theme, end: Pos2, caps: &[String]) -> f32 {
    let mut right = end.x;
    for cap in caps.iter().rev() {
        let galley = painter.layout_no_wrap(cap.clone(), regular(CAPTION), theme.text_soft);
        let width = (galley.size().x + 2.0 * (SPACE[0] + 1.0)).max(HEIGHT);
        let rect = Rect::from_min_size(pos2(right - width, end.y - HEIGHT / 2.0), Vec2::new(width, HEIGHT));
        painter.rect_filled(rect, 3.0, mixed(theme.background, theme.raised, 0.5));
        painter.rect_stroke(rect, 3.0, theme.line_stroke(), StrokeKind::Inside);
        painter.galley(Align2::CENTER_CENTER.align_size_within_rect(galley.size(), rect).min, galley, theme.text_soft);
        right = rect.left() - 3.0;
    }
    right
}
