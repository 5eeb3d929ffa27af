//! What can be done to an item, a transition or a track, under the right button.

use crate::action::{frames, playhead};
use crate::layout::{Panel, Workspace};
use crate::theme::{BODY, regular, theme};
use crate::tr;
use crate::view::View;
use crate::words;
use egui::Ui;
use kinora_project::timeline::{Content, Item, Track};
use kinora_project::{ASSEMBLY, ShotId};
use kinora_studio::command::{self, Command};
use serde_json::{Value, json};

/// A line of a menu; off, it says why.
pub(super) fn line(ui: &mut Ui, text: &str, tooltip: &str, off: Option<&str>) -> bool {
    let button = egui::Button::new(egui::RichText::new(text).font(regular(BODY)));
    let response = ui.add_enabled(off.is_none(), button);
    let response = response.on_hover_text(tooltip).on_disabled_hover_text(off.unwrap_or_default());
    let clicked = response.clicked();
    if clicked {
        ui.close();
    }
    clicked
}

/// A command of the studio; one that wants more (`…`) is asked for it.
pub(super) fn command_line(ui: &mut Ui, view: &mut View<'_>, id: &str, args: Value) {
    let Some(command) = command::find(id) else { return };
    let off = reason(view, command);
    if line(ui, &words::label(command), &words::tooltip(command), off.as_deref()) {
        run(view, command, args);
    }
}

pub(super) fn run(view: &mut View<'_>, command: &'static Command, args: Value) {
    if command.label.ends_with('…') {
        view.session.asking = Some(command);
    } else {
        view.command(command.id, args);
    }
}

fn reason(view: &View<'_>, command: &Command) -> Option<String> {
    if view.session.timeline == ASSEMBLY && !command.id.starts_with("timeline.") {
        return Some(tr!("timeline-assembly-locked"));
    }
    (command.enabled)(view.studio).err().map(words::reason)
}

/// Of an item.
pub(super) fn item_menu_ui(ui: &mut Ui, view: &mut View<'_>, track: &Track, item: &Item) {
    ui.set_min_width(220.0);
    let timeline = view.session.timeline;
    let one = json!({ "timeline": timeline, "item": item.id });
    let time = frames(view, playhead(view));
    command_line(ui, view, "clip.slice", json!({ "timeline": timeline, "track": track.id, "time": time }));
    for close_up in [false, true] {
        let off = (timeline == ASSEMBLY).then(|| tr!("timeline-assembly-locked"));
        let (text, tip) = if close_up {
            (tr!("timeline-ripple-remove"), view.hint(&tr!("timeline-ripple-remove-tip"), "timeline.ripple-remove"))
        } else {
            (tr!("timeline-remove"), view.hint(&tr!("timeline-remove-tip"), "timeline.remove"))
        };
        if line(ui, &text, &tip, off.as_deref()) {
            view.command("clip.remove", json!({ "timeline": timeline, "item": item.id, "close_up": close_up }));
        }
    }
    ui.separator();
    ui.menu_button(egui::RichText::new(tr!("timeline-tools")).font(regular(BODY)), |ui| {
        for id in ["tool.extend", "tool.bridge", "tool.blend", "tool.loop", "tool.recut", "tool.remix", "tool.reframe"]
        {
            command_line(ui, view, id, one.clone());
        }
    });
    ui.separator();
    for id in ["clip.set-speed", "clip.set-transition", "clip.set-sound", "clip.place"] {
        command_line(ui, view, id, one.clone());
    }
    ui.separator();
    if item.link.is_some() {
        command_line(ui, view, "clip.unlink", one.clone());
    } else if view.session.selected.items.len() > 1 {
        let items = view.session.selected.items.clone();
        command_line(ui, view, "clip.link", json!({ "timeline": timeline, "items": items }));
    }
    if let Content::Shot { shot, pinned } = &item.content {
        takes_menu_ui(ui, view, item, *shot, pinned.is_some());
        if line(ui, &tr!("timeline-show-on-board"), &tr!("timeline-show-on-board-tip"), None) {
            view.session.selected.select_shot(*shot);
            view.session.workspace = Workspace::Board;
            view.session.reveal = Some(Panel::Storyboard);
        }
    }
}

/// Of a gap.
pub(super) fn gap_menu_ui(ui: &mut Ui, view: &mut View<'_>, gap: &Item) {
    ui.set_min_width(220.0);
    let timeline = view.session.timeline;
    command_line(ui, view, "tool.fill", json!({ "timeline": timeline, "item": gap.id }));
    let off = (timeline == ASSEMBLY).then(|| tr!("timeline-assembly-locked"));
    let (text, tip) = (tr!("timeline-ripple-remove"), tr!("timeline-ripple-remove-tip"));
    if line(ui, &text, &view.hint(&tip, "timeline.ripple-remove"), off.as_deref()) {
        view.command("clip.remove", json!({ "timeline": timeline, "item": gap.id, "close_up": true }));
    }
}

/// Which take an item shows: the circled one, or one of its own.
fn takes_menu_ui(ui: &mut Ui, view: &mut View<'_>, item: &Item, shot: ShotId, pinned: bool) {
    let takes = view.session.derived.takes_of(shot).to_vec();
    if takes.is_empty() || view.session.timeline == ASSEMBLY {
        return;
    }
    let timeline = view.session.timeline;
    ui.menu_button(egui::RichText::new(tr!("timeline-take")).font(regular(BODY)), |ui| {
        let circled = tr!("timeline-take-circled");
        if line(ui, &circled, &tr!("timeline-take-circled-tip"), (!pinned).then_some(&*circled)) {
            view.command("clip.replace", json!({ "timeline": timeline, "item": item.id, "shot": shot }));
        }
        for (number, take) in (1..).zip(takes) {
            let text = tr!("timeline-take-number", number = number);
            if line(ui, &text, &tr!("timeline-take-pin-tip"), None) {
                view.command("clip.replace", json!({ "timeline": timeline, "item": item.id, "take": take }));
            }
        }
    });
}

/// Of a transition.
pub(super) fn transition_menu_ui(ui: &mut Ui, view: &mut View<'_>, item: &Item) {
    let timeline = view.session.timeline;
    command_line(ui, view, "clip.set-transition", json!({ "timeline": timeline, "item": item.id }));
    if line(ui, &tr!("timeline-transition-remove"), &tr!("timeline-transition-remove-tip"), None) {
        view.command("clip.set-transition", json!({ "timeline": timeline, "item": item.id }));
    }
}

/// A text that is changed in a menu; given once Enter is pressed.
pub(super) fn text_line(ui: &mut Ui, id: egui::Id, name: &str, text: &str) -> Option<String> {
    let theme = theme(ui.ctx());
    let pass = ui.ctx().cumulative_pass_nr();
    // What was written in a menu that was closed since is forgotten.
    let kept = ui.data(|data| data.get_temp::<(u64, String)>(id)).filter(|(seen, _)| pass <= seen + 1);
    let mut written = kept.map_or_else(|| text.to_owned(), |(_, text)| text);
    let edit = egui::TextEdit::singleline(&mut written).hint_text(name).text_color(theme.text).desired_width(200.0);
    let response = ui.add(edit).accessible_name(name);
    let done = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    ui.data_mut(|data| {
        if done {
            data.remove::<(u64, String)>(id)
        } else {
            data.insert_temp(id, (pass, written.clone()));
        }
    });
    if done {
        ui.close();
    }
    done.then_some(written)
}
