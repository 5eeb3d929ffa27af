//! Ten thousand commands and some drags by chance: none panics, the document is sound after each, and what lies on disk is what is in memory.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a panic is its failure")]

use kinora_plan::ModelCard;
use kinora_project::timeline::edit::Landing;
use kinora_project::{Arrival, Edit, Project, TimelineEdit};
use kinora_studio::Studio;
use kinora_studio::command::{self, Arg, Kind};
use kinora_studio::planner::plan_of;
use kinora_time::{FLICKS_PER_SECOND, Flicks};
use serde_json::{Map, Value, json};
use std::path::Path;
use std::sync::Arc;

/// Numbers by chance, the same for a seed (a linear congruential generator with Knuth's MMIX constants).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }

    fn one_of(&mut self, values: &[Value]) -> Value {
        let at = self.below(values.len());
        values.get(at).cloned().unwrap_or(json!(0))
    }
}

/// A value that an argument could have: mostly one that exists, on the timeline that was chosen.
fn value(chance: &mut Chance, arg: &Arg, studio: &Studio, timeline: usize, files: &[Value]) -> Value {
    let project: &Project = studio.project();
    let timeline = project.timelines.get(timeline);
    let tracks = || timeline.iter().flat_map(|timeline| &timeline.tracks);
    let items = || tracks().flat_map(|track| &track.items);
    if chance.below(40) == 0 {
        return chance.one_of(&[json!("nonsense"), json!(-1), json!([]), json!(99_999), json!(1.5)]);
    }
    match arg.kind {
        Kind::NewFile(ending) => json!(format!("/nowhere/film.{ending}")),
        Kind::Path => chance.one_of(files),
        Kind::Text if arg.name == "aspect" => chance.one_of(&[json!("16:9"), json!("1:1"), json!("5:4")]),
        Kind::Text if arg.name == "rate" => chance.one_of(&[json!("24"), json!("23.976"), json!("25")]),
        Kind::Text if arg.name == "model" => json!("sketch"),
        Kind::Text if arg.name == "keys" => chance.one_of(&[json!("0:100, 0.5:0"), json!("1:50"), json!("1:0, 0:1")]),
        Kind::Text => {
            chance.one_of(&[json!("Anna"), json!("a red car"), json!("@Anna waves"), json!(""), json!("Bob")])
        }
        Kind::Whole if arg.name == "lines" => json!(480 + chance.below(3) * 120),
        Kind::Whole if arg.name == "marker" => {
            chance.one_of(&timeline.iter().flat_map(|t| &t.markers).map(|m| json!(m.id)).collect::<Vec<_>>())
        }
        Kind::Whole if arg.name == "card" => {
            chance.one_of(&project.storyboard.shots().flat_map(|s| &s.cards).map(|c| json!(c.id)).collect::<Vec<_>>())
        }
        Kind::Number => json!(chance.below(400) as f64 - 100.5),
        Kind::Whole => json!(chance.below(6)),
        Kind::Flag => json!(chance.below(2) == 0),
        Kind::Time => match chance.below(4) {
            0 => json!(chance.below(50) as f64 / 10.0 - 1.0),
            1 => json!(format!("{} f", chance.below(200))),
            2 => json!("00:00:01:12"),
            _ => json!("2.5 s"),
        },
        Kind::Choice(words) => json!(words[chance.below(words.len())]),
        Kind::Scene => chance.one_of(&project.storyboard.scenes.iter().map(|s| json!(s.id)).collect::<Vec<_>>()),
        Kind::Shot => chance.one_of(&project.storyboard.shots().map(|s| json!(s.id)).collect::<Vec<_>>()),
        Kind::Take => chance.one_of(&project.arrived.takes.keys().map(|id| json!(id)).collect::<Vec<_>>()),
        Kind::Member => chance.one_of(&project.cast.members.iter().map(|m| json!(m.name)).collect::<Vec<_>>()),
        Kind::Media => chance.one_of(&project.media.files.keys().map(|id| json!(id)).collect::<Vec<_>>()),
        Kind::Timeline => timeline.map_or(json!(0), |timeline| json!(timeline.id)),
        Kind::Track => chance.one_of(&tracks().map(|track| json!(track.id)).collect::<Vec<_>>()),
        Kind::Item if arg.name == "gap" => {
            chance.one_of(&items().filter(|item| item.is_gap()).map(|item| json!(item.id)).collect::<Vec<_>>())
        }
        Kind::Item => chance.one_of(&items().map(|item| json!(item.id)).collect::<Vec<_>>()),
        Kind::Ids if arg.name == "items" => {
            let all: Vec<_> = items().map(|item| json!(item.id)).collect();
            json!([chance.one_of(&all), chance.one_of(&all)])
        }
        Kind::Ids => json!(project.media.files.keys().take(chance.below(3)).collect::<Vec<_>>()),
        Kind::Job => json!(chance.below(20) + 1),
    }
}

/// The project as it lies on disk now.
fn on_disk(studio: &Studio, at: &Path) -> Arc<Project> {
    let _ = std::fs::remove_dir_all(at);
    std::fs::create_dir(at).unwrap();
    for file in std::fs::read_dir(studio.path()).unwrap().flatten().filter(|file| file.path().is_file()) {
        std::fs::copy(file.path(), at.join(file.file_name())).unwrap();
    }
    Studio::open(at, "test").unwrap().project().clone()
}

/// Drags an item of a timeline to some places, and lets it go there or takes it back.
fn drag(chance: &mut Chance, studio: &mut Studio) {
    let timelines = &studio.project().timelines;
    let Some(timeline) = timelines.get(chance.below(timelines.len())) else { return };
    let (id, items) = (timeline.id, timeline.tracks.iter().flat_map(|track| &track.items));
    let items: Vec<_> = items.filter(|item| !item.is_gap()).map(|item| item.id).collect();
    let Some(item) = items.get(chance.below(items.len().max(1))).copied() else { return };
    let landing = if chance.below(2) == 0 { Landing::Over } else { Landing::Between };
    let mut moved = || {
        let by = Flicks((chance.below(48) as i64 - 24) * FLICKS_PER_SECOND / 24);
        Edit::Timeline(id, TimelineEdit::Move { items: vec![item], by, to: None, landing })
    };
    let (passed, last) = ([moved(), moved(), moved()], moved());
    studio.begin_gesture("move");
    for edit in passed {
        // Where it can't be it stays where it was.
        let _ = studio.update_gesture(&edit);
    }
    if chance.below(3) == 0 {
        studio.cancel_gesture();
    } else {
        let _ = studio.commit_gesture(&last);
    }
}

#[test]
fn ten_thousand_commands_leave_a_sound_document_that_is_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let mut studio = Studio::create(&folder.path().join("Film.kinora"), Project::default(), "test").unwrap();
    let card = ModelCard::from_toml(include_str!("../../plan/tests/card.toml")).unwrap();
    studio.set_cards(vec![card.clone()]);
    let files: Vec<Value> = ["a.png", "b.wav", "c.mp4", "d.txt", "e.edl", "f.storyboarder"]
        .iter()
        .map(|name| {
            let path = folder.path().join(name);
            std::fs::write(&path, name).unwrap();
            json!(path)
        })
        .collect();
    let list = "TITLE: Reel\n001  AX  V  C  00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\n* SOURCE FILE: c.mp4\n";
    std::fs::write(folder.path().join("e.edl"), list).unwrap();
    let boards = json!({ "boards": [{ "url": "board-1-ABCDE.png", "newShot": true, "action": "A car comes" }] });
    std::fs::write(folder.path().join("f.storyboarder"), boards.to_string()).unwrap();
    let member = folder.path().join("g.kinora-cast");
    let commands: Vec<_> = command::all().collect();
    let mut chance = Chance(2_026);
    let mut done = std::collections::BTreeMap::new();
    for step in 0..30_000 {
        // Commands that need much before them have some luck more to wait for.
        if step >= 10_000 && done.len() == commands.len() {
            break;
        }
        let command = commands[chance.below(commands.len())];
        // Whatever takes much out is rare, so that there is something to edit.
        let rare = ["scene.remove", "timeline.delete", "timeline.import", "track.remove", "project.save"];
        if rare.contains(&command.id) && chance.below(8) > 0 {
            continue;
        }
        let mut args = Map::new();
        let timeline = chance.below(studio.project().timelines.len());
        for arg in command.args {
            if arg.required || arg.kind == Kind::Timeline || chance.below(3) == 0 {
                args.insert(arg.name.to_owned(), value(&mut chance, arg, &studio, timeline, &files));
            }
        }
        if args.contains_key("card") {
            // A card is one of its own shot's.
            let cards = studio.project().storyboard.shots().flat_map(|s| s.cards.iter().map(|card| (s.id, card.id)));
            let cards: Vec<_> = cards.collect();
            if let Some((shot, card)) = cards.get(chance.below(cards.len().max(1))) {
                args.extend([("shot".to_owned(), json!(shot)), ("card".to_owned(), json!(card))]);
            }
        }
        if command.id == "job.branch" {
            // A take branches off only while nothing but the words of its shot changed.
            let first = studio.project().storyboard.shots().next().map(|shot| shot.id);
            let job = first.and_then(|shot| {
                let made = studio.handle("shot.generate", &json!({ "shot": shot })).ok()?;
                let text = format!("a car {step}");
                studio.handle("shot.write", &json!({ "shot": shot, "field": "prompt", "text": text })).ok()?;
                Some(made["jobs"][0].clone())
            });
            args.extend(job.map(|job| ("job".to_owned(), job)));
        }
        match command.id {
            "cast.export" => args.insert("out".to_owned(), json!(member)),
            "cast.import" => args.insert("path".to_owned(), json!(member)),
            _ => None,
        };
        let args = Value::Object(args);
        let before = studio.project().clone();
        match studio.handle(command.id, &args) {
            Ok(_) => *done.entry(command.id).or_insert(0) += 1,
            Err(_) => {
                assert!(studio.project() == &before, "{} {args} was refused and changed the document", command.id)
            }
        }
        if let Err(broken) = kinora_project::check(studio.project()) {
            panic!("step {step}, {} {args}: {broken}", command.id);
        }
        if chance.below(50) == 0 {
            let shots: Vec<_> = studio.project().storyboard.shots().map(|shot| shot.id).collect();
            let shot = shots.get(chance.below(shots.len())).copied();
            if let Some((shot, planned)) =
                shot.and_then(|shot| Some((shot, plan_of(studio.project(), shot, &card).ok()?)))
            {
                studio.arrive(Arrival::Take { shot, plan: Arc::new(planned.plan), made_at: 0, job: None });
            }
        }
        if chance.below(100) == 0 {
            drag(&mut chance, &mut studio);
        }
        if step % 1_000 == 999 {
            assert!(on_disk(&studio, &folder.path().join("Copy.kinora")) == *studio.project(), "step {step}");
        }
        assert_eq!(studio.take_notices(), [], "step {step}");
    }
    let never: Vec<_> = commands.iter().map(|command| command.id).filter(|id| !done.contains_key(id)).collect();
    assert_eq!(never, [""; 0], "commands that could never be done");
    assert!(done.values().sum::<usize>() > 4_000, "{done:?}");
}
