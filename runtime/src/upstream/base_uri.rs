//! The base URI of an upstream.

/// An absolute `http` or `https` URI without query or fragment, to which paths are appended.
///
/// Its path may hold a secret (`/bot{token}`), so its `Debug` shows no more than scheme and host.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUri(String);

impl std::fmt::Debug for BaseUri {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let host: String = self.0.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
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
        let uri = reqwest::Url::parse(text).map_err(|error| invalid(shown, &error.to_string()))?;
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
        Ok(Self(text.strip_suffix('/').unwrap_or(text).to_owned()))
    }

    /// The URI without a trailing `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
