//! What a picture or film shows, in the words of a prompt: Sketch's reader names it.
//!
//! The reader was taught with drawn scenes: of photographs it makes what is nearest.

use crate::ServiceError;
use kinora_diffusion::codec::tensor_from_frame;
use kinora_diffusion::reader::{Named, Reader};
use kinora_frame::{Frame, Size};
use kinora_media::{self as media, FileKind, VideoSource, sniff};
use kinora_model_store::ModelStore;
use kinora_time::{FLICKS_PER_SECOND, Flicks};
use std::path::Path;

/// The model whose reader it is.
const READER_OF: &str = "sketch";
/// What was said of a film's first seconds: as long as the clips that the reader was taught with.
const LONGEST: Flicks = Flicks(5 * FLICKS_PER_SECOND);
/// What is less likely than this is not told.
const LEAST: f32 = 0.5;
/// What every scene has until something else is said.
const USUAL: [&str; 3] = ["still", "static", "flat"];

/// Reads a picture or film and says what it shows: `red car, left to right, desert, noon`.
///
/// # Errors
/// If the model, its reader or the file can't be read, or nothing is recognised.
pub fn describe(store: &ModelStore, file: &Path) -> Result<String, ServiceError> {
    let reader = load_reader(store)?;
    let (frames, moves) = match sniff(file)? {
        Some(FileKind::Still) => (vec![media::open_picture(file)?], false),
        Some(FileKind::Video) => (frames_of(&reader, file)?, true),
        _ => {
            let text = format!("this is no picture or video, so there is nothing to see in it: {}", file.display());
            return Err(ServiceError::Request(text));
        }
    };
    let words = words_of(&read(&reader, &frames, (0.0, 1.0))?, moves);
    if words.is_empty() {
        let text = format!("nothing in it is like what the reader knows; write the words yourself: {}", file.display());
        return Err(ServiceError::Request(text));
    }
    Ok(words)
}

/// The reader that looks at pictures and films of any model.
pub(crate) fn load_reader(store: &ModelStore) -> Result<Reader, ServiceError> {
    Ok(Reader::load(&store.find(READER_OF)?.folder.join("bench"))?)
}

/// What the reader names in a part of a clip, 0 to 1.
pub(crate) fn read(reader: &Reader, frames: &[Frame], (from, to): (f64, f64)) -> Result<Vec<Named>, ServiceError> {
    #[allow(clippy::cast_possible_truncation, reason = "a reader's picture is small")]
    let size = Size::new(reader.config().width as u32, reader.config().height as u32);
    let seen = reader.moments(frames.len(), from, to).into_iter().filter_map(|index| frames.get(index));
    let seen = seen
        .map(|frame| tensor_from_frame(&media::fit(frame, size, media::Fit::Cover)))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(reader.read_pictures(&seen)?)
}

/// The frames of a film that the reader wants to see.
fn frames_of(reader: &Reader, file: &Path) -> Result<Vec<Frame>, ServiceError> {
    let mut source = VideoSource::open(file)?;
    let length = source.info().duration.min(LONGEST);
    // In so many parts that the reader's moments are told apart, all within the film.
    let at = |part: usize| Flicks(length.0 * i64::try_from(part).unwrap_or(0) / 1000);
    reader.moments(1000, 0.0, 1.0).into_iter().map(|part| Ok(source.frame_at(at(part))?.1)).collect()
}

/// Words of a prompt. `moves`: whether motion and camera can be told.
fn words_of(named: &[Named], moves: bool) -> String {
    let of = |attribute: &str| {
        let found = named.iter().find(|named| named.attribute == attribute)?;
        let told = found.probability >= LEAST && !USUAL.contains(&found.class.as_str());
        told.then_some(found.class.as_str())
    };
    let over_time = |attribute: &str| of(attribute).filter(|_| moves);
    let subject = match (of("colour"), of("subject")) {
        (Some(colour), Some(subject)) => Some(format!("{colour} {subject}")),
        (_, subject) => subject.map(str::to_owned),
    };
    let others = [over_time("motion"), of("place"), of("time"), over_time("camera"), of("style")];
    let all: Vec<String> = subject.into_iter().chain(others.into_iter().flatten().map(str::to_owned)).collect();
    all.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_is_likely_and_not_what_every_scene_has() {
        let named = |pairs: &[(&str, &str, f32)]| -> Vec<Named> {
            let named = |(attribute, class, probability): &(&str, &str, f32)| Named {
                attribute: (*attribute).to_owned(),
                class: (*class).to_owned(),
                probability: *probability,
                shares: Vec::new(),
            };
            pairs.iter().map(named).collect()
        };
        let all = named(&[
            ("subject", "car", 0.9),
            ("colour", "red", 0.8),
            ("place", "desert", 0.7),
            ("time", "noon", 0.4),
            ("motion", "left to right", 0.9),
            ("camera", "static", 0.9),
            ("style", "ink line", 0.6),
        ]);
        assert_eq!(words_of(&all, true), "red car, left to right, desert, ink line");
        assert_eq!(words_of(&all, false), "red car, desert, ink line");
        assert_eq!(words_of(&named(&[("subject", "car", 0.2), ("colour", "red", 0.9)]), true), "");
    }
}
