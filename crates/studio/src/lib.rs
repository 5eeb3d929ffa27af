//! The headless application: an open project, the commands that change it, the plans of its shots, the queue of its jobs. The window, the command line and the
//! tests drive the same one.
//!
//! Deliberately not here: how a job is done, pictures, arguments of a command line.

pub mod command;
mod door;
pub mod library;
pub mod planner;
pub mod queue;
mod studio;
pub mod tools;

pub use door::{KnockError, knock};
pub use studio::{Notice, Studio, StudioError};
