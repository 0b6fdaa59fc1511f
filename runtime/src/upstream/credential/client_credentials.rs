//! The client credentials grant of OAuth 2.0 (RFC 6749 §4.4).

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, StatusCode, Uri};
use http_body_util::Full;
use serde::Deserialize;
use url::Url;

use super::super::client::{Client, FailureKind};
use super::super::encode::push_value;
use super::super::{Answer, CallError, TokenProblem};
use super::token::Grant;
use crate::settings::{Secret, SettingsError};

/// How large the answer of a token endpoint may be, in bytes. Real ones stay under 10 KiB.
const ANSWER_LIMIT: usize = 64 * 1024;

/// A client of an authorization server, as a capability declares it (LANGUAGE.md §3, `oauth2`).
#[derive(Clone, Copy, Debug)]
pub struct ClientCredentials<'a> {
    /// Where tokens are given: an absolute URI (RFC 6749 §3.2). It may hold a secret.
    pub token_endpoint: &'a Secret,
    /// The client's identifier.
    pub client_id: &'a Secret,
    /// The client's secret.
    pub client_secret: &'a Secret,
    /// What the token is to be good for, separated by spaces; empty leaves it to the server.
    pub scopes: &'a Secret,
    /// Allows plain HTTP to any host. Otherwise it is allowed to this machine only, as the secret could be read on
    /// the way.
    pub plain_http: bool,
}

/// A client of an authorization server, which gets its access tokens with the client credentials grant.
/// Debug shows no secret.
#[derive(Clone, Debug)]
pub(super) struct TokenClient {
    endpoint: Secret,
    client_id: Secret,
    client_secret: Secret,
    scopes: Secret,
    /// Whether the server does not read the client's credentials from a header.
    in_body: Arc<AtomicBool>,
}

/// A token endpoint's answer (RFC 6749 §5.1). Some servers send `expires_in` as text.
#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    #[serde(default)]
    token_type: Option<String>,
    #[serde(default)]
    expires_in: serde_json::Value,
}

/// RFC 6749 §5.2. The description is left out: it may repeat what was sent.
#[derive(Deserialize)]
struct ErrorAnswer {
    error: String,
}

impl ClientCredentials<'_> {
    /// Checks the token endpoint.
    ///
    /// # Errors
    /// If it is no absolute `http` or `https` URI, holds credentials or a fragment (RFC 6749 §3.2), or would be
    /// called without encryption.
    fn check(&self) -> Result<(), SettingsError> {
        let wrong = |reason: &str| {
            // The endpoint may be made of secrets, so it is not repeated.
            Err(SettingsError::new(format!(
                "the token endpoint {reason}; expected something like https://auth.example.com/oauth/token"
            )))
        };
        let Ok(uri) = Url::parse(self.token_endpoint.expose()) else {
            return wrong("is not an absolute URI");
        };
        if !uri.username().is_empty() || uri.password().is_some() {
            return wrong("holds credentials, which belong in `clientId` and `clientSecret`");
        }
        if uri.fragment().is_some() {
            return wrong("has a fragment");
        }
        match uri.scheme() {
            "https" => Ok(()),
            "http" if self.plain_http || is_loopback(&uri) => Ok(()),
            "http" => wrong("is neither https nor on this machine"),
            _ => wrong("is neither https nor http"),
        }
    }
}

impl TokenClient {
    /// # Errors
    /// As [`ClientCredentials::check`].
    pub(super) fn new(declared: ClientCredentials<'_>) -> Result<Self, SettingsError> {
        declared.check()?;
        let scopes: Vec<&str> = declared.scopes.expose().split_whitespace().collect();
        Ok(Self {
            endpoint: declared.token_endpoint.clone(),
            client_id: declared.client_id.clone(),
            client_secret: declared.client_secret.clone(),
            scopes: Secret::new(scopes.join(" ")),
            in_body: Arc::default(),
        })
    }

    /// Fetches a token. The credentials go into a header, which every server must read (RFC 6749 §2.3.1). A server
    /// that refuses the client then may be one that reads them from the body only: this is tried once, and
    /// remembered where it works.
    pub(super) async fn fetch(
        self,
        client: Client,
        upstream: &'static str,
    ) -> Result<Grant, TokenProblem> {
        let in_body = self.in_body.load(Ordering::Relaxed);
        let outcome = self.fetch_with(&client, upstream, in_body).await;
        let outcome = match outcome {
            Err(TokenProblem::Refused { status, error })
                if !in_body && is_client_refused(status, error) =>
            {
                let second = self.fetch_with(&client, upstream, true).await;
                if second.is_ok() {
                    self.in_body.store(true, Ordering::Relaxed);
                }
                second
            }
            outcome => outcome,
        };
        match &outcome {
            Ok(grant) => tracing::debug!(
                upstream,
                expires_in = grant.expires_in.map(|life| life.as_secs()),
                "the token endpoint gave a token"
            ),
            Err(problem) => tracing::warn!(upstream, "the token endpoint {problem}"),
        }
        outcome
    }

    async fn fetch_with(
        &self,
        client: &Client,
        upstream: &'static str,
        in_body: bool,
    ) -> Result<Grant, TokenProblem> {
        let mut request = self.request(in_body).ok_or(TokenProblem::Broken)?;
        let response = client
            .send(&mut request, client.deadline())
            .await
            .map_err(|failure| match failure.kind() {
                FailureKind::Unreachable => TokenProblem::Unreachable,
                FailureKind::TimedOut => TokenProblem::TimedOut,
                FailureKind::NotProcessed | FailureKind::Broken => TokenProblem::Broken,
            })?;
        let answer = Answer::new(upstream, response, Duration::ZERO, ANSWER_LIMIT, None);
        let status = answer.status();
        let body = answer.bytes().await.map_err(|error| match error {
            CallError::TooLarge { .. } => TokenProblem::TooLarge,
            CallError::TimedOut { .. } => TokenProblem::TimedOut,
            _ => TokenProblem::Broken,
        })?;
        if status == StatusCode::OK {
            return grant(&body).ok_or(TokenProblem::NoToken);
        }
        let error = serde_json::from_slice(&body).ok();
        Err(TokenProblem::Refused {
            status: status.as_u16(),
            error: error.and_then(|answer: ErrorAnswer| known_error(&answer.error)),
        })
    }

    fn request(&self, in_body: bool) -> Option<http::Request<Full<Bytes>>> {
        let uri = Url::parse(self.endpoint.expose()).ok()?;
        let (mut id, mut secret) = (String::new(), String::new());
        push_value(&mut id, self.client_id.expose());
        push_value(&mut secret, self.client_secret.expose());
        let mut body = "grant_type=client_credentials".to_owned();
        if !self.scopes.expose().is_empty() {
            body.push_str("&scope=");
            push_value(&mut body, self.scopes.expose());
        }
        let mut request = http::Request::new(Full::default());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = Uri::try_from(uri.as_str()).ok()?;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        if in_body {
            body.push_str(&format!("&client_id={id}&client_secret={secret}"));
        } else {
            let pair = STANDARD.encode(format!("{id}:{secret}"));
            headers.insert(AUTHORIZATION, sensitive(&format!("Basic {pair}"))?);
        }
        *request.body_mut() = body.into();
        Some(request)
    }
}

/// The token among an answer's bytes, `None` where there is none that can be used.
fn grant(body: &[u8]) -> Option<Grant> {
    let answer: TokenAnswer = serde_json::from_slice(body).ok()?;
    let is_bearer = answer
        .token_type
        .is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
    if !is_bearer || answer.access_token.is_empty() {
        return None;
    }
    let seconds = match &answer.expires_in {
        serde_json::Value::String(text) => text.trim().parse().ok(),
        number => number.as_f64(),
    };
    Some(Grant {
        header: sensitive(&format!("Bearer {}", answer.access_token))?,
        expires_in: seconds.and_then(|seconds: f64| {
            Duration::try_from_secs_f64(seconds.clamp(0.0, u32::MAX.into())).ok()
        }),
    })
}

fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn is_client_refused(status: u16, error: Option<&'static str>) -> bool {
    status == StatusCode::UNAUTHORIZED || error == Some("invalid_client")
}

/// An error code of RFC 6749 §5.2 in a text of our own: nothing an authorization server sends is repeated.
fn known_error(error: &str) -> Option<&'static str> {
    const KNOWN: [&str; 6] = [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    ];
    KNOWN.into_iter().find(|known| *known == error)
}

fn is_loopback(uri: &Url) -> bool {
    let host = uri.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use http_body_util::BodyExt;

    use super::*;

    fn client(endpoint: &str, plain_http: bool) -> Result<TokenClient, SettingsError> {
        TokenClient::new(ClientCredentials {
            token_endpoint: &Secret::new(endpoint),
            client_id: &Secret::new("a b"),
            client_secret: &Secret::new("canary:+"),
            scopes: &Secret::new(" read  write:a "),
            plain_http,
        })
    }

    #[test]
    fn the_endpoint_is_encrypted_or_on_this_machine() {
        for endpoint in [
            "https://auth.test/token?tenant=1",
            "http://127.0.0.1:1/token",
            "http://[::1]/token",
            "http://localhost/token",
        ] {
            assert!(client(endpoint, false).is_ok(), "{endpoint}");
        }
        for endpoint in [
            "http://auth.test/canary",
            "http://127.0.0.1.canary.test/",
            "ftp://auth.test/canary",
            "/canary",
            "https://canary:x@auth.test/",
            "https://auth.test/#canary",
            "",
        ] {
            let error = client(endpoint, false).unwrap_err().to_string();
            assert!(!error.contains("canary"), "{error}");
        }
        assert!(client("http://auth.test/t", true).is_ok());
    }

    #[test]
    fn both_ways_to_send_the_credentials_encode_them() {
        let client = client("https://auth.test/token", false).unwrap();
        let header = client.request(false).unwrap();
        let sent = |request: &http::Request<Full<Bytes>>| {
            let body = request.body().clone().collect().now_or_never();
            String::from_utf8(body.unwrap().unwrap().to_bytes().into()).unwrap()
        };
        assert_eq!(
            sent(&header),
            "grant_type=client_credentials&scope=read%20write%3Aa"
        );
        let authorization = header.headers().get(AUTHORIZATION).unwrap();
        assert_eq!(
            authorization.to_str().unwrap(),
            format!("Basic {}", STANDARD.encode("a%20b:canary%3A%2B"))
        );
        assert!(!format!("{header:?} {client:?}").contains("canary"));
        let body = client.request(true).unwrap();
        assert!(sent(&body).ends_with("&client_id=a%20b&client_secret=canary%3A%2B"));
        assert!(!body.headers().contains_key(AUTHORIZATION));
    }

    #[test]
    fn tokens_are_read_as_servers_send_them() {
        let seconds = |text: &str| grant(text.as_bytes()).map(|grant| grant.expires_in);
        let some = |seconds| Some(Some(Duration::from_secs(seconds)));
        assert_eq!(
            seconds(r#"{"access_token":"a","token_type":"bearer","expires_in":60}"#),
            some(60)
        );
        assert_eq!(
            seconds(r#"{"access_token":"a","expires_in":"60"}"#),
            some(60)
        );
        assert_eq!(
            seconds(r#"{"access_token":"a","expires_in":-1e300}"#),
            some(0)
        );
        assert_eq!(seconds(r#"{"access_token":"a"}"#), Some(None));
        for none in [
            "",
            "{}",
            r#"{"access_token":""}"#,
            r#"{"access_token":"a\nb"}"#,
            r#"{"access_token":"a","token_type":"mac"}"#,
        ] {
            assert!(grant(none.as_bytes()).is_none(), "{none}");
        }
    }
}
