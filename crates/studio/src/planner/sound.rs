//! What a timeline sounds like: pure.

use super::cut::{CutMedia, CutSound, media_of};
use kinora_media::sample_at;
use kinora_project::timeline::{Content, Item, ItemSound, Timeline, Track, TrackKind};
use kinora_project::{LinkId, MediaId, MediaKind, Project};
use kinora_time::Flicks;
use std::collections::{BTreeMap, BTreeSet};

/// The sounds of a timeline, and what of it is not heard though it is there, in words.
pub(super) struct Heard {
    pub(super) sounds: Vec<CutSound>,
    pub(super) left_out: Vec<String>,
}

/// What is heard: everything on tracks of sound, and the sound of clips on tracks of pictures, as long as no item on a track of sound is
/// linked with them to be heard instead.
pub(super) fn sounds_of(project: &Project, timeline: &Timeline) -> Heard {
    let solo = timeline.tracks.iter().any(|track| track.sound.solo);
    let of_kind = |kind: TrackKind| timeline.tracks.iter().filter(move |track| track.kind == kind);
    let apart: BTreeSet<LinkId> =
        of_kind(TrackKind::Audio).flat_map(|track| &track.items).filter_map(|item| item.link).collect();
    let mut heard = Heard { sounds: Vec::new(), left_out: Vec::new() };
    let mut paced = 0;
    for track in &timeline.tracks {
        if track.sound.muted || solo && !track.sound.solo {
            continue;
        }
        let mut start = Flicks(0);
        for (place, item) in track.items.iter().enumerate() {
            let elsewhere = track.kind != TrackKind::Audio && item.link.is_some_and(|link| apart.contains(&link));
            if let Some(media) = sounding(project, item).filter(|_| !item.sound.muted && !elsewhere) {
                if item.pace.is_normal() {
                    heard.sounds.push(placed(track, place, item, media, start));
                } else {
                    paced += 1;
                }
            }
            start = Flicks(start.0 + item.duration().0);
        }
    }
    if paced > 0 {
        heard.left_out.push(format!("{paced} clips that don't run at their own speed are silent in this export"));
    }
    heard
}

/// The sounds of a timeline and the files that they are in, also while nothing on it was generated yet: what a monitor plays.
#[must_use]
pub fn heard_on(project: &Project, timeline: &Timeline) -> (Vec<CutSound>, BTreeMap<MediaId, CutMedia>) {
    let sounds = sounds_of(project, timeline).sounds;
    let files = sounds.iter().filter_map(|sound| Some((sound.media, media_of(project, sound.media)?))).collect();
    (sounds, files)
}

/// The file that an item sounds of.
fn sounding(project: &Project, item: &Item) -> Option<MediaId> {
    let Content::Clip { media, .. } = item.content else { return None };
    let kind = project.media.files.get(&media)?.kind;
    let has_sound = project.arrived.facts.get(&media).is_some_and(|facts| facts.sound);
    (kind == MediaKind::Audio || has_sound).then_some(media)
}

fn placed(track: &Track, place: usize, item: &Item, media: MediaId, start: Flicks) -> CutSound {
    // A transition is a crossfade: both are heard around the cut.
    let half = |at: usize| {
        let item = track.items.get(at);
        let alone = at.checked_sub(1).is_none_or(|before| track.items[before].is_gap());
        let duration = item.and_then(|item| item.transition).map_or(0, |transition| transition.duration.0);
        if alone { (0, duration) } else { (duration / 2, duration) }
    };
    let ((lead, comes), (trail, goes)) = (half(place), half(place + 1));
    let end = start.0 + item.duration().0;
    let (at, until) = (sample_at(Flicks(start.0 - lead)), sample_at(Flicks(end + trail)));
    let ItemSound { gain, pan, fade_in, fade_out, .. } = item.sound;
    #[allow(clippy::cast_precision_loss)]
    let (gain, pan) = ((gain + track.sound.gain) as f32, (pan + track.sound.pan) as f32);
    CutSound {
        media,
        at,
        length: until - at,
        from: sample_at(Flicks(item.source_range.start().0 - lead)),
        gain: 10f32.powf(gain / 2000.0),
        pan: (pan / 1000.0).clamp(-1.0, 1.0),
        fades: (sample_at(fade_in.max(Flicks(comes))), sample_at(fade_out.max(Flicks(goes)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinora_plan::Digest;
    use kinora_project::timeline::{TrackSound, Transition, TransitionKind};
    use kinora_project::{Arrival, CutEdit, Edit, ItemId, MediaEdit, MediaFacts, NewItem, TimelineEdit};
    use kinora_time::{FLICKS_PER_SECOND, TimeRange};

    struct Film {
        project: Project,
    }

    impl Film {
        fn new() -> Self {
            let mut film = Self { project: Project::default() };
            film.edit(Edit::Cut(CutEdit::Create { name: "Cut".to_owned() }));
            film
        }

        fn edit(&mut self, edit: Edit) {
            edit.apply(&mut self.project).unwrap();
        }

        fn on_timeline(&mut self, edit: TimelineEdit) {
            self.edit(Edit::Timeline(self.project.timelines[0].id, edit));
        }

        fn media(&mut self, name: &str, kind: MediaKind, sound: bool) -> MediaId {
            let sha256 = Digest::of(name.as_bytes());
            self.edit(Edit::Media(MediaEdit::Import { name: name.to_owned(), bin: String::new(), kind, sha256 }));
            let id = *self.project.media.files.keys().last().unwrap();
            let facts = MediaFacts { duration: seconds(60.0), rate: None, size: None, sound };
            self.project.arrive(Arrival::Facts(id, facts));
            id
        }

        /// Puts a second of a file, from its tenth second on, at a time.
        fn put(&mut self, kind: TrackKind, media: MediaId, at: f64) -> ItemId {
            let track = self.project.timelines[0].tracks.iter().find(|track| track.kind == kind).unwrap().id;
            let available_range = TimeRange::between(Flicks(0), seconds(60.0));
            let content = Content::Clip { media, available_range };
            let item = NewItem { content, source_range: TimeRange::between(seconds(10.0), seconds(11.0)) };
            self.on_timeline(TimelineEdit::Overwrite { track, at: seconds(at), item });
            let track = self.project.timelines[0].tracks.iter().find(|track| track.kind == kind).unwrap();
            track.items.iter().filter(|item| !item.is_gap()).max_by_key(|item| item.id).unwrap().id
        }

        /// Seconds: where each sound begins, how long it is, where in its file, and its fades.
        fn heard(&self) -> Vec<(f64, f64, f64, (f64, f64))> {
            let seconds = |samples: i64| samples as f64 / 48_000.0;
            let of = |sound: &CutSound| {
                let fades = (seconds(sound.fades.0), seconds(sound.fades.1));
                (seconds(sound.at), seconds(sound.length), seconds(sound.from), fades)
            };
            sounds_of(&self.project, &self.project.timelines[0]).sounds.iter().map(of).collect()
        }
    }

    fn seconds(count: f64) -> Flicks {
        Flicks((count * FLICKS_PER_SECOND as f64) as i64)
    }

    #[test]
    fn sounds_are_heard_where_they_lie_and_cross_over_in_transitions() {
        let mut film = Film::new();
        let music = film.media("music.wav", MediaKind::Audio, true);
        film.put(TrackKind::Audio, music, 0.0);
        let second = film.put(TrackKind::Audio, music, 1.0);
        assert_eq!(film.heard(), [(0.0, 1.0, 10.0, (0.0, 0.0)), (1.0, 1.0, 10.0, (0.0, 0.0))]);
        let transition = Some(Transition { kind: TransitionKind::Dissolve, duration: seconds(0.5) });
        film.on_timeline(TimelineEdit::SetTransition { item: second, transition });
        assert_eq!(film.heard(), [(0.0, 1.25, 10.0, (0.0, 0.5)), (0.75, 1.25, 9.75, (0.5, 0.0))]);
    }

    #[test]
    fn a_clips_own_sound_is_heard_unless_it_is_muted_or_lies_apart() {
        let mut film = Film::new();
        let (clip, silent) =
            (film.media("clip.mp4", MediaKind::Video, true), film.media("b.mp4", MediaKind::Video, false));
        let picture = film.put(TrackKind::Video, clip, 0.0);
        film.put(TrackKind::Video, silent, 2.0);
        assert_eq!(film.heard().len(), 1);
        let apart = film.put(TrackKind::Audio, clip, 0.5);
        assert_eq!(film.heard().len(), 2);
        film.on_timeline(TimelineEdit::Link { items: vec![picture, apart] });
        assert_eq!(film.heard(), [(0.5, 1.0, 10.0, (0.0, 0.0))]);
        let sound = ItemSound { muted: true, ..ItemSound::default() };
        film.on_timeline(TimelineEdit::SetSound { item: apart, sound });
        assert_eq!(film.heard(), []);
    }

    #[test]
    fn tracks_are_muted_or_alone_and_gains_add_up() {
        let mut film = Film::new();
        let (music, clip) =
            (film.media("music.wav", MediaKind::Audio, true), film.media("clip.mp4", MediaKind::Video, true));
        let low = film.put(TrackKind::Audio, music, 0.0);
        film.put(TrackKind::Video, clip, 0.0);
        let track = |film: &Film, kind| film.project.timelines[0].tracks.iter().find(|t| t.kind == kind).unwrap().id;
        let (audio, video) = (track(&film, TrackKind::Audio), track(&film, TrackKind::Video));
        film.on_timeline(TimelineEdit::SetSound { item: low, sound: ItemSound { gain: -200, ..ItemSound::default() } });
        let sound = TrackSound { gain: -400, pan: 250, ..TrackSound::default() };
        film.on_timeline(TimelineEdit::SetTrackSound { track: audio, sound });
        let first = &sounds_of(&film.project, &film.project.timelines[0]).sounds[0];
        assert!((first.gain - 0.5012).abs() < 1e-4 && first.pan == 0.25, "{first:?}");
        film.on_timeline(TimelineEdit::SetTrackSound { track: video, sound: TrackSound { solo: true, ..sound } });
        assert_eq!(film.heard().len(), 1);
        film.on_timeline(TimelineEdit::SetTrackSound {
            track: video,
            sound: TrackSound { solo: true, muted: true, ..sound },
        });
        assert_eq!(film.heard(), []);
    }
}
