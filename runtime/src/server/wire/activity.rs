//! What a connection's wire and its requests know of one another.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use super::refusal::Refusal;

/// How busy a connection is, and whether its next request is one that was refused.
#[derive(Clone, Debug)]
pub(in crate::server) struct Activity(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    in_flight: usize,
    idle_since: Instant,
    /// Whether a head has come in part.
    reads_head: bool,
    refusal: Option<Refusal>,
}

impl Activity {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            in_flight: 0,
            idle_since: Instant::now(),
            reads_head: false,
            refusal: None,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request begins; it ends when the guard is dropped.
    pub(in crate::server) fn begin(&self) -> Busy {
        self.state().in_flight += 1;
        Busy(self.clone())
    }

    /// Since when no request is in flight; `None` while one is.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        let state = self.state();
        (state.in_flight == 0).then_some(state.idle_since)
    }

    pub(super) fn set_reads_head(&self, reads_head: bool) {
        self.state().reads_head = reads_head;
    }

    /// Whether the head of a request has come in part.
    pub(in crate::server) fn reads_head(&self) -> bool {
        self.state().reads_head
    }

    pub(super) fn refuse(&self, refusal: Refusal) {
        self.state().refusal = Some(refusal);
    }

    /// Why the request that has just been read stands for a refused one, if it does.
    pub(in crate::server) fn take_refusal(&self) -> Option<Refusal> {
        self.state().refusal.take()
    }
}

/// A request in flight.
#[derive(Debug)]
pub(in crate::server) struct Busy(Activity);

impl Drop for Busy {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.in_flight = state.in_flight.saturating_sub(1);
        state.idle_since = Instant::now();
    }
}
