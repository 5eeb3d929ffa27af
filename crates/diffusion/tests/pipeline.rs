//! What the pipeline promises, on a small model with random weights.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code: a panic is its failure")]

mod common;

use common::{engine, load, plan, write_model};
use kinora_diffusion::pipeline::{Checkpoint, Event, Options, encode, generate};
use kinora_diffusion::{Engine, EngineError};
use kinora_frame::{Frame, Size};
use kinora_job::{CancelToken, Phase};
use kinora_plan::*;

fn make(engine: &Engine, plan: &GenerationPlan) -> Vec<Frame> {
    generate(engine, plan, &picture, Options::default(), &CancelToken::new(), &mut |_| {}).unwrap()
}

/// A picture that tells its place: its hash is that of the frame's number.
fn picture(known: &KnownFrame, size: Size) -> Option<Frame> {
    let number = (0..255u8).find(|n| Digest::of(&[*n]) == known.picture)?;
    let rgba = (0..size.pixels()).flat_map(|i| [number, (i * 7 % 256) as u8, 200, 255]).collect();
    Frame::new(size, rgba).ok()
}

fn known(frame: u32, level: f64) -> KnownFrame {
    KnownFrame { level, ..KnownFrame::still(frame, Digest::of(&[frame as u8])) }
}

#[test]
fn the_same_plan_gives_the_same_frames_and_every_change_others() {
    let (engine, _folder) = engine(Dtype::F32);
    let base = plan(&engine);
    let frames = make(&engine, &base);
    assert_eq!(frames.len(), 9);
    assert_eq!(make(&engine, &base), frames);
    let changes: [fn(&mut GenerationPlan); 7] = [
        |p| p.seed = 8,
        |p| p.steps = 5,
        |p| p.shift = 3.0,
        |p| p.sampler = Sampler::UniPc,
        |p| p.guidance.scale = 1.0,
        |p| p.guidance.sigma_to = 0.5,
        |p| p.prompts[0].prompt = "a blue boat".into(),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut other = base.clone();
        change(&mut other);
        assert_ne!(make(&engine, &other), frames, "change {index}");
    }
}

#[test]
fn short_prompts_are_filled_up_only_where_the_card_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut card = write_model(folder.path());
    for (padding, tokens) in [(TextPadding::Zeros, [card.native.text_tokens as usize; 2]), (TextPadding::None, [4, 1])]
    {
        card.native.text_padding = padding;
        let engine = load(folder.path(), &card, Dtype::F32).unwrap();
        let texts = encode(&engine, &plan(&engine).prompts).unwrap(); // "a red car" and nothing, each with its end
        assert_eq!([texts[0].prompt.dim(1).unwrap(), texts[0].negative.dim(1).unwrap()], tokens);
        assert_eq!(make(&engine, &plan(&engine)).len(), 9);
    }
}

#[test]
fn known_frames_are_exact_wherever_they_lie() {
    let (engine, _folder) = engine(Dtype::F32);
    for sampler in [Sampler::Euler, Sampler::UniPc] {
        for places in [vec![0], vec![8], vec![3], vec![0, 8], vec![2, 3, 7]] {
            let mut plan = plan(&engine);
            plan.sampler = sampler;
            plan.known = places.iter().map(|frame| known(*frame, 0.0)).collect();
            let frames = make(&engine, &plan);
            for given in &plan.known {
                let expected = picture(given, Size::new(24, 16)).unwrap();
                assert_eq!(frames[given.frame as usize], expected, "{sampler:?} {places:?}");
            }
            let free = (0..9).find(|frame| !places.contains(frame)).unwrap() as usize;
            assert_ne!(frames[free], frames[places[0] as usize]);
        }
    }
}

#[test]
fn a_kept_region_is_exact_and_the_rest_is_free() {
    let (engine, _folder) = engine(Dtype::F32);
    let mut plan = plan(&engine);
    let region = Region { x: 5, y: 3, width: 11, height: 9 };
    plan.known = (0..9).map(|frame| KnownFrame { region: Some(region), ..known(frame, 0.0) }).collect();
    let frames = make(&engine, &plan);
    for (frame, given) in frames.iter().zip(&plan.known) {
        let expected = picture(given, Size::new(11, 9)).unwrap();
        for y in 0..9 {
            for x in 0..11 {
                assert_eq!(frame.pixel(x + 5, y + 3), expected.pixel(x, y));
            }
        }
    }
    assert_ne!(frames[0].pixel(0, 0), frames[1].pixel(0, 0));
}

#[test]
fn a_level_decides_how_far_the_result_is_from_the_source() {
    let (engine, _folder) = engine(Dtype::F32);
    let distance = |level: f64| {
        let mut plan = plan(&engine);
        plan.known = (0..9).map(|frame| known(frame, level)).collect();
        let frames = make(&engine, &plan);
        let far = |f: &Frame, g: &KnownFrame| -> u64 {
            let source = picture(g, Size::new(24, 16)).unwrap();
            f.rgba().iter().zip(source.rgba()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum()
        };
        frames.iter().zip(&plan.known).map(|(f, g)| far(f, g)).sum::<u64>()
    };
    assert_eq!(distance(0.0), 0);
    assert!(distance(0.4) > 0);
}

#[test]
fn a_clip_longer_than_the_window_has_all_its_frames() {
    let (engine, _folder) = engine(Dtype::F32);
    let mut plan = plan(&engine);
    plan.frames = 20;
    plan.prompts = vec![
        PromptSpan { start: 0, end: 11, prompt: "a red car".into(), negative: "".into() },
        PromptSpan { start: 11, end: 20, prompt: "a blue boat".into(), negative: "".into() },
    ];
    plan.known = vec![known(14, 0.0)];
    let frames = make(&engine, &plan);
    assert_eq!(frames.len(), 20);
    assert_eq!(frames[14], picture(&plan.known[0], Size::new(24, 16)).unwrap());
    let mut other = plan.clone();
    other.prompts[1].prompt = "a green bird".into();
    let changed = make(&engine, &other);
    assert_eq!(changed[..9], frames[..9], "the first window ends before the second prompt");
    assert_ne!(changed[11..], frames[11..]);
}

#[test]
fn every_step_shows_the_whole_clip_and_the_last_is_the_result() {
    let (engine, _folder) = engine(Dtype::F32);
    let mut plan = plan(&engine);
    plan.frames = 14;
    plan.prompts[0].end = 14;
    let (mut previews, mut steps) = (Vec::new(), Vec::new());
    let options = Options { previews: true, ..Options::default() };
    let frames = generate(&engine, &plan, &picture, options, &CancelToken::new(), &mut |event| match event {
        Event::Preview(preview) => previews.push(preview),
        Event::Progress(progress) if progress.phase == Phase::Denoise => steps.push((progress.step, progress.total)),
        _ => {}
    })
    .unwrap();
    assert_eq!(previews.len(), 12);
    assert_eq!(previews[0].frames.len(), 9);
    assert!(previews[8..].iter().all(|p| p.frames.len() == 14));
    assert_eq!(previews[11].frames, frames);
    assert_eq!((previews[0].step, previews[11].step, previews[11].total), (1, 12, 12));
    assert!(previews[0].sigma > previews[1].sigma);
    assert_eq!(steps.last(), Some(&(12, 12)));
    assert_eq!(make(&engine, &plan), frames, "previews change nothing");
}

#[test]
fn a_cancelled_job_stops_within_its_step() {
    let (engine, _folder) = engine(Dtype::F32);
    let token = CancelToken::new();
    let mut heard = 0;
    let result = generate(&engine, &plan(&engine), &picture, Options::default(), &token, &mut |event| {
        if let Event::Progress(progress) = event
            && progress.phase == Phase::Denoise
        {
            heard += 1;
            token.cancel();
        }
    });
    assert!(matches!(result, Err(EngineError::Cancelled)));
    assert_eq!(heard, 1);
}

#[test]
fn an_interrupted_generation_goes_on_to_the_same_bits() {
    let (engine, _folder) = engine(Dtype::F32);
    for sampler in [Sampler::Euler, Sampler::UniPc] {
        let mut plan = GenerationPlan { frames: 14, sampler, ..plan(&engine) };
        plan.prompts[0].end = 14;
        plan.known = vec![known(11, 0.0)];
        let whole = make(&engine, &plan);
        let mut kept = Vec::new();
        let options = Options { checkpoints: true, ..Options::default() };
        let token = CancelToken::new();
        let run = |options: Options, on_event: &mut dyn FnMut(Event)| {
            generate(&engine, &plan, &picture, options, &token, on_event).unwrap()
        };
        run(options, &mut |event| {
            if let Event::Checkpoint(checkpoint) = event {
                kept.push(checkpoint.to_bytes().unwrap());
            }
        });
        assert!(kept.len() > plan.steps as usize, "there are several windows");
        for bytes in &kept {
            let resume = Checkpoint::from_bytes(bytes, &candle_core::Device::Cpu).unwrap();
            let done = resume.window * plan.steps as usize + resume.step;
            let mut heard = Vec::new();
            let frames = run(Options { resume: Some(resume), ..Options::default() }, &mut |event| match event {
                Event::Progress(progress) if progress.phase == Phase::Denoise => heard.push(progress.step as usize),
                _ => {}
            });
            assert!(frames == whole, "{sampler:?}, from step {done}");
            assert_eq!(heard[0], done, "steps that were done are not done again");
        }
        let resume = Some(Checkpoint::from_bytes(&kept[0], &candle_core::Device::Cpu).unwrap());
        let other = GenerationPlan { height: 2 * plan.height, ..plan.clone() };
        let options = Options { resume, ..Options::default() };
        let result = generate(&engine, &other, &picture, options, &token, &mut |_| {});
        assert!(matches!(result, Err(EngineError::Checkpoint { .. })), "{:?}", result.map(|frames| frames.len()));
    }
}

#[test]
fn a_branch_goes_on_from_its_trunk_in_other_words() {
    let (engine, _folder) = engine(Dtype::F32);
    let trunk = plan(&engine);
    let opening = Some(Opening { steps: 2, prompts: trunk.prompts.clone() });
    let mut branch = GenerationPlan { opening: opening.clone(), ..trunk.clone() };
    let whole = make(&engine, &trunk);
    assert!(make(&engine, &branch) == whole, "the same words all along");
    branch.prompts[0].prompt = "a dog".into();
    let branched = make(&engine, &branch);
    assert!(branched != whole);
    assert!(branched != make(&engine, &GenerationPlan { opening: None, ..branch.clone() }), "the opening shows");
    let (token, mut kept) = (CancelToken::new(), None);
    let options = Options { checkpoints: true, ..Options::default() };
    generate(&engine, &trunk, &picture, options, &token, &mut |event| match event {
        Event::Checkpoint(checkpoint) if checkpoint.step == 2 => kept = Some(checkpoint),
        _ => {}
    })
    .unwrap();
    let options = Options { resume: kept, ..Options::default() };
    assert!(generate(&engine, &branch, &picture, options, &token, &mut |_| {}).unwrap() == branched);
}

#[test]
fn plans_that_this_model_cannot_carry_out_are_refused() {
    let (engine, _folder) = engine(Dtype::F32);
    let changes: [fn(&mut GenerationPlan); 8] = [
        |p| p.width = 25,
        |p| p.height = 12,
        |p| p.windows.frames = 8,
        |p| p.windows.overlap = 4,
        |p| p.model.sha256 = Digest::of(b"other weights"),
        |p| p.dtype = Dtype::Bf16,
        |p| p.adapters = vec![Adapter { sha256: Digest::of(b""), weight: 1.0 }],
        |p| p.references = vec![Reference { picture: Digest::of(b""), kind: ReferenceKind::Look }],
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut wrong = plan(&engine);
        change(&mut wrong);
        assert!(matches!(engine.check(&wrong), Err(EngineError::Unsupported { .. })), "change {index}");
    }
    let mut huge = plan(&engine);
    (huge.width, huge.height, huge.frames, huge.windows.frames) = (4096, 4096, 99_999, 99_997);
    huge.prompts[0].end = 99_999;
    assert!(matches!(engine.check(&huge), Err(EngineError::OutOfMemory { .. })));
    let mut missing = plan(&engine);
    missing.known = vec![KnownFrame { picture: Digest::of(b"nobody has it"), ..known(0, 0.0) }];
    let result = generate(&engine, &missing, &picture, Options::default(), &CancelToken::new(), &mut |_| {});
    assert!(matches!(result, Err(EngineError::PictureMissing(_))));
    let bare = plan(&engine).without_words();
    let result = generate(&engine, &bare, &picture, Options::default(), &CancelToken::new(), &mut |_| {});
    assert!(matches!(result, Err(EngineError::Plan(PlanError::WordsMissing))));
}

#[test]
fn half_precision_gives_nearly_the_same_picture() {
    let folder = tempfile::tempdir().unwrap();
    let card = write_model(folder.path());
    let frames = |dtype: Dtype| {
        let engine = load(folder.path(), &card, dtype).unwrap();
        let mut plan = plan(&engine);
        plan.dtype = dtype;
        make(&engine, &plan).iter().flat_map(|f| f.rgba().to_vec()).collect::<Vec<_>>()
    };
    let full = frames(Dtype::F32);
    for dtype in [Dtype::Bf16, Dtype::F16] {
        let half = frames(dtype);
        let apart: u64 = full.iter().zip(&half).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        let mean = apart as f64 / full.len() as f64;
        assert!(mean > 0.0 && mean < 6.0, "{dtype:?} differs by {mean} levels");
    }
}

#[test]
fn damaged_models_are_refused_with_the_file_that_is_wrong() {
    type Damage = fn(&std::path::Path);
    let damages: [(&str, Damage); 5] = [
        ("transformer/diffusion_pytorch_model.safetensors", |p| std::fs::remove_file(p).unwrap()),
        ("transformer/diffusion_pytorch_model.safetensors", |p| {
            let bytes = std::fs::read(p).unwrap();
            std::fs::write(p, &bytes[..bytes.len() / 2]).unwrap();
        }),
        ("text_encoder/model.safetensors", |p| std::fs::write(p, b"").unwrap()),
        ("transformer/config.json", |p| std::fs::write(p, b"{").unwrap()),
        ("tokenizer/tokenizer.json", |p| std::fs::write(p, b"[]").unwrap()),
    ];
    for (file, damage) in damages {
        let folder = tempfile::tempdir().unwrap();
        let card = write_model(folder.path());
        damage(&folder.path().join(file));
        let Err(error) = load(folder.path(), &card, Dtype::F32) else { panic!("{file} was loaded") };
        let text = error.to_string();
        assert!(text.contains(file) && text.contains("get it again"), "{text}");
        assert_eq!(text.lines().count(), 1, "{text}");
    }
}
