//! Who may call an adapter: what a request has to bring before anything else of it is looked at (RFC 9110 §11).
//!
//! What is compared are SHA-256 digests, in constant time: how long that takes says nothing of the secret, its length
//! included. What has proven a caller is taken out of the request, so that no adapter can pass it on.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Uri};
use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use crate::problem::Problem;
use crate::settings::{Secret, SettingsError};

/// What the callers of an adapter prove themselves with (LANGUAGE.md §4, `authentication`). Debug shows no secret.
#[derive(Clone)]
pub struct Guard(Option<Lock>);

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

/// Why a request is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Missing,
    Repeated,
    Wrong,
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self.0.as_ref().map(|lock| &lock.place) {
            None => "Guard(none)",
            Some(Place::Bearer) => "Guard(bearer, redacted)",
            Some(Place::Basic) => "Guard(basic, redacted)",
            Some(Place::Header(_)) => "Guard(header, redacted)",
            Some(Place::Query(_)) => "Guard(query, redacted)",
        })
    }
}

impl Guard {
    /// Everybody may call.
    pub const fn none() -> Self {
        Self(None)
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

    fn new(place: Place, expected: &[u8]) -> Self {
        Self(Some(Lock {
            place,
            expected: Digest::of(expected),
        }))
    }

    /// Whether callers have to prove anything.
    pub fn is_some(&self) -> bool {
        self.0.is_some()
    }

    /// Lets a request to the adapter `realm` in, without what proves its caller.
    ///
    /// # Errors
    /// 401, with a challenge.
    pub(super) fn admit<B>(&self, request: &mut Request<B>, realm: &str) -> Result<(), Problem> {
        match &self.0 {
            None => Ok(()),
            Some(lock) => lock
                .open(request)
                .map_err(|fault| lock.place.refusal(fault, realm)),
        }
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

/// Takes a header that may come once out of a request.
fn take_header(headers: &mut HeaderMap, name: &HeaderName) -> Result<HeaderValue, Fault> {
    if headers.get_all(name).iter().nth(1).is_some() {
        return Err(Fault::Repeated);
    }
    headers.remove(name).ok_or(Fault::Missing)
}

/// What follows the name of the scheme, which is of any case (RFC 9110 §11.4).
fn credentials<'v>(value: &'v [u8], scheme: &[u8]) -> Result<&'v [u8], Fault> {
    let end = value.iter().position(|byte| *byte == b' ');
    let (given, rest) = value.split_at(end.unwrap_or(value.len()));
    if given.eq_ignore_ascii_case(scheme) {
        Ok(rest.trim_ascii_start())
    } else {
        Err(Fault::Missing)
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
        Problem::unauthorized(detail, self.challenge(fault, realm))
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

/// A quoted string (RFC 9110 §5.6.4); what is not printable ASCII becomes `?`.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            ' '..='~' => quoted.push(character),
            _ => quoted.push('?'),
        }
    }
    quoted.push('"');
    quoted
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

    #[test]
    fn a_realm_is_a_quoted_string() {
        assert_eq!(quoted("a\"b\\c é"), r#""a\"b\\c ?""#);
    }
}
