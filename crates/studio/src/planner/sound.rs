//! What a timeline sounds like: pure.

use super::cut::{CutMedia, CutSound, media_of};
use kinora_media::sample_at;
use kinora_project::timeline::{Content, Item, ItemSound, Timeline, Track, TrackKind};
use kinora_project::{LinkId, MediaId, MediaKind, Project};
use kinora_time::Flicks;
use std::collections::{BTreeMap, BTreeSet};

/// What is heard: everything on tracks of sound, and the sound of clips on tracks of pictures, as long as no item on a track of sound is
/// linked with them to be heard instead. What runs faster, slower or backwards is heard so; what stands still is silent.
pub(super) fn sounds_of(project: &Project, timeline: &Timeline) -> Vec<CutSound> {
    let solo = timeline.tracks.iter().any(|track| track.sound.solo);
    let of_kind = |kind: TrackKind| timeline.tracks.iter().filter(move |track| track.kind == kind);
    let apart: BTreeSet<LinkId> =
        of_kind(TrackKind::Audio).flat_map(|track| &track.items).filter_map(|item| item.link).collect();
    let mut sounds = Vec::new();
    for track in &timeline.tracks {
        if track.sound.muted || solo && !track.sound.solo {
            continue;
        }
        let mut start = Flicks(0);
        for (place, item) in track.items.iter().enumerate() {
            let elsewhere = track.kind != TrackKind::Audio && item.link.is_some_and(|link| apart.contains(&link));
            let file = sounding(project, item).filter(|_| !item.sound.muted && !elsewhere);
            sounds.extend(file.and_then(|file| placed(track, place, file, start)));
            start = Flicks(start.0 + item.duration().0);
        }
    }
    sounds
}

/// The sounds of a timeline and the files that they are in, also while nothing on it was generated yet: what a monitor plays.
#[must_use]
pub fn heard_on(project: &Project, timeline: &Timeline) -> (Vec<CutSound>, BTreeMap<MediaId, CutMedia>) {
    let sounds = sounds_of(project, timeline);
    let files = sounds.iter().filter_map(|sound| Some((sound.media, media_of(project, sound.media)?))).collect();
    (sounds, files)
}

/// The file that an item sounds of, and where it ends.
fn sounding(project: &Project, item: &Item) -> Option<(MediaId, Flicks)> {
    let Content::Clip { media, available_range } = item.content else { return None };
    let kind = project.media.files.get(&media)?.kind;
    let has_sound = project.arrived.facts.get(&media).is_some_and(|facts| facts.sound);
    (kind == MediaKind::Audio || has_sound).then_some((media, available_range.end()))
}

/// The sound of an item, of a file that ends at `end`, if the item begins at `start`. Nothing where it stands still.
fn placed(track: &Track, place: usize, (media, end): (MediaId, Flicks), start: Flicks) -> Option<CutSound> {
    let item = track.items.get(place)?;
    // A transition is a crossfade: both are heard around the cut.
    let half = |at: usize| {
        let item = track.items.get(at);
        let alone = at.checked_sub(1).is_none_or(|before| track.items[before].is_gap());
        let duration = item.and_then(|item| item.transition).map_or(0, |transition| transition.duration.0);
        if alone { (0, duration) } else { (duration / 2, duration) }
    };
    let ((lead, comes), (trail, goes)) = (half(place), half(place + 1));
    let gone = start.0 + item.duration().0 + trail;
    let (at, until) = (sample_at(Flicks(start.0 - lead)), sample_at(Flicks(gone)));
    let ItemSound { gain, pan, fade_in, fade_out, .. } = item.sound;
    #[allow(clippy::cast_precision_loss)]
    let (gain, pan) = ((gain + track.sound.gain) as f32, (pan + track.sound.pan) as f32);
    let run = item.pace.run_from(Flicks(item.source_range.start().0 - lead), end);
    (run.speed.0 != 0).then(|| CutSound {
        media,
        at,
        length: until - at,
        from: sample_at(run.from),
        speed: run.speed,
        gain: 10f32.powf(gain / 2000.0),
        pan: (pan / 1000.0).clamp(-1.0, 1.0),
        fades: (sample_at(fade_in.max(Flicks(comes))), sample_at(fade_out.max(Flicks(goes)))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinora_plan::Digest;
    use kinora_project::timeline::{Pace, TrackSound, Transition, TransitionKind};
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
            sounds_of(&self.project, &self.project.timelines[0]).iter().map(of).collect()
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
    fn what_runs_at_another_speed_sounds_so_and_what_stands_still_is_silent() {
        let mut film = Film::new();
        let music = film.media("music.wav", MediaKind::Audio, true);
        let item = film.put(TrackKind::Audio, music, 0.0);
        for (pace, heard) in [
            (Pace::Speed(2, 1), Some((1.0, 10.0, (2, 1)))),
            (Pace::Speed(-1, 2), Some((1.0, 11.0, (-1, 2)))),
            (Pace::Still(seconds(10.5)), None),
        ] {
            let mut film = Film { project: film.project.clone() };
            film.on_timeline(TimelineEdit::SetPace { item, pace });
            let sounds = sounds_of(&film.project, &film.project.timelines[0]);
            let of = |sound: &CutSound| (sound.length as f64 / 48_000.0, sound.from as f64 / 48_000.0, sound.speed);
            assert_eq!(sounds.first().map(of), heard, "{pace:?}");
        }
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
        let first = &sounds_of(&film.project, &film.project.timelines[0])[0];
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
