//! Takes that are auditioned, by keyboard: from one to the next, finish it, take it out.

use super::{Action, Context};
use crate::panels::takes::{drop_chosen, go, keep};

pub(super) const ACTIONS: &[Action] = &[
    Action { id: "audition.next", context: Context::Takes, keys: &["Down"], run: |view| go(view, 1) },
    Action { id: "audition.previous", context: Context::Takes, keys: &["Up"], run: |view| go(view, -1) },
    Action { id: "audition.keep", context: Context::Takes, keys: &["Enter"], run: keep },
    Action { id: "audition.drop", context: Context::Takes, keys: &["Delete", "Backspace"], run: drop_chosen },
];
