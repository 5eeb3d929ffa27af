//! What is dragged from one panel to another: egui's payload.

use kinora_project::{MediaId, ShotId, TakeId};

/// Something under the pointer on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code)] // each panel takes what it can use
pub enum Dragged {
    /// A take.
    Take(TakeId),
    /// A file of the project.
    Media(MediaId),
    /// A shot of the board.
    Shot(ShotId),
}
