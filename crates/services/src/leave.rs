//! The one door: frames get their size and cadence, the visible mark if a model made any of them, a file, a signature, and then their
//! place.
//!
//! Everything is written in a hidden folder beside the target and moved there at the end, so a target is either whole or as
//! it was. A folder that a killed process left behind is removed by the next one.

use crate::ServiceError;
use kinora_frame::{Frame, Size};
use kinora_job::CancelToken;
use kinora_media::{self as media, Cadence, FilmLayout, FilmPicture, FilmSettings, FilmWriter, Fit, Stereo};
use kinora_provenance::{Claim, SigningIdentity, SourceKind, VisibleMark, sign_file};
use kinora_time::FrameRate;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

const PREFIX: &str = ".kinora-";
const SUFFIX: &str = ".part";

/// The exported file's picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Pixels across; even.
    pub width: u32,
    /// Pixels down; even.
    pub height: u32,
    /// Frames a second.
    pub rate: FrameRate,
    /// Frames.
    pub frames: u32,
    /// x264's constant rate factor.
    pub crf: u8,
}

/// A hidden folder beside the target, with a lock that ends with the process.
pub(crate) struct WorkFolder {
    folder: tempfile::TempDir,
    _lock: File,
}

impl WorkFolder {
    /// Also proves, before hours of work, that the target's folder can be written.
    pub fn beside(target: &Path) -> Result<Self, ServiceError> {
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        if target.file_name().is_none() || target.is_dir() {
            let text = format!("the output must be a file, but this is a folder: {}", target.display());
            return Err(ServiceError::Request(text));
        }
        remove_abandoned(parent);
        let doing = "the output folder can't be written; choose another with --out";
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .suffix(SUFFIX)
            .tempdir_in(parent)
            .map_err(ServiceError::io(doing, parent))?;
        let path = folder.path().join("lock");
        let lock = File::create(&path).map_err(ServiceError::io(doing, &path))?;
        // Where a file system knows no locks, nothing abandoned is ever removed: see `remove_abandoned`.
        let _ = lock.try_lock();
        Ok(Self { folder, _lock: lock })
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// Removes folders of ours whose process is gone: their lock is free.
fn remove_abandoned(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        if !name.starts_with(PREFIX) || !name.ends_with(SUFFIX) {
            continue;
        }
        let abandoned = File::open(entry.path().join("lock")).is_ok_and(|lock| lock.try_lock().is_ok());
        if abandoned {
            // Another process may be first; then there is nothing left to remove.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Which frames of the clip the file shows, in order.
pub(crate) fn cadence(frames: usize, model_rate: FrameRate, output: &Output) -> Cadence {
    let count = u32::try_from(frames).unwrap_or(u32::MAX);
    Cadence::new(count, model_rate, output.rate).truncated(output.frames)
}

/// Frames of the file for a clip of `frames` at the model's rate.
pub(crate) fn output_frames(frames: u32, model_rate: FrameRate, rate: FrameRate) -> u32 {
    u32::try_from(Cadence::new(frames, model_rate, rate).len()).unwrap_or(u32::MAX)
}

/// Frames on their way out: marked, and scaled where they are not of the film's size.
pub(crate) struct MarkedWriter {
    path: PathBuf,
    sink: Sink,
    /// Nothing where nothing was generated.
    mark: Option<VisibleMark>,
    size: Size,
    /// The frame before, marked, and what it was made from: held frames are made once.
    shown: Option<(FrameKey, Shown)>,
}

enum Sink {
    Film(Box<FilmWriter>),
    /// Numbered pictures in a folder: the next one's number.
    Pictures(u32),
}

/// A frame on its way out, before it is marked.
pub(crate) enum Leaving {
    Frame(Frame),
    /// As the film keeps it, see [`MarkedWriter::layout`].
    Picture(FilmPicture),
}

/// A marked frame, as it is written.
enum Shown {
    Film(FilmPicture),
    Frame(Frame),
}

/// What a frame is made of: told apart from all others of the same file.
pub(crate) type FrameKey = Vec<[i64; 3]>;

impl MarkedWriter {
    /// A clip in `work/unsigned.mp4`.
    pub fn create(work: &WorkFolder, output: &Output) -> Result<Self, ServiceError> {
        let size = Size::new(output.width, output.height);
        let settings = FilmSettings { crf: output.crf, ..FilmSettings::new(size, output.rate) };
        Self::film(work.path("unsigned.mp4"), settings, SourceKind::Generated)
    }

    /// A film at a path, marked where it is to be signed as generated.
    pub fn film(path: PathBuf, settings: FilmSettings, source: SourceKind) -> Result<Self, ServiceError> {
        let (size, sink) = (settings.size, Sink::Film(Box::new(FilmWriter::create(&path, settings)?)));
        Ok(Self { path, sink, mark: mark_for(size, source)?, size, shown: None })
    }

    /// Pictures in a folder, as `000001.png`, which is made.
    pub fn pictures(folder: PathBuf, size: Size, source: SourceKind) -> Result<Self, ServiceError> {
        fs::create_dir(&folder).map_err(ServiceError::io("the folder for the pictures can't be made", &folder))?;
        Ok(Self { path: folder, sink: Sink::Pictures(1), mark: mark_for(size, source)?, size, shown: None })
    }

    /// How the film keeps its pictures; nothing for pictures in a folder.
    pub fn layout(&self) -> Option<FilmLayout> {
        match &self.sink {
            Sink::Film(writer) => Some(writer.layout()),
            Sink::Pictures(_) => None,
        }
    }

    /// Writes a frame: what `key` names, and `make` makes if it is not the one before.
    pub fn push(
        &mut self,
        key: FrameKey,
        make: impl FnOnce() -> Result<Leaving, ServiceError>,
    ) -> Result<(), ServiceError> {
        let mut shown = match self.shown.take() {
            Some((last, shown)) if last == key => shown,
            _ => self.marked(make()?)?,
        };
        match (&mut self.sink, &mut shown) {
            (Sink::Film(writer), Shown::Film(picture)) => writer.push_picture(picture)?,
            (Sink::Film(writer), Shown::Frame(frame)) => writer.push(frame)?,
            (Sink::Pictures(next), Shown::Frame(frame)) => {
                media::save_png(self.path.join(format!("{next:06}.png")), frame)?;
                *next += 1;
            }
            (Sink::Pictures(_), Shown::Film(_)) => return Err(misplaced()),
        }
        self.shown = Some((key, shown));
        Ok(())
    }

    /// The visible mark is drawn here and nowhere else.
    fn marked(&mut self, leaving: Leaving) -> Result<Shown, ServiceError> {
        match leaving {
            Leaving::Frame(frame) => {
                let mut frame = media::fit(&frame, self.size, Fit::Cover);
                if let Some(mark) = &self.mark {
                    mark.apply(&mut frame)?;
                }
                Ok(match &mut self.sink {
                    Sink::Film(writer) => Shown::Film(writer.prepared(&frame)?),
                    Sink::Pictures(_) => Shown::Frame(frame),
                })
            }
            Leaving::Picture(mut picture) => {
                if !picture.layout().is_planar() {
                    return Err(misplaced());
                }
                if let Some(mark) = &self.mark {
                    picture.each_plane(|plane| mark.apply_to_plane(plane))?;
                }
                Ok(Shown::Film(picture))
            }
        }
    }

    /// Writes sound beside the frames; pictures have none.
    pub fn push_sound(&mut self, samples: &[Stereo]) -> Result<(), ServiceError> {
        match &mut self.sink {
            Sink::Film(writer) => Ok(writer.push_sound(samples)?),
            Sink::Pictures(_) => Ok(()),
        }
    }

    /// The finished file or folder.
    pub fn finish(self) -> Result<PathBuf, ServiceError> {
        if let Sink::Film(writer) = self.sink {
            writer.finish()?;
        }
        Ok(self.path)
    }
}

fn mark_for(size: Size, source: SourceKind) -> Result<Option<VisibleMark>, ServiceError> {
    Ok(if source.is_generated() { Some(VisibleMark::new(size)?) } else { None })
}

/// A picture of a layout that can't be marked, or isn't the film's: no caller hands one in.
fn misplaced() -> ServiceError {
    ServiceError::Request("a picture is not as the film keeps its pictures".to_owned())
}

/// Writes `frames` to `work/unsigned.mp4`: scaled, marked, in the output's cadence.
pub(crate) fn encode_marked(
    work: &WorkFolder,
    frames: &[Frame],
    model_rate: FrameRate,
    output: &Output,
    cancel: &CancelToken,
    progress: &mut dyn FnMut(u32, u32),
) -> Result<PathBuf, ServiceError> {
    let mut writer = MarkedWriter::create(work, output)?;
    let cadence = cadence(frames.len(), model_rate, output);
    let total = u32::try_from(cadence.len()).unwrap_or(u32::MAX);
    for (number, index) in cadence.iter().enumerate() {
        cancel.check()?;
        writer.push(vec![[0, i64::try_from(index).unwrap_or(0), 0]], || Ok(Leaving::Frame(frames[index].clone())))?;
        progress(u32::try_from(number + 1).unwrap_or(u32::MAX), total);
    }
    writer.finish()
}

/// Signs `unsigned` and moves the result to `target`.
pub(crate) fn sign_and_place(
    work: &WorkFolder,
    unsigned: &Path,
    target: &Path,
    claim: &Claim,
    identity: &SigningIdentity,
    cancel: &CancelToken,
) -> Result<(), ServiceError> {
    let signed = work.path("signed.mp4");
    sign_file(unsigned, &signed, claim, identity, cancel)?;
    cancel.check()?;
    place(&signed, target)
}

/// Moves what is finished to its place.
pub(crate) fn place(finished: &Path, target: &Path) -> Result<(), ServiceError> {
    fs::rename(finished, target).map_err(ServiceError::io("the file can't be moved to its place", target))?;
    let parent = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A folder can't be opened for syncing everywhere (Windows); the file itself is synced already.
    if let Ok(folder) = File::open(parent) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Writes evenly spaced frames as one marked picture (PNG), to be looked at.
///
/// # Errors
/// If the file can't be written.
pub fn save_contact_sheet(frames: &[Frame], target: &Path) -> Result<(), ServiceError> {
    const COLUMNS: u32 = 4;
    const ROWS: usize = 2;
    const TILE_WIDTH: u32 = 192;
    let picks = (COLUMNS as usize * ROWS).min(frames.len());
    let last = frames.len().saturating_sub(1);
    let tiles: Vec<Frame> =
        (0..picks).filter_map(|i| frames.get(i * last / picks.saturating_sub(1).max(1)).cloned()).collect();
    let mut sheet = media::contact_sheet(&tiles, COLUMNS, TILE_WIDTH);
    VisibleMark::new(sheet.size())?.apply(&mut sheet)?;
    Ok(media::save_png(target, &sheet)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abandoned_folder_is_removed_and_a_busy_one_stays() {
        let home = tempfile::tempdir().unwrap();
        let abandoned = home.path().join(".kinora-dead.part");
        fs::create_dir(&abandoned).unwrap();
        fs::write(abandoned.join("lock"), "").unwrap();
        fs::write(abandoned.join("unsigned.mp4"), "half").unwrap();
        let other = home.path().join(".kinora-notes");
        fs::create_dir(&other).unwrap();
        let busy = WorkFolder::beside(&home.path().join("a.mp4")).unwrap();
        let second = WorkFolder::beside(&home.path().join("b.mp4")).unwrap();
        assert!(!abandoned.exists());
        assert!(other.exists());
        assert!(busy.folder.path().exists() && second.folder.path().exists());
    }

    #[test]
    fn a_folder_is_no_output() {
        let home = tempfile::tempdir().unwrap();
        assert!(matches!(WorkFolder::beside(home.path()), Err(ServiceError::Request(_))));
        assert!(matches!(WorkFolder::beside(&home.path().join("no/such/a.mp4")), Err(ServiceError::Io { .. })));
    }

    #[test]
    fn a_mark_in_planes_is_the_mark_in_colours() {
        let home = tempfile::tempdir().unwrap();
        for (format, size) in [
            (media::FilmFormat::H264, Size::new(640, 360)),
            (media::FilmFormat::H264, Size::new(1920, 1080)),
            (media::FilmFormat::ProRes, Size::new(640, 360)),
        ] {
            // Slopes, which no scaler changes much, in every colour.
            let mut frame = Frame::filled(size, [0, 0, 0, 255]);
            let wide = size.width as usize;
            for (at, pixel) in frame.rgba_mut().chunks_exact_mut(4).enumerate() {
                let (x, y) = (at % wide * 1280 / wide, at / wide * 1280 / wide);
                pixel[..3].copy_from_slice(&[(x % 512).min(511 - x % 512) as u8, 255 - (y / 3) as u8, (x / 5) as u8]);
            }
            let settings = FilmSettings { format, ..FilmSettings::new(size, FrameRate::FPS_24) };
            let mut writer = FilmWriter::create(home.path().join("film"), settings).unwrap();
            let mark = VisibleMark::new(size).unwrap();
            let mut in_planes = writer.prepared(&frame).unwrap();
            let plain = in_planes.frame().unwrap();
            in_planes.each_plane(|plane| mark.apply_to_plane(plane)).unwrap();
            let in_planes = in_planes.frame().unwrap();
            mark.apply(&mut frame).unwrap();
            let in_colours = writer.prepared(&frame).unwrap().frame().unwrap();
            // Of the pixels at most `around` from the mark, or of all others.
            let apart = |a: &Frame, b: &Frame, around: u32, inside: bool| {
                let ((left, top), area) = mark.area();
                let columns = left.saturating_sub(around)..left + area.width + around;
                let rows = top.saturating_sub(around)..top + area.height + around;
                let is_in = |at: usize| columns.contains(&((at % wide) as u32)) && rows.contains(&((at / wide) as u32));
                let pairs = a.rgba().chunks_exact(4).zip(b.rgba().chunks_exact(4)).enumerate();
                let pairs = pairs.filter(|(at, _)| is_in(*at) == inside);
                let far: Vec<u8> = pairs.flat_map(|(_, (a, b))| (0..3).map(|c| a[c].abs_diff(b[c]))).collect();
                let mean = far.iter().map(|far| f64::from(*far)).sum::<f64>() / far.len() as f64;
                (mean, far.into_iter().max().unwrap_or(0))
            };
            let (mean, most) = apart(&in_planes, &in_colours, 8, true);
            assert!(mean < 1.0 && most <= 8, "{format:?} {size}: {mean}, {most}");
            // Colours are shared by neighbours, once where they are made, and once more where they are read.
            assert!(apart(&in_planes, &plain, 14, false) == (0.0, 0), "nothing else is touched");
            assert!(apart(&in_planes, &plain, 8, true).0 > 10.0, "it is seen");
        }
    }
}
