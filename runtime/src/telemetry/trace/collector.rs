//! The collector: where spans are sent, by the client that upstreams are called with.
//!
//! Source: OTLP specification 1.x, "OTLP/HTTP". The body is binary protobuf, not compressed.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};

use super::options::Options;
use super::protobuf::{self, Value};
use crate::settings::{HeaderList, SettingsError};
use crate::upstream::{Client, Failure, UpstreamOptions};

/// How much of an answer is read, in bytes.
const ANSWER_LIMIT: usize = 64 * 1024;
/// The longest `Retry-After` that is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

const PROTOBUF: HeaderValue = HeaderValue::from_static("application/x-protobuf");
const AGENT: HeaderValue = HeaderValue::from_static(concat!(
    "OTel-OTLP-Exporter-Gatewright/",
    env!("CARGO_PKG_VERSION")
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
#[derive(Debug)]
pub(super) struct Refusal {
    reason: String,
    /// Whether they may be sent again, and how long to wait at least before that.
    pub(super) retry: Option<Duration>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self {
            reason: format!("{failure} ({})", failure.root_cause()),
            retry: Some(Duration::ZERO),
        }
    }
}

impl Collector {
    /// A collector at the endpoint of `options`. No connection is made yet.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub(super) fn new(options: &Options, headers: SharedHeaders) -> Result<Self, SettingsError> {
        let limits = UpstreamOptions {
            call_timeout: options.timeout,
            idle_connections: 1,
            ..UpstreamOptions::default()
        };
        Ok(Self {
            client: Client::trusting(&limits)?,
            endpoint: options.endpoint.clone(),
            headers,
        })
    }

    /// Sends a request, and says how many of its spans were rejected.
    ///
    /// # Errors
    /// If it was not taken.
    pub(super) async fn send(&self, body: Bytes) -> Result<u64, Refusal> {
        let request = self.request(body);
        let answer = self.client.send(request, self.client.deadline()).await?;
        let (head, body) = answer.into_parts();
        if !head.status.is_success() {
            return Err(Refusal {
                reason: format!("it answered {}", head.status),
                retry: wait(head.status, &head.headers),
            });
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
fn wait(status: StatusCode, headers: &HeaderMap) -> Option<Duration> {
    if !matches!(status.as_u16(), 429 | 502 | 503 | 504) {
        return None;
    }
    let after = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok());
    let seconds = after.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
}
