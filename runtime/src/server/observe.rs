//! What surrounds every request: its id and its log line.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use tracing::Level;

use super::{Answered, LocalAddress, RequestContext, TraceContext};
use crate::telemetry::{self, Outcome, ServerSpan, Traffic};

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest request id that is taken over from a caller.
const REQUEST_ID_LIMIT: usize = 128;

/// The status in the log line of a request that was not answered, after nginx.
const NOT_ANSWERED: u16 = 499;

/// The log line of a request, and its place in the metrics. It is written where the request ends, and that is not always an answer:
/// a caller that leaves, or the end of the gateway, drops the future that would give one.
pub(super) struct Entry {
    traffic: Arc<Traffic>,
    access: Level,
    operation: &'static str,
    method: Method,
    status: u16,
    start: Instant,
    context: RequestContext,
    upstream_request_id: Option<HeaderValue>,
}

impl Entry {
    pub(super) fn new<B>(
        traffic: Arc<Traffic>,
        access: Level,
        request: &Request<B>,
        local: Option<LocalAddress>,
    ) -> Self {
        let trace = TraceContext::of(request.headers());
        let span = match access {
            Level::INFO => ServerSpan::of_request(request, local, &trace),
            // Nobody wants to see every probe.
            _ => ServerSpan::default(),
        };
        Self {
            traffic,
            access,
            operation: "-",
            method: request.method().clone(),
            status: NOT_ANSWERED,
            start: Instant::now(),
            context: RequestContext::new(
                plain_id(request.headers()).unwrap_or_else(new_request_id),
                trace,
                span,
            ),
            upstream_request_id: None,
        }
    }

    /// What the request carries through the gateway.
    pub(super) fn context(&self) -> &RequestContext {
        &self.context
    }

    /// Takes note of the answer, and gives it the id of its request.
    pub(super) fn end(mut self, answered: Answered) -> Response {
        let Answered {
            mut response,
            operation,
        } = answered;
        if let Some(operation) = operation {
            self.operation = operation;
        }
        self.status = response.status().as_u16();
        self.context.span().answered(self.status);
        match response.headers_mut().entry(REQUEST_ID) {
            // An upstream's own id is passed on: it is the one its support asks for. Many repeat the one they were sent.
            header::Entry::Occupied(entry) => {
                let upstream = Some(entry.get()).filter(|id| is_plain(id));
                self.upstream_request_id = upstream
                    .filter(|id| **id != self.context.request_id)
                    .cloned();
            }
            header::Entry::Vacant(entry) => {
                entry.insert(self.context.request_id.clone());
            }
        }
        response
    }

    fn log(&self, duration: Duration) {
        let milliseconds = |duration: Duration| duration.as_micros() as f64 / 1000.0;
        let outcome = match self.status {
            NOT_ANSWERED => "not answered",
            _ => "answered",
        };
        // The level of a line is fixed where it is written.
        macro_rules! line {
            ($level:expr) => {
                tracing::event!(
                    target: telemetry::ACCESS,
                    $level,
                    message = outcome,
                    adapter = self.traffic.name(),
                    operation = self.operation,
                    method = %self.method,
                    status = self.status,
                    duration_ms = milliseconds(duration),
                    upstream_ms = self.context.upstream_time().map(milliseconds),
                    request_id = self.context.request_id.to_str().unwrap_or_default(),
                    trace_id = self.context.span().trace_id(&self.context.trace).as_deref(),
                    upstream_request_id = self.upstream_request_id.as_ref().and_then(|id| id.to_str().ok()),
                )
            };
        }
        match self.access {
            Level::INFO => line!(Level::INFO),
            _ => line!(Level::DEBUG),
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let duration = self.start.elapsed();
        let outcome = Outcome::of_status(self.status);
        self.traffic.record(self.operation, outcome, duration);
        self.log(duration);
    }
}

/// The request id among the headers, where it is short and plain.
fn plain_id(headers: &HeaderMap) -> Option<HeaderValue> {
    headers.get(REQUEST_ID).filter(|id| is_plain(id)).cloned()
}

fn is_plain(id: &HeaderValue) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    (1..=REQUEST_ID_LIMIT).contains(&id.len()) && id.as_bytes().iter().all(plain)
}

/// Random per process, counted within it. Written by hand: formatting it took a fortieth of all that a request computes.
pub(super) fn new_request_id() -> HeaderValue {
    static PROCESS: LazyLock<[u8; 16]> =
        LazyLock::new(|| hexadecimal(RandomState::new().build_hasher().finish()));
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = hexadecimal(COUNT.fetch_add(1, Ordering::Relaxed));
    let is_needed = |(position, digit): &(usize, &u8)| *position >= 8 || **digit != b'0';
    let digits = count
        .iter()
        .enumerate()
        .skip_while(|digit| !is_needed(digit));
    let mut id = Vec::with_capacity(33);
    id.extend_from_slice(&*PROCESS);
    id.push(b'-');
    id.extend(digits.map(|(_, digit)| digit));
    HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("none"))
}

fn hexadecimal(number: u64) -> [u8; 16] {
    let mut digits = [0; 16];
    for (digit, byte) in digits.chunks_exact_mut(2).zip(number.to_be_bytes()) {
        for (digit, half) in digit.iter_mut().zip([byte >> 4, byte & 0xf]) {
            *digit = if half < 10 {
                b'0' + half
            } else {
                b'a' + half - 10
            };
        }
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(id: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID, HeaderValue::from_str(id).unwrap());
        plain_id(&headers).is_some_and(|kept| kept == id)
    }

    #[test]
    fn a_plain_id_is_kept_and_no_other() {
        assert!(kept("7f3a-Z_9.1"));
        assert!(!kept("") && !kept("a b") && !kept("{\"x\":1}") && !kept(&"x".repeat(129)));
    }

    #[test]
    fn new_ids_differ() {
        let (first, second) = (new_request_id(), new_request_id());
        assert_ne!(first, second);
        let (process, count) = first.to_str().unwrap().split_once('-').unwrap();
        assert_eq!((process.len(), count.len()), (16, 8));
        assert!(second.to_str().unwrap().starts_with(process));
    }

    #[test]
    fn numbers_are_written_as_everywhere() {
        for number in [0, 1, 0xabc, 0x0123_4567_89ab_cdef, u64::MAX] {
            let digits = hexadecimal(number);
            assert_eq!(digits, *format!("{number:016x}").as_bytes());
        }
    }
}
