//! The keys of an authorization server: a JSON Web Key Set (RFC 7517 §5).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::algorithm::{Algorithm, PublicKey};
use super::token::Token;

/// How many keys of a set are looked at. Real ones have fewer than ten.
const KEY_LIMIT: usize = 64;
/// How many keys are tried on a token that does not name one: each costs some 50 µs.
const TRIAL_LIMIT: usize = 4;
/// The sizes of an RSA modulus that are accepted, in bytes (RFC 7518 §3.3: 2048 bits or more).
const MODULUS: std::ops::RangeInclusive<usize> = 256..=1024;

/// The keys of a set that can verify tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeySet(Vec<Key>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    id: Option<String>,
    /// The one algorithm it is for, where the set says so.
    algorithm: Option<Algorithm>,
    public: PublicKey,
}

/// What a set says of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Verified,
    /// A key that it names is not the one that signed it.
    Forged,
    /// No key of the set is the one it names.
    UnknownKey,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<serde_json::Value>,
}

/// RFC 7517 §4, RFC 7518 §6. What would make a key a private one is not read.
#[derive(Deserialize)]
struct JsonWebKey {
    kty: String,
    kid: Option<String>,
    r#use: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl KeySet {
    /// The usable keys of a document; others are passed over (RFC 7517 §5). `None` where it is no key set, or none of
    /// its keys can be used.
    pub(super) fn parse(document: &[u8]) -> Option<Self> {
        let document: Document = serde_json::from_slice(document).ok()?;
        let keys = document.keys.into_iter().take(KEY_LIMIT);
        let keys: Vec<Key> = keys
            .filter_map(|key| serde_json::from_value::<JsonWebKey>(key).ok()?.read())
            .collect();
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// Verifies the signature of a token with the key that it names; with any that fits, where it names none.
    pub(super) fn verify(&self, token: &Token<'_>) -> Verdict {
        let algorithm = token.algorithm();
        let mut verdict = Verdict::UnknownKey;
        let fitting = self.0.iter().filter(|key| {
            algorithm.fits(&key.public)
                && key.algorithm.is_none_or(|only| only == algorithm)
                && (token.key_id().is_none() || token.key_id() == key.id.as_deref())
        });
        for key in fitting.take(TRIAL_LIMIT) {
            if algorithm.verify(&key.public, token.message(), token.signature()) {
                return Verdict::Verified;
            }
            // Where none is named, it may have been signed with one that is not here yet.
            if token.key_id().is_some() {
                verdict = Verdict::Forged;
            }
        }
        verdict
    }
}

impl JsonWebKey {
    /// The key, where it is one that verifies.
    fn read(self) -> Option<Key> {
        let is_for_signatures = self.r#use.as_deref().is_none_or(|it| it == "sig");
        let verifies = self
            .key_ops
            .as_ref()
            .is_none_or(|operations| operations.iter().any(|it| it == "verify"));
        if !is_for_signatures || !verifies {
            return None;
        }
        let algorithm = match &self.alg {
            Some(name) => Some(Algorithm::find(name)?),
            None => None,
        };
        let public = self.public_key()?;
        if algorithm.is_some_and(|algorithm| !algorithm.fits(&public)) {
            return None;
        }
        Some(Key {
            id: self.kid,
            algorithm,
            public,
        })
    }

    fn public_key(&self) -> Option<PublicKey> {
        match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => {
                let modulus = integer(self.n.as_deref()?)?;
                let exponent = integer(self.e.as_deref()?)?;
                MODULUS
                    .contains(&modulus.len())
                    .then_some(PublicKey::Rsa { modulus, exponent })
            }
            ("EC", Some("P-256")) => self.point(32).map(PublicKey::P256),
            ("EC", Some("P-384")) => self.point(48).map(PublicKey::P384),
            ("OKP", Some("Ed25519")) => octets(self.x.as_deref()?, 32).map(PublicKey::Ed25519),
            _ => None,
        }
    }

    /// The uncompressed point of an elliptic curve whose coordinates have this many bytes (RFC 7518 §6.2.1).
    fn point(&self, size: usize) -> Option<Vec<u8>> {
        let mut point = vec![4];
        point.extend(octets(self.x.as_deref()?, size)?);
        point.extend(octets(self.y.as_deref()?, size)?);
        Some(point)
    }
}

fn octets(text: &str, size: usize) -> Option<Vec<u8>> {
    let octets = URL_SAFE_NO_PAD.decode(text).ok()?;
    (octets.len() == size).then_some(octets)
}

/// An unsigned integer (RFC 7518 §2), of which some servers write leading zeros.
fn integer(text: &str) -> Option<Vec<u8>> {
    let octets = URL_SAFE_NO_PAD.decode(text).ok()?;
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    octets.get(zeros..).map(<[u8]>::to_vec)
}
