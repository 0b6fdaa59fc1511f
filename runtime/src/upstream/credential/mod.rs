//! The credential a request to an upstream carries.

mod challenge;
mod client_credentials;
mod digest;
mod token;

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};

use self::client_credentials::TokenClient;
use self::digest::{DigestUser, Session};
use self::token::{Token, TokenCache};
use super::CallError;
use super::client::Client;
use super::encode::{push_query_name, push_value};
use crate::settings::{Secret, SettingsError};

pub use client_credentials::ClientCredentials;

/// What proves to an upstream who is calling (LANGUAGE.md §3, `authentication`). Debug shows no secret.
#[derive(Clone)]
pub struct Credential(Form);

#[derive(Clone)]
enum Form {
    None,
    Header(HeaderName, HeaderValue),
    Query { name: &'static str, pair: String },
    Token(TokenClient, TokenCache),
    Digest(DigestUser),
}

/// What one request proves its caller with, where that differs from request to request.
#[derive(Debug)]
pub(super) enum Proof {
    Fixed,
    Token(Token),
    /// The challenge that is answered; none where none is known yet.
    Digest(Option<Arc<Session>>),
}

impl Proof {
    /// The access token that the request carries.
    pub(super) fn token(&self) -> Option<Secret> {
        let Self::Token(token) = self else {
            return None;
        };
        let (_, token) = token.header.to_str().ok()?.split_once(' ')?;
        Some(Secret::new(token))
    }
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match &self.0 {
            Form::None => "Credential(none)",
            Form::Header(..) => "Credential(header, redacted)",
            Form::Query { .. } => "Credential(query, redacted)",
            Form::Token(..) => "Credential(oauth2, redacted)",
            Form::Digest(_) => "Credential(digest, redacted)",
        })
    }
}

impl Credential {
    /// The upstream is called without a credential.
    pub fn none() -> Self {
        Self(Form::None)
    }

    /// `Authorization: Bearer <token>` (RFC 6750 §2.1).
    ///
    /// # Errors
    /// If the token holds a character that a header cannot carry. The message does not repeat it.
    pub fn bearer(token: &Secret) -> Result<Self, SettingsError> {
        Self::header(
            AUTHORIZATION,
            &format!("Bearer {}", token.expose()),
            "the bearer token",
        )
    }

    /// `Authorization: Basic <base64>` (RFC 7617).
    ///
    /// # Errors
    /// As [`Credential::bearer`], and if the user name holds a colon.
    pub fn basic(username: &Secret, password: &Secret) -> Result<Self, SettingsError> {
        if username.expose().contains(':') {
            return Err(SettingsError::new(
                "the user name for basic authentication holds a `:`, which ends it",
            ));
        }
        let pair = format!("{}:{}", username.expose(), password.expose());
        Self::header(
            AUTHORIZATION,
            &format!("Basic {}", STANDARD.encode(pair)),
            "the user name or password",
        )
    }

    /// An API key in a header of the API's choosing.
    ///
    /// # Errors
    /// As [`Credential::bearer`].
    pub fn header_key(name: &'static str, key: &Secret) -> Result<Self, SettingsError> {
        let name = HeaderName::try_from(name)
            .map_err(|_| SettingsError::new(format!("`{name}` is not a header name")))?;
        Self::header(name, key.expose(), "the API key")
    }

    /// An API key in the query.
    pub fn query_key(name: &'static str, key: &Secret) -> Self {
        let mut pair = String::new();
        push_query_name(&mut pair, name);
        pair.push('=');
        push_value(&mut pair, key.expose());
        Self(Form::Query { name, pair })
    }

    /// Access tokens of the client credentials grant (RFC 6749 §4.4), sent as bearer tokens. The first is fetched
    /// when it is needed.
    ///
    /// # Errors
    /// If the token endpoint cannot be used. The message does not repeat it.
    pub fn oauth2(client: ClientCredentials<'_>) -> Result<Self, SettingsError> {
        Ok(Self(Form::Token(
            TokenClient::new(client)?,
            TokenCache::default(),
        )))
    }

    /// Digest access authentication (RFC 7616). The challenge is learnt from the API's first 401.
    ///
    /// # Errors
    /// If the user name holds a colon or a control character.
    pub fn digest(username: &Secret, password: &Secret) -> Result<Self, SettingsError> {
        Ok(Self(Form::Digest(DigestUser::new(username, password)?)))
    }

    /// Whether there is a credential at all.
    pub fn is_some(&self) -> bool {
        !matches!(self.0, Form::None)
    }

    /// What the next request proves its caller with, where nothing has to be fetched for it.
    pub(super) fn proof(&self) -> Option<Proof> {
        match &self.0 {
            Form::None | Form::Header(..) | Form::Query { .. } => Some(Proof::Fixed),
            Form::Digest(user) => Some(Proof::Digest(user.session())),
            Form::Token(..) => None,
        }
    }

    /// What the next request proves its caller with. `client` is used where a token has to be fetched first.
    ///
    /// # Errors
    /// [`CallError::NoToken`] if there is none to be had.
    pub(super) async fn prove(
        &self,
        client: &Client,
        upstream: &'static str,
    ) -> Result<Proof, CallError> {
        let Form::Token(tokens, cache) = &self.0 else {
            return Ok(self.proof().unwrap_or(Proof::Fixed));
        };
        cache
            .current(|| tokens.clone().fetch(client.clone(), upstream))
            .await
            .map(Proof::Token)
            .map_err(|problem| CallError::NoToken { upstream, problem })
    }

    /// The header that a request of `uri` proves its caller with.
    pub(super) fn header_pair(
        &self,
        proof: &Proof,
        method: &Method,
        uri: &Uri,
    ) -> Option<(HeaderName, HeaderValue)> {
        match (&self.0, proof) {
            (Form::Header(name, value), _) => Some((name.clone(), value.clone())),
            (_, Proof::Token(token)) => Some((AUTHORIZATION, token.header.clone())),
            (Form::Digest(user), Proof::Digest(Some(session))) => {
                let answer = user.answer(session, method, origin_form(uri), &random_text())?;
                Some((AUTHORIZATION, answer))
            }
            _ => None,
        }
    }

    /// Learns from the head of an answer to a request with `proof`. Returns whether it was refused in a way that
    /// another proof may change.
    pub(super) fn learn(&self, proof: &Proof, status: StatusCode, headers: &HeaderMap) -> bool {
        let refused = status == StatusCode::UNAUTHORIZED;
        match (&self.0, proof) {
            (Form::Token(_, cache), Proof::Token(token)) if refused => cache.refuse(token),
            (Form::Digest(user), Proof::Digest(session)) if refused => {
                user.refuse(session.as_ref(), headers)
            }
            (_, Proof::Token(token)) => {
                token.accept();
                false
            }
            (_, Proof::Digest(Some(session))) => {
                session.accept();
                false
            }
            _ => false,
        }
    }

    pub(super) fn query_pair(&self) -> Option<&str> {
        match &self.0 {
            Form::Query { pair, .. } => Some(pair),
            _ => None,
        }
    }

    /// The name of the query parameter that carries a key.
    pub(super) fn query_name(&self) -> Option<&'static str> {
        match &self.0 {
            Form::Query { name, .. } => Some(name),
            _ => None,
        }
    }

    fn header(name: HeaderName, value: &str, what: &str) -> Result<Self, SettingsError> {
        let mut value = HeaderValue::from_str(value).map_err(|_| {
            SettingsError::new(format!(
                "{what} holds a character that a header cannot carry, such as a line break"
            ))
        })?;
        value.set_sensitive(true);
        Ok(Self(Form::Header(name, value)))
    }
}

/// A URI's path and query, as the request line carries them (RFC 9112 §3.2.1).
fn origin_form(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", |target| target.as_str())
}

/// 128 random bits, as text.
fn random_text() -> String {
    let mut bytes = [0; 16];
    // Where there is no randomness TLS does not work either; the server's own nonce still makes the answer unique.
    let _ = rustls::crypto::ring::default_provider()
        .secure_random
        .fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header_of(credential: &Credential) -> Option<(HeaderName, HeaderValue)> {
        let uri = Uri::from_static("https://a.test/");
        credential.header_pair(&Proof::Fixed, &Method::GET, &uri)
    }

    #[test]
    fn basic_is_encoded_as_rfc_7617_shows() {
        let credential =
            Credential::basic(&Secret::new("Aladdin"), &Secret::new("open sesame")).unwrap();
        let (name, value) = header_of(&credential).unwrap();
        assert_eq!(
            (name.as_str(), value.to_str().unwrap()),
            ("authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        );
    }

    #[test]
    fn debug_and_errors_hold_no_secret() {
        let secret = Secret::new("canary\n");
        assert!(!format!("{:?}", Credential::query_key("key", &secret)).contains("canary"));
        assert!(
            !Credential::bearer(&secret)
                .unwrap_err()
                .to_string()
                .contains("canary")
        );
        let credential = Credential::bearer(&Secret::new("canary")).unwrap();
        assert!(!format!("{credential:?} {:?}", header_of(&credential)).contains("canary"));
    }
}
