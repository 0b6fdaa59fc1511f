//! A timer that costs little where it never fires.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep_until};

/// A timer that is made when it is first needed, and moved only where it has to be.
#[derive(Debug, Default)]
pub(super) struct Timer {
    sleep: Option<Pin<Box<Sleep>>>,
    is_running: bool,
}

impl Timer {
    /// When it is due, if it runs.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let sleep = self.sleep.as_ref().filter(|_| self.is_running);
        sleep.map(|sleep| sleep.deadline())
    }

    pub(super) fn stop(&mut self) {
        self.is_running = false;
    }

    /// Ready at `deadline`, or, where the timer was set for an earlier time, then: it costs less to look again than
    /// to move it with every request.
    pub(super) fn poll(&mut self, deadline: Instant, context: &mut Context<'_>) -> Poll<()> {
        let sleep = self
            .sleep
            .get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        let is_due = sleep.is_elapsed() || !self.is_running;
        if sleep.deadline() > deadline || (is_due && sleep.deadline() != deadline) {
            sleep.as_mut().reset(deadline);
        }
        self.is_running = true;
        let outcome = sleep.as_mut().poll(context);
        if outcome.is_ready() {
            self.is_running = false;
        }
        outcome
    }
}
