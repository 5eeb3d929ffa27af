//! How long something takes, in words: a range, as coarse as it is known.

use crate::tr;
use kinora_studio::queue::TimeLeft;

/// `10–20 s`, `1–2 min`, `about 6 min`.
#[must_use]
pub(crate) fn range(left: TimeLeft) -> String {
    let (least, most) = (left.least.as_secs_f64(), left.most.as_secs_f64());
    let (id, about, per, fine) = match most {
        ..10.0 => ("time-seconds", "time-about-seconds", 1.0, 1.0),
        ..90.0 => ("time-seconds", "time-about-seconds", 1.0, 5.0),
        ..5400.0 => ("time-minutes", "time-about-minutes", 60.0, 1.0),
        _ => ("time-hours", "time-about-hours", 3600.0, 0.5),
    };
    // Nothing that goes on takes no time at all.
    let round = |seconds: f64| ((seconds / per / fine).round() * fine).max(fine.min(1.0));
    let (least, most) = (round(least), round(most));
    if (most - least).abs() < f64::EPSILON { tr!(about, most = most) } else { tr!(id, least = least, most = most) }
}

/// The same work several times.
#[must_use]
pub(crate) fn times(left: TimeLeft, count: u32) -> TimeLeft {
    TimeLeft { least: left.least * count, most: left.most * count }
}

/// One after the other.
#[must_use]
pub(crate) fn together(a: TimeLeft, b: TimeLeft) -> TimeLeft {
    TimeLeft { least: a.least + b.least, most: a.most + b.most }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn times_are_as_coarse_as_they_are_known() {
        let words = |least: f64, most: f64| {
            range(TimeLeft { least: Duration::from_secs_f64(least), most: Duration::from_secs_f64(most) })
        };
        assert_eq!(words(2.2, 4.1), "2–4 s");
        assert_eq!(words(11.0, 22.0), "10–20 s");
        assert_eq!(words(50.0, 130.0), "1–2 min");
        assert_eq!(words(350.0, 370.0), "about 6 min");
        assert_eq!(words(0.0, 0.2), "about 1 s");
        assert_eq!(words(5000.0, 9000.0), "1.5–2.5 h");
    }
}
