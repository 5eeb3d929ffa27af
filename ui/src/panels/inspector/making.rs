//! How takes are made: how many at once, from which seed, in how many steps.

use super::section::row_ui;
use super::turning::carry_out;
use crate::theme::{HIT, Icon, SPACE};
use crate::tr;
use crate::view::View;
use crate::widgets::{Number, Segment, Turned, icon_button, icon_toggle, segments_ui};
use egui::{Id, Ui};
use kinora_project::{BoardEdit, Edit, Shot};
use serde_json::json;
use std::hash::BuildHasher;

/// The largest seed that the dice throw: short enough to be read out.
const DICE: u64 = 1_000_000;
/// The largest seed that can be typed: whole numbers up to here are exact.
const MOST: f64 = 9_007_199_254_740_991.0;

/// How many takes are made at once.
pub(super) fn variations_ui(ui: &mut Ui, view: &mut View<'_>) {
    row_ui(ui, &tr!("inspector-variations"), |ui, room| {
        let now = view.session.variations;
        let of = |count: u32| Segment {
            text: count.to_string(),
            name: tr!("inspector-variations-name", count = count),
            tooltip: tr!("inspector-variations-hint"),
            on: count == now,
        };
        if let Some(place) = segments_ui(ui, room, &[1, 2, 3, 4].map(of)) {
            view.session.variations = u32::try_from(place).unwrap_or(0) + 1;
        }
    });
}

/// Seed and steps.
pub(super) fn advanced_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot) {
    seed_ui(ui, view, shot);
    let own = view.studio.card().map(|card| card.defaults.steps).ok();
    row_ui(ui, &tr!("inspector-steps"), |ui, room| {
        let (name, tooltip) = (tr!("inspector-steps"), tr!("inspector-steps-hint"));
        let usual = f64::from(own.unwrap_or(30));
        let number = Number {
            name: &name,
            tooltip: &tooltip,
            value: view.session.steps.map_or(usual, f64::from),
            range: 1.0..=200.0,
            usual,
            per_point: 0.2,
            decimals: 0,
            unit: "",
        };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        if let Turned::To(steps) | Turned::Ends(steps) | Turned::Set(steps) = number.show(ui, room.min(112.0)) {
            view.session.steps = Some(steps as u32).filter(|steps| Some(*steps) != own);
        }
    });
}

fn seed_ui(ui: &mut Ui, view: &mut View<'_>, shot: &Shot) {
    let key = Id::unique(("inspector-seed-locked", shot.id));
    let mut locked = ui.data(|data| data.get_temp::<bool>(key)).unwrap_or_default();
    row_ui(ui, &tr!("inspector-seed"), |ui, room| {
        let name = tr!("inspector-seed");
        let tooltip = if locked { tr!("inspector-seed-is-locked") } else { tr!("inspector-seed-hint") };
        #[allow(clippy::cast_precision_loss)]
        let value = shot.seed as f64;
        let number = Number {
            name: &name,
            tooltip: &tooltip,
            value,
            range: 0.0..=MOST,
            usual: 0.0,
            per_point: 1.0,
            decimals: 0,
            unit: "",
        };
        let width = (room - 2.0 * (HIT + SPACE[0])).min(112.0);
        let turned = ui.add_enabled_ui(!locked, |ui| number.show(ui, width)).inner;
        let id = shot.id;
        carry_out(
            view,
            turned,
            |seed| Edit::Board(BoardEdit::SetSeed { shot: id, seed: whole(seed) }),
            |seed| ("shot.set-seed", json!({ "shot": id, "seed": whole(seed) })),
        );
        let dice = ui.add_enabled_ui(!locked, |ui| icon_button(ui, Icon::Dice5, &tr!("inspector-seed-dice"))).inner;
        if dice.clicked() {
            // A hasher of the standard library begins with a number that nobody can foresee.
            let seed = std::hash::RandomState::new().hash_one(shot.seed) % DICE;
            view.command("shot.set-seed", json!({ "shot": id, "seed": seed }));
        }
        let (icon, name) = match locked {
            true => (Icon::Lock, tr!("inspector-seed-unlock")),
            false => (Icon::LockOpen, tr!("inspector-seed-lock")),
        };
        if icon_toggle(ui, icon, &name, locked).clicked() {
            locked = !locked;
        }
    });
    ui.data_mut(|data| data.insert_temp(key, locked));
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(seed: f64) -> u64 {
    seed.max(0.0) as u64
}
