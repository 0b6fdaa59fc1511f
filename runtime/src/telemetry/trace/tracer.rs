//! What spans are handed to.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::record::Record;
use super::sampler::Sampler;

/// The tracer of this process, which all its gateways share; there is none where nothing is exported.
static CURRENT: OnceLock<Tracer> = OnceLock::new();

/// The counts of this process.
pub(super) static STATISTICS: Statistics = Statistics {
    exported: AtomicU64::new(0),
    queue_full: AtomicU64::new(0),
    not_delivered: AtomicU64::new(0),
    rejected: AtomicU64::new(0),
};

/// What became of spans.
#[derive(Debug)]
pub(super) struct Statistics {
    /// Taken by the collector.
    pub(super) exported: AtomicU64,
    /// Dropped because the queue was full.
    pub(super) queue_full: AtomicU64,
    /// Dropped because the collector could not be reached, or refused the whole request.
    pub(super) not_delivered: AtomicU64,
    /// Rejected by the collector, one by one.
    pub(super) rejected: AtomicU64,
}

impl Statistics {
    pub(super) fn add(count: &AtomicU64, spans: u64) {
        count.fetch_add(spans, Ordering::Relaxed);
    }
}

/// Decides which traces are recorded, and takes the spans that are.
#[derive(Debug)]
pub(super) struct Tracer {
    pub(super) sampler: Sampler,
    queue: mpsc::Sender<Record>,
}

impl Tracer {
    pub(super) fn new(sampler: Sampler, queue: mpsc::Sender<Record>) -> Self {
        Self { sampler, queue }
    }

    /// Makes it the tracer of this process.
    ///
    /// # Errors
    /// If there is one already.
    pub(super) fn install(self) -> Result<(), Self> {
        CURRENT.set(self)
    }

    /// Takes a span that has ended. It never waits: where the queue is full, the span is counted and dropped.
    pub(super) fn export(&self, record: Record) {
        match self.queue.try_send(record) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => Statistics::add(&STATISTICS.queue_full, 1),
            // The gateway has ended.
            Err(TrySendError::Closed(_)) => Statistics::add(&STATISTICS.not_delivered, 1),
        }
    }
}

/// The tracer of this process, where spans are exported.
pub(super) fn current() -> Option<&'static Tracer> {
    CURRENT.get()
}
