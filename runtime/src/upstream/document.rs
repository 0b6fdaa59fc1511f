//! Fetching a document that a server publishes for everybody, outside of any capability's upstream.

use std::fmt;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, CACHE_CONTROL};
use http::{HeaderValue, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use tokio::time::Instant;

use super::UpstreamOptions;
use super::client::{Client, Failure, FailureKind, tls};
use crate::settings::{SettingValues, SettingsError};

/// How large a document may be, in bytes. Real ones stay under 64 KiB.
const LIMIT: usize = 256 * 1024;
/// How long one may take, from the connection to its last byte: callers wait for it.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Fetches documents. Follows no redirect, and sends no credential. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct DocumentClient(Client);

/// A document.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// The document itself.
    pub(crate) body: Bytes,
    /// The header `Cache-Control` it came with.
    pub(crate) cache_control: Option<String>,
}

/// Why there is no document. Says nothing of what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DocumentProblem {
    /// There was no connection.
    Unreachable,
    /// It did not come in time.
    TimedOut,
    /// It is larger than what is read.
    TooLarge,
    /// It broke off, or was no HTTP.
    Broken,
    /// Another status than 200.
    Refused(u16),
}

impl DocumentClient {
    /// A client that keeps to `connect-timeout`, and no connection longer than it must.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub(crate) fn new(values: &SettingValues) -> Result<Self, SettingsError> {
        let options = UpstreamOptions {
            connect_timeout: values.seconds("connect-timeout")?,
            call_timeout: TIMEOUT,
            idle_connections: 1,
            ..UpstreamOptions::default()
        };
        let tls = tls::client_config(tls::roots()?)?;
        Ok(Self(Client::new(&options, tls)))
    }

    /// The document at a URI, which is absolute.
    ///
    /// # Errors
    /// If it is not there within five seconds, or larger than 256 KiB.
    pub(crate) async fn fetch(&self, uri: &Uri) -> Result<Document, DocumentProblem> {
        let mut request = Request::new(Full::default());
        *request.uri_mut() = uri.clone();
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(ACCEPT, json);
        let deadline = Instant::now() + TIMEOUT;
        let response = self.0.send(&mut request, deadline).await.map_err(problem)?;
        let (head, mut body) = response.into_parts();
        if head.status != StatusCode::OK {
            return Err(DocumentProblem::Refused(head.status.as_u16()));
        }
        let mut bytes = BytesMut::new();
        while let Some(frame) = body.frame().await {
            // What is no data is a trailer.
            let Ok(data) = frame.map_err(problem)?.into_data() else {
                continue;
            };
            if bytes.len() + data.len() > LIMIT {
                return Err(DocumentProblem::TooLarge);
            }
            bytes.extend_from_slice(&data);
        }
        let control = head.headers.get(CACHE_CONTROL);
        let control = control.and_then(|control| control.to_str().ok());
        Ok(Document {
            body: bytes.freeze(),
            cache_control: control.map(str::to_owned),
        })
    }
}

fn problem(failure: Failure) -> DocumentProblem {
    match failure.kind() {
        FailureKind::Unreachable => DocumentProblem::Unreachable,
        FailureKind::TimedOut => DocumentProblem::TimedOut,
        FailureKind::NotProcessed | FailureKind::Broken => DocumentProblem::Broken,
    }
}

impl fmt::Display for DocumentProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => formatter.write_str("cannot be reached"),
            Self::TimedOut => formatter.write_str("did not come in time"),
            Self::TooLarge => write!(formatter, "is larger than {LIMIT} bytes"),
            Self::Broken => formatter.write_str("broke off"),
            Self::Refused(status) => write!(formatter, "was answered with status {status}"),
        }
    }
}
