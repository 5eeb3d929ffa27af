//! Pictures that a plan refers to, by the hash of their file.

use crate::ServiceError;
use kinora_frame::{Frame, Size};
use kinora_media as media;
use kinora_plan::{Digest, Fit, KnownFrame};
use kinora_provenance::{InputFile, InputSource};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A picture with the file that it came from.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub name: String,
    pub bytes: Vec<u8>,
    pub frame: Frame,
}

/// Pictures by the SHA-256 of their file.
#[derive(Debug, Clone, Default)]
pub struct Pictures {
    pub(crate) by_digest: BTreeMap<Digest, Picture>,
}

impl Pictures {
    /// No pictures.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads a picture file and returns the hash by which plans name it.
    ///
    /// # Errors
    /// If the file is missing or is no picture.
    pub fn add_file(&mut self, path: &Path) -> Result<Digest, ServiceError> {
        let bytes = std::fs::read(path).map_err(ServiceError::io("the picture can't be read", path))?;
        let frame = media::open_picture(path)?;
        let digest = Digest::of(&bytes);
        let name = path.file_name().map_or_else(|| "picture".to_owned(), |name| name.to_string_lossy().into_owned());
        self.by_digest.insert(digest, Picture { name, bytes, frame });
        Ok(digest)
    }

    /// Whether the picture with this hash is here.
    #[must_use]
    pub fn has(&self, digest: &Digest) -> bool {
        self.by_digest.contains_key(digest)
    }

    /// The picture for a place in a plan, in that place's size.
    pub(crate) fn fitted(&self, known: &KnownFrame, size: Size) -> Option<Frame> {
        let picture = self.by_digest.get(&known.picture)?;
        let fit = match known.fit {
            Fit::Cover => media::Fit::Cover,
            Fit::Contain => media::Fit::Contain,
            Fit::Stretch => media::Fit::Stretch,
        };
        Some(media::fit(&picture.frame, size, fit))
    }
}

/// Pictures that went into a clip, as its manifest lists them: by their hash.
pub(crate) fn inputs_of(pictures: &Pictures, used: &BTreeSet<Digest>) -> Vec<InputFile> {
    let used = used.iter().filter_map(|digest| pictures.by_digest.get(digest));
    used.map(|picture| InputFile {
        title: picture.name.clone(),
        mime: mime(&picture.bytes).to_owned(),
        source: InputSource::Bytes(picture.bytes.clone()),
    })
    .collect()
}

/// The kind of a picture file, by its first bytes; only kinds that could be opened get here.
fn mime(bytes: &[u8]) -> &'static str {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xFF, 0xD8, ..] => "image/jpeg",
        [b'R', b'I', b'F', b'F', ..] => "image/webp",
        _ => "image/tiff",
    }
}
