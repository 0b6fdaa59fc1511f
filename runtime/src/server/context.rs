//! What a request carries through the gateway: its id, and the trace it belongs to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::telemetry::ServerSpan;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");
const BAGGAGE: HeaderName = HeaderName::from_static("baggage");

/// The longest `traceparent`, in bytes: later versions may be longer than the 55 of version 00.
const TRACEPARENT_LIMIT: usize = 128;
/// W3C Trace Context §3.3.1.5 asks that at least 512 characters be passed on.
const TRACESTATE_LIMIT: usize = 1024;
/// W3C Baggage §3.3.2 asks that at least 8192 bytes be passed on.
const BAGGAGE_LIMIT: usize = 8192;

/// [`super::Listener`] makes it of every request.
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// The id under which the request is logged: the caller's own, or one that was made for it.
    pub request_id: HeaderValue,
    /// The trace the caller counts the request to.
    pub trace: TraceContext,
    /// Microseconds in upstream calls; 0 where none was made.
    upstream_micros: Arc<AtomicU64>,
    span: ServerSpan,
}

impl RequestContext {
    pub(super) fn new(request_id: HeaderValue, trace: TraceContext, span: ServerSpan) -> Self {
        Self {
            request_id,
            trace,
            upstream_micros: Arc::default(),
            span,
        }
    }

    /// How long upstream calls took up to the heads of their answers, together; `None` where none was made.
    pub(super) fn upstream_time(&self) -> Option<Duration> {
        match self.upstream_micros.load(Ordering::Relaxed) {
            0 => None,
            micros => Some(Duration::from_micros(micros)),
        }
    }

    /// Measures an upstream call, until the guard is dropped: also one whose caller leaves.
    pub(crate) fn time_upstream(&self) -> UpstreamTime {
        UpstreamTime {
            start: Instant::now(),
            micros: self.upstream_micros.clone(),
        }
    }

    /// The span that the request is recorded as.
    pub(crate) fn span(&self) -> &ServerSpan {
        &self.span
    }

    /// The same context, for one of several messages in the request.
    pub(crate) fn of_batch(&self) -> Self {
        Self {
            span: self.span.of_batch(),
            ..self.clone()
        }
    }

    /// The context of a message that has a trace or a span of its own. Its id is that of the request it came in, or where
    /// it came in none a new one.
    pub(crate) fn of_message(
        request: Option<&Self>,
        trace: TraceContext,
        span: &ServerSpan,
    ) -> Self {
        let micros = request.map(|request| request.upstream_micros.clone());
        let request_id = request.map(|request| request.request_id.clone());
        Self {
            request_id: request_id.unwrap_or_else(super::observe::new_request_id),
            trace,
            upstream_micros: micros.unwrap_or_default(),
            span: span.clone(),
        }
    }

    /// The headers that an upstream gets: the request's id and its trace.
    pub fn headers(&self) -> impl Iterator<Item = (HeaderName, &HeaderValue)> {
        std::iter::once((super::observe::REQUEST_ID, &self.request_id)).chain(self.trace.headers())
    }
}

/// An upstream call that is measured.
#[derive(Debug)]
pub(crate) struct UpstreamTime {
    start: Instant,
    micros: Arc<AtomicU64>,
}

impl Drop for UpstreamTime {
    fn drop(&mut self) {
        let micros = u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.micros.fetch_add(micros.max(1), Ordering::Relaxed);
    }
}

/// The trace context of a request, to be passed on to the upstream: W3C Trace Context and W3C Baggage. Each value
/// has passed a check; one that did not is absent, as the recommendations ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceContext {
    traceparent: Option<HeaderValue>,
    tracestate: Option<HeaderValue>,
    baggage: Option<HeaderValue>,
}

impl TraceContext {
    /// Takes the context from values that stand elsewhere than in headers, such as the `_meta` of an MCP message.
    pub fn new(
        traceparent: Option<&[u8]>,
        tracestate: Option<&[u8]>,
        baggage: Option<&[u8]>,
    ) -> Self {
        let header = |value: Option<&[u8]>| HeaderValue::from_bytes(value?).ok();
        Self::checked(header(traceparent), header(tracestate), header(baggage))
    }

    pub(super) fn of(headers: &HeaderMap) -> Self {
        // Looking once at each name costs less than looking for three that are not there.
        let is_of_it = |name: &HeaderName| [TRACEPARENT, TRACESTATE, BAGGAGE].contains(name);
        if !headers.keys().any(is_of_it) {
            return Self::default();
        }
        // One that comes twice is none.
        let traceparent = single(headers, &TRACEPARENT).cloned();
        Self::checked(
            traceparent,
            joined(headers, &TRACESTATE),
            joined(headers, &BAGGAGE),
        )
    }

    fn checked(
        traceparent: Option<HeaderValue>,
        tracestate: Option<HeaderValue>,
        baggage: Option<HeaderValue>,
    ) -> Self {
        let traceparent = traceparent.filter(|value| is_traceparent(value.as_bytes()));
        Self {
            // Without a parent, the state is of no trace.
            tracestate: tracestate
                .filter(|value| traceparent.is_some() && is_list(value, TRACESTATE_LIMIT)),
            traceparent,
            baggage: baggage.filter(|value| is_list(value, BAGGAGE_LIMIT)),
        }
    }

    /// The id of the trace: 32 hexadecimal digits.
    pub fn trace_id(&self) -> Option<&str> {
        self.traceparent.as_ref()?.to_str().ok()?.get(3..35)
    }

    /// The parent, as it came.
    #[cfg(feature = "otlp")]
    pub(crate) fn traceparent(&self) -> Option<&str> {
        self.traceparent.as_ref()?.to_str().ok()
    }

    /// What vendors say of the trace, as it came.
    #[cfg(feature = "otlp")]
    pub(crate) fn trace_state(&self) -> Option<&str> {
        self.tracestate.as_ref()?.to_str().ok()
    }

    /// The headers to pass on.
    pub fn headers(&self) -> impl Iterator<Item = (HeaderName, &HeaderValue)> {
        [
            (TRACEPARENT, &self.traceparent),
            (TRACESTATE, &self.tracestate),
            (BAGGAGE, &self.baggage),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.as_ref().map(|value| (name, value)))
    }
}

fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    values.next().is_none().then_some(first)
}

/// A list that may be spread over several headers.
fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<HeaderValue> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    let mut joined = first.as_bytes().to_vec();
    let mut is_one = true;
    for value in values {
        is_one = false;
        joined.push(b',');
        joined.extend_from_slice(value.as_bytes());
    }
    if is_one {
        return Some(first.clone());
    }
    HeaderValue::from_bytes(&joined).ok()
}

/// W3C Trace Context §3.2: `version-trace id-parent id-flags`, in lower case.
fn is_traceparent(value: &[u8]) -> bool {
    let mut fields = value.splitn(5, |byte| *byte == b'-');
    let mut field = |digits: usize| {
        let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let field = fields.next().filter(|field| field.len() == digits);
        field.filter(|field| field.iter().all(is_digit))
    };
    let (Some(version), Some(trace), Some(parent), Some(_)) =
        (field(2), field(32), field(16), field(2))
    else {
        return false;
    };
    let is_zero = |field: &[u8]| field.iter().all(|byte| *byte == b'0');
    let rest = fields.next();
    let rest_is_right = match rest {
        None => true,
        Some(rest) => version != b"00" && rest.iter().all(u8::is_ascii_graphic),
    };
    value.len() <= TRACEPARENT_LIMIT
        && version != b"ff"
        && !is_zero(trace)
        && !is_zero(parent)
        && rest_is_right
}

fn is_list(value: &HeaderValue, limit: usize) -> bool {
    let is_text = |byte: &u8| matches!(byte, b'\t' | b' '..=b'~');
    (1..=limit).contains(&value.len()) && value.as_bytes().iter().all(is_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn passed_on(given: &[(HeaderName, &str)]) -> Vec<(HeaderName, String)> {
        let mut headers = HeaderMap::new();
        for (name, value) in given {
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        TraceContext::of(&headers)
            .headers()
            .map(|(name, value)| (name, value.to_str().unwrap().to_owned()))
            .collect()
    }

    #[test]
    fn a_trace_is_taken_over_whole() {
        let given = [
            (TRACEPARENT, PARENT),
            (TRACESTATE, "a=1"),
            (TRACESTATE, "b=2"),
            (BAGGAGE, "user=7;p, k=v"),
        ];
        assert_eq!(
            passed_on(&given),
            [
                (TRACEPARENT, PARENT.to_owned()),
                (TRACESTATE, "a=1,b=2".to_owned()),
                (BAGGAGE, "user=7;p, k=v".to_owned()),
            ]
        );
        let context = TraceContext::new(Some(PARENT.as_bytes()), None, None);
        assert_eq!(context.trace_id(), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
        assert_eq!(TraceContext::default().trace_id(), None);
    }

    #[test]
    fn later_versions_may_say_more() {
        let later = "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what.else-there";
        assert_eq!(passed_on(&[(TRACEPARENT, later)]).len(), 1);
    }

    #[test]
    fn what_is_no_parent_takes_the_state_with_it() {
        for parent in [
            "",
            "00",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-011",
            "00-4bf92f3577b34da6a3ce929d0e0e473é-00f067aa0ba902b7-01",
        ] {
            let given = [(TRACEPARENT, parent), (TRACESTATE, "a=1")];
            assert_eq!(passed_on(&given), [], "{parent}");
        }
        assert_eq!(
            passed_on(&[(TRACEPARENT, PARENT), (TRACEPARENT, PARENT)]),
            []
        );
        assert_eq!(passed_on(&[(TRACESTATE, "a=1")]), []);
    }

    #[test]
    fn lists_are_bounded() {
        let long = format!("a={}", "x".repeat(BAGGAGE_LIMIT));
        assert_eq!(passed_on(&[(BAGGAGE, &long)]), []);
        assert_eq!(passed_on(&[(BAGGAGE, "a=é")]), []);
        let long = format!("a={}", "x".repeat(TRACESTATE_LIMIT));
        assert_eq!(
            passed_on(&[(TRACEPARENT, PARENT), (TRACESTATE, &long)]).len(),
            1
        );
    }
}
