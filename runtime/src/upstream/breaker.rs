//! Leaving an upstream alone that fails again and again: callers are answered at once, and it can recover.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::BreakerOptions;

/// How long a caller is asked to wait while another call tries whether the upstream is back.
const PROBING: Duration = Duration::from_secs(1);

/// What the breaker of an upstream does with calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerState {
    /// They are made.
    Closed,
    /// One is made, to see whether the upstream is back; the others fail at once.
    HalfOpen,
    /// They fail at once.
    Open,
}

/// Opens after so many failures in a row, and lets one call at a time through after a pause.
#[derive(Debug)]
pub(super) struct Breaker {
    options: BreakerOptions,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Closed { failures: usize },
    Open { until: Instant },
    HalfOpen,
}

impl Breaker {
    pub(super) fn new(options: BreakerOptions) -> Self {
        Self {
            options,
            state: Mutex::new(State::Closed { failures: 0 }),
        }
    }

    /// Lets an attempt through.
    ///
    /// # Errors
    /// How long the upstream is left alone.
    pub(super) fn admit(&self) -> Result<Attempt<'_>, Duration> {
        let mut state = self.lock();
        let is_probe = match &*state {
            State::Closed { .. } => false,
            State::HalfOpen => return Err(PROBING),
            State::Open { until } => {
                let left = until.saturating_duration_since(Instant::now());
                if !left.is_zero() {
                    return Err(left);
                }
                *state = State::HalfOpen;
                true
            }
        };
        Ok(Attempt {
            breaker: self,
            is_probe,
            is_over: false,
        })
    }

    pub(super) fn state(&self) -> BreakerState {
        match &*self.lock() {
            State::Closed { .. } => BreakerState::Closed,
            State::Open { .. } => BreakerState::Open,
            State::HalfOpen => BreakerState::HalfOpen,
        }
    }

    fn open(&self) -> State {
        State::Open {
            until: Instant::now() + self.options.pause,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An attempt that was let through. One that is dropped without a result says nothing about the upstream.
#[derive(Debug)]
#[must_use = "an attempt has a result"]
pub(super) struct Attempt<'a> {
    breaker: &'a Breaker,
    is_probe: bool,
    is_over: bool,
}

impl Attempt<'_> {
    /// The upstream answered.
    pub(super) fn succeeded(mut self) {
        self.is_over = true;
        let mut state = self.breaker.lock();
        match &mut *state {
            State::Closed { failures } => *failures = 0,
            State::HalfOpen if self.is_probe => *state = State::Closed { failures: 0 },
            // An answer to a call from before says little about now.
            State::Open { .. } | State::HalfOpen => {}
        }
    }

    /// The upstream failed. Returns whether it is left alone from now on, and was not before.
    pub(super) fn failed(mut self) -> bool {
        self.is_over = true;
        let breaker = self.breaker;
        let mut state = breaker.lock();
        let opens = match &mut *state {
            State::Closed { failures } => {
                *failures = failures.saturating_add(1);
                breaker.options.failures > 0 && *failures >= breaker.options.failures
            }
            State::HalfOpen => self.is_probe,
            State::Open { .. } => false,
        };
        if opens {
            *state = breaker.open();
        }
        opens
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if self.is_probe && !self.is_over {
            // The caller left; the next one probes.
            *self.breaker.lock() = State::Open {
                until: Instant::now(),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(5);

    fn breaker(failures: usize) -> Breaker {
        Breaker::new(BreakerOptions {
            failures,
            pause: PAUSE,
        })
    }

    fn fail(breaker: &Breaker) -> bool {
        breaker.admit().unwrap().failed()
    }

    #[tokio::test(start_paused = true)]
    async fn opens_after_failures_in_a_row() {
        let breaker = breaker(3);
        assert!(!fail(&breaker) && !fail(&breaker));
        breaker.admit().unwrap().succeeded();
        assert!(!fail(&breaker) && !fail(&breaker));
        assert_eq!(breaker.state(), BreakerState::Closed);
        assert!(fail(&breaker));
        assert_eq!(breaker.state(), BreakerState::Open);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(breaker.admit().unwrap_err(), Duration::from_secs(3));
    }

    #[tokio::test(start_paused = true)]
    async fn one_call_at_a_time_finds_out_whether_it_is_back() {
        let breaker = breaker(1);
        assert!(fail(&breaker));
        tokio::time::advance(PAUSE).await;
        let probe = breaker.admit().unwrap();
        assert_eq!(breaker.state(), BreakerState::HalfOpen);
        assert_eq!(breaker.admit().unwrap_err(), PROBING);
        assert!(probe.failed(), "it opens again");
        assert_eq!(breaker.admit().unwrap_err(), PAUSE);
        tokio::time::advance(PAUSE).await;
        breaker.admit().unwrap().succeeded();
        assert_eq!(breaker.state(), BreakerState::Closed);
        let (first, second) = (breaker.admit(), breaker.admit());
        first.unwrap().succeeded();
        second.unwrap().succeeded();
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_is_given_up_leaves_its_place_to_the_next() {
        let breaker = breaker(1);
        assert!(fail(&breaker));
        tokio::time::advance(PAUSE).await;
        drop(breaker.admit().unwrap());
        breaker.admit().unwrap().succeeded();
        assert_eq!(breaker.state(), BreakerState::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_from_before_it_opened_change_nothing() {
        let breaker = breaker(1);
        let (late, later, latest) = (
            breaker.admit().unwrap(),
            breaker.admit().unwrap(),
            breaker.admit().unwrap(),
        );
        assert!(fail(&breaker));
        tokio::time::advance(Duration::from_secs(3)).await;
        assert!(!late.failed(), "the pause is not made longer");
        later.succeeded();
        drop(latest);
        assert_eq!(breaker.admit().unwrap_err(), Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn zero_never_opens() {
        let breaker = breaker(0);
        for _ in 0..1000 {
            assert!(!fail(&breaker));
        }
    }
}
