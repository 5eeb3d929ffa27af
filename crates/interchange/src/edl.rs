//! CMX 3600: an edit decision list, 999 events of one picture track, as editors of every make read it
//! (<https://xmil.biz/EDL-X/CMX3600.pdf>).

use crate::{Files, frame_at, name_of, start_of};
use kinora_project::timeline::{Timeline, TrackKind};
use kinora_project::{Project, Seen, Segment, flattened};
use kinora_time::TimecodeFormat;
use std::fmt::Write;

/// Where the film begins, as is usual: an hour in.
const FIRST_HOUR: i64 = 3600;
/// Events of a list: their numbers have three digits.
const MOST_EVENTS: usize = 999;

/// A list, and what is on the timeline but not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edl {
    /// The list.
    pub text: String,
    /// In words.
    pub left_out: Vec<String>,
}

/// The list of what is seen, cut to cut.
#[must_use]
pub fn edl(project: &Project, timeline: &Timeline, files: &Files) -> Edl {
    let (settings, rate) = (&project.settings, project.settings.rate);
    let format = settings.timecode();
    let offset = frames_of_first_hour(format);
    let mut text = format!("TITLE: {}\n", line_of(&timeline.name));
    text.push_str(if format.is_drop_frame() { "FCM: DROP FRAME\n" } else { "FCM: NON-DROP FRAME\n" });
    let shown = flattened(project, timeline);
    let place = |segment: &Segment| (frame_at(segment.range.start(), rate), frame_at(segment.range.end(), rate));
    // What lasts less than half a frame is in no frame.
    let seen = |segment: &&Segment| segment.what != Seen::Nothing && place(segment).0 < place(segment).1;
    let events: Vec<&Segment> = shown.iter().filter(seen).collect();
    for (number, segment) in events.iter().take(MOST_EVENTS).enumerate() {
        let (first, end) = place(segment);
        let from = frame_at(start_of(&segment.what), rate);
        let file = files.of(&segment.what);
        // AX: auxiliary, no tape; BL: black.
        let reel = if file.is_some() { "AX" } else { "BL" };
        let codes = [from, from + end - first, offset + first, offset + end].map(|frame| format.of_frame(frame));
        let [source_in, source_out, record_in, record_out] = codes;
        let name = file.map_or_else(|| name_of(project, &segment.what), |file| file.name.clone());
        let _infallible = writeln!(
            text,
            "\n{:03}  {reel:<8} V     C        {source_in} {source_out} {record_in} {record_out}\n* FROM CLIP NAME: {}",
            number + 1,
            line_of(&name)
        );
        if let Seen::Take(_, run) | Seen::Media(_, run) = &segment.what
            && !run.is_normal()
        {
            // Frames a second that the source runs at.
            let speed = rate.as_f64() * f64::from(run.speed.0) / f64::from(run.speed.1.max(1));
            let _infallible = writeln!(text, "M2   {reel:<8} {speed:05.1}                {source_in}");
        }
        if let Some(file) = file {
            let _infallible = writeln!(text, "* SOURCE FILE: {}", line_of(&file.url));
        }
    }
    Edl { text, left_out: left_out(timeline, events.len()) }
}

fn frames_of_first_hour(format: TimecodeFormat) -> i64 {
    format.parse("01:00:00:00").map_or(FIRST_HOUR * 24, |hour| frame_at(hour.start(), format.rate()))
}

/// A list has lines: no text may hold one.
fn line_of(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn left_out(timeline: &Timeline, events: usize) -> Vec<String> {
    let tracks = |kind: TrackKind| timeline.tracks.iter().filter(move |track| track.kind == kind);
    let filled = |kind: TrackKind| tracks(kind).flat_map(|track| &track.items).filter(|item| !item.is_gap()).count();
    let transitions = tracks(TrackKind::Video).flat_map(|track| &track.items).filter(|item| item.transition.is_some());
    [
        (transitions.count(), "transitions are cuts"),
        (filled(TrackKind::Title), "titles are left out"),
        (filled(TrackKind::Audio), "clips of sound are left out"),
        (events.saturating_sub(MOST_EVENTS), "cuts are left out, because a list has 999 events"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, words)| format!("{count} {words}"))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{files, film};
    use kinora_project::Settings;
    use kinora_time::FrameRate;
    use std::sync::Arc;

    #[test]
    fn what_is_seen_is_listed_cut_to_cut() {
        let project = film();
        let list = edl(&project, &project.timelines[0], &files(&project));
        assert_eq!(
            list.text,
            "TITLE: Cut 1\n\
             FCM: NON-DROP FRAME\n\
             \n\
             001  AX       V     C        00:00:00:04 00:00:00:18 01:00:00:00 01:00:00:14\n\
             * FROM CLIP NAME: Shot A, take 1\n\
             * SOURCE FILE: media/A.mp4\n\
             \n\
             002  BL       V     C        00:00:00:00 00:00:00:06 01:00:00:14 01:00:00:20\n\
             * FROM CLIP NAME: Shot A\n\
             \n\
             003  AX       V     C        00:00:00:00 00:00:01:00 01:00:00:20 01:00:01:20\n\
             * FROM CLIP NAME: Shot B, take 1\n\
             * SOURCE FILE: media/B.mp4\n\
             \n\
             004  BL       V     C        00:00:00:00 00:00:01:00 01:00:01:20 01:00:02:20\n\
             * FROM CLIP NAME: Shot C\n"
        );
        assert_eq!(list.left_out, ["1 transitions are cuts", "1 titles are left out"]);
    }

    #[test]
    fn what_lasts_less_than_half_a_frame_is_no_event() {
        let mut project = film();
        let settings = Settings { rate: FrameRate::new(1, 1).unwrap(), ..Settings::clone(&project.settings) };
        project.settings = Arc::new(settings);
        // At one frame a second the slug after shot A's take, a quarter of a second, falls between two frames.
        let list = edl(&project, &project.timelines[0], &files(&project));
        let events = list.text.lines().filter(|line| line.starts_with("00"));
        let lengths =
            events.map(|line| line.split_whitespace().rev().take(2).collect::<Vec<_>>().join(" ends, begins "));
        assert_eq!(
            lengths.collect::<Vec<_>>(),
            [
                "01:00:01:00 ends, begins 01:00:00:00",
                "01:00:02:00 ends, begins 01:00:01:00",
                "01:00:03:00 ends, begins 01:00:02:00"
            ]
        );
    }

    #[test]
    fn drop_frame_numbers_are_used_where_the_project_has_them() {
        let mut project = film();
        project.settings =
            Arc::new(Settings { rate: FrameRate::FPS_29_97, drop_frame: true, ..Settings::clone(&project.settings) });
        let list = edl(&project, &project.timelines[0], &files(&project));
        assert!(list.text.contains("FCM: DROP FRAME\n"), "{}", list.text);
        assert!(list.text.contains(" 01:00:00;00 "), "{}", list.text);
    }
}
