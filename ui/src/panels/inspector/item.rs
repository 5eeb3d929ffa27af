//! An item of a timeline: where its picture lies, how loud it is, how fast it runs, how it comes in.

use super::section::{label_ui, row_ui, section_ui};
use super::turning::{carry_out, on_a_frame, parts};
use crate::theme::SPACE;
use crate::tr;
use crate::view::View;
use crate::widgets::{Number, Segment, segments_ui};
use egui::Ui;
use kinora_project::timeline::{
    Content, Framing, Item, ItemSound, Pace, Placement, Track, TrackKind, Transition, TransitionKind,
};
use kinora_project::{Edit, TimelineEdit, TimelineId};
use serde_json::json;

/// An item and where it lies.
pub(super) struct Placed<'a> {
    pub timeline: TimelineId,
    pub track: &'a Track,
    pub item: &'a Item,
}

/// A number of the item: its name in the translations, how it is set, and what it is in the document.
struct Dial<'a> {
    /// In the translations, after `inspector-`.
    name: &'a str,
    /// The command's argument.
    arg: &'static str,
    value: f64,
    usual: f64,
    range: std::ops::RangeInclusive<f64>,
    per_point: f64,
    decimals: usize,
    unit: &'a str,
}

/// Draws what can be changed about an item.
pub(super) fn item_ui(ui: &mut Ui, view: &mut View<'_>, placed: &Placed<'_>) {
    if placed.item.is_gap() {
        super::section::note_ui(ui, &tr!("inspector-gap"));
        return;
    }
    let seen = placed.track.kind != TrackKind::Audio;
    let runs = matches!(placed.item.content, Content::Clip { .. } | Content::Shot { .. });
    ui.add_enabled_ui(!placed.track.locked, |ui| {
        if seen {
            section_ui(ui, "inspector-placement", true, |ui| placement_ui(ui, view, placed));
        }
        if runs {
            section_ui(ui, "inspector-sound", true, |ui| sound_ui(ui, view, placed));
            section_ui(ui, "inspector-speed", true, |ui| speed_ui(ui, view, placed));
        }
        section_ui(ui, "inspector-transition", true, |ui| transition_ui(ui, view, placed));
    })
    .response
    .on_disabled_hover_text(tr!("inspector-track-locked"));
}

impl Placed<'_> {
    fn args(&self) -> serde_json::Value {
        json!({ "timeline": self.timeline, "item": self.item.id })
    }

    fn dial(
        &self,
        ui: &mut Ui,
        view: &mut View<'_>,
        width: f32,
        (command, dial): (&'static str, Dial<'_>),
        edit: impl Fn(f64) -> TimelineEdit,
    ) {
        let name = tr!(&format!("inspector-{}", dial.name));
        let tooltip = tr!("inspector-number-hint", name = name.clone());
        let number = Number {
            name: &name,
            tooltip: &tooltip,
            value: dial.value,
            range: dial.range,
            usual: dial.usual,
            per_point: dial.per_point,
            decimals: dial.decimals,
            unit: dial.unit,
        };
        let turned = number.show(ui, width);
        carry_out(
            view,
            turned,
            |value| Edit::Timeline(self.timeline, edit(value)),
            |value| {
                let mut args = self.args();
                args[dial.arg] = json!(value);
                (command, args)
            },
        );
    }
}

fn placement_ui(ui: &mut Ui, view: &mut View<'_>, placed: &Placed<'_>) {
    let now = placed.item.placement;
    let kinds = [("fill", Framing::Fill), ("fit", Framing::Fit), ("native", Framing::Native)];
    let of = |(word, framing): (&str, Framing)| {
        let (text, hint) = (format!("inspector-framing-{word}"), format!("inspector-framing-{word}-hint"));
        Segment::named(tr!(&text), tr!(&hint), now.framing == framing)
    };
    if let Some(place) = segments_ui(ui, ui.available_width(), &kinds.map(of)) {
        let mut args = placed.args();
        args["framing"] = json!(kinds[place].0);
        view.command("clip.place", args);
    }
    type Set = fn(&mut Placement, i32);
    let percent = |name, arg, value: i32, range: (f64, f64), usual: f64| {
        let (value, range) = (f64::from(value) / 10.0, range.0..=range.1);
        Dial { name, arg, value, usual, range, per_point: 0.2, decimals: 1, unit: " %" }
    };
    let set = |placement: Set, per_one: f64| {
        let item = placed.item.id;
        move |value: f64| {
            let mut changed = now;
            placement(&mut changed, parts(value, per_one));
            TimelineEdit::SetPlacement { item, placement: changed }
        }
    };
    let far = (-400.0, 400.0);
    let crop = |other: i32| (0.0, (99.0 - f64::from(other) / 10.0).max(0.0));
    let pairs: [(&str, [(Dial<'_>, Set); 2]); 3] = [
        (
            "inspector-position",
            [
                (percent("x", "x", now.position.0, far, 0.0), |p, v| p.position.0 = v),
                (percent("y", "y", now.position.1, far, 0.0), |p, v| p.position.1 = v),
            ],
        ),
        (
            "inspector-crop-sides",
            [
                (percent("crop-left", "left", now.crop.left, crop(now.crop.right), 0.0), |p, v| p.crop.left = v),
                (percent("crop-right", "right", now.crop.right, crop(now.crop.left), 0.0), |p, v| p.crop.right = v),
            ],
        ),
        (
            "inspector-crop-ends",
            [
                (percent("crop-top", "top", now.crop.top, crop(now.crop.bottom), 0.0), |p, v| p.crop.top = v),
                (percent("crop-bottom", "bottom", now.crop.bottom, crop(now.crop.top), 0.0), |p, v| p.crop.bottom = v),
            ],
        ),
    ];
    let scale = percent("scale", "scale", now.scale, (1.0, 1000.0), 100.0);
    let degrees = f64::from(now.rotation) / 1000.0;
    let (range, per_point) = (-720.0..=720.0, 0.5);
    let rotation = Dial {
        name: "rotation",
        arg: "rotation",
        value: degrees,
        usual: 0.0,
        range,
        per_point,
        decimals: 1,
        unit: "°",
    };
    let opacity = percent("opacity", "opacity", now.opacity, (0.0, 100.0), 100.0);
    let singles: [(Dial<'_>, Set, f64); 3] = [
        (scale, |p, v| p.scale = v, 10.0),
        (rotation, |p, v| p.rotation = v, 1000.0),
        (opacity, |p, v| p.opacity = v, 10.0),
    ];
    for (dial, field, per_one) in singles {
        single_ui(ui, view, placed, ("clip.place", dial), set(field, per_one));
    }
    for (label, dials) in pairs {
        row_ui(ui, &tr!(label), |ui, room| {
            let width = ((room - SPACE[0]) / 2.0).min(96.0);
            for (dial, field) in dials {
                placed.dial(ui, view, width, ("clip.place", dial), set(field, 10.0));
            }
        });
    }
}

/// A number in a row of its own.
fn single_ui(
    ui: &mut Ui,
    view: &mut View<'_>,
    placed: &Placed<'_>,
    dial: (&'static str, Dial<'_>),
    edit: impl Fn(f64) -> TimelineEdit,
) {
    let label = tr!(&format!("inspector-{}", dial.1.name));
    row_ui(ui, &label, |ui, room| placed.dial(ui, view, room.min(96.0), dial, edit));
}

fn sound_ui(ui: &mut Ui, view: &mut View<'_>, placed: &Placed<'_>) {
    let (now, item) = (placed.item.sound, placed.item.id);
    let set = move |sound: ItemSound| TimelineEdit::SetSound { item, sound };
    let gain = f64::from(now.gain) / 100.0;
    let (range, per_point) = (-60.0..=24.0, 0.1);
    let dial = Dial { name: "gain", arg: "gain", value: gain, usual: 0.0, range, per_point, decimals: 1, unit: " dB" };
    single_ui(ui, view, placed, ("clip.set-sound", dial), |v| set(ItemSound { gain: parts(v, 100.0), ..now }));
    let (pan, range) = (f64::from(now.pan) / 10.0, -100.0..=100.0);
    let dial = Dial { name: "pan", arg: "pan", value: pan, usual: 0.0, range, per_point: 0.5, decimals: 0, unit: "" };
    single_ui(ui, view, placed, ("clip.set-sound", dial), |v| set(ItemSound { pan: parts(v, 10.0), ..now }));
    let longest = placed.item.duration().as_seconds();
    row_ui(ui, &tr!("inspector-fades"), |ui, room| {
        let width = ((room - SPACE[0]) / 2.0).min(96.0);
        for (name, arg, time) in [("fade-in", "fade_in", now.fade_in), ("fade-out", "fade_out", now.fade_out)] {
            let (value, range) = (time.as_seconds(), 0.0..=longest);
            let dial = Dial { name, arg, value, usual: 0.0, range, per_point: 0.02, decimals: 2, unit: " s" };
            let rate = view.project().settings.rate;
            placed.dial(ui, view, width, ("clip.set-sound", dial), |seconds| {
                let fade = on_a_frame(rate, seconds);
                set(if arg == "fade_in" {
                    ItemSound { fade_in: fade, ..now }
                } else {
                    ItemSound { fade_out: fade, ..now }
                })
            });
        }
    });
    row_ui(ui, &tr!("inspector-heard"), |ui, room| {
        let heard = Segment::named(tr!("inspector-on"), tr!("inspector-heard-hint"), !now.muted);
        let muted = Segment::named(tr!("inspector-muted"), tr!("inspector-muted-hint"), now.muted);
        if let Some(place) = segments_ui(ui, room.min(196.0), &[heard, muted]) {
            let mut args = placed.args();
            args["muted"] = json!(place == 1);
            view.command("clip.set-sound", args);
        }
    });
}

fn speed_ui(ui: &mut Ui, view: &mut View<'_>, placed: &Placed<'_>) {
    let Pace::Speed(n, d) = placed.item.pace else {
        super::section::note_ui(ui, &tr!("inspector-still", key = view.keys("clip.set-speed")));
        return;
    };
    let item = placed.item.id;
    row_ui(ui, &tr!("inspector-speed"), |ui, room| {
        let (name, tooltip) = (tr!("inspector-speed"), tr!("inspector-speed-hint"));
        let percent = f64::from(n) / f64::from(d.max(1)) * 100.0;
        let number = Number {
            name: &name,
            tooltip: &tooltip,
            value: percent,
            range: -1000.0..=1000.0,
            usual: 100.0,
            per_point: 0.5,
            decimals: 1,
            unit: " %",
        };
        let turned = number.show(ui, room.min(96.0));
        carry_out(
            view,
            turned,
            |percent| {
                Edit::Timeline(
                    placed.timeline,
                    TimelineEdit::SetPace { item, pace: Pace::Speed(parts(percent, 10.0), 1000) },
                )
            },
            |percent| {
                let mut args = placed.args();
                args["speed"] = json!(format!("{percent}%"));
                ("clip.set-speed", args)
            },
        );
    });
}

fn transition_ui(ui: &mut Ui, view: &mut View<'_>, placed: &Placed<'_>) {
    let place = placed.track.position(placed.item.id).unwrap_or(0);
    let longest = placed.track.longest_transition(place).as_seconds();
    let now = placed.item.transition;
    let kinds = [
        ("cut", None),
        ("dissolve", Some(TransitionKind::Dissolve)),
        ("dip", Some(TransitionKind::Dip)),
        ("wipe", Some(TransitionKind::Wipe)),
    ];
    let set = |view: &mut View<'_>, word: &str, seconds: Option<f64>| {
        let mut args = placed.args();
        args["kind"] = json!(if word == "cut" { "dissolve" } else { word });
        args["duration"] = json!(seconds);
        view.command("clip.set-transition", args);
    };
    let of = |(word, kind): (&str, Option<TransitionKind>)| {
        let (text, hint) = (format!("inspector-transition-{word}"), format!("inspector-transition-{word}-hint"));
        Segment::named(tr!(&text), tr!(&hint), now.map(|now| now.kind) == kind)
    };
    if let Some(chosen) = segments_ui(ui, ui.available_width(), &kinds.map(of)) {
        let seconds = now.map_or(1.0, |now| now.duration.as_seconds()).min(longest);
        set(view, kinds[chosen].0, kinds[chosen].1.map(|_| seconds));
    }
    let Some(now) = now else { return };
    let word = kinds.iter().find(|(_, kind)| *kind == Some(now.kind)).map_or("dissolve", |(word, _)| word);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = SPACE[0];
        label_ui(ui, &tr!("inspector-transition-length"), 84.0);
        let (name, tooltip) = (tr!("inspector-transition-length"), tr!("inspector-transition-length-hint"));
        let number = Number {
            name: &name,
            tooltip: &tooltip,
            value: now.duration.as_seconds(),
            range: 0.04..=longest.max(0.04),
            usual: 1.0_f64.min(longest),
            per_point: 0.02,
            decimals: 2,
            unit: " s",
        };
        let turned = number.show(ui, 96.0);
        let item = placed.item.id;
        let rate = view.project().settings.rate;
        carry_out(
            view,
            turned,
            |seconds| {
                let transition = Some(Transition { kind: now.kind, duration: on_a_frame(rate, seconds) });
                Edit::Timeline(placed.timeline, TimelineEdit::SetTransition { item, transition })
            },
            |seconds| {
                let mut args = placed.args();
                args["kind"] = json!(word);
                args["duration"] = json!(seconds);
                ("clip.set-transition", args)
            },
        );
    });
}
