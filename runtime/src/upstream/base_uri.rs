//! The base URI of an upstream.

use reqwest::Url;

/// An absolute `http` or `https` URI without query or fragment, to which paths are appended.
///
/// Its path may hold a secret (`/bot{token}`), so its `Debug` shows no more than scheme and host.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUri {
    /// Read once: to read a host anew costs more than all else that a request's URL needs.
    url: Url,
    text: String,
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
        let text = uri.as_str();
        Ok(Self {
            text: text.strip_suffix('/').unwrap_or(text).to_owned(),
            url: uri,
        })
    }

    /// The URL of a request: `target` is a path and perhaps a query, encoded, to be appended to the base's path.
    pub(super) fn join(&self, target: &str) -> Url {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        let base = self.url.path();
        let base = base.strip_suffix('/').unwrap_or(base);
        let mut whole = String::with_capacity(base.len() + path.len());
        whole.push_str(base);
        whole.push_str(path);
        let mut url = self.url.clone();
        url.set_path(&whole);
        url.set_query(query);
        url
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
        #[test]
        fn joins_as_the_whole_text_reads(
            base in "(https?://(a\\.example|127\\.0\\.0\\.1:8080|\\[::1\\]))(/[a-z0-9.]{0,4}){0,3}/?",
            target in "(/[a-zA-Z0-9._~!$&'()*+,;=:@|^{}\\[\\]-]{0,6}|/%2[EeFf]|//|/\\.\\.){0,4}(\\?[a-zA-Z0-9._~/?&=%2+':{}-]{0,9})?",
        ) {
            let base = BaseUri::parse(&base).unwrap();
            let whole = Url::parse(&format!("{}{target}", base.as_str())).unwrap();
            prop_assert_eq!(base.join(&target), whole);
        }
    }

    #[test]
    fn nothing_in_a_target_is_a_host_or_a_fragment() {
        let base = BaseUri::parse("http://a.example").unwrap();
        assert_eq!(
            base.join("//b.example/c").as_str(),
            "http://a.example//b.example/c"
        );
        assert_eq!(
            base.join(".evil.example/#x").as_str(),
            "http://a.example/.evil.example/%23x"
        );
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
