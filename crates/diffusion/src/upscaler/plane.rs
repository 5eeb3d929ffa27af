//! Pictures of one channel in floating point, and what motion needs of them. The edge is repeated wherever a place lies outside.

/// One channel, rows top to bottom.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// `width · height` values.
    pub values: Vec<f32>,
}

impl Plane {
    /// A plane from a function of (column, row).
    pub fn from_fn(width: usize, height: usize, value: impl Fn(usize, usize) -> f32) -> Self {
        let values = (0..width * height).map(|i| value(i % width, i / width)).collect();
        Self { width, height, values }
    }

    /// The value at a pixel.
    pub fn at(&self, column: usize, row: usize) -> f32 {
        self.values[row * self.width + column]
    }

    /// The same operation on each pair of pixels.
    pub fn zip(&self, other: &Self, f: impl Fn(f32, f32) -> f32) -> Self {
        let values = self.values.iter().zip(&other.values).map(|(a, b)| f(*a, *b)).collect();
        Self { width: self.width, height: self.height, values }
    }

    /// Bilinear, in pixels.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    pub fn sample(&self, x: f32, y: f32) -> f32 {
        let x = x.clamp(0.0, (self.width - 1) as f32);
        let y = y.clamp(0.0, (self.height - 1) as f32);
        let (left, top) = (x.floor() as usize, y.floor() as usize);
        let (right, bottom) = ((left + 1).min(self.width - 1), (top + 1).min(self.height - 1));
        let (u, v) = (x - x.floor(), y - y.floor());
        let upper = self.at(left, top) * (1.0 - u) + self.at(right, top) * u;
        let lower = self.at(left, bottom) * (1.0 - u) + self.at(right, bottom) * u;
        upper * (1.0 - v) + lower * v
    }

    /// Half as large, by means of four pixels; odd sizes lose their last row or column.
    pub fn half(&self) -> Self {
        Self::from_fn(self.width / 2, self.height / 2, |x, y| {
            let sum = self.at(2 * x, 2 * y)
                + self.at(2 * x + 1, 2 * y)
                + self.at(2 * x, 2 * y + 1)
                + self.at(2 * x + 1, 2 * y + 1);
            sum / 4.0
        })
    }

    /// Another size, bilinear, as if pixels were squares.
    #[allow(clippy::cast_precision_loss)]
    pub fn resized(&self, width: usize, height: usize) -> Self {
        let (sx, sy) = (self.width as f32 / width as f32, self.height as f32 / height as f32);
        let place = |i: usize, scale: f32| ((i as f32 + 0.5) * scale - 0.5).max(0.0);
        Self::from_fn(width, height, |x, y| self.sample(place(x, sx), place(y, sy)))
    }

    /// Mean over a window of odd `size`.
    #[allow(clippy::cast_precision_loss)]
    pub fn mean_of(&self, size: usize) -> Self {
        let half = size / 2;
        let near = |i: usize, k: usize, last: usize| (i + k).saturating_sub(half).min(last);
        let rows = Self::from_fn(self.width, self.height, |x, y| {
            (0..size).map(|k| self.at(near(x, k, self.width - 1), y)).sum::<f32>()
        });
        let area = (size * size) as f32;
        Self::from_fn(self.width, self.height, |x, y| {
            (0..size).map(|k| rows.at(x, near(y, k, self.height - 1))).sum::<f32>() / area
        })
    }

    /// Half the difference of the two neighbours, across and down.
    pub fn slopes(&self) -> (Self, Self) {
        let (right, below) = (self.width - 1, self.height - 1);
        let across = Self::from_fn(self.width, self.height, |x, y| {
            (self.at((x + 1).min(right), y) - self.at(x.saturating_sub(1), y)) / 2.0
        });
        let down = Self::from_fn(self.width, self.height, |x, y| {
            (self.at(x, (y + 1).min(below)) - self.at(x, y.saturating_sub(1))) / 2.0
        });
        (across, down)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::cast_precision_loss)]
    fn ramp() -> Plane {
        Plane::from_fn(5, 3, |x, y| x as f32 + 10.0 * y as f32)
    }

    #[test]
    fn places_between_pixels_are_mixed_and_places_outside_are_the_edge() {
        assert!((ramp().sample(1.5, 0.5) - 6.5).abs() < 1e-6);
        assert!((ramp().sample(-3.0, 9.0) - 20.0).abs() < 1e-6);
    }

    #[test]
    fn a_mean_leaves_a_ramp_as_it_is_but_for_the_edge() {
        assert!((ramp().mean_of(3).at(2, 1) - 12.0).abs() < 1e-5);
        assert!(ramp().mean_of(3).at(0, 0) > 0.0);
    }

    #[test]
    fn slopes_are_those_of_the_ramp() {
        let (across, down) = ramp().slopes();
        assert!((across.at(2, 1) - 1.0).abs() < 1e-6 && (down.at(2, 1) - 10.0).abs() < 1e-6);
        assert!((across.at(0, 0) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn half_and_back_keep_a_flat_picture() {
        let flat = Plane::from_fn(9, 7, |_, _| 0.25);
        assert_eq!(flat.half().resized(9, 7).values, flat.values);
        assert_eq!((flat.half().width, flat.half().height), (4, 3));
    }
}
