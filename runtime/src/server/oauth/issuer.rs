//! The authorization server: where its keys are, and reading them.
//!
//! Sources: RFC 8414 §3 and §5, OpenID Connect Discovery 1.0 §4, in the order that MCP asks of clients ("Authorization
//! Server Metadata Discovery").

use std::fmt;
use std::time::Duration;

use http::Uri;
use serde::Deserialize;

use super::key_set::KeySet;
use super::uri::{Identifier, is_private};
use crate::upstream::{Document, DocumentClient, DocumentProblem};

/// How long keys are fresh, whatever their answer says: at least, where it says nothing, and at most. A key that its
/// server withdraws is trusted no longer than the last.
const SHORTEST_LIFE: Duration = Duration::from_secs(60);
const USUAL_LIFE: Duration = Duration::from_secs(300);
const LONGEST_LIFE: Duration = Duration::from_secs(3600);

/// An authorization server, by its issuer identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Issuer {
    identifier: Identifier,
    /// Whether it may be asked without encryption.
    plain_http: bool,
}

/// Why there are no keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    Metadata(DocumentProblem),
    NotMetadata,
    OtherIssuer,
    NoKeysUri,
    PlainKeysUri,
    Keys(DocumentProblem),
    NoKeys,
    Slow,
}

/// RFC 8414 §2.
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: Option<String>,
}

impl Issuer {
    pub(super) fn new(identifier: Identifier, plain_http: bool) -> Self {
        Self {
            identifier,
            plain_http,
        }
    }

    pub(super) fn as_str(&self) -> &str {
        self.identifier.as_str()
    }

    /// Its keys, and how long they are fresh.
    ///
    /// # Errors
    /// What stood in the way.
    pub(super) async fn keys(
        &self,
        client: &DocumentClient,
    ) -> Result<(KeySet, Duration), Problem> {
        let uri = self.keys_uri(client).await?;
        let answer = client.fetch(&uri).await.map_err(Problem::Keys)?;
        let keys = KeySet::parse(&answer.body).ok_or(Problem::NoKeys)?;
        Ok((keys, life(&answer)))
    }

    async fn keys_uri(&self, client: &DocumentClient) -> Result<Uri, Problem> {
        let mut problem = Problem::NotMetadata;
        for candidate in self.metadata_uris() {
            let Ok(uri) = candidate.parse::<Uri>() else {
                continue;
            };
            match client.fetch(&uri).await {
                Ok(answer) => match self.read(&answer.body) {
                    Ok(uri) => return Ok(uri),
                    Err(wrong) => problem = wrong,
                },
                // A server that has no document here may have one there.
                Err(refused @ DocumentProblem::Refused(_)) => {
                    if problem == Problem::NotMetadata {
                        problem = Problem::Metadata(refused);
                    }
                }
                // One that does not answer would not there either.
                Err(other) => return Err(Problem::Metadata(other)),
            }
        }
        Err(problem)
    }

    fn metadata_uris(&self) -> Vec<String> {
        let (origin, path) = (self.identifier.origin(), self.identifier.path());
        let mut uris = vec![
            format!("{origin}/.well-known/oauth-authorization-server{path}"),
            format!("{origin}/.well-known/openid-configuration{path}"),
        ];
        if !path.is_empty() {
            uris.push(format!("{origin}{path}/.well-known/openid-configuration"));
        }
        uris
    }

    /// Where a metadata document says that the keys are. It must be the document of this very issuer (RFC 8414 §3.3).
    fn read(&self, document: &[u8]) -> Result<Uri, Problem> {
        let metadata: Metadata =
            serde_json::from_slice(document).map_err(|_| Problem::NotMetadata)?;
        if metadata.issuer != self.as_str() {
            return Err(Problem::OtherIssuer);
        }
        let uri = metadata.jwks_uri.and_then(|text| text.parse::<Uri>().ok());
        let uri = uri.filter(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some()
        });
        let uri = uri.ok_or(Problem::NoKeysUri)?;
        if !self.plain_http && !is_private(&uri) {
            return Err(Problem::PlainKeysUri);
        }
        Ok(uri)
    }
}

/// `max-age` of `Cache-Control` (RFC 9111 §5.2.2.1), within limits.
fn life(answer: &Document) -> Duration {
    let Some(control) = &answer.cache_control else {
        return USUAL_LIFE;
    };
    let mut life = USUAL_LIFE;
    for directive in control.split(',').map(str::trim) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        if name.eq_ignore_ascii_case("no-store") || name.eq_ignore_ascii_case("no-cache") {
            return SHORTEST_LIFE;
        }
        if name.eq_ignore_ascii_case("max-age") {
            let seconds = value.trim_matches('"').parse();
            life = seconds.map_or(USUAL_LIFE, Duration::from_secs);
        }
    }
    life.clamp(SHORTEST_LIFE, LONGEST_LIFE)
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Metadata(problem) => write!(formatter, "its metadata {problem}"),
            Self::NotMetadata => formatter.write_str("it publishes no metadata"),
            Self::OtherIssuer => {
                formatter.write_str("its metadata names another `issuer`; they must be identical")
            }
            Self::NoKeysUri => formatter.write_str("its metadata has no `jwks_uri`"),
            Self::PlainKeysUri => {
                formatter.write_str("its `jwks_uri` is neither https nor on this machine")
            }
            Self::Keys(problem) => write!(formatter, "its key set {problem}"),
            Self::NoKeys => formatter.write_str("its key set holds no key that verifies tokens"),
            Self::Slow => formatter.write_str("its metadata and key set did not come in time"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issuer(text: &str) -> Issuer {
        Issuer::new(Identifier::parse(text).unwrap(), false)
    }

    #[test]
    fn metadata_is_looked_for_where_servers_put_it() {
        assert_eq!(
            issuer("https://a.test/").metadata_uris(),
            [
                "https://a.test/.well-known/oauth-authorization-server",
                "https://a.test/.well-known/openid-configuration",
            ]
        );
        assert_eq!(
            issuer("https://a.test:1/b/c/").metadata_uris(),
            [
                "https://a.test:1/.well-known/oauth-authorization-server/b/c",
                "https://a.test:1/.well-known/openid-configuration/b/c",
                "https://a.test:1/b/c/.well-known/openid-configuration",
            ]
        );
    }

    #[test]
    fn metadata_is_that_of_the_very_issuer() {
        let read = |document: &str| {
            let uri = issuer("https://a.test/b").read(document.as_bytes());
            uri.map(|uri| uri.to_string())
        };
        let keys = |uri: &str| format!(r#"{{"issuer":"https://a.test/b","jwks_uri":"{uri}"}}"#);
        assert_eq!(
            read(&keys("https://b.test/k?v=1")).unwrap(),
            "https://b.test/k?v=1"
        );
        assert!(read(&keys("http://127.0.0.1:1/k")).is_ok());
        assert_eq!(read(&keys("http://b.test/k")), Err(Problem::PlainKeysUri));
        assert_eq!(read(&keys("/k")), Err(Problem::NoKeysUri));
        assert_eq!(read(&keys("file:///etc/passwd")), Err(Problem::NoKeysUri));
        assert_eq!(
            read(r#"{"issuer":"https://a.test/b"}"#),
            Err(Problem::NoKeysUri)
        );
        for other in ["https://a.test/b/", "https://a.test", "https://A.test/b"] {
            let document = format!(r#"{{"issuer":"{other}","jwks_uri":"https://b.test"}}"#);
            assert_eq!(read(&document), Err(Problem::OtherIssuer));
        }
        assert_eq!(read("<html>"), Err(Problem::NotMetadata));
    }

    #[test]
    fn keys_are_fresh_within_limits() {
        let seconds = |control: &str| {
            life(&Document {
                body: bytes::Bytes::new(),
                cache_control: Some(control.to_owned()),
            })
            .as_secs()
        };
        for (control, expected) in [
            ("", 300),
            ("public", 300),
            ("max-age=900, public", 900),
            ("Max-Age=\"120\"", 120),
            ("max-age=0", 60),
            ("max-age=86400", 3600),
            ("max-age=99999999999999999999", 300),
            ("max-age=900, no-store", 60),
            ("no-cache", 60),
        ] {
            assert_eq!(seconds(control), expected, "{control}");
        }
    }
}
