//! What happened to an upstream's calls since the start, as counters that only grow.

use std::sync::atomic::{AtomicU64, Ordering};

use http::StatusCode;

use super::CallError;

/// A counter that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// The count.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// The counters of one upstream; see [`super::Upstream::statistics`].
#[derive(Debug, Default)]
pub struct UpstreamStatistics {
    /// Calls that were asked for, whatever came of them.
    pub calls: Counter,
    /// Requests that were sent, or tried to be.
    pub attempts: Counter,
    /// Attempts that repeated a failed one.
    pub retries: Counter,
    /// Failed attempts that would have been repeated, had the budget allowed it.
    pub retries_denied: Counter,
    /// Attempts that repeated a request because its credential had to be renewed.
    pub renewals: Counter,
    /// Attempts for which no connection could be made.
    pub unreachable: Counter,
    /// Attempts whose answer's head did not come in time.
    pub timed_out: Counter,
    /// Attempts whose connection ended, or carried no HTTP, before the answer's head was complete.
    pub broken: Counter,
    /// Attempts that were answered with 2xx.
    pub succeeded: Counter,
    /// Attempts that were answered with 3xx.
    pub redirected: Counter,
    /// Attempts that were answered with 4xx.
    pub refused: Counter,
    /// Attempts that were answered with 5xx, or with a status of no class.
    pub failed: Counter,
    /// Calls that were not made because no token could be had.
    pub no_token: Counter,
    /// Calls that failed at once because the breaker was open.
    pub rejected: Counter,
    /// Calls that failed at once because too many were under way.
    pub shed: Counter,
    /// How often the breaker opened.
    pub opened: Counter,
}

impl UpstreamStatistics {
    /// Counts what came of an attempt.
    pub(super) fn count_outcome(&self, outcome: Result<StatusCode, &CallError>) {
        let counter = match outcome {
            Ok(status) if status.is_success() => &self.succeeded,
            Ok(status) if status.is_redirection() => &self.redirected,
            Ok(status) if status.is_client_error() => &self.refused,
            Ok(_) => &self.failed,
            Err(CallError::Unreachable { .. }) => &self.unreachable,
            Err(CallError::TimedOut { .. }) => &self.timed_out,
            Err(_) => &self.broken,
        };
        counter.count();
    }
}
