//! An adapter as a resource server of OAuth 2.1: callers bring access tokens, which the keys of their authorization server
//! verify.
//!
//! Sources: OAuth 2.1 §5, RFC 6750 §3, RFC 9068 §4, RFC 9728; MCP 2025-11-25 and 2026-07-28, "Authorization"; LANGUAGE.md §6.
//! What a token is checked for is in [`token`], when keys are fetched in [`key_cache`].

mod algorithm;
mod issuer;
mod key_cache;
mod key_set;
mod metadata;
mod token;
mod uri;

#[cfg(test)]
pub(super) mod tests;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::response::Response;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use self::issuer::Issuer;
use self::key_cache::{KeyCache, NoKeys, Source};
use self::key_set::Verdict;
use self::metadata::Metadata;
use self::token::{Expected, Fault, Token};
use self::uri::Identifier;
use super::authorization::{self, quoted};
use super::statistics::STATISTICS;
use crate::problem::Problem;
use crate::settings::{Secret, SettingValues, SettingsError};
use crate::upstream::DocumentClient;

/// How long fetching keys may take, of metadata and key set together. Callers wait for it.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How many callers may, and which part of the requests in flight that may be where those are few.
const WAITING: usize = 32;
const WAITING_PART: usize = 8;

/// What an adapter says of the access tokens of its callers (LANGUAGE.md §6, `oauth2`). Variables may be part of each.
#[derive(Clone, Copy, Debug)]
pub struct ProtectedResource<'a> {
    /// The issuer identifier of the authorization server (RFC 8414 §2).
    pub issuer: &'a Secret,
    /// The URI by which callers reach the adapter (RFC 9728 §1.2).
    pub resource: &'a Secret,
    /// Whom tokens must be issued for; by the standards, the resource.
    pub audience: &'a Secret,
    /// The scopes that a token must have, all of them, separated by spaces; empty where none is asked for.
    pub scopes: &'a Secret,
    /// Allows plain HTTP to an authorization server on any host. Otherwise it is allowed to this machine only: who can
    /// answer in its place makes tokens.
    pub plain_http: bool,
}

/// Lets requests in that bring a token for this resource.
#[derive(Clone, Debug)]
pub(super) struct ResourceServer {
    issuer: Issuer,
    expected: Expected,
    scopes: Vec<String>,
    metadata: Metadata,
    keys: KeyCache,
}

/// Why a request is not let in.
enum Refusal {
    /// It brings no token.
    Missing,
    /// It can be read in two ways.
    Repeated,
    Invalid(Fault),
    /// Its token is good, but for less.
    Insufficient,
    Unjudged(NoKeys),
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Invalid(fault)
    }
}

impl ResourceServer {
    /// Reads what a capability declares. Asks nobody.
    ///
    /// # Errors
    /// If a URI cannot be used, a scope is none, or an authorization server would be asked without encryption.
    pub(super) fn new(
        declared: ProtectedResource<'_>,
        values: &SettingValues,
    ) -> Result<Self, SettingsError> {
        let wrong = |what: &str, reason: &str, example: &str| {
            SettingsError::new(format!(
                "{what} {reason}; expected something like {example}"
            ))
        };
        let server = |reason| {
            let what = "the authorization server of callers (`authorizationServerUri`)";
            wrong(what, reason, "https://auth.example.com")
        };
        let issuer = Identifier::parse(declared.issuer.expose()).map_err(server)?;
        if !declared.plain_http && !issuer.is_private() {
            return Err(server("is neither https nor on this machine"));
        }
        let unusable = |reason| {
            let what = "the URI by which callers reach an adapter (`resource`)";
            wrong(what, reason, "https://mcp.example.com/mcp")
        };
        let resource = Identifier::parse(declared.resource.expose()).map_err(unusable)?;
        if !resource.names_an_address() {
            return Err(unusable("names no address that a caller could use"));
        }
        if declared.audience.expose().is_empty() {
            return Err(SettingsError::new(
                "the `audience` that tokens of callers must be issued for is empty",
            ));
        }
        let scopes = declared.scopes.expose().split_whitespace();
        let scopes: Vec<String> = scopes.map(str::to_owned).collect();
        if !scopes.iter().all(|scope| is_scope(scope)) {
            return Err(SettingsError::new(
                "a scope that tokens of callers must have holds a character that no scope holds",
            ));
        }
        let metadata = Metadata::new(&resource, &issuer, &scopes);
        let waiting = values.count("request-limit")? / WAITING_PART;
        let client = DocumentClient::new(values)?;
        let issuer = Issuer::new(issuer, declared.plain_http);
        Ok(Self {
            expected: Expected {
                issuer: issuer.as_str().to_owned(),
                audience: declared.audience.expose().to_owned(),
            },
            scopes,
            metadata,
            keys: keys(issuer.clone(), client, waiting.clamp(1, WAITING)),
            issuer,
        })
    }

    /// The same, with the keys of another, where both trust the same server.
    pub(super) fn with_keys_of(mut self, other: &Self) -> Self {
        if self.issuer == other.issuer {
            self.keys = other.keys.clone();
        }
        self
    }

    /// The answer to a request for what a client must know to get a token, which everybody may read.
    pub(super) fn metadata(&self, method: &Method, path: &str) -> Option<Response> {
        self.metadata.answer(method, path)
    }

    /// Lets a request to the adapter `realm` in, without its token.
    ///
    /// # Errors
    /// 400, 401 or 403 with a challenge (RFC 6750 §3.1); 503 where there are no keys to verify a token with.
    pub(super) async fn admit(&self, headers: &mut HeaderMap, realm: &str) -> Result<(), Problem> {
        let judged = match authorization::take_header(headers, &AUTHORIZATION) {
            Ok(value) => self.judge(&value).await,
            Err(authorization::Fault::Repeated) => Err(Refusal::Repeated),
            Err(_) => Err(Refusal::Missing),
        };
        judged.map_err(|refusal| self.problem(refusal, realm))
    }

    async fn judge(&self, authorization: &HeaderValue) -> Result<(), Refusal> {
        let text = authorization::credentials(authorization.as_bytes(), b"bearer");
        let token = Token::parse(text.map_err(|_| Refusal::Missing)?)?;
        // Before any key is looked for: what is wrong anyway makes nobody fetch one.
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        token.check(&self.expected, now.unwrap_or_default())?;
        match self.keys.verify(&token).await.map_err(Refusal::Unjudged)? {
            Verdict::Verified => {}
            Verdict::Forged => return Err(Fault::Forged.into()),
            Verdict::UnknownKey => return Err(Fault::UnknownKey.into()),
        }
        if self.scopes.iter().all(|scope| token.has_scope(scope)) {
            Ok(())
        } else {
            Err(Refusal::Insufficient)
        }
    }

    fn problem(&self, refusal: Refusal, realm: &str) -> Problem {
        let (status, error, detail) = match refusal {
            Refusal::Missing => {
                let detail = "a caller has to send an access token in the header `Authorization`, \
                              by the scheme Bearer; none came";
                (StatusCode::UNAUTHORIZED, None, detail.to_owned())
            }
            Refusal::Repeated => {
                let detail =
                    "a caller has to send one header `Authorization`; it came more than once";
                let error = Some("invalid_request");
                (StatusCode::BAD_REQUEST, error, detail.to_owned())
            }
            Refusal::Invalid(fault) => {
                let detail = format!("the access token is not accepted: {fault}");
                (StatusCode::UNAUTHORIZED, Some("invalid_token"), detail)
            }
            Refusal::Insufficient => {
                let detail = format!(
                    "the access token is not good for this: it needs the scopes {}",
                    self.scopes.join(" ")
                );
                (StatusCode::FORBIDDEN, Some("insufficient_scope"), detail)
            }
            Refusal::Unjudged(NoKeys { retry_after }) => {
                let detail = "there are no keys of the authorization server now to verify the access token with; try again later";
                return Problem::later(detail, retry_after);
            }
        };
        let challenge = self.challenge(realm, error, error.map(|_| detail.as_str()));
        Problem::challenged(status, detail.clone(), challenge)
    }

    /// RFC 6750 §3, RFC 9728 §5.1. All scopes that are asked for are in each, so that a client asks for them once.
    fn challenge(&self, realm: &str, error: Option<&str>, description: Option<&str>) -> String {
        let mut challenge = format!("Bearer realm={}", quoted(realm));
        let scopes = (!self.scopes.is_empty()).then(|| self.scopes.join(" "));
        for (name, value) in [
            ("error", error),
            ("error_description", description),
            ("scope", scopes.as_deref()),
            ("resource_metadata", Some(self.metadata.uri())),
        ] {
            if let Some(value) = value {
                challenge.push_str(&format!(", {name}={}", quoted(value)));
            }
        }
        challenge
    }
}

/// The keys of an authorization server. Each fetch is counted, and one that fails is logged.
fn keys(issuer: Issuer, client: DocumentClient, places: usize) -> KeyCache {
    let (issuer, client) = (Arc::new(issuer), Arc::new(client));
    let source: Arc<Source> = Arc::new(move || {
        let (issuer, client) = (issuer.clone(), client.clone());
        Box::pin(async move {
            STATISTICS.key_fetches.add();
            let fetching = tokio::time::timeout(TIMEOUT, issuer.keys(&client)).await;
            let problem = match fetching {
                Ok(Ok((keys, life))) => {
                    let issuer = issuer.as_str();
                    tracing::debug!(issuer, fresh = life.as_secs(), "keys were fetched");
                    return Some((keys, life));
                }
                Ok(Err(problem)) => problem,
                Err(_) => issuer::Problem::Slow,
            };
            STATISTICS.key_fetch_failures.add();
            let issuer = issuer.as_str();
            tracing::warn!(issuer, "the authorization server gave no keys: {problem}");
            None
        })
    });
    KeyCache::new(source, places)
}

/// Whether a text can be the URI of a protected resource (RFC 9728 §1.2).
pub(crate) fn is_resource_uri(text: &str) -> bool {
    Identifier::parse(text).is_ok()
}

/// RFC 6749 §3.3.
fn is_scope(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, b'!' | b'#'..=b'[' | b']'..=b'~'))
}
