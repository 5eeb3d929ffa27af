use super::*;
use crate::planner::tests::{add_shot, card, done, take};
use crate::planner::{cut_of, plan_of};
use kinora_plan::{GenerationPlan, ModelCard};
use kinora_project::{CutEdit, Handles, TimelineEdit, check};
use kinora_time::FLICKS_PER_SECOND;

/// Twelfths of a second: frames of the model.
fn ticks(count: i64) -> Flicks {
    Flicks(count * FLICKS_PER_SECOND / 12)
}

fn of_model() -> Ticks {
    Ticks::of(&card())
}

/// A timeline of two shots of two seconds, each with a take.
fn project() -> Project {
    let mut project = Project::default();
    for prompt in ["a red car", "a white boat"] {
        let shot = add_shot(&mut project, prompt, 2);
        take(&mut project, shot, 24);
    }
    done(&mut project, Edit::Cut(CutEdit::CreateFromBoard { name: "Cut 1".to_owned() }));
    project
}

fn placed(project: &Project, place: usize) -> Placed<'_> {
    let timeline = &project.timelines[0];
    Placed::find(project, timeline.id, timeline.tracks[0].items[place].id).unwrap()
}

/// Does it, and gives the plans of what is to be generated.
fn apply(project: &mut Project, made: Made) -> Vec<GenerationPlan> {
    for edit in made.edits {
        edit.apply(project).unwrap();
        check(project).unwrap();
    }
    made.shots.iter().map(|shot| plan_of(project, *shot, &card()).unwrap().plan).collect()
}

/// The timeline in twelfths of a second: `1-1 0+24`, the number of a shot, from where in its take, and how long.
fn shown(project: &Project) -> String {
    let twelfth = |time: Flicks| time.0 * 12 / FLICKS_PER_SECOND;
    let item = |item: &std::sync::Arc<Item>| {
        let name = match &item.content {
            Content::Shot { shot, .. } => project.storyboard.number(*shot).unwrap(),
            Content::Gap => "gap".to_owned(),
            other => format!("{other:?}"),
        };
        format!("{name} {}+{}", twelfth(item.source_range.start()), twelfth(item.duration()))
    };
    project.timelines[0].tracks[0].items.iter().map(item).collect::<Vec<_>>().join(" | ")
}

/// Which frames are known at which level, in runs: `0..9@0`.
fn known(plan: &GenerationPlan) -> String {
    let mut runs: Vec<(u32, u32, i64)> = Vec::new();
    for one in &plan.known {
        #[allow(clippy::cast_possible_truncation)]
        let level = (one.level * 1000.0).round() as i64;
        match runs.last_mut() {
            Some(run) if run.1 == one.frame && run.2 == level => run.1 += 1,
            _ => runs.push((one.frame, one.frame + 1, level)),
        }
    }
    runs.iter().map(|(from, to, level)| format!("{from}..{to}@{level}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_clip_is_extended_after_and_before() {
    let mut project = project();
    let made = extend(&placed(&project, 0), Edge::End, ticks(12), of_model(), Bridging::default()).unwrap();
    let plans = apply(&mut project, made);
    assert_eq!(shown(&project), "1-1 0+24 | 1-2 7+12 | 1-3 0+24");
    assert_eq!((plans[0].frames, known(&plans[0])), (19, "0..7@0".to_owned()));
    assert_eq!(plans[0].prompts[0].prompt.text(), Some("a red car"));
    let made = extend(&placed(&project, 2), Edge::Start, ticks(6), of_model(), Bridging::default()).unwrap();
    let plans = apply(&mut project, made);
    assert_eq!(shown(&project), "1-1 0+24 | 1-2 7+12 | 1-4 1+6 | 1-3 0+24");
    assert_eq!((plans[0].frames, known(&plans[0])), (16, "7..16@0".to_owned()));
}

#[test]
fn a_length_between_two_frames_of_the_model_ends_on_one() {
    let mut project = project();
    let frames = project.settings.rate.frame_start(7);
    let made = extend(&placed(&project, 0), Edge::End, frames, of_model(), Bridging::default()).unwrap();
    let plans = apply(&mut project, made);
    assert_eq!((plans[0].frames, known(&plans[0])), (11, "0..7@0".to_owned()));
    let made = extend(&placed(&project, 2), Edge::Start, frames, of_model(), Bridging::default()).unwrap();
    let plans = apply(&mut project, made);
    assert_eq!((plans[0].frames, known(&plans[0])), (16, "7..16@0".to_owned()));
    let shot = &project.storyboard.shots().nth(3).unwrap();
    assert_eq!(shot.handles.head, project.settings.rate.frame_start(7));
}

#[test]
fn a_bridge_knows_both_sides_and_says_what_each_showed() {
    let mut project = project();
    let made = bridge(&placed(&project, 0), ticks(12), of_model(), Bridging::default()).unwrap();
    let plans = apply(&mut project, made);
    assert_eq!(shown(&project), "1-1 0+24 | 1-2 7+12 | 1-3 0+24");
    assert_eq!((plans[0].frames, known(&plans[0])), (28, "0..7@0 19..28@0".to_owned()));
    let said: Vec<_> = plans[0].prompts.iter().map(|span| (span.start, span.prompt.text().unwrap())).collect();
    assert_eq!(said, [(0, "a red car"), (13, "a white boat")]);
    // The first picture of what comes is the first that is known of it.
    let tick = FLICKS_PER_SECOND / 12;
    assert_eq!(plans[0].known[7].time.unwrap().0 / tick, 0);
}

#[test]
fn a_gap_is_filled_in_its_place() {
    let mut project = project();
    let (timeline, item) = (project.timelines[0].id, project.timelines[0].tracks[0].items[0].id);
    let by = Flicks(-ticks(6).0);
    done(&mut project, Edit::Timeline(timeline, TimelineEdit::Trim { item, edge: Edge::End, by }));
    assert_eq!(shown(&project), "1-1 0+18 | gap 0+6 | 1-3 0+24".replace("1-3", "1-2"));
    let made = fill(&placed(&project, 1), of_model(), Bridging::default()).unwrap();
    let plans = apply(&mut project, made);
    assert_eq!(shown(&project), "1-1 0+18 | 1-2 8+6 | 1-3 0+24");
    assert_eq!((plans[0].frames, known(&plans[0])), (23, "0..8@0 14..23@0".to_owned()));
    assert!(fill(&placed(&project, 0), of_model(), Bridging::default()).is_err());
}

#[test]
fn a_loop_leads_back_to_the_beginning() {
    let mut project = project();
    let made = loop_around(&placed(&project, 1), ticks(6), of_model(), Bridging::default()).unwrap();
    let plans = apply(&mut project, made);
    assert_eq!(shown(&project), "1-1 0+24 | 1-2 0+24 | 1-3 8+6");
    let tick = FLICKS_PER_SECOND / 12;
    let times: Vec<_> = plans[0].known.iter().map(|known| known.time.unwrap().0 / tick).collect();
    assert_eq!(times, (16..24).chain(0..9).collect::<Vec<_>>());
}

#[test]
fn a_recut_keeps_the_good_part_where_it_is() {
    let mut project = project();
    let good = TimeRange::between(ticks(6), ticks(18));
    let made = recut(&placed(&project, 0), good, true, of_model(), Bridging::default()).unwrap();
    let plans = apply(&mut project, made);
    assert_eq!(shown(&project), "1-3 1+6 | 1-1 6+12 | 1-2 7+6 | 1-4 0+24");
    assert_eq!((known(&plans[0]), known(&plans[1])), ("7..16@0".to_owned(), "0..7@0".to_owned()));
    let bad = TimeRange::between(ticks(32), ticks(36));
    let made = recut(&placed(&project, 3), bad, false, of_model(), Bridging::default()).unwrap();
    let plans = apply(&mut project, made);
    assert_eq!(known(&plans[0]), "0..7@0 11..20@0");
    let whole = TimeRange::between(Flicks(0), ticks(6));
    assert!(recut(&placed(&project, 0), whole, true, of_model(), Bridging::default()).is_err());
}

#[test]
fn clips_are_blended_over_their_cut_and_nothing_moves() {
    let mut project = project();
    let made = blend(&placed(&project, 0), ticks(8), Curve::Transition, of_model(), Bridging::default()).unwrap();
    let plans = apply(&mut project, made);
    assert_eq!(shown(&project), "1-1 0+20 | 1-2 7+8 | 1-3 4+20");
    let told = known(&plans[0]);
    assert!(told.starts_with("0..8@0 8..9@250 9..10@500 10..11@750 "), "{told}");
    assert!(told.ends_with("12..13@750 13..14@500 14..15@250 15..24@0"), "{told}");
    let made = blend(&placed(&project, 0), ticks(50), Curve::Mix, of_model(), Bridging::default());
    assert!(made.is_err(), "longer than the clip");
}

#[test]
fn a_blend_gets_another_curve_or_keys_by_hand() {
    let blended = |curve| {
        let mut project = project();
        let made = blend(&placed(&project, 0), ticks(8), curve, of_model(), Bridging::default()).unwrap();
        let shot = made.shots[0];
        let told = known(&apply(&mut project, made)[0]);
        (project, shot, told)
    };
    let (mut project, shot, transition) = blended(Curve::Transition);
    for curve in [Curve::Mix, Curve::Sample, Curve::Transition] {
        let edit = set_curve(&project, shot, curve, of_model()).unwrap();
        done(&mut project, edit);
        let told = known(&plan_of(&project, shot, &card()).unwrap().plan);
        assert_eq!(told, blended(curve).2, "{curve:?}");
        assert_eq!(told == transition, curve == Curve::Transition);
    }
    // From the shot's beginning on the first clip is only hinted at; the second is as it was.
    let edit = set_keys(&project, shot, 0, &vec![(ticks(-1), 0), (ticks(0), 800)]).unwrap();
    done(&mut project, edit);
    let told = known(&plan_of(&project, shot, &card()).unwrap().plan);
    assert_eq!(told, "0..7@0 7..11@800 12..13@750 13..14@500 14..15@250 15..24@0");
    assert!(set_keys(&project, shot, 2, &Vec::new()).is_err(), "it goes on from two");
    let plain = project.storyboard.shots().next().unwrap().id;
    assert!(set_curve(&project, plain, Curve::Mix, of_model()).is_err(), "it goes on from nothing");
}

#[test]
fn a_clip_in_other_words_takes_its_place() {
    let mut project = project();
    let made = remix(&placed(&project, 1), "a blue boat", 550, 3).unwrap();
    let plans = apply(&mut project, made);
    assert_eq!(shown(&project), "1-1 0+24 | 1-3 0+24");
    assert_eq!((known(&plans[0]), plans[0].seed), ("0..24@550".to_owned(), 3));
    assert_eq!(plans[0].prompts[0].prompt.text(), Some("a blue boat"));
    assert!(remix(&placed(&project, 0), "", 1000, 0).is_err());
}

#[test]
fn a_strength_is_a_part_of_the_models_steps() {
    let mut card = card();
    let levels = |card: &ModelCard| [350, 550, 750].map(|strength| level_of_strength(strength, card));
    card.defaults.shift = 1.0;
    assert_eq!(levels(&card), [350, 550, 750]);
    // 3 · 0.35 / (1 + 2 · 0.35), and so on.
    card.defaults.shift = 3.0;
    assert_eq!(levels(&card), [618, 786, 900]);
}

#[test]
fn a_take_is_finished_as_it_is() {
    let project = project();
    let shot = project.storyboard.shots().next().unwrap().id;
    let plan = plan_of(&project, shot, &card()).unwrap().plan;
    let first = project.circled(shot).unwrap();
    let finished = from_take(&project, plan, first.id, 500).unwrap();
    assert_eq!(known(&finished), "0..24@500");
    assert!(finished.known.iter().all(|known| known.picture == first.plan.id().unwrap()));
}

#[test]
fn what_has_no_pictures_is_said() {
    let mut project = project();
    let shot = add_shot(&mut project, "a bus", 2);
    let timeline = project.timelines[0].id;
    let source_range = TimeRange::between(Flicks(0), ticks(24));
    let item = NewItem { content: Content::Shot { shot, pinned: None }, source_range };
    let (track, at) = (project.timelines[0].tracks[0].id, ticks(48));
    done(&mut project, Edit::Timeline(timeline, TimelineEdit::Insert { track, at, item }));
    let error = extend(&placed(&project, 2), Edge::End, ticks(6), of_model(), Bridging::default()).unwrap_err();
    assert_eq!(error.to_string(), "the shot has no take yet to go on from; generate it first");
    assert!(bridge(&placed(&project, 2), ticks(6), of_model(), Bridging::default()).is_err(), "nothing follows");
}

#[test]
fn handles_are_made_and_not_shown() {
    let mut project = project();
    let made = extend(&placed(&project, 1), Edge::End, ticks(12), of_model(), Bridging::default()).unwrap();
    let shot = made.shots[0];
    apply(&mut project, made);
    assert_eq!(project.storyboard.shot(shot).unwrap().handles, Handles { head: ticks(7), tail: Flicks(0) });
    take(&mut project, shot, 19);
    let cut = cut_of(&project, &project.timelines[0]).unwrap();
    let last = cut.strips.last().unwrap();
    assert_eq!((last.first, last.frames), (96, 24));
    assert!(matches!(last.picture, crate::planner::Picture::Take(_, run) if run.from == ticks(7)));
}

#[test]
fn joins_lie_inside_of_what_is_made_as_one() {
    let inside = |frame: i64| (frame - 1).rem_euclid(4) != 0;
    for length in 1..40 {
        let lead = of_model().lead(Some(ticks(length))).0 / ticks(1).0;
        assert!(lead <= 9 && inside(lead) && inside(lead + length), "{length}: {lead}");
        let run_up = of_model().run_up(ticks(length)).0 / ticks(1).0;
        assert_eq!((length + run_up - 1).rem_euclid(4), 2, "{length}: {run_up}");
    }
    assert_eq!(of_model().lead(None), ticks(7));
}

#[test]
fn words_begin_to_rule_with_the_next_frames_that_are_made_as_one() {
    let ticks = Ticks { one: 10, overlap: 9, packing: 4 };
    let onset = |at: i64| (ticks.onset(Flicks(at)).start().0, ticks.onset(Flicks(at)).end().0);
    assert_eq!(onset(0), (0, 40));
    assert_eq!(onset(10), (10, 50));
    assert_eq!(onset(20), (50, 90));
    assert_eq!(onset(50), (50, 90));
    assert_eq!(onset(54), (50, 90));
    assert_eq!(onset(56), (90, 130));
    let nearest = [0, 4, 12, 29, 31, 69, 71].map(|at| ticks.nearest(Flicks(at)).0);
    assert_eq!(nearest, [0, 0, 10, 10, 50, 50, 90]);
    assert!((0..300).all(|at| {
        let tick = ticks.nearest(Flicks(at));
        ticks.onset(tick).start() == tick
    }));
}
