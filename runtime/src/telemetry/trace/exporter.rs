//! Sending spans in batches, behind the requests they are of.

use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use super::collector::{Collector, Refusal};
use super::health::Health;
use super::identity::random;
use super::protobuf::Writer;
use super::record::{Record, write_text};
use super::tracer::{STATISTICS, Statistics};

/// How often a batch is sent that the collector cannot take for the moment.
const ATTEMPTS: u32 = 5;
/// How long the first repetition waits, about; each waits twice as long as the one before.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// Takes spans out of the queue, and sends them.
pub(super) struct Exporter {
    pub(super) queue: mpsc::Receiver<Record>,
    /// Requests to send all there is, each with where to say that it has been.
    pub(super) flushes: mpsc::Receiver<oneshot::Sender<()>>,
    pub(super) collector: Collector,
    /// How many spans one request holds at most.
    pub(super) batch: usize,
    /// How long spans wait for others.
    pub(super) delay: Duration,
    /// How long the same spans are sent again and again.
    pub(super) patience: Duration,
    pub(super) frame: Frame,
    pub(super) health: Health,
}

/// What every request holds beside spans.
pub(super) struct Frame {
    /// The fields of the message `Resource`.
    resource: Vec<u8>,
}

/// Why waiting ended.
enum Woken {
    /// There are spans to send.
    Full,
    /// All that there is has to be sent now.
    Flush(oneshot::Sender<()>),
    /// Nobody is left who could hand over a span.
    Closed,
}

impl Exporter {
    /// Runs until nobody is left who could hand over a span, which in a gateway somebody always is.
    pub(super) async fn run(mut self) {
        let mut batch = Vec::with_capacity(self.batch);
        loop {
            match self.fill(&mut batch).await {
                Woken::Full => {
                    if let Some(done) = self.deliver(&batch).await {
                        batch.clear();
                        self.drain(&mut batch).await;
                        // Whoever asked may have gone.
                        let _ = done.send(());
                    }
                    batch.clear();
                }
                Woken::Flush(done) => {
                    self.drain(&mut batch).await;
                    let _ = done.send(());
                }
                Woken::Closed => return self.drain(&mut batch).await,
            }
        }
    }

    /// Waits until a batch is full, or its first span has waited long enough.
    async fn fill(&mut self, batch: &mut Vec<Record>) -> Woken {
        let mut due = Instant::now() + self.delay;
        loop {
            let (is_empty, room) = (batch.is_empty(), self.batch - batch.len());
            tokio::select! {
                biased;
                Some(done) = self.flushes.recv() => return Woken::Flush(done),
                () = sleep_until(due), if !is_empty => return Woken::Full,
                taken = self.queue.recv_many(batch, room) => match taken {
                    0 => return Woken::Closed,
                    _ if batch.len() >= self.batch => return Woken::Full,
                    _ if is_empty => due = Instant::now() + self.delay,
                    _ => {}
                },
            }
        }
    }

    /// Sends what is in the batch and in the queue, each once.
    async fn drain(&mut self, batch: &mut Vec<Record>) {
        loop {
            while batch.len() < self.batch
                && let Ok(record) = self.queue.try_recv()
            {
                batch.push(record);
            }
            if batch.is_empty() {
                return;
            }
            let (spans, body) = (batch.len() as u64, self.frame.request(batch));
            let until = Instant::now() + self.patience;
            let outcome = self.collector.send(body, until).await;
            self.health.tell(&outcome);
            conclude(spans, outcome);
            batch.clear();
        }
    }

    /// Sends a batch, again and again where that may help. A collector that asks for time is given it, also where that is too
    /// long for this batch. A request to send all there is ends the waiting.
    async fn deliver(&mut self, batch: &[Record]) -> Option<oneshot::Sender<()>> {
        let (spans, body) = (batch.len() as u64, self.frame.request(batch));
        let until = Instant::now() + self.patience;
        let mut asked = None;
        for attempt in 1.. {
            let outcome = self.collector.send(body.clone(), until).await;
            self.health.tell(&outcome);
            let retry = outcome.as_ref().err().and_then(|refusal| refusal.retry);
            let (now, named) = (Instant::now(), retry.unwrap_or_default());
            let due = now + named.max(backoff(attempt));
            if retry.is_some() && asked.is_none() && attempt < ATTEMPTS && due < until {
                asked = self.pause(due).await;
                continue;
            }
            conclude(spans, outcome);
            if asked.is_none() && !named.is_zero() {
                asked = self.pause(now + named).await;
            }
            break;
        }
        asked
    }

    /// Waits, unless all that there is has to be sent now.
    async fn pause(&mut self, until: Instant) -> Option<oneshot::Sender<()>> {
        tokio::select! {
            () = sleep_until(until) => None,
            Some(done) = self.flushes.recv() => Some(done),
        }
    }
}

/// Counts what became of the spans of a batch.
fn conclude(spans: u64, outcome: Result<u64, Refusal>) {
    match outcome {
        Ok(rejected) => {
            let rejected = rejected.min(spans);
            Statistics::add(&STATISTICS.rejected, rejected);
            Statistics::add(&STATISTICS.exported, spans - rejected);
        }
        Err(_) => Statistics::add(&STATISTICS.not_delivered, spans),
    }
}

/// From half of the wait before a repetition to one and a half, so that gateways that failed together do not come back
/// together.
fn backoff(attempt: u32) -> Duration {
    let fraction = random() as f64 / u64::MAX as f64;
    let wait = FIRST_WAIT.saturating_mul(1_u32.checked_shl(attempt - 1).unwrap_or(u32::MAX));
    wait.mul_f64(0.5 + fraction)
}

impl Frame {
    pub(super) fn new(resource: &[(String, String)]) -> Self {
        let mut fields = Writer::default();
        for (key, value) in resource {
            fields.message(1, |pair| write_text(pair, key, value));
        }
        Self {
            resource: fields.into_bytes(),
        }
    }

    /// The message `ExportTraceServiceRequest`: opentelemetry/proto/collector/trace/v1.
    fn request(&self, batch: &[Record]) -> Bytes {
        let mut request = Writer::default();
        request.message(1, |resource_spans| {
            resource_spans.message(1, |resource| resource.append(&self.resource));
            resource_spans.message(2, |scope_spans| {
                scope_spans.message(1, |scope| {
                    scope.text(1, "gatewright");
                    scope.text(2, env!("CARGO_PKG_VERSION"));
                });
                for record in batch {
                    scope_spans.message(2, |span| record.write(span));
                }
            });
        });
        request.into_bytes().into()
    }
}
