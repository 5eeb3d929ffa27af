//! Pictures of every kind opened, saved, fitted and laid out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use image::codecs::{jpeg::JpegEncoder, png::PngEncoder, tiff::TiffEncoder, webp::WebPEncoder};
use image::{ExtendedColorType::Rgb8, ImageEncoder};
use kinora_frame::{Frame, Size};
use kinora_media::{Fit, MediaError, contact_sheet, fit, open_picture, picture_from_bytes, resize, save_png};
use std::fs;
use std::io::Cursor;

const RED: [u8; 4] = [255, 0, 0, 255];
const GREEN: [u8; 4] = [0, 255, 0, 255];
const BLACK: [u8; 4] = [0, 0, 0, 255];
const GAP: [u8; 4] = [32, 32, 32, 255];

/// Left half of it one colour, right half the other.
fn halves(size: Size, left: [u8; 4], right: [u8; 4]) -> Frame {
    let mut frame = Frame::filled(size, left);
    for (i, pixel) in frame.rgba_mut().chunks_exact_mut(4).enumerate() {
        if i % size.width as usize >= size.width as usize / 2 {
            pixel.copy_from_slice(&right);
        }
    }
    frame
}

fn rgb(frame: &Frame) -> Vec<u8> {
    frame.rgba().chunks_exact(4).flat_map(|pixel| pixel[..3].to_vec()).collect()
}

/// The same picture as PNG, JPEG, WebP and TIFF.
fn encoded(frame: &Frame) -> [(&'static str, Vec<u8>); 4] {
    let (rgb, Size { width, height }) = (rgb(frame), frame.size());
    let mut out = [("png", Vec::new()), ("jpeg", Vec::new()), ("webp", Vec::new()), ("tiff", Vec::new())];
    PngEncoder::new(&mut out[0].1).write_image(&rgb, width, height, Rgb8).unwrap();
    JpegEncoder::new_with_quality(&mut out[1].1, 95).write_image(&rgb, width, height, Rgb8).unwrap();
    WebPEncoder::new_lossless(&mut out[2].1).write_image(&rgb, width, height, Rgb8).unwrap();
    TiffEncoder::new(Cursor::new(&mut out[3].1)).write_image(&rgb, width, height, Rgb8).unwrap();
    out
}

fn is_close(frame: &Frame, x: u32, y: u32, colour: [u8; 4]) -> bool {
    frame.pixel(x, y).is_some_and(|pixel| pixel.iter().zip(colour).all(|(a, b)| a.abs_diff(b) <= 6))
}

/// A busy picture, so that every format has bytes to cut.
fn noise(size: Size) -> Frame {
    let mut frame = Frame::filled(size, BLACK);
    for (i, byte) in (0_u32..).zip(frame.rgba_mut()) {
        *byte = (i.wrapping_mul(2_654_435_761) >> 17) as u8;
    }
    frame
}

#[test]
fn the_content_decides_whatever_the_extension_says() {
    let folder = tempfile::tempdir().unwrap();
    let frame = halves(Size::new(48, 31), RED, GREEN);
    for (kind, bytes) in encoded(&frame) {
        for name in ["picture.jpg", "picture.tif", "picture.mp4", "picture"] {
            let path = folder.path().join(name);
            fs::write(&path, &bytes).unwrap();
            let opened = open_picture(&path).unwrap();
            assert_eq!(opened.size(), frame.size(), "{kind}");
            assert!(is_close(&opened, 5, 15, RED) && is_close(&opened, 43, 15, GREEN), "{kind}");
        }
    }
}

#[test]
fn a_picture_is_turned_as_its_exif_says() {
    let frame = halves(Size::new(48, 32), RED, GREEN);
    // Where the red left half is seen afterwards, as (x, y), by orientation.
    for (orientation, size, red, green) in [
        (1, Size::new(48, 32), (5, 16), (43, 16)),
        (2, Size::new(48, 32), (43, 16), (5, 16)),
        (3, Size::new(48, 32), (43, 16), (5, 16)),
        (6, Size::new(32, 48), (16, 5), (16, 43)),
        (8, Size::new(32, 48), (16, 43), (16, 5)),
    ] {
        // TIFF header, one entry: tag 0x0112, SHORT, one value.
        let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
        encoder.set_exif_metadata(exif).unwrap();
        encoder.write_image(&rgb(&frame), 48, 32, Rgb8).unwrap();
        let opened = picture_from_bytes(&bytes).unwrap();
        assert_eq!(opened.size(), size, "orientation {orientation}");
        assert!(is_close(&opened, red.0, red.1, RED), "orientation {orientation}");
        assert!(is_close(&opened, green.0, green.1, GREEN), "orientation {orientation}");
    }
}

#[test]
fn what_is_no_picture_says_so_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shot.png");
    for bytes in [b"".as_slice(), b"GIF89a\x01\0\x01\0", b"once upon a time there was no picture", &[0xA5; 4096]] {
        fs::write(&path, bytes).unwrap();
        let error = open_picture(&path).unwrap_err();
        assert!(matches!(error, MediaError::NotAPicture { .. }), "{error}");
        assert!(error.to_string().contains("PNG, JPEG, WebP or TIFF"), "{error}");
        assert!(error.to_string().ends_with("shot.png"), "{error}");
    }
    let error = open_picture(folder.path().join("gone.png")).unwrap_err();
    assert!(matches!(error, MediaError::Missing { .. }), "{error}");
    assert!(matches!(open_picture(folder.path()), Err(MediaError::Io { .. })));
}

#[test]
fn a_picture_cut_short_is_damaged_in_every_format() {
    for (kind, bytes) in encoded(&noise(Size::new(64, 64))) {
        for percent in [10, 30, 50, 70, 90, 98] {
            let cut = &bytes[..bytes.len() * percent / 100];
            let error = picture_from_bytes(cut).unwrap_err();
            assert!(matches!(error, MediaError::DamagedPicture { .. }), "{kind} at {percent} %: {error}");
        }
    }
}

#[test]
fn a_jpeg_may_have_bytes_after_its_end_and_a_thumbnail_before_it() {
    let [_, (_, mut jpeg), ..] = encoded(&noise(Size::new(32, 32)));
    jpeg.extend(b"a phone's trailer");
    assert!(picture_from_bytes(&jpeg).is_ok());
    // An end marker within the header doesn't count as the picture's.
    let thumbnail = [0xFF, 0xED, 0x00, 0x06, 0xFF, 0xD9, 0xFF, 0xD9];
    let with_thumbnail: Vec<u8> = [&jpeg[..2], &thumbnail, &jpeg[2..]].concat();
    assert!(picture_from_bytes(&with_thumbnail).is_ok());
    let cut = &with_thumbnail[..with_thumbnail.len() / 2];
    assert!(matches!(picture_from_bytes(cut), Err(MediaError::DamagedPicture { .. })));
}

#[test]
fn an_absurd_size_is_an_error_before_memory_is_taken() {
    // A PNG header that promises the size; the checksum of its chunk is right.
    let promising = |width: u32, height: u32| {
        let mut header = b"IHDR".to_vec();
        header.extend(width.to_be_bytes());
        header.extend(height.to_be_bytes());
        header.extend([8, 6, 0, 0, 0]);
        let crc = header.iter().fold(!0_u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xEDB8_8320 } else { c >> 1 })
        });
        let end = b"\0\0\0\0IDAT\x35\xAF\x06\x1E\0\0\0\0IEND\xAE\x42\x60\x82";
        [b"\x89PNG\r\n\x1A\n\0\0\0\x0D".as_slice(), &header, &(!crc).to_be_bytes(), end].concat()
    };
    for (width, height) in [(16_385, 1), (1, 16_385), (16_384, 16_384), (0x7FFF_FFFF, 0x7FFF_FFFF), (12_000, 12_000)] {
        let error = picture_from_bytes(&promising(width, height)).unwrap_err();
        assert!(matches!(error, MediaError::PictureTooLarge { .. }), "{width}×{height}: {error}");
    }
    // The same header with a size that may be is only found to have no pixels.
    let error = picture_from_bytes(&promising(100, 100)).unwrap_err();
    assert!(matches!(error, MediaError::DamagedPicture { .. }), "{error}");
}

#[test]
fn no_change_of_a_byte_makes_it_panic() {
    for (_, bytes) in encoded(&noise(Size::new(16, 16))) {
        for at in 0..bytes.len().min(600) {
            for value in [0x00, 0x80, 0xFF] {
                let mut changed = bytes.clone();
                changed[at] = value;
                let _ = picture_from_bytes(&changed);
            }
        }
    }
}

#[test]
fn a_saved_png_comes_back_pixel_for_pixel_with_alpha() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("still.png");
    let frame = noise(Size::new(33, 17));
    fs::write(&path, "what was there before").unwrap();
    save_png(&path, &frame).unwrap();
    assert_eq!(open_picture(&path).unwrap(), frame);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a temporary file is left");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let plain = folder.path().join("plain");
        fs::write(&plain, "").unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&path), mode(&plain));
    }
}

#[test]
fn a_png_that_cant_be_saved_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let error = save_png(folder.path().join("missing/still.png"), &noise(Size::new(4, 4))).unwrap_err();
    assert!(matches!(error, MediaError::Io { .. }), "{error}");
    // A folder with something in it stands where the picture should go: everything works but the last step.
    let taken = folder.path().join("taken");
    fs::create_dir_all(taken.join("inner")).unwrap();
    assert!(matches!(save_png(&taken, &noise(Size::new(4, 4))), Err(MediaError::Io { .. })));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn resizing_keeps_colours_and_places() {
    let frame = halves(Size::new(64, 40), RED, GREEN);
    for size in [Size::new(32, 20), Size::new(640, 400), Size::new(17, 93)] {
        let out = resize(&frame, size);
        assert_eq!(out.size(), size);
        assert!(is_close(&out, size.width / 8, size.height / 2, RED));
        assert!(is_close(&out, size.width - 1 - size.width / 8, size.height / 2, GREEN));
    }
    assert_eq!(resize(&frame, frame.size()), frame);
    assert_eq!(resize(&frame, Size::new(0, 0)).size(), Size::new(1, 1));
    assert_eq!(resize(&Frame::filled(Size::new(0, 0), RED), Size::new(2, 2)).size(), Size::new(2, 2));
}

#[test]
fn cover_crops_the_centre_contain_pads_with_black_and_stretch_keeps_all() {
    // Green, red, red, green, each a quarter of the width.
    let mut wide = halves(Size::new(80, 20), RED, RED);
    for (i, pixel) in wide.rgba_mut().chunks_exact_mut(4).enumerate() {
        if !(20..60).contains(&(i % 80)) {
            pixel.copy_from_slice(&GREEN);
        }
    }
    let square = Size::new(40, 40);

    let cover = fit(&wide, square, Fit::Cover);
    assert_eq!(cover.size(), square);
    assert!([(0, 0), (39, 39), (20, 20)].iter().all(|&(x, y)| is_close(&cover, x, y, RED)));

    let contain = fit(&wide, square, Fit::Contain);
    assert!((0..40).all(|x| contain.pixel(x, 14) == Some(BLACK) && contain.pixel(x, 25) == Some(BLACK)));
    assert!(is_close(&contain, 2, 20, GREEN) && is_close(&contain, 20, 20, RED) && is_close(&contain, 37, 20, GREEN));
    assert!(is_close(&contain, 2, 15, GREEN) && is_close(&contain, 2, 24, GREEN));

    let stretch = fit(&wide, square, Fit::Stretch);
    assert!(is_close(&stretch, 2, 2, GREEN) && is_close(&stretch, 20, 37, RED));

    let tall = fit(&Frame::filled(Size::new(20, 80), RED), Size::new(33, 21), Fit::Cover);
    assert!(tall.size() == Size::new(33, 21) && is_close(&tall, 16, 10, RED));
    for fitted in [Fit::Cover, Fit::Contain, Fit::Stretch] {
        assert_eq!(fit(&Frame::filled(Size::new(0, 5), RED), square, fitted).size(), square);
        assert_eq!(fit(&Frame::filled(Size::new(9000, 1), RED), Size::new(1, 9000), fitted).size(), Size::new(1, 9000));
    }
}

#[test]
fn a_contact_sheet_lays_tiles_row_by_row_with_even_gaps() {
    let frames: Vec<_> = (1..=5).map(|i| Frame::filled(Size::new(32, 18), [i * 40, 0, 0, 255])).collect();
    let sheet = contact_sheet(&frames, 3, 16);
    assert_eq!(sheet.size(), Size::new(4 + 3 * (16 + 4), 4 + 2 * (9 + 4)));
    for (i, colour) in [40, 80, 120, 160, 200].into_iter().enumerate() {
        let (column, row) = (i as u32 % 3, i as u32 / 3);
        let (left, top) = (4 + column * 20, 4 + row * 13);
        for (x, y) in [(left, top), (left + 15, top + 8)] {
            assert!(is_close(&sheet, x, y, [colour, 0, 0, 255]), "tile {i}");
        }
        assert_eq!([sheet.pixel(left - 1, top), sheet.pixel(left + 16, top + 8)], [Some(GAP); 2], "beside tile {i}");
    }
    // The sixth place is empty.
    assert_eq!(sheet.pixel(4 + 2 * 20 + 8, 4 + 13 + 4), Some(GAP));
    assert_eq!(contact_sheet(&frames, 0, 16).size().width, 24);
    assert_eq!(contact_sheet(&frames[..2], 9, 16).size(), Size::new(44, 17));
    assert_eq!(contact_sheet(&[], 4, 16).pixel(0, 0), Some(GAP));
}
