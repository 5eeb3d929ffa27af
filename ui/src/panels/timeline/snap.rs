//! Snapping: what is near enough to be meant, and why.

use super::rows::Table;
use crate::tr;
use crate::view::View;
use kinora_time::Flicks;

/// Points within which something is near.
pub(super) const REACH: f32 = 8.0;

/// Why a time is one to snap to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Near {
    Beginning,
    Playhead,
    In,
    Out,
    Marker(String),
    Cut,
}

impl Near {
    /// For people.
    pub fn words(&self) -> String {
        match self {
            Self::Beginning => tr!("timeline-near-beginning"),
            Self::Playhead => tr!("timeline-near-playhead"),
            Self::In => tr!("timeline-near-in"),
            Self::Out => tr!("timeline-near-out"),
            Self::Marker(name) => tr!("timeline-near-marker", name = name.clone()),
            Self::Cut => tr!("timeline-near-cut"),
        }
    }
}

/// Times to snap to, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Snaps(Vec<(i64, Near)>);

impl Snaps {
    /// All that there are, without `own`: the ends of what is dragged.
    pub fn of(view: &View<'_>, table: &Table, own: &[Flicks], with_playhead: bool) -> Self {
        if !view.session.snapping {
            return Self::default();
        }
        let rate = view.project().settings.rate;
        let transport = &view.session.transport;
        let at = |frame: u32| rate.frame_start(i64::from(frame)).0;
        let mut all = vec![(0, Near::Beginning)];
        all.extend(with_playhead.then(|| (at(transport.frame()), Near::Playhead)));
        all.extend(transport.mark_in.map(|frame| (at(frame), Near::In)));
        all.extend(transport.mark_out.map(|frame| (at(frame), Near::Out)));
        for (number, marker) in (1..).zip(&table.timeline.markers) {
            all.push((marker.at.0, Near::Marker(marker_name(number, &marker.text))));
        }
        for row in &table.rows {
            let cuts = table.index.cuts(row.place).iter().skip(1).filter(|cut| !own.contains(&Flicks(**cut)));
            all.extend(cuts.map(|cut| (*cut, Near::Cut)));
        }
        // Of two reasons at one time the rarer one is said.
        all.sort();
        all.dedup_by_key(|(at, _)| *at);
        Self(all)
    }

    /// The nearest one that is near.
    pub fn near(&self, time: Flicks, reach: Flicks) -> Option<(Flicks, &Near)> {
        let after = self.0.partition_point(|(at, _)| *at < time.0);
        let around = self.0[after.saturating_sub(1)..].iter().take(2);
        let nearest = around.min_by_key(|(at, _)| (at - time.0).abs())?;
        ((nearest.0 - time.0).abs() <= reach.0).then_some((Flicks(nearest.0), &nearest.1))
    }
}

/// What a marker is called: its text, or its number.
pub(super) fn marker_name(number: usize, text: &str) -> String {
    if text.is_empty() { number.to_string() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_taken_and_nothing_that_is_far() {
        let snaps = Snaps(vec![(0, Near::Beginning), (100, Near::Cut), (108, Near::Playhead)]);
        let near = |time| snaps.near(Flicks(time), Flicks(10)).map(|(at, why)| (at.0, why.clone()));
        assert_eq!(near(95), Some((100, Near::Cut)));
        assert_eq!(near(105), Some((108, Near::Playhead)));
        assert_eq!(near(118), Some((108, Near::Playhead)));
        assert_eq!(near(119), None);
        assert_eq!(near(-3), Some((0, Near::Beginning)));
        assert_eq!(Snaps::default().near(Flicks(0), Flicks(10)), None);
    }
}
