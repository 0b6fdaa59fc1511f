//! What the front door counts, for a metrics page.

use std::sync::atomic::{AtomicU64, Ordering};

/// The counts of this process, of all its gateways together.
pub static STATISTICS: FrontStatistics = FrontStatistics::new();

/// Counts since the start of the process, and what is open now.
#[derive(Debug)]
pub struct FrontStatistics {
    /// Connections that are open.
    pub connections: Count,
    /// Requests in flight: from their head to the last byte of their answer.
    pub requests: Count,
    /// Connections turned away at the limit on connections.
    pub connections_refused: Count,
    /// Requests answered 503 at the limit on requests in flight.
    pub requests_shed: Count,
    /// Requests answered 401.
    pub unauthorized: Count,
    /// Requests answered 403: their access token is not good for what they ask.
    pub forbidden: Count,
    /// Fetches of an authorization server's keys.
    pub key_fetches: Count,
    /// Those that brought none.
    pub key_fetch_failures: Count,
    /// Requests whose handling panicked: answered 500, or their answer broken off.
    pub panics: Count,
    /// Heads that did not arrive in time, connections without any byte included.
    pub head_timeouts: Count,
    /// Bodies that did not arrive in time.
    pub body_timeouts: Count,
    /// Connections cut because their caller took no byte of an answer.
    pub write_timeouts: Count,
    /// Heads that are too large.
    pub head_limits: Count,
    /// Targets that are too long.
    pub uri_limits: Count,
    /// Heads with too many headers.
    pub header_limits: Count,
    /// Bodies that are too large.
    pub body_limits: Count,
    /// Heads refused because they are malformed or could be read in two ways.
    pub malformed: Count,
}

impl FrontStatistics {
    const fn new() -> Self {
        Self {
            connections: Count::new(),
            requests: Count::new(),
            connections_refused: Count::new(),
            requests_shed: Count::new(),
            unauthorized: Count::new(),
            forbidden: Count::new(),
            key_fetches: Count::new(),
            key_fetch_failures: Count::new(),
            panics: Count::new(),
            head_timeouts: Count::new(),
            body_timeouts: Count::new(),
            write_timeouts: Count::new(),
            head_limits: Count::new(),
            uri_limits: Count::new(),
            header_limits: Count::new(),
            body_limits: Count::new(),
            malformed: Count::new(),
        }
    }
}

/// A count that any thread may change.
#[derive(Debug)]
pub struct Count(AtomicU64);

impl Count {
    const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// The count as it is now.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts one more until the guard is dropped.
    pub(super) fn hold(&'static self) -> Held {
        self.add();
        Held(self)
    }
}

/// One that is counted while this lives.
#[derive(Debug)]
pub(super) struct Held(&'static Count);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}
