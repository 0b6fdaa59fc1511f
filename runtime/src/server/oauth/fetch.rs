//! Fetching what an authorization server publishes.

use std::fmt;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, CACHE_CONTROL};
use http::{HeaderValue, StatusCode, Uri};

use crate::settings::{SettingValues, SettingsError};

/// How large a document may be, in bytes. Real ones stay under 64 KiB.
const LIMIT: usize = 256 * 1024;
/// How long one may take, from the connection to its last byte: callers wait for it.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Fetches documents. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Fetcher {
    client: reqwest::Client,
}

/// A document.
#[derive(Clone, Debug)]
pub(super) struct Fetched {
    pub(super) body: Bytes,
    pub(super) cache_control: Option<String>,
}

/// Why there is none. It holds nothing of what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FetchProblem {
    Unreachable,
    TimedOut,
    TooLarge,
    Broken,
    /// Another status than 200. No redirect is followed.
    Refused(u16),
}

impl Fetcher {
    /// # Errors
    /// If TLS cannot be set up.
    pub(super) fn new(values: &SettingValues) -> Result<Self, SettingsError> {
        let roots = rustls::RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| SettingsError::new(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .connect_timeout(values.seconds("connect-timeout")?)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| SettingsError::new(error.to_string()))?;
        Ok(Self { client })
    }

    /// The document at a URI.
    ///
    /// # Errors
    /// If it is not there within five seconds, or larger than 256 KiB.
    pub(super) async fn fetch(&self, uri: &Uri) -> Result<Fetched, FetchProblem> {
        let fetching = tokio::time::timeout(TIMEOUT, self.fetch_slowly(uri));
        fetching.await.unwrap_or(Err(FetchProblem::TimedOut))
    }

    async fn fetch_slowly(&self, uri: &Uri) -> Result<Fetched, FetchProblem> {
        let request = self.client.get(uri.to_string());
        let json = HeaderValue::from_static("application/json");
        let sent = request.header(ACCEPT, json).send().await;
        let mut response = sent.map_err(|error| {
            if error.is_timeout() {
                FetchProblem::TimedOut
            } else if error.is_connect() {
                FetchProblem::Unreachable
            } else {
                FetchProblem::Broken
            }
        })?;
        if response.status() != StatusCode::OK {
            return Err(FetchProblem::Refused(response.status().as_u16()));
        }
        let control = response.headers().get(CACHE_CONTROL);
        let control = control.and_then(|control| control.to_str().ok());
        let cache_control = control.map(str::to_owned);
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| FetchProblem::Broken)? {
            if body.len() + chunk.len() > LIMIT {
                return Err(FetchProblem::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Fetched {
            body: body.freeze(),
            cache_control,
        })
    }
}

impl fmt::Display for FetchProblem {
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
