//! The crate from outside: real frames, real MP4 files from FFmpeg, real certificates. One binary, as linking takes long.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test's helper fails by panicking")]

mod identity;
mod sign_and_verify;
mod support;
mod visible_mark;
