//! Stretches of time: half-open, so that two that meet don't share a frame.

use crate::Flicks;
use serde::{Deserialize, Serialize};
use std::fmt;

/// From `start` up to, but without, `start + duration`. The duration is never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct TimeRange {
    start: Flicks,
    duration: Flicks,
}

/// A stretch of time that ends before it begins, or beyond what can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a range of time can't begin at {start} and last {duration} flicks")]
pub struct NoRange {
    start: i64,
    duration: i64,
}

#[derive(Deserialize)]
struct Parts {
    start: Flicks,
    duration: Flicks,
}

impl TryFrom<Parts> for TimeRange {
    type Error = NoRange;

    fn try_from(parts: Parts) -> Result<Self, NoRange> {
        Self::new(parts.start, parts.duration)
    }
}

impl TimeRange {
    /// A range.
    ///
    /// # Errors
    /// [`NoRange`] if the duration is negative or the end can't be counted.
    pub fn new(start: Flicks, duration: Flicks) -> Result<Self, NoRange> {
        if duration.0 < 0 || start.0.checked_add(duration.0).is_none() {
            return Err(NoRange { start: start.0, duration: duration.0 });
        }
        Ok(Self { start, duration })
    }

    /// From `start` to `end`; empty where `end` is earlier.
    #[must_use]
    pub fn between(start: Flicks, end: Flicks) -> Self {
        Self { start, duration: Flicks(end.0.saturating_sub(start.0).max(0)) }
    }

    /// When it begins.
    #[must_use]
    pub const fn start(self) -> Flicks {
        self.start
    }

    /// How long it lasts.
    #[must_use]
    pub const fn duration(self) -> Flicks {
        self.duration
    }

    /// The first moment after it.
    #[must_use]
    pub const fn end(self) -> Flicks {
        Flicks(self.start.0 + self.duration.0)
    }

    /// Whether it lasts no time.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.duration.0 == 0
    }

    /// Whether a moment lies in it.
    #[must_use]
    pub fn contains(self, time: Flicks) -> bool {
        self.start <= time && time < self.end()
    }

    /// Whether all of another lies in it; an empty one does where it stands within or at the end.
    #[must_use]
    pub fn encloses(self, other: Self) -> bool {
        self.start <= other.start && other.end() <= self.end()
    }

    /// What both share, if they share any time.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        let both = Self::between(self.start.max(other.start), self.end().min(other.end()));
        (!both.is_empty()).then_some(both)
    }

    /// The same length, later by an offset; earlier if it is negative.
    #[must_use]
    pub fn moved(self, by: Flicks) -> Self {
        Self { start: Flicks(self.start.0.saturating_add(by.0).min(i64::MAX - self.duration.0)), ..self }
    }

    /// The same length, moved so that it lies within `self`; shortened to `self` if it is longer.
    #[must_use]
    pub fn clamp_range(self, other: Self) -> Self {
        let duration = other.duration.min(self.duration);
        let latest = Flicks(self.end().0 - duration.0);
        Self { start: other.start.clamp(self.start, latest), duration }
    }
}

impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} s to {:.3} s", self.start.as_seconds(), self.end().as_seconds())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: i64, end: i64) -> TimeRange {
        TimeRange::new(Flicks(start), Flicks(end - start)).unwrap()
    }

    #[test]
    fn two_that_meet_share_nothing() {
        let (a, b) = (range(0, 10), range(10, 20));
        assert_eq!(a.intersection(b), None);
        assert!(a.contains(Flicks(9)) && !a.contains(Flicks(10)) && b.contains(Flicks(10)));
        assert_eq!(range(0, 15).intersection(b), Some(range(10, 15)));
    }

    #[test]
    fn a_range_is_brought_into_another_without_losing_length_where_it_fits() {
        let media = range(100, 200);
        for (asked, given) in
            [((90, 120), (100, 130)), ((150, 180), (150, 180)), ((190, 220), (170, 200)), ((0, 500), (100, 200))]
        {
            assert_eq!(media.clamp_range(range(asked.0, asked.1)), range(given.0, given.1));
        }
    }

    #[test]
    fn what_ends_before_it_begins_is_refused_also_from_a_file() {
        assert!(TimeRange::new(Flicks(5), Flicks(-1)).is_err());
        assert!(TimeRange::new(Flicks(i64::MAX), Flicks(1)).is_err());
        assert!(serde_json::from_str::<TimeRange>(r#"{"start":5,"duration":-1}"#).is_err());
        let text = serde_json::to_string(&range(2, 5)).unwrap();
        assert_eq!((text.as_str(), serde_json::from_str(&text).unwrap()), (r#"{"start":2,"duration":3}"#, range(2, 5)));
        assert!(TimeRange::between(Flicks(5), Flicks(1)).is_empty());
    }
}
