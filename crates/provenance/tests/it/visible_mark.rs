//! Is the mark there, legible on anything, where it belongs, and nowhere else?

use kinora_frame::{Frame, Size};
use kinora_provenance::{ProvenanceError, VisibleMark};

const SIZES: [(u32, u32); 7] = [(96, 56), (192, 112), (832, 480), (480, 832), (1920, 1080), (1080, 1920), (3840, 2160)];

/// Relative luminance, WCAG 2.
fn luminance(pixel: [u8; 4]) -> f64 {
    let linear = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(pixel[0]) + 0.7152 * linear(pixel[1]) + 0.0722 * linear(pixel[2])
}

fn contrast(light: f64, dark: f64) -> f64 {
    (light + 0.05) / (dark + 0.05)
}

/// A picture of coloured noise and hard edges.
fn busy(size: Size) -> Frame {
    let mut state = 1u32;
    let bytes = (0..size.pixels()).flat_map(|at| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let stripe = if (at / 7) % 2 == 0 { 255 } else { 0 };
        [(state >> 24) as u8, (state >> 16) as u8 | stripe, stripe, 255]
    });
    Frame::new(size, bytes.collect()).unwrap()
}

fn backgrounds(size: Size) -> Vec<(&'static str, Frame)> {
    let mut all = vec![("busy", busy(size))];
    for (name, grey) in [("white", 255), ("black", 0), ("grey", 128), ("light", 200)] {
        all.push((name, Frame::filled(size, [grey, grey, grey, 255])));
    }
    all
}

#[test]
fn glyphs_stand_out_on_every_background() {
    for (width, height) in SIZES {
        let size = Size::new(width, height);
        let mark = VisibleMark::new(size).unwrap();
        let ((left, top), area) = mark.area();
        for (name, before) in backgrounds(size) {
            let mut frame = before;
            mark.apply(&mut frame).unwrap();
            let mut lights: Vec<f64> = (top..top + area.height)
                .flat_map(|y| (left..left + area.width).map(move |x| (x, y)))
                .map(|(x, y)| luminance(frame.pixel(x, y).unwrap()))
                .collect();
            lights.sort_by(f64::total_cmp);
            // Glyph cores are the lightest part of the area; most of the rest is the pill around them.
            let (core, halo) = (lights[lights.len() * 97 / 100], lights[lights.len() / 2]);
            assert!(contrast(core, halo) > 4.5, "{size} on {name}: {core:.3} against {halo:.3}");
        }
    }
}

#[test]
fn it_stays_in_the_bottom_right_and_leaves_the_rest_untouched() {
    for (width, height) in SIZES {
        let size = Size::new(width, height);
        let mark = VisibleMark::new(size).unwrap();
        let ((left, top), area) = mark.area();
        assert!(left >= width / 2 && top >= height / 2, "{size}: {left},{top}");
        assert!(left + area.width < width && top + area.height < height, "{size} keeps a margin");
        let before = busy(size);
        let mut after = before.clone();
        mark.apply(&mut after).unwrap();
        assert_ne!(before, after);
        for y in 0..height {
            for x in 0..width {
                let inside = (left..left + area.width).contains(&x) && (top..top + area.height).contains(&y);
                assert!(inside || before.pixel(x, y) == after.pixel(x, y), "{size}: {x},{y} changed");
            }
        }
    }
}

#[test]
fn letters_are_at_least_nine_pixels_and_about_a_twentieth_of_the_short_side() {
    for (width, height) in SIZES {
        let size = Size::new(width, height);
        let mark = VisibleMark::new(size).unwrap();
        let mut frame = Frame::filled(size, [0, 0, 0, 255]);
        mark.apply(&mut frame).unwrap();
        let ((left, top), area) = mark.area();
        let bright = |y: u32| (left..left + area.width).any(|x| frame.pixel(x, y).unwrap()[1] > 200);
        let rows = (top..top + area.height).filter(|&y| bright(y)).count() as f64;
        let share = rows / f64::from(width.min(height));
        assert!(rows >= 9.0, "{size}: {rows} rows");
        assert!(share > 0.034 && (share < 0.05 || rows <= 10.0), "{size}: {share}");
    }
}

#[test]
fn the_same_frame_gives_the_same_bits() {
    let size = Size::new(832, 480);
    let marked = |mark: VisibleMark| {
        let mut frame = busy(size);
        mark.apply(&mut frame).unwrap();
        frame
    };
    assert_eq!(marked(VisibleMark::new(size).unwrap()), marked(VisibleMark::new(size).unwrap()));
}

#[test]
fn a_transparent_frame_is_marked_as_well() {
    let size = Size::new(192, 112);
    let mark = VisibleMark::new(size).unwrap();
    let mut frame = Frame::filled(size, [0, 0, 0, 0]);
    mark.apply(&mut frame).unwrap();
    assert!(frame.rgba().chunks_exact(4).any(|pixel| pixel == [255, 255, 255, 255]));
}

#[test]
fn a_frame_of_another_size_is_refused() {
    let mark = VisibleMark::new(Size::new(96, 56)).unwrap();
    let mut frame = Frame::filled(Size::new(56, 96), [9; 4]);
    assert!(matches!(mark.apply(&mut frame), Err(ProvenanceError::FrameSize { .. })));
    assert_eq!(frame, Frame::filled(Size::new(56, 96), [9; 4]));
}

#[test]
fn a_frame_that_is_too_small_is_refused() {
    assert!(VisibleMark::new(Size::new(48, 32)).is_ok());
    for size in [Size::new(12, 12), Size::new(0, 0), Size::new(1000, 4)] {
        assert!(matches!(VisibleMark::new(size), Err(ProvenanceError::FrameTooSmall(_))), "{size}");
    }
}

/// Run with `--ignored` and look at the pictures: `KINORA_MARK_OUT=/tmp/marks cargo test … -- --ignored look`.
#[test]
#[ignore = "writes PPM pictures for people to look at"]
fn look_at_the_mark() {
    let folder = std::env::var("KINORA_MARK_OUT").expect("set KINORA_MARK_OUT to a folder");
    for (width, height) in SIZES {
        let size = Size::new(width, height);
        let mark = VisibleMark::new(size).unwrap();
        for (name, mut frame) in backgrounds(size) {
            mark.apply(&mut frame).unwrap();
            let mut ppm = format!("P6\n{width} {height}\n255\n").into_bytes();
            ppm.extend(frame.rgba().chunks_exact(4).flat_map(|pixel| &pixel[..3]));
            std::fs::write(format!("{folder}/{width}x{height}-{name}.ppm"), ppm).unwrap();
        }
    }
}
