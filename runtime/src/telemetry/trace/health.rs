//! What the log is told of the collector: what has changed, and not more often than somebody reads.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::Instant;

use super::collector::Refusal;
use super::tracer::STATISTICS;

/// How long a warning stands for those that would follow it.
const WARNING_INTERVAL: Duration = Duration::from_secs(60);

/// Whether the collector takes spans, as far as the log has been told.
#[derive(Debug, Default)]
pub(super) struct Health {
    /// Whether the last word was that it takes none.
    is_told_to_fail: bool,
    failures: Pace,
    rejections: Pace,
}

/// When a warning was given last.
#[derive(Debug, Default)]
struct Pace(Option<Instant>);

/// What there is to tell.
#[derive(Debug, PartialEq, Eq)]
enum News<'a> {
    Failing(&'a Refusal),
    Recovered,
    Rejected(u64),
}

impl Health {
    /// Tells the log what there is to tell of the outcome of a request: how many spans were rejected, or why none were taken.
    pub(super) fn tell(&mut self, outcome: &Result<u64, Refusal>) {
        for news in self.news(outcome).into_iter().flatten() {
            match news {
                News::Failing(refusal) => {
                    let dropped = STATISTICS.queue_full.load(Ordering::Relaxed);
                    tracing::warn!(
                        dropped,
                        "the collector takes no spans: {refusal}; those that wait too long are dropped, and counted"
                    );
                }
                News::Recovered => tracing::info!("spans are exported again"),
                News::Rejected(rejected) => {
                    tracing::warn!(
                        rejected,
                        "the collector takes spans, and rejected some of them"
                    );
                }
            }
        }
    }

    fn news<'a>(&mut self, outcome: &'a Result<u64, Refusal>) -> [Option<News<'a>>; 2] {
        match outcome {
            Ok(rejected) => {
                let is_recovered = std::mem::take(&mut self.is_told_to_fail);
                let is_rejected = *rejected > 0 && self.rejections.allows();
                [
                    is_recovered.then_some(News::Recovered),
                    is_rejected.then_some(News::Rejected(*rejected)),
                ]
            }
            Err(refusal) => {
                let is_new = !self.is_told_to_fail && self.failures.allows();
                self.is_told_to_fail |= is_new;
                [is_new.then_some(News::Failing(refusal)), None]
            }
        }
    }
}

impl Pace {
    /// Whether a warning may be given now, which then is.
    fn allows(&mut self) -> bool {
        let now = Instant::now();
        let is_due = self.0.is_none_or(|last| now - last >= WARNING_INTERVAL);
        if is_due {
            self.0 = Some(now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    fn told(health: &mut Health, outcome: &Result<u64, Refusal>) -> Vec<String> {
        let news = health.news(outcome).into_iter().flatten();
        let word = |news: News<'_>| match news {
            News::Failing(refusal) => refusal.to_string(),
            News::Recovered => "recovered".to_owned(),
            News::Rejected(count) => format!("rejected {count}"),
        };
        news.map(word).collect()
    }

    fn failure() -> Result<u64, Refusal> {
        Err(Refusal::new("it is down", None))
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_told_once_and_its_end_too() {
        let mut health = Health::default();
        assert_eq!(told(&mut health, &Ok(0)), [""; 0]);
        assert_eq!(told(&mut health, &failure()), ["it is down"]);
        for _ in 0..3 {
            advance(WARNING_INTERVAL).await;
            assert_eq!(told(&mut health, &failure()), [""; 0]);
        }
        assert_eq!(told(&mut health, &Ok(0)), ["recovered"]);
        assert_eq!(told(&mut health, &Ok(0)), [""; 0]);
    }

    /// The last word is never that all is well while nothing is exported.
    #[tokio::test(start_paused = true)]
    async fn a_failure_soon_after_another_is_told_where_it_lasts() {
        let mut health = Health::default();
        told(&mut health, &failure());
        told(&mut health, &Ok(0));
        assert_eq!(told(&mut health, &failure()), [""; 0]);
        // What was not told to have ended is not told to go on.
        assert_eq!(told(&mut health, &Ok(0)), [""; 0]);
        assert_eq!(told(&mut health, &failure()), [""; 0]);
        advance(WARNING_INTERVAL).await;
        assert_eq!(told(&mut health, &failure()), ["it is down"]);
        assert_eq!(told(&mut health, &Ok(0)), ["recovered"]);
    }

    #[tokio::test(start_paused = true)]
    async fn rejected_spans_are_told_once_in_a_while() {
        let mut health = Health::default();
        assert_eq!(told(&mut health, &Ok(3)), ["rejected 3"]);
        assert_eq!(told(&mut health, &Ok(1)), [""; 0]);
        assert_eq!(told(&mut health, &failure()), ["it is down"]);
        advance(WARNING_INTERVAL).await;
        assert_eq!(told(&mut health, &Ok(2)), ["recovered", "rejected 2"]);
    }
}
