//! Who may call: a guard against web pages that reach for a gateway on the user's own machine.
//!
//! Sources: MCP, Streamable HTTP transport, "Security Warning" (all four revisions: servers MUST validate
//! `Origin`); RFC 6454 §7.
//!
//! A request without `Origin` comes from no web page. One with it must come from a page of this machine, of
//! the host it was sent to, or of an allowed origin. Since a page can make its own host name point at 127.0.0.1 (DNS
//! rebinding), a request that arrived over a loopback address must also name a loopback host or an allowed one. Over
//! any other address every `Host` is taken where none is allowed by name: the gateway does not know its public names.

use http::header::{HOST, ORIGIN};
use http::{HeaderMap, StatusCode, Uri};

use super::LocalAddress;
use super::authority::{Authority, Origin};
use super::field::{Field, field};
use crate::inbound::shown;
use crate::problem::Problem;
use crate::settings::{SettingValues, SettingsError};

/// The hosts and origins that are served beside those that are safe anyway. The default is none.
#[derive(Clone, Debug, Default)]
pub struct AllowedCallers {
    hosts: Vec<Authority<String>>,
    origins: Vec<Origin<String>>,
}

impl AllowedCallers {
    /// No hosts and no origins.
    pub const NONE: Self = Self {
        hosts: Vec::new(),
        origins: Vec::new(),
    };

    /// As the settings say.
    ///
    /// # Errors
    /// If the settings are not of this runtime: a defect.
    pub fn read(values: &SettingValues) -> Result<Self, SettingsError> {
        Self::parse(
            values.text("allowed-hosts")?,
            values.text("allowed-origins")?,
        )
        .ok_or_else(|| SettingsError::new("--allowed-hosts or --allowed-origins is no list"))
    }

    /// Reads two lists, each separated by commas: of hosts, each with a port where only that one is meant, and of
    /// origins such as `https://app.example`. `None` where an entry is neither.
    pub fn parse(hosts: &str, origins: &str) -> Option<Self> {
        Some(Self {
            hosts: entries(hosts)
                .map(|entry| Authority::parse(entry).map(Authority::owned))
                .collect::<Option<_>>()?,
            origins: entries(origins)
                .map(|entry| Origin::parse(entry).map(Origin::owned))
                .collect::<Option<_>>()?,
        })
    }

    /// Checks `Origin` and `Host`.
    ///
    /// # Errors
    /// 403.
    pub(crate) fn check(
        &self,
        headers: &HeaderMap,
        uri: &Uri,
        local: Option<LocalAddress>,
    ) -> Result<(), Problem> {
        let host = host(headers, uri);
        let is_allowed = match &host {
            Host::Named(host) => self.serves_host(host, local),
            // HTTP/1.0, which no browser speaks.
            Host::Absent => self.hosts.is_empty() || is_loopback(local),
            Host::Unreadable => self.hosts.is_empty() && !is_loopback(local),
        };
        if !is_allowed {
            return Err(self.unserved_host(headers, local));
        }
        let origin = match field(headers, &ORIGIN) {
            Field::Absent => return Ok(()),
            Field::Text(text) => text,
            Field::Unreadable => "(unreadable)",
        };
        if Origin::parse(origin).is_some_and(|origin| self.serves_origin(&origin, &host)) {
            return Ok(());
        }
        Err(forbidden(format!(
            "web pages of {} may not call this server; --allowed-origins names those that may",
            shown(origin)
        )))
    }

    fn serves_host(&self, host: &Authority<&str>, local: Option<LocalAddress>) -> bool {
        if self.hosts.iter().any(|allowed| allowed.includes(host)) {
            return true;
        }
        if is_loopback(local) {
            host.is_loopback()
        } else {
            self.hosts.is_empty()
        }
    }

    fn serves_origin(&self, origin: &Origin<&str>, host: &Host<'_>) -> bool {
        origin.authority.is_loopback()
            || matches!(host, Host::Named(host) if origin.is_of(host))
            || self.origins.iter().any(|allowed| allowed.equals(origin))
    }

    fn unserved_host(&self, headers: &HeaderMap, local: Option<LocalAddress>) -> Problem {
        let host = match field(headers, &HOST) {
            Field::Text(text) => shown(text),
            Field::Absent | Field::Unreadable => "no single host".to_owned(),
        };
        let rule = if is_loopback(local) {
            "over a loopback address only the hosts localhost, 127.0.0.1 and [::1] are served, and those that \
             --allowed-hosts names"
        } else {
            "only the hosts that --allowed-hosts names are served"
        };
        forbidden(format!("{rule}; the Host header names {host}"))
    }
}

fn is_loopback(local: Option<LocalAddress>) -> bool {
    local.is_some_and(LocalAddress::is_loopback)
}

fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
}

/// Whom a request is for.
enum Host<'a> {
    Named(Authority<&'a str>),
    Absent,
    Unreadable,
}

fn host<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Host<'a> {
    let text = match (field(headers, &HOST), uri.authority()) {
        (Field::Text(text), _) => text,
        (Field::Absent, Some(authority)) => authority.as_str(),
        (Field::Absent, None) => return Host::Absent,
        (Field::Unreadable, _) => return Host::Unreadable,
    };
    Authority::parse(text).map_or(Host::Unreadable, Host::Named)
}

fn forbidden(detail: String) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, detail)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn served(local: Option<&str>, host: Option<&str>, origin: Option<&str>) -> bool {
        serves(&AllowedCallers::NONE, local, host, origin)
    }

    fn serves(
        allowed: &AllowedCallers,
        local: Option<&str>,
        host: Option<&str>,
        origin: Option<&str>,
    ) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in [(HOST, host), (ORIGIN, origin)] {
            if let Some(value) = value {
                headers.insert(name, HeaderValue::from_str(value).unwrap());
            }
        }
        let local = local.map(|address| LocalAddress(address.parse().unwrap()));
        allowed
            .check(&headers, &Uri::from_static("/mcp"), local)
            .is_ok()
    }

    const LOOPBACK: Option<&str> = Some("127.0.0.1:3000");
    const OUTSIDE: Option<&str> = Some("172.17.0.2:3000");

    #[test]
    fn a_loopback_listener_serves_only_loopback_hosts() {
        for host in [
            "localhost",
            "LOCALHOST:3000",
            "127.0.0.1:1",
            "127.0.0.2",
            "[::1]:3000",
        ] {
            assert!(served(LOOPBACK, Some(host), None), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:3000",
            "localhost.evil.example",
            "localhost@evil.example",
            "127.0.0.1.evil.example",
            "[::2]",
            "localhost:",
            "localhost:x",
            "localhost:99999",
            "::1",
            "",
        ] {
            assert!(!served(LOOPBACK, Some(host), None), "{host}");
        }
        assert!(served(LOOPBACK, None, None));
        for local in ["[::1]:3000", "[::ffff:127.0.0.1]:3000"] {
            assert!(!served(Some(local), Some("evil.example"), None));
            assert!(served(Some(local), Some("localhost"), None));
        }
    }

    #[test]
    fn other_listeners_serve_any_host() {
        for local in [OUTSIDE, None] {
            assert!(served(local, Some("gateway.example"), None));
            assert!(served(local, None, None));
        }
    }

    #[test]
    fn a_page_must_be_of_this_machine_or_of_the_same_host() {
        for origin in [
            "http://localhost",
            "http://localhost:5173",
            "https://127.0.0.1:1",
            "http://[::1]:1",
        ] {
            assert!(
                served(LOOPBACK, Some("localhost:3000"), Some(origin)),
                "{origin}"
            );
        }
        for (host, origin) in [
            ("gw.example", "https://gw.example"),
            ("GW.example:443", "https://gw.example"),
            ("gw.example:3000", "http://gw.example:3000"),
        ] {
            assert!(served(OUTSIDE, Some(host), Some(origin)), "{host} {origin}");
        }
        for (host, origin) in [
            ("localhost:3000", "http://evil.example"),
            ("localhost:3000", "null"),
            ("localhost:3000", ""),
            ("localhost:3000", "file://localhost"),
            ("localhost:3000", "http://localhost.evil.example"),
            ("localhost:3000", "http://localhost@evil.example"),
            ("localhost:3000", "http://localhost/x"),
            ("gw.example:3000", "http://gw.example"),
            ("gw.example", "http://evil.example"),
        ] {
            assert!(!served(None, Some(host), Some(origin)), "{host} {origin}");
        }
    }

    #[test]
    fn hosts_that_are_allowed_are_served_and_outside_no_others() {
        let allowed = AllowedCallers::parse("Gw.example, [::2]:80,, 10.0.0.1:8080 ", "").unwrap();
        for local in [LOOPBACK, OUTSIDE] {
            for host in ["gw.EXAMPLE", "gw.example:1", "[::2]:80", "10.0.0.1:8080"] {
                assert!(serves(&allowed, local, Some(host), None), "{host}");
            }
            for host in ["evil.example", "a.gw.example", "[::2]", "10.0.0.1:80", "@"] {
                assert!(!serves(&allowed, local, Some(host), None), "{host}");
            }
        }
        assert!(serves(&allowed, LOOPBACK, None, None));
        assert!(!serves(&allowed, OUTSIDE, None, None));
        assert!(serves(&allowed, LOOPBACK, Some("localhost:1"), None));
        assert!(!serves(&allowed, OUTSIDE, Some("localhost:1"), None));
    }

    #[test]
    fn pages_of_allowed_origins_are_served() {
        let allowed =
            AllowedCallers::parse("", "https://App.example,http://other.example:8080").unwrap();
        let page = |origin| serves(&allowed, LOOPBACK, Some("localhost:3000"), Some(origin));
        for origin in [
            "https://app.example",
            "https://APP.example:443",
            "http://other.example:8080",
        ] {
            assert!(page(origin), "{origin}");
        }
        for origin in [
            "http://app.example",
            "http://app.example:443",
            "https://app.example:8443",
            "https://a.app.example",
            "https://other.example:8080",
            "http://other.example",
            "null",
        ] {
            assert!(!page(origin), "{origin}");
        }
    }

    #[test]
    fn lists_hold_what_they_say() {
        for (hosts, origins) in [
            ("https://gw.example", ""),
            ("gw.example/", ""),
            ("a b", ""),
            ("", "gw.example"),
            ("", "null"),
            ("", "*"),
            ("", "https://gw.example/"),
        ] {
            assert!(
                AllowedCallers::parse(hosts, origins).is_none(),
                "{hosts} {origins}"
            );
        }
    }
}
