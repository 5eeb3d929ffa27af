//! A video at any time: exactly the picture that is on screen then, wherever keyframes lie and however uneven its frames are.
//!
//! Pictures are found by their times alone, never by counting: a file of an uneven rate has no frame numbers that mean anything.
//! Time 0 is where the file's first stream begins, so that pictures and sound of one file keep together.
//!
//! Deliberately not here: which time of a file a timeline shows, and keeping frames for later.

use crate::MediaError;
use crate::decode::{Opened, Pictures, VideoInfo, feed, info, open_video};
use crate::film_picture::{FilmLayout, FilmPicture};
use ffmpeg_next as ffmpeg;
use ffmpeg_next::util::frame::Video;
use ffmpeg_next::{Rational, Rescale, decoder, ffi, format, media};
use kinora_frame::{Frame, Size};
use kinora_time::{FLICKS_PER_SECOND, Flicks};
use std::path::{Path, PathBuf};

/// As far ahead, decoding on is taken to be quicker than looking for a keyframe.
const NEAR_SECONDS: i64 = 2;
/// The same in frames, where every picture is a keyframe.
const NEAR_FRAMES: i64 = 3;
/// How far before the wanted time the search for a keyframe starts again, if what was found begins too late.
const STEPS_BACK_SECONDS: [i64; 4] = [0, 1, 8, 64];

/// A video that is looked at here and there.
pub struct VideoSource {
    input: format::context::Input,
    decoder: decoder::Video,
    stream: usize,
    base: Rational,
    /// The ticks of time 0.
    origin: i64,
    pictures: Pictures,
    info: VideoInfo,
    path: PathBuf,
    /// As many ticks ahead, decoding on is quicker than looking for a keyframe.
    near: i64,
    /// Whether what the file says of how long a picture lasts can be relied on.
    lasting: bool,
    /// The picture on screen, and the one after it.
    current: Option<Picture>,
    next: Option<Picture>,
    ended: bool,
}

/// A decoded picture that is on screen from a tick on.
struct Picture {
    from: i64,
    /// When it goes, where that is sure before the next one is decoded.
    until: Option<i64>,
    video: Video,
    /// As it was asked for last: scaled to a size, or not.
    frame: Option<(Option<Size>, Frame)>,
}

impl VideoSource {
    /// Opens a video.
    ///
    /// # Errors
    /// [`MediaError::Missing`], [`MediaError::NotAVideo`], [`MediaError::DamagedVideo`], [`MediaError::Io`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, MediaError> {
        let path = path.as_ref();
        let Opened { input, stream, decoder, turn } = open_video(path)?;
        let missing = || MediaError::DamagedVideo { reason: "its pictures are gone".to_owned(), path: path.to_owned() };
        let (base, info) = {
            let stream = input.stream(stream).ok_or_else(missing)?;
            (stream.time_base(), info(&input, &stream, &decoder, turn))
        };
        let keyframes_only = are_all_keyframes(&decoder);
        let near = if keyframes_only {
            (NEAR_FRAMES * info.rate.frame_duration().0).rescale(flick_base(), base)
        } else {
            NEAR_SECONDS.rescale(Rational(1, 1), base)
        };
        Ok(Self {
            near,
            // These containers know where each picture begins, and with keyframes alone the order is that of the file.
            lasting: keyframes_only && ["mov", "avi"].iter().any(|name| input.format().name().contains(name)),
            origin: origin(&input, base),
            stream,
            base,
            decoder,
            pictures: Pictures::new(turn),
            info,
            path: path.to_owned(),
            current: None,
            next: None,
            ended: false,
            input,
        })
    }

    /// What the file says about itself.
    #[must_use]
    pub fn info(&self) -> &VideoInfo {
        &self.info
    }

    /// The picture that is on screen at a time, and since when. Before the first picture it is the first, after the end the last.
    /// Pictures that can't be decoded are passed over: the one before stays.
    ///
    /// # Errors
    /// [`MediaError::DamagedVideo`] if no picture can be decoded, [`MediaError::Io`].
    pub fn frame_at(&mut self, time: Flicks) -> Result<(Flicks, Frame), MediaError> {
        self.look(time, None)
    }

    /// The same for a frame of a size that it is to cover: scaled while its colours are converted, which is one pass less, where all of
    /// it is seen; in its own size where something sticks out.
    ///
    /// # Errors
    /// As [`VideoSource::frame_at`].
    pub fn frame_covering(&mut self, time: Flicks, size: Size) -> Result<(Flicks, Frame), MediaError> {
        self.look(time, Some(size).filter(|_| self.is_wholly_seen(size) && !self.pictures.turns()))
    }

    /// Since when the picture is on screen that is there at a time, if it can go into a film as it is, by [`VideoSource::film_picture`].
    /// Nothing where only a frame does: pictures that are turned, see-through, of other proportions than the film, or of other colours
    /// than light and two differences by BT.709.
    ///
    /// # Errors
    /// As [`VideoSource::frame_at`].
    pub fn goes_straight(&mut self, time: Flicks, film: FilmLayout) -> Result<Option<Flicks>, MediaError> {
        if !self.is_wholly_seen(film.size()) {
            return Ok(None);
        }
        let from = self.show(time)?;
        let picture = self.current.as_ref().filter(|picture| self.pictures.go_straight(&picture.video, film));
        Ok(picture.map(|_| self.flicks(from)))
    }

    /// The picture at a time as a film keeps it, scaled in the same pass, which is far less work than by way of a frame.
    ///
    /// # Errors
    /// As [`VideoSource::frame_at`], and for pictures that don't go straight.
    pub fn film_picture(&mut self, time: Flicks, film: FilmLayout) -> Result<FilmPicture, MediaError> {
        self.show(time)?;
        let nothing = self.without_pictures();
        let picture = self.current.as_ref().ok_or(nothing)?;
        self.pictures.straight(&picture.video, film).map_err(|error| self.damaged(error))
    }

    /// Whether nothing sticks out where a picture covers a size.
    fn is_wholly_seen(&self, size: Size) -> bool {
        let shape = self.info.shown_size();
        u64::from(shape.width) * u64::from(size.height) == u64::from(shape.height) * u64::from(size.width)
    }

    /// Makes `current` the picture at a time, and says since which tick it is on screen.
    fn show(&mut self, time: Flicks) -> Result<i64, MediaError> {
        let wanted = self.ticks(time);
        self.go_to(wanted).map_err(|error| self.damaged(error))?;
        self.current.as_ref().map(|picture| picture.from).ok_or_else(|| self.without_pictures())
    }

    fn without_pictures(&self) -> MediaError {
        self.damaged("none of its pictures can be decoded")
    }

    fn look(&mut self, time: Flicks, scaled: Option<Size>) -> Result<(Flicks, Frame), MediaError> {
        let from = self.show(time)?;
        let nothing = self.without_pictures();
        let picture = self.current.as_mut().ok_or(nothing)?;
        let frame = match &picture.frame {
            Some((made, frame)) if *made == scaled => frame.clone(),
            _ => {
                let path = &self.path;
                let damaged =
                    |error: ffmpeg::Error| MediaError::DamagedVideo { reason: error.to_string(), path: path.clone() };
                let frame = self.pictures.frame(&picture.video, scaled).map_err(damaged)?;
                picture.frame = Some((scaled, frame.clone()));
                frame
            }
        };
        Ok((self.flicks(from), frame))
    }

    /// When the last picture that can be decoded comes on screen: a file that was cut short ends before it says.
    ///
    /// # Errors
    /// As [`VideoSource::frame_at`].
    pub fn last_picture(&mut self) -> Result<Flicks, MediaError> {
        Ok(self.frame_at(Flicks(i64::MAX / 4))?.0)
    }

    /// Makes `current` the picture that is on screen at a tick.
    fn go_to(&mut self, wanted: i64) -> Result<(), ffmpeg::Error> {
        let near = self.near;
        let ahead = self.current.as_ref().map(|current| wanted.saturating_sub(current.from));
        if ahead.is_none_or(|ahead| ahead < 0 || ahead > near) && !self.is_on_screen(wanted) {
            self.seek(wanted)?;
        }
        self.go_on_to(wanted)
    }

    /// Whether the next picture comes only after a tick, and the current one before.
    fn is_on_screen(&self, wanted: i64) -> bool {
        let begun = self.current.as_ref().is_some_and(|current| current.from <= wanted);
        let lasts = self.next.as_ref().map_or(self.ended, |next| next.from > wanted);
        begun && (lasts || self.surely_lasts(wanted))
    }

    /// Whether the current picture is known to be still there at a tick, whatever comes after it.
    fn surely_lasts(&self, wanted: i64) -> bool {
        self.current.as_ref().and_then(|current| current.until).is_some_and(|until| until > wanted)
    }

    /// Decodes on until the next picture comes after a tick.
    fn go_on_to(&mut self, wanted: i64) -> Result<(), ffmpeg::Error> {
        loop {
            if self.next.is_none() && self.surely_lasts(wanted) {
                return Ok(());
            }
            if self.next.is_none() && !self.ended {
                self.next = self.decode()?;
                self.ended = self.next.is_none();
            }
            match &self.next {
                Some(next) if next.from <= wanted || self.current.is_none() => self.current = self.next.take(),
                _ => return Ok(()),
            }
        }
    }

    /// Goes to a keyframe from which the picture at a tick can be decoded.
    fn seek(&mut self, wanted: i64) -> Result<(), ffmpeg::Error> {
        let end = self.origin.saturating_add(self.info.duration.0.rescale(flick_base(), self.base));
        for back in STEPS_BACK_SECONDS {
            let back = back.rescale(Rational(1, 1), self.base);
            let target = wanted.min(end).saturating_sub(back);
            if target <= self.origin {
                break;
            }
            if self.jump(target).is_ok() {
                self.current = self.decode()?;
                if self.current.as_ref().is_some_and(|first| first.from <= wanted) {
                    return Ok(());
                }
            }
        }
        self.rewind()
    }

    fn jump(&mut self, target: i64) -> Result<(), ffmpeg::Error> {
        let stream = i32::try_from(self.stream).map_err(|_| ffmpeg::Error::InvalidData)?;
        // SAFETY: the context is open and ours, and the stream is one of its own.
        let done = unsafe { ffi::av_seek_frame(self.input.as_mut_ptr(), stream, target, ffi::AVSEEK_FLAG_BACKWARD) };
        self.forget();
        if done < 0 { Err(ffmpeg::Error::from(done)) } else { Ok(()) }
    }

    /// Begins anew: some files can't be gone back in.
    fn rewind(&mut self) -> Result<(), ffmpeg::Error> {
        let Ok(Opened { input, decoder, .. }) = open_video(&self.path) else {
            return Err(ffmpeg::Error::InvalidData);
        };
        (self.input, self.decoder) = (input, decoder);
        self.forget();
        Ok(())
    }

    fn forget(&mut self) {
        self.decoder.flush();
        (self.current, self.next, self.ended) = (None, None, false);
    }

    /// The next picture that can be decoded.
    fn decode(&mut self) -> Result<Option<Picture>, ffmpeg::Error> {
        let mut video = Video::empty();
        loop {
            match self.decoder.receive_frame(&mut video) {
                Ok(()) if video.is_corrupt() || video.has_decode_errors() => {}
                Ok(()) => {
                    let Some(from) = video.timestamp() else { continue };
                    let duration = Some(video.packet().duration).filter(|duration| self.lasting && *duration > 0);
                    let until = duration.map(|duration| from.saturating_add(duration));
                    return Ok(Some(Picture { from, until, video, frame: None }));
                }
                Err(ffmpeg::Error::Eof) => return Ok(None),
                // More is wanted, or a picture is broken: the ones after it may be whole.
                Err(ffmpeg::Error::Other { errno: ffmpeg::error::EAGAIN } | ffmpeg::Error::InvalidData) => {
                    feed(&mut self.input, &mut self.decoder, self.stream)?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn ticks(&self, time: Flicks) -> i64 {
        let time = time.0.clamp(0, i64::MAX / 8);
        self.origin.saturating_add(time.rescale_with(flick_base(), self.base, ffmpeg::Rounding::Down))
    }

    fn flicks(&self, ticks: i64) -> Flicks {
        crate::decode::flicks(ticks.saturating_sub(self.origin), self.base)
    }

    fn damaged(&self, reason: impl ToString) -> MediaError {
        MediaError::DamagedVideo { reason: reason.to_string(), path: self.path.clone() }
    }
}

/// Whether a codec has nothing but keyframes.
fn are_all_keyframes(decoder: &decoder::Video) -> bool {
    // SAFETY: descriptors are static in FFmpeg; for an unknown codec there is none.
    let properties =
        unsafe { ffi::avcodec_descriptor_get(decoder.id().into()).as_ref() }.map_or(0, |codec| codec.props);
    properties & ffi::AV_CODEC_PROP_INTRA_ONLY != 0
}

fn flick_base() -> Rational {
    Rational(1, i32::try_from(FLICKS_PER_SECOND).unwrap_or(i32::MAX))
}

/// When the file's first stream begins, in ticks of `base`. Sound that begins before 0 is what a decoder needs to get going, and no sound.
pub(crate) fn origin(input: &format::context::Input, base: Rational) -> i64 {
    let begins = |stream: format::stream::Stream<'_>| {
        let start = Some(stream.start_time()).filter(|start| *start != ffi::AV_NOPTS_VALUE)?;
        let ticks = start.rescale(stream.time_base(), base);
        match stream.parameters().medium() {
            media::Type::Video => Some(ticks),
            media::Type::Audio => Some(ticks.max(0)),
            _ => None,
        }
    };
    input.streams().filter_map(begins).min().unwrap_or(0)
}
