//! The base URI of an upstream.

use bytes::Bytes;
use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use url::Url;

use super::CallError;
use crate::problem::ParameterProblem;

/// How long a path and its query may be, in bytes. No server takes longer ones.
const LONGEST: usize = 60_000;

/// An absolute `http` or `https` URI without query or fragment, to which paths are appended.
///
/// Its path may hold a secret (`/bot{token}`), so its `Debug` shows no more than scheme and host.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUri {
    text: String,
    scheme: Scheme,
    authority: Authority,
    /// Where in the text the path begins.
    path: usize,
}

impl std::fmt::Debug for BaseUri {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let host: String = self
            .text
            .splitn(4, '/')
            .take(3)
            .collect::<Vec<_>>()
            .join("/");
        write!(formatter, "BaseUri({host}/…)")
    }
}

/// The text cannot be the base URI of an upstream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidBaseUri {
    text: String,
    reason: String,
}

impl std::fmt::Display for InvalidBaseUri {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{} is not a base URI: {}; expected something like https://api.example.com/v1",
            crate::inbound::shown(&self.text),
            self.reason
        )
    }
}

impl std::error::Error for InvalidBaseUri {}

impl BaseUri {
    /// Checks a base URI. One trailing `/` is dropped, since every path starts with one.
    ///
    /// # Errors
    /// What is wrong with it. Where it may hold credentials the message does not repeat it.
    pub fn parse(text: &str) -> Result<Self, InvalidBaseUri> {
        let invalid = |shown: &str, reason: &str| InvalidBaseUri {
            text: shown.to_owned(),
            reason: reason.to_owned(),
        };
        // What looks like credentials is not repeated, even where the rest cannot be read.
        let shown = if text.contains('@') {
            "(not shown)"
        } else {
            text
        };
        let uri = Url::parse(text).map_err(|error| invalid(shown, &error.to_string()))?;
        if !matches!(uri.scheme(), "http" | "https") {
            return Err(invalid(text, "its scheme is neither http nor https"));
        }
        if !uri.username().is_empty() || uri.password().is_some() {
            // The text is not repeated: it holds a password.
            return Err(invalid(
                "(not shown)",
                "it holds credentials, which belong in a secret",
            ));
        }
        if uri.query().is_some() || uri.fragment().is_some() {
            return Err(invalid(text, "it has a query or a fragment"));
        }
        // The parser has put what was read into the one way to write it, in ASCII.
        let read = Uri::try_from(uri.as_str()).map(Uri::into_parts);
        let Ok((Some(scheme), Some(authority))) = read.map(|parts| (parts.scheme, parts.authority))
        else {
            return Err(invalid(text, "its host cannot be sent"));
        };
        let text = uri.as_str();
        let text = text.strip_suffix('/').unwrap_or(text);
        let path = scheme.as_str().len() + "://".len() + authority.as_str().len();
        Ok(Self {
            text: text.to_owned(),
            scheme,
            authority,
            path,
        })
    }

    /// The URI of a request: `target` is a path and perhaps a query, encoded, to be appended to the base's path, and
    /// `pair` one more parameter of the query.
    ///
    /// # Errors
    /// If they are too long, or not encoded: that is a defect of the gateway.
    pub(super) fn join(&self, target: &str, pair: Option<&str>) -> Result<Uri, CallError> {
        let base = self.text.get(self.path..).unwrap_or_default();
        let added = pair.map_or(0, |pair| pair.len() + 1);
        let mut whole = String::with_capacity(base.len() + target.len() + added + 1);
        whole.push_str(base);
        let lacks_slash = match target.bytes().next() {
            Some(b'/') => false,
            Some(b'?') | None => base.is_empty(),
            // Anything else would go on with the host, or with the base's last segment.
            Some(_) => true,
        };
        if lacks_slash {
            whole.push('/');
        }
        whole.push_str(target);
        if let Some(pair) = pair {
            whole.push(if target.contains('?') { '&' } else { '?' });
            whole.push_str(pair);
        }
        if whole.len() > LONGEST {
            let detail = format!("values make a URL of more than {LONGEST} bytes");
            let problem = ParameterProblem::new("query", "query", detail);
            return Err(CallError::Refused(vec![problem]));
        }
        // What reads a target drops its fragment without a word.
        let is_whole = !whole.contains('#');
        let target = PathAndQuery::from_maybe_shared(Bytes::from(whole));
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = target.ok().filter(|_| is_whole);
        parts
            .path_and_query
            .is_some()
            .then(|| Uri::from_parts(parts).ok())
            .flatten()
            .ok_or(CallError::Internal("a target that is not encoded"))
    }

    /// The scheme, host and port of the server; an IPv6 address in brackets.
    #[cfg(feature = "otlp")]
    pub(crate) fn server(&self) -> (&'static str, &str, u16) {
        let (scheme, port) = match self.scheme == Scheme::HTTPS {
            true => ("https", 443),
            false => ("http", 80),
        };
        let authority = &self.authority;
        let port = authority.port_u16().unwrap_or(port);
        (scheme, authority.host(), port)
    }

    /// The URI without a trailing `/`.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// As another parser of URLs reads the whole text, for all that the compiler and [`super::super::encode`] make.
        #[test]
        fn joins_as_the_whole_text_reads(
            base in "(https?://(a\\.example|127\\.0\\.0\\.1:8080|\\[::1\\]))(/[a-z0-9]{0,4}){0,3}/?",
            target in "(/[a-zA-Z0-9_~!$&'()*+,;=:@-]{0,6}|/%2[0-9A-DF]|//|/[.][.][.]){0,4}(\\?[a-zA-Z0-9._~/?&=%2+:-]{0,9})?",
            pair in proptest::option::of("[a-z]{1,3}=[a-z%2]{0,3}"),
        ) {
            let base = BaseUri::parse(&base).unwrap();
            let mut whole = format!("{}{target}", base.as_str());
            if let Some(pair) = &pair {
                whole.push(if target.contains('?') { '&' } else { '?' });
                whole.push_str(pair);
            }
            let whole = Url::parse(&whole).unwrap();
            let joined = base.join(&target, pair.as_deref()).unwrap();
            prop_assert_eq!(joined.to_string(), whole.as_str());
        }

        #[test]
        fn no_target_changes_the_host(target in any::<String>()) {
            let base = BaseUri::parse("http://a.example/b").unwrap();
            if let Ok(joined) = base.join(&target, None) {
                prop_assert_eq!(joined.authority().unwrap().as_str(), "a.example");
                prop_assert!(joined.path().starts_with("/b"));
            }
        }
    }

    #[test]
    fn nothing_in_a_target_is_a_host_or_a_fragment() {
        let base = BaseUri::parse("http://a.example").unwrap();
        let join = |target| base.join(target, None).map(|uri| uri.to_string());
        assert_eq!(
            join("//b.example/c").unwrap(),
            "http://a.example//b.example/c"
        );
        assert_eq!(
            join(".evil.example/").unwrap(),
            "http://a.example/.evil.example/"
        );
        assert_eq!(join("?a=b").unwrap(), "http://a.example/?a=b");
        assert!(join("/#x").is_err() && join("/ ").is_err());
    }

    #[test]
    fn what_is_too_long_is_the_callers() {
        let base = BaseUri::parse("http://a.example").unwrap();
        let long = format!("/?a={}", "b".repeat(LONGEST));
        assert!(matches!(base.join(&long, None), Err(CallError::Refused(_))));
        assert!(base.join(&long[..LONGEST], None).is_ok());
    }

    #[test]
    fn drops_one_trailing_slash() {
        assert_eq!(
            BaseUri::parse("https://a.example/v1/").unwrap().as_str(),
            "https://a.example/v1"
        );
        assert_eq!(
            BaseUri::parse("http://127.0.0.1:8080").unwrap().as_str(),
            "http://127.0.0.1:8080"
        );
    }

    #[test]
    fn says_why_a_text_is_refused() {
        for (text, reason) in [
            ("", "relative URL"),
            ("api.example.com", "relative URL"),
            ("ftp://a.example", "scheme"),
            ("https://a.example/?x=1", "query"),
            ("https://user:hunter2@a.example", "credentials"),
            ("https://user:hunter2@a.example:port", "invalid port"),
        ] {
            let message = BaseUri::parse(text).unwrap_err().to_string();
            assert!(
                message.contains(reason) && !message.contains("hunter2"),
                "{message}"
            );
        }
    }

    #[test]
    fn debug_shows_no_path() {
        let base = BaseUri::parse("https://a.example/bot123:canary").unwrap();
        assert_eq!(format!("{base:?}"), "BaseUri(https://a.example/…)");
    }
}
