//! Every part of the engine agrees with its reference implementation, and the comparison would show it if one did not.

use std::path::{Path, PathBuf};

use candle_core::{Device, Result};
use kinora_diffusion::fixture::{Comparison, Fixture, Part, fixture_dirs, run_folder};

/// Largest relative error that counts as parity in f32.
const TOLERANCE: f64 = 1e-5;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/diffusion")
}

fn fixtures_of(part: Part) -> Result<Vec<Fixture>> {
    let dirs = fixture_dirs(&folder())?;
    let named =
        |dir: &&PathBuf| dir.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&format!("{part}-")));
    dirs.iter().filter(named).map(|dir| Fixture::load(dir, &Device::Cpu)).collect()
}

fn agrees_with_the_reference(part: Part) -> Result<()> {
    let comparisons: Vec<Comparison> = fixtures_of(part)?.iter().map(Fixture::run).collect::<Result<_>>()?;
    assert!(comparisons.len() >= 2, "too few fixtures for {part} in {}", folder().display());
    for comparison in comparisons {
        println!("{comparison}");
        assert_eq!(comparison.part, part);
        assert!(comparison.error <= TOLERANCE, "{comparison}");
    }
    Ok(())
}

#[test]
fn the_text_encoder_agrees_with_transformers() -> Result<()> {
    agrees_with_the_reference(Part::TextEncoder)
}

#[test]
fn the_transformer_agrees_with_diffusers() -> Result<()> {
    agrees_with_the_reference(Part::Transformer)
}

#[test]
fn flow_euler_agrees_with_diffusers() -> Result<()> {
    agrees_with_the_reference(Part::FlowEuler)
}

#[test]
fn unipc_agrees_with_diffusers() -> Result<()> {
    agrees_with_the_reference(Part::Unipc)
}

#[test]
fn the_reader_agrees_with_the_one_that_is_trained() -> Result<()> {
    agrees_with_the_reference(Part::Reader)
}

#[test]
fn the_upscaler_agrees_with_the_one_that_is_trained() -> Result<()> {
    agrees_with_the_reference(Part::Upscaler)?;
    agrees_with_the_reference(Part::Flow)
}

#[test]
fn every_fixture_folder_is_run() -> Result<()> {
    let comparisons = run_folder(&folder())?;
    let mut by_part = 0;
    for part in Part::ALL {
        by_part += fixtures_of(part)?.len();
    }
    assert_eq!(comparisons.len(), by_part);
    assert!(run_folder(Path::new("/nowhere")).is_err());
    Ok(())
}

/// Each weight is moved by itself, by as little as 1 %, and each must show.
#[test]
fn a_perturbed_weight_fails_the_comparison() -> Result<()> {
    for part in [Part::TextEncoder, Part::Transformer] {
        for fixture in &mut fixtures_of(part)? {
            let names: Vec<String> = fixture.weights.keys().cloned().collect();
            for name in names {
                let weight = fixture.weights[&name].clone();
                fixture.weights.insert(name.clone(), (&weight * 1.01)?);
                let error = fixture.run()?.error;
                assert!(error > TOLERANCE, "{part}: {name} × 1.01 goes unnoticed ({error:.1e})");
                fixture.weights.insert(name, weight);
            }
        }
    }
    Ok(())
}

#[test]
fn swapped_weights_fail_the_comparison() -> Result<()> {
    for (part, a, b) in [
        (
            Part::TextEncoder,
            "encoder.block.0.layer.0.SelfAttention.q.weight",
            "encoder.block.0.layer.0.SelfAttention.k.weight",
        ),
        (Part::Transformer, "blocks.0.attn1.to_q.weight", "blocks.0.attn1.to_k.weight"),
    ] {
        for fixture in &mut fixtures_of(part)? {
            let (first, second) = (fixture.weights[a].clone(), fixture.weights[b].clone());
            fixture.weights.insert(a.to_owned(), second);
            fixture.weights.insert(b.to_owned(), first);
            assert!(fixture.run()?.error > 100. * TOLERANCE);
        }
    }
    Ok(())
}

#[test]
fn swapped_model_outputs_fail_the_comparison() -> Result<()> {
    for part in [Part::FlowEuler, Part::Unipc] {
        for fixture in &mut fixtures_of(part)? {
            let outputs = fixture.tensors["input.model_outputs"].clone();
            fixture.tensors.insert("input.model_outputs".to_owned(), outputs.flip(&[0])?);
            assert!(fixture.run()?.error > 100. * TOLERANCE);
        }
    }
    Ok(())
}

#[test]
fn a_result_that_is_no_number_fails_the_comparison() -> Result<()> {
    for fixture in &mut fixtures_of(Part::TextEncoder)? {
        let name = "encoder.final_layer_norm.weight";
        let weight = (&fixture.weights[name] * f64::NAN)?;
        fixture.weights.insert(name.to_owned(), weight);
        assert_eq!(fixture.run()?.error, f64::INFINITY);
    }
    Ok(())
}
