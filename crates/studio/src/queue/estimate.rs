//! How long a job will take, as a range: from what jobs of its kind took, and more and more from how fast this one is going.

use std::time::Duration;

/// What is known before a job begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Seconds for the whole job, low and high; nothing if no job of its kind was ever done.
    known: Option<(f64, f64)>,
}

/// How long something will still take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLeft {
    /// Hardly less.
    pub least: Duration,
    /// Hardly more.
    pub most: Duration,
}

impl Estimate {
    /// `rates`: seconds per amount of jobs that were done. Four of five lay between the ends of the range.
    pub(super) fn new(rates: &[f64], amount: f64) -> Self {
        let mut sorted: Vec<f64> = rates.iter().copied().filter(|rate| rate.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else { return Self { known: None } };
        let cut = sorted.len() / 10;
        let low = sorted.get(cut).unwrap_or(first);
        let high = sorted.get(sorted.len() - 1 - cut).unwrap_or(last);
        // Few jobs say little about the next one.
        #[allow(clippy::cast_precision_loss)]
        let doubt = 1.0 + 0.5 / sorted.len() as f64;
        Self { known: Some((low * amount / doubt, high * amount * doubt)) }
    }

    /// What is left when a `part` of the work (0 to 1) was done in a time. Nothing while nothing is known.
    #[must_use]
    pub fn left(&self, part: f64, elapsed: Duration) -> Option<TimeLeft> {
        let part = part.clamp(0.0, 1.0);
        let gone = elapsed.as_secs_f64();
        let own = (part > 0.0).then(|| gone / part);
        let (low, high) = match (self.known, own) {
            (None, None) => return None,
            (Some(known), None) => known,
            // The first steps are seldom like the rest.
            (None, Some(total)) => (total * (1.0 - 0.2 * (1.0 - part)), total * (1.0 + 0.5 * (1.0 - part))),
            (Some((low, high)), Some(total)) => {
                let trust = part.sqrt();
                let mix = |known: f64| known + (total - known) * trust;
                (mix(low), mix(high))
            }
        };
        let (low, high) = (low.min(high), low.max(high));
        let duration = |total: f64| Duration::from_secs_f64((total - gone).max(0.0));
        Some(TimeLeft { least: duration(low), most: duration(high) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(estimate: &Estimate, part: f64, elapsed: f64) -> (f64, f64) {
        let left = estimate.left(part, Duration::from_secs_f64(elapsed)).unwrap();
        (left.least.as_secs_f64(), left.most.as_secs_f64())
    }

    #[test]
    fn nothing_is_said_while_nothing_is_known() {
        assert_eq!(Estimate::new(&[], 10.0).left(0.0, Duration::from_secs(3)), None);
        assert_eq!(Estimate::new(&[f64::NAN], 10.0).left(0.0, Duration::from_secs(3)), None);
    }

    #[test]
    fn the_range_narrows_and_ends_at_nothing() {
        for rates in [&[][..], &[1.0], &[0.8, 1.0, 1.1, 1.0, 3.0, 0.9, 1.0, 1.0, 1.0, 1.2, 0.2]] {
            let estimate = Estimate::new(rates, 60.0);
            let mut width = f64::MAX;
            for step in 1..=20 {
                let part = f64::from(step) / 20.0;
                let (least, most) = left(&estimate, part, part * 66.0);
                assert!(most - least <= width + 1e-9, "{rates:?} at {part}");
                assert!(
                    least <= 66.0 * (1.0 - part) + 1e-6 && most >= 66.0 * (1.0 - part) - 1e-6,
                    "{rates:?} at {part}"
                );
                width = most - least;
            }
            assert!(width < 1e-6, "{rates:?}");
        }
    }

    #[test]
    fn jobs_of_its_kind_say_what_to_expect() {
        let (least, most) = left(&Estimate::new(&[2.0; 10], 30.0), 0.0, 0.0);
        assert!((57.0..60.0).contains(&least) && (60.0..63.1).contains(&most), "{least} to {most}");
    }
}
