//! What comes out at a sound device that is driven by hand.

use super::device::Device;
use super::*;
use kinora_media::SoundWriter;
use kinora_plan::Digest;
use kinora_project::timeline::{Content, TrackKind};
use kinora_project::{
    Arrival, CutEdit, Edit, MediaEdit, MediaFacts, MediaId, MediaKind, NewItem, TimelineEdit, TimelineId,
};
use kinora_services::FilmSound;
use kinora_studio::planner::heard_on;
use kinora_time::TimeRange;
use kinora_ui::Looking;
use std::path::Path;

/// A device that takes samples when a test does it.
struct ByHand;

impl Device for ByHand {
    fn rate(&self) -> u32 {
        SAMPLE_RATE
    }

    fn is_lost(&self) -> bool {
        false
    }
}

/// A film with two sounds over each other.
struct Film {
    folder: tempfile::TempDir,
    project: Arc<Project>,
    timeline: TimelineId,
}

fn seconds(count: f64) -> Flicks {
    Flicks((count * FLICKS_PER_SECOND as f64) as i64)
}

impl Film {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut project = Project::default();
        Edit::Cut(CutEdit::Create { name: "Cut".to_owned() }).apply(&mut project).unwrap();
        let timeline = project.timelines[0].id;
        let sounds = [("a", 0.01, TrackKind::Audio, 0.0), ("b", 0.017, TrackKind::Video, 1.0)];
        for (name, pitch, kind, begins) in sounds {
            let media = import(folder.path(), &mut project, name, pitch);
            let track = project.timelines[0].tracks.iter().find(|track| track.kind == kind).unwrap().id;
            let available_range = TimeRange::between(Flicks(0), seconds(6.0));
            let item = NewItem { content: Content::Clip { media, available_range }, source_range: available_range };
            let edit = TimelineEdit::Overwrite { track, at: seconds(begins), item };
            Edit::Timeline(timeline, edit).apply(&mut project).unwrap();
        }
        Self { folder, project: Arc::new(project), timeline }
    }

    /// The mix that an export would hold.
    fn mix(&self, from: i64, count: usize) -> Vec<Stereo> {
        let (sounds, media) = heard_on(&self.project, self.project.timeline(self.timeline).unwrap());
        assert_eq!(sounds.len(), 2);
        let mut samples = vec![[0.0; 2]; count];
        FilmSound::new(&sounds, &media, self.folder.path()).read(from, &mut samples).unwrap();
        samples
    }

    fn looking(&self, frame: u32) -> Looking {
        Looking::Timeline(self.timeline, frame)
    }
}

fn import(folder: &Path, project: &mut Project, name: &str, pitch: f32) -> MediaId {
    let sha256 = Digest::of(name.as_bytes());
    let hash = sha256.to_string();
    let path = folder.join("media").join(&hash[..2]).join(&hash);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut writer = SoundWriter::create(&path).unwrap();
    let tone = |at: i32| 0.4 * (at as f32 * pitch).sin();
    writer.push(&(0..6 * 48_000).map(|at| [tone(at), -0.5 * tone(at)]).collect::<Vec<_>>()).unwrap();
    writer.finish().unwrap();
    let kind = if name == "a" { MediaKind::Audio } else { MediaKind::Video };
    let edit = MediaEdit::Import { name: name.to_owned(), bin: String::new(), kind, sha256 };
    Edit::Media(edit).apply(project).unwrap();
    let id = *project.media.files.keys().last().unwrap();
    let facts = MediaFacts { duration: seconds(6.0), rate: None, size: None, sound: true };
    project.arrive(Arrival::Facts(id, facts));
    id
}

fn by_hand(film: &Film) -> Sound {
    Sound::on(Box::new(|_: &Arc<Line>| Ok(Box::new(ByHand) as Box<dyn Device>)), film.folder.path().to_owned())
}

/// So many samples, taken as a device does; waits until they were mixed.
fn take(sound: &Sound, count: usize) -> Vec<Stereo> {
    let mut out = vec![[0.0; 2]; count];
    let begun = Instant::now();
    while sound.line.ring.waiting() < count || !sound.line.is_open() {
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing is mixed");
        std::thread::sleep(Duration::from_millis(1));
    }
    sound.line.fill(&mut out, Instant::now(), Duration::ZERO);
    out
}

fn at(looking: Looking, speed: f64, moves: u64) -> Hearing {
    Hearing { looking, speed, moves }
}

#[test]
fn what_is_heard_is_the_exports_mix_sample_for_sample() {
    let film = Film::new();
    let mut sound = by_hand(&film);
    sound.hear(&film.project, 0, at(film.looking(12), 1.0, 1), Instant::now());
    let mut heard = Vec::new();
    for count in [700, 1, 4096, 333, 48_000] {
        heard.extend(take(&sound, count));
    }
    let mix = film.mix(24_000, heard.len());
    assert!(mix.iter().any(|sample| sample[0].abs() > 0.5), "both sounds are in it");
    assert!(heard == mix, "the device gets other samples than the export");
}

#[test]
fn a_seek_drops_what_waits_and_a_stop_is_silent_at_once() {
    let film = Film::new();
    let mut sound = by_hand(&film);
    sound.hear(&film.project, 0, at(film.looking(0), 1.0, 1), Instant::now());
    take(&sound, 2048);
    sound.hear(&film.project, 0, at(film.looking(72), 1.0, 2), Instant::now());
    assert_eq!(take(&sound, 512), film.mix(144_000, 512));
    sound.hear(&film.project, 0, at(film.looking(73), 0.0, 2), Instant::now());
    let mut out = vec![[1.0; 2]; 64];
    sound.line.fill(&mut out, Instant::now(), Duration::ZERO);
    assert_eq!(out, vec![[0.0; 2]; 64]);
}

#[test]
fn the_picture_is_where_the_device_is() {
    let film = Film::new();
    let mut sound = by_hand(&film);
    let run = at(film.looking(24), 1.0, 1);
    let begun = Instant::now();
    assert_eq!(sound.hear(&film.project, 0, run, begun), Some(seconds(1.0)), "it waits for the sound");
    take(&sound, 4800);
    let taken = Instant::now();
    let heard = |sound: &mut Sound, after: f64| {
        let moved = at(film.looking(25), 1.0, 1);
        let now = taken + Duration::from_secs_f64(after);
        sound.hear(&film.project, 0, moved, now).map(|at| at.0 as f64 / FLICKS_PER_SECOND as f64)
    };
    let half = heard(&mut sound, 0.05).unwrap();
    assert!((1.05..1.07).contains(&half), "{half}");
    let all = heard(&mut sound, 0.3).unwrap();
    assert!((all - 1.1).abs() < 1e-6, "{all}: no farther than what the device took");
    assert_eq!(heard(&mut sound, 0.9), None, "a device that takes nothing leads nothing");
    assert_eq!(
        sound.hear(&film.project, 1, at(film.looking(0), 0.0, 1), taken),
        None,
        "the other monitor is not heard"
    );
}

#[test]
fn a_playhead_that_is_put_somewhere_is_heard_there_for_a_moment() {
    let film = Film::new();
    let mut sound = by_hand(&film);
    sound.hear(&film.project, 0, at(film.looking(0), 0.0, 1), Instant::now());
    sound.hear(&film.project, 0, at(film.looking(48), 0.0, 2), Instant::now());
    let grain = take(&sound, 1920);
    let mix = film.mix(96_000, 1920);
    assert!(grain[0][0].abs() < 1e-3 && grain[1919][0].abs() < 1e-3, "it comes and goes softly");
    assert!((grain[960][0] - mix[960][0]).abs() < 1e-4 && mix[960][0] != 0.0);
    sound.hear(&film.project, 0, at(film.looking(48), 0.0, 3), Instant::now());
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(sound.line.ring.waiting(), 0, "put where it is, it is not heard again");
}

#[test]
fn a_change_while_it_plays_is_heard_from_where_it_is() {
    let film = Film::new();
    let mut sound = by_hand(&film);
    sound.hear(&film.project, 0, at(film.looking(48), 1.0, 1), Instant::now());
    take(&sound, 4800);
    let mut project = (*film.project).clone();
    let track = project.timelines[0].tracks.iter().find(|track| track.kind == TrackKind::Video).unwrap().id;
    let muted = kinora_project::timeline::TrackSound { muted: true, ..Default::default() };
    let edit = TimelineEdit::SetTrackSound { track, sound: muted };
    Edit::Timeline(film.timeline, edit).apply(&mut project).unwrap();
    sound.hear(&Arc::new(project), 0, at(film.looking(50), 1.0, 1), Instant::now());
    std::thread::sleep(Duration::from_millis(300));
    let heard = take(&sound, 64);
    let is_alone = |from: i32| {
        let tone = |at: i32| 0.4 * (at as f32 * 0.01).sin();
        (from..).zip(&heard).all(|(at, sample)| (sample[0] - tone(at)).abs() < 1e-4)
    };
    assert!((96_000..=100_800).any(is_alone), "{:?}", &heard[..4]);
}

#[test]
fn without_a_device_the_clock_leads_and_meters_show_the_mix() {
    let film = Film::new();
    let none = |_: &Arc<Line>| -> Result<Box<dyn Device>, String> { Err("a test has none".to_owned()) };
    let mut sound = Sound::on(Box::new(none), film.folder.path().to_owned());
    let run = at(film.looking(30), 1.0, 1);
    sound.hear(&film.project, 0, run, Instant::now());
    let begun = Instant::now();
    while sound.levels()[0] < 0.5 {
        assert!(begun.elapsed() < Duration::from_secs(20), "levels: {:?}", sound.levels());
        std::thread::sleep(Duration::from_millis(10));
        sound.listen(Instant::now());
    }
    let [left, right] = sound.levels();
    assert!(left <= 0.801 && (right - left / 2.0).abs() < 0.1, "{left} {right}");
    assert_eq!(sound.hear(&film.project, 0, run, Instant::now()), None);
}

#[test]
#[ignore = "needs a sound device; one of ALSA's that writes a file will do (ALSA_CONFIG_PATH)"]
fn this_machines_device_plays_and_leads() {
    let film = Film::new();
    let mut sound = Sound::new(film.folder.path().to_owned());
    let begun = Instant::now();
    let mut places = Vec::new();
    while begun.elapsed() < Duration::from_secs(2) {
        let heard = sound.hear(&film.project, 0, at(film.looking(24), 1.0, 1), Instant::now());
        places.push(heard.expect("a device leads"));
        sound.listen(Instant::now());
        std::thread::sleep(Duration::from_millis(16));
    }
    assert!(places.is_sorted(), "{places:?}");
    let last = places.last().unwrap().0 as f64 / FLICKS_PER_SECOND as f64;
    assert!((2.4..3.1).contains(&last), "two seconds after the first it is at {last}");
    assert!(sound.levels()[0] > 0.3, "{:?}", sound.levels());
}
