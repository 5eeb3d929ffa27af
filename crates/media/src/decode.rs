//! Videos into frames: what a file says about itself, and its pictures as RGBA in the order they are shown.
//!
//! Deliberately not here: sound, seeking and uneven rates (`source.rs`), HDR transfer functions. Pixels that are not square stay so:
//! [`VideoInfo::shown_size`] says how wide they are.

use crate::MediaError;
use crate::film_picture::{FilmLayout, FilmPicture, goes_straight};
use crate::scale::{Layout, Matrix, Scaler, allocate, frame_from_video};
use crate::turn::Turn;
use ffmpeg_next as ffmpeg;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::format::context::StreamIo;
use ffmpeg_next::format::stream::Disposition;
use ffmpeg_next::util::frame::Video;
use ffmpeg_next::{Dictionary, Packet, Rational, codec, color, decoder, format, media};
use kinora_frame::{Frame, Size};
use kinora_time::{FLICKS_PER_SECOND, Flicks, FrameRate};
use std::fs;
use std::path::{Path, PathBuf};

/// How a file's numbers become colours, in FFmpeg's names ("bt709", "tv"); `None` where the file doesn't say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColourTags {
    /// Which red, green and blue.
    pub primaries: Option<&'static str>,
    /// How light becomes numbers.
    pub transfer: Option<&'static str>,
    /// How Y'CbCr is made of R'G'B'.
    pub matrix: Option<&'static str>,
    /// "tv" for 16..235, "pc" for 0..255.
    pub range: Option<&'static str>,
}

/// What a video file says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VideoInfo {
    /// Pixels of each picture, turned as the file says.
    pub size: Size,
    /// Width to height of a pixel; (1, 1) is square.
    pub pixel_aspect: (u32, u32),
    /// Frames a second; the nearest that can be exact for files whose own is not.
    pub rate: FrameRate,
    /// Number of pictures, worked out from the duration where the file doesn't count them. 0 if it says neither.
    pub frames: u32,
    /// How long the pictures last, worked out from their number where the file doesn't say. 0 if it says neither.
    pub duration: Flicks,
    /// FFmpeg's name of the codec, such as "h264".
    pub codec: String,
    /// FFmpeg's name of the sample layout, such as "yuv420p".
    pub pixel_format: String,
    /// Colour as tagged.
    pub colour: ColourTags,
    /// Whether there is sound beside the pictures.
    pub sound: bool,
}

impl VideoInfo {
    /// The size in square pixels: as high as the pictures, and as wide as they look.
    #[must_use]
    pub fn shown_size(&self) -> Size {
        let (wide, high) = self.pixel_aspect;
        let width = (u64::from(self.size.width) * u64::from(wide) + u64::from(high) / 2) / u64::from(high.max(1));
        Size::new(u32::try_from(width).unwrap_or(u32::MAX).max(1), self.size.height)
    }
}

/// Reads a video's header.
///
/// # Errors
/// As [`VideoReader::open`].
pub fn probe(path: impl AsRef<Path>) -> Result<VideoInfo, MediaError> {
    Ok(VideoReader::open(path)?.info)
}

/// Decodes a video, or its first `max` frames. All of them are held in memory: 8 MB each in HD.
///
/// # Errors
/// As [`VideoReader`].
pub fn read_frames(path: impl AsRef<Path>, max: Option<usize>) -> Result<Vec<Frame>, MediaError> {
    VideoReader::open(path)?.take(max.unwrap_or(usize::MAX)).collect()
}

/// Decodes a video frame by frame. Ends after the first error: [`MediaError::DamagedVideo`] where a picture can't be
/// decoded or the file ends before the duration it promises, [`MediaError::Io`]. Changed bytes that still are a valid
/// stream go unnoticed: that is what hashes are for.
pub struct VideoReader {
    input: format::context::Input,
    decoder: decoder::Video,
    pictures: Pictures,
    info: VideoInfo,
    path: PathBuf,
    stream: usize,
    /// When the pictures should end, and when those read so far do, in the stream's time base.
    promised_end: Option<i64>,
    end: i64,
    /// How many pictures the file lists, 0 if it doesn't, and how many were read so far.
    listed: i64,
    packets: i64,
    done: bool,
}

impl VideoReader {
    /// Opens a video and reads its header. Nothing but this one file is read, whatever it refers to.
    ///
    /// # Errors
    /// [`MediaError::Missing`], [`MediaError::NotAVideo`], [`MediaError::DamagedVideo`], [`MediaError::Io`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, MediaError> {
        let path = path.as_ref();
        let Opened { input, stream: index, decoder, turn } = open_video(path)?;
        let missing = || MediaError::DamagedVideo { reason: "its pictures are gone".to_owned(), path: path.to_owned() };
        let stream = input.stream(index).ok_or_else(missing)?;
        let known = |time: i64| Some(time).filter(|time| *time != ffmpeg::ffi::AV_NOPTS_VALUE);
        let start = known(stream.start_time()).unwrap_or(0);
        Ok(Self {
            info: info(&input, &stream, &decoder, turn),
            stream: index,
            promised_end: known(stream.duration()).map(|duration| start.saturating_add(duration)),
            end: i64::MIN,
            listed: stream.frames(),
            packets: 0,
            decoder,
            input,
            pictures: Pictures::new(turn),
            path: path.to_owned(),
            done: false,
        })
    }

    /// What the file says about itself.
    #[must_use]
    pub fn info(&self) -> &VideoInfo {
        &self.info
    }

    fn damaged(&self, reason: impl ToString) -> MediaError {
        MediaError::DamagedVideo { reason: reason.to_string(), path: self.path.clone() }
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, MediaError> {
        let mut picture = Video::empty();
        loop {
            match self.decoder.receive_frame(&mut picture) {
                Ok(()) if picture.has_decode_errors() || picture.is_corrupt() => {
                    return Err(self.damaged("a picture can't be decoded"));
                }
                Ok(()) => return self.pictures.frame(&picture, None).map(Some).map_err(|error| self.damaged(error)),
                Err(ffmpeg::Error::Eof) => return Ok(None),
                Err(ffmpeg::Error::Other { errno: ffmpeg::error::EAGAIN }) => self.feed()?,
                Err(error) => return Err(self.damaged(error)),
            }
        }
    }

    /// Gives the decoder the next packet, or the end.
    fn feed(&mut self) -> Result<(), MediaError> {
        let mut packet = Packet::empty();
        match packet.read(&mut self.input) {
            Ok(()) if packet.stream() != self.stream => Ok(()),
            Ok(()) if packet.is_corrupt() => Err(self.damaged("the file ends within a picture")),
            Ok(()) => {
                self.packets += 1;
                let time = packet.pts().or(packet.dts()).unwrap_or(i64::MIN);
                self.end = self.end.max(time.saturating_add(packet.duration()));
                self.decoder.send_packet(&packet).map_err(|error| self.damaged(error))
            }
            Err(ffmpeg::Error::Eof) => {
                // Both must fall short: edit lists leave out pictures, and the last one may last longer than it says.
                if self.packets < self.listed && self.promised_end.is_some_and(|promised| self.end < promised) {
                    return Err(self.damaged(format!("{} of its {} pictures are there", self.packets, self.listed)));
                }
                self.decoder.send_eof().map_err(|error| self.damaged(error))
            }
            Err(error) => Err(self.damaged(error)),
        }
    }
}

impl Iterator for VideoReader {
    type Item = Result<Frame, MediaError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let next = self.next_frame().transpose();
        self.done = !matches!(next, Some(Ok(_)));
        next
    }
}

/// A video whose decoder is ready.
pub(crate) struct Opened {
    pub(crate) input: format::context::Input,
    pub(crate) stream: usize,
    pub(crate) decoder: decoder::Video,
    pub(crate) turn: Turn,
}

/// Opens the file and the decoder of its pictures.
pub(crate) fn open_video(path: &Path) -> Result<Opened, MediaError> {
    crate::start_ffmpeg();
    let not_a_video = |reason: &str| MediaError::NotAVideo { reason: reason.to_owned(), path: path.to_owned() };
    let input = open_input(path)?;
    // FFmpeg reads pictures as videos of one frame.
    if input.format().name().ends_with("_pipe") || input.format().name().contains("image2") {
        return Err(not_a_video("it is a still picture"));
    }
    if input.nb_streams() == 0 {
        let reason = "it ends before its first picture".to_owned();
        return Err(MediaError::DamagedVideo { reason, path: path.to_owned() });
    }
    let stream = input.streams().best(media::Type::Video);
    let stream = stream.filter(|stream| !stream.disposition().contains(Disposition::ATTACHED_PIC));
    let stream = stream.ok_or_else(|| not_a_video("it has no moving pictures"))?;
    let decoder = codec::Context::from_parameters(stream.parameters())
        .and_then(|context| context.decoder().video())
        .map_err(|error| not_a_video(&error.to_string()))?;
    if decoder.width() == 0 || decoder.height() == 0 || decoder.format() == Pixel::None {
        let reason = "no picture could be found in it".to_owned();
        return Err(MediaError::DamagedVideo { reason, path: path.to_owned() });
    }
    let (index, turn) = (stream.index(), Turn::of(&stream));
    Ok(Opened { stream: index, decoder, turn, input })
}

/// Gives a decoder the next packet of its stream, or the end. What is broken is passed over, and a file that ends in the middle ends here.
pub(crate) fn feed(
    input: &mut format::context::Input,
    decoder: &mut decoder::Opened,
    stream: usize,
) -> Result<(), ffmpeg::Error> {
    let mut packet = Packet::empty();
    match packet.read(input) {
        Ok(()) if packet.stream() != stream => Ok(()),
        Ok(()) => match decoder.send_packet(&packet) {
            Err(ffmpeg::Error::InvalidData) => Ok(()),
            sent => sent,
        },
        Err(ffmpeg::Error::Eof | ffmpeg::Error::InvalidData) => match decoder.send_eof() {
            Err(ffmpeg::Error::Eof) => Ok(()),
            sent => sent,
        },
        Err(error) => Err(error),
    }
}

/// Decoded pictures into frames as they are shown.
pub(crate) struct Pictures {
    scaler: Option<Scaler>,
    /// The same into a film's own layout.
    straight: Option<Scaler>,
    turn: Turn,
}

impl Pictures {
    pub(crate) fn new(turn: Turn) -> Self {
        Self { scaler: None, straight: None, turn }
    }

    /// Whether pictures are turned before they are shown.
    pub(crate) fn turns(&self) -> bool {
        self.turn != Turn::default()
    }

    /// The picture as a frame: in its own size, or scaled on the way where pictures aren't turned.
    pub(crate) fn frame(&mut self, picture: &Video, scaled: Option<Size>) -> Result<Frame, ffmpeg::Error> {
        let layout = layout_of(picture);
        let to = Layout::rgba(scaled.unwrap_or(layout.size));
        let scaler = match self.scaler.take() {
            Some(scaler) if scaler.from() == layout && scaler.to() == to => scaler,
            _ => Scaler::new(layout, to)?,
        };
        let mut rgba = allocate(Pixel::RGBA, to.size)?;
        self.scaler.insert(scaler).run(picture, &mut rgba)?;
        Ok(self.turn.apply(frame_from_video(&rgba)))
    }

    /// Whether a picture can be kept by a film as it is.
    pub(crate) fn go_straight(&self, picture: &Video, film: FilmLayout) -> bool {
        !self.turns() && goes_straight(layout_of(picture), film)
    }

    /// The picture as a film keeps it, scaled to the film's size.
    pub(crate) fn straight(&mut self, picture: &Video, film: FilmLayout) -> Result<FilmPicture, ffmpeg::Error> {
        if !self.go_straight(picture, film) {
            return Err(ffmpeg::Error::InputChanged);
        }
        let layout = layout_of(picture);
        let scaler = match self.straight.take() {
            Some(scaler) if scaler.from() == layout && scaler.to() == film.0 => scaler,
            _ => Scaler::new(layout, film.0)?,
        };
        let scaler = self.straight.insert(scaler);
        FilmPicture::made(film, |made| scaler.run(picture, made))
    }
}

/// What the samples of a decoded picture mean.
fn layout_of(picture: &Video) -> Layout {
    let size = Size::new(picture.width(), picture.height());
    Layout {
        format: picture.format(),
        size,
        matrix: matrix(picture.color_space(), size),
        full_range: is_full_range(picture),
        chroma: picture.chroma_location(),
    }
}

/// Opens the file ourselves, so that any path works and a playlist can't make FFmpeg read other files or the network.
pub(crate) fn open_input(path: &Path) -> Result<format::context::Input, MediaError> {
    let reading = |source| MediaError::reading("reading the video", source, path);
    let mut file = fs::File::open(path).map_err(reading)?;
    if file.metadata().map_err(reading)?.is_dir() {
        return Err(reading(std::io::ErrorKind::IsADirectory.into()));
    }
    let mut head = [0; 8];
    let is_mp4 = std::io::Read::read_exact(&mut file, &mut head).is_ok() && head.ends_with(b"ftyp");
    std::io::Seek::rewind(&mut file).map_err(reading)?;
    let mut options = Dictionary::new();
    options.set("protocol_whitelist", "none");
    StreamIo::from_read_seek(file).and_then(|stream| format::input_from_stream(stream, None, Some(options))).map_err(
        |error| {
            let (reason, path) = (error.to_string(), path.to_owned());
            if is_mp4 { MediaError::DamagedVideo { reason, path } } else { MediaError::NotAVideo { reason, path } }
        },
    )
}

pub(crate) fn info(
    input: &format::context::Input,
    stream: &format::stream::Stream<'_>,
    decoder: &decoder::Video,
    turn: Turn,
) -> VideoInfo {
    let rate = nearest_rate(stream.avg_frame_rate()).or(nearest_rate(stream.rate())).unwrap_or(FrameRate::FPS_25);
    let duration = match (stream.duration(), input.duration()) {
        (ticks, _) if ticks > 0 => flicks(ticks, stream.time_base()),
        (_, ticks) if ticks > 0 => flicks(ticks, Rational(1, ffmpeg::ffi::AV_TIME_BASE)),
        _ => rate.frame_start(stream.frames().max(0)),
    };
    let frame = rate.frame_duration().0;
    let frames = if stream.frames() > 0 { stream.frames() } else { (duration.0 + frame / 2) / frame };
    VideoInfo {
        size: turn.size(Size::new(decoder.width(), decoder.height())),
        pixel_aspect: turn.pair(pixel_aspect(decoder.aspect_ratio())),
        rate,
        frames: u32::try_from(frames).unwrap_or(u32::MAX),
        duration,
        codec: decoder.id().name().to_owned(),
        pixel_format: decoder.format().descriptor().map_or("", |format| format.name()).to_owned(),
        colour: ColourTags {
            primaries: decoder.color_primaries().name(),
            transfer: decoder.color_transfer_characteristic().name(),
            matrix: decoder.color_space().name(),
            range: decoder.color_range().name(),
        },
        sound: input.streams().best(media::Type::Audio).is_some(),
    }
}

/// Width to height of a pixel; files say 0 where they don't know.
fn pixel_aspect(ratio: Rational) -> (u32, u32) {
    match (u32::try_from(ratio.numerator()), u32::try_from(ratio.denominator())) {
        (Ok(wide), Ok(high)) if wide > 0 && high > 0 => (wide, high),
        _ => (1, 1),
    }
}

/// How long the sound in a file lasts, as the file says.
///
/// # Errors
/// [`MediaError::Missing`], [`MediaError::NotSound`], [`MediaError::Io`].
pub fn sound_duration(path: impl AsRef<Path>) -> Result<Flicks, MediaError> {
    crate::start_ffmpeg();
    let path = path.as_ref();
    let no_sound = |reason: String| MediaError::NotSound { reason, path: path.to_owned() };
    let input = open_input(path).map_err(|error| match error {
        MediaError::NotAVideo { reason, .. } | MediaError::DamagedVideo { reason, .. } => no_sound(reason),
        other => other,
    })?;
    let stream = input.streams().best(media::Type::Audio).ok_or_else(|| no_sound("it has none".to_owned()))?;
    match (stream.duration(), input.duration()) {
        (ticks, _) if ticks > 0 => Ok(flicks(ticks, stream.time_base())),
        (_, ticks) if ticks > 0 => Ok(flicks(ticks, Rational(1, ffmpeg::ffi::AV_TIME_BASE))),
        _ => Err(no_sound("it does not say how long it is".to_owned())),
    }
}

/// `ticks` of `base` seconds, rounded down.
pub(crate) fn flicks(ticks: i64, base: Rational) -> Flicks {
    let scaled = i128::from(ticks) * i128::from(base.numerator()) * i128::from(FLICKS_PER_SECOND);
    Flicks(i64::try_from(scaled / i128::from(base.denominator().max(1))).unwrap_or(i64::MAX))
}

/// The exact rate, or the nearest one whose frames last a whole number of flicks; `None` for no rate at all.
fn nearest_rate(rate: Rational) -> Option<FrameRate> {
    let (n, d) = (u32::try_from(rate.numerator()).ok()?, u32::try_from(rate.denominator()).ok()?);
    if n == 0 || d == 0 {
        return None;
    }
    let wanted = f64::from(n) / f64::from(d);
    let away = |rate: &FrameRate| (rate.as_f64() - wanted).abs();
    let whole = (1..=1000).filter_map(|n| FrameRate::new(n, 1).ok());
    let ntsc = [12, 24, 30, 48, 60, 120].into_iter().filter_map(|n| FrameRate::new(n * 1000, 1001).ok());
    FrameRate::new(n, d).ok().or_else(|| whole.chain(ntsc).min_by(|a, b| away(a).total_cmp(&away(b))))
}

/// The matrix as tagged; untagged, HD is BT.709 and SD is BT.601.
fn matrix(space: color::Space, size: Size) -> Matrix {
    match space {
        color::Space::BT709 => Matrix::Bt709,
        color::Space::BT470BG | color::Space::SMPTE170M => Matrix::Bt601,
        color::Space::BT2020NCL | color::Space::BT2020CL => Matrix::Bt2020,
        color::Space::FCC => Matrix::Fcc,
        color::Space::SMPTE240M => Matrix::Smpte240m,
        _ if size.width >= 1280 || size.height > 576 => Matrix::Bt709,
        _ => Matrix::Bt601,
    }
}

fn is_full_range(picture: &Video) -> bool {
    let jpeg = [Pixel::YUVJ420P, Pixel::YUVJ422P, Pixel::YUVJ444P, Pixel::YUVJ440P, Pixel::YUVJ411P];
    picture.color_range() == color::Range::JPEG || jpeg.contains(&picture.format())
}
