//! When a request has to be over.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep_until};

/// A point in time that is waited for only where there is something else to wait for.
#[derive(Debug)]
pub(super) struct Deadline {
    at: Instant,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    pub(super) fn new(at: Instant) -> Self {
        Self { at, timer: None }
    }

    /// Takes another time. A timer that runs is put off, which costs less than a new one.
    pub(super) fn set(&mut self, at: Instant) {
        self.at = at;
        if let Some(timer) = &mut self.timer {
            timer.as_mut().reset(at);
        }
    }

    /// Whether the time has come, without waiting for it.
    pub(super) fn has_passed(&self) -> bool {
        // A timer that runs knows without asking for the time.
        match &self.timer {
            Some(timer) => timer.is_elapsed(),
            None => Instant::now() >= self.at,
        }
    }

    /// Ready once the time has come. Wakes the task then.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let at = self.at;
        self.timer
            .get_or_insert_with(|| Box::pin(sleep_until(at)))
            .as_mut()
            .poll(context)
    }
}
