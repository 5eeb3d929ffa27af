//! Real adapter, real pixels. Expected values are worked out here in linear light.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use kinora_compositor::{Change, Compositor, Framing, Gpu, Place, Row, Shown, Titles};
use kinora_frame::{Frame, Size};

fn linear(byte: u8) -> f32 {
    let value = f32::from(byte) / 255.0;
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

fn encoded(linear: f32) -> u8 {
    let value = if linear <= 0.003_130_8 { linear * 12.92 } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 };
    (value * 255.0).round() as u8
}

/// So much of `a`, the rest of `b`.
fn mixed(a: u8, b: u8, part: f32) -> u8 {
    encoded(linear(a) * part + linear(b) * (1.0 - part))
}

fn noise(size: Size, seed: u32) -> Frame {
    let byte = |at: usize| ((at as u32).wrapping_add(seed).wrapping_mul(2_654_435_761) >> 11) as u8;
    let mut frame = Frame::new(size, (0..size.pixels() * 4).map(byte).collect()).unwrap();
    frame.rgba_mut().chunks_exact_mut(4).for_each(|pixel| pixel[3] = 255);
    frame
}

struct Studio {
    compositor: Compositor,
}

impl Studio {
    fn new(size: Size) -> Self {
        let gpu = Gpu::open().expect("a software adapter at least");
        Self { compositor: Compositor::new(&gpu, size).unwrap() }
    }

    /// What is seen of pictures over each other, each in its place.
    fn frame(&self, layers: &[(&Frame, Place)]) -> Frame {
        let pictures: Vec<_> = layers
            .iter()
            .map(|(frame, place)| (self.compositor.upload(frame).unwrap(), frame.size(), *place))
            .collect();
        let rows: Vec<_> = pictures
            .iter()
            .map(|(picture, shape, place)| Row::Still(Shown { picture, shape: *shape, place: *place }))
            .collect();
        self.compositor.read(&self.compositor.compose(&rows)).unwrap()
    }

    fn change(
        &self,
        from: Option<&Frame>,
        to: Option<&Frame>,
        below: Option<&Frame>,
        change: Change,
        done: f32,
    ) -> Frame {
        let shown = |frame: Option<&Frame>| frame.map(|frame| (self.compositor.upload(frame).unwrap(), frame.size()));
        let (from, to, below) = (shown(from), shown(to), shown(below));
        fn of(picture: &Option<(kinora_compositor::Picture, Size)>) -> Option<Shown<'_>> {
            picture.as_ref().map(|(picture, shape)| Shown { picture, shape: *shape, place: Place::default() })
        }
        let mut rows: Vec<Row<'_>> = of(&below).map(Row::Still).into_iter().collect();
        rows.push(Row::Change { from: of(&from), to: of(&to), change, done });
        self.compositor.read(&self.compositor.compose(&rows)).unwrap()
    }
}

fn near(a: [u8; 4], b: [u8; 3]) -> bool {
    a[3] == 255 && a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= 1)
}

#[test]
fn a_picture_of_the_frames_size_comes_out_bit_for_bit() {
    let size = Size::new(70, 34);
    let studio = Studio::new(size);
    let every: Frame = {
        let mut frame = noise(size, 3);
        for (at, pixel) in frame.rgba_mut().chunks_exact_mut(4).enumerate() {
            pixel[0] = at as u8;
        }
        frame
    };
    assert!(studio.frame(&[(&every, Place::default())]) == every);
    for change in [Change::Dissolve, Change::Wipe, Change::Dip] {
        let other = noise(size, 9);
        assert!(studio.change(Some(&every), Some(&other), None, change, 0.0) == every, "{change:?}");
        assert!(studio.change(Some(&every), Some(&other), None, change, 1.0) == other, "{change:?}");
    }
}

#[test]
fn what_shines_through_is_mixed_in_linear_light() {
    let size = Size::new(16, 8);
    let studio = Studio::new(size);
    let (red, blue) = (Frame::filled(size, [230, 20, 10, 255]), Frame::filled(size, [10, 40, 200, 255]));
    let half = Place { opacity: 0.5, ..Place::default() };
    let expected = [mixed(230, 10, 0.5), mixed(20, 40, 0.5), mixed(10, 200, 0.5)];
    let seen = studio.frame(&[(&blue, Place::default()), (&red, half)]).pixel(5, 5).unwrap();
    assert!(near(seen, expected), "{seen:?} {expected:?}");
    // Alpha of a picture is straight: its colour is what it says where it is half there.
    let glass = Frame::filled(size, [230, 20, 10, 128]);
    let seen = studio.frame(&[(&blue, Place::default()), (&glass, Place::default())]).pixel(5, 5).unwrap();
    let part = 128.0 / 255.0;
    assert!(near(seen, [mixed(230, 10, part), mixed(20, 40, part), mixed(10, 200, part)]), "{seen:?}");
    let seen = studio.change(Some(&red), Some(&blue), None, Change::Dissolve, 0.25).pixel(5, 5).unwrap();
    assert!(near(seen, [mixed(230, 10, 0.75), mixed(20, 40, 0.75), mixed(10, 200, 0.75)]), "{seen:?}");
    let seen = studio.change(Some(&red), Some(&blue), None, Change::Dip, 0.25).pixel(5, 5).unwrap();
    assert!(near(seen, [mixed(230, 0, 0.5), mixed(20, 0, 0.5), mixed(10, 0, 0.5)]), "{seen:?}");
    assert_eq!(studio.change(Some(&red), Some(&blue), None, Change::Dip, 0.5).pixel(5, 5), Some([0, 0, 0, 255]));
    // Out of nothing it comes over what lies below.
    let seen = studio.change(None, Some(&red), Some(&blue), Change::Dissolve, 0.5).pixel(5, 5).unwrap();
    assert!(near(seen, expected), "{seen:?}");
    let wiped = studio.change(Some(&red), Some(&blue), None, Change::Wipe, 0.5);
    assert_eq!((wiped.pixel(7, 3), wiped.pixel(8, 3)), (blue.pixel(0, 0), red.pixel(0, 0)));
}

#[test]
fn pictures_lie_where_they_are_put() {
    let size = Size::new(160, 90);
    let studio = Studio::new(size);
    let white = |width, height| Frame::filled(Size::new(width, height), [255, 255, 255, 255]);
    // Left, top, right and bottom of what is white, and how many pixels are neither black nor white.
    let seen = |frame: &Frame, place: Place| {
        let frame = studio.frame(&[(frame, place)]);
        let at = |x: u32, y: u32| frame.pixel(x, y).unwrap()[1];
        let lit = (0..90).flat_map(|y| (0..160).map(move |x| (x, y))).filter(|(x, y)| at(*x, *y) > 127);
        let (xs, ys): (Vec<u32>, Vec<u32>) = lit.unzip();
        let edge = (0..90).flat_map(|y| (0..160).map(move |x| (x, y))).filter(|(x, y)| (1..255).contains(&at(*x, *y)));
        let bounds =
            |all: &[u32]| (all.iter().min().copied().unwrap_or(0), all.iter().max().map_or(0, |last| last + 1));
        let ((left, right), (top, bottom)) = (bounds(&xs), bounds(&ys));
        ([left, top, right, bottom], edge.count())
    };
    let place = Place::default();
    assert_eq!(seen(&white(16, 9), place), ([0, 0, 160, 90], 0));
    assert_eq!(seen(&white(40, 40), place), ([0, 0, 160, 90], 0));
    assert_eq!(seen(&white(40, 40), Place { framing: Framing::Fit, ..place }), ([35, 0, 125, 90], 0));
    assert_eq!(seen(&white(40, 20), Place { framing: Framing::Native, ..place }), ([60, 35, 100, 55], 0));
    // From 22.5 to 67.5: the rows at both ends are half covered.
    assert_eq!(seen(&white(16, 9), Place { scale: 0.5, ..place }), ([40, 22, 120, 68], 160));
    assert_eq!(seen(&white(16, 9), Place { position: [0.25, 0.0], ..place }), ([40, 0, 160, 90], 0));
    assert_eq!(seen(&white(16, 9), Place { crop: [0.25, 0.0, 0.0, 0.5], ..place }), ([40, 0, 160, 45], 0));
    let turned = Place { framing: Framing::Native, rotation: 90.0, ..place };
    assert_eq!(seen(&white(40, 20), turned).0, [70, 25, 90, 65]);
    // A corner that is coloured goes clockwise.
    let mut corner = white(40, 20);
    corner.rgba_mut()[..40].chunks_exact_mut(4).for_each(|pixel| pixel.copy_from_slice(&[255, 0, 0, 255]));
    let frame = studio.frame(&[(&corner, turned)]);
    assert!(frame.pixel(89, 27).unwrap()[1] < 40 && frame.pixel(71, 27).unwrap()[1] > 200);
}

#[test]
fn a_larger_picture_is_averaged_and_a_smaller_one_is_smooth() {
    let size = Size::new(64, 36);
    let studio = Studio::new(size);
    // Lines of one pixel: seen from afar they are grey, half the light of white.
    let fine = Size::new(512, 288);
    let mut lines = Frame::filled(fine, [0, 0, 0, 255]);
    for (at, pixel) in lines.rgba_mut().chunks_exact_mut(4).enumerate() {
        let light = if at % 512 % 2 == 0 { 255 } else { 0 };
        pixel[..3].fill(light);
    }
    let seen = studio.frame(&[(&lines, Place::default())]);
    let grey = encoded(0.5);
    assert!(seen.rgba().chunks_exact(4).all(|pixel| pixel[0].abs_diff(grey) <= 2), "{:?}", seen.pixel(20, 20));
    let mut slope = Frame::filled(Size::new(8, 2), [0, 0, 0, 255]);
    for (at, pixel) in slope.rgba_mut().chunks_exact_mut(4).enumerate() {
        pixel[..3].fill(30 * (at % 8) as u8 + 20);
    }
    let seen = studio.frame(&[(&slope, Place { framing: Framing::Fit, ..Place::default() })]);
    let row: Vec<u8> = (0..64).map(|x| seen.pixel(x, 18).unwrap()[0]).collect();
    assert!(row.windows(2).all(|pair| pair[0] <= pair[1] + 1), "{row:?}");
}

#[test]
fn words_are_legible_on_anything_and_break_into_lines() {
    let size = Size::new(640, 360);
    let studio = Studio::new(size);
    let mut titles = Titles::new();
    let one = titles.draw("The desert", size);
    let many = titles.draw("A red car drives from left to right through a desert at noon, and then it rains", size);
    let rows = |frame: &Frame| (0..360).filter(|y| (0..640).any(|x| frame.pixel(x, *y).unwrap()[3] > 128)).count();
    assert!(rows(&many) > 2 * rows(&one), "{} {}", rows(&many), rows(&one));
    assert_eq!(titles.draw("", size), Frame::filled(size, [0, 0, 0, 0]));
    for under in [[255, 255, 255, 255], [0, 0, 0, 255]] {
        let seen = studio.frame(&[(&Frame::filled(size, under), Place::default()), (&one, Place::default())]);
        let lights: Vec<u8> = seen.rgba().chunks_exact(4).map(|pixel| pixel[0]).collect();
        assert!(lights.iter().filter(|light| **light > 250).count() > 500);
        assert!(lights.iter().filter(|light| **light < 150).count() > 400, "an edge around white on white");
    }
    // Letters that lean towards each other stand closer.
    let width = |titles: &mut Titles, words: &str| {
        let frame = titles.draw(words, size);
        let xs: Vec<u32> = (0..640).filter(|x| (0..360).any(|y| frame.pixel(*x, y).unwrap()[3] > 128)).collect();
        xs.last().copied().unwrap_or(0) - xs.first().copied().unwrap_or(0)
    };
    assert!(width(&mut titles, "AVAVAVAV") + 5 < width(&mut titles, "AAAAVVVV"));
}

#[test]
fn a_picture_too_large_for_the_device_is_an_error() {
    let gpu = Gpu::open().unwrap();
    assert!(Compositor::new(&gpu, Size::new(0, 9)).is_err());
    assert!(Compositor::new(&gpu, Size::new(1_000_000, 9)).is_err());
}
