//! Timelines to look at: everything on one, ten thousand clips on another. The tests that write pictures run by hand:
//! `cargo test -p kinora-ui timeline::tests::pictures -- --ignored`, then look at /tmp/timeline-*.png.

use super::*;
use crate::Preferences;
use crate::desk::JobProgress;
use kinora_job::{Phase, Progress};
use kinora_project::{Arrival, MediaFacts, MediaId};
use kinora_studio::queue::Lane;

/// Six seconds of sound in the project.
fn sound(harness: &mut Harness<'_, Stage>) -> MediaId {
    let studio = &mut harness.state_mut().sample.studio;
    let path = studio.path().join("music.wav");
    let mut bytes =
        b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\xbb\0\0\0\x77\x01\0\x02\0\x10\0data\0\0\0\0".to_vec();
    bytes.resize(4096, 0);
    std::fs::write(&path, bytes).unwrap();
    let made = studio.handle("media.import", &json!({ "path": path })).unwrap();
    let media = MediaId(made["media"].as_u64().unwrap());
    let duration = kinora_time::Flicks(6 * kinora_time::FLICKS_PER_SECOND);
    studio.arrive(Arrival::Facts(media, MediaFacts { duration, rate: None, size: None, sound: true }));
    media
}

/// A timeline with everything on it, for pictures.
fn full(harness: &mut Harness<'_, Stage>) {
    let timeline = timeline(harness);
    let (id, track) = (timeline.id, timeline.tracks[0].id);
    let shots = harness.state().sample.shots.clone();
    let items: Vec<ItemId> = timeline.tracks[0].items.iter().map(|item| item.id).collect();
    let studio = &mut harness.state_mut().sample.studio;
    let mut run = |command: &str, args: serde_json::Value| studio.handle(command, &args).unwrap();
    run("clip.set-transition", json!({ "timeline": id, "item": items[1], "kind": "dissolve", "duration": "16 f" }));
    run("clip.slice", json!({ "timeline": id, "track": track, "time": "3 s" }));
    run("clip.set-speed", json!({ "timeline": id, "item": items[3], "speed": "50%" }));
    run("track.add", json!({ "timeline": id, "name": "T1", "kind": "title" }));
    run("track.add", json!({ "timeline": id, "name": "A1", "kind": "audio", "at": 0 }));
    run("marker.add", json!({ "timeline": id, "time": "5 s", "text": "music comes in" }));
    let title = harness.state().sample.studio.project().timelines[0].tracks.last().unwrap().id;
    let studio = &mut harness.state_mut().sample.studio;
    let args = json!({ "timeline": id, "track": title, "time": "1 s", "title": "The desert, 1974", "duration": "2 s" });
    studio.handle("clip.overwrite", &args).unwrap();
    let sound = sound(harness);
    let music = harness.state().sample.studio.project().timelines[0].tracks[0].id;
    let studio = &mut harness.state_mut().sample.studio;
    let args = json!({ "timeline": id, "track": music, "time": "1 s", "media": sound });
    let made = studio.handle("clip.overwrite", &args).unwrap();
    let args = json!({ "timeline": id, "item": made["items"][0], "fade_in": "1 s" });
    studio.handle("clip.set-sound", &args).unwrap();
    let jobs = studio.handle("shot.generate", &json!({ "shot": shots[3] }));
    jobs.unwrap();
    let session = &mut harness.state_mut().editor.session;
    session.transport.seek(70, 0.0);
    session.transport.mark_in = Some(12);
    session.transport.mark_out = Some(200);
    session.selected.select_item(items[2]);
    let kinds = harness.state().sample.studio.project().timelines[0].tracks[1].items[1].transition;
    assert_eq!(kinds.map(|transition| transition.kind), Some(TransitionKind::Dissolve));
}

/// A stage to take pictures of.
fn posed(size: [f32; 2], preferences: Preferences) -> Harness<'static, Stage> {
    let mut harness = stage(size);
    let ctx = harness.ctx.clone();
    let state = harness.state_mut();
    state.desk.paint(&ctx);
    state.editor.session.preferences = preferences;
    state.editor.session.workspace = Workspace::Cut;
    state.editor.session.focus = Panel::Timeline;
    harness.run_steps(3);
    harness
}

fn picture(harness: &mut Harness<'_, Stage>, name: &str) {
    harness.render().unwrap().save(format!("/tmp/timeline-{name}.png")).unwrap();
}

#[test]
#[ignore = "writes pictures to look at"]
fn pictures() {
    for (size, name) in [([1280.0, 720.0], "small"), ([1600.0, 1000.0], "large")] {
        for (language, tag) in [(crate::words::Language::Fr, "fr"), (crate::words::Language::En, "en")] {
            let preferences = Preferences { language: Some(language), ..Preferences::default() };
            let mut harness = posed(size, preferences);
            picture(&mut harness, &format!("assembly-{name}-{tag}"));
            harness.state_mut().editor.session.timeline = harness.state().sample.studio.project().timelines[0].id;
            harness.run_steps(2);
            full(&mut harness);
            harness.run_steps(4);
            picture(&mut harness, &format!("{name}-{tag}"));
        }
    }
}

#[test]
#[ignore = "writes pictures to look at"]
fn pictures_of_what_goes_on() {
    let theme = crate::theme::ThemeName::Light;
    let mut harness = posed([1280.0, 720.0], Preferences { theme, ..Preferences::default() });
    harness.state_mut().editor.session.timeline = harness.state().sample.studio.project().timelines[0].id;
    harness.run_steps(2);
    full(&mut harness);
    let studio = &mut harness.state_mut().sample.studio;
    let job = studio.queue_mut().begin(Lane::Generate, 0).unwrap().unwrap();
    let progress = Progress { phase: Phase::Denoise, step: 12, total: 30 };
    harness.state_mut().desk.progress.push((job.id, JobProgress { progress, left: None }));
    harness.run_steps(3);
    picture(&mut harness, "light-forming");
    let from = clip(&harness, "1-3").center();
    let to = from - Vec2::new(clip(&harness, "1-3").width() * 0.5 - 6.0, 0.0);
    drag(&mut harness, from, to, Modifiers::NONE, |harness| {
        harness.run_steps(2);
        picture(harness, "drag");
    });
    let take = *harness.state().sample.studio.project().arrived.takes.keys().next().unwrap();
    let at = clip(&harness, "2-2").left_center() + Vec2::new(60.0, 10.0);
    harness.hover_at(at);
    harness.event(Event::ModifiersChanged(Modifiers::COMMAND));
    harness.step();
    egui::DragAndDrop::set_payload(&harness.ctx, Dragged::Take(take));
    harness.run_steps(2);
    picture(&mut harness, "ghost");
    egui::DragAndDrop::clear_payload(&harness.ctx);
    harness.event(Event::ModifiersChanged(Modifiers::NONE));
    harness.get_by_label_contains("Clip 1-2").click_secondary();
    harness.run_steps(3);
    picture(&mut harness, "menu");
    long(&mut harness);
    harness.run_steps(3);
    picture(&mut harness, "long");
    harness.state_mut().editor.session.cutting.zoom = Some(12.0);
    harness.run_steps(3);
    picture(&mut harness, "long-nearer");
}

/// Opens a timeline of ten thousand clips.
pub(super) fn long(harness: &mut Harness<'_, Stage>) {
    let (shots, rate) = (harness.state().sample.shots.clone(), 24);
    let items: Vec<_> = (0..10_000u64)
        .map(|place| {
            let length = kinora_time::Flicks(kinora_time::FLICKS_PER_SECOND / rate * (12 + (place % 36) as i64));
            let content = Content::Shot { shot: shots[place as usize % shots.len()], pinned: None };
            let range = kinora_time::TimeRange::between(kinora_time::Flicks(0), length);
            kinora_project::NewTrackItem {
                item: kinora_project::NewItem { content, source_range: range },
                transition: None,
                pace: Default::default(),
                disabled: false,
            }
        })
        .collect();
    let kind = kinora_project::timeline::TrackKind::Video;
    let tracks = vec![kinora_project::NewTrack { name: "V1".to_owned(), kind, items }];
    let edit = kinora_project::CutEdit::Import { name: "Long".to_owned(), tracks, markers: Vec::new() };
    harness.state_mut().sample.studio.commit_gesture(&kinora_project::Edit::Cut(edit)).unwrap();
    let long = harness.state().sample.studio.project().timelines[1].id;
    harness.state_mut().editor.session.timeline = long;
}
