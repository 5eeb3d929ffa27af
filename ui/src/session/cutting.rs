//! How the timeline is looked at, and what the pointer does there.

use kinora_project::TimelineId;

/// What the pointer does on the timeline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Tool {
    /// Selects and moves items, trims their ends.
    #[default]
    Select,
    /// Cuts items in two.
    Blade,
    /// Trims an end, and what follows moves along.
    Ripple,
    /// Moves a cut between two items.
    Roll,
    /// Shows another part of the source.
    Slip,
    /// Moves an item between its neighbours, which give way.
    Slide,
}

impl Tool {
    /// Every tool, in the order in which they stand.
    pub const ALL: [Self; 6] = [Self::Select, Self::Blade, Self::Ripple, Self::Roll, Self::Slip, Self::Slide];

    /// The action that chooses it.
    #[must_use]
    pub fn action(self) -> &'static str {
        match self {
            Self::Select => "timeline.tool-select",
            Self::Blade => "timeline.tool-blade",
            Self::Ripple => "timeline.tool-ripple",
            Self::Roll => "timeline.tool-roll",
            Self::Slip => "timeline.tool-slip",
            Self::Slide => "timeline.tool-slide",
        }
    }
}

/// How the timeline is looked at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cutting {
    /// What the pointer does.
    pub tool: Tool,
    /// Points that a second is wide; without it all of the timeline is seen.
    pub zoom: Option<f64>,
    /// The second at the left edge.
    pub left: f64,
    /// Points by which the tracks are scrolled down.
    pub down: f32,
    /// A key asked to come so many times nearer to the playhead.
    pub nearer: Option<f64>,
    /// Points a second at which all of it is seen: kept while something is dragged, so that nothing moves under the hand.
    pub fit: Option<f64>,
    /// The timeline that this is about: another one is seen whole first.
    pub of: Option<TimelineId>,
}
