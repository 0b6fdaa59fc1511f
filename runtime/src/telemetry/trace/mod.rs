//! Traces: a span for each request, and one below it for each attempt of an upstream call, exported over OTLP.
//!
//! OTLP is written here rather than by the OpenTelemetry crates: docs/ARCHITECTURE.md says why. Nothing of it is compiled without
//! the feature `otlp`; then `telemetry/untraced.rs` stands in its place.

mod attempt;
mod collector;
mod exporter;
mod health;
mod identity;
mod options;
mod protobuf;
mod reader;
mod record;
mod resource;
mod sampler;
mod span;
#[cfg(test)]
mod tests;
mod tracer;

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use self::collector::{Collector, SharedHeaders};
use self::exporter::{Exporter, Frame};
use self::health::Health;
use self::options::Options;
use self::tracer::{STATISTICS, Tracer};
use super::exposition::{Kind, Page};
use crate::capability::Capability;
use crate::settings::{SettingValues, SettingsError};

pub(crate) use attempt::CallTrace;
pub(crate) use span::{MessageSpan, ServerSpan};

/// How long the end of the gateway waits for the last spans to be sent.
const LAST_SPANS: Duration = Duration::from_secs(5);

/// The export of spans, where there is one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Traces(Option<Running>);

#[derive(Clone, Debug)]
struct Running {
    flushes: mpsc::Sender<oneshot::Sender<()>>,
    headers: SharedHeaders,
}

impl Traces {
    /// Starts to export what the settings say, in the tokio runtime that calls it. Where a gateway of this process does so
    /// already, nothing changes.
    ///
    /// # Errors
    /// If the settings cannot be used.
    pub(crate) fn start(
        capability: &Capability,
        values: &SettingValues,
    ) -> Result<Self, SettingsError> {
        let (options, warnings) = Options::read(capability, values)?;
        for warning in warnings {
            tracing::warn!("{warning}");
        }
        let Some(options) = options else {
            return Ok(Self::default());
        };
        let headers = Arc::new(RwLock::new(options.headers.clone()));
        let collector = Collector::new(&options, headers.clone())?;
        let (sender, queue) = mpsc::channel(options.queue);
        let (flushes, asked) = mpsc::channel(1);
        if Tracer::new(options.sampler, sender).install().is_err() {
            return Ok(Self::default());
        }
        let exporter = Exporter {
            queue,
            flushes: asked,
            collector,
            batch: options.batch,
            delay: options.delay,
            patience: options.patience,
            frame: Frame::new(&options.resource),
            health: Health::default(),
        };
        tokio::spawn(exporter.run());
        Ok(Self(Some(Running { flushes, headers })))
    }

    /// Takes over what may change while the gateway runs: the headers.
    ///
    /// # Errors
    /// If one cannot be sent.
    pub(crate) fn adopt(&self, values: &SettingValues) -> Result<(), SettingsError> {
        if let Some(running) = &self.0 {
            let headers = options::headers(values)?;
            *running
                .headers
                .write()
                .unwrap_or_else(PoisonError::into_inner) = headers;
        }
        Ok(())
    }

    /// Sends the spans that wait, for a bounded time.
    pub(crate) async fn flush(&self) {
        let Some(running) = &self.0 else { return };
        let flushed = async {
            let (done, sent) = oneshot::channel();
            if running.flushes.send(done).await.is_ok() {
                // An error says that the exporter is gone.
                let _ = sent.await;
            }
        };
        if tokio::time::timeout(LAST_SPANS, flushed).await.is_err() {
            tracing::warn!("the collector did not take the last spans in time");
        }
    }
}

/// Checks what the settings say, and returns what is to be warned of.
///
/// # Errors
/// As [`Traces::start`].
pub(crate) fn check(
    capability: &Capability,
    values: &SettingValues,
) -> Result<Vec<String>, SettingsError> {
    let (options, warnings) = Options::read(capability, values)?;
    if let Some(options) = options {
        Collector::new(&options, Arc::default())?;
    }
    Ok(warnings)
}

/// Writes what became of spans.
pub(super) fn write(page: &mut Page) {
    page.single(
        "gateway_trace_spans_exported_total",
        Kind::Counter,
        "Spans that the collector took.",
        STATISTICS.exported.load(Ordering::Relaxed),
    );
    let name = "gateway_trace_spans_dropped_total";
    page.family(
        name,
        Kind::Counter,
        "Spans that nobody will see, by the reason.",
    );
    for (reason, count) in [
        ("queue_full", &STATISTICS.queue_full),
        ("not_delivered", &STATISTICS.not_delivered),
        ("rejected", &STATISTICS.rejected),
    ] {
        page.sample(name, &[("reason", reason)], count.load(Ordering::Relaxed));
    }
}
