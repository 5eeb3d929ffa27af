//! Compares a folder of fixtures, made by the reference implementations, with the engine, and prints the table.
//!
//!     cargo xtask parity tests/data/diffusion

use kinora_diffusion::fixture::run_folder;
use std::path::Path;
use std::process::ExitCode;

const TOLERANCE: f64 = 1e-5;

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: cargo xtask parity FOLDER");
        return ExitCode::from(2);
    };
    let comparisons = match run_folder(Path::new(&folder)) {
        Ok(comparisons) => comparisons,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    if comparisons.is_empty() {
        eprintln!("error: there are no fixtures in {folder}");
        return ExitCode::FAILURE;
    }
    for c in &comparisons {
        println!("{:<14} {:>9.1e}  {}", c.part.to_string(), c.error, c.configuration);
    }
    let worst = comparisons.iter().map(|c| c.error).fold(0.0, f64::max);
    println!("{} fixtures, largest error {worst:.1e}, tolerance {TOLERANCE:.0e}", comparisons.len());
    // A NaN is no pass: hence the comparison this way round.
    if comparisons.iter().all(|c| c.error <= TOLERANCE) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
