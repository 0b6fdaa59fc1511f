//! The URIs that a protected resource and its authorization server are known by.

use std::net::IpAddr;

use http::Uri;
use http::uri::Scheme;

/// An absolute `http` or `https` URI without credentials, query or fragment, which fits into a quoted string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identifier {
    text: String,
    uri: Uri,
}

impl Identifier {
    /// # Errors
    /// What is wrong with it, as the end of a sentence. It may be made of secrets, so it is not repeated.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        // Whether there is a fragment only the text says: reading it drops it.
        if text.contains(['?', '#']) {
            return Err("has a query or a fragment");
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) || text.contains(['"', '\\']) {
            return Err("holds a character that no URI holds");
        }
        let uri: Uri = text.parse().map_err(|_| "is not an absolute URI")?;
        let authority = uri.authority().ok_or("is not an absolute URI")?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err("is neither https nor http");
        }
        if authority.as_str().contains('@') {
            return Err("holds credentials");
        }
        if authority.host().is_empty() {
            return Err("names no host");
        }
        Ok(Self {
            text: text.to_owned(),
            uri,
        })
    }

    /// As it was written.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// `https://host:port`.
    pub(super) fn origin(&self) -> String {
        let scheme = self.uri.scheme_str().unwrap_or_default();
        let authority = self.uri.authority().map_or("", |it| it.as_str());
        format!("{scheme}://{authority}")
    }

    /// The path without a `/` at its end (RFC 8414 §3.1, RFC 9728 §3.1).
    pub(super) fn path(&self) -> &str {
        self.uri.path().trim_end_matches('/')
    }

    /// Whether others than this machine could use it: it names a host and a port.
    pub(super) fn names_an_address(&self) -> bool {
        let is_unspecified = address(&self.uri).is_some_and(|ip| ip.is_unspecified());
        !is_unspecified && self.uri.port_u16() != Some(0)
    }

    /// Whether what is sent there is encrypted, or does not leave this machine.
    pub(super) fn is_private(&self) -> bool {
        is_private(&self.uri)
    }
}

/// Whether what is sent to a URI is encrypted, or does not leave this machine.
pub(super) fn is_private(uri: &Uri) -> bool {
    uri.scheme() == Some(&Scheme::HTTPS)
        || uri.host() == Some("localhost")
        || address(uri).is_some_and(|ip| ip.is_loopback())
}

fn address(uri: &Uri) -> Option<IpAddr> {
    let host = uri.host()?;
    let host = host.strip_prefix('[').unwrap_or(host);
    host.strip_suffix(']').unwrap_or(host).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_has_a_host_and_nothing_that_no_identifier_has() {
        for text in [
            "https://auth.test",
            "https://auth.test/",
            "https://auth.test:8443/realms/a",
            "http://127.0.0.1:1/a/",
            "http://[::1]:1",
        ] {
            let identifier = Identifier::parse(text).unwrap();
            assert_eq!(identifier.as_str(), text);
            assert!(identifier.is_private() && identifier.names_an_address());
        }
        for text in [
            "",
            "auth.test",
            "/a",
            "https://",
            "https:///a",
            "ftp://auth.test",
            "https://a:b@auth.test",
            "https://auth.test?a",
            "https://auth.test#a",
            "https://auth.test/a b",
            "https://auth.test/\"",
            "https://auth.test/é",
        ] {
            assert!(Identifier::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_leaves_this_machine_is_encrypted() {
        for (text, private, address) in [
            ("http://auth.test", false, true),
            ("http://127.0.0.1.auth.test", false, true),
            ("http://localhost:1/a", true, true),
            ("http://127.0.0.2/a", true, true),
            ("http://0.0.0.0:1/a", false, false),
            ("http://[::]:1/a", false, false),
            ("https://auth.test:0", true, false),
        ] {
            let identifier = Identifier::parse(text).unwrap();
            assert_eq!(identifier.is_private(), private, "{text}");
            assert_eq!(identifier.names_an_address(), address, "{text}");
        }
    }

    #[test]
    fn origin_and_path_are_what_well_known_uris_are_made_of() {
        let parts = |text: &str| {
            let identifier = Identifier::parse(text).unwrap();
            (identifier.origin(), identifier.path().to_owned())
        };
        let expected = |origin: &str, path: &str| (origin.to_owned(), path.to_owned());
        assert_eq!(parts("https://a.test"), expected("https://a.test", ""));
        assert_eq!(parts("https://a.test/"), expected("https://a.test", ""));
        assert_eq!(
            parts("http://[::1]:8/b/c/"),
            expected("http://[::1]:8", "/b/c")
        );
    }
}
