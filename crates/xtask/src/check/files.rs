//! Sizes of what git tracks, or would track: a clone stays small enough to be sent to another machine whole.

use anyhow::Result;

use crate::child::{self, Workspace};

const MIB: u64 = 1024 * 1024;

/// A part of the tree and what it may weigh.
struct Budget {
    what: &'static str,
    bytes: u64,
    holds: fn(&str) -> bool,
    advice: &'static str,
}

const BUDGETS: &[Budget] = &[
    Budget {
        what: "all tracked files",
        bytes: 48 * MIB,
        holds: |_| true,
        advice: "leave out what a script can make again",
    },
    Budget {
        what: "models/sketch",
        bytes: 30 * MIB,
        holds: |path| path.starts_with("models/sketch/"),
        advice: "ship smaller weights",
    },
    Budget {
        what: "test data (tests/data)",
        bytes: 8 * MIB,
        holds: |path| path.starts_with("tests/data/") || path.contains("/tests/data/"),
        advice: "use shorter clips and smaller tensors, or make them in the test",
    },
];

pub fn findings(workspace: &Workspace) -> Result<Vec<String>> {
    let mut list = workspace.command("git");
    list.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]);
    let paths = child::output(&mut list)?;
    let files = paths.split_terminator('\0').filter_map(|path| {
        // Tracked, but deleted in the working tree: weighs nothing.
        let bytes = workspace.root.join(path).symlink_metadata().ok()?.len();
        Some((path, bytes))
    });
    Ok(over_budget(&files.collect::<Vec<_>>()))
}

/// `files`: path from the root, bytes.
fn over_budget(files: &[(&str, u64)]) -> Vec<String> {
    let mut findings = Vec::new();
    for Budget { what, bytes: budget, holds, advice } in BUDGETS {
        let mut held: Vec<(&str, u64)> = files.iter().copied().filter(|(path, _)| holds(path)).collect();
        let sum: u64 = held.iter().map(|(_, bytes)| bytes).sum();
        if sum > *budget {
            held.sort_by_key(|(path, bytes)| (std::cmp::Reverse(*bytes), *path));
            let largest: Vec<String> =
                held.iter().take(3).map(|(path, bytes)| format!("{path} ({:.1} MiB)", mib(*bytes))).collect();
            findings.push(format!(
                "{what}: {:.1} MiB of {:.0} MiB: {advice}. The largest: {}",
                mib(sum),
                mib(*budget),
                largest.join(", ")
            ));
        }
    }
    findings
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / MIB as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_budget_counts_its_own_part() {
        type Files = &'static [(&'static str, u64)];
        let cases: [(Files, &[&str]); 6] = [
            (&[], &[]),
            (&[("models/sketch/transformer.safetensors", 30 * MIB), ("Cargo.lock", MIB)], &[]),
            (&[("models/sketch/transformer.safetensors", 30 * MIB + 1)], &["models/sketch: "]),
            (&[("crates/media/tests/data/a.mp4", 5 * MIB), ("tests/data/b.mp4", 4 * MIB)], &["test data"]),
            (&[("assets/film.mp4", 49 * MIB)], &["all tracked files: 49.0 MiB of 48 MiB"]),
            (&[("models/sketch/a", 31 * MIB), ("tests/data/b", 19 * MIB)], &["all", "models/sketch: ", "test data"]),
        ];
        for (files, expected) in cases {
            let found = over_budget(files);
            assert_eq!(found.len(), expected.len(), "{found:?}");
            for (found, start) in found.iter().zip(expected) {
                assert!(found.starts_with(start), "{found}");
            }
        }
    }

    #[test]
    fn the_largest_files_are_named() {
        let found = over_budget(&[("small", 1), ("models/big", 40 * MIB), ("models/bigger", 41 * MIB)]);
        assert!(found[0].contains("The largest: models/bigger (41.0 MiB), models/big (40.0 MiB)"), "{}", found[0]);
    }
}
