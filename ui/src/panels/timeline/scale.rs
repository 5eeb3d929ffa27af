//! Where a time lies on the screen.

use kinora_time::{FLICKS_PER_SECOND, Flicks};

/// Seconds to points: the lanes' left edge shows the second `first`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    /// The lanes' left edge.
    pub x: f32,
    /// How wide they are.
    pub width: f32,
    /// The second that the left edge shows.
    pub first: f64,
    /// Points that a second is wide.
    pub per_second: f64,
}

#[allow(clippy::cast_possible_truncation)] // points and flicks on the screen are far from the ends of their types
impl Scale {
    /// Where a time lies.
    pub fn x_of(self, time: Flicks) -> f32 {
        self.x + ((time.as_seconds() - self.first) * self.per_second) as f32
    }

    /// What time lies at a point.
    pub fn time_at(self, x: f32) -> Flicks {
        let seconds = self.first + f64::from(x - self.x) / self.per_second;
        Flicks((seconds * FLICKS_PER_SECOND as f64) as i64)
    }

    /// How long so many points are.
    pub fn length_of(self, points: f32) -> Flicks {
        Flicks((f64::from(points) / self.per_second * FLICKS_PER_SECOND as f64) as i64)
    }

    /// How wide so long a time is.
    pub fn width_of(self, length: Flicks) -> f32 {
        (length.as_seconds() * self.per_second) as f32
    }

    /// The first and last time that are seen.
    pub fn seen(self) -> (Flicks, Flicks) {
        (self.time_at(self.x), self.time_at(self.x + self.width))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_and_its_time_belong_together() {
        let scale = Scale { x: 128.0, width: 800.0, first: 3.0, per_second: 50.0 };
        assert_eq!(scale.x_of(Flicks(FLICKS_PER_SECOND * 5)), 228.0);
        assert_eq!(scale.time_at(228.0), Flicks(FLICKS_PER_SECOND * 5));
        assert_eq!(scale.seen().1, Flicks(FLICKS_PER_SECOND * 19));
        assert_eq!(scale.width_of(scale.length_of(40.0)), 40.0);
    }
}
