//! What an item is, in words: on its strip, for screen readers, under the pointer.

use super::rows::Table;
use crate::theme::{BODY, CAPTION, Theme, bold, mono, regular, theme};
use crate::tr;
use crate::view::View;
use egui::{Color32, Ui};
use kinora_project::timeline::{Content, Item, Pace, Track, TrackKind, TransitionKind};
use kinora_project::{MediaKind, Project, Seen};

/// What kind of thing an item is, by its colour.
pub(super) fn colour(theme: &Theme, project: &Project, track: &Track, item: &Item) -> Color32 {
    match &item.content {
        Content::Shot { .. } => theme.generated,
        Content::Title(_) => theme.title,
        Content::Clip { media, .. } => {
            let sound = project.media.files.get(media).is_some_and(|file| file.kind == MediaKind::Audio);
            if sound || track.kind == TrackKind::Audio { theme.audio } else { theme.imported }
        }
        Content::Gap => theme.line,
    }
}

/// A number before the name, such as a shot's.
pub(super) fn number<'a>(view: &'a View<'_>, item: &Item) -> &'a str {
    match &item.content {
        Content::Shot { shot, .. } => view.session.derived.number(*shot),
        _ => "",
    }
}

/// What stands on an item.
pub(super) fn words<'a>(project: &'a Project, table: &'a Table, item: &'a Item) -> &'a str {
    match &item.content {
        Content::Shot { shot, .. } => table.index.shot(*shot).map(|shot| shot.words.prompt.as_str()),
        Content::Clip { media, .. } => project.media.files.get(media).map(|file| file.name.as_str()),
        Content::Title(words) => Some(words.as_str()),
        Content::Gap => None,
    }
    .unwrap_or_default()
}

/// Number and words.
pub(super) fn name(view: &View<'_>, table: &Table, item: &Item) -> String {
    let (number, words) = (number(view, item), words(view.project(), table, item));
    match (number.is_empty(), words.is_empty(), item.is_gap()) {
        (_, _, true) => tr!("timeline-gap"),
        (true, ..) => words.to_owned(),
        (false, true, _) => number.to_owned(),
        (false, false, _) => format!("{number}: {words}"),
    }
}

/// How fast, where it is not as it is.
pub(super) fn pace(pace: Pace) -> Option<String> {
    match pace {
        _ if pace.is_normal() => None,
        Pace::Speed(n, d) => Some(format!("{} %", (f64::from(n) * 100.0 / f64::from(d.max(1))).round())),
        Pace::Still(_) => Some(tr!("timeline-still")),
    }
}

/// A kind of transition.
pub(super) fn transition(kind: TransitionKind) -> String {
    match kind {
        TransitionKind::Dissolve => tr!("timeline-dissolve"),
        TransitionKind::Dip => tr!("timeline-dip"),
        TransitionKind::Wipe => tr!("timeline-wipe"),
    }
}

/// What is said under the pointer: name, length, what it shows.
pub(super) fn hint_ui(ui: &mut Ui, view: &View<'_>, table: &mut Table, item: &Item) {
    let theme = theme(ui.ctx());
    ui.set_max_width(280.0);
    ui.label(egui::RichText::new(name(view, table, item)).font(bold(BODY)).color(theme.text));
    let settings = &view.project().settings;
    let frames = settings.rate.nearest_frame(item.duration());
    let length = settings.timecode().of_frame(frames).to_string();
    ui.label(egui::RichText::new(length).font(mono(CAPTION)).color(theme.text_soft));
    let shown = table.index.seen(item);
    let slug = shown.iter().any(|segment| matches!(segment.what, Seen::Slug(_)));
    let take = shown.iter().any(|segment| matches!(segment.what, Seen::Take(..)));
    let mut lines = Vec::new();
    match (take, slug) {
        (true, true) => lines.push(tr!("timeline-take-too-short")),
        (false, true) => lines.push(tr!("timeline-no-take")),
        _ => {}
    }
    if matches!(item.content, Content::Shot { pinned: Some(_), .. }) {
        lines.push(tr!("timeline-pinned"));
    }
    if item.link.is_some() {
        lines.push(tr!("timeline-linked"));
    }
    lines.extend(pace(item.pace).map(|pace| tr!("timeline-pace", pace = pace)));
    for line in lines {
        ui.label(egui::RichText::new(line).font(regular(CAPTION)).color(theme.text_soft));
    }
}
