//! A cut becomes a file: its frames marked, its sound mixed, signed, and each take and file of it named.

use super::claim::claim;
use super::frames::FilmFrames;
use super::sound::FilmSound;
use crate::ServiceError;
use crate::leave::{Leaving, MarkedWriter, WorkFolder, place, sign_and_place};
use crate::lettering::Lettering;
use kinora_compositor::SharedGpu;
use kinora_frame::Frame;
use kinora_job::{CancelToken, Phase, Progress};
use kinora_media::{FilmFormat, FilmSettings, SoundWriter, Stereo, sample_at};
use kinora_model_store::ModelStore;
use kinora_provenance::{Claim, SigningIdentity, TrustAnchors, sign_beside, sign_file, verify_file};
use kinora_studio::planner::{Cut, FilmFile};
use std::fs;
use std::path::{Path, PathBuf};

/// A film to write.
#[derive(Debug)]
pub struct ExportRequest<'a> {
    /// What it shows.
    pub cut: &'a Cut,
    /// The project's folder, where the takes lie.
    pub project: &'a Path,
    /// Where models lie, for their second stages.
    pub store: &'a ModelStore,
    /// The file to write; the end of its name says of what kind. Pictures go into a folder of that name without its end.
    pub target: &'a Path,
    /// Who signs.
    pub identity: &'a SigningIdentity,
    /// Whether prompts go into the file; else their hashes.
    pub embed_prompts: bool,
    /// What composes pictures.
    pub gpu: &'a SharedGpu,
}

/// Writes the film, marked and signed, and puts it in its place. On any error the target is as it was.
///
/// # Errors
/// If a take's frames or an imported file are missing or damaged, the target can't be written, or the job is cancelled.
pub fn export_cut(
    request: &ExportRequest<'_>,
    cancel: &CancelToken,
    on_progress: &mut dyn FnMut(Progress),
) -> Result<(), ServiceError> {
    let file = file_of(request)?;
    let work = WorkFolder::beside(request.target)?;
    match file {
        FilmFile::Mp4 | FilmFile::Mov | FilmFile::Mkv => {
            let claim = claim(request, file)?;
            let unsigned = write_film(request, file, (&work, &claim), cancel, on_progress)?;
            on_progress(Progress { phase: Phase::Sign, step: 0, total: 1 });
            if file == FilmFile::Mkv {
                let manifest = work.path("manifest.c2pa");
                sign_beside(&unsigned, &manifest, &claim, request.identity, cancel)?;
                // The manifest first: a film without it would look unmarked.
                place(&manifest, &manifest_beside(request.target))?;
                place(&unsigned, request.target)?;
            } else {
                sign_and_place(&work, &unsigned, request.target, &claim, request.identity, cancel)?;
            }
            on_progress(Progress { phase: Phase::Sign, step: 1, total: 1 });
            Ok(())
        }
        FilmFile::Png => write_pictures(request, &work, cancel, on_progress),
        FilmFile::Wav => {
            let unsigned = work.path("mix.wav");
            write_sound(request, &unsigned, cancel, on_progress)?;
            place(&unsigned, request.target)
        }
    }
}

/// Whether the target holds this very film already, whole and signed: an export that a crash interrupted after its last step is not
/// done again.
///
/// # Errors
/// If a take's file can't be read.
pub fn is_exported(request: &ExportRequest<'_>) -> Result<bool, ServiceError> {
    let file = file_of(request)?;
    if !matches!(file, FilmFile::Mp4 | FilmFile::Mov | FilmFile::Mkv) {
        return Ok(false);
    }
    let Ok(report) = verify_file(request.target, &TrustAnchors::none()) else { return Ok(false) };
    let stored = report.plan.as_ref().and_then(|plan| plan.get("id")).cloned();
    Ok(report.holds() && stored == claim(request, file)?.plan.get("id").cloned())
}

fn file_of(request: &ExportRequest<'_>) -> Result<FilmFile, ServiceError> {
    let unknown = || ServiceError::Request(format!("films don't have such names: {}", request.target.display()));
    FilmFile::of_path(request.target).ok_or_else(unknown)
}

/// Where a manifest lies that its film can't hold: beside it, as C2PA's own tools look for it.
pub(crate) fn manifest_beside(film: &Path) -> PathBuf {
    let mut name = film.as_os_str().to_owned();
    name.push(".c2pa");
    PathBuf::from(name)
}

fn write_film(
    request: &ExportRequest<'_>,
    file: FilmFile,
    (work, claim): (&WorkFolder, &Claim),
    cancel: &CancelToken,
    on_progress: &mut dyn FnMut(Progress),
) -> Result<PathBuf, ServiceError> {
    let cut = request.cut;
    let (format, name) = match file {
        FilmFile::Mov => (FilmFormat::ProRes, "unsigned.mov"),
        FilmFile::Mkv => (FilmFormat::Ffv1, "unsigned.mkv"),
        _ => (FilmFormat::H264, "unsigned.mp4"),
    };
    let settings = FilmSettings {
        format,
        sound: !cut.sounds.is_empty(),
        timecode: Some(cut.timecode.of_frame(first_hour(cut) + i64::from(cut.first))),
        ..FilmSettings::new(cut.size, cut.rate)
    };
    let mut writer = MarkedWriter::film(work.path(name), settings, claim.source)?;
    write_frames(request, &mut writer, cancel, on_progress)?;
    writer.finish()
}

/// Films begin at one hour, as is usual.
fn first_hour(cut: &Cut) -> i64 {
    cut.timecode.parse("01:00:00:00").map_or(0, |hour| hour.frame())
}

fn write_frames(
    request: &ExportRequest<'_>,
    writer: &mut MarkedWriter,
    cancel: &CancelToken,
    on_progress: &mut dyn FnMut(Progress),
) -> Result<(), ServiceError> {
    let cut = request.cut;
    let mut frames = FilmFrames::new(cut, request.project, request.store, request.gpu);
    let mut sound = Sound::new(request);
    let letters = Lettering::new()?;
    for number in 0..cut.frames {
        cancel.check()?;
        let burn_in = cut.burn_in.iter().find(|b| (b.first..b.first + b.frames).contains(&number));
        let straight = match (burn_in, writer.layout()) {
            (None, Some(layout)) => frames.straight(number, layout)?,
            _ => None,
        };
        if let Some(mut straight) = straight {
            let key = straight.key.clone();
            writer.push(key, || straight.picture())?;
        } else {
            let (mut key, mut frame) = frames.keyed(number, cancel)?;
            if let Some(burn_in) = burn_in {
                let timecode = cut.timecode.of_frame(first_hour(cut) + i64::from(cut.first + number));
                burnt_in(&mut frame, &letters, &burn_in.text, &timecode.to_string());
                key.push([i64::from(number), -1, -1]);
            }
            writer.push(key, || Ok(Leaving::Frame(frame)))?;
        }
        if let Some(samples) = sound.of_frame(number)? {
            writer.push_sound(samples)?;
        }
        on_progress(Progress { phase: Phase::EncodeVideo, step: number + 1, total: cut.frames });
    }
    Ok(())
}

/// Draws a shot's number and the timecode into the upper corners, white on dark.
fn burnt_in(frame: &mut Frame, letters: &Lettering, number: &str, timecode: &str) {
    let size = frame.size();
    let height = (size.width.min(size.height) as f32 * 0.055).max(8.0);
    let margin = height * 0.6;
    let width = letters.width(height, timecode);
    for (text, left) in [(number, margin), (timecode, size.width as f32 - margin - width)] {
        darken(
            frame,
            (left - height * 0.3, margin - height * 0.15),
            (letters.width(height, text) + height * 0.6, height * 1.3),
        );
        letters.draw(frame, height, text, (left, margin), [255; 3]);
    }
}

/// Makes a part of a frame dark enough for white letters.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn darken(frame: &mut Frame, (left, top): (f32, f32), (width, height): (f32, f32)) {
    let size = frame.size();
    let columns = left.max(0.0) as usize..((left + width).max(0.0) as usize).min(size.width as usize);
    let rows = top.max(0.0) as usize..((top + height).max(0.0) as usize).min(size.height as usize);
    let row = size.width as usize * 4;
    for line in frame.rgba_mut().chunks_exact_mut(row).take(rows.end).skip(rows.start) {
        for pixel in line[columns.start * 4..columns.end * 4].chunks_exact_mut(4) {
            pixel[..3].iter_mut().for_each(|channel| *channel = (u16::from(*channel) * 3 / 8) as u8);
        }
    }
}

/// The sound of a film, frame by frame.
struct Sound<'a> {
    cut: &'a Cut,
    mix: FilmSound,
    samples: Vec<Stereo>,
}

impl<'a> Sound<'a> {
    fn new(request: &ExportRequest<'a>) -> Self {
        let cut = request.cut;
        Self { cut, mix: FilmSound::new(&cut.sounds, &cut.media, request.project), samples: Vec::new() }
    }

    /// What is heard during a frame; nothing in a film without sound.
    fn of_frame(&mut self, number: u32) -> Result<Option<&[Stereo]>, ServiceError> {
        if self.cut.sounds.is_empty() {
            return Ok(None);
        }
        let at = |frame: u32| sample_at(self.cut.rate.frame_start(i64::from(frame)));
        let (from, to) = (at(number), at(number + 1));
        self.samples.resize(usize::try_from(to - from).unwrap_or(0), [0.0; 2]);
        self.mix.read(from, &mut self.samples)?;
        Ok(Some(&self.samples))
    }
}

fn write_sound(
    request: &ExportRequest<'_>,
    path: &Path,
    cancel: &CancelToken,
    on_progress: &mut dyn FnMut(Progress),
) -> Result<(), ServiceError> {
    let cut = request.cut;
    let mut sound = Sound::new(request);
    let mut writer = SoundWriter::create(path)?;
    for number in 0..cut.frames {
        cancel.check()?;
        match sound.of_frame(number)? {
            Some(samples) => writer.push(samples)?,
            None => {
                let at = |frame: u32| sample_at(cut.rate.frame_start(i64::from(frame)));
                let silence = vec![[0.0; 2]; usize::try_from(at(number + 1) - at(number)).unwrap_or(0)];
                writer.push(&silence)?;
            }
        }
        on_progress(Progress { phase: Phase::EncodeVideo, step: number + 1, total: cut.frames });
    }
    Ok(writer.finish()?)
}

/// Pictures in a folder, each signed, and the sound beside them.
fn write_pictures(
    request: &ExportRequest<'_>,
    work: &WorkFolder,
    cancel: &CancelToken,
    on_progress: &mut dyn FnMut(Progress),
) -> Result<(), ServiceError> {
    let target = request.target.with_extension("");
    if fs::read_dir(&target).is_ok_and(|mut there| there.next().is_some()) {
        let text = format!("this folder is not empty; choose another name for the pictures: {}", target.display());
        return Err(ServiceError::Request(text));
    }
    let mut claim = claim(request, FilmFile::Png)?;
    let unsigned = work.path("unsigned");
    let mut writer = MarkedWriter::pictures(unsigned, request.cut.size, claim.source)?;
    write_frames(request, &mut writer, cancel, on_progress)?;
    let unsigned = writer.finish()?;
    let signed = work.path("signed");
    fs::create_dir(&signed).map_err(ServiceError::io("the folder for the pictures can't be made", &signed))?;
    for number in 1..=request.cut.frames {
        let name = format!("{number:06}.png");
        claim.title.clone_from(&name);
        sign_file(&unsigned.join(&name), &signed.join(&name), &claim, request.identity, cancel)?;
        on_progress(Progress { phase: Phase::Sign, step: number, total: request.cut.frames });
    }
    if !request.cut.sounds.is_empty() {
        write_sound(request, &signed.join("sound.wav"), cancel, &mut |_| {})?;
    }
    // An empty folder of that name may be there.
    let _ = fs::remove_dir(&target);
    place(&signed, &target)
}
