//! When a request has to be over.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use tokio::task::coop::unconstrained;
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
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(sleep_until(at)))
            .as_mut();
        // Outside of the task's budget: a server that sends faster than is read would use it up, and the time never come.
        pin!(unconstrained(timer)).poll(context)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::Duration;

    use tokio::task::coop::{consume_budget, has_budget_remaining};
    use tokio::time::advance;

    use super::*;

    /// Whether the time has come, asked by a task without budget.
    async fn has_come(deadline: &mut Deadline) -> bool {
        poll_fn(|context| {
            while has_budget_remaining() {
                let _ = pin!(consume_budget()).poll(context);
            }
            Poll::Ready(deadline.poll(context).is_ready())
        })
        .await
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_comes_also_where_the_task_has_no_budget_left() {
        let second = Duration::from_secs(1);
        let mut deadline = Deadline::new(Instant::now() + second);
        for _ in 0..2 {
            assert!(!has_come(&mut deadline).await);
            advance(second * 2).await;
            assert!(has_come(&mut deadline).await);
            assert!(deadline.has_passed());
            deadline.set(Instant::now() + second);
            assert!(!deadline.has_passed());
        }
    }
}
