//! How many calls may be repeated: an upstream in trouble must not get many times its usual load.

use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

use super::RetryOptions;

/// The budget looks back for one second, in so many slots.
const SLOTS: usize = 10;
/// How long a slot is, in milliseconds.
const SLOT: u32 = 1000 / SLOTS as u32;

/// The repetitions of the last second, held against its calls.
#[derive(Debug)]
pub(super) struct RetryBudget {
    options: RetryOptions,
    window: Mutex<Window>,
}

#[derive(Debug)]
struct Window {
    begin: Instant,
    /// How many slots have passed since `begin`.
    passed: u64,
    current: Slot,
    /// The slots before the current one, the youngest first.
    past: [Slot; SLOTS - 1],
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    calls: usize,
    retries: usize,
}

impl RetryBudget {
    pub(super) fn new(options: RetryOptions) -> Self {
        Self {
            options,
            window: Mutex::new(Window {
                begin: Instant::now(),
                passed: 0,
                current: Slot::default(),
                past: [Slot::default(); SLOTS - 1],
            }),
        }
    }

    /// Counts a call.
    pub(super) fn deposit(&self) {
        self.with(|window| window.current.calls += 1);
    }

    /// Whether a call may be repeated; the repetition is counted.
    pub(super) fn withdraw(&self) -> bool {
        if self.options.percent == 0 {
            return false;
        }
        self.with(|window| {
            let (calls, retries) = window.sums();
            let share = calls.saturating_mul(self.options.percent) / 100;
            let is_allowed = retries < share.max(self.options.at_least);
            if is_allowed {
                window.current.retries += 1;
            }
            is_allowed
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Window) -> T) -> T {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        window.move_on();
        act(&mut window)
    }
}

impl Window {
    /// Forgets what is older than a second.
    fn move_on(&mut self) {
        let elapsed = self.begin.elapsed();
        let now = elapsed.as_secs() * SLOTS as u64 + u64::from(elapsed.subsec_millis() / SLOT);
        // After a second all slots are empty.
        for _ in self.passed..now.min(self.passed + SLOTS as u64) {
            self.past.rotate_right(1);
            if let Some(youngest) = self.past.first_mut() {
                *youngest = std::mem::take(&mut self.current);
            }
        }
        self.passed = now;
    }

    /// The calls and the repetitions of the last second.
    fn sums(&self) -> (usize, usize) {
        let slots = self.past.iter().chain([&self.current]);
        slots.fold((0, 0), |(calls, retries), slot| {
            (calls + slot.calls, retries + slot.retries)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn budget(percent: usize, at_least: usize) -> RetryBudget {
        RetryBudget::new(RetryOptions {
            percent,
            at_least,
            longest_wait: Duration::ZERO,
        })
    }

    fn granted(budget: &RetryBudget, asked: usize) -> usize {
        (0..asked).filter(|_| budget.withdraw()).count()
    }

    #[tokio::test(start_paused = true)]
    async fn a_fifth_of_many_calls_and_ten_of_few() {
        let budget = budget(20, 10);
        assert_eq!(granted(&budget, 100), 10);
        for _ in 0..100 {
            budget.deposit();
        }
        assert_eq!(
            granted(&budget, 100),
            10,
            "20 of 100, of which 10 are spent"
        );
        tokio::time::advance(Duration::from_millis(900)).await;
        assert_eq!(granted(&budget, 100), 0, "still the same second");
        tokio::time::advance(Duration::from_millis(100)).await;
        assert_eq!(granted(&budget, 100), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_steady_stream_is_repeated_by_a_fifth_at_most() {
        let budget = budget(20, 10);
        let (mut calls, mut retries) = (0, 0);
        for _ in 0..500 {
            for _ in 0..10 {
                budget.deposit();
                calls += 1;
                retries += granted(&budget, 1);
            }
            tokio::time::advance(Duration::from_millis(10)).await;
        }
        assert!(retries * 5 <= calls, "{retries} of {calls}");
        assert!(retries * 6 >= calls, "{retries} of {calls}");
    }

    #[tokio::test(start_paused = true)]
    async fn none_where_none_is_wanted_and_none_is_kept_over_a_pause() {
        assert_eq!(granted(&budget(0, 10), 10), 0);
        let budget = budget(50, 0);
        budget.deposit();
        budget.deposit();
        assert_eq!(granted(&budget, 2), 1);
        tokio::time::advance(Duration::from_secs(1000)).await;
        assert_eq!(granted(&budget, 2), 0);
    }
}
