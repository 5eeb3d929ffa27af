//! Numbers of the inspector: what is turned becomes a drag of the document, so that it is seen at once and is one step of undo.

use crate::intent::Intent;
use crate::view::View;
use crate::widgets::Turned;
use kinora_project::Edit;
use kinora_time::{Flicks, FrameRate};
use serde_json::Value;

/// Carries out what was done to a number: a drag as edits, a typed value as a command.
pub(super) fn carry_out(
    view: &mut View<'_>,
    turned: Turned,
    edit: impl Fn(f64) -> Edit,
    command: impl Fn(f64) -> (&'static str, Value),
) {
    match turned {
        Turned::Not => {}
        Turned::Begins => view.out.push(Intent::BeginDrag("drag")),
        Turned::To(value) => view.out.push(Intent::Drag(edit(value))),
        Turned::Ends(value) => view.out.push(Intent::EndDrag(edit(value))),
        Turned::Back => view.out.push(Intent::CancelDrag),
        Turned::Set(value) => {
            let (id, args) = command(value);
            view.command(id, args);
        }
    }
}

/// A number in so many parts of one, as documents keep them.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn parts(value: f64, per_one: f64) -> i32 {
    (value * per_one).round().clamp(f64::from(i32::MIN), f64::from(i32::MAX)) as i32
}

/// Seconds on the nearest frame.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn on_a_frame(rate: FrameRate, seconds: f64) -> Flicks {
    rate.frame_start((seconds * rate.as_f64()).round() as i64)
}
