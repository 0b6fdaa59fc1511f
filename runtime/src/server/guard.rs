//! Who may call an adapter: what a request has to bring before anything else of it is looked at (RFC 9110 §11).
//!
//! What is compared are SHA-256 digests, in constant time: how long that takes says nothing of the secret, its length
//! included. What has proven a caller is taken out of the request, so that no adapter can pass it on.

use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::uri::PathAndQuery;
use http::{HeaderName, Request, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use super::authorization::{Fault, credentials, quoted, take_header};
use super::oauth::{ProtectedResource, ResourceServer};
use super::statistics::STATISTICS;
use crate::problem::Problem;
use crate::settings::{Secret, SettingValues, SettingsError};

/// What the callers of an adapter prove themselves with (LANGUAGE.md §4, `authentication`). Debug shows no secret.
#[derive(Clone)]
pub struct Guard(Kind);

#[derive(Clone)]
enum Kind {
    Open,
    /// A secret that all callers share.
    Lock(Lock),
    /// An access token.
    Tokens(Box<ResourceServer>),
}

#[derive(Clone)]
struct Lock {
    place: Place,
    expected: Digest,
}

/// Where the proof of a request is.
#[derive(Clone)]
enum Place {
    Bearer,
    Basic,
    Header(HeaderName),
    Query(&'static str),
}

#[derive(Clone)]
struct Digest([u8; 32]);

impl std::fmt::Debug for Guard {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match &self.0 {
            Kind::Open => "Guard(none)",
            Kind::Tokens(_) => "Guard(oauth2)",
            Kind::Lock(lock) => match lock.place {
                Place::Bearer => "Guard(bearer, redacted)",
                Place::Basic => "Guard(basic, redacted)",
                Place::Header(_) => "Guard(header, redacted)",
                Place::Query(_) => "Guard(query, redacted)",
            },
        })
    }
}

impl Guard {
    /// Everybody may call.
    pub const fn none() -> Self {
        Self(Kind::Open)
    }

    /// Who sends `Authorization: Bearer <token>` (RFC 6750 §2.1).
    ///
    /// # Errors
    /// If no caller could send the token. The message does not repeat it.
    pub fn bearer(token: &Secret) -> Result<Self, SettingsError> {
        check_header_value(token, "bearer token")?;
        Ok(Self::new(Place::Bearer, token.expose().as_bytes()))
    }

    /// Who sends `Authorization: Basic <base64>` of this user (RFC 7617), in UTF-8.
    ///
    /// # Errors
    /// If the user name holds a colon, either holds a control character, or the password is empty.
    pub fn basic(username: &Secret, password: &Secret) -> Result<Self, SettingsError> {
        check_not_empty(password, "password")?;
        if username.expose().contains(':') {
            return Err(SettingsError::new(
                "the user name that callers have to send holds a `:`, which ends it",
            ));
        }
        let pair = format!("{}:{}", username.expose(), password.expose());
        if pair.contains(char::is_control) {
            return Err(SettingsError::new(
                "the user name or password that callers have to send holds a control character",
            ));
        }
        Ok(Self::new(Place::Basic, pair.as_bytes()))
    }

    /// Who sends this key in this header.
    ///
    /// # Errors
    /// As [`Guard::bearer`].
    pub fn header_key(name: &'static str, key: &Secret) -> Result<Self, SettingsError> {
        check_header_value(key, "API key")?;
        let name = HeaderName::try_from(name)
            .map_err(|_| SettingsError::new(format!("`{name}` is not a header name")))?;
        Ok(Self::new(Place::Header(name), key.expose().as_bytes()))
    }

    /// Who sends this key as this parameter of the query.
    ///
    /// # Errors
    /// If the key is empty.
    pub fn query_key(name: &'static str, key: &Secret) -> Result<Self, SettingsError> {
        check_not_empty(key, "API key")?;
        Ok(Self::new(Place::Query(name), key.expose().as_bytes()))
    }

    /// Who sends an access token for this resource. Its authorization server is asked for keys when the first one comes.
    ///
    /// # Errors
    /// If what is declared cannot be used. The message repeats nothing of it.
    pub fn oauth2(
        declared: ProtectedResource<'_>,
        values: &SettingValues,
    ) -> Result<Self, SettingsError> {
        let server = ResourceServer::new(declared, values)?;
        Ok(Self(Kind::Tokens(Box::new(server))))
    }

    fn new(place: Place, expected: &[u8]) -> Self {
        Self(Kind::Lock(Lock {
            place,
            expected: Digest::of(expected),
        }))
    }

    /// Whether callers have to prove anything.
    pub fn is_some(&self) -> bool {
        !matches!(self.0, Kind::Open)
    }

    /// The same guard, with what another has learnt of the server that both trust.
    pub(super) fn learning_from(self, other: &Self) -> Self {
        match (self.0, &other.0) {
            (Kind::Tokens(server), Kind::Tokens(other)) => {
                Self(Kind::Tokens(Box::new(server.with_keys_of(other))))
            }
            (kind, _) => Self(kind),
        }
    }

    /// Lets a request to the adapter `realm` in, without what proves its caller.
    ///
    /// # Errors
    /// The answer to one that is not let in: a refusal with a challenge, or what a caller must know to get a proof.
    pub(super) async fn admit<B>(
        &self,
        request: &mut Request<B>,
        realm: &str,
    ) -> Result<(), Response> {
        let admitted = match &self.0 {
            Kind::Open => return Ok(()),
            Kind::Lock(lock) => lock
                .open(request)
                .map_err(|fault| lock.place.refusal(fault, realm)),
            Kind::Tokens(server) => {
                if let Some(metadata) = server.metadata(request.method(), request.uri().path()) {
                    return Err(metadata);
                }
                // On the heap: requests of adapters without it would carry its size along.
                Box::pin(server.admit(request.headers_mut(), realm)).await
            }
        };
        admitted.map_err(|problem| {
            match problem.status() {
                StatusCode::UNAUTHORIZED => STATISTICS.unauthorized.add(),
                StatusCode::FORBIDDEN => STATISTICS.forbidden.add(),
                _ => {}
            }
            problem.into_response()
        })
    }
}

impl Lock {
    fn open<B>(&self, request: &mut Request<B>) -> Result<(), Fault> {
        let is_right = match &self.place {
            Place::Bearer => {
                let value = take_header(request.headers_mut(), &AUTHORIZATION)?;
                self.expected
                    .is_of(credentials(value.as_bytes(), b"bearer")?)
            }
            Place::Basic => {
                let value = take_header(request.headers_mut(), &AUTHORIZATION)?;
                let pair = STANDARD.decode(credentials(value.as_bytes(), b"basic")?);
                self.expected.is_of(&pair.map_err(|_| Fault::Wrong)?)
            }
            Place::Header(name) => {
                let value = take_header(request.headers_mut(), name)?;
                self.expected.is_of(value.as_bytes())
            }
            Place::Query(name) => {
                let value = take_parameter(request.uri_mut(), name)?;
                self.expected.is_of(&value)
            }
        };
        if is_right { Ok(()) } else { Err(Fault::Wrong) }
    }
}

impl Digest {
    fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    fn is_of(&self, bytes: &[u8]) -> bool {
        self.0.ct_eq(&Self::of(bytes).0).into()
    }
}

/// Takes a parameter that may come once out of the query.
fn take_parameter(uri: &mut Uri, name: &str) -> Result<Vec<u8>, Fault> {
    let mut found = Vec::new();
    let mut others = Vec::new();
    for pair in uri.query().ok_or(Fault::Missing)?.split('&') {
        let (given, value) = pair.split_once('=').unwrap_or((pair, ""));
        if decoded(given) == name.as_bytes() {
            found.push(decoded(value));
        } else {
            others.push(pair);
        }
    }
    if found.len() > 1 {
        return Err(Fault::Repeated);
    }
    let found = found.pop().ok_or(Fault::Missing)?;
    let mut target = uri.path().to_owned();
    if !others.is_empty() {
        target.push('?');
        target.push_str(&others.join("&"));
    }
    let mut parts = uri.clone().into_parts();
    // What is left of a target is one; were it none, nobody is let in.
    parts.path_and_query = Some(PathAndQuery::try_from(target).map_err(|_| Fault::Wrong)?);
    *uri = Uri::from_parts(parts).map_err(|_| Fault::Wrong)?;
    Ok(found)
}

/// A name or value of a query, where `+` is a space.
fn decoded(text: &str) -> Vec<u8> {
    percent_decode_str(&text.replace('+', " ")).collect()
}

impl Place {
    fn refusal(&self, fault: Fault, realm: &str) -> Problem {
        let expected = match self {
            Self::Bearer => "a bearer token in the header `Authorization`".to_owned(),
            Self::Basic => {
                "a user name and password in the header `Authorization`, by the scheme Basic"
                    .to_owned()
            }
            Self::Header(name) => format!("an API key in the header `{name}`"),
            Self::Query(name) => format!("an API key as the query parameter `{name}`"),
        };
        let found = match fault {
            Fault::Missing => "none came",
            Fault::Repeated => "it came more than once",
            Fault::Wrong => "what came is not the right one",
        };
        let detail = format!("a caller has to send {expected}; {found}");
        Problem::challenged(
            StatusCode::UNAUTHORIZED,
            detail,
            self.challenge(fault, realm),
        )
    }

    /// The value of `WWW-Authenticate` (RFC 9110 §11.6.1). There is no registered scheme for API keys.
    fn challenge(&self, fault: Fault, realm: &str) -> String {
        let realm = quoted(realm);
        match (self, fault) {
            (Self::Bearer, Fault::Missing) => format!("Bearer realm={realm}"),
            // RFC 6750 §3.1.
            (Self::Bearer, Fault::Repeated) => {
                format!("Bearer realm={realm}, error=\"invalid_request\"")
            }
            (Self::Bearer, Fault::Wrong) => {
                format!("Bearer realm={realm}, error=\"invalid_token\"")
            }
            // RFC 7617 §2.1.
            (Self::Basic, _) => format!("Basic realm={realm}, charset=\"UTF-8\""),
            (Self::Header(_) | Self::Query(_), _) => format!("ApiKey realm={realm}"),
        }
    }
}

/// An empty secret would let everybody in.
fn check_not_empty(secret: &Secret, what: &str) -> Result<(), SettingsError> {
    if secret.expose().is_empty() {
        return Err(SettingsError::new(format!(
            "the {what} that callers have to send is empty"
        )));
    }
    Ok(())
}

fn check_header_value(secret: &Secret, what: &str) -> Result<(), SettingsError> {
    check_not_empty(secret, what)?;
    let text = secret.expose();
    // White space at the ends of a header is no part of its value (RFC 9110 §5.5).
    if text.trim() != text || !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(SettingsError::new(format!(
            "the {what} that callers have to send holds a character that a header cannot carry, such as a line break"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text)
    }

    #[test]
    fn a_secret_that_nobody_could_send_is_refused_without_being_repeated() {
        for refused in [
            Guard::bearer(&secret("")),
            Guard::bearer(&secret("canary\n")),
            Guard::bearer(&secret(" canary")),
            Guard::header_key("x-key", &secret("canaré")),
            Guard::query_key("key", &secret("")),
            Guard::basic(&secret("ca:nary"), &secret("x")),
            Guard::basic(&secret("canary"), &secret("")),
            Guard::basic(&secret("canary"), &secret("a\tb")),
        ] {
            let error = refused.unwrap_err().to_string();
            assert!(
                !error.contains("canar") && !error.contains("nary"),
                "{error}"
            );
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let guard = Guard::query_key("key", &secret("canary")).unwrap();
        assert_eq!(format!("{guard:?}"), "Guard(query, redacted)");
    }

    #[test]
    fn the_key_is_taken_out_of_the_query_and_nothing_else() {
        let taken = |target: &str| {
            let mut uri: Uri = target.parse().unwrap();
            let found = take_parameter(&mut uri, "a key");
            (
                found.map(|value| String::from_utf8(value).unwrap()),
                uri.to_string(),
            )
        };
        let ok = |value: &str| Ok(value.to_owned());
        assert_eq!(taken("/x?a+key=1%2B"), (ok("1+"), "/x".to_owned()));
        assert_eq!(
            taken("http://h:1/x?b=%zz&%61%20key=1&&c"),
            (ok("1"), "http://h:1/x?b=%zz&&c".to_owned())
        );
        assert_eq!(taken("/x?a+key"), (ok(""), "/x".to_owned()));
        for (target, fault) in [
            ("/x", Fault::Missing),
            ("/x?A+key=1", Fault::Missing),
            ("/x?a+key=1&a%20key=1", Fault::Repeated),
        ] {
            assert_eq!(taken(target), (Err(fault), target.to_owned()));
        }
    }
}
