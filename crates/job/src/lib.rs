//! What every long job has: a phase with step and total, and a token that cancels it.
//!
//! Deliberately not here: queues and threads. A job is a function that gets a token and a callback.

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a job is doing now. The order is the order in which a generated clip passes through them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Phase {
    /// Another process of this user has the generator.
    Wait,
    /// Weights are read and checked.
    Load,
    /// Prompts become embeddings.
    EncodePrompt,
    /// Known pictures and noise become latents.
    Prepare,
    /// The transformer removes noise, one step a tick.
    Denoise,
    /// Latents become frames.
    Decode,
    /// Frames get more pixels.
    Upscale,
    /// Frames become a video file.
    EncodeVideo,
    /// The file is signed and moved to its place.
    Sign,
}

/// How far a phase is: `step` of `total` are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The phase that runs.
    pub phase: Phase,
    /// Steps done.
    pub step: u32,
    /// Steps of the whole phase; never 0.
    pub total: u32,
}

/// The job was cancelled by the person who started it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

/// Cancels a job from another thread. Clones share one flag.
#[derive(Debug, Clone, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// A token that nobody has cancelled.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the job to stop. It stops at its next [`CancelToken::check`].
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// True once [`CancelToken::cancel`] was called on any clone.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// # Errors
    /// [`Cancelled`] once the job shall stop.
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_cancels_the_original() {
        let token = CancelToken::new();
        assert_eq!(token.check(), Ok(()));
        token.clone().cancel();
        assert_eq!(token.check(), Err(Cancelled));
    }
}
