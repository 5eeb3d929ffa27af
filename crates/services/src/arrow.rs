//! Arrows over the pictures of a printed board.

use kinora_frame::Frame;
use kinora_project::{Arrow, Outline};
use tiny_skia::{Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, PixmapMut, Stroke, Transform};

/// Widths of the line and of what sets it off, in parts of the picture's longer side.
const LINE: f32 = 0.012;
const EDGE: f32 = 0.024;

/// Draws an arrow into an opaque picture: light with a dark edge, so that it reads on anything.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn draw_arrow(picture: &mut Frame, arrow: &Arrow) {
    let size = picture.size();
    let (width, height) = (size.width as f32, size.height as f32);
    let Outline { line, head } = arrow.outline((width, height));
    let (Some(line), Some(head)) = (path(&line, false), path(&head, true)) else { return };
    let Some(mut pixels) = PixmapMut::from_bytes(picture.rgba_mut(), size.width, size.height) else { return };
    let side = width.max(height);
    for (share, colour) in [(EDGE, Color::from_rgba8(20, 20, 22, 255)), (LINE, Color::WHITE)] {
        let mut paint = Paint::default();
        paint.set_color(colour);
        let stroke =
            |width| Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
        pixels.stroke_path(&line, &paint, &stroke(share * side), Transform::identity(), None);
        if share > LINE {
            pixels.stroke_path(&head, &paint, &stroke((EDGE - LINE) * side), Transform::identity(), None);
        }
        pixels.fill_path(&head, &paint, FillRule::Winding, Transform::identity(), None);
    }
}

fn path(points: &[(f32, f32)], closed: bool) -> Option<Path> {
    let (first, others) = points.split_first()?;
    let mut path = PathBuilder::new();
    path.move_to(first.0, first.1);
    others.iter().for_each(|(x, y)| path.line_to(*x, *y));
    if closed {
        path.close();
    }
    path.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinora_frame::Size;

    #[test]
    fn an_arrow_goes_from_its_end_to_its_head_and_stays_on_the_picture() {
        for (from, to) in [((100, 500), (900, 500)), ((500, 0), (500, 1000)), ((0, 1000), (1000, 0))] {
            let grey = [90, 90, 90, 255];
            let mut picture = Frame::filled(Size::new(200, 100), grey);
            draw_arrow(&mut picture, &Arrow { from, to });
            let at = |(x, y): (i32, i32), part: f32| {
                let along = |from: i32, to: i32, side: f32| (from as f32 + (to - from) as f32 * part) / 1000.0 * side;
                (along(x, to.0, 200.0).clamp(0.0, 199.0) as usize, along(y, to.1, 100.0).clamp(0.0, 99.0) as usize)
            };
            let pixel = |(x, y): (usize, usize)| picture.rgba()[4 * (y * 200 + x)..][..4].to_vec();
            for part in [0.1, 0.5, 0.9] {
                assert!(pixel(at(from, part))[0] > 200, "{from:?} {part}");
            }
            let light = picture.rgba().chunks_exact(4).filter(|pixel| pixel[0] > 200).count();
            assert!((200..2500).contains(&light), "{light}");
            assert!(picture.rgba().chunks_exact(4).all(|pixel| pixel[3] == 255));
        }
    }
}
