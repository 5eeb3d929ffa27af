//! For tests: what J K L, I, O and the blade stop on, and what the monitor shows there, at many places by chance. Every frame of the film
//! has its number burnt in.

use super::*;
use egui::{Event, Key, Modifiers, RawInput, Rect};
use kinora_frame::Size;
use kinora_media::{FilmFormat, FilmSettings, FilmWriter};
use kinora_plan::Digest;
use kinora_project::timeline::Content;
use kinora_project::{
    Arrival, CutEdit, Edit, MediaEdit, MediaFacts, MediaKind, NewItem, Settings, TimelineEdit, check,
};
use kinora_time::{FrameRate, TimeRange};
use kinora_ui::{Editor, Layouts, Panel, Preferences, Workspace};
use std::sync::Mutex;

const SIZE: Size = Size::new(384, 216);
const BITS: u32 = 12;
/// Frames of the file, and the first of them that the timeline shows.
const FRAMES: u32 = 480;
const BEGINS: u32 = 24;
const PLACES: usize = 200;
const NAME: &str = "numbers.mp4";

/// A frame with its number as twelve fields, black and white.
fn burnt(number: u32) -> Frame {
    let mut frame = Frame::filled(SIZE, [0, 0, 0, 255]);
    for (at, pixel) in (0..).zip(frame.rgba_mut().chunks_exact_mut(4)) {
        let field = at % SIZE.width / (SIZE.width / BITS);
        pixel[..3].fill(if number >> field & 1 == 1 { 235 } else { 16 });
    }
    frame
}

/// The number that a frame shows, at whatever size.
fn read(frame: &Frame) -> u32 {
    let (width, height) = (frame.size().width, frame.size().height);
    let lit = |field: u32| {
        let (x, y) = ((2 * field + 1) * width / (2 * BITS), height / 2);
        frame.rgba()[4 * (y * width + x) as usize] > 128
    };
    (0..BITS).filter(|field| lit(*field)).map(|field| 1 << field).sum()
}

/// The file in the folder of a project.
fn write_numbers(folder: &Path, rate: FrameRate) {
    let hash = Digest::of(NAME.as_bytes()).to_string();
    let path = folder.join("media").join(&hash[..2]).join(&hash);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let settings = FilmSettings { format: FilmFormat::H264, ..FilmSettings::new(SIZE, rate) };
    let mut writer = FilmWriter::create(&path, settings).unwrap();
    (0..FRAMES).for_each(|number| writer.push(&burnt(number)).unwrap());
    writer.finish().unwrap();
}

/// A project whose timeline shows it.
fn film(rate: FrameRate) -> Project {
    let mut project = Project { settings: Arc::new(Settings { rate, ..Settings::default() }), ..Project::default() };
    let sha256 = Digest::of(NAME.as_bytes());
    let kind = MediaKind::Video;
    let edit = MediaEdit::Import { name: NAME.to_owned(), bin: String::new(), kind, sha256 };
    Edit::Media(edit).apply(&mut project).unwrap();
    let media = *project.media.files.keys().last().unwrap();
    let duration = rate.frame_start(i64::from(FRAMES));
    let size = Some((SIZE.width, SIZE.height));
    project.arrive(Arrival::Facts(media, MediaFacts { duration, rate: Some(rate), size, sound: false }));
    Edit::Cut(CutEdit::Create { name: "Cut".to_owned() }).apply(&mut project).unwrap();
    let timeline = &project.timelines[0];
    let track = timeline.tracks.iter().find(|track| track.kind == TrackKind::Video).unwrap().id;
    let available_range = TimeRange::between(Flicks(0), duration);
    let source_range = TimeRange::between(rate.frame_start(i64::from(BEGINS)), duration);
    let item = NewItem { content: Content::Clip { media, available_range }, source_range };
    let edit = TimelineEdit::Overwrite { track, at: Flicks(0), item };
    Edit::Timeline(timeline.id, edit).apply(&mut project).unwrap();
    project
}

/// The editor at its desk, whose clock a test drives.
struct Session {
    ctx: egui::Context,
    studio: Studio,
    editor: Editor,
    desk: ShellDesk,
    now: f64,
}

impl Session {
    fn new(folder: &Path, rate: FrameRate) -> Self {
        let studio = Studio::create(&folder.join("Film.kinora"), film(rate), "test").unwrap();
        write_numbers(studio.path(), rate);
        let gpu = Gpu::open().unwrap();
        let renderer = crate::bridge::Renderer::new(&gpu.device, wgpu::TextureFormat::Rgba8Unorm);
        let mut desk = ShellDesk::new(kinora_services::models(), Vec::new());
        desk.start(&gpu, Textures::new(&gpu, Arc::new(Mutex::new(renderer)), Changed::default()));
        desk.open(Some(studio.path()));
        // Without sound the clock leads, which a test can turn.
        desk.sound = None;
        let mut editor = Editor::new(Preferences::default(), Layouts::default());
        editor.session.timeline = studio.project().timelines[0].id;
        editor.session.workspace = Workspace::Cut;
        let mut session = Self { ctx: egui::Context::default(), studio, editor, desk, now: 0.0 };
        session.frame(&[], 0.0);
        session.editor.session.focus = Panel::Timeline;
        session
    }

    /// A frame of the editor, in which keys are pressed, some seconds after the one before.
    fn frame(&mut self, keys: &[Key], later: f64) {
        self.now += later;
        let event = |key: Key, pressed: bool| Event::Key {
            key,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        let events = keys.iter().flat_map(|key| [event(*key, true), event(*key, false)]).collect();
        let screen_rect = Some(Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1600.0, 1000.0)));
        let raw = RawInput { events, screen_rect, time: Some(self.now), ..RawInput::default() };
        let Self { ctx, studio, editor, desk, .. } = self;
        desk.keep_up(Some(studio));
        let _output = ctx.run_ui(raw, |ui| {
            editor.show(ui, Some(studio), desk);
        });
        let _news = desk.look_after();
    }

    fn playhead(&self) -> u32 {
        self.editor.session.transport.frame()
    }

    /// The number burnt into what the program monitor shows once it has the frame at the playhead.
    fn shown(&mut self) -> u32 {
        for _ in 0..2_000 {
            self.frame(&[], 0.001);
            let player = self.desk.players.iter().flatten().next();
            if let Some(number) = player.and_then(|player| player.shown().map(|frame| read(&frame))) {
                return number;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        panic!("the monitor never shows frame {}", self.playhead());
    }
}

#[test]
fn keys_stop_mark_and_cut_on_the_very_frame_that_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let rate = FrameRate::FPS_23_976;
    let mut session = Session::new(folder.path(), rate);
    let frames = FRAMES - BEGINS;
    let mut random = 7_u64;
    let mut chance = |end: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % end
    };
    let mut places = std::collections::BTreeSet::new();
    for place in 0..PLACES {
        // To a place at a speed, forwards or backwards, and a frame or two by hand now and then.
        let there = session.playhead();
        let back = there > frames * 3 / 4 || there > frames / 4 && chance(2) == 0;
        for _ in 0..=chance(3) {
            session.frame(&[if back { Key::J } else { Key::L }], 0.016);
        }
        for _ in 0..5 + chance(25) {
            session.frame(&[], 0.004 + chance(25) as f64 / 1000.0);
        }
        session.frame(&[Key::K], 0.011);
        for _ in 0..chance(3) {
            session.frame(&[if chance(2) == 0 { Key::ArrowLeft } else { Key::ArrowRight }], 0.05);
        }
        let frame = session.playhead();
        assert_eq!(session.shown(), BEGINS + frame, "stopped at {frame}");
        session.frame(&[Key::I], 0.1);
        session.frame(&[Key::O], 0.1);
        let transport = &session.editor.session.transport;
        assert_eq!((transport.mark_in, transport.mark_out), (Some(frame), Some(frame + 1)), "place {place}");
        session.frame(&[Key::B], 0.1);
        let project = session.studio.project().clone();
        check(&project).unwrap();
        let track = project.timelines[0].tracks.iter().find(|track| track.kind == TrackKind::Video).unwrap();
        let mut at = Flicks(0);
        let starts: Vec<(Flicks, Flicks)> = track
            .items
            .iter()
            .map(|item| {
                let start = at;
                at.0 += item.duration().0;
                (start, item.source_range.start())
            })
            .collect();
        let cut = (rate.frame_start(i64::from(frame)), rate.frame_start(i64::from(BEGINS + frame)));
        assert!(frame == 0 || starts.contains(&cut), "cut at {frame}: {starts:?}");
        places.insert(frame);
    }
    assert!(places.len() > PLACES / 3, "{} places", places.len());
}

#[test]
fn after_a_jump_the_picture_from_before_is_known_to_be_another() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = Session::new(folder.path(), FrameRate::FPS_24);
    assert_eq!(session.shown(), BEGINS);
    let (project, timeline) = (session.studio.project().clone(), session.editor.session.timeline);
    let media = *project.media.files.keys().next().unwrap();
    let textures = session.desk.textures.as_ref().unwrap();
    let player = session.desk.players.iter_mut().flatten().next().unwrap();
    // What was seen last stays until there is better, but for something else.
    for (looking, is_near, stays) in [
        (Looking::Timeline(timeline, 6), true, true),
        (Looking::Timeline(timeline, 300), false, true),
        (Looking::Timeline(timeline, 6), true, true),
        (Looking::Media(media, Flicks(0)), false, false),
    ] {
        let (seen, near) = player.look(&project, looking, textures);
        assert_eq!((near, seen.texture.is_some(), seen.error), (is_near, stays, None), "{looking:?}");
    }
}

#[test]
fn a_monitor_that_goes_takes_its_thread_along() {
    let folder = tempfile::tempdir().unwrap();
    let session = Session::new(folder.path(), FrameRate::FPS_24);
    // It makes its first frame: the device's pipelines are compiled for it.
    let thread = session.desk.players.iter().flatten().next().unwrap().watch();
    assert_eq!(thread.strong_count(), 2);
    drop(session);
    assert_eq!(thread.strong_count(), 0);
}

#[test]
fn a_change_under_a_playhead_that_stands_makes_no_film() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = Session::new(folder.path(), FrameRate::FPS_24);
    session.frame(&[Key::ArrowRight], 0.1);
    session.shown();
    let made = |session: &Session| session.desk.players.iter().flatten().next().unwrap().made();
    let begun = Instant::now();
    while made(&session) < 20 {
        assert!(begun.elapsed() < Duration::from_secs(20), "a playhead that moved has film made ahead of it");
        session.frame(&[], 0.01);
    }
    session.frame(&[Key::B], 0.1);
    session.shown();
    std::thread::sleep(Duration::from_millis(500));
    assert!(made(&session) < 6, "{} frames after a cut", made(&session));
}
