//! Where everything lies: the places of the panel, and a row a track, the topmost first.

use super::index::Index;
use super::scale::Scale;
use crate::theme::HIT;
use egui::{Pos2, Rect, Vec2, pos2};
use kinora_project::timeline::{Timeline, Track, TrackKind};
use kinora_project::{ItemId, TrackId};
use kinora_time::TimeRange;
use std::sync::Arc;

/// The width of track headers.
pub(super) const HEADS: f32 = 128.0;
/// The strip of an item that holds its name.
pub(super) const STRIP: f32 = 16.0;
const TOOLBAR: f32 = 36.0;
const RULER: f32 = 30.0;
const BAR: f32 = 12.0;

/// The parts of the panel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    /// Tools and the choice of a timeline.
    pub toolbar: Rect,
    /// Left of the ruler.
    pub corner: Rect,
    /// Times.
    pub ruler: Rect,
    /// Left of the lanes.
    pub heads: Rect,
    /// Items.
    pub lanes: Rect,
    /// Under the lanes.
    pub bar: Rect,
}

impl Places {
    pub fn within(area: Rect) -> Self {
        let (toolbar, rest) = area.split_top_bottom_at_y(area.top() + TOOLBAR);
        let (times, rest) = rest.split_top_bottom_at_y(rest.top() + RULER);
        let (tracks, foot) = rest.split_top_bottom_at_y((rest.bottom() - BAR).max(rest.top()));
        let x = area.left() + HEADS;
        let ((corner, ruler), (heads, lanes)) = (times.split_left_right_at_x(x), tracks.split_left_right_at_x(x));
        Self { toolbar, corner, ruler, heads, lanes, bar: foot.split_left_right_at_x(x).1 }
    }
}

/// A track and where it lies.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Its place on the timeline, from below.
    pub place: usize,
    /// The track.
    pub track: Arc<Track>,
    /// Where its items lie.
    pub lane: Rect,
    /// Where its header lies.
    pub head: Rect,
}

/// How high tracks are together, and each from the topmost on. Pictures take what room there is.
pub(super) fn heights(timeline: &Timeline, room: f32) -> (f32, Vec<f32>) {
    let fixed = |kind| match kind {
        TrackKind::Video => 0.0,
        TrackKind::Audio => 52.0,
        TrackKind::Title => HIT + 8.0,
    };
    let videos = timeline.tracks.iter().filter(|track| track.kind == TrackKind::Video).count();
    let others: f32 = timeline.tracks.iter().map(|track| fixed(track.kind) + 1.0).sum();
    let video = ((room - others) / videos.max(1) as f32).clamp(60.0, 96.0).floor();
    let height = |track: &Arc<Track>| if track.kind == TrackKind::Video { video } else { fixed(track.kind) };
    let each: Vec<f32> = timeline.tracks.iter().rev().map(height).collect();
    (each.iter().sum::<f32>() + each.len() as f32, each)
}

/// The rows, a point apart.
pub(super) fn rows(timeline: &Timeline, places: &Places, heights: &[f32], down: f32) -> Vec<Row> {
    let mut top = places.lanes.top() - down;
    let tracks = timeline.tracks.iter().enumerate().rev().zip(heights);
    let row = tracks.map(|((place, track), height)| {
        let at = |rect: Rect| Rect::from_min_size(pos2(rect.left(), top), Vec2::new(rect.width(), *height));
        let row = Row { place, track: track.clone(), lane: at(places.lanes), head: at(places.heads) };
        top += height + 1.0;
        row
    });
    row.collect()
}

/// All of it for one frame.
pub(super) struct Table {
    /// What is shown.
    pub timeline: Arc<Timeline>,
    /// What was found about it.
    pub index: Index,
    /// Where times lie.
    pub scale: Scale,
    /// Where the parts lie.
    pub places: Places,
    /// Where tracks lie.
    pub rows: Vec<Row>,
    /// Whether it can be cut by hand: the Assembly can't.
    pub by_hand: bool,
}

impl Table {
    /// The row at a height.
    pub fn row_at(&self, y: f32) -> Option<&Row> {
        self.rows.iter().find(|row| row.lane.top() <= y && y < row.lane.bottom() + 1.0)
    }

    /// Where a range of a row lies, a point short of its end.
    pub fn rect_of(&self, row: &Row, range: TimeRange) -> Rect {
        let (left, right) = (self.scale.x_of(range.start()).round(), self.scale.x_of(range.end()).round());
        Rect::from_min_max(pos2(left, row.lane.top()), pos2((right - 1.0).max(left + 1.0), row.lane.bottom()))
    }

    /// The row and place of an item.
    pub fn find(&self, item: ItemId) -> Option<(&Row, usize)> {
        self.rows.iter().find_map(|row| Some((row, row.track.position(item)?)))
    }

    /// A track's row.
    pub fn row_of(&self, track: TrackId) -> Option<&Row> {
        self.rows.iter().find(|row| row.track.id == track)
    }

    /// The row and place of what lies at a point, gaps too.
    pub fn under(&self, at: Pos2) -> Option<(&Row, usize)> {
        let row = self.row_at(at.y)?;
        Some((row, self.index.at(row.place, self.scale.time_at(at.x))?))
    }
}
