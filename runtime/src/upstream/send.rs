//! Sending a request to an upstream.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, CONTENT_LENGTH, HeaderValue, LINK, LOCATION, USER_AGENT};
use http::{HeaderMap, Method};
use reqwest::redirect;
use tokio::time::{Instant, timeout_at};

use super::credential::Proof;
use super::{Answer, BaseUri, CallError, Credential, InvalidBaseUri, Request, TokenProblem};
use crate::settings::SettingsError;

const USER_AGENT_VALUE: HeaderValue =
    HeaderValue::from_static(concat!("gatewright/", env!("CARGO_PKG_VERSION")));

/// One consumed API: its base URI, its credential, and a pool of connections. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Upstream {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    name: &'static str,
    base: BaseUri,
    credential: Credential,
    client: reqwest::Client,
    options: UpstreamOptions,
}

/// The limits of upstream calls.
#[derive(Clone, Debug)]
pub struct UpstreamOptions {
    /// For making a connection, name resolution and TLS included. Default 2 s.
    pub connect_timeout: Duration,
    /// For a whole call, the body of the answer included. Default 30 s.
    pub call_timeout: Duration,
    /// For an answer that is held in memory, in bytes. Default 10 MiB.
    pub answer_limit: usize,
}

impl Default for UpstreamOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(2),
            call_timeout: Duration::from_secs(30),
            answer_limit: 10 * 1024 * 1024,
        }
    }
}

impl Upstream {
    /// An upstream at `base_uri`. No connection is made yet.
    ///
    /// # Errors
    /// If `base_uri` is not a base URI, or TLS cannot be set up.
    pub fn new(
        name: &'static str,
        base_uri: &str,
        credential: Credential,
        options: &UpstreamOptions,
    ) -> Result<Self, SettingsError> {
        let base = BaseUri::parse(base_uri)
            .map_err(|error: InvalidBaseUri| SettingsError::new(error.to_string()))?;
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(super::tls::client_config()?)
            .connect_timeout(options.connect_timeout)
            .timeout(options.call_timeout)
            .redirect(redirect::Policy::none())
            .tcp_nodelay(true)
            .no_proxy()
            .build()
            .map_err(|error| {
                SettingsError::new(format!("the HTTP client cannot be set up: {error}"))
            })?;
        Ok(Self {
            shared: Arc::new(Shared {
                name,
                base,
                credential,
                client,
                options: options.clone(),
            }),
        })
    }

    /// The namespace of the consumed API.
    pub fn name(&self) -> &'static str {
        self.shared.name
    }

    /// Whether calls carry a credential.
    pub fn has_credential(&self) -> bool {
        self.shared.credential.is_some()
    }

    /// A call of `request`, made when it is awaited.
    pub fn call(&self, request: Request) -> Call {
        Call {
            upstream: self.clone(),
            request,
        }
    }

    /// Sends `request` and reads the answer up to its body.
    ///
    /// # Errors
    /// See [`CallError`]. An error status is no error here.
    pub async fn send(&self, request: Request) -> Result<Answer, CallError> {
        let shared = &*self.shared;
        if !request.problems.is_empty() {
            return Err(CallError::Refused(request.problems));
        }
        let operation = request.operation;
        let deadline = Instant::now() + shared.options.call_timeout;
        let mut response = shared.execute(&request, deadline).await?;
        tracing::debug!(
            upstream = shared.name,
            operation,
            status = response.status().as_u16(),
            "upstream answered"
        );
        if let Some(name) = shared.credential.query_name() {
            hide_key(response.headers_mut(), name);
        }
        Ok(Answer::new(
            shared.name,
            response,
            shared.options.call_timeout,
            shared.options.answer_limit,
        ))
    }
}

impl Shared {
    /// Sends a request with a proof of who is calling, and once more where the answer asks for another proof.
    async fn execute(
        &self,
        request: &Request,
        deadline: Instant,
    ) -> Result<reqwest::Response, CallError> {
        let mut is_first = true;
        loop {
            let proof = timeout_at(deadline, self.credential.prove(&self.client, self.name))
                .await
                .map_err(|_| CallError::NoToken {
                    upstream: self.name,
                    problem: TokenProblem::TimedOut,
                })??;
            let mut assembled = self.assemble(request, &proof)?;
            *assembled.timeout_mut() = Some(deadline.saturating_duration_since(Instant::now()));
            let response = self
                .client
                .execute(assembled)
                .await
                .map_err(|error| self.failed(request.operation, &error))?;
            let other = self
                .credential
                .learn(&proof, response.status(), response.headers());
            if !other || !is_first {
                return Ok(response);
            }
            is_first = false;
        }
    }

    /// The one place that joins the base URI, the path and the credential.
    fn assemble(&self, request: &Request, proof: &Proof) -> Result<reqwest::Request, CallError> {
        let mut target = String::with_capacity(self.base.as_str().len() + request.target.len());
        target.push_str(self.base.as_str());
        target.push_str(&request.target);
        if let Some(pair) = self.credential.query_pair() {
            target.push(if request.has_query { '&' } else { '?' });
            target.push_str(pair);
        }
        let url = reqwest::Url::parse(&target)
            .map_err(|_| CallError::Internal("the upstream URL does not parse"))?;
        // The client leaves a length of 0 out; servers in front of well-known APIs then answer 411 (RFC 9110 §8.6).
        let lacks_length = request.body.is_none()
            && matches!(request.method, Method::POST | Method::PUT | Method::PATCH);
        let proven = self.credential.header_pair(proof, &request.method, &url);
        let mut upstream = reqwest::Request::new(request.method.clone(), url);
        let headers = upstream.headers_mut();
        *headers = request.headers.clone();
        headers
            .entry(ACCEPT)
            .or_insert(HeaderValue::from_static("*/*"));
        headers.entry(USER_AGENT).or_insert(USER_AGENT_VALUE);
        if let Some((name, value)) = proven {
            headers.insert(name, value);
        }
        if lacks_length {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(0));
        }
        *upstream.body_mut() = request.body.clone().map(reqwest::Body::from);
        Ok(upstream)
    }

    fn failed(&self, operation: &'static str, error: &reqwest::Error) -> CallError {
        let sorted = call_error(self.name, self.options.call_timeout, error);
        tracing::warn!(
            upstream = self.name,
            operation,
            cause = root_cause(error),
            "{sorted}"
        );
        sorted
    }
}

/// An upstream that redirects often repeats the query it was sent, and with it the key, in a spelling of its
/// own: headers with a query that names the key's parameter lose it.
fn hide_key(headers: &mut HeaderMap, key: &str) {
    let names_key = |value: &HeaderValue| {
        let decoded = percent_encoding::percent_decode(value.as_bytes())
            .decode_utf8_lossy()
            .into_owned();
        decoded.contains(&format!("{key}="))
    };
    for name in [LOCATION, LINK] {
        if !headers.get_all(&name).iter().any(names_key) {
            continue;
        }
        let first = headers.remove(&name);
        let text = first.as_ref().and_then(|value| value.to_str().ok());
        let path = text
            .and_then(|text| text.split('?').next())
            .map(HeaderValue::from_str);
        if let (true, Some(Ok(path))) = (name == LOCATION, path) {
            headers.insert(name, path);
        }
    }
}

/// Sorts an error of the HTTP client. The error itself is not kept: it may hold the URL, and with it a key.
pub(super) fn call_error(
    upstream: &'static str,
    after: Duration,
    error: &reqwest::Error,
) -> CallError {
    if error.is_timeout() && !error.is_connect() {
        CallError::TimedOut { upstream, after }
    } else if error.is_connect() {
        CallError::Unreachable { upstream }
    } else {
        CallError::Broken { upstream }
    }
}

/// What lies at the bottom of an error: refused, a name that does not resolve, a certificate. The layers above
/// it may name the URL, and with it a key.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause.and_then(std::error::Error::source) {
        cause = Some(next);
    }
    cause.map_or_else(|| "unknown".to_owned(), ToString::to_string)
}

/// A call that is made when it is awaited.
#[derive(Debug)]
#[must_use = "a call is made when it is awaited"]
pub struct Call {
    upstream: Upstream,
    request: Request,
}

impl IntoFuture for Call {
    type Output = Result<Answer, CallError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.upstream.send(self.request).await })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_the_query_comes_back_in_no_header() {
        let mut headers = HeaderMap::new();
        headers.insert(
            LOCATION,
            HeaderValue::from_static("https://a.test/b?x=1&key=canary"),
        );
        headers.insert(
            LINK,
            HeaderValue::from_static("<https://a.test/b?key=canary>; rel=next"),
        );
        hide_key(&mut headers, "key");
        assert_eq!(headers.get(LOCATION).unwrap(), "https://a.test/b");
        assert_eq!(headers.get(LINK), None);
        headers.insert(
            LINK,
            HeaderValue::from_static("<https://a.test/b?page=2>; rel=next"),
        );
        hide_key(&mut headers, "key");
        assert!(headers.contains_key(LINK));
        headers.insert(LOCATION, HeaderValue::from_static("/b?%6bey=c%61nary"));
        hide_key(&mut headers, "key");
        assert_eq!(headers.get(LOCATION).unwrap(), "/b");
    }
}
