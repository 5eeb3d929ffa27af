//! How fast an item runs through its source: faster, slower, backwards, or not at all.
//!
//! An item's `source_range` is counted in the source as it runs: at twice the speed a source of ten seconds is five seconds long. Edit
//! verbs know nothing of speeds for that reason. Backwards, time 0 is the source's end.

use kinora_time::{Flicks, TimeRange};
use serde::{Deserialize, Serialize};

/// How fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// So many times as fast, as a fraction; less than 0 is backwards.
    Speed(i32, u32),
    /// One picture of the source, for as long as wanted.
    Still(Flicks),
}

impl Default for Pace {
    fn default() -> Self {
        Self::Speed(1, 1)
    }
}

impl Pace {
    /// Whether the source runs as it is: then nothing is written.
    #[must_use]
    pub fn is_normal(&self) -> bool {
        matches!(self, Self::Speed(n, d) if i64::from(*n) == i64::from(*d))
    }

    /// Whether it is one that can be: from a hundredth to a hundred times as fast.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        match *self {
            Self::Speed(n, d) => {
                d > 0 && n != 0 && {
                    let (n, d) = (i64::from(n).abs(), i64::from(d));
                    n <= 100 * d && d <= 100 * n
                }
            }
            Self::Still(at) => at.0 >= 0,
        }
    }

    /// What there is of a source as it runs; nothing for a picture that stands still, which is as long as anybody wants.
    #[must_use]
    pub fn of_source(self, all: TimeRange) -> Option<TimeRange> {
        match self {
            Self::Speed(n, d) if n > 0 => Some(TimeRange::between(scaled(all.start(), d, n), scaled(all.end(), d, n))),
            Self::Speed(n, d) => Some(TimeRange::between(Flicks(0), scaled(all.duration(), d, n))),
            Self::Still(_) => None,
        }
    }

    /// How the source runs from a time on, if it ends at `end`.
    #[must_use]
    pub fn run_from(self, time: Flicks, end: Flicks) -> Run {
        match self {
            Self::Speed(n, d) if n > 0 => Run { from: times(time, n, d), speed: (n, d) },
            Self::Speed(n, d) => Run { from: Flicks(end.0 + times(time, n, d).0), speed: (n, d) },
            Self::Still(at) => Run { from: at, speed: (0, 1) },
        }
    }
}

/// A source that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// The time of the source that is seen first.
    pub from: Flicks,
    /// How fast it runs on, as a fraction.
    pub speed: (i32, u32),
}

impl Run {
    /// A source that runs as it is.
    #[must_use]
    pub fn normal(from: Flicks) -> Self {
        Self { from, speed: (1, 1) }
    }

    /// Whether it runs as it is.
    #[must_use]
    pub fn is_normal(self) -> bool {
        i64::from(self.speed.0) == i64::from(self.speed.1)
    }

    /// The time of the source that is seen so much later.
    #[must_use]
    pub fn at(self, later: Flicks) -> Flicks {
        Flicks(self.from.0.saturating_add(times(later, self.speed.0, self.speed.1).0))
    }

    /// The same, begun later.
    #[must_use]
    pub fn later(self, by: Flicks) -> Self {
        Self { from: self.at(by), ..self }
    }
}

/// `time · n / d`, rounded down.
fn times(time: Flicks, n: i32, d: u32) -> Flicks {
    let exact = i128::from(time.0) * i128::from(n);
    Flicks(i64::try_from(exact.div_euclid(i128::from(d.max(1)))).unwrap_or(i64::MAX))
}

/// `time · n / |d|`, rounded down.
fn scaled(time: Flicks, n: u32, d: i32) -> Flicks {
    let exact = i128::from(time.0) * i128::from(n);
    Flicks(i64::try_from(exact.div_euclid(i128::from(d.unsigned_abs().max(1)))).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_shorter_as_it_runs_faster_and_backwards_it_begins_at_its_end() {
        let all = TimeRange::between(Flicks(100), Flicks(1100));
        let check = |pace: Pace, range: Option<(i64, i64)>, shown: [i64; 3]| {
            let of_source = pace.of_source(all);
            assert_eq!(of_source.map(|range| (range.start().0, range.end().0)), range, "{pace:?}");
            let start = of_source.map_or(Flicks(0), TimeRange::start);
            let run = pace.run_from(start, all.end());
            assert_eq!([0, 100, 200].map(|later| run.at(Flicks(later)).0), shown, "{pace:?}");
            assert_eq!(run.later(Flicks(100)).at(Flicks(100)), run.at(Flicks(200)), "{pace:?}");
        };
        check(Pace::default(), Some((100, 1100)), [100, 200, 300]);
        check(Pace::Speed(2, 1), Some((50, 550)), [100, 300, 500]);
        check(Pace::Speed(1, 2), Some((200, 2200)), [100, 150, 200]);
        check(Pace::Speed(-1, 1), Some((0, 1000)), [1100, 1000, 900]);
        check(Pace::Speed(-2, 1), Some((0, 500)), [1100, 900, 700]);
        check(Pace::Still(Flicks(700)), None, [700, 700, 700]);
        for (pace, sound) in [
            (Pace::Speed(0, 1), false),
            (Pace::Speed(1, 0), false),
            (Pace::Speed(101, 1), false),
            (Pace::Speed(i32::MIN, 1), false),
            (Pace::Speed(-1, 100), true),
            (Pace::Still(Flicks(-1)), false),
        ] {
            assert_eq!(pace.is_sound(), sound, "{pace:?}");
        }
    }
}
