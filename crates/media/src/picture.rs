//! Still pictures: opening, saving, fitting into a size, and contact sheets.
//!
//! Deliberately not here: colour management (embedded profiles are ignored, values are taken as sRGB), more than 8 bits,
//! and pictures made of video frames with marks (`kinora-provenance`). Scaling works on the encoded values, as video does.

use crate::MediaError;
use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageBuffer, ImageDecoder, ImageEncoder, ImageError, ImageFormat, ImageReader, RgbaImage};
use kinora_frame::{Frame, Size};
use std::fs;
use std::io::{self, BufWriter, Cursor, Write};
use std::path::Path;

const MAX_SIDE: u32 = 16_384;
const MAX_BYTES: u64 = 512 << 20;
const SHEET_GAP: u32 = 4;
const SHEET_COLOUR: [u8; 4] = [32, 32, 32, 255];

/// How a picture is brought into another shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// Fills the size; what sticks out is cut off on both sides alike.
    Cover,
    /// Lies whole within the size, in its middle, on black.
    Contain,
    /// Fills the size and changes the proportions.
    Stretch,
}

/// Opens a PNG, JPEG, WebP or TIFF, told by its content, turned as its EXIF orientation says.
///
/// # Errors
/// [`MediaError::Missing`], [`MediaError::NotAPicture`], [`MediaError::DamagedPicture`], [`MediaError::PictureTooLarge`]
/// over 16384×16384 pixels or 512 MB of them, [`MediaError::Io`].
pub fn open_picture(path: impl AsRef<Path>) -> Result<Frame, MediaError> {
    let path = path.as_ref();
    let action = "reading the picture";
    let file = fs::File::open(path).map_err(|source| MediaError::reading(action, source, path))?;
    let length = file.metadata().map_err(|source| MediaError::reading(action, source, path))?.len();
    if length > MAX_BYTES {
        return Err(MediaError::PictureTooLarge { path: path.to_owned() });
    }
    let mut bytes = Vec::new();
    // A device can give more than its length says.
    io::Read::read_to_end(&mut io::Read::take(file, MAX_BYTES), &mut bytes)
        .map_err(|source| MediaError::reading(action, source, path))?;
    decode(&bytes, path)
}

/// The same from memory; errors name the path `<memory>`.
///
/// # Errors
/// As [`open_picture`], without [`MediaError::Missing`] and [`MediaError::Io`].
pub fn picture_from_bytes(bytes: &[u8]) -> Result<Frame, MediaError> {
    decode(bytes, Path::new("<memory>"))
}

fn decode(bytes: &[u8], path: &Path) -> Result<Frame, MediaError> {
    let not_a_picture = || MediaError::NotAPicture { path: path.to_owned() };
    let too_large = || MediaError::PictureTooLarge { path: path.to_owned() };
    let damaged =
        |reason: &dyn ToString| MediaError::DamagedPicture { reason: reason.to_string(), path: path.to_owned() };
    let translate = |error: ImageError| match error {
        ImageError::Limits(_) => too_large(),
        ImageError::Unsupported(error) => damaged(&error),
        error => damaged(&error),
    };

    let format = image::guess_format(bytes).map_err(|_| not_a_picture())?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Tiff) {
        return Err(not_a_picture());
    }
    let mut limits = image::Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(MAX_SIDE), Some(MAX_SIDE));
    limits.max_alloc = Some(MAX_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(translate)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(damaged(&"it has no pixels"));
    }
    let bytes_as_rgba = u64::from(width) * u64::from(height) * 4;
    if width > MAX_SIDE || height > MAX_SIDE || bytes_as_rgba.max(decoder.total_bytes()) > MAX_BYTES {
        return Err(too_large());
    }
    // The JPEG decoder fills what is missing with grey.
    if format == ImageFormat::Jpeg && !jpeg_has_an_end(bytes) {
        return Err(damaged(&"the end of the JPEG is missing"));
    }
    let orientation = decoder.orientation().map_err(translate)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(translate)?;
    picture.apply_orientation(orientation);
    Ok(frame_from_image(picture.into_rgba8()))
}

/// Whether an end marker follows the pixels. Within them FF is never followed by D9; thumbnails in the header, which have
/// ends of their own, are stepped over.
fn jpeg_has_an_end(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[0xFF, marker, high, low]) = bytes.get(at..at + 4) {
        if marker == 0xFF {
            at += 1; // padding
            continue;
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
        if marker == 0xDA {
            break;
        }
    }
    bytes.get(at..).is_some_and(|pixels| pixels.windows(2).any(|pair| pair == [0xFF, 0xD9]))
}

/// Writes a PNG with alpha. It appears whole or not at all: written beside its place, flushed to the disk, then renamed.
///
/// # Errors
/// [`MediaError::DiskFull`], [`MediaError::Io`]; a picture that was there before is untouched then.
pub fn save_png(path: impl AsRef<Path>, frame: &Frame) -> Result<(), MediaError> {
    let path = path.as_ref();
    let failed = |source: io::Error| MediaError::writing("writing the picture", source, path);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".kinora-").suffix(".png");
    // Temporary files are private by default; a picture is as open as the person's umask says.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder).map_err(failed)?;
    let mut out = BufWriter::new(file);
    let size = frame.size();
    image::codecs::png::PngEncoder::new(&mut out)
        .write_image(frame.rgba(), size.width, size.height, image::ExtendedColorType::Rgba8)
        .map_err(|error| match error {
            ImageError::IoError(source) => failed(source),
            other => failed(io::Error::other(other)),
        })?;
    out.flush().map_err(failed)?;
    let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    #[cfg(unix)]
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    Ok(())
}

/// The whole picture at another size, with Lanczos filtering; the proportions may change. A size of 0 becomes 1.
#[must_use]
pub fn resize(frame: &Frame, size: Size) -> Frame {
    let size = Size::new(size.width.max(1), size.height.max(1));
    if size == frame.size() {
        return frame.clone();
    }
    let Some(view) = view(frame) else { return Frame::filled(size, [0, 0, 0, 255]) };
    frame_from_image(imageops::resize(&view, size.width, size.height, FilterType::Lanczos3))
}

/// The picture in another shape, with Lanczos filtering. A size of 0 becomes 1.
#[must_use]
pub fn fit(frame: &Frame, size: Size, fit: Fit) -> Frame {
    let size = Size::new(size.width.max(1), size.height.max(1));
    let from = frame.size();
    if from == size {
        return frame.clone();
    }
    match fit {
        Fit::Stretch => resize(frame, size),
        Fit::Cover => {
            // The largest centred window of the target's shape.
            let width = scaled(from.height, size.width, size.height).clamp(1, from.width.max(1));
            let height = scaled(from.width, size.height, size.width).clamp(1, from.height.max(1));
            resize(&centre(frame, Size::new(width, height)), size)
        }
        Fit::Contain => {
            let width = scaled(size.height, from.width, from.height).clamp(1, size.width);
            let height = scaled(size.width, from.height, from.width).clamp(1, size.height);
            let mut out = Frame::filled(size, [0, 0, 0, 255]);
            let inner = resize(frame, Size::new(width, height));
            paste(&mut out, &inner, (size.width - width) / 2, (size.height - height) / 2);
            out
        }
    }
}

/// All frames as tiles, row by row, `columns` a row, each `tile_width` pixels wide with 4 pixels of dark grey around it.
/// Tiles have the first frame's shape; others are fitted in on black.
#[must_use]
pub fn contact_sheet(frames: &[Frame], columns: u32, tile_width: u32) -> Frame {
    let shape = frames.first().map_or(Size::new(1, 1), Frame::size);
    let count = u32::try_from(frames.len()).unwrap_or(u32::MAX);
    let (columns, tile_width) = (columns.clamp(1, count.max(1)), tile_width.max(1));
    let tile = Size::new(tile_width, scaled(tile_width, shape.height, shape.width).max(1));
    let across = |tiles: u32, side: u32| tiles * (side + SHEET_GAP) + SHEET_GAP;
    let sheet = Size::new(across(columns, tile.width), across(count.div_ceil(columns), tile.height));
    let mut out = Frame::filled(sheet, SHEET_COLOUR);
    for (index, frame) in (0..count).zip(frames) {
        let (column, row) = (index % columns, index / columns);
        paste(&mut out, &fit(frame, tile, Fit::Contain), across(column, tile.width), across(row, tile.height));
    }
    out
}

/// `side · by / over`, rounded to the nearest.
fn scaled(side: u32, by: u32, over: u32) -> u32 {
    let over = u64::from(over.max(1));
    u32::try_from((u64::from(side) * u64::from(by) + over / 2) / over).unwrap_or(u32::MAX)
}

/// The middle of the picture; `size` must not be larger.
fn centre(frame: &Frame, size: Size) -> Frame {
    let from = frame.size();
    if from.pixels() == 0 {
        return frame.clone();
    }
    let (left, top) = ((from.width - size.width) as usize / 2 * 4, (from.height - size.height) as usize / 2);
    let (stride, row) = (from.width as usize * 4, size.width as usize * 4);
    let mut out = Frame::filled(size, [0, 0, 0, 255]);
    for (to, from) in out.rgba_mut().chunks_exact_mut(row).zip(frame.rgba().chunks_exact(stride).skip(top)) {
        to.copy_from_slice(&from[left..left + row]);
    }
    out
}

/// Copies `tile` into `out`; it must lie within.
fn paste(out: &mut Frame, tile: &Frame, left: u32, top: u32) {
    let (stride, row) = (out.size().width as usize * 4, tile.size().width as usize * 4);
    let (left, top) = (left as usize * 4, top as usize);
    for (to, from) in out.rgba_mut().chunks_exact_mut(stride).skip(top).zip(tile.rgba().chunks_exact(row)) {
        to[left..left + row].copy_from_slice(from);
    }
}

pub(crate) fn view(frame: &Frame) -> Option<ImageBuffer<image::Rgba<u8>, &[u8]>> {
    let size = frame.size();
    ImageBuffer::from_raw(size.width, size.height, frame.rgba()).filter(|_| size.pixels() > 0)
}

pub(crate) fn frame_from_image(image: RgbaImage) -> Frame {
    let size = Size::new(image.width(), image.height());
    // An image's buffer always has its size, so the other arm is never taken.
    Frame::new(size, image.into_raw()).unwrap_or_else(|_| Frame::filled(size, [0, 0, 0, 255]))
}
