//! The timeline by keyboard: from cut to cut, blade, trims to the playhead, tools, zoom.

use super::{Action, Context};
use crate::layout::Panel;
use crate::session::Tool;
use crate::view::View;
use kinora_project::timeline::Item;
use kinora_project::timeline::edit::Landing;
use kinora_project::{ASSEMBLY, Edit, TimelineEdit};
use kinora_studio::command;
use kinora_time::Flicks;
use serde_json::json;
use std::collections::BTreeSet;

pub(super) const ACTIONS: &[Action] = &[
    Action { id: "timeline.next-cut", context: Context::Timeline, keys: &["Down"], run: |view| to_cut(view, true) },
    Action { id: "timeline.previous-cut", context: Context::Timeline, keys: &["Up"], run: |view| to_cut(view, false) },
    Action { id: "timeline.blade", context: Context::Timeline, keys: &["B", "Ctrl+B"], run: blade },
    Action { id: "timeline.trim-start", context: Context::Timeline, keys: &["Q"], run: |view| trim(view, "start") },
    Action { id: "timeline.trim-end", context: Context::Timeline, keys: &["W"], run: |view| trim(view, "end") },
    Action {
        id: "timeline.remove",
        context: Context::Timeline,
        keys: &["Delete", "Backspace"],
        run: |view| remove(view, false),
    },
    Action {
        id: "timeline.ripple-remove",
        context: Context::Timeline,
        keys: &["Shift+Delete"],
        run: |view| remove(view, true),
    },
    Action { id: "timeline.nudge-later", context: Context::Timeline, keys: &["Alt+Right"], run: |view| nudge(view, 1) },
    Action {
        id: "timeline.nudge-earlier",
        context: Context::Timeline,
        keys: &["Alt+Left"],
        run: |view| nudge(view, -1),
    },
    tool("timeline.tool-select", &["V"], |view| view.session.cutting.tool = Tool::Select),
    tool("timeline.tool-blade", &["Shift+B"], |view| view.session.cutting.tool = Tool::Blade),
    tool("timeline.tool-ripple", &["R"], |view| view.session.cutting.tool = Tool::Ripple),
    tool("timeline.tool-roll", &["T"], |view| view.session.cutting.tool = Tool::Roll),
    tool("timeline.tool-slip", &["Y"], |view| view.session.cutting.tool = Tool::Slip),
    tool("timeline.tool-slide", &["U"], |view| view.session.cutting.tool = Tool::Slide),
    Action {
        id: "timeline.zoom-in",
        context: Context::Timeline,
        keys: &["Plus", "Equals"],
        run: |view| view.session.cutting.nearer = Some(1.5),
    },
    Action {
        id: "timeline.zoom-out",
        context: Context::Timeline,
        keys: &["Minus"],
        run: |view| view.session.cutting.nearer = Some(1.0 / 1.5),
    },
    Action {
        id: "timeline.fit",
        context: Context::Timeline,
        keys: &["Shift+Z"],
        run: |view| view.session.cutting.zoom = None,
    },
    Action { id: "timeline.snap", context: Context::Timeline, keys: &["S"], run: |view| view.session.snapping ^= true },
    Action { id: "timeline.generate", context: Context::Timeline, keys: &["G"], run: generate },
    Action { id: "timeline.marker", context: Context::Timeline, keys: &["M"], run: marker },
    Action { id: "timeline.insert", context: Context::Anywhere, keys: &[","], run: |view| put(view, "clip.insert") },
    Action {
        id: "timeline.overwrite",
        context: Context::Anywhere,
        keys: &["."],
        run: |view| put(view, "clip.overwrite"),
    },
];

const fn tool(id: &'static str, keys: &'static [&'static str], run: fn(&mut View<'_>)) -> Action {
    Action { id, context: Context::Timeline, keys, run }
}

/// When the playhead's frame begins.
pub(crate) fn playhead(view: &View<'_>) -> Flicks {
    view.project().settings.rate.frame_start(i64::from(view.session.transport.frame()))
}

/// A time as commands take it: in whole frames of the project.
pub(crate) fn frames(view: &View<'_>, time: Flicks) -> String {
    format!("{} f", view.project().settings.rate.nearest_frame(time))
}

fn to_cut(view: &mut View<'_>, forwards: bool) {
    let Some(timeline) = view.timeline() else { return };
    let here = playhead(view);
    let cuts = timeline.tracks.iter().flat_map(|track| {
        track.items.iter().scan(Flicks(0), |at, item| {
            at.0 += item.duration().0;
            Some(*at)
        })
    });
    let cuts = cuts.chain([Flicks(0)]);
    let next = if forwards { cuts.filter(|cut| *cut > here).min() } else { cuts.filter(|cut| *cut < here).max() };
    if let Some(cut) = next {
        let frame = u32::try_from(view.project().settings.rate.nearest_frame(cut)).unwrap_or(0);
        let now = view.now;
        view.session.transport.seek(frame.min(view.timeline_frames().saturating_sub(1)), now);
    }
}

/// The Assembly is the board's own order: it is cut by making a timeline of it.
pub(crate) fn is_cut_by_hand(view: &mut View<'_>) -> bool {
    let by_hand = view.session.timeline != ASSEMBLY;
    if !by_hand {
        view.session.status =
            crate::session::Status { text: crate::tr!("timeline-assembly-locked"), failed: true, undo: false };
    }
    by_hand
}

/// Generates into the selected gap; with in and out set, the rest of the selected clip again; else what comes after it.
fn generate(view: &mut View<'_>) {
    if !is_cut_by_hand(view) {
        return;
    }
    let Some(item) = view.session.selected.items.first().copied() else {
        let text = crate::tr!("timeline-generate-what");
        view.session.status = crate::session::Status { text, failed: true, undo: false };
        return;
    };
    let timeline = view.session.timeline;
    let is_gap = view.timeline().and_then(|timeline| timeline.item(item).map(Item::is_gap)).unwrap_or_default();
    let transport = &view.session.transport;
    let tool = match (is_gap, transport.mark_in.or(transport.mark_out)) {
        (true, _) => return view.command("tool.fill", json!({ "timeline": timeline, "item": item })),
        (false, Some(_)) => {
            let (from, to) = transport.marked(view.timeline_frames());
            let (from, to) = (format!("{from} f"), format!("{to} f"));
            let args = json!({ "timeline": timeline, "item": item, "from": from, "to": to });
            return view.command("tool.recut", args);
        }
        (false, None) => "tool.extend",
    };
    view.session.asking = command::find(tool);
}

fn blade(view: &mut View<'_>) {
    if !is_cut_by_hand(view) {
        return;
    }
    let (timeline, time) = (view.session.timeline, frames(view, playhead(view)));
    let track = view.session.selected.track;
    view.command("clip.slice", json!({ "timeline": timeline, "track": track, "time": time }));
}

/// Trims the item under the playhead on the selected track, or on the topmost, and closes up.
fn trim(view: &mut View<'_>, edge: &str) {
    if !is_cut_by_hand(view) {
        return;
    }
    let Some(timeline) = view.timeline() else { return };
    let (here, selected) = (playhead(view), view.session.selected.track);
    let tracks = timeline.tracks.iter().rev().filter(|track| selected.is_none_or(|id| id == track.id));
    for track in tracks {
        let mut at = Flicks(0);
        for item in &track.items {
            let end = Flicks(at.0 + item.duration().0);
            if at < here && here < end && !item.is_gap() {
                let by = Flicks(here.0 - if edge == "start" { at.0 } else { end.0 });
                let (id, by) = (item.id, frames(view, by));
                let timeline = view.session.timeline;
                view.command("clip.ripple", json!({ "timeline": timeline, "item": id, "edge": edge, "by": by }));
                return;
            }
            at = end;
        }
    }
}

fn remove(view: &mut View<'_>, close_up: bool) {
    if !is_cut_by_hand(view) {
        return;
    }
    let Some(timeline) = view.timeline() else { return };
    let mut links = BTreeSet::new();
    let mut commands = Vec::new();
    for item in view.session.selected.items.iter().filter_map(|item| timeline.item(*item)) {
        // What is linked goes along with the first of its link. A gap that goes closes up, or nothing would happen.
        if item.link.is_none_or(|link| links.insert(link)) {
            let close_up = close_up || item.is_gap();
            commands.push(("clip.remove", json!({ "timeline": timeline.id, "item": item.id, "close_up": close_up })));
        }
    }
    if !commands.is_empty() {
        view.out.push(crate::Intent::Commands(commands));
    }
}

/// Moves what is selected by a frame, over what is there.
fn nudge(view: &mut View<'_>, frames: i64) {
    let items: Vec<_> = view.session.selected.items.iter().copied().collect();
    if items.is_empty() || !is_cut_by_hand(view) {
        return;
    }
    let by = view.project().settings.rate.frame_start(frames);
    let edit = TimelineEdit::Move { items, by, to: None, landing: Landing::Over };
    let timeline = view.session.timeline;
    view.out.push(crate::Intent::EndDrag(Edit::Timeline(timeline, edit)));
}

fn marker(view: &mut View<'_>) {
    if !is_cut_by_hand(view) {
        return;
    }
    let (timeline, time) = (view.session.timeline, frames(view, playhead(view)));
    view.command("marker.add", json!({ "timeline": timeline, "time": time }));
}

/// What the source monitor holds between its marks goes in at the playhead.
fn put(view: &mut View<'_>, command: &'static str) {
    if !is_cut_by_hand(view) {
        return;
    }
    let Some(source) = view.session.source else { return };
    let frames_there = super::play::source_frames(view, source);
    let (from, to) = view.session.source_transport.marked(frames_there);
    let time = frames(view, playhead(view));
    let (timeline, track) = (view.session.timeline, view.session.selected.track);
    let mut args = json!({
        "timeline": timeline, "track": track, "time": time, "start": format!("{from} f"), "duration": format!("{} f", to - from),
    });
    match source {
        crate::session::Source::Take(take) => args["take"] = json!(take),
        crate::session::Source::Media(media) => args["media"] = json!(media),
    }
    view.session.focus = Panel::Timeline;
    view.command(command, args);
}
