//! An access token: a JSON Web Token, signed, in the compact form.
//!
//! Sources: RFC 7515 §3.1 and §4.1, RFC 7519 §4.1, RFC 9068 §2 and §4; RFC 8725 for what is refused. Nothing a token
//! holds is used but to refuse it, until its signature has been verified. No fault repeats anything of the token.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::algorithm::Algorithm;

/// How long a token may be, in bytes. Real ones stay under 4 KiB.
const LIMIT: usize = 16 * 1024;
/// How far the clocks of the authorization server and of this machine may be apart.
const LEEWAY: Duration = Duration::from_secs(30);

/// A token that has been taken apart. Its signature has not been looked at.
pub(super) struct Token<'t> {
    algorithm: Algorithm,
    key_id: Option<String>,
    claims: Claims,
    message: &'t [u8],
    signature: Vec<u8>,
}

/// What is asked of the claims of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    /// The issuer, letter by letter (RFC 9068 §4).
    pub(super) issuer: String,
    /// Whom it must be issued for.
    pub(super) audience: String,
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    TooLong,
    Malformed,
    Algorithm,
    Type,
    Critical,
    Bound,
    Issuer,
    Audience,
    Eternal,
    Expired,
    Early,
    UnknownKey,
    Forged,
}

/// RFC 7515 §4.1. What names a key by itself (`jwk`, `jku`, `x5c`, `x5u`) is not read.
#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    crit: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    aud: Option<Texts>,
    exp: Option<f64>,
    nbf: Option<f64>,
    iat: Option<f64>,
    /// RFC 9068 §2.2.3.
    scope: Option<Texts>,
    /// What other servers call `scope`.
    scp: Option<Texts>,
    /// RFC 7800 §3.1.
    cnf: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Texts {
    One(String),
    Many(Vec<String>),
}

impl Texts {
    fn iter(&self) -> impl Iterator<Item = &str> {
        let texts = match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
        };
        texts.iter().map(String::as_str)
    }
}

impl<'t> Token<'t> {
    /// Takes a token apart, and checks its header.
    ///
    /// # Errors
    /// If it is no signed JWT, too long, of another type than an access token, asks for what is not understood, or is
    /// signed with an algorithm that is not accepted.
    pub(super) fn parse(text: &'t [u8]) -> Result<Self, Fault> {
        if text.len() > LIMIT {
            return Err(Fault::TooLong);
        }
        let mut parts = text.split(|byte| *byte == b'.');
        let (Some(header), Some(claims), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Fault::Malformed);
        };
        let message = text
            .get(..header.len() + 1 + claims.len())
            .ok_or(Fault::Malformed)?;
        let header: Header = object(header)?;
        if header.crit.is_some() {
            return Err(Fault::Critical);
        }
        if !header.typ.as_deref().is_none_or(is_access_token) {
            return Err(Fault::Type);
        }
        let algorithm = Algorithm::find(&header.alg).ok_or(Fault::Algorithm)?;
        Ok(Self {
            algorithm,
            key_id: header.kid,
            claims: object(claims)?,
            message,
            signature: decoded(signature)?,
        })
    }

    /// Checks all that can be checked without a key, at `now` since 1970.
    ///
    /// # Errors
    /// The first claim that is not as expected.
    pub(super) fn check(&self, expected: &Expected, now: Duration) -> Result<(), Fault> {
        let (claims, now) = (&self.claims, now.as_secs_f64());
        let leeway = LEEWAY.as_secs_f64();
        if claims.iss.as_deref() != Some(expected.issuer.as_str()) {
            return Err(Fault::Issuer);
        }
        let mut audiences = claims.aud.iter().flat_map(Texts::iter);
        if !audiences.any(|audience| is_same(audience, &expected.audience)) {
            return Err(Fault::Audience);
        }
        let expiry = claims.exp.ok_or(Fault::Eternal)?;
        if expiry + leeway <= now {
            return Err(Fault::Expired);
        }
        let mut starts = [claims.nbf, claims.iat].into_iter().flatten();
        if starts.any(|start| start - leeway > now) {
            return Err(Fault::Early);
        }
        // Who holds a bearer token of this kind has not proven to hold its key (RFC 9449 §7.1).
        if claims.cnf.is_some() {
            return Err(Fault::Bound);
        }
        Ok(())
    }

    /// Whether it is good for this scope.
    pub(super) fn has_scope(&self, wanted: &str) -> bool {
        let claims = [&self.claims.scope, &self.claims.scp];
        let texts = claims.into_iter().flatten().flat_map(Texts::iter);
        let mut scopes = texts.flat_map(|text| text.split(' '));
        scopes.any(|scope| scope == wanted)
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key that it says it is signed with.
    pub(super) fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// What is signed.
    pub(super) fn message(&self) -> &[u8] {
        self.message
    }

    pub(super) fn signature(&self) -> &[u8] {
        &self.signature
    }
}

/// RFC 9068 §2.1, and what most servers write. Types of other tokens (`logout+jwt`, `dpop+jwt`) are none.
fn is_access_token(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = name.strip_prefix("application/").unwrap_or(&name);
    matches!(name, "at+jwt" | "jwt")
}

/// Whether two audiences are one: `https://a.example` and `https://a.example/` are the same URI (RFC 3986 §6.2.3), and
/// clients send either for the other.
fn is_same(audience: &str, expected: &str) -> bool {
    let root = |text: &'_ str| -> Option<String> {
        let text = text.strip_suffix('/').unwrap_or(text);
        let (scheme, authority) = text.split_once("://")?;
        (matches!(scheme, "http" | "https") && !authority.contains(['/', '?', '#']))
            .then(|| text.to_owned())
    };
    audience == expected || root(audience).is_some_and(|it| Some(it) == root(expected))
}

fn decoded(part: &[u8]) -> Result<Vec<u8>, Fault> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Fault::Malformed)
}

fn object<T: DeserializeOwned>(part: &[u8]) -> Result<T, Fault> {
    let json = decoded(part)?;
    // A list of the right values would be read as an object too.
    if json.trim_ascii_start().first() != Some(&b'{') {
        return Err(Fault::Malformed);
    }
    serde_json::from_slice(&json).map_err(|_| Fault::Malformed)
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::TooLong => "it is longer than 16 KiB",
            Self::Malformed => "it is not a signed JWT",
            Self::Algorithm => "it is signed with an algorithm that is not accepted",
            Self::Type => "its type is not that of an access token",
            Self::Critical => "it relies on an extension that is not understood",
            Self::Bound => "it is bound to a key, and was sent as a bearer token",
            Self::Issuer => "it is of another issuer",
            Self::Audience => "it was issued for another audience",
            Self::Eternal => "it does not say when it expires",
            Self::Expired => "it has expired",
            Self::Early => "it is not valid yet",
            Self::UnknownKey => "it is signed with a key that its issuer does not publish",
            Self::Forged => "its signature is wrong",
        })
    }
}
