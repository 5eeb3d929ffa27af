//! A small film for tests: shots A and B with takes, C without; a cut of them with a trim, a dissolve, a title and a marker.

use crate::{FileRef, Files};
use kinora_plan::GenerationPlan;
use kinora_project::timeline::edit::Edge;
use kinora_project::timeline::{Content, TrackKind, Transition, TransitionKind};
use kinora_project::{Arrival, BoardEdit, CutEdit, Edit, NewItem, NewShot, Project, ShotId, TimelineEdit, Words};
use kinora_time::{Flicks, FrameRate, TimeRange};
use std::sync::Arc;

fn frames(count: i64) -> Flicks {
    FrameRate::FPS_24.frame_start(count)
}

pub fn film() -> Project {
    let mut project = Project::default();
    let done = |project: &mut Project, edit: Edit| edit.apply(project).unwrap();
    done(&mut project, Edit::Board(BoardEdit::AddScene { heading: "EXT. DESERT".to_owned(), at: None }));
    let scene = project.storyboard.scenes[0].id;
    for letter in ["A", "B", "C"] {
        let words = Words { number: letter.to_owned(), prompt: "a red car".to_owned(), ..Words::default() };
        let shot = NewShot { words, length: frames(24), seed: 1, ..NewShot::default() };
        done(&mut project, Edit::Board(BoardEdit::AddShot { scene, at: None, shot: Box::new(shot) }));
    }
    let shots: Vec<ShotId> = project.storyboard.shots().map(|shot| shot.id).collect();
    for (shot, count) in [(shots[0], 9), (shots[1], 12)] {
        project.arrive(Arrival::Take { shot, plan: plan(count), made_at: 0, job: None }).unwrap();
    }
    done(&mut project, Edit::Cut(CutEdit::CreateFromBoard { name: "Cut 1".to_owned() }));
    let timeline = project.timelines[0].id;
    let items: Vec<_> = project.timelines[0].tracks[0].items.iter().map(|item| item.id).collect();
    let dissolve = Transition { kind: TransitionKind::Dissolve, duration: frames(6) };
    let title = NewItem {
        content: Content::Title("The end".to_owned()),
        source_range: TimeRange::between(Flicks(0), frames(24)),
    };
    done(
        &mut project,
        Edit::Timeline(timeline, TimelineEdit::Ripple { item: items[0], edge: Edge::Start, by: frames(4) }),
    );
    let set = TimelineEdit::SetTransition { item: items[1], transition: Some(dissolve) };
    done(&mut project, Edit::Timeline(timeline, set));
    let add = TimelineEdit::AddTrack { kind: TrackKind::Title, name: "T1".to_owned(), at: None };
    done(&mut project, Edit::Timeline(timeline, add));
    let titles = project.timelines[0].tracks.iter().find(|track| track.name == "T1").unwrap().id;
    let put = TimelineEdit::Overwrite { track: titles, at: frames(12), item: title };
    done(&mut project, Edit::Timeline(timeline, put));
    done(&mut project, Edit::Timeline(timeline, TimelineEdit::AddMarker { at: frames(10), text: "look".to_owned() }));
    let empty: Vec<_> = project.timelines[0].tracks.iter().filter(|t| t.items.is_empty()).map(|t| t.id).collect();
    for track in empty {
        done(&mut project, Edit::Timeline(timeline, TimelineEdit::RemoveTrack { track }));
    }
    project
}

pub fn files(project: &Project) -> Files {
    let file = |take: &Arc<kinora_project::Take>| {
        let number = project.storyboard.number(take.shot).unwrap();
        let url = format!("media/{number}.mp4");
        (take.id, FileRef { name: format!("Shot {number}, take 1"), url, frames: i64::from(2 * take.plan.frames) })
    };
    Files { takes: project.arrived.takes.values().map(file).collect(), ..Files::default() }
}

fn plan(frames: u32) -> Arc<GenerationPlan> {
    let plan: GenerationPlan = serde_json::from_str(include_str!("../../plan/tests/plan.json")).unwrap();
    Arc::new(GenerationPlan { frames, ..plan })
}
