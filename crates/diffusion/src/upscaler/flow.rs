//! Motion between two small pictures: dense, pyramidal Lucas-Kanade (Lucas and Kanade 1981; Bouguet 2000). The trainer has the
//! same arithmetic in `models/sketch/upscale/flow.py`.
//!
//! Invariant: motion is found in pictures alone. No word, camera move or plan reaches it.

use super::plane::Plane;

const LEVELS: usize = 4;
const ROUNDS: usize = 4;
const WINDOW: usize = 7;
/// Keeps places without texture where their surroundings are; for luminance in 0 to 1.
const DAMPING: f32 = 1e-3;
/// Pixels that a round may move.
const LONGEST_STEP: f32 = 2.0;
const SMALLEST_SIDE: usize = 16;

/// Where each pixel of one picture lies in another, relative to its own place, in pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// To the right.
    pub x: Plane,
    /// Down.
    pub y: Plane,
}

impl Flow {
    fn still(width: usize, height: usize) -> Self {
        let zero = Plane::from_fn(width, height, |_, _| 0.0);
        Self { x: zero.clone(), y: zero }
    }

    /// `picture` looked up at each place of this flow.
    #[allow(clippy::cast_precision_loss)]
    pub fn lookup(&self, picture: &Plane) -> Plane {
        Plane::from_fn(self.x.width, self.x.height, |x, y| {
            picture.sample(x as f32 + self.x.at(x, y), y as f32 + self.y.at(x, y))
        })
    }

    /// For pictures of another size, the motion grows with them.
    #[allow(clippy::cast_precision_loss)]
    pub fn resized(&self, width: usize, height: usize, by: f32) -> Self {
        let grown = |plane: &Plane| {
            let mut plane = plane.resized(width, height);
            plane.values.iter_mut().for_each(|value| *value *= by);
            plane
        };
        Self { x: grown(&self.x), y: grown(&self.y) }
    }

    /// This flow to a frame, and that frame's flow to a third: the flow to the third.
    pub fn chained(&self, further: &Self) -> Self {
        let add = |a: f32, b: f32| a + b;
        Self { x: self.x.zip(&self.lookup(&further.x), add), y: self.y.zip(&self.lookup(&further.y), add) }
    }
}

/// Where each pixel of `target` lies in `source`; luminance in 0 to 1.
pub fn flow_between(target: &Plane, source: &Plane) -> Flow {
    let (targets, sources) = (halves(target), halves(source));
    let smallest = &targets[targets.len() - 1];
    let mut flow = Flow::still(smallest.width, smallest.height);
    for (target, source) in targets.iter().zip(&sources).rev() {
        if (flow.x.width, flow.x.height) != (target.width, target.height) {
            flow = flow.resized(target.width, target.height, 2.0);
        }
        flow = refined(target, source, flow);
    }
    flow
}

/// Rounds of Lucas-Kanade at one size: `source` looked up by the flow should be `target`.
pub fn refined(target: &Plane, source: &Plane, mut flow: Flow) -> Flow {
    for _ in 0..ROUNDS {
        let moved = flow.lookup(source);
        let (gx, gy) = moved.slopes();
        let error = target.zip(&moved, |t, m| t - m);
        let mean = |a: &Plane, b: &Plane| a.zip(b, |a, b| a * b).mean_of(WINDOW);
        let (xx, yy, xy) = (mean(&gx, &gx), mean(&gy, &gy), mean(&gx, &gy));
        let (ex, ey) = (mean(&gx, &error), mean(&gy, &error));
        for i in 0..flow.x.values.len() {
            let (xx, yy, xy) = (xx.values[i] + DAMPING, yy.values[i] + DAMPING, xy.values[i]);
            let determinant = xx * yy - xy * xy;
            let step = |a: f32, b: f32| (a / determinant - b / determinant).clamp(-LONGEST_STEP, LONGEST_STEP);
            let (ex, ey) = (ex.values[i], ey.values[i]);
            flow.x.values[i] += step(yy * ex, xy * ey);
            flow.y.values[i] += step(xx * ey, xy * ex);
        }
        flow = Flow { x: flow.x.mean_of(3), y: flow.y.mean_of(3) };
    }
    flow
}

/// The picture and its halves, large first.
fn halves(picture: &Plane) -> Vec<Plane> {
    let mut pyramid = vec![picture.clone()];
    while pyramid.len() < LEVELS {
        let last = &pyramid[pyramid.len() - 1];
        if last.width.min(last.height) < SMALLEST_SIDE {
            break;
        }
        let half = last.half();
        pyramid.push(half);
    }
    pyramid
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A textured picture, moved.
    #[allow(clippy::cast_precision_loss)]
    fn seen(dx: f32, dy: f32) -> Plane {
        Plane::from_fn(64, 40, |x, y| {
            let (x, y) = (x as f32 + dx, y as f32 + dy);
            0.5 + 0.2 * (x / 3.1 + 0.3 * y).sin() + 0.2 * (y / 2.7).cos() + 0.1 * (x / 11.0).sin()
        })
    }

    #[test]
    fn a_moved_picture_is_found_again() {
        for (dx, dy) in [(0.0, 0.0), (1.5, -0.75), (5.0, 3.0)] {
            let flow = flow_between(&seen(dx, dy), &seen(0.0, 0.0));
            let (x, y) = (flow.x.at(32, 20), flow.y.at(32, 20));
            assert!((x - dx).abs() < 0.15 && (y - dy).abs() < 0.15, "({dx}, {dy}) was found as ({x}, {y})");
        }
    }

    #[test]
    fn flows_are_chained() {
        let (one, two) =
            (flow_between(&seen(2.0, 0.0), &seen(1.0, 0.0)), flow_between(&seen(1.0, 0.0), &seen(0.0, 0.0)));
        assert!((one.chained(&two).x.at(32, 20) - 2.0).abs() < 0.2);
    }

    #[test]
    fn a_picture_without_texture_stays_where_it_is() {
        let flat = Plane::from_fn(30, 20, |_, _| 0.4);
        let flow = flow_between(&flat, &flat);
        assert!(flow.x.values.iter().chain(&flow.y.values).all(|v| v.abs() < 1e-6));
    }

    #[test]
    fn tiny_pictures_are_no_problem() {
        let dot = Plane::from_fn(1, 1, |_, _| 1.0);
        assert_eq!(flow_between(&dot, &dot).x.values.len(), 1);
    }
}
