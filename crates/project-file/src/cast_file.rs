//! A member of the cast as a file of its own, `.kinora-cast`, to take it to another film or give it to somebody: a ZIP archive with
//! `member.json` and its pictures, stored as they are.

use crate::error::{ProjectFileError, Result, io_error};
use crate::files::{Disk, Files};
use kinora_project::MemberKind;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, Cursor, Read, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Larger than any: pictures are at most 64, together at most so many bytes.
const MOST_BYTES: u64 = 512 << 20;
const MOST_PICTURES: usize = 64;
const FORMAT: &str = "kinora-cast";
const VERSION: u32 = 1;

/// Somebody, something or a style, on its way from one project to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CastFile {
    /// One word, without the `@`.
    pub name: String,
    /// What it is.
    pub kind: MemberKind,
    /// What stands in a prompt in place of the name.
    pub words: String,
    /// What it looks like: names and bytes of files.
    pub pictures: Vec<(String, Vec<u8>)>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Sheet {
    format: String,
    version: u32,
    name: String,
    kind: MemberKind,
    words: String,
    pictures: Vec<String>,
}

fn wrong(reason: impl ToString, path: &Path) -> ProjectFileError {
    ProjectFileError::NoCast { reason: reason.to_string(), path: path.to_owned() }
}

impl CastFile {
    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let doing = "the file can't be written";
        let bytes = self.to_bytes().map_err(io_error(doing, path))?;
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let written = Disk.replace(path, &partial, &bytes);
        if written.is_err() {
            // A full disk must not be left fuller.
            let _ = Disk.remove(&partial);
        }
        written.map_err(io_error(doing, path))
    }

    /// Reads such a file.
    ///
    /// # Errors
    /// If it can't be read, or is something else.
    pub fn read(path: &Path) -> Result<Self> {
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
        read.map_err(io_error("the file can't be read", path))?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(wrong("it is too large", path));
        }
        Self::from_bytes(bytes).map_err(|reason| wrong(reason, path))
    }

    fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let sheet = Sheet {
            format: FORMAT.to_owned(),
            version: VERSION,
            name: self.name.clone(),
            kind: self.kind,
            words: self.words.clone(),
            pictures: self.pictures.iter().map(|(name, _)| name.clone()).collect(),
        };
        packed(&serde_json::to_vec_pretty(&sheet)?, &self.pictures)
    }

    fn from_bytes(bytes: Vec<u8>) -> std::result::Result<Self, String> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
        let mut left = MOST_BYTES;
        let mut part = |name: &str| {
            let mut bytes = Vec::new();
            let file = archive.by_name(name).map_err(|error| format!("{name}: {error}"))?;
            // A small archive may claim to hold much.
            let read = file.take(left + 1).read_to_end(&mut bytes).map_err(|error| format!("{name}: {error}"))?;
            left = left.checked_sub(read as u64).ok_or("it holds too much")?;
            Ok::<_, String>(bytes)
        };
        let sheet: Sheet = serde_json::from_slice(&part("member.json")?).map_err(|error| error.to_string())?;
        if sheet.format != FORMAT {
            return Err(format!("its format is {:?}", sheet.format));
        }
        if sheet.version > VERSION {
            return Err("a newer version of Kinora wrote it".to_owned());
        }
        if sheet.pictures.len() > MOST_PICTURES {
            return Err("it has too many pictures".to_owned());
        }
        let pictures = sheet.pictures.into_iter().enumerate();
        let pictures = pictures.map(|(place, name)| Ok((name, part(&inside(place))?)));
        let pictures = pictures.collect::<std::result::Result<_, String>>()?;
        Ok(Self { name: sheet.name, kind: sheet.kind, words: sheet.words, pictures })
    }
}

fn packed(sheet: &[u8], pictures: &[(String, Vec<u8>)]) -> io::Result<Vec<u8>> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let pictures = pictures.iter().enumerate().map(|(place, (_, bytes))| (inside(place), bytes.as_slice()));
    for (name, bytes) in std::iter::once(("member.json".to_owned(), sheet)).chain(pictures) {
        archive.start_file(name, options).map_err(io::Error::other)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish().map_err(io::Error::other)?.into_inner())
}

/// Where a picture lies in the archive.
fn inside(place: usize) -> String {
    format!("pictures/{}", place + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style() -> CastFile {
        CastFile {
            name: "Dusk".to_owned(),
            kind: MemberKind::Style,
            words: "ink line, in orange light".to_owned(),
            pictures: vec![("a.png".to_owned(), vec![1, 2, 3]), ("a.png".to_owned(), Vec::new())],
        }
    }

    #[test]
    fn a_member_is_the_same_after_it_was_written_and_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Dusk.kinora-cast");
        style().write(&path).unwrap();
        assert_eq!(CastFile::read(&path).unwrap(), style());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn what_is_no_member_is_refused_and_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Dusk.kinora-cast");
        let whole = style().to_bytes().unwrap();
        let sheet = |changed: &str| {
            let sheet =
                r#"{"format":"kinora-cast","version":1,"name":"A","kind":"prop","words":"","pictures":["a.png"]}"#;
            packed(sheet.replace("1", changed).as_bytes(), &style().pictures).unwrap()
        };
        std::fs::write(&path, sheet("1")).unwrap();
        assert_eq!(CastFile::read(&path).unwrap().pictures, style().pictures[..1]);
        let without = packed(&serde_json::to_vec(&serde_json::json!({})).unwrap(), &[]).unwrap();
        for bytes in [&b""[..], b"PK", &whole[..whole.len() / 2], b"{}", &sheet("2"), &without] {
            std::fs::write(&path, bytes).unwrap();
            let error = CastFile::read(&path).unwrap_err();
            assert!(matches!(error, ProjectFileError::NoCast { .. }), "{error}");
        }
        // Any byte that is changed shows: the archive has checksums.
        let at = whole.windows(6).position(|six| six == b"orange").unwrap();
        let mut changed = whole;
        changed[at] = b'O';
        std::fs::write(&path, changed).unwrap();
        assert!(CastFile::read(&path).is_err());
        assert!(CastFile::read(&folder.path().join("none")).is_err());
    }
}
