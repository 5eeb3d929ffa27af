//! Where builds go. A folder outside the clone keeps a fresh clone warm; a machine without one is served all the same.

use std::path::{Path, PathBuf};

/// What the rule looks at.
#[derive(Default)]
pub struct Surroundings {
    /// `CARGO_TARGET_DIR`, set by the caller.
    pub cargo_target_dir: Option<PathBuf>,
    /// `KINORA_TARGET_DIR`.
    pub kinora_target_dir: Option<PathBuf>,
    /// `~/.cache/kinora-target`, where it exists.
    pub shared_cache: Option<PathBuf>,
}

impl Surroundings {
    pub fn of_this_process() -> Self {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let home = variable("HOME").or_else(|| variable("USERPROFILE"));
        Self {
            cargo_target_dir: variable("CARGO_TARGET_DIR"),
            kinora_target_dir: variable("KINORA_TARGET_DIR"),
            shared_cache: home.map(|home| home.join(".cache/kinora-target")).filter(|folder| folder.is_dir()),
        }
    }
}

/// The folder to pass on as `CARGO_TARGET_DIR`; `None` leaves the choice to cargo. Relative paths are taken from `from`.
pub fn choose(surroundings: &Surroundings, from: &Path) -> Option<PathBuf> {
    let Surroundings { cargo_target_dir, kinora_target_dir, shared_cache } = surroundings;
    let chosen = cargo_target_dir.as_ref().or(kinora_target_dir.as_ref()).or(shared_cache.as_ref())?;
    Some(from.join(chosen))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_callers_folder_wins_then_the_variable_then_the_cache_then_cargo() {
        // CARGO_TARGET_DIR, KINORA_TARGET_DIR, cache folder if it exists => chosen
        let cases = [
            (Some("/a"), Some("/b"), Some("/c"), Some("/a")),
            (None, Some("/b"), Some("/c"), Some("/b")),
            (None, None, Some("/c"), Some("/c")),
            (None, None, None, None),
            (Some("near"), None, None, Some("/here/near")),
        ];
        for (cargo, kinora, cache, chosen) in cases {
            let surroundings = Surroundings {
                cargo_target_dir: cargo.map(PathBuf::from),
                kinora_target_dir: kinora.map(PathBuf::from),
                shared_cache: cache.map(PathBuf::from),
            };
            assert_eq!(choose(&surroundings, Path::new("/here")), chosen.map(PathBuf::from));
        }
    }
}
