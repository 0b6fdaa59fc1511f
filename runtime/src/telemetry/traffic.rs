//! Requests counted by operation and outcome, with how long they took.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::outcome::{COUNT, Outcome};

/// The upper bounds of the buckets of a histogram, in microseconds.
pub(super) const BOUNDS: [u64; 14] = [
    1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    5_000_000, 10_000_000, 30_000_000,
];

/// The requests of one adapter, or the calls of one upstream.
///
/// Operations are `&'static str`: they come from the tables of the capability, never from a request, and so their
/// number is the capability's.
#[derive(Debug)]
pub(crate) struct Traffic {
    name: &'static str,
    in_flight: AtomicU64,
    operations: RwLock<BTreeMap<&'static str, Arc<Series>>>,
}

impl Traffic {
    pub(crate) fn new(name: &'static str) -> Arc<Self> {
        Arc::new(Self {
            name,
            in_flight: AtomicU64::new(0),
            operations: RwLock::default(),
        })
    }

    /// The namespace.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Counts one request. Allocates only when an operation is seen first.
    pub(crate) fn record(&self, operation: &'static str, outcome: Outcome, duration: Duration) {
        let known = self
            .operations
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(series) = known.get(operation) {
            return series.record(outcome, duration);
        }
        drop(known);
        let mut operations = self
            .operations
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        operations
            .entry(operation)
            .or_default()
            .record(outcome, duration);
    }

    /// Counts a request as in flight until the guard is dropped.
    pub(crate) fn enter(self: &Arc<Self>) -> InFlight {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        InFlight(self.clone())
    }

    pub(super) fn in_flight(&self) -> u64 {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// The operations seen so far, by name.
    pub(super) fn operations(&self) -> Vec<(&'static str, Arc<Series>)> {
        let operations = self
            .operations
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        operations
            .iter()
            .map(|(name, series)| (*name, series.clone()))
            .collect()
    }
}

/// A request in flight.
#[derive(Debug)]
pub(crate) struct InFlight(Arc<Traffic>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The requests of one operation.
#[derive(Debug)]
pub(super) struct Series {
    outcomes: [AtomicU64; COUNT],
    /// By [`BOUNDS`], and last those over all of them.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    /// Microseconds.
    sum: AtomicU64,
}

impl Default for Series {
    fn default() -> Self {
        Self {
            outcomes: [const { AtomicU64::new(0) }; COUNT],
            buckets: [const { AtomicU64::new(0) }; BOUNDS.len() + 1],
            sum: AtomicU64::new(0),
        }
    }
}

impl Series {
    fn record(&self, outcome: Outcome, duration: Duration) {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.partition_point(|bound| *bound < micros);
        let cells = [self.outcomes.get(outcome.index()), self.buckets.get(bucket)];
        for cell in cells.into_iter().flatten() {
            cell.fetch_add(1, Ordering::Relaxed);
        }
        self.sum.fetch_add(micros, Ordering::Relaxed);
    }

    /// The outcomes that occurred, and how often.
    pub(super) fn outcomes(&self) -> impl Iterator<Item = (usize, u64)> {
        let counts = self
            .outcomes
            .iter()
            .map(|cell| cell.load(Ordering::Relaxed));
        counts.enumerate().filter(|(_, count)| *count > 0)
    }

    /// How many took no longer than each of [`BOUNDS`], and how many there were; cumulative.
    pub(super) fn cumulative(&self) -> Vec<u64> {
        let cells = self.buckets.iter().map(|cell| cell.load(Ordering::Relaxed));
        let mut total = 0;
        cells
            .map(|count| {
                total += count;
                total
            })
            .collect()
    }

    pub(super) fn seconds(&self) -> f64 {
        self.sum.load(Ordering::Relaxed) as f64 / 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_falls_in_the_bucket_whose_bound_it_does_not_exceed() {
        let traffic = Traffic::new("t");
        for micros in [0, 1_000, 1_001, 30_000_000, 30_000_001] {
            traffic.record("a", Outcome::of_status(200), Duration::from_micros(micros));
        }
        traffic.record("b", Outcome::CANCELLED, Duration::ZERO);
        let operations = traffic.operations();
        let [("a", a), ("b", b)] = operations.as_slice() else {
            panic!("{operations:?}");
        };
        let cumulative = a.cumulative();
        assert_eq!(cumulative.first(), Some(&2));
        assert_eq!(cumulative.get(1), Some(&3));
        assert_eq!(cumulative.get(13..), Some([4, 5].as_slice()));
        assert_eq!(a.outcomes().map(|(_, count)| count).sum::<u64>(), 5);
        assert!((a.seconds() - 60.002_002).abs() < 1e-9);
        assert_eq!(b.cumulative().last(), Some(&1));
    }

    #[test]
    fn what_has_left_is_not_in_flight() {
        let traffic = Traffic::new("t");
        let (first, second) = (traffic.enter(), traffic.enter());
        assert_eq!(traffic.in_flight(), 2);
        drop(first);
        assert_eq!(traffic.in_flight(), 1);
        drop(second);
        assert_eq!(traffic.in_flight(), 0);
    }
}
