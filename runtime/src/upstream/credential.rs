//! The credential a request to an upstream carries.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};

use super::encode::{push_query_name, push_value};
use crate::settings::{Secret, SettingsError};

/// What proves to an upstream who is calling (LANGUAGE.md §3, `authentication`). Debug shows no secret.
#[derive(Clone)]
pub struct Credential(Form);

#[derive(Clone)]
enum Form {
    None,
    Header(HeaderName, HeaderValue),
    Query { name: &'static str, pair: String },
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match &self.0 {
            Form::None => "Credential(none)",
            Form::Header(..) => "Credential(header, redacted)",
            Form::Query { .. } => "Credential(query, redacted)",
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

    /// Whether there is a credential at all.
    pub fn is_some(&self) -> bool {
        !matches!(self.0, Form::None)
    }

    pub(super) fn header_pair(&self) -> Option<(HeaderName, HeaderValue)> {
        match &self.0 {
            Form::Header(name, value) => Some((name.clone(), value.clone())),
            Form::None | Form::Query { .. } => None,
        }
    }

    pub(super) fn query_pair(&self) -> Option<&str> {
        match &self.0 {
            Form::Query { pair, .. } => Some(pair),
            Form::None | Form::Header(..) => None,
        }
    }

    /// The name of the query parameter that carries a key.
    pub(super) fn query_name(&self) -> Option<&'static str> {
        match &self.0 {
            Form::Query { name, .. } => Some(name),
            Form::None | Form::Header(..) => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_is_encoded_as_rfc_7617_shows() {
        let credential =
            Credential::basic(&Secret::new("Aladdin"), &Secret::new("open sesame")).unwrap();
        let (name, value) = credential.header_pair().unwrap();
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
        assert!(!format!("{credential:?} {:?}", credential.header_pair()).contains("canary"));
    }
}
