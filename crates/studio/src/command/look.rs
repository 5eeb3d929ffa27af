//! How items of a timeline look, how loud they and their tracks are, and how fast they run. What isn't given stays as it is.

use super::timeline::{ITEM, TIMELINE, TRACK, on};
use super::{Arg, Args, Command, CommandError, Kind, Menu, has_timelines};
use kinora_project::timeline::{Crop, Framing, Item, ItemSound, Pace, Placement, TrackSound};
use kinora_project::{ItemId, Project, TimelineEdit, TimelineId};

const FRAMINGS: &[(&str, Framing)] = &[("fill", Framing::Fill), ("fit", Framing::Fit), ("native", Framing::Native)];

fn wrong(text: &str) -> CommandError {
    CommandError::Argument(text.to_owned())
}

fn item_of(args: &Args, project: &Project, timeline: TimelineId) -> Result<Item, CommandError> {
    let id = args.item("item", project, timeline)?;
    let item = project.timeline(timeline).and_then(|timeline| timeline.item(id));
    item.cloned().ok_or_else(|| wrong("that item is not on the timeline"))
}

/// A number in thousandths of a unit that people give so many of: percent are ten thousandths each.
#[allow(clippy::cast_possible_truncation)]
fn scaled(args: &Args, name: &str, thousandths: f64, old: i32) -> Result<i32, CommandError> {
    let given = args.number(name)?.map(|number| (number * thousandths).round());
    match given {
        Some(number) if number.abs() < f64::from(i32::MAX) => Ok(number as i32),
        Some(_) => Err(CommandError::Argument(format!("{name}: that is too much"))),
        None => Ok(old),
    }
}

fn placement(args: &Args, old: Placement) -> Result<Placement, CommandError> {
    let percent = |name, old| scaled(args, name, 10.0, old);
    Ok(Placement {
        framing: if args.has("framing") { args.choice("framing", FRAMINGS)? } else { old.framing },
        position: (percent("x", old.position.0)?, percent("y", old.position.1)?),
        scale: percent("scale", old.scale)?,
        rotation: scaled(args, "rotation", 1000.0, old.rotation)?,
        crop: Crop {
            left: percent("left", old.crop.left)?,
            top: percent("top", old.crop.top)?,
            right: percent("right", old.crop.right)?,
            bottom: percent("bottom", old.crop.bottom)?,
        },
        opacity: percent("opacity", old.opacity)?,
    })
}

fn item_sound(args: &Args, project: &Project, old: ItemSound) -> Result<ItemSound, CommandError> {
    Ok(ItemSound {
        gain: scaled(args, "gain", 100.0, old.gain)?,
        pan: scaled(args, "pan", 10.0, old.pan)?,
        fade_in: args.time("fade_in", project)?.unwrap_or(old.fade_in),
        fade_out: args.time("fade_out", project)?.unwrap_or(old.fade_out),
        muted: if args.has("muted") { args.flag("muted")? } else { old.muted },
    })
}

fn track_sound(args: &Args, old: TrackSound) -> Result<TrackSound, CommandError> {
    Ok(TrackSound {
        gain: scaled(args, "gain", 100.0, old.gain)?,
        pan: scaled(args, "pan", 10.0, old.pan)?,
        muted: if args.has("muted") { args.flag("muted")? } else { old.muted },
        solo: if args.has("solo") { args.flag("solo")? } else { old.solo },
    })
}

/// A pace as people write it: `200 %`, `-1`, `24/25`, or a time at which the picture stands still.
fn pace(args: &Args, project: &Project) -> Result<Pace, CommandError> {
    if let Some(at) = args.time("still", project)? {
        return Ok(Pace::Still(at));
    }
    let text = args.text("speed")?;
    let text = text.trim();
    let expected = || wrong("speed: a number of times was expected, such as 2, 50%, -1 or 24/25; still: a time");
    let whole = |text: &str| text.trim().parse::<i32>().ok();
    let read = if let Some((n, d)) = text.split_once('/') {
        whole(n).zip(whole(d).and_then(|d| u32::try_from(d).ok()))
    } else {
        let (number, per) = match text.strip_suffix('%') {
            Some(percent) => (percent, 100.0),
            None => (text, 1.0),
        };
        let number = number.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        // Thousandths are finer than anybody sets a speed.
        #[allow(clippy::cast_possible_truncation)]
        number.map(|number| ((number / per * 1000.0).round().clamp(-1e6, 1e6) as i32, 1000))
    };
    let (n, d) = read.filter(|(n, d)| *n != 0 && *d != 0).ok_or_else(expected)?;
    let common = common(n.unsigned_abs(), d);
    let n = n / i32::try_from(common).unwrap_or(1);
    Ok(Pace::Speed(n, d / common))
}

/// The largest number that divides both.
fn common(a: u32, b: u32) -> u32 {
    if b == 0 { a.max(1) } else { common(b, a % b) }
}

pub const COMMANDS: &[Command] = &[
    Command {
        id: "clip.place",
        label: "Place…",
        tooltip: "Sets where an item's picture lies in the frame, how large, and how much shines through",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[
            TIMELINE,
            ITEM,
            Arg::optional(
                "framing",
                Kind::Choice(&["fill", "fit", "native"]),
                "How it is brought into the frame first",
            ),
            Arg::optional("x", Kind::Number, "Its middle from the frame's, in percent of the width; right is more"),
            Arg::optional("y", Kind::Number, "Its middle from the frame's, in percent of the height; down is more"),
            Arg::optional("scale", Kind::Number, "Its size in percent"),
            Arg::optional("rotation", Kind::Number, "Degrees, clockwise"),
            Arg::optional("left", Kind::Number, "Percent that are cut off on the left"),
            Arg::optional("top", Kind::Number, "Percent that are cut off at the top"),
            Arg::optional("right", Kind::Number, "Percent that are cut off on the right"),
            Arg::optional("bottom", Kind::Number, "Percent that are cut off at the bottom"),
            Arg::optional("opacity", Kind::Number, "Percent; 0 is not seen"),
        ],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                let item = item_of(args, project, timeline)?;
                Ok(TimelineEdit::SetPlacement { item: item.id, placement: placement(args, item.placement)? })
            })
        },
    },
    Command {
        id: "clip.set-sound",
        label: "Set sound…",
        tooltip: "Sets how loud an item is, where it is heard, and how it comes and goes",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[
            TIMELINE,
            ITEM,
            Arg::optional("gain", Kind::Number, "Decibels; -6 is half as loud"),
            Arg::optional("pan", Kind::Number, "-100 is left, 100 right"),
            Arg::optional("fade_in", Kind::Time, "How long it takes to come in"),
            Arg::optional("fade_out", Kind::Time, "How long it takes to go out"),
            Arg::optional("muted", Kind::Flag, "It is not heard"),
        ],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                let item = item_of(args, project, timeline)?;
                Ok(TimelineEdit::SetSound { item: item.id, sound: item_sound(args, project, item.sound)? })
            })
        },
    },
    Command {
        id: "clip.set-speed",
        label: "Set speed…",
        tooltip: "Makes an item run faster, slower or backwards, or stand still",
        shortcut: Some("Ctrl+R"),
        menu: Menu::Timeline,
        args: &[
            TIMELINE,
            ITEM,
            Arg::optional(
                "speed",
                Kind::Text,
                "How many times as fast, as 2, 50%, -1 or 24/25; less than 0 is backwards",
            ),
            Arg::optional("still", Kind::Time, "The time in the clip whose picture stands still"),
        ],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                let item: ItemId = args.item("item", project, timeline)?;
                Ok(TimelineEdit::SetPace { item, pace: pace(args, project)? })
            })
        },
    },
    Command {
        id: "track.set-sound",
        label: "Set track sound…",
        tooltip: "Sets how loud a track is, mutes it, or lets it be heard alone",
        shortcut: None,
        menu: Menu::Timeline,
        args: &[
            TIMELINE,
            TRACK,
            Arg::optional("gain", Kind::Number, "Decibels; -6 is half as loud"),
            Arg::optional("pan", Kind::Number, "-100 is left, 100 right"),
            Arg::optional("muted", Kind::Flag, "It is not heard"),
            Arg::optional("solo", Kind::Flag, "Tracks that are not solo are not heard"),
        ],
        enabled: has_timelines,
        run: |studio, args| {
            on(studio, args, |project, timeline| {
                let track = args.track("track", project, timeline)?;
                let old = project.timeline(timeline).and_then(|timeline| timeline.track(track)).map(|t| t.sound);
                Ok(TimelineEdit::SetTrackSound { track, sound: track_sound(args, old.unwrap_or_default())? })
            })
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use kinora_time::Flicks;
    use serde_json::json;

    #[test]
    fn speeds_are_read_as_people_write_them() {
        let command = COMMANDS.iter().find(|command| command.id == "clip.set-speed").unwrap();
        let project = Project::default();
        let read = |text: &str| {
            let args = Args::new(command, &json!({ "item": 1, "speed": text })).unwrap();
            pace(&args, &project).ok()
        };
        for (text, speed) in [
            ("2", Some((2, 1))),
            ("50%", Some((1, 2))),
            (" 33.3 % ", Some((333, 1000))),
            ("-1", Some((-1, 1))),
            ("-150%", Some((-3, 2))),
            ("24/25", Some((24, 25))),
            ("0", None),
            ("1/0", None),
            ("fast", None),
            ("", None),
            ("nan", None),
        ] {
            assert_eq!(read(text), speed.map(|(n, d)| Pace::Speed(n, d)), "{text:?}");
        }
        let args = Args::new(command, &json!({ "item": 1, "still": 1.5 })).unwrap();
        let half_past = Flicks(3 * kinora_time::FLICKS_PER_SECOND / 2);
        assert_eq!(pace(&args, &project).unwrap(), Pace::Still(half_past));
    }
}
