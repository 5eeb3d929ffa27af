//! Playback: the transport of whichever monitor has the focus.

use super::{Action, Context};
use crate::layout::Panel;
use crate::session::{Source, Transport, Wrap};
use crate::view::View;

pub(super) const ACTIONS: &[Action] = &[
    Action {
        id: "play.toggle",
        context: Context::Anywhere,
        keys: &["Space"],
        run: |view| with(view, |t, now, n| t.toggle(now, n)),
    },
    Action { id: "play.forwards", context: Context::Anywhere, keys: &["L"], run: |view| shuttle(view, 1) },
    Action { id: "play.backwards", context: Context::Anywhere, keys: &["J"], run: |view| shuttle(view, -1) },
    Action { id: "play.pause", context: Context::Anywhere, keys: &["K"], run: |view| with(view, |t, _, _| t.pause()) },
    Action {
        id: "play.next-frame",
        context: Context::Playhead,
        keys: &["Right"],
        run: |view| with(view, |t, _, n| t.step(1, n)),
    },
    Action {
        id: "play.previous-frame",
        context: Context::Playhead,
        keys: &["Left"],
        run: |view| with(view, |t, _, n| t.step(-1, n)),
    },
    Action {
        id: "play.next-second",
        context: Context::Playhead,
        keys: &["Shift+Right"],
        run: |view| by_a_second(view, 1),
    },
    Action {
        id: "play.previous-second",
        context: Context::Playhead,
        keys: &["Shift+Left"],
        run: |view| by_a_second(view, -1),
    },
    Action {
        id: "play.start",
        context: Context::Playhead,
        keys: &["Home"],
        run: |view| with(view, |t, now, _| t.seek(0, now)),
    },
    Action {
        id: "play.end",
        context: Context::Playhead,
        keys: &["End"],
        run: |view| with(view, |t, now, n| t.seek(n.saturating_sub(1), now)),
    },
    Action {
        id: "mark.in",
        context: Context::Anywhere,
        keys: &["I"],
        run: |view| with(view, |t, _, _| t.mark_in = Some(t.frame())),
    },
    Action {
        id: "mark.out",
        context: Context::Anywhere,
        keys: &["O"],
        run: |view| with(view, |t, _, _| t.mark_out = Some(t.frame() + 1)),
    },
    Action {
        id: "mark.clear",
        context: Context::Anywhere,
        keys: &["Alt+X"],
        run: |view| with(view, |t, _, _| (t.mark_in, t.mark_out) = (None, None)),
    },
    Action {
        id: "play.loop",
        context: Context::Anywhere,
        keys: &["Shift+L"],
        run: |view| with(view, |t, _, _| t.wrap = if t.wrap == Wrap::Loop { Wrap::Stop } else { Wrap::Loop }),
    },
];

/// Faster with each press; with the key that stops held down, a frame a press.
fn shuttle(view: &mut View<'_>, way: i32) {
    let jogs = view.session.jogs;
    with(view, |transport, now, frames| match (jogs, way > 0) {
        (true, _) => transport.step(way, frames),
        (false, true) => transport.forwards(now),
        (false, false) => transport.backwards(now),
    });
}

/// The transport that keys go to, the time, and how many frames there are.
fn with(view: &mut View<'_>, run: impl FnOnce(&mut Transport, f64, u32)) {
    let (frames, now) = (frames(view), view.now);
    let transport = match (view.session.focus, view.session.source) {
        (Panel::Source, Some(_)) => &mut view.session.source_transport,
        (Panel::Takes, _) => &mut view.session.takes_transport,
        _ => &mut view.session.transport,
    };
    run(transport, now, frames);
}

fn frames(view: &View<'_>) -> u32 {
    match (view.session.focus, view.session.source) {
        (Panel::Source, Some(source)) => source_frames(view, source),
        (Panel::Takes, _) => crate::panels::takes::longest(view),
        _ => view.timeline_frames(),
    }
}

/// How many frames of the project's rate the source monitor's content has.
#[must_use]
pub(crate) fn source_frames(view: &View<'_>, source: Source) -> u32 {
    let project = view.project();
    let duration = match source {
        Source::Take(take) => project.arrived.takes.get(&take).map(|take| take.duration()),
        Source::Media(media) => project.arrived.facts.get(&media).map(|facts| facts.duration),
    };
    let frames = project.settings.rate.nearest_frame(duration.unwrap_or_default());
    u32::try_from(frames).unwrap_or(0).max(1)
}

fn by_a_second(view: &mut View<'_>, seconds: i32) {
    #[allow(clippy::cast_possible_truncation)]
    let second = view.project().settings.rate.as_f64().round() as i32;
    with(view, |transport, _, frames| transport.step(seconds * second, frames));
}
