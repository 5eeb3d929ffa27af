//! Is a clip its first frame under a camera move? Each frame is laid over the first by the similarity transform (shift, scale,
//! turn) that fits best, found by Gauss-Newton on luminance (Lucas and Kanade 1981; Baker and Matthews 2004), from the transform of
//! the frame before. How well it fits says whether the picture was kept, the transform says which move it was.

use super::likeness::luminance;
use kinora_frame::Frame;
use serde::Serialize;

/// A move that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// Closer.
    PushIn,
    /// Wider.
    PullOut,
    /// The camera turns left: the picture goes right.
    PanLeft,
    /// The camera turns right.
    PanRight,
}

impl Move {
    /// All moves of the test.
    pub const ALL: [Self; 4] = [Self::PushIn, Self::PullOut, Self::PanLeft, Self::PanRight];

    /// The words that ask for it.
    #[must_use]
    pub fn prompt(self) -> &'static str {
        match self {
            Self::PushIn => "the camera pushes in",
            Self::PullOut => "the camera pulls out",
            Self::PanLeft => "the camera pans left",
            Self::PanRight => "the camera pans right",
        }
    }

    /// Whether the whole way is that move and hardly another.
    fn is(self, way: Transform, width: f64) -> bool {
        let (scale, across) = (way.scale(), way.shift_x / width);
        match self {
            Self::PushIn => scale < 0.95,
            Self::PullOut => scale > 1.05,
            Self::PanLeft => across < -0.05 && (scale - 1.0).abs() < 0.1,
            Self::PanRight => across > 0.05 && (scale - 1.0).abs() < 0.1,
        }
    }
}

/// How a clip kept its photograph.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PhotographResult {
    /// What was asked.
    pub asked: Move,
    /// Whether the picture moved that way.
    pub moved_so: bool,
    /// Likeness of the frame that is least like the photograph, in dB, where both overlap.
    pub worst_psnr_db: f64,
    /// Size of the photograph's part in the last frame: under 1 is closer.
    pub scale: f64,
    /// How far to the right the last frame looks, in widths of the picture.
    pub across: f64,
}

/// Judges a clip whose first frame is the photograph.
pub(super) fn judge(asked: Move, frames: &[Frame]) -> PhotographResult {
    let mut way = Transform::default();
    let mut worst = f64::INFINITY;
    let mut width = 1.0;
    if let Some((first, others)) = frames.split_first() {
        let photograph = Picture::of(first);
        width = f64::from(first.size().width);
        for frame in others {
            way = fit(&photograph, &Picture::of(frame), way);
            worst = worst.min(psnr(first, frame, way));
        }
    }
    PhotographResult {
        asked,
        moved_so: asked.is(way, width),
        worst_psnr_db: worst,
        scale: way.scale(),
        across: way.shift_x / width,
    }
}

/// Where a frame's pixel lies in the photograph, both from their centres: x' = a·x − b·y + shift.
#[derive(Debug, Clone, Copy)]
struct Transform {
    a: f64,
    b: f64,
    shift_x: f64,
    shift_y: f64,
}

impl Default for Transform {
    fn default() -> Self {
        Self { a: 1.0, b: 0.0, shift_x: 0.0, shift_y: 0.0 }
    }
}

impl Transform {
    fn scale(self) -> f64 {
        self.a.hypot(self.b)
    }

    fn apply(self, x: f64, y: f64) -> (f64, f64) {
        (self.a * x - self.b * y + self.shift_x, self.b * x + self.a * y + self.shift_y)
    }
}

/// Luminance with its centre.
struct Picture {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

#[allow(clippy::cast_precision_loss)]
impl Picture {
    fn of(frame: &Frame) -> Self {
        let size = frame.size();
        Self { width: size.width as usize, height: size.height as usize, values: luminance(frame) }
    }

    fn centre(&self) -> (f64, f64) {
        ((self.width as f64 - 1.0) / 2.0, (self.height as f64 - 1.0) / 2.0)
    }
}

/// The four pixels around a place and their weights; `None` outside.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn around(width: usize, height: usize, x: f64, y: f64) -> Option<[(usize, f64); 4]> {
    if !(x >= 0.0 && y >= 0.0 && x < width as f64 - 1.0 && y < height as f64 - 1.0) {
        return None;
    }
    let (column, row) = (x.floor() as usize, y.floor() as usize);
    let (u, v) = (x - x.floor(), y - y.floor());
    let at = row * width + column;
    Some([(at, (1.0 - u) * (1.0 - v)), (at + 1, u * (1.0 - v)), (at + width, (1.0 - u) * v), (at + width + 1, u * v)])
}

/// The transform that lays `frame` over `photograph`, from a first guess.
#[allow(clippy::cast_precision_loss)]
fn fit(photograph: &Picture, frame: &Picture, guess: Transform) -> Transform {
    let mut way = guess;
    let (cx, cy) = photograph.centre();
    let sample = |x: f64, y: f64| {
        let pixels = around(photograph.width, photograph.height, x + cx, y + cy)?;
        Some(pixels.iter().map(|(i, w)| f64::from(photograph.values[*i]) * w).sum::<f64>())
    };
    for _ in 0..40 {
        let (mut normal, mut right) = ([[0.0f64; 4]; 4], [0.0f64; 4]);
        for row in 0..frame.height {
            for column in 0..frame.width {
                let (x, y) = (column as f64 - cx, row as f64 - cy);
                let (px, py) = way.apply(x, y);
                let neighbours =
                    (sample(px - 1.0, py), sample(px + 1.0, py), sample(px, py - 1.0), sample(px, py + 1.0));
                let ((Some(left), Some(right_of), Some(above), Some(below)), Some(value)) =
                    (neighbours, sample(px, py))
                else {
                    continue;
                };
                let (gx, gy) = ((right_of - left) / 2.0, (below - above) / 2.0);
                let slope = [gx * x + gy * y, gy * x - gx * y, gx, gy];
                let error = f64::from(frame.values[row * frame.width + column]) - value;
                // What doesn't fit at all (a subject that moves) weighs little.
                let weight = 1.0 / (1.0 + (error / 20.0).powi(2));
                for i in 0..4 {
                    right[i] += weight * slope[i] * error;
                    for j in 0..4 {
                        normal[i][j] += weight * slope[i] * slope[j];
                    }
                }
            }
        }
        let Some(step) = solve(normal, right) else { break };
        way.a += step[0];
        way.b += step[1];
        way.shift_x += step[2];
        way.shift_y += step[3];
        if step[2].abs() + step[3].abs() + (step[0].abs() + step[1].abs()) * cx < 1e-3 {
            break;
        }
    }
    way
}

/// Four equations by elimination with the largest pivot; `None` where they have no one solution.
fn solve(mut matrix: [[f64; 4]; 4], mut right: [f64; 4]) -> Option<[f64; 4]> {
    for pivot in 0..4 {
        let best = (pivot..4).max_by(|a, b| matrix[*a][pivot].abs().total_cmp(&matrix[*b][pivot].abs()))?;
        if matrix[best][pivot].abs() < 1e-9 {
            return None;
        }
        matrix.swap(pivot, best);
        right.swap(pivot, best);
        for row in pivot + 1..4 {
            let factor = matrix[row][pivot] / matrix[pivot][pivot];
            let above = matrix[pivot];
            for (value, above) in matrix[row].iter_mut().zip(above) {
                *value -= factor * above;
            }
            right[row] -= factor * right[pivot];
        }
    }
    let mut solution = [0.0; 4];
    for row in (0..4).rev() {
        let known: f64 = (row + 1..4).map(|column| matrix[row][column] * solution[column]).sum();
        solution[row] = (right[row] - known) / matrix[row][row];
    }
    Some(solution)
}

/// Peak signal to noise ratio in dB over all channels, where the moved photograph covers the frame.
#[allow(clippy::cast_precision_loss)]
fn psnr(photograph: &Frame, frame: &Frame, way: Transform) -> f64 {
    let size = photograph.size();
    let (width, height) = (size.width as usize, size.height as usize);
    let (cx, cy) = ((width as f64 - 1.0) / 2.0, (height as f64 - 1.0) / 2.0);
    let (mut sum, mut count) = (0.0, 0usize);
    for (index, pixel) in frame.rgba().chunks_exact(4).enumerate() {
        let (x, y) = ((index % width) as f64 - cx, (index / width) as f64 - cy);
        let (px, py) = way.apply(x, y);
        let Some(pixels) = around(width, height, px + cx, py + cy) else { continue };
        for (channel, shown) in pixel[..3].iter().enumerate() {
            let value: f64 = pixels.iter().map(|(i, w)| f64::from(photograph.rgba()[4 * i + channel]) * w).sum();
            sum += (value - f64::from(*shown)).powi(2);
            count += 1;
        }
    }
    if count == 0 { 0.0 } else { 10.0 * (255.0f64.powi(2) / (sum / count as f64).max(1e-4)).log10() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinora_frame::Size;

    /// A smooth picture seen through a transform.
    fn seen(way: Transform) -> Frame {
        let size = Size::new(96, 56);
        let (cx, cy) = (47.5, 27.5);
        let mut rgba = Vec::new();
        for row in 0..56 {
            for column in 0..96 {
                let (x, y) = way.apply(f64::from(column) - cx, f64::from(row) - cy);
                let value = 128.0 + 60.0 * (x / 9.0).sin() + 50.0 * (y / 7.0 + x / 31.0).cos();
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                rgba.extend([value as u8, (255.0 - value) as u8, 70, 255]);
            }
        }
        Frame::new(size, rgba).unwrap()
    }

    fn clip(last: Transform) -> Vec<Frame> {
        (0..=10)
            .map(|i| {
                let t = f64::from(i) / 10.0;
                seen(Transform {
                    a: 1.0 + (last.a - 1.0) * t,
                    b: last.b * t,
                    shift_x: last.shift_x * t,
                    shift_y: last.shift_y * t,
                })
            })
            .collect()
    }

    #[test]
    fn each_move_is_told_from_the_others_and_the_picture_is_kept() {
        let still = Transform::default();
        let moves = [
            Transform { a: 0.75, ..still },
            Transform { a: 1.3, ..still },
            Transform { shift_x: -14.0, ..still },
            Transform { shift_x: 14.0, shift_y: 1.0, ..still },
        ];
        for (asked, way) in Move::ALL.into_iter().zip(moves) {
            let frames = clip(way);
            let result = judge(asked, &frames);
            assert!(result.moved_so && result.worst_psnr_db > 30.0, "{result:?}");
            for other in Move::ALL.into_iter().filter(|other| *other != asked) {
                assert!(!judge(other, &frames).moved_so, "{asked:?} is not {other:?}");
            }
        }
    }

    #[test]
    fn another_picture_does_not_fit() {
        let mut frames = clip(Transform { a: 0.8, ..Transform::default() });
        let rgba = (0..96 * 56).flat_map(|i| [(i * 97 % 256) as u8, (i * 13 % 256) as u8, 0, 255]).collect();
        frames.push(Frame::new(Size::new(96, 56), rgba).unwrap());
        assert!(judge(Move::PushIn, &frames).worst_psnr_db < 15.0);
    }
}
