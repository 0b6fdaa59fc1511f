//! What can be known of an absolute URI that may hold variables.

use std::net::IpAddr;

/// A URI as a file writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AbsoluteUri<'a> {
    /// It begins with a variable: its scheme is known at start only.
    Variable,
    /// Its scheme and authority stand in the file, the latter perhaps with variables.
    Written {
        /// Whether it is plain HTTP.
        plain: bool,
        /// Host and port.
        authority: &'a str,
    },
}

impl<'a> AbsoluteUri<'a> {
    /// Reads an `http` or `https` URI without a fragment. `credentials` says where credentials belong.
    ///
    /// # Errors
    /// What is wrong with it, as the end of a sentence.
    pub(super) fn parse(text: &'a str, credentials: &'static str) -> Result<Self, &'static str> {
        let (plain, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (false, rest),
            (_, Some(rest)) => (true, rest),
            _ if text.starts_with('{') => return Ok(Self::Variable),
            _ => return Err("it does not start with `https://` or `http://`"),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.is_empty() {
            Err("it names no host")
        } else if authority.contains('@') {
            Err(credentials)
        } else if text.contains('#') {
            Err("it has a fragment")
        } else if text.contains(char::is_whitespace) {
            Err("it holds a space")
        } else {
            Ok(Self::Written { plain, authority })
        }
    }

    /// Whether it is called without encryption.
    pub(super) fn is_plain(self) -> bool {
        matches!(self, Self::Written { plain: true, .. })
    }

    /// Whether what is sent there can be read on its way to another machine.
    pub(super) fn is_exposed(self) -> bool {
        matches!(self, Self::Written { plain: true, authority } if !is_loopback(authority))
    }
}

fn is_loopback(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => authority.split(':').next(),
    };
    host.is_some_and(|host| {
        host == "localhost"
            || host
                .parse()
                .is_ok_and(|address: IpAddr| address.is_loopback())
    })
}
