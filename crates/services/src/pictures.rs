//! Pictures and films that a plan refers to, by the hash of their file; other takes by the id of their plan.

use crate::ServiceError;
use kinora_frame::{Frame, Size};
use kinora_media::{self as media, FileKind, VideoSource};
use kinora_plan::{Crop, Digest, Fit, KnownFrame};
use kinora_provenance::{InputFile, InputSource};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A picture with the file that it came from.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub name: String,
    pub bytes: Vec<u8>,
    pub frame: Frame,
}

/// A film, of which pictures are decoded when they are wanted.
#[derive(Clone)]
struct Film {
    name: String,
    path: PathBuf,
    /// Whether it is another take, which lies in the project and is no file that somebody brought.
    is_take: bool,
    source: Arc<Mutex<VideoSource>>,
}

impl std::fmt::Debug for Film {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Film({})", self.path.display())
    }
}

/// Pictures by the SHA-256 of their file, films too, and takes by the id of their plan.
#[derive(Debug, Clone, Default)]
pub struct Pictures {
    by_digest: BTreeMap<Digest, Picture>,
    films: BTreeMap<Digest, Film>,
}

impl Pictures {
    /// No pictures.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads a picture or film and returns the hash by which plans name it.
    ///
    /// # Errors
    /// If the file is missing or is neither.
    pub fn add_file(&mut self, path: &Path) -> Result<Digest, ServiceError> {
        let unreadable = || ServiceError::io("the picture can't be read", path);
        if media::sniff(path)? == Some(FileKind::Video) {
            let digest = std::fs::File::open(path).and_then(|mut file| Digest::of_reader(&mut file));
            let digest = digest.map_err(unreadable())?;
            self.add_film(digest, path, false)?;
            return Ok(digest);
        }
        let bytes = std::fs::read(path).map_err(unreadable())?;
        let frame = media::open_picture(path)?;
        let digest = Digest::of(&bytes);
        self.by_digest.insert(digest, Picture { name: name_of(path), bytes, frame });
        Ok(digest)
    }

    /// The frames of another take, by the id of its plan.
    ///
    /// # Errors
    /// If its file is missing or damaged.
    pub fn add_take(&mut self, plan: Digest, path: &Path) -> Result<(), ServiceError> {
        self.add_film(plan, path, true)
    }

    fn add_film(&mut self, digest: Digest, path: &Path, is_take: bool) -> Result<(), ServiceError> {
        let source = Arc::new(Mutex::new(VideoSource::open(path)?));
        self.films.insert(digest, Film { name: name_of(path), path: path.to_owned(), is_take, source });
        Ok(())
    }

    /// All that others have too.
    pub(crate) fn extend(&mut self, others: Self) {
        self.by_digest.extend(others.by_digest);
        self.films.extend(others.films);
    }

    /// Whether the picture with this hash is here.
    #[must_use]
    pub fn has(&self, digest: &Digest) -> bool {
        self.by_digest.contains_key(digest) || self.films.contains_key(digest)
    }

    /// The picture for a place in a plan, in that place's size.
    pub(crate) fn fitted(&self, known: &KnownFrame, size: Size) -> Option<Frame> {
        let frame = match self.by_digest.get(&known.picture) {
            Some(picture) => picture.frame.clone(),
            None => {
                let film = self.films.get(&known.picture)?;
                let mut source = film.source.lock().unwrap_or_else(PoisonError::into_inner);
                let shown = source.info().shown_size();
                let (_, frame) = source.frame_at(known.time.unwrap_or_default()).ok()?;
                // What has no square pixels is brought to its shape first.
                if frame.size() == shown { frame } else { media::resize(&frame, shown) }
            }
        };
        let frame = match known.crop {
            Some(crop) => cropped(&frame, crop)?,
            None => frame,
        };
        let fit = match known.fit {
            Fit::Cover => media::Fit::Cover,
            Fit::Contain => media::Fit::Contain,
            Fit::Stretch => media::Fit::Stretch,
        };
        Some(media::fit(&frame, size, fit))
    }

    /// Whether the picture itself, as far as it is used, has more pixels than this.
    pub(crate) fn is_finer(&self, known: &KnownFrame, size: Size) -> bool {
        let own = match self.by_digest.get(&known.picture) {
            Some(picture) => picture.frame.size(),
            None => match self.films.get(&known.picture) {
                Some(film) => film.source.lock().unwrap_or_else(PoisonError::into_inner).info().shown_size(),
                None => return false,
            },
        };
        let part = |side: u32, part: Option<u32>| u64::from(side) * u64::from(part.unwrap_or(1000)) / 1000;
        part(own.width, known.crop.map(|crop| crop.width)) > u64::from(size.width)
            && part(own.height, known.crop.map(|crop| crop.height)) > u64::from(size.height)
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| "picture".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// A part of a picture, at least a pixel.
fn cropped(frame: &Frame, crop: Crop) -> Option<Frame> {
    let Size { width, height } = frame.size();
    let part = |side: u32, thousandths: u32| (u64::from(side) * u64::from(thousandths) / 1000) as u32;
    let (x, y) = (part(width, crop.x).min(width.saturating_sub(1)), part(height, crop.y).min(height.saturating_sub(1)));
    let (across, down) = (part(width, crop.width).clamp(1, width - x), part(height, crop.height).clamp(1, height - y));
    let rows = frame.rgba().chunks_exact(4 * width as usize).skip(y as usize).take(down as usize);
    let pixels = rows.flat_map(|row| row[4 * x as usize..4 * (x + across) as usize].iter().copied()).collect();
    Frame::new(Size::new(across, down), pixels).ok()
}

/// Pictures and films that went into a clip, as its manifest lists them: by their hash. What was made from other takes comes from what
/// those were made from.
pub(crate) fn inputs_of(pictures: &Pictures, used: &BTreeSet<Digest>) -> Vec<InputFile> {
    let stills = used.iter().filter_map(|digest| pictures.by_digest.get(digest));
    let stills = stills.map(|picture| InputFile {
        title: picture.name.clone(),
        mime: mime(&picture.bytes).to_owned(),
        source: InputSource::Bytes(picture.bytes.clone()),
    });
    let films = used.iter().filter_map(|digest| pictures.films.get(digest)).filter(|film| !film.is_take);
    let films = films.map(|film| InputFile {
        title: film.name.clone(),
        mime: mime_of(&film.path),
        source: InputSource::Path(film.path.clone()),
    });
    stills.chain(films).collect()
}

/// The kind of a file, by its first bytes.
pub(crate) fn mime_of(path: &Path) -> String {
    let kind = infer::get_from_path(path).ok().flatten();
    kind.map_or("application/octet-stream", |kind| kind.mime_type()).to_owned()
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

#[cfg(test)]
mod tests {
    use super::*;
    use kinora_time::{Flicks, FrameRate};

    const SIZE: Size = Size { width: 32, height: 16 };

    fn known(picture: Digest, frame: i64) -> KnownFrame {
        let rate = FrameRate::FPS_12;
        // In the middle of a frame, as plans have it.
        let time = Flicks(rate.frame_start(frame).0 + rate.frame_duration().0 / 2);
        KnownFrame { time: Some(time), ..KnownFrame::still(0, picture) }
    }

    #[test]
    fn a_films_picture_is_the_one_at_its_time_and_a_take_keeps_every_pixel() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("take.mkv");
        let frames: Vec<Frame> = (0..9).map(|n| Frame::filled(SIZE, [20 * n, 200 - 20 * n, 7 * n, 255])).collect();
        media::save_lossless(&path, &frames, FrameRate::FPS_12).unwrap();
        let (mut pictures, plan) = (Pictures::none(), Digest::of(b"a plan"));
        pictures.add_take(plan, &path).unwrap();
        // Also backwards.
        for number in [0usize, 3, 8, 2] {
            let frame = pictures.fitted(&known(plan, i64::try_from(number).unwrap()), SIZE).unwrap();
            assert!(frame == frames[number], "frame {number}");
        }
        let digest = pictures.add_file(&path).unwrap();
        assert!(pictures.has(&digest) && digest != plan);
        let used = BTreeSet::from([plan, digest]);
        let inputs = inputs_of(&pictures, &used);
        assert_eq!(inputs.len(), 1, "a take is no file that somebody brought");
        assert!(!pictures.is_finer(&known(plan, 0), SIZE));
        assert!(pictures.is_finer(&known(plan, 0), Size::new(16, 8)));
        assert!(pictures.fitted(&known(Digest::of(b"nobody's"), 0), SIZE).is_none());
    }

    #[test]
    fn a_part_of_a_picture_is_cut_out() {
        let pixels = (0..8u8).flat_map(|y| (0..10u8).flat_map(move |x| [x, y, 0, 255])).collect();
        let frame = Frame::new(Size::new(10, 8), pixels).unwrap();
        let part = cropped(&frame, Crop { x: 200, y: 500, width: 300, height: 250 }).unwrap();
        assert_eq!(part.size(), Size::new(3, 2));
        assert_eq!(part.rgba()[..4], [2, 4, 0, 255]);
        assert_eq!(part.rgba()[20..], [4, 5, 0, 255]);
        let least = cropped(&frame, Crop { x: 999, y: 999, width: 1, height: 1 }).unwrap();
        assert_eq!(least.size(), Size::new(1, 1));
    }
}
