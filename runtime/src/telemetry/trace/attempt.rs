//! The spans of upstream calls: one for each attempt.

use std::sync::atomic::{AtomicU32, Ordering};

use http::{HeaderMap, HeaderName, Method, StatusCode};

use super::identity::{SpanContext, SpanId};
use super::record::{self, AttemptOutcome, Client, Place, Record, Subject};
use super::span::Begin;
use super::tracer::Tracer;
use crate::telemetry::Outcome;
use crate::upstream::{BaseUri, CallError};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// What the attempts of one upstream call belong to.
#[derive(Debug, Default)]
pub(crate) struct CallTrace(Option<Call>);

#[derive(Debug)]
struct Call {
    tracer: &'static Tracer,
    /// The span that the call is made for.
    parent: SpanContext,
    trace_state: Option<Box<str>>,
    attempts: AtomicU32,
}

impl CallTrace {
    pub(super) fn new(
        tracer: &'static Tracer,
        parent: SpanContext,
        trace_state: Option<Box<str>>,
    ) -> Self {
        Self(Some(Call {
            tracer,
            parent,
            trace_state,
            attempts: AtomicU32::new(0),
        }))
    }

    /// Begins the span of an attempt, which goes to the server of `base`.
    pub(crate) fn attempt(
        &self,
        upstream: &'static str,
        operation: &'static str,
        method: &Method,
        base: &BaseUri,
    ) -> AttemptSpan {
        let Some(call) = &self.0 else {
            return AttemptSpan::default();
        };
        let resends = call.attempts.fetch_add(1, Ordering::Relaxed);
        if !call.parent.is_sampled() {
            return AttemptSpan {
                context: Some(call.parent),
                attempt: None,
            };
        }
        let (scheme, host, port) = base.server();
        let context = call.parent.with_span(SpanId::random());
        AttemptSpan {
            context: Some(context),
            attempt: Some(Attempt {
                tracer: call.tracer,
                begin: Begin::now(),
                place: Place {
                    context,
                    parent: Some(call.parent.span),
                    trace_state: call.trace_state.clone(),
                    ..Place::default()
                },
                client: Client {
                    upstream,
                    operation,
                    method: record::method(method),
                    scheme,
                    host: host.into(),
                    port,
                    resends,
                    outcome: AttemptOutcome::Cancelled,
                },
            }),
        }
    }
}

/// The span of an attempt. It ends when it is dropped.
#[derive(Debug, Default)]
pub(crate) struct AttemptSpan {
    /// What the upstream is told; `None` where nothing is traced.
    context: Option<SpanContext>,
    attempt: Option<Attempt>,
}

#[derive(Debug)]
struct Attempt {
    tracer: &'static Tracer,
    begin: Begin,
    place: Place,
    client: Client,
}

impl AttemptSpan {
    /// Tells the upstream that this span is the parent of its own; where none is recorded, that none is.
    pub(crate) fn inject(&self, headers: &mut HeaderMap) {
        if let Some(traceparent) = self.context.and_then(SpanContext::traceparent) {
            headers.insert(TRACEPARENT, traceparent);
        }
    }

    /// Ends the span with what came of the attempt. Where this is not called, nobody waited for that.
    pub(crate) fn end(mut self, outcome: Result<StatusCode, &CallError>) {
        if let Some(attempt) = &mut self.attempt {
            attempt.client.outcome = match outcome {
                Ok(status) => AttemptOutcome::Status(status.as_u16()),
                Err(error) => AttemptOutcome::Failed(Outcome::word_of_error(error)),
            };
        }
    }
}

impl Drop for AttemptSpan {
    fn drop(&mut self) {
        if let Some(Attempt {
            tracer,
            begin,
            place,
            client,
        }) = self.attempt.take()
        {
            let (start, end) = begin.until_now();
            tracer.export(Record {
                place,
                start,
                end,
                subject: Subject::Client(client),
            });
        }
    }
}
