//! The collector: where spans are sent, by the client that upstreams are called with.
//!
//! Source: OTLP specification 1.x, "OTLP/HTTP". The body is binary protobuf, not compressed.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use tokio::time::Instant;

use super::options::Options;
use super::protobuf::{self, Value};
use crate::settings::{HeaderList, SettingsError};
use crate::upstream::{Client, Failure, UpstreamOptions};

/// How much of an answer is read, in bytes.
const ANSWER_LIMIT: usize = 64 * 1024;
/// The longest `Retry-After` that is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

const PROTOBUF: HeaderValue = HeaderValue::from_static("application/x-protobuf");
const AGENT: HeaderValue = HeaderValue::from_static(concat!(
    "OTel-OTLP-Exporter-Gatewright/",
    env!("CARGO_PKG_VERSION"),
    " (rust)"
));

/// Headers that may change while the gateway runs.
pub(super) type SharedHeaders = Arc<RwLock<HeaderList>>;

/// Where spans are sent.
#[derive(Debug)]
pub(super) struct Collector {
    client: Client,
    endpoint: Uri,
    headers: SharedHeaders,
}

/// Why spans were not taken. It holds nothing that was sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    reason: String,
    /// Whether they may be sent again, and how long to wait at least before that.
    pub(super) retry: Option<Duration>,
}

impl Refusal {
    pub(super) fn new(reason: impl Into<String>, retry: Option<Duration>) -> Self {
        Self {
            reason: reason.into(),
            retry,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let reason = format!("{failure} ({})", failure.root_cause());
        Self::new(reason, Some(Duration::ZERO))
    }
}

impl Collector {
    /// A collector at the endpoint of `options`. No connection is made yet.
    ///
    /// # Errors
    /// If a file for TLS cannot be used.
    pub(super) fn new(options: &Options, headers: SharedHeaders) -> Result<Self, SettingsError> {
        Ok(Self {
            client: Client::with_identity(&limits(options), &options.identity)?,
            endpoint: options.endpoint.clone(),
            headers,
        })
    }

    /// Sends a request, which is given until `until` at most, and says how many of its spans were rejected.
    ///
    /// # Errors
    /// If it was not taken.
    pub(super) async fn send(&self, body: Bytes, until: Instant) -> Result<u64, Refusal> {
        let mut request = self.request(body);
        let answer = self
            .client
            .send(&mut request, self.client.deadline().min(until))
            .await?;
        let (head, body) = answer.into_parts();
        if !head.status.is_success() {
            let reason = format!("it answered {}", head.status);
            let retry = wait(head.status, &head.headers, SystemTime::now());
            return Err(Refusal::new(reason, retry));
        }
        // They have been taken, whatever becomes of the rest of the answer.
        let body = Limited::new(body, ANSWER_LIMIT).collect().await;
        Ok(body.map_or(0, |body| rejected(&body.to_bytes())))
    }

    fn request(&self, body: Bytes) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.endpoint.clone();
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, AGENT);
        let given = self.headers.read();
        given
            .unwrap_or_else(PoisonError::into_inner)
            .insert_into(headers);
        headers.insert(CONTENT_TYPE, PROTOBUF);
        request
    }
}

fn limits(options: &Options) -> UpstreamOptions {
    UpstreamOptions {
        call_timeout: options.timeout,
        // A collector may be farther away than upstreams are, and no caller waits for it.
        connect_timeout: options.timeout,
        idle_connections: 1,
        ..UpstreamOptions::default()
    }
}

/// How many spans an answer of success says were rejected: `partial_success.rejected_spans` of
/// `ExportTraceServiceResponse`.
fn rejected(answer: &[u8]) -> u64 {
    match protobuf::find(answer, 1) {
        Some(Value::Bytes(partial)) => match protobuf::find(partial, 1) {
            Some(Value::Number(rejected)) => rejected,
            _ => 0,
        },
        _ => 0,
    }
}

/// How long to wait before the same is sent again; `None` where it must not be: "Failures" and "OTLP/HTTP Throttling".
fn wait(status: StatusCode, headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    if !matches!(status.as_u16(), 429 | 502 | 503 | 504) {
        return None;
    }
    let after = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok());
    let named = after.map_or(Duration::ZERO, |text| match text.trim().parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        // A date that is over asks for nothing.
        Err(_) => httpdate::parse_http_date(text.trim())
            .ok()
            .and_then(|date| date.duration_since(now).ok())
            .unwrap_or_default(),
    });
    Some(named.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::super::options::tests::used;
    use super::*;

    /// As the examples of RFC 9110 §5.6.7 count: this is Sun, 06 Nov 1994 08:49:37 GMT.
    const NOW: u64 = 784_111_777;

    fn waited(status: u16, retry_after: Option<&'static str>) -> Option<u64> {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from_static(value));
        }
        let status = StatusCode::from_u16(status).unwrap();
        let now = UNIX_EPOCH + Duration::from_secs(NOW);
        wait(status, &headers, now).map(|wait| wait.as_secs())
    }

    #[test]
    fn the_time_for_a_request_is_for_its_connection_too() {
        let limits = limits(&used(&[("otel-exporter-otlp-timeout", "7000")]));
        let seven = Duration::from_secs(7);
        assert_eq!(
            (limits.call_timeout, limits.connect_timeout),
            (seven, seven)
        );
    }

    #[test]
    fn what_may_be_sent_again_is_what_the_protocol_says() {
        for status in [429, 502, 503, 504] {
            assert_eq!(waited(status, None), Some(0));
        }
        for status in [301, 400, 401, 404, 408, 413, 500, 501] {
            assert_eq!(waited(status, Some("1")), None, "{status}");
        }
    }

    #[test]
    fn a_collector_names_seconds_or_a_date() {
        for (retry_after, expected) in [
            ("7", 7),
            (" 0 ", 0),
            ("86400", LONGEST_WAIT.as_secs()),
            ("Sun, 06 Nov 1994 08:49:47 GMT", 10),
            ("Sun, 06 Nov 1994 08:49:27 GMT", 0),
            ("soon", 0),
            ("-1", 0),
        ] {
            assert_eq!(
                waited(503, Some(retry_after)),
                Some(expected),
                "{retry_after}"
            );
        }
    }
}
