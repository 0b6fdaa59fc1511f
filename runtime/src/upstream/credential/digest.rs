//! HTTP Digest access authentication (RFC 7616): MD5 and SHA-256, `qop=auth`.

use std::fmt::Write;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, HeaderValue, Method};
use md5::Md5;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest as _, Sha256};

use super::challenge::{Parameters, digest_challenges, find};
use crate::settings::{Secret, SettingsError};

/// A user of an API with digest authentication, and what its last challenge said. Cheap to clone; clones share
/// the challenge. Debug shows no secret.
#[derive(Clone, Debug)]
pub(super) struct DigestUser {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    username: Secret,
    password: Secret,
    session: Mutex<Option<Arc<Session>>>,
}

/// A challenge that is answered until the server wants another one.
#[derive(Debug)]
pub(in super::super) struct Session {
    algorithm: Algorithm,
    realm: String,
    nonce: String,
    opaque: Option<String>,
    hashes_user: bool,
    /// How many requests have answered it.
    count: AtomicU32,
    /// Whether the API ever took an answer to it.
    accepted: AtomicBool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Algorithm {
    Md5,
    Sha256,
}

impl Algorithm {
    fn of(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "md5" => Some(Self::Md5),
            "sha-256" => Some(Self::Sha256),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
        }
    }

    /// The hash of `parts` joined by colons, in hexadecimal digits.
    fn hash(self, parts: &[&str]) -> String {
        let text = parts.join(":");
        match self {
            Self::Md5 => hexadecimal(&Md5::digest(text)),
            Self::Sha256 => hexadecimal(&Sha256::digest(text)),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

impl Session {
    /// The challenge that a 401 carries: the strongest that can be answered.
    fn of(headers: &HeaderMap) -> Option<(Self, bool)> {
        let challenges = digest_challenges(headers);
        let readable = challenges.iter().filter_map(Self::read);
        readable.max_by_key(|(session, _)| session.algorithm)
    }

    /// A challenge, and whether it says that only the nonce was stale.
    fn read(parameters: &Parameters) -> Option<(Self, bool)> {
        let is_true =
            |name| find(parameters, name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let mut qualities = find(parameters, "qop")?.split(',');
        qualities.find(|quality| quality.trim().eq_ignore_ascii_case("auth"))?;
        let session = Self {
            algorithm: Algorithm::of(find(parameters, "algorithm").unwrap_or("MD5"))?,
            realm: find(parameters, "realm")?.to_owned(),
            nonce: find(parameters, "nonce")?.to_owned(),
            opaque: find(parameters, "opaque").map(str::to_owned),
            hashes_user: is_true("userhash"),
            count: AtomicU32::new(0),
            accepted: AtomicBool::new(false),
        };
        Some((session, is_true("stale")))
    }

    /// Says that the API took an answer to this challenge.
    pub(super) fn accept(&self) {
        self.accepted.store(true, Ordering::Relaxed);
    }
}

impl DigestUser {
    /// # Errors
    /// If the user name holds a colon or a control character, which the scheme cannot carry.
    pub(super) fn new(username: &Secret, password: &Secret) -> Result<Self, SettingsError> {
        let name = username.expose();
        if name.contains(':') || name.contains(char::is_control) {
            return Err(SettingsError::new(
                "the user name for digest authentication holds a `:` or a control character",
            ));
        }
        Ok(Self {
            shared: Arc::new(Shared {
                username: username.clone(),
                password: password.clone(),
                session: Mutex::default(),
            }),
        })
    }

    /// The challenge that the next request answers; none before the first.
    pub(super) fn session(&self) -> Option<Arc<Session>> {
        self.lock().clone()
    }

    /// The value of `Authorization` for a request of `target`, path and query just as they are sent. `nonce` is a
    /// random text of the client's.
    pub(super) fn answer(
        &self,
        session: &Session,
        method: &Method,
        target: &str,
        nonce: &str,
    ) -> Option<HeaderValue> {
        let algorithm = session.algorithm;
        let username = self.shared.username.expose();
        let count = session
            .count
            .fetch_add(1, Ordering::Relaxed)
            .wrapping_add(1);
        let count = format!("{count:08x}");
        let user = algorithm.hash(&[username, &session.realm, self.shared.password.expose()]);
        let request = algorithm.hash(&[method.as_str(), target]);
        let response = algorithm.hash(&[&user, &session.nonce, &count, nonce, "auth", &request]);
        let named = if session.hashes_user {
            let hash = algorithm.hash(&[username, &session.realm]);
            format!("username=\"{hash}\", userhash=true")
        } else if username.is_ascii() {
            format!("username={}", quoted(username))
        } else {
            let encoded = utf8_percent_encode(username, NON_ALPHANUMERIC);
            format!("username*=UTF-8''{encoded}")
        };
        let mut value = format!(
            "Digest {named}, realm={}, nonce={}, uri={}, algorithm={}, qop=auth, nc={count}, cnonce=\"{nonce}\", response=\"{response}\"",
            quoted(&session.realm),
            quoted(&session.nonce),
            quoted(target),
            algorithm.name(),
        );
        if let Some(opaque) = &session.opaque {
            value.push_str(&format!(", opaque={}", quoted(opaque)));
        }
        let mut value = HeaderValue::try_from(value).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// Learns from a 401 to a request that answered `answered`. Returns whether another answer may fare better.
    pub(super) fn refuse(&self, answered: Option<&Arc<Session>>, headers: &HeaderMap) -> bool {
        let challenge = Session::of(headers);
        let mut current = self.lock();
        let Some((session, stale)) = challenge else {
            *current = None;
            return false;
        };
        // Of one that was never taken the password may be wrong: trying on would lock the user out.
        let may_fare_better = answered.is_none_or(|answered| {
            stale
                || answered.accepted.load(Ordering::Relaxed)
                || current
                    .as_ref()
                    .is_some_and(|current| !Arc::ptr_eq(current, answered))
        });
        *current = Some(Arc::new(session));
        may_fare_better
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<Session>>> {
        let session = &self.shared.session;
        session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use http::header::WWW_AUTHENTICATE;

    use super::*;

    fn refused(user: &DigestUser, answered: Option<&Arc<Session>>, challenges: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for challenge in challenges {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_str(challenge).unwrap());
        }
        user.refuse(answered, &headers)
    }

    fn user(name: &str, password: &str) -> DigestUser {
        DigestUser::new(&Secret::new(name), &Secret::new(password)).unwrap()
    }

    fn answer(user: &DigestUser, target: &str, nonce: &str) -> String {
        let session = user.session().unwrap();
        let value = user.answer(&session, &Method::GET, target, nonce).unwrap();
        value.to_str().unwrap().to_owned()
    }

    /// RFC 7616 §3.9.1.
    #[test]
    fn the_examples_of_the_rfc() {
        let challenge = |algorithm: &str| {
            format!(
                "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm={algorithm}, \
                 nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
            )
        };
        let nonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
        let (md5, sha) = (challenge("MD5"), challenge("SHA-256"));
        for (challenges, response) in [
            (vec![&md5], "8ca523f5e9506fed4657c9700eebdbec"),
            (
                vec![&md5, &sha],
                "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
            ),
        ] {
            let user = user("Mufasa", "Circle of Life");
            let challenges: Vec<&str> = challenges.into_iter().map(String::as_str).collect();
            assert!(refused(&user, None, &challenges));
            let first = answer(&user, "/dir/index.html", nonce);
            assert!(
                first.contains(&format!("response=\"{response}\"")),
                "{first}"
            );
            assert!(first.contains("nc=00000001,") && first.contains("opaque=\"FQhe/"));
            assert!(answer(&user, "/", nonce).contains("nc=00000002,"));
        }
    }

    /// RFC 7616 §3.9.2, whose example is of SHA-512-256: the user name's form is what is checked here.
    #[test]
    fn user_names_beyond_ascii() {
        let plain = user("J\u{e4}s\u{f8}n Doe", "Secret");
        assert!(refused(
            &plain,
            None,
            &["Digest realm=r, nonce=n, qop=auth"]
        ));
        let answer_to_plain = answer(&plain, "/", "c");
        assert!(
            answer_to_plain.starts_with("Digest username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, realm"),
            "{answer_to_plain}"
        );
        let hashed = "Digest realm=r, nonce=n, qop=auth, userhash=true";
        assert!(refused(&plain, None, &[hashed]));
        assert!(answer(&plain, "/", "c").contains("userhash=true, realm=\"r\""));
    }

    #[test]
    fn only_a_refusal_that_may_be_the_nonces_is_answered_again() {
        let user = user("a", "canary");
        let challenge =
            |nonce: &str, more: &str| format!("Digest realm=r, qop=auth, nonce={nonce}{more}");
        assert!(refused(&user, None, &[&challenge("1", "")]));
        let first = user.session().unwrap();
        assert!(!refused(&user, Some(&first), &[&challenge("2", "")]));
        let second = user.session().unwrap();
        assert!(
            refused(&user, Some(&first), &[&challenge("3", "")]),
            "replaced since"
        );
        assert!(refused(
            &user,
            Some(&second),
            &[&challenge("4", ", stale=TRUE")]
        ));
        let third = user.session().unwrap();
        third.accept();
        assert!(refused(&user, Some(&third), &[&challenge("5", "")]));
        assert!(!refused(&user, None, &["Basic realm=x"]));
        assert!(user.session().is_none());
        assert!(!format!("{user:?}").contains("canary"));
    }

    #[test]
    fn a_challenge_that_cannot_be_answered_is_none() {
        let user = user("a", "b");
        for challenge in [
            "Digest realm=r, nonce=n",
            "Digest realm=r, nonce=n, qop=auth-int",
            "Digest realm=r, nonce=n, qop=auth, algorithm=MD5-sess",
            "Digest realm=r, qop=auth",
        ] {
            assert!(!refused(&user, None, &[challenge]), "{challenge}");
        }
    }
}
