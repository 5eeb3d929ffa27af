//! Numbered pictures that come in as one video: `shot.0001.png`, `shot.0002.png` and so on, a frame each at the project's rate.

use super::CommandError;
use crate::studio::Studio;
use kinora_media::save_sequence;
use kinora_plan::Digest;
use kinora_project_file::{Disk, MediaStore};
use std::fs;
use std::path::{Path, PathBuf};

/// Brings in the pictures from one on: what they are called together, and the video that they are now.
pub(super) fn taken_in(studio: &Studio, first: &Path) -> Result<(String, Digest), CommandError> {
    let Numbered { pictures, name } = numbered_from(first)?;
    let folder = studio.path().join("media");
    let partial = folder.join(format!("sequence-{}.partial", std::process::id()));
    let wrong = |error: &dyn std::fmt::Display| CommandError::Argument(error.to_string());
    fs::create_dir_all(&folder).map_err(|error| wrong(&error))?;
    let written = save_sequence(&partial, &pictures, studio.project().settings.rate).map_err(|error| wrong(&error));
    let stored = written.and_then(|()| Ok(MediaStore::new(Disk, &folder).put_file(&partial)?));
    // What is in the store is a copy; what could not be written is gone already.
    let _ = fs::remove_file(&partial);
    Ok((name, stored?))
}

/// Pictures in the order of their numbers.
#[derive(Debug, PartialEq, Eq)]
struct Numbered {
    pictures: Vec<PathBuf>,
    name: String,
}

/// The pictures beside one whose names differ by the last number alone, from its number on.
fn numbered_from(first: &Path) -> Result<Numbered, CommandError> {
    let wrong = |text: String| Err(CommandError::Argument(text));
    let name = first.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, ""));
    let before = stem.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let digits = &stem[before.len()..];
    let Ok(start) = digits.parse::<u64>() else {
        return wrong(format!("the name has no number before its end, as in shot.0001.png: {}", first.display()));
    };
    // Numbers may have as many digits as they need, or all as many.
    let number_of = |other: &str| {
        let digits_there = other.strip_prefix(before)?.strip_suffix(end)?.strip_suffix('.')?;
        let alike = digits_there.len() == digits.len() || !digits_there.starts_with('0');
        let plain = !digits_there.is_empty() && digits_there.bytes().all(|byte| byte.is_ascii_digit());
        digits_there.parse::<u64>().ok().filter(|number| alike && plain && *number >= start)
    };
    let folder = first.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let listed = fs::read_dir(folder);
    let listed = listed.map_err(|error| CommandError::Argument(format!("{error}: {}", folder.display())))?;
    let mut found: Vec<(u64, PathBuf)> =
        listed.flatten().filter_map(|entry| Some((number_of(entry.file_name().to_str()?)?, entry.path()))).collect();
    found.sort();
    found.dedup_by_key(|(number, _)| *number);
    let Some((last, _)) = found.last() else {
        return wrong(format!("there is no such file: {}", first.display()));
    };
    let numbered = |number: u64| format!("{number:0width$}", width = digits.len());
    if let Some((missing, _)) = (start..).zip(&found).find(|(wanted, (number, _))| wanted != number) {
        let name = format!("{before}{}.{end}", numbered(missing));
        return wrong(format!("{name} is missing, and there are higher numbers; put it there, or begin after it"));
    }
    let name = format!("{before}[{}-{}].{end}", numbered(start), numbered(*last));
    Ok(Numbered { pictures: found.into_iter().map(|(_, path)| path).collect(), name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_found_by_their_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["a.0008.png", "a.0009.png", "a.0010.png", "a.0010.jpg", "b.0011.png", "a.x.png", "shot.png"] {
            fs::write(path(name), "").unwrap();
        }
        let found = numbered_from(&path("a.0008.png")).unwrap();
        assert_eq!(found.name, "a.[0008-0010].png");
        assert_eq!(found.pictures, ["a.0008.png", "a.0009.png", "a.0010.png"].map(path));
        assert_eq!(numbered_from(&path("a.0009.png")).unwrap().pictures.len(), 2);
        fs::write(path("a.0012.png"), "").unwrap();
        let told = |name: &str| numbered_from(&path(name)).unwrap_err().to_string();
        assert!(told("a.0008.png").contains("a.0011.png is missing"), "{}", told("a.0008.png"));
        assert!(told("shot.png").contains("the name has no number"));
        assert!(told("c.1.png").contains("there is no such file"));
    }
}
